"""A seller nobody knows becomes a vendor: as policy and people allow, once, and never what may be there already."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Final

import pytest
from tests.fakes import AT_ONCE, REPEATED, Fault, Killed
from tests.unit.flows.scene import BOOKS, RULES, Scene, share, write_file, write_invoice
from tests.unit.flows.test_release import answer

from ml_connector.app.needs import AnswerRefused, Needs
from ml_connector.app.xrefs import ApprovalRefused, Xrefs
from ml_connector.flows.cadence import Cadence
from ml_connector.flows.edi_to_intacct import read, see_approvals
from ml_connector.flows.receiving import receive
from ml_connector.flows.vendors.adding import add_vendors
from ml_connector.flows.vendors.creating import Order, create_vendor
from ml_connector.flows.vendors.proposing import list_proposed
from ml_connector.flows.vendors.settling import settle_additions
from ml_connector.intacct import ErrorDetail, NewVendor, RequestRejected, Throttled, Unavailable, VendorChange
from ml_connector.mapping.vendors.new_vendor import Proposal
from ml_connector.mapping.vendors.vendor_likeness import is_like_any
from ml_connector.records.documents import Move
from ml_connector.records.needs import Need
from ml_connector.records.status import Status
from ml_connector.records.xref import XrefStatus

NEED: Final = "vendor:Alnwick Bolts/SE/91/4711"
DEFAULTS: Final = """
[new_vendors]
policy = "create"
type = "Supplier"
gl_group = "Trade"
term = "N30"
restriction = "Restricted"
restricted_locations = ["E1"]
form_1099 = "MISC"
box_1099 = "7"
"""
COMMITS: Final = range(44, 62)  #: of a run, from before a vendor is sent to after it answers
NAMES: Final = [sha256(str(n).encode()).hexdigest()[:24] for n in COMMITS]  #: none like another
additions = pytest.mark.rule("Who is the vendor, who is paid", 10)


def write_unknown(
    number: str,
    *,
    id_: str = "4711",
    name: str = "Ridgeline Tool",
    cents: int = 10_000,
    street: str = "9 Mill Lane",
    more: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """An invoice of a seller that no vendor answers to."""
    head, _, *rest = write_invoice(number, cents)
    seller = (f"N1*SE*{name}*91*{id_}", f"N3*{street}*Dock 4", "N4*Columbus*OH*43215*US")
    return (head, *seller, *more, *rest)


def open_policy(scene: Scene, policy: str = "create", *, more: str = "") -> Scene:
    """The scene, where new vendors are numbered by Intacct."""
    scene.rules = RULES + DEFAULTS.replace('"create"', f'"{policy}"') + more
    scene.finance.ledger.vendors.sequence = "VEN-"
    return scene


@pytest.fixture
def creating(sqlite_scene: Scene) -> Scene:
    return open_policy(sqlite_scene)


@pytest.fixture
def proposing(sqlite_scene: Scene) -> Scene:
    return open_policy(sqlite_scene, "propose")


def list_created(scene: Scene) -> list[NewVendor]:
    """What was sent to be created, whatever became of it."""
    return [
        call.body for calls in scene.finance.requests for call in calls if isinstance(call.body, NewVendor)
    ]


def count_vendors(scene: Scene, name: str = "Ridgeline Tool") -> int:
    return sum(getattr(each, "name", "") == name for each in scene.finance.ledger.vendors.look())


def list_orders(scene: Scene) -> list[Order]:
    return [
        Order(need=each.need, document_id=each.document_id, proposal=each.proposal, by="ana")
        for each in list_proposed(scene.make_run().basis)
        if isinstance(each.proposal, Proposal)
    ]


def find_proposal(scene: Scene) -> Proposal:
    (found,) = list_proposed(scene.make_run().basis)
    assert isinstance(found.proposal, Proposal)
    return found.proposal


def open_needs(scene: Scene) -> Needs:
    return Needs(basis=scene.make_run().basis, four_eyes=True)


def agree(scene: Scene) -> None:
    """One person answers, another approves."""
    desk = open_needs(scene)
    preview = desk.preview(NEED, "create", report=lambda *_: None)
    assert preview is not None
    answered = desk.answer(NEED, "create", by="ana", preview=preview)
    Xrefs(basis=scene.make_run().basis, four_eyes=True).approve([answered.xref.id], by="mira")


@additions
def test_by_policy_a_vendor_is_created_once_for_all_documents_and_frees_them_in_the_same_run(
    scene: Scene,
) -> None:
    creating = open_policy(scene)
    creating.drop(*(write_unknown(f"R-{n}") for n in range(3)))

    assert creating.run() == []

    assert creating.statuses() == {f"R-{n}": Status.POSTED for n in range(3)}
    (vendor,) = list_created(creating)
    assert {creating.bill(f"R-{n}").vendor_id for n in range(3)} == {"VEN-0001"}
    assert (vendor.vendor_id, vendor.name, vendor.term, vendor.do_not_pay) == (
        None,
        "Ridgeline Tool",
        "N30",
        True,
    )
    assert (vendor.pay_to_contact, vendor.tax_id, vendor.on_hold) == (None, None, None)
    assert vendor.contact is not None
    assert vendor.contact.address is not None
    assert (vendor.contact.address.address2, vendor.contact.address.country_code) == ("Dock 4", "US")
    assert creating.run() == []
    assert len(list_created(creating)) == 1


@additions
def test_each_value_and_who_answers_for_it_stand_in_the_audit_trail(creating: Scene) -> None:
    creating.drop(write_unknown("R-1"))
    creating.run()

    told = {entry.action: entry.detail for entry in creating.audit(f"document:{creating.document('R-1').id}")}
    intent = told["vendor sending"]
    assert intent["NAME"] == "Ridgeline Tool (name of the seller, N1*SE)"
    assert intent["VENDTYPE"] == "Supplier (type of [new_vendors])"
    assert told["vendor created"]["vendor"] == "VEN-0001"
    assert [entry.action for entry in creating.audit("vendor addition:1")] == [
        "vendor sending",
        "vendor in doubt",
        "vendor created",
    ]
    reason = creating.posting("R-1").posting.provenance[0]
    assert reason.rule.startswith("vendor cross-reference SE/91/4711 (xref ")


@additions
def test_held_is_the_policy_where_none_is_written(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    scene.finance.ledger.vendors.sequence = "VEN-"
    scene.drop(write_unknown("R-1"))

    scene.run()

    assert scene.statuses() == {"R-1": Status.HELD}
    assert list_created(scene) == []


@additions
def test_a_partners_own_policy_goes_before_that_of_the_link(proposing: Scene) -> None:
    scene = proposing
    scene.rules = scene.rules.replace(
        'senders = ["ZZ/ALNWICK"]', 'senders = ["ZZ/ALNWICK"]\nnew_vendors = "create"'
    )
    scene.drop(write_unknown("R-1"))
    scene.drop(write_unknown("R-2", id_="8", name="Oakmere Saws"), sender="HUB", name="hub.edi")

    scene.run()

    assert scene.statuses() == {"R-1": Status.POSTED, "R-2": Status.HELD}


@additions
def test_a_proposal_is_created_once_a_second_person_agrees_and_not_before(proposing: Scene) -> None:
    proposing.drop(write_unknown("R-1"))
    proposing.run()
    desk = open_needs(proposing)
    (row,) = desk.list()
    preview = desk.preview(NEED, "create", report=lambda *_: None)
    assert preview is not None
    answered = desk.answer(NEED, "create", by="ana", preview=preview)
    proposing.run()
    before = list_created(proposing)

    approvals = Xrefs(basis=proposing.make_run().basis, four_eyes=True)
    with pytest.raises(ApprovalRefused, match="another person"):
        approvals.approve([answered.xref.id], by="Ana")
    approvals.approve([answered.xref.id], by="mira")
    proposing.run()

    assert row.proposal is not None
    assert ("NAME", "Ridgeline Tool") in [(why.path, why.value) for why in row.proposal.reasons]
    assert before == []
    assert proposing.statuses() == {"R-1": Status.POSTED}
    with proposing.store.begin() as work:
        acting = work.xref.list("main", status=XrefStatus.ACTIVE)
    assert [(each.xref.kind, each.xref.target, each.decided_by) for each in acting][1] == (
        "vendor",
        "VEN-0001",
        "mira",
    )


@additions
def test_who_agreed_has_agreed_to_that_alone(proposing: Scene) -> None:
    proposing.drop(write_unknown("R-1"))
    proposing.run()
    agree(proposing)

    proposing.rules = proposing.rules.replace('gl_group = "Trade"', 'gl_group = "Other"')
    proposing.run()

    assert list_created(proposing) == []
    assert proposing.statuses() == {"R-1": Status.HELD}


def test_create_answers_only_what_can_be_proposed(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    scene.drop(write_unknown("R-1"))
    scene.run()

    with pytest.raises(AnswerRefused, match="new_vendors"):
        open_needs(scene).preview(NEED, "create", report=lambda *_: None)


@additions
def test_a_name_that_shares_a_word_with_another_is_no_doubt(creating: Scene) -> None:
    creating.drop(write_unknown("R-1", name="Bamburgh Glazing"))

    creating.run()

    assert creating.statuses() == {"R-1": Status.POSTED}


@additions
@pytest.mark.parametrize(
    ("seller", "doubt"),
    [
        ({"name": "Bamburgh Nut"}, "V2 Bamburgh Nuts has a name like it"),
        ({"more": ("REF*TJ*777654321",)}, "V1 Alnwick Bolts answers to its id, tax id or name"),
        ({"name": "Oakmere Saws", "more": ()}, "V1 Alnwick Bolts is paid at its address"),
        ({"more": ("N1*VN*Oakmere Saws*91*5",)}, "names another seller besides, VN Oakmere Saws"),
    ],
    ids=["name", "tax id", "address", "two sellers"],
)
def test_what_may_be_there_already_is_left_to_a_person_with_the_candidates(
    creating: Scene, seller: dict[str, object], doubt: str
) -> None:
    place = {"PAYTO.MAILADDRESS.ADDRESS1": "9, Mill Lane", "PAYTO.MAILADDRESS.ZIP": "43215"}
    own = {"V1": {"PAYTO.CONTACTNAME": "Alnwick", **place}} if "address" in doubt else {}
    creating.finance.books = replace(BOOKS, custom=own)
    creating.drop(write_unknown("R-1", **seller))  # type: ignore[arg-type]

    creating.run()

    assert list_created(creating) == []
    assert creating.statuses() == {"R-1": Status.HELD}
    assert any(doubt in each for each in find_proposal(creating).doubts)


@additions
@pytest.mark.parametrize(
    "changes",
    [
        {b"OURHOUSE ": b"ELSEWHERE", b"*OURHOUSE*": b"*ELSEWHERE*"},  # it is not for us
        {b"Ridgeline Tool": b"Ridgeline\x01Tool"},  # it was not read as it came
    ],
)
def test_for_documents_that_are_all_held_for_something_else_too_none_is_created(
    creating: Scene, changes: dict[bytes, bytes]
) -> None:
    file = write_file(write_unknown("R-1"))
    for written, meant in changes.items():
        file = file.replace(written, meant)
    creating.mailbox.drop("strange.edi", file)

    creating.run()

    (proposed,) = list_proposed(creating.make_run().basis)
    assert isinstance(proposed.proposal, Proposal)
    assert proposed.proposal.doubts[0].startswith("what waits for it is held besides: ")
    assert list_created(creating) == []


@additions
def test_of_two_sellers_at_one_address_the_second_waits_also_before_our_copy_has_the_first(
    proposing: Scene,
) -> None:
    proposing.drop(write_unknown("R-1"), write_unknown("R-2", id_="4712", name="Oakmere Saws"))
    proposing.run()
    first, second = list_orders(proposing)
    run = proposing.make_run()

    create_vendor(run, first)
    settle_additions(run)
    create_vendor(run, second)

    assert is_like_any(second.proposal, [first.proposal])
    assert [vendor.name for vendor in list_created(proposing)] == ["Ridgeline Tool"]


@additions
def test_of_two_sellers_called_alike_the_second_is_left_to_a_person_also_in_one_run(creating: Scene) -> None:
    creating.drop(write_unknown("R-1"), write_unknown("R-2", id_="4712", name="Ridgeline Tools Inc"))

    creating.run()
    creating.run()

    (need,) = creating.needs("R-2")
    (proposed,) = list_proposed(creating.make_run().basis)
    assert [vendor.name for vendor in list_created(creating)] == ["Ridgeline Tool"]
    assert isinstance(proposed.proposal, Proposal)
    assert proposed.need == str(need)
    assert "VEN-0001 Ridgeline Tool has a name like it" in proposed.proposal.doubts[0]


@additions
def test_what_was_entered_by_hand_a_moment_ago_is_seen_before_the_write(creating: Scene) -> None:
    creating.run()
    creating.drop(write_unknown("R-1"))
    namesake = replace(BOOKS.vendors[1], record_no=77, vendor_id="V77", name="Ridgeline Tools")
    creating.finance.books = replace(BOOKS, vendors=(*BOOKS.vendors, namesake))

    creating.run()

    assert list_created(creating) == []
    assert find_proposal(creating).doubts == ("V77 Ridgeline Tools has a name like it (97 %)",)


@additions
def test_sellers_of_one_code_under_several_names_are_not_created_by_themselves(creating: Scene) -> None:
    creating.drop(write_unknown("R-1"), write_unknown("R-2", name="Quarry Glass"))

    creating.run()

    assert list_created(creating) == []
    assert find_proposal(creating).doubts == ("other documents call it Quarry Glass",)


@additions
def test_a_remit_to_party_is_never_made_a_vendor(creating: Scene) -> None:
    head, _, *rest = write_invoice("R-1")
    creating.drop((head, "N1*RI*Ridgeline Tool*91*4711", *rest))

    creating.run()

    assert list_created(creating) == []
    (found,) = list_proposed(creating.make_run().basis)
    assert found.proposal == "the document names no seller by it"


@additions
@pytest.mark.parametrize(
    "fault",
    [
        Fault(lost=True, commits=AT_ONCE),
        Fault(lost=True, commits=timedelta(minutes=4)),
        Fault(lost=True),
        Fault(silent=True, commits=AT_ONCE),
        Fault(error=Unavailable("Intacct is away")),
        Fault(error=Throttled("too busy", details=())),
        Fault(says="unclear"),
        Fault(says="aborted"),
    ],
    ids=["lost, done", "done later", "not done", "silent", "away", "too busy", "unclear", "aborted"],
)
def test_whatever_becomes_of_the_answer_there_is_one_vendor_in_the_end(creating: Scene, fault: Fault) -> None:
    creating.drop(write_unknown("R-1"))
    creating.finance.order(fault)

    for _ in range(8):
        creating.run()
        creating.wait(minutes=5)

    assert count_vendors(creating) == 1
    assert creating.statuses() == {"R-1": Status.POSTED}


@additions
@pytest.mark.parametrize("stored", [False, True])
def test_killed_at_any_commit_of_it_there_is_one_vendor_and_one_bill_for_each_seller(
    creating: Scene, *, stored: bool
) -> None:
    creating.cadence = Cadence(every=timedelta(days=1), count_every=timedelta(days=1))
    creating.run()
    kills = 0
    for blocks, name in zip(COMMITS, NAMES, strict=True):
        invoice = write_unknown(f"R-{blocks}", id_=name[:8], name=name, street=name, cents=100 * blocks)
        creating.drop(invoice, name=f"{name}.edi")
        creating.store.die_in(blocks, stored=stored)
        try:
            creating.run()
        except Killed:
            kills += 1
        creating.restart()
        creating.wait(minutes=25)
        creating.run()

    assert kills == len(COMMITS)
    assert [count_vendors(creating, name) for name in NAMES] == [1] * kills
    assert set(creating.statuses().values()) == {Status.POSTED}
    assert len(creating.finance.bills) == kills
    stories = [creating.audit(f"vendor addition:{n}") for n in range(1, kills + 1)]
    abandoned = [any("process" in str(each.detail.get("reason")) for each in story) for story in stories]
    assert {*abandoned} == {False, True}, "the kills miss the sending; move COMMITS"


@additions
def test_a_refusal_is_shown_with_the_need_and_tried_again_when_the_rules_are_mended(creating: Scene) -> None:
    creating.drop(write_unknown("R-1"))
    said = (ErrorDetail(errorno="BL03000018", description2="Invalid Vendor Type 'Supplier' specified."),)
    creating.finance.order(Fault(says="refused", errors=said))
    creating.run()
    (row,) = open_needs(creating).list()
    creating.run()
    tries = len(list_created(creating))

    creating.rules = creating.rules.replace('type = "Supplier"\n', "")
    creating.run()

    assert "Invalid Vendor Type" in row.addition
    assert tries == 1
    assert creating.statuses() == {"R-1": Status.POSTED}
    assert len({call.control_id for calls in creating.finance.requests for call in calls}) == 3


def test_a_request_that_is_refused_as_a_whole_is_held(creating: Scene) -> None:
    creating.drop(write_unknown("R-1"))
    creating.finance.order(Fault(error=RequestRejected("XL03000003 invalid request")))

    troubles = creating.run()

    assert [(each.step, each.system) for each in troubles] == [("vendors", "intacct")]
    (row,) = open_needs(creating).list()
    assert "XL03000003" in row.addition


@additions
def test_two_links_of_a_company_make_one_vendor_and_both_are_freed(scene: Scene) -> None:
    creating = open_policy(scene)
    other = share(creating, "second")
    creating.drop(write_unknown("R-1"), name="first.edi")
    creating.run()
    creating.drop(write_unknown("R-2"), name="second.edi")

    other.run()

    assert len(list_created(creating)) == 1
    assert creating.document("R-1").status is Status.POSTED
    assert other.document("R-2").status is Status.POSTED


@additions
def test_two_workers_at_once_make_one_vendor(creating: Scene) -> None:
    other = share(creating, "second")
    creating.drop(write_unknown("R-1"))
    done: list[Callable[[], object]] = []

    def let_the_other_go() -> None:
        if not done:
            done.append(other.run)
            creating.drop(write_unknown("R-2"), name="second.edi")
            other.run()

    creating.finance.on_find = let_the_other_go
    creating.run()
    creating.wait(minutes=1)
    creating.run()
    other.run()

    assert count_vendors(creating) == 1


@additions
def test_after_a_lost_store_the_vendor_is_found_again_by_our_mark(creating: Scene) -> None:
    creating.drop(write_unknown("R-1"))
    creating.run()
    creating.lose_store()
    creating.finance.reading.hidden.add(("VENDOR", 3))
    creating.rules = creating.rules.replace('policy = "create"', 'policy = "propose"')
    creating.drop(write_unknown("R-2"), name="again.edi")
    creating.run()
    (order,) = list_orders(creating)
    creating.finance.reading.hidden.clear()

    create_vendor(creating.make_run(), order)

    (entry,) = [each for each in creating.audit("vendor addition:1") if each.action == "vendor created"]
    assert (entry.detail["vendor"], entry.detail["found"]) == (
        "VEN-0001",
        "by our mark, before anything was sent",
    )
    assert len(list_created(creating)) == 1


@additions
def test_in_test_mode_nothing_is_created(creating: Scene) -> None:
    creating.mode = "test"
    creating.drop(write_unknown("R-1"))

    creating.run()

    assert list_created(creating) == []
    assert find_proposal(creating).doubts == ()


@additions
def test_beyond_the_hard_limit_nothing_is_created(creating: Scene) -> None:
    creating.drop(write_unknown("R-1"))
    creating.run()
    before = len(list_created(creating))
    creating.hard_limit = 0
    creating.drop(write_unknown("R-2", id_="9", name="Oakmere Saws"), name="more.edi")

    creating.run()

    assert len(list_created(creating)) == before


@additions
def test_where_vendors_are_approved_documents_wait_for_that_and_go_by_themselves(scene: Scene) -> None:
    open_policy(scene, more='approval_field = "STATE"\n')
    scene.finance.ledger.vendors.approves = True
    scene.drop(write_unknown("R-1"))
    scene.run()
    waiting = [str(need) for need in scene.needs("R-1")]

    scene.run()
    scene.finance.ledger.vendors.states["VEN-0001"] = "Approved"
    scene.run()

    assert waiting == ["vendor_approval:VEN-0001"]
    assert scene.statuses() == {"R-1": Status.POSTED}
    assert scene.actions("R-1").count("vendor approved") == 1


@additions
def test_while_approvals_cannot_be_read_documents_wait_and_that_is_told(sqlite_scene: Scene) -> None:
    scene = open_policy(sqlite_scene, more='approval_field = "STATE"\n')
    scene.finance.ledger.vendors.approves = True
    scene.drop(write_unknown("R-1"))
    scene.run()
    scene.finance.reading.refuses["VENDOR"] = Unavailable("Intacct is away")

    troubles = scene.do(see_approvals)

    assert [(each.step, each.system) for each in troubles] == [("vendors", "intacct")]
    assert scene.statuses() == {"R-1": Status.HELD}


@additions
def test_an_id_by_template_is_the_sellers_and_bills_may_be_stopped_instead_of_payments(
    sqlite_scene: Scene,
) -> None:
    scene = open_policy(sqlite_scene, more='id = "EDI-{id}"\nuntil_confirmed = "on_hold"\n')
    scene.drop(write_unknown("R-1"))

    scene.run()

    (vendor,) = list_created(scene)
    assert (vendor.vendor_id, vendor.on_hold, vendor.do_not_pay) == ("EDI-4711", True, None)


@additions
def test_a_pay_to_added_to_our_vendor_waits_for_a_second_person_when_it_changes(creating: Scene) -> None:
    creating.drop(write_unknown("R-1"))
    creating.run()
    vendors = creating.finance.ledger.vendors
    vendors.keep(VendorChange(vendor_id="VEN-0001", pay_to_contact="Somewhere else"))
    creating.wait(minutes=6)
    creating.drop(write_unknown("R-2"), name="later.edi")

    creating.run()

    assert [need.kind for need in creating.needs("R-2")] == ["remit_to"]


def wait_for_policy(scene: Scene) -> None:
    """An invoice is held for its vendor; from now on that may be created."""
    open_policy(scene, "propose")
    scene.drop(write_unknown("R-1"))
    scene.run()
    scene.rules = scene.rules.replace('policy = "propose"', 'policy = "create"')


@additions
def test_once_the_limit_is_used_up_nothing_is_created(sqlite_scene: Scene) -> None:
    wait_for_policy(sqlite_scene)
    sqlite_scene.hard_limit = 0

    sqlite_scene.do(add_vendors)

    assert list_created(sqlite_scene) == []


@additions
def test_while_vendors_cannot_be_read_anew_none_is_created(sqlite_scene: Scene) -> None:
    wait_for_policy(sqlite_scene)
    sqlite_scene.finance.reading.refuses["VENDOR"] = Unavailable("Intacct is away")

    troubles = sqlite_scene.do(add_vendors)

    assert [each.step for each in troubles] == ["reference"]
    assert list_created(sqlite_scene) == []


@additions
def test_while_our_mark_cannot_be_looked_for_none_is_created(sqlite_scene: Scene) -> None:
    wait_for_policy(sqlite_scene)
    sqlite_scene.finance.order_find_error(Unavailable("Intacct is away"))

    troubles = sqlite_scene.do(add_vendors)
    after = list_created(sqlite_scene)
    sqlite_scene.run()

    assert [(each.step, each.system) for each in troubles] == [("vendors", "intacct")]
    assert after == []
    assert sqlite_scene.statuses() == {"R-1": Status.POSTED}


@additions
def test_a_vendor_that_intacct_does_not_show_after_it_said_so_is_never_sent_again(
    sqlite_scene: Scene,
) -> None:
    wait_for_policy(sqlite_scene)
    sqlite_scene.finance.reading.hidden.add(("VENDOR", 3))
    for _ in range(6):
        sqlite_scene.run()
        sqlite_scene.wait(minutes=10)

    (row,) = open_needs(sqlite_scene).list()
    sqlite_scene.finance.reading.hidden.clear()
    sqlite_scene.wait(minutes=10)
    sqlite_scene.run()

    assert row.addition == "in_doubt Intacct has created it, and is asked for its id"
    assert len(list_created(sqlite_scene)) == 1
    assert sqlite_scene.statuses() == {"R-1": Status.POSTED}


@additions
def test_a_vendor_is_answered_with_once_our_copy_has_it(sqlite_scene: Scene) -> None:
    wait_for_policy(sqlite_scene)
    hidden = sqlite_scene.finance.reading.hidden
    second = lambda: hidden.add(("VENDOR", 3))  # noqa: E731 (what happens once it was found)
    sqlite_scene.finance.on_find = lambda: setattr(sqlite_scene.finance, "on_find", second)
    sqlite_scene.run()
    before = sqlite_scene.statuses()

    hidden.clear()
    sqlite_scene.run()

    assert before == {"R-1": Status.HELD}
    assert sqlite_scene.statuses() == {"R-1": Status.POSTED}


@additions
def test_what_people_answer_meanwhile_counts_with_the_next_run(sqlite_scene: Scene) -> None:
    wait_for_policy(sqlite_scene)
    sqlite_scene.finance.on_find = lambda: answer(sqlite_scene, "VN/92/31", "V1")
    sqlite_scene.run()
    before = sqlite_scene.statuses()

    sqlite_scene.run()

    assert before == {"R-1": Status.HELD}
    assert sqlite_scene.statuses() == {"R-1": Status.POSTED}


@additions
def test_of_two_sellers_of_one_name_one_is_created_and_the_other_waits_until_our_copy_has_it(
    sqlite_scene: Scene,
) -> None:
    open_policy(sqlite_scene, "propose")
    sqlite_scene.drop(write_unknown("R-1"), write_unknown("R-2", id_="4712"))
    sqlite_scene.run()
    first, second = list_orders(sqlite_scene)
    run = sqlite_scene.make_run()

    create_vendor(run, first)
    create_vendor(run, first)
    create_vendor(run, second)
    settle_additions(run)
    create_vendor(run, second)

    assert [vendor.name for vendor in list_created(sqlite_scene)] == ["Ridgeline Tool"]


@additions
def test_what_is_sent_too_late_is_not_sent_at_all(sqlite_scene: Scene) -> None:
    wait_for_policy(sqlite_scene)
    order = next(iter(list_orders(sqlite_scene)))
    run = sqlite_scene.make_run()

    class Sleepy:
        """A turn at Intacct that is long in coming."""

        def __enter__(self) -> None:
            sqlite_scene.wait(minutes=6)

        def __exit__(self, *_: object) -> None:
            """It ends."""

    create_vendor(replace(run, turn=Sleepy()), order)  # type: ignore[arg-type]

    assert list_created(sqlite_scene) == []
    assert [each.message for each in run.troubles] == ["too late to send it before others take it over"]


@additions
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(says="refused", errors=(REPEATED,)), "XL03000009"),
        (Fault(error=RequestRejected("invalid request")), "invalid request"),
        (Fault(says="aborted"), ""),
    ],
    ids=["refused", "the request refused", "aborted"],
)
def test_a_second_sending_that_is_refused_is_looked_for_before_it_is_believed(
    creating: Scene, fault: Fault, said: str
) -> None:
    creating.drop(write_unknown("R-1"))
    creating.finance.order(Fault(lost=True), fault)

    for _ in range(9):
        creating.run()
        creating.wait(minutes=6)

    stories = [str(entry.detail.get("reason", "")) for entry in creating.audit("vendor addition:1")]
    assert count_vendors(creating) == (0 if said else 1)
    assert any(said in story for story in stories[2:])


@additions
def test_what_is_never_answered_and_never_found_is_left_to_a_person(creating: Scene) -> None:
    creating.doubt = (timedelta(0),)
    creating.drop(write_unknown("R-1"))
    creating.finance.order(*[Fault(lost=True)] * 12)

    for _ in range(14):
        creating.run()
        creating.wait(minutes=6)

    (row,) = open_needs(creating).list()
    assert row.addition == "held 12 sendings had no clear answer, and it was never found"


def test_a_document_that_can_be_read_no_more_proposes_nothing(proposing: Scene) -> None:
    proposing.drop(write_unknown("R-1"))
    proposing.do(receive, read)
    (good,), (file,) = proposing.documents(), proposing.files()
    slices = replace(good.document.slices, envelope_offset=7)
    need = Need(kind="vendor", subject=NEED.removeprefix("vendor:"), reason="nobody answers to it")
    with proposing.store.begin() as work:
        work.documents.add(file.id, [replace(good.document, index=1, slices=slices)])
        spoilt = good.id + 1
        work.documents.move([Move(id=spoilt, action="held")], expect=Status.READ, to=Status.HELD)
        work.needs.add({spoilt: [need]})

    (found,) = list_proposed(proposing.make_run().basis)

    assert found.proposal == "the document cannot be read any more"


@additions
def test_a_partner_is_not_bound_to_another_vendor_that_has_taken_the_name(creating: Scene) -> None:
    other = share(creating, "second")
    creating.drop(write_unknown("R-1"))
    creating.run()
    creating.finance.ledger.vendors.keep(VendorChange(vendor_id="VEN-0001", name="Quarry Glass"))
    namesake = replace(BOOKS.vendors[1], record_no=77, vendor_id="V77", name="Ridgeline Tool")
    creating.finance.books = replace(BOOKS, vendors=(*BOOKS.vendors, namesake))
    creating.wait(minutes=6)
    creating.drop(write_unknown("R-2"), name="second.edi")

    other.run()

    assert [str(need) for need in other.needs("R-2")] == ["partner_vendor:Alnwick Bolts/V77"]
    assert len(list_created(creating)) == 1


def test_what_can_be_proposed_stands_beside_what_cannot(proposing: Scene) -> None:
    head, _, *rest = write_invoice("R-1")
    proposing.drop(write_unknown("R-2"), (head, "N1*RI*Oakmere Saws*91*5", *rest))
    proposing.run()

    found = {each.need: type(each.proposal) for each in list_proposed(proposing.make_run().basis)}

    assert found == {NEED: Proposal, "vendor:Alnwick Bolts/RI/91/5": str}
    rows = {row.need: row.addition for row in open_needs(proposing).list()}
    assert "names no seller" in rows["vendor:Alnwick Bolts/RI/91/5"]
