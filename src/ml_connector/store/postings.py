"""Postings: what is to be sent, why, and how often it was."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from ml_connector.records.keys import Target
from ml_connector.records.posting import Pins, Posting, StoredPosting
from ml_connector.records.provenance import Reason
from ml_connector.records.status import Status
from ml_connector.store.bodies import decode, encode
from ml_connector.store.packing import pack
from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import documents, postings

_BETWEEN: Final = "\n"  # no key of Intacct has one
_PAYMENTS: Final = "mlc:payment:%"  # control ids
_UNSENT: Final = {"sent_count": 0, "sent_at": None, "looks": 0, "next_look": None, "refusal": ""}
_write: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Postings:
    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def add(self, planned: Sequence[tuple[int, Posting]]) -> dict[int, str]:
        """Keep the posting of each document, by document id; returns the SHA-256 of each body.

        One under a control id that the document has already takes that one's place, and its story of sendings goes
        on. A control id of another document is refused. What Intacct has of the document's functions it goes on having.
        """
        keys = self._read_keys(id_ for id_, _ in planned)
        rows = [_to_row(id_, posting, keys.get(id_, ""), self._now) for id_, posting in planned]
        used = self.find_used(posting.control_id for _, posting in planned)
        known = [row for row in rows if used.get(str(row["control_id"])) == row["document_id"]]
        fresh = [row for row in rows if used.get(str(row["control_id"])) != row["document_id"]]
        if fresh:
            self._connection.execute(insert(postings), fresh)
        for row in known:
            same = update(postings).where(postings.c.control_id == row["control_id"])
            self._connection.execute(same.values(**row))
        return {id_: str(row["body_sha256"]) for (id_, _), row in zip(planned, rows, strict=True)}

    def find_used(self, control_ids: Iterable[str]) -> dict[str, int]:
        """Which of the control ids have a posting already, and of which document."""
        query = select(postings.c.control_id, postings.c.document_id)
        used = query.where(is_one_of(postings.c.control_id, control_ids))
        return {row.control_id: row.document_id for row in self._connection.execute(used)}

    def _read_keys(self, document_ids: Iterable[int]) -> dict[int, str]:
        query = select(postings.c.document_id, postings.c.intacct_keys).where(postings.c.intacct_keys != "")
        own = query.where(is_one_of(postings.c.document_id, document_ids))
        return dict(self._connection.execute(own.order_by(postings.c.id)).all())

    def list_planned(self, document_ids: Iterable[int]) -> set[int]:
        """Which of the documents were ever planned to be sent."""
        query = select(postings.c.document_id).where(is_one_of(postings.c.document_id, document_ids))
        return set(self._connection.execute(query.distinct()).scalars())

    def list_sent(self, document_ids: Iterable[int]) -> set[int]:
        """Of which of the documents something is in Intacct, may be, or was refused there."""
        sent = or_(postings.c.sent_count > 0, postings.c.intacct_keys != "", postings.c.refusal != "")
        query = select(postings.c.document_id).where(is_one_of(postings.c.document_id, document_ids), sent)
        return set(self._connection.execute(query.distinct()).scalars())

    def list_paying(self, company: str, vendors: Iterable[str], statuses: Iterable[Status]) -> Sequence[int]:
        """Documents of any link in these states that payments to these vendors were planned for in this company."""
        query = select(documents.c.id).join(postings).distinct().where(postings.c.company == company)
        query = query.where(postings.c.control_id.like(_PAYMENTS), documents.c.status.in_(list(statuses)))
        theirs = query.where(is_one_of(documents.c.vendor, vendors)).order_by(documents.c.id)
        return self._connection.execute(theirs).scalars().all()

    def newest(self, document_ids: Iterable[int], *, reasons: bool = True) -> dict[int, StoredPosting]:
        """Each document's posting of the highest revision; without the `reasons` of its values where they are no matter."""
        query = (
            select(postings).where(is_one_of(postings.c.document_id, document_ids)).order_by(postings.c.id)
        )
        newest = {row["document_id"]: row for row in self._connection.execute(query).mappings()}
        return {id_: _to_posting(row, reasons=reasons) for id_, row in newest.items()}

    def list_unchanged(self, read: Sequence[StoredPosting]) -> list[StoredPosting]:
        """Those that are what is to be sent of their documents still, just as they were read."""
        told = (postings.c.id, postings.c.sent_count, postings.c.intacct_keys, postings.c.body_sha256)
        ids = [stored.document_id for stored in read]
        query = select(postings.c.document_id, *told).where(is_one_of(postings.c.document_id, ids))
        rows = self._connection.execute(query.order_by(postings.c.id))
        now = {id_: tuple(row) for id_, *row in rows}
        return [
            each
            for each in read
            if now.get(each.document_id)
            == (each.id, each.sent_count, _BETWEEN.join(each.keys), each.body_sha256)
        ]

    def write_intent(self, ids: Sequence[int]) -> None:
        """Note, before a byte leaves, that the postings are about to be sent."""
        values = {"sent_count": postings.c.sent_count + 1, "sent_at": None, "looks": 0, "next_look": None}
        self._connection.execute(update(postings).where(is_one_of(postings.c.id, ids)).values(**values))

    def withdraw_intent(self, ids: Sequence[int]) -> None:
        """Take the note back: it is certain that nothing was executed."""
        values = {"sent_count": postings.c.sent_count - 1}
        self._connection.execute(update(postings).where(is_one_of(postings.c.id, ids)).values(**values))

    def note_key(self, stored: StoredPosting, key: str) -> None:
        """Intacct has the function whose turn it was: the next one begins a story of its own."""
        values = {"intacct_keys": _BETWEEN.join((*stored.keys, key)), **_UNSENT}
        self._connection.execute(update(postings).where(postings.c.id == stored.id).values(**values))

    def note_attachment(self, id_: int, *, attachment: str, unattached: str) -> None:
        """Keep which attachment the records of a posting are to name, or why they are to name none."""
        values = {"attachment": attachment, "unattached": unattached}
        self._connection.execute(update(postings).where(postings.c.id == id_).values(**values))

    def open_doubt(self, ids: Sequence[int], *, sent_at: datetime, next_look: datetime) -> None:
        """Start the read-back times: no byte of the request can have left after `sent_at`."""
        values = {"sent_at": sent_at, "looks": 0, "next_look": next_look}
        self._connection.execute(update(postings).where(is_one_of(postings.c.id, ids)).values(**values))

    def note_look(self, ids: Sequence[int], *, looks: int, next_look: datetime | None) -> None:
        values = {"looks": looks, "next_look": next_look}
        self._connection.execute(update(postings).where(is_one_of(postings.c.id, ids)).values(**values))

    def note_refusal(self, id_: int, refusal: str) -> None:
        """Keep Intacct's words about a repeated sending until read-back has shown what is true."""
        self._connection.execute(update(postings).where(postings.c.id == id_).values(refusal=refusal))

    def note_undone(self, stored: StoredPosting, said: str) -> None:
        """Intacct has nothing of the document any more: what is planned next goes under the next control id, whole."""
        own = update(postings).where(postings.c.document_id == stored.document_id)
        self._connection.execute(own.values(intacct_keys=""))
        self.note_refusal(stored.id, said)

    def list_doubtful(self, link: str, *, due_only: bool) -> tuple[StoredPosting, ...]:
        """Postings of `in_doubt` documents, in the order their next look is due."""
        doubtful = select(documents.c.id).where(
            documents.c.link == link, documents.c.status == Status.IN_DOUBT
        )
        newest = select(func.max(postings.c.id)).where(postings.c.document_id.in_(doubtful))
        query = select(postings).where(postings.c.id.in_(newest.group_by(postings.c.document_id)))
        query = query.order_by(postings.c.next_look, postings.c.id)
        if due_only:
            query = query.where(postings.c.next_look <= self._now)
        return tuple(_to_posting(row) for row in self._connection.execute(query).mappings())


