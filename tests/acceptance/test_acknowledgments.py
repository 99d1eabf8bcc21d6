"""What a partner acknowledges is filed and tied to what it answers: the example of its page."""

import shlex
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.test_payments import read_example, run_bench, wrap_example
from tests.acceptance.trade import INVOICED, RULES
from tests.acceptance.workbench import find_document
from tests.docs.pages import assert_shown

from ml_connector.records.status import Status

PAGE: Final = "docs/howto/acknowledgments.md"


@pytest.mark.parametrize("code", ["997", "999"])
def test_the_example_is_filed_with_what_was_refused_and_nothing_is_booked(tmp_path: Path, code: str) -> None:
    text = read_example(PAGE, "edi")
    if code == "999":
        text = text.replace("AK3", "IK3").replace("AK4", "IK4").replace("AK5", "IK5")
    with run_bench(tmp_path, RULES) as bench:
        bench.systems.cleo.drop("ack.edi", wrap_example(text, "IRONVALE", "FA", code, "20261109", INVOICED))
        lines = read_example(PAGE, "sh").splitlines()
        done = [bench.type_command(*shlex.split(line)[1:]) for line in lines]

        (listed,) = bench.app.documents.list("main", company="ALDERFINCH")
        assert [each.exit_code for each in done] == [0, 0]
        assert listed.status is Status.FILED
        assert find_document(bench, listed.number).needs == ()
        assert_shown(read_example(PAGE, "text").replace("997", code), done[-1].output)
        assert bench.type_command("balance", "--intacct").exit_code == 0
