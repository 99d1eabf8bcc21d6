"""The segments that several documents share: parties, references, terms, dates, adjustments and taxes."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Segment

#: The segments that follow an N1 and belong to it.
_PARTY_TAGS = frozenset({"N2", "N3", "N4", "REF", "PER", "DMG"})
_COUNTED_INDICATORS = ("A", "C")
_CENTURIES = ("19", "20")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """REF: a number the partners know the document by."""

    qualifier: str
    value: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """ITD: terms of sale."""

    type_code: str
    basis_code: str  #: ITD02, which date the days count from
    discount_percent: Decimal | None
    discount_date: dt.date | None
    discount_days: int | None
    net_date: dt.date | None
    net_days: int | None
    discount_amount: Decimal | None
    deferred_date: dt.date | None
    deferred_amount: Decimal | None
    description: str
    day_of_month: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedQualifier:
    """DTM: what happens on a date, or in a period up to `end`."""

    qualifier: str
    date: dt.date | None
    time: dt.time | None
    end: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """SAC: a charge or allowance. Amounts are as sent: the indicator says which way they count."""

    indicator: str  #: A allowance, C charge; N, P and others do not count
    code: str  #: SAC02, such as D240 (freight)
    agency: str
    agency_code: str
    amount: Decimal | None
    percent_qualifier: str
    percent: Decimal | None
    rate: Decimal | None
    unit: str
    quantity: Decimal | None
    handling: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """TXI: a tax."""

    type_code: str
    amount: Decimal | None
    percent: Decimal | None  #: as sent: a fraction or a percentage
    exempt: str  #: TXI06
    tax_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """The segments of a document or line, by tag; those of its parties apart."""

    own: Mapping[str, Sequence[Segment]]
    parties: Sequence[Sequence[Segment]]  #: each from its N1 on

    def pick(self, tag: str) -> Sequence[Segment]:
        """The segments with that tag, in order."""
        return self.own.get(tag, ())


def divide_parties(segments: Iterable[Segment]) -> Loop:
    """Tell the N1 loops from the rest: N2, N3, N4, REF, PER and DMG after an N1 are the party's."""
    own: dict[str, list[Segment]] = {}
    parties: list[list[Segment]] = []
    inside = False
    for segment in segments:
        if segment.tag == "N1":
            inside = True
            parties.append([segment])
        elif inside and segment.tag in _PARTY_TAGS:
            parties[-1].append(segment)
        else:
            inside = False
            own.setdefault(segment.tag, []).append(segment)
    return Loop(own=own, parties=parties)


def read_party(loop: Sequence[Segment]) -> Party:
    """The party of an N1 loop."""
    head = loop[0]
    place = next((segment for segment in loop if segment.tag == "N4"), None)
    lines = (segment.element(number) for segment in loop if segment.tag == "N3" for number in (1, 2))
    city, state, postal_code, country = (place.element(number) if place else "" for number in (1, 2, 3, 4))
    return Party(
        role=head.element(1),
        name=head.element(2),
        qualifier=head.element(3),
        id=head.element(4),
        address=tuple(filter(None, lines)),
        city=city,
        state=state,
        postal_code=postal_code,
        country=country,
        references=tuple(read_reference(segment) for segment in loop if segment.tag == "REF"),
    )


def read_reference(segment: Segment) -> Reference:
    return Reference(qualifier=segment.element(1), value=segment.element(2), description=segment.element(3))


def read_terms(segment: Segment, reader: ElementReader) -> Terms:
    return Terms(
        type_code=segment.element(1),
        basis_code=segment.element(2),
        discount_percent=reader.read_real(segment, 3),
        discount_date=reader.read_date(segment, 4),
        discount_days=reader.read_count(segment, 5),
        net_date=reader.read_date(segment, 6),
        net_days=reader.read_count(segment, 7),
        discount_amount=reader.read_implied(segment, 8),
        deferred_date=reader.read_date(segment, 9),
        deferred_amount=reader.read_implied(segment, 10),
        description=segment.element(12),
        day_of_month=reader.read_count(segment, 13),
    )


def read_dated_qualifier(segment: Segment, reader: ElementReader) -> DatedQualifier:
    """DTM02 and DTM03, or where DTM02 is empty, DTM06 in the form that DTM05 names (D8, D6, RD8, RD6, DT)."""
    text, end = segment.element(2), None
    if not text:
        start, end = _read_formatted(segment, reader)
    else:
        # Up to version 003070 the century may stand apart, in DTM05.
        century = (
            segment.element(5) if len(text) == len("YYMMDD") and segment.element(5) in _CENTURIES else ""
        )
        start = reader.read_date_text(century + text, segment, 2)
    return DatedQualifier(
        qualifier=segment.element(1), date=start, time=reader.read_time(segment, 3), end=end
    )


def _read_formatted(segment: Segment, reader: ElementReader) -> tuple[dt.date | None, dt.date | None]:
    form, text = segment.element(5), segment.element(6)
    if form.startswith("RD"):
        first, _, last = text.partition("-")
        return reader.read_date_text(first, segment, 6), reader.read_date_text(last, segment, 6)
    return reader.read_date_text(text[:8] if form == "DT" else text, segment, 6), None


def read_adjustment(segment: Segment, reader: ElementReader) -> Adjustment:
    """A charge or allowance; one that should count and has no amount is reported."""
    adjustment = Adjustment(
        indicator=segment.element(1),
        code=segment.element(2),
        agency=segment.element(3),
        agency_code=segment.element(4),
        amount=reader.read_implied(segment, 5),
        percent_qualifier=segment.element(6),
        percent=reader.read_real(segment, 7),
        rate=reader.read_real(segment, 8),
        unit=segment.element(9),
        quantity=reader.read_real(segment, 10),
        handling=segment.element(12),
        description=segment.element(15),
    )
    if adjustment.indicator in _COUNTED_INDICATORS and not segment.element(5):
        stated = f"{adjustment.percent} %" if adjustment.percent is not None else "no percentage"
        message = f"SAC {adjustment.indicator} {adjustment.code} has no amount in SAC05 ({stated}) and is not counted"
        reader.report(Code.ADJUSTMENT_WITHOUT_AMOUNT, message, segment, 5)
    return adjustment


def read_tax(segment: Segment, reader: ElementReader) -> Tax:
    return Tax(
        type_code=segment.element(1),
        amount=reader.read_amount(segment, 2),
        percent=reader.read_real(segment, 3),
        exempt=segment.element(6),
        tax_id=segment.element(9),
    )
