"""Changes of reference that wait for a second person: plans go on with the values approved before."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, insert, or_, select, update

from ml_connector.records.reference import Approval, Decision
from ml_connector.store.sets import split
from ml_connector.store.tables import reference_approvals


class ReferenceApprovals:
    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def add(self, company: str, asked: Sequence[Approval], *, version: int) -> None:
        """Let these changes wait from a version on."""
        rows = [
            {
                "company": company,
                "kind": each.kind,
                "key": each.key,
                "says": each.says,
                "approved": _write(each.approved),
                "asked": _write(each.asked),
                "status": each.status,
                "at": self._now,
                "decided_by": "",
                "reason": "",
                "valid_from": version,
            }
            for each in asked
        ]
        if rows:
            self._connection.execute(insert(reference_approvals), rows)

    def list_standing(
        self, company: str, kind: str, keys: Iterable[str], *, version: int | None = None
    ) -> dict[str, Approval]:
        """What keeps plans from Intacct's values now, waiting or declined, by key; or kept them in a version."""
        stands: ColumnElement[bool] = reference_approvals.c.valid_to.is_(None)
        if version is not None:
            stands = and_(
                reference_approvals.c.valid_from <= version,
                or_(stands, reference_approvals.c.valid_to > version),
            )
        query = select(reference_approvals).where(
            reference_approvals.c.company == company, reference_approvals.c.kind == kind, stands
        )
        return {
            row["key"]: _read(row)
            for part in split(keys)
            for row in self._connection.execute(query.where(reference_approvals.c.key.in_(part))).mappings()
        }

    def list(self, company: str, *, status: Decision | None = None) -> tuple[Approval, ...]:
        """The changes of a company that needed a person, oldest first."""
        query = select(reference_approvals).where(reference_approvals.c.company == company)
        if status is not None:
            query = query.where(reference_approvals.c.status == status)
        rows = self._connection.execute(query.order_by(reference_approvals.c.id)).mappings()
        return tuple(_read(row) for row in rows)

    def find(self, company: str, id_: int) -> Approval | None:
        """One change by its number."""
        query = select(reference_approvals).where(
            reference_approvals.c.company == company, reference_approvals.c.id == id_
        )
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _read(row)

    def decide(self, id_: int, decision: Decision, *, by: str, reason: str = "") -> bool:
        """Decide a waiting change; False when it does not wait any more."""
        waiting = update(reference_approvals).where(
            reference_approvals.c.id == id_, reference_approvals.c.status == "waiting"
        )
        values = {"status": decision, "decided_at": self._now, "decided_by": by, "reason": reason}
        return bool(self._connection.execute(waiting.values(values)).rowcount)

    def end(self, ids: Sequence[int], *, version: int) -> None:
        """From a version on plans use Intacct's values; those that still waited are withdrawn."""
        for part in split(ids):
            these = update(reference_approvals).where(reference_approvals.c.id.in_(part))
            self._connection.execute(these.values(valid_to=version))
            waiting = these.where(reference_approvals.c.status == "waiting")
            self._connection.execute(waiting.values(status="withdrawn", decided_at=self._now))


def _write(values: Mapping[str, str]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True)


def _read(row: RowMapping) -> Approval:
    plain = ("id", "company", "kind", "key", "says", "status", "at", "decided_at", "decided_by", "reason")
    return Approval(
        approved=json.loads(row["approved"]),
        asked=json.loads(row["asked"]),
        **{name: row[name] for name in plain},
    )
