"""The tutorial, done as it is written, command by command; and the README's picture of the demo."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
from tests.docs.pages import ROOT, Block, assert_shown, list_blocks, read_page

MARK: Final = "=== next block ==="


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the repository as far as the tutorial goes."""
    folder = tmp_path_factory.mktemp("repository")
    (folder / "examples").symlink_to(ROOT / "examples")
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture(scope="module")
def said(place: Path) -> list[str]:
    """What each command block of the tutorial prints, run one after the other in one shell.

    The demo's other part, on orders, has a test of its own.
    """
    blocks = [block.body for block in _read_tutorial() if block.language == "sh"]
    demo = f"'{sys.executable}' examples/demo/run.py --folder demo --part bills"
    script = f"\necho '{MARK}'\n".join(
        re.sub(
            r"^make demo(?: EDI=(\S+))?$",
            lambda m: demo + (f" --edi {m[1]}" if m[1] else ""),
            body,
            flags=re.MULTILINE,
        )
        for body in blocks
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ML_CONNECTOR_")}
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=place,
        env=environment | {"COLUMNS": "100", "LOGNAME": "ana"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.split(f"{MARK}\n")


def test_each_command_prints_what_the_tutorial_shows(said: list[str]) -> None:
    blocks = _read_tutorial()
    printed = iter(said)
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if block.language != "sh":
            continue
        output = next(printed)
        if following is not None and following.language == "text":
            assert_shown(following.body, output)

    assert next(printed, None) is None


def test_the_readme_shows_what_the_demo_prints(said: list[str]) -> None:
    shown = next(block for block in list_blocks(read_page("README.md")) if block.language == "text")

    assert_shown(shown.body, said[0])


def test_the_tutorial_ends_with_thirteen_bills_for_thirty_six_files(said: list[str], place: Path) -> None:
    with sqlite3.connect(place / "demo" / "ml-connector.db") as store:
        states = dict(store.execute("SELECT status, count(*) FROM documents GROUP BY status"))
        files = store.execute("SELECT count(*) FROM files").fetchone()[0]

    assert said
    assert (states["posted"], files) == (13, 36)


def test_the_worked_example_of_the_audit_chain_has_the_hashes_it_shows() -> None:
    blocks = list_blocks(read_page("docs/reference/store.md"))
    entries = [block.body.rstrip("\n") for block in blocks if block.language == "json"]
    hashes = [block.body.strip() for block in blocks if re.fullmatch(r"[0-9a-f]{64}\n", block.body)]

    assert [sha256(entry.encode()).hexdigest() for entry in entries] == hashes
    assert json.loads(entries[1])[-1] == hashes[0]


@pytest.mark.usefixtures("said")
def test_a_stranger_can_check_every_chain_with_the_program_on_the_page(place: Path) -> None:
    done = _check_chains(place / "demo" / "ml-connector.db", place)

    assert re.fullmatch(r"[1-9]\d+ entries in [1-9]\d+ chains, 0 problems\n", done.stdout), done.stdout
    assert done.returncode == 0


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            "UPDATE audit SET actor = 'nobody' WHERE record = 'document:5' AND number = 2",
            "entry 2 of document:5",
        ),
        ('UPDATE audit SET "at" = "at" + 1 WHERE record = \'file:1\' AND number = 1', "entry 1 of file:1"),
        ("DELETE FROM audit WHERE record = 'document:5' AND number = 2", "entry 3 of document:5"),
        ("DELETE FROM audit WHERE record = 'document:5' AND number = 6", "document:5: the chain ends"),
        ("DELETE FROM audit WHERE record = 'document:5'", "document:5: the chain ends"),
    ],
    ids=["another user", "another time", "one left out", "the last left out", "all left out"],
)
def test_the_program_on_the_page_finds_a_change(place: Path, tmp_path: Path, change: str, found: str) -> None:
    store = tmp_path / "copy.db"
    with sqlite3.connect(place / "demo" / "ml-connector.db") as original, sqlite3.connect(store) as copy:
        original.backup(copy)
        copy.execute(change)

    done = _check_chains(store, tmp_path)

    assert found in done.stdout
    assert done.returncode == 1


def _read_tutorial() -> list[Block]:
    return list_blocks(read_page("docs/tutorial/first-invoice.md"))


def _check_chains(store: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    program = next(
        block for block in list_blocks(read_page("docs/reference/store.md")) if block.language == "python"
    )
    path = folder / "check.py"
    path.write_text(program.body, encoding="utf-8")
    return subprocess.run([sys.executable, path, store], stdout=subprocess.PIPE, text=True, check=False)
