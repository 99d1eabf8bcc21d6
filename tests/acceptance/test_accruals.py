"""What is to be accrued in Intacct's books: the example of its page, a lost answer, and an entry that people delete."""

import re
import shlex
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.test_payments import read_example, run_bench, wrap_example
from tests.acceptance.test_ship_notices import list_records
from tests.acceptance.trade import INVOICED
from tests.acceptance.workbench import Bench
from tests.docs.pages import assert_shown, list_blocks, read_page
from typer.testing import Result

PAGE: Final = "docs/howto/accruals.md"
LOST: Final = {"match": {"function": "create", "object": "GLBATCH"}, "action": "drop", "when": "after"}
DAY: Final = INVOICED + timedelta(days=2)
ENTER: Final = ("accruals", "enter", "--as-of", f"{DAY}", "--by", "Ana")


def type_line(bench: Bench, line: str) -> Result:
    """A command of the page, with the day of the test."""
    return bench.type_command(*shlex.split(line.replace("2026-11-30", f"{DAY}"))[1:])


def drop_invoice(bench: Bench) -> None:
    text = wrap_example(read_example(PAGE, "edi"), "AMBERFAST", "IN", "810", "20261109", INVOICED)
    bench.systems.cleo.drop("invoice.edi", text)


def list_sides(bench: Bench) -> list[tuple[str, ...]]:
    names = ("TR_TYPE", "ACCOUNTNO", "TRX_AMOUNT", "LOCATION", "DEPARTMENT")
    return [tuple(each.get(name, "") for name in names) for each in list_records(bench, "GLENTRY")]


@pytest.mark.rule("The books must agree", 8)
def test_the_example_is_one_entry_in_draft_that_the_next_day_takes_back(tmp_path: Path) -> None:
    with run_bench(tmp_path, {"accruals.toml": read_example(PAGE, "toml")}) as bench:
        drop_invoice(bench)
        said = ""
        for block in list_blocks(read_page(PAGE)):
            if block.language == "sh":
                said = "".join(type_line(bench, line).output for line in block.body.splitlines())
            elif block.language == "text":
                assert_shown(block.body, said)
        again = bench.type_command(*ENTER)

        (entry,) = list_records(bench, "GLBATCH")
        told = bench.type_command("audit", "show", f"accruals:main/{DAY}").output
        assert (entry["STATE"], entry["JOURNAL"], entry["BATCH_DATE"]) == ("Draft", "GJ", f"{DAY}")
        assert entry["REVERSEDATE"] == f"{DAY + timedelta(days=1)}"
        assert re.fullmatch("mlc-acc-[A-Z2-7]{12}", entry["REFERENCENO"])
        assert list_sides(bench) == [
            ("1", "5060", "250.00", "110", "120"),
            ("-1", "2020", "250.00", "110", ""),
        ]
        assert "in Intacct: journal entry 1 over 250.00 USD, Draft" in again.output
        assert re.findall("accruals [a-z ]+?(?=  |$)", told, re.MULTILINE) == [
            "accruals sending",
            "accruals entered",
        ]


@pytest.mark.rule("The books must agree", 8)
def test_though_the_answer_is_lost_there_is_one_entry_and_only_another_person_may_approve_it(
    tmp_path: Path,
) -> None:
    with run_bench(tmp_path, {"accruals.toml": read_example(PAGE, "toml")}) as bench:
        intacct = bench.systems.intacct
        drop_invoice(bench)
        bench.once()
        bench.type_command(*ENTER)
        own = bench.type_command("xref", "approve", "1", "--by", "ana")
        bench.type_command("xref", "approve", "1", "--by", "Mira")
        intacct.set_faults({**LOST, "times": 1})
        lost = bench.type_command(*ENTER)
        found = bench.type_command(*ENTER)
        assert len(list_records(bench, "GLBATCH")) == 1
        assert (own.exit_code, lost.exit_code, found.exit_code) == (2, 6, 0)
        assert "ana has prepared 1" in own.output
        assert "in doubt over 250.00 USD" in lost.output
        assert "in Intacct: journal entry 1 over 250.00 USD" in found.output
