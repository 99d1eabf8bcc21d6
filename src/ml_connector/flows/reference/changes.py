"""What changed in reference is told in the audit trail, and what money depends on waits for a second person."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from ml_connector.flows.reference.kinds import Kind
from ml_connector.flows.run import Run
from ml_connector.mapping.reference.changes import (
    MONEY,
    Waiting,
    describe_change,
    describe_waiting,
    find_waiting,
)
from ml_connector.records.audit import Detail, Fact
from ml_connector.records.reference import Approval, RowChange
from ml_connector.store import Work

_VENDOR: Final = "vendor"
_LONGEST: Final = 120  #: of a record's name in the audit trail


def note_changes(run: Run, work: Work, kind: Kind, changes: Sequence[RowChange]) -> None:
    """Tell what changed, and keep plans from what needs a person first; in the transaction that changed it."""
    waiting = _hold(run, work, kind, changes) if kind.name in MONEY and run.link.reference.waits else {}
    if kind.is_told:
        used = _count_use(run, work, kind, changes)
        work.audit.append(list(_tell(run, changes, used, waiting)))


def _tell(
    run: Run, changes: Sequence[RowChange], used: dict[str, int], waiting: dict[str, Waiting]
) -> Iterator[Fact]:
    for change in changes:
        said = describe_change(change)
        if not said:
            continue
        if count := used.get(change.key, 0):
            said = (
                f"{said}; {count} open document{'' if count == 1 else 's'} use{'s' if count == 1 else ''} it"
            )
        detail: Detail = {"says": said}
        if change.key in waiting:
            detail = {"says": said, "waits": describe_waiting(change.kind, waiting[change.key])}
        record = name_record(run.link.company, change.kind, change.key)
        yield Fact(record=record, action="reference changed", detail=detail)


def name_record(company: str, kind: str, key: str) -> str:
    """Where the audit trail keeps what happens to a row: a vendor has a chain of its own."""
    own = f"vendor:{company}/{key}"
    return own if kind == _VENDOR and len(own) <= _LONGEST else f"company:{company}"


def _count_use(run: Run, work: Work, kind: Kind, changes: Sequence[RowChange]) -> dict[str, int]:
    """How many open documents of the link use the vendors that changed."""
    if kind.name != _VENDOR:
        return {}
    changed = [change.key for change in changes if change.before is not None]
    return work.reference_sync.count_open_documents(run.link.name, changed)


def _hold(run: Run, work: Work, kind: Kind, changes: Sequence[RowChange]) -> dict[str, Waiting]:
    """Let changes wait, by key. What waited and has changed again is asked anew, and so is agreed to as it is."""
    company = run.link.company
    changes = _find_returned(company, work, kind, changes)
    standing = work.reference_approvals.list_standing(company, kind.name, [each.key for each in changes])
    over: list[int] = []
    asked: dict[str, Waiting] = {}
    for change in changes:
        before = standing.get(change.key)
        waiting = find_waiting(change, before)
        if before is not None and waiting == Waiting(approved=before.approved, asked=before.asked):
            continue
        if before is not None:
            over.append(before.id)
        if waiting is not None:
            asked[change.key] = waiting
    if over or asked:
        version = work.reference_sync.open(company)
        work.reference_approvals.end(over, version=version)
        new = [_ask(company, kind, key, waiting, work) for key, waiting in asked.items()]
        work.reference_approvals.add(company, new, version=version)
    return asked


def _find_returned(company: str, work: Work, kind: Kind, changes: Sequence[RowChange]) -> Sequence[RowChange]:
    """What is new only to the version being taken, and known to plans, has changed rather than come."""
    newest = work.reference.newest(company)
    new = [change.key for change in changes if change.before is None]
    if newest is None or not new:
        return changes
    known = work.reference.get_rows(company, newest[0], kind.name, new)
    return [replace(change, before=change.before or known.get(change.key)) for change in changes]


def _ask(company: str, kind: Kind, key: str, waiting: Waiting, work: Work) -> Approval:
    return Approval(
        id=0,
        company=company,
        kind=kind.name,
        key=key,
        says=f"{kind.name} {key} {describe_waiting(kind.name, waiting)}",
        approved=waiting.approved,
        asked=waiting.asked,
        status="waiting",
        at=work.now,
    )
