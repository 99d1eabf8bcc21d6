"""The money rules: paragraphs of their page, and the tests that are marked with them."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = "docs/reference/money-rules.md"
_HEADING: Final = re.compile(r"## (?P<heading>.+)")
_PARAGRAPH: Final = re.compile(r"(?P<number>\d+)\. (?P<open>\*Not yet\.\* )?\S")


@dataclass(frozen=True, slots=True, order=True)
class Paragraph:
    """Its heading and its number under it."""

    heading: str
    number: int


def read_paragraphs(text: str) -> dict[Paragraph, bool]:
    """Every paragraph of the page, and whether it is built; raises ValueError where numbers do not count from 1."""
    heading = ""
    built: dict[Paragraph, bool] = {}
    for line in text.splitlines():
        if (title := _HEADING.fullmatch(line)) is not None:
            heading = title["heading"]
        elif (found := _PARAGRAPH.match(line)) is not None:
            paragraph = Paragraph(heading, int(found["number"]))
            before = sum(each.heading == heading for each in built)
            if paragraph.number != before + 1:
                raise ValueError(f"{heading}: {paragraph.number} comes after {before}")
            built[paragraph] = found["open"] is None
    return built


def find_marks(folder: Path) -> dict[Paragraph, list[str]]:
    """The tests below a folder that are marked with each paragraph, read without running anything."""
    marks: dict[Paragraph, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.rule(" in text:
            for paragraph, test in read_marks(text):
                marks.setdefault(paragraph, []).append(f"{path.relative_to(folder)}::{test}")
    return marks


def read_marks(text: str) -> Iterator[tuple[Paragraph, str]]:
    """The paragraphs that the tests of a module are marked with: `@pytest.mark.rule(heading, number, …)`."""
    for test in ast.walk(ast.parse(text)):
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
            for mark in test.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.rule":
                    heading, *numbers = (ast.literal_eval(argument) for argument in mark.args)
                    yield from ((Paragraph(heading, number), test.name) for number in numbers)


def find_faults(paragraphs: Mapping[Paragraph, bool], marks: Mapping[Paragraph, Sequence[str]]) -> list[str]:
    """What does not fit: a paragraph without a test, a mark without a paragraph, a test of what is not built."""
    faults = []
    for paragraph in sorted({*paragraphs, *marks}):
        tests, place = ", ".join(marks.get(paragraph, ())), f"{paragraph.heading}, {paragraph.number}"
        if paragraph not in paragraphs:
            faults.append(f"{place}: no such paragraph, but marked at {tests}")
        elif paragraphs[paragraph] and not tests:
            faults.append(f"{place}: no test is marked with it")
        elif tests and not paragraphs[paragraph]:
            faults.append(f"{place}: said to be not built yet, but marked at {tests}")
    return faults


def write_table(paragraphs: Mapping[Paragraph, bool], marks: Mapping[Paragraph, Sequence[str]]) -> str:
    """A line for each heading: its paragraphs, those not built yet, and its tests."""
    lines = ["money rules"]
    for heading in dict.fromkeys(each.heading for each in paragraphs):
        under = [each for each in paragraphs if each.heading == heading]
        left = [each for each in under if not paragraphs[each]]
        tests = {test for each in under for test in marks.get(each, ())}
        lines.append(f"  {heading}: {len(under)} paragraphs, {len(left)} not yet, {len(tests)} tests")
    return "\n".join(lines)
