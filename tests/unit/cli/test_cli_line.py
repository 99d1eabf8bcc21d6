"""Commands that talk to both systems, here two simulators in processes of their own."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.databases import read_everything
from tests.processes import Line, run_line
from tests.unit.cli.desk import Desk

from ml_connector.cli.exits import Exit
from ml_connector.intacct import list_checks

DEMO = Path(__file__).parents[3] / "examples" / "demo"
RULES = {path.name: path.read_text() for path in (DEMO / "rules").glob("*.toml")}


@contextmanager
def open_line(folder: Path, store_url: str, *, doubt: str = "1h") -> Iterator[tuple[Line, Desk]]:
    """The demo's files wait in Cleo."""
    with run_line(folder, RULES, store_url=store_url, link_settings={"doubt": ["0s", doubt]}) as line:
        for path in sorted((DEMO / "edi").iterdir()):
            line.cleo.drop(path.name, path.read_bytes())
        connector = line.connector
        yield line, Desk(folder=connector.folder, environment=connector.environment, store_url=store_url)


@pytest.fixture
def line(tmp_path: Path, store_url: str) -> Iterator[tuple[Line, Desk]]:
    with open_line(tmp_path, store_url) as opened:
        yield opened


def test_a_run_tells_what_came_of_every_file_and_the_books_agree(line: tuple[Line, Desk]) -> None:
    systems, desk = line

    ran = desk.run("once")
    again = desk.run("once")
    proved = desk.run("balance", "--intacct")
    said = json.loads(desk.run("balance", "--intacct", "--json").output)

    bills = len(systems.intacct.bills())
    invoices = said["proof"]["invoices"]
    assert (ran.exit_code, again.exit_code, proved.exit_code) == (Exit.DONE, Exit.DONE, Exit.DONE)
    assert ran.output.startswith("Link main (live)\n")
    assert "perhaps V-1270 Amberfield Data Systems Co" in ran.output
    assert re.search(r"^empty\.edi +unreadable +EMPTY_INPUT", ran.output, re.MULTILINE)
    assert "the balance holds: everything that came in stands above; 2 files cannot be read" in ran.output
    assert f"posted {bills} · " in ran.output
    assert max(map(len, ran.output.splitlines())) <= 80
    assert "nothing new" in again.output
    assert f"{bills} posted documents read back" in " ".join(proved.output.split())
    assert said["holds"] is True
    assert invoices["posted"] == invoices["in_intacct"]


def test_a_short_report_leaves_out_what_was_posted_first(line: tuple[Line, Desk]) -> None:
    _, desk = line

    ran = desk.run("once", "--rows", "3")

    said = " ".join(ran.output.split())
    assert re.search(
        r"… and \d+ more; all of a state: ml-connector documents list --status (held|duplicate)", said
    )
    assert re.search(r"duplicate the same as document … of … \d+ [\d,.]+", said)
    assert ran.output.count(" held ") >= 1
    assert "posted 1 " not in ran.output.partition("Balance of")[0]


def test_a_run_in_json_tells_the_same_to_machines(line: tuple[Line, Desk]) -> None:
    systems, desk = line

    (result,) = json.loads(desk.run("once", "--json").output)

    posted = [document for document in result["documents"] if document["status"] == "posted"]
    assert len(posted) == result["counts"]["posted"] == len(systems.intacct.bills())
    assert all(re.fullmatch(r"\d+\.\d\d", document["amount"]) for document in posted)
    assert result["balance"]["holds"] is True
    assert result["troubles"] == []


def test_a_bill_that_was_changed_in_intacct_unbalances_the_books(line: tuple[Line, Desk]) -> None:
    _, desk = line
    desk.run("once")
    desk.change_rows("UPDATE documents SET intacct_key = '999' WHERE number = 'OP-90331'")

    proved = desk.run("balance", "--intacct")

    assert proved.exit_code == Exit.UNBALANCED
    assert "bill 999 is not in Intacct any more" in " ".join(proved.output.split())


def test_an_answer_that_is_lost_leaves_documents_in_doubt_and_says_when_to_run_again(
    line: tuple[Line, Desk],
) -> None:
    systems, desk = line
    systems.intacct.set_faults({"match": {"function": "create"}, "action": "drop"})

    ran = desk.run("once")
    shown = desk.run("documents", "list", "--status", "in_doubt", "--json")

    doubtful = json.loads(shown.output)
    assert ran.exit_code == Exit.IN_DOUBT
    said = " ".join(ran.output.split())
    assert re.search(
        rf"{len(doubtful)} documents are in doubt; the next look is due [\d: -]+ UTC: run again then", said
    )
    told = desk.run("documents", "show", doubtful[0]["number"], columns=200).output
    assert re.search(r"Intacct was searched \d times for vendor, number and our mark; next look after", told)


def test_when_intacct_is_too_busy_the_bills_wait_and_the_next_attempt_is_said(
    line: tuple[Line, Desk],
) -> None:
    systems, desk = line
    systems.intacct.set_faults({"match": {"function": "create"}, "action": "http", "status": 429})

    ran = desk.run("once")
    waiting = json.loads(desk.run("documents", "list", "--status", "ready", "--json").output)

    assert ran.exit_code == Exit.UNREACHED
    assert systems.intacct.bills() == []
    assert waiting
    assert "post: HTTP 429: Intacct's rate limit is reached" in ran.output
    said = " ".join(ran.output.split())
    assert re.search(r"some documents could not be sent; the next attempt is due [\d: -]+ UTC", said)


