"""Damaged input never makes the EDI library raise, loop or flood."""

import pytest
from tests.fuzz.campaign import load_corpus, run_batch

COUNT = 50_000
PARTS = 10
SEED = 20_240_115


def test_the_corpus_holds_all_golden_files() -> None:
    assert len(load_corpus()) > 15


@pytest.mark.parametrize("part", range(PARTS))
def test_fifty_thousand_damaged_files_make_no_failure(part: int) -> None:
    count = COUNT // PARTS

    assert run_batch(SEED, part * count, count) == ""
