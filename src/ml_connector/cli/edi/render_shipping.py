"""Ship notices, as people read them in a terminal: the tree of what is on its way."""

from collections.abc import Iterator
from typing import Final

from rich.console import RenderableType
from rich.text import Text
from rich.tree import Tree

from ml_connector.cli.edi.render_parts import (
    describe_dates,
    describe_parties,
    describe_references,
    find_meaning,
    join,
    lay_facts,
    say_more,
    spell_code,
    spell_date,
    spell_number,
)
from ml_connector.cli.edi.views import SetView, name_code
from ml_connector.edi.documents.coded import Purpose
from ml_connector.edi.documents.shipment_levels import (
    AnyLevel,
    ItemLevel,
    OrderLevel,
    PackLevel,
    ShipmentLevel,
)
from ml_connector.edi.documents.shipnotice856 import ShipNotice

_PACKS: Final = {"T": "pallet", "P": "carton"}


def render_ship_notice(
    _: SetView, notice: ShipNotice, *, width: int, rows: int | None
) -> Iterator[RenderableType]:
    """What was shipped when and how, then the tree of orders, packages and items."""
    del width  # a tree is as wide as it is
    yield lay_facts(
        [
            ("shipment", join(notice.number or "–", spell_date(notice.date, notice.time), by=" of ")),
            ("purpose", spell_code(notice.purpose, find_meaning(Purpose, notice.purpose))),
            ("structure", spell_code(notice.structure, name_code("BSN", 5, notice.structure))),
            *describe_dates(notice.dates),
        ]
    )
    grower = _Grower(rows)
    for shipment in notice.shipments:
        yield lay_facts(_describe_shipment(shipment))
        yield grower.grow(shipment)
    if grower.left_out:
        yield say_more(grower.left_out, "level")


def _describe_shipment(shipment: ShipmentLevel) -> Iterator[tuple[str, str]]:
    for routing in shipment.routings:
        yield "carrier", join(routing.carrier, routing.routing)
    for equipment in shipment.equipment:
        yield (
            "equipment",
            join(f"{equipment.initial}{equipment.number}", equipment.seal and f"seal {equipment.seal}"),
        )
    yield from describe_parties(shipment.parties)
    yield from describe_references(shipment.references)
    yield from describe_dates(shipment.dates)


class _Grower:
    """Makes trees of at most so many levels together."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._count = 0
        self.left_out = 0

    def grow(self, shipment: ShipmentLevel) -> Tree:
        tree = Tree(_label(shipment), guide_style="dim")
        waiting = [(child, tree) for child in reversed(shipment.children)]
        while waiting:
            level, above = waiting.pop()
            self._count += 1
            if self._most is not None and self._count > self._most:
                self.left_out += 1
                branch = above
            else:
                branch = above.add(_label(level))
            waiting += [(child, branch) for child in reversed(level.children)]
        return tree


def _label(level: AnyLevel) -> Text:
    match level:
        case ShipmentLevel():
            return _write("shipment", _spell_packages(level))
        case OrderLevel():
            number = level.order.number if level.order else ""
            day = spell_date(level.order.date) if level.order else ""
            return _write("order", join(number or "–", day, by=" of "), _spell_packages(level))
        case PackLevel():
            quantity = spell_number(level.quantity, level.unit) if level.quantity is not None else ""
            return _write(_PACKS[level.code], level.label or "–", quantity, _spell_packages(level))
        case ItemLevel():
            return _label_item(level)
        case _:
            return _write(f"level {level.code}", name_code("HL", 3, level.code), _spell_packages(level))


def _label_item(item: ItemLevel) -> Text:
    ids = join(*(spell_code(each.qualifier, each.id) for each in item.product_ids))
    ordered = (
        f"of {spell_number(item.ordered, item.ordered_unit)} ordered" if item.ordered is not None else ""
    )
    text = Text.assemble("item ", (spell_number(item.quantity, item.unit), "bold"))
    rest = join(ordered, item.description, ids)
    return text.append(f"  {rest}") if rest else text


def _write(kind: str, name: str, *more: str) -> Text:
    return Text.assemble((kind, "bold"), f" {join(name, *more)}")


def _spell_packages(level: AnyLevel) -> str:
    said = []
    for each in level.packages:
        weight = spell_number(each.weight, each.weight_unit) if each.weight is not None else ""
        said.append(
            join(
                join(
                    spell_number(each.quantity) if each.quantity is not None else "", each.packaging, by=" "
                ),
                weight,
            )
        )
    return join(*said)
