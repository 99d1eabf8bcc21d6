"""The purchasing chain, EDI in and everything that comes of it out: each folder of chain/SET/ is one file through the whole line."""

import io
import shutil
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

import pytest
from tests.databases import Stores
from tests.golden import chain_points
from tests.golden.chain_cases import CHAIN, ENDS, FILES, list_chain_cases, read_texts, run_case
from tests.golden.chain_rewrite import main

from ml_connector.app.need_views import NeedRow

CASES = list_chain_cases()


def name_case(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


@pytest.mark.parametrize("case", CASES, ids=name_case)
def test_this_comes_of_the_file_and_whatever_is_held_says_how_long_what_for_and_what_to_do(
    case: Path, sqlite_stores: Stores
) -> None:
    with sqlite_stores.make() as url:
        outcome = run_case(case, url)

    assert outcome.texts == read_texts(case)
    assert all(outcome.held.values())
    assert {need.key for needs in outcome.held.values() for need in needs} == outcome.rows.keys()
    assert [row for row in outcome.rows.values() if not tells_all(row)] == []


def tells_all(row: NeedRow) -> bool:
    """Whether a need says how long it has been waited for, what waits, why, and the one thing to be done.

    A fault of the product says nothing of the kind.
    """
    kind, _, subject = row.need.partition(":")
    told = row.action.command.startswith("ml-connector ")
    return kind != "fault" and bool(subject and row.days == 3 and row.waiting and row.reason and told)


@pytest.mark.parametrize("case", CASES, ids=name_case)
def test_a_chain_case_says_why_it_is_there_and_holds_nothing_else(case: Path) -> None:
    names = {path.name for path in case.iterdir()}

    assert {"in.edi", "why.md"} <= names
    assert names <= {*FILES, "why.md", "rules.toml", "world.toml", *ENDS.values()}
    assert names & set(ENDS.values())
    assert 1 <= len((case / "why.md").read_text("utf-8").splitlines()) <= 2


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (chain_points.list_purposes, chain_points.list_shown_purposes),
        (chain_points.list_cells, chain_points.list_shown_cells),
        (chain_points.list_kinds, chain_points.list_shown_kinds),
    ],
    ids=["purposes", "what rules make of a set", "kinds of needs"],
)
def test_each_is_shown_by_a_case(
    wanted: Callable[[], Collection[str]], shown: Callable[[], Mapping[str, list[str]]]
) -> None:
    table = list(lay(wanted(), shown()))
    sys.stdout.write("\n".join(table) + "\n")

    assert [row for row in table if row.endswith("NO CASE")] == []


def lay(wanted: Collection[str], shown: Mapping[str, list[str]]) -> Iterator[str]:
    """Each with the cases that show it."""
    for each in sorted(wanted):
        yield f"{each:<40} {', '.join(dict.fromkeys(shown.get(each, ()))) or 'NO CASE'}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The plain notice alone, in a folder of its own."""
    shutil.copytree(CHAIN / "856/plain", tmp_path / "856/plain")
    return tmp_path


def test_a_rewrite_of_a_chain_case_shows_the_difference_and_makes_it_pass(folder: Path) -> None:
    case, out = folder / "856/plain", io.StringIO()
    right = read_texts(case)
    (case / "request.xml").rename(case / "held.txt")

    assert main(["856/plain"], {"CI": "true"}, out, folder) == 1
    assert main(["856/plain"], {}, out, folder) == 0

    assert read_texts(case) == right
    assert "+++ 856/plain/request.xml" in out.getvalue()
    assert "-<requests>" in out.getvalue()
