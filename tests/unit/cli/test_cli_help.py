"""Help comes at once and helps."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from ml_connector.cli.exits import Exit
from ml_connector.cli.main import app

COMMANDS = (
    ("init",),
    ("ping",),
    ("once",),
    ("balance",),
    ("documents", "list"),
    ("documents", "show"),
    ("documents", "explain"),
    ("documents", "release"),
    ("documents", "reject"),
    ("documents", "reopen"),
    ("documents", "replay"),
    ("needs", "list"),
    ("needs", "show"),
    ("needs", "answer"),
    ("xref", "list"),
    ("xref", "approve"),
    ("xref", "decline"),
    ("audit", "show"),
    ("edi", "show"),
    ("edi", "check"),
    ("edi", "split"),
)
ASK_FOR_HELP = """
import sys
sys.argv = ["ml-connector", "--help"]
from ml_connector.cli.main import main
try:
    main()
finally:
    print(sorted(sys.modules), file=sys.stderr)
"""
LOAD_THE_LOG = "import sys, ml_connector.cli.log_lines, ml_connector.cli.run, ml_connector.app; print(sorted(sys.modules))"


def test_what_runs_for_months_loads_nothing_that_draws() -> None:
    loaded = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOAD_THE_LOG], capture_output=True, text=True, check=True
    ).stdout

    assert "'ml_connector.cli.log_lines'" in loaded
    assert "'rich'" not in loaded


def test_help_loads_nothing_heavy() -> None:
    asked = subprocess.run(
        [sys.executable, "-W", "error", "-c", ASK_FOR_HELP], capture_output=True, text=True, check=True
    )

    assert "Usage: ml-connector" in asked.stdout
    assert "'typer'" in asked.stderr
    for heavy in (
        "dbos",
        "sqlalchemy",
        "alembic",
        "httpx2",
        "lxml",
        "pydantic",
        "rapidfuzz",
        "ml_connector.edi",
    ):
        assert f"'{heavy}'" not in asked.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_does_and_shows_an_example(command: tuple[str, ...]) -> None:
    said = CliRunner(env={"COLUMNS": "80"}).invoke(app, [*command, "-h"]).output

    assert "Example" in said
    assert f"ml-connector {' '.join(command)}" in said
    assert max(map(len, said.splitlines())) <= 80


def test_every_exit_status_is_named_in_the_help() -> None:
    said = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["--help"]).output

    assert all(
        f"{int(status)} " in said.partition("Exit status:")[2] for status in Exit if status is not Exit.FAULT
    )


@pytest.mark.parametrize("arguments", [[], ["documents"], ["audit"], ["edi"]])
def test_a_command_that_is_not_finished_shows_what_there_is(arguments: list[str]) -> None:
    said = CliRunner().invoke(app, arguments)

    assert said.exit_code == Exit.USAGE
    assert "Commands" in said.output
