"""Runs of `once` survive what seeds decide; two of the seeds here, and the whole campaign is `make chaos`."""

import pytest
from tests.chaos.dice import make_plan
from tests.chaos.once_campaign import main


def test_a_seed_decides_the_same_each_time_and_another_decides_otherwise() -> None:
    plans = [str(make_plan(seed)) for seed in (*range(20), *range(20))]

    assert plans[:20] == plans[20:]
    assert len(set(plans)) == 20


def test_what_seeds_decide_ends_with_each_invoice_booked_once(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--seeds", "2", "--first-seed", "107", "--jobs", "2"])

    said = capsys.readouterr().out.splitlines()
    assert status == 0, said
    assert [line.split()[3:6] for line in said[:4]] == [
        ["sqlite", "107", "ok"],
        ["postgresql", "107", "ok"],
        ["sqlite", "108", "ok"],
        ["postgresql", "108", "ok"],
    ]
    assert said[-1] == "nothing lost, nothing doubled"
