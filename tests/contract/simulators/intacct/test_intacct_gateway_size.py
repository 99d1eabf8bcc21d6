"""A large company is asked by index, not by reading all of it, and its counts stay right whatever changes."""

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from tests.contract.simulators.intacct.driver import LINE, SEED, Gateway, bill, compare, function, query

from mlc_sim.intacct.app import make_app
from mlc_sim.intacct.catalogue import OBJECTS
from mlc_sim.intacct.store import Store

BY_NUMBER = "<orderby><order><field>RECORDNO</field><ascending/></order></orderby>"
BILLS = {
    "object": "APBILL",
    "fields": {"VENDORID": ["V1", "V2"], "RECORDID": "B-{n}", "WHENCREATED": "2030-01-31"},
    "lines": [{"ACCOUNTNO": "6000", "TRX_AMOUNT": "10.00", "LOCATIONID": "10"}],
}


@pytest.mark.parametrize(
    ("object_name", "where", "index"),
    [
        ("APBILL", "number = 'INV-1'", "bill_by_number"),
        ("APBILL", "vendor_id = 'V1' AND number = 'INV-1'", "bill_number"),
        ("APBILL", f"{OBJECTS['APBILL'].sql('WHENMODIFIED', 't')} > '2030'", "bill_changed"),
        (
            "VENDOR",
            f"object = 'VENDOR' AND {OBJECTS['VENDOR'].sql('WHENMODIFIED', 't')} > '2030'",
            "record_changed",
        ),
        (
            "GLBATCH",
            f"object = 'GLBATCH' AND {OBJECTS['GLBATCH'].sql('WHENMODIFIED', 't')} > '2030'",
            "entry_changed",
        ),
        ("PODOCUMENT", "object = 'PODOCUMENT' AND key = 'PO-1'", "entry_key"),
    ],
)
def test_what_integrations_ask_for_has_an_index(
    tmp_path: Path, object_name: str, where: str, index: str
) -> None:
    store = Store(tmp_path / "intacct.db")

    table = OBJECTS[object_name].table
    plan = store.select(
        f"EXPLAIN QUERY PLAN SELECT body FROM {table} AS t WHERE company = 'BIRCH' AND {where}", ()
    )
    store.close()

    assert index in plan[0][-1]


def test_every_page_by_key_tells_how_many_rows_are_left(gateway: Gateway) -> None:
    gateway.admin("POST", "/bulk", {**BILLS, "count": 25})
    last, told, seen = "0", [], []
    while True:
        above = compare("greaterthan", "RECORDNO", last)
        posted = compare("equalto", "STATE", "Posted")
        where = f"<and>{posted}{above}</and>"
        page = gateway.ask(query("APBILL", "RECORDNO", where, f"{BY_NUMBER}<pagesize>10</pagesize>")).result
        numbers = page.column("RECORDNO")
        told.append((page.data.get("totalcount"), page.data.get("numremaining")))
        if not numbers:
            break
        seen += numbers
        last = numbers[-1]

    assert told == [("25", "15"), ("15", "5"), ("5", "0"), ("0", "0")]
    assert seen == [str(number) for number in range(1, 26)]


def test_totals_agree_with_the_rows_after_any_mix_of_changes(gateway: Gateway) -> None:
    dice = Random(5)
    gateway.admin("POST", "/bulk", {**BILLS, "count": 40})
    session = gateway.open_session("E1")
    for number in range(60):
        match dice.randrange(4):
            case 0:
                gateway.ask(bill({"RECORDID": f"N-{number}"}), auth=dice.choice([session, session]))
            case 1:
                gateway.admin_response("DELETE", f"/bills/{dice.randint(1, 60)}")
            case 2:
                spoilt = bill({"RECORDID": f"S-{number}", "VENDORID": "V9"})
                gateway.ask(function(bill(), "a"), function(spoilt, "b"), transaction="true")
            case _:
                gateway.admin("POST", "/bills", {"bill": _write_by_hand(number)})
        for where in ("", compare("equalto", "VENDORID", "V1"), compare("greaterthan", "RECORDNO", "20")):
            for auth in (session, gateway.open_session()):
                pages = gateway.ask(
                    query("APBILL", "RECORDNO", where, f"{BY_NUMBER}<pagesize>2000</pagesize>"), auth=auth
                ).result
                counted = gateway.ask(_count(where), auth=auth).result
                assert pages.data.get("totalcount") == str(len(pages.data))
                assert counted.column("COUNT.RECORDNO") == [str(len(pages.data))]


