"""The harness finds what it is there for: a copy of the product with a planted bug fails where the product passes."""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest
from tests.chaos.line import Broken, KillAtRequest, Round, RunOne, play, run_chaos_line
from tests.chaos.trade import make_shipment
from tests.chaos.verdict import find_wrongs

PLANTED: Final = Path(__file__).parent / "planted"
SOURCE: Final = Path(__file__).parents[2] / "src"
SHIPMENT: Final = make_shipment("P", (3, 2))

#: Intacct goes on after it has dropped the call, and commits long after the bills were sent once more.
STILL_EXECUTING: Final = Round(
    act=RunOne(),
    shipment=SHIPMENT,
    faults=[("intacct", {"match": {"function": "create"}, "action": "late", "seconds": 7})],
)
KILLED_BEFORE_THE_ANSWER: Final = Round(
    act=KillAtRequest(system="intacct", n=1, when="after", match={"function": "create"}), shipment=SHIPMENT
)


def plant(bug: str, folder: Path) -> Path:
    """A copy of the product's source with the bug in it."""
    shutil.copytree(SOURCE, folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    alone = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    patch = str(PLANTED / f"{bug}.patch")
    subprocess.run(["git", "apply", patch], cwd=folder, env=alone, check=True)
    return folder / "src"


def list_wrongs(folder: Path, happens: Round, source: Path) -> list[str]:
    folder.mkdir()
    with run_chaos_line(folder, f"sqlite:///{folder}/store.db", source=source, doubt=("0s", "1s")) as line:
        try:
            play(line, [happens])
            return find_wrongs(line, [SHIPMENT])
        except Broken as error:
            return [str(error)]


@pytest.mark.parametrize(
    ("bug", "happens", "said"),
    [
        pytest.param("random_control_id", STILL_EXECUTING, "is 2 bills", id="random control id"),
        pytest.param(
            "intent_after_sending",
            KILLED_BEFORE_THE_ANSWER,
            "instead of ['posted']",
            id="intent after sending",
        ),
    ],
)
def test_a_planted_bug_is_caught_where_the_product_stands(
    tmp_path: Path, bug: str, happens: Round, said: str
) -> None:
    planted = plant(bug, tmp_path / "copy")

    with ThreadPoolExecutor(2) as both:
        sound = both.submit(list_wrongs, tmp_path / "sound", happens, SOURCE)
        broken = both.submit(list_wrongs, tmp_path / "broken", happens, planted)

    assert sound.result() == []
    assert any(said in wrong for wrong in broken.result()), broken.result()
