"""Our copy has lost nothing when Intacct, asked for nothing but a number, counts as many records as it has."""

from dataclasses import replace

from ml_connector.flows.reference.fetching import take_delta, take_full
from ml_connector.flows.reference.kinds import Kind
from ml_connector.flows.run import Run, Trouble
from ml_connector.records.audit import Detail, Fact


def check_count(run: Run, kind: Kind) -> None:
    """Compare the numbers; where they differ, read everything again, and raise an alarm unless that is plain.

    It is plain when the full reading met nothing that we did not have: then records were deleted, and nobody had
    told us. Records of ours that no delta brought are an alarm, and so is a gap that stays. Raises
    `intacct.errors` and TurnLost.
    """
    counted, kept = _count(run, kind)
    if counted != kept and kind.is_timed:
        take_delta(run, kind)  # created while we read: that is no gap
        counted, kept = _count(run, kind)
    if counted == kept:
        return
    tally = take_full(run, kind)
    now_counted, now_kept = _count(run, kind)
    if now_counted == now_kept and counted < kept and not tally.added:
        return
    _alarm(run, kind, (counted, kept), (now_counted, now_kept))


def _count(run: Run, kind: Kind) -> tuple[int, int]:
    """What Intacct counts and what we have; both are remembered."""
    now = run.clock()
    counted = run.finance.reading.count(kind.object, where=kind.limit(now))
    company = run.link.company
    with run.store.begin() as work:
        kept = work.reference_sync.count(company, kind.name)
        mark = work.watermarks.get(company, kind.name)
        work.watermarks.put(company, replace(mark, last_count=now, counted=counted, kept=kept))
    return counted, kept


def _alarm(run: Run, kind: Kind, before: tuple[int, int], after: tuple[int, int]) -> None:
    counted, kept = before
    name = kind.name.replace("_", " ")
    message = (
        f"reference {name}: Intacct counts {counted}, our copy had {kept}; all of it was read again, and now "
        + (
            f"both have {after[1]}"
            if after[0] == after[1]
            else f"Intacct counts {after[0]} and we have {after[1]}"
        )
    )
    run.troubles.append(Trouble(step="reference", system="intacct", message=message))
    detail: Detail = {
        "kind": kind.name,
        "counted": counted,
        "kept": kept,
        "counted_after": after[0],
        "kept_after": after[1],
    }
    fact = Fact(record=f"company:{run.link.company}", action="reference gap", detail=detail)
    with run.store.begin() as work:
        work.audit.append([fact])
