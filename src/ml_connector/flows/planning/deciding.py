"""Decide: for each case a posting, or why there is none. No state is changed here."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from ml_connector.flows.planning.asking import Earlier, ask_intacct, guard, look_up, read_record, take_orders
from ml_connector.flows.planning.cases import AnyCase, Decision, Ready
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.noting import Grounds, Verdict, note
from ml_connector.flows.planning.opening import open_cases
from ml_connector.flows.planning.orders import OrderShelf, Seeker, read_orders
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.flows.planning.parts import check_written
from ml_connector.flows.planning.told import Told
from ml_connector.flows.reading import PARSER_VERSION
from ml_connector.flows.run import Basis, Run
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.mapping import duplicates
from ml_connector.mapping.invoice_to_bill import Filed, Held
from ml_connector.mapping.remit_to import describe_lost_contact
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
        version=version, read=partial(read_orders, run), ask=partial(ask_intacct, run), meanwhile=meanwhile
    )
    return _plan_all(run.basis, documents, means)


def rehearse_documents(basis: Basis, documents: Sequence[StoredDocument], *, version: int) -> Outcome:
    """What would be decided for each document, as far as it can be told without asking Intacct for orders and duplicates."""
    means = _Means(
        version=version,
        read=lambda _seekers: None,
        ask=lambda _cases, _kept: Told(),
        meanwhile=do_nothing,
    )
    return _plan_all(basis, documents, means)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Means:
    """How documents are decided."""

    version: int  #: of the company's reference
    read: Callable[[Sequence[Seeker]], OrderShelf | None]  #: None where orders cannot be read
    ask: Callable[[Sequence[AnyCase], AbstractSet[str]], Told]
    meanwhile: Callable[[], None]

    def pause(self, items: Iterable[_T]) -> Iterator[_T]:
        """The items, with other work going on between them."""
        for item in items:
            self.meanwhile()
            yield item


def _plan_all(basis: Basis, documents: Sequence[StoredDocument], means: _Means) -> Outcome:
    # by age, whatever the order they are taken in: of two under one number the earlier one counts
    by_age = sorted(documents, key=lambda document: document.id)
    outcome = Outcome(documents={document.id: document for document in by_age})
    opened = list(open_cases(basis, means.pause(by_age), outcome))
    cases, facts = look_up(basis, opened, means.version, pause=means.pause)
    seekers = [case.seeker for case in cases if case.seeker is not None]
    shelf = means.read(seekers) if seekers else None
    if shelf is not None:
        cases, facts = take_orders(basis, cases, facts, shelf)
    decided = {case.stored.id: _decide(case, facts) for case in means.pause(cases)}
    told = _ask(means, [(case, decided[case.stored.id]) for case in cases], facts)
    record = read_record(basis, cases)
    pins = Pins(rules=basis.link.rules_version, reference=means.version, parser=PARSER_VERSION)
    for case in means.pause(_tell_written(cases, record.postings)):
        before, made = record.postings.get(case.stored.id), decided[case.stored.id]
        if isinstance(made, Ready) and case.seeker is not None:
            made = _decide(case, facts)  # anew: of what those before it have left
        verdict = _judge(case, _hold_changed(case, made, before), record.earlier, told)
        grounds = Grounds(company=basis.link.company, pins=pins, facts=facts, before=before)
        note(outcome, case, verdict, grounds)
        if isinstance(verdict, Ready | Held):
            record.earlier.add(case.stored, vendor=case.vendor_id)
        if isinstance(verdict, Ready) and shelf is not None:
            shelf.expect(verdict.functions, mark=case.opened.mark)
            if case.seeker is not None:
                outcome.drawing[case.stored.id] = shelf.as_of
    return outcome


def _tell_written(cases: Iterable[AnyCase], postings: Mapping[int, StoredPosting]) -> Iterator[AnyCase]:
    """The cases with what Intacct has of them by our record."""
    for case in cases:
        before = postings.get(case.stored.id)
        yield case if before is None else replace(case, written=before.keys)


def _ask(means: _Means, decided: Sequence[tuple[AnyCase, Decision]], facts: Facts) -> Told:
    """What Intacct says of all that is about to be made, and of what may have used up its orders already."""
    planned = [made for _, made in decided if isinstance(made, Ready)]
    named = {contact for made in planned if (contact := _find_contact(made)) is not None}
    asking = [case for case, made in decided if _is_asked(case, made)]
    return means.ask(asking, named.intersection(facts.reference.pay_to.values()))


def _is_asked(case: AnyCase, made: Decision) -> bool:
    """Whether Intacct is asked for the same: what is there already has used up its orders, and is no more ready."""
    return isinstance(made, Ready) or (isinstance(made, Held) and case.seeker is not None)


def _decide(case: AnyCase, facts: Facts) -> Decision:
    made = guard(case, lambda c: c.decide(facts))
    return Held(needs=(made,)) if isinstance(made, Need) else made


def _find_contact(made: Ready) -> str | None:
    """Who is to be paid in the place of the vendor."""
    first = made.functions[0]
    match first:
        case ApBill():
            return first.pay_to_contact
        case NewPurchasing():
            return first.pay_to
        case _:
            return None


def _hold_changed(case: AnyCase, made: Decision, before: StoredPosting | None) -> Decision:
    if before is None or not isinstance(made, Ready):
        return made
    changed = check_written(case.stored.document.key.number, made.functions, before)
    return made if changed is None else Held(needs=(changed,))


def _judge(case: AnyCase, made: Decision, earlier: Earlier, told: Told) -> Verdict:
    """The plan's answer, unless the same document has been here before: then that is said, or held with it."""
    if isinstance(made, Filed):
        return made
    if isinstance(made, Ready) and (contact := _find_contact(made)) and contact in told.lost:
        made = Held(needs=(describe_lost_contact(case.vendor_id, contact),))
    seen = duplicates.judge_record(case.stored, case.vendor_id, earlier.find(case.stored))
    if seen is None and _is_asked(case, made):
        seen = case.judge_seen(told)
    if isinstance(seen, Need):
        held = made if isinstance(made, Held) else Held(needs=(), comparison=made.comparison)
        return replace(held, needs=(*held.needs, seen))
    return made if seen is None else seen
