"""The functions we send: the AP bill, its request XML and its canonical bytes for storing and hashing."""

import datetime as dt
import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, ClassVar, Literal

from ml_connector.intacct.markup import branch, format_date, leaf, optional, strip_forbidden

Action = Literal["Draft", "Submit"]

_CENT = Decimal("0.01")
_LIMIT = Decimal(10) ** 15


@dataclass(frozen=True, slots=True, kw_only=True)
class ApBillLine:
    """One APBILLITEM. Dimensions that do not apply are None and are not sent.

    Raises ValueError for an empty account, or an amount that has more than two places.
    """

    account_no: str
    amount: Decimal  #: TRX_AMOUNT, in the bill's currency; kept with exactly two places
    memo: str
    location_id: str | None = None
    department_id: str | None = None
    class_id: str | None = None
    project_id: str | None = None

    def __post_init__(self) -> None:
        _require_text("ApBillLine", "account_no", self.account_no)
        object.__setattr__(self, "amount", _to_cents(self.amount))


@dataclass(frozen=True, slots=True, kw_only=True)
class ApBill:
    """One APBILL, as `create` takes it. Raises ValueError for an empty vendor or number, or no lines."""

    NAME: ClassVar[str] = "create APBILL"

    vendor_id: str
    number: str  #: RECORDID, the vendor's invoice number
    reference: str | None  #: DOCNUMBER
    date: dt.date  #: WHENCREATED, the invoice date
    posting_date: dt.date  #: WHENPOSTED, the date in the general ledger
    due_date: dt.date | None  #: WHENDUE
    term: str | None  #: TERMNAME
    description: str
    action: Action
    pay_to_contact: str | None = None  #: BILLTOPAYTOCONTACTNAME
    currency: str | None = None  #: only in companies with several currencies
    base_currency: str | None = None
    lines: tuple[ApBillLine, ...]

    def __post_init__(self) -> None:
        _require_text("ApBill", "vendor_id", self.vendor_id)
        _require_text("ApBill", "number", self.number)
        if self.action not in ("Draft", "Submit"):
            raise ValueError(f"ApBill {self.number!r}: action is {self.action!r}; use Draft or Submit")
        if not self.lines:
            raise ValueError(f"ApBill {self.number!r} has no lines; Intacct wants at least one")

    def render(self) -> str:
        return render_create(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillCall:
    """A bill to create under a control id, by which Intacct knows a repetition of a completed function."""

    control_id: str
    bill: ApBill


def render_create(bill: ApBill) -> str:
    """The `<create>` element of a bill; its fields in the order of Intacct's own example."""
    return branch(
        "create",
        branch(
            "APBILL",
            leaf("WHENCREATED", format_date(bill.date)),
            leaf("WHENPOSTED", format_date(bill.posting_date)),
            leaf("VENDORID", bill.vendor_id),
            optional("BILLTOPAYTOCONTACTNAME", bill.pay_to_contact),
            leaf("RECORDID", bill.number),
            optional("DOCNUMBER", bill.reference),
            leaf("DESCRIPTION", bill.description),
            optional("TERMNAME", bill.term),
            optional("WHENDUE", None if bill.due_date is None else format_date(bill.due_date)),
            optional("CURRENCY", bill.currency),
            optional("BASECURR", bill.base_currency),
            leaf("ACTION", bill.action),
            branch("APBILLITEMS", *map(_render_line, bill.lines)),
        ),
    )


def _render_line(line: ApBillLine) -> str:
    return branch(
        "APBILLITEM",
        leaf("ACCOUNTNO", line.account_no),
        leaf("TRX_AMOUNT", f"{line.amount:f}"),
        leaf("ENTRYDESCRIPTION", line.memo),
        optional("LOCATIONID", line.location_id),
        optional("DEPARTMENTID", line.department_id),
        optional("PROJECTID", line.project_id),
        optional("CLASSID", line.class_id),
    )


def canonical(bill: ApBill) -> bytes:
    """The bill as bytes for storing and hashing: equal bills give equal bytes.

    ASCII JSON, fields in the order of the record; what is None is left out, so that a later optional
    field does not change the bytes of older bills.
    """
    stated = asdict(
        bill, dict_factory=lambda items: {name: value for name, value in items if value is not None}
    )
    return json.dumps(stated, separators=(",", ":"), default=_to_text).encode("ascii")


def from_canonical(body: bytes) -> ApBill:
    """The bill whose canonical bytes these are. Raises ValueError for anything else."""
    try:
        stated = json.loads(body)
        return ApBill(
            **(_OPTIONAL | stated | _read_dates(stated) | {"lines": tuple(map(_read_line, stated["lines"]))})
        )
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"these bytes are no canonical AP bill: {error!r}") from error


_OPTIONAL = dict.fromkeys(("reference", "due_date", "term"))
_DATES = ("date", "posting_date", "due_date")


def _read_dates(stated: dict[str, str]) -> dict[str, dt.date]:
    return {name: dt.date.fromisoformat(stated[name]) for name in _DATES if name in stated}


def _read_line(stated: dict[str, Any]) -> ApBillLine:
    return ApBillLine(**(stated | {"amount": Decimal(stated["amount"])}))


def _to_text(value: dt.date | Decimal) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else value.isoformat()


def _require_text(record: str, name: str, value: str) -> None:
    if not strip_forbidden(value).strip():
        raise ValueError(f"{record}: {name} is {value!r}; it must not be empty")


def _to_cents(amount: Decimal) -> Decimal:
    """The same amount with exactly two places and no negative zero: equal amounts look equal."""
    if not (amount.is_finite() and abs(amount) < _LIMIT and amount == (cents := amount.quantize(_CENT))):
        raise ValueError(f"ApBillLine: amount is {amount}; give at most two places and less than {_LIMIT:f}")
    return abs(cents) if cents.is_zero() else cents
