"""Intacct's reference becomes our dated copy. Read top to bottom.

    due → take (delta, full, deletions) → count → complete

Each page is stored with what it changes, in a version that plans do not use before it is complete; what is cut short
goes on there with the next run.
"""

from collections.abc import Sequence
from dataclasses import replace

from ml_connector.flows.allowance import is_at_limit
from ml_connector.flows.reference.counting import check_count
from ml_connector.flows.reference.fetching import (
    find_mark,
    put_mark,
    take_away,
    take_deletions,
    take_delta,
    take_full,
)
from ml_connector.flows.reference.kinds import OWNER, Kind, Task, choose_kinds, due
from ml_connector.flows.reference.sources import NotOffered
from ml_connector.flows.run import Run, Trouble
from ml_connector.flows.verdicts import may_lack_field
from ml_connector.intacct.errors import IntacctError, PermissionDenied, RequestRejected, Unavailable
from ml_connector.records.audit import Detail, Fact
from ml_connector.store.reference_sync import TurnLost


def refresh(run: Run) -> None:
    """Bring our copy up to date in everything that is due; nothing while another process is at it, or beyond the limit.

    Plans use what it brought once all of it is there. What stood in the way is in `run.troubles`.
    """
    tasks, cut_short = _list_due(run)
    if not (tasks or cut_short) or is_at_limit(run):
        return
    with run.store.begin() as work:
        if not work.reference_sync.take_turn(run.link.company):
            return
    try:
        _take_all(run, tasks, cut_short=cut_short)
        _complete(run, checked=bool(tasks))
    except IntacctError as error:
        run.troubles.append(Trouble(step="reference", system="intacct", message=str(error)))
        with run.store.begin() as work:
            work.reference_sync.end_turn(run.link.company)
    except TurnLost as lost:
        run.troubles.append(Trouble(step="reference", system="intacct", message=str(lost)))


def _list_due(run: Run) -> tuple[list[Task], bool]:
    """What is to be read and counted now, and whether what was taken before is not complete yet."""
    with run.store.begin() as work:
        marks = work.watermarks.list(run.link.company)
        cut_short = work.reference_sync.find_open(run.link.company) is not None
    return due(choose_kinds(run.link.reference), marks, run.clock(), run.link.reference), cut_short


def _take_all(run: Run, tasks: Sequence[Task], *, cut_short: bool) -> None:
    """All that is due. After a run that was cut short deletions too: whether it had taken them is not known."""
    taken: list[Task] = []
    for done, task in enumerate(tasks):
        run.report("reference", done, len(tasks))
        if _take(run, task):
            taken.append(task)
    # what was read whole has lost its deleted records already
    if cut_short or any(task.read == "delta" for task in taken):
        take_deletions(run, [kind for kind in choose_kinds(run.link.reference) if kind.is_timed])
    for task in taken:
        if task.count:
            check_count(run, task.kind)
    run.report("reference", len(tasks), len(tasks))


def _take(run: Run, task: Task) -> bool:
    """Read what is due of a kind. One that plans do without and this company does not offer is noted, and left."""
    try:
        if task.read:
            _read(run, task)
    except NotOffered as error:
        take_away(run, task.kind)
        _note_problem(run, task.kind, str(error))
        return False
    except (PermissionDenied, RequestRejected) as error:
        if task.kind.is_needed:
            raise
        _note_problem(run, task.kind, str(error))
        return False
    return True


def _read(run: Run, task: Task) -> None:
    """Read a kind; where Intacct refuses that, without whom its records belong to, which not every company can query."""
    take = take_full if task.read == "full" else take_delta
    try:
        take(run, task.kind)
    except (RequestRejected, Unavailable) as error:
        less = task.kind.leave_out_owner(run.link.reference)
        if less == task.kind or not may_lack_field(error):
            raise
        take(run, less)
        if task.read == "full":
            _note_left_out(run, task.kind, str(error))


def _note_left_out(run: Run, kind: Kind, said: str) -> None:
    """Once for each whole reading."""
    detail: Detail = {"kind": kind.name, "without": OWNER, "reason": said}
    with run.store.begin() as work:
        fact = Fact(record=f"company:{run.link.company}", action="reference without", detail=detail)
        work.audit.append([fact])


def _note_problem(run: Run, kind: Kind, problem: str) -> None:
    mark = find_mark(run, kind.name)
    put_mark(run, replace(mark, last_delta=run.clock(), problem=problem))


def _complete(run: Run, *, checked: bool) -> None:
    """Plans use what was taken; an entry tells how much changed. Raises TurnLost."""
    company = run.link.company
    with run.store.begin() as work:
        work.reference_sync.keep_turn(company)
        changes = work.reference_sync.complete(company, checked=checked)
        work.reference_sync.end_turn(company)
        if changes:
            detail: Detail = {
                "version": changes.version,
                "added": changes.added,
                "changed": changes.changed,
                "removed": changes.removed,
            }
            work.audit.append([Fact(record=f"company:{company}", action="reference", detail=detail)])
