"""The admin door: seeding, looking, counting, entering and removing by hand."""

import json

import pytest
from tests.contract.simulators.intacct.driver import HEADER, LINE, SEED, Gateway, bill, function, query, seed

from mlc_sim.serving import Request


def test_the_same_seed_twice_changes_nothing(gateway: Gateway) -> None:
    fields = query(
        "VENDOR",
        "RECORDNO VENDORID WHENMODIFIED",
        more="<orderby><order><field>VENDORID</field></order></orderby>",
    )
    before = gateway.ask(fields).response.body
    gateway.admin("POST", "/clock", {"advance": 3})

    changed = gateway.admin("POST", "/seed", SEED)

    after = gateway.ask(fields).result
    assert set(changed.values()) == {0}
    assert all(each.encode() in before for each in after.column("WHENMODIFIED") + after.column("RECORDNO"))


def test_a_changed_record_keeps_its_number_and_gets_a_new_time(gateway: Gateway) -> None:
    gateway.admin("POST", "/clock", {"now": "2031-01-01T00:00:00+00:00"})
    renamed = {
        "company": SEED["company"],
        "objects": {"VENDOR": [{"VENDORID": "V2", "NAME": "Bamburgh Nuts Ltd"}]},
    }

    assert gateway.admin("POST", "/seed", renamed) == {"VENDOR": 1}

    where = "<equalto><field>VENDORID</field><value>V2</value></equalto>"
    (row,) = gateway.ask(query("VENDOR", "RECORDNO NAME TERMNAME WHENMODIFIED", where)).result.data
    number, name, term, modified = (each.text for each in row)
    assert (number, name, term) == ("2", "Bamburgh Nuts Ltd", None)
    assert str(modified).startswith("01/01/2031 00:00:0")


@pytest.mark.parametrize(
    "bad",
    [
        {"VENDOR": [{"VENDORID": "V9", "COLOUR": "red"}]},
        {"VENDOR": [{"NAME": "No id"}]},
        {"APBILL": [{"RECORDID": "x"}]},
        {"VENDOR": [{"VENDORID": "V9"}], "CLASS": [{"CLASSID": ""}]},
    ],
)
def test_a_seed_with_a_mistake_changes_nothing(gateway: Gateway, bad: object) -> None:
    response = gateway.admin_response("POST", "/seed", {"company": SEED["company"], "objects": bad})

    assert response.status == 400
    assert "error" in json.loads(response.body)
    assert "V9" not in gateway.ask(query("VENDOR", "VENDORID")).result.column("VENDORID")


def test_settings_can_come_with_the_seed_and_a_companys_own_win(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"approvals": False})
    gateway.admin("POST", "/seed", seed(settings={"approvals": True}))

    gateway.ask(bill())

    assert gateway.bills[0]["STATE"] == "Submitted"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/settings", {"aprovals": True}),
        ("/settings", {"books_closed_through": "01/31/2030"}),
        ("/settings", {"duplicate_error": {"number": "1"}}),
        ("/clock", {"now": "2030-01-01T00:00:00"}),
        ("/clock", {"advance": "soon"}),
        ("/seed", {"objects": {}}),
        ("/bills", {"company": "OAK", "bill": {"APBILLITEMS": []}}),
        ("/bills", {}),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(gateway: Gateway, path: str, value: object) -> None:
    assert gateway.admin_response("POST", path, value).status == 400


def test_a_bill_entered_by_hand_looks_like_any_other_and_costs_nothing(gateway: Gateway) -> None:
    by_hand = {**HEADER, "DESCRIPTION": "typed in by a clerk", "APBILLITEMS": [LINE]}

    entered = gateway.admin("POST", "/bills", {"entity": "E1", "bill": by_hand})

    (kept,) = gateway.bills
    assert entered == {"RECORDNO": kept["RECORDNO"]}
    assert (kept["DESCRIPTION"], kept["MEGAENTITYID"], kept["TOTALENTERED"]) == (
        "typed in by a clerk",
        "E1",
        "118.40",
    )
    assert gateway.admin("GET", "/counters")["api_transactions"] == 0


