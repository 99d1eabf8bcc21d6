"""How a company wants its bills, as far as it was said: what no call of Intacct's tells is never taken for granted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BillSetup:
    """None where nobody has said."""

    tax_solution: bool | None = None  #: taxes may be claimed back, and are never cost by default
    account_labels: bool | None = None  #: lines name labels instead of accounts
    named_summaries: bool | None = None  #: a bill names the summary (batch) it belongs to
    summary: str | None = None  #: that name, with `{year}` and `{month}` of the posting date
    multi_currency: bool | None = None  #: bills may be in another currency than the books
    rate_type: str | None = None  #: of Intacct's exchange rates, for bills that are
