"""Who may call, how long a session lives, and what an entity sees."""

import pytest
from tests.contract.simulators.intacct.driver import LOGIN, Gateway, bill, query, request, seed

WRONG = [("XL03000006", "Sign-in information is incorrect")]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("birch-user-pw", "wrong"),
        ("clerk", "Clerk"),
        ("BIRCH", "OAK"),
        ("</login>", "<locationid>10</locationid></login>"),
    ],
)
def test_a_wrong_login_fails_at_the_authentication_level(gateway: Gateway, was: str, becomes: str) -> None:
    answer = gateway.ask("<getAPISession/>", auth=LOGIN.replace(was, becomes))

    assert (answer.control, answer.sign_in, answer.results) == ("success", "failure", [])
    assert answer.sign_in_errors == WRONG
    assert answer.root.findtext("operation/authentication/userid") in {"clerk", "Clerk"}


def test_a_sender_the_company_did_not_authorise_is_told_so(gateway: Gateway) -> None:
    gateway.admin("POST", "/seed", {"company": {**seed(id="OAK", sender_id="oak_ws")["company"]}})

    answer = gateway.post(request(
        '<function controlid="f"><getAPISession/></function>',
        sender="<senderid>oak_ws</senderid><password>birch-sender-pw</password>",
    ))  # fmt: skip

    error = answer.root.find("operation/errormessage/error")
    assert error is not None
    assert error.findtext("errorno") == "XL03000006"
    assert error.findtext("description") == "Invalid Web Services Authorization"


def test_a_session_call_answers_id_endpoint_and_location(gateway: Gateway) -> None:
    api = gateway.ask("<getAPISession/>").result.data.find("api")

    assert api is not None
    assert [each.tag for each in api] == ["sessionid", "endpoint", "locationid"]
    assert api.findtext("endpoint") == "http://127.0.0.1:1/ia/xml/xmlgw.phtml"
    assert api.findtext("locationid") == ""


def test_an_unknown_session_fails_at_the_authentication_level(gateway: Gateway) -> None:
    answer = gateway.ask(query("VENDOR", "NAME"), auth="<sessionid>made-up</sessionid>")

    assert (answer.sign_in, answer.sign_in_errors) == ("failure", WRONG)
    assert answer.root.find("operation/authentication/userid") is not None


def test_a_session_of_another_sender_is_none(gateway: Gateway) -> None:
    gateway.admin("POST", "/seed", {"company": {**seed(id="OAK", sender_id="oak_ws")["company"]}})
    session = gateway.open_session()

    answer = gateway.post(request(
        '<function controlid="f"><getAPISession/></function>',
        auth=session,
        sender="<senderid>oak_ws</senderid><password>birch-sender-pw</password>",
    ))  # fmt: skip

    assert answer.sign_in_errors == WRONG


def test_a_session_that_is_used_slides_and_one_left_alone_expires(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"session_minutes": 10})
    used, idle = gateway.open_session(), gateway.open_session()

    for _ in range(3):
        gateway.admin("POST", "/clock", {"advance": 9 * 60})
        assert gateway.ask(query("VENDOR", "NAME"), auth=used).sign_in == "success"

    assert gateway.ask(query("VENDOR", "NAME"), auth=idle).sign_in_errors == WRONG


def test_the_times_of_a_session_are_told_with_each_answer(gateway: Gateway) -> None:
    gateway.admin("POST", "/clock", {"now": "2030-01-02T03:04:05+00:00"})

    block = gateway.ask("<getAPISession/>").root.find("operation/authentication")

    assert block is not None
    assert str(block.findtext("sessiontimestamp")).startswith("2030-01-02T03:04:")
    assert str(block.findtext("sessiontimeout")).startswith("2030-01-02T04:04:")


def test_a_session_can_open_one_in_an_entity_and_that_one_at_the_top(gateway: Gateway) -> None:
    top = gateway.open_session()
    opened = gateway.ask("<getAPISession><locationid>E1</locationid></getAPISession>", auth=top)
    inner = f"<sessionid>{opened.result.data.findtext('api/sessionid')}</sessionid>"

    same = gateway.ask("<getAPISession/>", auth=inner)
    back = gateway.ask("<getAPISession><locationid/></getAPISession>", auth=inner)

    assert opened.result.data.findtext("api/locationid") == "E1"
    assert same.result.data.findtext("api/locationid") == "E1"
    assert same.root.findtext("operation/authentication/locationid") == "E1"
    assert back.result.data.findtext("api/locationid") == ""


def test_a_location_that_is_no_entity_opens_no_session(gateway: Gateway) -> None:
    result = gateway.ask("<getAPISession><locationid>10</locationid></getAPISession>").result

    assert result.status == "failure"
    assert result.errors == [("Get API Session Failed", "Invalid location '10' specified.")]


def test_an_entity_sees_its_own_vendors_and_the_shared_ones(gateway: Gateway) -> None:
    session = gateway.open_session("E1")

    seen = gateway.ask(query("VENDOR", "VENDORID"), auth=session).result.column("VENDORID")

    assert sorted(seen) == ["V1", "V2", "V3", "V4"]


def test_the_top_level_sees_private_records_only_with_showprivate(gateway: Gateway) -> None:
    private = "<options><showprivate>true</showprivate></options>"

    plain = gateway.ask(query("VENDOR", "VENDORID")).result.column("VENDORID")
    shown = gateway.ask(query("VENDOR", "VENDORID", more=private)).result.column("VENDORID")

    assert sorted(plain) == ["V1", "V2", "V3"]
    assert sorted(shown) == ["V1", "V2", "V3", "V4", "V5"]


def test_a_bill_carries_the_entity_it_was_made_in_and_another_entity_cannot_see_it(gateway: Gateway) -> None:
    east, west = gateway.open_session("E1"), gateway.open_session("E2")
    gateway.ask(bill(), auth=east)

    seen = {
        name: gateway.ask(query("APBILL", "RECORDID"), auth=name).result.column("RECORDID")
        for name in (east, west)
    }
    lines = gateway.ask(query("APBILLITEM", "RECORDKEY"), auth=west).result.column("RECORDKEY")

    assert seen == {east: ["INV-1"], west: []}
    assert lines == []
    assert gateway.bills[0]["MEGAENTITYID"] == "E1"


def test_an_entity_cannot_post_to_the_place_or_the_vendor_of_another(gateway: Gateway) -> None:
    session = gateway.open_session("E1")

    place = gateway.ask(bill({}, {"LOCATIONID": "20"}), auth=session).result
    vendor = gateway.ask(bill({"VENDORID": "V5"}), auth=session).result

    assert place.errors[0][1] == "Line 1: Location '20' does not belong to entity 'E1'."
    assert vendor.errors[0][1] == "Invalid Vendor 'V5' specified."
    assert gateway.bills == []
