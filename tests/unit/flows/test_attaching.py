"""The EDI beside its record: created before it, once, whatever breaks; and never in its way."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest
from tests.databases import run_sql
from tests.fakes import AT_ONCE, TOO_BUSY, Fault, Killed
from tests.unit.flows.scene import RULES, Scene, write_invoice
from tests.unit.flows.test_allowance import limit

from ml_connector.edi import Transaction, read
from ml_connector.flows import edi_to_intacct
from ml_connector.flows.overruling import release
from ml_connector.intacct import (
    ErrorDetail,
    NewAttachment,
    NewFolder,
    NotSent,
    RequestRejected,
    Unavailable,
)
from ml_connector.records.status import Status

ATTACHING: Final = RULES + '[attachments]\nattach = "edi"\nfolder = "EDI"\n'
RENDERING: Final = ATTACHING.replace('"edi"', '"edi+rendering"')
ROUTED: Final = (
    RULES.replace('location = "10"', 'location = "10"\nattach = "edi"') + '[attachments]\nfolder = "EDI"\n'
)
NOT_LIKE_THIS: Final = Fault(error=RequestRejected("not like this"))
UNCLEAR: Final = Fault(lost=True)


@pytest.fixture
def attaching(scene: Scene) -> Scene:
    """A link that attaches the EDI, and the folder for it."""
    scene.rules = ATTACHING
    scene.finance.ledger.attachments.keep(NewFolder(name="EDI"))
    return scene


def list_requests(scene: Scene) -> list[list[str]]:
    """What was written in each request, whatever became of it."""
    return [[type(call.body).__name__ for call in calls] for calls in scene.finance.requests]


def find_named(scene: Scene) -> list[str | None]:
    """The attachment that each bill names."""
    return [kept.bill.attachment_id for kept in scene.finance.bills]


def list_attached(scene: Scene) -> list[str]:
    """The ids of the attachments in Intacct."""
    return [*scene.finance.ledger.attachments.files]


def read_sent(scene: Scene) -> Iterator[NewAttachment]:
    bodies = (call.body for calls in scene.finance.requests for call in calls)
    return (body for body in bodies if isinstance(body, NewAttachment))


def run_to_the_end(scene: Scene) -> None:
    """Runs, hours apart, as another process each time."""
    for _ in range(4):
        scene.finance.forget_faults()
        scene.restart()
        scene.run()
        scene.wait(hours=1)


@pytest.mark.rule("Attachments", 1, 2)
@pytest.mark.parametrize("rules", [ATTACHING, ROUTED])
def test_each_document_alone_is_attached_before_its_bill_which_names_it(attaching: Scene, rules: str) -> None:
    attaching.rules = rules
    attaching.drop(write_invoice("INV-1"), write_invoice("INV-2", 250))

    assert attaching.run() == []

    assert list_requests(attaching) == [["NewAttachment"] * 2, ["ApBill"] * 2]
    first, second = read_sent(attaching)
    assert find_named(attaching) == [first.attachment_id, second.attachment_id] == list_attached(attaching)
    assert first.attachment_id.startswith(attaching.document("INV-1").document.document_key)
    assert (first.name, first.folder) == ("810 INV-1 (ISA 000000042, GS 7, ST 0001)", "EDI")
    (file,) = second.files
    (invoice,) = [each for each in read([file.content]) if isinstance(each, Transaction)]
    assert (file.name, file.type) == ("810-000000042-7-0002", "edi")
    assert invoice.segments[1].elements == ("20310310", "INV-2")
    assert attaching.actions("INV-1") == ["read", "ready", "attached", "sending", "posted"]


def test_nothing_is_attached_but_where_the_rules_say_so(attaching: Scene) -> None:
    own = '[[route]]\nset = "810"\ntarget = "ap_bill"\npartner = "Bamburgh Hub"\nattach = "none"\n'
    attaching.rules = ATTACHING.replace("[attachments]", f"{own}[attachments]")
    attaching.drop(write_invoice("INV-1"), sender="HUB")
    attaching.run()
    attaching.drop(write_invoice("INV-2", 250), name="other.edi")
    attaching.run()

    assert list_requests(attaching) == [["ApBill"], ["NewAttachment"], ["ApBill"]]
    assert [each is None for each in find_named(attaching)] == [True, False]


@pytest.mark.rule("Attachments", 3)
def test_the_rendering_lies_beside_the_edi_and_says_the_same_in_words(attaching: Scene) -> None:
    attaching.rules = RENDERING
    attaching.drop(write_invoice("INV-1"))

    attaching.run()

    (sent,) = read_sent(attaching)
    assert [(file.name, file.type) for file in sent.files] == [
        ("810-000000042-7-0001", "edi"),
        ("810-000000042-7-0001", "txt"),
    ]
    lines = sent.files[1].content.decode().splitlines()
    assert {"from: ZZ/ALNWICK", "    number: INV-1", "    total: 100.00"} <= {*lines}


@pytest.mark.rule("Attachments", 4)
def test_a_refusal_is_noted_and_keeps_no_bill_from_being_sent(scene: Scene) -> None:
    scene.rules = ATTACHING
    scene.drop(write_invoice("INV-1"))

    assert scene.run() == []

    said = "Invalid Attachment folder 'EDI' specified."
    assert scene.statuses() == {"INV-1": Status.POSTED}
    assert find_named(scene) == [None]
    assert said in scene.posting("INV-1").unattached
    (entry,) = [
        each
        for each in scene.audit(f"document:{scene.document('INV-1').id}")
        if each.action == "not attached"
    ]
    assert said in str(entry.detail["reason"])


@pytest.mark.rule("Attachments", 4)
def test_what_is_too_large_is_left_out_and_the_setting_named(attaching: Scene) -> None:
    attaching.rules = ATTACHING + "largest_kb = 1\n"
    attaching.drop(write_invoice("INV-1", lines=40), write_invoice("INV-2", 250))

    attaching.run()

    assert [each is None for each in find_named(attaching)] == [True, False]
    assert "more than the 1 of largest_kb in [attachments]" in attaching.posting("INV-1").unattached


def test_bytes_that_are_no_document_any_more_are_not_attached(attaching: Scene) -> None:
    attaching.drop(write_invoice("INV-1"))
    attaching.finance.order(Fault(error=NotSent("no connection")))
    attaching.run()
    run_sql(attaching.url, 'UPDATE documents SET "offset" = "offset" + 1')

    attaching.do(edi_to_intacct.post)

    assert find_named(attaching) == [None]
    assert "The body does not begin with an ST" in attaching.posting("INV-1").unattached


@pytest.mark.rule("Attachments", 5)
@pytest.mark.parametrize(
    ("faults", "requests"),
    [
        ([Fault(lost=True, commits=AT_ONCE)], 2),
        ([Fault(says="unclear", commits=AT_ONCE)], 2),
        ([UNCLEAR], 3),
        ([Fault(silent=True)], 3),
        ([Fault(says="aborted")], 3),
        ([NOT_LIKE_THIS], 4),
    ],
)
def test_an_unclear_answer_is_looked_into_and_what_is_not_there_sent_again(
    attaching: Scene, faults: list[Fault], requests: int
) -> None:
    attaching.drop(write_invoice("INV-1"), write_invoice("INV-2", 250))
    attaching.finance.order(*faults)

    assert attaching.run() == []

    assert find_named(attaching) == list_attached(attaching)
    assert len(list_attached(attaching)) == 2
    assert len(attaching.finance.requests) == requests


@pytest.mark.rule("Attachments", 4)
@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ([UNCLEAR, UNCLEAR], "Intacct gave no clear answer, and does not have it"),
        ([NOT_LIKE_THIS], "not like this"),
        (
            [Fault(says="refused", errors=(ErrorDetail(errorno="PL04000005", description2="You do not."),))],
            "You do not.",
        ),
    ],
)
def test_what_cannot_be_attached_goes_without(attaching: Scene, faults: list[Fault], said: str) -> None:
    attaching.drop(write_invoice("INV-1"))
    attaching.finance.order(*faults)

    assert attaching.run() == []

    assert attaching.statuses() == {"INV-1": Status.POSTED}
    assert (find_named(attaching), list_attached(attaching)) == ([None], [])
    assert said in attaching.posting("INV-1").unattached


@pytest.mark.parametrize(
    "fault", [Fault(says="refused", errors=(TOO_BUSY,)), Fault(error=Unavailable("off-line"))]
)
def test_while_intacct_takes_nothing_the_bill_waits_for_its_attachment(
    attaching: Scene, fault: Fault
) -> None:
    attaching.drop(write_invoice("INV-1"))
    attaching.finance.order(fault)

    assert [trouble.step for trouble in attaching.run()] == ["post"]
    assert attaching.statuses() == {"INV-1": Status.READY}

    assert attaching.run() == []
    assert find_named(attaching) == list_attached(attaching)


@pytest.mark.rule("Attachments", 5)
def test_wherever_the_process_is_killed_there_is_one_attachment_and_one_bill_that_names_it(
    attaching: Scene,
) -> None:
    deaths, blocks = 0, 6  # of those before it decides, nothing depends on attachments
    while True:
        attaching.finance.remembers = bool(blocks % 2)
        attaching.drop(write_invoice(f"INV-{blocks}", 1000 + blocks), name=f"{blocks}.edi")
        attaching.store.die_in(blocks, stored=False)
        try:
            attaching.run()
        except Killed:
            deaths += 1
            attaching.restart()
        else:
            break
        blocks += 1
    attaching.store.live_on()
    run_to_the_end(attaching)

    assert set(attaching.statuses().values()) == {Status.POSTED}
    assert sorted(map(str, find_named(attaching))) == sorted(list_attached(attaching))
    assert len(list_attached(attaching)) == deaths + 1


@pytest.mark.parametrize("commits", [None, AT_ONCE, timedelta(minutes=5)])
@pytest.mark.parametrize("before", [0, 1])
def test_whichever_request_it_dies_in_there_is_one_attachment_and_one_bill_that_names_it(
    attaching: Scene, commits: timedelta | None, before: int
) -> None:
    attaching.drop(write_invoice("INV-1"))
    attaching.finance.order(*[Fault(commits=AT_ONCE)] * before, Fault(error=Killed(), commits=commits))

    with pytest.raises(Killed):
        attaching.run()
    run_to_the_end(attaching)

    assert attaching.statuses() == {"INV-1": Status.POSTED}
    (named,) = find_named(attaching)
    assert [named] == list_attached(attaching)


@pytest.mark.rule("Attachments", 5)
def test_a_bill_that_is_sent_anew_after_a_refusal_names_the_attachment_that_is_there(
    attaching: Scene,
) -> None:
    attaching.drop(write_invoice("INV-1"))
    attaching.finance.refuse_numbers["INV-1"] = (ErrorDetail(errorno="BL03000018", description2="Not now."),)
    attaching.run()
    assert attaching.statuses() == {"INV-1": Status.HELD}
    attaching.finance.refuse_numbers.clear()

    release(attaching.store, [attaching.document("INV-1").id], reason="try again")
    attaching.run()

    assert attaching.posting("INV-1").posting.revision == 2
    assert find_named(attaching) == list_attached(attaching)
    assert len(list_attached(attaching)) == 1


def test_under_a_hard_limit_a_bill_counts_with_its_attachment(attaching: Scene) -> None:
    limit(attaching, 5)
    attaching.drop(*(write_invoice(f"INV-{n}") for n in range(3)))

    attaching.run()

    assert [each is not None for each in find_named(attaching)] == [True, True]
    assert sum(each is Status.READY for each in attaching.statuses().values()) == 1
    with attaching.store.begin() as work:
        (usage,) = work.meter.list_usage("BIRCH", attaching.clock().date(), attaching.clock().date())
    assert (usage.partner, usage.transactions) == ("Alnwick Bolts", 4)
