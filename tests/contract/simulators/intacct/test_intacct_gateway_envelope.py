"""The order of a request, and the level at which each breach is refused."""

import pytest
from tests.contract.simulators.intacct.driver import LOGIN, Gateway, bill, function, query, request

SESSION_CALL = function("<getAPISession/>")
GOOD = request(SESSION_CALL)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (
            "<senderid>birch_ws</senderid><password>birch-sender-pw</password>",
            "<password>x</password><senderid>y</senderid>",
        ),
        ("<controlid>c-1</controlid>", ""),
        ("<controlid>c-1</controlid>", f"<controlid>{'c' * 257}</controlid>"),
        ("<uniqueid>false</uniqueid>", "<uniqueid>no</uniqueid>"),
        ("<uniqueid>false</uniqueid>", "<unique>false</unique>"),
        ("<dtdversion>3.0</dtdversion>", "<dtdversion>2.1</dtdversion>"),
        ("<dtdversion>3.0</dtdversion>", "<dtdversion><b/></dtdversion>"),
        ("<control>", '<control id="1">'),
        ("<control>", "<control>stray"),
        ('transaction="false"', 'transaction="no"'),
        ('transaction="false"', 'atomic="false"'),
        (LOGIN, ""),
        (LOGIN, f"{LOGIN}<sessionid>s</sessionid>"),
        (LOGIN, "<sessionid><b/></sessionid>"),
        (
            "<userid>clerk</userid><companyid>BIRCH</companyid>",
            "<companyid>BIRCH</companyid><userid>clerk</userid>",
        ),
        (SESSION_CALL, ""),
        (SESSION_CALL, "<function><getAPISession/></function>"),
        (SESSION_CALL, function("<getAPISession/><getAPISession/>")),
        (SESSION_CALL, function("")),
        (SESSION_CALL, function("stray<getAPISession/>")),
        (SESSION_CALL, function("<getAPISession/>", "f" * 257)),
        (SESSION_CALL, function("<getAPISession><location/></getAPISession>")),
        (SESSION_CALL, function("<get_everything/>")),
        (SESSION_CALL, function("<create/>")),
        ("</request>", "<operation/></request>"),
        ("</request>", ""),
        ("<request>", "<?xml version='1.0'?><request>\x01"),
    ],
)
def test_a_breach_of_the_schema_refuses_the_whole_request(gateway: Gateway, was: str, becomes: str) -> None:
    assert was in GOOD

    answer = gateway.post(GOOD.replace(was, becomes, 1))

    assert (answer.response.status, answer.control) == (200, "failure")
    assert answer.control_errors[0][0] == "XL03000003"
    assert answer.root.find("operation") is None


def test_one_bad_function_keeps_its_good_neighbour_from_being_executed(gateway: Gateway) -> None:
    answer = gateway.ask(bill(), "<creat/>")

    assert answer.control_errors[0][0] == "XL03000003"
    assert gateway.bills == []


def test_a_root_of_another_name_is_refused(gateway: Gateway) -> None:
    answer = gateway.post("<html><body/></html>")

    assert answer.control_errors[0][0] == "XL03000003"


@pytest.mark.parametrize("body", [b"", b"  \n", b"{}", b"request"])
def test_a_body_that_is_no_xml_is_stopped_before_the_application(gateway: Gateway, body: bytes) -> None:
    answer = gateway.post(body)

    assert answer.response.status == 400
    assert [child.tag for child in answer.root.iterfind("control/*")] == ["status"]
    assert answer.root.findtext("errormessage/error/errorno") == "GW-0011"


def test_everything_optional_may_be_there_and_declaration_comments_and_white_space_do_no_harm(
    gateway: Gateway,
) -> None:
    body = (
        GOOD.replace("<dtdversion>3.0</dtdversion>", "<dtdversion>3.0</dtdversion><policyid></policyid>"
        "<includewhitespace>false</includewhitespace><showadditionalerrorinfo>true</showadditionalerrorinfo>")
        .replace("</password></login>", "</password><clientid></clientid><locationid></locationid></login>")
        .replace("<content>", "\n <!-- here --> <content>")
    )  # fmt: skip

    answer = gateway.post(b"\xef\xbb\xbf" + f'<?xml version="1.0" encoding="utf-8"?>{body}'.encode())

    assert answer.result.status == "success"


def test_an_entity_of_the_document_type_is_not_read(gateway: Gateway) -> None:
    door = '<!DOCTYPE request [<!ENTITY x SYSTEM "file:///etc/hostname">]>'

    answer = gateway.post(door + GOOD.replace("birch_ws", "&x;"))

    assert answer.control_errors[0][0] == "XL03000003"


@pytest.mark.parametrize(
    "sender",
    [
        "<senderid>birch_ws</senderid><password>wrong</password>",
        "<senderid>BIRCH_WS</senderid><password>birch-sender-pw</password>",
        "<senderid>birch_ws</senderid>",
    ],
)
def test_a_wrong_sender_fails_at_the_control_level(gateway: Gateway, sender: str) -> None:
    answer = gateway.post(request(SESSION_CALL, sender=sender))

    assert answer.control == "failure"
    assert answer.control_errors == [("XL03000006", "Incorrect Intacct XML Partner ID or password.")]
    assert answer.root.findtext("control/controlid") == "c-1"


def test_a_policy_is_refused_because_nothing_is_asynchronous_here(gateway: Gateway) -> None:
    answer = gateway.post(GOOD.replace("</dtdversion>", "</dtdversion><policyid>nightly</policyid>"))

    assert answer.control_errors == [("XL03000006", "nightly is not a valid transport policy.")]


def test_an_answer_repeats_what_the_control_block_said(gateway: Gateway) -> None:
    control = gateway.ask("<getAPISession/>").root.find("control")

    assert control is not None
    assert [(each.tag, each.text) for each in control] == [
        ("status", "success"),
        ("senderid", "birch_ws"),
        ("controlid", "c-1"),
        ("uniqueid", "false"),
        ("dtdversion", "3.0"),
    ]


def test_each_function_has_its_result_under_its_own_control_id(gateway: Gateway) -> None:
    answer = gateway.ask(function(query("VENDOR", "NAME"), "a"), function(bill({"VENDORID": "nobody"}), "b"))

    found = [
        (each.element.findtext("function"), each.element.findtext("controlid"), each.status)
        for each in answer.results
    ]
    assert found == [("query", "a", "success"), ("create", "b", "failure")]


def test_several_operations_have_each_their_own_authentication(gateway: Gateway) -> None:
    second = f"<operation><authentication><sessionid>gone</sessionid></authentication><content>{SESSION_CALL}</content></operation>"

    answer = gateway.post(GOOD.replace("</request>", f"{second}</request>"))

    statuses = [each.text for each in answer.root.iterfind("operation/authentication/status")]
    assert statuses == ["success", "failure"]
