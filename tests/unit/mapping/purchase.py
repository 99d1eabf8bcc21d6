"""Halden Works orders bolts of Corvid Metals: orders, receivers, items, and invoices that are compared with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from tests.unit.mapping.trade import BOOKS, TODAY, Books, Trade, make_term, make_trade, make_vendor

from ml_connector.edi.documents.items import ProductId
from ml_connector.intacct.objects import (
    DefinedSubtotal,
    Item,
    PurchasingDefinition,
    PurchasingDocument,
    PurchasingLine,
    Unit,
    Warehouse,
)
from ml_connector.intacct.writing.parts import Dimensions
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.mapping.admission import Setting
from ml_connector.mapping.answers import ask_for
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.matching.invoice_comparison import OrderedInvoice, Read, ask_items, find_orders
from ml_connector.mapping.orders.item_match import index_items
from ml_connector.mapping.orders.order_chain import OrderFile, gather_order
from ml_connector.mapping.orders.purchasing_case import (
    Catalogue,
    Noted,
    PlannedPurchasing,
    PurchasingCase,
    PurchasingSetting,
)
from ml_connector.mapping.orders.units import show
from ml_connector.mapping.routes.invoice_to_vendor_invoice import plan_vendor_invoice
from ml_connector.mapping.rules.rulebook import Rules, parse_rules
from ml_connector.records.matches import Comparison, MatchResult
from ml_connector.records.needs import Need
from ml_connector.records.orders import (
    BookedLine,
    ItemAlias,
    Order,
    PurchasingTransaction,
    StockItem,
    Tracking,
)
from ml_connector.records.xref import CrossReference

FLOOR: Final = Dimensions(location_id="100", department_id="OPS")
ORDER: Final = "Purchase Order-PO0213"
CORVID: Final = make_vendor()


def make_item(
    item_id: str = "BOLT-M8",
    *,
    kind: str = "Inventory",
    upc: str = "",
    aliases: Iterable[ItemAlias] = (),
    units: Mapping[str, str] | None = None,
    tracked: tuple[Tracking, ...] = (),
    status: str = "active",
) -> StockItem:
    """An item counted in Each, in Case of twelve, and in Third, of which three are one."""
    factors = {"Each": "1", "Case": "12", "Third": "0.3333333333"} if units is None else units
    return StockItem(
        item=Item(
            record_no=1,
            item_id=item_id,
            name=f"{item_id} by name",
            status=status,
            item_type=kind,
            gl_group="",
            product_line="",
            unit_group="Count",
            base_unit="Each",
            standard_cost=None,
            upc=upc,
            has_serials=False,
            has_lots=False,
            has_bins=False,
            has_expiration=False,
            modified=None,
        ),
        units=tuple(
            Unit(
                record_no=n,
                group_no=1,
                unit=name,
                abbreviation=name[:2].lower(),
                factor=Decimal(factor),
                is_base=factor == "1",
            )
            for n, (name, factor) in enumerate(factors.items())
        ),
        aliases=tuple(aliases),
        tracked=tracked,
    )


BOLT: Final = make_item(aliases=[ItemAlias(id="B-8", vendor_id="V-10")], upc="012345678905")
NUT: Final = make_item("NUT-M8", aliases=[ItemAlias(id="N-8", vendor_id="V-10")])
FREIGHT: Final = make_item("FREIGHT", kind="Non-Inventory (Purchase only)")
WARES: Final = (BOLT, NUT, FREIGHT)


def make_line(
    key: int,
    quantity: str,
    price: str | None = "0.50",
    *,
    item: str = "BOLT-M8",
    unit: str = "Each",
    number: int = 0,
    source: int | None = None,
    remaining: str | None = None,
) -> BookedLine:
    return BookedLine(
        line=PurchasingLine(
            record_no=key,
            document_no=1,
            document_id="",
            line_no=number,
            item_id=item,
            description=item,
            quantity=Decimal(quantity),
            converted=None,
            remaining=None if remaining is None else Decimal(remaining),
            unit=unit,
            price=None if price is None else Decimal(price),
            memo="",
            source_line=source,
        ),
        warehouse_id="W1",
        dimensions=FLOOR,
    )


def make_transaction(
    document_id: str,
    *lines: BookedLine,
    state: str = "Pending",
    created_from: str = "",
    vendor: str = "V-10",
    subtotals: Sequence[tuple[str, str]] = (),
    entity: str = "",
    term: str = "",
    record_no: int = 1,
    **header: Any,
) -> PurchasingTransaction:
    definition, _, number = document_id.rpartition("-")
    document = PurchasingDocument(
        record_no=record_no,
        document_id=document_id,
        number=number,
        definition=definition,
        state=state,
        vendor_id=vendor,
        created_from=created_from,
        reference="",
        vendor_number="",
        message="",
        date=date(2026, 3, 1),
        due_date=None,
        total=None,
        currency="USD",
        bill_no=None,
        modified=None,
    )
    return PurchasingTransaction(
        document=replace(document, **header),
        entity=entity,
        term=term,
        lines=lines,
        subtotals=tuple((name, Decimal(amount)) for name, amount in subtotals),
    )


def make_order(*lines: BookedLine, **header: Any) -> PurchasingTransaction:
    """PO0213, by default for 400 bolts at 0.50."""
    given = {"document_id": ORDER, **header}
    return make_transaction(given.pop("document_id"), *(lines or (make_line(9921, "400"),)), **given)


def make_receiver(number: str, *lines: BookedLine, **header: Any) -> PurchasingTransaction:
    given = {"created_from": ORDER, "record_no": int(number) + 100, **header}
    return make_transaction(f"PO Receiver-PR{number}", *lines, **given)


def receive(number: str, quantity: str, *, source: int = 9921, **other: Any) -> PurchasingTransaction:
    """A receiver of bolts; its line's key is its number."""
    header = {name: other.pop(name) for name in ("state", "entity", "created_from") if name in other}
    return make_receiver(number, make_line(int(number), quantity, source=source, **other), **header)


