"""Plays by seed how a company's reference changes while it is copied, and compares the copy with the truth.

    python -m tests.chaos.reference_campaign --seeds 50 [--first-seed N] [--database sqlite|postgresql|both] [--jobs N]

One line for each seed; for one that fails what is wrong, what happened, and the command that plays it again.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.jobs import JOBS, run_jobs
from tests.chaos.line import Broken
from tests.chaos.reference_play import ReferenceStory, make_reference_plan, play_reference
from tests.databases import DATABASES, Stores, run_stores


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedReference:
    """How a seed ended."""

    database: str
    seed: int
    wrongs: Sequence[str]
    story: ReferenceStory = field(default_factory=ReferenceStory)
    seconds: float = 0.0

    def describe(self) -> str:
        said = "WRONG" if self.wrongs else "ok"
        story = self.story
        happened = f"{story.changes} changes, {story.kills} kills, {story.alarms} alarms, {story.rows} rows"
        lines = [f"{self.database:<11}{self.seed:>6}  {said:<6}{happened:<46}{self.seconds:5.1f} s"]
        if self.wrongs:
            plan = make_reference_plan(self.seed)
            lines += [f"    wrong: {wrong}" for wrong in self.wrongs[:20]]
            lines += [f"    round: {each}" for each in plan.rounds]
            lines += [f"    settings: {dict(plan.intacct)} {dict(plan.reference)}"]
            again = f"--seeds 1 --first-seed {self.seed} --database {self.database}"
            lines.append(f"    again: python -m tests.chaos.reference_campaign {again}")
        return "\n".join(lines)


def play_reference_seed(seed: int, database: str, stores: Stores) -> PlayedReference:
    """Do what the seed decides, and find everything that is wrong in the end."""
    started = time.monotonic()
    story = ReferenceStory()
    with stores.make(empty=True) as url, tempfile.TemporaryDirectory() as folder:
        try:
            story, wrongs = play_reference(Path(folder), url, make_reference_plan(seed))
        except (Broken, AssertionError) as error:
            wrongs = [str(error)]
    return PlayedReference(
        database=database, seed=seed, wrongs=wrongs, story=story, seconds=time.monotonic() - started
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each seed and a summary; 1 when one failed."""
    asked = _read_arguments(arguments)
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    databases = DATABASES if asked.database in {"both", "alternate"} else (asked.database,)
    tasks = [(seed, name) for seed in seeds for name in databases]
    if asked.database == "alternate":
        tasks = [(seed, DATABASES[seed % len(DATABASES)]) for seed in seeds]
    failed = []
    for number, played in enumerate(_play_all(tasks, jobs=asked.jobs), 1):
        sys.stdout.write(f"{number:>4} of {len(tasks)}  {played.describe()}\n")
        sys.stdout.flush()
        failed += [f"{played.seed} on {played.database}"] if played.wrongs else []
    ended = f"{len(failed)} failed: {', '.join(failed)}" if failed else "every copy is equal to the truth"
    sys.stdout.write(f"{ended}\n")
    return int(bool(failed))


def _play_all(tasks: Sequence[tuple[int, str]], *, jobs: int) -> Iterator[PlayedReference]:
    with ExitStack() as stack:
        stores = {name: stack.enter_context(run_stores(name)) for name in sorted({name for _, name in tasks})}
        yield from run_jobs(
            play_reference_seed, [(seed, name, stores[name]) for seed, name in tasks], jobs=jobs
        )


def _read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.reference_campaign", description=__doc__)
    parser.add_argument("--seeds", type=int, default=50, help="how many")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--database", choices=[*DATABASES, "both", "alternate"], default="both")
    parser.add_argument("--jobs", type=int, default=JOBS, help="how many at the same time")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
