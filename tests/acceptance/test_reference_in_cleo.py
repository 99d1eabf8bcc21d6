"""Cleo's reference tables equal Intacct after any mix of changes, with the next due `once`; counted at both systems.

What is compared was never seen by the product: Intacct's records and Cleo's tables come by the simulators' admin routes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from tests.acceptance.trade import RULES
from tests.acceptance.workbench import Bench, open_bench, run_systems
from tests.databases import Stores
from tests.processes import LINK, Line, run_line, wait_until

from ml_connector.app.results import RunResult
from ml_connector.config import PublishSettings
from ml_connector.mapping.reference.tables import TableName

#: Dimensions by the object they are in Intacct, with its key and its name.
DIMENSIONS: Final = {
    "DEPARTMENT": ("DEPARTMENTID", "TITLE"),
    "LOCATION": ("LOCATIONID", "NAME"),
    "CLASS": ("CLASSID", "NAME"),
    "PROJECT": ("PROJECTID", "NAME"),
}
CHANGED: Final = ["VENDOR", "GLACCOUNT", "DEPARTMENT", "CLASS", "PROJECT", "ITEM", "APTERM"]
#: Every table there is.
ALL: Final[tuple[TableName, ...]] = ("vendors", "accounts", "dimensions", "items", "terms")
#: The columns of the plain tables with their fields in Intacct, by the object and its key.
PLAIN: Final[Mapping[str, tuple[str, str, Mapping[str, str]]]] = {
    "INTACCT_Vendors": (
        "VENDOR",
        "VENDORID",
        {"name": "NAME", "status": "STATUS", "payment_term": "TERMNAME", "currency": "CURRENCY"},
    ),
    "INTACCT_GLAccounts": ("GLACCOUNT", "ACCOUNTNO", {"title": "TITLE", "status": "STATUS"}),
    "INTACCT_Items": (
        "ITEM",
        "ITEMID",
        {
            "name": "NAME",
            "item_type": "ITEMTYPE",
            "base_unit": "BASEUOM",
            "unit_group": "UOMGRP",
            "gtin": "UPC",
            "status": "STATUS",
        },
    ),
    "INTACCT_Terms": (
        "APTERM",
        "NAME",
        {"description": "DESCRIPTION", "due_days": "DUEDATE", "due_from": "DUEFROM", "status": "STATUS"},
    ),
}
PUBLISHES: Final = """
[link.main.partners]
archive = "/edi/archive"
connections = false

[link.main.publish]
kinds = ["vendors", "accounts", "dimensions", "items", "terms"]
"""
LATER: Final = timedelta(minutes=61)  #: everything is due again

Table = dict[str, dict[str, str]]


@pytest.fixture
def bench(sqlite_stores: Stores, tmp_path: Path) -> Iterator[Bench]:
    """A bench that publishes, on systems of its own; the databases are no matter here, unit tests run on both."""
    with run_systems(tmp_path) as systems, sqlite_stores.make() as url, open_bench(systems, url) as opened:
        yield set_publishing(opened, PublishSettings(kinds=ALL))


def set_publishing(bench: Bench, publish: PublishSettings) -> Bench:
    link = bench.app.settings.links[LINK]
    links = {LINK: replace(link, settings=link.settings.model_copy(update={"publish": publish}))}
    bench.app = replace(bench.app, settings=replace(bench.app.settings, links=links))
    return bench


def list_records(bench: Bench, name: str) -> list[Mapping[str, Any]]:
    """Intacct's records as they are kept."""
    found: list[Mapping[str, Any]] = bench.systems.intacct.ask("GET", "/truth", object=name)
    return found


def expect_plain(bench: Bench, name: str) -> Table:
    object_name, key, fields = PLAIN[name]
    return {
        record[key]: {column: record.get(field, "") for column, field in fields.items()}
        for record in list_records(bench, object_name)
    }


def expect_dimensions(bench: Bench) -> Table:
    return {
        f"{name}:{record[key]}": {
            "dimension": name,
            "id": record[key],
            "name": record.get(title, ""),
            "parent_id": record.get("PARENTID", ""),
            "status": record.get("STATUS", ""),
        }
        for name, (key, title) in DIMENSIONS.items()
        for record in list_records(bench, name)
    }


def read_table(bench: Bench, name: str, columns: Mapping[str, Any]) -> Table:
    """A table in Cleo, by key, in the columns that are compared."""
    rows = bench.systems.cleo.ask("GET", f"/tables/{name}")
    return {row["erp_key"]: {column: row[column] for column in columns} for row in rows}


def assert_tables_equal_intacct(bench: Bench) -> None:
    expected = {name: expect_plain(bench, name) for name in PLAIN}
    expected["INTACCT_Dimensions"] = expect_dimensions(bench)
    for name, table in expected.items():
        assert table
        assert read_table(bench, name, next(iter(table.values()))) == table, name


def change_intacct(bench: Bench, seed: int, steps: int) -> None:
    bench.systems.intacct.ask("POST", "/campaign", {"seed": seed, "steps": steps, "objects": CHANGED})


