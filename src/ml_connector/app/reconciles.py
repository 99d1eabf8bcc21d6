"""What became in Intacct of what was posted, and what the books and the documents do not have in common."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from ml_connector.app.documents import Documents
from ml_connector.app.results import DocumentLine
from ml_connector.flows.reconciling.following import reconcile
from ml_connector.flows.reconciling.gaps import Gap, list_not_in_ledger, list_other_bills
from ml_connector.flows.run import Run, Trouble
from ml_connector.intacct.errors import IntacctError
from ml_connector.records.documents import Filter
from ml_connector.records.exchange import MeterReading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileResult:
    """What one `reconcile` found of a link."""

    link: str
    since: dt.date  #: the day from which on bills and documents are compared
    states: Mapping[str, Mapping[str, int]]  #: how many records are in which state, by object
    differing: tuple[DocumentLine, ...]  #: documents that are not in Intacct as they were posted
    other_bills: tuple[Gap, ...]  #: of EDI vendors, that came in another way
    not_in_ledger: tuple[Gap, ...]  #: documents of EDI
    meter: tuple[MeterReading, ...]
    troubles: tuple[Trouble, ...]


def reconcile_link(run: Run, *, since: dt.date | None) -> ReconcileResult:
    """Look at all that was posted, then compare the books with the documents: from the first day of the month before
    where no day is given.
    """
    started = run.clock()
    day = since or (started.date().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    reconcile(run)
    others: tuple[Gap, ...] = ()
    try:
        others = list_other_bills(run, day)
    except IntacctError as error:
        run.troubles.append(Trouble(step="reconcile", system="intacct", message=str(error)))
    link = run.link
    with run.store.begin() as work:
        ids = work.documents.list_ids(link.name, Filter(need="intacct_state"))
        found = work.documents.get(ids)
        states = work.followed.count_states(link.name)
        meter = work.meter.read(link.name, system="intacct", since=started)
    documents = Documents(run.store).describe([found[id_] for id_ in ids], company=link.company)
    missing = list_not_in_ledger(run.store, link.name, base_currency=link.base_currency, since=day)
    return ReconcileResult(
        link=link.name,
        since=day,
        states=states,
        differing=documents,
        other_bills=others,
        not_in_ledger=missing,
        meter=meter,
        troubles=tuple(run.troubles),
    )
