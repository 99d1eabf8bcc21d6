"""Changes that money depends on wait for a second person: plans go on with the values approved before."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.flows.scene import BOOKS, Scene, make_contact, write_invoice

from ml_connector.flows import edi_to_intacct
from ml_connector.flows.cadence import Cadence
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.receiving import receive
from ml_connector.flows.reference.approving import decide
from ml_connector.flows.reference.rows import restore_record
from ml_connector.intacct import Contact, PermissionDenied, Vendor
from ml_connector.records.reference import Approval
from ml_connector.records.status import Status

FIRST, SECOND = BOOKS.vendors


def change(scene: Scene, *, custom: dict[str, str] | None = None, **fields: Any) -> None:
    """Somebody changes the vendor V1 in Intacct, and we see it."""
    vendor = replace(scene.finance.books.vendors[0], **fields)
    details = {"V1": custom} if custom is not None else scene.finance.books.custom
    scene.finance.books = replace(scene.finance.books, vendors=(vendor, SECOND), custom=details)
    scene.wait(minutes=6)
    assert scene.do(refresh) == []


def see_vendor(scene: Scene) -> Vendor:
    """V1 as plans see it."""
    with scene.store.begin() as work:
        newest = work.reference.newest("BIRCH")
        assert newest is not None
        (row,) = work.reference.slice("BIRCH", newest[0], [("vendor", "V1")])["vendor", "V1"]
    vendor = restore_record(row)
    assert isinstance(vendor, Vendor)
    return vendor


def list_waiting(scene: Scene) -> tuple[Approval, ...]:
    with scene.store.begin() as work:
        return work.reference_approvals.list("BIRCH", status="waiting")


@pytest.fixture
def taken(scene: Scene) -> Scene:
    scene.do(refresh)
    return scene


@pytest.mark.rule("Controls", 1)
def test_new_terms_wait_while_the_new_name_acts_at_once(taken: Scene) -> None:
    change(taken, term="N45", name="Alnwick Holdings", on_hold=True)

    seen = see_vendor(taken)
    assert (seen.term, seen.name, seen.on_hold) == ("N30", "Alnwick Holdings", True)
    (waiting,) = list_waiting(taken)
    assert waiting.says == "vendor V1 terms N30 → N45"


@pytest.mark.rule("Controls", 1)
def test_agreed_to_by_a_second_person_they_act_in_a_version_of_their_own(taken: Scene) -> None:
    change(taken, term="N45")
    with taken.store.begin() as work:
        before = work.reference.newest("BIRCH")
    (waiting,) = list_waiting(taken)
    taken.wait(minutes=1)

    done = decide(taken.store, "BIRCH", waiting.id, "approved", by="bea", reason="called them")

    with taken.store.begin() as work:
        after = work.reference.newest("BIRCH")
    assert before is not None
    assert after == (before[0] + 1, before[1])
    assert see_vendor(taken).term == "N45"
    assert done is not None
    assert (done.status, done.decided_by, done.reason) == ("approved", "bea", "called them")
    entry = taken.audit("vendor:BIRCH/V1")[-1]
    assert (entry.action, entry.detail["by"]) == ("reference approved", "bea")
    assert decide(taken.store, "BIRCH", waiting.id, "declined", by="bob", reason="late") is None


def test_declined_they_are_never_used_until_intacct_changes_again(taken: Scene) -> None:
    change(taken, term="N90")
    (waiting,) = list_waiting(taken)
    assert decide(taken.store, "BIRCH", waiting.id, "declined", by="bea", reason="not from them") is not None

    change(taken, name="Alnwick & Sons")
    assert (see_vendor(taken).term, list_waiting(taken)) == ("N30", ())

    change(taken, term="N60")
    (again,) = list_waiting(taken)
    assert (see_vendor(taken).term, again.says) == ("N30", "vendor V1 terms N30 → N60")


def test_what_is_agreed_to_is_what_was_shown_and_not_what_came_after(taken: Scene) -> None:
    change(taken, term="N45")
    (shown,) = list_waiting(taken)
    change(taken, term="N90")

    assert decide(taken.store, "BIRCH", shown.id, "approved", by="bea", reason="") is None

    (now,) = list_waiting(taken)
    assert (see_vendor(taken).term, now.asked) == ("N30", {"term": "N90"})


def test_a_vendor_that_a_reading_lost_and_found_again_waits_as_before(taken: Scene) -> None:
    """Nobody gets a change past a second person by letting the vendor vanish for a moment."""
    change(taken, term="N45")
    (asked,) = list_waiting(taken)
    lost = taken.finance.books.vendors
    taken.finance.books = replace(taken.finance.books, vendors=(SECOND,))
    taken.wait(minutes=6)
    taken.do(refresh)
    taken.finance.books = replace(taken.finance.books, vendors=lost)
    taken.wait(minutes=6)
    taken.do(refresh)

    assert see_vendor(taken).term == "N30"
    assert list_waiting(taken) == (asked,)


def test_a_vendor_that_comes_back_in_the_same_version_with_another_remit_to_has_changed(taken: Scene) -> None:
    vendor = replace(FIRST, term="N45")

    def lose() -> None:
        with taken.store.begin() as work:
            work.reference_sync.take_turn("BIRCH")
            work.reference_sync.remove("BIRCH", "vendor", [FIRST.record_no])

    lose()
    taken.finance.books = replace(BOOKS, vendors=(vendor, SECOND))
    taken.wait(minutes=6)
    taken.do(refresh)

    assert see_vendor(taken).term == "N30"
    assert [each.says for each in list_waiting(taken)] == ["vendor V1 terms N30 → N45"]


def test_a_change_that_is_taken_back_in_intacct_waits_no_more(taken: Scene) -> None:
    change(taken, term="N45")
    change(taken, term="N30")

    assert (see_vendor(taken).term, list_waiting(taken)) == ("N30", ())
    with taken.store.begin() as work:
        (withdrawn,) = work.reference_approvals.list("BIRCH")
    assert withdrawn.status == "withdrawn"


def test_remit_to_and_payment_method_wait_too_and_the_entry_says_so(taken: Scene) -> None:
    change(taken, custom={"pay_to_contact": "Fast Cash", "PAYMETHODKEY": "5"})

    (waiting,) = list_waiting(taken)
    assert waiting.says == "vendor V1 remit-to none → Fast Cash, payment method none → 5"
    entry = taken.audit("vendor:BIRCH/V1")[-1]
    assert entry.detail["says"] == waiting.says
    assert entry.detail["waits"] == "remit-to none → Fast Cash, payment method none → 5"


def test_a_vendor_is_not_found_by_a_tax_id_nobody_agreed_to(taken: Scene) -> None:
    change(taken, tax_id="11-1111111")

    (waiting,) = list_waiting(taken)
    with taken.store.begin() as work:
        newest = work.reference.newest("BIRCH")
        assert newest is not None
        assert work.reference.slice("BIRCH", newest[0], [("vendor", "tax:111111111")]) == {}
    decide(taken.store, "BIRCH", waiting.id, "approved", by="bea", reason="")
    with taken.store.begin() as work:
        newest = work.reference.newest("BIRCH")
        assert newest is not None
        assert work.reference.slice("BIRCH", newest[0], [("vendor", "tax:111111111")])


def test_where_four_eyes_are_switched_off_everything_acts_at_once(scene: Scene) -> None:
    scene.cadence = Cadence(waits=False)
    scene.do(refresh)
    change(scene, term="N45")

    assert (see_vendor(scene).term, list_waiting(scene)) == ("N45", ())


def test_an_approval_while_a_copy_is_being_taken_counts_with_it(taken: Scene) -> None:
    change(taken, term="N45")
    (waiting,) = list_waiting(taken)
    with taken.store.begin() as work:
        being_taken = work.reference_sync.open("BIRCH")

    decide(taken.store, "BIRCH", waiting.id, "approved", by="bea", reason="")

    assert see_vendor(taken).term == "N30"
    taken.wait(minutes=6)
    taken.do(refresh)
    assert see_vendor(taken).term == "N45"
    with taken.store.begin() as work:
        newest = work.reference.newest("BIRCH")
    assert newest is not None
    assert newest[0] == being_taken


def test_a_change_tells_how_many_open_documents_use_the_vendor(scene: Scene) -> None:
    scene.drop(write_invoice("A-1", item="CLOSED"), write_invoice("A-2", item="CLOSED"), write_invoice("A-3"))
    assert scene.run() == []
    assert scene.statuses() == {"A-1": Status.HELD, "A-2": Status.HELD, "A-3": Status.POSTED}

    change(scene, name="Alnwick Holdings")

    entry = scene.audit("vendor:BIRCH/V1")[-1]
    assert entry.detail["says"] == "vendor V1 renamed to Alnwick Holdings; 2 open documents use it"


def test_bills_are_planned_with_the_approved_terms(scene: Scene) -> None:
    (term,) = BOOKS.terms
    scene.finance.books = replace(BOOKS, terms=(term, replace(term, record_no=2, name="N45", due_days=45)))
    scene.do(refresh)
    change(scene, term="N45")
    scene.drop(write_invoice("A-1"))
    scene.run()

    assert scene.bill("A-1").term == "N30"
    (waiting,) = list_waiting(scene)
    decide(scene.store, "BIRCH", waiting.id, "approved", by="bea", reason="")
    scene.drop(write_invoice("A-2"), name="next.edi")
    scene.run()
    assert scene.bill("A-2").term == "N45"


@pytest.mark.rule("Who is the vendor, who is paid", 9)
def test_while_a_new_remit_to_waits_bills_name_the_contact_approved_before(scene: Scene) -> None:
    treasury = make_contact("Alnwick Treasury")
    scene.finance.books = replace(
        BOOKS, others=(treasury,), custom={"V1": {"pay_to_contact": "Alnwick Treasury"}}
    )
    scene.do(refresh)
    change(scene, custom={"pay_to_contact": "Fast Cash"})
    scene.drop(write_invoice("A-1"))
    scene.run()

    stored = scene.posting("A-1").posting
    assert (scene.statuses(), scene.bill("A-1").pay_to_contact) == (
        {"A-1": Status.POSTED},
        "Alnwick Treasury",
    )
    (why,) = [reason for reason in stored.provenance if reason.path == "BILLTOPAYTOCONTACTNAME"]
    assert why.rule == "pay-to contact approved before; nobody has agreed to the new one"
    decide(scene.store, "BIRCH", list_waiting(scene)[0].id, "approved", by="bea", reason="")
    scene.drop(write_invoice("A-2"), name="next.edi")
    scene.run()
    assert scene.bill("A-2").pay_to_contact is None


@pytest.mark.rule("Who is the vendor, who is paid", 9)
@pytest.mark.parametrize("contacts", [(), (make_contact("Alnwick Treasury", "inactive"),)])
def test_where_the_contact_approved_before_is_gone_the_bill_waits_for_who_agrees(
    scene: Scene, contacts: tuple[Contact, ...]
) -> None:
    scene.finance.books = replace(
        BOOKS, others=contacts, custom={"V1": {"pay_to_contact": "Alnwick Treasury"}}
    )
    scene.do(refresh)
    change(scene, custom={"pay_to_contact": "Fast Cash"})
    scene.drop(write_invoice("A-1"))
    scene.run()

    (need,) = scene.needs("A-1")
    assert str(need) == "remit_to:V1/pay-to/Alnwick Treasury"
    assert (
        "the contact Alnwick Treasury, at which vendor V1 is to be paid, is not in Intacct any more"
        in need.reason
    )
    assert "`reference approve`" in need.reason
    decide(scene.store, "BIRCH", list_waiting(scene)[0].id, "approved", by="bea", reason="")
    scene.run()
    assert scene.statuses() == {"A-1": Status.POSTED}


def test_where_no_contact_was_approved_before_the_bill_waits_until_the_change_is_taken_back(
    taken: Scene,
) -> None:
    change(taken, custom={"pay_to_contact": "Fast Cash"})
    taken.drop(write_invoice("A-1"))
    taken.run()
    (need,) = taken.needs("A-1")
    assert str(need) == "remit_to:V1/pay-to"
    assert "there was none before, which a bill cannot say" in need.reason

    change(taken, custom={"pay_to_contact": ""})
    taken.run()

    assert taken.statuses() == {"A-1": Status.POSTED}
    assert taken.bill("A-1").pay_to_contact is None


@pytest.mark.rule("Who is the vendor, who is paid", 9)
def test_a_bill_planned_before_its_vendor_s_remit_to_changed_is_held_and_not_sent(taken: Scene) -> None:
    taken.drop(write_invoice("A-1"))
    taken.do(receive, edi_to_intacct.read, edi_to_intacct.plan)
    change(taken, custom={"pay_to_contact": "Fast Cash"})

    taken.do(edi_to_intacct.post)

    assert (taken.statuses(), taken.finance.bills) == ({"A-1": Status.HELD}, [])
    (need,) = taken.needs("A-1")
    assert "where its vendor is paid was changed in Intacct after it was planned" in need.reason


@pytest.mark.parametrize("contact", ["", "Alnwick Treasury"], ids=["primary contact", "pay-to contact"])
def test_a_new_address_of_the_same_contact_waits_and_holds_the_bills_paid_there(
    scene: Scene, contact: str
) -> None:
    place = f"{'PAYTO' if contact else 'DISPLAYCONTACT'}.MAILADDRESS.ADDRESS1"
    details = {"pay_to_contact": contact, place: "1 Old Street"}
    scene.finance.books = replace(BOOKS, custom={"V1": details})
    scene.do(refresh)
    scene.drop(write_invoice("A-1"))
    scene.do(receive, edi_to_intacct.read, edi_to_intacct.plan)
    change(scene, custom={**details, place: "9 New Street"})
    scene.drop(write_invoice("A-2"), name="next.edi")
    scene.run()

    (waiting,) = list_waiting(scene)
    assert waiting.says == "vendor V1 remit-to address 1 Old Street → 9 New Street"
    assert "where its vendor is paid was changed" in scene.needs("A-1")[0].reason
    (need,) = scene.needs("A-2")
    assert str(need) == "remit_to:V1/pay-to"
    assert "the address that vendor V1 is paid at was changed in Intacct" in need.reason
    assert scene.finance.bills == []
    decide(scene.store, "BIRCH", waiting.id, "approved", by="bea", reason="")
    scene.run()
    assert scene.document("A-2").status is Status.POSTED


@pytest.mark.parametrize(("named", "status"), [("Alnwick Lockbox", Status.POSTED), ("Treasury", Status.HELD)])
def test_a_remit_to_of_the_rules_goes_before_a_new_address_unless_it_is_that_contact(
    scene: Scene, named: str, status: Status
) -> None:
    scene.rules += f'\n[[remit_to]]\ncode = "92/99"\npartner = "Alnwick Bolts"\ncontact = "{named}"\n'
    details = {"pay_to_contact": "Treasury", "PAYTO.PRINTAS": "Alnwick Bolts"}
    scene.finance.books = replace(BOOKS, others=(make_contact(named),), custom={"V1": details})
    scene.do(refresh)
    change(scene, custom={**details, "PAYTO.PRINTAS": "Fast Cash"})
    big, vendor, *rest = write_invoice("A-1")
    scene.drop((big, vendor, "N1*RI*Somewhere*92*99", *rest))

    scene.run()

    assert scene.document("A-1").status is status


def test_an_address_that_is_not_read_whole_is_not_kept_and_so_never_seems_to_change(scene: Scene) -> None:
    details = {"DISPLAYCONTACT.MAILADDRESS.CITY": "Alnwick"}
    scene.finance.books = replace(BOOKS, custom={"V1": details})
    scene.do(refresh)
    scene.cadence = Cadence(without={"vendor": ("DISPLAYCONTACT.MAILADDRESS.ZIP",)})

    change(scene, custom={"DISPLAYCONTACT.MAILADDRESS.CITY": "Bamburgh"})

    assert list_waiting(scene) == ()


def test_a_user_who_may_not_read_contacts_has_the_bill_refused_rather_than_paid_elsewhere(
    scene: Scene,
) -> None:
    scene.finance.books = replace(BOOKS, custom={"V1": {"pay_to_contact": "Alnwick Treasury"}})
    scene.do(refresh)
    change(scene, custom={"pay_to_contact": "Fast Cash"})
    scene.finance.reading.refuses["CONTACT"] = PermissionDenied("may not read CONTACT")
    scene.drop(write_invoice("A-1"))

    assert scene.run() == []

    assert scene.list_sent()[-1][0].pay_to_contact == "Alnwick Treasury"
