"""Decide: for each case a posting, or why there is none.

No state is changed here, but that what is ready is called back when something that may cancel or replace it is decided.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from ml_connector.flows.planning.asking import ask_intacct, guard, look_up, take_orders
from ml_connector.flows.planning.billed import Billed, read_billed
from ml_connector.flows.planning.cases import AnyCase, Decision, Ready
from ml_connector.flows.planning.earlier import read_record
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.journal import book_in_journal
from ml_connector.flows.planning.judging import Seen, find_contact, is_asked
from ml_connector.flows.planning.noting import Grounds, note
from ml_connector.flows.planning.opening import open_cases
from ml_connector.flows.planning.orders import OrderShelf, Seeker, read_orders
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.flows.planning.parts import check_written, tell_written
from ml_connector.flows.planning.payables import Wanted, read_payables
from ml_connector.flows.planning.preflight import look_ahead, read_copy
from ml_connector.flows.planning.reopened import hold_reopened, read_undone
from ml_connector.flows.planning.repeated import find_stopped
from ml_connector.flows.planning.told import Told
from ml_connector.flows.planning.undoing import Undoing, begin_undoings, read_undoings
from ml_connector.flows.reading import PARSER_VERSION
from ml_connector.flows.run import Basis, Run
from ml_connector.intacct.objects import BillKey
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.duplicates.claims import Claim
from ml_connector.mapping.payments.paid_bills import Payables
from ml_connector.records.documents import StoredDocument
from ml_connector.records.needs import Need
from ml_connector.records.posting import Pins, StoredPosting

_T = TypeVar("_T")


def do_nothing() -> None:
    """For those who have nothing else to do."""


def plan_documents(
    run: Run,
    documents: Sequence[StoredDocument],
    *,
    version: int,
    meanwhile: Callable[[], None] = do_nothing,
) -> Outcome:
    """Decide for each document; other work may go on `meanwhile`, between any two of them and outside transactions.

    Raises `intacct.errors` when Intacct cannot be asked for orders or duplicates.
    """
    means = _Means(
        version=version,
        read=partial(read_orders, run),
        read_payables=partial(read_payables, run),
        ask=partial(ask_intacct, run),
        read_undoings=partial(read_undoings, run),
        meanwhile=meanwhile,
        recalls=True,
    )
    return _plan_all(run.basis, documents, means)


def rehearse_documents(basis: Basis, documents: Sequence[StoredDocument], *, version: int) -> Outcome:
    """What would be decided for each document, as far as it can be told without asking Intacct for orders and duplicates."""
    means = _Means(
        version=version,
        read=lambda _seekers: None,
        read_payables=lambda _wanted: None,
        ask=lambda _cases, _claims, _kept, _keys: Told(),
        read_undoings=partial(begin_undoings, basis),
        meanwhile=do_nothing,
        recalls=False,
    )
    return _plan_all(basis, documents, means)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Means:
    """How documents are decided."""

    version: int  #: of the company's reference
    read: Callable[[Sequence[Seeker]], OrderShelf | None]  #: None where orders cannot be read
    read_payables: Callable[[Sequence[Wanted]], Payables | None]  #: None where bills cannot be read
    ask: Callable[[Sequence[AnyCase], Mapping[int, Claim], AbstractSet[str], Sequence[BillKey]], Told]
    read_undoings: Callable[[Mapping[int, StoredDocument]], Mapping[int, Undoing]]
    meanwhile: Callable[[], None]
    recalls: bool  #: what is ready may be called back

    def pause(self, items: Iterable[_T]) -> Iterator[_T]:
        """The items, with other work going on between them."""
        for item in items:
            self.meanwhile()
            yield item


def _plan_all(basis: Basis, documents: Sequence[StoredDocument], means: _Means) -> Outcome:
    # by age, whatever the order they are taken in: of two under one number the earlier one counts
    by_age = sorted(documents, key=lambda document: document.id)
    outcome = Outcome(documents={document.id: document for document in by_age})
    opened = _open(basis, by_age, means, outcome)
    cases, facts = look_up(basis, opened, means.version, pause=means.pause)
    cases, facts, shelf = _take_orders(basis, means, cases, facts)
    cases = _take_payables(means, cases)
    decided = {case.stored.id: _decide(case, facts) for case in means.pause(cases)}
    copied = read_copy(basis, decided.values(), facts.reference)
    outcome.claims.update({case.stored.id: case.claim(facts) for case in cases})
    # before Intacct is asked: what gets there in between is found
    record = read_record(basis, cases, outcome.claims)
    billed = read_billed(basis, cases, shelf)
    told = _ask(means, [(case, decided[case.stored.id]) for case in cases], outcome.claims, billed)
    seen = Seen(
        record=record,
        billed=billed,
        told=told,
        undoings=means.read_undoings(record.siblings.list_cancelled(cases)),
        rules=facts.rules,
    )
    pins = Pins(rules=basis.link.rules_version, reference=means.version, parser=PARSER_VERSION)
    undone = read_undone(basis, record.postings)
    for each in means.pause(_tell_written(cases, record.postings)):
        before = record.postings.get(each.stored.id)
        case, made = look_ahead(each, _decide_anew(each, decided[each.stored.id], facts), copied)
        made = hold_reopened(case, _hold_changed(case, made, before), undone, facts)
        judged = seen.judge(case, outcome.claims[case.stored.id], made)
        grounds = Grounds(
            company=basis.link.company,
            pins=pins,
            facts=facts,
            before=before,
            stopped=record.siblings.list_stopped(case),
        )
        note(outcome, case, judged.verdict, grounds)
        outcome.cleared[case.stored.id] = judged.cleared
        seen.add(case, judged.verdict)
        if isinstance(judged.verdict, Ready):
            _expect(outcome, case, judged.verdict, shelf)
    return outcome


def _open(
    basis: Basis, documents: Sequence[StoredDocument], means: _Means, outcome: Outcome
) -> list[AnyCase]:
    """The cases of these documents by age, with those of what they cancel or replace: nothing else goes on until that
    is called back.
    """
    opened = list(open_cases(basis, documents, outcome, means.version))
    also = find_stopped(basis, opened, recalls=means.recalls)
    outcome.documents.update({document.id: document for document in also})
    return sorted(
        [*opened, *open_cases(basis, also, outcome, means.version)], key=lambda case: case.stored.id
    )


def _expect(outcome: Outcome, case: AnyCase, made: Ready, shelf: OrderShelf | None) -> None:
    """Let what comes after it reckon with what it takes of its orders."""
    if shelf is not None:
        shelf.expect(made.functions, mark=case.opened.mark)
        if case.ask_bill() is not None and made.comparison is not None:
            shelf.announce(made.comparison.expected, mark=case.opened.mark)
        if case.seeker is not None:
            outcome.drawing[case.stored.id] = shelf.as_of


def _take_orders(
    basis: Basis, means: _Means, cases: list[AnyCase], facts: Facts
) -> tuple[list[AnyCase], Facts, OrderShelf | None]:
    """The cases with the orders that they name, read for all of them at once; without a shelf where none is named."""
    seekers = [case.seeker for case in cases if case.seeker is not None]
    shelf = means.read(seekers) if seekers else None
    return (cases, facts, None) if shelf is None else (*take_orders(basis, cases, facts, shelf), shelf)


def _take_payables(means: _Means, cases: list[AnyCase]) -> list[AnyCase]:
    """The cases with the bills that they pay, read for all of them at once."""
    wanted = [each for case in cases if (each := case.ask_payables()) is not None]
    payables = means.read_payables(wanted) if wanted else None
    return cases if payables is None else [case.take_payables(payables) for case in cases]


def _tell_written(cases: Iterable[AnyCase], postings: Mapping[int, StoredPosting]) -> Iterator[AnyCase]:
    """The cases with what Intacct has of them by our record."""
    for case in cases:
        before = postings.get(case.stored.id)
        yield case if before is None else replace(case, written=before.keys)


def _ask(
    means: _Means,
    decided: Sequence[tuple[AnyCase, Decision]],
    claims: Mapping[int, Claim],
    billed: Billed,
) -> Told:
    """What Intacct says of all that is about to be made, and of what may have used up its orders already."""
    planned = [made for _, made in decided if isinstance(made, Ready)]
    named = {contact for made in planned if (contact := find_contact(made)) is not None}
    asking = [case for case, made in decided if is_asked(case, made)]
    return means.ask(asking, claims, named, billed.list_keys(asking))


def _decide(case: AnyCase, facts: Facts) -> Decision:
    made = guard(case, lambda c: book_in_journal(c, c.decide(facts), facts))
    return Held(needs=(made,)) if isinstance(made, Need) else made


def _decide_anew(case: AnyCase, made: Decision, facts: Facts) -> Decision:
    """The decision, of what those before it have left of its orders."""
    return _decide(case, facts) if isinstance(made, Ready) and case.seeker is not None else made


def _hold_changed(case: AnyCase, made: Decision, before: StoredPosting | None) -> Decision:
    if before is None or isinstance(made, Filed):
        return made
    number = case.stored.document.key.number
    if isinstance(made, Held):
        return replace(made, needs=(*made.needs, tell_written(number, before))) if before.keys else made
    changed = check_written(number, made.functions, before)
    return made if changed is None else Held(needs=(changed,))
