"""What Intacct refuses is held before, and nothing that it takes: a small campaign, and how its results are written."""

from pathlib import Path

import pytest
from tests.preflight.campaign import run_campaign
from tests.preflight.catalogue import FAULTS
from tests.preflight.report import LEAST, PAGE, Judged, Report, describe, render_page


@pytest.mark.rule("Before anything else", 21)
def test_what_intacct_refuses_is_held_before_and_nothing_that_it_takes(tmp_path: Path) -> None:
    faulty, good = run_campaign(tmp_path, seed=5, count=len(FAULTS))

    told = describe(faulty, good)
    assert len(faulty.refused) > 0.8 * len(FAULTS), told
    assert faulty.share >= LEAST, told
    assert not faulty.alarms, told
    assert not good.alarms, told
    assert not good.refused, told


def test_the_page_has_the_results_of_all_faults() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert [fault.name for fault in FAULTS if f"\n| {fault.name} |" not in text] == []
    assert "2,000 good documents: 0 are held, 0 are refused." in text


def test_the_page_tells_what_was_missed_and_what_was_held_in_vain() -> None:
    faulty = Report(
        judged=[
            Judged(fault="term deleted", target="bill", refused="", needs=("term",)),
            Judged(fault="vendor deleted", target="bill", refused="Invalid Vendor; so not", needs=()),
            Judged(fault="vendor deleted", target="order", refused="Invalid Vendor", needs=("vendor",)),
        ]
    )

    text = render_page("<!-- campaign -->\nold\n<!-- end -->", faulty, Report(), seed=7, commit="abc")

    assert "old" not in text
    assert "Seed 7, commit `abc`." in text
    assert "| vendor deleted | 2 | 2 | 1 | 0 | `vendor` |" in text
    assert "| term deleted | 1 | 0 | 0 | 1 | `term` |" in text
    assert "| vendor deleted | bill | Invalid Vendor |" in text
    assert not faulty.is_foreseen
    assert Report().is_foreseen
