"""An X12 810 with orders, compared with them: what must be read for it, and what the comparison says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ml_connector.edi import Invoice, InvoiceLine
from ml_connector.intacct.objects import PurchasingDocument
from ml_connector.mapping.matching.charges import Charge, gather_charges, match_charges, part_goods
from ml_connector.mapping.matching.invoiced_lines import InvoicedLine
from ml_connector.mapping.matching.match_differences import list_charge_needs, list_line_needs
from ml_connector.mapping.matching.three_way_match import match_lines
from ml_connector.mapping.orders.item_match import ItemFound, ask_item, check_tracking, match_item
from ml_connector.mapping.orders.order_chain import UNPOSTED, VOID, OrderFile, gather_order
from ml_connector.mapping.orders.order_match import OrderFound, list_invoice_clues, match_order
from ml_connector.mapping.orders.purchasing_case import ITEM, Catalogue, PurchasingCase
from ml_connector.mapping.orders.units import explain_unit, find_unit
from ml_connector.mapping.payables import terms
from ml_connector.mapping.payables.amounts import Amounts
from ml_connector.mapping.payables.invoice_draft import Subject
from ml_connector.mapping.reference.slice import TERM, Asked, Slice
from ml_connector.records.matches import MatchedLine, MatchResult
from ml_connector.records.needs import Need
from ml_connector.records.orders import Order, PurchasingTransaction
from ml_connector.records.provenance import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedInvoice:
    """An invoice to be planned, its vendor known; `pay_to` is a contact when it is to be paid elsewhere than usual."""

    subject: Subject
    case: PurchasingCase
    pay_to: str | None = None

    @property
    def invoice(self) -> Invoice:
        return self.subject.invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read for the plan: orders by document id with all that was made of them, items, terms."""

    files: Mapping[str, OrderFile]
    known: Catalogue
    reference: Slice


def find_orders(
    ordered: OrderedInvoice, documents: Sequence[PurchasingDocument]
) -> tuple[OrderFound | Need, ...]:
    """The order of each line, or what is missing to know it."""
    clues = list_invoice_clues(ordered.invoice)
    found = {clue: match_order(ordered.case, clue, documents) for clue in clues}
    return tuple(found[clue] for clue in clues)


def ask_items(ordered: OrderedInvoice, files: Iterable[OrderFile]) -> set[Asked]:
    """What must be looked up to know items, units, and the vendor's term."""
    case = ordered.case
    asked = {asked for line in ordered.invoice.lines for asked in ask_item(case, line.product_ids)}
    asked |= {(ITEM, booked.line.item_id) for file in files for booked in file.order.lines}
    asked |= {(ITEM, rule.item) for rule in case.rules.purchasing.charges if rule.item is not None}
    named = {terms.name_term(case.vendor, ordered.subject.route, file.order.term) for file in files}
    return asked | {(TERM, term) for term in named if term is not None}


