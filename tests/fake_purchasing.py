"""Purchasing transactions of one company in memory: numbered, converted, changed and totalled as Intacct does it.

It leaves to the simulator: which definition may be made from which, back orders, approvals, the signs of discounts,
and the bills that documents make.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from typing import Any, Final, TypeVar

from tests.fake_purchasing_lines import change_line, list_places, list_sources

from ml_connector.intacct import (
    Item,
    NewPurchasing,
    NewPurchasingLine,
    PurchasingChange,
    PurchasingDefinition,
    PurchasingDocument,
    PurchasingLine,
    PurchasingLineChange,
    PurchasingSubtotal,
    Subtotal,
    Unit,
    UnitGroup,
    Vendor,
)

_K = TypeVar("_K")
_CENT: Final = Decimal("0.01")
_CONVERTIBLE: Final = ("Pending", "Approved", "Partially Converted")
_FIXED: Final = ("Submitted", "In Progress", "Converted", "Partially Converted")
_ALIKE: Final = ("reference", "vendor_number", "message", "date", "due_date", "state")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A transaction in the books."""

    document: PurchasingDocument
    lines: tuple[PurchasingLine, ...]
    places: Mapping[int, Mapping[str, str]]  #: warehouse and dimensions, by RECORDNO of the line
    subtotals: Mapping[str, Decimal]
    entity: str
    term: str
    at: dt.datetime


