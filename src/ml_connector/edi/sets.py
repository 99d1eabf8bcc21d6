"""Making transaction sets: a run of whole ones quickly, any other one with care."""

import re
from collections.abc import Iterator, Sequence
from itertools import repeat, takewhile

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


def compile_cut(joint: Joint) -> re.Pattern[str]:
    """The joints at which a run is cut: before an ST, and before what is not plain, which never begins like one.

    That is a segment that is empty or begins with a blank, that begins or ends a group or an interchange, an ST or SE
    without elements, and an SE with more of the set behind it.
    """
    whole, end, element = (
        re.escape(mark.decode("latin-1")) for mark in (joint.whole, joint.end, joint.delimiters.element)
    )
    odd = f" |{end}|S[ET]{end}|G[ES]|I[ES]A|TA1"
    # Without a group, what may not follow is told by one character.
    return re.compile(
        rf"{whole}(?=ST{element}|{odd}|SE{element}[^{end}]*+(?!{whole}(?:ST{element}|{odd})|\Z))"
    )


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
        self._cut = compile_cut(joint).split
        self.last: Transaction | None = None  #: of the run that was read last
        self._start = f"ST{self._separator}"
        self._opening = f"{self._between}{self._start}"
        self._closing = f"{self._between}SE{self._separator}"
        # A separator of several bytes is never plain: its bytes may be anything elsewhere.
        self._not_plain = bytes(set(_NOT_PLAIN) - set(element if len(element) == 1 else b""))

    def read_run(self, run: Slice, group: Group | None) -> Iterator[Transaction]:
        """The sets that follow one another in a slice, up to the first that its SE does not bear out to the letter.

        What they give is what `read_with_care` gives. When all are read, `last` is the last of them.
        """
        self._enter(group)
        self.last = None
        separator, between, end = self._separator, self._between, len(self._end)
        start, index = 0, run.index
        for body in self._cut_plain(run.data):
            # A comprehension would take a twentieth longer.
            rows = [*map(str.split, body.split(between), repeat(separator))]
            if not _is_whole(rows):
                break
            self.last = last = self._make(rows, body, run.offset + start, len(body) + end, index)
            yield last
            start, index = start + len(body) + len(between), index + 1
        if start < len(run.data):
            rest = Slice(data=run.data[start:], offset=run.offset + start, index=index)
            yield from self._read_singly(rest)

    def _read_singly(self, run: Slice) -> Iterator[Transaction]:
        """The same where not all sets are plain: each is taken for itself."""
        text, start, index = run.data.decode("latin-1"), 0, run.index
        while text.startswith(self._start, start) and (stop := self._find_stop(text, start)) > 0:
            body, after = text[start:stop], stop + len(self._end)
            rows = self._split_one(body, run.data[start:after])
            if not _is_whole(rows):
                break
            self.last = last = self._make(rows, body, run.offset + start, after - start, index)
            yield last
            if not text.startswith(self._between, stop):  # something else stands before the next ST
                return
            start, index = stop + len(self._between), index + 1

    def _split_one(self, body: str, data: bytes) -> list[list[str]]:
        """The segments of a set that ends at its SE; none when it holds what a set does not, or is too large."""
        if self._cut_plain(data) == [body]:
            return [piece.split(self._separator) for piece in body.split(self._between)]
        rows, limits = self._splitter.split(body)
        if limits or _holds_control(rows) or self._splitter.find_controls(body) or _find_isa(data):
            return []
        return rows

    def read_one(self, part: Slice, group: Group | None) -> Transaction:
        """The only set in a slice, as `read_run` gives it when it is whole, else checked against its own SE."""
        whole = next(self.read_run(part, group), None)
        return whole if whole and whole.length == len(part.data) else self.read_with_care(part, group)

    def _enter(self, group: Group | None) -> None:
        """Make ready for sets of a group."""
        if group is not self._group:
            self._group, self._numbers, self._code = group, SetNumbers(), None

    def _find_stop(self, text: str, start: int) -> int:
        """The terminator of the first SE of the set that begins there, or -1."""
        following = text.find(self._opening, start)
        closing = text.find(self._closing, start, following if following > 0 else len(text))
        return text.find(self._end, closing + len(self._closing)) if closing > 0 else -1

    def _cut_plain(self, data: bytes) -> list[str]:
        """The sets at the start of a run that are cut at their joints, up to their terminator; mostly all of it.

        Nothing in them has to be decoded, taken out or cut short. The last may be the beginning of a set that
        is not plain.
        """
        end = self._joint.end
        if not (self._is_plain(data) and data.endswith(end)):
            return []
        pieces = self._cut(data.removesuffix(end).decode("latin-1"))
        return [*takewhile(self._begins_set, pieces)]

    def _begins_set(self, piece: str) -> bool:
        return piece.startswith(self._start)

    def _is_plain(self, data: bytes) -> bool:
        """Whether a run has only plain bytes but for its joints, no limit is near, and no interchange begins in it."""
        joint, run = self._joint, data + self._joint.trail
        controls = len(joint.whole) - len(joint.whole.translate(None, self._not_plain))
        joints = run.count(joint.whole) if len(joint.whole) > 1 or controls else 0
        if len(run) - len(run.translate(None, self._not_plain)) != joints * controls:
            return False
        if joints and run.count(joint.delimiters.terminator) != joints:
            return False
        return len(data) < LARGEST_SET and is_short(run, joint.delimiters.terminator) and not _find_isa(run)

    def read_with_care(self, part: Slice, group: Group | None) -> Transaction:
        """The set in a slice, checked against its own SE."""
        self._enter(group)
        text = part.data.removesuffix(self._joint.end).decode("latin-1")
        rows, limits = self._splitter.split(text)
        transaction = self._make(rows, text, part.offset, len(part.data), part.index)
        findings = (*(limits or check_end(transaction.segments)), *self._splitter.find_controls(text))
        return msgspec.structs.replace(transaction, findings=(*findings, *transaction.findings))

    def _make(self, rows: list[list[str]], text: str, offset: int, length: int, index: int) -> Transaction:
        start = rows[0] if len(rows[0]) > _ST02 else [*rows[0], "", ""]
        code, number = start[1].rstrip(" "), start[_ST02].rstrip(" ")
        new = self._numbers.is_first(number, index)
        findings = () if new and code == self._code else self._judge(code, number, new=new)
        return Transaction(
            set_code=code,
            control_number=number,
            interchange=self._interchange,
            group=self._group,
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
    return len(start) > _ST02 and end == ["SE", f"{len(rows)}", start[_ST02]]


def _holds_control(rows: Sequence[Row]) -> bool:
    """Whether a control segment stands between the first and the last; an ISA may have any separator."""
    return any(row[0] in _CONTROL_TAGS or row[0].startswith("ISA") for row in rows[1:-1])


def _blame_start(code: Code, message: str, element: int | None = None) -> Finding:
    return Finding(code=code, message=message, offset=0, position=1, tag="ST", element=element)
