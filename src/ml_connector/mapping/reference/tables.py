"""The tables we publish to Cleo: their names, columns and where each column comes from.

Names and columns of vendors, accounts and dimensions are proposed ones (inferred: Cleo has no call for
reference tables, a flow of the tenant reads the files); items and terms are made in the same manner.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

TableName = Literal["vendors", "accounts", "dimensions", "items", "terms"]
ERP_KEY: Final = "erp_key"
OP: Final = "op"
TAX_ID: Final = "tax_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column between `erp_key` and `op`."""

    name: str
    field: str  #: of our copy's record; empty for what is put together from elsewhere
    meaning: str
    usual: bool = True  #: published unless the link names its columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table in Cleo, made from one kind of our copy or from several."""

    file: str  #: how its files begin, and what the table is called in Cleo
    kinds: Mapping[str, str]  #: kinds of our copy, in the order of their rows, and what their keys begin with
    key: str  #: what stands in `erp_key`
    columns: tuple[Column, ...]


_STATUS: Final = Column(name="status", field="status", meaning="`active` or `inactive`, as in Intacct")
_MODIFIED: Final = Column(
    name="last_modified", field="modified", meaning="When Intacct says it was changed, UTC; may be empty"
)

TABLES: Final[Mapping[TableName, Table]] = {
    "vendors": Table(
        file="INTACCT_Vendors",
        kinds={"vendor": ""},
        key="VENDORID",
        columns=(
            Column(name="name", field="name", meaning="NAME"),
            _STATUS,
            Column(name=TAX_ID, field="", meaning="TAXID; only with `tax_id = true`"),
            Column(name="payment_term", field="term", meaning="TERMNAME"),
            Column(name="currency", field="currency", meaning="CURRENCY"),
            Column(name="edi_qualifier", field="", meaning="The qualifier of its first EDI id, such as `92`"),
            Column(name="edi_id", field="", meaning="Its first EDI id"),
            Column(
                name="edi_ids",
                field="",
                meaning="All its EDI ids as qualifier/id, with `;` between them",
                usual=False,
            ),
            Column(name="vendor_type", field="vendor_type", meaning="VENDTYPE", usual=False),
            Column(name="parent_id", field="parent_id", meaning="PARENTID", usual=False),
            _MODIFIED,
        ),
    ),
    "accounts": Table(
        file="INTACCT_GLAccounts",
        kinds={"account": ""},
        key="ACCOUNTNO",
        columns=(
            Column(name="title", field="title", meaning="TITLE"),
            Column(name="account_type", field="account_type", meaning="`balancesheet` or `incomestatement`"),
            Column(name="normal_balance", field="normal_balance", meaning="`debit` or `credit`"),
            _STATUS,
            _MODIFIED,
        ),
    ),
    "dimensions": Table(
        file="INTACCT_Dimensions",
        kinds={
            "class": "CLASS:",
            "department": "DEPARTMENT:",
            "location": "LOCATION:",
            "project": "PROJECT:",
        },
        key="the dimension, `:` and the id, such as `DEPARTMENT:D1`",
        columns=(
            Column(name="dimension", field="", meaning="`CLASS`, `DEPARTMENT`, `LOCATION` or `PROJECT`"),
            Column(name="id", field="", meaning="DEPARTMENTID, LOCATIONID and so on"),
            Column(name="name", field="name", meaning="TITLE or NAME"),
            Column(name="parent_id", field="parent_id", meaning="PARENTID"),
            _STATUS,
            _MODIFIED,
        ),
    ),
    "items": Table(
        file="INTACCT_Items",
        kinds={"item": ""},
        key="ITEMID",
        columns=(
            Column(name="name", field="name", meaning="NAME"),
            Column(name="item_type", field="item_type", meaning="ITEMTYPE"),
            Column(name="base_unit", field="base_unit", meaning="BASEUOM"),
            Column(name="unit_group", field="unit_group", meaning="UOMGRP"),
            Column(name="gtin", field="upc", meaning="UPC"),
            _STATUS,
            _MODIFIED,
        ),
    ),
    "terms": Table(
        file="INTACCT_Terms",
        kinds={"term": ""},
        key="NAME",
        columns=(
            Column(name="description", field="description", meaning="DESCRIPTION"),
            Column(name="due_days", field="due_days", meaning="DUEDATE: how many days"),
            Column(name="due_from", field="due_from", meaning="DUEFROM: counted from when"),
            _STATUS,
            _MODIFIED,
        ),
    ),
}


def list_columns(table: TableName, *, tax_id: bool) -> tuple[str, ...]:
    """The columns published unless a link names its own; a tax id only where it is wanted."""
    return tuple(
        column.name for column in TABLES[table].columns if column.usual and (tax_id or column.name != TAX_ID)
    )
