"""Rows become CSV and JSON lines, and come back as they were."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_connector.mapping.reference.delimited import (
    BadLine,
    guard,
    read_csv,
    read_json_lines,
    render_csv,
    render_json_lines,
    unguard,
)

HEADER = ("erp_key", "name", "op")
TEXT = st.text(
    st.one_of(st.sampled_from("'=+-@\t\r\n\",; aé€"), st.characters(exclude_categories=["Cs"])), max_size=12
)
ROWS = st.lists(st.tuples(TEXT, TEXT, st.sampled_from(["upsert", "delete"])), max_size=8)


def cut(content: bytes, size: int) -> list[bytes]:
    """The content as it may come over a wire."""
    return [content[first : first + size] for first in range(0, len(content), size)]


@given(rows=ROWS, guarded=st.booleans(), size=st.integers(1, 7))
def test_what_is_rendered_as_csv_reads_back_equal(
    *, rows: list[tuple[str, ...]], guarded: bool, size: int
) -> None:
    content = b"".join(render_csv(HEADER, rows, guarded=guarded))

    back = [row for _, row in read_csv(cut(content, size), guarded=guarded)]

    assert back == [HEADER, *rows]


@given(ROWS, st.integers(1, 7))
def test_what_is_rendered_as_json_lines_reads_back_equal(rows: list[tuple[str, ...]], size: int) -> None:
    content = b"".join(render_json_lines(HEADER, rows))

    back = [tuple(found.values()) for _, found in read_json_lines(cut(content, size))]

    assert back == rows


@given(ROWS)
def test_any_other_reader_of_csv_reads_the_same(rows: list[tuple[str, ...]]) -> None:
    content = b"".join(render_csv(HEADER, rows, guarded=False)).decode()

    assert [tuple(row) for row in csv.reader(io.StringIO(content, newline=""))] == [HEADER, *rows]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff20"])
def test_no_cell_begins_with_what_a_spreadsheet_executes(begin: str) -> None:
    cell = f"{begin}HYPERLINK(A1)"

    assert guard(cell) == f"'{cell}"
    assert unguard(guard(cell)) == cell


@given(TEXT)
def test_a_guarded_cell_is_told_from_one_that_always_began_with_an_apostrophe(cell: str) -> None:
    assert unguard(guard(cell)) == cell


@pytest.mark.parametrize("cell", ["", "'t Hooft BV", "V-0815", "12 - 14", "'"])
def test_a_plain_cell_stays_as_it_is(cell: str) -> None:
    assert guard(cell) == cell


def test_many_rows_come_in_pieces_and_are_the_same_bytes() -> None:
    rows = [(f"V-{n:06}", "Zoë & Sons, Ltd", "upsert") for n in range(10_000)]

    pieces = list(render_csv(HEADER, rows, guarded=True))
    lines = list(render_json_lines(HEADER, rows))

    assert max(len(piece) for piece in (*pieces, *lines)) < 80_000
    assert b"".join(pieces).count(b"\r\n") == len(rows) + 1
    assert [row for _, row in read_csv(pieces, guarded=True)][1:] == rows
    assert b"".join(lines).count(b"\n") == len(rows)


def test_a_byte_order_mark_and_empty_lines_are_read_over() -> None:
    content = b"\xef\xbb\xbferp_key;name\n\nV-1;Bolt\n"

    assert list(read_csv([content], guarded=True, delimiter=";")) == [
        (1, ("erp_key", "name")),
        (3, ("V-1", "Bolt")),
    ]
    assert list(read_json_lines([b'\xef\xbb\xbf\n{"a":1,"b":"x"}'])) == [(2, {"a": "1", "b": "x"})]


@pytest.mark.parametrize(
    ("content", "line"),
    [(b'a,b\n"x"y,1\n', 2), (b"a,b\nx\xff,1\n", 1), (b'a\n"never closed\n', 2)],
)
def test_what_is_no_csv_is_named_by_its_line(content: bytes, line: int) -> None:
    with pytest.raises(BadLine) as caught:
        list(read_csv([content], guarded=True))

    assert caught.value.line == line


@pytest.mark.parametrize(("content", "line"), [(b'{"a":1}\n{"a":\n', 2), (b"[1]\n", 1)])
def test_what_are_no_json_lines_is_named_by_its_line(content: bytes, line: int) -> None:
    with pytest.raises(BadLine) as caught:
        list(read_json_lines([content]))

    assert caught.value.line == line
