"""What a run came to can be read however many documents it had: sums that lose nothing, and the first few of each."""

import io
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest
from rich.console import Console
from tests.databases import Stores
from tests.unit.flows.scene import Scene, open_scene, write_invoice

from ml_connector.app.results import OutcomeSum, RunResult
from ml_connector.app.running.outcomes import Touched, report_touched
from ml_connector.cli.render.runs import render_run
from ml_connector.flows.balance import Balance
from ml_connector.records.status import Status


@pytest.fixture(scope="module")
def day(sqlite_stores: Stores) -> Iterator[tuple[Scene, datetime]]:
    """A run with two bills, six invoices of unknown vendors, one without a coding rule for its account, three doubles."""
    with sqlite_stores.make() as url, open_scene(url) as scene:
        started = scene.clock()
        scene.drop(write_invoice("INV-1"), write_invoice("INV-2"))
        scene.drop(*(write_invoice(f"NEW-{n}", 1000, vendor=f"9{n}") for n in range(6)), name="new.edi")
        scene.drop(write_invoice("OLD-1", item="CLOSED"), name="old.edi")
        scene.drop(*(write_invoice("INV-1") for _ in range(3)), name="again.edi")
        scene.run()
        yield scene, started


def report(day: tuple[Scene, datetime], most: int | None) -> Touched:
    scene, started = day
    return report_touched(scene.make_run(), started, most=most)


def test_every_document_counts_in_the_sum_of_its_state_and_reason(day: tuple[Scene, datetime]) -> None:
    touched = report(day, 5)

    assert [(each.status, each.why, each.documents, each.amount) for each in touched.sums] == [
        (Status.HELD, "vendor", 6, Decimal(60)),
        (Status.DUPLICATE, "the same as document … of …", 3, Decimal(300)),
        (Status.HELD, "account", 1, Decimal(100)),
        (Status.POSTED, "", 2, Decimal(200)),
    ]


def test_of_many_documents_the_first_of_each_group_are_shown_and_posted_ones_last(
    day: tuple[Scene, datetime],
) -> None:
    shown = [sorted(line.number for line in report(day, most).lines) for most in (3, 5, 11)]

    assert shown[0] == ["INV-1", "NEW-0", "OLD-1"]
    assert shown[1] == ["INV-1", "INV-1", "NEW-0", "NEW-1", "OLD-1"]
    assert shown[2] == ["INV-1"] * 4 + [f"NEW-{n}" for n in range(6)] + ["OLD-1"]


@pytest.mark.parametrize("most", [None, 12])
def test_of_few_documents_all_are_shown(day: tuple[Scene, datetime], most: int | None) -> None:
    assert len(report(day, most).lines) == 12


def test_the_closing_report_of_ten_thousand_documents_fits_on_a_page() -> None:
    sums = [
        OutcomeSum(status=Status.HELD, why=f"kind{n}", currency="USD", documents=900, amount=Decimal(5))
        for n in range(11)
    ]
    posted = OutcomeSum(
        status=Status.POSTED, why="", currency="USD", documents=100, amount=Decimal("1234567.80")
    )

    shown = show(make_result(*sums, posted))

    rows = [" ".join(line.split()) for line in shown.splitlines()]
    assert rows[6:10] == [
        "held kind4 900 5.00 USD",
        "held kind5 900 5.00 USD",
        "held 5 other reasons 4,500 25.00 USD",
        "posted 100 1,234,567.80 USD",
    ]
    assert "… and 10,000 more; all of a state: ml-connector documents list --status held" in shown
    assert "ml-connector needs list" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_run_of_posted_bills_only_says_nothing_of_needs() -> None:
    posted = OutcomeSum(status=Status.POSTED, why="", currency="", documents=100, amount=Decimal(1))

    shown = show(make_result(posted))

    assert "--status posted" in shown
    assert "needs list" not in shown


def make_result(*outcomes: OutcomeSum) -> RunResult:
    return RunResult(
        link="main",
        mode="live",
        documents=(),
        outcomes=outcomes,
        files=(),
        counts={},
        balance=Balance(files={}, rows=(), unread_amounts=0, damaged=(), differences=()),
        meter=(),
        cleo_requests=1,
        troubles=(),
        kept_back=0,
        doubtful=0,
        next_look=None,
        next_attempt=None,
    )


def show(result: RunResult) -> str:
    console = Console(file=io.StringIO(), width=80)
    for part in render_run(result, width=80):
        console.print(part)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()