def make_definition(name: str, *, sequence: str = "SEQ", status: str = "active") -> PurchasingDefinition:
    return PurchasingDefinition(
        record_no=1,
        name=name,
        description="",
        document_class="",
        category="",
        sequence=sequence,
        created_by="",
        conversion="",
        posts_to="",
        status=status,
    )


def make_subtotal(name: str) -> DefinedSubtotal:
    return DefinedSubtotal(
        definition="Vendor Invoice",
        description=name,
        is_discount=False,
        is_tax=False,
        is_apportioned=False,
        gl_account_no="5200",
    )


SETTING: Final = PurchasingSetting(
    mode="live",
    today=TODAY,
    base_currency="USD",
    definitions=(
        make_definition("Purchase Order"),
        make_definition("PO Receiver"),
        make_definition("Vendor Invoice"),
    ),
    subtotals=(make_subtotal("Freight"), make_subtotal("Sales tax"), make_subtotal("Discount")),
    multi_source=True,
    base_unit_lines=False,
)


def stock(*items: StockItem, warehouses: Iterable[Warehouse] = ()) -> Catalogue:
    """Items by their ids and aliases."""
    known = {each.warehouse_id: each for each in warehouses}
    return Catalogue(items=index_items(items), warehouses=known)


def read_purchasing_rules(rules: str = "") -> Rules:
    return parse_rules({"rules.toml": make_trade(total="0").rules + make_trade(total="0").route + rules})


def make_case(rules: str = "", setting: PurchasingSetting = SETTING, **changes: Any) -> PurchasingCase:
    read = read_purchasing_rules(rules)
    case = PurchasingCase(
        set_code="810",
        number="INV-7",
        mark="mlc-810-ABCDEFGHIJKL",
        partner=read.partners[0],
        vendor=CORVID,
        rules=read,
        setting=setting,
        worth="100.00 USD",
    )
    return replace(case, **changes)


def gather(file: OrderFile, rules: str = "", *items: StockItem) -> Order:
    gathered = gather_order(make_case(rules), file, stock(*(items or WARES)))
    assert isinstance(gathered, Order), gathered
    return gathered


def find_comparison(made: Held | Noted | PlannedPurchasing) -> Comparison:
    assert made.comparison is not None, made
    return made.comparison


def find_match(made: Held | PlannedPurchasing) -> MatchResult:
    match = find_comparison(made).match
    assert match is not None, made
    return match


def figures(*numbers: Fraction | Decimal | int) -> list[str]:
    """Numbers of all kinds, to be compared."""
    return [show(Fraction(number)) for number in numbers]


def ids(*pairs: str) -> tuple[ProductId, ...]:
    """`VN/B-8` as the number of an item."""
    return tuple(ProductId(*pair.split("/", 1)) for pair in pairs)


