"""The rules on orders, receipts and their invoices. What is not written is the careful choice."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Final, Literal, Protocol, Self, TypeVar

from pydantic import BeforeValidator, Field, model_validator

from ml_connector.mapping.rules.fields import Conditions, Measure, Money, Texts, matches, read_tuple
from ml_connector.mapping.rules.toml_reading import Model
from ml_connector.records.xref import CrossReference

NO_TOLERANCE: Final = "no tolerance"  #: what the rule is called where none is written
AGREED: Final = "agreed"  #: the answer to what a seller confirms or invoices otherwise than it was ordered

OVERRULING: Final = frozenset({"draft_bill", "duplicate", "match", "reversal"})
"""Kinds of needs whose answer lets pass what a check of ours found wrong: it takes a reason."""


class Named(Protocol):
    """A row that may be for one partner."""

    @property
    def partner(self) -> str | None: ...


_N = TypeVar("_N", bound=Named)


class Definitions(Model):
    """What this company calls its purchasing transactions."""

    order: str = "Purchase Order"
    receiver: str = "PO Receiver"
    invoice: str = "Vendor Invoice"
    parties: Texts = ()  #: who we are among an order's parties: `9/123456789`, `92/HALDEN`, or the name
    overage: Literal["own_line", "same_line"] = "own_line"  #: where a tolerated excess over the source stands


class OrderXref(Model):
    """What a partner calls an order."""

    code: str  #: as it stands in the document
    order: str  #: the document id in Intacct, such as `Purchase Order-PO0213`
    partner: str


class ItemXref(Model):
    """A partner's number for an item."""

    code: str  #: `VN/BOLT-8`, or `BOLT-8`
    item: str
    partner: str | None = None


class UnitXref(Model):
    """A partner's code for a unit."""

    code: str  #: X12 element 355, such as `CA`
    unit: str  #: as Intacct spells it
    item: str | None = None  #: of this item only
    partner: str | None = None


class WarehouseXref(Model):
    """A ship-to party's warehouse."""

    code: str  #: `92/0012`
    warehouse: str
    partner: str | None = None


class MatchRule(Model):
    """How far an invoice or a receipt may differ from the order line, all of them together."""

    name: str
    when: Conditions = Conditions()  #: partner, vendor and item
    receipt: Literal["required", "not_needed"] = "required"  #: before an invoice is posted
    price: Money | None = None  #: dearer than approved, in money, for the whole order line
    price_percent: Measure | None = None  #: of what the approved price makes
    lower_percent: Measure | None = None  #: cheaper than approved; without it by any
    quantity: Measure | None = None  #: more than ordered or received, in the order line's unit
    quantity_percent: Measure | None = None  #: of what is ordered


class ChargeRule(Model):
    """What a charge, allowance, tax or rounding becomes on a vendor invoice, where there is no account."""

    name: str
    on: Literal["charge", "allowance", "tax", "rounding"] = "charge"
    when: Conditions = Conditions()  #: partner, vendor, description and code
    subtotal: str | None = None  #: as the definition names it
    item: str | None = None  #: a non-inventory item
    cap: Money | None = None  #: beyond what the orders provide for, all invoices together
    cap_percent: Measure | None = None  #: of the goods invoiced

    @model_validator(mode="after")
    def check(self) -> Self:
        if (self.subtotal is None) == (self.item is None):
            raise ValueError("give the rule either a subtotal of the definition, or a non-inventory item")
        return self

    @property
    def target(self) -> str:
        return self.subtotal or self.item or ""


class ConfirmationRule(Model):
    """What becomes of an order's confirmation (855)."""

    partner: str | None = None
    target: Literal["order", "bill", "note"] = "order"
    dates: Literal["apply", "hold"] = "apply"
    reductions: Literal["apply", "hold"] = "hold"  #: less quantity, a lower price, refused lines


class NoticeRule(Model):
    """What becomes of a ship notice (856)."""

    partner: str | None = None
    target: Literal["receiver", "bill", "note"] = "receiver"
    asn_is_receipt: bool = False  #: the receiver is posted, nobody need confirm the goods


