"""What a match finds too much: the needs that hold an invoice, and the differences that people let pass.

People agree to one difference at a time, and its name says all of its numbers: an invoice or an order that has
changed since is asked about anew.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from ml_connector.mapping.orders.purchasing_case import PurchasingCase
from ml_connector.mapping.orders.units import show
from ml_connector.mapping.rules.purchasing import AGREED
from ml_connector.records.matches import MatchedCharge, MatchedLine, Verdict
from ml_connector.records.needs import Need
from ml_connector.records.orders import Order

#: What an approver may let pass, with a reason; goods that are not there are waited for.
DISPUTED: Final = frozenset(
    {Verdict.TOO_MANY, Verdict.TOO_DEAR, Verdict.TOO_LOW, Verdict.TOO_HIGH, Verdict.OTHER_UNIT}
)


def find_overrule(case: PurchasingCase, found: MatchedLine | MatchedCharge) -> int | None:
    """The cross-reference by which people let this difference pass; None where nobody has."""
    name = _name_line(case, found) if isinstance(found, MatchedLine) else _name_charge(case, found)
    return case.rules.purchasing.overruled.get(("match", case.partner.name, name))


def list_line_needs(
    case: PurchasingCase, lines: Sequence[MatchedLine], known: Mapping[str, Order]
) -> Iterator[Need]:
    """What keeps the lines from passing, each with the difference and the one way out."""
    for line in lines:
        place = f"{line.order_id} line {line.order_line}, {line.item_id}"
        match line.verdict:
            case Verdict.NOT_RECEIVED:
                reason = _describe_missing(case, line, known[line.order_id], place)
                yield Need(kind="receipt", subject=f"{line.order_id}/{line.order_line}", reason=reason)
            case verdict if verdict in DISPUTED:
                wrong = "; ".join(_list_differences(line))
                yield _dispute(case, _name_line(case, line), f"{place}: {wrong}")
            case Verdict.UNPRICED:
                reason = case.say(f"{place} has no approved price", "enter the price on the order in Intacct")
                subject = f"{line.order_id}/{line.order_line}/{case.number}"
                yield Need(kind="match", subject=subject, reason=reason)
            case _:
                pass


def list_charge_needs(case: PurchasingCase, charges: Iterable[MatchedCharge]) -> Iterator[Need]:
    """What keeps the charges from passing."""
    for charge in charges:
        if charge.verdict is Verdict.TOO_HIGH:
            together = show(charge.amount + charge.before)
            wrong = f"{charge.name}: {together} is charged in all, the orders provide for {show(charge.ordered)} and {show(charge.allowed)} more is allowed ({charge.rule})"
            yield _dispute(case, _name_charge(case, charge), wrong)


def _dispute(case: PurchasingCase, name: str, wrong: str) -> Need:
    cure = f"ask {case.partner.name} for a corrected invoice or a credit, or let just this pass: answer `{AGREED}` with a reason"
    return Need(kind="match", subject=f"{case.partner.name}/{name}", reason=case.say(wrong, cure))


def _name_line(case: PurchasingCase, line: MatchedLine) -> str:
    """The line's difference with every number it rests on."""
    numbers = (line.price * line.invoiced, line.invoiced_before, line.ordered, line.approved_price or 0)
    worth, before, ordered, approved = (show(Fraction(number)) for number in numbers)
    dear = f" {show(line.over_amount)} too dear" if line.over_amount else ""
    stated = f" stated as {line.stated}" if line.priced_by or (line.stated and line.lowest_price) else ""
    return (
        f"{line.order_id}/{line.order_line}/{case.number}/{show(line.invoiced)} {line.unit} for {worth} "
        f"after {before} of {ordered} at {approved}{dear}{stated}"
    )


def _name_charge(case: PurchasingCase, charge: MatchedCharge) -> str:
    """The charge with every number it rests on."""
    return f"{charge.name}/{case.number}/{show(charge.amount)} after {show(charge.before)} of {show(charge.ordered)}"


def _list_differences(line: MatchedLine) -> Iterator[str]:
    """Both, where an invoice is for too many and too dear: who agrees to it agrees to the whole line."""
    together = line.invoiced_before + line.invoiced
    over = together - Fraction(line.ordered)
    if over > line.allowed_quantity:
        yield f"{show(together)} {line.unit} are invoiced of {line.ordered:f}, {show(over)} too many; {show(line.allowed_quantity)} is allowed"
    if line.over_amount > line.allowed_amount:
        yield f"{show(line.price)} is invoiced, {line.approved_price or 0:f} was approved, {show(line.over_amount)} too much in all; {show(line.allowed_amount)} is allowed"
    yield from describe_doubts(line)


def describe_doubts(line: MatchedLine) -> Iterator[str]:
    """What is doubtful about a price that is not too dear."""
    approved = f"{line.approved_price or 0:f} was approved"
    if line.priced_by:
        yield f"{line.stated} is rather the price of one {line.priced_by}: as it stands it makes {show(line.price)} for one {line.unit}, {approved}"
    if line.lowest_price is not None:
        yield f"{show(line.price)} is invoiced, {approved}; {line.rule} lets pass nothing below {show(line.lowest_price)}"


def _describe_missing(case: PurchasingCase, line: MatchedLine, order: Order, place: str) -> str:
    together = line.invoiced_before + line.invoiced
    expected = next(each.expected for each in order.lines if each.key == line.order_line_key)
    waiting = f"; {show(expected)} are on receivers that are not posted" if expected else ""
    wrong = (
        f"{place}: {show(together)} {line.unit} are invoiced, {show(line.received)} received{waiting}"
        if together > line.received
        else f"{place}: {show(line.received)} {line.unit} are received, but their receivers cannot be converted any more"
    )
    return case.say(wrong, f"post the receiver of the goods in Intacct; {case.number} then goes on by itself")
