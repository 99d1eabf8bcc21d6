"""Needs are listed, answered, approved by another, and what they freed goes; decisions take one document or many."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.unit.cli.desk import Desk, set_up
from tests.unit.flows.scene import RULES, Scene, open_scene, write_invoice

from ml_connector.cli.exits import Exit
from ml_connector.records.status import Status

NEED = "vendor:Alnwick Bolts/VN/92/91"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A link that runs in memory, and a desk that looks into its store."""

    scene: Scene
    desk: Desk

    def run(self, *arguments: str) -> Any:
        return self.desk.run(*arguments)

    def ask(self, *arguments: str) -> Any:
        """The answer of a command that succeeds, as JSON."""
        done = self.desk.run(*arguments, "--json")
        assert done.exit_code == Exit.DONE, done.output
        return json.loads(done.output)

    def hold(self, *numbers: str, vendor: str = "91", terms: str = "") -> None:
        """Invoices of three days ago come in, and are decided."""
        on = f"{self.scene.clock.now - timedelta(days=3):%Y%m%d}"
        sets = [write_invoice(number, on=on, vendor=vendor) for number in numbers]
        if terms:
            sets = [(head, seller, terms, *rest) for head, seller, *rest in sets]
        self.scene.drop(*sets, name=f"{numbers[0]}.edi")
        self.scene.run()


@pytest.fixture
def office(tmp_path: Path, store_url: str) -> Iterator[Office]:
    desk = set_up(tmp_path, store_url, "main")
    path = tmp_path / "ml-connector.toml"
    path.write_text(path.read_text().replace("BRINDLE", "BIRCH"))
    (tmp_path / "rules" / "rules.toml").write_text(RULES)
    with open_scene(store_url) as scene:
        scene.clock.now = datetime.now(UTC)
        yield Office(scene=scene, desk=desk)


def switch_four_eyes_off(office: Office) -> None:
    path = office.desk.folder / "ml-connector.toml"
    text = path.read_text()
    path.write_text(
        text.replace("[link.main.intacct]", "[link.main]\nfour_eyes = false\n[link.main.intacct]")
    )


def test_each_need_is_listed_with_documents_money_discounts_and_how_to_answer(office: Office) -> None:
    until = office.scene.clock.now.date() + timedelta(days=7)
    office.hold("INV-1", "INV-2", terms=f"ITD*01*3*2*{until:%Y%m%d}")
    office.hold("INV-3", vendor="99")

    shown = office.run("needs", "list")
    first, second = office.ask("needs", "list")

    assert (first["need"], first["documents"], first["answer"]) == (NEED, 2, "vendor")
    assert first["waiting"] == [
        {
            "currency": "",
            "documents": 2,
            "amount": "200.00",
            "discount": "4.00",
            "discount_until": until.isoformat(),
        }
    ]
    assert second["need"] == "vendor:Alnwick Bolts/VN/92/99"
    assert "2 documents, waiting today" in shown.output
    assert f"2 documents, 200.00, 4.00 of discount until {until}" in shown.output
    assert f'ml-connector needs answer "{NEED}" VENDOR' in " ".join(shown.output.split())
    assert max(map(len, shown.output.splitlines())) <= 80


def test_one_need_is_shown_with_its_documents_and_likely_vendors(office: Office) -> None:
    head, _, *rest = write_invoice("INV-1", on=f"{office.scene.clock.now:%Y%m%d}")
    office.scene.drop((head, "N1*VN*Alnwick Boltz*92*91", *rest))
    office.scene.run()

    shown = office.run("needs", "show", NEED)
    unknown = office.run("needs", "show", "vendor:nobody")

    assert "perhaps V1 Alnwick Bolts" in shown.output
    assert "INV-1" in shown.output
    assert (unknown.exit_code, "nothing waits for 'vendor:nobody'" in unknown.stderr) == (Exit.USAGE, True)


def test_an_answer_is_previewed_approved_by_another_and_frees_what_waited(office: Office) -> None:
    office.hold("INV-1", "INV-2")

    answered = office.ask("needs", "answer", NEED, "V1", "--by", "Ana", "--yes")
    office.scene.run()
    waiting = office.scene.statuses()
    own = office.run("xref", "approve", "1", "--by", "ana ")
    approved = office.ask("xref", "approve", "1", "--by", "Mira")
    office.scene.run()

    assert (answered["acts"], answered["xref"]["status"]) == (False, "prepared")
    assert answered["preview"]["freed"][0]["documents"] == 2
    assert set(waiting.values()) == {Status.HELD}
    assert (own.exit_code, "another person must approve" in own.stderr) == (Exit.USAGE, True)
    assert approved[0]["status"] == "active"
    assert set(office.scene.statuses().values()) == {Status.POSTED}
    assert [entry.actor for entry in office.scene.audit("xref:1")] == ["Ana", "Mira"]


def test_the_preview_says_what_would_still_hold_documents(office: Office) -> None:
    office.hold("INV-1")
    on = f"{office.scene.clock.now:%Y%m%d}"
    office.scene.drop(write_invoice("INV-2", on=on, vendor="91", item="CLOSED"), name="closed.edi")
    office.scene.run()

    shown = office.run("needs", "answer", NEED, "V1", "--yes")

    text = " ".join(shown.output.split())
    assert "2 documents would be decided again:" in text
    assert "go to Intacct: 1 document, 100.00" in text
    assert "held account:6001: 1 document, 100.00" in text
    assert "another person approves: ml-connector xref approve 1" in text


