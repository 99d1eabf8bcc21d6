"""Hold and release: what is held goes by itself once what it waited for is there."""

from collections.abc import Sequence
from dataclasses import replace

from ml_connector.flows.planning import Outcome
from ml_connector.flows.run import Run
from ml_connector.records.documents import Move, StoredDocument
from ml_connector.records.needs import Need
from ml_connector.records.status import Status
from ml_connector.store import Work


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
        _release(work, held - unchanged)
        for to, moves in outcome.moves.items():
            moved = work.documents.move(
                [m for m in moves if m.id not in unchanged], expect=Status.READ, to=to
            )
            work.postings.add([(id_, posting) for id_, posting in outcome.postings if id_ in moved])
            work.needs.add({id_: needs for id_, needs in outcome.needs.items() if id_ in moved})


def _hold_repeated(work: Work, outcome: Outcome) -> Outcome:
    """What was decided, but no posting under a control id that is in use: Intacct takes it for a repetition.

    Two links to one company may be sent the same invoice; then the second is held. A document that another
    process has planned in the meantime is left to it.
    """
    used = work.postings.find_used(posting.control_id for _, posting in outcome.postings)
    owners = {
        id_: used[posting.control_id] for id_, posting in outcome.postings if posting.control_id in used
    }
    moves = {to: [move for move in some if move.id not in owners] for to, some in outcome.moves.items()}
    needs = dict(outcome.needs)
    for move in outcome.moves.get(Status.READY, []):
        owner = owners.get(move.id, move.id)
        if owner != move.id:
            reason = (
                f"the same invoice is on its way to this company as document #{owner}; reject one of the two"
            )
            needs[move.id] = (Need(kind="duplicate", subject=f"document/{owner}", reason=reason),)
            moves.setdefault(Status.HELD, []).append(replace(move, action="held", reason=reason))
    postings = [(id_, posting) for id_, posting in outcome.postings if id_ not in owners]
    return Outcome(moves=moves, postings=postings, needs=needs)


def _release(work: Work, ids: set[int]) -> None:
    reason = "the rules or Intacct's reference have changed since it was held"
    moves = [Move(id=id_, action="released", reason=reason) for id_ in sorted(ids)]
    work.needs.meet(work.documents.move(moves, expect=Status.HELD, to=Status.READ))


def _name(needs: Sequence[Need]) -> list[str]:
    return sorted(str(need) for need in needs)