def run_when_due(bench: Bench) -> RunResult:
    bench.move_time(LATER)
    return bench.once()


def list_uploads(bench: Bench) -> list[str]:
    found = [each for each in bench.systems.cleo.files("/reference") if each["name"].startswith("INTACCT")]
    return [each["name"] for each in found]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_tables_equal_intacct_after_any_mix_of_changes(bench: Bench, seed: int) -> None:
    dice = Random(seed)
    assert bench.once().troubles == ()
    assert_tables_equal_intacct(bench)

    for round_ in range(3):
        change_intacct(bench, seed * 100 + round_, dice.randint(5, 30))
        assert run_when_due(bench).troubles == ()

        assert_tables_equal_intacct(bench)

    before = list_uploads(bench)
    assert run_when_due(bench).publications == ()
    assert list_uploads(bench) == before


def test_an_upload_that_was_stored_and_whose_answer_was_lost_is_not_repeated(bench: Bench) -> None:
    before = len(list_uploads(bench))
    bench.systems.cleo.set_faults(
        {"match": {"call": "upload"}, "action": "drop", "when": "after", "times": len(ALL)}
    )

    result = bench.once()

    assert result.troubles == ()
    assert len(list_uploads(bench)) - before == len(ALL)
    assert_tables_equal_intacct(bench)


def test_an_upload_that_failed_is_repeated_before_anything_newer(bench: Bench) -> None:
    bench.once()
    change_intacct(bench, 7, 20)
    bench.systems.cleo.set_faults({"match": {"call": "upload"}, "action": "http", "status": 503, "times": 1})
    (trouble,) = run_when_due(bench).troubles
    assert trouble.step == "publish"
    change_intacct(bench, 8, 20)

    assert run_when_due(bench).troubles == ()

    assert_tables_equal_intacct(bench)
    names = list_uploads(bench)
    assert len(names) == len(set(names))


@pytest.fixture
def line(tmp_path: Path, sqlite_stores: Stores) -> Iterator[Line]:
    """The product as a process of its own, on SQLite, with all tables published."""
    with sqlite_stores.make() as url, run_line(tmp_path, RULES, store_url=url) as running:
        configure(running, PUBLISHES)
        yield running


def configure(line: Line, text: str) -> None:
    """Add this at the end of the configuration."""
    with (line.connector.folder / "ml-connector.toml").open("a", encoding="utf-8") as config:
        config.write(text)


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_while_it_uploads_the_file_is_there_once_and_complete(line: Line, when: str) -> None:
    line.cleo.set_faults({"match": {"call": "upload"}, "action": "delay", "seconds": 60, "when": when})
    with line.connector.start("sync", "--now"):
        wait_until(lambda: line.cleo.faults()[0]["done"] == 1, what="the upload has begun")
    line.cleo.clear_faults()

    output = line.connector.run("sync", "--now", "--json")

    (result,) = output.json()
    assert (output.status, result["troubles"]) == (0, [])
    assert {each["status"] for each in result["publications"]} == {"published"}
    names = line.cleo.names("/reference")
    assert len(names) == len(set(names)) == len(result["publications"]) == 5
    sizes = line.cleo.ask("GET", "/tables")
    assert sizes["INTACCT_Vendors"] == result["rows"]["vendor"]
    assert sizes["INTACCT_Items"] == result["rows"]["item"] > 0
    assert sizes["INTACCT_Terms"] == result["rows"]["term"] > 0


def test_sync_says_what_it_read_and_published_and_what_an_action_did(line: Line) -> None:
    configure(line, 'run_action = "always-fails"\n')

    first = line.connector.run("sync", "vendors", "terms", "--now", environment={"COLUMNS": "80"})
    second = line.connector.run("sync", "vendors")

    assert "INTACCT_Terms" in first.stdout
    assert "INTACCT_GLAccounts" not in first.stdout
    assert max(map(len, first.stdout.splitlines())) <= 80
    assert "action 'always-fails' failed" in " ".join(first.stdout.split())
    assert (first.status, second.status) == (4, 0)
    assert "nothing to publish" in second.stdout


def test_a_table_that_cleo_exports_comes_back_to_us_and_nothing_of_it_is_new(line: Line) -> None:
    line.connector.run("sync", "--now")
    line.cleo.ask("POST", "/tables/INTACCT_Vendors/export")
    content = (
        b"name,edi_qualifier,edi_id,vendor_id\r\nIronvale Steel,12,5550100,V-1008\r\nNobody,12,5550199,\r\n"
    )
    line.cleo.drop("partners.csv", content, folder="/reference/inbound")

    status, result = line.connector.once()
    report = line.connector.run("report", "partners")

    assert (status, result["troubles"]) == (0, [])
    assert result["partners"] == {"prepared": 1, "unmatched": 1}
    assert "partner:Nobody" in report.stdout
    assert "ml-connector xref approve" in report.stdout
    assert line.cleo.names("/reference/inbound") == []
