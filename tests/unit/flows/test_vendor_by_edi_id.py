"""Vendors are found by the EDI ids that custom fields of Intacct hold."""

from dataclasses import replace

import pytest
from tests.unit.flows.scene import BOOKS, Scene, write_invoice

from ml_connector.flows.cadence import Cadence
from ml_connector.mapping.answers import ask_for
from ml_connector.records.status import Status


@pytest.fixture
def known(scene: Scene) -> Scene:
    """V1 has EDI ids in two fields of its own."""
    custom = {"V1": {"EDI_ID": "92/501, 92/502", "DUNS_NO": "1/123456789"}}
    scene.finance.books = replace(BOOKS, custom=custom)
    scene.cadence = Cadence(edi_fields=("EDI_ID", "DUNS_NO"))
    return scene


@pytest.mark.rule("Who is the vendor, who is paid", 1)
def test_the_edi_id_in_a_custom_field_names_the_vendor_and_the_explanation_the_field(known: Scene) -> None:
    head, _, *rest = write_invoice("A-2")
    known.drop(write_invoice("A-1", vendor="502"), (head, "N1*SE*Whoever*9*1234567890001", *rest))
    known.run()

    assert known.statuses() == {"A-1": Status.POSTED, "A-2": Status.POSTED}
    reasons = [known.posting(number).posting.provenance[0] for number in ("A-1", "A-2")]
    assert [(why.value, why.rule, why.inputs) for why in reasons] == [
        ("V1", "EDI id in Intacct's field EDI_ID", (("N1*VN", "92/502"),)),
        ("V1", "EDI id in Intacct's field DUNS_NO", (("N1*SE", "9/1234567890001"),)),
    ]
    assert reasons[0].losers == ("our vendor number (N1*VN 92/502)",)


def test_what_waits_for_a_vendor_goes_once_intacct_has_its_edi_id(known: Scene) -> None:
    known.drop(write_invoice("A-1", vendor="777"))
    known.run()
    assert [str(need) for need in known.needs("A-1")] == ["vendor:Alnwick Bolts/VN/92/777"]

    known.finance.books = replace(BOOKS, custom={"V1": {"EDI_ID": "777"}})
    known.wait(minutes=6)
    known.run()

    assert known.statuses() == {"A-1": Status.POSTED}


@pytest.mark.rule("Who is the vendor, who is paid", 4)
def test_a_code_that_leads_to_two_vendors_is_held_until_people_answer_and_the_bill_says_why(
    known: Scene,
) -> None:
    known.finance.books = replace(BOOKS, custom={"V2": {"EDI_ID": "92/77"}})
    known.drop(write_invoice("A-1", vendor="77"), sender="HUB")
    known.run()
    (need,) = known.needs("A-1")
    question = ask_for(str(need), ["Bamburgh Hub"])
    assert question is not None

    with known.store.begin() as work:
        (prepared,) = work.xref.prepare(known.link, [question.answer("V2")], by="ana", origin=str(need))
    known.run()
    waiting = known.document("A-1").status
    with known.store.begin() as work:
        work.xref.approve(known.link, [prepared.id], by="mira")
    known.run()

    assert str(need) == "vendor_conflict:Bamburgh Hub/VN/92/77"
    assert "(vendor cross-reference 92/77 of the rules) leads to V1" in need.reason
    assert "(EDI id in Intacct's field EDI_ID) leads to V2" in need.reason
    assert (waiting, known.document("A-1").status) == (Status.HELD, Status.POSTED)
    assert [known.finance.count_bills(vendor, "A-1") for vendor in ("V1", "V2")] == [0, 1]
    assert known.posting("A-1").posting.provenance[0].rule == (
        "vendor cross-reference VN/92/77 (xref 1) over vendor cross-reference 92/77 of the rules, which leads to V1"
    )


def test_a_tax_id_is_not_asked_for_among_edi_ids(known: Scene) -> None:
    """What a held document asked for is stored, and no tax id is stored in clear."""
    known.finance.books = replace(BOOKS, custom={"V1": {"EDI_ID": "FI/771234567"}})
    head, _, *rest = write_invoice("A-1")
    known.drop((head, "N1*SE*Whoever*FI*771234567", *rest))
    known.run()

    assert known.statuses() == {"A-1": Status.HELD}
