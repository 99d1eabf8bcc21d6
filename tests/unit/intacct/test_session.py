"""Sessions: how long, how many logins, and where requests may go."""

import threading
from collections.abc import Callable

import pytest
from tests.unit.intacct.gateway_fakes import (
    ENDPOINT,
    NOON,
    SESSION_GONE,
    URL,
    Clock,
    FakeTransport,
    Sent,
    answer,
    authentication_failure,
    control_failure,
    created,
    error,
    login_answer,
    make_client,
    page,
    raw,
    refused,
    result,
)

from ml_connector.intacct import (
    Answer,
    AnswerUnreadable,
    Call,
    Client,
    CredentialsRefused,
    EndpointRefused,
    Exchange,
    NewFolder,
    NotSent,
    RequestRejected,
    SessionRefused,
    Term,
    Throttled,
    Unavailable,
)
from ml_connector.intacct.errors import Broken

TERMS: Callable[[Sent], Answer] = page("APTERM")
LOCAL = "http://127.0.0.1:8080/gateway"


def read_terms(client: Client) -> None:
    assert list(client.reading.list_records(Term)) == []


def answer_terms(timeout: str | None) -> Callable[[Sent], Answer]:
    data = '<data listtype="APTERM" count="0" numremaining="0"/>'
    return lambda sent: answer(result(sent.control_ids[0], function="query", data=data), timeout=timeout)


def test_one_login_serves_many_requests_at_the_endpoint_it_named() -> None:
    transport = FakeTransport(TERMS)
    client = make_client(transport)

    read_terms(client)
    read_terms(client)

    assert [sent.url for sent in transport.sent] == [URL, ENDPOINT, ENDPOINT]
    assert transport.calls[1].text("operation/authentication/sessionid") == "session-1"


def test_a_login_asks_for_the_top_level_explicitly() -> None:
    transport = FakeTransport(TERMS)

    read_terms(make_client(transport))

    assert b"<getAPISession><locationid></locationid></getAPISession>" in transport.logins[0].body
    assert transport.logins[0].text("control/uniqueid") == "false"


def test_each_entity_has_a_session_of_its_own() -> None:
    transport = FakeTransport(page("APBILL"), page("APBILL"), TERMS)
    client = make_client(transport)

    client.check(entity="E100")
    client.check(entity="E200")
    read_terms(client)

    assert [sent.text(".//getAPISession/locationid") for sent in transport.logins] == ["E100", "E200", ""]
    assert [sent.text(".//login/locationid") for sent in transport.logins] == ["E100", "E200", None]
    assert transport.calls[0].text("operation/authentication/sessionid") == "session-3"


def test_a_session_without_a_timeout_is_used_for_50_minutes_and_no_longer() -> None:
    clock = Clock()
    transport = FakeTransport(answer_terms(None), logins=[login_answer("a", timeout=None), login_answer("b")])
    client = make_client(transport, clock=clock)

    read_terms(client)
    clock.move(minutes=49, seconds=59)
    read_terms(client)
    assert len(transport.logins) == 1

    clock.move(seconds=1)
    read_terms(client)
    assert len(transport.logins) == 2


def test_a_session_ends_two_minutes_before_its_timeout() -> None:
    clock = Clock()
    early = "2030-01-02T12:10:00+00:00"
    transport = FakeTransport(
        answer_terms(early), logins=[login_answer("a", timeout=early), login_answer("b")]
    )
    client = make_client(transport, clock=clock)

    clock.move(minutes=7, seconds=59)
    read_terms(client)
    assert len(transport.logins) == 1

    clock.move(seconds=1)
    read_terms(client)
    assert len(transport.logins) == 2


def test_a_session_slides_with_the_timeouts_of_the_answers() -> None:
    clock = Clock()
    transport = FakeTransport(
        answer_terms("2030-01-02T12:30:00+00:00"),
        logins=[login_answer("a", timeout="2030-01-02T12:10:00+00:00")],
    )
    client = make_client(transport, clock=clock)

    read_terms(client)
    clock.move(minutes=27)
    read_terms(client)

    assert len(transport.logins) == 1


def test_a_session_intacct_has_forgotten_is_renewed_once_and_the_request_repeated_as_it_was() -> None:
    transport = FakeTransport(SESSION_GONE, TERMS)

    read_terms(make_client(transport))

    first, again = transport.calls
    assert len(transport.logins) == 2
    assert first.control_ids == again.control_ids
    assert again.text("operation/authentication/sessionid") == "session-2"


