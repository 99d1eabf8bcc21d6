"""Faults drawn by a seed: the same seed, the same faults at the same requests. What can go wrong is our own choice."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from mlc_sim.cleo.calls import NAMES
from mlc_sim.faults import Fault, read_fault

_THROTTLED: Final = 429
_KINDS: Final[tuple[Mapping[str, Any], ...]] = (
    {"action": "drop"},
    {"action": "drop", "when": "after"},
    {"action": "reset", "when": "after"},
    {"action": "reset_unread"},
    {"action": "html"},
    {"action": "empty", "when": "after"},
    {"action": "truncate", "bytes": 40},
    {"action": "delay", "seconds": 0.05},
    {"action": "http", "status": 500, "body": '{"message": "internal error"}'},
    {"action": "http", "status": 502, "body": "<html>Bad gateway</html>", "when": "after"},
    {"action": "http", "status": 503},
    {"action": "http", "status": _THROTTLED, "headers": {"Retry-After": "1"}},
    {"action": "http", "status": _THROTTLED},
    {"action": "expire_tokens"},
    {"action": "expire_tokens", "refresh": True},
)


def draw_faults(asked: Mapping[str, Any], *, now: datetime) -> list[Fault]:
    """`count` faults among the next `within` requests, or among those of each of `calls`, every one as often.

    A throttled answer without seconds names the date of a second later. Raises KeyError, ValueError or TypeError for
    another shape.
    """
    calls = [str(name) for name in asked.get("calls", ["*"])]
    if unknown := {*calls} - NAMES - {"*"}:
        raise ValueError(f"there are no calls {sorted(unknown)}")
    dice = Random(int(asked["seed"]))  # noqa: S311 - the same faults again are wanted, not secret ones
    places = [
        {"call": name, "nth": place}
        for name in calls
        for place in sorted(dice.sample(range(1, int(asked["within"]) + 1), int(asked["count"])))
    ]
    return [read_fault({**_date(dice.choice(_KINDS), now), "match": place}) for place in places]


def _date(kind: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    if kind.get("status") != _THROTTLED or "headers" in kind:
        return kind
    return {**kind, "headers": {"Retry-After": f"{now + timedelta(seconds=1):%a, %d %b %Y %H:%M:%S GMT}"}}
