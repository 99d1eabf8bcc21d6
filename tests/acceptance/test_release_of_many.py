"""One answer frees hundreds of held invoices, and each is one bill in Intacct, counted there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.trade import Invoice, write_interchange
from tests.acceptance.workbench import Bench, open_bench, run_systems
from tests.databases import Stores
from tests.processes import LINK

from ml_connector.records.status import Status

NUMBERS: Final = [f"MANY-{n:03}" for n in range(400)]
NEED: Final = "vendor:Ironvale Steel/VN/92/9007"


@pytest.fixture
def bench(sqlite_stores: Stores, tmp_path: Path) -> Iterator[Bench]:
    """On systems of its own, in slices of a hundred; releases run on both databases in unit tests."""
    with run_systems(tmp_path) as systems, sqlite_stores.make() as url, open_bench(systems, url) as opened:
        link = opened.app.settings.links[LINK]
        links = {LINK: replace(link, settings=link.settings.model_copy(update={"slice": 100}))}
        opened.app = replace(opened.app, settings=replace(opened.app.settings, links=links))
        yield opened


def count_bills(bench: Bench) -> dict[str, int]:
    booked = Counter(str(bill["RECORDID"]) for bill in bench.systems.intacct.bills(vendor="V-1008"))
    return {number: booked[number] for number in NUMBERS}


def test_one_answer_frees_hundreds_and_each_is_posted_once(bench: Bench) -> None:
    invoices = (Invoice(number=number, sellers=("VN*Nobody knows us*92*9007",)) for number in NUMBERS)
    bench.systems.cleo.drop("many.edi", write_interchange(*invoices))
    assert bench.once().counts[Status.HELD] == len(NUMBERS)

    answered = bench.type_command("needs", "answer", NEED, "V-1008", "--by", "Ana", "--yes")
    approved = bench.type_command("xref", "approve", "1", "--by", "Mira")
    released = bench.once()
    again = bench.once()

    assert (answered.exit_code, approved.exit_code) == (0, 0)
    for result in (released, again):
        assert (result.troubles, result.counts[Status.POSTED]) == ((), len(NUMBERS))
    assert count_bills(bench) == dict.fromkeys(NUMBERS, 1)
