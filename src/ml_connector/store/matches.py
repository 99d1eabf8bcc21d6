"""How documents compare with their orders, line by line: the last comparison of each."""

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction

import msgspec
from sqlalchemy import Connection, delete, insert, select

from ml_connector.records.matches import UNKNOWN, Comparison, Worth
from ml_connector.store.packing import pack
from ml_connector.store.sets import split
from ml_connector.store.tables import comparisons


class Matches:
    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def keep(self, found: Mapping[int, Comparison]) -> None:
        """Keep what each document came to, in place of what it came to before."""
        for part in split(found):
            self._connection.execute(delete(comparisons).where(comparisons.c.document_id.in_(part)))
            rows = [{"document_id": id_, "body": _write(found[id_]), "at": self._now} for id_ in part]
            self._connection.execute(insert(comparisons), rows)

    def get(self, document_ids: Iterable[int]) -> dict[int, Comparison]:
        """Of these documents, as far as they were compared."""
        query = select(comparisons.c.document_id, comparisons.c.body)
        return {
            id_: _read(body)
            for part in split(document_ids)
            for id_, body in self._connection.execute(query.where(comparisons.c.document_id.in_(part)))
        }

    def list_worths(self, document_ids: Iterable[int]) -> dict[int, Worth]:
        """What the goods of these documents come to, as far as they were compared."""
        query = select(comparisons.c.document_id, comparisons.c.body)
        return {
            id_: msgspec.json.decode(zlib.decompress(body), type=_Valued).worth
            for part in split(document_ids)
            for id_, body in self._connection.execute(query.where(comparisons.c.document_id.in_(part)))
        }


class _Valued(msgspec.Struct):
    """Of a comparison what it comes to, and nothing else is read."""

    worth: Worth = UNKNOWN


def _write(comparison: Comparison) -> bytes:
    return pack(msgspec.json.encode(comparison, enc_hook=str))  # a fraction, as 1/3


def _read(body: bytes) -> Comparison:
    return msgspec.json.decode(zlib.decompress(body), type=Comparison, dec_hook=_make_fraction)


def _make_fraction(_type: type, text: str) -> Fraction:
    return Fraction(text)