def settle_term(case: PurchasingCase, orders: Iterable[PurchasingTransaction]) -> str | Need:
    """The term that its orders have, empty where they have none; a need where they are to be paid by different ones."""
    found = list(orders)
    named = {order.term or case.vendor.term for order in found}
    if len(named) <= 1:
        return next((order.term for order in found), "")
    ids = sorted(order.document.document_id for order in found)
    said = ", ".join(sorted(term or "none" for term in named))
    reason = case.say(
        f"the orders {', '.join(ids)} have different terms: {said}",
        f"make them alike in Intacct, or ask {case.partner.name} for one invoice each",
    )
    return Need(kind="term", subject=f"{'+'.join(ids)}/{case.number}", reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """An invoice that was compared, and what keeps it."""

    amounts: Amounts
    lines: tuple[InvoicedLine, ...]
    matched: tuple[MatchedLine, ...]
    charges: tuple[Charge, ...]
    result: MatchResult
    orders: Mapping[str, Order]
    reasons: tuple[Reason, ...]
    said: Mapping[int, Sequence[Reason]]  #: of each line, by its position
    needs: list[Need]


def compare(ordered: OrderedInvoice, found: Sequence[OrderFound], read: Read, amounts: Amounts) -> Compared:
    """The invoice line by line against its orders, and its charges; what keeps it is among its needs."""
    case, invoice = ordered.case, ordered.invoice
    needs: list[Need] = []
    orders = _gather(case, found, read, needs)
    goods, others = part_goods(case, invoice, amounts.parts)
    rounded = _find_rounding(invoice, amounts)
    lines: list[InvoicedLine] = []
    said: dict[int, Sequence[Reason]] = {}
    for line, each in zip(invoice.lines, found, strict=True):
        order = orders.get(each.document.document_id)
        amount, by = goods[line.position], rounded[line.position]
        made = _read_line(case, line, order, (amount, amount - by), read.known) if order else None
        if isinstance(made, Need):
            needs.append(made)
        elif made is not None:
            lines.append(made[0])
            said[line.position] = made[1]
    matched, missing = match_lines(case, lines, read.known)
    charges, uncovered = gather_charges(
        case, invoice, others, read.known, case.rules.purchasing.definitions.invoice
    )
    result = MatchResult(
        lines=matched,
        charges=match_charges(case, charges, list(orders.values()), sum(goods.values(), Fraction(0))),
    )
    needs += [*missing, *uncovered, *list_line_needs(case, matched, orders)]
    needs += list_charge_needs(case, result.charges)
    return Compared(
        amounts=amounts,
        lines=tuple(lines),
        matched=matched,
        charges=charges,
        result=result,
        orders=orders,
        reasons=tuple(each.reason for each in dict.fromkeys(found)),
        said=said,
        needs=needs,
    )


def _gather(
    case: PurchasingCase, found: Sequence[OrderFound], read: Read, needs: list[Need]
) -> dict[str, Order]:
    orders: dict[str, Order] = {}
    for document_id in dict.fromkeys(each.document.document_id for each in found):
        file = read.files[document_id]
        state = file.order.document.state
        gathered = gather_order(case, file, read.known)
        if isinstance(gathered, Need):
            needs.append(gathered)
        elif state in {*UNPOSTED, *VOID}:
            reason = case.say(
                f"order {document_id} is {state}",
                f"approve it in Intacct, and {case.number} goes on by itself; else reject the invoice",
            )
            needs.append(Need(kind="order_state", subject=document_id, reason=reason))
        else:
            orders[document_id] = gathered
    entities = {order.transaction.entity for order in orders.values()}
    if len(entities) > 1:
        named = ", ".join(sorted(entity or "the top level" for entity in entities))
        reason = case.say(
            f"the orders belong to several entities: {named}", f"ask {case.partner.name} for one invoice each"
        )
        needs.append(Need(kind="entity", subject="+".join(sorted(entities)), reason=reason))
    return orders


def _find_rounding(invoice: Invoice, amounts: Amounts) -> dict[int, Fraction]:
    """What the sender has added to each line by rounding it to cents, by its position."""
    stated = {part.line: part.amount for part in amounts.parts if part.kind == "line"}
    exact = {line.position: Fraction(line.extension or 0) for line in invoice.lines}
    return {position: stated.get(position, extension) - extension for position, extension in exact.items()}


def _read_line(
    case: PurchasingCase,
    line: InvoiceLine,
    order: Order,
    amounts: tuple[Fraction, Fraction],
    known: Catalogue,
) -> tuple[InvoicedLine, Sequence[Reason]] | Need:
    """The line with what it comes to, and what it comes to by its price; or what is missing to compare it."""
    place, (amount, asked) = f"line {line.position}", amounts
    if line.quantity is None or line.price is None or line.quantity <= 0 or amount < 0:
        wrong = f"{place} has no quantity and price above nothing to compare with an order"
        reason = case.say(
            wrong, f"ask {case.partner.name} for a corrected invoice, returns as a credit of their own"
        )
        return Need(kind="order_line", subject=f"{case.number}/{line.position}", reason=reason)
    item = match_item(case, line.product_ids, known, place=place)
    if not isinstance(item, ItemFound):
        return item
    unit = check_tracking(case, item.stock, place) or find_unit(case, line.unit, item.stock)
    if isinstance(unit, Need):
        return unit
    made = InvoicedLine(
        line=line,
        order=order,
        stock=item.stock,
        unit=unit,
        quantity=Fraction(line.quantity),
        amount=amount,
        asked=asked,
    )
    return made, (item.reason, explain_unit(case, ("IT103", line.unit), unit, item.stock, place=place))
