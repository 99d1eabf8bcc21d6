"""What became in Intacct of what we posted, and how far the changes there were read."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from ml_connector.store.tables.base import ID, metadata
from ml_connector.store.types import Amount, UtcTime

followed: Final = Table(
    "followed",
    metadata,
    Column("id", ID, primary_key=True),
    Column("document_id", ID, ForeignKey("documents.id"), nullable=False),
    Column("link", String(60), nullable=False),
    Column("company", String(60), nullable=False),
    Column("object", String(40), nullable=False),
    Column("key", String(60), nullable=False),
    Column("born_of", String(60), nullable=False),
    Column("watched", Integer, nullable=False),
    Column("state", String(60), nullable=False),
    Column("total", Amount),
    Column("expected", Amount),
    Column("paid", Amount),
    Column("lines", Integer),
    Column("expected_lines", Integer),
    Column("bill_no", BigInteger),
    Column("modified", UtcTime),
    Column("trouble", String(12), nullable=False),
    Column("is_settled", Integer, nullable=False),
    Column("looks", Integer, nullable=False),
    UniqueConstraint("document_id", "object", "key"),
    Index(None, "company", "object", "key"),
    Index(None, "link", "object", "is_settled"),
)

followed_marks: Final = Table(
    "followed_marks",
    metadata,
    Column("link", String(60), primary_key=True),
    Column("object", String(40), primary_key=True),
    Column("modified", UtcTime, nullable=False),
)
