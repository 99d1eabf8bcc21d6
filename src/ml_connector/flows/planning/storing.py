"""Store: what was decided for a slice becomes true in one transaction, for what still stands as it did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ml_connector.flows.planning.outcome import CHANGED_GROUNDS, Outcome
from ml_connector.flows.run import Basis
from ml_connector.mapping.duplicates.earlier import find_rival, name_document
from ml_connector.mapping.references import list_compared
from ml_connector.records.documents import Move, Standing, StoredDocument
from ml_connector.records.matches import Comparison
from ml_connector.records.needs import Need
from ml_connector.records.status import Status
from ml_connector.store import Work
from ml_connector.store.needs import Ages
from ml_connector.store.releases import Mark


def store_outcome(basis: Basis, outcome: Outcome, *, version: int) -> list[int]:
    """Store what was decided; returns the documents that are ready to be sent, the first to be paid first.

    A held document for which nothing has changed stays as it is, without an entry but for other words; what it goes on
    waiting for stays as old as it is.
    """
    rules = basis.link.rules_version
    with basis.store.begin() as work:
        outcome = _hold_repeated(work, outcome, basis.link.company)
        standing = work.documents.read_standing(outcome.list_ids())
        outcome = _leave_overtaken(work, outcome, basis.link.company)
        stands = {id_: each for id_, each in standing.items() if not _is_newer(each, rules, version)}
        held = {id_ for id_, each in stands.items() if each.status is Status.HELD}
        ages = work.needs.list_ages(held)
        held -= work.releases.list_for_a_person(held)  # another process got further and had to hold it
        changed = {id_ for id_ in held if _name(ages.get(id_, ())) != _name(outcome.needs.get(id_, ()))}
        work.documents.pin(held - changed, rules=rules, reference=version)
        _reword(work, {id_: outcome.needs[id_] for id_ in held - changed}, ages)
        _release(work, changed)
        read = {id_ for id_, each in stands.items() if each.status is Status.READ}
        ready = _move_on(work, outcome, read | changed, ages)
        work.needs.remember({id_: keys for id_, keys in outcome.asked.items() if id_ in read | held})
        _keep_comparisons(
            basis, work, {id_: outcome.comparisons[id_] for id_ in outcome.comparisons.keys() & (read | held)}
        )
        work.releases.lower_mark(basis.link.name, Mark(reference=version, rules=rules))
    return sorted(ready, key=_list_dues(outcome).__getitem__)


def _keep_comparisons(basis: Basis, work: Work, found: Mapping[int, Comparison]) -> None:
    """Each with its document, which is found by its orders and receipts from now on."""
    definitions = basis.link.rules.purchasing.definitions
    work.matches.keep(found)
    work.references.link({id_: list_compared(each, definitions) for id_, each in found.items()})


def _list_dues(outcome: Outcome) -> dict[int, tuple[bool, date, int]]:
    """In which order what is ready is to be paid: by what is known now, and what has no date first."""
    known = {
        move.id: move.due or outcome.documents[move.id].document.due
        for move in outcome.moves.get(Status.READY, [])
    }
    return {id_: (due is not None, due or date.min, id_) for id_, due in known.items()}


def _is_newer(standing: Standing, rules: int, reference: int) -> bool:
    """Whether another process has held a document with newer grounds meanwhile: its decision counts."""
    planned = (standing.planned_rules or 0, standing.planned_reference or 0)
    return standing.status is Status.HELD and (planned[0] > rules or planned[1] > reference)


def _reword(work: Work, found: Mapping[int, Sequence[Need]], ages: Ages) -> None:
    """What is held on the same as before, but says so in other words now."""
    reworded = {id_: some for id_, some in found.items() if set(some) != set(ages.get(id_, ()))}
    work.needs.reword(reworded)
    work.waiting.reword(
        {
            id_: {"reason": needs[0].reason, "needs": ", ".join(map(str, needs))}
            for id_, needs in reworded.items()
        }
    )


def _release(work: Work, ids: set[int]) -> None:
    moves = [Move(id=id_, action="released", reason=CHANGED_GROUNDS) for id_ in sorted(ids)]
    work.needs.meet(work.documents.move(moves, expect=Status.HELD, to=Status.READ))


def _move_on(work: Work, outcome: Outcome, ids: set[int], ages: Ages) -> set[int]:
    """Move what is `read` by now, with the postings and needs that belong to it; returns what is ready.

    What cancels or replaces others is moved only once all of these are filed, and no other run has taken one of them
    on: it stays `read` else, and is decided again.
    """
    waiting = {id_ for id_ in ids if outcome.stopped.get(id_)} - frozenset().union(*outcome.stopped.values())
    filed = _move(work, outcome, Status.FILED, ids - waiting, {})
    going = ids - filed - {id_ for id_ in waiting if not outcome.stopped[id_] <= filed}
    bodies = work.postings.add([(id_, posting) for id_, posting in outcome.postings if id_ in going])
    moved = {to: _move(work, outcome, to, going, bodies) for to in outcome.moves}
    work.needs.add({id_: needs for id_, needs in outcome.needs.items() if id_ in going}, since=ages)
    return moved.get(Status.READY, set())


def _move(work: Work, outcome: Outcome, to: Status, ids: set[int], bodies: Mapping[int, str]) -> set[int]:
    told = [
        replace(move, detail={**move.detail, "body_sha256": bodies[move.id]}) if move.id in bodies else move
        for move in outcome.moves.get(to, ())
        if move.id in ids
    ]
    return work.documents.move(told, expect=Status.READ, to=to)


def _hold_repeated(work: Work, outcome: Outcome, company: str) -> Outcome:
    """What was decided, but nothing that is on its way to Intacct already.

    Another run may have planned the same invoice in the meantime, under another sender or for another link to
    the same company. What it has planned of ours is left to it; the same invoice in another document is held.
    """
    rivals = _find_used(work, outcome) | _find_rivals(work, outcome, company)
    if not rivals:
        return outcome
    moves = {to: [move for move in some if move.id not in rivals] for to, some in outcome.moves.items()}
    needs = dict(outcome.needs)
    for move in outcome.moves.get(Status.READY, []):
        rival = rivals.get(move.id, move.id)
        if rival != move.id:
            reason = f"the same, or what it undoes, is on its way to this company as document #{rival}; reject one of the two"
            needs[move.id] = (Need(kind="duplicate", subject=f"document/{rival}", reason=reason),)
            moves.setdefault(Status.HELD, []).append(replace(move, action="held", reason=reason))
    postings = [(id_, posting) for id_, posting in outcome.postings if id_ not in rivals]
    return replace(outcome, moves=moves, postings=postings, needs=needs)


def _leave_overtaken(work: Work, outcome: Outcome, company: str) -> Outcome:
    """What was decided, but nothing ready that draws on orders of which another run may have planned something since
    they were read, for whatever link: it is `read` after this, and decided again with the next run.
    """
    if not outcome.drawing or not work.orders.is_planned_since(company, min(outcome.drawing.values())):
        return outcome
    ready = [move for move in outcome.moves.get(Status.READY, []) if move.id not in outcome.drawing]
    postings = [(id_, posting) for id_, posting in outcome.postings if id_ not in outcome.drawing]
    return replace(outcome, moves={**outcome.moves, Status.READY: ready}, postings=postings)


def _find_used(work: Work, outcome: Outcome) -> dict[int, int]:
    """Which documents' control ids are used: by another document, or by the same one and definitely refused."""
    used = work.postings.find_used(posting.control_id for _, posting in outcome.postings)
    taken = {id_: used[posting.control_id] for id_, posting in outcome.postings if posting.control_id in used}
    again = work.postings.newest((id_ for id_, other in taken.items() if id_ == other), reasons=False)
    return {id_: other for id_, other in taken.items() if id_ != other or again[id_].refusal}


def _find_rivals(work: Work, outcome: Outcome, company: str) -> dict[int, int]:
    """Which of the documents to be made ready have a rival under the same vendor and number, by its id: one that people
    have not said to be another.
    """
    documents = {move.id: outcome.documents[move.id] for move in outcome.moves.get(Status.READY, [])}
    others = _find_others(work, documents, company)
    found = {
        id_: find_rival(
            outcome.claims[id_],
            (
                each
                for each in others.get(document.document.key.number, ())
                if name_document(each) not in outcome.cleared.get(id_, ())
            ),
        )
        for id_, document in documents.items()
    }
    return {id_: rival.id for id_, rival in found.items() if rival is not None}


def _find_others(
    work: Work, documents: Mapping[int, StoredDocument], company: str
) -> dict[str, list[StoredDocument]]:
    """Documents of the same numbers on their way to the company beside these, of whatever link, by number."""
    numbers = {document.document.key.number for document in documents.values()}
    others: dict[str, list[StoredDocument]] = {}
    for other in work.documents.find_sent(company, numbers, besides=documents):
        others.setdefault(other.document.key.number, []).append(other)
    return others


def _name(needs: Iterable[Need]) -> list[str]:
    return sorted(str(need) for need in needs)
