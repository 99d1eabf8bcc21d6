"""The 810 invoice: X12 set 810, versions 003040 to 005010 alike, as a typed document."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ml_connector.edi.documents.parts import (
    Adjustment,
    DatedQualifier,
    Loop,
    Party,
    Reference,
    Tax,
    Terms,
    divide_parties,
    read_adjustment,
    read_dated_qualifier,
    read_party,
    read_reference,
    read_tax,
    read_terms,
)
from ml_connector.edi.documents.reading import ElementReader, Reading
from ml_connector.edi.elements import EXACT
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Segment

#: BIG07 codes of a credit: credit memo, credit invoice, credit note.
CREDIT_TYPES = frozenset({"CR", "CN", "CG"})
#: Price bases (element 639) that say how many units a price is for, as a power of ten. Most codes
#: (WE wholesale, NT net …) are kinds of price and never divide, nor does a code not listed.
PRICE_BASES = {"HP": 2, "HU": 2, "C": 2, "TH": 3}

_SEGMENT_ID = re.compile(r"[A-Z][A-Z0-9]{1,2}")
#: Where free text stands.
_TEXT_ELEMENTS = {"NTE": 2, "MSG": 1, "MTX": 2}


class InvoiceKind(StrEnum):
    """Which way an invoice goes: what we owe, or what we are owed back."""

    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductId:
    """One of the numbers of an item; the qualifier is "" where the sender gave none."""

    qualifier: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """IT1 and what follows it, with quantities and prices as sent."""

    position: int  #: among the lines, from 1
    segment: int  #: of the IT1 inside the set
    number: str  #: IT101, empty in half of real traffic
    quantity: Decimal | None
    unit: str
    price: Decimal | None
    basis: str  #: IT105
    product_ids: tuple[ProductId, ...]
    description: str
    adjustments: tuple[Adjustment, ...]
    taxes: tuple[Tax, ...]
    references: tuple[Reference, ...]

    @property
    def extension(self) -> Decimal | None:
        """Quantity times price, exact; divided only where the price basis is known to be per hundred or thousand."""
        if self.quantity is None or self.price is None:
            return None
        return EXACT.scaleb(EXACT.multiply(self.quantity, self.price), -PRICE_BASES.get(self.basis, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An 810. Texts are "" and values None where the sender gave nothing (or nothing readable: see the findings)."""

    number: str  #: BIG02
    date: dt.date | None
    order_number: str
    order_date: dt.date | None
    release: str
    type_code: str  #: BIG07
    purpose: str  #: BIG08
    kind: InvoiceKind
    currency: str | None
    parties: tuple[Party, ...]  #: of the whole invoice
    references: tuple[Reference, ...]
    terms: tuple[Terms, ...]
    dates: tuple[DatedQualifier, ...]
    lines: tuple[InvoiceLine, ...]
    adjustments: tuple[Adjustment, ...]  #: of the whole invoice
    taxes: tuple[Tax, ...]  #: of the whole invoice
    total: Decimal  #: TDS01, with the sign as sent; `Arithmetic.total` says what is owed
    discountable: Decimal | None  #: TDS02, subject to terms discount
    discounted: Decimal | None  #: TDS03
    discount: Decimal | None  #: TDS04
    notes: tuple[str, ...]
    declared_lines: int | None  #: CTT01


def parse_invoice(transaction: Transaction) -> Reading[Invoice]:
    """The invoice in a set 810, read as far as possible, and the findings of its contents.

    The findings of the set itself are the transaction's. The document is None only where the set
    is no 810 or has no BIG or no readable total; an error finding says so. An amount beyond
    what books keep is a hold (AMOUNT_TOO_LARGE) and stands in the document as sent.
    """
    reader = ElementReader(transaction.interchange.date)
    start = transaction.segments[0]
    if transaction.set_code != "810":
        reader.report(Code.NOT_AN_INVOICE, f"Set {transaction.set_code!r} is not an 810", start, 1)
        return Reading(document=None, findings=tuple(reader.findings))
    _report_malformed_tags(transaction.segments, reader)
    whole, lines = _divide(transaction.segments)
    big, tds = _find_single("BIG", whole, reader), _find_single("TDS", whole, reader)
    total = reader.read_implied(tds, 1) if tds else None
    if big is None:
        reader.report(Code.BIG_MISSING, "The invoice has no BIG, so no number and no date", start)
    if total is None:
        reader.report(Code.TDS_MISSING, "The invoice has no total that can be read in TDS01", tds or start)
    document = None
    if big and tds and total is not None:
        read_lines = tuple(_read_line(line, position, reader) for position, line in enumerate(lines, 1))
        document = _read_invoice(whole, big, tds, total, read_lines, reader)
    return Reading(document=document, findings=tuple(reader.findings))


def _divide(segments: tuple[Segment, ...]) -> tuple[Loop, list[list[Segment]]]:
    """What is about the whole invoice, and the lines, each from its IT1 on.

    The summary begins at TDS: a SAC or TXI after it is the whole invoice's, not the last line's.
    """
    whole: list[Segment] = []
    lines: list[list[Segment]] = []
    current = whole
    for segment in segments:
        if segment.tag == "IT1":
            current = []
            lines.append(current)
        elif segment.tag == "TDS":
            current = whole
        current.append(segment)
    return divide_parties(whole), lines


