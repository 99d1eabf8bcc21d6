"""GLACCOUNT: an account of the general ledger."""

from dataclasses import dataclass
from typing import ClassVar, Self

from ml_connector.intacct.results import Row

#: Which dimension an account's flag makes obligatory on every line that posts to it.
_REQUIRES = {
    "REQUIREDEPT": "department",
    "REQUIRELOC": "location",
    "REQUIRECLASS": "class",
    "REQUIREPROJECT": "project",
    "REQUIRETASK": "task",
    "REQUIRECUSTOMER": "customer",
    "REQUIREVENDOR": "vendor",
    "REQUIREEMPLOYEE": "employee",
    "REQUIREITEM": "item",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of the general ledger, with what its lines must name."""

    OBJECT: ClassVar[str] = "GLACCOUNT"
    FIELDS: ClassVar[tuple[str, ...]] = (
        "ACCOUNTNO",
        "TITLE",
        "ACCOUNTTYPE",
        "NORMALBALANCE",
        "STATUS",
        "ALTERNATIVEACCOUNT",
        *_REQUIRES,
    )

    record_no: int
    account_no: str
    title: str
    account_type: str  #: `balancesheet` or `incomestatement`
    normal_balance: str  #: `debit` or `credit`
    status: str
    alternative: str  #: `None`, `Payables account` or `Receivables account`, in Intacct's words
    requires: frozenset[str]  #: names of dimensions, such as `department`

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            record_no=row.record_no,
            account_no=row.text("ACCOUNTNO"),
            title=row.text("TITLE"),
            account_type=row.text("ACCOUNTTYPE"),
            normal_balance=row.text("NORMALBALANCE"),
            status=row.text("STATUS"),
            alternative=row.text("ALTERNATIVEACCOUNT"),
            requires=frozenset(name for flag, name in _REQUIRES.items() if row.flag(flag)),
        )
