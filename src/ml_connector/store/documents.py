"""Documents and their moves from state to state."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, insert, or_, select, update

from ml_connector.records.audit import Fact
from ml_connector.records.documents import Move, NewDocument, Slices, StoredDocument
from ml_connector.records.keys import BusinessKey
from ml_connector.records.status import BIRTHS, MOVES, Status
from ml_connector.store.audit import Audit
from ml_connector.store.holders import Holder
from ml_connector.store.sets import split
from ml_connector.store.tables import documents, needs, postings

_SETTABLE: Final = (
    "partner_name",
    "vendor",
    "vendor_name",
    "intacct_key",
    "not_before",
    "planned_rules",
    "planned_reference",
)
_PASSING: Final = ("date", "duplicate")
_BOOKED: Final = (Status.READ, Status.READY, Status.SENDING, Status.IN_DOUBT, Status.POSTED, Status.HELD)


class Documents:
    def __init__(self, connection: Connection, *, audit: Audit, holder: Holder, now: datetime) -> None:
        self._connection = connection
        self._audit = audit
        self._holder = holder
        self._now = now

    def add(self, file_id: int, found: Sequence[NewDocument]) -> None:
        """Record a file's documents in their order, each with its first audit entry; those that are there stay."""
        known = select(func.count()).where(documents.c.file_id == file_id)
        first = self._connection.execute(known).scalar_one()
        found = [document for document in found if document.index >= first]
        if not found:
            return
        if any(document.status not in BIRTHS for document in found):
            raise ValueError("a document begins as read, filed or rejected")
        rows = [_to_row(file_id, document, self._now) for document in found]
        statement = insert(documents).returning(documents.c.id, sort_by_parameter_order=True)
        ids = self._connection.execute(statement, rows).scalars().all()
        self._audit.append([_describe_birth(id_, file_id, new) for id_, new in zip(ids, found, strict=True)])

    def move(
        self, moves: Sequence[Move], *, expect: Status, to: Status, until: datetime | None = None
    ) -> set[int]:
        """Move documents on, each only if it is in the expected state; returns the ids that moved.

        `until` is the deadline by which a `sending` document must have an outcome; this process is its holder.
        """
        if to not in MOVES[expect]:
            raise ValueError(f"no document moves from {expect} to {to}")
        query = select(documents.c.id).where(
            documents.c.id.in_([m.id for m in moves]), documents.c.status == expect
        )
        found = set(self._connection.execute(query.with_for_update()).scalars())
        wanted = [move for move in moves if move.id in found]
        for move in wanted:
            guarded = update(documents).where(documents.c.id == move.id, documents.c.status == expect)
            self._connection.execute(guarded.values(**self._describe_change(move, expect, to, until)))
        facts = [
            Fact(
                record=f"document:{m.id}",
                action=m.action,
                detail={"to": to, "reason": m.reason} | dict(m.detail),
            )
            for m in wanted
        ]
        self._audit.append(facts)
        return found

    def _describe_change(
        self, move: Move, expect: Status, to: Status, until: datetime | None
    ) -> dict[str, object]:
        sending = to is Status.SENDING
        values: dict[str, object] = {
            "status": to,
            "reason": move.reason,
            "updated_at": self._now,
            "holder": self._holder.name if sending else None,
            "deadline": until if sending else None,
            "not_before": move.not_before,
        }
        if sending:
            values["attempts"] = documents.c.attempts + 1
        if expect is Status.HELD:
            values["attempts"] = 0
        return values | {name: value for name in _SETTABLE if (value := getattr(move, name)) is not None}

    def list(
        self, link: str, *, status: Status | None = None, limit: int | None = None
    ) -> tuple[StoredDocument, ...]:
        """Documents of a link, oldest first."""
        query = select(documents).where(documents.c.link == link).order_by(documents.c.id).limit(limit)
        return self._read(query if status is None else query.where(documents.c.status == status))

    def list_sendable(self, link: str) -> tuple[StoredDocument, ...]:
        """The `ready` documents whose time has come, oldest first."""
        due = or_(documents.c.not_before.is_(None), documents.c.not_before <= self._now)
        query = select(documents).where(documents.c.link == link, documents.c.status == Status.READY, due)
        return self._read(query.order_by(documents.c.id))

    def list_stale(self, link: str, *, rules: int, reference: int) -> tuple[StoredDocument, ...]:
        """Held documents that may be decided otherwise now, and never got as far as a posting.

        That is those planned with other rules or another reference, and those that wait for a day to come or
        for what somebody does in Intacct.
        """
        posted = select(postings.c.document_id)
        passing = select(needs.c.document_id).where(needs.c.kind.in_(_PASSING), needs.c.met_at.is_(None))
        may_differ = or_(
            documents.c.planned_rules != rules,
            documents.c.planned_reference.is_distinct_from(reference),
            documents.c.id.in_(passing),
        )
        query = select(documents).where(
            documents.c.link == link,
            documents.c.status == Status.HELD,
            may_differ,
            documents.c.id.not_in(posted),
        )
        return self._read(query.order_by(documents.c.id))

    def pin(self, ids: Iterable[int], *, rules: int, reference: int) -> None:
        """Note that these documents were planned again with these versions, and nothing came of it."""
        same = update(documents).where(documents.c.id.in_(list(ids)))
        self._connection.execute(same.values(planned_rules=rules, planned_reference=reference))

    def delay_ready(self, link: str, *, until: datetime) -> None:
        """Let no `ready` document of the link be sent before that moment: the other side asked for it."""
        sooner = or_(documents.c.not_before.is_(None), documents.c.not_before < until)
        waiting = update(documents).where(
            documents.c.link == link, documents.c.status == Status.READY, sooner
        )
        self._connection.execute(waiting.values(not_before=until))

    def list_since(self, link: str, moment: datetime) -> tuple[StoredDocument, ...]:
        """Documents received or moved at that moment or later."""
        query = select(documents).where(documents.c.link == link, documents.c.updated_at >= moment)
        return self._read(query.order_by(documents.c.id))

    def find_next_attempt(self, link: str) -> datetime | None:
        """When the first `ready` document that must wait may be sent."""
        waiting = select(func.min(documents.c.not_before)).where(
            documents.c.link == link, documents.c.status == Status.READY
        )
        found: datetime | None = self._connection.execute(waiting).scalar()
        return found

    def list_abandoned(self, link: str) -> tuple[StoredDocument, ...]:
        """The `sending` documents past their deadline, or whose holder is gone."""
        query = select(documents).where(documents.c.link == link, documents.c.status == Status.SENDING)
        rows = self._connection.execute(query.order_by(documents.c.id)).mappings().all()
        gone = {name: self._holder.is_gone(name) for name in {row["holder"] for row in rows}}
        return tuple(_to_document(row) for row in rows if gone[row["holder"]] or row["deadline"] <= self._now)

    def get(self, ids: Iterable[int]) -> dict[int, StoredDocument]:
        return {
            found.id: found
            for part in split(ids)
            for found in self._read(select(documents).where(documents.c.id.in_(part)))
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
        self, keys: Iterable[BusinessKey], vendors: Iterable[tuple[str, BusinessKey]]
    ) -> tuple[StoredDocument, ...]:
        """Documents that count as booked or waiting, under the same business key or the same vendor and number."""
        same = [_match_key(key, documents.c.partner == key.partner) for key in set(keys)]
        same += [_match_key(key, documents.c.vendor == vendor) for vendor, key in set(vendors)]
        found: dict[int, StoredDocument] = {}
        for first in range(0, len(same), 200):  # SQLite takes expressions up to a depth of 1,000
            query = select(documents).where(documents.c.status.in_(_BOOKED), or_(*same[first : first + 200]))
            found |= {document.id: document for document in self._read(query)}
        return tuple(found[id_] for id_ in sorted(found))

    def list_of_file(self, file_id: int) -> tuple[StoredDocument, ...]:
        return self._read(select(documents).where(documents.c.file_id == file_id).order_by(documents.c.index))

    def count(self, link: str) -> dict[Status, int]:
        """How many documents are in each state."""
        query = (
            select(documents.c.status, func.count())
            .where(documents.c.link == link)
            .group_by(documents.c.status)
        )
        return {Status(status): count for status, count in self._connection.execute(query)}

    def _read(self, query: Select[tuple[object, ...]]) -> tuple[StoredDocument, ...]:
        return tuple(_to_document(row) for row in self._connection.execute(query).mappings())


