"""What was seen becomes what is known: with an audit entry for each change, and a need where something is wrong."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ml_connector.flows.reconciling.blocking import tell_changes
from ml_connector.flows.run import Run
from ml_connector.intacct.objects import Bill
from ml_connector.mapping.ledger_states import Sight, describe, lose, see
from ml_connector.records.audit import Fact
from ml_connector.records.documents import Move, StoredDocument
from ml_connector.records.followed import GONE, UNDONE, Followed, Trouble
from ml_connector.records.needs import Need
from ml_connector.records.status import Status
from ml_connector.store import Work

_ACCEPT: Final = "put it right in Intacct, or accept it as it is there; it is not booked again"
_DECIDE: Final = "release it to have it booked again, or reject it"


def note_seen(run: Run, pairs: Sequence[tuple[Followed, Sight | None]], lines: Mapping[int, int]) -> None:
    """Keep what was seen of these records, None for what is gone; all in one transaction."""
    with run.store.begin() as work:
        facts: list[Fact] = []
        changed: set[int] = set()
        seen: list[tuple[Followed, Sight]] = []
        for before, sight in pairs:
            after = lose(before) if sight is None else see(before, sight, lines.get(sight.record_no))
            if not work.followed.change(before, after):
                continue  # another run was quicker
            facts += _tell(before, after)
            changed.add(before.document_id)
            if sight is not None:
                seen.append((before, sight))
            if sight is not None and sight.bill_no is not None:
                facts += _tie_bill(run, work, before, str(sight.bill_no))
        work.audit.append([*facts, *tell_changes(work, seen)])
        judge_documents(work, changed)


def _tell(before: Followed, after: Followed) -> Iterator[Fact]:
    """The entry of a change that people can see."""
    told = ("state", "total", "paid", "lines", "trouble")
    if all(getattr(before, name) == getattr(after, name) for name in told):
        return
    yield Fact(
        record=f"document:{after.document_id}",
        action="seen in Intacct",
        detail={
            "record": f"{after.object} {after.key}",
            "from": before.state,
            "to": after.state,
            "total": _spell(after.total),
            "paid": _spell(after.paid),
            "lines": after.lines,
            "trouble": after.trouble,
        },
    )


def _spell(amount: object) -> str | None:
    return None if amount is None else str(amount)


def _tie_bill(run: Run, work: Work, invoice: Followed, bill: str) -> Iterator[Fact]:
    """Follow the bill that a purchasing transaction made, also when Intacct has made it anew under another number."""
    known = work.followed.list_of([invoice.document_id])[invoice.document_id]
    made = next((each for each in known if each.born_of == invoice.key), None)
    if made is None:
        new = Followed(document_id=invoice.document_id, object=Bill.OBJECT, key=bill, born_of=invoice.key)
        work.followed.add(run.link.name, run.link.company, [new])
    elif made.key != bill:
        anew = replace(
            made,
            key=bill,
            state="",
            modified=None,
            trouble=Trouble.NONE,
            is_settled=False,
            looks=made.looks + 1,
        )
        work.followed.change(made, anew)
        yield Fact(
            record=f"document:{invoice.document_id}",
            action="bill made anew",
            detail={
                "record": invoice.key,
                "from": f"{Bill.OBJECT} {made.key}",
                "to": f"{Bill.OBJECT} {bill}",
            },
        )


def judge_documents(work: Work, ids: Iterable[int]) -> None:
    """Say by a need what is wrong with posted documents. One of which nothing is left in Intacct is held again."""
    wanted = set(ids)
    records, waiting = work.followed.list_of(wanted), work.needs.list_open(wanted)
    for id_, document in work.documents.get(wanted).items():
        own = [each for each in records[id_] if not each.born_of]
        said = "; ".join(filter(None, map(describe, records[id_])))
        if all(each.trouble in GONE for each in own):
            _hold_undone(work, document, f"{said}; {_DECIDE}")
        else:
            _put_need(work, document, f"{said}; {_ACCEPT}" if said else "", waiting.get(id_, ()))


def _put_need(work: Work, document: StoredDocument, reason: str, waiting: Sequence[Need]) -> None:
    if reason == "".join(need.reason for need in waiting):
        return
    work.needs.meet([document.id])
    if reason:
        work.needs.add({document.id: [_make_need(document, reason)]})


def _hold_undone(work: Work, document: StoredDocument, reason: str) -> None:
    note_undone(work, document, reason, to=Status.HELD)
    work.needs.add({document.id: [_make_need(document, reason)]})


def note_undone(work: Work, document: StoredDocument, reason: str, *, to: Status) -> None:
    """Intacct has nothing of a posted document any more: it goes `to` that state, and is followed no longer.

    A reversal or deletion on record: what is sent next, should people want it, goes under the next control id.
    """
    move = Move(
        id=document.id,
        action=UNDONE,
        reason=reason,
        intacct_key="",
        detail={"intacct_key": document.intacct_key},
    )
    work.documents.move([move], expect=Status.POSTED, to=to)
    for stored in work.postings.newest([document.id], reasons=False).values():
        work.postings.note_undone(stored, reason)
    work.needs.meet([document.id])
    work.followed.forget([document.id])


def _make_need(document: StoredDocument, reason: str) -> Need:
    return Need(kind="intacct_state", subject=document.document.document_key, reason=reason)
