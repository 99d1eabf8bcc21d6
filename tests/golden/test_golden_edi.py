"""EDI in, documents and findings out: each folder of edi/SET/ is one file and exactly what is read in it."""

import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.golden.edi_cases import EXPECTED, FOLDER, list_covered, list_edi_cases, make_picture
from tests.golden.edi_points import POINTS
from tests.golden.edi_rewrite import main

CASES = list_edi_cases()


def name_case(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


def make_table() -> Iterator[str]:
    """Each point of the fact sheet with the cases that show it."""
    for point, words in POINTS.items():
        cases = [name_case(case) for case in CASES if point in list_covered(case)]
        yield f"{point:<55} {words:<75} {', '.join(cases) or 'NO CASE'}"


@pytest.mark.parametrize("case", CASES, ids=name_case)
def test_the_file_is_read_as_exactly_this(case: Path) -> None:
    assert make_picture(case) == (case / EXPECTED).read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=name_case)
def test_a_case_says_why_it_is_there_and_what_it_covers(case: Path) -> None:
    lines = (case / "why.md").read_text("utf-8").splitlines()
    reasons = [line for line in lines if not line.startswith("covers: ")]

    assert {path.name for path in case.iterdir()} == {"in.edi", "why.md", EXPECTED}
    assert 1 <= len(reasons) <= 2
    assert len(reasons) < len(lines)
    assert set(list_covered(case)) <= set(POINTS)


def test_every_point_that_changes_a_result_is_shown_by_a_case() -> None:
    table = list(make_table())
    sys.stdout.write("\n".join(table) + "\n")

    assert [row for row in table if row.endswith("NO CASE")] == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One case alone, in a folder of its own."""
    shutil.copytree(FOLDER / "810" / "plain", tmp_path / "810" / "plain")
    return tmp_path


def test_a_rewrite_shows_the_difference_and_makes_the_case_pass(folder: Path) -> None:
    case, out = folder / "810" / "plain", io.StringIO()
    right = (case / EXPECTED).read_text("utf-8")
    (case / EXPECTED).write_text("wrong\n", "utf-8")

    code = main(["810/plain"], {}, out, folder)

    assert code == 0
    assert (case / EXPECTED).read_text("utf-8") == right == make_picture(case)
    assert "-wrong" in out.getvalue()


def test_a_rewrite_makes_the_first_expectation_of_a_new_case(folder: Path) -> None:
    case, out = folder / "810" / "plain", io.StringIO()
    (case / EXPECTED).unlink()

    assert main([], {}, out, folder) == 0
    assert (case / EXPECTED).read_text("utf-8") == make_picture(case)
    assert f"+++ 810/plain/{EXPECTED}" in out.getvalue()


def test_a_rewrite_of_what_is_right_shows_nothing(folder: Path) -> None:
    out = io.StringIO()

    assert main([], {}, out, folder) == 0
    assert out.getvalue() == ""


def test_a_rewrite_is_refused_where_ci_runs(folder: Path) -> None:
    case, out = folder / "810" / "plain", io.StringIO()
    (case / EXPECTED).write_text("wrong\n", "utf-8")

    assert main([], {"CI": "true"}, out, folder) == 1
    assert (case / EXPECTED).read_text("utf-8") == "wrong\n"
    assert out.getvalue().startswith("refused: CI is set")
