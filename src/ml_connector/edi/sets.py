"""Making transaction sets: a run of whole ones quickly, any other one with care."""

from collections.abc import Callable, Generator, Sequence

import msgspec
from msgspec import Struct

from ml_connector.edi.delimiters import Delimiters
from ml_connector.edi.envelope import Group, Interchange, Transaction, check_end
from ml_connector.edi.findings import Code, Finding
from ml_connector.edi.segments import MOST_ELEMENTS, Row, Splitter

_ST02 = 2
#: What may follow a terminator in files made to be looked at.
_LINE_ENDS = (b"\r\n", b"\n", b"\r")
#: How many bytes after an ISA tell the joint.
JOINT_SIZE = 8
#: What begins or ends a set, a group or an interchange, and so stands inside no set.
_CONTROL_TAGS = frozenset({"ST", "SE", "GS", "GE", "ISA", "IEA", "TA1"})
#: Which sets a group is for, by GS01 (element 479).
FUNCTIONAL_CODES = {"810": "IN", "812": "CD", "820": "RA", "824": "AG", "830": "PS", "832": "SC", "846": "IB"}
FUNCTIONAL_CODES |= {
    "850": "PO",
    "855": "PR",
    "856": "SH",
    "860": "PC",
    "861": "RC",
    "865": "CA",
    "875": "OG",
}
FUNCTIONAL_CODES |= {"880": "GP", "997": "FA", "999": "FA"}
#: How many numbers of sets are remembered in a group.
_MOST_NUMBERS = 100_000
#: Bytes that have to be decoded or taken out.
_NOT_PLAIN = bytes([*range(0x20), *range(0x7F, 0x100)])


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


class SetReader:
    """Makes the sets of one interchange out of their bytes."""

    def __init__(self, interchange: Interchange, joint: Joint) -> None:
        self._interchange = interchange
        self._splitter = Splitter(interchange.delimiters)
        self._joint = joint
        self._group: Group | None = None
        self._first: dict[str, int] = {}  #: set of that group with a number, by its index
        self._code: str | None = None  #: a kind of set that fits that group
        self._find_first: Callable[[str, int], int] = self._first.setdefault
        self._between = joint.whole.decode("latin-1")
        self._separator = interchange.delimiters.element.decode("latin-1")
        self._end = joint.end.decode("latin-1")
        self._opening = f"{self._between}ST{self._separator}"
        self._closing = f"{self._between}SE{self._separator}"
        self._not_plain = bytes(set(_NOT_PLAIN) - set(interchange.delimiters.element))

    def read_run(self, run: Slice, group: Group | None) -> Generator[Transaction, None, Transaction | None]:
        """The sets that follow one another in a slice, up to the first whose SE does not agree with it to the letter.

        Returns the last of them.
        """
        data, text = run.data, run.data.decode("latin-1")
        end, between = len(self._end), len(self._between)
        plain = self._is_plain(data)
        last, start, index = None, 0, run.index
        self._enter(group)
        while text.startswith("ST", start) and (stop := self._find_stop(text, start)) > 0:
            body, after = text[start:stop], stop + end
            split = self._split if plain or self._is_plain(data[start:after]) else self._split_with_care
            rows = split(body)
            if not _is_whole(rows):
                break
            last = self._make(rows, body, (run.offset + start, after - start, index), group)
            yield last
            start, index = stop + between, index + 1
        return last

    def read_one(self, part: Slice, group: Group | None) -> Transaction:
        """The only set in a slice, as `read_run` gives it when it is whole, else checked against its own SE."""
        whole = next(self.read_run(part, group), None)
        return whole if whole and whole.length == len(part.data) else self._read_with_care(part, group)

    def _enter(self, group: Group | None) -> None:
        """Make ready for sets of a group; numbers beyond the bound are compared, but not remembered."""
        if group is not self._group:
            self._group, self._first, self._code = group, {}, None
        many = len(self._first) > _MOST_NUMBERS
        self._find_first = self._first.get if many else self._first.setdefault

    def _find_stop(self, text: str, start: int) -> int:
        """The terminator of the SE of the set that begins there, or -1: mostly right before the next ST, never beyond it."""
        stop = text.find(self._opening, start)
        if stop > 0 and text.startswith(self._closing, text.rfind(self._end, start, stop)):
            return stop
        closing = text.find(self._closing, start, stop if stop > 0 else len(text))
        return text.find(self._end, closing + len(self._closing)) if closing > 0 else -1

    def _is_plain(self, data: bytes) -> bool:
        """Whether nothing in a run has to be decoded, taken out or cut short: so it is with nearly all traffic."""
        joint, data = self._joint, data + self._joint.trail
        controls = len(joint.whole) - len(joint.whole.translate(None, self._not_plain))
        joints = data.count(joint.whole) if len(joint.whole) > 1 or controls else 0
        if len(data) - len(data.translate(None, self._not_plain)) != joints * controls:
            return False
        if joints and data.count(joint.delimiters.terminator) != joints:
            return False
        return _is_short(data, joint.delimiters.terminator)

    def _split(self, text: str) -> list[list[str]]:
        separator = self._separator
        return [piece.split(separator) for piece in text.split(self._between)]

    def _split_with_care(self, text: str) -> list[list[str]]:
        rows, limits = self._splitter.split(text)
        if limits or _holds_control(rows) or self._splitter.find_controls(text):
            return []
        return rows

    def _read_with_care(self, part: Slice, group: Group | None) -> Transaction:
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
        code, number = start[1], start[_ST02]
        findings: tuple[Finding, ...] = ()
        if code != self._code or self._find_first(number, index) != index:
            code = code.rstrip(" ")
            findings = self._judge(code, number, index)
        return Transaction(
            set_code=code,
            control_number=number.rstrip(" "),
            interchange=self._interchange,
            group=group,
            rows=rows,
            text=text,
            offset=offset,
            length=length,
            index=index,
            findings=findings,
        )

    def _judge(self, code: str, number: str, index: int) -> tuple[Finding, ...]:
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
        if self._find_first(number, index) != index:
            message = f"Set {number} is not the first of that number (ST02) in its group."
            return (_blame_start(Code.ST02_REPEATED, message, 2),)
        return ()


def _is_short(data: bytes, terminator: bytes) -> bool:
    """Whether no segment is long enough to have too many elements: from each terminator on, the next is near."""
    find, last, at = data.rfind, len(data) - MOST_ELEMENTS, 0
    while 0 <= at < last:
        at = find(terminator, at + 1, at + MOST_ELEMENTS)
    return at >= 0


def _is_whole(rows: list[list[str]]) -> bool:
    """Whether the last segment is the SE of this set to the letter."""
    if not rows:
        return False
    start, end = rows[0], rows[-1]
    return len(end) == _ST02 + 1 <= len(start) and end[1] == f"{len(rows)}" and end[_ST02] == start[_ST02]


def _holds_control(rows: Sequence[Row]) -> bool:
    """Whether a control segment stands between the first and the last."""
    return any(row[0] in _CONTROL_TAGS for row in rows[1:-1])


def _blame_start(code: Code, message: str, element: int | None = None) -> Finding:
    return Finding(code=code, message=message, offset=0, position=1, tag="ST", element=element)
