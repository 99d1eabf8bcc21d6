"""An X12 856 → an AP bill in draft, priced from its orders: evaluated receipt settlement, where the rules say so.

It is never more than a draft, which is no liability: the invoice that comes later replaces it and never adds to it.
Ask as for a receiver, then `ask_accounts`, then plan.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from ml_connector.edi import ShipNotice
from ml_connector.intacct.objects import Account, Term
from ml_connector.intacct.writing.bill import ApBill, ApBillLine
from ml_connector.mapping import terms
from ml_connector.mapping.amounts import round_to_total
from ml_connector.mapping.invoice_to_bill import DESCRIPTION_LIMIT, Filed, Held, Planned, cut
from ml_connector.mapping.notice_lines import NoticeRead, Shipped, match_notice
from ml_connector.mapping.notice_to_receiver import Dated, find_date
from ml_connector.mapping.purchasing_admission import Received, check_length, find_filing, find_needs
from ml_connector.mapping.purchasing_case import PurchasingCase
from ml_connector.mapping.reference import ACCOUNT, TERM, Asked, Slice
from ml_connector.mapping.rules import CodingRule, Route
from ml_connector.mapping.rules_purchasing import holds
from ml_connector.mapping.units import show
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason

_NUMBER_LIMIT: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coded:
    """Goods with what they are worth at the approved price, and the rule that codes them."""

    shipped: Shipped
    amount: Fraction
    rule: CodingRule


def ask_accounts(case: PurchasingCase, route: Route) -> set[Asked]:
    """What must be looked up to know that the goods can be booked."""
    term = terms.name_term(case.vendor, route)
    asked = {(ACCOUNT, rule.account) for rule in case.rules.coding if rule.account is not None}
    return asked | ({(TERM, term)} if term is not None else set())


def plan_notice_bill(
    received: Received, notice: ShipNotice, read: NoticeRead, route: Route, books: Slice
) -> Planned | Held | Filed:
    """The bill, always a draft, or every need that keeps it."""
    case = received.case
    filing = find_filing(received)
    if filing:
        return Filed(reason=filing)
    dated = find_date(case, notice, is_receipt=False)
    shipped, reasons, found = match_notice(case, notice, read)
    needs = [
        *find_needs(received, notice.purpose),
        *check_length(case, "BSN02", notice.number, _NUMBER_LIMIT),
    ]
    needs += found
    coded = [_code(case, each, books) for each in shipped]
    needs += [each for each in coded if isinstance(each, Need)]
    due = _find_due(case, dated.on, route, books) if isinstance(dated, Dated) else dated
    needs += [due] if isinstance(due, Need) else []
    if needs or isinstance(due, Need) or isinstance(dated, Need):
        return Held(needs=tuple({str(need): need for need in needs}.values()))
    goods = [each for each in coded if isinstance(each, _Coded)]
    bill = _make_bill(case, route, goods, (dated.on, due))
    return Planned(bill=bill, provenance=(*reasons, dated.reason, *_explain(goods)))


def _code(case: PurchasingCase, shipped: Shipped, books: Slice) -> _Coded | Need:
    """The goods of an order line by the first coding rule that holds for their item."""
    line = shipped.line
    if line.approved_price is None:
        reason = case.say(
            f"{shipped.order.document.document_id} line {line.number} has no approved price",
            "enter the price on the order in Intacct",
        )
        return Need(
            kind="match",
            subject=f"{shipped.order.document.document_id}/{line.number}/{case.number}",
            reason=reason,
        )
    facts = {"partner": (case.partner.name,), "vendor": (case.vendor.vendor_id,), "item": (line.item_id,)}
    rules = (rule for rule in case.rules.coding if rule.on == "line" and holds(rule.when, facts))
    rule = next(rules, None)
    if rule is None or rule.account is None:
        reason = case.say(
            f"no rule gives an account for item {line.item_id}", 'add [[coding]] on = "line" for it'
        )
        return Need(kind="coding", subject=f"{case.partner.name}/{line.item_id}", reason=reason)
    account = books.get(Account, rule.account)
    if account is None or account.status != "active":
        reason = case.say(
            f"account {rule.account} (rule “{rule.name}”) is not active in Intacct",
            "activate it, or correct the rule",
        )
        return Need(kind="account", subject=rule.account, reason=reason)
    return _Coded(shipped=shipped, amount=shipped.quantity * Fraction(line.approved_price), rule=rule)


def _find_due(case: PurchasingCase, on: date, route: Route, books: Slice) -> date | Need:
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


def _make_bill(
    case: PurchasingCase, route: Route, goods: Sequence[_Coded], days: tuple[date, date]
) -> ApBill:
    exact = [each.amount for each in goods]
    total = Decimal(math.floor(sum(exact, Fraction(0)) * 100 + Fraction(1, 2))).scaleb(-2)
    cents = round_to_total(exact, total)
    reference = goods[0].shipped.order.document.number
    text = cut(f"EDI 856 {case.partner.name} {case.number}", DESCRIPTION_LIMIT - len(case.mark) - 1)
    return ApBill(
        vendor_id=case.vendor.vendor_id,
        number=case.number,
        reference=reference if len(reference) <= _NUMBER_LIMIT else None,
        date=days[0],
        posting_date=terms.settle_posting_date(days[0], route)[0],
        due_date=days[1],
        term=terms.name_term(case.vendor, route),
        description=f"{text} {case.mark}",
        action="Draft",
        pay_to_contact=None,
        lines=tuple(_make_line(each, amount) for each, amount in zip(goods, cents, strict=True)),
    )


def _make_line(coded: _Coded, amount: Decimal) -> ApBillLine:
    line, rule = coded.shipped.line, coded.rule
    dimensions = line.booked.dimensions
    return ApBillLine(
        account_no=rule.account or "",
        amount=amount,
        memo=f"{line.item_id}, {show(coded.shipped.quantity)} {line.unit} at {line.approved_price:f}",
        location_id=rule.location or dimensions.location_id,
        department_id=rule.department or dimensions.department_id,
        class_id=rule.class_id or dimensions.class_id,
        project_id=rule.project or dimensions.project_id,
    )


def _explain(goods: Sequence[_Coded]) -> Iterator[Reason]:
    for number, each in enumerate(goods, start=1):
        line = each.shipped.line
        said = (
            ("shipped", f"{show(each.shipped.quantity)} {line.unit}"),
            ("approved", f"{line.approved_price:f}"),
        )
        yield Reason(path=f"lines[{number}].ACCOUNTNO", value=each.rule.account or "", rule=each.rule.name)
        yield Reason(
            path=f"lines[{number}].TRX_AMOUNT", value=show(each.amount), rule="approved price", inputs=said
        )
