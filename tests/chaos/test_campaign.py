"""What seeds decide is survived; two of them here, and the whole campaign is `make chaos`."""

import pytest
from tests.chaos.campaign import Played, main, render_table
from tests.chaos.dice import make_plan
from tests.chaos.line import KILLED, Story


def test_a_seed_decides_the_same_each_time_and_another_decides_otherwise() -> None:
    plans = [str(make_plan(seed)) for seed in (*range(20), *range(20))]

    assert plans[:20] == plans[20:]
    assert len(set(plans)) == 20


def test_a_seed_that_fails_is_told_with_the_command_that_plays_it_again() -> None:
    said = Played(database="postgresql", seed=17, wrongs=["N-1: is 2 bills, ['7', '9']"]).describe()

    assert "WRONG" in said.splitlines()[0]
    assert "wrong: N-1: is 2 bills" in said
    assert said.endswith("python -m tests.chaos.campaign --seeds 1 --first-seed 17 --database postgresql")


def test_the_table_adds_up_what_happened_on_each_database() -> None:
    story = Story(statuses=[0, None, KILLED], faults=3)
    played = [
        Played(database=name, seed=seed, wrongs=["lost"] if seed == 2 else [], story=story)
        for seed in (1, 2)
        for name in ("sqlite", "postgresql")
    ]
    bills = sum(each.bills for each in played[:3:2])

    assert render_table(played).splitlines()[2:] == [
        f"| sqlite | 2 | 4 | 6 | {bills} | 1 |",
        f"| postgresql | 2 | 4 | 6 | {bills} | 1 |",
    ]


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
    assert said[-1].endswith("nothing lost, nothing doubled")
