"""Goods of order lines → an AP bill in draft, for ship notices and confirmations whose rules say so.

It is never more than a draft, which is no liability: the invoice that comes later replaces it and never adds to it.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from ml_connector.intacct.objects import Account, Term
from ml_connector.intacct.writing.bill import ApBill, ApBillLine
from ml_connector.mapping.orders.purchasing_case import PurchasingCase
from ml_connector.mapping.orders.units import show
from ml_connector.mapping.payables import terms
from ml_connector.mapping.payables.amounts import round_to_total
from ml_connector.mapping.payables.preflight import name_vendor
from ml_connector.mapping.reference.slice import ACCOUNT, TERM, Asked, Slice
from ml_connector.mapping.rules.purchasing import holds
from ml_connector.mapping.rules.rulebook import CodingRule, Route
from ml_connector.mapping.texts import describe
from ml_connector.records.matches import Comparison
from ml_connector.records.needs import Need
from ml_connector.records.orders import Order, OrderLine
from ml_connector.records.provenance import Reason

_NUMBER_LIMIT: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDraft:
    """The bill, what is expected by its document, and why each value is what it is."""

    bill: ApBill
    provenance: tuple[Reason, ...]
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What is to be billed of an order line, in its unit."""

    order: Order
    line: OrderLine
    quantity: Fraction
    over: Fraction  #: beyond what is ordered, and allowed
    price: Decimal | None  #: of one unit; None where none is known
    price_of: str  #: whose price: `approved`, `confirmed`
    said: str  #: by which word of its document: `shipped`, `confirmed`


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedGoods:
    """Goods with what they are worth, and the rule that codes them."""

    goods: Goods
    amount: Fraction
    rule: CodingRule
    vendor_id: str | None  #: as a dimension of its line, where the account demands one


def ask_accounts(case: PurchasingCase, route: Route) -> set[Asked]:
    """What must be looked up to know that the goods can be booked."""
    term = terms.name_term(case.vendor, route)
    asked = {(ACCOUNT, rule.account) for rule in case.rules.coding if rule.account is not None}
    asked |= {(ACCOUNT, account) for account in case.rules.accounts.values()}
    return asked | ({(TERM, term)} if term is not None else set())


def find_invoiced(case: PurchasingCase, goods: Iterable[Goods]) -> Iterator[Need]:
    """Goods whose invoice came first: a bill would add to it."""
    for each in goods:
        line, id_ = each.line, each.order.document.document_id
        if line.invoiced and line.invoiced + each.quantity > Fraction(line.ordered) + each.over:
            wrong = f"{id_} line {line.number}, {line.item_id}: {show(line.invoiced)} {line.unit} of {line.ordered:f} are invoiced, and {show(each.quantity)} more are {each.said}"
            reason = case.say(wrong, "reject this if the invoice is for its goods, or raise the order")
            yield Need(kind="over_receipt", subject=f"{id_}/{line.number}/{case.number}", reason=reason)


def code_goods(case: PurchasingCase, goods: Goods, books: Slice) -> CodedGoods | Need:
    """The goods of an order line by the first coding rule that holds for their item."""
    line, id_ = goods.line, goods.order.document.document_id
    if goods.price is None:
        reason = case.say(
            f"{id_} line {line.number} has no approved price",
            "enter the price on the order in Intacct",
        )
        return Need(kind="match", subject=f"{id_}/{line.number}/{case.number}", reason=reason)
    rule = _find_rule(case, line.item_id)
    if isinstance(rule, Need):
        return rule
    account = books.get(Account, rule.account or "")
    if account is None or account.status != "active":
        reason = case.say(
            f"account {rule.account} (rule “{rule.name}”) is not active in Intacct",
            "activate it, or correct the rule",
        )
        return Need(kind="account", subject=rule.account or "", reason=reason)
    return CodedGoods(
        goods=goods,
        amount=goods.quantity * Fraction(goods.price),
        rule=rule,
        vendor_id=name_vendor(case.vendor.vendor_id, account.account_no, books),
    )


