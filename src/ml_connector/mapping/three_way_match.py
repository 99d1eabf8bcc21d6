"""An invoice against its orders and what was received of them, line by line.

Tolerances are measured over all invoices of an order line together, against the price that was first approved:
a rise cannot be split into small ones. An invoice that is too dear is not saved by earlier ones that were cheap.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ml_connector.edi import InvoiceLine
from ml_connector.mapping.match_differences import DISPUTED, find_overrule
from ml_connector.mapping.purchasing_case import Catalogue, PurchasingCase
from ml_connector.mapping.rules_purchasing import MatchRule, allow
from ml_connector.mapping.units import convert
from ml_connector.records.matches import PASSING, MatchedLine, Usage, Verdict
from ml_connector.records.needs import Need
from ml_connector.records.orders import BookedLine, Order, OrderLine, PurchasingTransaction, StockItem


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicedLine:
    """A line of an invoice, its order, item and unit known."""

    line: InvoiceLine
    order: Order
    stock: StockItem
    unit: str  #: as Intacct spells it
    quantity: Fraction
    amount: Fraction  #: exact, with its own charges and allowances that no rule parts from it
    asked: Fraction  #: the same by its price alone, where the sender has rounded the line to cents


@dataclass(slots=True, kw_only=True)
class _Taken:
    """What earlier lines of the same invoice have used."""

    quantities: defaultdict[int, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    amounts: defaultdict[int, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    left: defaultdict[int, Fraction] = field(
        default_factory=lambda: defaultdict(Fraction)
    )  #: of sources, used up


def match_lines(
    case: PurchasingCase, invoiced: Sequence[InvoicedLine], known: Catalogue
) -> tuple[tuple[MatchedLine, ...], list[Need]]:
    """Every line against its order line; needs where no order line is for it. Verdicts are needs by `match_differences`."""
    taken = _Taken()
    matched: list[MatchedLine] = []
    needs: list[Need] = []
    for line in invoiced:
        numbers, place = _list_numbers(line.line), f"line {line.line.position}"
        found = choose_line(case, line.order, line.stock, numbers, place=place)
        made = found if isinstance(found, Need) else _match_line(case, line, found, taken, known)
        if isinstance(made, Need):
            needs.append(made)
        else:
            matched.append(made)
    return tuple(matched), needs


def choose_line(
    case: PurchasingCase, order: Order, stock: StockItem, numbers: Collection[str], *, place: str
) -> OrderLine | Need:
    """The order line for an item; where several are, the numbers that the document gives it decide."""
    item_id, order_id = stock.item.item_id, order.document.document_id
    candidates = [line for line in order.lines if line.item_id == item_id]
    named = {number.strip(" ").lstrip("0") for number in numbers}
    for found in (candidates, [line for line in candidates if str(line.number) in named]):
        if len(found) == 1:
            return found[0]
    wrong, cure = (
        (f"which stands on several lines of {order_id}", f"ask {case.partner.name} to name the order's line")
        if candidates
        else (
            f"which is not on {order_id}",
            f"add the item to {order_id} in Intacct if it was agreed, or reject the document",
        )
    )
    reason = case.say(f"{place} is for item {item_id}, {wrong}", cure)
    return Need(kind="order_line", subject=f"{order_id}/{item_id}", reason=reason)


def _list_numbers(line: InvoiceLine) -> list[str]:
    """IT101 and REF*LI: the order's line, as far as the invoice says it."""
    return [line.number, *(each.value for each in line.references if each.qualifier == "LI")]


def _match_line(
    case: PurchasingCase, said: InvoicedLine, ordered: OrderLine, taken: _Taken, known: Catalogue
) -> MatchedLine | Need:
    quantity = convert(said.quantity, said.unit, ordered.unit, said.stock)
    if quantity is None:
        reason = case.say(
            f"line {said.line.position} is counted in {said.unit}, the order line in {ordered.unit}, and item "
            f"{ordered.item_id} does not convert them",
            "add the unit to the item's group in Intacct",
        )
        return Need(kind="unit", subject=f"{ordered.item_id}/{said.unit}", reason=reason)
    rule = find_rule(case, ordered.item_id, said.line)
    before = ordered.invoiced + taken.quantities[ordered.key]
    amount_before = ordered.invoiced_amount + taken.amounts[ordered.key]
    limits = _limit_quantity(ordered, rule, before + quantity)
    usages, uncovered = _use_sources(said.order, ordered, quantity, rule, taken, known)
    price = said.asked / quantity
    over_amount, allowed_amount = _limit_amount(
        ordered, rule, (quantity, said.asked), (before, amount_before)
    )
    taken.quantities[ordered.key] += quantity
    taken.amounts[ordered.key] += said.amount
    line = MatchedLine(
        position=said.line.position,
        order_id=said.order.document.document_id,
        order_line=ordered.number,
        order_line_key=ordered.key,
        item_id=ordered.item_id,
        unit=ordered.unit,
        ordered=ordered.ordered,
        received=ordered.received,
        invoiced_before=before,
        invoiced=quantity,
        approved_price=ordered.approved_price,
        price=price,
        over_quantity=max(limits.over, limits.early),
        allowed_quantity=limits.allowed,
        over_amount=over_amount,
        allowed_amount=allowed_amount,
        verdict=_judge(ordered, limits, uncovered, (over_amount, allowed_amount), price),
        rule=rule.name,
        usages=usages,
    )
    return _overrule(case, line, ordered, limits, uncovered)


