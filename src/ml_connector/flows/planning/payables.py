"""What payments are made of is read from Intacct right before they are decided: bills, terms, payments under a number."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from ml_connector.flows.planning.claimed import PLANNED, read_claimed
from ml_connector.flows.run import Run
from ml_connector.intacct.objects import Bill, Entry, Payment, Record, TermDiscount
from ml_connector.intacct.query import Filter, all_of, compare
from ml_connector.mapping.payments.paid_bills import Payable, Payables

_R = TypeVar("_R", bound=Record)
_AT_ONCE: Final = 500  # values in one filter; Intacct takes 1,000
_ENTITY: Final = "MEGAENTITYID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the plan of one payment needs to know."""

    vendor_id: str
    number: str  #: of the payment
    bills: tuple[str, ...]  #: numbers of what it pays


def read_payables(run: Run, wanted: Sequence[Wanted]) -> Payables:
    """All of it, a question of each kind for all of them. Raises `intacct.errors`.

    Whether letters of numbers are capital is no matter: rather one too many to look at than one overlooked.
    """
    vendors = sorted({each.vendor_id for each in wanted})
    of_them = compare("VENDORID", "in", *vendors)
    numbers = sorted({number for each in wanted for number in each.bills})
    bills = [*_list(run, Bill, "RECORDID", numbers, of_them)]
    terms = sorted({entry.record.term for entry in bills if entry.record.term})
    claimed = read_claimed(run, vendors, PLANNED)
    payments = _list(run, Payment, "DOCNUMBER", sorted({each.number for each in wanted}), of_them)
    discounts = _list(run, TermDiscount, "NAME", terms)
    return Payables(
        bills=_keep(bills),
        payments=tuple(entry.record for entry in payments),
        discounts=tuple(entry.record for entry in discounts),
        claimed=claimed,
    )


def read_bills(run: Run, record_nos: Collection[int]) -> tuple[Payable, ...]:
    """These bills as they are now. Raises `intacct.errors`."""
    return _keep(_list(run, Bill, "RECORDNO", [str(each) for each in sorted(record_nos)]))


def _keep(entries: Iterable[Entry[Bill]]) -> tuple[Payable, ...]:
    return tuple(Payable(bill=entry.record, entity=entry.custom.get(_ENTITY, "")) for entry in entries)


def _list(
    run: Run, kind: type[_R], field: str, values: Sequence[str], also: Filter | None = None
) -> Iterator[Entry[_R]]:
    left_out = run.link.reference.without.get("bill", ()) if kind is Bill else ()
    custom = [_ENTITY] if kind is Bill and _ENTITY not in left_out else []
    for first in range(0, len(values), _AT_ONCE):
        where = all_of(compare(field, "in", *values[first : first + _AT_ONCE]), also)
        with run.turn:
            found = list(
                run.finance.reading.list_records(
                    kind, where=where, custom=custom, without=left_out, ignore_case=True
                )
            )
        yield from found
