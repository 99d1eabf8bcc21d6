"""A company's reference changes as seeds decide while it is copied; the copy is compared with the truth.

See `tests.chaos.campaign` for how it is run.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.chaos.campaign import Campaign, Ending, run_campaign
from tests.chaos.jobs import JOBS
from tests.chaos.reference_play import make_reference_plan, play_reference
from tests.databases import DATABASES

_SHOWN: Final = 20


def play_seed(seed: int, _place: str, folder: Path, url: str) -> Ending:
    """Do what the seed decides, and find everything that is wrong in the end."""
    story, wrongs = play_reference(folder, url, make_reference_plan(seed))
    counts = {
        "changes": story.changes,
        "kills": story.kills,
        "alarms": story.alarms,
        "rows": story.rows,
    }
    return Ending(wrongs=wrongs[:_SHOWN], counts=counts)


def describe_seed(seed: int) -> list[str]:
    """All that it decides."""
    plan = make_reference_plan(seed)
    rounds = [f"round: {each}" for each in plan.rounds]
    return [*rounds, f"settings: {dict(plan.intacct)} {dict(plan.reference)}"]


CAMPAIGN: Final = Campaign(
    name="reference_campaign",
    places={name: name for name in DATABASES},
    play=play_seed,
    describe=describe_seed,
    counted=("changes", "kills", "alarms", "rows"),
    success="every copy is equal to the truth",
    jobs=JOBS,
)


def main(arguments: Sequence[str] | None = None) -> int:
    return run_campaign(CAMPAIGN, arguments)


if __name__ == "__main__":
    sys.exit(main())
