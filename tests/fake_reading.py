"""Listing a company's records, as `tests.fakes.FakeFinance` keeps them, with all that makes a copy of them go wrong.

Records have no time stamps of their own here: what differs from the last look was changed when it is noticed first.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import count
from typing import Any, TypeVar

from tests.fake_rows import meets, spell_row

from ml_connector.intacct import (
    AuditEntry,
    DefinedDocument,
    DefinedSubtotal,
    Dimension,
    DimensionValue,
    Entry,
    IntacctError,
    Readable,
    RequestRejected,
    Row,
    Vendor,
    VendorDetail,
)
from ml_connector.intacct.query import Filter

_R = TypeVar("_R", bound=Readable)
Place = tuple[str, int]  #: object and RECORDNO


def _do_nothing() -> None:
    """For hooks that nobody has set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    record: Any
    custom: Mapping[str, str]
    modified: dt.datetime | None


class FakeReading:
    """The records of one company, noticed anew at each call.

    `look` gives what the company has now, each with its custom fields; `enter` is asked before anything is told.
    """

    def __init__(
        self,
        look: Callable[[], Iterable[tuple[Any, Mapping[str, str]]]],
        *,
        clock: Callable[[], dt.datetime],
        enter: Callable[[], object],
    ) -> None:
        self._look = look
        self._clock = clock
        self._enter = enter
        self._kept: dict[Place, _Kept] = {}
        self._trail: list[AuditEntry] = []
        self._audit_ids = count(1)
        self.unstamped: set[Place] = set()  #: these have no WHENMODIFIED
        self.stamps: dict[Place, dt.datetime] = {}  #: these have this one
        self.hidden: set[Place] = set()  #: nobody sees these yet
        self.refuses: dict[str, IntacctError] = {}  #: lists of these objects fail so
        self.lacks: dict[str, set[str]] = {}  #: fields that these objects do not have here
        self.says_lacking: IntacctError | None = None  #: what asking for one meets; else it is named
        self.names_ids = False  #: the audit trail names what was deleted by id
        self.asked: list[tuple[str, Filter | None]] = []  #: what was listed, with the filter
        self.page_size = 1000
        self.between_pages: Callable[[], object] = _do_nothing

    def list_records(
        self,
        kind: type[_R],
        *,
        where: Filter | None = None,
        custom: Sequence[str] = (),
        without: Sequence[str] = (),
        ignore_case: bool = False,
    ) -> Iterator[Entry[_R]]:
        return self.list_in_pages(
            kind, self.page_size, where=where, custom=custom, without=without, ignore_case=ignore_case
        )

    def list_in_pages(
        self,
        kind: type[_R],
        page_size: int,
        *,
        where: Filter | None = None,
        custom: Sequence[str] = (),
        without: Sequence[str] = (),
        ignore_case: bool = False,
    ) -> Iterator[Entry[_R]]:
        self._begin(kind.OBJECT, where)
        lacking = self.lacks.get(kind.OBJECT, set()) & ({*kind.FIELDS, *custom} - set(without))
        if lacking:
            said = f"{kind.OBJECT} has no field {', '.join(sorted(lacking))}"
            raise self.says_lacking or RequestRejected(said)
        wanted = partial(_meets, where=where, ignore_case=ignore_case)
        return self._page(kind, page_size, wanted, custom)

    def list_rows(self, object_: str, *, where: Filter | None = None) -> list[Row]:
        """All of an object at once."""
        self._begin(object_, where)
        return [spell_row(each.record, each.custom) for each in self._list(object_) if _meets(each, where)]

    def _page(
        self, kind: type[_R], page_size: int, is_wanted: Callable[[_Kept], bool], custom: Sequence[str]
    ) -> Iterator[Entry[_R]]:
        """Page by page, each as the company is when it is asked for."""
        asked, last = self._clock(), 0
        while True:
            found = [each for each in self._list(kind.OBJECT) if is_wanted(each)]
            page = [each for each in found if each.record.record_no > last][:page_size]
            yield from (replace(_make_entry(kind, each, custom), asked=asked) for each in page)
            if len(page) < page_size:
                return
            last = page[-1].record.record_no
            self.between_pages()
            self._notice()

    def count(self, kind: str | type[Readable], *, where: Filter | None = None) -> int:
        name = kind if isinstance(kind, str) else kind.OBJECT
        self._begin(f"count of {name}", where)
        return sum(_meets(each, where) for each in self._list(name))

    def _begin(self, name: str, where: Filter | None) -> None:
        self._enter()
        self.asked.append((name, where))
        if name in self.refuses:
            raise self.refuses[name]
        self._notice()

    def _list(self, name: str) -> list[_Kept]:
        if name == AuditEntry.OBJECT:
            return [_Kept(record=entry, custom={}, modified=None) for entry in self._trail]
        return [self._kept[place] for place in sorted(self._kept) if place[0] == name]

    def _notice(self) -> None:
        """See what is there now; stamp what differs, and write down what is gone."""
        now = {(record.OBJECT, record.record_no): (record, custom) for record, custom in self._look()}
        for place in self._kept.keys() - now.keys():
            self._note_deletion(place, self._kept.pop(place).record)
        for place, (record, custom) in now.items():
            kept = self._kept.get(place)
            if place in self.hidden:
                self._kept.pop(place, None)
            elif kept is None or (kept.record, kept.custom) != (record, custom):
                stamp = None if place in self.unstamped else self.stamps.get(place, self._clock())
                self._kept[place] = _Kept(record=record, custom=custom, modified=stamp)

    def _note_deletion(self, place: Place, record: Any) -> None:
        key = next(getattr(record, item.name) for item in fields(record) if item.name != "record_no")
        entry = AuditEntry(
            record_no=next(self._audit_ids),
            audit_id=None,
            object_type=place[0].lower(),
            key=str(key) if self.names_ids else str(place[1]),
            mode="D",
            time=self._clock(),
            user_id="ana",
        )
        self._trail.append(entry)


