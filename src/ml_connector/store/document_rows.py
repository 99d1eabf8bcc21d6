"""A document as a row of its table, and back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, insert, select

from ml_connector.records.audit import Fact
from ml_connector.records.documents import NewDocument, Slices, StoredDocument
from ml_connector.records.keys import BusinessKey
from ml_connector.records.status import BIRTHS, Status
from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import documents


def describe_birth(id_: int, file_id: int, new: NewDocument) -> Fact:
    """The first entry of a document's audit trail."""
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


def describe_again(id_: int, new: NewDocument) -> Fact:
    """The entry of a document that is called otherwise from now on."""
    detail: dict[str, str | int | None] = {
        "number": new.key.number,
        "document_key": new.document_key,
        "amount": None if new.amount is None else str(new.amount),
        "currency": new.currency,
    }
    return Fact(record=f"document:{id_}", action="described", detail=detail)


def insert_documents(
    connection: Connection, found: Mapping[int, Sequence[NewDocument]], now: datetime
) -> list[Fact]:
    """Insert the documents of files in their order, but those that are there; the first entries of their trails."""
    there = _count_documents(connection, found)
    new = [
        (file_id, document)
        for file_id, some in found.items()
        for document in some
        if document.index >= there.get(file_id, 0)
    ]
    if any(document.status not in BIRTHS for _, document in new):
        raise ValueError("a document begins as read, filed or rejected")
    if not new:
        return []
    last = connection.execute(select(func.max(documents.c.id))).scalar() or 0
    connection.execute(insert(documents), [to_row(file_id, document, now) for file_id, document in new])
    # An insert that returns ids is written anew for each number of rows: to ask for them afterwards costs a third.
    rows = select(documents.c.id, documents.c.file_id, documents.c.index).where(documents.c.id > last)
    ids = {(file_id, index): id_ for id_, file_id, index in connection.execute(rows)}
    return [describe_birth(ids[file_id, document.index], file_id, document) for file_id, document in new]


def _count_documents(connection: Connection, file_ids: Iterable[int]) -> dict[int, int]:
    counted = select(documents.c.file_id, func.count()).where(is_one_of(documents.c.file_id, file_ids))
    return dict(connection.execute(counted.group_by(documents.c.file_id)).all())


def to_row(file_id: int, document: NewDocument, now: datetime) -> dict[str, object]:
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
        "content_hash": document.content_hash,
        "status": document.status,
        "reason": document.reason,
        "updated_at": now,
        **to_values(document, now),
    }


def to_values(document: NewDocument, now: datetime) -> dict[str, object]:
    """What a document is called and what it is about, as it is read."""
    return {
        "number": document.key.number,
        "kind": document.key.kind,
        "document_key": document.document_key,
        "date": document.date,
        "amount": document.amount,
        "currency": document.currency,
        "due": document.due if document.due is not None else document.date or now.date(),
        "discount": document.discount,
        "discount_until": document.discount_until,
    }


def to_document(row: RowMapping) -> StoredDocument:
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
        due=row["due"],
        discount=row["discount"],
        discount_until=row["discount_until"],
    )
    plain = ("id", "file_id", "link", "reason", "vendor", "vendor_name", "intacct_key", "attempts")
    planned = ("planned_rules", "planned_reference")
    return StoredDocument(
        document=document,
        status=Status(row["status"]),
        not_before=row["not_before"],
        updated_at=row["updated_at"],
        **{name: row[name] for name in (*plain, *planned)},
    )
