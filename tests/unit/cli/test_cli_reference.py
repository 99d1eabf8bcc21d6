"""Looking at our copy of Intacct from the command line, and deciding what waits there."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.cli.desk import NOW, Desk, set_up
from tests.unit.store.copying import COMPANY, INK, QUILL, complete, merge, take

from ml_connector.cli.exits import Exit
from ml_connector.records.audit import Fact
from ml_connector.records.reference import Approval, Watermark

RENAMED = replace(QUILL, body={**QUILL.body, "name": "Quill Holdings", "term": "N45"})


@pytest.fixture
def desk(tmp_path: Path, store_url: str) -> Desk:
    """A copy with two versions; in the second the vendor's new terms wait."""
    made = set_up(tmp_path, store_url, "main")
    with made.open_store() as store:
        take(store, [QUILL, INK])
        merge(store, RENAMED)
        with store.begin() as work:
            asked = Approval(
                id=0,
                company=COMPANY,
                kind="vendor",
                key="V-7",
                says="vendor V-7 terms N30 → N45",
                approved={"term": "N30"},
                asked={"term": "N45"},
                status="waiting",
                at=NOW,
            )
            work.reference_approvals.add(COMPANY, [asked], version=work.reference_sync.open(COMPANY))
            said = {"says": "vendor V-7 renamed to Quill Holdings, terms N30 → N45"}
            work.audit.append([Fact(record="vendor:BRINDLE/V-7", action="reference changed", detail=said)])
            mark = Watermark(kind="vendor", last_delta=NOW, last_full=NOW, last_count=NOW, counted=1, kept=1)
            work.watermarks.put(COMPANY, mark)
            work.watermarks.put(COMPANY, Watermark(kind="(deletions)", problem="may not read AUDITHISTORY"))
        complete(store)
    return made


def test_the_status_says_of_each_kind_how_it_stands(desk: Desk) -> None:
    done = desk.run("reference", "status")

    assert done.exit_code == Exit.DONE
    lines = done.stdout.splitlines()
    assert lines[0] == "BRINDLE, version 2, seen to be true 2031-03-14 12:00 UTC"
    rows = {line.split()[0]: line.split()[1:] for line in lines if line.split()}
    assert rows["vendor"] == ["1", "03-14", "12:00", "03-14", "12:00", "03-14", "12:00", "0"]
    assert rows["account"] == ["1", "never", "never", "never", "–"]
    assert "may not read AUDITHISTORY" in done.stdout
    assert "1 change waits for a person" in " ".join(done.stdout.split())
    assert max(map(len, lines)) <= 80


def test_a_gap_is_shown_and_is_the_exit_status(desk: Desk) -> None:
    with desk.open_store() as store, store.begin() as work:
        gap = Watermark(kind="vendor", counted=1003, kept=1001)
        work.watermarks.put(COMPANY, gap)
        work.watermarks.put(COMPANY, Watermark(kind="term", problem="may not read APTERM"))

    done = desk.run("reference", "status")

    assert done.exit_code == Exit.UNBALANCED
    assert "+2" in done.stdout
    assert "term: may not read APTERM" in done.stdout
    answered = json.loads(desk.run("reference", "status", "--json").stdout)
    assert [kind["gap"] for kind in answered["kinds"]][:2] == [2, None]


def test_before_the_first_copy_the_status_says_how_to_take_one(tmp_path: Path, store_url: str) -> None:
    empty = set_up(tmp_path, store_url, "main")

    done = empty.run("reference", "status")

    assert done.exit_code == Exit.DONE
    assert "there is no copy of BRINDLE yet; take one: ml-connector once" in done.stdout
    assert empty.run("reference", "show", "vendor", "V-7").exit_code == Exit.USAGE


def test_a_record_is_shown_with_what_waits_and_what_happened_to_it(desk: Desk) -> None:
    done = desk.run("reference", "show", "vendor", "V-7")

    assert done.exit_code == Exit.DONE
    assert done.stdout.startswith("vendor V-7 in BRINDLE, version 2")
    assert "Quill Holdings" in done.stdout
    assert "#1 waiting: vendor V-7 terms N30 → N45; bills use terms N30" in done.stdout
    assert "reference changed" in done.stdout
    assert "tax:" not in done.stdout
    answered = json.loads(desk.run("reference", "show", "account", "5000", "--json").stdout)
    assert (answered["body"]["requires"], answered["history"]) == (["project"], [])
    assert "project" in desk.run("reference", "show", "account", "5000").stdout


