"""What happens to processes that work by themselves is survived; one story here, all of them are `make chaos`."""

import pytest
from tests.chaos.engine_campaign import main


def test_killed_and_frozen_workers_book_each_invoice_once(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--seeds", "1", "--first-seed", "111"])

    said = capsys.readouterr().out.splitlines()
    assert status == 0, said
    assert [line.split()[3:6] for line in said[:4]] == [
        ["sqlite-1", "111", "ok"],
        ["sqlite-3", "111", "ok"],
        ["postgresql-1", "111", "ok"],
        ["postgresql-3", "111", "ok"],
    ]
    assert all("1 kills, 1 frozen" in line for line in said[:4]), said
    assert said[-1] == "nothing lost, nothing doubled"
