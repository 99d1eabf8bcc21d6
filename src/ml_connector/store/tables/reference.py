"""Our dated copy of Intacct's reference, how far it was read, and which changes of it wait for a person."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from ml_connector.store.tables.base import ID, metadata
from ml_connector.store.types import UtcTime

#: Keys are paged through, so that their order must not depend on the language of a database.
KEY: Final = String(255).with_variant(String(255, collation="C"), "postgresql")

reference_versions: Final = Table(
    "reference_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("company", String(60), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("checked_at", UtcTime, nullable=False),
    Column("completed_at", UtcTime),
)

reference: Final = Table(
    "reference",
    metadata,
    Column("id", ID, primary_key=True),
    Column("company", String(60), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("key", KEY, nullable=False),
    Column("record_no", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("valid_from", Integer, nullable=False),
    Column("valid_to", Integer),
    Index(None, "company", "kind", "key"),
    Index(None, "company", "kind", "record_no"),
    Index(None, "company", "valid_from"),
    Index(None, "company", "valid_to"),
)

reference_aliases: Final = Table(
    "reference_aliases",
    metadata,
    Column("reference_id", ID, ForeignKey("reference.id"), primary_key=True),
    Column("alias", String(255), primary_key=True),
    Index(None, "alias"),
)

reference_seen: Final = Table(
    "reference_seen",
    metadata,
    Column("company", String(60), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("reference_id", ID, primary_key=True),
)

reference_turns: Final = Table(
    "reference_turns",
    metadata,
    Column("company", String(60), primary_key=True),
    Column("holder", String(120), nullable=False),
    Column("until", UtcTime, nullable=False),
)

reference_watermarks: Final = Table(
    "reference_watermarks",
    metadata,
    Column("company", String(60), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("modified", UtcTime),
    Column("noticed_at", UtcTime),
    Column("record_no", BigInteger, nullable=False),
    Column("last_delta", UtcTime),
    Column("last_full", UtcTime),
    Column("last_count", UtcTime),
    Column("counted", BigInteger),
    Column("kept", BigInteger),
    Column("problem", Text, nullable=False),
)

reference_approvals: Final = Table(
    "reference_approvals",
    metadata,
    Column("id", ID, primary_key=True),
    Column("company", String(60), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("key", KEY, nullable=False),
    Column("says", Text, nullable=False),
    Column("approved", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("status", String(12), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("decided_at", UtcTime),
    Column("decided_by", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("valid_from", Integer, nullable=False),
    Column("valid_to", Integer),
    Index(None, "company", "kind", "key"),
    Index(None, "company", "status"),
)
