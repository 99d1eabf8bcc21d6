"""What happens to processes that work by themselves is survived; one story here, all of them are `make chaos`."""

import pytest
from tests.chaos.engine_campaign import Played, main, render_table
from tests.chaos.engine_play import Happened


def test_a_seed_that_fails_is_told_with_the_command_that_plays_it_again() -> None:
    said = Played(crew="postgresql-3", seed=17, wrongs=["N-1: is 2 bills, ['7', '9']"]).describe()

    assert "WRONG" in said.splitlines()[0]
    assert "wrong: N-1: is 2 bills" in said
    assert said.endswith(
        "python -m tests.chaos.engine_campaign --seeds 1 --first-seed 17 --crew postgresql-3"
    )


def test_the_table_adds_up_what_happened_to_each_crew() -> None:
    happened = Happened(kills=2, freezes=1, robberies=1, faults=3)
    played = [
        Played(crew=crew, seed=seed, wrongs=["lost"] if seed == 2 else [], happened=happened, bills=5)
        for seed in (1, 2)
        for crew in ("sqlite-1", "postgresql-3")
    ]

    assert render_table(played).splitlines()[2:] == [
        "| 1 on sqlite | 2 | 4 | 2 | 2 | 6 | 10 | 1 |",
        "| 3 on postgresql | 2 | 4 | 2 | 2 | 6 | 10 | 1 |",
    ]


def test_killed_and_frozen_workers_book_each_invoice_once(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--seeds", "1", "--first-seed", "111", "--jobs", "3"])

    said = capsys.readouterr().out.splitlines()
    assert status == 0, said
    assert [line.split()[3:6] for line in said[:3]] == [
        ["sqlite-1", "111", "ok"],
        ["postgresql-1", "111", "ok"],
        ["postgresql-3", "111", "ok"],
    ]
    assert all("1 kills, 1 frozen" in line for line in said[:3]), said
    assert said[-1] == "nothing lost, nothing doubled"
