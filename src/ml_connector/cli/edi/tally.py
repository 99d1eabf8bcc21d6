"""What `edi check` counts: sets by how grave their findings are, findings by their code."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml_connector.cli.edi.views import FindingView, view_finding
from ml_connector.edi.inspection import InspectedSet
from ml_connector.edi.severity import Severity

_GRAVEST_FIRST = (Severity.ERROR, Severity.HOLD, Severity.NOTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSet:
    """A set and what is wrong with it."""

    index: int
    set_code: str
    name: str
    number: str  #: of the document, where it has one
    control_number: str
    offset: int
    severity: Severity | None
    findings: tuple[FindingView, ...]

    def as_fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def view_checked(inspected: InspectedSet) -> CheckedSet:
    transaction = inspected.transaction
    return CheckedSet(
        index=transaction.index,
        set_code=transaction.set_code,
        name=inspected.schema.name if inspected.schema else "",
        number=getattr(inspected.document, "number", ""),
        control_number=transaction.control_number,
        offset=transaction.offset,
        severity=inspected.severity,
        findings=tuple(view_finding(ruling, transaction.offset) for ruling in inspected.rulings),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCount:
    """How often a code was met, and where first."""

    code: str
    severity: Severity
    count: int
    first: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """All that was counted."""

    files: int
    sets: int
    worst: Severity | None
    sets_by_severity: dict[str, int]  #: by their gravest finding; "none" without any
    codes: tuple[CodeCount, ...]  #: the gravest first, then the most frequent


@dataclass(slots=True)
class Tally:
    """Counts as it goes."""

    files: int = 0
    _sets: Counter[Severity | None] = field(default_factory=Counter)
    _codes: Counter[tuple[str, Severity]] = field(default_factory=Counter)
    _first: dict[tuple[str, Severity], str] = field(default_factory=dict)

    def count_set(self, file: str, checked: CheckedSet) -> None:
        self._sets[checked.severity] += 1
        place = f"{Path(file).name}, {checked.set_code} {checked.number or checked.control_number}"
        for found in checked.findings:
            self._count(place, found)

    def count(self, file: str, found: FindingView) -> None:
        """Count a finding of an envelope."""
        self._count(Path(file).name, found)

    def _count(self, place: str, found: FindingView) -> None:
        key = (found.code, found.severity)
        self._codes[key] += 1
        self._first.setdefault(key, place)

    @property
    def matters(self) -> bool:
        """Whether anything is worse than a note."""
        return any(severity is not Severity.NOTE for _, severity in self._codes)

    def freeze(self) -> Totals:
        codes = sorted(
            self._codes.items(), key=lambda item: (_GRAVEST_FIRST.index(item[0][1]), -item[1], item[0][0])
        )
        return Totals(
            files=self.files,
            sets=self._sets.total(),
            worst=codes[0][0][1] if codes else None,
            sets_by_severity={
                str(each or "none"): self._sets[each] for each in (None, *reversed(_GRAVEST_FIRST))
            },
            codes=tuple(
                CodeCount(code=code, severity=severity, count=count, first=self._first[code, severity])
                for (code, severity), count in codes
            ),
        )


def describe_tally(tally: Tally) -> dict[str, Any]:
    totals = tally.freeze()
    return {name: getattr(totals, name) for name in totals.__slots__}


def list_repeats(findings: Sequence[FindingView], most: int) -> tuple[Sequence[FindingView], Counter[str]]:
    """The first findings of every code, and how many more there are of each."""
    met: Counter[str] = Counter()
    shown = []
    for found in findings:
        met[found.code] += 1
        if met[found.code] <= most:
            shown.append(found)
    return shown, Counter({code: count - most for code, count in met.items() if count > most})
