"""What is not in Intacct yet of what is owed: held beside a new document, it may be the same under another name."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection, select

from ml_connector.records.documents import StoredDocument
from ml_connector.records.status import Status
from ml_connector.store.document_rows import to_document
from ml_connector.store.sets import split
from ml_connector.store.tables import documents

_PENDING: Final = (Status.READ, Status.HELD, Status.READY, Status.SENDING, Status.IN_DOUBT)
_MONEY: Final = ("810", "812")


class Pending:
    """Invoices and credits of a link that have a vendor and are neither in Intacct nor closed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        own = documents.c
        pending = select(documents).where(own.status.in_(_PENDING), own.set_code.in_(_MONEY))
        self._all = pending.where(own.vendor != "")

    def list_numbered(self, link: str, numbers: Iterable[str]) -> list[StoredDocument]:
        """Those of one of these numbers, as they are spelled."""
        same = self._all.where(documents.c.link == link)
        return [
            to_document(row)
            for part in split(sorted(set(numbers)))
            for row in self._connection.execute(same.where(documents.c.number.in_(part))).mappings()
        ]

    def list_owed(self, link: str, amounts: Iterable[Decimal]) -> set[tuple[Decimal, str]]:
        """Which of these amounts are owed, each with a vendor."""
        columns = (documents.c.amount, documents.c.vendor)
        owed = self._all.with_only_columns(*columns).where(documents.c.link == link).distinct()
        return {
            (amount, vendor)
            for part in split(sorted(set(amounts)))
            for amount, vendor in self._connection.execute(owed.where(documents.c.amount.in_(part)))
        }

    def list_of(self, link: str, owed: Collection[tuple[Decimal, str]]) -> list[StoredDocument]:
        """Those of such an amount and vendor."""
        of_link = self._all.where(documents.c.link == link)
        found = [
            to_document(row)
            for vendors in split(sorted({vendor for _, vendor in owed}))
            for amounts in split(sorted({amount for amount, _ in owed}))
            for row in self._connection.execute(
                of_link.where(documents.c.vendor.in_(vendors), documents.c.amount.in_(amounts))
            ).mappings()
        ]
        return [each for each in found if (each.document.amount, each.vendor) in owed]
