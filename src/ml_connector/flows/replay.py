"""Hold and release: what is held goes by itself once what it waited for is there."""

from collections.abc import Sequence

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
        ids = [move.id for moves in outcome.moves.values() for move in moves]
        held = {id_ for id_, document in work.documents.get(ids).items() if document.status is Status.HELD}
        before = work.needs.list_open(held)
        unchanged = {id_ for id_ in held if _name(before.get(id_, ())) == _name(outcome.needs.get(id_, ()))}
        work.documents.pin(unchanged, rules=run.link.rules_version, reference=version)
        _release(work, held - unchanged)
        for to, moves in outcome.moves.items():
            moved = work.documents.move(
                [m for m in moves if m.id not in unchanged], expect=Status.READ, to=to
            )
            work.postings.add([(id_, posting) for id_, posting in outcome.postings if id_ in moved])
            work.needs.add({id_: needs for id_, needs in outcome.needs.items() if id_ in moved})


def _release(work: Work, ids: set[int]) -> None:
    reason = "the rules or Intacct's reference have changed since it was held"
    moves = [Move(id=id_, action="released", reason=reason) for id_ in sorted(ids)]
    work.needs.meet(work.documents.move(moves, expect=Status.HELD, to=Status.READ))


def _name(needs: Sequence[Need]) -> list[str]:
    return sorted(str(need) for need in needs)