def test_a_count_made_in_a_transaction_that_fails_is_forgotten(gateway: Gateway) -> None:
    gateway.ask(bill())
    spoilt = function(bill({"VENDORID": "V9"}), "f-3")
    failed = gateway.ask(function(bill(), "f-1"), function(_count(""), "f-2"), spoilt, transaction="true")
    assert [each.status for each in failed.results] == ["aborted", "aborted", "failure"]

    gateway.ask(bill({"VENDORID": "V2"}))

    v2 = compare("equalto", "VENDORID", "V2")
    assert gateway.ask(_count("")).result.column("COUNT.RECORDNO") == ["2"]
    assert gateway.ask(_count(v2)).result.column("COUNT.RECORDNO") == ["1"]


def test_very_many_rows_without_an_order_come_from_anywhere_but_each_once_in_a_page(gateway: Gateway) -> None:
    fields = {"VENDORID": "B-{n}", "NAME": "Supplier {n}"}
    gateway.admin("POST", "/bulk", {"object": "VENDOR", "count": 6000, "fields": fields})

    first, second = (gateway.ask(query("VENDOR", "RECORDNO")).result.column("RECORDNO") for _ in range(2))

    assert len(set(first)) == len(set(second)) == 100
    assert first != second


def test_only_fields_there_are_can_be_entered_in_bulk(gateway: Gateway) -> None:
    asked = {"object": "VENDOR", "count": 2, "fields": {"VENDORID": "B-{n}", "COLOUR": "red"}}

    refused = gateway.admin_response("POST", "/bulk", asked)
    taken = gateway.admin_response("POST", "/bulk", {**asked, "fields": {"VENDORID": "V1", "NAME": "x"}})

    assert (refused.status, taken.status) == (400, 400)
    assert gateway.ask(_count("", "VENDOR")).result.column("COUNT.RECORDNO") == ["3"]


def _count(where: str, object_name: str = "APBILL") -> str:
    filtered = f"<filter>{where}</filter>" if where else ""
    select = "<select><count>RECORDNO</count></select>"
    return f"<query><object>{object_name}</object>{select}{filtered}</query>"


def _write_by_hand(number: int) -> dict[str, object]:
    return {
        "VENDORID": "V1",
        "WHENCREATED": "01/31/2030",
        "TERMNAME": "N30",
        "RECORDID": f"H-{number}",
        "APBILLITEMS": [LINE],
    }


def test_a_file_from_before_anything_was_counted_is_counted_when_it_is_opened(tmp_path: Path) -> None:
    app = make_app(tmp_path / "intacct.db")("http://127.0.0.1:1")
    Gateway(app).admin("POST", "/seed", SEED)
    app.admin.lanes.close()
    with closing(sqlite3.connect(tmp_path / "intacct.db")) as file:
        triggers = file.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            file.execute(f"DROP TRIGGER {name}")
        file.execute("DROP TABLE tally")

    opened = make_app(tmp_path / "intacct.db")("http://127.0.0.1:1")

    assert Gateway(opened).ask(_count("", "VENDOR")).result.column("COUNT.RECORDNO") == ["3"]
    opened.admin.lanes.close()


def test_a_file_from_before_changes_had_their_index_gets_it_when_it_is_opened(tmp_path: Path) -> None:
    Store(tmp_path / "intacct.db").close()
    with closing(sqlite3.connect(tmp_path / "intacct.db")) as file:
        file.execute("DROP INDEX bill_changed")
        file.execute("ALTER TABLE bill DROP COLUMN modified")
        file.execute("CREATE INDEX bill_modified ON bill (company)")

    Store(tmp_path / "intacct.db").close()

    with closing(sqlite3.connect(tmp_path / "intacct.db")) as file:
        found = file.execute("SELECT name FROM sqlite_schema WHERE name IN ('bill_changed', 'bill_modified')")
        assert found.fetchall() == [("bill_changed",)]
