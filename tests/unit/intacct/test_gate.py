"""Every level of an answer, and everything that is no answer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.intacct.gateway_fakes import (
    NOON,
    answer,
    authentication_failure,
    control_failure,
    created,
    error,
    errors,
    raw,
    refused,
    result,
)

from ml_connector.intacct import (
    Answer,
    AnswerUnreadable,
    CredentialsRefused,
    IntacctError,
    PermissionDenied,
    RequestRejected,
    SessionRefused,
    Throttled,
    Unavailable,
)
from ml_connector.intacct.envelope import Function
from ml_connector.intacct.gate import demand_success, read_reply
from ml_connector.intacct.results import Reply

READ = Function(control_id="q1", name="query VENDOR", body="")


def read(given: Answer) -> Reply:
    return read_reply(given, now=NOON)


def test_results_are_found_by_their_control_id_whatever_their_order() -> None:
    reply = read(answer(created("second", 2), created("first", 1)))

    first, second = reply.find("first"), reply.find("second")

    assert first is not None
    assert second is not None
    assert (first.key, second.key) == ("1", "2")
    assert reply.find("third") is None


def test_two_results_for_one_control_id_say_nothing() -> None:
    reply = read(answer(created("same", 1), refused("same", error("BL1", "no"))))

    assert reply.find("same") is None


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ("<key>5581</key>", "5581"),
        ("<data><key>Vendor Invoice-7</key></data>", "Vendor Invoice-7"),
        ("<data><apbill><RECORDNO>5581</RECORDNO></apbill></data>", "5581"),
        ("<data><apbill><RECORDNO/></apbill></data>", None),
        ("<data/>", None),
        ("", None),
    ],
)
def test_the_key_of_a_new_record_is_read_in_both_its_forms(data: str, key: str | None) -> None:
    found = read(answer(result("c", data=data))).find("c")

    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("status", ["failure", "aborted", "Success", "success ", "warning", ""])
def test_only_the_exact_word_success_is_success(status: str) -> None:
    found = read(answer(result("c", status=status, data="<key>1</key>"))).find("c")

    assert found is not None
    assert not found.succeeded


def test_all_errors_of_a_result_are_kept_in_order_without_markup_or_support_ids() -> None:
    specific = error(
        "BL03000018",
        "Missing <b>unit</b> for O&#039;Neill &amp; Co [Support ID: aB%7E1%3D2]",
        correction="Set  it\n<br/>first",
    )
    reply = read(answer(refused("c", specific, error("BL01001973", "Could not create it."))))

    found = reply.find("c")

    assert found is not None
    assert [str(each) for each in found.errors] == [
        "BL03000018 Missing unit for O'Neill & Co Set it first",
        "BL01001973 Could not create it.",
    ]
    assert [each.support_id for each in found.errors] == ["aB~1=2", ""]


def test_a_comparison_in_an_error_text_is_not_taken_for_markup() -> None:
    found = read(answer(refused("c", error("BL1", "5 < 7 and 9 > 8")))).find("c")

    assert found is not None
    assert found.errors[0].description2 == "5 < 7 and 9 > 8"


def test_the_authentication_says_whose_session_it_is_and_until_when() -> None:
    said = read(answer(created("c", 1), timeout="2030-01-02T15:00:00+02:00")).authentication

    assert (said.company_id, said.user_id, said.entity) == ("BRINDLE", "edi_user", "")
    assert said.session_timeout == datetime(2030, 1, 2, 13, tzinfo=UTC)


@pytest.mark.parametrize("timeout", [None, "soon", "2030-01-02T15:00:00"])
def test_a_timeout_that_is_missing_or_names_no_zone_is_none(timeout: str | None) -> None:
    assert read(answer(created("c", 1), timeout=timeout)).authentication.session_timeout is None


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        (error("XL03000003", "XML Parse schema error"), RequestRejected, "XML Parse schema error"),
        (error("GW-0011", "Invalid Request [Request ID: 7]"), RequestRejected, "may also be the sender id"),
        (
            error("XL03000006", "Incorrect Intacct XML Partner ID or password."),
            CredentialsRefused,
            "sender password",
        ),
        (error("XMLGW_JPP0002", "Sign-in information is incorrect"), CredentialsRefused, "the sender"),
        (
            error("PL04000055", "This company is a demo company and has expired."),
            CredentialsRefused,
            "the company",
        ),
        (error("GW-0010", "slow down"), Throttled, "slow down"),
        (error("X", "The Service is Temporarily Off-line"), Throttled, "Off-line"),
        ("", Unavailable, "no error was named"),
        (error("DL02000001", "There was an error processing the request."), Unavailable, "without a reason"),
        (error("XL03000006", "x is not a valid transport policy."), RequestRejected, "transport policy"),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_a_failure_of_the_control_level_is_classed_by_its_errors(
    given: str, kind: type[IntacctError], message: str, status: int
) -> None:
    with pytest.raises(kind, match=message) as caught:
        read(control_failure(given, status=status))

    assert type(caught.value) is kind
    assert len(caught.value.details) == (1 if given else 0)


@pytest.mark.parametrize(
    ("given", "whose"),
    [
        (error("XL03000006", "Sign-in information is incorrect"), "user"),
        (error("XL03000006", description="Invalid Web Services Authorization"), "company"),
    ],
)
def test_a_failure_of_the_authentication_level_says_whose_credentials_it_is_about(
    given: str, whose: str
) -> None:
    with pytest.raises(SessionRefused, match=f"refused the {whose}") as caught:
        read(authentication_failure(given))

    assert caught.value.refused == whose


def test_a_busy_gateway_at_the_authentication_level_is_throttling_not_refusal() -> None:
    with pytest.raises(Throttled, match="API rate limit exceeded"):
        read(authentication_failure(error("XL1", "API rate limit exceeded")))


def test_an_operation_without_results_is_unreadable_and_keeps_its_errors() -> None:
    with pytest.raises(AnswerUnreadable, match="no <result>: XL9 odd"):
        read(answer(errors=errors(error("XL9", "odd"))))


def test_an_operation_without_results_that_asks_to_wait_is_throttling() -> None:
    with pytest.raises(Throttled):
        read(answer(errors=errors(error("XL9", correction="Please Try Again Later"))))


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ({"retry_after": "120"}, timedelta(minutes=2)),
        ({"retry_after": "Wed, 02 Jan 2030 12:00:30 GMT"}, timedelta(seconds=30)),
        ({"retry_after": "Wed, 02 Jan 2030 11:00:00 GMT"}, timedelta()),
        ({"retry_after": "Wed, 02 Jan 2030 12:00:30 -0000"}, None),
        ({"retry_after": "9" * 10}, timedelta(days=31)),
        ({"retry_after": "9" * 30}, None),
        ({"retry_after": "soon"}, None),
        ({}, None),
    ],
)
def test_a_429_is_throttling_and_its_retry_after_is_read(
    header: dict[str, str], wait: timedelta | None
) -> None:
    with pytest.raises(Throttled) as caught:
        read(raw("<html/>", status=429, **header))

    assert caught.value.retry_after == wait


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
def test_a_5xx_is_unavailable_even_with_a_success_inside(status: int) -> None:
    given = answer(created("c", 1))

    with pytest.raises(Unavailable, match=f"HTTP {status}"):
        read(Answer(status=status, headers={}, body=given.body))


OPERATION = "<operation><authentication><status>{}</status></authentication>{}</operation>"
SUCCESS = "<control><status>success</status></control>"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "an empty body"),
        (" \n", "an empty body"),
        ("<html><body>Bad gateway</body></html>", "a <html> instead of a <response>"),
        ("<!DOCTYPE html><html><br></html>", "not XML"),
        ('{"ia::result": []}', "not XML"),
        (answer(created("c", 1)).body[:-20], "not XML"),
        (answer(created("c", 1)).body * 2, "not XML"),
        ("<response/>", "a <response> without <control>"),
        ("<response><control/></response>", "control status None"),
        ("<response><control><status>ok</status></control></response>", "control status 'ok'"),
        (f"<response>{SUCCESS}</response>", "a <response> without <operation>"),
        (f"<response>{SUCCESS}<operation/></response>", "a <operation> without <authentication>"),
        (f"<response>{SUCCESS}{OPERATION.format('ok', '')}</response>", "authentication status 'ok'"),
        (
            f"<response>{SUCCESS}{OPERATION.format('failure', '<result/>')}</response>",
            "authentication status 'failure'",
        ),
        (
            f"<response>{SUCCESS.replace('success', 'failure')}<operation/></response>",
            "control status 'failure'",
        ),
        ('<!DOCTYPE response [<!ENTITY a "b">]><response/>', "a document type declaration"),
    ],
)
def test_what_is_no_answer_of_the_gateway_is_unreadable(body: str | bytes, message: str) -> None:
    with pytest.raises(AnswerUnreadable, match=message):
        read(raw(body))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ('<data count="2"><VENDOR><RECORDNO>1</RECORDNO></VENDOR></data>', "1 records where count is 2"),
        ('<data numremaining="-1"/>', "numremaining '-1'"),
        ("<data><VENDOR><NAME>x</NAME></VENDOR></data>", "a VENDOR with RECORDNO ''"),
        ("<data><VENDOR><RECORDNO>x</RECORDNO></VENDOR></data>", "a VENDOR with RECORDNO 'x'"),
    ],
)
def test_data_that_contradicts_itself_is_unreadable(data: str, message: str) -> None:
    with pytest.raises(AnswerUnreadable, match=message):
        read(answer(result("q1", function="query", data=data)))


def test_a_text_of_any_length_is_read() -> None:
    files = f"<data><supdoc><recordno>3</recordno><supdocid>A</supdocid><files>{'A' * 11_000_000}</files></supdoc></data>"

    found = read(answer(result("c", function="get_list", data=files))).find("c")

    assert found is not None
    assert found.page is not None
    assert found.page.rows[0].text("SUPDOCID") == "A"


def test_elements_nested_without_end_are_unreadable() -> None:
    deep = f"<data><a>{'<b>' * 1500}{'</b>' * 1500}</a></data>"

    with pytest.raises(AnswerUnreadable, match="elements in a hundred others"):
        read(answer(result("c", function="query", data=deep)))


@pytest.mark.parametrize("data", ["<sessionid>1</sessionid>", "<endpoint>1</endpoint>", ""])
def test_half_a_session_is_unreadable(data: str) -> None:
    with pytest.raises(AnswerUnreadable, match="a session without sessionid or endpoint"):
        read(answer(result("s", function="getAPISession", data=f"<data><api>{data}</api></data>")))


def test_values_of_a_row_keep_their_exact_spelling_whatever_the_case_of_their_names() -> None:
    data = '<data count="1"><vendor><RECORDNO>7</RECORDNO><name> Ä &amp; b </name><NOTE/></vendor></data>'

    found = read(answer(result("q1", function="query", data=data))).find("q1")

    assert found is not None
    assert found.page is not None
    (row,) = found.page.rows
    assert (row.record_no, row.text("NAME"), row.text("NOTE"), row.text("ABSENT")) == (7, " Ä & b ", "", "")
    assert found.page.remaining is None


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (error("PL04000005", "denied"), PermissionDenied),
        (error("XL1", "You do not have permission for API operation READ"), PermissionDenied),
        (error("XL03000006", "The following fields cannot be queried"), RequestRejected),
        (error("XL03000010", "no such field"), RequestRejected),
        (error("XL1", "API rate limit exceeded"), Throttled),
        (error("DL02000001", "There was an error processing the request."), Unavailable),
        ("", Unavailable),
    ],
)
def test_a_read_that_failed_is_classed_by_its_errors(given: str, kind: type[IntacctError]) -> None:
    reply = read(answer(refused("q1", given)))

    with pytest.raises(kind, match="query VENDOR") as caught:
        demand_success(reply, READ)

    assert type(caught.value) is kind


def test_a_read_without_its_result_is_unreadable() -> None:
    with pytest.raises(AnswerUnreadable, match="query VENDOR: the answer has no result for q1"):
        demand_success(read(answer(created("other", 1))), READ)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_the_gate_raise_anything_but_its_own_errors(body: bytes) -> None:
    with pytest.raises(IntacctError):
        read(raw(body))


@settings(deadline=None)
@given(st.integers(0, 1200), st.integers(0, 1200), st.sampled_from([b"", b"<", b"</data>", b"\x00", b"&x;"]))
def test_no_cut_or_spoiled_answer_makes_the_gate_raise_anything_but_its_own_errors(
    start: int, length: int, spoil: bytes
) -> None:
    body = answer(created("c", 1), refused("d", error("BL1", "no"))).body

    outcome = _try(lambda: read(raw(body[:start] + spoil + body[start + length :])))

    assert isinstance(outcome, Reply | IntacctError)


def _try(call: Callable[[], Reply]) -> Reply | IntacctError:
    try:
        return call()
    except IntacctError as caught:
        return caught
