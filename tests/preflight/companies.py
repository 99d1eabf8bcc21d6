"""The companies that faults happen in: one with plain bills, and one whose bills have all that some companies want."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ml_connector.mapping.bill_setup import BillSetup

Seed = Mapping[str, Sequence[Mapping[str, Any]]]
_USUAL: Final[Mapping[str, Any]] = {
    "user_dimensions": ["REGION"],
    "books_closed_through": {"": "2020-12-31"},
    "permissions": {},
    "unsubscribed": [],
    "named_bill_summaries": False,
    "account_labels": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """How it is set up while nothing is wrong, and what people have said of that."""

    name: str
    settings: Mapping[str, Any]
    bills: BillSetup = field(default_factory=BillSetup)
    coding: Mapping[str, str]  #: of lines that no fault codes
    seed: Seed = field(default_factory=dict)


PLAIN: Final = Company(name="plain", settings=_USUAL, coding={"account": "5060"})
#: Account labels, summaries of bills, taxes that are claimed back, several currencies.
RICH: Final = Company(
    name="rich",
    settings={
        **_USUAL,
        "named_bill_summaries": True,
        "account_labels": True,
        "multi_currency": True,
        "exchange_rates": {"EUR": "1.08"},
    },
    bills=BillSetup(
        tax_solution=True,
        account_labels=True,
        named_summaries=True,
        summary="EDI {year}-{month}",
        multi_currency=True,
        rate_type="Intacct Daily Rate",
    ),
    coding={"label": "Goods"},
    seed={"APACCOUNTLABEL": [{"ACCOUNTLABEL": "Goods", "DESCRIPTION": "Goods", "GLACCOUNTNO": "5060"}]},
)
