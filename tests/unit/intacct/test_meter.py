"""API transactions as Sage bills them: counted, forecast, and limited."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.unit.intacct.gateway_fakes import (
    CREDENTIALS,
    NOON,
    URL,
    Clock,
    FakeTransport,
    answer,
    created,
    data_answer,
    error,
    page,
    refused,
)

from ml_connector.intacct import (
    Ambiguous,
    ApBill,
    ApBillLine,
    BillCall,
    BillKey,
    Client,
    Exchange,
    Label,
    Meter,
    Query,
    Throttled,
    Transport,
    Usage,
)
from ml_connector.intacct.errors import Broken

LINE = ApBillLine(account_no="1", amount=Decimal(1), memo="")
BILL = ApBill(
    vendor_id="V",
    number="1",
    reference=None,
    date=date(2030, 1, 2),
    posting_date=date(2030, 1, 2),
    due_date=None,
    term=None,
    description="",
    action="Draft",
    lines=(LINE,),
)
CALLS = [BillCall(control_id=f"ironvale:{n}", bill=BILL) for n in (1, 2, 3)]
QUERY = Query(object="VENDOR", fields=("NAME",))


def connect(transport: Transport, meter: Meter) -> Client:
    return Client(
        url=URL, credentials=CREDENTIALS, transport=transport, clock=lambda: NOON, on_exchange=meter
    )


def name_partner(exchange: Exchange, control_id: str) -> Label:
    return Label(flow=exchange.purpose, partner=control_id.partition(":")[0])


def test_records_written_and_pages_read_are_billed_and_nothing_else() -> None:
    meter = Meter(clock=lambda: NOON, label=name_partner)
    two_of_three = answer(
        created("ironvale:1", 1), created("ironvale:2", 2), refused("ironvale:3", error("x"))
    )
    client = connect(FakeTransport(two_of_three, page("VENDOR")), meter)

    client.create_bills(CALLS)
    list(client.query(QUERY))

    assert [usage for usage in meter.list_usage() if usage.label.partner != "readUserFormatting"] == [
        Usage(day=NOON.date(), label=Label(flow="create APBILL", partner="ironvale"), transactions=2),
        Usage(day=NOON.date(), label=Label(flow="query VENDOR", partner="query"), transactions=1),
    ]
    assert meter.used == 2 + 1 + 1


def test_without_a_label_of_its_own_the_purpose_is_the_flow() -> None:
    meter = Meter(clock=lambda: NOON)

    list(connect(FakeTransport(page("VENDOR")), meter).query(QUERY))

    assert Label(flow="query VENDOR") in {usage.label for usage in meter.list_usage()}


def test_the_forecast_goes_on_as_it_went_so_far() -> None:
    clock = Clock(datetime(2030, 6, 11, tzinfo=UTC))
    used = [
        Usage(day=date(2030, 6, 3), label=Label(), transactions=1000),
        Usage(day=date(2030, 5, 31), label=Label(), transactions=9999),
    ]

    meter = Meter(clock=clock, used=used)

    assert (meter.used, meter.forecast) == (1000, 3000)


def test_the_first_minutes_of_a_month_do_not_foretell_millions() -> None:
    clock = Clock(datetime(2030, 6, 1, 0, 0, 1, tzinfo=UTC))
    used = [Usage(day=date(2030, 6, 1), label=Label(), transactions=1)]

    assert Meter(clock=clock, used=used).forecast == 720


@pytest.mark.parametrize(("used", "standing"), [(0, "under"), (1, "soft"), (2, "hard")])
def test_limits_are_reached_when_so_many_are_used_up(used: int, standing: str) -> None:
    usage = [Usage(day=NOON.date(), label=Label(), transactions=used)]

    assert Meter(clock=lambda: NOON, soft=1, hard=2, used=usage).standing == standing
    assert Meter(clock=lambda: NOON, used=usage).standing == "under"


def test_at_the_hard_limit_nothing_more_is_written_until_the_next_month() -> None:
    clock = Clock(NOON)
    meter = Meter(clock=clock, hard=2)
    transport = FakeTransport(answer(created("ironvale:1", 1)))
    client = connect(meter.guard(transport), meter)
    client.create_bills(CALLS[:1])

    with pytest.raises(Throttled, match=r"the hard limit of 2 API transactions a month.*February") as raised:
        client.create_bills(CALLS[:1])

    assert raised.value.retry_after == datetime(2030, 2, 1, tzinfo=UTC) - NOON
    assert len(transport.calls) == 1
    clock.move(days=31)
    client.create_bills(CALLS[:1])
    client.close()
    assert transport.closed


def test_a_write_without_an_answer_counts_as_executed_and_is_read_back_beyond_the_limit() -> None:
    meter = Meter(clock=lambda: NOON, hard=3)
    transport = FakeTransport(Broken("lost"), page("APBILL"))
    client = connect(meter.guard(transport), meter)

    with pytest.raises(Ambiguous):
        client.create_bills(CALLS[:2])

    assert (meter.used, meter.standing) == (2 + 1, "hard")
    assert client.find_bills([BillKey(vendor_id="V", number="1")]) == ()
    with pytest.raises(Throttled):
        client.create_bills(CALLS[:1])


def test_a_write_without_a_clear_result_counts_as_executed() -> None:
    meter = Meter(clock=lambda: NOON)
    client = connect(FakeTransport(answer(created("ironvale:1", 1), refused("ironvale:2"))), meter)

    client.create_bills(CALLS)

    assert meter.used == 3 + 1


def test_what_is_not_a_session_counts_as_one() -> None:
    meter = Meter(clock=lambda: NOON)
    client = connect(FakeTransport(data_answer("<data><Type/></data>")), meter)

    client.reading.lookup("VENDOR")

    assert meter.used == 1 + 1
