"""Hundreds of orders, receipts and invoices by the dice; `make chains` plays more of them."""

from pathlib import Path

import pytest
from tests.acceptance.chain_campaign import open_company, play
from tests.acceptance.chain_dice import draw_chains

ORDERS = 100


@pytest.mark.rule("856 ship notice", 3)
@pytest.mark.rule("810 invoice", 3, 4, 8, 9, 10)
@pytest.mark.parametrize("multi_source", [True, False], ids=["from several", "from one"])
def test_whatever_is_invoiced_the_books_have_its_total_or_it_is_held_and_nothing_is_beyond_tolerance(
    tmp_path: Path,
    multi_source: bool,  # noqa: FBT001  # a case
) -> None:
    with open_company(tmp_path, multi_source=multi_source) as buyers:
        played = play(buyers, draw_chains(2031, ORDERS))

    assert played.faults == []
    assert played.posted > played.invoices / 3
    assert played.announced > ORDERS / 10
    assert played.parts > played.posted or multi_source
    assert {"receipt", "match", "arithmetic", "order_line"} <= played.needs.keys()
