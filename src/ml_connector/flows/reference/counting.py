"""Our copy has lost nothing when Intacct, asked for nothing but a number, counts as many records as it has."""

from dataclasses import dataclass, replace
from datetime import datetime

from ml_connector.flows.reference.fetching import find_mark, put_mark, take_delta, take_full
from ml_connector.flows.reference.kinds import Kind
from ml_connector.flows.run import Run, Trouble
from ml_connector.records.audit import Detail, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """What Intacct counts and what we have."""

    at: datetime
    counted: int
    kept: int

    @property
    def is_even(self) -> bool:
        return self.counted == self.kept


def check_count(run: Run, kind: Kind) -> None:
    """Compare the numbers; where they differ, read everything again, and raise an alarm unless that is plain.

    It is plain when the full reading met nothing that we did not have: then records were deleted, and nobody had
    told us. Records of ours that no delta brought are an alarm, and so is a gap that stays. A gap is noted before
    it is dealt with: when that is cut short the next run does all of it, and cannot tell any more whether it was
    plain. Raises `intacct.errors` and TurnLost.
    """
    noted = _find_noted(run, kind)
    found = _count(run, kind)
    if not found.is_even and kind.is_timed:
        take_delta(run, kind)  # created while we read: that is no gap
        found = _count(run, kind)
    if found.is_even and noted is None:
        _keep(run, kind, found)
        return
    if noted is None:
        _note_gap(run, kind, found)
    tally = take_full(run, kind)
    now = _count(run, kind)
    plain = noted is None and now.is_even and found.counted < found.kept and not tally.added
    _keep(run, kind, now, alarm_of=None if plain else noted or found)


def _count(run: Run, kind: Kind) -> _Count:
    now = run.clock()
    counted = run.finance.reading.count(kind.object, where=kind.limit(now))
    with run.store.begin() as work:
        kept = work.reference_sync.count(run.link.company, kind.name)
    return _Count(at=now, counted=counted, kept=kept)


def _find_noted(run: Run, kind: Kind) -> _Count | None:
    """The gap that a run was dealing with when it was cut short; it has numbers, and no time at which it was over."""
    mark = find_mark(run, kind.name)
    if mark.last_count is not None or mark.counted is None or mark.kept is None:
        return None
    return _Count(at=run.clock(), counted=mark.counted, kept=mark.kept)


def _note_gap(run: Run, kind: Kind, gap: _Count) -> None:
    mark = find_mark(run, kind.name)
    put_mark(run, replace(mark, last_count=None, counted=gap.counted, kept=gap.kept))


def _keep(run: Run, kind: Kind, now: _Count, *, alarm_of: _Count | None = None) -> None:
    """The count is over; the alarm is told with it."""
    company = run.link.company
    with run.store.begin() as work:
        mark = work.watermarks.get(company, kind.name)
        counted = replace(mark, last_count=now.at, counted=now.counted, kept=now.kept)
        work.watermarks.put(company, counted)
        if alarm_of is not None:
            work.audit.append([_describe_alarm(run, kind, alarm_of, now)])
    if alarm_of is not None:
        run.troubles.append(
            Trouble(step="reference", system="intacct", message=_word_alarm(kind, alarm_of, now))
        )


def _word_alarm(kind: Kind, before: _Count, now: _Count) -> str:
    name = kind.name.replace("_", " ")
    outcome = (
        f"both have {now.kept}" if now.is_even else f"Intacct counts {now.counted} and we have {now.kept}"
    )
    return (
        f"reference {name}: Intacct counts {before.counted}, our copy had {before.kept}; all of it was read again, "
        f"and now {outcome}"
    )


def _describe_alarm(run: Run, kind: Kind, before: _Count, now: _Count) -> Fact:
    detail: Detail = {
        "kind": kind.name,
        "counted": before.counted,
        "kept": before.kept,
        "counted_after": now.counted,
        "kept_after": now.kept,
    }
    return Fact(record=f"company:{run.link.company}", action="reference gap", detail=detail)
