"""Charges, allowances, taxes and rounding as subtotals or items: there is no account on a purchasing transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from ml_connector.edi import Invoice, Order
from ml_connector.intacct.writing.parts import Dimensions
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine, Subtotal
from ml_connector.mapping.matching.match_differences import DISPUTED, find_overrule
from ml_connector.mapping.orders.purchasing_case import Catalogue, PurchasingCase
from ml_connector.mapping.orders.units import show
from ml_connector.mapping.payables.amounts import Part
from ml_connector.mapping.rules.purchasing import ChargeRule, allow, holds
from ml_connector.records import orders
from ml_connector.records.matches import MatchedCharge, Verdict
from ml_connector.records.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What parts of an invoice become together: one subtotal, or one line of an item."""

    rule: ChargeRule
    amount: Fraction


def gather_charges(
    case: PurchasingCase, invoice: Invoice | Order, parts: Iterable[Part], known: Catalogue, definition: str
) -> tuple[tuple[Charge, ...], list[Need]]:
    """The parts that are no goods, added up by what they become; a need for each that no rule covers."""
    sums: defaultdict[str, Fraction] = defaultdict(Fraction)
    rules: dict[str, ChargeRule] = {}
    needs: dict[str, Need] = {}
    for part in parts:
        found = _find_rule(case, invoice, part) or _describe_uncovered(case, invoice, part, definition)
        rule = found if isinstance(found, Need) else _check_target(case, found, known, definition)
        if isinstance(rule, Need):
            needs[str(rule)] = rule
        else:
            sums[rule.name] += part.amount
            rules[rule.name] = rule
    made = tuple(Charge(rule=rules[name], amount=amount) for name, amount in sums.items() if amount)
    return made, list(needs.values())


def part_goods(
    case: PurchasingCase, invoice: Invoice, parts: Iterable[Part]
) -> tuple[dict[int, Fraction], list[Part]]:
    """What each line comes to, by its position, and the parts that are charges.

    A line's own charges and allowances are part of its price, unless a rule makes something else of them: then the
    price is compared with the approved one without them.
    """
    goods: defaultdict[int, Fraction] = defaultdict(Fraction)
    others: list[Part] = []
    for part in parts:
        own = part.kind in {"charge", "allowance"} and _find_rule(case, invoice, part) is None
        if part.line is not None and (part.kind == "line" or own):
            goods[part.line] += part.amount
        else:
            others.append(part)
    return goods, others


def match_charges(
    case: PurchasingCase, charges: Sequence[Charge], placed: Sequence[orders.Order], goods: Fraction
) -> tuple[MatchedCharge, ...]:
    """Each charge against what the orders provide for, all their invoices and all that becomes the same together.

    `goods` is what the goods of this invoice come to; a cap in per cent is of that and of all before.
    """
    earlier = sum((line.invoiced_amount for order in placed for line in order.lines), Fraction(0))
    taken: defaultdict[str, Fraction] = defaultdict(Fraction)
    matched: list[MatchedCharge] = []
    for charge in charges:
        found = _match_charge(charge, placed, goods + earlier, taken[charge.rule.target])
        taken[charge.rule.target] += charge.amount
        matched.append(_overrule(case, found))
    return tuple(matched)


def _overrule(case: PurchasingCase, charge: MatchedCharge) -> MatchedCharge:
    """The charge as people let it pass."""
    number = find_overrule(case, charge) if charge.verdict in DISPUTED else None
    return charge if number is None else replace(charge, verdict=Verdict.OVERRULED, overruled=number)


def list_charge_lines(
    charges: Iterable[tuple[Charge, Decimal]], place: Dimensions
) -> Iterator[NewPurchasingLine]:
    """The lines of charges that are items."""
    for charge, amount in charges:
        if charge.rule.item is not None:
            yield NewPurchasingLine(
                item_id=charge.rule.item,
                quantity=Decimal(1),
                price=amount,
                memo=charge.rule.name,
                dimensions=place,
            )