class ChangeRule(Model):
    """What becomes of an order's change (860, 865)."""

    partner: str | None = None
    target: Literal["order", "note"] = "order"


class PurchasingFile(Model):
    """The tables on purchasing that may stand in one file."""

    purchasing: Definitions | None = None
    order: Annotated[tuple[OrderXref, ...], BeforeValidator(read_tuple)] = ()
    item: Annotated[tuple[ItemXref, ...], BeforeValidator(read_tuple)] = ()
    unit: Annotated[tuple[UnitXref, ...], BeforeValidator(read_tuple)] = ()
    warehouse: Annotated[tuple[WarehouseXref, ...], BeforeValidator(read_tuple)] = ()
    match: Annotated[tuple[MatchRule, ...], BeforeValidator(read_tuple)] = ()
    charge: Annotated[tuple[ChargeRule, ...], BeforeValidator(read_tuple)] = ()
    confirmation: Annotated[tuple[ConfirmationRule, ...], BeforeValidator(read_tuple)] = ()
    notice: Annotated[tuple[NoticeRule, ...], BeforeValidator(read_tuple)] = ()
    change: Annotated[tuple[ChangeRule, ...], BeforeValidator(read_tuple)] = ()


class PurchasingRules(Model):
    """All rules on purchasing of a link, in the order they are asked."""

    definitions: Definitions = Definitions()
    orders: tuple[OrderXref, ...] = ()
    items: tuple[ItemXref, ...] = ()
    units: tuple[UnitXref, ...] = ()
    warehouses: tuple[WarehouseXref, ...] = ()
    matches: tuple[MatchRule, ...] = ()
    charges: tuple[ChargeRule, ...] = ()
    confirmations: tuple[ConfirmationRule, ...] = ()
    notices: tuple[NoticeRule, ...] = ()
    changes: tuple[ChangeRule, ...] = ()
    agreed: frozenset[tuple[str, str]] = frozenset()
    """By people: what a partner confirms of an order line, and was not ordered so."""
    lines: dict[tuple[str, str], str] = Field(default_factory=dict)
    """By people: the number of the order line that a partner's line is for, where several may be meant."""
    overruled: dict[tuple[str, str, str], int] = Field(default_factory=dict)
    """What people let pass, by kind of need, partner and name, with the number of the cross-reference."""

    def add_answers(self, answers: Mapping[str, Sequence[CrossReference]]) -> "PurchasingRules":
        """The rules with what people have answered besides, by kind of need."""
        orders = (OrderXref(partner=a.partner, code=a.code, order=a.target) for a in answers.get("order", ()))
        items = (
            ItemXref(partner=a.partner or None, code=a.code, item=a.target) for a in answers.get("item", ())
        )
        units = (
            UnitXref(partner=a.partner or None, item=item or None, code=code, unit=a.target)
            for a in answers.get("unit", ())
            for item, _, code in [a.code.rpartition("/")]
        )
        warehouses = (
            WarehouseXref(partner=a.partner or None, code=a.code, warehouse=a.target)
            for a in answers.get("warehouse", ())
        )
        agreed = ((a.partner, a.code) for a in answers.get("confirmation", ()) if a.target == AGREED)
        lines = {(a.partner, a.code): a.target for a in answers.get("order_line", ())}
        overruled = {
            (kind, a.partner, a.code): a.number or 0
            for kind in OVERRULING
            for a in answers.get(kind, ())
            if a.target == AGREED
        }
        return self.model_copy(
            update={
                "agreed": self.agreed.union(agreed),
                "lines": self.lines | lines,
                "overruled": self.overruled | overruled,
                "orders": (*self.orders, *orders),
                "items": (*self.items, *items),
                "units": (*self.units, *units),
                "warehouses": (*self.warehouses, *warehouses),
            }
        )

    def find_match(self, *, partner: str, vendor: str, items: Sequence[str]) -> MatchRule:
        """The first rule that holds for a line; nothing is tolerated where none does."""
        facts = {"partner": (partner,), "vendor": (vendor,), "item": items}
        found = (rule for rule in self.matches if holds(rule.when, facts))
        return next(found, MatchRule(name=NO_TOLERANCE))

    def find_confirmation(self, partner: str) -> ConfirmationRule:
        return _choose(self.confirmations, partner) or ConfirmationRule()

    def find_notice(self, partner: str) -> NoticeRule:
        return _choose(self.notices, partner) or NoticeRule()

    def find_change(self, partner: str) -> ChangeRule:
        return _choose(self.changes, partner) or ChangeRule()


