"""Dates and time stamps in the API user's own format and zone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.intacct.gateway_fakes import (
    SESSION_GONE,
    Clock,
    FakeTransport,
    Sent,
    answer,
    created,
    data_answer,
    error,
    login_answer,
    make_client,
    page,
    refused,
    write_format,
)

from ml_connector.intacct import (
    Answer,
    AnswerUnreadable,
    BillKey,
    Call,
    Client,
    NewFolder,
    PermissionDenied,
    Query,
    Row,
    UserFormat,
    compare,
)

PACIFIC = UserFormat(offset=timedelta(hours=-8))
EIGHT = datetime(2030, 1, 2, 8, 30, 5, tzinfo=UTC)
CHANGED = Query(object="VENDOR", fields=("NAME",), where=compare("WHENMODIFIED", "greaterthan", EIGHT))

FORMATS = st.builds(
    UserFormat,
    date_format=st.builds(
        lambda separator, order, year: separator + "".join(order).replace("y", year),
        st.sampled_from(["/", "-", ".", " "]).filter(lambda each: each != " "),
        st.permutations(["m", "d", "y"]),
        st.sampled_from(["y", "Y"]),
    ),
    clock=st.sampled_from([12, 24]),
    offset=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timedelta(minutes=minutes)),
)


@given(FORMATS, st.datetimes(datetime(2000, 1, 3), datetime(2099, 12, 29)))  # noqa: DTZ001 (made aware below)
def test_what_is_written_is_read_again_whatever_the_format(form: UserFormat, moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC, microsecond=0)

    assert form.read_time(form.write_time(moment)) == moment
    assert form.read_date(form.write_date(moment.date())) == moment.date()


def test_a_time_stamp_is_in_the_users_zone() -> None:
    assert PACIFIC.write_time(EIGHT) == "01/02/2030 00:30:05"
    assert PACIFIC.write_time(EIGHT.astimezone(timezone(timedelta(hours=3)))) == "01/02/2030 00:30:05"
    assert PACIFIC.read_time("01/01/2030 16:00:00") == datetime(2030, 1, 2, tzinfo=UTC)


def test_a_time_stamp_that_is_a_date_only_means_its_midnight() -> None:
    assert PACIFIC.read_time("01/02/2030") == datetime(2030, 1, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(("text", "hour"), [("12:00:00 AM", 0), ("12:00:00 PM", 12), ("01:00:00 PM", 13)])
def test_a_clock_of_twelve_hours_is_understood(text: str, hour: int) -> None:
    assert UserFormat(clock=12).read_time(f"01/02/2030 {text}") == datetime(2030, 1, 2, hour, tzinfo=UTC)


def test_two_digits_of_a_year_are_of_this_century() -> None:
    assert UserFormat(date_format="-dmy").read_date("02-01-30") == date(2030, 1, 2)


@pytest.mark.parametrize("text", ["2030-01-02", "13/01/2030", "02/30/2030", "1/2/2030", ""])
def test_a_date_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        UserFormat().read_date(text)


def test_a_time_in_another_form_and_one_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="'noon' is no time as HH:MM:SS"):
        PACIFIC.read_time("01/02/2030 noon")
    with pytest.raises(ValueError, match="has no zone"):
        PACIFIC.write_time(datetime(2030, 1, 2))  # noqa: DTZ001 (that is the point)


@pytest.mark.parametrize("date_format", ["", "/md", "/mdd", "/mdYY", "mdYx"])
def test_a_format_that_leaves_something_out_is_refused(date_format: str) -> None:
    with pytest.raises(ValueError, match="give a separator and m, d, y or Y"):
        UserFormat(date_format=date_format)


def test_a_session_begins_with_how_its_user_writes_dates_and_its_rows_are_read_so() -> None:
    rows = page("VENDOR", {"RECORDNO": "1", "WHENMODIFIED": "31.12.2029 16:00:00", "SINCE": "31.12.2029"})
    transport = FakeTransport(rows, form=write_format(date_format=".dmY"))
    client = make_client(transport)

    (row,) = client.query(Query(object="VENDOR", fields=("WHENMODIFIED",)))

    assert row.time("WHENMODIFIED") == datetime(2030, 1, 1, tzinfo=UTC)
    assert row.date("SINCE") == date(2029, 12, 31)
    assert row.time("NOTHING") is None
    assert client.connect().format == UserFormat(date_format=".dmY", offset=timedelta(hours=-8))
    assert transport.logins[0].text(".//readUserFormatting/userId") == "edi_user"
    assert len(transport.calls) == 1


@pytest.mark.parametrize(
    ("date_format", "since", "told"),
    [("/dmY", "09/01/2030", "04/03/2030"), ("-Ymd", "2030-01-09", "2030-03-04")],
)
def test_bills_are_asked_for_and_told_by_the_users_dates(date_format: str, since: str, told: str) -> None:
    bill = {"RECORDNO": "7", "VENDORID": "V", "RECORDID": "N", "WHENCREATED": told}
    transport = FakeTransport(page("APBILL", bill), form=write_format(date_format=date_format))
    keys = [BillKey(vendor_id="V", number="N")]

    (found,) = make_client(transport).find_bills(keys, entity="E100", since=date(2030, 1, 9))

    assert found.date == date(2030, 3, 4)
    assert transport.calls[0].text(".//greaterthanorequalto/value") == since


def test_a_time_stamp_is_written_for_the_session_that_it_goes_out_in() -> None:
    logins = [login_answer("old"), login_answer("new", form=write_format(offset="+02:00"))]
    transport = FakeTransport(SESSION_GONE, page("VENDOR", {"RECORDNO": "1"}), logins=logins)

    (row,) = make_client(transport).query(CHANGED)

    values = [sent.text(".//value") for sent in transport.calls]
    assert values == ["01/02/2030 00:30:05", "01/02/2030 10:30:05"]
    assert row.format == UserFormat(offset=timedelta(hours=2))


def test_a_busy_session_asks_again_after_50_minutes_because_daylight_saving_moves_the_offset() -> None:
    clock = Clock()
    logins = [
        login_answer("a", timeout=None),
        login_answer("b", timeout=None, form=write_format(offset="-07:00")),
    ]
    transport = FakeTransport(page("VENDOR"), logins=logins)
    client = make_client(transport, clock=clock)

    for _ in range(6):
        list(client.query(CHANGED))
        clock.move(minutes=10)

    offsets = [sent.text(".//value") for sent in transport.calls]
    assert offsets == [*["01/02/2030 00:30:05"] * 5, "01/02/2030 01:30:05"]


def test_a_format_that_the_log_in_did_not_tell_is_asked_for_once_before_a_row_is_read() -> None:
    transport = FakeTransport(
        data_answer(write_format(date_format="/dmY")), page("VENDOR"), logins=[login_answer(form="")]
    )
    client = make_client(transport)

    list(client.query(CHANGED))
    list(client.query(CHANGED))

    assert [sent.text(".//value") for sent in transport.calls] == [None, *["02/01/2030 00:30:05"] * 2]


def test_no_row_is_asked_for_while_nobody_knows_how_its_dates_are_written() -> None:
    refusal = answer(refused("readUserFormatting", error("PL04000005", "no permission")))
    transport = FakeTransport(refusal, logins=[login_answer(form="")])

    with pytest.raises(PermissionDenied, match="readUserFormatting"):
        list(make_client(transport).query(Query(object="VENDOR", fields=("NAME",))))

    assert len(transport.calls) == 1


def test_a_write_needs_no_format() -> None:
    transport = FakeTransport(answer(created("c", 7)), logins=[login_answer(form="<data/>")])
    call = Call(control_id="c", body=NewFolder(name="EDI"))

    (made,) = make_client(transport).writing.write([call])

    assert made.status == "created"


def test_a_session_that_is_gone_when_the_format_is_asked_for_is_replaced_once() -> None:
    transport = FakeTransport(SESSION_GONE, page("VENDOR"), logins=[login_answer(form="")])

    list(make_client(transport).query(CHANGED))

    assert len(transport.logins) == 2


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (write_format(offset="Pacific"), "gmtoffset 'Pacific' is no offset"),
        (write_format(offset="+99:00"), "offset 4 days, 3:00:00: it is less than a day"),
        (write_format(clock="6"), "clock '6' is neither 12 nor 24"),
        (write_format(date_format="?"), "date format '\\?'"),
        ("<data/>", "no formatting in the answer"),
    ],
)
def test_a_format_we_could_not_follow_is_no_answer(form: str, said: str) -> None:
    with pytest.raises(AnswerUnreadable, match=said):
        make_client(FakeTransport(data_answer(form), form=form)).connect()


@pytest.mark.parametrize("read", [Row.time, Row.date])
def test_a_date_is_never_read_in_a_format_that_nobody_asked_for(read: Callable[[Row, str], object]) -> None:
    row = Row(object="VENDOR", record_no=1, values={"WHENMODIFIED": "01/02/2030"})

    with pytest.raises(ValueError, match="VENDOR, field WHENMODIFIED: the user's format of dates is unknown"):
        read(row, "WHENMODIFIED")


@pytest.mark.parametrize("offset", [-8, 8])
@pytest.mark.parametrize("text", ["01/01/0001 00:00:00", "12/31/9999 23:59:59"])
def test_a_time_stamp_at_the_ends_of_the_calendar_is_read_or_named(text: str, offset: int) -> None:
    form = UserFormat(offset=timedelta(hours=offset))
    row = Row(object="VENDOR", record_no=7, values={"WHENMODIFIED": text}, format=form)

    if (offset > 0) == text.startswith("01"):
        with pytest.raises(AnswerUnreadable, match="VENDOR 7, field WHENMODIFIED"):
            row.time("WHENMODIFIED")
    else:
        assert row.time("WHENMODIFIED") is not None


def test_a_time_that_is_none_in_the_users_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="is no time in the user's zone"):
        PACIFIC.write_time(datetime.min.replace(tzinfo=UTC))


def test_a_time_stamp_in_another_form_names_record_and_field() -> None:
    row = Row(object="VENDOR", record_no=7, values={"WHENMODIFIED": "2030-01-02"}, format=PACIFIC)

    with pytest.raises(
        AnswerUnreadable, match="VENDOR 7, field WHENMODIFIED: '2030-01-02' is not a time stamp"
    ):
        row.time("WHENMODIFIED")


def test_a_format_that_arrives_after_its_session_was_replaced_is_not_kept() -> None:
    clients: list[Client] = []

    def log_in_meanwhile(sent: Sent) -> Answer:
        clients[0].check()
        return data_answer(write_format())(sent)

    logins = [login_answer("a", form=""), login_answer("b", form=write_format(offset="+01:00"))]
    transport = FakeTransport(log_in_meanwhile, page("VENDOR", {"RECORDNO": "1"}), logins=logins)
    clients.append(make_client(transport))

    assert clients[0].connect().format == PACIFIC
    (row,) = clients[0].query(Query(object="VENDOR", fields=("NAME",)))
    assert row.format == UserFormat(offset=timedelta(hours=1))
