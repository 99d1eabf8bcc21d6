"""Documents go from state to state: each from the state that is expected of it, with an entry in its audit trail."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, or_, select, update

from ml_connector.records.audit import Fact
from ml_connector.records.documents import Move
from ml_connector.records.status import MOVES, Status
from ml_connector.store.audit import Audit
from ml_connector.store.holders import Holder, choose_abandoned
from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import documents

_SETTABLE: Final = (
    "partner_name",
    "vendor",
    "vendor_name",
    "intacct_key",
    "not_before",
    "due",
    "planned_rules",
    "planned_reference",
)
_WORTH_A_STATEMENT: Final = 10  # documents; fewer are quicker as rows of one statement for all
_Values = dict[str, object]


class Moves:
    def __init__(self, connection: Connection, *, audit: Audit, holder: Holder, now: datetime) -> None:
        self._connection = connection
        self._audit = audit
        self._holder = holder
        self._now = now

    def move(self, moves: Sequence[Move], *, expect: Status, to: Status, until: datetime | None) -> set[int]:
        """What `Documents.move` promises."""
        if to not in MOVES[expect]:
            raise ValueError(f"no document moves from {expect} to {to}")
        found = self._lock([move.id for move in moves], expect, to) if moves else set()
        wanted = [move for move in moves if move.id in found]
        self._update(
            [(move.id, self._describe_change(move, expect, to, until)) for move in wanted], expect, to
        )
        self._audit.append([_tell(move, to) for move in wanted])
        return found

    def _lock(self, ids: Sequence[int], expect: Status, to: Status) -> set[int]:
        """Those that may be moved: nobody else can do so until this transaction ends."""
        query = select(documents.c.id, documents.c.holder, documents.c.deadline).where(
            is_one_of(documents.c.id, ids), documents.c.status == expect
        )
        if to is Status.SENDING:  # what was chosen a while ago may have been delayed since
            query = query.where(is_timely(self._now))
        rows = self._connection.execute(query.with_for_update()).mappings().all()
        others = [row for row in rows if row["holder"] not in {None, self._holder.name}]
        free = choose_abandoned(others, self._holder, self._now)
        return {row["id"] for row in rows} - {row["id"] for row in others} | {row["id"] for row in free}

    def _update(self, changes: Iterable[tuple[int, _Values]], expect: Status, to: Status) -> None:
        """Few statements for a set: one for many that become the same, one for others that set the same columns."""
        same: dict[tuple[tuple[str, object], ...], list[int]] = {}
        for id_, values in changes:
            same.setdefault(tuple(values.items()), []).append(id_)
        counted = {"attempts": documents.c.attempts + 1} if to is Status.SENDING else {}
        others: dict[tuple[str, ...], list[_Values]] = {}
        for named, ids in same.items():
            if len(ids) < _WORTH_A_STATEMENT:
                given = {f"new_{name}": value for name, value in named}
                columns = tuple(name for name, _ in named)
                others.setdefault(columns, []).extend({"new_id": id_, **given} for id_ in ids)
                continue
            many = update(documents).where(is_one_of(documents.c.id, ids), documents.c.status == expect)
            self._connection.execute(many.values(**dict(named), **counted))
        for columns, rows in others.items():
            each = update(documents).where(
                documents.c.id == bindparam("new_id"), documents.c.status == expect
            )
            bound: _Values = {name: bindparam(f"new_{name}") for name in columns}
            self._connection.execute(each.values(**bound, **counted), rows)

    def _describe_change(self, move: Move, expect: Status, to: Status, until: datetime | None) -> _Values:
        sending = to is Status.SENDING
        values: _Values = {
            "status": to,
            "reason": move.reason,
            "updated_at": self._now,
            "holder": self._holder.name if sending else None,
            "deadline": until if sending else None,
            "not_before": move.not_before,
        }
        if expect is Status.HELD:
            values["attempts"] = 0
        return values | {name: value for name in _SETTABLE if (value := getattr(move, name)) is not None}


def is_timely(now: datetime) -> ColumnElement[bool]:
    """Whether a document's time to be sent has come."""
    return or_(documents.c.not_before.is_(None), documents.c.not_before <= now)


def _tell(move: Move, to: Status) -> Fact:
    return Fact(
        record=f"document:{move.id}",
        action=move.action,
        detail={"to": to, "reason": move.reason} | dict(move.detail),
        by=move.by,
    )
