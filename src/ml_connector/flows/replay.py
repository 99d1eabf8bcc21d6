"""Hold and release: what is held goes by itself once what it waited for is there."""

from collections.abc import Sequence
from dataclasses import replace

from ml_connector.flows.planning import Outcome
from ml_connector.flows.run import Run
from ml_connector.mapping.duplicates import is_on_its_way
from ml_connector.records.documents import Move, StoredDocument
from ml_connector.records.needs import Need
from ml_connector.records.status import Status
from ml_connector.store import Store, Work


def list_plannable(run: Run, work: Work, version: int) -> Sequence[StoredDocument]:
    """The documents to be decided now, oldest first: those just read, and those held under older rules or reference.

    A document that was refused by Intacct, or ever sent, is never released by itself: that is for a person.
    """
    fresh = work.documents.list(run.link.name, status=Status.READ)
    stale = work.documents.list_stale(run.link.name, rules=run.link.rules_version, reference=version)
    return sorted((*fresh, *stale), key=lambda document: document.id)


def store_outcome(run: Run, outcome: Outcome, *, version: int) -> None:
    """Store what was decided. A held document for which nothing has changed stays as it is, without an entry."""
    with run.store.begin() as work:
        outcome = _hold_repeated(work, outcome)
        ids = [move.id for moves in outcome.moves.values() for move in moves]
        held = {id_ for id_, document in work.documents.get(ids).items() if document.status is Status.HELD}
        before = work.needs.list_open(held)
        unchanged = {id_ for id_ in held if _name(before.get(id_, ())) == _name(outcome.needs.get(id_, ()))}
        unchanged |= work.postings.newest(held).keys()  # another process got further and had to hold it
        work.documents.pin(unchanged, rules=run.link.rules_version, reference=version)
        _release(work, held - unchanged, "the rules or Intacct's reference have changed since it was held")
        for to, moves in outcome.moves.items():
            moved = work.documents.move(
                [m for m in moves if m.id not in unchanged], expect=Status.READ, to=to
            )
            work.postings.add([(id_, posting) for id_, posting in outcome.postings if id_ in moved])
            work.needs.add({id_: needs for id_, needs in outcome.needs.items() if id_ in moved})


def _hold_repeated(work: Work, outcome: Outcome) -> Outcome:
    """What was decided, but nothing that is on its way to Intacct already.

    Another run may have planned the same invoice in the meantime, under another sender or for another link to
    the same company. What it has planned of ours is left to it; the same invoice in another document is held.
    """
    used = work.postings.find_used(posting.control_id for _, posting in outcome.postings)
    rivals = {
        id_: used[posting.control_id] for id_, posting in outcome.postings if posting.control_id in used
    }
    rivals |= _find_rivals(work, outcome)
    moves = {to: [move for move in some if move.id not in rivals] for to, some in outcome.moves.items()}
    needs = dict(outcome.needs)
    for move in outcome.moves.get(Status.READY, []):
        rival = rivals.get(move.id, move.id)
        if rival != move.id:
            reason = (
                f"the same invoice is on its way to this company as document #{rival}; reject one of the two"
            )
            needs[move.id] = (Need(kind="duplicate", subject=f"document/{rival}", reason=reason),)
            moves.setdefault(Status.HELD, []).append(replace(move, action="held", reason=reason))
    postings = [(id_, posting) for id_, posting in outcome.postings if id_ not in rivals]
    return Outcome(moves=moves, postings=postings, needs=needs)


def _find_rivals(work: Work, outcome: Outcome) -> dict[int, int]:
    """Which of the documents to be made ready have a rival under the same vendor and number, by its id."""
    vendors = {move.id: move.vendor or "" for move in outcome.moves.get(Status.READY, [])}
    documents = work.documents.get(vendors)
    keys = [(vendor, documents[id_].document.key) for id_, vendor in vendors.items() if id_ in documents]
    others = work.documents.find_earlier([], keys)
    found = {id_: is_on_its_way(vendors[id_], document, others) for id_, document in documents.items()}
    return {id_: rival.id for id_, rival in found.items() if rival is not None}


def release(store: Store, ids: Sequence[int], *, reason: str) -> set[int]:
    """A person lets held documents be decided again, whatever they were held for; returns those that were held."""
    with store.begin() as work:
        return _release(work, set(ids), reason)


def reject(store: Store, ids: Sequence[int], *, reason: str) -> set[int]:
    """A person says that held documents are not to be booked; returns those that were held."""
    with store.begin() as work:
        moves = [
            Move(id=id_, action="rejected", reason=reason) for id_ in sorted(_release(work, set(ids), reason))
        ]
        return work.documents.move(moves, expect=Status.READ, to=Status.REJECTED)


def _release(work: Work, ids: set[int], reason: str) -> set[int]:
    moves = [Move(id=id_, action="released", reason=reason) for id_ in sorted(ids)]
    released = work.documents.move(moves, expect=Status.HELD, to=Status.READ)
    work.needs.meet(released)
    return released


def _name(needs: Sequence[Need]) -> list[str]:
    return sorted(str(need) for need in needs)
