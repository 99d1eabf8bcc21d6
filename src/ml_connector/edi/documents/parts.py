"""The segments that several documents share: parties, references, terms, dates, adjustments and taxes."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from ml_connector.edi.documents.layouts import AMOUNT, CENTS, COUNT, DATE, REAL, TEXT, Layout, take_usual_date
from ml_connector.edi.documents.loops import Loops
from ml_connector.edi.documents.masking import PERSONAL_QUALIFIERS, mask, mask_person, may_name_person
from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.elements import is_usual_integer, take_cents, take_date
from ml_connector.edi.findings import Code
from ml_connector.edi.remembering import remember
from ml_connector.edi.segments import Row, get_element

_COUNTED_INDICATORS = ("A", "C")
_CENTURIES = ("19", "20")
_SAC_TO_AMOUNT = len(("SAC", "indicator", "code", "agency", "agency_code", "amount"))
_PLAIN_DTM = len(("DTM", "qualifier", "date"))
_DATE_FORMS = ("D8", "D6", "RD8", "RD6", "DT")
#: What no element holds, to put the segments of a loop together.
_BETWEEN_ELEMENTS, _BETWEEN_ROWS = "\x1f", "\n"


class Reference(Struct, frozen=True, gc=False):
    """REF: a number the partners know the document by."""

    qualifier: str = ""
    value: str = ""
    description: str = ""


class Party(Struct, frozen=True, kw_only=True, gc=False):
    """N1 and the segments after it."""

    role: str  #: N101, such as RI (remit to)
    name: str
    qualifier: str  #: N103, what kind of number `id` is, such as 92 (assigned by the buyer)
    id: str
    address: tuple[str, ...]  #: lines of all N3
    city: str
    state: str
    postal_code: str
    country: str
    references: tuple[Reference, ...]


class Terms(Struct, frozen=True, gc=False):
    """ITD: terms of sale."""

    type_code: str = ""
    basis_code: str = ""  #: ITD02, which date the days count from
    discount_percent: Decimal | None = None
    discount_date: dt.date | None = None
    discount_days: int | None = None
    net_date: dt.date | None = None
    net_days: int | None = None
    discount_amount: Decimal | None = None
    deferred_date: dt.date | None = None
    deferred_amount: Decimal | None = None
    deferred_percent: Decimal | None = None  #: of the invoice
    description: str = ""
    day_of_month: int | None = None


class DatedQualifier(Struct, frozen=True, kw_only=True, gc=False):
    """DTM: what happens on a date, or in a period up to `end`."""

    qualifier: str
    date: dt.date | None
    time: dt.time | None
    end: dt.date | None


class Adjustment(Struct, frozen=True, gc=False):
    """SAC: a charge or allowance. Amounts are as sent: the indicator says which way they count."""

    indicator: str = ""  #: A allowance, C charge; N, P and others do not count
    code: str = ""  #: SAC02, such as D240 (freight)
    agency: str = ""
    agency_code: str = ""
    amount: Decimal | None = None
    percent_qualifier: str = ""
    percent: Decimal | None = None
    rate: Decimal | None = None
    unit: str = ""
    quantity: Decimal | None = None
    second_quantity: Decimal | None = None
    handling: str = ""
    reference: str = ""
    option: str = ""
    description: str = ""


class Tax(Struct, frozen=True, gc=False):
    """TXI: a tax."""

    type_code: str = ""
    amount: Decimal | None = None
    percent: Decimal | None = None  #: as sent: a fraction or a percentage
    jurisdiction_qualifier: str = ""
    jurisdiction: str = ""
    exempt: str = ""  #: TXI06
    relationship: str = ""
    taxable: Decimal | None = None
    tax_id: str = ""


_TERMS = Layout(Terms, TEXT, TEXT, REAL, DATE, COUNT, DATE, COUNT, CENTS, DATE, CENTS, REAL, TEXT, COUNT)
_ADJUSTMENT = Layout(
    Adjustment,
    *(TEXT, TEXT, TEXT, TEXT, CENTS, TEXT, REAL, REAL, TEXT, REAL, REAL, TEXT, TEXT, TEXT, TEXT),
)
_TAX = Layout(Tax, TEXT, AMOUNT, REAL, TEXT, TEXT, TEXT, TEXT, AMOUNT, TEXT)


def read_party(loop: Sequence[Row]) -> Party:
    """The party of an N1 loop. The same few come in document after document, so they are remembered, but no person."""
    return _recall_party(_BETWEEN_ROWS.join(map(_BETWEEN_ELEMENTS.join, loop)))


def _make_party(sent: str) -> Party:
    loop = [row.split(_BETWEEN_ELEMENTS) for row in sent.split(_BETWEEN_ROWS)]
    _, role, name, qualifier, number, *_ = [*loop[0], "", "", "", ""]
    lines: list[str] = []
    place: Row = ()
    references: list[Reference] = []
    for row in loop:
        if row[0] == "N3":
            lines += row[1:3]
        elif row[0] == "N4":
            place = place or row
        elif row[0] == "REF":
            references.append(read_reference(row))
    _, city, state, postal_code, country, *_ = [*place, "", "", "", "", ""]
    return Party(
        role=role,
        name=name,
        qualifier=qualifier,
        id=mask_person(qualifier, number),
        address=tuple(filter(None, lines)),
        city=city,
        state=state,
        postal_code=postal_code,
        country=country,
        references=tuple(references),
    )


_recall_party = remember(_make_party, unless=may_name_person)


def read_reference(row: Row) -> Reference:
    """The reference in a segment; a social security number is masked."""
    reference = Reference(*row[1:4])
    if reference.qualifier not in PERSONAL_QUALIFIERS:
        return reference
    return replace(reference, value=mask(reference.value))


def read_references(loops: Loops, *tags: str) -> tuple[Reference, ...]:
    """The references in all segments with those tags, by default REF."""
    return tuple([read_reference(row) for row in loops.pick(*(tags or ("REF",)))])


def read_terms(row: Row, reader: ElementReader) -> Terms:
    """The terms of an ITD; negative days are reported."""
    terms = take_terms(row)
    if terms is None:
        terms = _TERMS.read(row, reader)
        report_negative_days(terms, row, reader)
    return terms


def take_terms(row: Row) -> Terms | None:
    """The same if there is nothing to report, else None."""
    return _recall_terms(_BETWEEN_ELEMENTS.join(row))


@remember
def _recall_terms(sent: str) -> Terms | None:
    try:
        terms = _TERMS.take(sent.split(_BETWEEN_ELEMENTS))
    except ValueError:
        return None
    return None if min(terms.discount_days or 0, terms.net_days or 0) < 0 else terms


def report_negative_days(terms: Terms, row: Row, reader: ElementReader) -> None:
    for days in (terms.discount_days, terms.net_days):
        if days is not None and days < 0:
            message = f"The terms in this {row[0]} have {days} days, before the date they count from"
            reader.report(Code.DAYS_NEGATIVE, message, row)


def read_dates(loops: Loops, reader: ElementReader) -> tuple[DatedQualifier, ...]:
    """The dates in all DTM."""
    return tuple([read_dated_qualifier(row, reader) for row in loops.pick("DTM")])


def read_dated_qualifier(row: Row, reader: ElementReader) -> DatedQualifier:
    """DTM02 and DTM03, and what DTM06 says in the form that DTM05 names (D8, D6, RD8, RD6, DT).

    The end of a period stands only there; the date, where DTM02 is empty.
    """
    if len(row) == _PLAIN_DTM:
        day = take_date(row[2]) or reader.read_date(row, 2)
        return DatedQualifier(qualifier=row[1], date=day, time=None, end=None)
    text, (start, end) = get_element(row, 2), _read_formatted(row, reader)
    if text:
        # Up to version 003070 the century may stand apart, in DTM05.
        century = (
            get_element(row, 5) if len(text) == len("YYMMDD") and get_element(row, 5) in _CENTURIES else ""
        )
        start = reader.read_date_text(century + text, row, 2)
    return DatedQualifier(qualifier=get_element(row, 1), date=start, time=reader.read_time(row, 3), end=end)


def take_dated_qualifier(row: Row) -> DatedQualifier:
    """A DTM with a qualifier and a date alone; raises ValueError for any other."""
    _, qualifier, text = row
    return DatedQualifier(qualifier=qualifier, date=take_usual_date(text), time=None, end=None)


def _read_formatted(row: Row, reader: ElementReader) -> tuple[dt.date | None, dt.date | None]:
    form, text = get_element(row, 5), get_element(row, 6)
    if not text:
        return None, None
    if form not in _DATE_FORMS:
        message = f"DTM05 is {form!r}, a form of date that is not known here, so {text!r} is not read"
        reader.report(Code.DATE_UNREADABLE, message, row, 5)
        return None, None
    if form.startswith("RD"):
        first, _, last = text.partition("-")
        return reader.read_date_text(first, row, 6), reader.read_date_text(last, row, 6)
    return reader.read_date_text(text[:8] if form == "DT" else text, row, 6), None


def read_adjustment(row: Row, reader: ElementReader) -> Adjustment:
    """A charge or allowance; one that should count and has no amount is reported."""
    adjustment = _ADJUSTMENT.read(row, reader)
    if adjustment.indicator in _COUNTED_INDICATORS and not get_element(row, 5):
        stated = f"{adjustment.percent} %" if adjustment.percent is not None else "no percentage"
        message = f"SAC {adjustment.indicator} {adjustment.code} has no amount in SAC05 ({stated}) and is not counted"
        reader.report(Code.ADJUSTMENT_WITHOUT_AMOUNT, message, row, 5)
    return adjustment


def take_adjustment(row: Row) -> Adjustment:
    """The same where there is nothing to report; raises ValueError where there is."""
    if len(row) == _SAC_TO_AMOUNT and is_usual_integer(row[5]):  # what most are
        _, indicator, code, agency, agency_code, amount = row
        return Adjustment(indicator, code, agency, agency_code, take_cents(amount))
    adjustment = _ADJUSTMENT.take(row)
    if adjustment.amount is None and adjustment.indicator in _COUNTED_INDICATORS:
        raise ValueError
    return adjustment


def read_tax(row: Row, reader: ElementReader) -> Tax:
    return _TAX.read(row, reader)


def take_tax(row: Row) -> Tax:
    """The same where there is nothing to report; raises ValueError where there is."""
    return _TAX.take(row)


def report_incomplete(position: int, head: Row, reader: ElementReader) -> None:
    """Report a line that cannot be extended."""
    message = f"Line {position} has no quantity or no price and is not counted"
    reader.report(Code.LINE_INCOMPLETE, message, head)


def read_currency(reader: ElementReader) -> str | None:
    """The currency that all CUR of the document name, as `name_currency` tells it."""
    return name_currency([row for row in reader.rows if row[0] == "CUR"], reader)


def name_currency(rows: Sequence[Row], reader: ElementReader) -> str | None:
    """The currency that these CUR name, in capitals; where they differ, the first, and it is reported."""
    texts = [get_element(row, 2).strip(" ").upper() for row in rows]
    if len(texts) > 1:
        texts = [*dict.fromkeys(filter(None, texts))]
    if len(texts) > 1:
        message = f"CUR02 names {' and '.join(texts)}: which of them the amounts are in is not known"
        second = next(row for row in rows if get_element(row, 2).strip(" ").upper() == texts[1])
        reader.report(Code.CURRENCIES_DIFFER, message, second, 2)
    return (texts[0] or None) if texts else None