def test_a_fresh_session_that_is_refused_as_well_is_a_matter_of_credentials() -> None:
    transport = FakeTransport(SESSION_GONE)

    with pytest.raises(CredentialsRefused) as caught:
        read_terms(make_client(transport))

    assert isinstance(caught.value, SessionRefused)
    assert (len(transport.logins), len(transport.calls)) == (2, 2)


def test_a_refused_login_names_sender_company_and_user_and_is_not_repeated() -> None:
    transport = FakeTransport(TERMS, logins=[SESSION_GONE])

    with pytest.raises(
        CredentialsRefused, match="sender 'brindle_ws', company 'BRINDLE', user 'edi_user'"
    ) as caught:
        read_terms(make_client(transport))

    assert not isinstance(caught.value, SessionRefused)
    assert caught.value.refused == "user"
    assert caught.value.details[0].errorno == "XL03000006"
    assert b"<companyid>BRINDLE" in caught.value.answer
    assert len(transport.sent) == 1


def test_a_refused_login_to_an_entity_names_the_entity() -> None:
    client = make_client(FakeTransport(TERMS, logins=[SESSION_GONE]))

    with pytest.raises(CredentialsRefused, match="check as well that entity 'E900' exists"):
        client.check(entity="E900")


def test_a_login_that_is_refused_unread_may_be_a_matter_of_the_sender() -> None:
    transport = FakeTransport(
        TERMS, logins=[control_failure(error("GW-0011", "Invalid Request"), status=400)]
    )

    with pytest.raises(CredentialsRefused, match="check the sender's id and password") as caught:
        read_terms(make_client(transport))

    assert caught.value.refused == "sender"


def test_a_sender_the_company_has_not_authorised_is_told_apart_from_a_wrong_password() -> None:
    refusal = authentication_failure(error("XL03000006", description="Invalid Web Services Authorization"))
    transport = FakeTransport(TERMS, logins=[refusal])

    with pytest.raises(CredentialsRefused, match="Web Services authorizations") as caught:
        read_terms(make_client(transport))

    assert caught.value.refused == "company"


@pytest.mark.parametrize(
    ("login", "kind"),
    [
        (NotSent("no route"), NotSent),
        (Broken("timed out"), Unavailable),
        (raw("<html/>", status=502), Unavailable),
        (raw(""), AnswerUnreadable),
        (raw("", status=429), Throttled),
        (
            control_failure(error("XL03000006", "Incorrect Intacct XML Partner ID or password.")),
            CredentialsRefused,
        ),
        (answer(refused("getAPISession", error("Get API Session Failed", "no entity E9"))), RequestRejected),
        (answer(result("getAPISession", data="<data/>")), AnswerUnreadable),
        (answer(result("other")), AnswerUnreadable),
    ],
)
def test_a_login_that_fails_is_classed_as_nothing_sent_even_before_a_write(
    login: Answer | NotSent | Broken, kind: type[Exception]
) -> None:
    transport = FakeTransport(TERMS, logins=[login])

    with pytest.raises(kind) as caught:
        make_client(transport).check()

    assert type(caught.value) is kind
    assert len(transport.sent) == 1


