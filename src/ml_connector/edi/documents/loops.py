"""Dividing a set into header, lines and summary, and each of these into its loops; checks that all sets share."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from ml_connector.edi.documents.coded import Coded
from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element, is_segment_id

#: Segments between sets.
_CONTROL_TAGS = frozenset({"GS", "GE", "ISA", "IEA", "TA1"})
#: Where free text stands.
TEXT_ELEMENTS = {"NTE": 2, "MSG": 1, "MTX": 2}


class Section(Struct, frozen=True, gc=False):
    """Segments with the place of the first: a line from its head on, or all that is about the whole document."""

    place: int  #: of the first segment inside the set, ST = 1
    rows: Sequence[Row]


class Loops(Struct, frozen=True, gc=False):
    """The segments of a section by tag, with those that belong to another segment apart."""

    rows: Sequence[Row]
    #: By tag, the segments about the section itself: where each stands, up to the end of what belongs to it.
    spans: Mapping[str, Sequence[slice]]

    def pick(self, *tags: str) -> list[Row]:
        """The segments with one of those tags that are about the section itself, in order of the tags."""
        return [self.rows[span.start] for tag in tags for span in self.spans.get(tag, ())]

    def gather(self, tag: str) -> list[Sequence[Row]]:
        """Each segment with that tag and what belongs to it."""
        return [self.rows[span] for span in self.spans.get(tag, ())]


def divide_loops(rows: Sequence[Row], members: Mapping[str, frozenset[str]]) -> Loops:
    """Tell loops apart: what follows a head and is one of its members belongs to it, innermost loops undivided."""
    return Loops(rows, span_loops([row[0] for row in rows], members))


def span_loops(
    tags: Sequence[str], members: Mapping[str, frozenset[str]], first: int = 0
) -> dict[str, list[slice]]:
    """The `spans` of Loops, told from the tags from place `first` on."""
    heads: list[int] = []
    allowed: frozenset[str] = frozenset()
    for place, tag in enumerate(tags):
        if tag not in allowed:
            heads.append(place)
            allowed = members.get(tag, frozenset())
    spans: dict[str, list[slice]] = {}
    for start, end in pairwise([*heads, len(tags)]):
        spans.setdefault(tags[start], []).append(slice(first + start, first + end))
    return spans


def divide_sections(
    rows: Sequence[Row], head: str, summary: frozenset[str]
) -> tuple[list[Row], list[Section], list[Row]]:
    """Header, lines and summary of a set; a line begins at each `head`, the summary at the first of its tags."""
    header: list[Row] = []
    ends: list[Row] = []
    lines: list[Section] = []
    current = header
    for place, row in enumerate(rows, 1):
        tag = row[0]
        if tag == head:
            current = []
            lines.append(Section(place, current))
        elif tag in summary:
            current = ends
        current.append(row)
    return header, lines, ends


def find_header(transaction: Transaction, code: str, tag: str, reader: ElementReader) -> Row | None:
    """The segment a set begins with after its ST; None, with an error finding, where there is nothing to stand on."""
    start = reader.rows[0]
    if transaction.set_code != code:
        reader.report(Code.WRONG_SET, f"Set {transaction.set_code!r} is not an {code}", start, 1)
        return None
    report_malformed_tags(reader)
    found = [row for row in reader.rows if row[0] == tag]
    if not found:
        reader.report(Code.HEADER_MISSING, f"The {code} has no {tag}, so no number", start)
    return find_single(found, reader)


def report_malformed_tags(reader: ElementReader) -> None:
    """Report segments whose id is none (a delimiter may stand inside the data before them), or that no set holds."""
    wrong = {tag for tag in reader.tags if not is_segment_id(tag)}
    if wrong:
        malformed = [row for row in reader.rows if row[0] in wrong]
        name, count = malformed[0][0][:20], len(malformed)
        message = f"{name!r} is no segment id ({count} such): look for a delimiter inside the data before it"
        reader.report(Code.SEGMENT_ID, message, malformed[0])
    if not _CONTROL_TAGS.isdisjoint(reader.tags):
        inside = next(row for row in reader.rows if row[0] in _CONTROL_TAGS)
        reader.report(
            Code.CONTROL_INSIDE, f"{inside[0]} stands inside the set, so the set is not whole", inside
        )


def are_right_tags(tags: Iterable[str]) -> bool:
    """Whether all are segment ids, and none that of a control segment."""
    return all(map(is_segment_id, tags)) and _CONTROL_TAGS.isdisjoint(tags)


def find_single(found: Sequence[Row], reader: ElementReader) -> Row | None:
    """The first of segments of which there may be one; a second is reported."""
    if len(found) > 1:
        message = f"{found[0][0]} occurs {len(found)} times, the first was read"
        reader.report(Code.SEGMENT_REPEATED, message, found[1])
    return found[0] if found else None


def check_code(codes: type[Coded], row: Row, number: int, reader: ElementReader) -> str:
    """The code in an element; one that is not in the list is reported, because the document turns on it."""
    code = get_element(row, number)
    if codes.get(code) is None:
        known = ", ".join(codes)
        message = f"{row[0]}{number:02} is {code!r}, which is not known here ({known})"
        reader.report(Code.CODE_UNKNOWN, message, row, number)
    return code


def read_notes(loops: Loops) -> tuple[str, ...]:
    """The free texts of NTE, MSG and MTX."""
    rows = [(row, number) for tag, number in TEXT_ELEMENTS.items() for row in loops.pick(tag)]
    return tuple([text for row, number in rows if (text := get_element(row, number))])


def read_description(rows: Iterable[Row]) -> str:
    """The free texts of all PID."""
    return " ".join([text for row in rows if row[0] == "PID" and (text := get_element(row, 5))])
