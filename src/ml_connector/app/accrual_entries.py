"""What is to be accrued is entered in a journal: prepared by one person, approved by another, written by whoever asks then."""

import datetime as dt
from dataclasses import dataclass, replace

from ml_connector.app.accruals import AccrualReport, gather_accruals
from ml_connector.app.xrefs import Xrefs
from ml_connector.flows.accruing.entering import AccrualEntry, Standing, enter_accruals
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.reconciling.following import reconcile
from ml_connector.flows.run import Run, Trouble
from ml_connector.intacct.errors import IntacctError
from ml_connector.mapping.routes.accruals_to_journal import APPROVAL
from ml_connector.mapping.rules.purchasing import AGREED
from ml_connector.records.xref import CrossReference, StoredXref


@dataclass(frozen=True, slots=True, kw_only=True)
class AccrualEntering:
    """What is to be accrued, and what became of its entry."""

    report: AccrualReport
    entry: AccrualEntry | None  #: None where Intacct was not reached
    base_currency: str
    approval: StoredXref | None = None  #: what another person must approve
    troubles: tuple[Trouble, ...] = ()


def enter_link_accruals(run: Run, xrefs: Xrefs, as_of: dt.date, *, by: str) -> AccrualEntering:
    """Look at Intacct as it is now, then enter what is to be accrued as of the day, or prepare that for an approver.

    Raises ApprovalRefused where the person may not prepare so much.
    """
    refresh(run)
    reconcile(run)
    base = run.link.base_currency
    report, owed = gather_accruals(run.store, run.link.name, base_currency=base, as_of=as_of)
    made = AccrualEntering(report=report, entry=None, base_currency=base, troubles=tuple(run.troubles))
    if made.troubles:
        return made
    try:
        entry = enter_accruals(run, owed, as_of, by=by)
    except IntacctError as error:
        return replace(made, troubles=(Trouble(step="post", system="intacct", message=str(error)),))
    made = replace(made, entry=entry)
    if entry.standing is not Standing.WAITING:
        return made
    (need,) = entry.needs
    agreed = CrossReference(kind=APPROVAL, partner="", code=need.subject.removeprefix("/"), target=AGREED)
    return replace(made, approval=xrefs.prepare(agreed, by=by, origin=f"{need.kind}:{agreed.code}"))
