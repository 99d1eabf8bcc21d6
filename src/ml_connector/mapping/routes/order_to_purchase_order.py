"""An X12 850 → a purchase order, or what is missing for it. Ask (`ask_order_items`, `ask_warehouses`), then plan."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from ml_connector.edi import Order
from ml_connector.edi.documents.order850 import OrderKind
from ml_connector.edi.documents.order_details import OrderHeader
from ml_connector.edi.documents.order_lines import OrderLine
from ml_connector.intacct.objects import Warehouse
from ml_connector.intacct.writing.parts import Dimensions
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.matching.charges import Charge, gather_charges, list_charge_lines, list_subtotals
from ml_connector.mapping.orders.definitions import find_definition
from ml_connector.mapping.orders.item_match import ask_item, check_tracking, match_item
from ml_connector.mapping.orders.purchasing_admission import (
    Received,
    check_currency,
    check_entity,
    check_length,
    find_filing,
    find_needs,
    find_roles,
    find_seller_role,
)
from ml_connector.mapping.orders.purchasing_case import ITEM, Catalogue, PlannedPurchasing, PurchasingCase
from ml_connector.mapping.orders.units import (
    PRICE_PLACES,
    QUANTITY_PLACES,
    explain_unit,
    find_unit,
    fit,
    show,
)
from ml_connector.mapping.orders.warehouse_match import find_warehouse
from ml_connector.mapping.payables.amounts import Part
from ml_connector.mapping.reference.slice import Asked
from ml_connector.mapping.rules.purchasing import holds
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason

_NUMBER_LIMIT: Final = 20
_MEMO_LIMIT: Final = 500
WANTED: Final = ("002", "106", "074", "063", "010")  # DTM01: delivery requested, required, …, ship by


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """A line with what it becomes, and why."""

    line: NewPurchasingLine
    reasons: tuple[Reason, ...]


def ask_order_items(case: PurchasingCase, order: Order) -> set[Asked]:
    """What must be looked up to know the items of an order and of its charges."""
    asked = {asked for line in order.lines for asked in ask_item(case, line.product_ids)}
    return asked | {(ITEM, rule.item) for rule in case.rules.purchasing.charges if rule.item is not None}


def plan_purchase_order(
    received: Received, order: Order, known: Catalogue
) -> PlannedPurchasing | Held | Filed:
    """The purchase order, or every need that keeps it, or the reason it is only filed."""
    case = received.case
    filing = find_filing(received) or file_order(case.rules, order)
    if filing:
        return Filed(reason=filing)
    needs = [*find_needs(received, order.purpose), *check_entity(received), *_admit(case, order)]
    lines: list[ReadLine] = []
    for line in order.lines:
        made = read_order_line(received, order, line, known)
        if isinstance(made, list):
            needs += made
        else:
            lines.append(made)
    definition = case.rules.purchasing.definitions.order
    charges, uncovered = gather_charges(case, order, list(_list_parts(order)), known, definition)
    spelled = _spell_charges(case, charges)
    needs += uncovered if isinstance(spelled, list) else [*uncovered, spelled]
    if needs or order.date is None or isinstance(spelled, Need):
        return Held(needs=tuple({str(need): need for need in needs}.values()))
    return _assemble(received, order, order.date, lines, spelled)


def find_worth(order: Order) -> Decimal | None:
    """What an order comes to: as it says, else its lines with its charges, allowances and taxes."""
    if order.total is not None:
        return order.total
    goods = add_up(line.extension for line in order.lines)
    if goods is None:
        return None
    whole = sum((part.amount for part in _list_parts(order)), start=Fraction(goods))
    return Decimal(whole.numerator) / Decimal(whole.denominator)


def add_up(extensions: Iterable[Decimal | None]) -> Decimal | None:
    """What lines come to together; None where one of them does not say, or there are none."""
    known = list(extensions)
    given = [each for each in known if each is not None]
    return sum(given, start=Decimal(0)) if given and len(given) == len(known) else None


def file_order(rules: Rules, order: Order) -> str:
    """The reason to file an order whoever its vendor is; empty when there is none."""
    if find_seller_role(rules, order):
        return "sales order: we are the seller"
    return "blanket order: a frame, its releases are the orders" if order.kind is OrderKind.BLANKET else ""


def _admit(case: PurchasingCase, order: Order) -> Iterator[Need]:
    yield from find_roles(case, order)
    yield from check_currency(case, order.currency)
    yield from check_length(case, "BEG03", name_order(order), _NUMBER_LIMIT)
    definition = find_definition(case, case.rules.purchasing.definitions.order)
    if isinstance(definition, Need):
        yield definition
    if order.date is None:
        reason = case.say(
            f"order {order.number} has no date", f"ask {case.partner.name} for a corrected order"
        )
        yield Need(kind="date", subject=f"none/{order.number}", reason=reason)
    if not order.lines:
        reason = case.say(f"order {order.number} has no lines", "reject it")
        yield Need(kind="lines", subject=order.number, reason=reason)


def read_order_line(
    received: Received, order: OrderHeader, line: OrderLine, known: Catalogue
) -> ReadLine | list[Need]:
    case, place = received.case, f"line {line.position}"
    amounts = _read_amounts(case, line, place)
    item = match_item(case, line.product_ids, known, place=place)
    if isinstance(item, Need):
        return [each for each in (amounts, item) if isinstance(each, Need)]
    unit = find_unit(case, line.unit, item.stock)
    warehouse = find_warehouse(case, item.stock, (*line.parties, *order.parties), known, place=place)
    needs = [amounts, unit, warehouse, check_tracking(case, item.stock, place)]
    missing = [each for each in needs if isinstance(each, Need)]
    if missing or isinstance(amounts, Need) or isinstance(unit, Need) or isinstance(warehouse, Need):
        return missing
    dimensions, coded = _find_dimensions(received, order, line, warehouse)
    made = NewPurchasingLine(
        item_id=item.stock.item.item_id,
        quantity=amounts[0],
        unit=unit,
        price=amounts[1],
        warehouse_id=warehouse.warehouse_id if warehouse is not None else None,
        memo=(line.description or item.stock.item.name)[:_MEMO_LIMIT],
        dimensions=dimensions,
    )
    reasons = (
        item.reason,
        explain_unit(case, ("PO103", line.unit), unit, item.stock, place=place),
        coded,
    )
    return ReadLine(line=made, reasons=reasons)


def _read_amounts(case: PurchasingCase, line: OrderLine, place: str) -> tuple[Decimal, Decimal] | Need:
    """Quantity and price of one unit, exact: a price per hundred is divided."""
    wrong = ""
    if line.quantity is None or line.extension is None or line.quantity <= 0:
        wrong = "has no quantity above nothing, or no price"
    elif line.extension < 0:
        wrong = "has a price below nothing"
    elif line.shares:
        wrong = "goes to several places (SDQ)"
    else:
        quantity = fit(Fraction(line.quantity), QUANTITY_PLACES)
        price = fit(Fraction(line.extension) / Fraction(line.quantity), PRICE_PLACES)
        if quantity is not None and price is not None:
            return quantity, price
        wrong = f"has a quantity of more than {QUANTITY_PLACES} places or a price of more than {PRICE_PLACES}, or one of more than 15 digits"
    reason = case.say(f"{place} {wrong}", f"ask {case.partner.name} for a corrected order")
    return Need(kind="order_line", subject=f"{case.number}/{line.position}", reason=reason)


def _find_dimensions(
    received: Received, order: OrderHeader, line: OrderLine, warehouse: Warehouse | None
) -> tuple[Dimensions, Reason]:
    """What the first coding rule that holds for the line gives; a location else by warehouse, else by route."""
    case = received.case
    ship_to = next((party for party in (*line.parties, *order.parties) if party.role == "ST"), None)
    facts = {
        "partner": (case.partner.name,),
        "vendor": (case.vendor.vendor_id,),
        "item": tuple(text for id_ in line.product_ids for text in (f"{id_.qualifier}/{id_.id}", id_.id)),
        "description": (line.description,),
        "ship_to": (f"{ship_to.qualifier}/{ship_to.id}", ship_to.id) if ship_to is not None else (),
    }
    rules = (rule for rule in case.rules.coding if rule.on == "line" and holds(rule.when, facts))
    rule = next(rules, None)
    by_warehouse = warehouse.location_id if warehouse is not None else ""
    location = (rule.location if rule is not None else None) or by_warehouse or received.location
    dimensions = Dimensions(
        location_id=location,
        department_id=rule.department if rule is not None else None,
        class_id=rule.class_id if rule is not None else None,
        project_id=rule.project if rule is not None else None,
    )
    said = rule.name if rule is not None else "location of the warehouse, else of the route"
    return dimensions, Reason(path=f"line {line.position}.dimensions", value=location or "none", rule=said)


def _list_parts(order: Order) -> Iterator[Part]:
    """The charges, allowances and taxes of an order and its lines that have an amount."""
    parts: list[tuple[Order | OrderLine, int | None]] = [(order, None)]
    parts += [(line, line.position) for line in order.lines]
    for whole, position in parts:
        for index, said in enumerate(whole.adjustments):
            kinds: dict[str, tuple[Literal["charge", "allowance"], int]] = {
                "C": ("charge", 1),
                "A": ("allowance", -1),
            }
            if said.indicator in kinds and said.amount is not None:
                kind, sign = kinds[said.indicator]
                yield Part(kind=kind, line=position, index=index, amount=sign * Fraction(said.amount))
        for index, tax in enumerate(whole.taxes):
            if tax.amount is not None:
                yield Part(kind="tax", line=position, index=index, amount=Fraction(tax.amount))


def _assemble(
    received: Received,
    order: Order,
    ordered: date,
    lines: Sequence[ReadLine],
    charges: Sequence[tuple[Charge, Decimal]],
) -> PlannedPurchasing:
    case, name = received.case, name_order(order)
    definition = find_definition(case, case.rules.purchasing.definitions.order)
    is_ours = not isinstance(definition, Need) and not definition.sequence
    due, due_reason = _find_due(order, ordered)
    place = lines[0].line.dimensions
    spot = Dimensions(location_id=place.location_id, department_id=place.department_id)
    made = NewPurchasing(
        definition=case.rules.purchasing.definitions.order,
        vendor_id=case.vendor.vendor_id,
        date=ordered,
        due_date=due,
        number=name if is_ours else None,
        reference=None if is_ours else name,
        term=case.vendor.term or None,
        message=case.write_message(f"EDI {case.set_code} {case.partner.name} {name}"),
        state=None if received.is_final else "Draft",
        lines=(*(each.line for each in lines), *list_charge_lines(charges, spot)),
        subtotals=tuple(list_subtotals(charges, spot)),
    )
    numbered = Reason(
        path="documentno" if is_ours else "referenceno",
        value=name,
        rule="the definition has no sequence" if is_ours else "the definition numbers by its sequence",
        inputs=(("BEG03", order.number), ("BEG04", order.release)),
    )
    reasons = (numbered, due_reason, *(reason for each in lines for reason in each.reasons))
    return PlannedPurchasing(functions=(made,), provenance=reasons)


def _spell_charges(case: PurchasingCase, charges: Sequence[Charge]) -> list[tuple[Charge, Decimal]] | Need:
    spelled: list[tuple[Charge, Decimal]] = []
    for charge in charges:
        amount = fit(charge.amount, 2)
        if amount is None:
            reason = case.say(
                f"{charge.rule.name} comes to {show(charge.amount)}, finer than a cent or of more than 15 digits",
                f"ask {case.partner.name} for a corrected order",
            )
            return Need(kind="arithmetic", subject=f"{case.number}/{charge.rule.name}", reason=reason)
        spelled.append((charge, amount))
    return spelled


def _find_due(order: Order, ordered: date) -> tuple[date, Reason]:
    """When the goods are wanted, as far as the order says it; Intacct wants a day in any case."""
    every = [*order.dates, *(each for line in order.lines for each in line.dates)]
    for qualifier in WANTED:
        days = [each.date for each in every if each.qualifier == qualifier and each.date is not None]
        if days:
            due = min(days)
            said = ((f"DTM*{qualifier}", due.isoformat()),)
            return due, Reason(path="datedue", value=due.isoformat(), rule="date wanted", inputs=said)
    return ordered, Reason(path="datedue", value=ordered.isoformat(), rule="order date, none is wanted")


def name_order(order: Order) -> str:
    """The number by which the order is found again; a release is known by both its numbers."""
    return (
        f"{order.number}-{order.release}"
        if order.kind is OrderKind.RELEASE and order.release
        else order.number
    )
