"""How campaigns tell what happened; each campaign has a test of its own, and all of them are `make chaos`."""

import re
from pathlib import Path
from typing import Final

import pytest
from tests.chaos.campaign import Campaign, Ending, Played, describe_played, render_table, run_campaign


def play_seed(seed: int, place: str, _folder: Path, url: str) -> Ending:
    assert url.startswith("sqlite:///")
    assert place == "left", "N-1: is 2 bills"
    return Ending(counts={"kills": seed, "bills": 5, "not shown": 1})


def describe_seed(seed: int) -> list[str]:
    return [f"round: {seed} files"]


CAMPAIGN: Final = Campaign(
    name="some_campaign",
    places={"left": "sqlite", "right": "sqlite"},
    play=play_seed,
    describe=describe_seed,
    counted=("kills", "bills"),
    jobs=1,
)


def test_a_seed_that_fails_is_told_with_what_it_decides_and_the_command_that_plays_it_again() -> None:
    played = Played(place="right", seed=17, ending=Ending(wrongs=["N-1: is 2 bills"], counts={"kills": 2}))

    assert [line.split() for line in describe_played(CAMPAIGN, played).splitlines()] == [
        ["right", "17", "WRONG", "2", "kills", "0.0", "s"],
        ["wrong:", "N-1:", "is", "2", "bills"],
        ["round:", "17", "files"],
        [
            "again:",
            *[
                "python",
                "-m",
                "tests.chaos.some_campaign",
                "--seeds",
                "1",
                "--first-seed",
                "17",
                "--on",
                "right",
            ],
        ],
    ]


def test_the_table_adds_up_what_happened_in_each_place() -> None:
    played = [
        Played(place=place, seed=seed, ending=Ending(wrongs=["lost"] * (seed == 2), counts={"bills": 5}))
        for seed in (1, 2, 3)
        for place in ("left", "right")
        if (seed, place) != (3, "right")
    ]

    assert render_table(CAMPAIGN, played).splitlines() == [
        "| | seeds | kills | bills | failed |",
        "|---|---|---|---|---|",
        "| left | 3 | 0 | 15 | 1 |",
        "| right | 2 | 0 | 10 | 1 |",
    ]


def test_seeds_are_played_by_turns_and_the_report_names_them_and_the_commit(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = run_campaign(CAMPAIGN, ["--seeds", "3", "--first-seed", "2", "--on", "alternate"])

    said = capsys.readouterr().out
    assert status == 1
    assert [line.split()[3:6] for line in said.splitlines() if " of 3 " in line] == [
        ["left", "2", "ok"],
        ["right", "3", "WRONG"],
        ["left", "4", "ok"],
    ]
    assert re.search(r"^Seeds 2 to 4, in .* min on \d+ cores, at .*commit.*\.$", said, re.MULTILINE), said
    assert said.endswith("1 failed: 3 on right\n")
