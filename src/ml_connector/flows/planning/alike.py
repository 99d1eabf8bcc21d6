"""What Intacct has that may be what is about to be made: bills, vendor invoices and adjustments, a question of each kind."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from ml_connector.flows.planning.cases import AnyCase
from ml_connector.flows.planning.catalogue import list_planned_kinds
from ml_connector.flows.run import Run
from ml_connector.intacct.objects import Adjustment, BillFound, BillKey, PurchasingDocument
from ml_connector.intacct.query import Filter, all_of, any_of, compare, is_one_of
from ml_connector.mapping.duplicates.claims import Claim
from ml_connector.mapping.duplicates.likeness import is_invoice
from ml_connector.mapping.duplicates.number_likeness import list_spellings
from ml_connector.mapping.orders.purchasing_case import DEFINITION
from ml_connector.mapping.rules.rulebook import Rules

_LOOKED_BACK: Final = timedelta(days=731)  # two years, and further where a route takes older invoices
_CENT: Final = Decimal("0.01")
_TOTALS: Final = ("TRX_TOTALENTERED", "TOTALENTERED")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What is looked for among the records of one kind."""

    keys: Sequence[BillKey]
    since: date
    near: Sequence[Claim]  #: whose totals are looked for
    days: int  #: how far from the dates of those

    def find_numbered(self, vendor: str, number: str) -> Filter | None:
        """A filter for the keys in these fields."""
        return all_of(
            is_one_of(vendor, {key.vendor_id for key in self.keys}),
            is_one_of(number, {key.number for key in self.keys}),
        )

    def find_near(self, *fields: str) -> Filter | None:
        """A filter for the totals, in one of these fields, about the dates of all; None where none is looked for."""
        dates = [claim.document.document.date for claim in self.near]
        known = sorted(each for each in dates if each is not None)
        if not known:
            return None
        totals = [f"{claim.total:f}" for claim in self.near]
        about = timedelta(days=self.days)
        first, last = _move(known[0], -about), _move(known[-1], about)
        dated = compare("WHENCREATED", "between", first, last)
        return all_of(any_of(*(is_one_of(field, totals) for field in fields)), dated)

    @property
    def dated(self) -> Filter:
        return compare("WHENCREATED", "greaterthanorequalto", self.since)


def find_bills(
    run: Run, cases: Sequence[AnyCase], claims: Mapping[int, Claim], also: Sequence[BillKey]
) -> Sequence[BillFound]:
    """Bills under the numbers of these, of their vendors' families, however people spell them; those of the same totals
    and about the same time; and `also` those under these keys.
    """
    wanted = _want(run, cases, claims, lambda case: case.ask_bill())
    if wanted is None:
        return ()
    keys = list(dict.fromkeys([*also, *wanted.keys]))
    return run.finance.find_bills(keys, since=wanted.since, like=wanted.find_near(*_TOTALS))


def find_invoices(
    run: Run, cases: Sequence[AnyCase], claims: Mapping[int, Claim]
) -> Sequence[PurchasingDocument]:
    """Vendor invoices like these, for links that buy by order."""
    rules = run.link.rules
    wanted = _want(run, cases, claims, lambda case: case.ask_bill())
    if wanted is None or DEFINITION not in list_planned_kinds(rules):
        return ()
    where = all_of(
        compare("DOCPARID", "equalto", rules.purchasing.definitions.invoice),
        wanted.dated,
        any_of(wanted.find_numbered("CUSTVENDID", "VENDORDOCNO"), wanted.find_near("TOTAL")),
    )
    found = run.finance.reading.list_records(PurchasingDocument, where=where, ignore_case=True)
    return [entry.record for entry in found]


def find_adjustments(run: Run, cases: Sequence[AnyCase], claims: Mapping[int, Claim]) -> Sequence[Adjustment]:
    """Adjustments under the numbers of these, which they may repeat or undo; of credits those of the same totals too."""
    wanted = _want(run, cases, claims, lambda case: case.ask_adjustment(), adjusts=True)
    if wanted is None:
        return ()
    named = wanted.find_numbered("VENDORID", "RECORDID")
    where = all_of(wanted.dated, any_of(named, wanted.find_near(*_TOTALS)))
    found = run.finance.reading.list_records(Adjustment, where=where, ignore_case=True)
    return [entry.record for entry in found]


def _want(
    run: Run,
    cases: Sequence[AnyCase],
    claims: Mapping[int, Claim],
    ask: Callable[[AnyCase], BillKey | None],
    *,
    adjusts: bool = False,
) -> _Wanted | None:
    """What is looked for of those that ask for this kind of records; None where none does."""
    asking = [(case, key) for case in cases if (key := ask(case)) is not None]
    if not asking:
        return None
    own = [claims[case.stored.id] for case, _ in asking]
    rules = run.link.rules
    return _Wanted(
        keys=[each for claim, (_, key) in zip(own, asking, strict=True) for each in _spell(claim, key)],
        since=_look_back(run, (case for case, _ in asking)),
        near=[each for each in own if is_invoice(each.document) is not adjusts and _is_compared(each, rules)],
        days=max(rules.duplicates.find(claim.partner).days for claim in own),
    )


def _spell(claim: Claim, key: BillKey) -> Iterable[BillKey]:
    """The key as all of the family may have it; what is no invoice or credit goes by its own alone."""
    if not claim.partner:
        return (key,)
    spellings = list_spellings(key.number)
    return (
        BillKey(vendor_id=member, number=number) for member in sorted(claim.family) for number in spellings
    )


def _is_compared(claim: Claim, rules: Rules) -> bool:
    """Whether records of its total under other vendors are looked for."""
    least = max(rules.duplicates.find(claim.partner).least, _CENT)
    return claim.total is not None and abs(claim.total) >= least


def _look_back(run: Run, cases: Iterable[AnyCase]) -> date:
    """How far back is looked: no less than a route takes invoices from."""
    oldest = (timedelta(days=case.opened.route.oldest_days) for case in cases)
    return _move(run.clock().date(), -max(_LOOKED_BACK, *oldest))


def _move(day: date, by: timedelta) -> date:
    """The day so much earlier or later, as far as there are days."""
    return day + min(max(by, date.min - day), date.max - day)