def list_subtotals(charges: Iterable[tuple[Charge, Decimal]], place: Dimensions) -> Iterator[Subtotal]:
    """The subtotals of those that are, each name once."""
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for charge, amount in charges:
        if charge.rule.subtotal is not None:
            totals[charge.rule.subtotal] += amount
    for name, total in totals.items():
        yield Subtotal(description=name, total=total, dimensions=place)


def _match_charge(
    charge: Charge, placed: Sequence[orders.Order], goods: Fraction, taken: Fraction
) -> MatchedCharge:
    """`taken` is what others of the same invoice have charged under the same name."""
    name, rule = charge.rule.target, charge.rule
    lines = [line for order in placed for line in order.lines if rule.item == line.item_id]
    named = [each for order in placed for each in order.charges if each.name == name]
    before = sum((line.invoiced_amount for line in lines), taken)
    before += sum((each.invoiced for each in named), Fraction(0))
    ordered = sum(
        (Fraction(line.ordered) * Fraction(line.approved_price or 0) for line in lines), Fraction(0)
    )
    ordered += sum((Fraction(each.ordered) for each in named), Fraction(0))
    allowed = allow(rule.cap, rule.cap_percent, goods)
    over = before + charge.amount - ordered
    return MatchedCharge(
        name=name,
        amount=charge.amount,
        before=before,
        ordered=ordered,
        allowed=allowed,
        verdict=_judge(charge.amount, over, allowed),
        rule=rule.name,
    )


def _judge(amount: Fraction, over: Fraction, allowed: Fraction) -> Verdict:
    """What lowers the bill needs no leave."""
    if amount <= 0 or over <= 0:
        return Verdict.MATCHED
    return Verdict.TOLERATED if over <= allowed else Verdict.TOO_HIGH


def _find_rule(case: PurchasingCase, invoice: Invoice | Order, part: Part) -> ChargeRule | None:
    code, description = _name_part(invoice, part)
    facts = {
        "partner": (case.partner.name,),
        "vendor": (case.vendor.vendor_id,),
        "code": (code,),
        "description": (description,),
    }
    rules = case.rules.purchasing.charges
    return next((rule for rule in rules if rule.on == part.kind and holds(rule.when, facts)), None)


def _name_part(invoice: Invoice | Order, part: Part) -> tuple[str, str]:
    whole = invoice if part.line is None else invoice.lines[part.line - 1]
    match part.kind:
        case "tax":
            return whole.taxes[part.index].type_code, ""
        case "charge" | "allowance":
            said = whole.adjustments[part.index]
            return said.code or said.agency_code, said.description
        case _:
            return "", ""


def _check_target(
    case: PurchasingCase, rule: ChargeRule, known: Catalogue, definition: str
) -> ChargeRule | Need:
    """The rule, if it can be followed: the subtotal must be the definition's, the item one that is not kept in stock."""
    if rule.subtotal is not None:
        named = {each.description for each in case.setting.subtotals if each.definition == definition}
        if rule.subtotal in named:
            return rule
        reason = case.say(
            f"the charge rule “{rule.name}” names the subtotal {rule.subtotal}, which {definition} does not have",
            f"correct the rule; {definition} has {', '.join(sorted(named)) or 'none'}",
        )
        return Need(kind="charge", subject=f"{definition}/{rule.subtotal}", reason=reason)
    stock = known.get(rule.target)
    if (
        stock is not None
        and stock.item.status == "active"
        and stock.item.item_type.startswith("Non-Inventory")
    ):
        return rule
    reason = case.say(
        f"the charge rule “{rule.name}” names the item {rule.item}, which is no active non-inventory item",
        "correct the rule, or the item in Intacct",
    )
    return Need(kind="charge", subject=f"{definition}/{rule.item}", reason=reason)


def _describe_uncovered(case: PurchasingCase, invoice: Invoice | Order, part: Part, definition: str) -> Need:
    code, description = _name_part(invoice, part)
    name = code or description or part.kind
    reason = case.say(
        f"no rule says what the {part.kind} {name} of {show(part.amount)} becomes on a {definition}",
        f'add [[charge]] on = "{part.kind}" with a subtotal or an item',
    )
    return Need(kind="charge", subject=f"{definition}/{name}", reason=reason)
