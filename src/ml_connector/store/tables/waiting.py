"""What held documents rest on, and what people have answered."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from ml_connector.store.tables.base import ID, metadata
from ml_connector.store.types import UtcTime

need_keys: Final = Table(
    "need_keys",
    metadata,
    Column("document_id", ID, ForeignKey("documents.id"), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("name", String(255), primary_key=True),
    Index(None, "kind", "name"),
)

releases: Final = Table(
    "releases",
    metadata,
    Column("link", String(60), primary_key=True),
    Column("reference", Integer, nullable=False),
    Column("rules", Integer, nullable=False),
)

xref: Final = Table(
    "xref",
    metadata,
    Column("id", ID, primary_key=True),
    Column("link", String(60), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("partner", Text, nullable=False),
    Column("code", String(255), nullable=False),
    Column("target", String(120), nullable=False),
    Column("status", String(12), nullable=False),
    Column("origin", Text, nullable=False),
    Column("prepared_by", String(120), nullable=False),
    Column("prepared_at", UtcTime, nullable=False),
    Column("decided_by", String(120)),
    Column("decided_at", UtcTime),
    Column("valid_from", Integer),
    Column("valid_to", Integer),
    Index(None, "link", "status", "id"),
    Index(None, "link", "kind", "code"),
    Index(None, "link", "valid_from"),
    Index(None, "link", "valid_to"),
)
