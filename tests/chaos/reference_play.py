"""A company whose reference changes while the product copies it and is killed; in the end the copy is compared with the truth.

Every fault of reading that Intacct is known for is drawn: equal time stamps, none at all, late ones, a zone and a
format of the user's own, deletions without a trail or without permission for it, rows that a page lacks.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final

from tests.acceptance.trade import RULES
from tests.chaos.forking import ForkingConnector
from tests.chaos.line import KILLED, SETTLED, UNREACHED, Broken
from tests.processes import COMPANY, Connector, IntacctProcess, Output, run_intacct, set_up

from ml_connector.store import Store, open_store

#: The kinds that are copied and compared: what they are in Intacct, and fields by their names here and there.
COMPARED: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "vendor": (
        "VENDOR",
        {"vendor_id": "VENDORID", "name": "NAME", "status": "STATUS", "term": "TERMNAME"},
    ),
    "account": ("GLACCOUNT", {"account_no": "ACCOUNTNO", "title": "TITLE", "status": "STATUS"}),
    "department": ("DEPARTMENT", {"department_id": "DEPARTMENTID", "name": "TITLE", "status": "STATUS"}),
    "location": ("LOCATION", {"location_id": "LOCATIONID", "name": "NAME", "status": "STATUS"}),
    "class": ("CLASS", {"class_id": "CLASSID", "name": "NAME", "status": "STATUS"}),
    "project": ("PROJECT", {"project_id": "PROJECTID", "name": "NAME", "status": "STATUS"}),
    "term": ("APTERM", {"name": "NAME", "description": "DESCRIPTION", "status": "STATUS"}),
    "item": ("ITEM", {"item_id": "ITEMID", "name": "NAME", "status": "STATUS"}),
    "warehouse": ("WAREHOUSE", {"warehouse_id": "WAREHOUSEID", "name": "NAME", "status": "STATUS"}),
}
_OBJECTS: Final = ["VENDOR", "VENDOR", "VENDOR", *(name for name, _ in COMPARED.values())]
_SHAPES: Final = (("/mdY", 24), ("-Ymd", 24), (".dmY", 12), ("/mdY", 12))
_SECONDS: Final = {"1s": 1, "10m": 600, "2h": 7200}
_ZONES: Final = ("+00:00", "-08:00", "+05:30", "+13:00")
_FAULTS: Final[Sequence[Mapping[str, object]]] = (
    {"action": "drop", "when": "after"},
    {"action": "html"},
    {"action": "truncate", "bytes": 900},
    {"action": "http", "status": 503},
    {"action": "expire_sessions"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """People change so much, and the product runs: killed before a commit, twice at a time, or in peace."""

    steps: int
    late_seconds: int
    seed: int
    kill_at: int  #: the commit before which the product is killed; 0 for none
    twice: bool
    fault: Mapping[str, object] | None

    def __str__(self) -> str:
        end = (
            f"killed at commit {self.kill_at}" if self.kill_at else "twice at a time" if self.twice else "one"
        )
        return f"{self.steps} changes, late by {self.late_seconds} s, {self.fault or 'no fault'}, {end}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencePlan:
    """All that happens to one company."""

    rounds: Sequence[Round]
    intacct: Mapping[str, object]
    reference: Mapping[str, object]  #: settings of the product
    lost: int  #: so many vendors are missing in a list of all of them; 0 for none

    @property
    def looks_back_far_enough(self) -> bool:
        """Whether no time stamp is older than the overlap when its record becomes visible."""
        latest = max(each.late_seconds for each in self.rounds)
        grain = self.intacct["stamp_grain_seconds"]
        return isinstance(grain, int) and latest + grain < _SECONDS[str(self.reference["overlap"])]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceStory:
    """What happened."""

    kills: int = 0
    changes: int = 0
    alarms: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The company and the product beside it."""

    intacct: IntacctProcess
    connector: Connector
    store_url: str = field(repr=False)


def make_reference_plan(seed: int) -> ReferencePlan:
    """The same seed gives the same plan."""
    dice = Random(seed)
    date_format, clock = dice.choice(_SHAPES)
    intacct: dict[str, object] = {
        "null_when_modified": dice.random() < 0.4,
        "stamp_grain_seconds": dice.choice((1, 1, 60, 3600)),
        "gmt_offset": dice.choice(_ZONES),
        "date_format": date_format,
        "clock": clock,
        "unaudited": ["PROJECT", "CLASS"] if dice.random() < 0.3 else [],
        "permissions": {"mlconnector": {"AUDITHISTORY": ""}} if dice.random() < 0.4 else {},
    }
    reference = {
        "kinds": ["item", "warehouse"],
        "every": {"item": "0s", "warehouse": "0s"},
        "overlap": dice.choice(tuple(_SECONDS)),
        "count_every": dice.choice(("0s", "1h")),
    }
    rounds = [_make_round(dice) for _ in range(dice.randint(3, 5))]
    return ReferencePlan(rounds=rounds, intacct=intacct, reference=reference, lost=dice.choice((0, 1, 7)))


