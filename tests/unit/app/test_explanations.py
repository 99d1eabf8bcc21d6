"""What `documents explain` says of the lines of a vendor invoice: each its own reasons, whatever it draws on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

import pytest
from tests.databases import Stores
from tests.unit.flows.invoicing import MATCHING, PO, open_matching
from tests.unit.flows.ordering import make_item
from tests.unit.flows.scene import Scene, open_scene

from ml_connector.app.documents import Documents
from ml_connector.intacct import NewPurchasing, NewPurchasingLine

BILLED: Final = (
    "BIG*20310310*INV-1**PO0001",
    "N1*VN*Somebody*92*77",
    "IT1*1*40*EA*0.5**BP*BOLT-8",
    "IT1*2*10*EA*0.2**BP*NUT-8",
    "TDS*2700",
    "SAC*C*D240***500*******06",
    "CTT*2",
)
HAULED: Final = '\n[[charge]]\nname = "freight"\nitem = "HAUL"\nwhen = { code = "D240" }\ncap = "5.00"\n'


@pytest.fixture
def scene(sqlite_stores: Stores) -> Iterator[Scene]:
    with sqlite_stores.make() as url, open_scene(url) as opened:
        yield open_matching(opened, rules=MATCHING + HAULED)


def write(scene: Scene, definition: str, *counts: str, created_from: str | None = None) -> str:
    """A person writes a transaction of so many bolts and so many nuts; its id."""
    sources = scene.finance.purchasing.kept[created_from].lines if created_from else (None, None)
    lines = tuple(
        NewPurchasingLine(
            item_id=item,
            quantity=Decimal(count),
            price=Decimal(price),
            warehouse_id="W1",
            source_line=source.record_no if source is not None else None,
        )
        for (item, price), count, source in zip(
            (("BOLT-8", "0.5"), ("NUT-8", "0.2")), counts, sources, strict=True
        )
    )
    new = NewPurchasing(
        definition=definition,
        lines=lines,
        vendor_id="V1",
        date=date(2031, 3, 10),
        due_date=date(2031, 4, 9),
        created_from=created_from,
    )
    assert scene.finance.purchasing.find_problems(new) == []
    return scene.finance.purchasing.create(new, "E1")


@pytest.mark.rule("810 invoice", 8)
@pytest.mark.parametrize("together", [True, False])
def test_each_line_shows_its_own_price_and_what_was_said_of_the_invoice_line_it_comes_from(
    scene: Scene, *, together: bool
) -> None:
    scene.multi_source = together
    haul = make_item("HAUL", kind="Non-Inventory (Purchase only)")
    scene.finance.books = replace(scene.finance.books, others=(*scene.finance.books.others, haul))
    write(scene, "Purchase Order", "40", "10")
    first, second = (
        write(scene, "PO Receiver", *counts, created_from=PO) for counts in (("15", "4"), ("25", "6"))
    )
    scene.drop(BILLED)

    assert scene.run() == []

    [explained] = Documents(scene.store).explain(scene.link, "INV-1", company="BIRCH")
    bolts = [("BOLT-8", "1", first), ("BOLT-8", "1", second)]
    nuts = [("NUT-8", "2", first), ("NUT-8", "2", second)]
    made = [*bolts, *nuts, None] if together else [bolts[0], nuts[0], None, bolts[1], nuts[1]]
    assert [each.item for each in explained.items] == [each[0] if each else "HAUL" for each in made]
    for line, expected in zip(explained.items, made, strict=True):
        if expected is None:
            assert line.why == ()
            continue
        item, position, receiver = expected
        named, counted, priced = line.why
        assert named.startswith(f"ITEMID is {item}, ")
        assert counted.startswith("unit is Each, ")
        assert priced.startswith("PRICE is ")
        assert f": line {position} is {receiver} " in priced
    assert not [said for said in explained.header if "ITEMID" in said or "PRICE" in said]
