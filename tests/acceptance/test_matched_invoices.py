"""Invoices with an order, on the simulators: compared with what people received, converted from it, to the cent."""

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.trade import HUB, INVOICED, RULES, Invoice, Item, write_interchange
from tests.acceptance.workbench import (
    Bench,
    Systems,
    find_document,
    open_bench,
    run_until_nothing_is_open,
)
from tests.contract.intacct_company import make_client
from tests.processes import COMPANY, run_cleo, run_intacct, set_up

from ml_connector.intacct import (
    Call,
    Client,
    Dimensions,
    NewPurchasing,
    NewPurchasingLine,
    PurchasingDocument,
    PurchasingLine,
    Subtotal,
)
from ml_connector.intacct.query import compare
from ml_connector.records.status import Status

CENT: Final = Decimal("0.01")
PLACE: Final = Dimensions(location_id="110", department_id="120")
FASTENERS: Final = ("VN*Amberfield Fasteners*92*AF-FAST",)
MATCHING: Final = {
    "routes.toml": RULES["routes.toml"].replace('"ap_bill"', '"vendor_invoice"'),
    "matching.toml": """
[[item]]
code = "VN/HB-40"
item = "BOLT-M8-40"

[[item]]
code = "VN/HN-8"
item = "NUT-M8"

[[match]]
name = "small differences"
price = "3.00"
price_percent = "5"

[[charge]]
name = "freight"
subtotal = "Freight"
when = { code = "D240" }
cap = "20.00"

[[charge]]
name = "allowance"
on = "allowance"
subtotal = "Allowance"
""",
}
LOST: Final = {"match": {"function": "create_potransaction"}, "action": "drop", "when": "after"}


@dataclass(slots=True, kw_only=True)
class Desk:
    """A person who buys and receives in Intacct while the product runs."""

    bench: Bench
    client: Client
    _calls: Iterator[int] = field(default_factory=lambda: count(1))
    _controls: Iterator[int] = field(default_factory=lambda: count(1))

    def buy(self, *lines: tuple[str, str, str], freight: str = "") -> str:
        """An order of V-1075, lines as item, quantity, price; returns its number."""
        made = [self._line(item, quantity, price=Decimal(price)) for item, quantity, price in lines]
        charges = (Subtotal(description="Freight", total=Decimal(freight)),) if freight else ()
        order_id = self._write("Purchase Order", made, subtotals=charges)
        return order_id.removeprefix("Purchase Order-")

    def receive(self, number: str, *quantities: str) -> str:
        """What has come of an order, line by line; the receiver's id."""
        order_id = f"Purchase Order-{number}"
        lines = [
            self._line(line.item_id, quantity, source_line=line.record_no)
            for line, quantity in zip(self.list_lines(order_id), quantities, strict=True)
            if Decimal(quantity)
        ]
        return self._write("PO Receiver", lines, created_from=order_id)

    def send(self, *invoices: Invoice) -> None:
        control = next(self._controls)
        content = write_interchange(*invoices, sender=HUB, control=control)
        self.bench.systems.cleo.drop(f"{control}.edi", content)

    def run_later(self) -> None:
        """Runs until nothing is open, once our copy of what people did is due."""
        self.bench.move_time(timedelta(minutes=6))
        run_until_nothing_is_open(self.bench, self.bench.once())

    def list_lines(self, document_id: str) -> list[PurchasingLine]:
        where = compare("DOCHDRID", "equalto", document_id)
        return [entry.record for entry in self.client.reading.list_records(PurchasingLine, where=where)]

    def list_invoices(self, number: str) -> list[PurchasingDocument]:
        """The vendor invoices under a number, as they stand in the books."""
        where = compare("VENDORDOCNO", "equalto", number)
        return [entry.record for entry in self.client.reading.list_records(PurchasingDocument, where=where)]

    def total(self, number: str) -> Decimal:
        """What the books make of an invoice, of its bills too."""
        made = sum((each.total or Decimal(0) for each in self.list_invoices(number)), Decimal(0))
        bills = self.bench.systems.intacct.bills(vendor="V-1075", number=number)
        owed = sum(
            (Decimal(line["TRX_AMOUNT"]) for bill in bills for line in bill["APBILLITEMS"]), Decimal(0)
        )
        assert made == owed
        return made

    def explain(self, number: str) -> str:
        return self.bench.type_command("documents", "explain", number).output

    def _line(self, item: str, quantity: str, **more: object) -> NewPurchasingLine:
        return NewPurchasingLine(
            item_id=item,
            quantity=Decimal(quantity),
            unit="Each",
            dimensions=PLACE,
            **more,  # type: ignore[arg-type]
        )

    def _write(self, definition: str, lines: Sequence[NewPurchasingLine], **header: object) -> str:
        new = NewPurchasing(
            definition=definition,
            vendor_id="V-1075",
            date=INVOICED,
            due_date=INVOICED,
            lines=tuple(lines),
            **header,  # type: ignore[arg-type]
        )
        call = Call(control_id=f"desk:{id(self)}:{next(self._calls)}", body=new)
        (result,) = self.client.writing.write([call], entity="E100")
        assert result.key, result
        return result.key