def _overrule(
    case: PurchasingCase, line: MatchedLine, ordered: OrderLine, limits: "_Quantity", uncovered: Fraction
) -> MatchedLine:
    """The line as people let it pass: what is ordered and not received is waited for all the same."""
    number = find_overrule(case, line) if line.verdict in DISPUTED else None
    if number is None:
        return line
    lifted = replace(limits, allowed=max(limits.allowed, limits.over))
    verdict = _judge(ordered, lifted, uncovered, (line.over_amount, line.over_amount), line.price)
    return replace(line, verdict=Verdict.OVERRULED if verdict in PASSING else verdict, overruled=number)


def find_rule(case: PurchasingCase, item_id: str, said: InvoiceLine | None = None) -> MatchRule:
    """The rule that says how far a line for an item may differ."""
    ids = (
        []
        if said is None
        else [text for id_ in said.product_ids for text in (f"{id_.qualifier}/{id_.id}", id_.id)]
    )
    return case.rules.purchasing.find_match(
        partner=case.partner.name, vendor=case.vendor.vendor_id, items=[item_id, *ids]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quantity:
    over: Fraction  #: beyond what is ordered
    early: Fraction  #: beyond what is received
    allowed: Fraction


def _limit_quantity(ordered: OrderLine, rule: MatchRule, together: Fraction) -> _Quantity:
    nothing = Fraction(0)
    wanted = Fraction(ordered.ordered)
    early = max(together - ordered.received, nothing) if rule.receipt == "required" else nothing
    return _Quantity(
        over=max(together - wanted, nothing),
        early=early,
        allowed=allow(rule.quantity, rule.quantity_percent, wanted),
    )


def _limit_amount(
    ordered: OrderLine,
    rule: MatchRule,
    now: tuple[Fraction, Fraction],
    before: tuple[Fraction, Fraction],
) -> tuple[Fraction, Fraction]:
    """How much too dear the line is and how much is allowed: alone, or with all before it, whichever is worse.

    A line that is not too dear itself makes nothing worse: cents that earlier ones were rounded by do not hold it.
    """
    approved = Fraction(ordered.approved_price or 0)
    limits: list[tuple[Fraction, Fraction]] = []
    if now[1] <= approved * now[0]:
        return Fraction(0), allow(rule.price, rule.price_percent, approved * now[0])
    for quantity, amount in (now, (now[0] + before[0], now[1] + before[1])):
        worth = approved * quantity
        limits.append((max(amount - worth, Fraction(0)), allow(rule.price, rule.price_percent, worth)))
    return max(limits, key=lambda limit: (limit[0] - limit[1], limit[0]))


def _use_sources(
    order: Order, ordered: OrderLine, quantity: Fraction, rule: MatchRule, taken: _Taken, known: Catalogue
) -> tuple[tuple[Usage, ...], Fraction]:
    """Which receipts the line draws on, the oldest first, then the order itself where no receipt is needed.

    The second value is what none of them covers.
    """
    usages: list[Usage] = []
    missing = quantity
    for source, booked, by in _list_sources(order, ordered, rule):
        line = booked.line
        factor = convert(Fraction(1), line.unit, ordered.unit, known.get(line.item_id))
        left = order.left[line.record_no] - taken.left[line.record_no]
        if factor is None or not left or not missing:
            continue
        own = min(left, missing / factor)
        taken.left[line.record_no] += own
        missing -= own * factor
        usages.append(
            Usage(document_id=source.document.document_id, line_key=line.record_no, quantity=own, by=by)
        )
    return tuple(usages), missing


def _list_sources(
    order: Order, ordered: OrderLine, rule: MatchRule
) -> Iterator[tuple[PurchasingTransaction, BookedLine, str]]:
    for receipt in order.receipts:
        by = (
            "ship notice, asn_is_receipt"
            if receipt.document.document_id in order.by_notice
            else "posted by a person"
        )
        yield from (
            (receipt, booked, by) for booked in receipt.lines if booked.line.source_line == ordered.key
        )
    if rule.receipt == "not_needed":
        yield order.transaction, ordered.booked, f"no receipt needed, {rule.name}"


def _judge(
    ordered: OrderLine,
    quantity: _Quantity,
    uncovered: Fraction,
    money: tuple[Fraction, Fraction],
    price: Fraction,
) -> Verdict:
    if ordered.approved_price is None:
        return Verdict.UNPRICED
    if quantity.over > quantity.allowed:
        return Verdict.TOO_MANY
    over = max(quantity.over, quantity.early)
    if over > quantity.allowed or uncovered > over:
        return Verdict.NOT_RECEIVED
    if money[0] > money[1]:
        return Verdict.TOO_DEAR
    if over or money[0]:
        return Verdict.TOLERATED
    return Verdict.LOWER if price < ordered.approved_price else Verdict.MATCHED
