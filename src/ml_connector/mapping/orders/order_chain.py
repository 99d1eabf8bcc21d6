"""An order with all that was made from it: what is received, expected and invoiced of each line."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from ml_connector.intacct.objects import PurchasingDocument, PurchasingLine
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.mapping.orders.purchasing_case import Catalogue, PurchasingCase
from ml_connector.mapping.orders.units import convert
from ml_connector.records.needs import Need
from ml_connector.records.orders import (
    Announced,
    BookedLine,
    Order,
    OrderCharge,
    OrderLine,
    PurchasingTransaction,
)

CONVERTIBLE: Final = ("Pending", "Approved", "Partially Converted")  #: states of a source
UNPOSTED: Final = ("Draft", "Submitted", "Partially Approved")  #: states in which a receipt is only expected
VOID: Final = ("Declined",)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFile:
    """An order as it was read, and every receiver and vendor invoice that may draw on it.

    What is on its way to Intacct belongs to it as well, see `foresee`: two invoices that are planned together must
    not both use what is there once.
    """

    order: PurchasingTransaction
    made: tuple[PurchasingTransaction, ...]
    approved: Mapping[int, Decimal] = field(
        default_factory=dict
    )  #: first approved prices, by key of the line
    by_notice: frozenset[str] = frozenset()
    announced: tuple[Announced, ...] = ()  #: by notices that are bills


def gather_order(case: PurchasingCase, file: OrderFile, known: Catalogue) -> Order | Need:
    """The order with what became of it; a need where it is in another currency than the books, or a quantity cannot be
    counted in the order's unit.
    """
    definitions = case.rules.purchasing.definitions
    living = [each for each in file.made if each.document.state not in VOID]
    untold = _find_foreign(case, file.order) or _find_untold_unit(case, [file.order, *living], known)
    if untold is not None:
        return untold
    receivers = [each for each in living if each.document.definition == definitions.receiver]
    invoices = [each for each in living if each.document.definition == definitions.invoice]
    tally = _Tally(case=case, known=known, order=file.order)
    for receiver in receivers:
        tally.add_receiver(receiver)
    for invoice in invoices:
        tally.add_invoice(invoice)
    if tally.needs:
        return tally.needs[0]
    posted = [each for each in receivers if each.document.state not in UNPOSTED]
    return Order(
        transaction=file.order,
        lines=tuple(tally.make_line(booked, file) for booked in file.order.lines),
        charges=tuple(tally.list_charges()),
        receipts=tuple(sorted(posted, key=lambda each: (each.document.record_no, each.document.document_id))),
        left=dict(_list_left([file.order, *posted], living, known)),
        by_notice=file.by_notice,
    )


def _find_foreign(case: PurchasingCase, order: PurchasingTransaction) -> Need | None:
    """In which currency Intacct tells the prices of a foreign order is not documented, so nothing is made of them."""
    document, base = order.document, case.setting.base_currency
    if document.currency in {"", base}:
        return None
    reason = case.say(
        f"order {document.document_id} is in {document.currency}, the company's books are in {base}",
        "do it by hand in Intacct, then reject it here",
    )
    return Need(kind="currency", subject=f"{document.currency}/{document.document_id}", reason=reason)


def _find_untold_unit(
    case: PurchasingCase, transactions: Sequence[PurchasingTransaction], known: Catalogue
) -> Need | None:
    """A line in another unit than its item's base unit, while nobody has said in which of them it is counted."""
    if case.setting.base_unit_lines is not None:
        return None
    for line in (booked.line for each in transactions for booked in each.lines):
        stock = known.get(line.item_id)
        if stock is not None and line.unit not in {"", stock.item.base_unit}:
            reason = case.say(
                f"line {(line.line_no or 0) + 1} of {line.document_id} is in {line.unit}, item {line.item_id} is kept in "
                f"{stock.item.base_unit}, and nobody has said in which of them Intacct counts the line",
                "set company.base_unit_lines of the link",
            )
            return Need(kind="setting", subject="base_unit_lines", reason=reason)
    return None