def _report_malformed_tags(segments: tuple[Segment, ...], reader: ElementReader) -> None:
    malformed = [segment for segment in segments if not _SEGMENT_ID.fullmatch(segment.tag)]
    if malformed:
        name, count = malformed[0].tag[:20], len(malformed)
        message = f"{name!r} is no segment id ({count} such): look for a delimiter inside the data before it"
        reader.report(Code.SEGMENT_ID, message, malformed[0])


def _find_single(tag: str, whole: Loop, reader: ElementReader) -> Segment | None:
    found = whole.pick(tag)
    if len(found) > 1:
        reader.report(Code.SEGMENT_REPEATED, f"{tag} occurs {len(found)} times, the first was read", found[1])
    return found[0] if found else None


def _read_invoice(
    whole: Loop,
    big: Segment,
    tds: Segment,
    total: Decimal,
    lines: tuple[InvoiceLine, ...],
    reader: ElementReader,
) -> Invoice:
    _report_missing(big, reader)
    type_code = big.element(7)
    return Invoice(
        number=big.element(2).strip(" "),
        date=reader.read_date(big, 1),
        order_number=big.element(4),
        order_date=reader.read_date(big, 3),
        release=big.element(5),
        type_code=type_code,
        purpose=big.element(8),
        kind=InvoiceKind.CREDIT if type_code in CREDIT_TYPES or total < 0 else InvoiceKind.DEBIT,
        currency=next((text for segment in whole.pick("CUR") if (text := segment.element(2))), None),
        parties=tuple(map(read_party, whole.parties)),
        references=tuple(map(read_reference, whole.pick("REF"))),
        terms=tuple(read_terms(segment, reader) for segment in whole.pick("ITD")),
        dates=tuple(read_dated_qualifier(segment, reader) for segment in whole.pick("DTM")),
        lines=lines,
        adjustments=tuple(read_adjustment(segment, reader) for segment in whole.pick("SAC")),
        taxes=tuple(read_tax(segment, reader) for segment in whole.pick("TXI")),
        total=total,
        discountable=reader.read_implied(tds, 2),
        discounted=reader.read_implied(tds, 3),
        discount=reader.read_implied(tds, 4),
        notes=_read_notes(whole),
        declared_lines=_read_declared_lines(whole, len(lines), reader),
    )


def _report_missing(big: Segment, reader: ElementReader) -> None:
    if not big.element(2).strip(" "):
        reader.report(Code.NUMBER_MISSING, "BIG02, the invoice number, is empty", big, 2)
    if not big.element(1).strip("0 "):
        reader.report(Code.DATE_MISSING, "BIG01, the invoice date, is empty", big, 1)


def _read_notes(whole: Loop) -> tuple[str, ...]:
    texts = (segment.element(number) for tag, number in _TEXT_ELEMENTS.items() for segment in whole.pick(tag))
    return tuple(filter(None, texts))


def _read_declared_lines(whole: Loop, count: int, reader: ElementReader) -> int | None:
    declared = None
    for ctt in whole.pick("CTT")[:1]:
        declared = reader.read_count(ctt, 1)
        if declared not in (None, count):
            reader.report(Code.CTT01_COUNT, f"CTT01 says {declared} lines, there are {count}", ctt, 1)
    return declared


def _read_line(segments: list[Segment], position: int, reader: ElementReader) -> InvoiceLine:
    it1, loop = segments[0], divide_parties(segments)
    line = InvoiceLine(
        position=position,
        segment=it1.position,
        number=it1.element(1),
        quantity=reader.read_real(it1, 2),
        unit=it1.element(3),
        price=reader.read_real(it1, 4),
        basis=it1.element(5),
        product_ids=_read_product_ids(it1),
        description=" ".join(filter(None, (segment.element(5) for segment in _pick_of_line("PID", loop)))),
        adjustments=tuple(read_adjustment(segment, reader) for segment in loop.pick("SAC")),
        taxes=tuple(read_tax(segment, reader) for segment in loop.pick("TXI")),
        references=tuple(map(read_reference, _pick_of_line("REF", loop))),
    )
    if line.extension is None:
        reader.report(
            Code.LINE_INCOMPLETE, f"Line {position} has no quantity or no price and is not counted", it1
        )
    else:
        reader.check_size(line.extension, it1, 4)
    return line


def _pick_of_line(tag: str, line: Loop) -> Sequence[Segment]:
    """The segments with that tag, but for those after an SLN, which are a component's."""
    components = line.pick("SLN")
    if not components:
        return line.pick(tag)
    return [segment for segment in line.pick(tag) if segment.position < components[0].position]


def _read_product_ids(it1: Segment) -> tuple[ProductId, ...]:
    """Pairs of qualifier and value from element 06 on; pairs without a value are skipped."""
    pairs = zip(it1.elements[5::2], it1.elements[6::2], strict=False)
    return tuple(
        ProductId(qualifier=one.rstrip(" "), id=text) for one, other in pairs if (text := other.rstrip(" "))
    )
