"""Dates and time stamps in the API user's own format and zone."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.intacct.gateway_fakes import (
    SESSION_GONE,
    FakeTransport,
    Reaction,
    Sent,
    data_answer,
    formatting,
    make_client,
    page,
)

from ml_connector.intacct import (
    Answer,
    AnswerUnreadable,
    Client,
    CredentialsRefused,
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


def test_connecting_says_how_the_user_writes_dates_and_later_rows_are_read_so() -> None:
    rows = page("VENDOR", {"RECORDNO": "1", "WHENMODIFIED": "31.12.2029 16:00:00", "SINCE": "31.12.2029"})
    transport = FakeTransport(formatting(date_format=".dmY"), rows)
    client = make_client(transport)

    connection = client.connect()

    (row,) = client.query(Query(object="VENDOR", fields=("WHENMODIFIED",)))
    assert connection.format == UserFormat(date_format=".dmY", offset=timedelta(hours=-8))
    assert row.time("WHENMODIFIED") == datetime(2030, 1, 1, tzinfo=UTC)
    assert row.date("SINCE") == date(2029, 12, 31)
    assert row.time("NOTHING") is None
    assert transport.calls[0].text(".//readUserFormatting/userId") == "edi_user"


def test_the_format_is_asked_for_once_when_a_time_stamp_has_to_be_written() -> None:
    transport = FakeTransport(formatting(), page("VENDOR", {"RECORDNO": "1"}), page("VENDOR"))
    client = make_client(transport)

    list(client.query(CHANGED))
    list(client.query(CHANGED))

    assert [sent.text(".//value") for sent in transport.calls] == [None, *["01/02/2030 00:30:05"] * 2]


def test_a_new_session_asks_again_because_daylight_saving_moves_the_offset() -> None:
    transport = FakeTransport(
        formatting(), SESSION_GONE, formatting(offset="+02:00"), page("VENDOR", {"RECORDNO": "1"})
    )
    client = make_client(transport)
    client.connect()

    (row,) = client.query(Query(object="VENDOR", fields=("NAME",)))

    assert row.format == UserFormat(offset=timedelta(hours=2))
    assert len(transport.logins) == 2


def test_a_session_that_is_gone_when_the_format_is_asked_for_is_replaced_once() -> None:
    transport = FakeTransport(SESSION_GONE, formatting(), page("VENDOR"))

    list(make_client(transport).query(CHANGED))

    assert len(transport.logins) == 2


def test_a_format_that_is_refused_twice_is_a_matter_of_credentials() -> None:
    with pytest.raises(CredentialsRefused):
        make_client(FakeTransport(SESSION_GONE)).connect()


@pytest.mark.parametrize(
    ("reaction", "said"),
    [
        (formatting(offset="Pacific"), "gmtoffset 'Pacific' is no offset"),
        (formatting(clock="6"), "clock '6' is neither 12 nor 24"),
        (formatting(date_format="?"), "date format '\\?'"),
        (data_answer("<data/>"), "no formatting in the answer"),
        (data_answer(""), "no formatting in the answer"),
    ],
)
def test_a_format_we_could_not_follow_is_no_answer(reaction: Reaction, said: str) -> None:
    with pytest.raises(AnswerUnreadable, match=said):
        make_client(FakeTransport(reaction)).connect()


def test_a_time_stamp_is_never_read_in_a_zone_that_nobody_asked_for() -> None:
    row = Row(object="VENDOR", record_no=1, values={"WHENMODIFIED": "01/02/2030 00:00:00"})

    with pytest.raises(ValueError, match="VENDOR, field WHENMODIFIED: the user's zone is unknown"):
        row.time("WHENMODIFIED")


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
        return formatting()(sent)

    transport = FakeTransport(log_in_meanwhile, formatting(offset="+01:00"))
    clients.append(make_client(transport))

    clients[0].connect()

    assert len(transport.logins) == 2
    assert clients[0].connect().format == UserFormat(offset=timedelta(hours=1))
