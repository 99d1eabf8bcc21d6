"""The configuration is read anew when one of its files has changed, and only then."""

import os
import time
from pathlib import Path

import pytest
from tests.processes import wait_until
from tests.unit.cli.desk import set_up

from ml_connector.config import ConfigRefused, FreshSettings

_LONG_AGO = 1_000_000_000


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration whose files have not changed for years."""
    desk = set_up(tmp_path, "sqlite:///store.db", "main")
    secret = tmp_path / "secret"
    secret.write_text("canary")
    names = {**desk.environment, "ML_CONNECTOR_LINK_MAIN_CLEO_PASSWORD_FILE": str(secret)}
    del names["ML_CONNECTOR_LINK_MAIN_CLEO_PASSWORD"]
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    for file in (tmp_path / "ml-connector.toml", tmp_path / "rules" / "rules.toml", secret):
        os.utime(file, (_LONG_AGO, _LONG_AGO))
    return tmp_path / "ml-connector.toml"


def test_what_has_not_changed_is_not_read_again(path: Path) -> None:
    fresh = FreshSettings(path)
    first = fresh.load()
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        assert fresh.load() is first


@pytest.mark.parametrize("file", ["ml-connector.toml", "rules/rules.toml", "secret", "rules/another.toml"])
def test_whatever_file_changes_the_next_look_shows_it(path: Path, file: str) -> None:
    fresh = FreshSettings(path)
    before = fresh.load()

    with (path.parent / file).open("a") as changed:
        changed.write("\n# another line\n" if file != "secret" else "2")

    wait_until(lambda: fresh.load() is not before, what="it was read anew")
    link = fresh.load().links["main"]
    assert (link.secrets.cleo_password, *link.rules.values()) == (
        "canary2" if file == "secret" else "canary",
        *((path.parent / "rules" / name).read_text() for name in link.rules),
    )
    assert len(link.rules) == (2 if "another" in file else 1)


def test_a_file_that_changed_just_when_it_was_read_is_read_again(path: Path) -> None:
    os.utime(path)
    fresh = FreshSettings(path)

    first = fresh.load()

    wait_until(lambda: fresh.load() is not first, what="it was read again")


def test_a_file_that_is_gone_is_told(path: Path) -> None:
    fresh = FreshSettings(path)
    fresh.load()
    path.unlink()

    def is_refused() -> bool:
        try:
            fresh.load()
        except ConfigRefused:
            return True
        return False

    wait_until(is_refused, what="it was refused")
