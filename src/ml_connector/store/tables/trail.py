"""Rules, the audit trail and the meter."""

from typing import Final

from sqlalchemy import Column, Date, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from ml_connector.store.tables.base import ID, metadata
from ml_connector.store.types import UtcTime

rule_sets: Final = Table(
    "rule_sets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("link", String(60), nullable=False, index=True),
    Column("base", Integer),
    Column("sha256", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("author", String(120), nullable=False),
    Column("at", UtcTime, nullable=False),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("id", ID, primary_key=True),
    Column("record", String(120), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(120), nullable=False),
    Column("action", String(60), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("record", "number"),
)

audit_heads: Final = Table(
    "audit_heads",
    metadata,
    Column("record", String(120), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

meter: Final = Table(
    "meter",
    metadata,
    Column("id", ID, primary_key=True),
    Column("link", String(60), nullable=False),
    Column("system", String(12), nullable=False),
    Column("flow", String(20), nullable=False),
    Column("purpose", String(255), nullable=False),
    Column("started", UtcTime, nullable=False, index=True),
    Column("milliseconds", Integer, nullable=False),
    Column("http_status", Integer),
    Column("outcome", String(60), nullable=False),
    Column("api_transactions", Integer, nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
)

api_usage: Final = Table(
    "api_usage",
    metadata,
    Column("company", String(60), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("link", String(60), primary_key=True),
    Column("flow", String(20), primary_key=True),
    Column("partner", String(120), primary_key=True),
    Column("transactions", Integer, nullable=False),
)
