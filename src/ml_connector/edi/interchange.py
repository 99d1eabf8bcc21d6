"""From an ISA to its IEA: the control segments one by one, everything between ST and SE in one piece."""

import re
import sys
from collections.abc import Callable, Generator, Iterable, Iterator

from ml_connector.edi.delimiters import ISA_FULL, ISA_START, Delimiters
from ml_connector.edi.envelope import (
    Group,
    Interchange,
    InterchangeAnswer,
    Transaction,
    check_trailer,
    read_group,
)
from ml_connector.edi.findings import Code, Finding
from ml_connector.edi.segments import BLANKS, LARGEST_SET, LONGEST_SEGMENT, Segment, Splitter
from ml_connector.edi.sets import JOINT_SIZE, SetReader, Slice, find_joint
from ml_connector.edi.source import BLOCK, Source

_CONTROL_TAGS = (b"GS", b"GE", b"ST", b"SE", b"IEA", b"TA1")
#: Room for the two elements of an SE.
_LONGEST_END = 64


def compile_control(delimiters: Delimiters) -> re.Pattern[bytes]:
    """Where the next control segment begins.

    Normally after a terminator and blanks, its tag possibly broken by a line end (files wrapped at
    80 columns); an ISA of full width anywhere, because the file before it may have been cut off.
    """
    terminator, element = re.escape(delimiters.terminator), re.escape(delimiters.element)
    blanks = re.escape(bytes(set(BLANKS) - set(delimiters.terminator + delimiters.element)))
    wrap = b"" if set(b"\r\n") & set(delimiters.terminator + delimiters.element) else rb"[\r\n]*"
    tags = b"|".join(wrap.join(bytes([letter]) for letter in tag) for tag in _CONTROL_TAGS)
    after_terminator = rb"%s[%s]*(?:(?P<tag>%s)%s(?=%s|%s)|(?P<isa>%s))" % (
        terminator, blanks, tags, wrap, element, terminator, ISA_START,
    )  # fmt: skip
    return re.compile(after_terminator + b"|" + ISA_FULL, re.DOTALL)


#: What an interchange holds.
Part = Transaction | InterchangeAnswer | Finding


