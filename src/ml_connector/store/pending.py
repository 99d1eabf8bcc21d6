"""What is not in Intacct yet of what is owed: held beside a new document, it may be the same under another name."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection, select

from ml_connector.records.documents import StoredDocument
from ml_connector.records.status import Status
from ml_connector.store.document_rows import to_document
from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import documents

_PENDING: Final = (Status.READ, Status.HELD, Status.READY, Status.SENDING, Status.IN_DOUBT)
_MONEY: Final = ("810", "812")
_ALL: Final = select(documents).where(
    documents.c.status.in_(_PENDING), documents.c.set_code.in_(_MONEY), documents.c.vendor != ""
)


class Pending:
    """Invoices and credits of a link that have a vendor and are neither in Intacct nor closed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_numbered(self, link: str, numbers: Iterable[str]) -> list[StoredDocument]:
        """Those of one of these numbers, as they are spelled."""
        same = _ALL.where(documents.c.link == link)
        rows = self._connection.execute(same.where(is_one_of(documents.c.number, set(numbers)))).mappings()
        return [to_document(row) for row in rows]

    def list_owed(self, link: str, amounts: Iterable[Decimal]) -> set[tuple[Decimal, str]]:
        """Which of these amounts are owed, each with a vendor."""
        columns = (documents.c.amount, documents.c.vendor)
        owed = _ALL.with_only_columns(*columns).where(documents.c.link == link).distinct()
        rows = self._connection.execute(owed.where(is_one_of(documents.c.amount, set(amounts))))
        return {(amount, vendor) for amount, vendor in rows}

    def list_of(self, link: str, owed: Collection[tuple[Decimal, str]]) -> list[StoredDocument]:
        """Those of such an amount and vendor."""
        of_link = _ALL.where(documents.c.link == link)
        query = of_link.where(
            is_one_of(documents.c.vendor, {vendor for _, vendor in owed}),
            is_one_of(documents.c.amount, {amount for amount, _ in owed}),
        )
        found = [to_document(row) for row in self._connection.execute(query).mappings()]
        return [each for each in found if (each.document.amount, each.vendor) in owed]