def _to_row(document_id: int, posting: Posting, keys: str, now: datetime) -> dict[str, object]:
    body = encode(posting.functions)
    reasons = [[r.path, r.value, r.rule, r.inputs, r.losers] for r in posting.provenance]
    return {
        "document_id": document_id,
        "control_id": posting.control_id,
        "revision": posting.revision,
        "company": posting.target.company,
        "entity": posting.target.entity,
        "mark": posting.mark,
        "body": pack(body),
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "provenance": pack(_write(reasons).encode()),
        "rules_version": posting.pins.rules,
        "reference_version": posting.pins.reference,
        "parser_version": posting.pins.parser,
        "planned_at": now,
        "intacct_keys": keys,
    }


def _to_posting(row: RowMapping, *, reasons: bool = True) -> StoredPosting:
    provenance = tuple(
        Reason(
            path=path, value=value, rule=rule, inputs=tuple((a, b) for a, b in inputs), losers=tuple(losers)
        )
        for path, value, rule, inputs, losers in (
            json.loads(zlib.decompress(row["provenance"])) if reasons else ()
        )
    )
    body = zlib.decompress(row["body"])
    posting = Posting(
        control_id=row["control_id"],
        revision=row["revision"],
        target=Target(company=row["company"], entity=row["entity"]),
        mark=row["mark"],
        functions=decode(body),
        provenance=provenance,
        pins=Pins(
            rules=row["rules_version"], reference=row["reference_version"], parser=row["parser_version"]
        ),
    )
    told = ("sent_count", "sent_at", "looks", "next_look", "refusal", "attachment", "unattached")
    plain = ("id", "document_id", *told)
    intact = hashlib.sha256(body).hexdigest() == row["body_sha256"]
    return StoredPosting(
        posting=posting,
        keys=tuple(row["intacct_keys"].split(_BETWEEN)) if row["intacct_keys"] else (),
        intact=intact,
        size=len(body),
        body_sha256=row["body_sha256"],
        **{name: row[name] for name in plain},
    )
