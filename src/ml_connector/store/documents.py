"""Documents and their moves from state to state."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, or_, select, update

from ml_connector.records.audit import Fact
from ml_connector.records.documents import Filter, Move, NewDocument, Standing, StoredDocument
from ml_connector.records.keys import BusinessKey
from ml_connector.records.status import MOVES, Status
from ml_connector.store.audit import Audit
from ml_connector.store.document_rows import (
    choose_abandoned,
    describe_again,
    insert_documents,
    to_document,
    to_values,
)
from ml_connector.store.holders import Holder
from ml_connector.store.sets import split
from ml_connector.store.tables import documents, needs, postings

_SETTABLE: Final = (
    "partner_name",
    "vendor",
    "vendor_name",
    "intacct_key",
    "not_before",
    "due",
    "planned_rules",
    "planned_reference",
)
_WORTH_A_STATEMENT: Final = 10  # documents; fewer are quicker as rows of one statement for all
_Values = dict[str, object]
_SENT: Final = (Status.READY, Status.SENDING, Status.IN_DOUBT, Status.POSTED)
_BOOKED: Final = (Status.READ, Status.HELD, *_SENT)


BY_DUE: Final = (documents.c.due.is_not(None), documents.c.due, documents.c.id)
"""The order in which documents are taken; one without any date first."""


class Documents:
    def __init__(self, connection: Connection, *, audit: Audit, holder: Holder, now: datetime) -> None:
        self._connection = connection
        self._audit = audit
        self._holder = holder
        self._now = now

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
        if to not in MOVES[expect]:
            raise ValueError(f"no document moves from {expect} to {to}")
        query = select(documents.c.id, documents.c.holder, documents.c.deadline).where(
            documents.c.id.in_([m.id for m in moves]), documents.c.status == expect
        )
        if to is Status.SENDING:  # what was chosen a while ago may have been delayed since
            query = query.where(self._is_timely())
        rows = self._connection.execute(query.with_for_update()).mappings().all()
        others = [row for row in rows if row["holder"] not in {None, self._holder.name}]
        free = choose_abandoned(others, self._holder, self._now)
        found = {row["id"] for row in rows} - {row["id"] for row in others} | {row["id"] for row in free}
        wanted = [move for move in moves if move.id in found]
        self._update(
            [(move.id, self._describe_change(move, expect, to, until)) for move in wanted], expect, to
        )
        self._audit.append(
            [
                Fact(
                    record=f"document:{m.id}",
                    action=m.action,
                    detail={"to": to, "reason": m.reason} | dict(m.detail),
                    by=m.by,
                )
                for m in wanted
            ]
        )
        return found

    def _update(self, changes: Iterable[tuple[int, _Values]], expect: Status, to: Status) -> None:
        """Few statements for a set: one for many that become the same, one for others that set the same columns."""
        same: dict[tuple[tuple[str, object], ...], list[int]] = {}
        for id_, values in changes:
            same.setdefault(tuple(values.items()), []).append(id_)
        counted = {"attempts": documents.c.attempts + 1} if to is Status.SENDING else {}
        others: dict[tuple[str, ...], list[_Values]] = {}
        for named, ids in same.items():
            if len(ids) < _WORTH_A_STATEMENT:
                given = {f"new_{name}": value for name, value in named}
                columns = tuple(name for name, _ in named)
                others.setdefault(columns, []).extend({"new_id": id_, **given} for id_ in ids)
                continue
            for part in split(ids):
                many = update(documents).where(documents.c.id.in_(part), documents.c.status == expect)
                self._connection.execute(many.values(**dict(named), **counted))
        for columns, rows in others.items():
            each = update(documents).where(
                documents.c.id == bindparam("new_id"), documents.c.status == expect
            )
            bound: _Values = {name: bindparam(f"new_{name}") for name in columns}
            self._connection.execute(each.values(**bound, **counted), rows)

    def _describe_change(self, move: Move, expect: Status, to: Status, until: datetime | None) -> _Values:
        sending = to is Status.SENDING
        values: _Values = {
            "status": to,
            "reason": move.reason,
            "updated_at": self._now,
            "holder": self._holder.name if sending else None,
            "deadline": until if sending else None,
            "not_before": move.not_before,
        }
        if expect is Status.HELD:
            values["attempts"] = 0
        return values | {name: value for name in _SETTABLE if (value := getattr(move, name)) is not None}

    def list(
        self, link: str, *, status: Status | None = None, limit: int | None = None
    ) -> tuple[StoredDocument, ...]:
        """Documents of a link, oldest first."""
        query = select(documents).where(documents.c.link == link).order_by(documents.c.id).limit(limit)
        return self._read(query if status is None else query.where(documents.c.status == status))

    def list_sendable(self, link: str) -> Sequence[int]:
        """The `ready` documents whose time has come, the first to be paid first."""
        ready = documents.c.status == Status.READY
        return self._list_ids(documents.c.link == link, ready, self._is_timely())

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
        same = update(documents).where(documents.c.id.in_(list(ids)))
        self._connection.execute(same.values(planned_rules=rules, planned_reference=reference))

    def delay_ready(self, company: str, *, until: datetime) -> None:
        """Let no `ready` document be sent to the company before that moment, of whatever link: it asked for it."""
        theirs = select(documents.c.id).join(postings, postings.c.document_id == documents.c.id)
        theirs = theirs.where(documents.c.status == Status.READY, postings.c.company == company)
        sooner = or_(documents.c.not_before.is_(None), documents.c.not_before < until)
        waiting = update(documents).where(documents.c.id.in_(theirs), sooner)
        self._connection.execute(waiting.values(not_before=until))

    def _is_timely(self) -> ColumnElement[bool]:
        return or_(documents.c.not_before.is_(None), documents.c.not_before <= self._now)

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
        return {
            found.id: found
            for part in split(ids)
            for found in self._read(select(documents).where(documents.c.id.in_(part)))
        }

    def read_standing(self, ids: Iterable[int]) -> dict[int, Standing]:
        """Where each of these documents stands."""
        columns = (documents.c.status, documents.c.planned_rules, documents.c.planned_reference)
        return {
            id_: Standing(status=Status(status), planned_rules=rules, planned_reference=reference)
            for part in split(ids)
            for id_, status, rules, reference in self._connection.execute(
                select(documents.c.id, *columns).where(documents.c.id.in_(part))
            )
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
        filed: bool = False,
    ) -> tuple[StoredDocument, ...]:
        """Documents that count as booked or waiting, or else those `filed`, under the same business key or the same
        vendor and number; those that are meant themselves are left out.
        """
        wanted = {(key.partner, *_name(key)) for key in keys}
        billed = {(vendor, *_name(key)) for vendor, key in vendors}
        numbers: dict[str, dict[str, None]] = {}
        for _, link, _, number, _ in (*wanted, *billed):
            numbers.setdefault(link, {})[number] = None
        statuses = (Status.FILED,) if filed else _BOOKED
        booked = select(documents.c.id).where(documents.c.status.in_(statuses))
        same_number = [
            id_
            for link, some in numbers.items()
            for part in split(some)
            for id_ in self._connection.execute(
                booked.where(documents.c.link == link, documents.c.number.in_(part))
            ).scalars()
            if id_ not in besides  # they are nearly all there are, and not worth reading
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
        sent = sent.where(or_(documents.c.status.in_(_SENT), partly))
        same_number = [
            id_
            for part in split(numbers)
            for id_ in self._connection.execute(
                sent.where(documents.c.number.in_(part), postings.c.company == company)
            ).scalars()
            if id_ not in besides
        ]
        return tuple(self.get(same_number).values())

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
