"""An X12 855 → an AP bill in draft, priced as confirmed (pro forma), where the rules say so.

What is confirmed dearer than approved is billed only once an approver has agreed. Ask as for the order's change, then
`draft_goods.ask_accounts`, then plan.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from ml_connector.edi import OrderAcknowledgment
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.orders.order_chain import UNPOSTED
from ml_connector.mapping.orders.order_reading import OrderRead
from ml_connector.mapping.orders.purchasing_admission import Received, check_length
from ml_connector.mapping.orders.purchasing_case import Noted, PurchasingCase
from ml_connector.mapping.orders.units import PRICE_PLACES, fit
from ml_connector.mapping.reference.slice import Slice
from ml_connector.mapping.routes.confirmation_to_order import Confirmed, compare_confirmation, explain_line
from ml_connector.mapping.routes.draft_goods import (
    CodedGoods,
    Goods,
    PlannedDraft,
    code_goods,
    explain_goods,
    find_due,
    find_invoiced,
    make_bill,
)
from ml_connector.mapping.rules.rulebook import Route
from ml_connector.records.needs import Need

_NUMBER_LIMIT: Final = 30  # RECORDID


def plan_confirmation_bill(
    received: Received, said: OrderAcknowledgment, read: OrderRead, route: Route, books: Slice
) -> PlannedDraft | Noted | Held | Filed:
    """The bill, always a draft, or every need that keeps it; nothing is billed where nothing is coming."""
    case = received.case
    found = compare_confirmation(received, said, read)
    if not isinstance(found, Confirmed):
        return found
    goods = list(_list_goods(found))
    if not goods:
        return Noted(reason="nothing is confirmed that could be billed", comparison=found.comparison)
    on = said.date or said.order_date
    needs = [*_check(case, found), *find_invoiced(case, goods)]
    coded = [code_goods(case, each, books) for each in goods]
    due = find_due(case, on, route, books) if on is not None else _ask_day(case)
    needs += [each for each in (*coded, due) if isinstance(each, Need)]
    if needs or on is None or isinstance(due, Need):
        return Held(needs=tuple({str(need): need for need in needs}.values()), comparison=found.comparison)
    billed = [each for each in coded if isinstance(each, CodedGoods)]
    why = (*(explain_line(line) for line in found.lines), *explain_goods(billed))
    bill = make_bill(case, route, billed, (on, due))
    return PlannedDraft(bill=bill, provenance=why, comparison=found.comparison)


def _list_goods(found: Confirmed) -> Iterator[Goods]:
    """What is coming, at the price the confirmation states, else at the approved one."""
    lines = {line.number: line for line in found.order.lines}
    for each in found.lines:
        line = lines[each.order_line]
        if each.confirmed > 0:
            yield Goods(
                order=found.order,
                line=line,
                quantity=each.confirmed,
                over=max(each.confirmed - Fraction(line.ordered), Fraction(0)),
                price=line.approved_price if each.price is None else fit(each.price, PRICE_PLACES),
                price_of="approved" if each.price is None else "confirmed",
                said="confirmed",
            )


def _check(case: PurchasingCase, found: Confirmed) -> Iterator[Need]:
    """Its number must fit, and its order be approved: before that no price is."""
    yield from check_length(case, "BAK03", case.number, _NUMBER_LIMIT)
    order = found.order.document
    if order.state in UNPOSTED:
        reason = case.say(
            f"order {order.document_id} is {order.state}",
            f"approve it in Intacct; {case.number} then goes on by itself",
        )
        yield Need(kind="order_state", subject=order.document_id, reason=reason)


def _ask_day(case: PurchasingCase) -> Need:
    reason = case.say(
        f"confirmation {case.number} has no date (BAK09, BAK04)",
        f"ask {case.partner.name} for a corrected one",
    )
    return Need(kind="date", subject=f"none/{case.number}", reason=reason)
