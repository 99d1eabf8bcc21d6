"""Commands about reference data: what is published, partners of Cleo, vendors that may be one and the same."""

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from tests.unit.cli.desk import Desk

from ml_connector.app.results import PublicationLine, SyncResult
from ml_connector.cli.render.publishing import render_sync
from ml_connector.flows.run import Trouble
from ml_connector.mapping.vendors.vendor_clues import normalise_name
from ml_connector.records.partners import JudgedPartner, PartnerFacts, PartnerStatus
from ml_connector.records.publications import ActionStatus, PublicationStatus
from ml_connector.records.reference import ReferenceRow
from ml_connector.records.xref import CrossReference

LONG_REASON = "nobody answers to it, be it a vendor in Intacct or a partner, told by Cleo"
NOON = datetime(2031, 3, 14, 12, tzinfo=UTC)
FILE = PublicationLine(
    id=1,
    table="vendors",
    file="INTACCT_Vendors_20310314T120000Z_full.csv",
    extent="full",
    upserts=1200,
    deletes=3,
    length=90_000,
    sha256="a" * 64,
    status=PublicationStatus.PUBLISHED,
    at=NOON,
    reason="",
    action=ActionStatus.NONE,
)
SYNC = SyncResult(
    link="main",
    version_before=1,
    version=2,
    rows={"vendor": 1200, "term": 4},
    publishes=True,
    publications=(FILE,),
    meter=(),
    cleo_requests=3,
    troubles=(),
)
VENDOR: Mapping[str, Any] = {
    "vendor_id": "",
    "name": "",
    "status": "active",
    "term": "",
    "currency": "",
    "tax_id": "",
    "account_no_at_vendor": "",
    "on_hold": False,
    "parent_id": "",
}


def fill(desk: Desk, *vendors: tuple[str, str]) -> None:
    """A copy of Intacct with these vendors."""
    rows = [
        ReferenceRow(
            kind="vendor",
            key=id_,
            body={**VENDOR, "record_no": n, "vendor_id": id_, "name": name},
            aliases=(f"name:{normalise_name(name)}",),
        )
        for n, (id_, name) in enumerate(vendors, 1)
    ]
    with desk.open_store() as store, store.begin() as work:
        work.reference_sync.take_turn("BRINDLE")
        work.reference_sync.merge("BRINDLE", rows, kind="vendor")
        work.reference_sync.complete("BRINDLE")
        work.reference_sync.end_turn("BRINDLE")


def show(result: SyncResult, width: int = 80) -> str:
    console = Console(width=width, file=io.StringIO(), record=True)
    for part in render_sync(result, width):
        console.print(part)
    return console.export_text()


def test_duplicate_vendors_are_shown_with_what_they_have_in_common(desk: Desk) -> None:
    fill(desk, ("V1", "The Bolt Co., Inc."), ("V2", "the bolt"), ("V3", "Nuts"))

    shown = desk.run("report", "duplicate-vendors")
    told = json.loads(desk.run("report", "duplicate-vendors", "--json").stdout)

    assert shown.exit_code == 0
    assert "same name the bolt" in shown.stdout
    assert "1 group among 3 vendors" in shown.stdout
    assert "V3" not in shown.stdout
    (group,) = told["groups"]
    assert [vendor["vendor_id"] for vendor in group["vendors"]] == ["V1", "V2"]
    assert group["signs"] == [{"sign": "name", "value": "the bolt"}]


def test_without_a_copy_there_is_nothing_to_compare_and_it_says_what_to_do(desk: Desk) -> None:
    shown = desk.run("report", "duplicate-vendors")

    assert "ml-connector sync --now" in shown.stdout


def test_no_duplicates_are_said_to_be_none(desk: Desk) -> None:
    fill(desk, ("V1", "Bolts"))

    assert "no two alike among 1 vendor (version 1 of our copy)" in " ".join(
        desk.run("report", "duplicate-vendors").stdout.split()
    )


