"""How a campaign is run and reported: seeds are played side by side, each is a line, and a table ends it.

    python -m tests.chaos.NAME [--seeds 200] [--first-seed N] [--on all|alternate|PLACE] [--jobs N] [--write-report]

A seed that fails is told with what is wrong, what it decides, and the command that plays it again. `alternate` plays
each seed in one place, the places by turns. `--write-report` keeps the table in `docs/reference/reliability.md`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.chaos.jobs import run_jobs
from tests.chaos.line import Broken
from tests.databases import Stores, run_stores
from tests.reliability import PAGE, replace_parts

ALL: Final = "all"
ALTERNATE: Final = "alternate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What came of a seed."""

    wrongs: Sequence[str] = ()
    counts: Mapping[str, int] = field(default_factory=dict)  #: what happened on the way, by its name


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What is to be played. Its functions are sent to other processes, so each is a module's."""

    name: str  #: of its module
    places: Mapping[str, str]  #: where a seed is played, each with the database below it
    play: Callable[[int, str, Path, str], Ending]
    """Plays a seed in a place, with a folder and the address of an empty store. Raises Broken or AssertionError."""
    describe: Callable[[int], Sequence[str]]  #: all that a seed decides
    counted: Sequence[str]  #: names of what the table adds up
    success: str = "nothing lost, nothing doubled"
    jobs: int  #: at the same time


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How a seed ended in a place."""

    place: str
    seed: int
    ending: Ending
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        return bool(self.ending.wrongs)


def run_campaign(campaign: Campaign, arguments: Sequence[str] | None = None) -> int:
    """Print each seed and a summary; 1 when one failed."""
    asked = _read_arguments(campaign, arguments)
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    tasks = _list_tasks(campaign, seeds, asked.on)
    started = time.monotonic()
    played = []
    for each in _play_all(campaign, tasks, jobs=asked.jobs):
        played.append(each)
        _say(f"{len(played):>4} of {len(tasks)}  {describe_played(campaign, each)}")
    failed = [f"{each.seed} on {each.place}" for each in played if each.failed]
    took = f"in {(time.monotonic() - started) / 60:.1f} min on {os.cpu_count()} cores"
    report = (
        f"{render_table(campaign, played)}\n\nSeeds {seeds[0]} to {seeds[-1]}, {took}, at {_name_commit()}."
    )
    ended = f"{len(failed)} failed: {', '.join(failed)}" if failed else campaign.success
    _say(f"\n{report}\n\n{ended}")
    if asked.write_report and not failed:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(replace_parts(text, {f"campaign: {campaign.name}": lambda: report}), encoding="utf-8")
    return int(bool(failed))


def describe_played(campaign: Campaign, played: Played) -> str:
    """One line; for a seed that failed all that is needed to look into it."""
    said = "WRONG" if played.failed else "ok"
    counts = ", ".join(f"{count} {name}" for name, count in played.ending.counts.items())
    lines = [f"{played.place:<14}{played.seed:>6}  {said:<6}{counts}  {played.seconds:.1f} s"]
    if played.failed:
        lines += [f"    wrong: {wrong}" for wrong in played.ending.wrongs]
        lines += [f"    {each}" for each in campaign.describe(played.seed)]
        again = f"--seeds 1 --first-seed {played.seed} --on {played.place}"
        lines.append(f"    again: python -m tests.chaos.{campaign.name} {again}")
    return "\n".join(lines)


def render_table(campaign: Campaign, played: Sequence[Played]) -> str:
    """What happened in each place, as a table that pages and terminals show alike."""
    rows = [
        f"| | seeds | {' | '.join(campaign.counted)} | failed |",
        "|---" * (len(campaign.counted) + 3) + "|",
    ]
    for place in campaign.places:
        those = [each for each in played if each.place == place]
        sums = [sum(each.ending.counts.get(name, 0) for each in those) for name in campaign.counted]
        cells = (len(those), *sums, sum(each.failed for each in those))
        rows += [f"| {place} | {' | '.join(map(str, cells))} |"] if those else []
    return "\n".join(rows)


def _list_tasks(campaign: Campaign, seeds: Sequence[int], on: str) -> list[tuple[int, str]]:
    places = [*campaign.places]
    if on == ALTERNATE:
        return [(seed, places[seed % len(places)]) for seed in seeds]
    return [(seed, place) for seed in seeds for place in (places if on == ALL else [on])]


def _play_all(campaign: Campaign, tasks: Sequence[tuple[int, str]], *, jobs: int) -> Iterator[Played]:
    needed = sorted({campaign.places[place] for _, place in tasks})
    with ExitStack() as stack:
        stores = {database: stack.enter_context(run_stores(database)) for database in needed}
        placed = [(campaign, seed, place, stores[campaign.places[place]]) for seed, place in tasks]
        yield from run_jobs(_play_seed, placed, jobs=jobs)


def _play_seed(campaign: Campaign, seed: int, place: str, stores: Stores) -> Played:
    started = time.monotonic()
    with stores.make(empty=True) as url, tempfile.TemporaryDirectory() as folder:
        try:
            ending = campaign.play(seed, place, Path(folder), url)
        except (Broken, AssertionError) as error:
            ending = Ending(wrongs=[str(error)])
    return Played(place=place, seed=seed, ending=ending, seconds=time.monotonic() - started)


def _name_commit() -> str:
    """The commit that was tried, and whether files were changed since."""
    command = ["git", "describe", "--always", "--dirty= and changes since"]
    root = Path(__file__).parents[2]
    said = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout.strip()
    return f"commit {said}" if said else "no commit"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _read_arguments(campaign: Campaign, arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m tests.chaos.{campaign.name}")
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--on", choices=[ALL, ALTERNATE, *campaign.places], default=ALL)
    parser.add_argument("--jobs", type=int, default=campaign.jobs, help="how many at the same time")
    parser.add_argument("--write-report", action="store_true", help="keep the table, if nothing failed")
    return parser.parse_args(arguments)
