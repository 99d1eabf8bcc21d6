"""TAXENTRY: a tax of a line that is claimed back, beside the amount of the line (Intacct documentation, 'Bills')."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ml_connector.intacct.markup import branch, leaf
from ml_connector.intacct.writing.checks import require, set_number
from ml_connector.intacct.writing.parts import render_number


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxEntry:
    """What of a line's tax falls under a tax detail. It is not part of the line's amount: the total is both together.

    Raises ValueError for an empty detail, or an amount that has more than two places.
    """

    detail_id: str  #: DETAILID
    amount: Decimal  #: TRX_TAX, in the currency of the line; kept with exactly two places

    def __post_init__(self) -> None:
        require(self, "detail_id")
        set_number(self, "amount", places=2)


def add_taxes(entries: Sequence[TaxEntry]) -> Decimal:
    """What the entries of a line come to."""
    return sum((each.amount for each in entries), start=Decimal(0))


def render_taxes(entries: Sequence[TaxEntry]) -> str:
    """The entries of a line of the generic functions; nothing where there are none."""
    return _render(entries, "TAXENTRIES", "TAXENTRY", "DETAILID", "TRX_TAX")


def render_older_taxes(entries: Sequence[TaxEntry]) -> str:
    """The same of the older functions."""
    return _render(entries, "taxentries", "taxentry", "detailid", "trx_tax")


def _render(entries: Sequence[TaxEntry], *names: str) -> str:
    whole, one, detail, amount = names
    each = [branch(one, leaf(detail, e.detail_id), render_number(amount, e.amount)) for e in entries]
    return branch(whole, *each) if each else ""