class FakeSetup:
    """The company's own dimensions with their values, and through when its books are closed, by entity."""

    def __init__(self, *, enter: Callable[[], object]) -> None:
        self._enter = enter
        self.dimensions: dict[str, tuple[DimensionValue, ...]] = {}
        self.closed: dict[str, dt.date] = {}
        self.refuses: dict[str, IntacctError] = {}  #: what asking for the closed day of an entity meets
        self.subtotals: tuple[DefinedSubtotal, ...] = ()
        self.definitions: tuple[DefinedDocument, ...] = ()

    def list_dimensions(self) -> tuple[Dimension, ...]:
        self._enter()
        standard = [
            Dimension(object=name, label=label, is_user_defined=False, is_in_ledger=True)
            for name, label in (("DEPARTMENT", "Team"), ("LOCATION", "Location"))
        ]
        own = [
            Dimension(object=name, label=name.capitalize(), is_user_defined=True, is_in_ledger=True)
            for name in self.dimensions
        ]
        return (*standard, *own)

    def list_dimension_values(self, dimension: Dimension) -> Iterator[DimensionValue]:
        self._enter()
        return iter(self.dimensions[dimension.object])

    def list_subtotals(self) -> Iterator[DefinedSubtotal]:
        self._enter()
        return iter(self.subtotals)

    def list_definitions(self) -> Iterator[DefinedDocument]:
        self._enter()
        return iter(self.definitions)

    def find_closed_date(self, *, entity: str = "") -> dt.date | None:
        self._enter()
        if entity in self.refuses:
            raise self.refuses[entity]
        days = [self.closed[name] for name in ("", entity) if name in self.closed]
        return max(days, default=None)


def _make_entry(kind: type[_R], kept: _Kept, custom: Sequence[str]) -> Entry[Any]:
    is_alike = isinstance(kept.record, kind)
    further = [name for name in custom if name != "WHENMODIFIED"]
    row = None if is_alike and not further else spell_row(kept.record, kept.custom)
    return Entry(
        record=kind.from_row(row) if row and not is_alike else kept.record,
        record_no=kept.record.record_no,
        custom={name: row.text(name) for name in further} if row else {},
        modified=kept.modified,
    )


def detail_vendor(vendor: Vendor, custom: Mapping[str, str]) -> VendorDetail:
    """The vendor with all its fields: those it has not are empty, unless they are named among the custom ones."""
    return VendorDetail.from_row(spell_row(vendor, custom))


def _meets(kept: _Kept, where: Filter | None, *, ignore_case: bool = False) -> bool:
    return meets(kept.record, kept.custom, kept.modified, where, ignore_case=ignore_case)
