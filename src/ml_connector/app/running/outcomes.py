"""What a run's documents came to: summed up, so that a person can read it however many there are, and the first of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice, zip_longest
from typing import Final

from ml_connector.app.documents import Documents
from ml_connector.app.need_views import Waiting
from ml_connector.app.results import DocumentLine, OutcomeSum
from ml_connector.app.worths import find_worths
from ml_connector.flows.run import Run
from ml_connector.records.documents import StoredDocument
from ml_connector.records.matches import Worth
from ml_connector.records.needs import Need
from ml_connector.records.status import Status
from ml_connector.store.sets import split

_AT_ONCE: Final = 500
_SAMPLES: Final = 100  # of each group; more are never shown
_WITH_DIGITS: Final = re.compile(r"\S*\d\S*(?: \S*\d\S*)*")

_Place = tuple[Status, str]  #: where documents stand, and why


@dataclass(frozen=True, slots=True)
class Touched:
    """The documents a run received or moved."""

    sums: tuple[OutcomeSum, ...]  #: that of the most documents first, posted ones last
    lines: tuple[DocumentLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """Some hundred documents, with what is known of them by their ids."""

    documents: Sequence[StoredDocument]
    needs: Mapping[int, Sequence[Need]]
    worths: Mapping[int, Worth]


@dataclass(slots=True)
class _Group:
    sums: dict[str, Waiting] = field(default_factory=dict)  #: by currency
    first: list[int] = field(default_factory=list)

    def count(self, id_: int, worth: Worth) -> None:
        before = self.sums.get(worth.currency, Waiting(currency=worth.currency, documents=0, amount=None))
        self.sums[worth.currency] = before.plus(worth.amount)
        if len(self.first) < _SAMPLES:
            self.first.append(id_)

    @property
    def documents(self) -> int:
        return sum(each.documents for each in self.sums.values())


def report_touched(run: Run, started: datetime, *, most: int | None) -> Touched:
    """The documents of the run as lines: all of them, or `most`, the first few of each group; posted ones go first."""
    groups: dict[_Place, _Group] = {}
    for page in _list_pages(run, started):
        for document in page.documents:
            place = document.status, _name_reason(document, page.needs.get(document.id, ()))
            groups.setdefault(place, _Group()).count(document.id, page.worths[document.id])
    ranked = dict(
        sorted(groups.items(), key=lambda item: (item[0][0] is Status.POSTED, -item[1].documents, item[0]))
    )
    sums = tuple(chain.from_iterable(_sum_up(place, group) for place, group in ranked.items()))
    if most is None or sum(each.documents for each in sums) <= most:
        return Touched(sums, tuple(describe_touched(run, started)))
    telling = [group.first for (status, _), group in ranked.items() if status is not Status.POSTED]
    posted = [group.first for (status, _), group in ranked.items() if status is Status.POSTED]
    chosen = islice(chain(_take_in_turn(telling), _take_in_turn(posted)), most)
    return Touched(sums, tuple(_describe(run, sorted(chosen))))


def describe_touched(run: Run, started: datetime) -> Iterator[DocumentLine]:
    """The documents of the run as lines, some hundred at a time: a run may have any number."""
    desk = Documents(run.store)
    for page in _list_pages(run, started):
        yield from desk.describe(page.documents, company=run.link.company)


def _list_pages(run: Run, started: datetime) -> Iterator[_Page]:
    last = 0
    while True:
        with run.store.begin() as work:
            found = work.documents.list_since(run.link.name, started, after=last, most=_AT_ONCE)
            if not found:
                return
            needs = work.needs.list_open(document.id for document in found)
            worths = find_worths(work, found)
        yield _Page(documents=found, needs=needs, worths=worths)
        last = found[-1].id


def _name_reason(document: StoredDocument, needs: Sequence[Need]) -> str:
    """The kinds of what it waits for; else its reason without the numbers that are its own."""
    if needs:
        return ", ".join(sorted({need.kind for need in needs}))
    return _WITH_DIGITS.sub("…", document.reason)


def _sum_up(place: _Place, group: _Group) -> Iterator[OutcomeSum]:
    status, why = place
    for currency, each in sorted(group.sums.items()):
        yield OutcomeSum(
            status=status,
            why=why,
            currency=currency,
            documents=each.documents,
            amount=each.amount,
            unknown=each.unknown,
        )


def _take_in_turn(groups: Sequence[Sequence[int]]) -> Iterator[int]:
    """The first of each, then the second of each, and so on."""
    return (id_ for row in zip_longest(*groups) for id_ in row if id_ is not None)


def _describe(run: Run, ids: Sequence[int]) -> Iterator[DocumentLine]:
    desk = Documents(run.store)
    for part in split(ids):
        with run.store.begin() as work:
            found = work.documents.get(part)
        yield from desk.describe([found[id_] for id_ in part], company=run.link.company)
