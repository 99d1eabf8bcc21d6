"""The EDI beside its bill in Intacct's books, whatever is lost on the way: the example of its page."""

import base64
import json
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.test_payments import read_example, run_bench, write_example
from tests.acceptance.trade import INVOICED, RULES
from tests.acceptance.workbench import Bench, change_rows, run_until_nothing_is_open
from tests.docs.pages import assert_shown, list_blocks, read_page

from ml_connector.edi import Transaction, read

PAGE: Final = "docs/howto/attach-the-edi.md"
LOST: Final = [
    {"match": {"function": function, "nth": nth}, "action": "drop", "when": when, "times": 1}
    for function, nth, when in (
        ("create_supdoc", 1, "before"),
        ("create_supdoc", 2, "after"),
        ("create", 1, "after"),
    )
]


@pytest.mark.rule("Attachments", 1, 2, 3, 5)
def test_a_bill_names_the_one_attachment_of_its_invoice_though_answers_are_lost(tmp_path: Path) -> None:
    rules = {**RULES, "attachments.toml": read_example(PAGE, "toml")}
    with run_bench(tmp_path, rules) as bench:
        intacct = bench.systems.intacct
        intacct.set_faults(*LOST)
        invoice = write_example(PAGE, "AMBERHUB", "IN", "810", "20261109", INVOICED)
        bench.systems.cleo.drop("invoice.edi", invoice)
        run_until_nothing_is_open(bench, bench.once())

        assert [fault["done"] for fault in intacct.faults()] == [1, 1, 1]
        (bill,) = intacct.bills(number="AF-7800")
        ((body,),) = change_rows(
            f"sqlite:///{intacct.state}", "SELECT body FROM record WHERE object = 'SUPDOC'"
        )
        kept = json.loads(body)
        edi, words = json.loads(kept["FILES"])
        content = base64.b64decode(edi["attachmentdata"])
        (sent,) = (item for item in read([content]) if isinstance(item, Transaction))
        assert (bill["SUPDOCID"], bill["TRX_TOTALENTERED"]) == (kept["SUPDOCID"], "250.00")
        assert sent.segments[1].element(2) == "AF-7800"
        assert "    number: AF-7800" in base64.b64decode(words["attachmentdata"]).decode().splitlines()
        shown = bench.type_command("documents", "show", "AF-7800").output
        steps = list_blocks(read_page(PAGE))
        (expected,) = (text.body for _, text in pairwise(steps) if text.language == "text")
        assert_shown(expected, shown)
        _check_folder(bench)


@pytest.mark.rule("Attachments", 4)
def test_a_user_who_may_have_nothing_to_do_with_attachments_books_its_bills_without(tmp_path: Path) -> None:
    rules = {**RULES, "attachments.toml": read_example(PAGE, "toml")}
    with run_bench(tmp_path, rules) as bench:
        bench.systems.intacct.change_settings(permissions={"mlconnector": {"SUPDOC": ""}})
        invoice = write_example(PAGE, "AMBERHUB", "IN", "810", "20261109", INVOICED)
        bench.systems.cleo.drop("invoice.edi", invoice)
        run_until_nothing_is_open(bench, bench.once())

        (bill,) = bench.systems.intacct.bills(number="AF-7800")
        shown = bench.type_command("documents", "show", "AF-7800").output

        assert not bill.get("SUPDOCID")
        assert "not attached" in shown


def _check_folder(bench: Bench) -> None:
    """`ping` says whether the folder is there before anything goes without its attachment."""
    there = bench.type_command("ping")
    rules = bench.systems.connector.folder / "rules" / "attachments.toml"
    rules.write_text(rules.read_text(encoding="utf-8").replace('"EDI"', '"Papers"'), encoding="utf-8")
    missing = bench.type_command("ping")

    assert_shown("intacct attachment folder EDI … ok exists", there.output)
    assert (there.exit_code, missing.exit_code != 0) == (0, True)
    assert "make this folder for attachments in Intacct" in missing.output