def write_lines(*lines: str) -> list[str]:
    """`400 EA 0.5 B-8` as an IT1; `50/HP` is a price of hundred."""
    made = []
    for number, line in enumerate(lines, start=1):
        quantity, unit, price, item, *more = line.split()
        price, _, basis = price.partition("/")
        made += [f"IT1*{number}*{quantity}*{unit}*{price}*{basis}*VN*{item}", *more]
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """One invoice with what it is compared with."""

    trade: Trade
    orders: tuple[PurchasingTransaction, ...] = ()
    made: tuple[PurchasingTransaction, ...] = ()
    approved: Mapping[int, Decimal] = field(default_factory=dict)
    by_notice: frozenset[str] = frozenset()
    setting: PurchasingSetting = SETTING
    wares: tuple[StockItem, ...] = WARES
    pay_to: str | None = None
    answers: tuple[CrossReference, ...] = ()  #: of people

    def plan(self) -> PlannedPurchasing | Held | Filed:
        """Ask for the orders, then for the items, and decide, as the plan step does."""
        rules = self.trade.read_rules().add_answers(self.answers)
        subject = self.trade.make_subject(rules)
        assert subject.partner is not None
        case = PurchasingCase(
            set_code="810",
            number=subject.invoice.number,
            mark=subject.document_key,
            partner=subject.partner,
            vendor=CORVID,
            rules=rules,
            setting=self.setting,
            worth=f"{subject.invoice.total} USD",
        )
        ordered = OrderedInvoice(subject=subject, case=case, pay_to=self.pay_to)
        found = find_orders(ordered, [each.document for each in self.orders])
        files = {
            each.document.document_id: OrderFile(
                order=each, made=self.made, approved=self.approved, by_notice=self.by_notice
            )
            for each in self.orders
        }
        books = Books(known=(*BOOKS, make_term("N30"), make_term("N45", 45)), asked=set())
        asked = ask_items(ordered, files.values())
        terms = books.slice({each for each in asked if each[0] == "term"})
        whole = stock(*self.wares)
        known = Catalogue(items={each: whole.items[each] for each in asked if each in whole.items})
        setting = Setting(mode=self.setting.mode, base_currency="USD", today=TODAY)
        return plan_vendor_invoice(ordered, found, Read(files=files, known=known, reference=terms), setting)


def make_purchase(
    *lines: str,
    total: str,
    rules: str = "",
    after: Sequence[str] = (),
    big: str = "20260315*INV-7**PO0213",
    **other: Any,
) -> Purchase:
    """An invoice that names PO0213; lines as `400 EA 0.5 B-8`."""
    trade = {name: other.pop(name) for name in ("route", "usage", "seller", "receiver") if name in other}
    made = make_trade(*write_lines(*lines), total=total, after=after, big=big, coding=rules, **trade)
    return Purchase(trade=made, **{"orders": (make_order(),), **other})


def plan_invoices(purchase: Purchase) -> tuple[NewPurchasing, ...]:
    """The vendor invoices of a purchase that has no needs."""
    planned = purchase.plan()
    assert isinstance(planned, PlannedPurchasing), planned
    made = tuple(each for each in planned.functions if isinstance(each, NewPurchasing))
    assert len(made) == len(planned.functions)
    return made


def match_purchase(purchase: Purchase) -> MatchResult:
    """How a purchase compares that has no needs."""
    planned = purchase.plan()
    assert isinstance(planned, PlannedPurchasing), planned
    match = find_match(planned)
    assert match.passes
    return match


def overrule(purchase: Purchase) -> Purchase:
    """People let pass whatever holds it now, as cross-reference 7."""
    answers = []
    for need in hold_purchase(purchase):
        question = ask_for(need, [purchase.trade.read_rules().partners[0].name])
        assert question is not None, need
        assert question.wanted == "agreement"
        answers.append(replace(question.answer("agreed"), number=7))
    return replace(purchase, answers=tuple(answers))


def hold_purchase(purchase: Purchase) -> dict[str, Need]:
    """The needs of a purchase that is held, by their keys."""
    held = purchase.plan()
    assert isinstance(held, Held), held
    return {str(need): need for need in held.needs}


def list_lines(document: NewPurchasing) -> list[str]:
    """`400 Each at 0.5 of 9921`, the source's line last."""
    return [
        f"{line.quantity:f} {line.unit} at {line.price:f} of {line.source_line or line.source_document_line}"
        for line in document.lines
    ]


def list_charges(document: NewPurchasing) -> list[str]:
    return [f"{each.description} {each.total}" for each in document.subtotals]


def add_up(documents: Iterable[NewPurchasing]) -> Decimal:
    """What Intacct makes of the documents: each line extended and rounded to cents, and the subtotals."""
    total = Decimal(0)
    for document in documents:
        for line in document.lines:
            total += (line.quantity * (line.price or Decimal(0))).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        total += sum((each.total for each in document.subtotals), Decimal(0))
    return total