def _find_rule(case: PurchasingCase, item_id: str) -> CodingRule | Need:
    """The rule that gives goods one account, else what people answered; a draft of what is on its way is not split."""
    facts = {"partner": (case.partner.name,), "vendor": (case.vendor.vendor_id,), "item": (item_id,)}
    rules = (rule for rule in case.rules.coding if rule.on == "line" and holds(rule.when, facts))
    rule = next(rules, None)
    if rule is None or rule.split:
        rule = _find_answer(case, item_id) or rule
    if rule is not None and not rule.split and rule.account is not None:
        return rule
    wrong = (
        f"no rule gives an account for item {item_id}"
        if rule is None
        else f"the rule “{rule.name}” gives item {item_id} a label, and this bill takes accounts"
        if rule.label is not None
        else f"the rule “{rule.name}” splits item {item_id}, and this bill takes one account a line"
    )
    reason = case.say(wrong, 'add [[coding]] on = "line" with an account for it')
    return Need(kind="coding", subject=f"{case.partner.name}/{item_id}", reason=reason)


def _find_answer(case: PurchasingCase, item_id: str) -> CodingRule | None:
    """What no rule covers gets the account a person has answered for it."""
    account = case.rules.accounts.get(("coding", case.partner.name, item_id))
    if account is None:
        return None
    return CodingRule(name=f"answer to coding:{case.partner.name}/{item_id}", account=account)


def find_due(case: PurchasingCase, on: date, route: Route, books: Slice) -> date | Need:
    name = terms.name_term(case.vendor, route)
    term = books.get(Term, name) if name is not None else None
    due = terms.apply_term(term, on) if term is not None else None
    if due is not None:
        return due
    reason = case.say(
        f"the term {name or 'of no name'} of vendor {case.vendor.vendor_id} gives no due day",
        "give the vendor a term in Intacct, or the route a default_term",
    )
    return Need(kind="term", subject=name or case.vendor.vendor_id, reason=reason)


def make_bill(
    case: PurchasingCase, route: Route, goods: Sequence[CodedGoods], days: tuple[date, date]
) -> ApBill:
    exact = [each.amount for each in goods]
    total = Decimal(math.floor(sum(exact, Fraction(0)) * 100 + Fraction(1, 2))).scaleb(-2)
    cents = round_to_total(exact, total)
    reference = goods[0].goods.order.document.number
    return ApBill(
        vendor_id=case.vendor.vendor_id,
        number=case.number,
        reference=reference if len(reference) <= _NUMBER_LIMIT else None,
        date=days[0],
        posting_date=terms.settle_posting_date(days[0], route)[0],
        due_date=days[1],
        term=terms.name_term(case.vendor, route),
        description=describe(f"EDI {case.set_code} {case.partner.name} {case.number}", case.mark),
        action="Draft",
        pay_to_contact=None,
        lines=tuple(_make_line(each, amount) for each, amount in zip(goods, cents, strict=True)),
    )


def _make_line(coded: CodedGoods, amount: Decimal) -> ApBillLine:
    goods, line, rule = coded.goods, coded.goods.line, coded.rule
    dimensions = line.booked.dimensions
    return ApBillLine(
        account_no=rule.account or "",
        amount=amount,
        memo=f"{line.item_id}, {show(goods.quantity)} {line.unit} at {goods.price:f}",
        location_id=rule.location or dimensions.location_id,
        department_id=rule.department or dimensions.department_id,
        class_id=rule.class_id or dimensions.class_id,
        project_id=rule.project or dimensions.project_id,
        vendor_id=coded.vendor_id,
        user_dimensions=rule.list_own(),
        form_1099=rule.form_1099,
        box_1099=rule.box_1099,
    )


def explain_goods(goods: Sequence[CodedGoods]) -> Iterator[Reason]:
    for number, each in enumerate(goods, start=1):
        found = each.goods
        said = (
            (found.said, f"{show(found.quantity)} {found.line.unit}"),
            (found.price_of, f"{found.price:f}"),
        )
        yield Reason(path=f"lines[{number}].ACCOUNTNO", value=each.rule.account or "", rule=each.rule.name)
        yield Reason(
            path=f"lines[{number}].TRX_AMOUNT",
            value=show(each.amount),
            rule=f"{found.price_of} price",
            inputs=said,
        )
