"""What a thousand invoices cost: gateway requests and Intacct API transactions, counted by the other side."""

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


def test_a_thousand_invoices_take_at_most_sixteen_requests_and_hardly_a_transaction_more_than_bills(
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
        f"{INVOICES} invoices: {requests} gateway requests (at most 16), "
        f"{transactions / INVOICES:.3f} API transactions a bill (at most 1.02)",
    )
    assert requests <= 16
    assert transactions <= 1.02 * INVOICES
    assert counted["functions"]["create"] == INVOICES
    assert sum(reading["requests"] for reading in result["meter"]) == requests
    assert sum(reading["api_transactions"] for reading in result["meter"]) == transactions
