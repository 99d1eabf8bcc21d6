"""What would become of documents if they were decided now, added up."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from ml_connector.app.need_views import Preview, Still, Waiting
from ml_connector.flows.planning.deciding import rehearse_documents
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.flows.planning.purchasing import UNREAD
from ml_connector.flows.run import Basis
from ml_connector.records.documents import StoredDocument
from ml_connector.records.status import Status

_Sums = dict[str, tuple[int, Decimal]]  #: documents and money by currency


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
        outcome = rehearse_documents(
            basis, list(found.values()), version=newest[0] if newest is not None else 0
        )
        for status, need, document in _list_ends(outcome, found):
            if need == UNREAD:
                _count(untold, document)
            else:
                _count(freed if status is Status.READY else still.setdefault((status, need), {}), document)
    report(len(ids), len(ids))
    kept = sorted(still.items(), key=lambda item: (-sum(count for count, _ in item[1].values()), item[0]))
    return Preview(
        documents=len(ids),
        freed=_to_waiting(freed),
        untold=_to_waiting(untold),
        still=tuple(
            Still(outcome=status, need=need, waiting=_to_waiting(sums)) for (status, need), sums in kept
        ),
    )


def _list_ends(
    outcome: Outcome, found: dict[int, StoredDocument]
) -> Iterable[tuple[Status, str, StoredDocument]]:
    """Each document with where it would stand; one that waits for several needs stands under each.

    One that nothing is known to keep, and that Intacct must be asked about, stands under `UNREAD` alone.
    """
    for status, moves in outcome.moves.items():
        for move in moves:
            needs = outcome.needs.get(move.id, ()) if status is Status.HELD else ()
            known = dict.fromkeys(str(need) for need in needs if need.kind != UNREAD)
            for need in known or ((UNREAD,) if needs else ("",)):
                yield status, need, found[move.id]


def _count(sums: _Sums, document: StoredDocument) -> None:
    content = document.document
    count, money = sums.get(content.currency, (0, Decimal(0)))
    sums[content.currency] = (count + 1, money + (content.amount or Decimal(0)))


def _to_waiting(sums: _Sums) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(currency=currency, documents=count, amount=money)
        for currency, (count, money) in sorted(sums.items())
    )
