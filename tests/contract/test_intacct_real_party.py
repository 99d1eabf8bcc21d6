"""The way to a real company, walked to the simulator: the suite as somebody runs it who has credentials."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from tests.contract.intacct_company import CREDENTIALS as LOGIN
from tests.contract.intacct_company import seed
from tests.contract.intacct_parties import CHOICES, CREDENTIALS, PARTS, Ground, list_parties
from tests.processes import run_intacct

ROOT: Final = Path(__file__).parents[2]
SUITES: Final = ("tests/contract/test_intacct_contract.py", "tests/contract/test_intacct_writes.py")
REAL: Final = {name: part.real for name, part in PARTS.items() if part.real is not None}


def write_environment(url: str) -> dict[str, str]:
    """Every variable there is, with what the company of the simulator has."""
    there = Ground()
    ground = {
        "VENDOR_ID": there.vendor,
        "ACCOUNT_NO": there.account,
        "OFFSET_ACCOUNT_NO": there.offset_account,
        "LOCATION_ID": there.location,
        "DEPARTMENT_ID": there.department or "",
        "CLASS_ID": there.class_id or "",
        "BANK_ID": there.bank,
        "JOURNAL": there.journal,
        "ORDER_DEFINITION": there.order,
        "RECEIVER_DEFINITION": there.receiver,
        "ITEM_ID": there.item,
        "UNIT": there.unit or "",
        "ENTITY": there.entity,
        "CURRENCY": there.currency,
        "DAY": str(there.day),
        "URL": url,
    }
    login = (LOGIN.sender_id, LOGIN.sender_password, LOGIN.company_id, LOGIN.user_id, LOGIN.user_password)
    named = {f"INTACCT_TEST_{name}": value for name, value in ground.items()}
    return {**dict(zip(CREDENTIALS, login, strict=True)), **named}


def test_whoever_names_a_company_has_it_held_to_every_part_that_is_for_one(tmp_path: Path) -> None:
    with run_intacct(tmp_path / "intacct.db") as gateway:
        seed(gateway)
        outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        done = subprocess.run(
            (
                sys.executable,
                "-W",
                "error",
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "-k",
                "real",
                *SUITES,
            ),
            cwd=ROOT,
            env={**outside, **write_environment(gateway.gateway)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout
    [passed] = re.findall(r"(\d+) passed", done.stdout)
    assert int(passed) > 90
    assert not re.search(r"skipped|failed|error", done.stdout)


@pytest.mark.parametrize("name", REAL)
def test_a_company_is_held_to_a_part_only_where_all_is_named_that_it_takes(name: str) -> None:
    environment = write_environment("http://127.0.0.1:1")

    assert environment.keys() == {*CREDENTIALS, *CHOICES}.union(*REAL.values())
    assert "real" in list_parties(name, environment)
    for variable in (*CREDENTIALS, *REAL[name]):
        assert "real" not in list_parties(name, {**environment, variable: ""})
