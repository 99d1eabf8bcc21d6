"""A second person agrees to a change of what money depends on, or declines it."""

from typing import Final, Literal

from ml_connector.flows.reference.changes import name_record
from ml_connector.records.audit import Detail, Fact
from ml_connector.records.reference import Approval
from ml_connector.store import Store

_ACTIONS: Final = {"approved": "reference approved", "declined": "reference declined"}


def decide(
    store: Store, company: str, id_: int, decision: Literal["approved", "declined"], *, by: str, reason: str
) -> Approval | None:
    """Decide a change that waits, once; None when it does not, or not any more.

    What is approved makes a new version, so that plans change from one version to another only; what is declined
    stays as it is: plans go on with the values approved before, whatever Intacct says.
    """
    with store.begin() as work:
        found = work.reference_approvals.find(company, id_)
        if found is None or not work.reference_approvals.decide(id_, decision, by=by, reason=reason):
            return None
        if decision == "approved":
            being_taken = work.reference_sync.find_open(company)
            version = work.reference_sync.open(company)
            work.reference_approvals.end([id_], version=version)
            work.reference_sync.touch(company, found.kind, found.key)
            if being_taken is None:  # else it counts with what is being taken
                work.reference_sync.complete(company, checked=False)
        detail: Detail = {"says": found.says, "by": by, "reason": reason}
        record = name_record(company, found.kind, found.key)
        work.audit.append([Fact(record=record, action=_ACTIONS[decision], detail=detail)])
        return work.reference_approvals.find(company, id_)
