"""From the bytes of a transaction set to its segments: split first, strip control characters afterwards."""

from typing import NamedTuple

from ml_connector.edi.delimiters import Delimiters
from ml_connector.edi.findings import Code, Finding

#: What the reader takes; an invoice of 5,000 lines has about 50,000 segments in 2 MB.
LARGEST_SET = 16 * 1024 * 1024
MOST_SEGMENTS = 250_000
LONGEST_SEGMENT = 64 * 1024

#: What may stand around a segment without belonging to it.
BLANKS = b" \t\r\n\0\x1a"

#: C0, DEL and C1 controls and the two code points XML forbids: never data.
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF])


class Segment(NamedTuple):
    """One segment. A named tuple, because a day's traffic has millions of them."""

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

    def split(self, text: str) -> tuple[tuple[Segment, ...], tuple[Finding, ...]]:
        """The segments of a set and the limits it breaks; what lies beyond a limit is not read.

        Blanks and line ends around a segment are dropped, and so are empty segments.
        """
        raws = text.split(self._terminator, MOST_SEGMENTS)
        findings: list[Finding] = []
        if len(text) >= LARGEST_SET or len(raws) > MOST_SEGMENTS:
            findings.append(_refuse_set(len(text), len(raws)))
            raws = raws[:-1] or raws
        pieces = [raw.strip(self._around) for raw in raws]
        longest = max(map(len, pieces))
        if longest > LONGEST_SEGMENT:
            findings.append(_refuse_segment(longest))
            pieces = [piece[:LONGEST_SEGMENT] for piece in pieces]
        return self._make_segments(raws, pieces), tuple(findings)

    def _make_segments(self, raws: list[str], pieces: list[str]) -> tuple[Segment, ...]:
        # The loop that all traffic goes through: checks are made once for the whole set.
        clean, separator, width = _is_clean("".join(pieces)), self._separator, len(self._terminator)
        segments: list[Segment] = []
        offset = 0
        for raw, piece in zip(raws, pieces, strict=True):
            if piece:
                elements = piece.split(separator)
                if not clean:
                    elements = list(map(_clean, elements))
                start = offset if piece is raw else offset + raw.index(piece)
                segments.append(Segment(elements[0], tuple(elements[1:]), start, len(segments) + 1))
            offset += len(raw) + width
        return tuple(segments)

    def split_control(self, text: str, offset: int) -> Segment:
        """A single segment outside any set, such as a GS."""
        elements = map(_clean, text.strip(self._around).split(self._separator))
        return Segment(next(elements), tuple(elements), offset, 0)


def _is_clean(text: str) -> bool:
    """Whether no element needs decoding or stripping."""
    return text.isascii() and text.isprintable()


def _clean(element: str) -> str:
    return decode(element.encode("latin-1"))


def decode(data: bytes) -> str:
    """The text of one element: UTF-8 if it is valid, else Windows-1252, else Latin-1; no control characters."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding).translate(_CONTROLS)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1").translate(_CONTROLS)


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
