"""Needs are listed, answered, approved by another, and what they freed goes; decisions take one document or many."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.databases import run_sql
from tests.unit.cli.desk import Desk, set_up
from tests.unit.flows.scene import RULES, Scene, open_scene, write_invoice

from ml_connector.cli.exits import Exit
from ml_connector.flows.edi_to_intacct import read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.receiving import receive
from ml_connector.records.partners import JudgedPartner, PartnerFacts, PartnerStatus
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


def make_partner(key: str, **facts: str) -> JudgedPartner:
    found = PartnerFacts(origin="file", key=key, **facts)  # type: ignore[arg-type]  # texts only
    return JudgedPartner(facts=found, status=PartnerStatus.UNMATCHED, reason="nobody answers to it")


def set_up_link(office: Office, setting: str) -> None:
    path = office.desk.folder / "ml-connector.toml"
    path.write_text(
        path.read_text().replace("[link.main.intacct]", f"[link.main]\n{setting}\n[link.main.intacct]")
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
            "unknown": 0,
            "discount": "4.00",
            "discount_until": until.isoformat(),
        }
    ]
    assert first["kind"] == "vendor"
    assert first["action"] == {
        "do": "say which vendor it is",
        "command": f'ml-connector needs answer "{NEED}" VENDOR',
    }
    assert [set(step) for step in first["or_else"]] == [{"do", "command"}] * 2
    assert second["need"] == "vendor:Alnwick Bolts/VN/92/99"
    assert "waiting since today" in shown.output
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


@pytest.mark.rule("Controls", 1)
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
    assert "another person approves V1, answered by" in text
    assert shown.output.endswith("\n      ml-connector xref approve 1\n")


@pytest.mark.rule("Controls", 2)
def test_without_four_eyes_an_answer_acts_at_once_and_switching_them_off_is_an_entry(office: Office) -> None:
    office.hold("INV-1")
    set_up_link(office, "four_eyes = false")

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
    replayed = office.run("documents", "replay", "--number", "INV-1", "--reason", "look again")

    assert {each.exit_code for each in (asked, machine, replayed)} == {Exit.USAGE}
    assert "nobody has answered, nothing was done" in asked.stderr
    assert "nobody has answered, nothing was done" in replayed.stderr
    assert office.ask("xref", "list") == []
    assert office.scene.statuses() == {"INV-1": Status.HELD}


def test_an_answer_is_declined_with_a_reason_and_one_that_acts_is_ended(office: Office) -> None:
    office.hold("INV-1")
    for vendor in ("V1", "V2"):
        office.ask("needs", "answer", NEED, vendor, "--by", "Ana", "--yes")

    unsaid = office.run("xref", "decline", "2")
    declined = office.ask("xref", "decline", "2", "--reason", "not theirs", "--by", "Mira")
    office.ask("xref", "approve", "1", "--by", "Mira")
    ended = office.ask("xref", "decline", "1", "--reason", "wrong after all", "--by", "Mira")
    again = office.run("xref", "decline", "1", "7", "--reason", "no")

    assert unsaid.exit_code == Exit.USAGE
    assert [xref["status"] for xref in (*ended, *declined)] == ["ended", "declined"]
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


def test_a_partner_of_cleo_nobody_answers_to_is_a_need_that_a_vendor_settles(office: Office) -> None:
    office.scene.run()
    lost = [
        make_partner("c1", name="Alnwick Bolt"),
        make_partner("92/5", name="Dunstan Iron", code="92/5"),
        make_partner("92/6", name="", code="92/6"),
    ]
    with office.scene.store.begin() as work:
        work.partners.note("main", lost)
    office.hold("INV-1")

    listed = office.ask("needs", "list")
    shown = office.run("needs", "show", "partner:Dunstan Iron/92/5")
    wrong = office.run("needs", "answer", "partner:Dunstan Iron/92/5", "V7", "--yes")
    answered = office.ask("needs", "answer", "partner:Dunstan Iron/92/5", "V2", "--by", "Ana", "--yes")
    named = office.run("needs", "answer", "partner:Alnwick Bolt", "V1", "--by", "Ana", "--yes")
    waiting = office.run("needs", "list")
    approved = office.ask("xref", "approve", "1", "2", "--by", "Mira")

    assert [each["need"] for each in listed] == [
        NEED,
        "partner:Alnwick Bolt",
        "partner:Dunstan Iron/92/5",
        "partner:92/6",
    ]
    assert [each["vendor_id"] for each in listed[1]["suggestions"]][:1] == ["V1"]
    assert len(office.ask("needs", "list", "--limit", "2")) == 2
    assert "a trading partner of Cleo, open since today" in shown.output
    assert 'needs answer "partner:Dunstan Iron/92/5" VENDOR' in " ".join(shown.output.split())
    assert "vendor V7 is not in Intacct" in wrong.stderr
    assert (answered["xref"]["xref"]["code"], answered["acts"]) == ("92/5", False)
    assert "no document waits for it" in named.output
    said = " ".join(waiting.output.split())
    assert "do: another person approves V2, answered by Ana ml-connector xref approve 1" in said
    assert [each["xref"]["kind"] for each in approved] == ["vendor", "partner"]
    assert [each["need"] for each in office.ask("needs", "list")] == [NEED, "partner:92/6"]


def test_a_posted_invoice_is_planned_as_then_beside_what_it_would_be_today(office: Office) -> None:
    set_up_link(office, 'mode = "live"')
    office.hold("INV-1", vendor="77")
    rules = RULES.replace('account = "6000"', 'account = "6100"\ndepartment = "D1"\nproject = "P1"')
    (office.desk.folder / "rules" / "rules.toml").write_text(rules)
    office.scene.rules = rules
    office.scene.wait(minutes=6)
    office.hold("INV-2")
    before = office.scene.audit("document:1")

    shown = office.run("documents", "replay", "INV-1", "--as-then")
    (view,) = office.ask("documents", "replay", "INV-1", "--as-then")

    assert view["agrees"] is True
    assert {each["name"]: (each["then"], each["now"]) for each in view["differences"]} == {
        "lines[1].account_no": ("6000", "6100"),
        "lines[1].department_id": ("", "D1"),
        "lines[1].project_id": ("", "P1"),
    }
    assert (view["then"]["rules_version"], view["now"]["rules_version"]) == (1, 2)
    assert "planned again with these, it is the posting that is stored" in shown.output
    assert max(map(len, shown.output.splitlines())) <= 80
    assert office.scene.audit("document:1") == before


def test_a_held_invoice_is_planned_as_then_with_the_reference_of_then(office: Office) -> None:
    office.hold("INV-1", vendor="66")
    added = replace(office.scene.finance.books.vendors[0], record_no=9, vendor_id="V9", name="Cragside")
    books = office.scene.finance.books
    office.scene.finance.books = replace(books, vendors=(*books.vendors, added))
    office.scene.wait(minutes=6)
    office.scene.do(refresh)

    shown = office.run("documents", "replay", "INV-1", "--as-then")

    text = " ".join(shown.output.split())
    assert re.search(r"then, .* \(rules 1, reference 1\): held vendor:", text)
    assert "today (rules 1, reference 2): held partner_vendor:Alnwick Bolts/V9" in text
    assert "nothing was changed" in text


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE postings SET parser_version = 'older', body_sha256 = 'x'", "the reader has changed since"),
        ("UPDATE postings SET body_sha256 = 'x'", "it is not the posting that is stored"),
    ],
)
def test_a_posting_that_cannot_be_planned_again_is_shown_with_why(
    office: Office, statement: str, said: str
) -> None:
    set_up_link(office, 'mode = "live"')
    office.hold("INV-1", vendor="77")
    run_sql(office.scene.url, statement)

    shown = office.run("documents", "replay", "INV-1", "--as-then")

    text = " ".join(shown.output.split())
    assert said in text
    assert "the bill would be the same today" in text


def test_what_was_never_planned_has_no_then(office: Office) -> None:
    office.scene.drop(write_invoice("INV-1"))
    office.scene.do(receive, read)

    unplanned = office.run("documents", "replay", "INV-1", "--as-then")
    unnamed = office.run("documents", "replay", "--as-then")

    assert unplanned.stderr == "no document goes by 'INV-1' that was ever planned\n"
    assert (unnamed.exit_code, unnamed.stderr[:15]) == (Exit.USAGE, "name a document")
