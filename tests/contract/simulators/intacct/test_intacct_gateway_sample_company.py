"""The sample company: deterministic, complete in itself, and able to take a bill for every active vendor."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.contract.simulators.intacct.driver import Gateway

from mlc_sim.intacct.app import make_app
from mlc_sim.intacct.sample_company import build


@pytest.fixture
def objects() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = build()["objects"]
    return found


def test_it_is_the_same_at_every_call() -> None:
    assert json.dumps(build()) == json.dumps(build())


def test_it_has_the_size_of_a_real_company(objects: dict[str, list[dict[str, Any]]]) -> None:
    sizes = {name: len(rows) for name, rows in objects.items()}

    assert sizes == {
        "LOCATION": 10,
        "DEPARTMENT": 15,
        "CLASS": 10,
        "PROJECT": 20,
        "APTERM": 7,
        "GLACCOUNT": 132,
        "VENDOR": 301,
        "UOM": 2,
        "ITEM": 6,
        "ITEMCROSSREF": 2,
        "WAREHOUSE": 2,
        "CHECKINGACCOUNT": 1,
        "CREDITCARD": 1,
        "GLJOURNAL": 2,
        "PODOCUMENTPARAMS": 3,
        "REGION": 3,
        "SUPDOCFOLDER": 1,
    }


def test_ids_are_unique_and_every_reference_is_met(objects: dict[str, list[dict[str, Any]]]) -> None:
    vendors, accounts = objects["VENDOR"], {each["ACCOUNTNO"] for each in objects["GLACCOUNT"]}
    terms = {each["NAME"] for each in objects["APTERM"]}

    assert (
        len({each["VENDORID"] for each in vendors}) == len({each["NAME"] for each in vendors}) == len(vendors)
    )
    assert {each["TERMNAME"] for each in vendors} <= terms
    assert {each["APACCOUNT"] for each in vendors} <= accounts
    assert {each["EXPENSEACCOUNT"] for each in objects["ITEM"]} <= accounts
    assert {each["UOMGRP"] for each in objects["ITEM"]} <= {each["NAME"] for each in objects["UOM"]}
    locations = {each["LOCATIONID"] for each in objects["LOCATION"]}
    assert {each["LOCATIONID"] for each in objects["WAREHOUSE"]} <= locations
    assert len(accounts) == len(objects["GLACCOUNT"])


def test_it_has_the_odd_cases_that_matter(objects: dict[str, list[dict[str, Any]]]) -> None:
    vendors = objects["VENDOR"]
    statuses = Counter(each["STATUS"] for each in vendors)

    assert statuses["inactive"] >= 3
    assert sum(bool(each["ONHOLD"]) for each in vendors) >= 3
    assert {"Amberfield Fasteners Corp", "Amberfield Fastener Inc"} <= {each["NAME"] for each in vendors}
    assert all(len(each["TAXID"]) in {0, 9} for each in vendors)
    assert [
        each["ACCOUNTNO"] for each in objects["GLACCOUNT"] if each["ALTERNATIVEACCOUNT"] == "Payables account"
    ] == ["2000"]
    for flag in ("REQUIREDEPT", "REQUIRELOC", "REQUIREPROJECT", "REQUIRECLASS"):
        assert any(each[flag] for each in objects["GLACCOUNT"])


def test_every_active_vendor_can_be_billed_on_its_own_account(
    tmp_path: Path, objects: dict[str, list[dict[str, Any]]]
) -> None:
    app = make_app(tmp_path / "intacct.db")("http://127.0.0.1:1")
    gateway = Gateway(app)
    gateway.admin("POST", "/seed", build())
    line = {
        "TRX_AMOUNT": "1.00",
        "LOCATIONID": "110",
        "DEPARTMENTID": "110",
        "CLASSID": "C01",
        "PROJECTID": "P-001",
    }

    for vendor in objects["VENDOR"]:
        entered = {
            "VENDORID": vendor["VENDORID"],
            "WHENCREATED": "01/02/2030",
            "TERMNAME": vendor["TERMNAME"],
        }
        lines = [{"ACCOUNTNO": vendor["APACCOUNT"], **line}]
        response = gateway.admin_response("POST", "/bills", {"bill": {**entered, "APBILLITEMS": lines}})
        assert (response.status == 200) is (vendor["STATUS"] == "active"), response.body
    app.admin.lanes.close()