def test_a_bill_entered_by_hand_is_checked_as_well(gateway: Gateway) -> None:
    response = gateway.admin_response(
        "POST", "/bills", {"bill": {**HEADER, "VENDORID": "X", "APBILLITEMS": [LINE]}}
    )

    assert response.status == 400
    assert json.loads(response.body)["problems"][0]["description2"] == "Invalid Vendor 'X' specified."


def test_bills_are_listed_by_company_vendor_and_number(gateway: Gateway) -> None:
    gateway.ask(bill(), bill({"VENDORID": "V2"}), bill({"RECORDID": "INV-2"}))

    def count(**asked: str) -> int:
        return len(gateway.admin("GET", "/bills", **asked))

    assert (count(), count(company="BIRCH"), count(company="OAK")) == (3, 3, 0)
    assert (count(vendor="V1"), count(vendor="V1", number="INV-2")) == (2, 1)


def test_a_removed_bill_is_gone_with_its_lines(gateway: Gateway) -> None:
    gateway.ask(bill())

    gateway.admin("DELETE", "/bills/1", company="BIRCH")

    assert gateway.bills == []
    assert gateway.ask(query("APBILLITEM", "RECORDNO")).result.column("RECORDNO") == []
    assert gateway.admin_response("DELETE", "/bills/1").status == 404
    assert gateway.admin_response("DELETE", "/bills/one").status == 404


def test_api_transactions_are_counted_as_sage_counts_them(gateway: Gateway) -> None:
    session = gateway.open_session()
    gateway.ask(query("VENDOR", "NAME"), query("VENDOR", "NAMES"), auth=session)
    gateway.ask((bill() + bill()).replace("</create><create>", ""), bill({"VENDORID": "X"}), auth=session)
    gateway.ask(bill(), bill({"VENDORID": "X"}), auth=session, transaction="true")

    counters = gateway.admin("GET", "/counters")

    assert counters["requests"] == 4
    assert counters["functions"] == {"getAPISession": 1, "query": 2, "create": 4}
    assert counters["logins"] == 1
    assert counters["api_transactions"] == 1 + 2
    assert counters["by_company"]["BIRCH"]["api_transactions"] == 3


def test_counters_begin_again_when_reset(gateway: Gateway) -> None:
    gateway.ask(bill())

    gateway.admin("POST", "/counters/reset")

    assert gateway.admin("GET", "/counters") == {
        "requests": 0,
        "functions": {},
        "api_transactions": 0,
        "logins": 0,
        "by_company": {},
    }


def test_recorded_requests_hold_no_secret(gateway: Gateway) -> None:
    gateway.ask("<create><VENDOR><TaxID>98-7654321</TaxID></VENDOR></create>")
    session = gateway.open_session()
    gateway.ask(bill({"DESCRIPTION": "to be seen"}), auth=session)

    recorded = json.dumps(gateway.admin("GET", "/requests"))

    assert "to be seen" in recorded
    for secret in ("birch-sender-pw", "birch-user-pw", session.split(">")[1].split("<")[0], "98-7654321"):
        assert secret not in recorded


def test_recorded_requests_are_limited_in_number(gateway: Gateway) -> None:
    for _ in range(210):
        gateway.post("<request/>")

    assert len(gateway.admin("GET", "/requests")) == 200


def test_health_tells_the_simulated_time(gateway: Gateway) -> None:
    gateway.admin("POST", "/clock", {"now": "2030-01-01T06:00:00+02:00", "advance": 60})

    health = gateway.admin("GET", "/health")

    assert health["status"] == "ok"
    assert health["now"].startswith("2030-01-01T04:01:")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/_sim/nothing", 404),
        ("PUT", "/_sim/bills", 404),
        ("GET", "/ia/xml/xmlgw.phtml", 405),
        ("POST", "/elsewhere", 404),
    ],
)
def test_other_addresses_answer_nothing(gateway: Gateway, method: str, path: str, status: int) -> None:
    assert gateway.send(Request(method=method, path=path)).status == status


def test_the_admin_door_counts_as_no_request(gateway: Gateway) -> None:
    gateway.admin("GET", "/health")
    gateway.ask(function(query("VENDOR", "NAME")))

    assert gateway.admin("GET", "/counters")["requests"] == 1
