"""The 812 credit or debit adjustment: an amount between the partners, with its reasons and the items it is about."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from ml_connector.edi.documents.coded import Purpose
from ml_connector.edi.documents.items import ProductId, read_product_ids
from ml_connector.edi.documents.layouts import CENTS, DATE, REAL, TEXT, Values
from ml_connector.edi.documents.loops import (
    Section,
    check_code,
    divide_loops,
    divide_sections,
    find_header,
    read_description,
    read_notes,
)
from ml_connector.edi.documents.parts import (
    Adjustment,
    DatedQualifier,
    Party,
    Reference,
    Tax,
    Terms,
    read_adjustment,
    read_currency,
    read_dates,
    read_party,
    read_references,
    read_tax,
    read_terms,
)
from ml_connector.edi.documents.reading import ElementReader, Reading
from ml_connector.edi.documents.remittance_codes import Direction
from ml_connector.edi.documents.sums import add, describe_attempts, explain_sum
from ml_connector.edi.elements import EXACT, round_to_cents
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element

_LOOPS = {"N1": frozenset({"N2", "N3", "N4", "N9", "REF", "PER", "COM"})}
_HEAD = Values(DATE, TEXT, TEXT, CENTS, TEXT, DATE, TEXT, TEXT, DATE, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT)
_LINE = Values(TEXT, TEXT, TEXT, CENTS, TEXT, TEXT, REAL, TEXT, REAL, TEXT, REAL, TEXT, REAL, TEXT)


class CreditLine(Struct, frozen=True, kw_only=True, gc=False):
    """CDD and what follows it."""

    position: int  #: among the lines, from 1
    segment: int  #: of the CDD inside the set
    reason: str  #: CDD01, see `AdjustmentReason`
    direction: str  #: CDD02, see `Direction`
    number: str  #: CDD03
    amount: Decimal | None  #: CDD04, as sent
    quantity: Decimal | None  #: CDD07, credited or debited
    unit: str
    price_difference: Decimal | None  #: CDD09, per unit
    price_code: str
    price: Decimal | None  #: CDD11
    product_ids: tuple[ProductId, ...]
    description: str  #: PID05 and CDD14
    references: tuple[Reference, ...]  #: of N9 and REF
    dates: tuple[DatedQualifier, ...]
    adjustments: tuple[Adjustment, ...]
    taxes: tuple[Tax, ...]
    notes: tuple[str, ...]

    @property
    def value(self) -> Decimal | None:
        """The amount, or where there is none, the quantity times the difference in price, exact."""
        if self.amount is not None:
            return self.amount
        if self.quantity is None or self.price_difference is None:
            return None
        return EXACT.multiply(self.quantity, self.price_difference)


class CreditAdjustment(Struct, frozen=True, kw_only=True, gc=False):
    """An 812. Whether it lowers or raises what we owe depends on `direction` and on whose view the partner takes."""

    number: str  #: BCD02
    date: dt.date | None
    handling: str  #: BCD03
    amount: Decimal | None  #: BCD04, the net of all lines, as sent
    direction: str  #: BCD05, see `Direction`
    invoice_number: str  #: BCD07
    invoice_date: dt.date | None
    order_number: str  #: BCD10
    order_date: dt.date | None
    vendor_order_number: str  #: BCD08
    purpose: str  #: BCD11, see `Purpose`; "" is an original
    type_code: str  #: BCD12
    currency: str | None
    parties: tuple[Party, ...]
    references: tuple[Reference, ...]  #: of BCD13, N9 and REF
    terms: tuple[Terms, ...]
    dates: tuple[DatedQualifier, ...]
    adjustments: tuple[Adjustment, ...]
    taxes: tuple[Tax, ...]
    notes: tuple[str, ...]
    lines: tuple[CreditLine, ...]
    rule: str | None  #: which sum of the lines gives the amount; None when none does


def parse_credit_adjustment(transaction: Transaction) -> Reading[CreditAdjustment]:
    """The adjustment in a set 812, read as far as possible, and the findings of its contents.

    The document is None only where the set is no 812 or has no BCD.
    """
    reader = ElementReader(transaction)
    bcd = find_header(transaction, "812", "BCD", reader)
    document = _read_credit(bcd, reader) if bcd else None
    return Reading(document=document, findings=reader.findings)


def _read_credit(bcd: Row, reader: ElementReader) -> CreditAdjustment:
    header, sections, _ = divide_sections(reader.rows, "CDD", frozenset({"CTT", "SE"}))
    loops = divide_loops(header, _LOOPS)
    day, number, handling, amount, _, invoice_date, invoice, vendor_order, order_date, order, *rest = (
        _HEAD.read(bcd, reader)
    )
    purpose, type_code, qualifier, value, _ = rest
    _report_missing(bcd, amount, reader)
    lines = tuple([_read_line(section, n, reader) for n, section in enumerate(sections, 1)])
    stated = (Reference(qualifier, value),) if value else ()
    credit = CreditAdjustment(
        number=number.strip(" "),
        date=day,
        handling=handling,
        amount=amount,
        direction=check_code(Direction, bcd, 5, reader),
        invoice_number=invoice,
        invoice_date=invoice_date,
        order_number=order,
        order_date=order_date,
        vendor_order_number=vendor_order,
        purpose=check_code(Purpose, bcd, 11, reader) if purpose else "",
        type_code=type_code,
        currency=read_currency(reader),
        parties=tuple([read_party(loop) for loop in loops.gather("N1")]),
        references=(*stated, *read_references(loops, "N9", "REF")),
        terms=tuple([read_terms(row, reader) for row in loops.pick("ITD")]),
        dates=read_dates(loops, reader),
        adjustments=tuple([read_adjustment(row, reader) for row in loops.pick("SAC")]),
        taxes=tuple([read_tax(row, reader) for row in loops.pick("TXI")]),
        notes=read_notes(loops),
        lines=lines,
        rule=None,
    )
    return replace(credit, rule=_check_sum(credit, bcd, reader))


def _report_missing(bcd: Row, amount: Decimal | None, reader: ElementReader) -> None:
    if not get_element(bcd, 2).strip(" "):
        reader.report(Code.NUMBER_MISSING, "BCD02, the number of the adjustment, is empty", bcd, 2)
    if not get_element(bcd, 1).strip("0 "):
        reader.report(Code.DATE_MISSING, "BCD01, the date of the adjustment, is empty", bcd, 1)
    if amount is None:
        reader.report(
            Code.AMOUNT_MISSING, "BCD04, the amount of the adjustment, is empty or no amount", bcd, 4
        )


def _read_line(section: Section, position: int, reader: ElementReader) -> CreditLine:
    head, loops = section.rows[0], divide_loops(section.rows, _LOOPS)
    reason, _, number, amount, _, _, quantity, unit, difference, price_code, price, _, _, text = _LINE.read(
        head, reader
    )
    item = next(iter(loops.pick("LIN")), ())
    described = " ".join(filter(None, (read_description(loops.pick("PID")), text)))
    return CreditLine(
        position=position,
        segment=section.place,
        reason=reason,
        direction=check_code(Direction, head, 2, reader),
        number=number or get_element(item, 1),
        amount=amount,
        quantity=quantity,
        unit=unit,
        price_difference=difference,
        price_code=price_code,
        price=price,
        product_ids=read_product_ids(item, 2),
        description=described,
        references=read_references(loops, "N9", "REF"),
        dates=read_dates(loops, reader),
        adjustments=tuple([read_adjustment(row, reader) for row in loops.pick("SAC")]),
        taxes=tuple([read_tax(row, reader) for row in loops.pick("TXI")]),
        notes=read_notes(loops),
    )


def _check_sum(credit: CreditAdjustment, bcd: Row, reader: ElementReader) -> str | None:
    """The rule by which the lines give the amount. Without lines there is nothing to compare."""
    if credit.amount is None or not credit.lines:
        return None
    explained = explain_sum(credit.amount, _list_sums(credit))
    if explained.rule is None:
        message = f"BCD04 is {credit.amount}, but nothing adds up to it: {describe_attempts(explained)}"
        reader.report(Code.CREDIT_SUM, message, bcd, 4)
    return explained.rule


def _list_sums(credit: CreditAdjustment) -> Iterator[tuple[str, Decimal]]:
    """Lines against the net; senders differ in whether flags or minus signs say which way a line counts."""
    by_flag = add(
        line.value if line.direction == credit.direction else EXACT.minus(line.value)
        for line in credit.lines
        if line.value is not None
    )
    sums = {"lines by their flags": by_flag, "lines as sent": add(line.value for line in credit.lines)}
    extra = _add_extra(credit.adjustments, credit.taxes)
    for name, total in sums.items():
        yield name, round_to_cents(total)
        if extra:
            yield f"{name} + charges - allowances + taxes", round_to_cents(EXACT.add(total, extra))


def _add_extra(adjustments: Sequence[Adjustment], taxes: Sequence[Tax]) -> Decimal:
    """Charges less allowances and taxes of the whole adjustment."""
    raised = add(each.amount for each in adjustments if each.indicator == "C")
    lowered = add(each.amount for each in adjustments if each.indicator == "A")
    return add([raised, EXACT.minus(lowered), *(tax.amount for tax in taxes)])
