"""The pages about EDI, done as they are written: the examples of the library, the commands of the how-to."""

import doctest
import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from tests.docs.pages import ROOT, list_blocks, list_rows, list_spans, read_page

from ml_connector.edi import Code
from ml_connector.edi.documents.routes import PARSERS, Document
from ml_connector.edi.schema_codes import SchemaCode

LIBRARY = "docs/reference/edi.md"
SAMPLES = "docs/reference/edi-samples.md"
HOWTO = "docs/howto/look-into-an-edi-file.md"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder that looks like the repository as far as the pages go."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    return tmp_path


def test_the_examples_of_the_library_give_what_the_page_shows(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    blocks = [block.body for block in list_blocks(read_page(LIBRARY)) if block.language == "pycon"]
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, LIBRARY, LIBRARY, 0)
    told: list[str] = []

    results = doctest.DocTestRunner().run(examples, out=told.append)

    assert results.attempted > 20
    assert results.failed == 0, "".join(told)


def test_the_commands_of_the_howto_print_what_it_shows(place: Path) -> None:
    blocks = list_blocks(read_page(HOWTO))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if block.language == "sh":
            done = subprocess.run(
                ["bash", "-c", block.body],
                cwd=place,
                env=os.environ | {"PATH": path, "COLUMNS": "80"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.stderr == ""
            if following is not None and following.language == "text":
                assert_shown(following.body, done.stdout)


def assert_shown(body: str, output: str) -> None:
    """The lines stand in the output in that order, without a gap but where the page has an ellipsis."""
    wanted = body.rstrip("\n").split("\n")
    printed = "\n".join(line.rstrip() for line in output.splitlines())
    place = 0
    for part in "\n".join(wanted).split("\n…"):
        piece = part.strip("\n")
        found = printed.find(piece, place)
        assert found >= 0, piece
        place = found + len(piece)


def test_every_code_of_a_finding_stands_on_the_page() -> None:
    rows = list_rows(read_page(LIBRARY), "Findings")

    assert [row[0] for row in rows] == [f"`{code}`" for code in (*Code, *SchemaCode)]


def test_every_set_that_is_read_and_every_record_stands_on_the_page() -> None:
    rows = list_rows(read_page(LIBRARY), "Documents")
    sets = [code.strip() for row in rows for code in row[0].split(",")]
    records = {list_spans(row[1])[0] for row in rows}

    assert sets == [*PARSERS, "any other"] or sorted(sets) == sorted([*PARSERS, "any other"])
    assert {record.__name__ for record in get_args(Document)} <= records


def test_the_results_on_public_samples_add_up() -> None:
    rows = list_rows(read_page(SAMPLES), "By set")
    *sets, total = [[int(cell) for cell in row[1:5]] for row in rows]

    assert rows[-1][0] == "all"
    assert [sum(column) for column in zip(*sets, strict=True)] == total
    assert all(each == clean + deviating + rest for each, clean, deviating, rest in (*sets, total))
    assert len(list_rows(read_page(SAMPLES), "The files")) > 100