@pytest.fixture(params=[True, False], ids=["from several", "from one"])
def multi_source(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def desk(tmp_path: Path, multi_source: bool) -> Iterator[Desk]:  # noqa: FBT001
    with run_intacct(tmp_path / "intacct.db") as intacct, run_cleo(tmp_path / "cleo") as cleo:
        connector = set_up(
            tmp_path / "ap",
            {**RULES, **MATCHING},
            intacct=intacct.gateway,
            cleo=cleo.url,
            link_settings={"company.multi_source_conversion": multi_source},
        )
        intacct.change_settings(company=COMPANY, multi_source_conversion=multi_source)
        systems = Systems(intacct=intacct, cleo=cleo, connector=connector)
        with (
            open_bench(systems, f"sqlite:///{tmp_path / 'store.db'}") as bench,
            closing(make_client(intacct.gateway)) as client,
        ):
            yield Desk(bench=bench, client=client)


def write_invoice(number: str, order: str, *items: tuple[str, int, str], **more: object) -> Invoice:
    wares = tuple(
        Item(quantity=quantity, price=Decimal(price), code=code, text=code) for code, quantity, price in items
    )
    return Invoice(number=number, order=order, items=wares, sellers=FASTENERS, **more)  # type: ignore[arg-type]


@pytest.mark.rule("810 invoice", 5, 8)
def test_an_invoice_waits_for_its_goods_and_is_converted_from_all_that_was_received(
    desk: Desk,
    multi_source: bool,  # noqa: FBT001
) -> None:
    order = desk.buy(("BOLT-M8-40", "1000", "0.31"), ("NUT-M8", "500", "0.07"), freight="18.50")
    first = desk.receive(order, "600", "0")
    bill = write_invoice(
        "INV-1",
        order,
        ("HB-40", 1000, "0.3125"),
        ("HN-8", 500, "0.07"),
        freight=Decimal("18.50"),
        allowance=Decimal("5.00"),
    )
    desk.send(bill)
    held = desk.bench.once()
    waits = held.documents[0].needs
    second = desk.receive(order, "400", "500")

    desk.run_later()

    places = [f"receipt:Purchase Order-{order}/{line}" for line in (1, 2)]
    assert sorted(need.key for need in waits) == places, waits
    made = desk.list_invoices("INV-1")
    assert desk.total("INV-1") == Decimal("361.00"), desk.explain("INV-1")
    assert [each.created_from for each in made] == ([""] if multi_source else [first, second])
    explained = desk.explain("INV-1")
    assert "small differences" in explained
    assert "within tolerance" in explained
    assert desk.bench.type_command("balance", "--intacct").exit_code == 0
    again = write_invoice("INV-1", order, ("HB-40", 1000, "0.3125"), ("HN-8", 500, "0.07"))
    desk.send(again)
    desk.run_later()
    assert len(desk.list_invoices("INV-1")) == len(made)


@pytest.mark.rule("810 invoice", 9)
@pytest.mark.parametrize("multi_source", [False], ids=["from one"])
def test_an_answer_that_is_lost_doubles_no_part_and_whatever_comes_the_books_have_the_invoice_s_total(
    desk: Desk,
) -> None:
    dice = random.Random(4711)
    orders, sums = {}, {}
    for number in range(1, 7):
        price = Decimal(dice.randrange(1, 20_000)).scaleb(-4)
        quantity = dice.randrange(3, 400)
        order = desk.buy(("BOLT-M8-40", str(quantity), f"{price}"))
        first = dice.randrange(1, quantity)
        desk.receive(order, str(first))
        desk.receive(order, str(quantity - first))
        orders[order] = quantity
        for part, share in enumerate((quantity // 2, quantity - quantity // 2, 1)):
            asked = price if part else price * Decimal("1.004")
            freight = Decimal(dice.choice(["0", "3.33"]))
            total = (share * asked).quantize(CENT, ROUND_HALF_UP) + freight
            name = f"R-{number}-{part}"
            sums[name] = total
            desk.send(
                write_invoice(name, order, ("HB-40", share, f"{asked:f}"), freight=freight, total=total)
            )
    desk.bench.systems.intacct.set_faults({**LOST, "times": 2})

    desk.run_later()

    posted = {name for name in sums if desk.list_invoices(name)}
    held = {name for name in sums if find_document(desk.bench, name).status is Status.HELD}
    assert posted | held == {*sums}
    assert {f"R-{number}-{part}" for number in range(1, 7) for part in (0, 1)} <= posted
    assert {name: desk.total(name) for name in posted} == {name: sums[name] for name in posted}
    for order, quantity in orders.items():
        (line,) = desk.list_lines(f"Purchase Order-{order}")
        assert (line.converted, line.remaining) == (Decimal(quantity), Decimal(0))
    assert desk.bench.type_command("balance", "--intacct").exit_code == 0
