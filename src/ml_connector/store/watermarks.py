"""How far each kind of reference was read, and when it was last compared and counted."""

from dataclasses import fields

from sqlalchemy import Connection, insert, select, update

from ml_connector.records.reference import Watermark
from ml_connector.store.tables import reference_watermarks


class Watermarks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self, company: str) -> dict[str, Watermark]:
        """What is known of each kind that was ever read, by its name."""
        query = select(reference_watermarks).where(reference_watermarks.c.company == company)
        rows = self._connection.execute(query.order_by(reference_watermarks.c.kind)).mappings()
        names = [item.name for item in fields(Watermark)]
        return {row["kind"]: Watermark(**{name: row[name] for name in names}) for row in rows}

    def get(self, company: str, kind: str) -> Watermark:
        """What is known of a kind; nothing but its name before it was read."""
        return self.list(company).get(kind, Watermark(kind=kind))

    def put(self, company: str, mark: Watermark) -> None:
        values = {item.name: getattr(mark, item.name) for item in fields(Watermark)}
        same = update(reference_watermarks).where(
            reference_watermarks.c.company == company, reference_watermarks.c.kind == mark.kind
        )
        if not self._connection.execute(same.values(values)).rowcount:
            self._connection.execute(insert(reference_watermarks).values(company=company, **values))
