"""The input as one run of bytes, of which only what is not read yet is in memory."""

import re
from collections.abc import Iterable

#: How much is read at a time, however small the chunks are.
BLOCK = 64 * 1024
#: What a match may need to see beyond its first byte: more than an ISA.
_LOOK_AHEAD = 256


class Source:
    """A window on the input that begins at what is to be read next and grows on demand.

    Every answer depends on the bytes alone, never on how they were cut into chunks.
    """

    def __init__(self, chunks: Iterable[bytes], *, block: int = BLOCK) -> None:
        self._chunks = iter(chunks)
        self._block = block
        self._ended = False
        self.window = bytearray()
        self.offset = 0  #: of the window in the input

    def fill(self, size: int) -> int:
        """Read until the window holds `size` bytes or the input ends; the size of the window."""
        while len(self.window) < size and not self._ended:
            self._grow()
        return len(self.window)

    def _grow(self) -> None:
        """Read at least a block and at least as much again, so that searches started over stay linear."""
        goal = len(self.window) + max(self._block, len(self.window))
        for chunk in self._chunks:
            self.window += chunk
            if len(self.window) >= goal:
                return
        self._ended = True

    def drop(self, size: int) -> None:
        """Forget the first bytes of the window."""
        del self.window[:size]
        self.offset += size

    def text(self, start: int, end: int) -> str:
        """Bytes of the window, read as Latin-1."""
        return self.window[start:end].decode("latin-1")

    def find(self, needle: bytes, start: int, limit: int) -> int:
        """Where the needle first begins within `limit` bytes from `start`, or -1."""
        end = start + limit + len(needle) - 1
        at = self.window.find(needle, start, end)
        while at < 0 and not self._ended and len(self.window) < end:
            start = max(start, len(self.window) - len(needle) + 1)
            self._grow()
            at = self.window.find(needle, start, end)
        return at

    def search(self, pattern: re.Pattern[bytes], start: int, limit: int) -> re.Match[bytes] | None:
        """The first match that begins within `limit` bytes from `start`, or None."""
        end = start + limit
        while True:
            match = pattern.search(self.window, start, end + _LOOK_AHEAD)
            size = len(self.window)
            if match is not None and match.start() >= end:
                return None
            if self._ended or size >= (end if match is None else match.start()) + _LOOK_AHEAD:
                return match
            self._grow()

    def ends_within(self, size: int) -> bool:
        """Whether no more than `size` bytes are left."""
        return self.fill(size + 1) <= size
