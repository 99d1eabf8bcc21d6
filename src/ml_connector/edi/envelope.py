"""Interchange, group and transaction set: what their segments say, and whether the totals agree."""

import datetime as dt
from collections.abc import Sequence

from msgspec import Struct

from ml_connector.edi.delimiters import FIXED_SIZE, Delimiters, IsaHeader
from ml_connector.edi.elements import parse_date, parse_time
from ml_connector.edi.findings import Code, Finding
from ml_connector.edi.segments import Contents, Row, Segment, Splitter, decode, trim_rows

_COUNTED = {"SE": "segments", "GE": "sets", "IEA": "groups"}
_HEADER_NUMBER = {"SE": "ST02", "GE": "GS06", "IEA": "ISA13"}


class PartyId(Struct, frozen=True, kw_only=True, gc=False):
    """Who sends or receives an interchange, without padding."""

    qualifier: str
    id: str


class Interchange(Struct, frozen=True, kw_only=True, gc=False):
    """What an ISA says. The passwords in ISA02 and ISA04 are not kept."""

    offset: int  #: of the ISA in the input; 0 when read again from slices
    delimiters: Delimiters
    sender: PartyId
    receiver: PartyId
    date: dt.date | None
    time: dt.time | None
    version: str  #: of the envelope; the version of a document is its group's
    control_number: str
    acknowledgment_requested: bool
    usage: str  #: P production, T test, I information
    findings: tuple[Finding, ...]


class Group(Struct, frozen=True, kw_only=True, gc=False):
    """What a GS says."""

    offset: int  #: of the GS in the input; 0 when read again from slices
    functional_code: str
    sender: str
    receiver: str
    date: dt.date | None
    control_number: str
    agency: str
    version: str


class InterchangeAnswer(Struct, frozen=True, kw_only=True, gc=False):
    """A TA1, which answers an interchange of ours; `parse_ta1` says what it means."""

    interchange: Interchange  #: it came in
    row: Row  #: its tag and elements
    offset: int  #: of the TA1 in the input


class Transaction(Struct, frozen=True, kw_only=True, dict=True):
    """One transaction set, ST to SE, with what is wrong with it as a set."""

    set_code: str
    control_number: str
    interchange: Interchange
    group: Group | None
    rows: Sequence[Row]  #: each segment as its tag and its elements; blanks sent at its ends may remain
    text: str  #: the set as sent, its bytes read as Latin-1, without its last terminator
    offset: int  #: of the ST in the input; 0 when read again from slices
    length: int  #: in bytes, with the terminator of the SE where there is one
    index: int  #: among the sets of the input, from 0; 0 when read again from slices
    findings: tuple[Finding, ...] = ()

    @property
    def contents(self) -> Contents:
        """The rows without the blanks that may remain, and their tags. Made when first asked for, then kept."""
        known: Contents | None = self.__dict__.get("contents")
        if known is None:
            known = trim_rows(self.rows, self.text, self.interchange.delimiters)
            self.__dict__["contents"] = known
        return known

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments without blanks around them, with their places. Made anew at each call: few readers need them."""
        return tuple(Splitter(self.interchange.delimiters).locate(self.text))


def read_interchange(header: IsaHeader, offset: int) -> Interchange:
    """The interchange an ISA opens."""
    texts = [decode(element).rstrip(" ") for element in header.elements]
    day, clock = parse_date(texts[8], None), parse_time(texts[9])
    findings = []
    if header.repaired:
        message = f"The ISA at byte {offset} is not 106 characters wide."
        if header.size == FIXED_SIZE:
            message = (
                f"ISA16 of the ISA at byte {offset} is another delimiter, so nothing separates components."
            )
        findings.append(_note_isa(Code.ISA_REPAIRED, message, offset))
    if day is None or clock is None:
        message = f"ISA09 and ISA10 of the ISA at byte {offset} are {texts[8]!r} and {texts[9]!r}, not YYMMDD and HHMM."
        findings.append(_note_isa(Code.ISA_DATE, message, offset))
    return Interchange(
        offset=offset,
        delimiters=header.delimiters,
        sender=PartyId(qualifier=texts[4], id=texts[5]),
        receiver=PartyId(qualifier=texts[6], id=texts[7]),
        date=day,
        time=clock,
        version=texts[11],
        control_number=texts[12],
        acknowledgment_requested=texts[13] == "1",
        usage=texts[14],
        findings=tuple(findings),
    )


def _note_isa(code: Code, message: str, offset: int) -> Finding:
    return Finding(code=code, message=message, offset=offset, tag="ISA")


def read_group(segment: Segment, interchange: Interchange) -> Group:
    """The group a GS opens."""
    return Group(
        offset=segment.offset,
        functional_code=segment.element(1),
        sender=segment.element(2),
        receiver=segment.element(3),
        date=parse_date(segment.element(4), interchange.date),
        control_number=segment.element(6),
        agency=segment.element(7),
        version=segment.element(8),
    )


def check_end(segments: Sequence[Segment]) -> tuple[Finding, ...]:
    """Whether the last segment is an SE, and the one of this set."""
    number, end = segments[0].element(2), segments[-1]
    if end.tag == "SE":
        return check_trailer(end, number=number, count=len(segments))
    message = f"Set {number} is cut off: {end.tag}, its segment {end.position}, is the last and no SE; ask for it again."
    return (_blame(Code.SE_MISSING, message, end),)


def check_trailer(trailer: Segment, *, number: str, count: int) -> tuple[Finding, ...]:
    """Compare SE, GE or IEA with the control number of its header and with what was counted."""
    tag = trailer.tag
    findings = []
    if not _agree(trailer.element(1), str(count)):
        message = f"{tag}01 says {trailer.element(1)!r} {_COUNTED[tag]}, there are {count}."
        findings.append(_blame(Code[f"{tag}01_COUNT"], message, trailer, 1))
    if not _agree(trailer.element(2), number):
        message = f"{tag}02 says {trailer.element(2)!r}, {_HEADER_NUMBER[tag]} says {number!r}."
        findings.append(_blame(Code[f"{tag}02_NUMBER"], message, trailer, 2))
    return tuple(findings)


def _agree(one: str, other: str) -> bool:
    """Whether two control numbers or counts are equal: as text, else without leading zeros."""
    one, other = one.strip(" "), other.strip(" ")
    return one == other or (bool(one and other) and one.lstrip("0") == other.lstrip("0"))


def _blame(code: Code, message: str, segment: Segment, element: int | None = None) -> Finding:
    return Finding(
        code=code,
        message=message,
        offset=segment.offset,
        position=segment.position or None,
        tag=segment.tag,
        element=element,
    )