def test_a_record_is_shown_as_it_was_known_on_a_day(desk: Desk) -> None:
    desk.change_rows(
        "UPDATE reference_versions SET completed_at = completed_at + :days WHERE id = 2",
        days=round(timedelta(days=2).total_seconds() * 1_000_000),
    )

    then = desk.run("reference", "show", "vendors", "V-7", "--on", "2031-03-15")
    later = desk.run("reference", "show", "vendor", "V-7", "--on", "2031-03-16")
    before = desk.run("reference", "show", "vendor", "V-7", "--on", "2031-03-13")
    unknown = desk.run("reference", "show", "dimensions", "D1")

    assert "Quill & Co" in then.stdout
    assert "#1" not in then.stdout
    assert "#1 waiting: vendor V-7 terms N30 → N45" in later.stdout
    assert (unknown.exit_code, unknown.stderr[:22]) == (Exit.USAGE, "no kind 'dimensions'; ")
    assert before.exit_code == Exit.USAGE
    assert before.stderr == "our copy of BRINDLE has no vendor 'V-7' on 2031-03-13\n"


def test_changes_that_wait_are_listed_and_decided_once(desk: Desk) -> None:
    listed = desk.run("reference", "changes")
    assert "vendor V-7 terms N30 → N45" in listed.stdout

    done = desk.run("reference", "approve", "1", "--by", "Bea")
    assert done.stdout == "#1 Bea has approved: vendor V-7 terms N30 → N45\n"

    again = desk.run("reference", "decline", "1", "--by", "Bob", "--reason", "too late")
    assert again.exit_code == Exit.USAGE
    assert again.stderr == "no change 1 waits; those that do: ml-connector reference changes\n"
    assert "no change waits for a person" in desk.run("reference", "changes").stdout
    (kept,) = json.loads(desk.run("reference", "changes", "--all", "--json").stdout)
    assert (kept["status"], kept["decided_by"]) == ("approved", "Bea")
    assert "approved by Bea" in desk.run("reference", "changes", "--all").stdout
    chain = json.loads(desk.run("audit", "show", "vendor:BRINDLE/V-7", "--json").stdout)
    assert chain["entries"][-1]["action"] == "reference approved"


def test_a_change_is_declined_with_a_reason_only(desk: Desk) -> None:
    refused = desk.run("reference", "decline", "1")
    assert refused.exit_code == Exit.USAGE
    assert "say why with --reason" in refused.stderr

    done = desk.run("reference", "decline", "1", "--reason", "not from them")
    assert done.exit_code == Exit.DONE
    assert "has declined: vendor V-7 terms N30 → N45" in done.stdout


def test_a_kind_there_is_not_is_refused_at_the_start(desk: Desk) -> None:
    path = desk.folder / "ml-connector.toml"
    settings = '\n[link.main.reference]\nkinds = ["item", "itme"]\nevery = { vendro = "1h", item = "2h" }\n'
    settings += 'without = { vendor = ["CURRENCY", "STATUS"], "dimension:REGION" = ["name"] }\n'
    path.write_text(path.read_text() + settings)

    refused = desk.run("reference", "status")

    assert refused.exit_code == Exit.CONFIG
    assert "link.main.reference.kinds: no kind 'itme'; there are: vendor, account" in refused.stderr
    assert "link.main.reference.every: no kind 'vendro'" in refused.stderr
    assert (
        "link.main.reference.without.vendor: 'STATUS' cannot be left out; these can: NAME" in refused.stderr
    )
    assert "without.dimension:REGION: 'name' cannot be left out; these can: none" in refused.stderr


def test_further_kinds_of_the_settings_are_shown_too(desk: Desk) -> None:
    path = desk.folder / "ml-connector.toml"
    path.write_text(path.read_text() + '\n[link.main.reference]\nkinds = ["item"]\n')

    answered = json.loads(desk.run("reference", "status", "--json").stdout)

    assert "item" in {each["kind"] for each in answered["kinds"]}
