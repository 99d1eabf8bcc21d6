"""Every table of the store. Migrations in `migrations/` bring a database to this shape.

Text that others wrote has no length and stands in no index unless it is cut before: PostgreSQL refuses the row of a
longer one, and takes no index entry over some 2,700 bytes.
"""

from ml_connector.store.tables.base import metadata
from ml_connector.store.tables.documents import documents, files, needs, payloads, postings
from ml_connector.store.tables.engine import circuits, gateway_slots, jobs, schedules, workers
from ml_connector.store.tables.exchange import (
    cleo_partners,
    partner_connections,
    publications,
)
from ml_connector.store.tables.followed import followed, followed_marks
from ml_connector.store.tables.purchasing import approved_prices, comparisons, document_references
from ml_connector.store.tables.reference import (
    reference,
    reference_aliases,
    reference_approvals,
    reference_seen,
    reference_turns,
    reference_versions,
    reference_watermarks,
)
from ml_connector.store.tables.tenant import (
    capabilities,
    cleo_accounts,
    cleo_event_marks,
    cleo_events,
    missed_files,
)
from ml_connector.store.tables.trail import api_usage, audit, audit_heads, meter, rule_sets
from ml_connector.store.tables.vendors import vendor_addition_names, vendor_additions
from ml_connector.store.tables.waiting import need_keys, releases, xref

__all__ = [
    "api_usage",
    "approved_prices",
    "audit",
    "audit_heads",
    "capabilities",
    "circuits",
    "cleo_accounts",
    "cleo_event_marks",
    "cleo_events",
    "cleo_partners",
    "comparisons",
    "document_references",
    "documents",
    "files",
    "followed",
    "followed_marks",
    "gateway_slots",
    "jobs",
    "metadata",
    "meter",
    "missed_files",
    "need_keys",
    "needs",
    "partner_connections",
    "payloads",
    "postings",
    "publications",
    "reference",
    "reference_aliases",
    "reference_approvals",
    "reference_seen",
    "reference_turns",
    "reference_versions",
    "reference_watermarks",
    "releases",
    "rule_sets",
    "schedules",
    "vendor_addition_names",
    "vendor_additions",
    "workers",
    "xref",
]