def note(desk: Desk, found: Iterable[JudgedPartner]) -> None:
    with desk.open_store() as store, store.begin() as work:
        work.partners.note("main", list(found))
        work.xref.prepare(
            "main",
            [CrossReference(kind="vendor", partner="", code="12/5", target="V1")],
            by="Cleo",
            origin="x",
        )


def test_partners_are_shown_with_likely_vendors_and_how_to_approve(desk: Desk) -> None:
    fill(desk, ("V1", "Alnwick Bolts"), ("V2", "Bamburgh Nuts"))
    lost = PartnerFacts(origin="connection", key="c1", name="Alnwick Bolt")
    new = PartnerFacts(origin="file", key="12/5", name="Alnwick Bolts", code="12/5", vendor="V1", line=2)
    note(
        desk,
        [
            JudgedPartner(facts=lost, status=PartnerStatus.UNMATCHED, reason=LONG_REASON),
            JudgedPartner(facts=new, status=PartnerStatus.PREPARED, reason="approve or decline"),
        ],
    )

    shown = desk.run("report", "partners")
    told = json.loads(desk.run("report", "partners", "--json").stdout)

    assert "partner:Alnwick Bolt" in shown.stdout
    assert "perhaps V1 Alnwick Bolts" in shown.stdout
    assert "ml-connector xref approve 1" in shown.stdout
    assert "1 prepared, 1 unmatched" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    first, second, *_ = [
        line.rstrip() for line in shown.stdout.splitlines() if " it" in line or "Cleo" in line
    ]
    assert (first[:13], second) == ("  unmatched: ", "  by Cleo"), "each line of a reason is set in alike"
    assert [line["need"] for line in told["partners"]] == ["partner:Alnwick Bolt", ""]


def test_when_all_partners_are_known_it_says_so(desk: Desk) -> None:
    assert "all partners of Cleo are known" in desk.run("report", "partners").stdout


def test_a_table_there_is_none_of_is_refused_with_those_there_are(desk: Desk) -> None:
    refused = desk.run("sync", "vendor")

    assert refused.exit_code == 2
    assert "no table 'vendor'; there are: vendors, accounts" in refused.stderr


def test_when_nothing_can_be_reached_sync_says_so(desk: Desk) -> None:
    done = desk.run("sync", "--now")

    assert done.exit_code == 4
    assert "there is no copy of Intacct yet" in done.stdout
    assert "ml-connector ping" in done.stdout


def test_connections_that_may_cost_money_are_warned_of_before_anything_is_done(desk: Desk) -> None:
    path = desk.folder / "ml-connector.toml"
    path.write_text(path.read_text() + "\n[link.main.publish]\ncreate_connection = true\n")

    assert "Cleo may charge" in desk.run("sync").stderr
    assert "Cleo may charge" in desk.run("once").stderr


def test_a_sync_shows_the_copy_and_the_files_with_their_rows() -> None:
    shown = show(SYNC)

    assert "version 2 (new): term 4, vendor 1,200" in shown
    assert "INTACCT_Vendors_20310314T120000Z_full.csv" in shown
    assert "1,200" in shown
    assert "published" in shown


def test_a_file_that_waits_says_why_and_an_action_what_became_of_it() -> None:
    waits = replace(FILE, status=PublicationStatus.PREPARED, reason="POST got no answer; try again later")
    acted = replace(FILE, action=ActionStatus.FAILED)
    trouble = Trouble(step="publish", system="cleo", message="no answer")

    shown = show(replace(SYNC, version_before=2, publications=(waits, acted), troubles=(trouble,)))

    assert "POST got no answer" in shown
    assert "waits for the next run" in " ".join(shown.split())
    assert "action failed" in " ".join(shown.split())
    assert "publish: no answer" in shown
    assert "(as before)" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_sync_that_published_nothing_says_so() -> None:
    assert "nothing to publish" in show(replace(SYNC, publications=()))
    assert "no [link.main.publish]" in show(replace(SYNC, publications=(), publishes=False))
