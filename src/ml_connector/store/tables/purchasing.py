"""What is kept of orders: approved prices, how documents compare with them, and which numbers lead to a document."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from ml_connector.store.tables.base import ID, metadata
from ml_connector.store.types import UtcTime

approved_prices: Final = Table(
    "approved_prices",
    metadata,
    Column("id", ID, primary_key=True),
    Column("company", String(60), nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("item", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("price", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "company", "line"),
)

comparisons: Final = Table(
    "comparisons",
    metadata,
    Column("document_id", ID, ForeignKey("documents.id"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("at", UtcTime, nullable=False),
)

document_references: Final = Table(
    "document_references",
    metadata,
    Column("file_id", ID, ForeignKey("files.id"), primary_key=True),
    Column("index", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("number", String(60), nullable=False),
    Column("folded", String(60), nullable=False, index=True),
)
