"""The Python client sageintacctsdk, unchanged, does its work on the simulated gateway and sees its failures as its own."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from tests.contract.foreign.accepted import list_accepted
from tests.contract.foreign.company_site import Site

LINE = {"ACCOUNTNO": "6000", "TRX_AMOUNT": "12.50", "LOCATIONID": "10"}
DAY = {"year": "2030", "month": "01", "day": "31"}
DUE = {"year": "2030", "month": "03", "day": "02"}
CONTACT = {"contactname": None}
READ = {"object": "vendors", "call": "get", "with": ["VENDORID", "V1"]}


def call(target: str, *given: object, **keywords: object) -> dict[str, Any]:
    """A call such as vendors.post."""
    name, _, method = target.partition(".")
    return {"object": name, "call": method, "with": given, "keywords": keywords}


def send(function: str, body: object) -> dict[str, Any]:
    """A function the client has no method of its own for."""
    return call("api_base.format_and_send_request", {function: body})


def make_bill(**more: object) -> dict[str, Any]:
    header = {"WHENCREATED": "01/31/2030", "VENDORID": "V1", "TERMNAME": "N30", "RECORDID": "P-1"}
    return {**header, "APBILLITEMS": {"APBILLITEM": [LINE]}, **more}


def make_purchase(**more: object) -> dict[str, Any]:
    item = {"itemid": "BOLT", "quantity": "3", "unit": "Each", "price": "1.5", "locationid": "10"}
    return {
        "transactiontype": "Purchase Order",
        "datecreated": DAY,
        **more,
        "vendorid": "V1",
        "datedue": DUE,
        "returnto": CONTACT,
        "payto": CONTACT,
        "potransitems": {"potransitem": [item]},
    }


def make_journal(credit: str) -> dict[str, Any]:
    entries = [
        {"ACCOUNTNO": "6000", "TR_TYPE": direction, "TRX_AMOUNT": amount, "LOCATION": "10"}
        for direction, amount in (("1", "5.25"), ("-1", credit))
    ]
    header = {"JOURNAL": "GJ", "BATCH_DATE": "01/31/2030", "BATCH_TITLE": "Accrual"}
    return {**header, "ENTRIES": {"GLENTRY": entries}}


VENDOR = {"VENDORID": "P1", "NAME": "Penrith Pins", "DISPLAYCONTACT": {"PRINTAS": "Penrith Pins"}}


def test_it_logs_in_counts_and_reads_all_pages(site: Site) -> None:
    _, count, rows, some = site.run_python(
        call("vendors.count"),
        call("vendors.get_all", fields=["VENDORID"]),
        call("accounts.get_by_query", fields=["ACCOUNTNO"], and_filter=[["like", "ACCOUNTNO", "60%"]]),
    )

    assert count["answer"] == 2
    assert sorted(row["VENDORID"] for row in rows["answer"]) == ["V1", "V2", "V3"]
    assert sorted(row["ACCOUNTNO"] for row in some["answer"]) == ["6000", "6001"]


def test_it_reads_by_query_and_reads_more(site: Site) -> None:
    first = {"object": "VENDOR", "fields": "VENDORID", "query": "STATUS = 'T'", "pagesize": "1"}

    _, page, more, looked_up = site.run_python(
        send("readByQuery", first), send("readMore", {"object": "VENDOR"}), call("vendors.get_lookup")
    )

    found = [each["answer"]["data"]["vendor"]["VENDORID"] for each in (page, more)]
    assert sorted(found) == ["V1", "V2"]
    assert more["answer"]["data"]["@numremaining"] == "0"
    assert looked_up["answer"]["Type"]["@Name"] == "VENDOR"


def test_it_creates_a_vendor_a_bill_a_purchasing_transaction_and_a_journal(site: Site) -> None:
    _, vendor, bill, purchase, journal = site.run_python(
        call("vendors.post", VENDOR),
        call("bills.post", make_bill()),
        send("create_potransaction", make_purchase()),
        call("journal_entries.post", make_journal("5.25")),
    )

    assert vendor["answer"]["data"]["vendor"]["VENDORID"] == "P1"
    assert bill["answer"]["data"]["apbill"] == {"RECORDNO": "1"}
    assert purchase["answer"]["key"] == "Purchase Order-PO0001"
    assert journal["answer"]["data"]["glbatch"] == {"RECORDNO": "1"}
    assert [(each["RECORDID"], each["TOTALENTERED"]) for each in site.gateway.bills] == [("P-1", "12.50")]
    assert [body.NAME for body in list_accepted(site)] == [
        "create APBILL",
        "create_potransaction",
        "create GLBATCH",
    ]


def test_it_keeps_attachments_and_pays(site: Site) -> None:
    file = {"attachmentname": "invoice", "attachmenttype": "txt", "attachmentdata": "aGVsbG8="}
    payment = {
        "FINANCIALENTITY": "BANK",
        "PAYMENTMETHOD": "ACH",
        "VENDORID": "V1",
        "PAYMENTDATE": "02/01/2030",
        "APPYMTDETAILS": {"APPYMTDETAIL": [{"RECORDKEY": "1", "TRX_PAYMENTAMOUNT": "2.50"}]},
    }

    _, folder, made, found, bill, paid, payments = site.run_python(
        call("attachments.create_attachments_folder", {"supdocfoldername": "EDI"}),
        call(
            "attachments.post",
            {"supdocid": "D-1", "supdocfoldername": "EDI", "attachments": {"attachment": file}},
        ),
        call("attachments.get_attachment", "supdocid", "D-1"),
        call("bills.post", make_bill(SUPDOCID="D-1")),
        call("ap_payments.post", payment),
        call("ap_payments.get_all"),
    )

    assert (folder["answer"]["key"], made["answer"]["key"]) == ("EDI", "D-1")
    assert found["answer"]["data"]["supdoc"]["attachments"]["attachment"]["attachmentname"] == "invoice"
    assert bill["answer"]["status"] == paid["answer"]["status"] == "success"
    assert payments["answer"]["TOTALENTERED"] == "2.50"
    assert [(each["STATE"], each["TOTALDUE"]) for each in site.gateway.bills] == [("Partially Paid", "10.00")]


@pytest.mark.parametrize(
    ("config", "name"),
    [({"sender_password": "wrong"}, "WrongParamsError"), ({"user_password": "wrong"}, "InvalidTokenError")],
)
def test_a_wrong_login_is_one_of_its_errors(site: Site, config: dict[str, str], name: str) -> None:
    (login,) = site.run_python(**config)

    assert login["error"]["name"] == name


def test_a_refusal_is_its_wrong_params_error(site: Site) -> None:
    query = {"object": "APPLE", "select": {"field": "RECORDNO"}}
    refused = {
        "Invalid Vendor 'V9' specified.": call("bills.post", make_bill(VENDORID="V9")),
        "Another Vendor with the given value(s) V1": call("vendors.post", {**VENDOR, "VENDORID": "V1"}),
        "do not balance; they differ by 0.01": call("journal_entries.post", make_journal("5.24")),
        "XL03000003": send("create_potransaction", make_purchase(state="Draft")),
        "Object definition APPLE not found": send("query", query),
        "Invalid or expired resultId": send("readMore", {"resultId": "none"}),
    }

    _, *outcomes = site.run_python(*refused.values())

    for text, outcome in zip(refused, outcomes, strict=True):
        assert outcome["error"]["name"] == "WrongParamsError"
        assert text in outcome["error"]["message"]


BUSY = [{"errorno": "GW", "description2": "The Service is Temporarily Off-line"}]
#: What befalls a query, and the error it is then; nothing goes on after the last one.
FAILURES: Sequence[tuple[Mapping[str, object], str]] = (
    *(
        ({"action": "http", "status": status, "body": "<response><control/></response>"}, name)
        for status, name in (
            (401, "InvalidTokenError"),
            (403, "NoPrivilegeError"),
            (404, "NotFoundItemError"),
            (498, "ExpiredTokenError"),
            (500, "InternalServerError"),
            (429, "SageIntacctSDKError"),
        )
    ),
    ({"action": "refuse", "errors": BUSY}, "InternalServerError"),
    ({"action": "expire_sessions"}, "InvalidTokenError"),
)


def test_a_failing_gateway_is_one_of_its_errors(site: Site) -> None:
    site.set_faults(*(fault for fault, _ in FAILURES))

    _, *outcomes = site.run_python(*[READ] * len(FAILURES))

    assert [outcome["error"]["name"] for outcome in outcomes] == [name for _, name in FAILURES]
