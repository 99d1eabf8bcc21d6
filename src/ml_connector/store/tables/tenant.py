"""What is known of a Cleo tenant."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from ml_connector.store.tables.base import metadata
from ml_connector.store.types import UtcTime

capabilities: Final = Table(
    "capabilities",
    metadata,
    Column("link", String(60), primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("off_since", UtcTime, nullable=False),
    Column("probe_after", UtcTime, nullable=False),
    Column("shape", String(16), nullable=False, server_default=""),
)

cleo_events: Final = Table(
    "cleo_events",
    metadata,
    Column("link", String(60), primary_key=True),
    Column("event_id", String(255), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Index(None, "link", "at"),
)

cleo_event_marks: Final = Table(
    "cleo_event_marks",
    metadata,
    Column("link", String(60), primary_key=True),
    Column("newest", UtcTime, nullable=False),
)

cleo_accounts: Final = Table(
    "cleo_accounts",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("username", String(255), primary_key=True),
    Column("refused_at", UtcTime),
    Column("proof", String(64), nullable=False, default=""),
    Column("reason", Text, nullable=False, default=""),
    Column("totp_step", BigInteger, nullable=False, default=0),
)

missed_files: Final = Table(
    "missed_files",
    metadata,
    Column("link", String(60), primary_key=True),
    Column("host", String(255), primary_key=True),
    Column("folder", String(255), primary_key=True),
    Column("remote_id", String(255), primary_key=True),
    Column("times", Integer, nullable=False),
)