class InterchangeReader:
    """Reads on from the end of an ISA to the end of its interchange.

    Between two steps the window begins at the terminator of the segment read last, because a
    control segment is recognised by the terminator before it.
    """

    def __init__(self, source: Source, interchange: Interchange, index: int, *, quick: bool = True) -> None:
        delimiters = interchange.delimiters
        source.fill(JOINT_SIZE)
        joint = find_joint(delimiters, bytes(source.window[:JOINT_SIZE]))
        self.index = index  #: of the next set in the input
        self._source = source
        self._interchange = interchange
        self._terminator = delimiters.terminator
        self._control = compile_control(delimiters)
        self._segment_end = re.compile(re.escape(self._terminator) + b"|" + ISA_FULL, re.DOTALL)
        self._splitter = Splitter(delimiters)
        self._set_reader = SetReader(interchange, joint)
        self._read_one = self._set_reader.read_one if quick else self._set_reader.read_with_care
        self._opening = delimiters.terminator + joint.trail + b"ST" + delimiters.element
        self._closing = joint.whole + b"SE" + delimiters.element
        #: Place in the input before which no set is taken by its SE alone.
        self._careful_until = 0 if quick else sys.maxsize
        self._reach = BLOCK  #: how far the next run may go, if not to its first SE only
        self._group: Group | None = None
        self._groups = 0
        self._first = index  #: set of the group
        self._passing = False  #: over the rest of a set that was too large

    def read(self) -> Iterator[Iterable[Part]]:
        """The sets and findings up to the IEA, the next ISA or the end of the input.

        They come in parts, each to be read to its end before the next is asked for.
        """
        steps: dict[str, Callable[[], Iterator[Part]]] = {
            "GS": self._open_group,
            "GE": self._close_group,
            "ST": self._read_set,
            "SE": self._read_stray_end,
            "TA1": self._read_answer,
        }
        yield from self._read_whole_sets()
        while (tag := (yield from self._go_to_control())) in steps:
            yield steps[tag]()
            yield from self._read_whole_sets()
        yield self._miss_group_end()
        yield self._close(tag)

    def _go_to_control(self) -> Generator[Iterable[Finding], None, str]:
        """Move the window to the next control segment; its tag, or "" at the end of the input."""
        match, outside = self._search_control()
        passing, self._passing = self._passing, False
        if outside and not passing:
            yield (outside,)
        if match is None:
            return ""
        tag = _name_control(match)
        self._source.drop(max(match.start(), match.start("tag"), match.start("isa")))
        if passing and tag == "SE":
            self._take_segment()
            return (yield from self._go_to_control())
        return tag

    def _search_control(self) -> tuple[re.Match[bytes] | None, Finding | None]:
        """The next control segment, and what stands before it; without one the window moves to the end."""
        outside: Finding | None = None
        while True:
            match = self._source.search(self._control, 0, BLOCK)
            last = match is None and self._source.ends_within(BLOCK)
            end = match.start() if match else self._find_resumption(last=last)
            outside = outside or self._report_outside(end)
            if match:
                return match, outside
            self._source.drop(end)
            if last:
                return None, outside

    def _find_resumption(self, *, last: bool) -> int:
        """Up to where a window without control segment is done with: the last terminator must stay."""
        if last:
            return len(self._source.window)
        terminator_at = self._source.window.rfind(self._terminator, 0, BLOCK)
        return terminator_at if terminator_at > 0 else BLOCK

    def _report_outside(self, end: int) -> Finding | None:
        matter = self._source.text(0, end).lstrip((BLANKS + self._terminator).decode("latin-1"))
        if not matter:
            return None
        return _blame_outside(
            self._splitter.split_control(matter[:3], self._source.offset + end - len(matter))
        )

    def _find_segment_end(self, start: int) -> int:
        """Where the segment that begins at `start` stops: at its terminator, an ISA, the end, or the limit."""
        match = self._source.search(self._segment_end, start, LONGEST_SEGMENT)
        if match:
            return match.start()
        if self._source.ends_within(start + LONGEST_SEGMENT):
            return len(self._source.window.rstrip(BLANKS))
        return start + LONGEST_SEGMENT

    def _take_segment(self) -> Segment:
        """Read the control segment at the window's start; the window then begins at its terminator."""
        end = self._find_segment_end(0)
        segment = self._splitter.split_control(self._source.text(0, end), self._source.offset)
        self._source.drop(end)
        return segment

    def _read_answer(self) -> Iterator[InterchangeAnswer]:
        segment = self._take_segment()
        row = [segment.tag, *segment.elements]
        yield InterchangeAnswer(interchange=self._interchange, row=row, offset=segment.offset)

    def _read_stray_end(self) -> Iterator[Finding]:
        yield _blame_outside(self._take_segment())

    def _open_group(self) -> Iterator[Finding]:
        yield from self._miss_group_end()
        self._group = read_group(self._take_segment(), self._interchange)
        self._groups += 1
        self._first = self.index

    def _close_group(self) -> Iterator[Finding]:
        trailer, group = self._take_segment(), self._group
        if group is None:
            yield _blame_outside(trailer)
        else:
            self._group = None
            yield from check_trailer(trailer, number=group.control_number, count=self.index - self._first)

    def _miss_group_end(self) -> Iterator[Finding]:
        if self._group is not None:
            message = f"Group {self._group.control_number} at byte {self._group.offset} has no GE."
            yield Finding(code=Code.GE_MISSING, message=message, offset=self._group.offset, tag="GS")
            self._group = None

    def _close(self, tag: str) -> Iterator[Finding]:
        number = self._interchange.control_number
        if tag == "IEA":
            yield from check_trailer(self._take_segment(), number=number, count=self._groups)
            if self._source.window.startswith(self._terminator):
                self._source.drop(len(self._terminator))
        else:
            message = f"Interchange {number} at byte {self._interchange.offset} has no IEA."
            yield Finding(code=Code.IEA_MISSING, message=message, offset=self._interchange.offset, tag="ISA")

    def _read_whole_sets(self) -> Iterator[Iterable[Transaction]]:
        """The sets that follow one another, as long as each is whole by its own SE: nearly all traffic.

        What its SE does not bear out is left to the careful search. Each SE is tried once, and a run
        goes twice as far as the one before it came, so that time stays linear whatever the input.
        """
        while (end := self._find_whole_set()) > 0:
            yield self._set_reader.read_run(self._cut_run(end), self._group)
            last = self._set_reader.last
            if last is None:
                self._reach = 0
                return
            size = last.offset + last.length - len(self._terminator) - self._source.offset
            self.index = last.index + 1
            self._reach = min(2 * size, BLOCK)
            self._source.drop(size)

    def _find_whole_set(self) -> int:
        """The terminator of the next SE after an ST that follows here, or -1."""
        source, opened = self._source, len(self._opening)
        if source.find(self._opening, 0, 1) < 0 or source.offset < self._careful_until:
            return -1
        closing = source.find(self._closing, opened, LARGEST_SET)
        if closing < 0:
            self._careful_until = source.offset + opened + LARGEST_SET
            return -1
        self._careful_until = source.offset + closing
        return source.find(self._terminator, closing + len(self._closing), _LONGEST_END)

    def _cut_run(self, end: int) -> Slice:
        """What begins with the ST here, up to the terminator of the last SE within reach, or to the one at `end`."""
        start = len(self._opening) - len(b"ST") - len(self._interchange.delimiters.element)
        window = self._source.window
        closing = window.rfind(self._closing, end, self._reach)
        further = -1 if closing < 0 else window.find(self._terminator, closing + len(self._closing))
        data = bytes(window[start : max(end, further) + len(self._terminator)])
        return Slice(data=data, offset=self._source.offset + start, index=self.index)

    def _read_set(self) -> Iterator[Transaction]:
        end = self._find_set_end()
        terminated = self._source.window.startswith(self._terminator, end)
        data = bytes(self._source.window[: end + len(self._terminator) if terminated else end])
        part = Slice(data=data, offset=self._source.offset, index=self.index)
        self.index += 1
        self._source.drop(end)
        yield self._read_one(part, self._group)

    def _find_set_end(self) -> int:
        """Where the SE stops; without one, where the next control segment or the end cuts the set off."""
        match = self._source.search(self._control, 0, LARGEST_SET)
        if match is None:
            if self._source.ends_within(LARGEST_SET):
                return len(self._source.window.rstrip(BLANKS))
            self._passing = True
            return LARGEST_SET
        return self._find_segment_end(match.start("tag")) if _name_control(match) == "SE" else match.start()


def _name_control(match: re.Match[bytes]) -> str:
    """The tag of a control segment found; to be asked before the window moves."""
    return match["tag"].translate(None, b"\r\n").decode("ascii") if match["tag"] else "ISA"


def _blame_outside(segment: Segment) -> Finding:
    name = segment.tag[:3] if segment.tag.isalnum() else "no id"
    message = f"What begins at byte {segment.offset} ({name}) stands outside a set and was not read."
    return Finding(code=Code.SEGMENT_OUTSIDE, message=message, offset=segment.offset)
