"""create_potransaction and update_potransaction: orders, receivers, vendor invoices; order by the schema."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, Final, Literal
from xml.sax.saxutils import quoteattr

from ml_connector.intacct.markup import branch, leaf, optional, strip_forbidden
from ml_connector.intacct.writing.checks import LONGEST_VENDOR_ID, check_choice, check_lengths, require
from ml_connector.intacct.writing.parts import (
    Currency,
    CustomField,
    render_contact_name,
    render_currency,
    render_custom_fields,
    render_date,
)
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine, PurchasingLineChange, Subtotal

State = Literal["Draft", "Pending", "Closed"]
_CENT: Final = Decimal("0.01")

_LENGTHS = {
    "reference": 20,
    "vendor_number": 20,
    "term": 40,
    "message": 4000,
    "attachment_id": 100,
    "external_id": 20,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasingValues:
    """What a new transaction and a change of one have alike; what is None is not sent."""

    posting_date: dt.date | None = None
    reference: str | None = None
    vendor_number: str | None = None  #: the vendor's own number of the document
    term: str | None = None
    message: str | None = None  #: has our mark
    return_to: str | None = None  #: a contact; None takes the vendor's, or leaves it as it is
    pay_to: str | None = None
    deliver_to: str | None = None
    attachment_id: str | None = None
    external_id: str | None = None
    currency: Currency | None = None
    custom: tuple[CustomField, ...] = ()
    state: State | None = None
    subtotals: tuple[Subtotal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPurchasing(PurchasingValues):
    """A purchasing transaction. Its key in the answer is the document id: definition, dash, number.

    Raises ValueError for an empty definition, vendor, or list of lines, and for a value that is too long.
    """

    NAME: ClassVar[str] = "create_potransaction"

    definition: str
    vendor_id: str
    date: dt.date
    due_date: dt.date  #: obligatory in the schema, whatever the term
    created_from: str | None = None  #: the document id it is converted from
    number: str | None = None  #: only where the definition does not number by itself
    lines: tuple[NewPurchasingLine, ...]

    def __post_init__(self) -> None:
        require(self, "definition", "vendor_id", "lines")
        check_lengths(
            self, {"definition": 30, "vendor_id": LONGEST_VENDOR_ID, "created_from": 51, "number": 20}
        )
        _check(self)

    @property
    def total(self) -> Decimal | None:
        """What Intacct makes of it, each line rounded to cents (inferred); None where it looks up prices itself."""
        if any(line.price is None for line in self.lines):
            return None
        amounts = [line.quantity * (line.price or 0) for line in self.lines]
        goods = sum((amount.quantize(_CENT, ROUND_HALF_UP) for amount in amounts), start=Decimal(0))
        return goods + sum((each.total for each in self.subtotals), start=Decimal(0))

    def render(self) -> str:
        return branch(
            "create_potransaction",
            leaf("transactiontype", self.definition),
            render_date("datecreated", self.date),
            render_date("dateposted", self.posting_date),
            optional("createdfrom", self.created_from),
            leaf("vendorid", self.vendor_id),
            optional("documentno", self.number),
            _render_references(self, self.due_date),
            render_contact_name("returnto", self.return_to),
            render_contact_name("payto", self.pay_to),
            _render_rest(self),
            branch("potransitems", *(line.render() for line in self.lines)),
            _render_list("subtotals", [each.render() for each in self.subtotals]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasingChange(PurchasingValues):
    """A purchasing transaction to change: what is None stays as it is.

    Intacct refuses it while the document is Submitted, In Progress, Converted or Partially Converted; the bill
    of a changed document is deleted and made again under another RECORDNO.
    """

    NAME: ClassVar[str] = "update_potransaction"

    document_id: str
    date: dt.date | None = None
    due_date: dt.date | None = None
    lines: tuple[PurchasingLineChange | NewPurchasingLine, ...] = ()
    rests_on: str = ""  #: the fingerprint of the document it was decided for; not sent

    def __post_init__(self) -> None:
        require(self, "document_id")
        _check(self)

    def render(self) -> str:
        key = quoteattr(strip_forbidden(self.document_id))
        children = (
            render_date("datecreated", self.date),
            render_date("dateposted", self.posting_date),
            _render_references(self, self.due_date),
            _render_contact("returnto", self.return_to),
            _render_contact("payto", self.pay_to),
            _render_rest(self),
            _render_list("updatepotransitems", [line.render() for line in self.lines]),
            _render_list("updatesubtotals", [each.render("updatesubtotal") for each in self.subtotals]),
        )
        return f"<update_potransaction key={key}>{''.join(children)}</update_potransaction>"


def _check(values: PurchasingValues) -> None:
    check_lengths(values, _LENGTHS)
    check_choice(values, "state", ("Draft", "Pending", "Closed"))


def _render_references(values: PurchasingValues, due_date: dt.date | None) -> str:
    return "".join(
        (
            optional("referenceno", values.reference),
            optional("vendordocno", values.vendor_number),
            optional("termname", values.term),
            render_date("datedue", due_date),
            optional("message", values.message),
        )
    )


def _render_rest(values: PurchasingValues) -> str:
    return "".join(
        (
            _render_contact("deliverto", values.deliver_to),
            optional("supdocid", values.attachment_id),
            optional("externalid", values.external_id),
            render_currency(values.currency),
            render_custom_fields(values.custom),
            optional("state", values.state),
        )
    )


def _render_contact(name: str, contact: str | None) -> str:
    return "" if contact is None else render_contact_name(name, contact)


def _render_list(name: str, rendered: Sequence[str]) -> str:
    return branch(name, *rendered) if rendered else ""
