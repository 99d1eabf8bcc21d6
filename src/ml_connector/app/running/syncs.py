"""Intacct's reference data, brought to our copy and to Cleo without the line of documents."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from ml_connector.app.publishing import describe_publication
from ml_connector.app.results import PublicationLine, SyncResult
from ml_connector.flows import intacct_to_cleo
from ml_connector.flows.publishing.afterwards import connect_partners, run_due_action
from ml_connector.flows.publishing.files import publish
from ml_connector.flows.reference.kinds import choose_kinds
from ml_connector.flows.run import Run
from ml_connector.mapping.reference.tables import TABLES, TableName

_AT_ONCE: Final = timedelta(0)


def sync_link(run: Run, *, tables: Sequence[TableName], now: bool) -> SyncResult:
    """Read what is due of Intacct, or with `now` all of these tables (or of all), and publish what changed of them."""
    started = run.clock()
    before = find_version(run)
    if now:
        run = _hurry(run, tables)
    intacct_to_cleo.refresh(run)
    publish_changes(run, tables)
    version = find_version(run)
    with run.store.begin() as work:
        rows = work.reference.count(run.link.company, version) if version is not None else {}
        meter = work.meter.read(run.link.name, system="intacct", since=started)
        cleo = work.meter.read(run.link.name, system="cleo", since=started)
    return SyncResult(
        link=run.link.name,
        version_before=before,
        version=version,
        rows=rows,
        publishes=run.link.publish is not None,
        publications=list_publications(run, started),
        meter=meter,
        cleo_requests=sum(reading.requests for reading in cleo),
        troubles=tuple(run.troubles),
    )


def publish_changes(run: Run, tables: Sequence[TableName] = ()) -> None:
    """Publish what is due of these tables, or of all, and do in Cleo what is to be done after."""
    publish(run, tables=tables or None)
    run_due_action(run)
    connect_partners(run)


def list_publications(run: Run, since: datetime) -> tuple[PublicationLine, ...]:
    """What was made or published since a moment, and what still waits."""
    with run.store.begin() as work:
        found = work.publications.list_since(run.link.name, since)
    return tuple(map(describe_publication, found))


def find_version(run: Run) -> int | None:
    """The newest version of the copy that is complete."""
    with run.store.begin() as work:
        newest = work.reference.newest(run.link.company)
    return None if newest is None else newest[0]


def _hurry(run: Run, tables: Sequence[TableName]) -> Run:
    """The same run, with these tables' kinds (or all) due at once."""
    cadence = run.link.reference
    kinds = [kind for table in tables for kind in TABLES[table].kinds]
    due = kinds or [kind.name for kind in choose_kinds(cadence)]
    own = {**cadence.own, **dict.fromkeys(due, _AT_ONCE)}
    wanted = tuple(dict.fromkeys((*cadence.kinds, *kinds)))
    return replace(run, link=replace(run.link, reference=replace(cadence, own=own, kinds=wanted)))
