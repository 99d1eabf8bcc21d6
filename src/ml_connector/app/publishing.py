"""What a link publishes to Cleo: its settings as the flows see them, and what came of it."""

from collections.abc import Iterator
from typing import Final

from ml_connector.app.results import PublicationLine
from ml_connector.config import PartnersSettings, PublishSettings
from ml_connector.flows.run import PartnersFacts, PublishFacts
from ml_connector.mapping.reference.sheets import Sheet
from ml_connector.mapping.reference.tables import TABLES, TableName, list_columns
from ml_connector.mapping.rules.rulebook import AnsweredVendor, Rules
from ml_connector.records.publications import StoredPublication

COST_WARNING: Final = (
    "create_connection is on: each trading partner gets a connection in Cleo, and Cleo may charge for each"
)


def describe_publishing(settings: PublishSettings, rules: Rules) -> PublishFacts:
    """What is published, with the EDI ids and the trading partners that the rules name."""
    partners: set[str] = set()
    if settings.create_connection:
        partners = {vendor for partner in rules.partners for vendor in rules.list_bound(partner)}
    return PublishFacts(
        folder=settings.folder,
        sheets=tuple(_describe_sheet(table, settings, rules) for table in settings.kinds),
        forms=settings.forms,
        guarded=settings.spreadsheet_safe,
        full_every=settings.full_every,
        run_action=settings.run_action,
        partners=tuple(sorted(partners)),
    )


def describe_partners(settings: PartnersSettings) -> PartnersFacts:
    """Where Cleo is asked for partners."""
    return PartnersFacts(
        folder=settings.folder,
        archive=settings.archive,
        connections=settings.connections,
        ignore=settings.ignore,
    )


def list_kinds(settings: PublishSettings | None) -> tuple[str, ...]:
    """The kinds of our copy that publishing needs."""
    tables = settings.kinds if settings is not None else ()
    return tuple(kind for table in tables for kind in TABLES[table].kinds)


def describe_publication(publication: StoredPublication) -> PublicationLine:
    """A file in one line of a table."""
    new = publication.new
    return PublicationLine(
        id=publication.id,
        table=new.kind,
        file=new.file,
        extent="full" if new.from_version is None else "delta",
        upserts=new.upserts,
        deletes=new.deletes,
        length=new.length,
        sha256=new.sha256,
        status=publication.status,
        at=publication.at,
        reason=publication.reason,
        action=publication.action,
    )


def _describe_sheet(table: TableName, settings: PublishSettings, rules: Rules) -> Sheet:
    return Sheet(
        name=table,
        file=settings.name_file(table),
        columns=settings.columns.get(table, list_columns(table, tax_id=settings.tax_id)),
        active_only=settings.active_only,
        vendor_types=settings.vendor_types if table == "vendors" else (),
        edi_ids=_list_edi_ids(rules) if table == "vendors" else {},
    )


def _list_edi_ids(rules: Rules) -> dict[str, tuple[str, ...]]:
    """The EDI ids that cross-references know of each vendor."""
    found: dict[str, dict[str, None]] = {}
    for vendor, id_ in _read_codes(rules):
        found.setdefault(vendor, {})[id_] = None
    return {vendor: tuple(ids) for vendor, ids in found.items()}


def _read_codes(rules: Rules) -> Iterator[tuple[str, str]]:
    """Each vendor with `qualifier/id` of a code such as `92/0042` or `VN/92/0042`; references are no EDI ids.

    What the files say of an id counts no more once people have answered for it.
    """
    answered = {xref.code for xref in rules.vendors if isinstance(xref, AnsweredVendor) and not xref.partner}
    for xref in rules.vendors:
        parts = xref.code.split("/")
        id_ = "/".join(parts[-2:])
        counts = isinstance(xref, AnsweredVendor) or id_ not in answered
        if parts[0] != "REF" and len(parts) in {2, 3} and counts:
            yield xref.vendor, id_
