"""What is published to Cleo, and what Cleo tells us of partners."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from ml_connector.store.tables.base import ID, metadata
from ml_connector.store.types import UtcTime

publications: Final = Table(
    "publications",
    metadata,
    Column("id", ID, primary_key=True),
    Column("link", String(60), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("form", String(8), nullable=False),
    Column("from_version", Integer),
    Column("upto_version", Integer, nullable=False),
    Column("shape", String(64), nullable=False),
    Column("selection", Text, nullable=False),
    Column("file", String(120), nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("upserts", Integer, nullable=False),
    Column("deletes", Integer, nullable=False),
    Column("status", String(12), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("holder", String(120), nullable=False, default=""),
    Column("at", UtcTime, nullable=False),
    Column("published_at", UtcTime),
    Column("remote_id", String(255), nullable=False, default=""),
    Column("action", String(12), nullable=False, default=""),
    UniqueConstraint("link", "file"),
    Index(None, "link", "kind", "form", "id"),
    Index(None, "link", "status"),
)

partner_connections: Final = Table(
    "partner_connections",
    metadata,
    Column("link", String(60), primary_key=True),
    Column("vendor", String(60), primary_key=True),
    Column("alias", Text, nullable=False),
    Column("remote_id", String(255), nullable=False),
    Column("at", UtcTime, nullable=False),
)

cleo_partners: Final = Table(
    "cleo_partners",
    metadata,
    Column("id", ID, primary_key=True),
    Column("link", String(60), nullable=False),
    Column("origin", String(12), nullable=False),
    Column("key", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("code", String(200), nullable=False),
    Column("vendor", String(60), nullable=False),
    Column("status", String(12), nullable=False),
    Column("reason", Text, nullable=False),
    Column("file_id", ID, ForeignKey("files.id")),
    Column("line", Integer),
    Column("since", UtcTime, nullable=False),
    UniqueConstraint("link", "origin", "key"),
    Index(None, "link", "status"),
)
