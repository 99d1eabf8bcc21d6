"""What single lines of purchasing transactions in memory say: their sources, their places, their changes."""

from dataclasses import fields, replace
from decimal import Decimal

from ml_connector.intacct import (
    Dimensions,
    NewPurchasing,
    NewPurchasingLine,
    PurchasingLine,
    PurchasingLineChange,
)


def list_sources(body: NewPurchasing) -> list[str]:
    """The documents that a new one is made from, each once."""
    named = (body.created_from, *(line.source_document for line in body.lines))
    return list(dict.fromkeys(each for each in named if each))


def change_line(line: PurchasingLine, change: PurchasingLineChange) -> PurchasingLine:
    names = ("item_id", "description", "quantity", "unit", "price", "memo")
    changed = replace(
        line, **{name: getattr(change, name) for name in names if getattr(change, name) is not None}
    )
    return replace(changed, remaining=(changed.quantity or Decimal(0)) - (changed.converted or Decimal(0)))


def list_places(line: NewPurchasingLine | PurchasingLineChange) -> dict[str, str]:
    """The warehouse and the dimensions that a line names, by the names that `query` gives them."""
    named = {item.name: getattr(line.dimensions, item.name) for item in fields(Dimensions)}
    named["warehouse_id"] = line.warehouse_id or named["warehouse_id"]
    return {name.replace("_", "").upper(): value for name, value in named.items() if value}
