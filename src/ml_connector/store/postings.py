"""Postings: what is to be sent, why, and how often it was."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from ml_connector.intacct.writing.bill import canonical, from_canonical
from ml_connector.records.keys import Target
from ml_connector.records.posting import Pins, Posting, StoredPosting
from ml_connector.records.provenance import Reason
from ml_connector.records.status import Status
from ml_connector.store.packing import pack
from ml_connector.store.sets import split
from ml_connector.store.tables import documents, postings

_write: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Postings:
    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def add(self, planned: Sequence[tuple[int, Posting]]) -> dict[int, str]:
        """Keep the posting of each document, by document id; returns the SHA-256 of each body.

        One under a control id that the document has already takes that one's place, and its story of sendings goes
        on. A control id of another document is refused.
        """
        rows = [_to_row(id_, posting, self._now) for id_, posting in planned]
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
        return {
            row.control_id: row.document_id
            for part in split(control_ids)
            for row in self._connection.execute(query.where(postings.c.control_id.in_(part)))
        }

    def list_planned(self, document_ids: Iterable[int]) -> set[int]:
        """Which of the documents were ever planned to be sent."""
        query = select(postings.c.document_id).distinct()
        return {
            id_
            for part in split(document_ids)
            for id_ in self._connection.execute(query.where(postings.c.document_id.in_(part))).scalars()
        }

    def newest(self, document_ids: Iterable[int], *, reasons: bool = True) -> dict[int, StoredPosting]:
        """Each document's posting of the highest revision; without the `reasons` of its values where they are no matter."""
        found: dict[int, StoredPosting] = {}
        for part in split(document_ids):
            query = select(postings).where(postings.c.document_id.in_(part)).order_by(postings.c.id)
            rows = self._connection.execute(query).mappings()
            newest = {row["document_id"]: row for row in rows}
            found |= {id_: _to_posting(row, reasons=reasons) for id_, row in newest.items()}
        return found

    def keep_current(self, read: Iterable[StoredPosting]) -> dict[int, StoredPosting]:
        """Each document's posting as it is now: what was read before, where nothing has changed since."""
        before = {stored.document_id: stored for stored in read}
        columns = (postings.c.id, postings.c.document_id, postings.c.sent_count, postings.c.body_sha256)
        now: dict[int, tuple[int, int, str]] = {}
        for part in split(before):
            query = select(*columns).where(postings.c.document_id.in_(part)).order_by(postings.c.id)
            now |= {row[1]: (row[0], row[2], row[3]) for row in self._connection.execute(query)}
        same = {
            id_: stored
            for id_, stored in before.items()
            if now.get(id_) == (stored.id, stored.sent_count, stored.body_sha256)
        }
        return same | self.newest(before.keys() - same.keys(), reasons=False)

    def write_intent(self, ids: Sequence[int]) -> None:
        """Note, before a byte leaves, that the postings are about to be sent."""
        values = {"sent_count": postings.c.sent_count + 1, "sent_at": None, "looks": 0, "next_look": None}
        self._connection.execute(update(postings).where(postings.c.id.in_(ids)).values(**values))

    def withdraw_intent(self, ids: Sequence[int]) -> None:
        """Take the note back: it is certain that nothing was executed."""
        values = {"sent_count": postings.c.sent_count - 1}
        self._connection.execute(update(postings).where(postings.c.id.in_(ids)).values(**values))

    def open_doubt(self, ids: Sequence[int], *, sent_at: datetime, next_look: datetime) -> None:
        """Start the read-back times: no byte of the request can have left after `sent_at`."""
        values = {"sent_at": sent_at, "looks": 0, "next_look": next_look}
        self._connection.execute(update(postings).where(postings.c.id.in_(ids)).values(**values))

    def note_look(self, ids: Sequence[int], *, looks: int, next_look: datetime | None) -> None:
        values = {"looks": looks, "next_look": next_look}
        self._connection.execute(update(postings).where(postings.c.id.in_(ids)).values(**values))

    def note_refusal(self, id_: int, refusal: str) -> None:
        """Keep Intacct's words about a repeated sending until read-back has shown what is true."""
        self._connection.execute(update(postings).where(postings.c.id == id_).values(refusal=refusal))

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


def _to_row(document_id: int, posting: Posting, now: datetime) -> dict[str, object]:
    body = canonical(posting.body)
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
        body=from_canonical(body),
        provenance=provenance,
        pins=Pins(
            rules=row["rules_version"], reference=row["reference_version"], parser=row["parser_version"]
        ),
    )
    plain = ("id", "document_id", "sent_count", "sent_at", "looks", "next_look", "refusal")
    intact = hashlib.sha256(body).hexdigest() == row["body_sha256"]
    return StoredPosting(
        posting=posting,
        intact=intact,
        size=len(body),
        body_sha256=row["body_sha256"],
        **{name: row[name] for name in plain},
    )
