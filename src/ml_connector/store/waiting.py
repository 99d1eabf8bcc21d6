"""Why documents that could go on are kept from it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from ml_connector.records.audit import Fact
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
        self._audit.append(
            [Fact(record=f"document:{id_}", action="waits", detail={"reason": reason}) for id_ in ids]
        )
        return ids
