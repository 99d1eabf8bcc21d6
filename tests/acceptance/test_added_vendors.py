"""Vendors that are created of EDI, in the simulator's books: the example of its page, a lost answer and a kill."""

import re
import shlex
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from tests.acceptance.test_payments import read_example, run_bench, write_example
from tests.acceptance.trade import INVOICED, RULES
from tests.acceptance.workbench import Bench, find_document, run_until_nothing_is_open
from tests.docs.pages import assert_shown, list_blocks, read_page, take_section
from tests.processes import COMPANY, IntacctProcess, run_line, wait_until

from ml_connector.records.status import Status

PAGE: Final = "docs/howto/new-vendors.md"
LOST: Final = {
    "match": {"function": "create", "object": "VENDOR"},
    "action": "drop",
    "when": "after",
    "times": 1,
}
HELD_UP: Final = {
    "match": {"function": "create", "object": "VENDOR"},
    "action": "delay",
    "seconds": 60,
    "when": "after",
}
MOST_RUNS: Final = 8


def read_rules(policy: str = "propose") -> Mapping[str, str]:
    return {**RULES, "new.toml": read_example(PAGE, "toml").replace('"propose"', f'"{policy}"')}


def write_invoice() -> bytes:
    return write_example(PAGE, "MILLRACE", "IN", "810", "20261109", INVOICED)


def list_added(intacct: IntacctProcess) -> list[dict[str, Any]]:
    """What the company has of the seller."""
    vendors = intacct.ask("GET", "/truth", company=COMPANY, object="VENDOR")
    return [vendor for vendor in vendors if vendor["NAME"] == "Ridgeline Tool"]


def type_example(bench: Bench) -> list[str]:
    """Each group of commands on the page, once, with what is shown after it; returns what they printed."""
    said: list[str] = []
    for block in list_blocks(take_section(read_page(PAGE), "An example")):
        if block.language == "sh":
            commands = [shlex.split(line)[1:] for line in block.body.splitlines()]
            done = [bench.type_command(*command) for command in commands]
            assert [each.exit_code for each in done] == [0] * len(done), done
            said.append("".join(each.output for each in done))
        elif block.language == "text":
            assert_shown(block.body, said[-1])
    return said


@pytest.mark.rule("Who is the vendor, who is paid", 10)
def test_the_example_is_created_once_and_its_invoice_is_posted(tmp_path: Path) -> None:
    with run_bench(tmp_path, read_rules()) as bench:
        intacct = bench.systems.intacct
        intacct.change_settings(vendor_sequence="VN-")
        bench.systems.cleo.drop("ridgeline.edi", write_invoice())
        type_example(bench)
        run_until_nothing_is_open(bench, bench.once())

        (vendor,) = list_added(intacct)
        (bill,) = intacct.bills(number="RT-1001")
        found = find_document(bench, "RT-1001")
        told = bench.type_command("documents", "show", "RT-1001").output
        assert found.status is Status.POSTED
        assert bill["VENDORID"] == vendor["VENDORID"]
        assert re.fullmatch("VN-[0-9]{4}", vendor["VENDORID"])
        assert (vendor["DONOTCUTCHECK"], vendor["TERMNAME"], vendor["VENDTYPE"]) == (
            "true",
            "N30",
            "Supplier",
        )
        assert vendor["DISPLAYCONTACT.MAILADDRESS.CITY"] == "Columbus"
        assert not {name for name, value in vendor.items() if value and re.match("PAYTO|ACH|TAXID", name)}
        assert "vendor created" in told


@pytest.mark.rule("Who is the vendor, who is paid", 10)
def test_killed_after_intacct_has_created_it_there_is_one_vendor_and_one_bill(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with run_line(tmp_path, read_rules("create"), store_url=url) as line:
        line.intacct.change_settings(vendor_sequence="VN-")
        line.intacct.set_faults(HELD_UP)
        line.cleo.drop("ridgeline.edi", write_invoice())
        with line.connector.start("once") as process:
            wait_until(lambda: bool(list_added(line.intacct)), what="the vendor is created")
            assert process.poll() is None
        line.intacct.clear_faults()

        for _ in range(MOST_RUNS):
            _, result = line.connector.once()
            if result["counts"] == {"posted": 1}:
                break

        assert len(list_added(line.intacct)) == 1
        assert len(line.intacct.bills(number="RT-1001")) == 1


@pytest.mark.rule("Who is the vendor, who is paid", 10)
def test_though_the_answer_is_lost_there_is_one_vendor_and_its_invoice_waits_for_the_approval(
    tmp_path: Path,
) -> None:
    rules = dict(read_rules("create"))
    rules["new.toml"] = rules["new.toml"].replace(
        "[new_vendors]\n", '[new_vendors]\napproval_field = "STATE"\n'
    )
    with run_bench(tmp_path, rules) as bench:
        intacct = bench.systems.intacct
        intacct.change_settings(vendor_sequence="VN-", vendor_approvals=True)
        intacct.set_faults(LOST)
        bench.systems.cleo.drop("ridgeline.edi", write_invoice())
        bench.once()
        bench.move_time(timedelta(minutes=1))
        bench.once()
        waiting = [need.key for need in find_document(bench, "RT-1001").needs]
        (vendor,) = list_added(intacct)

        approved = {"object": "VENDOR", "RECORDNO": vendor["RECORDNO"], "fields": {"STATE": "Approved"}}
        intacct.ask("POST", "/edits", {"company": COMPANY, **approved})
        bench.once()

        assert waiting == [f"vendor_approval:{vendor['VENDORID']}"]
        assert find_document(bench, "RT-1001").status is Status.POSTED
