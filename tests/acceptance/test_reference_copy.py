"""What the product knows of Intacct, and how it pays by it while a change waits; on the simulated company."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any, Final

import pytest
from tests.acceptance.trade import HUB, Invoice, write_interchange
from tests.acceptance.workbench import Bench
from tests.processes import COMPANY, LINK

from ml_connector.flows.reference.kinds import KINDS

VENDOR: Final = "V-1120"
CODE: Final = "92/AF-PACK"
LATER: Final = timedelta(minutes=61)
_NUMBERS: Final = count(1)


def set_reference(bench: Bench, **changes: object) -> None:
    """Settings of the copy, as `[link.main.reference]` has them."""
    link = bench.app.settings.links[LINK]
    reference = link.settings.reference.model_copy(update=changes)
    changed = replace(link, settings=link.settings.model_copy(update={"reference": reference}))
    bench.app = replace(bench.app, settings=replace(bench.app.settings, links={LINK: changed}))


def find_record(bench: Bench, name: str, key: str, value: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(
        each for each in bench.systems.intacct.ask("GET", "/truth", object=name) if each.get(key) == value
    )
    return found


def name_pay_to(bench: Bench, contact: str) -> None:
    """Somebody enters another pay-to contact for the vendor."""
    number = find_record(bench, "VENDOR", "VENDORID", VENDOR)["RECORDNO"]
    fields = {"PAYTO.CONTACTNAME": contact}
    bench.systems.intacct.ask("POST", "/edits", {"object": "VENDOR", "RECORDNO": number, "fields": fields})


def enter_contact(bench: Bench, name: str) -> None:
    fields = {"CONTACTNAME": name, "PRINTAS": name, "STATUS": "active"}
    bench.systems.intacct.ask("POST", "/records", {"object": "CONTACT", "fields": fields})


def bill(bench: Bench, seller: str = f"SE*Amberfield Packaging*{CODE.replace('/', '*')}") -> str:
    """An invoice comes in, and the product runs; its number."""
    number = f"RC-{next(_NUMBERS):03}"
    invoice = Invoice(number=number, sellers=(seller,))
    bench.systems.cleo.drop(f"{number}.edi", write_interchange(invoice, sender=HUB, control=next(_NUMBERS)))
    bench.move_time(LATER)
    assert bench.once().troubles == ()
    return number


def list_paid(bench: Bench, number: str) -> list[str]:
    """Where the bills of that number are paid, in Intacct's own books."""
    return [each.get("BILLTOPAYTOCONTACTNAME", "") for each in bench.systems.intacct.bills(number=number)]


@pytest.mark.rule("Who is the vendor, who is paid", 9)
def test_while_a_new_pay_to_waits_bills_are_paid_at_the_old_one_or_not_at_all(bench: Bench) -> None:
    old, new = f"Treasury {bench.kind}", f"Fast Cash {bench.kind}"
    enter_contact(bench, old)
    enter_contact(bench, new)
    name_pay_to(bench, old)
    assert bench.once().troubles == ()
    name_pay_to(bench, new)

    assert list_paid(bench, bill(bench)) == [old]

    contact = find_record(bench, "CONTACT", "CONTACTNAME", old)["RECORDNO"]
    bench.systems.intacct.ask("POST", "/deletions", {"object": "CONTACT", "RECORDNO": contact})
    waiting = bill(bench)
    assert list_paid(bench, waiting) == []
    assert f"remit_to:{VENDOR}/pay-to" in bench.type_command("needs", "list").output

    (change,) = bench.app.reference.list_changes(COMPANY)
    bench.app.reference.decide(COMPANY, change.id, "approved", by="bea")
    bench.move_time(LATER)
    assert bench.once().troubles == ()
    assert list_paid(bench, waiting) == [""]


def test_a_vendor_is_found_by_the_edi_id_that_a_custom_field_holds(bench: Bench) -> None:
    set_reference(bench, edi_fields=("EDI_ID",))

    number = bill(bench, seller="SE*Whoever*ZZ*ZZV-1120")

    (found,) = bench.systems.intacct.bills(number=number)
    assert found["VENDORID"] == VENDOR
    assert "EDI id in Intacct's field EDI_ID" in bench.type_command("documents", "explain", number).output


def test_every_kind_can_be_copied_and_is_counted_without_a_gap(bench: Bench) -> None:
    day = "2020-12-31"
    bench.systems.intacct.change_settings(books_closed_through={"E200": day})
    set_reference(bench, kinds=(*KINDS, "dimension:REGION"))

    assert bench.once().troubles == ()

    link = bench.app.report_reference(LINK)
    assert [(line.kind, line.problem) for line in link.kinds if line.problem] == []
    assert {line.gap for line in link.kinds} == {0, None}
    rows = {line.kind: line.rows for line in link.kinds}
    truth = bench.systems.intacct.ask("GET", "/truth")
    assert (rows["unit"], rows["unit_group"]) == (truth["UOMDETAIL"], truth["UOM"])
    assert rows["dimension:REGION"] == truth["REGION"] == 3
    for kind, key, name, value in (
        ("unit", "Weight/Ton", "factor", "2000"),
        ("closed_day", "E200", "closed_through", day),
        ("closed_day", "(top)", "closed_through", None),
        ("dimension:REGION", "1", "name", "North"),
    ):
        shown = bench.app.reference.show(COMPANY, kind, key)
        assert shown is not None
        assert shown.body[name] == value
