"""Making transaction sets: a run of whole ones quickly, any other one with care."""

import re
from collections.abc import Generator, Sequence

import msgspec
from msgspec import Struct

from ml_connector.edi.delimiters import ISA_FULL, Delimiters
from ml_connector.edi.envelope import Group, Interchange, Transaction, check_end
from ml_connector.edi.findings import Code, Finding
from ml_connector.edi.segments import LARGEST_SET, MOST_SEGMENTS, Row, Splitter, is_short
from ml_connector.edi.set_numbers import SetNumbers

_ST02 = 2
#: What may follow a terminator in files made to be looked at.
_LINE_ENDS = (b"\r\n", b"\n", b"\r")
#: How many bytes after an ISA tell the joint.
JOINT_SIZE = 8
#: What begins or ends a set, a group or an interchange, and so stands inside no set.
_CONTROL_TAGS = frozenset({"ST", "SE", "GS", "GE", "ISA", "IEA", "TA1"})
#: Which sets a group is for, by GS01 (element 479).
FUNCTIONAL_CODES = {
    "810": "IN", "812": "CD", "820": "RA", "824": "AG", "830": "PS", "832": "SC", "846": "IB", "850": "PO",
    "855": "PR", "856": "SH", "860": "PC", "861": "RC", "865": "CA", "875": "OG", "880": "GP", "997": "FA",
    "999": "FA",
}  # fmt: skip
#: Bytes that have to be decoded or taken out.
_NOT_PLAIN = bytes([*range(0x20), *range(0x7F, 0x100)])
#: Another interchange begins in the middle, because the file before it was cut off.
_find_isa = re.compile(ISA_FULL, re.DOTALL).search


class Joint(Struct, frozen=True, kw_only=True, gc=False):
    """What stands between two segments of an interchange: the terminator, with line ends around it."""

    delimiters: Delimiters
    lead: bytes = b""
    trail: bytes = b""

    @property
    def end(self) -> bytes:
        """Up to the terminator."""
        return self.lead + self.delimiters.terminator

    @property
    def whole(self) -> bytes:
        return self.end + self.trail


def find_joint(delimiters: Delimiters, after: bytes) -> Joint:
    """How the segments of an interchange are joined, told from the bytes right after its ISA."""
    lead = b"\r" if after.startswith(b"\r" + delimiters.terminator) else b""
    end = lead + delimiters.terminator
    trail = next((each for each in _LINE_ENDS if after.startswith(end + each)), b"")
    return Joint(delimiters=delimiters, lead=lead, trail=trail)


class Slice(Struct, frozen=True, kw_only=True, gc=False):
    """Bytes of the input from an ST on, their place, and which set of the input that ST begins."""

    data: bytes
    offset: int
    index: int


def compile_interruption(joint: Joint) -> re.Pattern[bytes]:
    """Where sets that follow one another are no longer plain: the joint before the segment that is to blame.

    That is a segment that is empty or begins with a blank, a control segment of an interchange or group,
    an ST or SE without elements, and an SE with anything but an ST behind it.
    """
    whole, end = re.escape(joint.whole), re.escape(joint.end)
    element = re.escape(joint.delimiters.element)
    end_of_set = rb"SE%s[^%s]*+%s(?!ST%s|\Z)" % (element, end, whole, element)
    return re.compile(rb"%s(?: |%s|S[ET]%s|G[ES]|I[ES]A|TA1|%s)" % (whole, end, end, end_of_set))


