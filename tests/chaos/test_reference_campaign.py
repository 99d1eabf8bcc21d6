"""However Intacct's reference changes and the product is killed, its copy is the truth in the end; `make chaos` has more."""

import pytest
from tests.chaos.reference_campaign import main
from tests.chaos.reference_play import make_reference_plan


def test_a_seed_decides_the_same_company_each_time() -> None:
    plans = [str(make_reference_plan(seed)) for seed in (*range(10), *range(10))]

    assert plans[:10] == plans[10:]
    assert len(set(plans)) == 10


def test_what_seeds_decide_ends_with_a_copy_that_equals_the_truth(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--seeds", "5", "--first-seed", "31", "--on", "alternate", "--jobs", "2"])

    said = capsys.readouterr().out.splitlines()
    assert status == 0, said
    assert [line.split()[3:6] for line in said[:5]] == [
        ["postgresql", "31", "ok"],
        ["sqlite", "32", "ok"],
        ["postgresql", "33", "ok"],
        ["sqlite", "34", "ok"],
        ["postgresql", "35", "ok"],
    ]
    assert any(" 0 alarms" not in line for line in said[:5]), "no seed has lost rows, which is an alarm"
    assert said[-1] == "every copy is equal to the truth"
