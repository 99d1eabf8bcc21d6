"""One purchasing document made from another: what may be converted, and what becomes of the source.

Documented: `createdfrom` and the lines' source keys, which definitions recall which, same vendor, sources Pending
or Partially Converted, the three ways of a definition with what is left over. Inferred: that the source's definition
chooses the way, and that more than is left cannot be converted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.ledger import Entry, change_entry, find_entry, find_keyed, find_lines
from mlc_sim.intacct.posting import wrap
from mlc_sim.intacct.problems import FunctionError
from mlc_sim.intacct.purchasing_checks import count_in_unit, price_line
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import keep_moment

_OPEN: Final = ("Pending", "Partially Converted", "Approved")
_LEAVE_OPEN: Final = "Leave Transaction Open"
_BACK_ORDER: Final = "Close Original and Create Back Order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """The lines of sources that a new document takes, each with its quantity, and the sources themselves."""

    taken: tuple[tuple[Entry, Decimal], ...] = ()
    sources: tuple[Entry, ...] = ()

    def settle(self, books: Books, now: datetime) -> Iterator[tuple[Entry, list[dict[str, str]]]]:
        """Count what was taken and set the sources' states; yields each source that needs a back order, with its lines."""
        for line, quantity in self.taken:
            _count(line, quantity, books, now)
        for source in self.sources:
            left = _list_left(source, books)
            way = (books.find("PODOCUMENTPARAMS", source.fields["DOCPARID"]) or {}).get("CONVTYPE", "")
            state = "Partially Converted" if left and way == _LEAVE_OPEN else "Converted"
            changes = {"STATE": state, "WHENMODIFIED": keep_moment(now)}
            change_entry(books, "PODOCUMENT", source, changes)
            if left and way == _BACK_ORDER:
                yield source, left


def plan_conversion(header: Fields, lines: Sequence[Fields], books: Books, settings: Settings) -> Conversion:
    """What a new document converts; nothing when it has no source. Raises FunctionError when it may not."""
    by_line = [line.get("SOURCE_DOCID") or header.get("CREATEDFROM", "") for line in lines]
    named = dict.fromkeys(each for each in (header.get("CREATEDFROM", ""), *by_line) if each)
    if len(named) > 1 and not settings.multi_source_conversion:
        raise _refuse("Conversion from several documents is not enabled for this company.")
    sources = {name: _find_source(name, header, books) for name in named}
    taken: dict[int, tuple[Entry, Decimal]] = {}
    for line, name in zip(lines, by_line, strict=True):
        if line.get("SOURCE_DOCLINEKEY"):
            entry = _find_line(line["SOURCE_DOCLINEKEY"], sources.get(name), books)
            before = taken[entry.record_no][1] if entry.record_no in taken else Decimal(0)
            taken[entry.record_no] = entry, before + _count_as(entry, line, books)
    for entry, quantity in taken.values():
        if quantity > Decimal(entry.fields["QTY_REMAINING"]):
            left = entry.fields["QTY_REMAINING"]
            raise _refuse(f"{quantity} of line {entry.record_no} cannot be converted; {left} remain.")
    return Conversion(taken=tuple(taken.values()), sources=tuple(sources.values()))


def undo_conversion(lines: Sequence[Fields], books: Books, now: datetime) -> None:
    """Give back to their sources what the lines of a document took."""
    for line in lines:
        source = find_entry(books, "PODOCUMENTENTRY", line.get("SOURCE_DOCLINEKEY", ""))
        if source is not None:
            _count(source, -_count_as(source, line, books), books, now)
            document = find_entry(books, "PODOCUMENT", str(source.parent))
            if document is not None:
                taken = (
                    Decimal(each.fields["QTY_CONVERTED"])
                    for each in find_lines(books, "PODOCUMENTENTRY", document.record_no)
                )
                state = "Partially Converted" if any(taken) else "Pending"
                changes = {"STATE": state, "WHENMODIFIED": keep_moment(now)}
                change_entry(books, "PODOCUMENT", document, changes)


def _count_as(source: Entry, line: Fields, books: Books) -> Decimal:
    """The quantity of a line in the unit of the line it is made from."""
    item = books.find("ITEM", line["ITEMID"]) or {}
    unit = line.get("UNIT") or item.get("BASEUOM", "")
    return count_in_unit(Decimal(line["QUANTITY"]), unit, source.fields["UNIT"], item, books)


def _find_source(name: str, header: Fields, books: Books) -> Entry:
    found = find_keyed(books, "PODOCUMENT", name)
    if not found:
        raise _refuse(f"Invalid source document '{name}' specified.")
    source = found[0].fields
    definition = books.find("PODOCUMENTPARAMS", header["DOCPARID"]) or {}
    if source["DOCPARID"] not in definition.get("RECALLS", "").split("#~#"):
        raise _refuse(f"{header['DOCPARID']} cannot be converted from {source['DOCPARID']}.")
    if source["CUSTVENDID"] != header["CUSTVENDID"]:
        raise _refuse(f"Source document '{name}' is of vendor '{source['CUSTVENDID']}'.")
    if source["STATE"] not in _OPEN:
        raise _refuse(f"Source document '{name}' is {source['STATE']} and cannot be converted.")
    return found[0]


def _find_line(key: str, source: Entry | None, books: Books) -> Entry:
    line = find_entry(books, "PODOCUMENTENTRY", key)
    if source is None or line is None or line.parent != source.record_no:
        where = f"of '{source.key}'" if source else "without a source document"
        raise _refuse(f"Invalid source line '{key}' {where} specified.")
    return line


def _count(line: Entry, quantity: Decimal, books: Books, now: datetime) -> None:
    converted = Decimal(line.fields["QTY_CONVERTED"]) + quantity
    remaining = Decimal(line.fields["QUANTITY"]) - converted
    changes = {"QTY_CONVERTED": str(converted), "QTY_REMAINING": str(remaining)}
    change_entry(books, "PODOCUMENTENTRY", line, {**changes, "WHENMODIFIED": keep_moment(now)})


def _list_left(source: Entry, books: Books) -> list[dict[str, str]]:
    """The lines of a document that something is left of, as lines of a back order."""
    lines = [line.fields for line in find_lines(books, "PODOCUMENTENTRY", source.record_no)]
    left = [line for line in lines if Decimal(line["QTY_REMAINING"])]
    system = {"LINE_NO", "QTY_CONVERTED", "QTY_REMAINING", "TOTAL"}
    return [
        price_line(
            {name: value for name, value in line.items() if name not in system}
            | {"QUANTITY": line["QTY_REMAINING"]},
            books,
        )
        for line in left
    ]


def _refuse(text: str) -> FunctionError:
    return FunctionError(refuse(text), wrap("podocument"))
