"""What seeds decide is survived; the whole campaign is `python -m tests.chaos.campaign`."""

import pytest
from tests.chaos.campaign import Played, main
from tests.chaos.dice import make_plan


def test_a_seed_decides_the_same_each_time_and_another_decides_otherwise() -> None:
    plans = [str(make_plan(seed)) for seed in (*range(20), *range(20))]

    assert plans[:20] == plans[20:]
    assert len(set(plans)) == 20


def test_a_seed_that_fails_is_told_with_the_command_that_plays_it_again() -> None:
    said = Played(database="postgresql", seed=17, wrongs=["N-1: is 2 bills, ['7', '9']"]).describe()

    assert "WRONG" in said.splitlines()[0]
    assert "wrong: N-1: is 2 bills" in said
    assert said.endswith("python -m tests.chaos.campaign --seeds 1 --first-seed 17 --database postgresql")


def test_what_seeds_decide_ends_with_each_invoice_booked_once(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--seeds", "2", "--first-seed", "1", "--database", "sqlite"])

    said = capsys.readouterr().out.splitlines()
    assert status == 0, said
    assert [line.split()[:3] for line in said[:2]] == [["sqlite", "1", "ok"], ["sqlite", "2", "ok"]]
    assert said[2:] == ["2 seeds on sqlite: nothing lost, nothing doubled"]
