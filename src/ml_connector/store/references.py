"""Which numbers lead to a document: orders, invoices, shipments and payments it names, envelopes it came in."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, and_, bindparam, delete, insert, literal, select

from ml_connector.records.references import Reference
from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import document_references, documents, files, postings

_LENGTH: Final = 60
_NAMED: Final = range(1000)  #: the places of what a document names itself
_FOUND: Final = range(1000, 2000)  #: of what it was found to belong to
_BETWEEN: Final = "\n"  # keys of one posting
_NOISE: Final = re.compile(r"[^0-9a-z]+")


class References:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, file_id: int, found: Mapping[int, Sequence[Reference]]) -> None:
        """Keep what documents of a file name, by their place in it; safe to repeat, also once they were linked."""
        self.add_all({(file_id, index): references for index, references in found.items()})

    def add_all(self, found: Mapping[tuple[int, int], Sequence[Reference]]) -> None:
        """The same of documents of several files, by file and place."""
        self._forget(found, _NAMED)
        self._insert(found, _NAMED)

    def link(self, found: Mapping[int, Sequence[Reference]]) -> None:
        """Keep what documents were found to belong to, by their ids, in place of what they were before.

        A number that a document names itself is not kept twice.
        """
        named = self._read(found, _NAMED)
        places = documents.c.id, documents.c.file_id, documents.c.index
        more = {
            (file_id, index): _leave_out(named.get(id_, ()), found[id_])
            for id_, file_id, index in self._connection.execute(
                select(*places).where(is_one_of(documents.c.id, found))
            )
        }
        self._forget(more, _FOUND)
        self._insert(more, _FOUND)

    def _forget(self, places: Iterable[tuple[int, int]], numbers: range) -> None:
        kept = document_references.c
        place = and_(kept.file_id == bindparam("file"), kept.index == bindparam("place"))
        again = delete(document_references).where(place, kept.n >= numbers.start, kept.n < numbers.stop)
        if rows := [{"file": file_id, "place": index} for file_id, index in places]:
            self._connection.execute(again, rows)

    def _insert(self, found: Mapping[tuple[int, int], Sequence[Reference]], numbers: range) -> None:
        rows = [
            {
                "file_id": file_id,
                "index": index,
                "n": n,
                "kind": reference.kind,
                "number": reference.number[:_LENGTH],
                "folded": fold(reference.number),
            }
            for (file_id, index), references in found.items()
            for n, reference in zip(numbers, references, strict=False)
        ]
        if rows:
            self._connection.execute(insert(document_references), rows)

    def get(self, document_ids: Iterable[int]) -> dict[int, tuple[Reference, ...]]:
        """What each of these documents names and belongs to, in the order it was kept."""
        return self._read(document_ids, range(_FOUND.stop))

    def get_found(self, document_ids: Iterable[int]) -> dict[int, tuple[Reference, ...]]:
        """What each of these documents was found to belong to and does not name itself."""
        return self._read(document_ids, _FOUND)

    def _read(self, document_ids: Iterable[int], numbers: range) -> dict[int, tuple[Reference, ...]]:
        kept = document_references.c
        query = select(documents.c.id, kept.kind, kept.number).join(documents, _BELONGS)
        query = query.where(kept.n.between(numbers[0], numbers[-1]))
        found: dict[int, list[Reference]] = {}
        query = query.where(is_one_of(documents.c.id, document_ids)).order_by(kept.n)
        for id_, kind, number in self._connection.execute(query):
            found.setdefault(id_, []).append(Reference(kind=kind, number=number))
        return {id_: tuple(references) for id_, references in found.items()}

    def find(
        self, link: str, numbers: Iterable[str], *, kinds: Iterable[str] = (), most: int
    ) -> tuple[int, ...]:
        """The first documents of a link that name one of these numbers, as `fold` leaves them; of these kinds if given."""
        wanted = {folded for number in numbers if (folded := fold(number))}
        kept = document_references.c
        query = select(documents.c.id).join(document_references, _BELONGS).where(documents.c.link == link)
        of_kind = list(kinds)
        query = query.where(kept.kind.in_(of_kind)) if of_kind else query
        query = query.where(is_one_of(kept.folded, wanted)).distinct().order_by(documents.c.id)
        return tuple(self._connection.execute(query.limit(most)).scalars())

    def find_elsewhere(self, link: str, text: str, *, most: int) -> tuple[int, ...]:
        """The first documents that went to Intacct under this control id, or came in a file of this name.

        The control id of a later function is that of the first with its number.
        """
        ids = [text, text.rpartition(":")[0]]
        sent = select(postings.c.document_id).where(postings.c.control_id.in_(ids))
        came = select(documents.c.id).join(files).where(files.c.link == link, files.c.name == text)
        query = select(documents.c.id).where(documents.c.link == link, documents.c.id.in_(sent.union(came)))
        return tuple(self._connection.execute(query.order_by(documents.c.id).limit(most)).scalars())

    def find_by_key(self, link: str, key: str, *, most: int) -> tuple[int, ...]:
        """The first documents of which Intacct has a function under this key that was not the last one.

        All postings are looked through: ask when nothing else has found anything.
        """
        lines = literal(_BETWEEN).concat(postings.c.intacct_keys).concat(_BETWEEN)
        has_it = lines.contains(f"{_BETWEEN}{key}{_BETWEEN}", autoescape=True)
        query = select(documents.c.id).join(postings).where(documents.c.link == link, has_it).distinct()
        return tuple(self._connection.execute(query.order_by(documents.c.id).limit(most)).scalars())


def _leave_out(known: Iterable[Reference], found: Iterable[Reference]) -> list[Reference]:
    there = {(each.kind, fold(each.number)) for each in known}
    return [each for each in found if (each.kind, fold(each.number)) not in there]


def fold(number: str) -> str:
    """What is left of a number when case, punctuation and leading zeros are no matter."""
    return _NOISE.sub("", number.casefold()).lstrip("0")[:_LENGTH]


_BELONGS: Final = and_(
    documents.c.file_id == document_references.c.file_id, documents.c.index == document_references.c.index
)
