"""The connector is killed between two effects, again and again, and two run at a time; each invoice is one bill."""

from pathlib import Path
from typing import Final

from tests.chaos.line import Act, KillAtCommit, KillAtRequest, Round, RunTwo, play, run_chaos_line
from tests.chaos.trade import make_shipment
from tests.chaos.verdict import find_wrongs

#: A sample of what `python -m tests.chaos.sweep` tries one by one, here one after another on the same line.
KILLS: Final[tuple[Act, ...]] = (
    KillAtCommit(n=2),  # while the store is made
    KillAtRequest(system="intacct", n=3, when="before"),
    KillAtRequest(system="cleo", n=6, when="after"),
    KillAtCommit(n=9),
    KillAtRequest(system="intacct", n=4, when="after"),
    KillAtCommit(n=13),
    KillAtRequest(system="intacct", n=3, when="later"),
)


def test_a_line_that_is_killed_again_and_again_books_each_invoice_once(
    tmp_path: Path, empty_store_url: str
) -> None:
    shipments = [make_shipment(f"K{n}", (4, 3)) for n in range(1, len(KILLS) + 1)]

    with run_chaos_line(tmp_path, empty_store_url) as line:
        story = play(
            line, [Round(act=act, shipment=shipment) for act, shipment in zip(KILLS, shipments, strict=True)]
        )

        assert story.kills == len(KILLS), story.statuses
        assert find_wrongs(line, shipments) == []


def test_two_runs_at_the_same_time_do_each_document_once(tmp_path: Path, empty_store_url: str) -> None:
    shipment = make_shipment("T", (7, 4, 5))

    with run_chaos_line(tmp_path, empty_store_url) as line:
        play(line, [Round(act=RunTwo(), shipment=shipment)])

        assert find_wrongs(line, [shipment]) == []
        assert line.intacct.counters()["functions"]["create"] == len(shipment.payable)
