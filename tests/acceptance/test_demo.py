"""The demo as `make demo` runs it: bills on each database, the chain of orders, a user's files and foreign samples."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from tests.acceptance.trade import Invoice, write_interchange
from tests.databases import Stores
from tests.docs.pages import assert_shown, list_blocks, read_page
from tests.processes import Connector, Output

EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "demo"
OWN_STORE: Final = "sqlite:///ml-connector.db"
SAMPLES: Final = "ML_CONNECTOR_SAMPLES"  #: names a folder of foreign EDI files with their index.json
IN_A_STATE: Final = {"posted", "held", "duplicate", "filed", "rejected"}


def choose_store(folder: Path, url: str) -> None:
    """The demo keeps a configuration that it finds; so its store may be elsewhere."""
    folder.mkdir(parents=True)
    text = (EXAMPLE / "ml-connector.toml").read_text(encoding="utf-8")
    assert OWN_STORE in text
    (folder / "ml-connector.toml").write_text(text.replace(OWN_STORE, url), encoding="utf-8")


def run_demo(folder: Path, *options: str) -> Output:
    done = subprocess.run(
        [sys.executable, str(EXAMPLE / "run.py"), "--folder", str(folder), *options],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Output(status=done.returncode, stdout=done.stdout, stderr=done.stderr)


def look_into(folder: Path) -> Connector:
    """The connector in the environment the demo left behind for a shell."""
    written = (folder / "env").read_text()
    left = dict(re.findall(r"^export (\w+)='(.*)'$", written, re.MULTILINE))
    outside = {name: value for name, value in os.environ.items() if not name.startswith("ML_CONNECTOR_")}
    return Connector(folder=folder, environment={**outside, **left})


def count_bills(said: Output) -> int:
    found = re.search(r"the simulated Intacct company has (\d+) bills", said.stdout)
    assert found is not None, said.stdout
    return int(found[1])


def find_books(said: Output) -> list[str]:
    """What the demo says of Intacct's own books, the last time."""
    return re.findall(r"^In Intacct's own books: (.+)$", said.stdout, re.MULTILINE)[-1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A demo that was run once, in its folder."""

    folder: Path
    said: Output


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, stores: Stores) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("place") / "demo"
    with stores.make(empty=True) as url:
        choose_store(folder, url)
        yield Demo(folder=folder, said=run_demo(folder, "--part", "bills"))


def test_the_demo_ends_with_a_table_the_balance_and_what_it_cost(demo: Demo) -> None:
    assert (demo.said.status, demo.said.stderr) == (0, "")
    text = " ".join(demo.said.stdout.split())
    for word in ("posted 1", "held", "duplicate", "filed", "rejected", "unreadable"):
        assert word in text
    assert "perhaps V-1270 Amberfield Data Systems Co" in text
    assert text.count("the balance holds") == 2
    assert re.search(r"\d+ gateway requests \(.*\), \d+ Intacct API transactions", text)
    documents = look_into(demo.folder).documents()
    assert count_bills(demo.said) == sum(document["status"] == "posted" for document in documents)


def test_a_file_that_comes_while_it_runs_is_taken_and_goes_once_its_vendor_is_created(demo: Demo) -> None:
    once, by_itself = demo.said.stdout.split("a partner drops wrenfield-paper_0311.edi")
    before, after = by_itself.split("somebody creates vendor V-1400")

    for number in ("WP-3107", "WP-3108"):
        assert number not in once
        assert re.search(rf"poll  #\d+ +held +{number} no vendor", before)
        assert re.search(rf"poll  #\d+ +posted +{number}$", after, re.MULTILINE)
    freed = [d for d in look_into(demo.folder).documents() if d["vendor"] == "V-1400"]
    assert {document["status"] for document in freed} == {"posted"}
    assert len(freed) == 2


def test_the_demo_run_again_in_the_same_place_books_nothing_twice(demo: Demo) -> None:
    before = look_into(demo.folder).documents()

    again = run_demo(demo.folder, "--part", "bills")

    assert again.status == 0
    assert count_bills(again) == count_bills(demo.said) > 0
    after = look_into(demo.folder).documents()
    assert len(after) == 2 * len(before)
    assert {document["status"] for document in after[len(before) :]} <= {
        "duplicate",
        "held",
        "filed",
        "rejected",
    }


def test_the_commands_the_demo_names_at_its_end_work(demo: Demo) -> None:
    named = re.findall(r"^  \.venv/bin/ml-connector (.+)$", demo.said.stdout, re.MULTILINE)

    assert len(named) >= 4
    for command in named:
        assert look_into(demo.folder).run(*command.split()).status == 0, command


def test_the_demo_takes_an_order_and_a_shipment_to_one_bill_each(tmp_path: Path) -> None:
    first = run_demo(tmp_path / "demo", "--part", "orders")
    documents = look_into(tmp_path / "demo" / "orders").documents()
    again = run_demo(tmp_path / "demo", "--part", "orders")
    later = look_into(tmp_path / "demo" / "orders").documents()

    assert [(said.status, said.stderr) for said in (first, again)] == [(0, ""), (0, "")]
    (shown,) = (b.body for b in list_blocks(read_page("README.md")) if "From the order to" in b.body)
    assert_shown(shown, first.stdout)
    story, _, _ = first.stdout.partition("Everything is kept in")
    assert max(map(len, story.splitlines())) <= 100
    assert [document["number"] for document in documents if document["status"] != "posted"] == []
    assert later[: len(documents)] == documents
    assert {document["status"] for document in later[len(documents) :]} == {"duplicate"}
    assert find_books(again) == find_books(first) != []


def test_a_folder_of_ones_own_odd_files_ends_with_each_in_a_visible_state(
    tmp_path: Path, empty_store_url: str
) -> None:
    choose_store(tmp_path / "demo" / "own-files", empty_store_url)
    own = tmp_path / "own files"
    (own / "sub").mkdir(parents=True)
    (own / "a name with blanks & Umläute.edi").write_bytes(write_interchange(Invoice(number="OWN-1")))
    (own / "sub" / "same.edi").write_bytes(write_interchange(Invoice(number="OWN-2"), sender="ZZ/ELSEWHERE"))
    (own / "same.edi").write_bytes(b"\x00\xff\xfe\x89PNG\r\n")
    (own / "empty").write_bytes(b"")

    said = run_demo(tmp_path / "demo", "--edi", str(own))

    assert (said.status, said.stderr) == (0, "")
    connector = look_into(tmp_path / "demo" / "own-files")
    assert connector.run("balance", "--json").json()["files"] == {"read": 2, "unreadable": 2}
    assert {document["number"] for document in connector.documents()} == {"OWN-1", "OWN-2"}
    assert {document["status"] for document in connector.documents()} <= IN_A_STATE


def test_the_demo_refuses_a_folder_that_is_not_there_or_empty(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()

    missing = run_demo(tmp_path / "demo", "--edi", str(tmp_path / "missing"))
    empty = run_demo(tmp_path / "demo", "--edi", str(tmp_path / "nothing"))

    assert (missing.status, empty.status) == (2, 2)
    assert "missing is no folder" in missing.stderr
    assert "no files in" in empty.stderr


def test_every_foreign_sample_ends_in_a_visible_state_and_clean_ones_are_read_whole(
    tmp_path: Path, empty_store_url: str, record_property: Callable[[str, object], None]
) -> None:
    choose_store(tmp_path / "demo" / "own-files", empty_store_url)
    named = os.environ.get(SAMPLES)
    samples = Path(named) if named else EXAMPLE / "edi"
    index: list[dict[str, Any]] = json.loads((samples / "index.json").read_text()) if named else []
    files = [path for path in samples.rglob("*") if path.is_file()]

    said = run_demo(tmp_path / "demo", "--edi", str(samples))

    assert (said.status, said.stderr) == (0, "")
    assert "Traceback" not in said.stdout
    connector = look_into(tmp_path / "demo" / "own-files")
    ended = connector.run("balance", "--json").json()["files"]
    assert sum(ended.values()) == len(files)
    assert "received" not in ended, "a file was not even split"
    documents = connector.documents()
    assert {document["status"] for document in documents} <= IN_A_STATE
    assert [d for d in documents if d["status"] != "posted" and not d["reason"] and not d["needs"]] == []
    found = Counter(document["file"] for document in documents)
    clean = [entry for entry in index if (entry["kind"], entry["envelope"]) == ("x12", "clean")]
    wrong = {
        entry["file"]: f"{found[entry['file']]} documents, not {entry['transactions']}"
        for entry in clean
        if found[entry["file"]] != entry["transactions"]
    }
    assert wrong == {}
    record_property(
        "note",
        f"{len(files)} foreign samples, {len(clean)} of them clean X12: all in a visible state"
        if named
        else f"NO FOREIGN SAMPLES WERE GIVEN: set {SAMPLES} to a folder of EDI files with an index.json; "
        "the demo's own files were used instead",
    )
