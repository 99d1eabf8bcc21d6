"""Plays what seeds decide over `ml-connector run`: workers are killed, frozen, robbed of dbos's rows.

    python -m tests.chaos.engine_campaign --seeds 200 [--first-seed N] [--crew sqlite-1|postgresql-1|postgresql-3|all]

One line for each seed and crew, and a table in the end; for a seed that fails what is wrong, and the command that
plays it again. `--write-report` keeps the table in `docs/reference/reliability.md`.
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.chaos.campaign import PAGE
from tests.chaos.dice import make_plan
from tests.chaos.engine_play import SETTINGS, Happened, play_with_engine
from tests.chaos.jobs import JOBS, fork_product, run_jobs
from tests.chaos.line import Broken, run_chaos_line
from tests.chaos.verdict import find_wrongs
from tests.databases import Stores, run_stores

CREWS: Final = {
    "sqlite-1": ("sqlite", 1),
    "postgresql-1": ("postgresql", 1),
    "postgresql-3": ("postgresql", 3),
}
_MARKED: Final = re.compile(r"(<!-- engine campaign -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How a seed ended."""

    crew: str
    seed: int
    wrongs: Sequence[str]
    happened: Happened = field(default_factory=Happened)
    bills: int = 0
    seconds: float = 0.0

    def describe(self) -> str:
        said = "WRONG" if self.wrongs else "ok"
        lines = [
            f"{self.crew:<13}{self.seed:>6}  {said:<6}{self.bills:>3} bills  {self.happened}  {self.seconds:.1f} s"
        ]
        if self.wrongs:
            lines += [f"    wrong: {wrong}" for wrong in self.wrongs]
            lines += [f"    round: {each}" for each in make_plan(self.seed).rounds]
            again = f"--seeds 1 --first-seed {self.seed} --crew {self.crew}"
            lines.append(f"    again: python -m tests.chaos.engine_campaign {again}")
        return "\n".join(lines)


def play_seed(seed: int, crew: str, stores: Stores) -> Played:
    """Do what the seed decides, and find everything that is wrong once the line is at rest."""
    plan = make_plan(seed)
    started = time.monotonic()
    happened = Happened()
    with (
        stores.make(empty=True) as url,
        tempfile.TemporaryDirectory() as folder,
        run_chaos_line(Path(folder), url, more=SETTINGS) as running,
    ):
        line = fork_product(running)
        line.intacct.change_settings(**plan.intacct)
        line.cleo.change_settings(**plan.cleo)
        try:
            happened = play_with_engine(line, plan, workers=CREWS[crew][1])
            wrongs = find_wrongs(line, plan.shipments, may_refuse=plan.may_refuse)
        except (Broken, AssertionError) as error:
            wrongs = [str(error)]
    return Played(
        crew=crew,
        seed=seed,
        wrongs=wrongs,
        happened=happened,
        bills=sum(len(shipment.payable) for shipment in plan.shipments),
        seconds=time.monotonic() - started,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each seed and a summary; 1 when one failed."""
    asked = _read_arguments(arguments)
    crews = [*CREWS] if asked.crew == "all" else [asked.crew]
    tasks = [
        (seed, crew) for seed in range(asked.first_seed, asked.first_seed + asked.seeds) for crew in crews
    ]
    played = []
    for each in _play_all(tasks, jobs=asked.jobs):
        played.append(each)
        _say(f"{len(played):>4} of {len(tasks)}  {each.describe()}")
    failed = [f"{each.seed} by {each.crew}" for each in played if each.wrongs]
    table = render_table(played)
    _say(
        f"\n{table}\n\n"
        + (f"{len(failed)} failed: {', '.join(failed)}" if failed else "nothing lost, nothing doubled")
    )
    if asked.write_report and not failed:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(_MARKED.sub(rf"\1\n{table}\n\n\2", text), encoding="utf-8")
    return int(bool(failed))


def render_table(played: Sequence[Played]) -> str:
    """What was done to each crew, as a table that pages and terminals show alike."""
    rows = [
        "| workers | seeds | kills | frozen | robbed | faults that struck | bills | failed |",
        "|---" * 8 + "|",
    ]
    for crew in dict.fromkeys(each.crew for each in played):
        those = [each for each in played if each.crew == crew]
        database, workers = CREWS[crew]
        counts = (
            len(those),
            sum(each.happened.kills for each in those),
            sum(each.happened.freezes for each in those),
            sum(each.happened.robberies for each in those),
            sum(each.happened.faults for each in those),
            sum(each.bills for each in those),
            sum(bool(each.wrongs) for each in those),
        )
        rows.append(f"| {workers} on {database} | {' | '.join(map(str, counts))} |")
    return "\n".join(rows)


def _play_all(tasks: Sequence[tuple[int, str]], *, jobs: int) -> Iterator[Played]:
    with ExitStack() as stack:
        stores = {
            name: stack.enter_context(run_stores(name))
            for name in sorted({CREWS[crew][0] for _, crew in tasks})
        }
        placed = [(seed, crew, stores[CREWS[crew][0]]) for seed, crew in tasks]
        yield from run_jobs(play_seed, placed, jobs=jobs)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.engine_campaign", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--crew", choices=[*CREWS, "all"], default="all")
    parser.add_argument("--jobs", type=int, default=JOBS, help="how many at the same time")
    parser.add_argument("--write-report", action="store_true", help="keep the table, if nothing failed")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
