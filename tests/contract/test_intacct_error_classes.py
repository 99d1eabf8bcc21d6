"""What the simulated gateway really says when it refuses something, and the class that the client gives it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from tests.contract.intacct_company import CREDENTIALS, VENDOR, make_bill, make_client, make_order, seed
from tests.processes import COMPANY, IntacctProcess, run_intacct

from ml_connector.intacct import (
    Call,
    Client,
    Credentials,
    DisplayContact,
    ErrorClass,
    IntacctError,
    NewFolder,
    NewVendor,
    Query,
    Writable,
    compare,
    name_class,
)

NUMBERS = count(1)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IntacctProcess]:
    with run_intacct(tmp_path_factory.mktemp("errors") / "intacct.db") as running:
        seed(running)
        yield running


@pytest.fixture(scope="module")
def client(gateway: IntacctProcess) -> Iterator[Client]:
    with closing(make_client(gateway.gateway)) as client:
        yield client


@pytest.mark.parametrize(
    ("credentials", "entity", "kind", "number"),
    [
        (replace(CREDENTIALS, sender_password="no"), "", ErrorClass.SENDER_AUTH, "XL03000006"),
        (replace(CREDENTIALS, user_password="no"), "", ErrorClass.USER_AUTH, "XL03000006"),
        (replace(CREDENTIALS, company_id="NOBODY"), "", ErrorClass.USER_AUTH, "XL03000006"),
        (CREDENTIALS, "E999", ErrorClass.USER_AUTH, "XL03000006"),
    ],
)
def test_a_log_in_that_is_refused_says_whose_it_is(
    gateway: IntacctProcess, credentials: Credentials, entity: str, kind: ErrorClass, number: str
) -> None:
    client = make_client(gateway.gateway, credentials=credentials)

    with closing(client), pytest.raises(IntacctError) as raised:
        client.check(entity=entity)

    assert (name_class(raised.value), raised.value.details[0].errorno) == (kind, number)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        (Query(object="NOSUCHTHING", fields=("NAME",)), ErrorClass.OUR_BUG),
        (Query(object="VENDOR", fields=("NOSUCHFIELD",)), ErrorClass.OUR_BUG),
        (
            Query(object="VENDOR", fields=("NAME",), where=compare("NOSUCHFIELD", "equalto", "x")),
            ErrorClass.OUR_BUG,
        ),
        (Query(object="CHECKINGACCOUNT", fields=("STATUS",)), ErrorClass.PERMISSION),
    ],
)
def test_a_query_that_is_refused_has_its_class(
    gateway: IntacctProcess, client: Client, query: Query, kind: ErrorClass
) -> None:
    gateway.change_settings(company=COMPANY, permissions={"mlconnector": {"CHECKINGACCOUNT": ""}})

    with pytest.raises(IntacctError) as raised:
        list(client.query(query))

    assert name_class(raised.value) is kind


ORDER = make_order("mlc-e-1")
AGAIN = NewVendor(vendor_id=VENDOR, name="Again", contact=DisplayContact(print_as="Again"))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (AGAIN, ErrorClass.DUPLICATE),
        (replace(make_bill("e-2"), vendor_id="V-9"), ErrorClass.VALIDATION),
        (replace(make_bill("e-3"), posting_date=date(2020, 1, 2)), ErrorClass.CLOSED_PERIOD),
        (replace(ORDER, lines=(replace(ORDER.lines[0], unit="each"),)), ErrorClass.VALIDATION),
        (replace(ORDER, definition="Goods Receipt"), ErrorClass.VALIDATION),
    ],
    ids=["vendor", "bill", "closed", "unit", "definition"],
)
def test_a_write_that_is_refused_has_its_class(client: Client, body: Writable, kind: ErrorClass) -> None:
    call = Call(control_id=f"errors:{next(NUMBERS)}", body=body)

    (result,) = client.writing.write([call], entity="E100")

    assert (result.status, result.kind) == ("refused", kind), result.errors


def test_a_repetition_and_what_is_undone_with_another_have_their_class(client: Client) -> None:
    folder = Call(control_id="errors:folder", body=NewFolder(name="Errors"))
    client.writing.write([folder])
    wrong = Call(control_id="errors:wrong", body=replace(make_bill("e-4"), vendor_id="V-9"))
    good = Call(control_id="errors:good", body=make_bill("e-5"))

    (again,) = client.writing.write([folder])
    undone, culprit = client.writing.write([good, wrong], entity="E100", atomic=True)

    assert (again.status, again.kind) == ("refused", ErrorClass.DUPLICATE)
    assert (undone.status, culprit.status, culprit.kind) == ("aborted", "refused", ErrorClass.VALIDATION)
