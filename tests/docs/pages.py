"""The project's pages as the tests read them: text, fenced blocks, tables and headings."""

import re
from collections.abc import Iterator, Sequence
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


def list_steps(text: str) -> list[Block]:
    """The fenced blocks and what stands between them, which has no language, in their order."""
    prose, *parts = _FENCE.split(text)
    steps = [Block(language="", body=prose)]
    for language, body, after in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        steps += [Block(language=language, body=body), Block(language="", body=after)]
    return steps


def list_spans(text: str) -> list[str]:
    """What stands between single backticks, outside fenced blocks."""
    return _SPAN.findall(_FENCE.sub("", text))


def list_rows(text: str, heading: str) -> list[list[str]]:
    """The rows of the tables in a section, without their heads; the cells as they are written."""
    cells = [[cell.strip() for cell in line[1:-1].split(" | ")] for line in _take_tables(text, heading)]
    return [row for row in cells if not set("".join(row)) <= set("-| ")]


def take_section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of any level."""
    section = re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.MULTILINE)[1]
    return re.split(r"^#+ ", section, flags=re.MULTILINE)[0]


def list_headings(text: str) -> list[str]:
    return re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)


def slug(heading: str) -> str:
    """The anchor a heading gets."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


def _take_tables(text: str, heading: str) -> Iterator[str]:
    lines = take_section(text, heading).splitlines()
    for number, line in enumerate(lines):
        head = number + 1 < len(lines) and lines[number + 1].startswith("|--")
        if line.startswith("|") and not head:
            yield line


def assert_shown(shown: str, output: str) -> None:
    """The lines shown stand in the output in their order; between two `…` they follow each other."""
    printed = _tidy(output.splitlines())
    start = 0
    for part in re.split(r"^…$", shown, flags=re.MULTILINE):
        wanted = _tidy(part.splitlines())
        found = _find(wanted, printed, start)
        assert found is not None, "\n".join(("not printed:", *wanted, "after:", *printed[start:]))
        start = found + len(wanted)


def _find(wanted: Sequence[str], printed: Sequence[str], start: int) -> int | None:
    """Where the lines wanted begin; a `…` in one of them stands for any text."""
    patterns = [re.compile(re.escape(line).replace("…", ".*")) for line in wanted]
    for n in range(start, len(printed) - len(wanted) + 1):
        if all(pattern.fullmatch(line) for pattern, line in zip(patterns, printed[n:], strict=False)):
            return n
    return None


def _tidy(lines: Sequence[str]) -> list[str]:
    """Lines without their blanks, and no empty ones: the columns are the terminal's business."""
    return [tidy for line in lines if (tidy := " ".join(line.split()))]
