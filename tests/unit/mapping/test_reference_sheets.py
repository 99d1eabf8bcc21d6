"""What of Intacct is published, in which cells, and what a change means for the table in Cleo."""

from dataclasses import replace
from typing import Any

import pytest

from ml_connector.mapping.reference.delimited import read_csv, render_csv
from ml_connector.mapping.reference.sheets import Sheet, delete_row, fill_row, judge_change, judge_whole
from ml_connector.mapping.reference.tables import TABLES, TableName, list_columns
from ml_connector.records.reference import ReferenceRow, RowChange

BOLT = ReferenceRow(
    kind="vendor",
    key="V1",
    body={
        "name": "Alnwick Bolts",
        "status": "active",
        "term": "N30",
        "currency": "USD",
        "vendor_type": "Goods",
    },
    aliases=("tax:1",),
)
GONE = replace(BOLT, body={**BOLT.body, "status": "inactive"})


def make_sheet(name: TableName = "vendors", **changes: Any) -> Sheet:
    sheet = Sheet(name=name, file=TABLES[name].file, columns=list_columns(name, tax_id=False))
    return replace(sheet, **changes)


def judge(sheet: Sheet, before: ReferenceRow | None, after: ReferenceRow | None) -> str | None:
    return judge_change(sheet, make_change(before, after))


def make_change(before: ReferenceRow | None, after: ReferenceRow | None) -> RowChange:
    return RowChange(kind="vendor", key="V1", before=before, after=after)


def read(sheet: Sheet, row: ReferenceRow, **known: str) -> dict[str, str]:
    return dict(zip(sheet.header, fill_row(sheet, row, **known), strict=True))


def test_a_vendor_fills_its_row() -> None:
    row = read(make_sheet(), BOLT)

    assert row == {
        "erp_key": "V1",
        "name": "Alnwick Bolts",
        "status": "active",
        "payment_term": "N30",
        "currency": "USD",
        "edi_qualifier": "",
        "edi_id": "",
        "last_modified": "",
        "op": "upsert",
    }


def test_a_tax_id_stands_there_only_where_it_is_wanted() -> None:
    wanted = make_sheet(columns=list_columns("vendors", tax_id=True))

    assert "tax_id" not in make_sheet().header
    assert read(wanted, BOLT, tax_id="77-1")["tax_id"] == "77-1"


def test_the_ids_of_a_vendor_come_from_intacct_first_each_once() -> None:
    known = replace(BOLT, body={**BOLT.body, "edi_ids": ["01/123456789", "92/77"]})
    sheet = make_sheet(columns=("edi_qualifier", "edi_id", "edi_ids"), edi_ids={"V1": ("92/77", "ZZ/ALN")})

    row = read(sheet, known)

    assert (row["edi_qualifier"], row["edi_id"]) == ("01", "123456789")
    assert row["edi_ids"] == "01/123456789;92/77;ZZ/ALN"


@pytest.mark.parametrize(
    ("kind", "key"), [("department", "D1"), ("location", "D1"), ("class", "D1"), ("project", "D1")]
)
def test_dimensions_of_the_same_id_have_keys_of_their_own(kind: str, key: str) -> None:
    sheet = make_sheet("dimensions")

    row = read(
        sheet, ReferenceRow(kind=kind, key=key, body={"name": "Roof", "parent_id": "P", "status": "active"})
    )

    assert (row["erp_key"], row["dimension"], row["id"]) == (f"{kind.upper()}:{key}", kind.upper(), key)
    assert delete_row(sheet, kind, key)[0] == row["erp_key"]


def test_what_intacct_leaves_out_is_empty_and_numbers_are_spelled() -> None:
    row = read(
        make_sheet("terms"),
        ReferenceRow(kind="term", key="N30", body={"due_days": 30, "due_from": None, "status": "active"}),
    )

    assert (row["due_days"], row["due_from"], row["description"]) == ("30", "", "")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, BOLT, "upsert"),
        (BOLT, None, "delete"),
        (BOLT, BOLT, None),
        (BOLT, replace(BOLT, body={**BOLT.body, "name": "Alnwick"}), "upsert"),
        (BOLT, replace(BOLT, body={**BOLT.body, "on_hold": True}), None),
        (BOLT, replace(BOLT, aliases=("tax:2",)), None),
        (BOLT, GONE, "upsert"),
        (None, None, None),
    ],
)
def test_a_change_is_told_when_a_published_cell_changes(
    before: ReferenceRow | None, after: ReferenceRow | None, told: str | None
) -> None:
    assert judge(make_sheet(), before, after) == told


