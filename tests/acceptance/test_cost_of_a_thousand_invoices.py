"""What a thousand invoices cost: gateway requests and Intacct API transactions, counted by both sides, and limited."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.trade import RULES, list_numbers, write_many
from tests.processes import Line, run_line

INVOICES: Final = 1000


@pytest.fixture
def line(tmp_path: Path, store_url: str) -> Iterator[Line]:
    """A line whose copy of Intacct's reference lasts a day, so that its reads are not counted again."""
    a_day = {"reference_every": "1d"}
    with run_line(tmp_path, RULES, store_url=store_url, link_settings=a_day) as running:
        assert running.connector.once()[0] == 0
        running.intacct.reset_counters()
        yield running


def test_a_thousand_invoices_take_seventeen_requests_hardly_a_transaction_more_than_bills_and_no_more_than_the_limit(
    line: Line, record_property: Callable[[str, object], None]
) -> None:
    line.cleo.drop("thousand.edi", write_many(INVOICES))

    status, result = line.connector.once()

    assert (status, result["counts"]) == (0, {"posted": INVOICES})
    assert sorted(bill["RECORDID"] for bill in line.intacct.bills()) == list_numbers(INVOICES)
    counted = line.intacct.counters()
    requests, transactions = counted["requests"], counted["api_transactions"]
    record_property(
        "note",
        f"{INVOICES} invoices: {requests} gateway requests (at most 17), "
        f"{transactions / INVOICES:.3f} API transactions a bill (at most 1.02)",
    )
    assert requests <= 17
    assert transactions <= 1.02 * INVOICES
    assert counted["functions"]["create"] == INVOICES
    assert sum(reading["requests"] for reading in result["meter"]) == requests
    assert sum(reading["api_transactions"] for reading in result["meter"]) == transactions
    assert result["usage"]["used"] >= transactions

    at_the_limit = {"ML_CONNECTOR_LINK_MAIN_METER_HARD_LIMIT": str(result["usage"]["used"] + 12)}
    line.cleo.drop("more.edi", write_many(20, first=INVOICES + 1))
    (limited,) = line.connector.run("once", "--json", environment=at_the_limit).json()
    waiting = [each["reason"] for each in limited["documents"] if each["status"] == "ready"]
    assert limited["usage"]["standing"] == "hard"
    assert 8 <= len(waiting) < 20
    assert all("API transactions in" in reason and "is reached" in reason for reason in waiting)
    assert line.connector.once()[1]["counts"] == {"posted": INVOICES + 20}
