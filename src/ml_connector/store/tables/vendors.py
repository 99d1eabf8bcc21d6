"""Vendors that are being created in Intacct."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from ml_connector.store.tables.base import ID, metadata
from ml_connector.store.types import UtcTime

vendor_additions: Final = Table(
    "vendor_additions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("company", String(60), nullable=False),
    Column("link", String(60), nullable=False),
    Column("document_id", ID, ForeignKey("documents.id"), nullable=False),
    Column("mark", String(40), nullable=False),
    Column("need", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("status", String(12), nullable=False),
    Column("reason", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("vendor_id", String(60), nullable=False),
    Column("record_no", String(40), nullable=False),
    Column("approval", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcTime),
    Column("holder", String(120), nullable=False),
    Column("deadline", UtcTime),
    Column("sent_count", Integer, nullable=False),
    Column("sent_at", UtcTime),
    Column("looks", Integer, nullable=False),
    Column("next_look", UtcTime),
    Column("refusal", Text, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    UniqueConstraint("company", "mark"),
    Index(None, "link", "status"),
)

vendor_addition_names: Final = Table(
    "vendor_addition_names",
    metadata,
    Column("addition_id", ID, ForeignKey("vendor_additions.id"), primary_key=True),
    Column("name", String(255), primary_key=True),
    Index(None, "name"),
)
