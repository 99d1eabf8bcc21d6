"""Rows as CSV (RFC 4180) and as JSON lines, and back; streamed both ways."""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

Cells = tuple[str, ...]
_PIECE: Final = 1 << 16
_SIGNS: Final = r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"  #: the last four are = + - @ of full width
_ACTIVE: Final = re.compile(f"'*{_SIGNS}")
_GUARDED: Final = re.compile(f"'+{_SIGNS}")


class BadLine(Exception):
    """A line that is no row; `line` is its number, from 1."""

    def __init__(self, message: str, *, line: int) -> None:
        super().__init__(message)
        self.line = line


def guard(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula: an apostrophe before what one might begin with."""
    return "'" + cell if _ACTIVE.match(cell) else cell


def unguard(cell: str) -> str:
    """The cell that was guarded, whatever it was."""
    return cell[1:] if _GUARDED.match(cell) else cell


def render_csv(header: Cells, rows: Iterable[Cells], *, guarded: bool) -> Iterator[bytes]:
    """UTF-8 without a byte order mark, commas, CRLF, a header; in pieces of some 64 KiB."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(map(guard, row) if guarded else row)
        if page.tell() >= _PIECE:
            yield page.getvalue().encode()
            page.seek(0)
            page.truncate()
    yield page.getvalue().encode()


def render_json_lines(header: Cells, rows: Iterable[Cells]) -> Iterator[bytes]:
    """One object a line, in UTF-8; every value is text, as it is."""
    page: list[str] = []
    length = 0
    for row in rows:
        line = json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False, separators=(",", ":"))
        page.append(line + "\n")
        length += len(line)
        if length >= _PIECE:
            yield "".join(page).encode()
            page.clear()
            length = 0
    yield "".join(page).encode()


def read_csv(pieces: Iterable[bytes], *, guarded: bool, delimiter: str = ",") -> Iterator[tuple[int, Cells]]:
    """Each row with the number of its last line, the header first; empty lines are left out. Raises BadLine."""
    reader = csv.reader(_split_lines(pieces), delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadLine(str(error), line=reader.line_num) from error
        if row:
            yield reader.line_num, tuple(map(unguard, row) if guarded else row)


def read_json_lines(pieces: Iterable[bytes]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each object with the number of its line; empty lines are left out. Raises BadLine."""
    for number, line in enumerate(_split_lines(pieces), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            raise BadLine(f"no JSON: {error}", line=number) from error
        if not isinstance(found, dict):
            raise BadLine("no JSON object", line=number)
        yield (
            number,
            {name: value if isinstance(value, str) else json.dumps(value) for name, value in found.items()},
        )


def _split_lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Lines with their ends; a byte order mark is left out. Raises BadLine for what is no UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest = ""
    number = 1
    for piece in chain(pieces, [None]):
        try:
            text = rest + decoder.decode(piece or b"", final=piece is None)
        except UnicodeDecodeError as error:
            raise BadLine("no UTF-8", line=number) from error
        *lines, rest = text.split("\n")
        number += len(lines)
        yield from (line + "\n" for line in lines)
    if rest:
        yield rest
