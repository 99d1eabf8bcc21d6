"""Checking the rules from the command line."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.cli.desk import RULES, Desk, set_up
from tests.unit.store.copying import INK, QUILL, take

from ml_connector.cli.exits import Exit
from ml_connector.records.reference import ReferenceRow

GOOD = """
[[partner]]
name = "Quill & Co"
senders = ["ZZ/QUILL"]
vendors = ["V-7"]

[[coding]]
name = "ink"
when = { vendor = "v-?", item = "VN/INK*" }
account = "5000"
project = "P-1"

[[coding]]
name = "freight goes with the goods"
on = "charge"
spread = true
"""
HIDDEN = """
[[coding]]
name = "red ink"
when = { vendor = "V-7", item = "VN/INK-RED" }
account = "5001"
"""
PAPER = '\n[[coding]]\nname = "paper"\nwhen = { vendor = "W*" }\naccount = "5000"\n'


@pytest.fixture
def desk(tmp_path: Path, store_url: str) -> Desk:
    made = set_up(tmp_path, store_url, "main")
    _write(made, GOOD)
    return made


def _write(desk: Desk, rules: str) -> None:
    (desk.folder / "rules" / "rules.toml").write_text(RULES.replace('entity = "E1"', "") + rules)


def _make_vendor(number: int) -> ReferenceRow:
    return replace(QUILL, key=f"U-{number}", body={**QUILL.body, "record_no": 100 + number}, aliases=())


def test_good_rules_are_explained_in_the_order_they_are_asked(desk: Desk) -> None:
    done = desk.run("rules", "check", columns=110)

    lines = [line.split() for line in done.stdout.splitlines() if line.strip()]
    assert done.exit_code == Exit.DONE
    assert lines[0] == ["main:", "Quill", "&", "Co"]
    assert lines[2] == ["810", "any", "ap_bill", "–", "draft"]
    assert " ".join(lines[4]).startswith("1 line ink vendor v-?, item VN/INK*")
    assert "spread over the goods" in done.stdout
    assert "there is no copy yet" in done.stdout
    assert lines[-1] == ["nothing", "was", "found"]


def test_what_can_never_act_is_named_and_is_the_exit_status(desk: Desk) -> None:
    _write(desk, GOOD + HIDDEN + PAPER)
    others = [_make_vendor(n) for n in range(1001)]  # more than a page
    with desk.open_store() as store:
        take(store, [QUILL, INK, *others])

    done = desk.run("rules", "check", "--json")

    told = json.loads(done.stdout)
    assert done.exit_code == Exit.FINDINGS
    assert told["reference"] == 1
    assert [rule["name"] for rule in told["coding"]] == [
        "ink",
        "freight goes with the goods",
        "red ink",
        "paper",
    ]
    assert [f"{each['place']}: {each['problem']}" for each in told["findings"]] == [
        "coding “red ink”: never decides: “ink” stands before it and holds wherever it does; move it up, or take it out",
        "coding “paper”: never holds: no vendor in Intacct goes by 'W*'; correct the id",
        "coding “ink”: project P-1 is not in Intacct; create it, or correct the rule",
        "coding “red ink”: account 5001 is not in Intacct; create it, or correct the rule",
    ]
    assert "coding “red ink”" in desk.run("rules", "check").stdout


def test_a_file_that_cannot_be_used_is_refused_with_each_problem(desk: Desk) -> None:
    _write(desk, '[[coding]]\nname = "ink"\nacount = "5000"\n')

    done = desk.run("rules", "check")

    assert done.exit_code == Exit.CONFIG
    assert "coding[1].acount: unknown key; did you mean 'account'?" in done.stderr


def test_a_value_of_the_company_s_own_dimension_is_looked_up(desk: Desk) -> None:
    rule = '\n[[coding]]\nname = "paper"\naccount = "5000"\ndimensions = { REGION = "10004" }\n'
    region = ReferenceRow(kind="dimension:REGION", key="10003", body={"record_no": 10003, "name": "North"})
    _write(desk, GOOD.replace('project = "P-1"', 'dimensions = { REGION = "10003" }') + rule)
    with desk.open_store() as store:
        take(store, [QUILL, INK, region])

    done = desk.run("rules", "check", columns=120)

    assert done.exit_code == Exit.FINDINGS
    assert [line for line in done.stdout.splitlines() if "not in Intacct" in line] == [
        "coding “paper”: dimension:REGION 10004 is not in Intacct; create it, or correct the rule"
    ]
