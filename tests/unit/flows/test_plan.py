"""The plan: what is booked, what waits and for what, and what was here before."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Self

import pytest
from tests.fakes import AT_ONCE, Fault, Killed
from tests.unit.flows.scene import (
    BOOKS,
    RULES,
    Scene,
    make_bill,
    share,
    write_file,
    write_invoice,
)

from ml_connector import edi
from ml_connector.flows.edi_to_intacct import plan, process, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.overruling import reject, release
from ml_connector.flows.planning.ap_bill import BillCase
from ml_connector.flows.planning.asking import look_up
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.opening import open_cases
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.flows.reading import describe_document
from ml_connector.flows.receiving import receive
from ml_connector.intacct import NotSent, Unavailable
from ml_connector.mapping.answers import ask_for
from ml_connector.mapping.rules.rulebook import Partner, Rules
from ml_connector.records.keys import Target
from ml_connector.records.needs import Need
from ml_connector.records.status import Status


def test_a_document_is_ready_with_its_posting_and_what_it_rests_on(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1", 11_840))

    troubles = scene.do(refresh, receive, read, plan)

    posting, bill = scene.posting("INV-1").posting, scene.bill("INV-1")
    document = scene.document("INV-1")
    assert troubles == []
    assert (document.status, document.vendor, document.vendor_name) == (Status.READY, "V1", "Alnwick Bolts")
    assert posting.target == Target(company="BIRCH", entity="E1")
    assert (bill.vendor_id, bill.number) == ("V1", "INV-1")
    assert [line.amount for line in bill.lines] == [Decimal("118.40")]
    assert bill.due_date == date(2031, 4, 9)
    assert bill.description.endswith(posting.mark)
    assert (posting.revision, posting.mark) == (1, document.document.document_key)
    assert (posting.pins.rules, posting.pins.reference) == (1, 1)
    assert scene.finance.requests == []


@pytest.mark.rule("Before anything else", 18)
def test_what_posts_at_the_top_level_has_no_entity(scene: Scene) -> None:
    scene.rules = RULES.replace('entity = "E1"', 'entity = "E1"\npost_at = "top"')
    scene.drop(write_invoice("INV-1"))

    scene.run()

    assert scene.finance.bills[0].entity == ""


@pytest.mark.parametrize(
    ("segments", "sender", "need"),
    [
        (write_invoice("INV-1", vendor="99"), "ALNWICK", "vendor"),
        (write_invoice("INV-1", item="CLOSED"), "ALNWICK", "account"),
        (write_invoice("INV-1"), "STRANGER", "partner"),
        (write_invoice("INV-1", on="20310401"), "ALNWICK", "date"),
    ],
    ids=["unknown vendor", "closed account", "unknown sender", "future date"],
)
def test_what_cannot_be_booked_is_held_and_names_what_it_needs(
    scene: Scene, segments: tuple[str, ...], sender: str, need: str
) -> None:
    scene.drop(segments, write_invoice("INV-2"), sender=sender)

    scene.run()

    kinds = {each.kind for each in scene.needs("INV-1")}
    assert scene.document("INV-1").status is Status.HELD
    assert need in kinds
    assert scene.document("INV-1").reason == scene.needs("INV-1")[0].reason
    assert scene.statuses()["INV-2"] is (Status.HELD if need == "partner" else Status.POSTED)


@pytest.mark.parametrize(
    ("old", "new", "sender", "need"),
    [
        (
            'set = "810"\ntarget = "ap_bill"',
            'set = "850"\ntarget = "purchase_order"',
            "ALNWICK",
            "route:810/Alnwick Bolts",
        ),
        ('set = "810"', 'set = "810"\npartner = "Alnwick Bolts"', "STRANGER", "route:810/ZZ/STRANGER"),
    ],
)
def test_what_has_no_route_is_held_and_goes_when_it_has_one(
    scene: Scene, old: str, new: str, sender: str, need: str
) -> None:
    scene.rules = RULES.replace(old, new)
    scene.drop(write_invoice("INV-1"), sender=sender)
    scene.run()
    status, missing = scene.document("INV-1").status, [str(each) for each in scene.needs("INV-1")]
    scene.rules = RULES

    scene.run()

    assert (status, missing) == (Status.HELD, [need])
    assert scene.document("INV-1").status is (Status.POSTED if sender == "ALNWICK" else Status.HELD)


def test_a_fault_of_ours_on_one_document_holds_it_and_never_stops_the_others(scene: Scene) -> None:
    class Faulty(Rules):
        def list_bound(self, partner: Partner) -> set[str]:  # as a fault in the mapping would
            if partner.name == "Bamburgh Hub":
                raise ZeroDivisionError("a rule divided by nothing")
            return super().list_bound(partner)

    scene.drop(write_invoice("INV-1"), sender="HUB", name="hub.edi")
    scene.drop(write_invoice("INV-2"))
    run = scene.make_run()
    rules = Faulty.model_construct(**dict(run.link.rules))
    faulty = replace(run, link=replace(run.link, rules=rules))

    refresh(faulty)
    process(faulty)

    (need,) = scene.needs("INV-1")
    assert scene.statuses() == {"INV-1": Status.HELD, "INV-2": Status.POSTED}
    assert need.kind == "fault"
    assert "ZeroDivisionError: a rule divided by nothing" in need.reason


def test_a_fault_of_ours_before_anything_can_be_decided_is_a_need_as_well(scene: Scene) -> None:
    class Faulty(BillCase):
        def draft(self, facts: Facts) -> Self:
            raise ZeroDivisionError(f"rules {len(facts.rules.routes)} divided by nothing")

    scene.drop(write_invoice("INV-1"))
    scene.do(refresh, receive, read)
    document, basis = scene.document("INV-1"), scene.make_run().basis
    (case,) = open_cases(basis, [document], Outcome(documents={document.id: document}), 1)
    assert isinstance(case, BillCase)

    ((drafted,), _) = look_up(basis, [Faulty(opened=case.opened, subject=case.subject)], 1, pause=iter)

    assert isinstance(drafted.drafted, Need)
    assert (drafted.drafted.kind, drafted.seeker) == ("fault", None)
    assert "ZeroDivisionError" in drafted.drafted.reason


def test_what_a_person_releases_is_planned_under_the_next_revision(scene: Scene) -> None:
    scene.finance.order(Fault(says="refused"))
    scene.drop(write_invoice("INV-1"))
    scene.run()
    refused = scene.posting("INV-1").posting
    id_ = scene.document("INV-1").id

    released = release(scene.store, [id_, 99], reason="the period is open again")
    scene.run()

    again = scene.posting("INV-1").posting
    assert released == {id_}
    assert (refused.revision, again.revision) == (1, 2)
    assert refused.control_id != again.control_id
    assert scene.document("INV-1").status is Status.POSTED
    assert scene.needs("INV-1") == ()
    assert "released" in scene.actions("INV-1")


def test_what_a_person_rejects_is_never_booked(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1", vendor="99"), write_invoice("INV-2"))
    scene.run()
    held, posted = scene.document("INV-1").id, scene.document("INV-2").id

    rejected = reject(scene.store, [held, posted], reason="not ours")
    scene.rules += "\n# a remark, and so another version"
    scene.run()

    assert rejected == {held}
    assert scene.statuses() == {"INV-1": Status.REJECTED, "INV-2": Status.POSTED}
    assert scene.document("INV-1").reason == "not ours"
    assert scene.needs("INV-1") == ()


def test_test_traffic_on_a_live_link_is_filed(scene: Scene) -> None:
    scene.mailbox.drop("test.edi", write_file(write_invoice("INV-1"), usage="T"))

    scene.run()

    document = scene.document("INV-1")
    assert (document.status, "test interchange" in document.reason) == (Status.FILED, True)


def test_nothing_is_planned_before_anything_is_known_of_intacct(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))

    scene.do(receive, read, plan)

    assert scene.statuses() == {"INV-1": Status.READ}


def test_the_same_invoice_twice_in_one_plan_is_one_bill_and_a_duplicate(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.drop(write_invoice("INV-1"), name="again.edi")

    scene.run()

    first, second = scene.documents()
    assert (first.status, second.status) == (Status.POSTED, Status.DUPLICATE)
    assert second.reason.startswith(f"the same as document #{first.id}")
    assert scene.finance.count_bills("V1", "INV-1") == 1


@pytest.mark.rule("810 invoice", 22)
def test_the_same_invoice_after_it_was_posted_is_a_duplicate(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.run()
    scene.drop(write_invoice("INV-1"), name="again.edi")

    scene.run()

    assert [each.status for each in scene.documents()] == [Status.POSTED, Status.DUPLICATE]
    assert scene.finance.count_bills("V1", "INV-1") == 1


@pytest.mark.rule("810 invoice", 22)
def test_the_same_invoice_by_way_of_another_partner_is_seen_by_its_vendor(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.drop(write_invoice("INV-1"), name="hub.edi", sender="HUB")

    scene.run()

    assert [each.status for each in scene.documents()] == [Status.POSTED, Status.DUPLICATE]


@pytest.mark.rule("810 invoice", 22)
def test_the_same_number_of_two_vendors_is_two_bills(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.drop(write_invoice("INV-1", 9_900, vendor="88"), name="hub.edi", sender="HUB")

    scene.run()

    assert [each.status for each in scene.documents()] == [Status.POSTED, Status.POSTED]


@pytest.mark.rule("810 invoice", 22)
def test_another_amount_under_a_posted_number_is_held_as_a_possible_correction(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.run()
    scene.drop(write_invoice("INV-1", 10_100), name="corrected.edi")

    scene.run()

    posted, held = scene.documents()
    assert (posted.status, held.status) == (Status.POSTED, Status.HELD)
    assert f"document #{posted.id}" in held.reason
    assert scene.finance.count_bills("V1", "INV-1") == 1


@pytest.mark.rule("Before anything else", 5)
def test_a_copy_is_known_as_the_document_it_is_of_and_makes_no_second_bill(scene: Scene) -> None:
    original = write_invoice("INV-1")
    scene.drop(original)
    scene.run()
    scene.drop(("BIG*20310310*INV-1******07", *original[1:]), name="copy.edi")

    scene.run()

    posted, copy = scene.documents()
    assert copy.document.key == posted.document.key
    assert copy.status is Status.FILED
    assert f"a copy (purpose 07) of document #{posted.id}" in copy.reason
    assert scene.finance.count_bills("V1", "INV-1") == 1


def test_a_held_document_keeps_all_its_needs_beside_the_one_of_its_number(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"), write_invoice("INV-1", 500, item="CLOSED"))

    scene.run()

    _, second = scene.documents()
    with scene.store.begin() as work:
        kinds = [need.kind for need in work.needs.list_open([second.id])[second.id]]
    assert kinds[-1] == "duplicate"
    assert "account" in kinds


@pytest.mark.rule("810 invoice", 23)
def test_a_bill_that_was_entered_by_hand_makes_the_invoice_a_duplicate(scene: Scene) -> None:
    bill = scene.finance.enter_by_hand(make_bill("INV-1")).found
    scene.drop(write_invoice("INV-1"))

    scene.run()

    document = scene.document("INV-1")
    assert document.status is Status.DUPLICATE
    assert document.reason == f"the same as bill {bill.record_no} in Intacct (100.00 of 2031-03-10)"


BESIDE_BILL: Final = "duplicate:Alnwick Bolts/V1/INV-1/100.00/bill 1"


@pytest.mark.rule("810 invoice", 23)
def test_another_bill_under_the_number_in_intacct_holds_the_invoice(scene: Scene) -> None:
    scene.finance.enter_by_hand(make_bill("INV-1", "99.00"))
    scene.drop(write_invoice("INV-1"))

    scene.run()

    (need,) = scene.needs("INV-1")
    assert (scene.document("INV-1").status, str(need)) == (Status.HELD, BESIDE_BILL)
    assert "decide which one is right" in need.reason


def test_a_reversed_bill_in_intacct_does_not_count(scene: Scene) -> None:
    scene.finance.enter_by_hand(make_bill("INV-1"), state="Reversed")
    scene.drop(write_invoice("INV-1"))

    scene.run()

    assert scene.document("INV-1").status is Status.POSTED


def test_our_own_bill_is_known_by_its_mark_after_the_store_was_lost(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.run()
    (bill,) = scene.finance.bills
    scene.lose_store()
    scene.drop(write_invoice("INV-1"), name="again.edi")

    scene.run()

    (document,) = scene.documents()
    assert document.status is Status.DUPLICATE
    assert document.reason.startswith(f"the same as bill {bill.found.record_no} in Intacct")
    assert "posted by this connector" in document.reason
    assert scene.finance.count_bills("V1", "INV-1") == 1


def test_when_intacct_cannot_be_asked_for_duplicates_nothing_is_decided(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.finance.order_find_error(Unavailable("the gateway is off-line"))

    (trouble,) = scene.run()

    assert (trouble.step, trouble.system, trouble.message) == ("plan", "intacct", "the gateway is off-line")
    assert scene.statuses() == {"INV-1": Status.READ}
    assert scene.run() == []
    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_a_document_that_today_s_reader_cannot_read_is_rejected_and_the_others_go_on(
    scene: Scene,
) -> None:
    content = write_file(("BSR*3*OR*PO-1*20310310",), code="870")
    scene.mailbox.drop("status.edi", content)
    scene.drop(write_invoice("INV-2"))
    scene.do(receive)
    (file, _) = scene.files()
    (transaction,) = [item for item in edi.read([content]) if isinstance(item, edi.Transaction)]
    found = replace(describe_document("main", transaction), status=Status.READ)
    nowhere = replace(found, index=1, slices=replace(found.slices, envelope_offset=7))
    with scene.store.begin() as work:
        work.documents.add(file.id, [found, nowhere])

    scene.run()

    first, second, third = scene.documents()
    assert (first.status, second.status, third.status) == (Status.FILED, Status.REJECTED, Status.POSTED)
    assert first.reason == "set 870 is kept but not processed yet"
    assert "no longer is" in second.reason


@pytest.mark.parametrize("stored", [True, False])
def test_a_plan_that_is_cut_short_is_made_again_once(scene: Scene, *, stored: bool) -> None:
    scene.drop(write_invoice("INV-1"), write_invoice("INV-2", vendor="99"))
    scene.do(refresh, receive, read)
    run = scene.make_run()
    scene.store.die_in(7, stored=stored)
    with pytest.raises(Killed):
        plan(run)
    scene.restart()

    scene.run()

    assert scene.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.HELD}
    assert scene.actions("INV-1") == ["read", "ready", "sending", "posted"]


def test_what_was_held_goes_by_itself_once_intacct_has_what_it_needs(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1", vendor="66"))
    scene.rules = RULES.replace('vendors = ["V1"]', 'vendors = ["V1", "V9"]')
    scene.run()
    waiting = scene.document("INV-1").status
    scene.finance.books = replace(
        BOOKS, vendors=(*BOOKS.vendors, replace(BOOKS.vendors[1], record_no=9, vendor_id="V9"))
    )
    scene.wait(minutes=6)

    scene.run()

    assert (waiting, scene.document("INV-1").status) == (Status.HELD, Status.POSTED)
    assert scene.needs("INV-1") == ()
    assert scene.actions("INV-1") == ["read", "held", "released", "ready", "sending", "posted"]


def test_what_is_held_for_the_same_reason_after_a_change_gets_no_new_entry(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1", vendor="99"))
    scene.run()
    scene.rules += "\n# a remark, and so another version"

    scene.run()
    scene.run()

    assert scene.actions("INV-1") == ["read", "held"]
    assert len(scene.needs("INV-1")) == 1


def test_what_intacct_has_refused_is_not_released_by_a_change_of_the_rules(scene: Scene) -> None:
    scene.finance.order(Fault(says="refused"))
    scene.drop(write_invoice("INV-1"))
    scene.run()
    scene.rules += "\n# a remark, and so another version"

    scene.run()

    assert scene.document("INV-1").status is Status.HELD
    assert scene.actions("INV-1") == ["read", "ready", "sending", "refused"]


@pytest.mark.parametrize("sender", ["ALNWICK", "HUB"])
def test_two_links_to_one_company_that_are_sent_the_same_invoice_make_one_bill(
    scene: Scene, sender: str
) -> None:
    other = share(scene, "second")
    scene.finance.order(Fault(error=NotSent("no connection")))
    scene.drop(write_invoice("INV-1"))
    scene.run()
    other.drop(write_invoice("INV-1"), name="again.edi", sender=sender)

    other.run()

    waiting, held = scene.document("INV-1"), other.document("INV-1")
    (need,) = other.needs("INV-1")
    assert (waiting.status, held.status) == (Status.READY, Status.HELD)
    assert str(need) == f"duplicate:document/{waiting.id}"

    scene.wait(minutes=1)
    scene.run()
    other.rules += "\n# a remark, and so another version"
    other.run()

    assert (scene.document("INV-1").status, other.document("INV-1").status) == (
        Status.POSTED,
        Status.DUPLICATE,
    )
    assert scene.finance.count_bills("V1", "INV-1") == 1


def test_a_document_that_another_process_has_planned_meanwhile_is_left_to_it(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.do(refresh, receive, read)
    other = share(scene, "main")
    scene.finance.on_find = other.run

    troubles = scene.run()

    assert troubles == []
    assert scene.document("INV-1").status is Status.POSTED
    assert scene.finance.count_bills("V1", "INV-1") == 1


def test_a_document_that_was_refused_meanwhile_is_not_planned_over_that(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.do(refresh, receive, read)
    other = share(scene, "main")
    scene.finance.order(Fault(says="refused"))
    scene.finance.on_find = other.run

    scene.run()

    assert scene.document("INV-1").status is Status.HELD
    assert [need.kind for need in scene.needs("INV-1")] == ["refused"]
    assert scene.actions("INV-1") == ["read", "ready", "sending", "refused"]


def test_an_invoice_without_a_date_is_held_and_counts_as_due_when_it_came(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1", on=""))

    scene.run()

    document = scene.document("INV-1")
    assert (document.status, document.document.due) == (Status.HELD, scene.clock.now.date())
    assert "date" in document.reason


def test_a_document_that_was_refused_at_the_last_moment_is_not_planned_over_that(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.do(refresh, receive, read)
    another = share(scene, "main").make_run()
    scene.finance.order(Fault(says="refused"))
    run = scene.make_run()
    scene.store.let_in(10, lambda: process(another))

    plan(run)

    assert scene.document("INV-1").status is Status.HELD
    assert scene.actions("INV-1") == ["read", "ready", "sending", "refused"]


@pytest.mark.parametrize("answer", [Fault(lost=True, commits=timedelta(minutes=10)), Fault(commits=AT_ONCE)])
def test_what_another_process_has_sent_under_other_rules_at_the_last_moment_is_not_sent_too(
    scene: Scene, answer: Fault
) -> None:
    other = share(scene, "main")
    other.rules = scene.rules = RULES.replace('senders = ["ZZ/HUB"]', 'senders = ["ZZ/OTHER"]')
    scene.drop(write_invoice("INV-1"), name="hub.edi", sender="HUB")
    scene.run()
    scene.drop(write_invoice("INV-1"))
    scene.finance.order(answer)
    another = other.make_run()
    scene.rules = RULES
    run = scene.make_run()
    scene.store.let_in(10, lambda: process(another))

    plan(run)

    first, second = scene.documents()
    assert second.status in {Status.IN_DOUBT, Status.POSTED}
    assert (first.status, first.reason.startswith("the same, or what it undoes, is on its way")) == (
        Status.HELD,
        True,
    )


def enter_old_bills(scene: Scene) -> None:
    """Bills of 731 and 732 days ago under the numbers of two invoices that come now."""
    today = scene.clock.now.date()
    for number, days in (("INV-1", 732), ("INV-2", 731)):
        old = replace(make_bill(number, "1.00"), date=today - timedelta(days=days))
        scene.finance.enter_by_hand(old)
    scene.drop(write_invoice("INV-1"), write_invoice("INV-2"))


@pytest.mark.rule("810 invoice", 23)
def test_bills_older_than_two_years_are_not_looked_for(scene: Scene) -> None:
    enter_old_bills(scene)

    scene.run()

    assert scene.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.HELD}


def test_bills_are_looked_for_as_far_back_as_the_route_takes_invoices(scene: Scene) -> None:
    scene.rules = RULES.replace('action = "submit"', 'action = "submit"\noldest_days = 36500')
    enter_old_bills(scene)

    scene.run()

    assert scene.statuses() == {"INV-1": Status.HELD, "INV-2": Status.HELD}


def test_on_the_day_that_most_years_lack_two_years_back_is_a_day(scene: Scene) -> None:
    scene.clock.now = scene.clock.now.replace(year=2032, month=2, day=29)
    scene.drop(write_invoice("INV-1", on="20320228"))

    assert scene.run() == []
    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_a_held_invoice_is_a_duplicate_when_another_copy_is_on_its_way_by_the_time_it_is_released(
    scene: Scene,
) -> None:
    scene.rules = RULES.replace('senders = ["ZZ/HUB"]', 'senders = ["ZZ/OTHER"]')
    scene.drop(write_invoice("INV-1"), name="hub.edi", sender="HUB")
    scene.run()
    scene.drop(write_invoice("INV-1"))
    scene.finance.order(Fault(lost=True, commits=timedelta(minutes=10)))
    scene.run()
    states = [each.status for each in scene.documents()]
    scene.rules = RULES

    for _ in range(5):
        scene.run()
        scene.wait(minutes=5)

    assert states == [Status.HELD, Status.IN_DOUBT]
    assert [each.status for each in scene.documents()] == [Status.DUPLICATE, Status.POSTED]
    assert scene.finance.count_bills("V1", "INV-1") == 1


def test_a_number_is_known_again_however_intacct_has_trimmed_it(scene: Scene) -> None:
    scene.drop(write_invoice(" INV 1"))
    scene.finance.enter_by_hand(make_bill("inv 1"))

    scene.run()

    (document,) = scene.documents()
    assert document.status is Status.DUPLICATE


@pytest.mark.rule("810 invoice", 24)
def test_an_invoice_that_people_say_is_another_is_not_held_for_the_bill_of_the_first(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1", 10_000))
    scene.run()
    scene.drop(write_invoice("INV-1", 9_900, on="20310302"), name="other.edi")
    scene.run()
    other = scene.documents()[1].id
    with scene.store.begin() as work:
        [need] = work.needs.list_open([other])[other]
    question = ask_for(str(need), ["Alnwick Bolts"])
    assert question is not None, str(need)
    with scene.store.begin() as work:
        (prepared,) = work.xref.prepare(scene.link, [question.answer("agreed")], by="ana", origin=str(need))
        work.xref.approve(scene.link, [prepared.id], by="mira")

    scene.do(plan)

    assert scene.documents()[1].status is Status.READY
