"""Readers are misled on purpose, and the truth can be told: time stamps, deletions, order, and a mix of changes."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from tests.contract.simulators.intacct.driver import SEED, Gateway, bill, compare, query
from tests.contract.simulators.intacct.trade import ask_errors, read_rows

from mlc_sim.intacct.app import make_app

MANY: Final[Mapping[str, Any]] = {
    "object": "VENDOR",
    "count": 300,
    "fields": {"VENDORID": "B-{n}", "NAME": "Supplier {n}"},
}
MIX = {"seed": 11, "steps": 80, "objects": ["VENDOR", "CLASS"]}
#: Far from the test's own time, so that nothing else bears it.
DAY = "2031-05-06T"


def set_clock(gateway: Gateway, time: str) -> None:
    gateway.admin("POST", "/clock", {"now": f"{DAY}{time}+00:00"})


def read_truth(gateway: Gateway, object_name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = gateway.admin("GET", "/truth", object=object_name)
    return found


def test_the_truth_is_what_there_is_in_all_entities(gateway: Gateway) -> None:
    session = gateway.open_session("E1")
    gateway.ask(bill(), auth=session)

    counts = gateway.admin("GET", "/truth")

    assert (counts["VENDOR"], counts["APBILL"], counts["APBILLITEM"], counts["ITEM"]) == (5, 1, 1, 0)
    assert [(row["RECORDNO"], row["VENDORID"]) for row in read_truth(gateway, "VENDOR")] == [
        (number, f"V{number}") for number in range(1, 6)
    ]
    (kept,) = read_truth(gateway, "APBILL")
    assert (kept["RECORDNO"], kept["RECORDID"], kept["MEGAENTITYID"]) == (1, "INV-1", "E1")


def test_many_records_are_entered_at_once(gateway: Gateway) -> None:
    assert gateway.admin(
        "POST", "/bulk", {**MANY, "fields": {**MANY["fields"], "TERMNAME": ["N30", "EOM"]}}
    ) == {"entered": 300}

    made = [row for row in read_truth(gateway, "VENDOR") if row["VENDORID"].startswith("B-")]
    assert len(made) == 300
    assert Counter(row["TERMNAME"] for row in made) == {"N30": 150, "EOM": 150}
    assert made[0]["DISPLAYCONTACT.CONTACTNAME"] == "Supplier 1(VB-1)"


def test_time_stamps_are_cut_so_that_many_are_equal(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"stamp_grain_seconds": 3600})
    for time in ("07:10:00", "07:50:00", "08:10:00"):
        set_clock(gateway, time)
        gateway.ask(bill())

    assert [row[0] for row in read_rows(gateway, "APBILL", "WHENMODIFIED")] == [
        "05/06/2031 07:00:00",
        "05/06/2031 07:00:00",
        "05/06/2031 08:00:00",
    ]


def test_late_rows_appear_with_a_time_stamp_that_a_reader_has_passed(gateway: Gateway) -> None:
    set_clock(gateway, "08:00:00")
    gateway.ask(bill({"RECORDID": "in time"}))
    gateway.admin("POST", "/settings", {"late_seconds": 7200})
    gateway.ask(bill({"RECORDID": "late"}))

    since = compare("greaterthanorequalto", "WHENMODIFIED", "05/06/2031 08:00:00")
    assert gateway.ask(query("APBILL", "RECORDID", since)).result.column("RECORDID") == ["in time"]
    assert len(read_truth(gateway, "APBILL")) == 2


def test_one_request_bears_the_time_stamp_that_a_script_says(gateway: Gateway) -> None:
    set_clock(gateway, "08:00:00")
    order = {
        "action": "stamp",
        "match": {"function": "create", "object": "APBILL", "nth": 2},
        "at": f"{DAY}01:00:00Z",
    }
    gateway.admin("POST", "/faults", [order])
    for _ in range(3):
        gateway.ask(bill())

    hours = [row[0][11:13] for row in read_rows(gateway, "APBILL", "WHENMODIFIED")]
    assert hours == ["08", "01", "08"]


def test_a_script_lets_a_page_lack_rows_without_a_word(gateway: Gateway) -> None:
    order = {"action": "lose_rows", "match": {"function": "query", "object": "VENDOR"}, "rows": 2}
    gateway.admin("POST", "/faults", [order])

    lacking, whole = (gateway.ask(query("VENDOR", "RECORDNO")).result for _ in range(2))

    assert (len(lacking.column("RECORDNO")), len(whole.column("RECORDNO"))) == (1, 3)


def test_what_was_never_changed_has_no_time_stamp(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"null_when_modified": True})
    gateway.admin("POST", "/bulk", {**MANY, "count": 2})
    set_clock(gateway, "08:00:00")
    gateway.admin("POST", "/edits", {"object": "VENDOR", "RECORDNO": 6, "fields": {"NAME": "New"}})

    stamps = dict(read_rows(gateway, "VENDOR", "VENDORID WHENMODIFIED"))

    assert (stamps["B-1"][:10], stamps["B-2"]) == ("05/06/2031", "")


@pytest.mark.parametrize("object_name", ["VENDOR", "APBILL"])
def test_deletions_leave_no_trace_where_nothing_is_audited(gateway: Gateway, object_name: str) -> None:
    gateway.ask(bill())
    gateway.admin("POST", "/settings", {"unaudited": ["VENDOR", "APBILL"]})

    gateway.admin("POST", "/deletions", {"object": object_name, "RECORDNO": 1})
    gateway.ask("<update><VENDOR><RECORDNO>2</RECORDNO><NAME>New</NAME></VENDOR></update>")

    assert [row[0] for row in read_rows(gateway, "AUDITHISTORY", "ACCESSMODE")] == ["C"]


def test_the_trail_is_closed_to_who_has_no_permission(gateway: Gateway) -> None:
    gateway.admin("POST", "/deletions", {"object": "VENDOR", "RECORDNO": 1})
    gateway.admin("POST", "/settings", {"permissions": {"clerk": {"AUDITHISTORY": ""}}})

    assert ask_errors(gateway, query("AUDITHISTORY", "OBJECTKEY")) == [
        "You do not have permission for API operation READ on objects of type AUDITHISTORY."
    ]


def test_a_mix_of_changes_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    told = []
    for name in ("one", "two"):
        app = make_app(tmp_path / f"{name}.db")("http://127.0.0.1:1")
        gateway = Gateway(app)
        gateway.admin("POST", "/seed", SEED)
        gateway.admin("POST", "/bulk", MANY)
        made = gateway.admin("POST", "/campaign", MIX)
        rows = [
            {field: value for field, value in row.items() if not field.startswith("WHEN")}
            for row in read_truth(gateway, "VENDOR")
        ]
        told.append((made, rows))
        app.admin.lanes.close()

    assert told[0] == told[1]
    kinds = {each["kind"] for each in told[0][0]}
    assert kinds == {"create", "rename", "terms", "inactivate", "activate", "delete"}


def test_every_change_of_a_mix_is_stamped_and_in_the_trail(gateway: Gateway) -> None:
    gateway.admin("POST", "/bulk", MANY)
    set_clock(gateway, "08:00:00")

    made = gateway.admin("POST", "/campaign", MIX)

    trail = Counter(row[0] for row in read_rows(gateway, "AUDITHISTORY", "ACCESSMODE"))
    kinds = Counter({"create": "C", "delete": "D"}.get(each["kind"], "M") for each in made)
    assert trail == kinds
    gone = {each["RECORDNO"] for each in made if each["kind"] == "delete" and each["object"] == "VENDOR"}
    changed = {each["RECORDNO"] for each in made if each["object"] == "VENDOR"} - gone
    since = compare("greaterthanorequalto", "WHENMODIFIED", "05/06/2031 00:00:00")
    found = gateway.ask(query("VENDOR", "RECORDNO", since, "<pagesize>2000</pagesize>")).result
    assert set(found.column("RECORDNO")) == changed
    assert not gone & {str(row["RECORDNO"]) for row in read_truth(gateway, "VENDOR")}


def test_some_changes_of_a_mix_come_late(gateway: Gateway) -> None:
    gateway.admin("POST", "/bulk", MANY)
    set_clock(gateway, "08:00:00")
    gateway.admin("POST", "/campaign", {**MIX, "kinds": ["rename"], "late_seconds": 7200})

    since = compare("greaterthanorequalto", "WHENMODIFIED", "05/06/2031 08:00:00")
    late = compare("lessthan", "WHENMODIFIED", "05/06/2031 07:59:00")
    day = compare("greaterthan", "WHENMODIFIED", "05/06/2031 05:00:00")
    assert len(gateway.ask(query("VENDOR", "RECORDNO", since)).result.data) > 10
    assert len(gateway.ask(query("VENDOR", "RECORDNO", f"<and>{late}{day}</and>")).result.data) > 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"seed": 1},
        {"seed": 1, "steps": 1, "kinds": ["merge"]},
        {"seed": 1, "steps": 1, "objects": ["APBILL"]},
        {"seed": "x", "steps": 1},
    ],
)
def test_a_mix_that_makes_no_sense_changes_nothing(gateway: Gateway, wrong: dict[str, Any]) -> None:
    before = read_truth(gateway, "VENDOR")

    assert gateway.admin_response("POST", "/campaign", wrong).status == 400
    assert read_truth(gateway, "VENDOR") == before


def test_a_vendor_that_bills_name_is_not_deleted_by_a_mix(gateway: Gateway) -> None:
    gateway.ask(bill())

    made = gateway.admin("POST", "/campaign", {"seed": 3, "steps": 60, "kinds": ["delete"]})

    assert [row["VENDORID"] for row in read_truth(gateway, "VENDOR")] == ["V1"]
    assert len(made) == 4
