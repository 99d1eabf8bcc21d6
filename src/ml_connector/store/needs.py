"""What held documents wait for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from ml_connector.records.needs import Need
from ml_connector.store.sets import split
from ml_connector.store.tables import needs


class Needs:
    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def add(self, found: Mapping[int, Sequence[Need]]) -> None:
        """Record what each document waits for, by document id."""
        rows = [
            {"document_id": id_, "kind": n.kind, "subject": n.subject, "reason": n.reason, "since": self._now}
            for id_, missing in found.items()
            for n in missing
        ]
        if rows:
            self._connection.execute(insert(needs), rows)

    def meet(self, document_ids: Iterable[int]) -> None:
        """Close the open needs of documents that are planned anew."""
        still_open = update(needs).where(
            needs.c.document_id.in_(list(document_ids)), needs.c.met_at.is_(None)
        )
        self._connection.execute(still_open.values(met_at=self._now))

    def list_open(self, document_ids: Iterable[int]) -> dict[int, tuple[Need, ...]]:
        """The unmet needs of each document that has any."""
        found: dict[int, tuple[Need, ...]] = {}
        for part in split(document_ids):
            query = select(needs).where(needs.c.document_id.in_(part), needs.c.met_at.is_(None))
            for row in self._connection.execute(query.order_by(needs.c.id)):
                need = Need(kind=row.kind, subject=row.subject, reason=row.reason)
                found[row.document_id] = (*found.get(row.document_id, ()), need)
        return found
