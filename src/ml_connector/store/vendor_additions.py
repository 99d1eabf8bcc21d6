"""Vendors that are created in Intacct: one row for a seller, whoever of however many asks for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, insert, select, update

from ml_connector.records.additions import AdditionStatus, Approval, NewAddition, StoredAddition
from ml_connector.records.audit import Detail, Fact
from ml_connector.store.audit import Audit
from ml_connector.store.holders import Holder, choose_abandoned
from ml_connector.store.reference_codec import Codec
from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import vendor_addition_names, vendor_additions

_UNSENT = {"sent_at": None, "looks": 0, "next_look": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happened to an addition, for its audit trail and that of its document."""

    action: str
    reason: str = ""
    detail: Detail | None = None
    by: str = ""


class VendorAdditions:
    """Every change of a row is an entry in its own audit trail and in that of the document it was begun for."""

    def __init__(
        self, connection: Connection, *, audit: Audit, holder: Holder, now: datetime, key: bytes
    ) -> None:
        self._connection = connection
        self._audit = audit
        self._holder = holder
        self._now = now
        self._codec = Codec(key)

    def get(self, company: str, marks: Iterable[str]) -> dict[str, StoredAddition]:
        """Those of these marks, by mark."""
        mine = select(vendor_additions).where(vendor_additions.c.company == company)
        found = self._read(mine.where(is_one_of(vendor_additions.c.mark, marks)))
        return {each.mark: each for each in found}

    def find_rivals(self, new: NewAddition) -> Sequence[StoredAddition]:
        """Others of the company that share a name with it: an id, a tax id, or how it is called."""
        names = [self._codec.seal(name) for name in new.names]
        shared = select(vendor_addition_names.c.addition_id).where(vendor_addition_names.c.name.in_(names))
        query = select(vendor_additions).where(
            vendor_additions.c.company == new.company,
            vendor_additions.c.mark != new.mark,
            vendor_additions.c.id.in_(shared),
        )
        return self._read(query.order_by(vendor_additions.c.id))

    def write_intent(self, new: NewAddition, *, until: datetime, story: Story) -> StoredAddition:
        """Note, before a byte leaves, that this process is about to create it; one transaction after it was looked up.

        After a refusal it goes under the next revision.
        """
        before = self.get(new.company, [new.mark]).get(new.mark)
        if before is None:
            id_, revision, sent = self._add(new), 1, 0
        else:
            refused = before.status is AdditionStatus.HELD and bool(before.refusal)
            id_, revision, sent = before.id, before.revision + refused, 0 if refused else before.sent_count
        values: dict[str, object] = {
            "link": new.link,
            "document_id": new.document_id,
            "need": new.need,
            "digest": new.digest,
            "revision": revision,
            "sent_count": sent + 1,
            "refusal": "",
            "holder": self._holder.name,
            "deadline": until,
            **_UNSENT,
        }
        self._keep_names(id_, new.names)
        return self._change(id_, AdditionStatus.SENDING, values, story)

    def move(
        self, stored: StoredAddition, to: AdditionStatus, story: Story, **values: object
    ) -> StoredAddition | None:
        """Bring it into another state, with these values; None when it is not any more what it was read as."""
        now = self.get(stored.company, [stored.mark]).get(stored.mark)
        if now != stored:
            return None
        return self._change(stored.id, to, values, story)

    def note_look(self, stored: StoredAddition, *, next_look: datetime) -> None:
        """It was looked for, and not found yet."""
        values = {"looks": stored.looks + 1, "next_look": next_look}
        self._connection.execute(self._choose(stored.id).values(**values))

    def note_approval(self, stored: StoredAddition, story: Story) -> None:
        """Intacct lets the vendor be used."""
        self._change(stored.id, stored.status, {"approval": Approval.GIVEN}, story)

    def list_abandoned(self, link: str) -> dict[str, datetime]:
        """Marks of what was being sent by a process that is gone, or too long; each with the moment from which on no
        byte of it can leave any more.
        """
        columns = (vendor_additions.c.mark, vendor_additions.c.holder, vendor_additions.c.deadline)
        query = select(*columns).where(
            vendor_additions.c.link == link, vendor_additions.c.status == AdditionStatus.SENDING
        )
        rows = self._connection.execute(query.order_by(vendor_additions.c.id)).mappings().all()
        found = choose_abandoned(rows, self._holder, self._now)
        return {
            row["mark"]: self._now
            if self._holder.has_ended(row["holder"])
            else max(row["deadline"], self._now)
            for row in found
        }

    def list_doubtful(self, link: str) -> Sequence[StoredAddition]:
        """Those in doubt whose next look is due."""
        query = select(vendor_additions).where(
            vendor_additions.c.link == link,
            vendor_additions.c.status == AdditionStatus.IN_DOUBT,
            vendor_additions.c.next_look <= self._now,
        )
        return self._read(query.order_by(vendor_additions.c.id))

    def list_unapproved(self, company: str) -> Sequence[StoredAddition]:
        """Those whose vendors Intacct does not let be used yet."""
        return self._list(company, Approval.AWAITED)

    def list_approved(self, company: str) -> Sequence[StoredAddition]:
        """Those whose vendors were seen to be approved."""
        return self._list(company, Approval.GIVEN)

    def _list(self, company: str, approval: Approval) -> Sequence[StoredAddition]:
        query = select(vendor_additions).where(
            vendor_additions.c.company == company, vendor_additions.c.approval == approval
        )
        return self._read(query.order_by(vendor_additions.c.id))

    def _add(self, new: NewAddition) -> int:
        row = {
            "company": new.company,
            "link": new.link,
            "document_id": new.document_id,
            "mark": new.mark,
            "need": new.need,
            "digest": new.digest,
            "status": AdditionStatus.WAITING,
            "revision": 1,
            "attempts": 0,
            "sent_count": 0,
            "updated_at": self._now,
            **dict.fromkeys(("reason", "vendor_id", "record_no", "holder", "refusal"), ""),
            "approval": Approval.NONE,
            **_UNSENT,
        }
        statement = insert(vendor_additions).values(row).returning(vendor_additions.c.id)
        id_: int = self._connection.execute(statement).scalar_one()
        return id_

    def _keep_names(self, id_: int, names: Iterable[str]) -> None:
        """A tax id is kept as its keyed hash only."""
        mine = delete(vendor_addition_names).where(vendor_addition_names.c.addition_id == id_)
        self._connection.execute(mine)
        sealed = sorted({self._codec.seal(name)[:255] for name in names} - {""})
        self._connection.execute(
            insert(vendor_addition_names), [{"addition_id": id_, "name": name} for name in sealed]
        )

    def _change(
        self, id_: int, to: AdditionStatus, values: dict[str, object], story: Story
    ) -> StoredAddition:
        changed = self._choose(id_).values(status=to, reason=story.reason, updated_at=self._now, **values)
        self._connection.execute(changed)
        (stored,) = self._read(select(vendor_additions).where(vendor_additions.c.id == id_))
        detail: Detail = {"mark": stored.mark, **(story.detail or {})}
        if story.reason:
            detail = {**detail, "reason": story.reason}
        records = (f"vendor addition:{id_}", f"document:{stored.document_id}")
        self._audit.append(
            [Fact(record=each, action=story.action, detail=detail, by=story.by) for each in records]
        )
        return stored

    def _choose(self, id_: int) -> Any:  # noqa: ANN401 (SQLAlchemy's statement)
        return update(vendor_additions).where(vendor_additions.c.id == id_)

    def _read(self, query: Select[Any]) -> Sequence[StoredAddition]:
        return [_to_addition(row) for row in self._connection.execute(query).mappings()]


def _to_addition(row: RowMapping) -> StoredAddition:
    plain = set(StoredAddition.__dataclass_fields__) - {"status", "approval"}
    return StoredAddition(
        status=AdditionStatus(row["status"]),
        approval=Approval(row["approval"]),
        **{name: row[name] for name in plain},
    )
