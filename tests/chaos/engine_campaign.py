"""Workers of `ml-connector run` are killed, frozen and robbed of dbos's rows as seeds decide: see `tests.chaos.campaign`."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

from tests.chaos.campaign import Campaign, Ending, run_campaign
from tests.chaos.dice import Plan, make_plan
from tests.chaos.engine_play import SETTINGS, play_with_engine
from tests.chaos.jobs import JOBS
from tests.chaos.planned_line import describe_plan, judge_line
from tests.databases import DATABASES
from tests.processes import Line

CREWS: Final = {f"{database}-{size}": (database, size) for database in DATABASES for size in (1, 3)}


def play_seed(seed: int, crew: str, folder: Path, url: str) -> Ending:
    """Do what the seed decides, and find everything that is wrong once the line is at rest."""
    plan = make_plan(seed)
    _, size = CREWS[crew]
    return judge_line(plan, folder, url, partial(_play, plan, Random(seed), size), more=SETTINGS)


def _play(plan: Plan, dice: Random, size: int, line: Line) -> dict[str, int]:
    return asdict(play_with_engine(line, plan, workers=size, dice=dice))


CAMPAIGN: Final = Campaign(
    name="engine_campaign",
    places={crew: database for crew, (database, _) in CREWS.items()},
    play=play_seed,
    describe=describe_plan,
    counted=("kills", "frozen", "robbed", "faults", "bills"),
    jobs=JOBS,  # PostgreSQL lets in a hundred connections, and on a busy machine the killed leave theirs late
)


def main(arguments: Sequence[str] | None = None) -> int:
    return run_campaign(CAMPAIGN, arguments)


if __name__ == "__main__":
    sys.exit(main())
