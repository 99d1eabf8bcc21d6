"""Creating bills: what is sent, and what may be believed of the answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from tests.unit.intacct.gateway_fakes import (
    CREDENTIALS,
    ENDPOINT,
    NOON,
    SESSION_GONE,
    Clock,
    FakeTransport,
    answer,
    authentication_failure,
    control_failure,
    created,
    error,
    errors,
    login_answer,
    make_client,
    raw,
    refused,
    result,
)

from ml_connector.intacct import (
    Ambiguous,
    Answer,
    ApBill,
    ApBillLine,
    BillCall,
    Broken,
    CallResult,
    CredentialsRefused,
    ErrorClass,
    ErrorDetail,
    Exchange,
    IntacctError,
    NotSent,
    RequestRejected,
    Throttled,
    Unavailable,
)

BILL = ApBill(
    vendor_id="V-0815",
    number="INV-1",
    reference=None,
    date=date(2030, 1, 2),
    posting_date=date(2030, 1, 2),
    due_date=None,
    term="N30",
    description="EDI",
    action="Draft",
    lines=(ApBillLine(account_no="6220", amount=Decimal("118.40"), memo="bolts"),),
)
CALLS = tuple(BillCall(control_id=f"mlc:810:{n}", bill=replace(BILL, number=f"INV-{n}")) for n in range(3))
IDS = tuple(call.control_id for call in CALLS)
NO = error("BL03000018", "Required dimension missing")
CATCH_ALL = error(
    "BL01001973",
    "Could not create apbill record.",
    correction="Check the transaction for errors or inconsistencies, then try again.",
)


def test_bills_go_out_in_one_request_each_under_its_own_control_id() -> None:
    transport = FakeTransport(answer(*(created(id_, n) for n, id_ in enumerate(IDS))))

    make_client(transport).create_bills(CALLS)

    (sent,) = transport.calls
    assert sent.control_ids == list(IDS)
    assert [element.text for element in sent.root.iter("RECORDID")] == ["INV-0", "INV-1", "INV-2"]
    assert sent.text("control/uniqueid") == "true"
    operation = sent.root.find("operation")
    assert operation is not None
    assert operation.get("transaction") == "false"
    assert (sent.url, sent.timeout) == (ENDPOINT, 300.0)


def test_a_single_bill_gives_its_control_id_to_the_request_too() -> None:
    transport = FakeTransport(answer(created(IDS[0], 1)))

    make_client(transport).create_bills(CALLS[:1])

    assert transport.calls[0].text("control/controlid") == IDS[0]


def test_bills_are_posted_in_the_session_of_their_entity() -> None:
    transport = FakeTransport(answer(created(IDS[0], 1)))

    make_client(transport).create_bills(CALLS[:1], entity="E100")

    assert transport.logins[0].text(".//login/locationid") == "E100"


def test_no_bills_are_no_request() -> None:
    transport = FakeTransport()

    assert make_client(transport).create_bills(()) == ()
    assert transport.sent == []


def test_results_come_in_the_order_of_the_bills_whatever_the_order_of_the_answer() -> None:
    transport = FakeTransport(answer(created(IDS[2], 12), refused(IDS[1], NO), created(IDS[0], 10)))

    first, second, third = make_client(transport).create_bills(CALLS)

    assert (first.control_id, first.status, first.key) == (IDS[0], "created", "10")
    assert (second.control_id, second.status, second.key) == (IDS[1], "refused", None)
    assert second.errors[0].description2 == "Required dimension missing"
    assert third == CallResult(control_id=IDS[2], status="created", key="12")


def test_a_failure_that_carries_a_record_is_a_failure() -> None:
    data = "<data><apbill><RECORDNO>5</RECORDNO></apbill></data>"
    failed = result(IDS[0], status="failure", data=data, errors=f"<errormessage>{NO}</errormessage>")

    (only,) = make_client(FakeTransport(answer(failed))).create_bills(CALLS[:1])

    assert (only.status, only.key) == ("refused", None)


def test_results_that_are_missing_or_contradict_each_other_are_unclear() -> None:
    transport = FakeTransport(answer(created(IDS[0], 1), created(IDS[1], 2), refused(IDS[1], NO)))

    results = make_client(transport).create_bills(CALLS)

    assert [each.status for each in results] == ["created", "unclear", "unclear"]


@pytest.mark.parametrize(
    ("word", "status"), [("aborted", "aborted"), ("pending", "unclear"), ("", "unclear")]
)
def test_only_words_the_gateway_documents_decide(word: str, status: str) -> None:
    transport = FakeTransport(answer(created(IDS[0], 1), result(IDS[1], status=word)))

    results = make_client(transport).create_bills(CALLS[:2])

    assert [each.status for each in results] == ["created", status]


def test_a_catch_all_error_alone_is_unclear_and_keeps_its_error() -> None:
    transport = FakeTransport(answer(refused(IDS[0], CATCH_ALL), refused(IDS[1], NO, CATCH_ALL)))

    alone, beside = make_client(transport).create_bills(CALLS[:2])

    assert (alone.status, beside.status) == ("unclear", "refused")
    assert alone.errors[0].errorno == "BL01001973"


def test_a_catch_all_error_for_the_only_bill_is_still_a_result() -> None:
    vague = error("DL02000001", "There was an error processing the request.")

    (only,) = make_client(FakeTransport(answer(refused(IDS[0], vague)))).create_bills(CALLS[:1])

    assert only.status == "unclear"


@pytest.mark.parametrize(
    "said",
    [
        [error("DL02000001", "There was an error processing the request."), CATCH_ALL],
        [CATCH_ALL, CATCH_ALL],
    ],
)
def test_a_failure_whose_errors_name_nothing_is_unclear(said: list[str]) -> None:
    (found,) = make_client(FakeTransport(answer(refused(IDS[0], *said)))).create_bills(CALLS[:1])

    assert (found.status, found.kind) == ("unclear", ErrorClass.AMBIGUOUS)


def test_a_bill_that_is_wrong_as_well_is_not_put_off() -> None:
    busy = error("X", "API rate limit exceeded")
    transport = FakeTransport(answer(refused(IDS[0], NO, busy)))

    (found,) = make_client(transport).create_bills(CALLS[:1])

    assert (found.status, found.throttled, found.kind) == ("refused", False, ErrorClass.VALIDATION)


def test_only_a_refused_bill_can_be_put_off() -> None:
    busy = (ErrorDetail(errorno="XL1", description2="API rate limit exceeded"),)

    assert CallResult(control_id="c", status="refused", errors=busy).throttled
    assert not CallResult(control_id="c", status="unclear", errors=busy).throttled


def test_a_bill_put_off_among_others_says_so() -> None:
    busy = error("XL1", "API rate limit exceeded")
    transport = FakeTransport(answer(created(IDS[0], 1), refused(IDS[1], busy), refused(IDS[2], NO)))

    results = make_client(transport).create_bills(CALLS)

    assert [each.throttled for each in results] == [False, True, False]


def test_bills_that_are_all_put_off_are_throttling() -> None:
    busy = error("XL1", "API rate limit exceeded")
    transport = FakeTransport(answer(*(refused(id_, busy) for id_ in IDS)))

    with pytest.raises(Throttled, match="API rate limit exceeded"):
        make_client(transport).create_bills(CALLS)


@pytest.mark.parametrize(
    "reaction",
    [
        Broken("timed out"),
        raw("", status=200),
        raw("<html>Bad gateway</html>", status=502),
        raw("", status=500),
        raw("", status=503),
        raw("", status=504),
        raw("<html>cf-error-details</html>", status=524),
        raw("<html>challenge</html>", status=403),
        raw("{}"),
        raw(answer(created(IDS[0], 1)).body[:-9]),
        raw("<response><control><status>success</status></control></response>"),
        answer(),
        answer(created("somebody-elses", 1)),
        control_failure(),
        control_failure(error("DL02000001", "There was an error processing the request.")),
    ],
)
def test_no_clear_answer_after_the_bytes_went_out_is_ambiguous_for_all_bills(
    reaction: Answer | IntacctError,
) -> None:
    transport = FakeTransport(reaction)

    with pytest.raises(Ambiguous) as caught:
        make_client(transport).create_bills(CALLS)

    assert caught.value.control_ids == IDS
    assert len(transport.calls) == 1
    assert caught.value.answer == (bytes(reaction.body) if isinstance(reaction, Answer) else b"")


@pytest.mark.parametrize(
    ("reaction", "kind"),
    [
        (NotSent("refused"), NotSent),
        (raw("", status=429), Throttled),
        (control_failure(error("XL03000003", "XML Parse schema error")), RequestRejected),
        (control_failure(error("GW-0011", "Invalid Request"), status=400), RequestRejected),
        (
            control_failure(error("XL03000006", "Incorrect Intacct XML Partner ID or password.")),
            CredentialsRefused,
        ),
    ],
)
def test_a_request_that_was_not_executed_is_not_ambiguous(
    reaction: Answer | IntacctError, kind: type[IntacctError]
) -> None:
    transport = FakeTransport(reaction)

    with pytest.raises(kind):
        make_client(transport).create_bills(CALLS)

    assert len(transport.calls) == 1


def test_a_write_in_a_forgotten_session_is_repeated_under_the_same_control_ids() -> None:
    transport = FakeTransport(SESSION_GONE, answer(*(created(id_, 1) for id_ in IDS)))

    results = make_client(transport).create_bills(CALLS)

    assert [each.status for each in results] == ["created"] * 3
    assert [sent.control_ids for sent in transport.calls] == [list(IDS), list(IDS)]


def test_a_login_that_breaks_before_a_write_leaves_no_doubt_about_it() -> None:
    transport = FakeTransport(logins=[Broken("timed out")])

    with pytest.raises(Unavailable):
        make_client(transport).create_bills(CALLS)

    assert transport.calls == []


def test_two_bills_under_one_control_id_are_refused_before_anything_is_sent() -> None:
    transport = FakeTransport()

    with pytest.raises(ValueError, match="must differ"):
        make_client(transport).create_bills((CALLS[0], CALLS[0]))

    assert transport.sent == []


def test_every_exchange_is_reported_with_its_times_counts_and_outcome() -> None:
    clock = Clock()
    exchanges: list[Exchange] = []
    slow = answer(created(IDS[0], 1), refused(IDS[1], NO), created(IDS[2], 3))

    def take_two_seconds(_sent: object) -> Answer:
        clock.move(seconds=2)
        return slow

    make_client(FakeTransport(take_two_seconds), clock=clock, exchanges=exchanges).create_bills(
        CALLS, entity="E100"
    )

    login, write = exchanges
    assert (login.purpose, login.outcome, login.api_transactions) == (
        "getAPISession, readUserFormatting",
        "ok",
        1,
    )
    assert (write.purpose, write.outcome, write.api_transactions) == ("create APBILL", "failure", 2)
    assert (write.entity, write.control_ids, write.http_status) == ("E100", IDS, 200)
    assert (write.started, write.finished) == (NOON, datetime(2030, 1, 2, 12, 0, 2, tzinfo=UTC))
    assert b"INV-2" in write.request
    assert b"<RECORDNO>3</RECORDNO>" in write.answer


def test_an_exchange_without_an_answer_is_reported_by_its_error() -> None:
    exchanges: list[Exchange] = []

    with pytest.raises(Ambiguous):
        make_client(FakeTransport(Broken("timed out")), exchanges=exchanges).create_bills(CALLS)

    assert (exchanges[1].outcome, exchanges[1].http_status, exchanges[1].answer) == ("Broken", None, b"")


def test_an_unreadable_answer_stays_with_the_error_cut_at_64_kib() -> None:
    with pytest.raises(Ambiguous) as caught:
        make_client(FakeTransport(raw("x" * 100_000))).create_bills(CALLS)

    assert caught.value.answer.startswith(b"xxx")
    assert caught.value.answer.endswith(b"[cut here, 100000 bytes in all]")


SECRETS = [CREDENTIALS.sender_password, CREDENTIALS.user_password, "session-1"]
LEVELS: dict[str, Callable[..., Answer]] = {
    "control": control_failure,
    "authentication": authentication_failure,
    "operation": lambda each: answer(errors=errors(each)),
    "function": lambda each: answer(*(refused(id_, each) for id_ in IDS)),
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("place", ["errorno", "description", "description2", "correction"])
def test_no_error_text_of_any_level_tells_our_secrets(secret: str, level: str, place: str) -> None:
    said = f"the value '{secret}', '{escape(secret)}' [Support ID: {quote(secret)}] is refused"
    texts = {"errorno": "XL03000003", place: said}

    def call() -> object:
        said = LEVELS[level](error(**texts))
        return make_client(FakeTransport(said, logins=[login_answer()] * 2)).create_bills(CALLS)

    try:
        told = repr(call())
    except IntacctError as caught:
        told = f"{caught!r} {caught} {caught.details!r} {caught.answer!r} {caught.__cause__!r}"

    assert "[redacted]" in told
    assert "canary" not in told
    assert "session-1" not in told


def leak(secret: str) -> Callable[[object], Answer]:
    body = f"<html><input name='password' value='{secret}'><password>{secret}</password><sessionid>session-1"
    return lambda _sent: raw(body)


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_leaves_the_client_whatever_the_gateway_sends_back(secret: str) -> None:
    exchanges: list[Exchange] = []

    with pytest.raises(Ambiguous) as caught:
        make_client(FakeTransport(leak(secret)), exchanges=exchanges).create_bills(CALLS)

    seen = (
        repr(exchanges)
        + repr(caught.value)
        + str(caught.value)
        + repr(caught.value.__cause__)
        + repr(CREDENTIALS)
    )
    seen += caught.value.answer.decode() + "".join(
        repr(vars(each)) for each in (caught.value, caught.value.__cause__)
    )
    assert len(exchanges) == 2
    assert secret not in seen
    assert "canary" not in seen
    assert "session-1" not in seen