def foresee(function: NewPurchasing, *, document_id: str, first_key: int = -1) -> PurchasingTransaction:
    """What a transaction that is not sent yet will be in Intacct; its keys count down from `first_key`.

    Until it is there it is a draft, whatever it will be: goods are not received yet, and nothing can be made of it.
    """
    document = PurchasingDocument(
        record_no=first_key,
        document_id=document_id,
        number=document_id.removeprefix(f"{function.definition}-"),
        definition=function.definition,
        state="Draft",
        vendor_id=function.vendor_id,
        created_from=function.created_from or "",
        reference=function.reference or "",
        vendor_number=function.vendor_number or "",
        message=function.message or "",
        date=function.date,
        due_date=function.due_date,
        total=None,
        currency="",
        bill_no=None,
        modified=None,
    )
    lines = tuple(
        BookedLine(
            line=PurchasingLine(
                record_no=first_key - place,
                document_no=first_key,
                document_id=document_id,
                line_no=place,
                item_id=line.item_id,
                description=line.description or "",
                quantity=line.quantity,
                converted=Decimal(0),
                remaining=line.quantity,
                unit=line.unit or "",
                price=line.price,
                memo=line.memo or "",
                source_line=line.source_line or line.source_document_line,
            ),
            warehouse_id=line.warehouse_id or "",
            dimensions=line.dimensions,
        )
        for place, line in enumerate(function.lines)
    )
    subtotals = tuple((each.description, each.total) for each in function.subtotals)
    return PurchasingTransaction(document=document, lines=lines, subtotals=subtotals)


def leave_out(file: OrderFile, mark: str) -> OrderFile:
    """The order without what was made for one document: what that has used up is there for it again."""
    file = replace(file, announced=tuple(each for each in file.announced if each.mark != mark))
    own = [each for each in file.made if mark in each.document.message.split()]
    used = {booked.line.source_line for each in own for booked in each.lines}
    others = tuple(_give_back(each, used) for each in file.made if each not in own)
    return replace(file, order=_give_back(file.order, used), made=others) if own else file


def _give_back(source: PurchasingTransaction, used: Collection[int | None]) -> PurchasingTransaction:
    """What is left of the lines is counted from what was made of them, and no longer as Intacct says."""
    if all(booked.line.record_no not in used for booked in source.lines):
        return source
    state = source.document.state
    lines = tuple(
        replace(booked, line=replace(booked.line, remaining=None))
        if booked.line.record_no in used
        else booked
        for booked in source.lines
    )
    open_again = "Partially Converted" if state == "Converted" else state
    return replace(source, document=replace(source.document, state=open_again), lines=lines)


