"""What is to be done by itself. Names differ from those of the engine's own tables, which may share a database."""

from typing import Final

from sqlalchemy import Column, Index, Integer, String, Table, Text

from ml_connector.store.tables.base import metadata
from ml_connector.store.types import UtcTime

schedules: Final = Table(
    "schedules",
    metadata,
    Column("link", String(60), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("since", UtcTime, nullable=False),
    Column("last", UtcTime),
    Column("wanted", UtcTime),
    Column("paused", UtcTime),
    Column("paused_by", String(120), nullable=False),
)

jobs: Final = Table(
    "jobs",
    metadata,
    Column("link", String(60), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("company", String(60), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    Column("not_before", UtcTime, nullable=False),
    Column("handed", UtcTime),
    Column("holder", String(120), nullable=False),
    Column("until", UtcTime),
    Column("started", UtcTime),
    Column("ended", UtcTime),
    Column("attempts", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Index(None, "state", "not_before"),
)

gateway_slots: Final = Table(
    "gateway_slots",
    metadata,
    Column("company", String(60), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("holder", String(120), nullable=False),
    Column("job", String(120), nullable=False),
    Column("until", UtcTime, nullable=False),
)

circuits: Final = Table(
    "circuits",
    metadata,
    Column("link", String(60), primary_key=True),
    Column("system", String(12), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("open_since", UtcTime),
    Column("next_try", UtcTime),
    Column("reason", Text, nullable=False),
)

workers: Final = Table(
    "workers",
    metadata,
    Column("seat", String(120), primary_key=True),
    Column("holder", String(120), nullable=False),
    Column("version", String(20), nullable=False),
    Column("hands", Integer, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("seen", UtcTime, nullable=False),
)
