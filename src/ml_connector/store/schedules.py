"""How far each schedule is, what people did to it, and which systems are left alone for a while."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from ml_connector.records.audit import Fact
from ml_connector.records.schedules import Circuit, JobKey, ScheduleState
from ml_connector.store.audit import Audit
from ml_connector.store.tables import circuits, schedules


class Schedules:
    def __init__(self, connection: Connection, *, audit: Audit, now: datetime) -> None:
        self._connection = connection
        self._audit = audit
        self._now = now

    def list(self) -> dict[JobKey, ScheduleState]:
        query = select(schedules).order_by(schedules.c.link, schedules.c.kind)
        rows = (dict(row) for row in self._connection.execute(query).mappings())
        states = (ScheduleState(key=_take_key(row), **row) for row in rows)
        return {state.key: state for state in states}

    def add(self, keys: Iterable[JobKey]) -> None:
        """Begin to follow those that are not followed yet."""
        known = self.list()
        new = [
            {"link": key.link, "kind": key.kind, "since": self._now, "paused_by": ""}
            for key in keys
            if key not in known
        ]
        if new:
            self._connection.execute(insert(schedules), new)

    def note_begun(self, key: JobKey) -> None:
        """Its job was put in line now; what was asked for is done with."""
        self._change(key, last=self._now, wanted=None)

    def hasten(self, key: JobKey) -> None:
        """Let it run as soon as its schedule, a pause and blackouts let it, as if it had not run yet."""
        self._change(key, last=None)

    def want(self, key: JobKey) -> None:
        """Let it run as soon as it can, for somebody asks."""
        self._change(key, wanted=self._now)

    def pause(self, key: JobKey, *, by: str) -> bool:
        """Let it rest until it is resumed; whether that is new."""
        running = and_(_is(key), schedules.c.paused.is_(None))
        changed = update(schedules).where(running).values(paused=self._now, paused_by=by)
        return self._note(key, "paused", by) if self._connection.execute(changed).rowcount else False

    def resume(self, key: JobKey, *, by: str) -> bool:
        """Let it run by itself again; whether it was paused."""
        resting = and_(_is(key), schedules.c.paused.is_not(None))
        changed = update(schedules).where(resting).values(paused=None, paused_by="")
        return self._note(key, "resumed", by) if self._connection.execute(changed).rowcount else False

    def list_circuits(self, link: str | None = None) -> dict[tuple[str, str], Circuit]:
        """Those that ever failed, by link and system; of one link, or of all."""
        query = select(circuits).order_by(circuits.c.link, circuits.c.system)
        rows = self._connection.execute(query if link is None else query.where(circuits.c.link == link))
        return {(row["link"], row["system"]): Circuit(**row) for row in rows.mappings()}

    def put_circuit(self, circuit: Circuit) -> None:
        same = and_(circuits.c.link == circuit.link, circuits.c.system == circuit.system)
        self._connection.execute(delete(circuits).where(same))
        self._connection.execute(insert(circuits).values(asdict(circuit)))

    def _change(self, key: JobKey, **values: datetime | None) -> None:
        self._connection.execute(update(schedules).where(_is(key)).values(values))

    def _note(self, key: JobKey, action: str, by: str) -> bool:
        self._audit.append([Fact(record=f"link:{key.link}", action=action, detail={"kind": key.kind}, by=by)])
        return True


def _is(key: JobKey) -> ColumnElement[bool]:
    return and_(schedules.c.link == key.link, schedules.c.kind == key.kind)


def _take_key(row: dict[str, Any]) -> JobKey:
    return JobKey(link=row.pop("link"), kind=row.pop("kind"))
