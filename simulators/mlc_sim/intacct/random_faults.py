"""Faults drawn by a seed: the same seed, the same faults at the same requests. What can go wrong is our own choice."""

from collections.abc import Mapping
from random import Random
from typing import Any, Final

from mlc_sim.faults import Fault, read_fault

#: A throttled answer, as seen at the gateway: HTTP 429 with a control block that has its status only.
_THROTTLED: Final = (
    "<response><control><status>failure</status></control><errormessage><error><errorno>GW-0010</errorno>"
    "</error></errormessage></response>"
)
_KINDS: Final[tuple[Mapping[str, Any], ...]] = (
    {"action": "drop"},
    {"action": "drop", "when": "after"},
    {"action": "reset", "when": "after"},
    {"action": "empty", "when": "after"},
    {"action": "truncate", "bytes": 120},
    {"action": "http", "status": 429, "headers": {"Content-Type": "text/xml"}, "body": _THROTTLED},
    {"action": "http", "status": 502, "body": "<html>Bad gateway</html>"},
    {"action": "http", "status": 524, "body": "<html>A timeout occurred</html>", "when": "after"},
    {"action": "expire_sessions"},
    {"action": "refuse", "errors": [{"errorno": "BL01001973"}]},
)


def draw_faults(asked: Mapping[str, Any]) -> list[Fault]:
    """`count` faults among the next `within` requests. Raises KeyError, ValueError or TypeError for another shape."""
    dice = Random(int(asked["seed"]))  # noqa: S311 - the same faults again are wanted, not secret ones
    places = sorted(dice.sample(range(1, int(asked["within"]) + 1), int(asked["count"])))
    return [read_fault({**dice.choice(_KINDS), "match": {"nth": place}}) for place in places]
