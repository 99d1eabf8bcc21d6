"""Files for Cleo, byte by byte: each table, in both forms, as `reference/` has them."""

import json
from pathlib import Path
from typing import Final, get_args

import pytest

from ml_connector.mapping.reference.delimited import render_csv, render_json_lines
from ml_connector.mapping.reference.sheets import Cells, Sheet, delete_row, fill_row
from ml_connector.mapping.reference.tables import TABLES, TableName
from ml_connector.records.reference import ReferenceRow

FOLDER: Final = Path(__file__).parent / "reference"


def render(name: TableName, form: str) -> bytes:
    """The file of a table with all its columns, of the records in `records.json` and of one that is gone."""
    table = TABLES[name]
    sheet = Sheet(
        name=name,
        file=table.file,
        columns=tuple(column.name for column in table.columns),
        edi_ids={"V-100": ("92/0042",)},
    )
    records = json.loads((FOLDER / "records.json").read_text(encoding="utf-8"))
    rows: list[Cells] = []
    for kind in table.kinds:
        for key, body in records.get(kind, {}).items():
            row = ReferenceRow(kind=kind, key=key, body=body)
            rows.append(fill_row(sheet, row, tax_id="77-1234567" if kind == "vendor" else ""))
        rows.append(delete_row(sheet, kind, "ZZ-GONE"))
    if form == "csv":
        return b"".join(render_csv(sheet.header, rows, guarded=True))
    return b"".join(render_json_lines(sheet.header, rows))


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("name", get_args(TableName))
def test_a_table_is_written_byte_by_byte_as_it_stands_here(name: TableName, form: str) -> None:
    assert render(name, form) == (FOLDER / f"{name}.{form}").read_bytes()
