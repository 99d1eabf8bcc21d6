"""Every need there can be, as people see it: what it is, why, how old, what money waits, and the one thing to be done."""

import re
from collections.abc import Iterator

import pytest
from tests.databases import Stores
from tests.unit.flows.scene import Scene, open_scene, write_invoice
from typer.core import TyperGroup
from typer.main import get_command

from ml_connector.app.need_actions import ACTIONS
from ml_connector.app.need_views import NeedRow, Waiting
from ml_connector.app.needs import Needs
from ml_connector.cli.main import app
from ml_connector.records.needs import Need

_COMMAND = re.compile(r"ml-connector ([a-z]+) ([a-z]+)((?: (?:--[a-z]+ )?(?:\"[^\"]*\"|[A-Z]+|agreed))*)")
_OPTION = re.compile(r"--[a-z-]+")


@pytest.fixture(scope="module")
def rows(sqlite_stores: Stores) -> Iterator[dict[str, NeedRow]]:
    """An invoice that waits for one need of every kind, looked at after three days; its rows by kind."""
    with sqlite_stores.make() as url, open_scene(url) as scene:
        yield read_rows(scene)


def read_rows(scene: Scene) -> dict[str, NeedRow]:
    scene.drop(write_invoice("INV-1", 12_345, vendor="99"))
    scene.run()
    with scene.store.begin() as work:
        work.needs.meet([1])
        work.needs.add(
            {1: [Need(kind=kind, subject="Q/7", reason=f"{kind} is missing") for kind in sorted(ACTIONS)]}
        )
    scene.wait(days=3)
    found = Needs(basis=scene.make_run().basis, four_eyes=True).list()
    return {row.need.partition(":")[0]: row for row in found}


@pytest.mark.parametrize("kind", sorted(ACTIONS))
def test_every_need_says_what_it_is_why_how_old_what_waits_and_what_to_do(
    rows: dict[str, NeedRow], kind: str
) -> None:
    row = rows[kind]

    assert (row.need, row.reason, row.days) == (f"{kind}:Q/7", f"{kind} is missing", 3)
    [waiting] = row.waiting
    assert (waiting.documents, f"{waiting.amount:.2f}") == (1, "123.45")
    assert isinstance(waiting, Waiting)
    assert row.action
    assert "{" not in row.action
    assert not row.action.endswith((".", ";", ":"))


def test_every_command_that_is_to_be_done_is_one(rows: dict[str, NeedRow]) -> None:
    told = {found for row in rows.values() for found in _COMMAND.findall(row.action)}

    assert {noun for noun, _, _ in told} == {"documents", "reference"}
    for noun, verb, rest in told:
        assert set(_OPTION.findall(rest)) <= list_options(noun, verb)


def list_options(noun: str, verb: str) -> set[str]:
    root = get_command(app)
    assert isinstance(root, TyperGroup)
    group = root.commands[noun]
    assert isinstance(group, TyperGroup)
    return {option for parameter in group.commands[verb].params for option in parameter.opts}


@pytest.mark.parametrize("kind", ["draft_bill", "order", "order_state", "receipt", "vendor_approval"])
def test_what_somebody_does_in_intacct_frees_it_without_another_word(
    rows: dict[str, NeedRow], kind: str
) -> None:
    assert "in Intacct" in rows[kind].action
    assert "it then goes on by itself with the next run" in rows[kind].action
