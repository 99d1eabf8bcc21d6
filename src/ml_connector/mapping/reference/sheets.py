"""What of our copy of Intacct a link publishes: which rows, with which cells, and what a change means for them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Self

from ml_connector.mapping.reference.tables import ERP_KEY, OP, TABLES, TAX_ID, Column, Table, TableName
from ml_connector.records.reference import ReferenceRow, RowChange

Op = Literal["upsert", "delete"]
Cells = tuple[str, ...]  #: of one row of a file, in the order of its header


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table as one link publishes it."""

    name: TableName
    file: str  #: how its files begin
    columns: tuple[str, ...]  #: between `erp_key` and `op`
    active_only: bool = False
    vendor_types: tuple[str, ...] = ()  #: any when empty; bears on vendors only
    edi_ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: of vendors, as `qualifier/id`

    @property
    def table(self) -> Table:
        return TABLES[self.name]

    @property
    def header(self) -> Cells:
        return (ERP_KEY, *self.columns, OP)

    @property
    def shows_tax_ids(self) -> bool:
        return TAX_ID in self.columns

    @property
    def selection(self) -> str:
        """Which rows are chosen and which EDI ids are added, as JSON."""
        ids = json.dumps(sorted(self.edi_ids.items()), ensure_ascii=False)
        said = {
            "active_only": self.active_only,
            "vendor_types": self.vendor_types,
            "edi_ids": hashlib.sha256(ids.encode()).hexdigest() if self.edi_ids else "",
        }
        return json.dumps(said)

    def select(self, selection: str) -> Self:
        """The sheet with rows chosen as that selection says."""
        said = json.loads(selection)
        return replace(self, active_only=said["active_only"], vendor_types=tuple(said["vendor_types"]))

    def adds_same_ids(self, selection: str) -> bool:
        """Whether the EDI ids that are added are those of that selection."""
        return bool(json.loads(self.selection)["edi_ids"] == json.loads(selection)["edi_ids"])

    def digest(self, *, form: str, folder: str, guarded: bool) -> str:
        """Differs when what is published would be of another shape although Intacct's data are the same."""
        said = [form, folder, guarded, self.file, self.columns, self.active_only, self.vendor_types]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def judge_change(sheet: Sheet, change: RowChange) -> Op | None:
    """What the table is told of a change: nothing when its row stays as it is."""
    before, after = change.before, change.after
    if after is None or not _is_published(sheet, after):
        return "delete" if before is not None and _is_published(sheet, before) else None
    if before is None or not _is_published(sheet, before):
        return "upsert"
    same_tax_id = not sheet.shows_tax_ids or before.aliases == after.aliases
    return None if same_tax_id and fill_row(sheet, before) == fill_row(sheet, after) else "upsert"


def judge_whole(sheet: Sheet, was: Sheet, change: RowChange) -> Op | None:
    """What a full table says of a record: all that is published now, and what is not any more since it `was` so.

    A flow that clears the table first loses nothing by such deletions; one that does not needs them.
    """
    if change.after is not None and _is_published(sheet, change.after):
        return "upsert"
    return "delete" if change.before is not None and _is_published(was, change.before) else None


def fill_row(sheet: Sheet, row: ReferenceRow, *, tax_id: str = "") -> Cells:
    """The row that puts this record into the table. Our copy has no tax ids: it is given one, or has none."""
    return (name_key(sheet, row.kind, row.key), *_fill(sheet, row, tax_id), "upsert")


def delete_row(sheet: Sheet, kind: str, key: str) -> Cells:
    """The row that takes a record out of the table."""
    return (name_key(sheet, kind, key), *("" for _ in sheet.columns), "delete")


def name_key(sheet: Sheet, kind: str, key: str) -> str:
    """What stands in `erp_key`."""
    return sheet.table.kinds[kind] + key


def _is_published(sheet: Sheet, row: ReferenceRow) -> bool:
    if sheet.active_only and row.body.get("status") != "active":
        return False
    return row.kind != "vendor" or not sheet.vendor_types or row.body.get("vendor_type") in sheet.vendor_types


def _fill(sheet: Sheet, row: ReferenceRow, tax_id: str) -> Cells:
    columns = {column.name: column for column in sheet.table.columns}
    ids = _list_edi_ids(sheet, row)
    qualifier, _, edi_id = (ids[0] if ids else "").rpartition("/")
    elsewhere = {
        TAX_ID: tax_id,
        "edi_qualifier": qualifier,
        "edi_id": edi_id,
        "edi_ids": ";".join(ids),
        "dimension": sheet.table.kinds[row.kind].removesuffix(":"),
        "id": row.key,
    }
    return tuple(_read(row, columns[name], elsewhere) for name in sheet.columns)


def _read(row: ReferenceRow, column: Column, elsewhere: Mapping[str, str]) -> str:
    if not column.field:
        return elsewhere[column.name]
    value = row.body.get(column.field)  # a row kept by an older version may lack a field
    return _SPELLED.get(value, "") if value is None or isinstance(value, bool) else str(value)


def _list_edi_ids(sheet: Sheet, row: ReferenceRow) -> tuple[str, ...]:
    """Those Intacct knows first, then those of cross-references, each once."""
    return tuple(dict.fromkeys((*row.body.get("edi_ids", ()), *sheet.edi_ids.get(row.key, ()))))


_SPELLED: Final[Mapping[object, str]] = {None: "", True: "true", False: "false"}
