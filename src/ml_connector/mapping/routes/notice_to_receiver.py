"""An X12 856 → receivers converted from their orders, or what is missing for them.

A notice says *shipped*, not *received*: what it makes is a draft that people post, unless the partner's notices are
receipts. Ask (`list_notice_clues`, `ask_notice_items`), then plan. Where the rule's target is a bill, `notice_to_bill`
plans instead.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ml_connector.edi import ShipNotice
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.matching.notice_lines import NoticeRead, Shipped, expect_goods, match_notice
from ml_connector.mapping.orders.definitions import check_definition, number_document
from ml_connector.mapping.orders.purchasing_admission import Received, find_filing, find_needs
from ml_connector.mapping.orders.purchasing_case import Noted, PlannedPurchasing, PurchasingCase
from ml_connector.mapping.orders.units import QUANTITY_PLACES, fit, show
from ml_connector.records.needs import Need
from ml_connector.records.orders import Order
from ml_connector.records.provenance import Reason

_ARRIVED: Final = ("050", "035")  # DTM01: received, delivered
_ANNOUNCED: Final = "017"  # DTM01: estimated delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A day, and why."""

    on: date
    reason: Reason


def plan_receiver(
    received: Received, notice: ShipNotice, read: NoticeRead
) -> PlannedPurchasing | Noted | Held | Filed:
    """A receiver for each order, or every need that keeps them; only what is expected, where the rules say so."""
    case = received.case
    filing = find_filing(received)
    if filing:
        return Filed(reason=filing)
    rule = case.rules.purchasing.find_notice(case.partner.name)
    is_receipt = rule.asn_is_receipt and case.setting.mode == "live"
    name = case.rules.purchasing.definitions.receiver
    dated = find_date(case, notice, is_receipt=rule.asn_is_receipt)
    goods = match_notice(case, notice, read)
    shipped, reasons = goods.shipped, goods.reasons
    needs = [
        *find_needs(received, notice.purpose),
        *goods.needs,
    ]
    if isinstance(dated, Need):
        needs.append(dated)
    comparison = expect_goods(goods, dated.on if isinstance(dated, Dated) else notice.date)
    if rule.target == "note" and not needs:
        return Noted(reason="expected goods only", provenance=reasons, comparison=comparison)
    needs += check_definition(case, name, "BSN02", notice.number)
    lines = [_make_lines(case, each) for each in shipped]
    needs += [each for each in lines if isinstance(each, Need)]
    orders = {each.order.document.document_id: each.order for each in shipped}
    needs += _check_entities(case, orders.values())
    if needs or isinstance(dated, Need):
        return Held(needs=tuple({str(need): need for need in needs}.values()), comparison=comparison)
    functions = tuple(
        _make_receiver(
            case,
            order,
            dated.on,
            number_document(case, name, notice.number, number),
            [
                line
                for each, made in zip(shipped, lines, strict=True)
                if each.order is order and isinstance(made, tuple)
                for line in made
            ],
            is_receipt=is_receipt,
        )
        for number, order in enumerate(orders.values(), start=1)
    )
    explained = tuple(_explain(each) for each in shipped)
    entity = next(iter(orders.values())).transaction.entity
    return PlannedPurchasing(
        functions=functions,
        entity=entity,
        provenance=(*reasons, dated.reason, *explained),
        comparison=comparison,
    )


def _check_entities(case: PurchasingCase, orders: Iterable[Order]) -> Iterator[Need]:
    """Conversions run at their order's level, and a document is sent at one."""
    entities = {order.transaction.entity for order in orders}
    if len(entities) > 1:
        named = ", ".join(sorted(entity or "the top level" for entity in entities))
        reason = case.say(
            f"the orders belong to several entities: {named}", f"ask {case.partner.name} for one notice each"
        )
        yield Need(kind="entity", subject="+".join(sorted(entities)), reason=reason)