def test_another_tax_id_is_told_where_tax_ids_are_published() -> None:
    sheet = make_sheet(columns=("tax_id",))

    assert judge(sheet, BOLT, replace(BOLT, aliases=("tax:2",))) == "upsert"


@pytest.mark.parametrize("filters", [{"active_only": True}, {"vendor_types": ("Services",)}])
def test_a_row_that_leaves_the_filter_is_deleted_and_one_outside_it_is_no_matter(
    filters: dict[str, Any],
) -> None:
    sheet = make_sheet(**filters)
    inside = replace(BOLT, body={**BOLT.body, "vendor_type": "Services"})
    outside = replace(GONE, body={**GONE.body, "vendor_type": "Goods"})

    assert judge(sheet, inside, outside) == "delete"
    assert judge(sheet, outside, inside) == "upsert"
    assert judge(sheet, outside, None) is None
    assert judge(sheet, None, outside) is None


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (BOLT, BOLT, "upsert"),
        (None, GONE, None),
        (BOLT, GONE, "delete"),
        (GONE, GONE, "delete"),
        (BOLT, None, "delete"),
    ],
)
def test_a_full_table_has_all_that_is_published_and_takes_out_what_was(
    before: ReferenceRow | None, after: ReferenceRow | None, told: str | None
) -> None:
    was = make_sheet()
    sheet = make_sheet(active_only=True)

    assert judge_whole(sheet, was.select(was.selection), make_change(before, after)) == told


def test_a_selection_comes_back_as_it_was() -> None:
    sheet = make_sheet(active_only=True, vendor_types=("Goods", "Services"))

    assert make_sheet().select(sheet.selection) == sheet


def test_other_ids_of_cross_references_are_noticed() -> None:
    plain, more = make_sheet(), make_sheet(edi_ids={"V1": ("92/77",)})

    assert plain.adds_same_ids(plain.selection)
    assert more.adds_same_ids(more.selection)
    assert not more.adds_same_ids(plain.selection)
    assert not make_sheet(edi_ids={"V1": ("92/78",)}).adds_same_ids(more.selection)


def test_vendor_types_bear_on_vendors_only() -> None:
    account = ReferenceRow(kind="account", key="6000", body={"title": "Supplies", "status": "active"})

    assert judge(make_sheet("accounts", vendor_types=("Services",)), None, account) == "upsert"


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": ("name",)},
        {"active_only": True},
        {"vendor_types": ("Goods",)},
        {"file": "OUR_Vendors"},
    ],
)
def test_a_sheet_of_another_shape_has_another_digest(changes: dict[str, Any]) -> None:
    plain = make_sheet().digest(form="csv", folder="/reference", guarded=True)

    assert make_sheet(**changes).digest(form="csv", folder="/reference", guarded=True) != plain
    assert make_sheet().digest(form="csv", folder="/elsewhere", guarded=True) != plain
    assert make_sheet().digest(form="jsonl", folder="/reference", guarded=True) != plain
    assert make_sheet().digest(form="csv", folder="/reference", guarded=False) != plain
    assert make_sheet().digest(form="csv", folder="/reference", guarded=True) == plain


@pytest.mark.parametrize("name", list(TABLES))
def test_every_table_has_rows_as_wide_as_its_header_and_sorted_blocks(name: TableName) -> None:
    sheet = make_sheet(name, columns=tuple(column.name for column in TABLES[name].columns))
    rows = [fill_row(sheet, ReferenceRow(kind=kind, key="1", body={})) for kind in sheet.table.kinds]

    back = [row for _, row in read_csv(render_csv(sheet.header, rows, guarded=True), guarded=True)]

    assert back == [sheet.header, *rows]
    assert rows == sorted(rows)