class _Tally:
    """Counts what was made of an order, line by line."""

    def __init__(self, *, case: PurchasingCase, known: Catalogue, order: PurchasingTransaction) -> None:
        self._case = case
        self._known = known
        self._order = order
        self._lines = {booked.line.record_no: booked.line for booked in order.lines}
        self._origin = {key: key for key in self._lines}  #: order line of each line a conversion may name
        self._drawn = {order.document.document_id}  #: documents that belong to the order
        self._received: defaultdict[int, Fraction] = defaultdict(Fraction)
        self._expected: defaultdict[int, Fraction] = defaultdict(Fraction)
        self._invoiced: defaultdict[int, Fraction] = defaultdict(Fraction)
        self._amounts: defaultdict[int, Fraction] = defaultdict(Fraction)
        self._charges: defaultdict[str, Fraction] = defaultdict(Fraction)
        self.needs: list[Need] = []

    def add_receiver(self, receiver: PurchasingTransaction) -> None:
        """A line without a source counts where it can be for one line of the order only."""
        tally = self._expected if receiver.document.state in UNPOSTED else self._received
        for booked in receiver.lines:
            targets = self._find_targets(receiver, booked.line)
            if len(targets) == 1:
                tally[targets[0]] += self._count(booked.line, targets[0])
                self._origin[booked.line.record_no] = targets[0]
                self._drawn.add(receiver.document.document_id)

    def add_invoice(self, invoice: PurchasingTransaction) -> None:
        """A line without a source counts against every line it can be for: rather held than paid twice."""
        draws = self._draws(invoice)
        for booked in invoice.lines:
            targets = self._find_targets(invoice, booked.line) if draws else []
            amount = Fraction(booked.line.quantity or 0) * Fraction(booked.line.price or 0)
            for key in targets:
                self._invoiced[key] += self._count(booked.line, key)
                self._amounts[key] += amount
            if draws and not targets and booked.line.source_line is None:
                self._charges[booked.line.item_id] += amount
        for name, total in invoice.subtotals if draws else ():
            self._charges[name] += Fraction(total)

    def make_line(self, booked: BookedLine, file: OrderFile) -> OrderLine:
        key, number = booked.line.record_no, (booked.line.line_no or 0) + 1
        announced = (each.goods for each in file.announced)
        return OrderLine(
            booked=booked,
            ordered=booked.line.quantity or Decimal(0),
            approved_price=file.approved.get(key, booked.line.price),
            received=self._received[key],
            expected=self._expected[key],
            announced=sum((each.quantity for each in announced if each.order_line == number), Fraction(0)),
            invoiced=self._invoiced[key],
            invoiced_amount=self._amounts[key],
        )

    def list_charges(self) -> Iterator[OrderCharge]:
        ordered: defaultdict[str, Decimal] = defaultdict(Decimal)
        for name, total in self._order.subtotals:
            ordered[name] += total
        for name in sorted({*ordered, *self._charges}):
            yield OrderCharge(name=name, ordered=ordered[name], invoiced=self._charges[name])

    def _draws(self, made: PurchasingTransaction) -> bool:
        sources = {booked.line.source_line for booked in made.lines}
        return made.document.created_from in self._drawn or not sources.isdisjoint(self._origin)

    def _find_targets(self, made: PurchasingTransaction, line: PurchasingLine) -> list[int]:
        """The order lines that a line of a receiver or an invoice may be for."""
        if line.source_line is not None:
            return [self._origin[line.source_line]] if line.source_line in self._origin else []
        if not self._draws(made):
            return []
        return [key for key, ordered in self._lines.items() if ordered.item_id == line.item_id]

    def _count(self, line: PurchasingLine, key: int) -> Fraction:
        """The quantity of a line in the unit of the order line it is for."""
        ordered = self._lines[key]
        quantity = convert(
            Fraction(line.quantity or 0),
            line.unit or ordered.unit,
            ordered.unit,
            self._known.get(line.item_id),
        )
        if quantity is None:
            reason = self._case.say(
                f"line {(line.line_no or 0) + 1} of {line.document_id} is counted in {line.unit}, its order line in "
                f"{ordered.unit}, and item {line.item_id} does not convert them",
                "add the unit to the item's group in Intacct",
            )
            self.needs.append(Need(kind="unit", subject=f"{line.item_id}/{line.unit}", reason=reason))
        return quantity or Fraction(0)


def _list_left(
    sources: Sequence[PurchasingTransaction], made: Sequence[PurchasingTransaction], known: Catalogue
) -> Iterator[tuple[int, Fraction]]:
    """What can still be converted of each line, in its own unit: what Intacct says, less what is on its way there."""
    taken: defaultdict[int, list[PurchasingLine]] = defaultdict(list)
    for line in (booked.line for each in made for booked in each.lines):
        if line.source_line is not None:
            taken[line.source_line].append(line)
    for source in sources:
        for line in (booked.line for booked in source.lines):
            used = sum(
                (_take(each, line, known) for each in taken[line.record_no]),
                Fraction(0),
            )
            whole = Fraction(line.quantity or 0)
            left = min(whole if line.remaining is None else Fraction(line.remaining), whole - used)
            is_open = source.document.state in CONVERTIBLE
            yield line.record_no, max(left, Fraction(0)) if is_open else Fraction(0)


def _take(line: PurchasingLine, source: PurchasingLine, known: Catalogue) -> Fraction:
    quantity = Fraction(line.quantity or 0)
    taken = convert(quantity, line.unit or source.unit, source.unit, known.get(line.item_id))
    return quantity if taken is None else taken