def _match_key(key: BusinessKey, who: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(
        documents.c.link == key.link,
        who,
        documents.c.set_code == key.set_code,
        documents.c.number == key.number,
        documents.c.kind == key.kind,
    )


def _describe_birth(id_: int, file_id: int, new: NewDocument) -> Fact:
    detail: dict[str, str | int | None] = {
        "to": new.status,
        "reason": new.reason,
        "file": file_id,
        "set": new.set_code,
        "number": new.key.number,
        "amount": None if new.amount is None else str(new.amount),
        "currency": new.currency,
    }
    return Fact(record=f"document:{id_}", action=new.status, detail=detail)


def _to_row(file_id: int, document: NewDocument, now: datetime) -> dict[str, object]:
    return {
        "file_id": file_id,
        "index": document.index,
        "link": document.key.link,
        "set_code": document.set_code,
        "envelope_offset": document.slices.envelope_offset,
        "group_offset": document.slices.group_offset,
        "offset": document.slices.offset,
        "length": document.slices.length,
        "sender": document.sender,
        "group_sender": document.group_sender,
        "receiver": document.receiver,
        "partner": document.key.partner,
        "partner_name": document.partner_name,
        "number": document.key.number,
        "kind": document.key.kind,
        "document_key": document.document_key,
        "content_hash": document.content_hash,
        "date": document.date,
        "amount": document.amount,
        "currency": document.currency,
        "status": document.status,
        "reason": document.reason,
        "updated_at": now,
    }


def _to_document(row: RowMapping) -> StoredDocument:
    key = BusinessKey(
        link=row["link"],
        partner=row["partner"],
        set_code=row["set_code"],
        number=row["number"],
        kind=row["kind"],
    )
    document = NewDocument(
        index=row["index"],
        set_code=row["set_code"],
        slices=Slices(
            envelope_offset=row["envelope_offset"],
            group_offset=row["group_offset"],
            offset=row["offset"],
            length=row["length"],
        ),
        sender=row["sender"],
        group_sender=row["group_sender"],
        receiver=row["receiver"],
        partner_name=row["partner_name"],
        key=key,
        document_key=row["document_key"],
        content_hash=row["content_hash"],
        date=row["date"],
        amount=row["amount"],
        currency=row["currency"],
        status=Status(row["status"]),
        reason=row["reason"],
    )
    plain = ("id", "file_id", "link", "reason", "vendor", "vendor_name", "intacct_key", "attempts")
    return StoredDocument(
        document=document,
        status=Status(row["status"]),
        not_before=row["not_before"],
        updated_at=row["updated_at"],
        **{name: row[name] for name in plain},
    )