class SetReader:
    """Makes the sets of one interchange out of their bytes."""

    def __init__(self, interchange: Interchange, joint: Joint) -> None:
        element = interchange.delimiters.element
        self._interchange = interchange
        self._splitter = Splitter(interchange.delimiters)
        self._joint = joint
        self._group: Group | None = None
        self._numbers = SetNumbers()  #: of the sets of that group
        self._code: str | None = None  #: a kind of set that fits that group
        self._between = joint.whole.decode("latin-1")
        self._separator = element.decode("latin-1")
        self._end = joint.end.decode("latin-1")
        # An expression finds a text in two thirds of the time that `str.find` takes.
        self._find_opening = re.compile(re.escape(f"{self._between}ST{self._separator}")).search
        self._closing = f"{self._between}SE{self._separator}"
        # A separator of several bytes is never plain: its bytes may be anything elsewhere.
        self._not_plain = bytes(set(_NOT_PLAIN) - set(element if len(element) == 1 else b""))
        self._interruption = compile_interruption(joint)

    def read_run(self, run: Slice, group: Group | None) -> Generator[Transaction, None, Transaction | None]:
        """The sets that follow one another in a slice, up to the first that its SE does not bear out to the letter.

        What they give is what `read_with_care` gives. Returns the last of them.
        """
        data, text = run.data, run.data.decode("latin-1")
        end, between, separator = len(self._end), self._between, self._separator
        plain = self._measure_plain(data)
        last, start, index = None, 0, run.index
        self._enter(group)
        while text.startswith("ST", start) and (stop := self._find_stop(text, start)) > 0:
            body, after = text[start:stop], stop + end
            if after <= plain or self._measure_plain(data[start:after]) == after - start:
                rows = [piece.split(separator) for piece in body.split(between)]
            else:
                rows = self._split_with_care(body)
            if not _is_whole(rows) or len(body) >= LARGEST_SET:
                break
            last = self._make(rows, body, (run.offset + start, after - start, index), group)
            yield last
            start, index = stop + len(between), index + 1
        return last

    def read_one(self, part: Slice, group: Group | None) -> Transaction:
        """The only set in a slice, as `read_run` gives it when it is whole, else checked against its own SE."""
        whole = next(self.read_run(part, group), None)
        return whole if whole and whole.length == len(part.data) else self.read_with_care(part, group)

    def _enter(self, group: Group | None) -> None:
        """Make ready for sets of a group."""
        if group is not self._group:
            self._group, self._numbers, self._code = group, SetNumbers(), None

    def _find_stop(self, text: str, start: int) -> int:
        """The terminator of the SE of the set that begins there, or -1: mostly right before the next ST, never beyond it."""
        opening = self._find_opening(text, start)
        stop = opening.start() if opening else -1
        if stop > 0 and text.startswith(self._closing, text.rfind(self._end, start, stop)):
            return stop
        closing = text.find(self._closing, start, stop if stop > 0 else len(text))
        return text.find(self._end, closing + len(self._closing)) if closing > 0 else -1

    def _measure_plain(self, data: bytes) -> int:
        """How much of a run is sets that are cut at their joints, with nothing in them to be decoded, taken out or cut short.

        That is all of nearly all traffic.
        """
        joint, run = self._joint, data + self._joint.trail
        controls = len(joint.whole) - len(joint.whole.translate(None, self._not_plain))
        joints = run.count(joint.whole) if len(joint.whole) > 1 or controls else 0
        if len(run) - len(run.translate(None, self._not_plain)) != joints * controls:
            return 0
        if joints and run.count(joint.delimiters.terminator) != joints:
            return 0
        if not is_short(run, joint.delimiters.terminator) or _find_isa(run):
            return 0
        interruption = self._interruption.search(run)
        return interruption.start() if interruption else len(data)

    def _split_with_care(self, text: str) -> list[list[str]]:
        rows, limits = self._splitter.split(text)
        if limits or _holds_control(rows) or self._splitter.find_controls(text):
            return []
        return [] if _find_isa(text.encode("latin-1")) else rows

    def read_with_care(self, part: Slice, group: Group | None) -> Transaction:
        """The set in a slice, checked against its own SE."""
        self._enter(group)
        text = part.data.removesuffix(self._joint.end).decode("latin-1")
        rows, limits = self._splitter.split(text)
        transaction = self._make(rows, text, (part.offset, len(part.data), part.index), group)
        findings = (*(limits or check_end(transaction.segments)), *self._splitter.find_controls(text))
        return msgspec.structs.replace(transaction, findings=(*findings, *transaction.findings))

    def _make(
        self, rows: list[list[str]], text: str, place: tuple[int, int, int], group: Group | None
    ) -> Transaction:
        offset, length, index = place
        start = rows[0] if len(rows[0]) > _ST02 else [*rows[0], "", ""]
        code, number = start[1].rstrip(" "), start[_ST02].rstrip(" ")
        new = self._numbers.is_first(number, index)
        findings = () if new and code == self._code else self._judge(code, number, new=new)
        return Transaction(
            set_code=code,
            control_number=number,
            interchange=self._interchange,
            group=group,
            rows=rows,
            text=text,
            offset=offset,
            length=length,
            index=index,
            findings=findings,
        )

    def _judge(self, code: str, number: str, *, new: bool) -> tuple[Finding, ...]:
        """What is wrong with the place of a set: no group, or one of another kind, or one that has its number.

        A kind that fits is remembered, because the next set mostly has it as well.
        """
        if self._group is None:
            message = f"Set {number} stands outside any group, so its version and addressee are unknown."
            return (_blame_start(Code.GS_MISSING, message),)
        said = self._group.functional_code
        expected = FUNCTIONAL_CODES.get(code, said)
        if expected != said:
            message = f"Set {number} is an {code}, but its group is {said!r} (GS01), not {expected}."
            return (_blame_start(Code.GS01_SET, message, 1),)
        self._code = code
        if not new:
            message = f"Set {number} is not the first of that number (ST02) in its group."
            return (_blame_start(Code.ST02_REPEATED, message, 2),)
        return ()


def _is_whole(rows: list[list[str]]) -> bool:
    """Whether the last segment is the SE of this set to the letter, and there are not too many."""
    if not 0 < len(rows) <= MOST_SEGMENTS:
        return False
    start, end = rows[0], rows[-1]
    return len(end) == _ST02 + 1 <= len(start) and end[1] == f"{len(rows)}" and end[_ST02] == start[_ST02]


def _holds_control(rows: Sequence[Row]) -> bool:
    """Whether a control segment stands between the first and the last; an ISA may have any separator."""
    return any(row[0] in _CONTROL_TAGS or row[0].startswith("ISA") for row in rows[1:-1])


def _blame_start(code: Code, message: str, element: int | None = None) -> Finding:
    return Finding(code=code, message=message, offset=0, position=1, tag="ST", element=element)
