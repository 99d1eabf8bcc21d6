"""What waits goes by itself once what it waited for is there: exactly that, the first to be paid first, and once."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.databases import Stores
from tests.fake_mailbox import FakeMailbox
from tests.fakes import Books, Fault
from tests.unit.flows.scene import (
    ALIKE,
    ARCHIVE,
    BOOKS,
    INBOUND,
    RULES,
    Scene,
    make_contact,
    open_scene,
    share,
    write_invoice,
)

from ml_connector.engine.tasks import Interrupted
from ml_connector.flows.edi_to_intacct import plan, process, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.overruling import release, reopen
from ml_connector.flows.receiving import receive
from ml_connector.flows.run import Step
from ml_connector.intacct import Unavailable
from ml_connector.records.status import Status
from ml_connector.records.xref import CrossReference

OPEN_RULES = RULES.replace('vendors = ["V1"]', 'vendors = ["V1", "V9"]')


def answer(
    scene: Scene, code: str, vendor: str, *, partner: str = "Alnwick Bolts", kind: str = "vendor"
) -> int:
    """A person answers, another approves; returns the number of the cross-reference."""
    row = CrossReference(kind=kind, partner=partner, code=code, target=vendor)
    with scene.store.begin() as work:
        (prepared,) = work.xref.prepare(scene.link, [row], by="ana", origin="test")
        (acting,) = work.xref.approve(scene.link, [prepared.id], by="mira")
    return acting.id


def add_vendor(scene: Scene, vendor_id: str, name: str = "Somebody new") -> None:
    books = scene.finance.books
    vendor = replace(BOOKS.vendors[1], record_no=100 + len(books.vendors), vendor_id=vendor_id, name=name)
    scene.finance.books = replace(books, vendors=(*books.vendors, vendor))


def let_time_pass(scene: Scene) -> None:
    """Until the copy of the reference is due again."""
    scene.wait(minutes=6)


def list_replanned(scene: Scene, step: Callable[[], object]) -> int:
    """How many documents were decided again by what is done."""
    scene.progress.clear()
    step()
    return max((total for name, _, total in scene.progress if name == "plan"), default=0)


def test_an_answer_frees_exactly_the_documents_that_asked_for_its_code(scene: Scene) -> None:
    scene.drop(*(write_invoice(f"INV-{n}", vendor="91") for n in range(3)))
    scene.drop(write_invoice("INV-8", vendor="99"), name="other.edi")
    scene.run()
    waiting = scene.statuses()

    answer(scene, "VN/92/91", "V1")
    decided = list_replanned(scene, scene.run)

    assert set(waiting.values()) == {Status.HELD}
    assert decided == 3
    assert scene.statuses() == {f"INV-{n}": Status.POSTED for n in range(3)} | {"INV-8": Status.HELD}
    assert [scene.finance.count_bills("V1", f"INV-{n}") for n in range(3)] == [1, 1, 1]
    assert scene.actions("INV-8") == ["read", "held"]
    assert scene.posting("INV-0").posting.provenance[0].rule == "vendor cross-reference VN/92/91 (xref 1)"


def test_an_answer_for_one_partner_frees_nothing_of_another(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1", vendor="91"), name="hub.edi", sender="HUB")
    scene.run()

    answer(scene, "VN/92/91", "V1")
    decided = list_replanned(scene, scene.run)
    answer(scene, "VN/92/91", "V1", partner="Bamburgh Hub")
    scene.run()

    assert decided == 0
    assert scene.statuses() == {"INV-1": Status.POSTED}


@pytest.mark.rule("Controls", 1)
def test_an_answer_that_waits_for_its_approval_frees_nothing(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1", vendor="91"))
    scene.run()
    row = CrossReference(kind="vendor", partner="Alnwick Bolts", code="VN/92/91", target="V1")

    with scene.store.begin() as work:
        work.xref.prepare(scene.link, [row], by="ana", origin="test")

    assert list_replanned(scene, scene.run) == 0
    assert scene.statuses() == {"INV-1": Status.HELD}


@pytest.mark.rule("Controls", 3)
def test_an_answer_that_was_ended_counts_no_more_and_an_old_version_still_knows_it(scene: Scene) -> None:
    scene.make_run()
    id_ = answer(scene, "VN/92/91", "V1")
    version = scene.make_run().link.rules_version
    with scene.store.begin() as work:
        work.xref.decline(scene.link, [id_], by="mira", reason="not theirs")
    scene.drop(write_invoice("INV-1", vendor="91"))

    scene.run()

    newest = scene.make_run().link.rules_version
    with scene.store.begin() as work:
        then = work.xref.list_valid(scene.link, version)
        today = work.xref.list_valid(scene.link, newest)
    assert scene.statuses() == {"INV-1": Status.HELD}
    assert ([each.target for each in then], today) == (["V1"], ())


def test_an_account_answers_for_what_no_rule_covers(scene: Scene) -> None:
    scene.rules = RULES.replace('name = "supplies"', 'name = "supplies"\nwhen = { item = "VN/BOLT" }')
    scene.drop(write_invoice("INV-1", item="NUT"), write_invoice("INV-2", item="PIN"))
    scene.run()
    needs = [str(need) for need in scene.needs("INV-1")]

    answer(scene, "VN/NUT", "6000", kind="coding")
    decided = list_replanned(scene, scene.run)

    assert (needs, decided) == (["coding:Alnwick Bolts/VN/NUT"], 1)
    assert scene.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.HELD}
    rules = {reason.rule for reason in scene.posting("INV-1").posting.provenance}
    assert "answer to coding:Alnwick Bolts/VN/NUT" in rules


def test_a_contact_answers_for_where_a_vendor_is_paid(scene: Scene) -> None:
    scene.finance.books = replace(scene.finance.books, others=(make_contact("Alnwick Treasury"),))
    head, seller, *rest = write_invoice("INV-1")
    scene.drop((head, seller, "N1*RI*Elsewhere*92*55", *rest))
    scene.run()
    (need,) = scene.needs("INV-1")

    answer(scene, "V2/RI/92/55", "Of another vendor", kind="remit_to")
    scene.run()
    waiting = scene.document("INV-1").status
    answer(scene, "V1/RI/92/55", "Alnwick Treasury", kind="remit_to")
    scene.run()

    assert str(need) == "remit_to:Alnwick Bolts/V1/RI/92/55"
    assert (waiting, scene.document("INV-1").status) == (Status.HELD, Status.POSTED)
    assert scene.bill("INV-1").pay_to_contact == "Alnwick Treasury"


def test_an_answer_binds_its_vendor_to_the_partner_and_frees_what_waited_for_that(scene: Scene) -> None:
    scene.rules = RULES.replace('code = "92/88"', 'code = "92/89"')
    scene.drop(write_invoice("INV-1", vendor="V2"))
    scene.run()
    (need,) = scene.needs("INV-1")

    answer(scene, "VN/92/4711", "V2")
    scene.run()

    assert str(need) == "partner_vendor:Alnwick Bolts/V2"
    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_a_row_of_the_reference_frees_exactly_those_that_asked_for_it(scene: Scene) -> None:
    scene.rules = OPEN_RULES
    scene.drop(write_invoice("INV-1", vendor="66"), write_invoice("INV-2", vendor="99"))
    scene.run()

    add_vendor(scene, "V77")
    let_time_pass(scene)
    unrelated = list_replanned(scene, scene.run)
    add_vendor(scene, "V9")
    let_time_pass(scene)
    decided = list_replanned(scene, scene.run)

    assert (unrelated, decided) == (0, 1)
    assert scene.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.HELD}
    assert scene.actions("INV-2") == ["read", "held"]


def test_a_vendor_is_asked_for_by_name_too_and_its_coming_frees_what_named_it(scene: Scene) -> None:
    scene.rules = OPEN_RULES
    scene.drop(write_invoice("INV-1", vendor="99"))  # the seller is called Somebody
    scene.run()

    add_vendor(scene, "V9", "Somebody")
    let_time_pass(scene)
    scene.run()

    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_an_account_that_is_activated_frees_what_was_held_on_it(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1", item="CLOSED"))
    scene.run()
    accounts = tuple(replace(account, status="active") for account in BOOKS.accounts)

    scene.finance.books = replace(scene.finance.books, accounts=accounts)
    let_time_pass(scene)
    scene.run()

    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_a_location_that_moves_to_the_entity_frees_what_was_held_for_it(scene: Scene) -> None:
    home = next(each for each in BOOKS.locations if each.location_id == "10")
    astray = tuple(replace(each, parent_id="E2") if each == home else each for each in BOOKS.locations)
    scene.finance.books = replace(BOOKS, locations=astray)
    scene.drop(write_invoice("INV-1"))
    scene.run()
    needs = [need.kind for need in scene.needs("INV-1")]

    scene.finance.books = BOOKS
    let_time_pass(scene)
    scene.run()

    assert needs == ["entity"]
    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_a_changed_rule_file_decides_again_only_what_rules_can_meet(scene: Scene) -> None:
    head, *rest = write_invoice("INV-1")
    scene.drop((f"{head}*****CA", *rest), write_invoice("INV-2", vendor="99"))
    scene.run()
    kinds = [[need.kind for need in scene.needs(number)] for number in ("INV-1", "INV-2")]

    scene.rules += "\n# a remark, and so another version"

    assert kinds == [["finding"], ["vendor"]]
    assert list_replanned(scene, scene.run) == 1
    assert list_replanned(scene, scene.run) == 0


def test_what_is_to_be_paid_first_goes_first(scene: Scene) -> None:
    days = ("20310312", "20310310", "20310311")
    scene.drop(*(write_invoice(f"INV-{day}", on=day, vendor="91") for day in days))
    scene.run()

    answer(scene, "VN/92/91", "V1")
    scene.run()

    assert [bill.bill.number for bill in scene.finance.bills] == [f"INV-{day}" for day in sorted(days)]


def test_a_release_that_is_cut_short_goes_on_with_the_rest(scene: Scene) -> None:
    scene.slice = 2
    scene.drop(*(write_invoice(f"INV-{n}", vendor="91") for n in range(5)))
    scene.run()
    answer(scene, "VN/92/91", "V1")
    scene.finance.on_find = lambda: scene.finance.order_find_error(Unavailable("the gateway is off-line"))

    (trouble,) = scene.do(plan)
    half = list(scene.statuses().values())
    scene.finance.forget_faults()
    scene.run()

    assert trouble.step == "plan"
    assert (half.count(Status.READY), half.count(Status.HELD)) == (2, 3)
    assert set(scene.statuses().values()) == {Status.POSTED}
    assert len(scene.finance.bills) == 5


def test_between_the_slices_of_a_release_another_link_books_what_came_for_it(scene: Scene) -> None:
    scene.rules += ALIKE  # all of them are of one amount
    scene.slice = 20
    numbers = [f"INV-{n}" for n in range(100)]
    scene.drop(*(write_invoice(number, vendor="91") for number in numbers))
    scene.run()
    answer(scene, "VN/92/91", "V1")
    other = replace(share(scene, "other"), mailbox=FakeMailbox(INBOUND, ARCHIVE))
    held: list[int] = []

    def look(step: Step, done: int, _: int) -> None:
        if (step, done) == ("plan", 40):
            other.drop(write_invoice("NEW-1", vendor="88"), sender="HUB")
            other.run()
            held.append(list(scene.statuses().values()).count(Status.HELD))

    process(replace(scene.make_run(), report=look))

    posted = [bill.bill.number for bill in scene.finance.bills]
    assert held == [60]
    assert sorted(posted) == sorted([*numbers, "NEW-1"])
    assert posted.index("NEW-1") < len(numbers)
    assert set((scene.statuses() | other.statuses()).values()) == {Status.POSTED}


def test_what_comes_while_a_release_makes_room_is_booked_before_what_is_to_be_paid_later(
    scene: Scene,
) -> None:
    scene.slice = 2
    scene.drop(*(write_invoice(f"INV-{n}", vendor="91") for n in range(6)))
    scene.run()
    answer(scene, "VN/92/91", "V1")

    def make_room(step: Step, done: int, _: int) -> None:
        if (step, done) == ("plan", 2):
            raise Interrupted("something else comes first")

    with pytest.raises(Interrupted):
        process(replace(scene.make_run(), report=make_room))
    scene.drop(write_invoice("NEW-1", on="20310301", vendor="88"), name="new.edi", sender="HUB")
    scene.run()

    posted = [bill.bill.number for bill in scene.finance.bills]
    assert sorted(posted) == ["INV-0", "INV-1", "INV-2", "INV-3", "INV-4", "INV-5", "NEW-1"]
    assert posted.index("NEW-1") <= 2


def test_a_process_with_older_rules_does_not_hide_what_it_decides_from_later_answers(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1", vendor="91"))
    slow = scene.make_run()
    refresh(slow)
    answer(scene, "VN/92/90", "V1")
    scene.run()  # the mark is at the newest version now
    scene.drop(write_invoice("INV-2", vendor="91"), name="late.edi")
    answer(scene, "VN/92/91", "V1")
    scene.do(plan)

    for step in (receive, read, plan):  # with rules from before the answer
        step(slow)
    waiting = scene.document("INV-2").status
    scene.run()

    assert waiting is Status.HELD
    assert set(scene.statuses().values()) == {Status.POSTED}


@pytest.mark.rule("Before anything else", 11)
def test_what_was_sent_without_a_clear_end_keeps_its_control_id_when_it_is_released(scene: Scene) -> None:
    scene.doubt = scene.doubt[:1]
    scene.finance.order(*[Fault(lost=True)] * 12)
    scene.drop(write_invoice("INV-1"))
    scene.do(refresh)
    for _ in range(12):
        scene.do(process)
        scene.wait(minutes=20)
    scene.run()
    held, before = scene.document("INV-1"), scene.posting("INV-1")

    release(scene.store, [held.id], reason="Intacct works again", by="mira")
    scene.run()

    after = scene.posting("INV-1")
    assert held.status is Status.HELD
    assert after.posting.control_id == before.posting.control_id
    assert (scene.document("INV-1").status, scene.finance.count_bills("V1", "INV-1")) == (Status.POSTED, 1)


def test_what_is_opened_again_is_decided_by_the_same_checks(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"))
    scene.run()
    scene.drop(write_invoice("INV-1"), name="again.edi")
    scene.run()
    posted, duplicate = scene.documents()

    moved = reopen(scene.store, [posted.id, duplicate.id], reason="look again", by="mira")
    scene.run()

    assert moved == {duplicate.id}
    assert [each.status for each in scene.documents()] == [Status.POSTED, Status.DUPLICATE]
    (entry,) = [e for e in scene.audit(f"document:{duplicate.id}") if e.action == "reopened"]
    assert (entry.actor, entry.detail["run by"], entry.detail["reason"]) == ("mira", "clerk", "look again")


STEPS = st.permutations(
    ["answer 91", "answer 92", "answer coding", "vendor V9", "account", "run", "run", "remark", "end 93"]
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=STEPS)
def test_in_whatever_order_things_happen_the_same_is_posted_in_the_end(
    sqlite_stores: Stores, order: list[str]
) -> None:
    with sqlite_stores.make() as url, open_scene(url) as scene:
        scene.slice = 3
        scene.rules = OPEN_RULES.replace(
            'name = "supplies"', 'name = "supplies"\nwhen = { item = "VN/BOLT" }'
        )
        scene.rules += ALIKE
        codes = ("77", "91", "92", "66", "99")
        scene.drop(*(write_invoice(f"A-{code}", vendor=code) for code in codes))
        scene.drop(*(write_invoice(f"B-{code}", vendor=code, item="NUT") for code in codes), name="b.edi")
        scene.drop(*(write_invoice(f"C-{code}", vendor=code, item="CLOSED") for code in codes), name="c.edi")
        scene.run()

        for step in order:
            take_step(scene, step)
        let_time_pass(scene)
        scene.run()

        posted = {number for number, status in scene.statuses().items() if status is Status.POSTED}
        assert posted == {f"{kind}-{code}" for kind in "ABC" for code in ("77", "91", "92", "66")}
        assert sorted(bill.bill.number for bill in scene.finance.bills) == sorted(posted)


def take_step(scene: Scene, step: str) -> None:
    match step.split():
        case ["answer", "coding"]:
            answer(scene, "VN/NUT", "6000", kind="coding")
        case ["answer", code]:
            answer(scene, f"92/{code}", "V1")
        case ["end", code]:
            id_ = answer(scene, f"92/{code}", "V2")
            with scene.store.begin() as work:
                work.xref.decline(scene.link, [id_], by="mira", reason="not theirs")
        case ["vendor", vendor]:
            add_vendor(scene, vendor)
        case ["account"]:
            opened: Books = scene.finance.books
            accounts = tuple(replace(account, status="active") for account in opened.accounts)
            scene.finance.books = replace(opened, accounts=accounts)
        case ["remark"]:
            scene.rules += "\n# a remark, and so another version"
        case _:
            let_time_pass(scene)
            scene.run()