class FakePurchasing:
    """Keeps transactions by their document ids. `look` gives the records of what they are made on."""

    def __init__(self, look: Callable[[], Iterable[Any]], *, clock: Callable[[], dt.datetime]) -> None:
        self._look = look
        self._clock = clock
        self.kept: dict[str, Kept] = {}
        self.tells_base_units = (
            False  #: QUANTITY and PRICE are in base units, UIQTY and UIPRICE in the line's own
        )
        self._document_nos = count(1)
        self._line_nos = count(1)
        self._numbers = count(1)

    def list_records(self, until: dt.datetime) -> Iterator[tuple[Any, Mapping[str, str]]]:
        """What was made until then, as `query` lists it."""
        for each in self.kept.values():
            if each.at <= until:
                yield each.document, {"MEGAENTITYID": each.entity, "TERM.NAME": each.term}
                yield from (self._tell(line, each.places[line.record_no]) for line in each.lines)
                yield from ((subtotal, {}) for subtotal in _list_subtotals(each))

    def _tell(
        self, line: PurchasingLine, places: Mapping[str, str]
    ) -> tuple[PurchasingLine, Mapping[str, str]]:
        item = self._find_item(line.item_id)
        if not self.tells_base_units or item is None:
            return line, places
        factor = self._list_units(item)[line.unit]
        own = {"UIQTY": f"{line.quantity}", "UIPRICE": f"{line.price}"}
        told = replace(line, quantity=(line.quantity or 0) * factor, price=(line.price or 0) / factor)
        return told, {**places, **own}

    def find_problems(self, body: NewPurchasing | PurchasingChange) -> list[str]:
        """Why Intacct refuses this; nothing when it does not."""
        if isinstance(body, PurchasingChange):
            return self._find_problems_of_change(body)
        said = list(self._check_lines(body.lines))
        if body.vendor_id not in {each.vendor_id for each in self._list(Vendor) if each.status == "active"}:
            said.append(f"Invalid Vendor '{body.vendor_id}' specified.")
        definition = self._find_definition(body.definition)
        if definition is None:
            said.append(f"Invalid Transaction Definition '{body.definition}' specified.")
        elif not (definition.sequence or body.number):
            said.append("Document Number is missing")
        if f"{body.definition}-{body.number}" in self.kept:
            said.append(f"Another Document with the given value(s) {body.number}  already exists")
        return said or list(self._check_sources(body))

    def _find_problems_of_change(self, body: PurchasingChange) -> list[str]:
        kept = self.kept.get(body.document_id)
        if kept is None:
            return [f"Cannot find podocument with key '{body.document_id}'."]
        if kept.document.state in _FIXED:
            return [f"Document '{body.document_id}' is {kept.document.state} and cannot be changed."]
        changed = (line.line_no for line in body.lines if isinstance(line, PurchasingLineChange))
        missing = (no + 1 for no in changed if no >= len(kept.lines))
        return [
            *self._check_lines(body.lines),
            *(f"Document '{body.document_id}' has no line {no}." for no in missing),
        ]

    def create(self, body: NewPurchasing, entity: str) -> str:
        """Keep what was checked, count what it converts, and give its document id."""
        definition = self._find_definition(body.definition)
        assert definition is not None
        number = body.number or f"{definition.sequence}{next(self._numbers):04d}"
        document_id = f"{body.definition}-{number}"
        document = PurchasingDocument(
            record_no=next(self._document_nos),
            document_id=document_id,
            number=number,
            definition=body.definition,
            state=body.state or ("Closed" if definition.posts_to == "A" else "Pending"),
            vendor_id=body.vendor_id,
            created_from=body.created_from or "",
            reference=body.reference or "",
            vendor_number=body.vendor_number or "",
            message=body.message or "",
            date=body.date,
            due_date=body.due_date,
            total=None,
            currency=body.currency.code if body.currency else "",
            bill_no=None,
            modified=self._clock(),
        )
        made = Kept(
            document=document,
            lines=(),
            places={},
            subtotals={},
            entity=entity,
            term=body.term or "",
            at=self._clock(),
        )
        self._put(self._add_lines(made, body.lines), body.subtotals)
        self._convert(body)
        return document_id

    def change(self, body: PurchasingChange) -> str:
        """Change what was checked: what the body does not name stays."""
        kept = self.kept[body.document_id]
        named = {name: getattr(body, name) for name in _ALIKE if getattr(body, name) is not None}
        document = replace(kept.document, **named, modified=self._clock())
        lines, places = list(kept.lines), dict(kept.places)
        for change in (line for line in body.lines if isinstance(line, PurchasingLineChange)):
            line = change_line(lines[change.line_no], change)
            lines[change.line_no] = line
            places[line.record_no] = {**places[line.record_no], **list_places(change)}
        kept = replace(kept, document=document, lines=tuple(lines), places=places)
        added = [line for line in body.lines if isinstance(line, NewPurchasingLine)]
        self._put(self._add_lines(kept, added), body.subtotals)
        return body.document_id

    def _put(self, kept: Kept, subtotals: Sequence[Subtotal]) -> None:
        """Keep it with these of its subtotals anew, totalled in cents line by line."""
        charges = {**kept.subtotals, **{each.description: each.total for each in subtotals}}
        amounts = ((line.quantity or Decimal(0)) * (line.price or Decimal(0)) for line in kept.lines)
        total = sum((amount.quantize(_CENT) for amount in amounts), start=Decimal(0)) + sum(charges.values())
        document = replace(kept.document, total=total)
        self.kept[document.document_id] = replace(kept, document=document, subtotals=charges)

    def _add_lines(self, kept: Kept, new: Sequence[NewPurchasingLine]) -> Kept:
        lines, places = list(kept.lines), dict(kept.places)
        for line_no, line in enumerate(new, len(lines)):
            made = self._make_line(kept.document, line_no, line)
            lines.append(made)
            places[made.record_no] = list_places(line)
        return replace(kept, lines=tuple(lines), places=places)

    def _make_line(
        self, document: PurchasingDocument, line_no: int, new: NewPurchasingLine
    ) -> PurchasingLine:
        item = self._find_item(new.item_id)
        assert item is not None
        unit = new.unit or item.base_unit
        cost = (item.standard_cost or Decimal(0)) * self._list_units(item)[unit]
        return PurchasingLine(
            record_no=next(self._line_nos),
            document_no=document.record_no,
            document_id=document.document_id,
            line_no=line_no,
            item_id=new.item_id,
            description=new.description or item.name,
            quantity=new.quantity,
            converted=Decimal(0),
            remaining=new.quantity,
            unit=unit,
            price=cost if new.price is None else new.price,
            memo=new.memo or "",
            source_line=new.source_line or new.source_document_line,
        )

    def _convert(self, body: NewPurchasing) -> None:
        """Count what the lines take of their sources, and settle the states of these."""
        for key, taken in self._count_taken(body).items():
            source, place = self._find_line(key)
            line = source.lines[place]
            left = replace(
                line,
                converted=(line.converted or Decimal(0)) + taken,
                remaining=(line.remaining or Decimal(0)) - taken,
            )
            lines = (*source.lines[:place], left, *source.lines[place + 1 :])
            self.kept[source.document.document_id] = replace(source, lines=lines)
        for document_id in list_sources(body):
            source = self.kept[document_id]
            definition = self._find_definition(source.document.definition)
            stays = definition is not None and definition.conversion == "Leave Transaction Open"
            is_left = stays and any(line.remaining for line in source.lines)
            state = "Partially Converted" if is_left else "Converted"
            document = replace(source.document, state=state, modified=self._clock())
            self.kept[document_id] = replace(source, document=document)

    def _check_lines(self, lines: Iterable[NewPurchasingLine | PurchasingLineChange]) -> Iterator[str]:
        for line in lines:
            item = self._find_item(line.item_id or "")
            if item is None and line.item_id is not None:
                yield f"Invalid Item '{line.item_id}' specified."
            if item is not None and line.unit is not None and line.unit not in self._list_units(item):
                yield "Missing unit"
            if item and (item.has_serials or item.has_lots or item.has_bins or item.has_expiration):
                yield f"Missing details for Item '{line.item_id}'"  # no line of ours has any
            if item is not None and item.item_type == "Inventory" and not line.warehouse_id:
                yield "Required field WAREHOUSEID is missing"

    def _check_sources(self, body: NewPurchasing) -> Iterator[str]:
        for document_id in list_sources(body):
            source = self.kept.get(document_id)
            if source is None:
                yield f"Invalid source document '{document_id}' specified."
            elif source.document.vendor_id != body.vendor_id:
                yield f"Source document '{document_id}' is of vendor '{source.document.vendor_id}'."
            elif source.document.state not in _CONVERTIBLE:
                yield f"Source document '{document_id}' is {source.document.state} and cannot be converted."
        known = {line.record_no: line.remaining or 0 for each in self.kept.values() for line in each.lines}
        wanted = {line.source_line or line.source_document_line for line in body.lines} - {None}
        yield from (f"Invalid source line '{key}' specified." for key in wanted - known.keys())
        if wanted <= known.keys():
            for key, taken in self._count_taken(body).items():
                if taken > known[key]:
                    yield f"{taken} of line {key} cannot be converted; {known[key]} remain."

    def _count_taken(self, body: NewPurchasing) -> dict[int, Decimal]:
        """What the lines take of each source line, in the unit of that line."""
        taken: dict[int, Decimal] = {}
        for line in body.lines:
            key = line.source_line or line.source_document_line
            item = self._find_item(line.item_id)
            if key is not None and item is not None:
                source, place = self._find_line(key)
                units = self._list_units(item)
                factor = units[line.unit or item.base_unit] / units[source.lines[place].unit]
                taken[key] = taken.get(key, Decimal(0)) + line.quantity * factor
        return taken

    def _find_line(self, key: int) -> tuple[Kept, int]:
        """The transaction that has this line, and where."""
        ((kept, place),) = (
            (each, place)
            for each in self.kept.values()
            for place, line in enumerate(each.lines)
            if line.record_no == key
        )
        return kept, place

    def _find_definition(self, name: str) -> PurchasingDefinition | None:
        return next((each for each in self._list(PurchasingDefinition) if each.name == name), None)

    def _find_item(self, item_id: str) -> Item | None:
        return next((each for each in self._list(Item) if each.item_id == item_id), None)

    def _list_units(self, item: Item) -> dict[str, Decimal]:
        """The units an item may be bought in, each with how many base units it is."""
        groups = {each.record_no for each in self._list(UnitGroup) if each.name == item.unit_group}
        units = (each for each in self._list(Unit) if each.group_no in groups)
        return {item.base_unit: Decimal(1)} | {each.unit: each.factor or Decimal(1) for each in units}

    def _list(self, kind: type[_K]) -> Iterator[_K]:
        return (each for each in self._look() if isinstance(each, kind))


def _list_subtotals(kept: Kept) -> Iterator[PurchasingSubtotal]:
    document_no = kept.document.record_no
    for n, (description, total) in enumerate(kept.subtotals.items()):
        yield PurchasingSubtotal(
            record_no=100 * document_no + n, document_no=document_no, description=description, total=total
        )
