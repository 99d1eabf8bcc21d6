"""An invoice against its orders and what was received of them, line by line.

Tolerances are measured over all invoices of an order line together, against the price that was first approved:
a rise cannot be split into small ones. An invoice that is too dear is not saved by earlier ones that were cheap.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ml_connector.edi import InvoiceLine
from ml_connector.mapping.matching.invoiced_lines import (
    InvoicedLine,
    find_lowest_price,
    find_priced_unit,
    is_at_approved_price,
)
from ml_connector.mapping.matching.match_differences import DISPUTED, find_overrule
from ml_connector.mapping.orders.line_choice import LineClue, choose_line, read_numbers
from ml_connector.mapping.orders.purchasing_case import Catalogue, PurchasingCase
from ml_connector.mapping.orders.units import convert
from ml_connector.mapping.rules.purchasing import MatchRule, allow
from ml_connector.records.matches import PASSING, MatchedLine, Usage, Verdict
from ml_connector.records.needs import Need
from ml_connector.records.orders import BookedLine, Order, OrderLine, PurchasingTransaction


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
        found = _find_line(case, line, taken)
        made = found if isinstance(found, Need) else _match_line(case, line, found, taken, known)
        if isinstance(made, Need):
            needs.append(made)
        else:
            matched.append(made)
    return tuple(matched), needs


def _find_line(case: PurchasingCase, said: InvoicedLine, taken: _Taken) -> OrderLine | Need:
    """The order line it is for."""
    numbers = (each.value for each in said.line.references if each.qualifier == "LI")

    def has_room(line: OrderLine, of: Fraction) -> bool:
        quantity = convert(said.quantity, said.unit, line.unit, said.stock)
        return quantity is not None and line.invoiced + taken.quantities[line.key] + quantity <= of

    clue = LineClue(
        place=f"line {said.line.position}",
        named=read_numbers(*numbers),
        counted=next(iter(read_numbers(said.line.number)), ""),
        is_priced=lambda line: is_at_approved_price(said, line),
        has_room=(
            lambda line: has_room(line, min(line.received, Fraction(line.ordered))),
            lambda line: has_room(line, Fraction(line.ordered)),
        ),
    )
    return choose_line(case, said.order, said.stock, clue)


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
    price, lowest = said.asked / quantity, find_lowest_price(said, ordered, rule)
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
        verdict=Verdict.MATCHED,
        rule=rule.name,
        usages=usages,
        stated=said.stated if said.unit != ordered.unit else "",
        lowest_price=lowest,
        priced_by=find_priced_unit(said, ordered, rule),
    )
    line = replace(line, verdict=_judge(line, limits, uncovered))
    return _overrule(case, line, limits, uncovered)


def _overrule(
    case: PurchasingCase, line: MatchedLine, limits: "_Quantity", uncovered: Fraction
) -> MatchedLine:
    """The line as people let it pass: what is ordered and not received is waited for all the same."""
    number = find_overrule(case, line) if line.verdict in DISPUTED else None
    if number is None:
        return line
    lifted = replace(limits, allowed=max(limits.allowed, limits.over))
    verdict = _judge(
        replace(line, allowed_amount=line.over_amount, lowest_price=None, priced_by=""), lifted, uncovered
    )
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


def _judge(line: MatchedLine, quantity: _Quantity, uncovered: Fraction) -> Verdict:
    """What its numbers come to, whatever verdict it has."""
    if line.approved_price is None:
        return Verdict.UNPRICED
    if quantity.over > quantity.allowed:
        return Verdict.TOO_MANY
    over = max(quantity.over, quantity.early)
    if over > quantity.allowed or uncovered > over:
        return Verdict.NOT_RECEIVED
    is_lower = line.price < line.approved_price
    verdicts = (
        (line.priced_by, Verdict.OTHER_UNIT),
        (line.over_amount > line.allowed_amount, Verdict.TOO_DEAR),
        (line.lowest_price is not None, Verdict.TOO_LOW),
        (over or line.over_amount, Verdict.TOLERATED),
        (is_lower, Verdict.LOWER),
    )
    return next((verdict for holds, verdict in verdicts if holds), Verdict.MATCHED)