def find_date(case: PurchasingCase, notice: ShipNotice, *, is_receipt: bool) -> Dated | Need:
    """When goods are expected, never before the notice; when they arrived, where the notice is the receipt."""
    if notice.date is None:
        reason = case.say(
            f"notice {notice.number} has no date (BSN03)", f"ask {case.partner.name} for a corrected notice"
        )
        return Need(kind="date", subject=f"none/{notice.number}", reason=reason)
    if not is_receipt:
        announced = _find_day(notice, (_ANNOUNCED,))
        on = max(announced or notice.date, notice.date)
        return _date(
            on, "announced, never before the notice", f"DTM*{_ANNOUNCED}" if on == announced else "BSN03"
        )
    arrived = _find_day(notice, _ARRIVED) or _find_day(notice, (_ANNOUNCED,))
    if arrived is not None and arrived <= case.setting.today:
        return _date(arrived, "arrived, the notice is the receipt", "DTM")
    wrong, cure = (
        ("does not say when the goods arrived", "post the receiver by hand in Intacct, then reject it here")
        if arrived is None
        else (f"says that the goods arrive on {arrived}", "it goes on by itself on that day")
    )
    reason = case.say(f"notice {notice.number} {wrong}, and it is to be posted as received", cure)
    return Need(kind="date", subject=f"{arrived or 'none'}/{notice.number}", reason=reason)


def _find_day(notice: ShipNotice, qualifiers: Sequence[str]) -> date | None:
    """The latest day of the first of these qualifiers that is there."""
    dates = [*notice.dates, *(each for shipment in notice.shipments for each in shipment.dates)]
    for qualifier in qualifiers:
        days = [each.date for each in dates if each.qualifier == qualifier and each.date is not None]
        if days:
            return max(days)
    return None


def _date(on: date, rule: str, place: str) -> Dated:
    said = ((place, on.isoformat()),)
    return Dated(on=on, reason=Reason(path="datecreated", value=on.isoformat(), rule=rule, inputs=said))


def _make_lines(case: PurchasingCase, shipped: Shipped) -> tuple[NewPurchasingLine, ...] | Need:
    """The line converted from the order's, and a line of its own for what is tolerated beyond it, or on it by setting."""
    line, order = shipped.line, shipped.order
    converted = min(shipped.quantity, order.left[line.key])
    beyond = shipped.quantity - converted
    same_line = case.rules.purchasing.definitions.overage == "same_line" and converted > 0
    parts = [(shipped.quantity, line.key)] if same_line else [(converted, line.key), (beyond, None)]
    if beyond and not same_line and sum(each.item_id == line.item_id for each in order.lines) > 1:
        reason = case.say(
            f"{order.document.document_id}: {show(beyond)} {line.unit} of {line.item_id} too many cannot be told from its other lines",
            "raise the order line in Intacct",
        )
        return Need(
            kind="over_receipt",
            subject=f"{order.document.document_id}/{line.number}/{case.number}",
            reason=reason,
        )
    made: list[NewPurchasingLine] = []
    for quantity, source in parts:
        exact = fit(quantity, QUANTITY_PLACES)
        if exact is None:
            reason = case.say(
                f"{show(quantity)} {line.unit} of {line.item_id} has more than {QUANTITY_PLACES} places",
                f"ask {case.partner.name} for a notice in {line.unit}",
            )
            return Need(kind="unit", subject=f"{line.item_id}/{line.unit}", reason=reason)
        if exact:
            made.append(_make_line(shipped, exact, source))
    return tuple(made)


def _make_line(shipped: Shipped, quantity: Decimal, source: int | None) -> NewPurchasingLine:
    booked = shipped.line.booked
    return NewPurchasingLine(
        item_id=booked.line.item_id,
        quantity=quantity,
        unit=booked.line.unit,
        price=booked.line.price,
        warehouse_id=booked.warehouse_id or None,
        source_line=source,
        dimensions=booked.dimensions,
    )


def _make_receiver(
    case: PurchasingCase,
    order: Order,
    on: date,
    number: str | None,
    lines: Sequence[NewPurchasingLine],
    *,
    is_receipt: bool,
) -> NewPurchasing:
    return NewPurchasing(
        definition=case.rules.purchasing.definitions.receiver,
        vendor_id=case.vendor.vendor_id,
        date=on,
        due_date=on,
        created_from=order.document.document_id,
        number=number,
        vendor_number=case.number,
        message=case.write_message(f"EDI 856 {case.partner.name} {case.number}"),
        state=None if is_receipt else "Draft",
        lines=tuple(lines),
    )


def _explain(shipped: Shipped) -> Reason:
    line = shipped.line
    rule = f"shipped of the order line, all cartons together; {shipped.rule}"
    return Reason(
        path=f"{shipped.order.document.document_id} line {line.number}",
        value=f"{show(shipped.quantity)} {line.unit}",
        rule=rule,
        inputs=(
            ("ordered", f"{line.ordered:f}"),
            ("received before", show(line.received)),
            ("over", show(shipped.over)),
        ),
    )
