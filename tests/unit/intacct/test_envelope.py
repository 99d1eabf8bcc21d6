"""The request around the functions, byte for byte."""

import re

import pytest
from tests.unit.intacct.gateway_fakes import CREDENTIALS

from ml_connector.intacct.envelope import Function, Request, render_request

READ = Function(control_id="r1", name="query VENDOR", body="<query/>")
WRITE = Function(control_id="mlc:810:00ff", name="create APBILL", body="<create/>")


def test_a_write_in_a_session_is_exactly_these_bytes() -> None:
    request = Request(functions=(WRITE,), session_id="Zx81..", unique=True)

    assert render_request(request, CREDENTIALS) == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b"<request><control><senderid>brindle_ws</senderid><password>s3nder&amp;canary</password>"
        b"<controlid>mlc:810:00ff</controlid><uniqueid>true</uniqueid><dtdversion>3.0</dtdversion>"
        b"<includewhitespace>false</includewhitespace></control>"
        b'<operation transaction="false"><authentication><sessionid>Zx81..</sessionid></authentication>'
        b'<content><function controlid="mlc:810:00ff"><create/></function></content></operation></request>'
    )


def test_a_login_names_user_company_password_and_entity_in_the_order_of_the_schema() -> None:
    request = Request(functions=(READ,), entity="E100")

    body = render_request(request, CREDENTIALS)

    assert (
        b"<authentication><login><userid>edi_user</userid><companyid>BRINDLE</companyid>"
        b"<password>us3r&lt;canary</password><locationid>E100</locationid></login></authentication>"
    ) in body


def test_a_login_at_the_top_level_names_no_entity() -> None:
    assert b"locationid" not in render_request(Request(functions=(READ,)), CREDENTIALS)


def test_a_read_says_that_it_may_be_repeated() -> None:
    body = render_request(Request(functions=(READ,)), CREDENTIALS)

    assert b"<uniqueid>false</uniqueid>" in body


def test_a_request_of_several_functions_is_named_by_all_of_their_control_ids() -> None:
    one = render_request(Request(functions=(READ, WRITE)), CREDENTIALS)
    same = render_request(Request(functions=(READ, WRITE)), CREDENTIALS)
    other = render_request(Request(functions=(WRITE, READ)), CREDENTIALS)

    assert one == same
    assert re.findall(rb"<controlid>([0-9a-f]{64})</controlid>", one)
    assert one.split(b"<controlid>")[1][:64] != other.split(b"<controlid>")[1][:64]


@pytest.mark.parametrize("control_id", ["", "a b", 'a"b', "a&b", "x" * 257, "ä"])
def test_a_control_id_that_would_need_escaping_or_is_too_long_is_refused(control_id: str) -> None:
    with pytest.raises(ValueError, match="use 1 to 256 of"):
        Function(control_id=control_id, name="n", body="")


def test_two_functions_under_one_control_id_are_refused() -> None:
    with pytest.raises(ValueError, match="control ids of one request must differ: r1, r1"):
        Request(functions=(READ, READ))


def test_the_purpose_names_each_kind_of_function_once() -> None:
    second = Function(control_id="r2", name="query VENDOR", body="")

    assert Request(functions=(READ, second, WRITE)).purpose == "query VENDOR, create APBILL"


def test_no_secret_is_shown_by_credentials_or_requests() -> None:
    request = Request(functions=(READ,), session_id="hidden-session")

    shown = repr(CREDENTIALS) + repr(request)

    assert "canary" not in shown
    assert "hidden-session" not in shown
    assert "brindle_ws" in shown
