"""What people see and decide of invoices and notices that rest on orders."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.unit.cli.desk import set_up
from tests.unit.cli.test_cli_needs import Office, set_up_link
from tests.unit.flows.invoicing import MATCHING, PO, bill_order, buy, open_matching, receive_goods
from tests.unit.flows.scene import open_scene, write_file
from tests.unit.flows.test_notice_line import write_notice

from ml_connector.cli.exits import Exit
from ml_connector.records.status import Status

NEED = f"match:Alnwick Bolts/{PO}/1/INV-1/40 Each for 24 after 0 of 40 at 0.5 4 too dear"


@pytest.fixture
def office(tmp_path: Path, store_url: str) -> Iterator[Office]:
    """A company that has received the 40 bolts it ordered at 0.50."""
    desk = set_up(tmp_path, store_url, "main")
    path = tmp_path / "ml-connector.toml"
    path.write_text(path.read_text().replace("BRINDLE", "BIRCH"))
    (tmp_path / "rules" / "rules.toml").write_text(MATCHING)
    with open_scene(store_url) as scene:
        scene.clock.now = datetime.now(UTC)
        open_matching(scene)
        buy(scene)
        office = Office(scene=scene, desk=desk)
        set_up_link(office, 'mode = "live"')
        yield office


def bill(office: Office, number: str, line: str) -> None:
    office.scene.drop(bill_order(number, line, on=f"{office.scene.clock.now:%Y%m%d}"), name=f"{number}.edi")
    office.scene.run()


def read_output(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.rule("Controls", 4)
def test_a_match_is_overruled_with_a_reason_by_two_people_and_the_explanation_names_them(
    office: Office,
) -> None:
    receive_goods(office.scene, "40")
    bill(office, "INV-1", "40 0.6")
    answer = ("needs", "answer", NEED, "agreed", "--by", "Ana")

    refused = office.run(*answer, "--yes")
    prepared = office.ask(*answer, "--reason", "zinc went up", "--yes")
    shown = office.run(*answer, "--reason", "zinc went up", "--yes")
    own = office.run("xref", "approve", "1", "--by", "Ana")
    office.ask("xref", "approve", "1", "--by", "Mira")
    office.scene.run()
    explained = office.run("documents", "explain", "INV-1")

    assert (refused.exit_code, "say why with --reason" in refused.stderr) == (Exit.USAGE, True)
    assert prepared["acts"] is False
    assert "told only once Intacct is asked: 1 document, 24.00" in read_output(shown.output)
    assert own.exit_code == Exit.USAGE
    assert office.scene.document("INV-1").status is Status.POSTED
    text = read_output(explained.output)
    assert "line 1: overruled by a person, xref 1 4 too dear in all, 0 is allowed" in text
    assert "overruled by Ana, approved by Mira (xref 1): " in text
    assert "4 too dear; zinc went up" in text
    assert "Purchase Order-PO0001 line 1 is overruled by a person, by xref 1" in text


@pytest.mark.rule("Controls", 6)
def test_an_answer_beyond_a_limit_is_refused_and_so_is_its_approval(office: Office) -> None:
    with (office.desk.folder / "ml-connector.toml").open("a") as settings:
        settings.write("[link.main.controls]\nprepare = { Ana = { USD = 23 }, Bo = { USD = 24 } }\n")
        settings.write("approve = { Mira = { USD = 23 } }\n")
    receive_goods(office.scene, "40")
    bill(office, "INV-1", "40 0.6")
    answer = ("needs", "answer", NEED, "agreed", "--reason", "zinc went up", "--yes")

    beyond = office.run(*answer, "--by", "Ana")
    within = office.ask(*answer, "--by", "Bo")
    approved = office.run("xref", "approve", "1", "--by", "Mira")

    assert (beyond.exit_code, within["acts"], approved.exit_code) == (Exit.USAGE, False, Exit.USAGE)
    assert "Ana may prepare up to 23 USD, this frees 24.00 USD" in read_output(beyond.stderr)
    assert "Mira may approve up to 23 USD, this frees 24.00 USD" in read_output(approved.stderr)


def test_what_an_invoice_with_an_order_was_then_is_told_by_our_record(office: Office) -> None:
    receive_goods(office.scene, "40")
    bill(office, "INV-1", "10 0.5")
    bill(office, "INV-2", "40 0.5")

    posted, held = (office.run("documents", "replay", number, "--as-then") for number in ("INV-1", "INV-2"))
    (view,) = office.ask("documents", "replay", "INV-1", "--as-then")

    assert (view["agrees"], view["then"]["source"], view["now"]["source"]) == (None, "record", "nobody")
    assert (view["then"]["status"], view["now"]["values"], view["differences"]) == ("ready", {}, [])
    assert view["then"]["values"]["vendor_number"] == "INV-1"
    assert "ready (from our record" in read_output(posted.output)
    text = read_output(held.output)
    assert re.search(r"then, .*: held match:Alnwick Bolts/.* \(from our record", text)
    assert "told only by its orders as they stand in Intacct; the next run reads them" in text


def test_of_a_held_notice_it_is_explained_what_it_waits_for_and_what_was_found(office: Office) -> None:
    office.scene.rules = MATCHING + '\n[[route]]\nset = "856"\ntarget = "receiver"\nentity = "E1"\n'
    notices = (write_notice("ASN-1", "15", "1 NONE"), write_notice("ASN-2", "1 NONE"))
    office.scene.mailbox.drop("asn.edi", write_file(*notices, code="856"))
    office.scene.run()

    explained, without = (office.run("documents", "explain", number) for number in ("ASN-1", "ASN-2"))

    text = read_output(explained.output)
    assert "order:Alnwick Bolts/NONE no order of vendor V1 Alnwick Bolts answers to PRF01 NONE" in text
    assert f"expects 15 Each of BOLT-8 on 2031-03-12, {PO} line 1" in text
    assert without.exit_code == Exit.DONE
    assert "no order of vendor V1 Alnwick Bolts answers to PRF01 NONE" in read_output(without.output)
