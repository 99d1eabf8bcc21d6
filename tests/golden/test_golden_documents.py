"""EDI in, request XML out: each folder of 810/ and 850/ is one document and exactly what becomes of it."""

import io
import shutil
from pathlib import Path

import pytest
from tests.golden.cases import FOLDER, SETS, list_cases, make_outcome, make_readable, read_expected
from tests.golden.rewrite import main


def name_case(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


@pytest.mark.parametrize("case", list_cases(), ids=name_case)
def test_the_document_becomes_exactly_this(case: Path) -> None:
    assert make_outcome(case) == read_expected(case)


@pytest.mark.parametrize("case", list_cases(), ids=name_case)
def test_a_case_says_why_it_is_there_and_holds_nothing_else(case: Path) -> None:
    names = {path.name for path in case.iterdir()}
    expected = read_expected(case)

    assert expected is not None
    assert names == {"in.edi", "rules.toml", "reference.json", "why.md", expected.name}
    assert 1 <= len((case / "why.md").read_text("utf-8").splitlines()) <= 2


@pytest.mark.parametrize("code", SETS)
def test_every_kind_of_end_is_shown(code: str) -> None:
    cases = [case for case in list_cases() if case.parent.name == code]
    ends = {expected.name for case in cases if (expected := read_expected(case))}

    assert ends == {"request.xml", "held.txt", "filed.txt"}


def test_making_a_request_readable_touches_no_text() -> None:
    assert make_readable("<a><b> x &amp; y </b><c/></a>") == "<a>\n  <b> x &amp; y </b>\n  <c/>\n</a>\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The plain case alone, in a folder of its own."""
    shutil.copytree(FOLDER / "850/plain", tmp_path / "850/plain")
    return tmp_path


def test_a_rewrite_shows_the_difference_and_makes_the_case_pass(folder: Path) -> None:
    case, out = folder / "850/plain", io.StringIO()
    right = read_expected(case)
    (case / "request.xml").rename(case / "held.txt")

    code = main(["850/plain"], {}, out, folder)

    assert code == 0
    assert read_expected(case) == right == make_outcome(case)
    assert "+++ 850/plain/request.xml" in out.getvalue()
    assert "-<create_potransaction>" in out.getvalue()


def test_a_rewrite_of_what_is_right_shows_nothing(folder: Path) -> None:
    out = io.StringIO()

    assert main([], {}, out, folder) == 0
    assert out.getvalue() == ""


def test_a_rewrite_is_refused_where_ci_runs(folder: Path) -> None:
    case, out = folder / "850/plain", io.StringIO()
    (case / "request.xml").write_text("wrong")

    assert main([], {"CI": "true"}, out, folder) == 1
    assert (case / "request.xml").read_text() == "wrong"
    assert out.getvalue().startswith("refused: CI is set")
