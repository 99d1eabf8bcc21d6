"""Which bytes separate: found anew at every ISA, however it was damaged on its way."""

import itertools
from dataclasses import dataclass, field

from msgspec import Struct

#: How much of the input, from the ISA on, decides about its delimiters.
HEAD_SIZE = 512
#: How wide an ISA is by X12.5, without its terminator.
FIXED_SIZE = 105

_COMPONENT_OFFSET = 104
_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)
_SEPARATOR_OFFSETS = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
_ELEMENTS = len(_SEPARATOR_OFFSETS)
_FIRST_WITH_REPETITION = "00402"
_LINE_ENDS = b"\r\n"

#: `ISA` and a first element of two characters. (A regular expression, like the next.)
ISA_START = rb"(?<![A-Za-z0-9])ISA(?P<start>[\x80-\xff]{1,4}|[^A-Za-z0-9 \r\n])..(?P=start)"
#: An ISA of the full width: recognised even where no terminator stands before it.
ISA_FULL = rb"ISA(?P<full>[^A-Za-z0-9 \r\n])" + b"".join(b".{%d}(?P=full)" % width for width in _WIDTHS)


class Delimiters(Struct, frozen=True, kw_only=True, gc=False):
    """The delimiters of an interchange, as bytes: each may be a control character or a UTF-8 character.

    A terminator CR LF is kept as LF, and the CR is taken off with the other blanks around a segment.
    """

    element: bytes
    component: bytes  #: empty when ISA16 is, or holds another delimiter
    repetition: bytes  #: empty where the version or the byte in ISA11 allows none
    terminator: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class IsaHeader:
    """An ISA understood: ISA01 to ISA15, its delimiters, its size without the terminator."""

    elements: tuple[bytes, ...] = field(repr=False)  #: with the passwords of ISA02 and ISA04
    delimiters: Delimiters
    size: int
    repaired: bool  #: it has not its fixed width, or ISA16 holds another delimiter


def discover(head: bytes) -> IsaHeader | None:
    """Understand what ISA_START found at the start of `head` (HEAD_SIZE bytes if there are so many), or None.

    Tried in turn: the fixed width of X12.5, the same with line ends taken out (files wrapped at
    80 columns), and counting sixteen separators (fields that lost their blanks).
    """
    separator = _character_at(head, 3)
    if _has_fixed_width(head, separator):
        return _understand(head, _cut_fixed_width(head), separator, _COMPONENT_OFFSET, repaired=False)
    unwrapped = head.translate(None, _LINE_ENDS)
    if _has_fixed_width(unwrapped, separator):
        component_at = _skip_with_line_ends(head, _COMPONENT_OFFSET)
        return _understand(head, _cut_fixed_width(unwrapped), separator, component_at, repaired=True)
    pieces = head.split(separator, _ELEMENTS)
    if len(pieces) <= _ELEMENTS:
        return None
    component_at = len(head) - len(pieces[-1])
    return _understand(head, tuple(pieces[1:-1]), separator, component_at, repaired=True)


def _has_fixed_width(head: bytes, separator: bytes) -> bool:
    return all(head[offset : offset + 1] == separator for offset in _SEPARATOR_OFFSETS)


def _cut_fixed_width(head: bytes) -> tuple[bytes, ...]:
    """ISA01 to ISA15."""
    return tuple(
        head[offset + 1 : offset + 1 + width]
        for offset, width in zip(_SEPARATOR_OFFSETS, _WIDTHS, strict=False)
    )


def _character_at(data: bytes, offset: int) -> bytes:
    """The UTF-8 character that begins there, else the single byte (empty at the end)."""
    for size in (2, 3, 4):
        character = data[offset : offset + size]
        if len(character) == size and _is_one_character(character):
            return character
    return data[offset : offset + 1]


def _is_one_character(data: bytes) -> bool:
    try:
        return len(data.decode()) == 1
    except UnicodeDecodeError:
        return False


def _skip_with_line_ends(head: bytes, size: int) -> int:
    """Where the byte stands that has `size` bytes before it which are no line ends."""
    offsets = (offset for offset, byte in enumerate(head) if byte not in _LINE_ENDS)
    return next(itertools.islice(offsets, size, None), len(head))


def _understand(
    head: bytes, elements: tuple[bytes, ...], separator: bytes, component_at: int, *, repaired: bool
) -> IsaHeader | None:
    component = _character_at(head, component_at)
    end = component_at + len(component)
    terminator = _read_terminator(head[end:])
    if component == separator:
        component, repaired = b"", True
    elif terminator in (b"\r", b"\n") and _ends_first_segment(head[end:], component, terminator):
        component, terminator, end = b"", component, component_at
    elif component == terminator:
        component, repaired = b"", True
    if terminator.isalnum() or terminator == separator:
        return None
    delimiters = Delimiters(
        element=separator,
        component=component,
        repetition=_read_repetition(elements, (separator, component, terminator)),
        terminator=terminator,
    )
    return IsaHeader(elements=elements, delimiters=delimiters, size=end, repaired=repaired)


def _read_terminator(rest: bytes) -> bytes:
    """What stands after ISA16; blanks in between are skipped, CR LF is LF, and LF at the end of input."""
    rest = rest.lstrip(b" ")
    if rest.startswith(b"\r\n"):
        return b"\n"
    return _character_at(rest, 0) or b"\n"


def _ends_first_segment(rest: bytes, component: bytes, line_end: bytes) -> bool:
    """Whether the segment after the ISA ends in the byte of ISA16: then ISA16 is empty and that byte terminates."""
    first = rest.strip(b" \r\n").split(line_end)[0].rstrip(b" \r")
    return first.startswith((b"GS", b"TA1", b"IEA")) and first.endswith(component)


def _read_repetition(elements: tuple[bytes, ...], others: tuple[bytes, ...]) -> bytes:
    """ISA11 as separator: from version 00402 on, unless it is alphanumeric, blank, not ASCII or taken."""
    candidate, version = elements[10], elements[11].decode("latin-1")
    usable = len(candidate) == 1 and candidate.isascii() and not candidate.isalnum() and candidate != b" "
    return candidate if usable and candidate not in others and version >= _FIRST_WITH_REPETITION else b""
