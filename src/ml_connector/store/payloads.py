"""Bytes as they came, by SHA-256, in compressed pieces of 1 MiB; streamed in and out."""

import hashlib
import tempfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, count
from typing import IO, Final

from sqlalchemy import Connection, Engine, insert, select

from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import payloads

PIECE: Final = 1 << 20
_PIECES_IN_ONE_TRANSACTION: Final = 16  # no transaction shall last over a second
_READ_AT_ONCE: Final = 4 * PIECE  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Bytes that are in the store now."""

    sha256: str
    length: int


def keep_payload(engine: Engine, chunks: Iterable[bytes]) -> Kept:
    """Store the bytes of `chunks`; what a broken-off earlier attempt left is completed."""
    with tempfile.SpooledTemporaryFile(max_size=8 * PIECE) as spool:
        digest = hashlib.sha256()
        length = 0
        for chunk in chunks:
            digest.update(chunk)
            length += len(chunk)
            spool.write(chunk)
        spool.seek(0)
        kept = Kept(sha256=digest.hexdigest(), length=length)
        _write_pieces(engine, kept, spool)
    return kept


def insert_small(connection: Connection, contents: Iterable[bytes]) -> list[Kept]:
    """Store bytes that are one piece each, in the caller's transaction."""
    given = list(contents)
    kept = [Kept(sha256=hashlib.sha256(each).hexdigest(), length=len(each)) for each in given]
    wanted = {of.sha256: each for of, each in zip(kept, given, strict=True) if each}
    known = select(payloads.c.sha256).where(is_one_of(payloads.c.sha256, wanted), payloads.c.n == 0)
    there = set(connection.execute(known).scalars())
    rows = [
        {"sha256": sha256, "n": 0, "piece": zlib.compress(content, 1)}
        for sha256, content in wanted.items()
        if sha256 not in there
    ]
    if rows:
        connection.execute(insert(payloads), rows)
    return kept


def _write_pieces(engine: Engine, kept: Kept, spool: IO[bytes]) -> None:
    wanted = -(-kept.length // PIECE)
    for first in range(0, wanted, _PIECES_IN_ONE_TRANSACTION):
        rows = [
            {"sha256": kept.sha256, "n": n, "piece": zlib.compress(spool.read(PIECE), 1)}
            for n in range(first, min(first + _PIECES_IN_ONE_TRANSACTION, wanted))
        ]
        with engine.begin() as connection:
            there = _list_pieces(connection, kept.sha256)  # somebody else may be storing the same bytes
            missing = [row for row in rows if row["n"] not in there]
            if missing:
                connection.execute(insert(payloads), missing)


def _list_pieces(connection: Connection, sha256: str) -> set[int]:
    return set(connection.execute(select(payloads.c.n).where(payloads.c.sha256 == sha256)).scalars())


def open_payloads(engine: Engine, lengths: Mapping[str, int]) -> dict[str, "PayloadReader"]:
    """A reader for each payload of these lengths; the short ones are read here, with one statement for many."""
    shortest_first = sorted(lengths, key=lambda sha256: lengths[sha256])
    sums = accumulate(lengths[sha256] for sha256 in shortest_first)
    short = [sha256 for sha256, total in zip(shortest_first, sums, strict=True) if total <= _READ_AT_ONCE]
    with engine.connect() as connection:
        found = dict(_read_first(connection, short))
    return {sha256: PayloadReader(engine, sha256, first=found.get(sha256)) for sha256 in lengths}


def _read_first(connection: Connection, sha256s: Collection[str]) -> Iterable[tuple[str, bytes]]:
    query = select(payloads.c.sha256, payloads.c.piece).where(
        is_one_of(payloads.c.sha256, sha256s), payloads.c.n == 0
    )
    return ((row.sha256, zlib.decompress(row.piece)) for row in connection.execute(query))


class PayloadReader:
    """Reads one payload; the piece read last is kept, so reading in order decompresses each piece once."""

    def __init__(self, engine: Engine, sha256: str, *, first: bytes | None = None) -> None:
        """`first` is its first piece, where that is known already."""
        self._engine = engine
        self._sha256 = sha256
        self._last = (-1, b"") if first is None else (0, first)

    def __iter__(self) -> Iterator[bytes]:
        """All bytes, in pieces."""
        for n in count():
            piece = self._read_piece(n)
            if piece:
                yield piece
            if len(piece) < PIECE:
                return

    def read(self, offset: int, length: int) -> bytes:
        """The bytes from `offset`, fewer than `length` only at the end."""
        parts = []
        while length > 0:
            n, start = divmod(offset, PIECE)
            part = self._read_piece(n)[start : start + length]
            if not part:
                break
            parts.append(part)
            offset += len(part)
            length -= len(part)
        return b"".join(parts)

    def _read_piece(self, n: int) -> bytes:
        if self._last[0] != n:
            query = select(payloads.c.piece).where(payloads.c.sha256 == self._sha256, payloads.c.n == n)
            with self._engine.connect() as connection:
                found: bytes | None = connection.execute(query).scalar()
            self._last = (n, zlib.decompress(found) if found is not None else b"")
        return self._last[1]
