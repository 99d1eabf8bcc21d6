"""ITEM: what can be ordered."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Record):
    """An item. `unit_group` decides which units a line may name, letter by letter."""

    OBJECT: ClassVar[str] = "ITEM"

    item_id: Annotated[str, "ITEMID"]
    name: Annotated[str, "NAME"]
    status: Annotated[str, "STATUS"]
    item_type: Annotated[str, "ITEMTYPE"]  #: such as `Inventory` or `Non-Inventory (Purchase only)`
    gl_group: Annotated[str, "GLGROUP"]
    product_line: Annotated[str, "PRODUCTLINEID"]
    unit_group: Annotated[str, "UOMGRP"]
    base_unit: Annotated[str, "BASEUOM"]
    standard_cost: Annotated[Decimal | None, "STANDARD_COST"]
    upc: Annotated[str, "UPC"]
    modified: Annotated[dt.datetime | None, "WHENMODIFIED"]
