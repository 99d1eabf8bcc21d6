"""The world of a case of the purchasing chain: the company, and what stands in its Intacct before the case's file comes."""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, get_type_hints

from tests.fakes import Books, Fault
from tests.unit.flows.scene import Scene, open_scene

from ml_connector.flows.cadence import USUAL
from ml_connector.flows.planning.catalogue import list_planned_kinds
from ml_connector.intacct import (
    Account,
    ApBill,
    ApBillLine,
    DefinedSubtotal,
    Dimensions,
    ErrorDetail,
    Item,
    ItemCrossReference,
    Location,
    NewPurchasing,
    NewPurchasingLine,
    PurchasingDefinition,
    Subtotal,
    Term,
    Unit,
    UnitGroup,
    Vendor,
    Warehouse,
)
from ml_connector.mapping.rules.rulebook import parse_rules

WORLDS: Final = Path(__file__).parent / "chain" / "worlds"
TODAY: Final = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
_DAY: Final = dt.date(2026, 11, 2)  #: when people entered what is there
_KINDS: Final[Mapping[str, type[Any]]] = {
    "vendor": Vendor,
    "account": Account,
    "location": Location,
    "term": Term,
    "item": Item,
    "alias": ItemCrossReference,
    "unit_group": UnitGroup,
    "unit": Unit,
    "warehouse": Warehouse,
    "definition": PurchasingDefinition,
}
#: Texts that stand for all cases, each with the table by which a case has its own instead.
_SHARED: Final = (
    ("rules.toml", "[us]"),
    ("coding.toml", "[[coding]]"),
    ("purchasing.toml", "[purchasing]"),
    ("routes.toml", "[[route]]"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is said of a case's world: a named one, and what the case adds to it."""

    transactions: Sequence[Mapping[str, Any]]
    bills: Sequence[Mapping[str, Any]]
    mode: str
    multi_source: bool | None
    refuses: str  #: what Intacct says to the first request; empty where it takes all


def read_world(case: Path) -> World:
    """The world that the case's `world.toml` names and adds to; without one, an order that nothing came of yet."""
    path = case / "world.toml"
    own = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    base = tomllib.loads((WORLDS / f"{own.pop('of', 'ordered')}.toml").read_text("utf-8"))
    world = World(
        transactions=(*base.get("transaction", ()), *own.pop("transaction", ())),
        bills=own.pop("bill", ()),
        mode=own.pop("mode", "live"),
        multi_source=own.pop("multi_source", None),
        refuses=own.pop("refuses", ""),
    )
    assert not own, f"{path} says what nobody reads: {own}"
    return world


def read_rules(case: Path) -> str:
    """The rules of all cases with those of this one; a case that has routes or a [purchasing] has all of them."""
    path = case / "rules.toml"
    own = path.read_text("utf-8") if path.exists() else ""
    shared = [(WORLDS / name).read_text("utf-8") for name, table in _SHARED if table not in own]
    return "\n".join((*shared, own))


@contextmanager
def open_world(case: Path, url: str) -> Iterator[Scene]:
    """The company with its world in memory, over the store there, on the day of all cases."""
    world, rules = read_world(case), read_rules(case)
    company = tomllib.loads((WORLDS / "company.toml").read_text("utf-8"))
    with open_scene(url) as scene:
        scene.clock.now = TODAY
        scene.link, scene.rules = "golden", rules
        scene.mode = "test" if world.mode == "test" else "live"
        scene.multi_source = world.multi_source
        scene.cadence = replace(USUAL, kinds=list_planned_kinds(parse_rules({"rules.toml": rules})))
        records = (
            _make(kind, row, number)
            for name, kind in _KINDS.items()
            for number, row in enumerate(company[name], 1)
        )
        scene.finance.books = Books(others=tuple(records), entities=frozenset(company["entities"]))
        scene.finance.setup.subtotals = tuple(_make(DefinedSubtotal, row, 0) for row in company["subtotal"])
        for row in world.transactions:
            for _ in range(row.get("times", 1)):
                _enter(scene, row)
        for row in world.bills:
            scene.finance.enter_by_hand(_make_bill(row), state=row.get("state", "Posted"))
        if world.refuses:
            said = ErrorDetail(errorno="BL03000018", description2=world.refuses)
            scene.finance.order(Fault(says="refused", errors=(said,)))
        yield scene


def _make(kind: type[Any], row: Mapping[str, Any], number: int) -> Any:
    """The record; what is not said of it is empty, and it is active."""
    hints = get_type_hints(kind)
    names = [each.name for each in fields(kind)]
    assert row.keys() <= set(names), row
    said = {"record_no": number, "status": "active", **row}
    return kind(**{name: _read_value(hints[name], said.get(name)) for name in names})


def _read_value(hint: Any, said: Any) -> Any:
    if said is None:
        return {str: "", bool: False, frozenset[str]: frozenset()}.get(hint)
    return Decimal(said) if hint in {Decimal, Decimal | None} else said


def _enter(scene: Scene, row: Mapping[str, Any]) -> None:
    """A person writes a transaction in Intacct; lines name the line of their source by its place there."""
    kept = scene.finance.purchasing.kept
    source = row.get("created_from")
    keys = [line.record_no for line in kept[source].lines] if source is not None else []
    new = NewPurchasing(
        definition=row["definition"],
        vendor_id=row.get("vendor_id", "V-2001"),
        date=_DAY,
        due_date=_DAY,
        created_from=source,
        reference=row.get("reference"),
        vendor_number=row.get("vendor_number"),
        message=row.get("message"),
        lines=tuple(_make_line(line, keys) for line in row["lines"]),
        subtotals=tuple(
            Subtotal(description=name, total=Decimal(total))
            for name, total in row.get("subtotals", {}).items()
        ),
    )
    problems = scene.finance.purchasing.find_problems(new)
    assert all(each.startswith("Missing details") for each in problems), problems  # a person gives them
    id_ = scene.finance.purchasing.create(new, row.get("entity", "100"))
    document = replace(kept[id_].document, state=row.get("state", kept[id_].document.state))
    kept[id_] = replace(kept[id_], document=document)


def _make_line(row: Mapping[str, Any], keys: Sequence[int]) -> NewPurchasingLine:
    place = row.get("source")
    return NewPurchasingLine(
        item_id=row["item_id"],
        quantity=Decimal(row["quantity"]),
        unit=row.get("unit"),
        price=Decimal(row["price"]) if "price" in row else None,
        warehouse_id=row.get("warehouse_id"),
        source_line=keys[place - 1] if place is not None else None,
        dimensions=Dimensions(location_id=row.get("location_id", "110")),
    )


def _make_bill(row: Mapping[str, Any]) -> ApBill:
    """A bill as a person enters it."""
    line = ApBillLine(account_no="5000", amount=Decimal(row["amount"]), memo="", location_id="110")
    return ApBill(
        vendor_id="V-2001",
        number=row["number"],
        reference=None,
        date=_DAY,
        posting_date=_DAY,
        due_date=None,
        term="N30",
        description=row.get("description", "by hand"),
        action="Submit",
        lines=(line,),
    )
