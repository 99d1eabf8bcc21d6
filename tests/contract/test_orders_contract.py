"""Orders as plans read them: the fake and the library on the simulator tell the same of what was written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from tests.contract.intacct_parties import World, list_parties
from tests.fake_mailbox import FakeMailbox
from tests.fakes import ManualClock

from ml_connector.flows.cadence import USUAL
from ml_connector.flows.planning.orders import OrderShelf, Seeker, read_orders
from ml_connector.flows.run import LinkFacts, Run
from ml_connector.intacct import Call, Dimensions, NewPurchasing, NewPurchasingLine, Subtotal, Vendor
from ml_connector.mapping.orders.order_chain import OrderFile
from ml_connector.mapping.orders.order_match import OrderClue
from ml_connector.mapping.orders.purchasing_case import PurchasingCase, PurchasingSetting
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.store import Store, open_store

OpenWorld = Callable[[str], World]
NUMBERS: Final = count(1)
RULES: Final = '[[partner]]\nname = "Ironvale"\nsenders = ["ZZ/IRONVALE"]\n'
every_party = pytest.mark.parametrize(
    "party", [party for party in list_parties("purchasing") if party != "real"]
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}", clock=ManualClock(), actor="mira")
    yield opened
    opened.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Writes purchasing transactions of one vendor, and reads them as a plan does."""

    world: World
    store: Store

    def write(self, definition: str, *lines: NewPurchasingLine, **header: object) -> str:
        ground = self.world.ground
        new = NewPurchasing(
            definition=definition,
            vendor_id=ground.vendor,
            date=ground.day,
            due_date=ground.day,
            lines=lines,
            **header,  # type: ignore[arg-type]
        )
        call = Call(control_id=f"orders:{self.world.run}:{next(NUMBERS)}", body=new)
        (result,) = self.world.writing.write([call], entity=ground.entity)
        assert result.key, result
        return result.key

    def line(self, quantity: str, **more: object) -> NewPurchasingLine:
        ground = self.world.ground
        place = Dimensions(
            location_id=ground.location, department_id=ground.department, class_id=ground.class_id
        )
        return NewPurchasingLine(
            item_id=ground.item,
            quantity=Decimal(quantity),
            unit=ground.unit,
            price=Decimal("0.296"),
            dimensions=place,
            **more,  # type: ignore[arg-type]
        )

    def read(self, *numbers: str) -> OrderShelf:
        rules = parse_rules({"rules.toml": RULES})
        link = LinkFacts(
            name="main",
            mode="live",
            company="ALDERFINCH",
            base_currency="USD",
            host="cleo.example",
            inbound="/in",
            archive="/archive",
            doubt=(timedelta(0),),
            reference=replace(USUAL, without={"purchasing_line": ("MEMO", "EMPLOYEEID")}),
            rules=rules,
            rules_version=1,
        )
        clock = ManualClock()
        run = Run(
            link=link,
            store=self.store,
            finance=self.world.finance,
            mailbox=FakeMailbox(),
            clock=clock,
            roll=lambda: 0.0,
            report=lambda _step, _done, _total: None,
        )
        vendor = Vendor(
            record_no=1,
            vendor_id=self.world.ground.vendor,
            name="Ironvale Steel Supply",
            status="active",
            term="N30",
            currency="USD",
            tax_id="",
            account_no_at_vendor="",
            on_hold=False,
            parent_id="",
        )
        case = PurchasingCase(
            set_code="810",
            number="INV-7",
            mark="mlc-810-ABCDEFGHIJKL",
            partner=rules.partners[0],
            vendor=vendor,
            rules=rules,
            setting=PurchasingSetting(mode="live", today=clock().date(), base_currency="USD", definitions=()),
            worth="118.40 USD",
        )
        clues = tuple(OrderClue(place="BIG04", number=number) for number in numbers)
        return read_orders(run, [Seeker(case=case, clues=clues[:1]), Seeker(case=case, clues=clues[1:])])


def list_made(file: OrderFile) -> list[str]:
    return [each.document.document_id for each in file.made]


@every_party
def test_an_order_is_read_with_its_lines_places_subtotals_and_term(
    open_world: OpenWorld, party: str, store: Store
) -> None:
    desk = Desk(world=open_world(party), store=store)
    freight = Subtotal(description="Freight", total=Decimal("12.00"))
    order_id = desk.write(
        "Purchase Order", desk.line("400"), desk.line("7"), subtotals=(freight,), term="N30"
    )

    shelf = desk.read(order_id.removeprefix("Purchase Order-"))

    order = shelf.files[order_id].order
    first, second = order.lines
    assert (order.entity, order.document.state, order.term) == (desk.world.ground.entity, "Pending", "N30")
    assert order.subtotals == (("Freight", Decimal("12.00")),)
    assert [booked.line.quantity for booked in order.lines] == [Decimal(400), Decimal(7)]
    assert (first.line.line_no, second.line.line_no) == (0, 1)
    assert first.dimensions == desk.line("1").dimensions
    assert (list_made(shelf.files[order_id]), set(shelf.files[order_id].approved.values())) == (
        [],
        {Decimal("0.296")},
    )


@every_party
def test_what_was_made_of_an_order_is_read_with_it_and_of_no_other(
    open_world: OpenWorld, party: str, store: Store
) -> None:
    desk = Desk(world=open_world(party), store=store)
    order_id = desk.write("Purchase Order", desk.line("400"), reference=f"R-{desk.world.run}-{next(NUMBERS)}")
    other_id = desk.write("Purchase Order", desk.line("9"))
    reference = desk.read(order_id.removeprefix("Purchase Order-")).files[order_id].order.document.reference
    key = desk.read(reference).files[order_id].order.lines[0].line.record_no
    receiver_id = desk.write("PO Receiver", desk.line("150", source_line=key), created_from=order_id)
    draft_id = desk.write(
        "PO Receiver", desk.line("50", source_line=key), created_from=order_id, state="Draft"
    )
    received = next(
        each for each in desk.read(reference).files[order_id].made if each.document.document_id == receiver_id
    )
    source = received.lines[0].line.record_no
    invoice_id = desk.write("Vendor Invoice", desk.line("100", source_line=source), created_from=receiver_id)

    shelf = desk.read(reference, other_id.removeprefix("Purchase Order-"))

    file = shelf.files[order_id]
    assert sorted(list_made(file)) == sorted([receiver_id, draft_id, invoice_id])
    assert list_made(shelf.files[other_id]) == []
    states = {each.document.document_id: each.document.state for each in file.made}
    assert states[draft_id] == "Draft"
    assert {each.document.document_id: each.lines[0].line.quantity for each in file.made} == {
        receiver_id: Decimal(150),
        draft_id: Decimal(50),
        invoice_id: Decimal(100),
    }


@every_party
def test_an_order_is_found_as_people_spell_its_number(
    open_world: OpenWorld, party: str, store: Store
) -> None:
    desk = Desk(world=open_world(party), store=store)
    order_id = desk.write("Purchase Order", desk.line("400"))
    number = order_id.removeprefix("Purchase Order-PO")

    shelf = desk.read(f"P.O. 000{number}", "no such order")

    assert list(shelf.files) == [order_id]
