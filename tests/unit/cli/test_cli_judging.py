"""What scripts rely on: the exit status is the gravest that applies, and JSON has a form for everything."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ml_connector.app.results import RunResult
from ml_connector.cli.commands import judge_run
from ml_connector.cli.exits import Exit
from ml_connector.cli.json_form import render_json
from ml_connector.flows.balance import Balance
from ml_connector.flows.run import Trouble
from ml_connector.records.status import Status

BALANCED = Balance(files={}, rows=(), unread_amounts=0, damaged=(), differences=())
RESULT = RunResult(
    link="main",
    mode="live",
    documents=(),
    files=(),
    counts={Status.HELD: 1},
    balance=BALANCED,
    meter=(),
    cleo_requests=1,
    troubles=(),
    kept_back=0,
    doubtful=0,
    next_look=None,
    next_attempt=None,
)
TROUBLED = replace(RESULT, troubles=(Trouble(step="receive", system="cleo", message="no answer"),))
DOUBTFUL = replace(TROUBLED, doubtful=1)
UNBALANCED = replace(DOUBTFUL, balance=replace(BALANCED, differences=("file #1: document 1 has no row",)))


@pytest.mark.parametrize(
    ("result", "status"),
    [
        (RESULT, Exit.DONE),
        (TROUBLED, Exit.UNREACHED),
        (DOUBTFUL, Exit.IN_DOUBT),
        (UNBALANCED, Exit.UNBALANCED),
    ],
)
def test_the_exit_status_of_a_run_is_the_gravest_that_applies(result: RunResult, status: Exit) -> None:
    assert judge_run(result) is status


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.10"), '"0.10"'),
        (Decimal("1E+3"), '"1000"'),
        (date(2031, 3, 14), '"2031-03-14"'),
        (Status.IN_DOUBT, '"in_doubt"'),
        ("größer", '"größer"'),
        (None, "null"),
        (True, "true"),
    ],
)
def test_a_value_has_one_form_in_json(value: object, text: str) -> None:
    assert render_json(value) == text


@pytest.mark.parametrize("value", [1.5, b"bytes", object()])
def test_what_has_no_exact_form_in_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="has no form in JSON"):
        render_json(value)
