"""Reading a file: interchanges, sets and findings in the order met, in memory bounded by the largest set."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from msgspec import Struct

from ml_connector.edi.delimiters import HEAD_SIZE, ISA_START, IsaHeader, discover
from ml_connector.edi.envelope import Interchange, InterchangeAnswer, Transaction, read_interchange
from ml_connector.edi.findings import Code, Finding
from ml_connector.edi.interchange import InterchangeReader
from ml_connector.edi.source import BLOCK, Source

Item = Interchange | InterchangeAnswer | Transaction | Finding

#: What may stand between interchanges without being reported: blanks, NUL, Ctrl-Z and byte order marks.
_FILLING = b" \t\r\n\0\x1a\xef\xbb\xbf"
_INTERCHANGE_START = re.compile(ISA_START, re.DOTALL)


def read(chunks: Iterable[bytes]) -> Iterator[Item]:
    """Everything in the input, in the order met: interchanges, the TA1 in them, sets, and findings that belong to no set.

    Never raises, whatever the bytes; the result does not depend on where the chunks are cut.
    An interchange comes as soon as its ISA is understood.
    """
    return read_source(Source(chunks))


def read_source(source: Source, *, quick: bool = True) -> Iterator[Item]:
    """What `read` promises, over a source; the same, but slower, when every set is to be read with care."""
    return chain.from_iterable(_read_parts(source, quick=quick))


def _read_parts(source: Source, *, quick: bool) -> Iterator[Iterable[Item]]:
    """The items in parts, each to be read to its end before the next: no generator stands between a set and its reader."""
    index = 0
    met = lost = False
    while True:
        gap = _skip_to_isa(source)
        if gap.last and not met:
            yield (_refuse_input(gap),)
        elif gap.size and not lost:
            yield (_report(gap),)
        if gap.last:
            return
        met = True
        header = _read_header(source)
        lost = header is None
        if header is None:
            yield (_refuse_isa(source.offset),)
            source.drop(len(b"ISA"))
        else:
            interchange = read_interchange(header, source.offset)
            yield (interchange,)
            source.drop(header.size)
            reader = InterchangeReader(source, interchange, index, quick=quick)
            yield from reader.read()
            index = reader.index


def _read_header(source: Source) -> IsaHeader | None:
    source.fill(HEAD_SIZE)
    return discover(bytes(source.window[:HEAD_SIZE]))


class _Gap(Struct, frozen=True, kw_only=True, gc=False):
    """What stands before an ISA, or before the end of the input."""

    offset: int
    size: int  #: filling not counted
    head: bytes
    last: bool  #: no ISA follows


def _skip_to_isa(source: Source) -> _Gap:
    """Go to the next ISA, or to the end."""
    offset, size, head, kept = source.offset, 0, b"", 0
    while True:
        match = source.search(_INTERCHANGE_START, kept, BLOCK)
        last = match is None and source.ends_within(kept + BLOCK)
        # Without an answer one byte stays behind: it tells an ISA after it from the end of a name.
        end = match.start() if match else len(source.window) if last else kept + BLOCK - 1
        matter = source.window[:end].translate(None, _FILLING)
        size += len(matter)
        head = head or bytes(matter[:3])
        source.drop(end)
        kept = 1
        if match or last:
            return _Gap(offset=offset, size=size, head=head, last=last)


def _report(gap: _Gap) -> Finding:
    message = f"{gap.size} bytes from byte {gap.offset} on belong to no interchange and were not read."
    return Finding(code=Code.GARBAGE, message=message, offset=gap.offset)


def _refuse_input(gap: _Gap) -> Finding:
    if not gap.size:
        return Finding(code=Code.EMPTY_INPUT, message="The input is empty.", offset=0)
    if gap.head in (b"UNA", b"UNB"):
        return Finding(code=Code.EDIFACT, message="The input is EDIFACT; only X12 is read.", offset=0)
    return Finding(
        code=Code.NOT_X12, message=f"No ISA in the {gap.size} bytes of the input: not X12.", offset=0
    )


def _refuse_isa(offset: int) -> Finding:
    message = (
        f"The ISA at byte {offset} does not tell its delimiters; ask the sender for the interchange again."
    )
    return Finding(code=Code.ISA_UNREADABLE, message=message, offset=offset, tag="ISA")
