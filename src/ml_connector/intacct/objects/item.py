"""ITEM: what can be ordered; ITEMCROSSREF: what others call it; UOM and UOMDETAIL: the units it is counted in."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Record):
    """An item. `unit_group` decides which units a line may name, letter by letter.

    The flags say what a line must tell of every piece where stock is moved (Intacct documentation, 'Items').
    """

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
    has_serials: Annotated[bool, "ENABLE_SERIALNO"]
    has_lots: Annotated[bool, "ENABLE_LOT_CATEGORY"]
    has_bins: Annotated[bool, "ENABLE_BINS"]
    has_expiration: Annotated[bool, "ENABLE_EXPIRATION"]
    modified: Annotated[dt.datetime | None, "WHENMODIFIED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCrossReference(Record):
    """The number that a vendor or a customer has for an item (Intacct documentation, 'Item Cross References').

    A number is unique for one vendor and item only: a vendor may mean two items by the same.
    """

    OBJECT: ClassVar[str] = "ITEMCROSSREF"

    item_id: Annotated[str, "ITEMID"]
    reference_type: Annotated[str, "REFTYPE"]  #: whose number it is, such as `Vendor`
    vendor_id: Annotated[str, "VENDORID"]
    alias: Annotated[str, "ITEMALIASID"]
    unit: Annotated[str, "UNIT"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitGroup(Record):
    """A group of units that convert into each other."""

    OBJECT: ClassVar[str] = "UOM"

    name: Annotated[str, "NAME"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Record):
    """A unit of a group. ABBREVIATION, CONVFACTOR and ISBASE are inferred: see `lookup` of UOMDETAIL."""

    OBJECT: ClassVar[str] = "UOMDETAIL"

    group_no: Annotated[int | None, "GRPKEY"]  #: RECORDNO of the group
    unit: Annotated[str, "UNIT"]
    abbreviation: Annotated[str, "ABBREVIATION"]
    factor: Annotated[Decimal | None, "CONVFACTOR"]  #: how many base units it is
    is_base: Annotated[bool, "ISBASE"]
