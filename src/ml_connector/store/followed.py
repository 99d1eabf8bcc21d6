"""What became in Intacct of what we posted, and how far the changes there were read."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, insert, select, update

from ml_connector.records.followed import Followed, Trouble
from ml_connector.records.status import Status
from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import documents, followed, followed_marks

_NAMES: Final = tuple(each.name for each in fields(Followed))
_COLUMNS: Final = tuple(followed.c[name] for name in _NAMES)


class FollowedRecords:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_new(self, link: str, *, after: int, most: int) -> Sequence[int]:
        """The first so many posted documents after an id of which nothing is followed yet."""
        known = exists().where(followed.c.document_id == documents.c.id)
        posted = and_(documents.c.link == link, documents.c.status == Status.POSTED, documents.c.id > after)
        query = select(documents.c.id).where(posted, ~known)
        return self._connection.execute(query.order_by(documents.c.id).limit(most)).scalars().all()

    def add(self, link: str, company: str, records: Iterable[Followed]) -> None:
        """Follow these from now on; those that are followed stay as they are."""
        given = list(records)
        known = self.list_of(each.document_id for each in given)
        there = {(each.document_id, each.object, each.key) for some in known.values() for each in some}
        rows = [
            {"link": link, "company": company, **_to_row(each)}
            for each in given
            if (each.document_id, each.object, each.key) not in there
        ]
        if rows:
            self._connection.execute(insert(followed), rows)

    def list_open(self, link: str, object_: str) -> tuple[Followed, ...]:
        """What may still be deleted without Intacct's telling of a change."""
        which = and_(followed.c.link == link, followed.c.object == object_, followed.c.is_settled == 0)
        return self._read(select(*_COLUMNS).where(which).order_by(followed.c.id))

    def find(self, link: str, object_: str, keys: Iterable[str]) -> tuple[Followed, ...]:
        """What is followed of these."""
        query = select(*_COLUMNS).where(followed.c.link == link, followed.c.object == object_)
        return self._read(query.where(is_one_of(followed.c.key, keys)))

    def list_known(self, company: str, object_: str, keys: Iterable[str]) -> set[str]:
        """Which of these records are known to be ours, of whatever link of the company."""
        query = select(followed.c.key).where(followed.c.company == company, followed.c.object == object_)
        return set(self._connection.execute(query.where(is_one_of(followed.c.key, keys))).scalars())

    def list_of(self, document_ids: Iterable[int]) -> dict[int, tuple[Followed, ...]]:
        """What is followed of each document that has any."""
        found: dict[int, tuple[Followed, ...]] = {}
        query = select(*_COLUMNS).where(is_one_of(followed.c.document_id, set(document_ids)))
        for each in self._read(query.order_by(followed.c.id)):
            found[each.document_id] = (*found.get(each.document_id, ()), each)
        return found

    def change(self, before: Followed, after: Followed) -> bool:
        """Keep what is known now; not, and False, where somebody has changed it since it was read."""
        same = update(followed).where(
            followed.c.document_id == before.document_id,
            followed.c.object == before.object,
            followed.c.key == before.key,
            followed.c.looks == before.looks,
        )
        return bool(self._connection.execute(same.values(**_to_row(after))).rowcount)

    def list_vendors(self, link: str) -> Sequence[str]:
        """The vendors whose documents this link has received."""
        query = select(documents.c.vendor).where(documents.c.link == link, documents.c.vendor != "")
        return self._connection.execute(query.distinct().order_by(documents.c.vendor)).scalars().all()

    def count_states(self, link: str) -> dict[str, dict[str, int]]:
        """How many records of posted documents are in which state, by object."""
        groups = (followed.c.object, followed.c.state)
        query = select(*groups, func.count()).where(followed.c.link == link).group_by(*groups)
        found: dict[str, dict[str, int]] = {}
        for object_, state, count in self._connection.execute(query.order_by(*groups)):
            found.setdefault(object_, {})[state] = count
        return found

    def forget(self, document_ids: Iterable[int]) -> None:
        """Follow nothing of these documents any more."""
        theirs = is_one_of(followed.c.document_id, document_ids)
        self._connection.execute(delete(followed).where(theirs))

    def read_mark(self, link: str, object_: str) -> datetime | None:
        """Up to which of Intacct's time stamps the changes of an object were read; None before the first time."""
        query = select(followed_marks.c.modified).where(_is_mark(link, object_))
        return self._connection.execute(query).scalar()

    def set_mark(self, link: str, object_: str, modified: datetime) -> None:
        known = update(followed_marks).where(_is_mark(link, object_))
        if not self._connection.execute(known.values(modified=modified)).rowcount:
            row = {"link": link, "object": object_, "modified": modified}
            self._connection.execute(insert(followed_marks).values(**row))

    def _read(self, query: Select[tuple[object, ...]]) -> tuple[Followed, ...]:
        return tuple(
            Followed(
                **{
                    **row,
                    "watched": bool(row["watched"]),
                    "trouble": Trouble(row["trouble"]),
                    "is_settled": bool(row["is_settled"]),
                }
            )
            for row in self._connection.execute(query).mappings()
        )


def _is_mark(link: str, object_: str) -> ColumnElement[bool]:
    return and_(followed_marks.c.link == link, followed_marks.c.object == object_)


def _to_row(record: Followed) -> dict[str, object]:
    values = {name: getattr(record, name) for name in _NAMES}
    return values | {"watched": int(record.watched), "is_settled": int(record.is_settled)}
