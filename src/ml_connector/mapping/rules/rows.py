"""The rows that rules are written in, as they stand in a file."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ml_connector.mapping.rules.attachments import Attach, AttachmentFile
from ml_connector.mapping.rules.coding import CodingRule
from ml_connector.mapping.rules.duplicates import DuplicateFile
from ml_connector.mapping.rules.fields import Money, Texts, read_tuple
from ml_connector.mapping.rules.journal import JournalFile
from ml_connector.mapping.rules.payment import PaymentFile
from ml_connector.mapping.rules.purchasing import PurchasingFile
from ml_connector.mapping.rules.tax import TaxFile
from ml_connector.mapping.rules.toml_reading import Model
from ml_connector.mapping.rules.vendors import NewVendorRules, Policy


class Meaning(StrEnum):
    """What a purpose code asks of us."""

    ORIGINAL = "original"
    COMPARE = "compare"
    CANCEL = "cancel"
    CHANGE = "change"
    REPLACE = "replace"


class Us(Model):
    """The ids EDI is addressed to when it is for us."""

    receivers: Texts  #: `ISA07/ISA08`, such as `ZZ/ALDERFINCH`, or `GS/` and GS03


class Partner(Model):
    """A trading partner and what it may do."""

    name: str
    senders: Texts  #: `ISA05/ISA06`, or `ISA05/ISA06/GS02` behind a hub
    vendors: Texts = ()  #: the vendors it may bill for, besides those its cross-references name
    default_vendor: str | None = None  #: the vendor when its invoices name none at all
    currency: str | None = None  #: when its invoices do not say
    adjustment_view: Literal["seller", "buyer"] | None = None  #: who its 812 takes for credited or debited
    tolerance: Money = Decimal(0)  #: the largest unexplained difference of an invoice's total
    cancellations: Literal["ask", "undo"] = "ask"  #: whether what it cancels may be deleted in Intacct
    new_vendors: Policy | None = None  #: what becomes of sellers nobody knows; else as `[new_vendors]` says


class VendorXref(Model):
    """A partner's code for a vendor."""

    code: str  #: `92/0042`, `VN/92/0042` or `REF/IA/0042`
    vendor: str
    partner: str | None = None  #: any partner when left out


class RemitToXref(Model):
    """A remit-to party a vendor is known to be paid at."""

    partner: str
    vendor: str | None = None  #: may be left out where the partner bills for one vendor only
    code: str  #: `RI/92/0042`, or `92/0042`
    contact: str  #: Intacct's contact name


_SETS: Final = {
    "ap_bill": ("810",),
    "ap_adjustment": ("812",),
    "vendor_invoice": ("810",),
    "purchase_order": ("850",),
    "order_answer": ("855",),
    "receiver": ("856",),
    "order_change": ("860", "865"),
    "payment": ("820",),
    "journal": ("810", "812", "820", "856"),
}  #: what a target can be made of
_LIMITED: Final = frozenset({"ap_bill", "ap_adjustment", "vendor_invoice"})  #: what a limit is for
_BOOKED: Final = frozenset({"ap_bill", "vendor_invoice"})  #: what may be booked with its payment blocked
_UNATTACHED: Final = frozenset({"ap_adjustment", "order_change", "payment"})  #: what takes no attachment


Bookable = Literal["match", "order", "receipt"]
"""Kinds of needs that leave no doubt about the vendor, the amount and its coding: only whether it is to be paid."""


class Route(Model):
    """What becomes of a transaction set."""

    set_code: str = Field(alias="set")
    target: Literal[
        "ap_bill",
        "ap_adjustment",
        "vendor_invoice",
        "purchase_order",
        "order_answer",
        "receiver",
        "order_change",
        "payment",
        "journal",
    ]
    orders: Literal["bill", "hold"] = "bill"  #: what becomes of an invoice that names a purchase order
    without_order: Literal["bill", "hold"] = (
        "bill"  #: what becomes of one that names none, and is to be matched
    )
    post_on_hold: Annotated[tuple[Bookable, ...], BeforeValidator(read_tuple)] = ()
    """What an invoice is booked in spite of, as an AP bill whose payment is blocked."""
    credits: Literal["adjustment", "hold"] = "adjustment"  #: what becomes of an invoice that is a credit
    partner: str | None = None
    action: Literal["draft", "submit"] = "draft"
    submit_below: Money | None = (
        None  #: what comes to so much or more stays a draft; in the document's currency
    )
    entity: str = ""
    post_at: Literal["entity", "top"] = "entity"
    inter_entity: bool = False
    location: str | None = None  #: for lines whose rule gives none
    line_detail: Literal["detail", "by_coding", "single"] = "detail"
    max_lines: int = Field(default=1000, ge=1)
    over_limit: Literal["summarise", "hold"] = "summarise"
    terms: Literal["vendor", "edi"] = "vendor"
    default_term: str | None = None  #: for vendors without a term
    terms_days: int = Field(
        default=30, ge=0
    )  #: hold when the invoice's net days differ from the term by more
    oldest_days: int = Field(default=365, ge=0, le=36_500)
    future_days: int = Field(default=0, ge=0, le=36_500)
    books_open_from: date | None = None
    closed_period: Literal["first_open_day", "hold"] = "first_open_day"
    zero_total: Literal["file", "post"] = "file"
    rounding_account: str | None = None  #: takes differences within a partner's tolerance
    attach: Attach | None = None  #: what is attached; else as `[attachments]` says

    @model_validator(mode="after")
    def check(self) -> Self:
        sets = _SETS[self.target]
        if self.set_code not in sets:
            made_of = " or ".join(sets)
            raise ValueError(f"target {self.target} is made of set {made_of}, not of {self.set_code}")
        if self.attach not in {None, "none"} and self.target in _UNATTACHED:
            raise ValueError(f"target {self.target} takes no attachment; leave out attach")
        if self.post_on_hold and self.target not in _BOOKED:
            raise ValueError(f"post_on_hold is for the targets {' and '.join(sorted(_BOOKED))}")
        if self.submit_below is not None and (self.target not in _LIMITED or self.action != "submit"):
            targets = ", ".join(sorted(_LIMITED))
            raise ValueError(f'submit_below needs action = "submit" and one of the targets {targets}')
        return self


class RuleFile(PurchasingFile, PaymentFile, JournalFile, DuplicateFile, AttachmentFile, TaxFile):
    """What may stand in one file."""

    us: Us | None = None
    partner: Annotated[tuple[Partner, ...], BeforeValidator(read_tuple)] = ()
    vendor: Annotated[tuple[VendorXref, ...], BeforeValidator(read_tuple)] = ()
    remit_to: Annotated[tuple[RemitToXref, ...], BeforeValidator(read_tuple)] = ()
    route: Annotated[tuple[Route, ...], BeforeValidator(read_tuple)] = ()
    coding: Annotated[tuple[CodingRule, ...], BeforeValidator(read_tuple)] = ()
    new_vendors: NewVendorRules | None = None
    purposes: dict[str, Annotated[Meaning, Field(strict=False)]] = Field(default_factory=dict)
