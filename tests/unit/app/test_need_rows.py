"""Every need there can be, as people see it: what it is, why, how old, what money waits, and the one thing to be done."""

import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.databases import Stores, run_sql
from tests.unit.flows.scene import Scene, open_scene, write_invoice
from typer.core import TyperGroup
from typer.main import get_command

from ml_connector.app.need_actions import Desk, quote
from ml_connector.app.need_steps import ACTIONS, Step
from ml_connector.app.need_views import NeedRow, Waiting
from ml_connector.app.needs import Needs
from ml_connector.cli.main import app
from ml_connector.mapping.answers import ask_for
from ml_connector.mapping.rules.purchasing import OVERRULING
from ml_connector.records.matches import Comparison, Worth
from ml_connector.records.needs import Need
from ml_connector.records.xref import CrossReference, StoredXref, XrefStatus

PARTNER = "Alnwick Bolts"
ROOT = get_command(app)
NOON = datetime(2031, 3, 15, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def rows(sqlite_stores: Stores) -> Iterator[dict[str, NeedRow]]:
    """Three documents that wait for one need of every kind, looked at after three days; its rows by kind."""
    with sqlite_stores.make() as url, open_scene(url) as scene:
        yield read_rows(scene)


def read_rows(scene: Scene) -> dict[str, NeedRow]:
    """The first document states what it comes to; of the second nobody knows; of the third its order tells."""
    scene.drop(*(write_invoice(f"INV-{n}", 12_345, vendor="99") for n in (1, 2, 3)))
    scene.run()
    run_sql(scene.url, "UPDATE documents SET amount = NULL WHERE id > 1")
    needs = [Need(kind=kind, subject="Q/7", reason=f"{kind} is missing") for kind in sorted(ACTIONS)]
    with scene.store.begin() as work:
        work.needs.meet([1, 2, 3])
        work.needs.add(dict.fromkeys([1, 2, 3], needs))
        work.matches.keep({3: Comparison(worth=Worth(amount=Decimal("12.50"), currency="USD"))})
    scene.wait(days=3)
    found = Needs(basis=scene.make_run().basis, four_eyes=True).list()
    return {row.kind: row for row in found}


def test_a_need_is_as_old_and_as_soon_due_as_what_is_counted_at_the_price_of_its_order(
    sqlite_stores: Stores,
) -> None:
    need = Need(kind="order", subject="Q/7", reason="no such order")
    with sqlite_stores.make() as url, open_scene(url) as scene:
        scene.drop(*(write_invoice(f"INV-{n}", 12_345, vendor="99") for n in (1, 2)))
        scene.run()
        run_sql(
            scene.url, "UPDATE documents SET amount = NULL, currency = '', due = '2031-02-01' WHERE id = 1"
        )
        run_sql(scene.url, "UPDATE documents SET currency = 'USD', due = '2031-04-01' WHERE id = 2")
        with scene.store.begin() as work:
            work.needs.meet([1, 2])
            work.needs.add({1: [need]})
            work.matches.keep({1: Comparison(worth=Worth(amount=Decimal("12.50"), currency="USD"))})
        scene.wait(days=9)
        with scene.store.begin() as work:
            work.needs.add({2: [need]})

        (row,) = Needs(basis=scene.make_run().basis, four_eyes=True).list()

    assert [(each.currency, each.documents, each.amount) for each in row.waiting] == [
        ("USD", 2, Decimal("135.95"))
    ]
    assert (row.days, row.due) == (9, date(2031, 2, 1))


@pytest.mark.parametrize("kind", sorted(ACTIONS))
def test_every_need_says_what_it_is_why_how_old_and_what_waits_known_or_not(
    rows: dict[str, NeedRow], kind: str
) -> None:
    row = rows[kind]

    assert (row.need, row.reason, row.days) == (f"{kind}:Q/7", f"{kind} is missing", 3)
    assert row.waiting == (
        Waiting(currency="", documents=2, amount=Decimal("123.45"), unknown=1),
        Waiting(currency="USD", documents=1, amount=Decimal("12.50")),
    )


SUBJECTS = (
    "Q/7",
    f"{PARTNER}/Q/7",
    f"{PARTNER}/none/7",
    "Q/coming",
    "V-1/pay-to",
    "V-1/pay-to/Till",
    "none/7",
    "2031-03-01/7",
    "2031-09-01/7",
    f"{PARTNER}/a b\"c$(d)`e`'f\\!/7",
)


@pytest.mark.parametrize("link", ["", "north east"])
@pytest.mark.parametrize("kind", [*sorted(ACTIONS), "forgotten"])
def test_every_need_has_one_action_first_and_each_command_can_be_pasted(kind: str, link: str) -> None:
    for need in (f"{kind}:{subject}" for subject in SUBJECTS):
        steps = Desk(prepared=(), link=link).name_steps(need, ask_for(need, [PARTNER]), since=NOON)

        assert steps
        for step in steps:
            assert " or " not in step.do
            assert not step.do.endswith((".", ";", ":"))
            given = parse(step)
            assert given.get("need") in {None, need}
            assert given["link"] == link


def parse(step: Step) -> dict[str, Any]:
    """What the program makes of a command as a shell hands it over; ends the test where it takes none such."""
    program, *words = shlex.split(step.command)
    assert program == "ml-connector"
    command = ROOT
    while isinstance(command, TyperGroup):
        command = command.commands[words.pop(0)]
    with command.make_context("pasted", words) as context:
        return context.params


@pytest.mark.parametrize(
    ("need", "commands"),
    [
        ("order:PO-9/INV-7", ["documents reject", "once"]),  # held by its route, whatever the order is
        (f"order:{PARTNER}/none/INV-7", ["documents reject"]),
        (f"order:{PARTNER}/PO-9", ["needs answer", "once", "documents reject"]),
        ("order_state:Purchase Order-9/coming", ["once", "documents release"]),
        ("order_state:Purchase Order-9", ["once", "documents reject"]),
        (f"match:{PARTNER}/Purchase Order-9/1/INV-7", ["documents reject", "once", "once", "needs answer"]),
        (f"confirmation:{PARTNER}/Purchase Order-9/1/5 Each", ["needs answer", "documents reject"]),
        (f"remit_to:{PARTNER}/V-1/RI/92/8", ["needs answer", "once"]),
        ("remit_to:V-1/pay-to", ["reference changes", "once"]),
        ("remit_to:V-1/pay-to/Till", ["documents release", "once", "reference changes"]),
        ("date:none/INV-7", ["documents reject"]),
        ("lines:INV-7", ["documents reject"]),
        ("lines:INV-7/max_lines", ["once", "once"]),
        ("lines:INV-7/split/rent", ["once", "documents reject"]),
        ("date:2031-09-01/INV-7", ["once", "once", "documents reject"]),
        (
            "intacct_state:mlc-810-K4YWVHVDH2CB",
            ["reconcile", "documents accept", "documents release", "documents reject"],
        ),
    ],
)
def test_what_is_to_be_done_is_true_of_the_very_need(need: str, commands: list[str]) -> None:
    steps = Desk(prepared=()).name_steps(need, ask_for(need, [PARTNER]), since=NOON)

    assert [tell_command(step) for step in steps] == commands


def tell_command(step: Step) -> str:
    _, noun, *rest = step.command.split()
    return " ".join((noun, *rest[:1])) if rest and not rest[0].startswith("-") else noun


@pytest.mark.parametrize("kind", sorted(ACTIONS))
def test_an_answer_stands_first_unless_it_overrules_a_check_of_ours(kind: str) -> None:
    need = f"{kind}:{PARTNER}/Q/7"
    question = ask_for(need, [PARTNER])
    steps = Desk(prepared=()).name_steps(need, question, since=NOON)

    answers = [n for n, step in enumerate(steps) if "needs answer" in step.command]

    assert answers == ([] if question is None else [len(steps) - 1] if kind in OVERRULING else [0])


def test_what_is_answered_waits_for_another_person() -> None:
    need = f"item:{PARTNER}/VN/B-8"
    answer = StoredXref(
        id=4,
        link="main",
        xref=CrossReference(kind="item", partner=PARTNER, code="VN/B-8", target="BOLT-8"),
        status=XrefStatus.PREPARED,
        origin=need,
        prepared_by="Ana",
        prepared_at=NOON,
        decided_by="",
        decided_at=None,
        valid_from=None,
        valid_to=None,
    )
    desk = Desk(prepared=[answer])

    steps = desk.name_steps(need, ask_for(need, [PARTNER]), since=NOON)
    other = desk.name_steps(f"{need}0", ask_for(f"{need}0", [PARTNER]), since=NOON)

    assert [str(step) for step in steps] == [
        "another person approves BOLT-8, answered by Ana: ml-connector xref approve 4",
        'decline BOLT-8, answered by Ana: ml-connector xref decline 4 --reason "not right"',
    ]
    assert [parse(step)["ids"] for step in steps] == [[4], [4]]
    assert "needs answer" in other[0].command


@pytest.mark.parametrize("text", ["a b", 'a"b', "$(a)", "`a`", "a'b", "a\\", "!a", "a;b", "-a", "~", ""])
def test_a_text_is_one_word_of_a_command_and_nothing_else(text: str) -> None:
    assert shlex.split(quote(text)) == [text]
    assert quote(text)[0] in "\"'"
    assert not (quote(text)[0] == '"' and set(text) & set('"$`\\!'))


@pytest.mark.parametrize("kind", ["draft_bill", "order", "order_state", "receipt", "vendor_approval"])
def test_what_somebody_does_in_intacct_frees_it_with_the_next_run(kind: str) -> None:
    first = ACTIONS[kind][0]

    assert ("in Intacct" in first.do, first.command) == (True, "ml-connector once")
