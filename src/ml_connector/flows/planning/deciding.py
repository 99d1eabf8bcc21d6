"""Decide: for each case a posting, or why there is none. No state is changed here."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

from ml_connector.flows.planning.asking import Earlier, Told, ask_intacct, guard, look_up, read_record
from ml_connector.flows.planning.cases import Case, open_cases
from ml_connector.flows.planning.noting import Grounds, Verdict, note
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.flows.reading import PARSER_VERSION
from ml_connector.flows.run import Basis, Run
from ml_connector.mapping import admission, duplicates
from ml_connector.mapping.invoice_to_bill import Filed, Held, Planned, plan
from ml_connector.mapping.reference import Slice
from ml_connector.mapping.remit_to import describe_lost_contact
from ml_connector.records.documents import StoredDocument
from ml_connector.records.needs import Need
from ml_connector.records.posting import Pins

_T = TypeVar("_T")
_EARLIEST_ZONE: Final = timedelta(hours=14)  # a date is in the future when it has begun nowhere on earth


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

    Raises `intacct.errors` when Intacct cannot be asked for duplicates.
    """
    asking = partial(ask_intacct, run)
    return _plan_all(run.basis, documents, _Means(version=version, ask=asking, meanwhile=meanwhile))


def rehearse_documents(basis: Basis, documents: Sequence[StoredDocument], *, version: int) -> Outcome:
    """What would be decided for each document, as far as it can be told without asking Intacct for duplicates."""
    means = _Means(version=version, ask=lambda _cases, _kept: Told(), meanwhile=do_nothing)
    return _plan_all(basis, documents, means)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Means:
    """How documents are decided."""

    version: int  #: of the company's reference
    ask: Callable[[Sequence[Case], AbstractSet[str]], Told]
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
    cases, known = look_up(basis, opened, means.version, pause=means.pause)
    decided = [(case, _decide(basis, case, known)) for case in means.pause(cases)]
    planned = [(case, made.bill.pay_to_contact) for case, made in decided if isinstance(made, Planned)]
    kept = {*known.pay_to.values()} & {contact for _, contact in planned}
    told = means.ask([case for case, _ in planned], kept)
    record = read_record(basis, cases)
    pins = Pins(rules=basis.link.rules_version, reference=means.version, parser=PARSER_VERSION)
    for case, made in means.pause(decided):
        verdict = _judge(case, made, record.earlier, told)
        before = record.postings.get(case.stored.id)
        grounds = Grounds(company=basis.link.company, pins=pins, known=known, before=before)
        note(outcome, case, verdict, grounds)
        if isinstance(verdict, Planned | Held):
            record.earlier.add(case.stored, vendor=case.vendor_id)
    return outcome


def _decide(basis: Basis, case: Case, known: Slice) -> Planned | Held | Filed:
    setting = admission.Setting(
        mode=basis.link.mode,
        base_currency=basis.link.base_currency,
        today=(basis.clock() + _EARLIEST_ZONE).date(),
    )
    made = guard(case, lambda c: plan(c.subject, basis.link.rules, c.draft, known, setting))
    return Held(needs=(made,)) if isinstance(made, Need) else made


def _judge(case: Case, made: Planned | Held | Filed, earlier: Earlier, told: Told) -> Verdict:
    """The plan's answer, unless the same invoice has been here before: then that is said, or held with it."""
    if isinstance(made, Filed):
        return made
    if isinstance(made, Planned) and (contact := made.bill.pay_to_contact) and contact in told.lost:
        made = Held(needs=(describe_lost_contact(made.bill.vendor_id, contact),))
    seen = duplicates.judge_record(case.stored, case.vendor_id, earlier.find(case.stored))
    if seen is None and isinstance(made, Planned):
        bills = told.find_bills(case)
        seen = duplicates.judge_intacct(case.stored, case.vendor_id, case.subject.document_key, bills)
    if isinstance(seen, Need):
        return Held(needs=(*made.needs, seen) if isinstance(made, Held) else (seen,))
    return made if seen is None else seen
