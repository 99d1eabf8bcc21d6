"""What a seed decides: which files come, which faults are set, how often and where the product is killed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from tests.chaos.line import (
    Act,
    Fault,
    KillAfter,
    KillAtCommit,
    KillAtRequest,
    Round,
    RunOne,
    RunTwo,
    System,
    When,
)
from tests.chaos.trade import Shipment, make_shipment, mix

_CALLS: Final[Mapping[System, Sequence[str]]] = {
    "intacct": (
        "getAPISession",
        "query",
        "create",
        "create",
        "create",
        "create_apadjustment",
        "create_supdoc",
    ),
    "cleo": ("authenticate", "list_folders", "list_files", "download", "move"),
}
_WHENS: Final[Sequence[When]] = ("before", "after", "later")
_REFUSALS: Final = {"refuse", "refuse_request"}
_THROTTLED: Final = {"action": "http", "status": 429, "headers": {"Retry-After": "1"}}

#: Faults of any call, each with what the dice add. Whatever they do to an answer, they tell no lie about a bill.
_ANYWHERE: Final[Sequence[Callable[[Random], dict[str, Any]]]] = (
    lambda dice: {"action": "drop", "when": _roll_when(dice)},
    lambda dice: {"action": "reset", "when": _roll_when(dice)},
    lambda dice: {
        "action": "http",
        "status": dice.choice((500, 502, 503, 524)),
        "when": _roll_when(dice),
    },
    lambda _: dict(_THROTTLED),
    lambda dice: {"action": "html", "when": _roll_when(dice)},
    lambda dice: {"action": "empty", "when": _roll_when(dice)},
    lambda dice: {"action": "truncate", "bytes": dice.randint(0, 400), "reset": dice.random() < 0.5},
    lambda dice: {"action": "delay", "seconds": round(dice.uniform(0.1, 0.6), 2)},
)
_OF_INTACCT: Final[Sequence[Callable[[Random], dict[str, Any]]]] = (
    lambda dice: {"action": "late", "seconds": round(dice.uniform(0.2, 7), 1)},
    lambda dice: {"action": "late", "seconds": round(dice.uniform(4, 7), 1)},  # after the last look
    lambda dice: {"action": "partial", "functions": dice.randint(0, 9)},
    lambda _: {"action": "expire_sessions"},
    lambda _: {"action": "garble", "bytes": 4},
    lambda _: {"action": "gzip", "header": False},
    lambda _: {"action": "encoding", "codec": "cp1252", "append": "<!-- é -->"},
    lambda _: {"action": "refuse_sign_in", "errors": [{"errorno": "XL03000006"}]},
    lambda _: {"action": "refuse", "errors": [{"errorno": "BL01001973"}]},
    lambda _: {"action": "refuse_request", "errors": [{"errorno": "XL03000003"}]},
)
_OF_CLEO: Final[Sequence[Callable[[Random], dict[str, Any]]]] = (
    lambda dice: {"action": "expire_tokens", "refresh": dice.random() < 0.5},
    lambda dice: {"action": "wrong_length", "by": dice.choice((-3, 5))},
    lambda _: {"action": "repeat_page"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that happens to one line."""

    rounds: Sequence[Round]
    intacct: Mapping[str, object]  #: settings of the simulators
    cleo: Mapping[str, object]

    @property
    def shipments(self) -> list[Shipment]:
        return [each.shipment for each in self.rounds if each.shipment is not None]

    @property
    def may_refuse(self) -> bool:
        """Whether Intacct is made to refuse what it would have taken."""
        return any(fault["action"] in _REFUSALS for each in self.rounds for _, fault in each.faults)


def make_plan(seed: int) -> Plan:
    """The same seed gives the same plan."""
    dice = Random(seed)
    rounds = [_make_round(dice, n) for n in range(1, dice.randint(2, 4) + 1)]
    faults = [fault for each in rounds for _, fault in each.faults]
    late = any(fault["action"] == "late" for fault in faults)
    later = any(isinstance(each.act, KillAtRequest) and each.act.when == "later" for each in rounds)
    return Plan(
        rounds=rounds,
        # Without its memory nothing but the doubt's last look keeps a late bill and its repetition apart.
        intacct={"duplicate_memory": late or later or dice.random() < 0.7},
        cleo={"newest_first": dice.random() < 0.5, "page_cap": dice.choice((2, 3, 50))},
    )


def _make_round(dice: Random, n: int) -> Round:
    arrives = n == 1 or dice.random() < 0.5
    sizes = [dice.randint(1, 8) for _ in range(dice.randint(1, 3))]
    faults = [_make_fault(dice) for _ in range(dice.choice((0, 0, 1, 1, 2, 3)))]
    shipment = mix(make_shipment(f"R{n}", sizes), f"R{n}") if arrives else None
    return Round(act=_make_act(dice), shipment=shipment, faults=faults)


def _make_act(dice: Random) -> Act:
    chance = dice.random()
    if chance < 0.25:
        return KillAtCommit(n=dice.randint(1, 30))
    if chance < 0.6:
        system: System = dice.choice(("intacct", "intacct", "cleo"))
        most = 7 if system == "intacct" else 12
        when: When = dice.choice(_WHENS)
        return KillAtRequest(system=system, n=dice.randint(1, most), when=when)
    if chance < 0.75:
        return KillAfter(seconds=round(dice.uniform(0.02, 0.9), 2))
    return RunTwo() if chance < 0.85 else RunOne()


def _make_fault(dice: Random) -> Fault:
    system: System = dice.choice(("intacct", "intacct", "cleo"))
    own = _OF_INTACCT if system == "intacct" else _OF_CLEO
    fault = dice.choice((*_ANYWHERE, *own))(dice)
    call = dice.choice(_CALLS[system])
    if fault["action"] in {*_REFUSALS, "partial"}:
        call = "create"
    if fault["action"] == "wrong_length":
        call = "download"
    if fault["action"] == "repeat_page":
        call = "list_files"
    name = "function" if system == "intacct" else "call"
    return system, {"match": {name: call, "nth": dice.randint(1, 2)}, **fault}


def _roll_when(dice: Random) -> str:
    return dice.choice(("before", "after"))