def test_many_threads_share_one_login() -> None:
    exchanges: list[Exchange] = []
    entered = threading.Event()

    def log_in_slowly(_sent: Sent) -> Answer:
        entered.wait(0.2)
        reaction = login_answer("shared")
        assert isinstance(reaction, Answer)
        return reaction

    transport = FakeTransport(TERMS, logins=[log_in_slowly])
    client = make_client(transport, exchanges=exchanges)
    threads = [threading.Thread(target=read_terms, args=(client,)) for _ in range(16)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(transport.logins) == 1
    assert {sent.text("operation/authentication/sessionid") for sent in transport.calls} == {"shared"}
    assert len(transport.calls) == 16
    assert len(exchanges) == 17


def test_many_threads_with_a_forgotten_session_share_one_new_login() -> None:
    everybody_has_asked = threading.Barrier(8)

    def forget(sent: Sent) -> Answer:
        if sent.text("operation/authentication/sessionid") == "session-1":
            everybody_has_asked.wait(10)
            return SESSION_GONE
        return TERMS(sent)

    transport = FakeTransport(forget)
    client = make_client(transport)
    client.check()
    threads = [threading.Thread(target=read_terms, args=(client,)) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(transport.logins) == 2
    assert len(transport.calls) == 16


@pytest.mark.parametrize(
    "odd",
    [
        "0001-01-01T00:00:00+00:00",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59+00:00",
        "9999-12-31T23:59:59-08:00",
        "soon",
    ],
)
def test_an_odd_timeout_does_not_spoil_what_was_executed(odd: str) -> None:
    call = Call(control_id="c", body=NewFolder(name="EDI"))
    transport = FakeTransport(answer(created("c", 7), timeout=odd), logins=[login_answer(timeout=odd)])

    (made,) = make_client(transport).writing.write([call])

    assert (made.status, made.key) == ("created", "7")


def test_a_busy_session_is_renewed_after_50_minutes_however_far_its_timeout_slides() -> None:
    clock = Clock()
    transport = FakeTransport(answer_terms("2030-01-03T12:00:00+00:00"))
    client = make_client(transport, clock=clock)

    for _ in range(5):
        read_terms(client)
        clock.move(minutes=12)
    read_terms(client)

    assert len(transport.logins) == 2


def test_a_late_answer_of_an_old_session_does_not_move_the_new_ones_end() -> None:
    clock = Clock()
    soon = "2030-01-02T12:05:00+00:00"

    def answer_late(sent: Sent) -> Answer:
        client.check()
        return answer_terms(soon)(sent)

    transport = FakeTransport(answer_late, TERMS)
    client = make_client(transport, clock=clock)

    read_terms(client)
    clock.move(minutes=30)
    read_terms(client)

    assert len(transport.logins) == 2


@pytest.mark.parametrize(
    ("configured", "named"),
    [
        (URL, "https://na99.intacct.com:8443/ia/xml/xmlgw.phtml"),
        (URL, "https://NA12.INTACCT.COM/x"),
        (LOCAL, "http://127.0.0.1:9090/other"),
        (LOCAL, "https://127.0.0.1/other"),
        ("https://gateway.brindle.example/x", "https://gateway.brindle.example/y"),
    ],
)
def test_an_endpoint_under_intacct_com_or_on_the_configured_host_is_used(configured: str, named: str) -> None:
    transport = FakeTransport(TERMS, logins=[login_answer(endpoint=named)])

    read_terms(make_client(transport, url=configured))

    assert [sent.url for sent in transport.sent] == [configured, named]


@pytest.mark.parametrize(
    ("configured", "named"),
    [
        (URL, "http://na12.intacct.com/x"),
        (URL, "http://api.intacct.com/x"),
        (URL, "https://intacct.com.evil.example/x"),
        (URL, "https://evilintacct.com/x"),
        (URL, "https://evil.example\\@na12.intacct.com/x"),
        (URL, "https://na12.intacct.com@evil.example/x"),
        (URL, "https://[na12.intacct.com/x"),
        (URL, "ftp://na12.intacct.com/x"),
        (LOCAL, "http://localhost:8080/gateway"),
        (LOCAL, "http://192.0.2.1/gateway"),
    ],
)
def test_any_other_endpoint_is_refused_before_anything_is_sent_there(configured: str, named: str) -> None:
    transport = FakeTransport(TERMS, logins=[login_answer(endpoint=named)])

    with pytest.raises(EndpointRefused, match="check the gateway URL"):
        read_terms(make_client(transport, url=configured))

    assert len(transport.sent) == 1


@pytest.mark.parametrize(
    ("named", "is_allowed"),
    [
        ("https://proxy.brindle.example/x", True),
        ("https://EU.Gateway.example/x", True),
        ("https://gateway.example/x", False),
        ("http://proxy.brindle.example/x", False),
        ("https://na12.intacct.com/x", False),
        ("https://api.intacct.com/x", True),
    ],
)
def test_the_hosts_that_were_allowed_take_the_place_of_intacct_com(named: str, *, is_allowed: bool) -> None:
    transport = FakeTransport(TERMS, logins=[login_answer(endpoint=named)])
    client = make_client(transport, endpoint_hosts=("Proxy.brindle.example", "*.gateway.example"))

    if is_allowed:
        read_terms(client)
    else:
        with pytest.raises(EndpointRefused, match=r"Proxy.brindle.example, \*.gateway.example nor"):
            read_terms(client)

    assert len(transport.sent) == (2 if is_allowed else 1)


def test_check_logs_in_anew_and_says_who_and_where_we_are() -> None:
    transport = FakeTransport(TERMS)
    client = make_client(transport)
    read_terms(client)

    connection = client.check()

    assert (connection.company_id, connection.user_id, connection.entity) == ("BRINDLE", "edi_user", "")
    assert connection.endpoint == ENDPOINT
    assert connection.session_timeout is not None
    assert connection.session_timeout > NOON
    assert len(transport.logins) == 2
