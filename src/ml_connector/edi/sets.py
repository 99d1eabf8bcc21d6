"""Making transaction sets: a run of whole ones quickly, any other one with care."""

from collections.abc import Generator

import msgspec
from msgspec import Struct

from ml_connector.edi.delimiters import Delimiters
from ml_connector.edi.envelope import Group, Interchange, Transaction, check_end
from ml_connector.edi.findings import Code, Finding
from ml_connector.edi.segments import LONGEST_SEGMENT, Splitter

_ST02 = 2
#: What may follow a terminator in files made to be looked at.
_LINE_ENDS = (b"\r\n", b"\n", b"\r")
#: How many bytes after an ISA tell the joint.
JOINT_SIZE = 8
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
        self._between = joint.whole.decode("latin-1")
        self._separator = interchange.delimiters.element.decode("latin-1")
        self._closing = joint.whole + b"SE" + interchange.delimiters.element
        self._not_plain = bytes(set(_NOT_PLAIN) - set(interchange.delimiters.element))

    def read_run(self, run: Slice, group: Group | None) -> Generator[Transaction, None, Transaction | None]:
        """The sets that follow one another in a slice, up to the first whose SE does not agree with it to the letter.

        Returns the last of them.
        """
        data, text, closing, end = run.data, run.data.decode("latin-1"), self._closing, self._joint.end
        plain = self._is_plain(data)
        last, start, index = None, 0, run.index
        while data.startswith(b"ST", start) and (found := data.find(closing, start)) > 0:
            stop = data.find(end, found + len(closing))
            body, after = text[start:stop], stop + len(end)
            split = self._split if plain or self._is_plain(data[start:after]) else self._split_with_care
            rows = split(body)
            if stop < 0 or not _is_whole(rows):
                break
            last = self._make(rows, body, (run.offset + start, after - start, index), group)
            yield last
            start, index = after + len(self._joint.trail), index + 1
        return last

    def read_one(self, part: Slice, group: Group | None) -> Transaction:
        """The only set in a slice, as `read_run` gives it when it is whole, else checked against its own SE."""
        whole = next(self.read_run(part, group), None)
        return whole if whole and whole.length == len(part.data) else self._read_with_care(part, group)

    def _is_plain(self, data: bytes) -> bool:
        """Whether nothing in a run has to be decoded, taken out or cut short: so it is with nearly all traffic."""
        joint, data = self._joint, data + self._joint.trail
        controls = len(joint.whole) - len(joint.whole.translate(None, self._not_plain))
        joints = data.count(joint.whole) if len(joint.whole) > 1 or controls else 0
        if len(data) - len(data.translate(None, self._not_plain)) != joints * controls:
            return False
        if joints and data.count(joint.delimiters.terminator) != joints:
            return False
        return len(data) <= LONGEST_SEGMENT or max(map(len, data.split(joint.whole))) <= LONGEST_SEGMENT

    def _split(self, text: str) -> list[list[str]]:
        separator = self._separator
        return [piece.split(separator) for piece in text.split(self._between)]

    def _split_with_care(self, text: str) -> list[list[str]]:
        rows, limits = self._splitter.split(text)
        return [] if limits else rows

    def _read_with_care(self, part: Slice, group: Group | None) -> Transaction:
        text = part.data.removesuffix(self._joint.end).decode("latin-1")
        rows, limits = self._splitter.split(text)
        transaction = self._make(rows, text, (part.offset, len(part.data), part.index), group)
        findings = limits or check_end(transaction.segments)
        return msgspec.structs.replace(transaction, findings=(*findings, *transaction.findings))

    def _make(
        self, rows: list[list[str]], text: str, place: tuple[int, int, int], group: Group | None
    ) -> Transaction:
        offset, length, index = place
        start = rows[0] if len(rows[0]) > _ST02 else [*rows[0], "", ""]
        return Transaction(
            set_code=start[1].rstrip(" "),
            control_number=start[_ST02].rstrip(" "),
            interchange=self._interchange,
            group=group,
            rows=rows,
            text=text,
            offset=offset,
            length=length,
            index=index,
            findings=() if group else (_miss_group(start[_ST02]),),
        )


def _is_whole(rows: list[list[str]]) -> bool:
    """Whether the last segment is the SE of this set to the letter."""
    if not rows:
        return False
    start, end = rows[0], rows[-1]
    return len(end) == _ST02 + 1 <= len(start) and end[1] == f"{len(rows)}" and end[_ST02] == start[_ST02]


def _miss_group(number: str) -> Finding:
    message = f"Set {number} stands outside any group, so its version and addressee are unknown."
    return Finding(code=Code.GS_MISSING, message=message, offset=0, position=1, tag="ST")
