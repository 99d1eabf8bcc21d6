"""The project's pages as the tests read them: text, fenced blocks, tables and headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = (
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
)
_FENCE: Final = re.compile(r"^ *```(?P<language>\w*)\n(?P<body>.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SPAN: Final = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block of a page."""

    language: str
    body: str


def name_page(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def read_page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def list_blocks(text: str) -> list[Block]:
    return [Block(language=found["language"], body=found["body"]) for found in _FENCE.finditer(text)]


def list_spans(text: str) -> list[str]:
    """What stands between single backticks, outside fenced blocks."""
    return _SPAN.findall(_FENCE.sub("", text))


def list_rows(text: str, heading: str) -> list[list[str]]:
    """The rows of the tables in a section, without their heads; the cells as they are written."""
    cells = [[cell.strip() for cell in line[1:-1].split(" | ")] for line in _take_tables(text, heading)]
    return [row for row in cells if not set("".join(row)) <= set("-| ")]


def list_headings(text: str) -> list[str]:
    return re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)


def slug(heading: str) -> str:
    """The anchor a heading gets."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


def _take_tables(text: str, heading: str) -> Iterator[str]:
    section = re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.MULTILINE)[1]
    lines = re.split(r"^#+ ", section, flags=re.MULTILINE)[0].splitlines()
    for number, line in enumerate(lines):
        head = number + 1 < len(lines) and lines[number + 1].startswith("|--")
        if line.startswith("|") and not head:
            yield line
