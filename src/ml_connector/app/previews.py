"""What would become of documents if they were decided now, added up."""

from collections.abc import Callable, Iterable, Sequence

from ml_connector.app.need_views import Preview, Still, Waiting
from ml_connector.app.worths import find_worths
from ml_connector.flows.planning.deciding import rehearse_documents
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.flows.planning.purchasing import UNREAD
from ml_connector.flows.run import Basis
from ml_connector.records.matches import Worth
from ml_connector.records.status import Status

_Sums = dict[str, Waiting]  #: by currency


def preview_documents(basis: Basis, ids: Sequence[int], *, report: Callable[[int, int], None]) -> Preview:
    """Decide for each document by slices, and change nothing. Intacct is asked neither for orders nor for duplicates."""
    with basis.store.begin() as work:
        newest = work.reference.newest(basis.link.company)
    freed: _Sums = {}
    untold: _Sums = {}
    still: dict[tuple[Status, str], _Sums] = {}
    for first in range(0, len(ids), basis.link.slice):
        report(first, len(ids))
        with basis.store.begin() as work:
            found = work.documents.get(ids[first : first + basis.link.slice])
            worths = find_worths(work, found.values())
        outcome = rehearse_documents(
            basis, list(found.values()), version=newest[0] if newest is not None else 0
        )
        for status, need, id_ in _list_ends(outcome):
            if need == UNREAD:
                _count(untold, worths[id_])
            else:
                _count(freed if status is Status.READY else still.setdefault((status, need), {}), worths[id_])
    report(len(ids), len(ids))
    kept = sorted(
        still.items(), key=lambda item: (-sum(each.documents for each in item[1].values()), item[0])
    )
    return Preview(
        documents=len(ids),
        freed=_to_waiting(freed),
        untold=_to_waiting(untold),
        still=tuple(
            Still(outcome=status, need=need, waiting=_to_waiting(sums)) for (status, need), sums in kept
        ),
    )


def _list_ends(outcome: Outcome) -> Iterable[tuple[Status, str, int]]:
    """Each document with where it would stand; one that waits for several needs stands under each.

    One that nothing is known to keep, and that Intacct must be asked about, stands under `UNREAD` alone.
    """
    for status, moves in outcome.moves.items():
        for move in moves:
            needs = outcome.needs.get(move.id, ()) if status is Status.HELD else ()
            known = dict.fromkeys(str(need) for need in needs if need.kind != UNREAD)
            for need in known or ((UNREAD,) if needs else ("",)):
                yield status, need, move.id


def _count(sums: _Sums, worth: Worth) -> None:
    before = sums.get(worth.currency, Waiting(currency=worth.currency, documents=0, amount=None))
    sums[worth.currency] = before.plus(worth.amount)


def _to_waiting(sums: _Sums) -> tuple[Waiting, ...]:
    return tuple(sums[currency] for currency in sorted(sums))
