"""Runs of `ml-connector once` are killed, doubled and disturbed as seeds decide: see `tests.chaos.campaign`."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from tests.chaos.campaign import Campaign, Ending, run_campaign
from tests.chaos.dice import Plan, make_plan
from tests.chaos.jobs import JOBS
from tests.chaos.line import play
from tests.chaos.planned_line import describe_plan, judge_line
from tests.databases import DATABASES
from tests.processes import Line


def play_seed(seed: int, _place: str, folder: Path, url: str) -> Ending:
    """Do what the seed decides, and find everything that is wrong once the line has recovered from it."""
    plan = make_plan(seed)
    return judge_line(plan, folder, url, partial(_play, plan))


def _play(plan: Plan, line: Line) -> dict[str, int]:
    story = play(line, plan.rounds)
    return {"kills": story.kills, "faults": story.faults}


CAMPAIGN: Final = Campaign(
    name="once_campaign",
    places={name: name for name in DATABASES},
    play=play_seed,
    describe=describe_plan,
    counted=("kills", "faults", "bills"),
    jobs=JOBS,
)


def main(arguments: Sequence[str] | None = None) -> int:
    return run_campaign(CAMPAIGN, arguments)


if __name__ == "__main__":
    sys.exit(main())
