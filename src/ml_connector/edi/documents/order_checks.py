"""Whether the quantities, counts and totals of an order agree with one another."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ml_connector.edi.documents.coded import Purpose
from ml_connector.edi.documents.loops import Section, find_single
from ml_connector.edi.documents.order_details import OrderHeader
from ml_connector.edi.documents.order_lines import OrderLine
from ml_connector.edi.documents.parts import Adjustment, report_incomplete
from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.documents.sums import add, describe_attempts, explain_sum
from ml_connector.edi.elements import EXACT, round_to_cents
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element

_SIGNS = {"C": 1, "A": -1}


def check_number(number: str, head: Row, reader: ElementReader) -> None:
    if not number:
        reader.report(Code.ORDER_NUMBER_MISSING, f"{head[0]}03, the order number, is empty", head, 3)


def check_lines(
    number: str, purpose: str, lines: Sequence[OrderLine], head: Row, reader: ElementReader
) -> None:
    """Report a document without lines; one that cancels needs none."""
    if not lines and purpose != Purpose.CANCELLATION:
        reader.report(Code.LINES_MISSING, f"Order {number} has no lines", head)


def check_parts(line: OrderLine, reader: ElementReader) -> None:
    """Compare what goes to each place, and what is due on each day, with the quantity of the line."""
    if line.shares:
        shares = [(share.quantity, share.unit) for share in line.shares]
        _check_sum(line, "SDQ", shares, Code.SDQ_QUANTITY, reader)
    if line.schedules:
        schedules = [(schedule.quantity, schedule.unit) for schedule in line.schedules]
        _check_sum(line, "SCH", schedules, Code.SCH_QUANTITY, reader)


def _check_sum(
    line: OrderLine,
    tag: str,
    parts: Sequence[tuple[Decimal | None, str]],
    code: Code,
    reader: ElementReader,
) -> None:
    quantities = [quantity for quantity, _ in parts if quantity is not None]
    if line.quantity is None or not quantities:
        return
    total, head = add(quantities), reader.rows[line.segment - 1]
    found = f"Line {line.position} is for {line.quantity} {line.unit}, its {tag} quantities make {total}"
    if all(agree(unit, line.unit) for _, unit in parts):
        if total != line.quantity:
            reader.report(code, found, head)
        return
    packs = [packing.pack for packing in line.packing if packing.pack is not None]
    if not packs:
        message = f"{found} in another unit, so they were not compared"
        reader.report(Code.UNITS_DIFFER, message, head)
    elif total != EXACT.multiply(line.quantity, packs[0]) and line.quantity != EXACT.multiply(
        total, packs[0]
    ):
        message = f"{found} in another unit, also not by the pack of {packs[0]} in PO401"
        reader.report(code, message, head)


def agree(unit: str, other: str) -> bool:
    """Whether two units are the same as far as they are given."""
    return unit == other or not unit or not other


def check_complete(lines: Iterable[OrderLine], reader: ElementReader) -> None:
    """Report each line that lacks its quantity or price."""
    for line in lines:
        if line.extension is None:
            report_incomplete(line.position, reader.rows[line.segment - 1], reader)


def read_declared_lines(ends: Sequence[Row], count: int, reader: ElementReader) -> int | None:
    """CTT01, compared with the number of lines."""
    ctt = find_single([row for row in ends if row[0] == "CTT"], reader)
    declared = reader.read_count(ctt, 1) if ctt else None
    if ctt and declared not in (None, count):
        reader.report(Code.CTT01_COUNT, f"CTT01 says {declared} lines, there are {count}", ctt, 1)
    return declared


def check_hash_total(
    ends: Sequence[Row], quantities: Sequence[Decimal | None], reader: ElementReader
) -> None:
    """Compare CTT02 with the sum of the quantities of all lines; a stub without quantity leaves nothing to compare."""
    for ctt in [row for row in ends if row[0] == "CTT"][:1]:
        declared, total = reader.read_real(ctt, 2), add(quantities)
        if None not in (declared, *quantities) and declared != total:
            message = f"CTT02 says {declared}, the quantities of the lines make {total}"
            reader.report(Code.CTT02_TOTAL, message, ctt, 2)


def read_total(
    ends: Sequence[Row], sections: Sequence[Section], reader: ElementReader
) -> tuple[Decimal | None, Row | None]:
    """The total of the summary and its AMT: TT (all of it) before 1 (lines only).

    Where no CTT opens the summary, an AMT*TT after the last line is the document's, not that line's.
    """
    if sections and not any(row[0] == "CTT" for row in ends):
        ends = [row for row in sections[-1].rows if get_element(row, 1) == "TT"]
    amounts = {get_element(row, 1): row for row in reversed(ends) if row[0] == "AMT"}
    row = amounts.get("TT", amounts.get("1"))
    return (reader.read_amount(row, 2), row) if row else (None, None)


def check_total(
    total: Decimal,
    place: tuple[Row, int],
    header: OrderHeader,
    lines: Sequence[OrderLine],
    reader: ElementReader,
) -> None:
    """Report a total that no convention explains, with what was tried; lines without extension explain nothing."""
    if any(line.extension is None for line in lines):
        return
    rounded = ((rule, round_to_cents(amount)) for rule, amount in _list_attempts(header, lines))
    explanation = explain_sum(round_to_cents(total), rounded)
    if explanation.rule is None:
        row, number = place
        tried = describe_attempts(explanation)
        message = f"{row[0]}{number:02} says {total}, which nothing explains ({tried})"
        reader.report(Code.ORDER_TOTAL, message, row, number)


def _list_attempts(header: OrderHeader, lines: Sequence[OrderLine]) -> Iterator[tuple[str, Decimal]]:
    """What each convention gives, the commonest first."""
    extensions = [line.extension for line in lines if line.extension is not None]
    goods = add(extensions)
    yield "lines", goods
    yield "lines rounded by sender", add(map(round_to_cents, extensions))
    places: list[OrderHeader | OrderLine] = [header, *lines]
    charged = EXACT.add(goods, add(_sign(each) for place in places for each in place.adjustments))
    yield "lines+charges-allowances", charged
    taxes = add(tax.amount for place in places for tax in place.taxes)
    yield "lines+charges-allowances+taxes", EXACT.add(charged, taxes)


def _sign(adjustment: Adjustment) -> Decimal:
    """What a charge or allowance adds to the total."""
    return EXACT.multiply(adjustment.amount or Decimal(0), Decimal(_SIGNS.get(adjustment.indicator, 0)))
