"""create APBILL: the bill, its request XML and its canonical bytes (Intacct documentation, 'Bills')."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, ClassVar

from ml_connector.intacct.markup import branch, leaf, optional
from ml_connector.intacct.writing.checks import LONGEST_VENDOR_ID, check_lengths, require, set_number
from ml_connector.intacct.writing.parts import (
    Action,
    CustomField,
    check_action,
    render_day,
    render_flag,
    render_number,
)
from ml_connector.intacct.writing.taxes import TaxEntry, add_taxes, render_taxes


@dataclass(frozen=True, slots=True, kw_only=True)
class ApBillLine:
    """One APBILLITEM. Dimensions that do not apply are None and are not sent.

    Raises ValueError unless it has either an account or a label, for an amount that has more than two places, or for a
    text that is too long.
    """

    account_no: str | None = None
    account_label: str | None = None  #: instead of the account, in companies that use labels
    amount: Decimal  #: TRX_AMOUNT, in the bill's currency and without its taxes; kept with exactly two places
    memo: str
    location_id: str | None = None
    department_id: str | None = None
    class_id: str | None = None
    project_id: str | None = None
    vendor_id: str | None = None  #: as a dimension; the vendor who is owed stands in the header
    user_dimensions: tuple[
        CustomField, ...
    ] = ()  #: the company's own: GLDIM and the name, and a value's number
    form_1099: str | None = None  #: FORM1099TYPE; None leaves it to the vendor's own
    box_1099: str | None = None
    taxes: tuple[TaxEntry, ...] = ()  #: to be claimed back; only in companies with a tax solution

    def __post_init__(self) -> None:
        if self.account_no is not None and self.account_label is not None:
            raise ValueError(f"ApBillLine: give account {self.account_no!r} or label {self.account_label!r}")
        require(self, "account_label" if self.account_no is None else "account_no")
        check_lengths(self, {"account_label": 80, "memo": 500, "form_1099": 4, "box_1099": 4})
        set_number(self, "amount", places=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApBill:
    """One APBILL, as `create` takes it.

    Raises ValueError for an empty vendor or number, for no lines, and for a text that is too long. What names a
    record of Intacct (a vendor, a term, a contact) has the length that it has there.
    """

    NAME: ClassVar[str] = "create APBILL"

    vendor_id: str
    number: str  #: RECORDID, the vendor's invoice number
    reference: str | None  #: DOCNUMBER
    date: dt.date  #: WHENCREATED, the invoice date
    posting_date: dt.date  #: WHENPOSTED, the date in the general ledger
    due_date: dt.date | None  #: WHENDUE
    term: str | None  #: TERMNAME
    description: str  #: ends in our mark
    action: Action
    pay_to_contact: str | None = None  #: BILLTOPAYTOCONTACTNAME
    currency: str | None = None  #: only in companies with several currencies
    base_currency: str | None = None
    rate_date: dt.date | None = None  #: EXCH_RATE_DATE, of what the currency is worth in the base currency
    rate_type: str | None = None  #: EXCH_RATE_TYPE_ID
    summary: str | None = None  #: PRBATCH, in companies that name the summary of each bill
    tax_solution: str | None = None  #: TAXSOLUTIONID, in companies with several
    attachment_id: str | None = None  #: SUPDOCID
    on_hold: bool | None = None
    lines: tuple[ApBillLine, ...]

    def __post_init__(self) -> None:
        require(self, "vendor_id", "number")
        check_lengths(
            self, {"vendor_id": LONGEST_VENDOR_ID, "number": 30, "reference": 20, "description": 80}
        )
        check_action(self)
        if not self.lines:
            raise ValueError(f"ApBill {self.number!r} has no lines; Intacct wants at least one")

    @property
    def total(self) -> Decimal:
        """What is owed: the lines with their taxes."""
        return sum((line.amount + add_taxes(line.taxes) for line in self.lines), start=Decimal(0))

    @property
    def is_converted(self) -> bool:
        """Whether it is in another currency than the books."""
        return self.rate_type is not None

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
            render_day("WHENCREATED", bill.date),
            render_day("WHENPOSTED", bill.posting_date),
            leaf("VENDORID", bill.vendor_id),
            optional("BILLTOPAYTOCONTACTNAME", bill.pay_to_contact),
            leaf("RECORDID", bill.number),
            optional("DOCNUMBER", bill.reference),
            leaf("DESCRIPTION", bill.description),
            optional("TERMNAME", bill.term),
            optional("SUPDOCID", bill.attachment_id),
            render_day("WHENDUE", bill.due_date),
            render_flag("ONHOLD", bill.on_hold),
            optional("PRBATCH", bill.summary),
            optional("CURRENCY", bill.currency),
            optional("BASECURR", bill.base_currency),
            render_day("EXCH_RATE_DATE", bill.rate_date),
            optional("EXCH_RATE_TYPE_ID", bill.rate_type),
            leaf("ACTION", bill.action),
            optional("TAXSOLUTIONID", bill.tax_solution),
            branch("APBILLITEMS", *map(_render_line, bill.lines)),
        ),
    )


def _render_line(line: ApBillLine) -> str:
    return branch(
        "APBILLITEM",
        optional("ACCOUNTNO", line.account_no),
        optional("ACCOUNTLABEL", line.account_label),
        render_number("TRX_AMOUNT", line.amount),
        leaf("ENTRYDESCRIPTION", line.memo),
        *_render_1099(line),
        optional("LOCATIONID", line.location_id),
        optional("DEPARTMENTID", line.department_id),
        optional("PROJECTID", line.project_id),
        optional("VENDORID", line.vendor_id),
        optional("CLASSID", line.class_id),
        *(leaf(each.name, each.value) for each in line.user_dimensions),
        render_taxes(line.taxes),
    )


def _render_1099(line: ApBillLine) -> Iterator[str]:
    if line.form_1099 is not None:
        yield render_flag("FORM1099", flag=True)
        yield leaf("FORM1099TYPE", line.form_1099)
        yield optional("FORM1099BOX", line.box_1099)


def canonical(bill: ApBill) -> bytes:
    """The bill as bytes for storing and hashing: equal bills give equal bytes.

    ASCII JSON, fields in the order of the record; what is None is left out, so that a later optional
    field does not change the bytes of older bills.
    """
    stated = _state(bill) | {"lines": [_state(line) for line in bill.lines]}
    return json.dumps(stated, separators=(",", ":"), default=_to_text).encode("ascii")


def _state(record: ApBill | ApBillLine) -> dict[str, object]:
    """The fields of a record that have a value, in their order; custom fields and taxes as pairs."""
    named = ((item.name, getattr(record, item.name)) for item in fields(record))
    stated = {name: value for name, value in named if value is not None}
    if own := stated.pop("user_dimensions", ()):
        stated["user_dimensions"] = [(each.name, each.value) for each in own]
    if taxes := stated.pop("taxes", ()):
        stated["taxes"] = [(each.detail_id, each.amount) for each in taxes]
    return stated


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
_DATES = ("date", "posting_date", "due_date", "rate_date")


def _read_dates(stated: dict[str, str]) -> dict[str, dt.date]:
    return {name: dt.date.fromisoformat(stated[name]) for name in _DATES if name in stated}


def _read_line(stated: dict[str, Any]) -> ApBillLine:
    own = tuple(CustomField(name=name, value=value) for name, value in stated.get("user_dimensions", ()))
    taxes = tuple(
        TaxEntry(detail_id=detail, amount=Decimal(amount)) for detail, amount in stated.get("taxes", ())
    )
    read = {"amount": Decimal(stated["amount"]), "user_dimensions": own, "taxes": taxes}
    return ApBillLine(**(stated | read))


def _to_text(value: dt.date | Decimal) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else value.isoformat()