def test_without_four_eyes_an_answer_acts_at_once_and_switching_them_off_is_an_entry(office: Office) -> None:
    office.hold("INV-1")
    switch_four_eyes_off(office)

    answered = office.ask("needs", "answer", NEED, "V1", "--yes")
    office.scene.run()

    assert answered["acts"] is True
    assert office.scene.statuses() == {"INV-1": Status.POSTED}
    assert [entry.action for entry in office.scene.audit("link:main")] == ["four eyes off"]


@pytest.mark.parametrize(
    ("need", "value", "said"),
    [
        (NEED, "V7", "vendor V7 is not in Intacct"),
        (NEED, " ", "name a vendor"),
        ("coding:Alnwick Bolts/VN/BOLT", "6001", "account 6001 is inactive"),
        ("date:2031-01-01/INV-1", "today", "takes more than a value"),
        ("vendor:Alnwick Bolts/VN/92/none", "V1", "nothing waits for"),
    ],
)
def test_an_answer_that_cannot_be_right_is_refused(office: Office, need: str, value: str, said: str) -> None:
    office.hold("INV-1")

    refused = office.run("needs", "answer", need, value, "--yes")

    assert (refused.exit_code, said in refused.stderr) == (Exit.USAGE, True)
    assert office.ask("xref", "list") == []


def test_an_answer_nobody_confirms_is_not_given(office: Office) -> None:
    office.hold("INV-1")

    asked = office.run("needs", "answer", NEED, "V1")
    machine = office.run("needs", "answer", NEED, "V1", "--json")

    assert (asked.exit_code, machine.exit_code) == (1, Exit.USAGE)
    assert office.ask("xref", "list") == []


def test_an_answer_is_declined_with_a_reason_and_one_that_acts_is_ended(office: Office) -> None:
    office.hold("INV-1")
    for vendor in ("V1", "V2"):
        office.ask("needs", "answer", NEED, vendor, "--by", "Ana", "--yes")

    unsaid = office.run("xref", "decline", "2")
    office.ask("xref", "decline", "2", "--reason", "not theirs", "--by", "Mira")
    office.ask("xref", "approve", "1", "--by", "Mira")
    office.ask("xref", "decline", "1", "--reason", "wrong after all", "--by", "Mira")
    again = office.run("xref", "decline", "1", "7", "--reason", "no")

    assert unsaid.exit_code == Exit.USAGE
    assert [xref["status"] for xref in office.ask("xref", "list")] == ["ended", "declined"]
    assert [x["id"] for x in office.ask("xref", "list", "--status", "declined")] == [2]
    assert "there is no cross-reference 7; cross-reference 1 is ended" in again.stderr
    assert office.run("xref", "list", "--status", "odd").exit_code == Exit.USAGE
    table = office.run("xref", "list").output
    assert max(map(len, table.splitlines())) <= 80


def test_many_documents_are_rejected_and_opened_again_by_a_filter(office: Office) -> None:
    office.hold("INV-1", "INV-2", "ODD-3")

    rejected = office.ask(
        "documents",
        "reject",
        "--need",
        NEED,
        "--number",
        "INV-*",
        "--reason",
        "not ours",
        "--by",
        "Mira",
        "--yes",
    )
    opened = office.run(
        "documents", "reopen", "--status", "rejected", "--number", "*2", "--reason", "one is ours", "--yes"
    )

    assert rejected["moved"] == [1, 2]
    assert opened.output == "#2 reopened; the next run decides again\n"
    assert office.scene.statuses() == {
        "INV-1": Status.REJECTED,
        "INV-2": Status.READ,
        "ODD-3": Status.HELD,
    }
    last = office.scene.audit("document:1")[-1]
    assert (last.actor, last.detail["reason"]) == ("Mira", "not ours")


def test_a_replay_shows_what_would_come_of_it_and_leaves_what_is_posted(office: Office) -> None:
    office.hold("INV-1", vendor="77")
    office.hold("INV-2")

    shown = office.run("documents", "replay", "--partner", "Alnwick Bolts", "--reason", "look again", "--yes")

    text = " ".join(shown.output.split())
    assert f"held {NEED}: 1 document, 100.00" in text
    assert "#2 to be decided again by the next run" in text
    assert "left as they are: 1 posted" in text
    assert office.scene.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.READ}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name a document, or say by options which ones are meant"),
        (("--status", "lost"), "no state 'lost'"),
        (("--since", "2199-01-01"), "no document goes by 'these options' among those that are held"),
        (("--need", NEED, "--json"), "with --json add --yes"),
    ],
)
def test_a_decision_about_nothing_or_without_a_word_is_refused(
    office: Office, arguments: tuple[str, ...], said: str
) -> None:
    office.hold("INV-1")

    refused = office.run("documents", "release", *arguments, "--reason", "because")

    assert (refused.exit_code, said in refused.stderr) == (Exit.USAGE, True)
    assert office.scene.statuses() == {"INV-1": Status.HELD}


def test_the_needs_of_a_link_without_held_documents_are_none(office: Office) -> None:
    listed = office.run("needs", "list")
    none = office.run("xref", "list")

    assert re.sub(r"\s+", " ", listed.output) == "no document waits for anything "
    assert none.output == "no cross-references\n"
