"""An invoice that names no order becomes a bill: the example of its page, read back from Intacct's books."""

import shlex
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.test_payments import read_example, run_bench, write_example
from tests.acceptance.trade import INVOICED
from tests.docs.pages import assert_shown

PAGE: Final = "docs/howto/invoices.md"


@pytest.mark.rule("810 invoice", 12, 15, 16)
def test_the_example_is_one_bill_of_its_total_and_every_line_says_why(tmp_path: Path) -> None:
    with run_bench(tmp_path, {"rules.toml": read_example(PAGE, "toml")}) as bench:
        drop = bench.systems.cleo.drop
        drop("invoice.edi", write_example(PAGE, "AMBERFAST", "IN", "810", "20261109", INVOICED))
        done = [bench.type_command(*shlex.split(line)[1:]) for line in read_example(PAGE, "sh").splitlines()]

        (bill,) = bench.systems.intacct.bills(number="AF-6100")
        assert [each.exit_code for each in done] == [0, 0]
        assert (bill["STATE"], bill["VENDORID"], bill["TRX_TOTALENTERED"]) == ("Posted", "V-1075", "311.50")
        assert [(each["ACCOUNTNO"], each["TRX_AMOUNT"]) for each in bill["APBILLITEMS"]] == [
            ("5060", "245.81"),
            ("5060", "47.19"),
            ("5200", "18.50"),
        ]
        assert_shown(read_example(PAGE, "text"), done[-1].output)
        assert bench.type_command("balance", "--intacct").exit_code == 0
