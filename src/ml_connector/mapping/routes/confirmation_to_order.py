"""An X12 855 → a change of its order, a promise kept on our side, or what a person must decide.

Whatever is changed in Intacct, invoices are matched with the price that was first approved: a confirmation never
raises it. A replenishment (BAK02 AP) is an order of its own: `read_replenishment`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from msgspec.structs import asdict

from ml_connector.edi import Order, OrderAcknowledgment
from ml_connector.edi.documents.order850 import OrderKind
from ml_connector.edi.documents.order_details import OrderHeader
from ml_connector.intacct.writing.purchasing import PurchasingChange
from ml_connector.intacct.writing.purchasing_lines import PurchasingLineChange
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.orders.confirmation_lines import confirm_lines, name_terms, value_lines
from ml_connector.mapping.orders.item_match import ask_item
from ml_connector.mapping.orders.order_chain import OrderFile
from ml_connector.mapping.orders.order_reading import (
    FIXED,
    OrderRead,
    make_clue,
    open_order,
    sign,
    take_fingerprint,
)
from ml_connector.mapping.orders.purchasing_admission import Received, check_currency, find_filing, find_needs
from ml_connector.mapping.orders.purchasing_case import ITEM, Noted, PlannedPurchasing, PurchasingCase
from ml_connector.mapping.orders.units import PRICE_PLACES, QUANTITY_PLACES, fit, show
from ml_connector.mapping.reference.slice import Asked
from ml_connector.mapping.rules.purchasing import AGREED, ConfirmationRule
from ml_connector.mapping.rules.rulebook import Meaning
from ml_connector.records.matches import UNKNOWN, Comparison, ConfirmedLine, Promise
from ml_connector.records.needs import Need
from ml_connector.records.orders import ExpectedGoods
from ml_connector.records.orders import Order as PlacedOrder
from ml_connector.records.provenance import Reason

_BY_HAND: Final = {Promise.SUBSTITUTED: "is substituted", Promise.OPEN: "is left open"}


def ask_confirmed_items(case: PurchasingCase, said: OrderAcknowledgment, file: OrderFile) -> set[Asked]:
    """What must be looked up to know the items of a confirmation and of its order."""
    asked = {asked for line in said.lines for asked in ask_item(case, line.product_ids)}
    answers = (answer for line in said.lines for answer in line.answers)
    asked |= {asked for answer in answers for asked in ask_item(case, answer.product_ids)}
    return asked | {(ITEM, booked.line.item_id) for booked in file.order.lines}


def read_replenishment(said: OrderAcknowledgment) -> Order:
    """A seller's own order, in the form of an 850."""
    header = {name: asdict(said)[name] for name in OrderHeader.__struct_fields__}
    return Order(
        **header,
        number=said.number,
        release=said.release,
        date=said.date or said.order_date,
        purpose=said.purpose,
        type_code=said.type_code,
        kind=OrderKind.STANDARD,
        contract=said.contract,
        lines=said.lines,
        total=None,
        declared_lines=said.declared_lines,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """An order with what is confirmed of it, nothing of which is for a person."""

    order: PlacedOrder
    lines: tuple[ConfirmedLine, ...]
    rule: ConfirmationRule
    is_copy: bool

    @property
    def comparison(self) -> Comparison:
        expected = tuple(_expect(line) for line in self.lines)
        return Comparison(confirmed=self.lines, expected=expected, worth=value_lines(self.lines, self.order))


def plan_confirmation(
    received: Received, said: OrderAcknowledgment, read: OrderRead
) -> PlannedPurchasing | Noted | Held | Filed:
    """The change that the policy lets through, or the promise to be kept, or every difference a person must decide."""
    found = compare_confirmation(received, said, read)
    if not isinstance(found, Confirmed):
        return found
    kept = _describe_copy(said, found.lines) if found.is_copy else _find_keeping(found.order, found.rule)
    return _apply(received.case, found, kept)


def compare_confirmation(
    received: Received, said: OrderAcknowledgment, read: OrderRead
) -> Confirmed | Held | Filed:
    """The order and what is confirmed of it, or every difference a person must decide."""
    case = received.case
    filing = find_filing(received)
    if filing:
        return Filed(reason=filing)
    needs = [*find_needs(received, said.purpose, compares=True), *check_currency(case, said.currency)]
    order = open_order(case, make_clue("BAK03", said.number, said.release), read)
    if isinstance(order, Need):
        return Held(needs=(*needs, order))
    confirmed, missing = confirm_lines(case, said, order, read.known)
    rule, is_copy = _choose_rule(case, said)
    needs += [*missing, *_find_doubles(case, confirmed)]
    if rule.target != "note":
        needs += [need for line in confirmed for need in _find_differences(case, line, order, rule)]
    if needs:
        worth = UNKNOWN if missing else value_lines(confirmed, order)
        comparison = Comparison(confirmed=tuple(confirmed), worth=worth)
        return Held(needs=tuple({str(need): need for need in needs}.values()), comparison=comparison)
    return Confirmed(order=order, lines=confirmed, rule=rule, is_copy=is_copy)


def _choose_rule(case: PurchasingCase, said: OrderAcknowledgment) -> tuple[ConfirmationRule, bool]:
    """The partner's, and whether it is a copy (BAK01): whatever that says otherwise than the order is for a person."""
    rule = case.rules.purchasing.find_confirmation(case.partner.name)
    if case.rules.purposes.get(said.purpose) is not Meaning.COMPARE:
        return rule, False
    return rule.model_copy(update={"dates": "hold", "reductions": "hold"}), True


def _find_doubles(case: PurchasingCase, confirmed: Sequence[ConfirmedLine]) -> Iterator[Need]:
    """Two lines for one order line: whether they add up or one replaces the other is not known."""
    counted = Counter((line.order_id, line.order_line) for line in confirmed)
    for (order_id, number), count in counted.items():
        if count > 1:
            reason = case.say(
                f"{order_id} line {number} is confirmed {count} times",
                f"ask {case.partner.name} for one line with all its answers (ACK)",
            )
            yield Need(kind="order_line", subject=f"{order_id}/{number}", reason=reason)


def _find_differences(
    case: PurchasingCase, line: ConfirmedLine, order: PlacedOrder, rule: ConfirmationRule
) -> Iterator[Need]:
    """What is not applied without a person: what an approver may agree to, and what takes more than that."""
    received = next(each.received for each in order.lines if each.number == line.order_line)
    wrong = _BY_HAND.get(line.promise, "")
    if line.confirmed < received:
        wrong = f"is reduced below the {show(received)} that are received"
    if _spell(line) is None:
        wrong = f"has more than {QUANTITY_PLACES} places, or its price more than {PRICE_PLACES}, or one has more than 15 digits"
    if line.price is not None and line.price < 0:
        wrong = "is priced below nothing"
    if wrong:
        subject = f"{line.order_id}/{line.order_line}/{case.number}"
        cure = "change the order in Intacct or refuse it to the seller, then reject the confirmation here"
        yield Need(kind="order_line", subject=subject, reason=case.say(_describe(line, wrong), cure))
        return
    wrong = _find_asked(line, rule)
    code = f"{line.order_id}/{line.order_line}/{_name_terms(line)}"
    if wrong and (case.partner.name, code) not in case.rules.purchasing.agreed:
        cure = f"answer `{AGREED}` if that is agreed to, or refuse it to the seller and reject the confirmation here"
        subject = f"{case.partner.name}/{code}"
        yield Need(kind="confirmation", subject=subject, reason=case.say(_describe(line, wrong), cure))


def _find_asked(line: ConfirmedLine, rule: ConfirmationRule) -> str:
    """What the policy does not let through by itself; empty where it does."""
    if line.priced_by:
        return f"is confirmed at what is rather the price of one {line.priced_by}"
    if line.promise is Promise.RAISED:
        return "is raised"
    if line.promise in {Promise.REDUCED, Promise.REJECTED} and rule.reductions == "hold":
        return f"is {line.promise}"
    if line.promise is Promise.LATER and rule.dates == "hold":
        return f"comes on {line.on or 'another day'}"
    return ""


def _name_terms(line: ConfirmedLine) -> str:
    return name_terms(line.confirmed, line.unit, line.price, line.on)


def _describe(line: ConfirmedLine, wrong: str) -> str:
    approved = f" at {line.approved_price:f}" if line.approved_price is not None else ""
    return (
        f"{line.order_id} line {line.order_line}, {line.item_id} {wrong} ({line.said}): "
        f"{line.ordered:f} {line.unit}{approved} ordered, {_name_terms(line)} confirmed"
    )


def _apply(case: PurchasingCase, found: Confirmed, kept: str) -> PlannedPurchasing | Noted | Held:
    order, confirmed, comparison = found.order, found.lines, found.comparison
    reasons = tuple(explain_line(line) for line in confirmed)
    changes = tuple(change for line in confirmed for change in _change(line))
    days = [line.on for line in confirmed if line.promise is Promise.LATER and line.on is not None]
    due = max(days, default=None)
    if kept or not (changes or due):
        reason = kept or "confirmed as ordered"
        return Noted(reason=reason, provenance=reasons, comparison=comparison)
    message = sign(case, order)
    if isinstance(message, Need):
        return Held(needs=(message,), comparison=comparison)
    change = PurchasingChange(
        document_id=order.document.document_id,
        due_date=due,
        message=message,
        lines=changes,
        rests_on=take_fingerprint(order.transaction),
    )
    return PlannedPurchasing(
        functions=(change,),
        entity=order.transaction.entity,
        provenance=reasons,
        comparison=comparison,
    )


def _describe_copy(said: OrderAcknowledgment, confirmed: Sequence[ConfirmedLine]) -> str:
    """Why a copy is kept on our side only."""
    is_same = all(line.promise is Promise.ACCEPTED for line in confirmed)
    found = "confirmed as ordered" if is_same else "what it says otherwise changes nothing in Intacct"
    return f"a copy (purpose {said.purpose}), compared with the order: {found}"


def _find_keeping(order: PlacedOrder, rule: ConfirmationRule) -> str:
    """Why the promise is kept on our side only; empty where the order may be changed."""
    if rule.target == "note":
        return "promise kept on our side, as the rules say"
    state = order.document.state
    return f"promise kept on our side: the order is {state} and cannot be changed" if state in FIXED else ""


def _change(line: ConfirmedLine) -> Iterator[PurchasingLineChange]:
    spelled = _spell(line)
    if spelled is not None and line.promise in {Promise.REDUCED, Promise.REJECTED, Promise.RAISED}:
        yield PurchasingLineChange(line_no=line.order_line_no, quantity=spelled[0], price=spelled[1])


def _spell(line: ConfirmedLine) -> tuple[Decimal, Decimal | None] | None:
    """Quantity and price as Intacct takes them; None where that is not exact."""
    quantity = fit(line.confirmed, QUANTITY_PLACES)
    price = None if line.price is None else fit(line.price, PRICE_PLACES)
    return None if quantity is None or (price is None) != (line.price is None) else (quantity, price)


def _expect(line: ConfirmedLine) -> ExpectedGoods:
    return ExpectedGoods(
        order_id=line.order_id,
        order_line=line.order_line,
        item_id=line.item_id,
        quantity=line.confirmed,
        unit=line.unit,
        on=line.on,
    )


def explain_line(line: ConfirmedLine) -> Reason:
    """What the seller said to a line."""
    said = (("answer", line.said), ("ordered", f"{line.ordered:f}"))
    return Reason(
        path=f"{line.order_id} line {line.order_line}",
        value=f"{show(line.confirmed)} {line.unit}",
        rule=f"{line.promise} by the seller",
        inputs=said,
    )
