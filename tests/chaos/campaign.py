"""Plays what seeds decide: faults, kills and restarts on a new line each, and looks at what comes of it.

    python -m tests.chaos.campaign --seeds 200 [--first-seed N] [--database sqlite|postgresql|both] [--jobs N]

One line for each seed and database, and a table in the end; for a seed that fails what is wrong, what happened, and
the command that plays it again. `--write-report` keeps the table in `docs/reference/reliability.md`.
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.chaos.dice import Plan, make_plan
from tests.chaos.jobs import JOBS, fork_product, run_jobs
from tests.chaos.line import Broken, Story, play, run_chaos_line
from tests.chaos.verdict import find_wrongs
from tests.databases import DATABASES, Stores, run_stores

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "reliability.md"
_MARKED: Final = re.compile(r"(<!-- campaign -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How a seed ended."""

    database: str
    seed: int
    wrongs: Sequence[str]
    story: Story = field(default_factory=Story)
    seconds: float = 0.0

    @property
    def bills(self) -> int:
        return _count_bills(make_plan(self.seed))

    def describe(self) -> str:
        plan = make_plan(self.seed)
        said = "WRONG" if self.wrongs else "ok"
        acts = ", ".join(str(each.act) for each in plan.rounds)
        happened = f"{self.bills} bills, {self.story.kills} kills, {self.story.faults} faults"
        lines = [f"{self.database:<11}{self.seed:>6}  {said:<6}{happened:<29}{self.seconds:5.1f} s  {acts}"]
        if self.wrongs:
            lines += [f"    wrong: {wrong}" for wrong in self.wrongs]
            lines += [f"    round: {each}" for each in plan.rounds]
            lines += [f"    settings: {dict(plan.intacct)} {dict(plan.cleo)}"]
            lines += [f"    again: {self._name_command()}"]
        return "\n".join(lines)

    def _name_command(self) -> str:
        return f"python -m tests.chaos.campaign --seeds 1 --first-seed {self.seed} --database {self.database}"


def play_seed(seed: int, database: str, stores: Stores) -> Played:
    """Do what the seed decides, and find everything that is wrong once the line has recovered from it."""
    plan = make_plan(seed)
    started = time.monotonic()
    story = Story()
    with (
        stores.make(empty=True) as url,
        tempfile.TemporaryDirectory() as folder,
        run_chaos_line(Path(folder), url) as running,
    ):
        line = fork_product(running)
        line.intacct.change_settings(**plan.intacct)
        line.cleo.change_settings(**plan.cleo)
        try:
            story = play(line, plan.rounds)
            wrongs = find_wrongs(line, plan.shipments, may_refuse=plan.may_refuse)
        except (Broken, AssertionError) as error:
            wrongs = [str(error)]
    return Played(
        database=database, seed=seed, wrongs=wrongs, story=story, seconds=time.monotonic() - started
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each seed and a summary; 1 when one failed."""
    asked = _read_arguments(arguments)
    databases = DATABASES if asked.database == "both" else (asked.database,)
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    started = time.monotonic()
    played = []
    for each in _play_all(seeds, databases, jobs=asked.jobs):
        played.append(each)
        _say(f"{len(played):>4} of {len(seeds) * len(databases)}  {each.describe()}")
    failed = [f"{each.seed} on {each.database}" for each in played if each.wrongs]
    table = render_table(played)
    ended = f"{len(failed)} failed: {', '.join(failed)}" if failed else "nothing lost, nothing doubled"
    _say(f"\n{table}\n\nin {time.monotonic() - started:.0f} s, {asked.jobs} at a time: {ended}")
    if asked.write_report and not failed:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(_MARKED.sub(rf"\1\n{table}\n\n\2", text), encoding="utf-8")
    return int(bool(failed))


def render_table(played: Sequence[Played]) -> str:
    """What was done on each database, as a table that pages and terminals show alike."""
    rows = ["| database | seeds | kills | faults that struck | bills | failed |", "|---" * 6 + "|"]
    for database in dict.fromkeys(each.database for each in played):
        those = [each for each in played if each.database == database]
        counts = (
            len(those),
            sum(each.story.kills for each in those),
            sum(each.story.faults for each in those),
            sum(each.bills for each in those),
            sum(bool(each.wrongs) for each in those),
        )
        rows.append(f"| {database} | {' | '.join(map(str, counts))} |")
    return "\n".join(rows)


def _play_all(seeds: Sequence[int], databases: Sequence[str], *, jobs: int) -> Iterator[Played]:
    with ExitStack() as stack:
        stores: Mapping[str, Stores] = {name: stack.enter_context(run_stores(name)) for name in databases}
        tasks = [(seed, name, stores[name]) for seed in seeds for name in databases]
        yield from run_jobs(play_seed, tasks, jobs=jobs)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _count_bills(plan: Plan) -> int:
    return sum(len(shipment.payable) for shipment in plan.shipments)


def _read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.campaign", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument("--jobs", type=int, default=JOBS, help="how many at the same time")
    parser.add_argument("--write-report", action="store_true", help="keep the table, if nothing failed")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