def _make_round(dice: Random) -> Round:
    return Round(
        steps=dice.choice((0, 3, 20, 60)),
        late_seconds=dice.choice((0, 0, 5, 5000)),
        seed=dice.randrange(10**6),
        kill_at=dice.choice((0, 0, *range(2, 60, 4))),
        twice=dice.random() < 0.15,
        fault=dice.choice((None, None, *_FAULTS)),
    )


def play_reference(folder: Path, url: str, plan: ReferencePlan) -> tuple[ReferenceStory, list[str]]:
    """Let it all happen, then look at everything once more in peace; what happened, and what is wrong then.

    Raises Broken or AssertionError when a run ends as none may.
    """
    with _open_desk(folder, url, plan) as desk:
        kills = changes = 0
        for each in plan.rounds:
            changes += _change(desk, each)
            kills += _run_round(desk, each)
        wrongs = _find_what_counts_miss(desk, plan)
        _sync_in_peace(desk, plan)
        wrongs += find_differences(desk)
        if plan.lost:
            wrongs += _lose_rows(desk, plan)
        alarms = _count_alarms(desk)
        rows = sum(len(desk.intacct.ask("GET", "/truth", object=name)) for name, _ in COMPARED.values())
    return ReferenceStory(kills=kills, changes=changes, alarms=alarms, rows=rows), wrongs


def find_differences(desk: Desk) -> Iterator[str]:
    """Where the copy is not what Intacct has, as counted and listed by its back door."""
    now = datetime.now(UTC)
    store = open_store(desk.store_url, clock=lambda: now, actor="mira")
    try:
        for kind, (name, fields) in COMPARED.items():
            truth = {row["RECORDNO"]: row for row in desk.intacct.ask("GET", "/truth", object=name)}
            yield from _compare(kind, fields, truth, _list_rows(store, kind))
        yield from _check_trail(store)
    finally:
        store.close()


def _compare(
    kind: str, fields: Mapping[str, str], truth: Mapping[int, Mapping[str, Any]], kept: Mapping[int, Any]
) -> Iterator[str]:
    for number in sorted(truth.keys() | kept.keys()):
        if number not in kept:
            yield f"{kind}: {truth[number]} is missing"
        elif number not in truth:
            yield f"{kind}: {kept[number]} is there no more"
        else:
            ours = {theirs: str(kept[number][name]) for name, theirs in fields.items()}
            theirs = {name: str(truth[number].get(name, "")) for name in fields.values()}
            if ours != theirs:
                yield f"{kind} {number}: {ours} instead of {theirs}"


def _list_rows(store: Store, kind: str) -> dict[int, Any]:
    with store.begin() as work:
        newest = work.reference.newest(COMPANY)
        rows = [] if newest is None else work.reference.list_kind(COMPANY, newest[0], kind)
        return {row.record_no: row.body for row in rows}


def _check_trail(store: Store) -> Iterator[str]:
    with store.begin() as work:
        if work.reference_sync.find_open(COMPANY) is not None:
            yield "a version was left open"
        vendors = {approval.key for approval in work.reference_approvals.list(COMPANY)}
        for record in (f"company:{COMPANY}", *(f"vendor:{COMPANY}/{key}" for key in sorted(vendors))):
            if contradiction := work.audit.check(record):
                yield f"audit: {contradiction}"


def _change(desk: Desk, each: Round) -> int:
    asked = {"seed": each.seed, "steps": each.steps, "objects": _OBJECTS, "late_seconds": each.late_seconds}
    made: list[object] = desk.intacct.ask("POST", "/campaign", asked)
    return len(made)


def _run_round(desk: Desk, each: Round) -> int:
    """Run the product as the round says; how often it was killed."""
    if each.fault is not None:
        desk.intacct.set_faults({"match": {"function": "query", "nth": 1 + each.seed % 9}, **each.fault})
    if each.twice:
        with desk.connector.start("sync") as other:
            status = _judge(desk.connector.run("sync"))
            other.communicate()
    else:
        killing = {"CHAOS_KILL_AT": str(each.kill_at)} if each.kill_at else {}
        status = _judge(desk.connector.run("sync", environment=killing))
    desk.intacct.clear_faults()
    return int(status == KILLED)