def holds(when: Conditions, facts: Mapping[str, Sequence[str]]) -> bool:
    """Whether all conditions hold; one on what is not told here does not."""
    return all(
        any(matches(pattern, value) for value in facts.get(name, ())) for name, pattern in when.list_given()
    )


def allow(absolute: Money | Measure | None, percent: Measure | None, of: Fraction) -> Fraction:
    """What a tolerance allows: the smaller where both are set, nothing where none is."""
    allowed = [Fraction(absolute)] if absolute is not None else []
    if percent is not None:
        allowed.append(Fraction(percent) / 100 * max(of, Fraction(0)))
    return min(allowed, default=Fraction(0))


def merge_purchasing(files: Sequence[PurchasingFile]) -> PurchasingRules:
    """The rules of all files, of which one may name the definitions."""
    named = (file.purchasing for file in files if file.purchasing is not None)
    return PurchasingRules(
        definitions=next(named, Definitions()),
        orders=tuple(xref for file in files for xref in file.order),
        items=tuple(xref for file in files for xref in file.item),
        units=tuple(xref for file in files for xref in file.unit),
        warehouses=tuple(xref for file in files for xref in file.warehouse),
        matches=tuple(rule for file in files for rule in file.match),
        charges=tuple(rule for file in files for rule in file.charge),
        confirmations=tuple(rule for file in files for rule in file.confirmation),
        notices=tuple(rule for file in files for rule in file.notice),
        changes=tuple(rule for file in files for rule in file.change),
    )


def list_named(rules: PurchasingRules) -> set[str]:
    """The partners that these rules name."""
    tables: tuple[Iterable[Named], ...] = (
        rules.orders,
        rules.items,
        rules.units,
        rules.warehouses,
        rules.confirmations,
        rules.notices,
        rules.changes,
    )
    return {row.partner for rows in tables for row in rows if row.partner is not None}


def find_doubles(rules: PurchasingRules) -> Iterator[str]:
    """What is written twice and may be there once."""
    once = {
        "match rule {!r} is there twice; give one another name": [rule.name for rule in rules.matches],
        "charge rule {!r} is there twice; give one another name": [rule.name for rule in rules.charges],
        "order code {!r} is there twice; keep one order for it": [
            f"{xref.partner}: {xref.code}" for xref in rules.orders
        ],
        "item code {!r} is there twice; keep one item for it": [
            f"{xref.partner or 'any partner'}: {xref.code}" for xref in rules.items
        ],
        "unit code {!r} is there twice; keep one unit for it": [
            f"{xref.partner or 'any partner'}, {xref.item or 'any item'}: {xref.code}" for xref in rules.units
        ],
        "warehouse code {!r} is there twice; keep one warehouse for it": [
            f"{xref.partner or 'any partner'}: {xref.code}" for xref in rules.warehouses
        ],
        "confirmation of {} is there twice; keep one": [
            r.partner or "any partner" for r in rules.confirmations
        ],
        "notice of {} is there twice; keep one": [r.partner or "any partner" for r in rules.notices],
        "change of {} is there twice; keep one": [r.partner or "any partner" for r in rules.changes],
    }
    for message, names in once.items():
        yield from (message.format(name) for name, count in sorted(Counter(names).items()) if count > 1)


def _choose(rules: Sequence[_N], partner: str) -> _N | None:
    """The partner's own rule before the general one."""
    own = [rule for rule in rules if rule.partner == partner]
    return next(iter([*own, *(rule for rule in rules if rule.partner is None)]), None)
