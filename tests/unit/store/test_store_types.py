"""Money stays exact and times stay aware, whatever the database does."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite
from tests.unit.store.rows import add_file, number_document

from ml_connector.store import Store
from ml_connector.store.types import LARGEST_AMOUNT, Amount, UtcTime

DIALECT = sqlite.dialect()
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def keep(amount: Decimal) -> Decimal | None:
    return Amount().process_result_value(Amount().process_bind_param(amount, DIALECT), DIALECT)


@given(st.decimals(min_value=-LARGEST_AMOUNT, max_value=LARGEST_AMOUNT, places=4))
def test_every_amount_of_four_places_comes_back_exactly(amount: Decimal) -> None:
    assert keep(amount) == amount


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_an_amount_is_kept_exactly_or_refused(amount: Decimal) -> None:
    try:
        kept = keep(amount)
    except ValueError:
        return

    assert kept == amount


@pytest.mark.parametrize(
    "amount",
    [
        "0.00001",
        "922337203685477.0001",
        "-922337203685478",
        "1.00000000000000000000000000000000001",
        "922337203685477.00000000000000000000001",
        "1E+40",
        "NaN",
        "sNaN",
        "Infinity",
    ],
)
def test_what_no_integer_of_ten_thousandths_can_hold_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="no amount of at most four decimal places"):
        Amount().process_bind_param(Decimal(amount), DIALECT)


def test_an_amount_shows_its_cents_and_no_more_than_it_has() -> None:
    assert [str(keep(Decimal(text))) for text in ("7", "7.5", "7.1234", "0", "-3.1")] == [
        "7.00",
        "7.50",
        "7.1234",
        "0.00",
        "-3.10",
    ]


def test_the_largest_amount_goes_through_the_database(store: Store) -> None:
    file_id = add_file(store)
    amounts = [LARGEST_AMOUNT, Decimal("999999999999.9999"), None]

    with store.begin() as work:
        work.documents.add(file_id, [number_document(n, amount=a) for n, a in enumerate(amounts)])
        stored = work.documents.list_of_file(file_id)

    assert [each.document.amount for each in stored] == amounts


@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=ZONES))  # noqa: DTZ001 (hypothesis wants it naive)
def test_a_moment_of_any_zone_comes_back_as_the_same_moment_in_utc(moment: datetime) -> None:
    kept = UtcTime().process_result_value(UtcTime().process_bind_param(moment, DIALECT), DIALECT)

    assert kept == moment
    assert kept is not None
    assert kept.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        UtcTime().process_bind_param(datetime(2031, 3, 14), DIALECT)  # noqa: DTZ001 (that is the point)


def test_nothing_stays_nothing() -> None:
    assert Amount().process_bind_param(None, DIALECT) is None
    assert Amount().process_result_value(None, DIALECT) is None
    assert UtcTime().process_bind_param(None, DIALECT) is None
    assert UtcTime().process_result_value(None, DIALECT) is None
