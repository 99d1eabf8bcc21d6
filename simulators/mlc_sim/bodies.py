"""The bytes of a request or an answer, read in pieces: a large body is never held in memory as a whole."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

PIECE: Final = 1 << 18  # bytes that are held at a time
_MEMORY: Final = 1 << 20  # bytes of a body that is not large


@dataclass(frozen=True, slots=True)
class Body:
    """So many bytes, wherever they are kept. Safe to read from several threads."""

    length: int
    read: Callable[[int, int], bytes]  #: the bytes from a position up to another, both within the body

    def pieces(self) -> Iterator[bytes]:
        for start in range(0, self.length, PIECE):
            yield self.read(start, min(start + PIECE, self.length))

    def window(self, start: int, end: int) -> "Body":
        """The part from `start` up to `end`."""
        return Body(end - start, lambda first, last: self.read(start + first, start + last))

    def resize(self, length: int) -> "Body":
        """The same bytes cut, or filled up with zeros."""
        kept = self.length

        def read(start: int, end: int) -> bytes:
            return self.read(min(start, kept), min(end, kept)).ljust(end - start, b"\0")

        return Body(length, read)

    def whole(self) -> bytes:
        """All of it at once."""
        return self.read(0, self.length)


def hold(data: bytes) -> Body:
    """A body that is in memory."""
    return Body(len(data), lambda start, end: data[start:end])


def gather(pieces: Iterable[bytes]) -> bytes | Body:
    """All pieces: in memory while they are not large, else in a file."""
    rest, held, size = iter(pieces), list[bytes](), 0
    for piece in rest:
        held.append(piece)
        size += len(piece)
        if size > _MEMORY:
            return spool(chain(held, rest))
    return b"".join(held)


def spool(pieces: Iterable[bytes]) -> Body:
    """A body put into a file without a name, which is gone when nobody has the body any more."""
    spooled = _Unnamed()
    length = sum(spooled.append(piece) for piece in pieces)
    return Body(length, spooled.read)


class _Unnamed:
    """A file that has been removed from its folder already."""

    def __init__(self) -> None:
        self._descriptor, path = tempfile.mkstemp(prefix="mlc-sim-")
        Path(path).unlink()

    def append(self, piece: bytes) -> int:
        return os.write(self._descriptor, piece)

    def read(self, start: int, end: int) -> bytes:
        return os.pread(self._descriptor, end - start, start)

    def __del__(self) -> None:
        os.close(self._descriptor)