def test_when_both_systems_are_gone_the_run_says_so_and_loses_nothing(line: tuple[Line, Desk]) -> None:
    systems, desk = line
    systems.intacct.stop()
    systems.cleo.stop()

    ran = desk.run("once")
    pinged = desk.run("ping")

    assert ran.exit_code == Exit.UNREACHED
    assert "nothing new" not in ran.output
    assert "ml-connector ping" in ran.output
    assert "reference: " in ran.output
    assert "receive: " in ran.output
    assert pinged.exit_code == Exit.UNREACHED
    assert "check url in [link.main.cleo]" in " ".join(pinged.output.split())


def test_a_ping_tries_each_step_of_both_connections(line: tuple[Line, Desk]) -> None:
    _, desk = line

    pinged = desk.run("ping", columns=120)
    said = json.loads(desk.run("ping", "--deep", "--json").output)

    steps, company = said["steps"], {fact["name"]: fact for fact in said["company"]}
    assert pinged.exit_code == Exit.DONE
    assert [(step["system"], step["ok"]) for step in steps[:6]] == [("cleo", True)] * 3 + [
        ("intacct", True)
    ] * 3
    assert [(step["step"], step["said"]) for step in steps[6:]] == [
        (check.name, "as expected") for check in list_checks()
    ]
    assert "inbound folder /edi/inbound" in pinged.output
    assert f"{len(list((DEMO / 'edi').iterdir()))} files wait" in pinged.output
    assert "log in to entity E100" in pinged.output
    assert company["purchasing definitions"]["told_by"] == "read PODOCUMENTPARAMS"
    assert "set multi_source_conversion = true or false in [link.main.company]" in " ".join(
        pinged.output.split()
    )


def test_a_ping_looks_for_the_folders_of_publishing_and_of_partners_too(line: tuple[Line, Desk]) -> None:
    _, desk = line
    path = desk.folder / "ml-connector.toml"
    tables = '[link.main.publish]\nfolder = "/reference"\n[link.main.partners]\narchive = "/reference/gone"\n'
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{tables}", encoding="utf-8")

    pinged = desk.run("ping", "--json")

    steps = {step["step"]: step for step in json.loads(pinged.output)["steps"] if step["system"] == "cleo"}
    assert pinged.exit_code == Exit.UNREACHED
    assert steps["publish folder /reference"]["said"] == "/reference"
    assert steps["partners folder /reference/inbound"]["ok"] is True
    assert "no folder '/reference/gone'" in steps["partners archive /reference/gone"]["said"]
    assert (
        "and the folders of [link.main.publish] and [link.main.partners]"
        in steps["partners archive /reference/gone"]["cure"]
    )


def test_a_deep_ping_says_what_is_not_as_it_takes_for_granted(line: tuple[Line, Desk]) -> None:
    systems, desk = line
    systems.intacct.change_settings(unsubscribed=["Inventory"])
    systems.intacct.set_faults({"match": {"function": "lookup"}, "action": "html"})

    pinged = desk.run("ping", "--deep", "--json")

    steps = {step["step"]: step for step in json.loads(pinged.output)["steps"]}
    differs = steps["lookup names the fields"]
    assert pinged.exit_code == Exit.UNREACHED
    assert [name for name, step in steps.items() if not step["ok"]] == ["lookup names the fields"]
    assert "not an answer of the gateway" in differs["said"]
    assert "not as the connector takes for granted" in differs["cure"]
    assert steps["fields of Warehouse (WAREHOUSE)"]["said"].startswith("not here: ")


@pytest.mark.parametrize(
    ("variable", "system", "cure"),
    [
        ("CLEO_PASSWORD", "cleo", "its password in ML_CONNECTOR_LINK_MAIN_CLEO_PASSWORD"),
        ("INTACCT_PASSWORD", "intacct", "ML_CONNECTOR_LINK_MAIN_INTACCT_PASSWORD"),
        ("CLEO_INBOUND", "cleo", "check inbound and archive in [link.main.cleo]"),
    ],
)
def test_a_step_that_fails_says_what_to_change_and_ends_its_system(
    line: tuple[Line, Desk], variable: str, system: str, cure: str
) -> None:
    _, desk = line
    mistaken = desk.set_variables(**{f"ML_CONNECTOR_LINK_MAIN_{variable}": "/canary/wrong"})

    pinged = mistaken.run("ping", columns=120)
    said = json.loads(mistaken.run("ping", "--json").output)

    steps = said["steps"]
    failed = [step for step in steps if not step["ok"]]
    assert pinged.exit_code == Exit.UNREACHED
    assert cure in " ".join(pinged.output.split())
    assert [step["system"] for step in failed] == [system]
    assert [step for step in steps if step["system"] == system][-1] == failed[0]
    assert bool(said["company"]) == (system == "cleo")
    assert "PASSWORD" not in variable or "canary" not in pinged.output


def test_no_password_is_in_anything_that_was_written(line: tuple[Line, Desk]) -> None:
    systems, desk = line
    systems.intacct.set_faults(
        {"match": {"function": "getAPISession"}, "action": "html"},
        {"match": {"function": "query"}, "action": "html"},
    )

    said = "".join(desk.run("once").output for _ in range(3))

    written = read_everything(desk.store_url) + said.encode()
    assert (written.count(b"<login>"), written.count(b"<query>")) == (1, 1)
    for name, password in desk.environment.items():
        if name.startswith("ML_CONNECTOR_") and name.endswith("PASSWORD"):
            assert password.encode() not in written


def test_a_link_stays_with_the_company_it_has_worked_for(line: tuple[Line, Desk]) -> None:
    _, desk = line
    desk.run("once")
    refused = desk.set_variables(ML_CONNECTOR_LINK_MAIN_INTACCT_COMPANY_ID="BRINDLE").run("once")

    assert refused.exit_code == Exit.CONFIG
    assert refused.stderr == (
        "link.main.intacct.company_id: this link has worked for company ALDERFINCH; "
        "for BRINDLE make a link of another name\n"
    )
