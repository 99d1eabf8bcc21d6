"""Documents: how they are added, found and moved from state to state."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, update

from ml_connector.records.documents import Filter, Move, NewDocument, Standing, StoredDocument
from ml_connector.records.keys import BusinessKey
from ml_connector.records.status import Status
from ml_connector.store.audit import Audit
from ml_connector.store.document_rows import describe_again, insert_documents, to_document, to_values
from ml_connector.store.holders import Holder, choose_abandoned
from ml_connector.store.moves import Moves, is_timely
from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import documents, needs, postings

_SENT: Final = (Status.READY, Status.SENDING, Status.IN_DOUBT, Status.POSTED)
_CLOSED: Final = (Status.FILED, Status.REJECTED)
_BOOKED: Final = (Status.READ, Status.HELD, *_SENT)


BY_DUE: Final = (documents.c.due.is_not(None), documents.c.due, documents.c.id)
"""The order in which documents are taken; one without any date first."""


class Documents:
    def __init__(self, connection: Connection, *, audit: Audit, holder: Holder, now: datetime) -> None:
        self._connection = connection
        self._audit = audit
        self._holder = holder
        self._now = now
        self._moves = Moves(connection, audit=audit, holder=holder, now=now)

    def add(self, file_id: int, found: Sequence[NewDocument]) -> None:
        """Record a file's documents in their order, each with its first audit entry; those that are there stay."""
        self.add_all({file_id: found})

    def add_all(self, found: Mapping[int, Sequence[NewDocument]]) -> None:
        """The same of several files."""
        self._audit.append(insert_documents(self._connection, found, self._now))

    def describe(self, found: Mapping[int, NewDocument]) -> None:
        """Give documents the name and the values that they are read with now, each with an audit entry."""
        for id_, new in found.items():
            same = update(documents).where(documents.c.id == id_)
            self._connection.execute(same.values(to_values(new, self._now)))
        self._audit.append([describe_again(id_, new) for id_, new in found.items()])

    def move(
        self, moves: Sequence[Move], *, expect: Status, to: Status, until: datetime | None = None
    ) -> set[int]:
        """Move documents on, each only if it is in the expected state; returns the ids that moved.

        `until` is the deadline by which a `sending` document must have an outcome; this process is its holder. None is
        sent before its time. What another process is sending is moved only when that one is gone, or late.
        """
        return self._moves.move(moves, expect=expect, to=to, until=until)

    def list(
        self, link: str, *, status: Status | None = None, limit: int | None = None
    ) -> tuple[StoredDocument, ...]:
        """Documents of a link, oldest first."""
        query = select(documents).where(documents.c.link == link).order_by(documents.c.id).limit(limit)
        return self._read(query if status is None else query.where(documents.c.status == status))

    def list_sendable(self, link: str) -> Sequence[int]:
        """The `ready` documents whose time has come, the first to be paid first."""
        ready = documents.c.status == Status.READY
        return self._list_ids(documents.c.link == link, ready, is_timely(self._now))

    def list_ids(self, link: str, wanted: Filter) -> Sequence[int]:
        """The documents of a link that fit, the first to be paid first."""
        return self._list_ids(documents.c.link == link, *_match(wanted))

    def list_standing(self, link: str, wanted: Filter) -> Sequence[tuple[int, Status]]:
        """The same with where each stands."""
        query = select(documents.c.id, documents.c.status).where(documents.c.link == link, *_match(wanted))
        return [(row.id, Status(row.status)) for row in self._connection.execute(query.order_by(*BY_DUE))]

    def _list_ids(self, *which: ColumnElement[bool]) -> Sequence[int]:
        return (
            self._connection.execute(select(documents.c.id).where(*which).order_by(*BY_DUE)).scalars().all()
        )

    def pin(self, ids: Iterable[int], *, rules: int, reference: int) -> None:
        """Note that these documents were planned again with these versions, and nothing came of it."""
        same = update(documents).where(is_one_of(documents.c.id, ids))
        self._connection.execute(same.values(planned_rules=rules, planned_reference=reference))

    def delay_ready(self, company: str, *, until: datetime) -> None:
        """Let no `ready` document be sent to the company before that moment, of whatever link: it asked for it."""
        theirs = select(documents.c.id).join(postings, postings.c.document_id == documents.c.id)
        theirs = theirs.where(documents.c.status == Status.READY, postings.c.company == company)
        sooner = or_(documents.c.not_before.is_(None), documents.c.not_before < until)
        waiting = update(documents).where(documents.c.id.in_(theirs), sooner)
        self._connection.execute(waiting.values(not_before=until))

    def list_since(
        self, link: str, moment: datetime, *, after: int = 0, most: int | None = None
    ) -> tuple[StoredDocument, ...]:
        """Documents received or moved at that moment or later: all, or so many of those after an id."""
        query = select(documents).where(
            documents.c.link == link, documents.c.updated_at >= moment, documents.c.id > after
        )
        return self._read(query.order_by(documents.c.id).limit(most))

    def find_next_attempt(self, link: str) -> datetime | None:
        """When the first `ready` document that must wait may be sent."""
        waiting = select(func.min(documents.c.not_before)).where(
            documents.c.link == link, documents.c.status == Status.READY
        )
        found: datetime | None = self._connection.execute(waiting).scalar()
        return found

    def list_abandoned(self, link: str) -> dict[int, datetime]:
        """The `sending` documents past their deadline, or whose holder is gone; each with the moment from which on
        no byte of it can leave any more, which for a holder that may live is the deadline.
        """
        columns = (documents.c.id, documents.c.holder, documents.c.deadline)
        query = select(*columns).where(documents.c.link == link, documents.c.status == Status.SENDING)
        rows = self._connection.execute(query.order_by(documents.c.id)).mappings().all()
        found = choose_abandoned(rows, self._holder, self._now)
        ended = {name for name in {row["holder"] for row in found} if self._holder.has_ended(name)}
        return {
            row["id"]: self._now if row["holder"] in ended else max(row["deadline"], self._now)
            for row in found
        }

    def get(self, ids: Iterable[int]) -> dict[int, StoredDocument]:
        found = self._read(select(documents).where(is_one_of(documents.c.id, ids)))
        return {document.id: document for document in found}

    def read_standing(self, ids: Iterable[int]) -> dict[int, Standing]:
        """Where each of these documents stands."""
        columns = (documents.c.status, documents.c.planned_rules, documents.c.planned_reference)
        query = select(documents.c.id, *columns).where(is_one_of(documents.c.id, ids))
        return {
            id_: Standing(status=Status(status), planned_rules=rules, planned_reference=reference)
            for id_, status, rules, reference in self._connection.execute(query)
        }

    def find(self, link: str, text: str) -> tuple[StoredDocument, ...]:
        """Documents by document key, row id, invoice number or Intacct key, oldest first; none for an empty text.

        `#12` means the row alone.
        """
        row = text.removeprefix("#")
        if not row or (row != text and not row.isdecimal()):
            return ()
        if row != text:
            return tuple(found for found in self.get([int(row[:18])]).values() if found.link == link)
        same: list[ColumnElement[bool]] = [documents.c.document_key == text, documents.c.number == text]
        same.append(documents.c.intacct_key == text)
        if text.isdecimal() and len(text) < 19:
            same.append(documents.c.id == int(text))
        return self._read(
            select(documents).where(documents.c.link == link, or_(*same)).order_by(documents.c.id)
        )

    def find_earlier(
        self,
        keys: Iterable[BusinessKey],
        vendors: Iterable[tuple[str, BusinessKey]],
        *,
        besides: Collection[int] = (),
        closed: bool = False,
    ) -> tuple[StoredDocument, ...]:
        """Documents that count as booked or waiting, or else those filed or rejected with `closed`, under the same business key
        or the same vendor and number; those that are meant themselves are left out.
        """
        wanted = {(key.partner, *_name(key)) for key in keys}
        billed = {(vendor, *_name(key)) for vendor, key in vendors}
        numbers: dict[str, dict[str, None]] = {}
        for _, link, _, number, _ in (*wanted, *billed):
            numbers.setdefault(link, {})[number] = None
        statuses = _CLOSED if closed else _BOOKED
        # Compared here: beside it SQLite takes the index of the statuses, and goes through all there ever were.
        numbered = select(documents.c.id, documents.c.status)
        same_number = [
            id_
            for link, some in numbers.items()
            for id_, status in self._connection.execute(
                numbered.where(documents.c.link == link, is_one_of(documents.c.number, some))
            )
            if status in statuses
            and id_ not in besides  # they are nearly all there are, and not worth reading
        ]
        found = [
            document
            for document in self.get(same_number).values()
            if (document.document.key.partner, *_name(document.document.key)) in wanted
            or (document.vendor, *_name(document.document.key)) in billed
        ]
        return tuple(sorted(found, key=lambda document: document.id))

    def find_sent(
        self, company: str, numbers: Iterable[str], *, besides: Collection[int] = ()
    ) -> tuple[StoredDocument, ...]:
        """Documents of these numbers that are in the company, in part or whole, or on their way to it, by whatever link."""
        partly = and_(documents.c.status.in_((Status.READ, Status.HELD)), postings.c.intacct_keys != "")
        sent = select(documents.c.id).join(postings, postings.c.document_id == documents.c.id).distinct()
        sent = sent.where(or_(documents.c.status.in_(_SENT), partly), postings.c.company == company)
        same_number = self._connection.execute(sent.where(is_one_of(documents.c.number, numbers))).scalars()
        return tuple(self.get([id_ for id_ in same_number if id_ not in besides]).values())

    def list_of_file(
        self, file_id: int, *, after: int = -1, most: int | None = None
    ) -> tuple[StoredDocument, ...]:
        """The documents of a file in their order: all, or so many of those after an index."""
        query = select(documents).where(documents.c.file_id == file_id, documents.c.index > after)
        return self._read(query.order_by(documents.c.index).limit(most))

    def count(self, link: str) -> dict[Status, int]:
        """How many documents are in each state."""
        query = (
            select(documents.c.status, func.count())
            .where(documents.c.link == link)
            .group_by(documents.c.status)
        )
        return {Status(status): count for status, count in self._connection.execute(query)}

    def _read(self, query: Select[tuple[object, ...]]) -> tuple[StoredDocument, ...]:
        return tuple(to_document(row) for row in self._connection.execute(query).mappings())


def _match(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.statuses:
        yield documents.c.status.in_(sorted(wanted.statuses))
    if wanted.partner:
        yield documents.c.partner_name == wanted.partner
    if wanted.number:
        pattern = (
            wanted.number.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%")
        )
        yield documents.c.number.ilike(pattern, escape="\\")
    if wanted.since is not None:
        yield documents.c.date >= wanted.since
    if wanted.until is not None:
        yield documents.c.date <= wanted.until
    if wanted.need:
        kind, _, subject = wanted.need.partition(":")
        waiting = select(needs.c.document_id).where(needs.c.kind == kind, needs.c.met_at.is_(None))
        yield documents.c.id.in_(waiting.where(needs.c.subject == subject) if subject else waiting)


def _name(key: BusinessKey) -> tuple[str, str, str, str]:
    """What a document is called, whoever sent it."""
    return key.link, key.set_code, key.number, key.kind
