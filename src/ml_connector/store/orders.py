"""What is kept of orders in Intacct: the first approved price of each line, and what of ours draws on them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection, and_, func, insert, select

from ml_connector.records.orders import BilledDocument, PricedLine
from ml_connector.records.status import Status
from ml_connector.store.sets import is_one_of, split
from ml_connector.store.tables import approved_prices, audit, document_references, documents, postings

_COMING: Final = (Status.READY, Status.SENDING, Status.IN_DOUBT)
_BILLS: Final = "mlc:bill:%"  # control ids of what draws on no order


class Orders:
    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def keep_prices(self, company: str, seen: Iterable[PricedLine]) -> dict[int, Decimal]:
        """The first price that was ever kept of each of these lines, by RECORDNO; of one not kept so far, this one.

        A line that has got another item or unit since is another line: the old price says nothing about it.
        """
        lines = {line.key: line for line in seen}
        found = self._find(company, lines)
        new = [line for line in lines.values() if line.key not in found]
        if new:
            rows = [
                {
                    "company": company,
                    "line": line.key,
                    "item": line.item_id,
                    "unit": line.unit,
                    "price": f"{line.price:f}",
                    "at": self._now,
                }
                for line in new
            ]
            self._connection.execute(insert(approved_prices), rows)
        return found | {line.key: line.price for line in new}

    def list_coming(self, company: str) -> Sequence[int]:
        """Documents of any link that purchasing transactions in this company are planned for and not confirmed."""
        query = select(documents.c.id).join(postings).distinct()
        coming = query.where(documents.c.status.in_(_COMING), postings.c.company == company)
        purchasing = coming.where(postings.c.control_id.not_like(_BILLS))
        return self._connection.execute(purchasing.order_by(documents.c.id)).scalars().all()

    def find_newest_entry(self) -> int:
        """The newest entry of the audit trail: what is planned later is told from what was planned before."""
        newest: int | None = self._connection.execute(select(func.max(audit.c.id))).scalar()
        return newest or 0

    def is_planned_since(self, company: str, entry: int) -> bool:
        """Whether any link has planned a purchasing transaction in this company after that entry of the audit trail.

        A posting may take the place of an earlier one and keep its id, so the trail is asked.
        """
        planned = select(audit.c.record).where(audit.c.id > entry, audit.c.action == "ready")
        records = self._connection.execute(planned).scalars()
        drawing = select(postings.c.id).where(
            postings.c.company == company, postings.c.control_id.not_like(_BILLS)
        )
        ids = {int(record.partition(":")[2]) for record in records}
        drawn = drawing.where(is_one_of(postings.c.document_id, ids)).limit(1)
        return self._connection.execute(drawn).first() is not None

    def list_marked(self, company: str, set_code: str, marks: Iterable[str]) -> Sequence[int]:
        """Documents of a set, of any link, that something was planned in this company for, by our marks."""
        query = select(documents.c.id).join(postings).distinct().where(postings.c.company == company)
        return [
            id_
            for part in split(sorted(set(marks)))
            for id_ in self._connection.execute(
                query.where(documents.c.set_code == set_code, documents.c.document_key.in_(part))
            ).scalars()
        ]

    def list_billed(self, company: str, set_code: str, orders: Iterable[str]) -> Sequence[BilledDocument]:
        """Documents of a set, of any link, that are bills in this company or on their way there, and name one of these
        orders; the numbers of orders are folded.
        """
        kept, own = document_references.c, documents.c
        place = and_(own.file_id == kept.file_id, own.index == kept.index)
        query = (
            select(own.id, own.number, own.document_key, own.vendor, own.status, kept.folded)
            .join(document_references, place)
            .join(postings, postings.c.document_id == own.id)
            .where(own.set_code == set_code, own.status.in_((*_COMING, Status.POSTED)), kept.kind == "order")
            .where(postings.c.company == company, postings.c.control_id.like(_BILLS))
            .distinct()
        )
        return [
            BilledDocument(
                document_id=row.id,
                set_code=set_code,
                number=row.number,
                mark=row.document_key,
                vendor_id=row.vendor,
                is_there=row.status == Status.POSTED,
                order=row.folded,
            )
            for part in split(sorted(set(orders)))
            for row in self._connection.execute(query.where(kept.folded.in_(part)).order_by(own.document_key))
        ]

    def _find(self, company: str, lines: dict[int, PricedLine]) -> dict[int, Decimal]:
        kept = approved_prices.c
        query = select(kept.line, kept.item, kept.unit, kept.price).where(kept.company == company)
        rows = self._connection.execute(query.where(is_one_of(kept.line, lines)))
        return {
            key: Decimal(price)
            for key, item, unit, price in rows
            if (item, unit) == (lines[key].item_id, lines[key].unit)
        }
