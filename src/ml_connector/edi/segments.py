"""From the text of a transaction set to its segments: split first, strip control characters afterwards."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import AnyStr, NamedTuple

from msgspec import Struct

from ml_connector.edi.delimiters import Delimiters
from ml_connector.edi.findings import Code, Finding

#: What the reader takes; an invoice of 5,000 lines has about 50,000 segments in 2 MB.
LARGEST_SET = 16 * 1024 * 1024
MOST_SEGMENTS = 250_000
LONGEST_SEGMENT = 64 * 1024
#: What lies beyond stays in one piece, as if it were one element more.
MOST_ELEMENTS = 1024

#: What may stand around a segment without belonging to it.
BLANKS = b" \t\r\n\0\x1a"

#: A segment as its tag and its elements. Never changed once made.
Row = Sequence[str]

#: C0, DEL and C1 controls and the two code points XML forbids: never data.
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF])
#: The same where taking it out joins what stood around it. The line ends of wrapped files are none.
_find_control = re.compile(r"(?<=[^ ])[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff](?=[^ ])").search


#: Whether a tag is one by its form.
is_segment_id = re.compile(r"[A-Z][A-Z0-9]{1,2}").fullmatch


def get_element(row: Row, number: int) -> str:
    """Element `number` of a row, counted from 1; "" when it is absent."""
    return row[number] if number < len(row) else ""


class Contents(Struct, frozen=True, kw_only=True, gc=False):
    """The segments of a set without blanks around them and at the end of elements, and none that is empty."""

    rows: Sequence[Row]
    skeleton: str  #: of these rows
    as_sent: bool  #: there was nothing to take off


def trim_rows(rows: Sequence[Row], text: str, delimiters: Delimiters) -> Contents:
    """The contents of a set; `text` is what its rows were split from: it tells quickly that there is nothing to trim."""
    if not (text.endswith(" ") or _compile_padding(delimiters)(text)):
        return Contents(rows=rows, skeleton=write_skeleton(rows), as_sent=True)
    trimmed = [[row[0].strip(" "), *(element.rstrip(" ") for element in row[1:])] for row in rows]
    kept = [row for row in trimmed if _is_something(row)]
    return Contents(rows=kept, skeleton=write_skeleton(kept), as_sent=False)


@lru_cache(maxsize=64)
def _compile_padding(delimiters: Delimiters) -> Callable[[str], object]:
    """A search for a blank at the end of an element but the last; it may find others."""
    marks = delimiters.element + delimiters.terminator + b"\r"
    return re.compile(rf" [{re.escape(marks.decode('latin-1'))}]").search


def write_skeleton(rows: Sequence[Row]) -> str:
    """The tags of all segments as one text; no tag holds a line end."""
    return "\n".join([row[0] for row in rows])


def split_skeleton(skeleton: str) -> list[str]:
    """The tags that `write_skeleton` put together."""
    return skeleton.split("\n")


class Segment(NamedTuple):
    """One segment with its place."""

    tag: str
    elements: tuple[str, ...]  #: as sent, but without control characters
    offset: int  #: in bytes, from the first byte of the set; of a control segment, in the input
    position: int  #: inside the set, ST = 1; of a control segment outside a set, 0

    def element(self, number: int) -> str:
        """Element `number`, counted from 1, without trailing blanks; "" when it is absent."""
        return self.elements[number - 1].rstrip(" ") if number <= len(self.elements) else ""


class Splitter:
    """Splits the sets of one interchange. Text is bytes read as Latin-1, so that places count bytes."""

    __slots__ = ("_around", "_separator", "_terminator")

    def __init__(self, delimiters: Delimiters) -> None:
        self._separator = delimiters.element.decode("latin-1")
        self._terminator = delimiters.terminator.decode("latin-1")
        self._around = "".join(set(BLANKS.decode("ascii")) - set(self._separator + self._terminator))

    def split(self, text: str) -> tuple[list[list[str]], tuple[Finding, ...]]:
        """The rows of any set, cleaned, and the limits it breaks; what lies beyond a limit is not read.

        Blanks and line ends around a segment are dropped, and so are empty segments.
        """
        raws, limits = self._cut(text)
        longest = max(map(len, raws))
        if (
            longest > LONGEST_SEGMENT
            and (longest := max(len(raw.strip(self._around)) for raw in raws)) > LONGEST_SEGMENT
        ):
            limits = (*limits, _refuse_segment(longest))
        return [row for row in self._split_raws(raws) if _is_something(row)], limits

    def locate(self, text: str) -> Iterator[Segment]:
        """The rows of `split` with their places."""
        raws, offset, position = self._cut(text)[0], 0, 0
        for raw, row in zip(raws, self._split_raws(raws), strict=True):
            if _is_something(row):
                position += 1
                start = offset + raw.index(raw.strip(self._around))
                yield Segment(row[0], tuple(row[1:]), start, position)
            offset += len(raw) + len(self._terminator)

    def find_controls(self, text: str) -> tuple[Finding, ...]:
        """The first control character between two others of an element, if any: taking it out joined these.

        One beside a blank joins nothing, and line ends are none, because files are wrapped.
        """
        raws = self._cut(text)[0]
        pairs = zip(self._split_uncleaned(raws), self._split_raws(raws), strict=True)
        sent = [row for row, cleaned in pairs if _is_something(cleaned)]
        joined = [
            (place, number, match[0])
            for place, row in enumerate(sent)
            for number, element in enumerate(row)
            if not element.isprintable() and (match := _find_control(_decode(element.encode("latin-1"))))
        ]
        return (_blame_control([*self.locate(text)], joined),) if joined else ()

    def _cut(self, text: str) -> tuple[list[str], tuple[Finding, ...]]:
        """The text between the terminators, as far as the reader takes it."""
        raws = text.split(self._terminator, MOST_SEGMENTS)
        if len(text) < LARGEST_SET and len(raws) <= MOST_SEGMENTS:
            return raws, ()
        return raws[:-1] or raws, (_refuse_set(len(text), len(raws)),)

    def _split_raws(self, raws: list[str]) -> list[list[str]]:
        rows = self._split_uncleaned(raws)
        return rows if _is_clean("".join(raws)) else [list(map(_clean, row)) for row in rows]

    def _split_uncleaned(self, raws: list[str]) -> list[list[str]]:
        pieces = [raw.strip(self._around)[:LONGEST_SEGMENT] for raw in raws]
        return [piece.split(self._separator, MOST_ELEMENTS + 1) for piece in pieces]

    def split_control(self, text: str, offset: int) -> Segment:
        """A single segment outside any set, such as a GS."""
        elements = map(_clean, text.strip(self._around).split(self._separator))
        return Segment(next(elements), tuple(elements), offset, 0)


def is_short(data: AnyStr, terminator: AnyStr) -> bool:
    """Whether no segment is long enough to have too many elements: from each terminator on, the next is near."""
    find, last, at = data.rfind, len(data) - MOST_ELEMENTS, 0
    while 0 <= at < last:
        at = find(terminator, at + 1, at + MOST_ELEMENTS)
    return at >= 0


def _is_something(row: Row) -> bool:
    return len(row) > 1 or bool(row[0])


def _is_clean(text: str) -> bool:
    """Whether no element needs decoding or stripping."""
    return text.isascii() and text.isprintable()


def _clean(element: str) -> str:
    return decode(element.encode("latin-1")).rstrip(" ")


def decode(data: bytes) -> str:
    """The text of one element: UTF-8 if it is valid, else Windows-1252, else Latin-1; no control characters."""
    return _decode(data).translate(_CONTROLS)


def _decode(data: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _refuse_set(size: int, count: int) -> Finding:
    found = f"{size} bytes" if size >= LARGEST_SET else f"{count} segments"
    message = (
        f"The set has at least {found}; the reader takes {LARGEST_SET} bytes and {MOST_SEGMENTS} segments."
    )
    return Finding(code=Code.SET_TOO_LARGE, message=message, offset=0, position=1)


def _refuse_segment(size: int) -> Finding:
    message = (
        f"A segment has {size} bytes; the reader takes {LONGEST_SEGMENT}: look for a missing terminator."
    )
    return Finding(code=Code.SEGMENT_TOO_LONG, message=message)


def _blame_control(segments: Sequence[Segment], joined: Sequence[tuple[int, int, str]]) -> Finding:
    """The first of the control characters taken out, with the number of the others."""
    place, number, character = joined[0]
    segment = segments[place]
    name = f"{segment.tag}{number:02}" if number else f"The segment id {segment.tag}"
    others = f", and {len(joined) - 1} more elements hold such" if len(joined) > 1 else ""
    message = f"{name} (segment {segment.position}) held the control character {ord(character):#04x}, which was taken out{others}."
    return Finding(
        code=Code.CONTROL_CHARACTER,
        message=message,
        offset=segment.offset,
        position=segment.position,
        tag=segment.tag,
        element=number or None,
        value=segment.element(number) or None if number else None,
    )
