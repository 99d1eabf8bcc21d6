"""Our copy of Intacct's reference, as people ask for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Literal

from ml_connector.config import ConfigRefused, Link
from ml_connector.flows.cadence import Cadence
from ml_connector.flows.reference.approving import decide
from ml_connector.flows.reference.changes import name_record
from ml_connector.flows.reference.fetching import DELETIONS
from ml_connector.flows.reference.kinds import KINDS, choose_kinds, find_kind
from ml_connector.mapping.reference.tables import TABLES
from ml_connector.records.audit import AuditEntry
from ml_connector.records.reference import Approval, ReferenceRow, Watermark
from ml_connector.store import Store, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class KindLine:
    """A kind of the copy in one line of a table."""

    kind: str
    rows: int
    last_delta: datetime | None
    last_full: datetime | None
    last_count: datetime | None
    counted: int | None  #: by Intacct, when it was counted last
    gap: int | None  #: how many more than we had then
    problem: str  #: why it cannot be read; empty when it can


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceStatus:
    """How our copy of a company stands."""

    company: str
    version: int | None  #: the one plans use
    checked: datetime | None  #: when it was last seen to be true
    kinds: tuple[KindLine, ...]
    waiting: int  #: changes that wait for a person
    deletions: str  #: why Intacct does not tell what was deleted; empty when it does


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """A record as Intacct had it at some time, and what happened to it."""

    company: str
    kind: str
    key: str
    version: int
    body: Mapping[str, Any]
    aliases: tuple[str, ...]
    waiting: tuple[Approval, ...]  #: changes that plans do not use, or did not use then
    history: tuple[AuditEntry, ...]


class References:
    def __init__(self, store: Store) -> None:
        self._store = store

    def report_status(self, company: str, cadence: Cadence) -> ReferenceStatus:
        """Kind by kind how many rows we have, and when they were read, compared and counted."""
        with self._store.begin() as work:
            newest = work.reference.newest(company)
            marks = work.watermarks.list(company)
            rows = work.reference.count(company, newest[0]) if newest is not None else {}
            waiting = work.reference_approvals.list(company, status="waiting")
        names = [kind.name for kind in choose_kinds(cadence)]
        return ReferenceStatus(
            company=company,
            version=newest[0] if newest is not None else None,
            checked=newest[1] if newest is not None else None,
            kinds=tuple(
                _describe(marks.get(name, Watermark(kind=name)), rows.get(name, 0)) for name in names
            ),
            waiting=len(waiting),
            deletions=marks[DELETIONS].problem if DELETIONS in marks else "",
        )

    def show(self, company: str, kind: str, key: str, *, on: date | None = None) -> RecordView | None:
        """A record as we know it, or knew it at the end of a day (UTC); None where we know of none."""
        until = None if on is None else datetime.combine(on, time.max, UTC)
        with self._store.begin() as work:
            version = _find_version(work, company, until)
            row = None if version is None else work.reference.get_row(company, version, kind, key)
            if version is None or row is None:
                return None
            return _view(work, company, version, row, until)

    def list_changes(self, company: str, *, decided: bool = False) -> tuple[Approval, ...]:
        """The changes that wait for a person, oldest first; with `decided` those that did as well."""
        with self._store.begin() as work:
            return work.reference_approvals.list(company, status=None if decided else "waiting")

    def decide(
        self, company: str, id_: int, decision: Literal["approved", "declined"], *, by: str, reason: str = ""
    ) -> Approval | None:
        """Agree to a change that waits, or decline it; None when it does not wait."""
        return decide(self._store, company, id_, decision, by=by, reason=reason)


def describe_cadence(link: Link, *, kinds: tuple[str, ...] = (), approval_field: str = "") -> Cadence:
    """How often what is read for a link; `kinds` are those that something else asks for. Raises ConfigRefused."""
    settings = link.settings.reference
    place = f"{link.name}.reference"
    asked = (("kinds", settings.kinds), ("every", settings.every), ("without", settings.without))
    problems = [
        f"link.{place}.{key}: no kind {name!r}; there are: {', '.join(KINDS)}, and dimension:NAME"
        for key, names in asked
        for name in names
        if find_kind(name) is None
    ]
    problems += [f"link.{place}.without.{problem}" for problem in _find_kept_fields(settings.without)]
    if problems:
        raise ConfigRefused(problems)
    return Cadence(
        every=link.settings.reference_every,
        own=settings.every,
        full_every=settings.full_every,
        count_every=settings.count_every,
        overlap=settings.overlap,
        kinds=tuple(dict.fromkeys((*settings.kinds, *kinds))),
        without=settings.without,
        edi_fields=settings.edi_fields,
        approval_field=approval_field,
        waits=link.settings.four_eyes,
    )


def _find_kept_fields(without: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name, fields in without.items():
        optional = kind.optional_fields if (kind := find_kind(name)) is not None else fields
        for field in fields:
            if field not in optional:
                yield f"{name}: {field!r} cannot be left out; these can: {', '.join(optional) or 'none'}"


def name_kind(text: str) -> str | None:
    """The kind a person means: by its name, or by that of the table it is published as, such as `vendors`."""
    if find_kind(text) is not None:
        return text
    kinds = [kind for name, table in TABLES.items() if name == text for kind in table.kinds]
    return kinds[0] if len(kinds) == 1 else None


def _find_version(work: Work, company: str, until: datetime | None) -> int | None:
    if until is not None:
        return work.reference.version_at(company, until)
    newest = work.reference.newest(company)
    return None if newest is None else newest[0]


def _describe(mark: Watermark, rows: int) -> KindLine:
    return KindLine(
        kind=mark.kind,
        rows=rows,
        last_delta=mark.last_delta,
        last_full=mark.last_full,
        last_count=mark.last_count,
        counted=mark.counted,
        gap=None if mark.counted is None else mark.gap,
        problem=mark.problem,
    )


def _view(work: Work, company: str, version: int, row: ReferenceRow, until: datetime | None) -> RecordView:
    standing = work.reference_approvals.list_standing(
        company, row.kind, [row.key], version=None if until is None else version
    )
    record = name_record(company, row.kind, row.key)
    own = record != name_record(company, "", "")
    history = work.audit.list(record) if own else ()
    return RecordView(
        company=company,
        kind=row.kind,
        key=row.key,
        version=version,
        body=row.body,
        aliases=tuple(alias for alias in row.aliases if not alias.startswith("tax:")),
        waiting=tuple(standing.values()),
        history=tuple(entry for entry in history if until is None or entry.at <= until),
    )
