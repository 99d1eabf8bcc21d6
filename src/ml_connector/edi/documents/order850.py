"""The purchase order: X12 set 850, versions 003040 to 006020 alike, as a typed document."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum

from msgspec.structs import asdict

from ml_connector.edi.documents.loops import divide_sections, find_header
from ml_connector.edi.documents.order_checks import (
    check_complete,
    check_hash_total,
    check_lines,
    check_number,
    check_parts,
    check_total,
    read_declared_lines,
    read_total,
)
from ml_connector.edi.documents.order_details import SUMMARY, OrderHeader, read_header, read_purpose
from ml_connector.edi.documents.order_lines import OrderLine, read_order_line
from ml_connector.edi.documents.reading import ElementReader, Reading
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element

#: BEG02 codes of a frame that later orders draw on, and of an order that draws on one.
BLANKET_TYPES = frozenset({"BK", "BE"})
RELEASE_TYPES = frozenset({"RL", "RE"})


class OrderKind(StrEnum):
    """What an order commits to."""

    STANDARD = "standard"
    BLANKET = "blanket"  #: a frame: quantities and prices may be missing
    RELEASE = "release"  #: a part of a frame, told from its other parts by the release number


class Order(OrderHeader, frozen=True, kw_only=True, gc=False):
    """An 850 (or a grocery order). Texts are "" and values None where the sender gave nothing readable."""

    number: str  #: BEG03
    release: str  #: BEG04
    date: dt.date | None
    purpose: str  #: BEG01, see `Purpose`; "" is an original
    type_code: str  #: BEG02
    kind: OrderKind
    contract: str  #: BEG06
    lines: tuple[OrderLine, ...]
    total: Decimal | None  #: AMT02 of the summary
    declared_lines: int | None  #: CTT01


def parse_order(transaction: Transaction) -> Reading[Order]:
    """The order in a set 850, read as far as possible, and the findings of its contents.

    The findings of the set itself are the transaction's. The document is None only where the set
    is no 850 or has no BEG; an error finding says so.
    """
    reader = ElementReader(transaction)
    beg = find_header(transaction, "850", "BEG", reader)
    document = _read_order(beg, reader) if beg else None
    return Reading(document=document, findings=reader.findings)


def _read_order(beg: Row, reader: ElementReader) -> Order:
    rows, sections, ends = divide_sections(reader.rows, "PO1", SUMMARY)
    header = read_header(rows, reader)
    lines = tuple([read_order_line(section, n, reader) for n, section in enumerate(sections, 1)])
    total, amount = read_total(ends, sections, reader)
    order = Order(
        **asdict(header),
        number=get_element(beg, 3).strip(" "),
        release=get_element(beg, 4),
        date=reader.read_date(beg, 5),
        purpose=read_purpose(beg, reader),
        type_code=get_element(beg, 2),
        kind=find_kind(get_element(beg, 2)),
        contract=get_element(beg, 6),
        lines=lines,
        total=total,
        declared_lines=read_declared_lines(ends, len(lines), reader),
    )
    check_order(order, beg, reader)
    for line in lines:
        check_parts(line, reader)
    check_hash_total(ends, [line.quantity for line in lines], reader)
    if total is not None and amount is not None:
        check_total(total, (amount, 2), header, lines, reader)
    return order


def find_kind(type_code: str) -> OrderKind:
    """What an order of that type commits to."""
    if type_code in BLANKET_TYPES:
        return OrderKind.BLANKET
    return OrderKind.RELEASE if type_code in RELEASE_TYPES else OrderKind.STANDARD


def check_order(order: Order, head: Row, reader: ElementReader) -> None:
    """Report what an order cannot do without."""
    check_number(order.number, head, reader)
    if order.kind is OrderKind.RELEASE and not order.release:
        message = f"Order {order.number} is a release ({order.type_code}) and has no release number"
        reader.report(Code.RELEASE_MISSING, message, head, 4)
    check_lines(order.number, order.purpose, order.lines, head, reader)
    if order.kind is not OrderKind.BLANKET:
        check_complete(order.lines, reader)
