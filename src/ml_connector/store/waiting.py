"""Why documents that could go on are kept from it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from ml_connector.records.audit import Detail, Fact
from ml_connector.records.status import Status
from ml_connector.store.audit import Audit
from ml_connector.store.tables import documents

_AT_ONCE: Final = 500


class Waiting:
    def __init__(self, connection: Connection, *, audit: Audit, now: datetime) -> None:
        self._connection = connection
        self._audit = audit
        self._now = now

    def note(self, link: str, status: Status, reason: str) -> Sequence[int]:
        """Write the reason onto some hundred documents in that state that do not have it yet; returns which."""
        query = (
            select(documents.c.id)
            .where(documents.c.link == link, documents.c.status == status, documents.c.reason != reason)
            .order_by(documents.c.id)
            .limit(_AT_ONCE)
        )
        ids = self._connection.execute(query.with_for_update()).scalars().all()
        kept = update(documents).where(documents.c.id.in_(ids))
        self._connection.execute(kept.values(reason=reason, updated_at=self._now))
        self._tell({id_: {"reason": reason} for id_ in ids})
        return ids

    def reword(self, told: Mapping[int, Detail]) -> None:
        """Say of documents that wait on what else they wait for now: `reason`, and in the trail whatever goes with it.

        They have not moved, so no run has touched them.
        """
        for id_, detail in told.items():
            same = update(documents).where(documents.c.id == id_)
            self._connection.execute(same.values(reason=detail["reason"]))
        self._tell(told)

    def _tell(self, told: Mapping[int, Detail]) -> None:
        self._audit.append(
            [Fact(record=f"document:{id_}", action="waits", detail=detail) for id_, detail in told.items()]
        )
