"""Plays what seeds decide: faults, kills and restarts on a new line each, and looks at what comes of it.

    python -m tests.chaos.campaign --seeds 200 [--first-seed N] [--database sqlite|postgresql|both] [--jobs N]

One line for each seed; for one that fails what is wrong, what happened, and the command that plays it again.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.databases import DATABASES, MakeUrl, run_database
from tests.chaos.dice import make_plan
from tests.chaos.line import Broken, play, run_chaos_line
from tests.chaos.verdict import find_wrongs


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How a seed ended."""

    database: str
    seed: int
    wrongs: Sequence[str]

    def describe(self) -> str:
        plan = make_plan(self.seed)
        payable = sum(len(shipment.payable) for shipment in plan.shipments)
        acts = ", ".join(str(each.act) for each in plan.rounds)
        faults = sum(len(each.faults) for each in plan.rounds)
        said = "WRONG" if self.wrongs else "ok"
        lines = [f"{self.database:<12}{self.seed:>6}  {said:<6}{payable:>3} bills, {faults} faults; {acts}"]
        if self.wrongs:
            lines += [f"    wrong: {wrong}" for wrong in self.wrongs]
            lines += [f"    round: {each}" for each in plan.rounds]
            lines += [f"    settings: {dict(plan.intacct)} {dict(plan.cleo)}"]
            lines += [f"    again: {self._name_command()}"]
        return "\n".join(lines)

    def _name_command(self) -> str:
        return f"python -m tests.chaos.campaign --seeds 1 --first-seed {self.seed} --database {self.database}"


def play_seed(seed: int, store_url: str, *, source: Path | None = None) -> list[str]:
    """Everything that is wrong once the line has recovered from what the seed decided."""
    plan = make_plan(seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        run_chaos_line(Path(folder), store_url, source=source) as line,
    ):
        line.intacct.change_settings(**plan.intacct)
        line.cleo.change_settings(**plan.cleo)
        try:
            play(line, plan.rounds)
            return find_wrongs(line, plan.shipments, may_refuse=plan.may_refuse)
        except (Broken, AssertionError) as error:
            return [str(error)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each seed and a summary; 1 when one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.campaign", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument("--jobs", type=int, default=2, help="how many at the same time")
    asked = parser.parse_args(arguments)
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    failed: list[Played] = []
    databases = DATABASES if asked.database == "both" else (asked.database,)
    for database in databases:
        with run_database(database) as make_url:
            failed += _play_all(database, seeds, make_url, jobs=asked.jobs)
    names = ", ".join(f"{played.seed} on {played.database}" for played in failed)
    sys.stdout.write(f"{len(seeds)} seeds on {' and '.join(databases)}: ")
    sys.stdout.write(f"{len(failed)} failed: {names}\n" if failed else "nothing lost, nothing doubled\n")
    return int(bool(failed))


def _play_all(database: str, seeds: Sequence[int], make_url: MakeUrl, *, jobs: int) -> list[Played]:
    def play_one(seed: int) -> Played:
        return Played(database=database, seed=seed, wrongs=play_seed(seed, make_url()))

    failed = []
    with ThreadPoolExecutor(jobs) as pool:
        for played in pool.map(play_one, seeds):
            sys.stdout.write(f"{played.describe()}\n")
            sys.stdout.flush()
            if played.wrongs:
                failed.append(played)
    return failed


if __name__ == "__main__":
    sys.exit(main())
