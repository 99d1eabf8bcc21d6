"""Kills the product between any two effects of one run, each time on a new line, and looks at what comes of it.

    python -m tests.chaos.sweep [--database sqlite|postgresql|both] [--every N] [--point intacct:3:after] [--jobs N]

An effect is a commit of the store or a request to either system; both are counted in a run that is left alone.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.chaos.jobs import JOBS, fork_product, run_jobs
from tests.chaos.line import (
    Act,
    Broken,
    KillAtCommit,
    KillAtRequest,
    Round,
    Story,
    System,
    play,
    run_chaos_line,
)
from tests.chaos.trade import Shipment, make_shipment
from tests.chaos.verdict import find_wrongs
from tests.databases import DATABASES, Stores, run_stores

SIZES: Final = (5, 4, 3)  # twelve bills: two requests, ten in the first


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """How often a run that is left alone commits and asks."""

    commits: int
    intacct: int
    cleo: int

    def list_points(self) -> list[Act]:
        """Every moment to kill it, in no order of time."""
        commits: list[Act] = [KillAtCommit(n=n) for n in range(1, self.commits + 1)]
        asked: list[tuple[System, int]] = [("intacct", n) for n in range(1, self.intacct + 1)]
        asked += [("cleo", n) for n in range(1, self.cleo + 1)]
        return commits + [
            KillAtRequest(system=system, n=n, when=when)
            for system, n in asked
            for when in ("before", "after")
        ]


def count_effects(stores: Stores) -> Effects:
    """What one run of the shipment does, to its end."""
    with (
        stores.make(empty=True) as url,
        tempfile.TemporaryDirectory() as folder,
        run_chaos_line(Path(folder), url) as line,
    ):
        for name, content in make_shipment("S", SIZES).files.items():
            line.cleo.drop(name, content)
        status, _ = line.connector.once()
        assert status == 0
        return Effects(
            commits=(Path(folder) / "commits").stat().st_size,
            intacct=line.intacct.counters()["requests"],
            cleo=line.cleo.counters()["requests"],
        )


def try_point(act: Act, stores: Stores) -> tuple[Story, list[str]]:
    """Kill a new line there and let it recover; what happened, and everything that is wrong afterwards."""
    shipment: Shipment = make_shipment("S", SIZES)
    with (
        stores.make(empty=True) as url,
        tempfile.TemporaryDirectory() as folder,
        run_chaos_line(Path(folder), url) as running,
    ):
        line = fork_product(running)
        try:
            return play(line, [Round(act=act, shipment=shipment)]), find_wrongs(line, [shipment])
        except (Broken, AssertionError) as error:
            return Story(), [str(error)]


def read_point(text: str) -> Act:
    """A point as it is printed. Raises ValueError."""
    match text.split(":"):
        case ["store", n]:
            return KillAtCommit(n=int(n))
        case ["intacct" | "cleo" as system, n, "before" | "after" | "later" as when]:
            return KillAtRequest(system=system, n=int(n), when=when)
        case _:
            raise ValueError(f"{text!r} is no point such as store:12 or intacct:3:after")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line for each point; 1 when something was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.sweep", description=__doc__)
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument("--every", type=int, default=1, help="try every so manieth point")
    parser.add_argument("--point", type=read_point, help="try this one alone")
    parser.add_argument("--jobs", type=int, default=JOBS, help="how many at the same time")
    asked = parser.parse_args(arguments)
    failed = 0
    for database in DATABASES if asked.database == "both" else [asked.database]:
        with run_stores(database) as stores:
            points = [asked.point] if asked.point else count_effects(stores).list_points()[:: asked.every]
            tried = run_jobs(try_point, [(point, stores) for point in points], jobs=asked.jobs)
            for point, (story, wrongs) in zip(points, tried, strict=True):
                failed += bool(wrongs)
                said = "wrong" if wrongs else "killed" if story.kills else f"ended with {story.statuses}"
                sys.stdout.write(f"{database:<12}{point!s:<20}{said}\n")
                sys.stdout.writelines(f"    {wrong}\n" for wrong in wrongs)
                sys.stdout.flush()
    sys.stdout.write(f"{failed} points failed\n")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
