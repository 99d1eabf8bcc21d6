"""`init` gives a newcomer something to start from, and never takes anything away."""

import contextlib
import stat
from pathlib import Path

from typer.testing import CliRunner

from ml_connector.cli.main import app
from ml_connector.cli.starter import KEY, PARTS


def init(folder: Path) -> str:
    result = CliRunner().invoke(app, ["init", str(folder)], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_it_writes_the_configuration_its_rules_and_a_key_and_says_what_is_next(tmp_path: Path) -> None:
    said = init(tmp_path / "ap")

    assert sorted(
        p.relative_to(tmp_path / "ap").as_posix() for p in (tmp_path / "ap").rglob("*.*")
    ) == sorted((*PARTS, KEY))
    assert [line for line in said.splitlines() if line.startswith("wrote ")] == [
        f"wrote {tmp_path / 'ap' / part}" for part in (*PARTS, KEY)
    ]
    assert said.splitlines()[-1].startswith(f"Next: cd {tmp_path / 'ap'}, fill in ")
    assert said.splitlines()[-1].endswith("then: ml-connector ping")


def test_where_one_is_already_is_no_way_to_go(tmp_path: Path) -> None:
    with contextlib.chdir(tmp_path):
        assert init(Path()).splitlines()[-1].startswith("Next: fill in ")


def test_nothing_that_is_there_is_overwritten(tmp_path: Path) -> None:
    init(tmp_path)
    key = (tmp_path / KEY).read_text()
    (tmp_path / "ml-connector.toml").write_text("mine")
    (tmp_path / "rules" / "coding.toml").unlink()

    said = init(tmp_path)

    assert (tmp_path / "ml-connector.toml").read_text() == "mine"
    assert (tmp_path / KEY).read_text() == key
    assert (tmp_path / "rules" / "coding.toml").exists()
    assert f"kept {tmp_path / 'ml-connector.toml'}, which was there" in said
    assert f"wrote {tmp_path / 'rules' / 'coding.toml'}" in said


def test_the_key_is_long_of_its_own_and_for_its_owner_only(tmp_path: Path) -> None:
    init(tmp_path / "one")
    init(tmp_path / "two")

    first, second = ((tmp_path / name / KEY).read_text().strip() for name in ("one", "two"))

    assert stat.S_IMODE((tmp_path / "one" / KEY).stat().st_mode) == 0o600
    assert len(first) >= 43
    assert first != second