def _find_what_counts_miss(desk: Desk, plan: ReferencePlan) -> list[str]:
    """What is wrong before everything is compared: no record may be missing or left over once it was counted.

    What changed is all there too, unless its time stamp was older than readings look back.
    """
    _configure(desk.connector.folder, desk.intacct, desk.store_url, {**plan.reference, "count_every": "0s"})
    for _ in range(2):  # the first may go on with what a killed one has begun
        _judge(desk.connector.run("sync"))
    found = list(find_differences(desk))
    return found if plan.looks_back_far_enough else [wrong for wrong in found if " instead of " not in wrong]


def _sync_in_peace(desk: Desk, plan: ReferencePlan) -> None:
    """Compare everything, as is done once a day. It may tell of a gap; the second time there is none."""
    _configure(desk.connector.folder, desk.intacct, desk.store_url, {**plan.reference, "full_every": "0s"})
    _judge(desk.connector.run("sync"))
    output = desk.connector.run("sync", "--json")
    if _judge(output) != SETTLED:
        raise Broken(f"the second comparison in peace still has troubles: {output.stdout}")


def _lose_rows(desk: Desk, plan: ReferencePlan) -> Iterator[str]:
    """A list of all vendors lacks some: that looks as if they were deleted, and only the count can tell.

    What changed within the overlap comes back with the next delta; anything else has to raise an alarm.
    """
    before = _count_alarms(desk)
    settings = {**plan.reference, "full_every": "0s", "overlap": "1s"}
    _configure(desk.connector.folder, desk.intacct, desk.store_url, settings)
    lose = {"action": "lose_rows", "rows": plan.lost, "match": {"function": "query", "object": "VENDOR"}}
    desk.intacct.set_faults(lose)
    output = desk.connector.run("sync")
    desk.intacct.clear_faults()
    told = _judge(output) == UNREACHED and "Intacct counts" in output.stdout + output.stderr
    if _count_alarms(desk) - before != told:
        yield f"{plan.lost} vendors were lost; the alarm in the audit trail is not what was said: {output.stdout}"
    yield from find_differences(desk)


def _count_alarms(desk: Desk) -> int:
    store = open_store(desk.store_url, clock=lambda: datetime.now(UTC), actor="mira")
    with store.begin() as work:
        entries = work.audit.list(f"company:{COMPANY}")
    store.close()
    return sum(entry.action == "reference gap" for entry in entries)


def _judge(output: Output) -> int:
    if output.status not in {SETTLED, UNREACHED, KILLED} or "Traceback" in output.stderr:
        raise Broken(f"a sync ended with {output.status}\n{output.stdout}\n{output.stderr}")
    return output.status


@contextmanager
def _open_desk(folder: Path, url: str, plan: ReferencePlan) -> Iterator[Desk]:
    with run_intacct(folder / "intacct.db") as intacct:
        for object_name, key in (("ITEM", "ITEMID"), ("WAREHOUSE", "WAREHOUSEID")):
            fields = {key: f"{object_name[0]}-{{n}}", "NAME": "Number {n}"}
            intacct.ask("POST", "/bulk", {"object": object_name, "count": 20, "fields": fields})
        intacct.change_settings(**plan.intacct)
        connector = _configure(folder / "ap", intacct, url, plan.reference)
        killing = {
            "PYTHONPATH": str(Path(__file__).parent / "killing"),
            "CHAOS_COMMITS": str(folder / "commits"),
        }
        forking = ForkingConnector(folder=connector.folder, environment={**connector.environment, **killing})
        yield Desk(intacct=intacct, connector=forking, store_url=url)


def _configure(folder: Path, intacct: IntacctProcess, url: str, reference: Mapping[str, object]) -> Connector:
    connector = set_up(
        folder,
        RULES,
        intacct=intacct.gateway,
        cleo="http://127.0.0.1:9",  # nobody is there, and nobody is asked
        store_url=url,
        link_settings={"reference_every": "0s"},
    )
    path = folder / "ml-connector.toml"
    every = reference.get("every", {})
    lines = [f"{name} = {json.dumps(value)}" for name, value in reference.items() if name != "every"]
    lines += [f"every.{name} = {json.dumps(value)}" for name, value in dict(every).items()]  # type: ignore[call-overload]
    table = "\n".join(["", "[link.main.reference]", *lines, ""])
    path.write_text(path.read_text(encoding="utf-8") + table, encoding="utf-8")
    return connector
