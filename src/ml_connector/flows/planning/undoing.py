"""What cancellations would undo is read from Intacct right before they are decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ml_connector.flows.planning.cases import AnyCase, Ready
from ml_connector.flows.reconciling.looking import KINDS, describe_entry, list_by_keys
from ml_connector.flows.run import Basis, Run
from ml_connector.intacct.objects import Entry
from ml_connector.intacct.writing.deletion import RecordDeletion
from ml_connector.mapping.decisions import Held
from ml_connector.mapping.ledger_states import describe
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.mapping.undoing import (
    Seen,
    Sent,
    Undoable,
    ask_agreement,
    name_agreement,
    name_deleted,
    plan_deletion,
)
from ml_connector.records.documents import StoredDocument
from ml_connector.records.followed import Followed
from ml_connector.records.needs import Need
from ml_connector.records.posting import StoredPosting
from ml_connector.records.provenance import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What a cancellation is about, and the deletion that undoes it, or why that is left to people."""

    sent: Sent
    deletion: RecordDeletion | None = None  #: None where Intacct was not asked, as in a rehearsal
    obstacle: str = ""


def begin_undoings(basis: Basis, cancelled: Mapping[int, StoredDocument]) -> dict[int, Undoing]:
    """By cancellation, from our record alone, with the original that stands in Intacct."""
    if not cancelled:
        return {}
    ids = {original.id for original in cancelled.values()}
    with basis.store.begin() as work:
        postings = work.postings.newest(ids, reasons=False)
        followed = work.followed.list_of(ids)
    begun = {
        id_: _begin(original, postings[original.id], followed.get(original.id, ()))
        for id_, original in cancelled.items()
    }
    return {id_: each for id_, each in begun.items() if each is not None}


def read_undoings(run: Run, cancelled: Mapping[int, StoredDocument]) -> dict[int, Undoing]:
    """The same, of records as they are in Intacct now. Raises `intacct.errors`."""
    begun = begin_undoings(run.basis, cancelled)
    seen = _look(run, [each.sent for each in begun.values() if not each.obstacle])
    return {id_: each if each.obstacle else _plan(each, seen) for id_, each in begun.items()}


def _plan(undoing: Undoing, seen: Mapping[tuple[str, str], Seen]) -> Undoing:
    sent = undoing.sent
    planned = plan_deletion(sent, seen.get((sent.object, sent.original.intacct_key)))
    if isinstance(planned, str):
        return replace(undoing, obstacle=planned)
    return replace(undoing, deletion=planned)


def _begin(original: StoredDocument, stored: StoredPosting, followed: Iterable[Followed]) -> Undoing | None:
    """None for what was never a record that could be deleted, as a change of an order."""
    function, *others = stored.posting.functions
    if not isinstance(function, Undoable):
        return None
    sent = Sent(original=original, function=function, entity=stored.posting.target.entity)
    troubles = filter(None, map(describe, followed))
    obstacle = f"it has become {len(others) + 1} records" if others else next(troubles, "")
    return Undoing(sent=sent, obstacle=obstacle)


def _look(run: Run, asked: Iterable[Sent]) -> dict[tuple[str, str], Seen]:
    """What Intacct has of these, by object and key."""
    sent: dict[tuple[str, str], StoredDocument] = {
        (each.object, each.original.intacct_key): each.original for each in asked
    }
    found: dict[tuple[str, str], Seen] = {}
    for kind in KINDS:
        object_ = kind.record.OBJECT
        keys = [key for name, key in sent if name == object_]
        with run.turn:
            entries = list(list_by_keys(run.finance, kind, keys))
        for entry in entries:
            key = describe_entry(entry).key
            found[object_, key] = _see(run, entry, sent[object_, key])
    return found


def _see(run: Run, entry: Entry[Any], original: StoredDocument) -> Seen:
    now = run.clock()
    modified = entry.modified
    return Seen(
        record=entry.record,
        modified=modified,
        untouched_for=(entry.asked or now) - modified if modified is not None else None,
        posted_for=now - original.updated_at,
    )


def undo(case: AnyCase, held: Held, undoing: Undoing, rules: Rules) -> Ready | Held:
    """What comes of a cancellation that is held because of what its original made: a draft that nobody has touched is
    deleted, where the partner's rule says so or a person has agreed.
    """
    partner = case.opened.partner
    if undoing.obstacle or partner is None:
        return replace(held, needs=tuple(_explain(need, undoing.obstacle) for need in held.needs))
    is_agreed = (partner.name, name_agreement(undoing.sent)) in rules.cancelled
    if partner.cancellations != "undo" and not is_agreed:
        return Held(needs=(ask_agreement(undoing.sent, partner.name),))
    if undoing.deletion is None:
        return Held(needs=(_describe_unread(case),))
    rule = (
        f"cancellations of {partner.name}" if partner.cancellations == "undo" else "what people have answered"
    )
    original = undoing.sent.original
    reason = Reason(
        path="deleted",
        value=name_deleted(undoing.deletion),
        rule=rule,
        inputs=(("cancels", f"document #{original.id} {original.document.document_key}"),),
    )
    return Ready(
        functions=(undoing.deletion,),
        entity=undoing.sent.entity,
        date=case.stored.document.date,
        due=None,
        provenance=(reason,),
    )


def _explain(need: Need, obstacle: str) -> Need:
    return replace(need, reason=f"{need.reason}; it is not deleted by itself, as {obstacle}")


def _describe_unread(case: AnyCase) -> Need:
    number = case.stored.document.key.number
    reason = (
        "what becomes of it cannot be told before what it cancels is read in Intacct; the next run decides"
    )
    return Need(kind="unread", subject=f"{case.opened.mark}/{number}", reason=reason)
