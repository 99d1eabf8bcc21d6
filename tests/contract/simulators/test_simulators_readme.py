"""What the README of the simulators says of faults and settings is what they take."""

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import pytest

from mlc_sim import faults
from mlc_sim.cleo.settings import Settings as TenantSettings
from mlc_sim.cleo.tenant import OWN_ACTIONS as TENANT_ACTIONS
from mlc_sim.cleo.tenant import open_tenant
from mlc_sim.faults import FaultScript, read_fault
from mlc_sim.intacct.gateway import BODY_FACTS
from mlc_sim.intacct.gateway import OWN_ACTIONS as GATEWAY_ACTIONS
from mlc_sim.intacct.settings import Settings as GatewaySettings
from mlc_sim.wire import ACTIONS

README: Final = (Path(__file__).parents[3] / "simulators" / "README.md").read_text(encoding="utf-8")
KNOWN: Final = {"reset_unread", *ACTIONS, *GATEWAY_ACTIONS, *TENANT_ACTIONS}


def read_examples(system: str) -> list[Any]:
    """The JSON under `Examples for the` gateway or tenant."""
    [part] = re.findall(rf"### Examples for the {system}\n(.*?)(?=\n### |\Z)", README, re.DOTALL)
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", part, re.DOTALL)]


def test_the_table_of_actions_is_complete_and_names_no_other() -> None:
    table = README[README.index("| action |") : README.index("### Examples")]

    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == KNOWN


def test_the_docstring_describes_the_same_actions() -> None:
    assert set(re.findall(r"^ {4}(\w+) ", faults.__doc__ or "", re.MULTILINE)) == KNOWN


@pytest.mark.parametrize("settings", [GatewaySettings, TenantSettings])
def test_every_setting_is_in_a_table(settings: type[Any]) -> None:
    described = set(re.findall(r"`(\w+)`", README[README.index("## Settings") : README.index("## Faults")]))

    assert {field.name for field in fields(settings)} <= described


@pytest.mark.parametrize("example", read_examples("gateway"))
def test_the_gateway_takes_the_examples(example: list[Any]) -> None:
    FaultScript(body_facts=BODY_FACTS, own_actions=GATEWAY_ACTIONS).add(*map(read_fault, example))


@pytest.mark.parametrize("example", read_examples("tenant"))
def test_the_tenant_takes_the_examples(example: list[Any], tmp_path: Path) -> None:
    tenant = open_tenant(tmp_path)
    tenant.faults.add(*map(read_fault, example))
    tenant.close()
