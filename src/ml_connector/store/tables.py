"""Every table of the store. Migrations in `migrations/` bring a database to this shape.

Text that others wrote has no length and stands in no index unless it is cut before: PostgreSQL refuses the row of a
longer one, and takes no index entry over some 2,700 bytes.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ml_connector.store.types import Amount, UtcTime

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

_ID: Final = BigInteger().with_variant(
    Integer, "sqlite"
)  # SQLite numbers rows by itself only in an INTEGER key

files: Final = Table(
    "files",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("link", String(60), nullable=False),
    Column("host", String(255), nullable=False),
    Column("folder", String(255), nullable=False),
    Column("remote_id", String(255), nullable=False),
    Column("name", Text, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("status", String(12), nullable=False),
    Column("reason", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("moved_at", UtcTime),
    UniqueConstraint("link", "host", "folder", "remote_id", "sha256"),
    Index(None, "link", "status"),
)

payloads: Final = Table(
    "payloads",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("piece", LargeBinary, nullable=False),
)

documents: Final = Table(
    "documents",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("file_id", _ID, ForeignKey("files.id"), nullable=False),
    Column("index", Integer, nullable=False),
    Column("link", String(60), nullable=False),
    Column("set_code", String(8), nullable=False),
    Column("envelope_offset", BigInteger, nullable=False),
    Column("group_offset", BigInteger),
    Column("offset", BigInteger, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("sender", Text, nullable=False),
    Column("group_sender", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("partner", Text, nullable=False),
    Column("number", Text, nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("document_key", String(24), nullable=False, index=True),
    Column("content_hash", String(64), nullable=False),
    Column("date", Date),
    Column("amount", Amount),
    Column("currency", String(8), nullable=False),
    Column("status", String(12), nullable=False),
    Column("reason", Text, nullable=False),
    Column("partner_name", Text, nullable=False, default=""),
    Column("vendor", String(60), nullable=False, default=""),
    Column("vendor_name", String(200), nullable=False, default=""),
    Column("intacct_key", String(60), nullable=False, default="", index=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("planned_rules", Integer),
    Column("planned_reference", Integer),
    Column("not_before", UtcTime),
    Column("holder", String(120)),
    Column("deadline", UtcTime),
    Column("updated_at", UtcTime, nullable=False),
    UniqueConstraint("file_id", "index"),
    Index(None, "link", "status", "id"),
    Index(None, "link", "number", "kind"),
    Index(None, "link", "vendor", "set_code", "number", "kind"),
)

postings: Final = Table(
    "postings",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("document_id", _ID, ForeignKey("documents.id"), nullable=False, index=True),
    Column("control_id", String(80), nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    Column("company", String(60), nullable=False),
    Column("entity", String(60), nullable=False),
    Column("mark", String(24), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("body_sha256", String(64), nullable=False),
    Column("provenance", LargeBinary, nullable=False),
    Column("rules_version", Integer, nullable=False),
    Column("reference_version", Integer, nullable=False),
    Column("parser_version", String(20), nullable=False),
    Column("planned_at", UtcTime, nullable=False),
    Column("sent_count", Integer, nullable=False, default=0),
    Column("sent_at", UtcTime),
    Column("looks", Integer, nullable=False, default=0),
    Column("next_look", UtcTime),
    Column("refusal", Text, nullable=False, default=""),
)

needs: Final = Table(
    "needs",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("document_id", _ID, ForeignKey("documents.id"), nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("met_at", UtcTime),
    Index(None, "kind", "met_at"),
)

reference_versions: Final = Table(
    "reference_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("company", String(60), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("checked_at", UtcTime, nullable=False),
)

reference: Final = Table(
    "reference",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("company", String(60), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("key", String(120), nullable=False),
    Column("body", Text, nullable=False),
    Column("valid_from", Integer, nullable=False),
    Column("valid_to", Integer),
    Index(None, "company", "kind", "key"),
)

reference_aliases: Final = Table(
    "reference_aliases",
    metadata,
    Column("reference_id", _ID, ForeignKey("reference.id"), primary_key=True),
    Column("alias", String(255), primary_key=True),
    Index(None, "alias"),
)

rule_sets: Final = Table(
    "rule_sets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("link", String(60), nullable=False, index=True),
    Column("sha256", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("author", String(120), nullable=False),
    Column("at", UtcTime, nullable=False),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("id", _ID, primary_key=True),
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
    Column("id", _ID, primary_key=True),
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
