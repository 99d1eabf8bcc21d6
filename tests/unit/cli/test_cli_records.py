"""Looking into a store: what is asked for is shown, what is not there is said, and nothing foreign does anything."""

import json
import re
import unicodedata
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tests.databases import locate_file
from tests.unit.cli.desk import NOW, Desk, set_up
from tests.unit.store.rows import NEW, ORIGIN, POSTING, number_document

from ml_connector.cli.exits import Exit
from ml_connector.records.documents import Move, NewDocument
from ml_connector.records.needs import Need
from ml_connector.records.status import Status
from ml_connector.store import Store, Work

#: No longer than the shortest column of names takes.
EVIL = "[red]& Co[/red] \x1b[2J\x1b[31m\x9b31m :smile: \u202eevil\r\n#99 posted\x07"

FOREIGN = {
    "documents": ("vendor", "vendor_name", "partner_name", "reason", "receiver", "sender"),
    "needs": ("subject", "reason"),
    "postings": ("company", "entity"),
    "audit": ("actor", "action"),
}


def fill(store: Store, name: str = "march.edi", link: str = "main") -> list[int]:
    """Six documents: read, ready, held, in doubt, posted and rejected."""
    kept = store.keep([name.encode()])
    with store.begin() as work:
        file = work.files.add(link=link, origin=replace(ORIGIN, name=name, remote_id=name), kept=kept)
        found = [_name_link(number_document(n), link) for n in range(5)]
        unreadable = replace(NEW.key, link=link, number="", kind="")
        found.append(
            replace(
                NEW,
                index=5,
                key=unreadable,
                amount=None,
                status=Status.REJECTED,
                reason="SE_MISSING: cut off",
            )
        )
        work.documents.add(file, found)
        ids = [document.id for document in work.documents.list_of_file(file)]
        work.postings.add(
            [(id_, replace(POSTING, control_id=f"mlc:bill:{id_}")) for id_ in (ids[1], ids[3], ids[4])]
        )
        _move(work, ids[1], Status.READY, vendor="V-7", vendor_name="Quill & Co")
        _move(work, ids[2], Status.HELD, reason="no vendor answers to 92/7")
        work.needs.add({ids[2]: [Need(kind="item", subject="Q/7", reason="no item answers to Q/7")]})
        for id_ in (ids[3], ids[4]):
            _move(work, id_, Status.READY, Status.SENDING)
            stored = work.postings.newest([id_])[id_]
            work.postings.write_intent([stored.id])
        _move(work, ids[3], Status.IN_DOUBT, start=Status.SENDING, reason="no answer came")
        doubtful = work.postings.newest([ids[3]])[ids[3]]
        work.postings.open_doubt([doubtful.id], sent_at=NOW, next_look=NOW)
        _move(work, ids[4], Status.POSTED, start=Status.SENDING, intacct_key="4711")
    return ids


def _name_link(document: NewDocument, link: str) -> NewDocument:
    return replace(document, key=replace(document.key, link=link))


def _move(work: Work, id_: int, *path: Status, start: Status = Status.READ, **changes: str) -> None:
    for expect, to in zip((start, *path), path, strict=False):
        step = replace(Move(id=id_, action=str(to)), **changes)  # type: ignore[arg-type]  # texts of a move
        assert work.documents.move([step], expect=expect, to=to, until=NOW)


@pytest.fixture
def filled(desk: Desk) -> Desk:
    with desk.open_store() as store:
        fill(store)
    return desk


def test_documents_are_listed_under_their_file_with_state_and_reason(filled: Desk) -> None:
    shown = filled.run("documents", "list")

    assert shown.exit_code == Exit.DONE
    lines = [line.rstrip() for line in shown.output.splitlines()]
    assert lines[1] == "march.edi · Quill & Co"
    assert re.search(r"#2 +Q-2 +V-7 Quill & Co +120\.50 USD ready$", lines[3])
    assert re.search(r"#3 +Q-3 +– +120\.50 USD held$", lines[4])
    assert lines[5] == "    item:Q/7  no item answers to Q/7"
    assert re.search(r"#5 +Q-5 +– +120\.50 USD posted 4711$", "\n".join(lines), re.MULTILINE)
    assert lines[-1] == "    SE_MISSING: cut off"


def test_documents_of_one_state_are_listed(filled: Desk) -> None:
    shown = json.loads(filled.run("documents", "list", "--status", "held", "--json").output)

    assert [document["number"] for document in shown] == ["Q-3"]
    assert (shown[0]["amount"], shown[0]["currency"]) == ("120.50", "USD")
    [need] = shown[0]["needs"]
    assert need["since"].startswith("20")
    assert {**need, "since": ""} == {
        "kind": "item",
        "key": "item:Q/7",
        "reason": "no item answers to Q/7",
        "since": "",
        "action": {
            "do": "give the item its number in Intacct, and see that it is active",
            "command": "ml-connector once",
        },
        "or_else": [{"do": "add an [[item]]", "command": "ml-connector once"}],
        "suggestions": [],
    }


def test_a_list_that_was_cut_says_so(filled: Desk) -> None:
    cut = filled.run("documents", "list", "--limit", "2")
    whole = filled.run("documents", "list", "--limit", "6")

    assert "Q-3" not in cut.stdout
    assert cut.stderr == "only the first 2 are shown; for more: --limit 20\n"
    assert whole.stderr == ""


def test_an_empty_store_says_that_there_is_nothing(desk: Desk) -> None:
    listed = desk.run("documents", "list")
    balanced = desk.run("balance")

    assert listed.output.strip() == "no documents"
    assert (listed.exit_code, balanced.exit_code) == (Exit.DONE, Exit.DONE)
    assert "the balance holds" in balanced.output


@pytest.mark.parametrize("text", ["5", "Q-5", "4711", "mlc-810-000000000004"])
def test_a_document_is_shown_by_any_of_its_names(filled: Desk, text: str) -> None:
    shown = filled.run("documents", "show", text)

    assert shown.exit_code == Exit.DONE
    assert shown.output.startswith("#5 mlc-810-000000000004\n")
    assert "invoice  Q-5 of 2031-03-01, debit 120.50 USD" in shown.output
    assert "posting  Submit in BRINDLE/E1, control id mlc:bill:5" in shown.output
    assert "story    Intacct has it as 4711." in shown.output
    assert re.search(r"^4 +2031-03-14 12:00:00 +mira +posted", shown.output, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "story"),
    [
        ("Q-2", "It is ready and goes with the next run."),
        ("Q-4", "It was sent once and Intacct's answer is not known."),
    ],
)
def test_the_story_of_a_posting_is_told_in_plain_words(filled: Desk, text: str, story: str) -> None:
    assert story in " ".join(filled.run("documents", "show", text, columns=200).output.split())


def test_a_document_that_waits_for_another_attempt_says_until_when(desk: Desk) -> None:
    with desk.open_store() as store:
        ids = fill(store)
        with store.begin() as work:
            _move(work, ids[0], Status.READY, Status.SENDING)
            again = Move(id=ids[0], action="not sent", reason="too busy", not_before=NOW)
            work.documents.move([again], expect=Status.SENDING, to=Status.READY)
            work.postings.add([(ids[0], replace(POSTING, control_id="mlc:bill:again"))])

    shown = desk.run("documents", "show", "Q-1", columns=120)

    assert "It could not be sent; next attempt after 2031-03-14 12:00:00 UTC." in shown.output


def test_a_posting_that_was_held_says_whether_it_was_ever_sent(desk: Desk) -> None:
    with desk.open_store() as store:
        ids = fill(store)
        with store.begin() as work:
            for id_ in (ids[0], ids[1]):
                _move(
                    work,
                    id_,
                    *((Status.READY, Status.SENDING, Status.HELD)[id_ == ids[1] :]),
                    start=START[id_ == ids[1]],
                )
            work.postings.add([(ids[0], replace(POSTING, control_id="mlc:bill:held"))])
            sent = work.postings.newest([ids[1]])[ids[1]]
            work.postings.write_intent([sent.id])
            work.postings.write_intent([sent.id])

    assert "story    It was never sent." in desk.run("documents", "show", "Q-1").output
    assert "story    It was sent 2 times." in desk.run("documents", "show", "Q-2").output


START = (Status.READ, Status.READY)


@pytest.mark.parametrize(
    ("column", "said"), [("attachment", "mlc-810-X-1"), ("unattached", "none: no such folder")]
)
def test_a_document_names_its_attachment_or_says_why_there_is_none(
    filled: Desk, column: str, said: str
) -> None:
    assert "attachment" not in filled.run("documents", "show", "Q-2").output

    filled.change_rows(f"UPDATE postings SET {column} = :told", told=said.removeprefix("none: "))

    assert f"attachment {said}" in " ".join(filled.run("documents", "show", "Q-2").output.split())


def test_two_documents_of_one_number_are_shown_one_after_the_other(filled: Desk) -> None:
    with filled.open_store() as store:
        fill(store, "april.edi")

    shown = filled.run("documents", "show", "Q-5")

    assert re.findall(r"^#(\d+) ", shown.output, re.MULTILINE) == ["5", "11"]
    assert "\n\n#11 " in shown.output


def test_an_explanation_gives_the_reason_of_every_value(filled: Desk) -> None:
    explained = filled.run("documents", "explain", "Q-5")

    assert explained.exit_code == Exit.DONE
    lines = [line.rstrip() for line in explained.output.splitlines()]
    assert "VENDORID is V-7, by xref: N1*SE is 92/7; before it were asked: number" in lines
    assert re.search(r"^1 +5000 +– +110 +– +– +120\.50 +ink$", "\n".join(lines), re.MULTILINE)
    assert "      ACCOUNTNO is 5000, by ink" in lines
    assert lines[-1] == "rules version 1, reference version 1, reader version 1"


def test_of_a_document_without_a_posting_it_is_explained_where_it_stands(filled: Desk) -> None:
    explained = filled.run("documents", "explain", "Q-3")
    nothing = filled.run("documents", "explain", "Q-99")

    assert explained.exit_code == Exit.DONE
    assert "held" in explained.output
    assert "reader version" not in explained.output
    assert nothing.exit_code == Exit.USAGE
    assert nothing.stderr == "no document goes by 'Q-99'\n"


def test_an_audit_trail_is_shown_and_judged(filled: Desk) -> None:
    whole = filled.run("audit", "show", "document:5")
    filled.change_rows("UPDATE audit SET actor = 'eve' WHERE record = 'document:5' AND number = 2")
    broken = filled.run("audit", "show", "document:5")
    shown = filled.run("documents", "show", "Q-5", columns=120)

    assert whole.exit_code == Exit.DONE
    assert whole.output.splitlines()[-1] == "the chain of 4 entries is whole"
    assert broken.exit_code == Exit.UNBALANCED
    assert "entry 2 of document:5 was changed after it was written" in broken.output
    assert (
        "the audit chain of this document is broken; see: ml-connector audit show document:5" in shown.output
    )


def test_a_record_without_a_trail_is_said_to_have_none(filled: Desk) -> None:
    shown = filled.run("audit", "show", "document:404")

    assert shown.exit_code == Exit.USAGE
    assert "no entries; a record is such as document:12" in shown.output


def test_a_document_nobody_has_is_said_to_be_unknown(filled: Desk) -> None:
    shown = filled.run("documents", "show", "N-0")

    assert shown.exit_code == Exit.USAGE
    assert shown.stderr == "no document goes by 'N-0'\n"


def test_a_state_there_is_not_is_refused_with_those_there_are(desk: Desk) -> None:
    refused = desk.run("documents", "list", "--status", "lost")

    assert refused.exit_code == Exit.USAGE
    assert refused.stderr.startswith("no state 'lost'; there are: read, ready, sending")


@pytest.mark.parametrize(
    "command", [("documents", "list"), ("documents", "show", "x"), ("balance",), ("ping",)]
)
def test_among_several_links_one_has_to_be_named(
    tmp_path: Path, store_url: str, command: tuple[str, ...]
) -> None:
    desk = set_up(tmp_path, store_url, "ap", "branch")

    unnamed = desk.run(*command)
    unknown = desk.run(*command, "--link", "shop")

    assert (unnamed.exit_code, unknown.exit_code) == (Exit.USAGE, Exit.USAGE)
    assert unnamed.stderr == "there are several links: ap, branch; name one with --link\n"
    assert unknown.stderr == "no link 'shop'; there are: ap, branch\n"


def test_the_link_that_is_named_is_the_one_that_answers(tmp_path: Path, store_url: str) -> None:
    desk = set_up(tmp_path, store_url, "ap", "branch")
    with desk.open_store() as store:
        fill(store, link="branch")

    ap, branch = (
        json.loads(desk.run("documents", "list", "-l", link, "--json").output) for link in ("ap", "branch")
    )

    assert (len(ap), len(branch)) == (0, 6)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda desk: (desk.folder / "ml-connector.toml").unlink(), "not found; write one with: ml-connector init"),
        (
            lambda desk: (desk.folder / "rules" / "rules.toml").write_text("[[rout]]"),
            "rules/rules.toml: rout: unknown key; did you mean 'route'?",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_and_nothing_is_done(desk: Desk, change: object, said: str) -> None:
    assert callable(change)
    change(desk)

    refused = desk.run("balance")

    assert refused.exit_code == Exit.CONFIG
    assert said in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_a_file_that_is_no_database_is_named_and_nothing_is_done(desk: Desk) -> None:
    locate_file(desk.store_url).write_text("a letter, " * 100)

    refused = desk.run("balance")

    assert refused.exit_code == Exit.CONFIG
    assert "not a database" in refused.stderr
    assert refused.stdout == ""


def test_a_database_server_that_does_not_answer_is_named_without_its_password(desk: Desk) -> None:
    away = "postgresql://mira:canary@127.0.0.1:9/books"

    refused = desk.set_variables(ML_CONNECTOR_STORE_URL=away).run("balance")

    assert refused.exit_code == Exit.CONFIG
    assert "mira:***@127.0.0.1:9/books cannot be opened" in refused.stderr
    assert "canary" not in refused.output


def test_a_profile_key_there_is_not_is_refused(desk: Desk) -> None:
    path = desk.folder / "ml-connector.toml"
    path.write_text(path.read_text() + '[link.main.cleo.profile]\n"files.aftr_read" = "move"\n')

    refused = desk.run("balance")

    assert refused.exit_code == Exit.CONFIG
    assert refused.stderr.startswith("link.main.cleo.profile: ")


def test_missing_passwords_are_named_but_none_is_shown(desk: Desk) -> None:
    without = desk.set_variables(ML_CONNECTOR_LINK_MAIN_CLEO_PASSWORD="")

    refused = without.run("once")
    looked = without.run("documents", "list")

    assert looked.exit_code == Exit.DONE  # what only looks into the store needs no password
    assert refused.exit_code == Exit.CONFIG
    assert (
        refused.stderr == "environment: ML_CONNECTOR_LINK_MAIN_CLEO_PASSWORD: empty; set it to the password\n"
    )


@pytest.mark.parametrize(
    "command",
    [
        ("documents", "list"),
        ("documents", "show", "Q-5"),
        ("documents", "explain", "Q-5"),
        ("audit", "show", "document:5"),
        ("balance",),
    ],
    ids=" ".join,
)
def test_json_says_money_as_text_and_is_valid(filled: Desk, command: tuple[str, ...]) -> None:
    said = filled.run(*command, "--json").output

    assert json.loads(said, parse_float=_refuse_number)
    if command[0] == "documents":
        assert '"amount": "120.50"' in said


def _refuse_number(text: str) -> float:
    raise AssertionError(f"{text} is a number, which loses cents")


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize(
    "command",
    [
        ("documents", "list"),
        ("documents", "show", "Q-5"),
        ("documents", "explain", "Q-5"),
        ("audit", "show", "document:5"),
        ("audit", "show", "file:1"),
        ("balance",),
    ],
    ids=" ".join,
)
def test_foreign_text_is_shown_and_can_do_nothing_else(
    desk: Desk, command: tuple[str, ...], columns: int
) -> None:
    with desk.open_store() as store:
        ids = fill(store, name=f"{EVIL}.edi")
    for table, names in FOREIGN.items():
        for name in names:
            desk.change_rows(f"UPDATE {table} SET {name} = :evil", evil=EVIL)
    desk.change_rows("UPDATE documents SET currency = :evil", evil=EVIL[-8:])
    desk.change_rows("UPDATE documents SET intacct_key = :evil WHERE id = :id", evil=EVIL, id=ids[4])

    shown = desk.run(*command, columns=columns)

    lines = shown.output.split("\n")
    assert shown.exit_code in {Exit.DONE, Exit.UNBALANCED}
    assert not [char for char in shown.output if unicodedata.category(char) in {"Cc", "Cf"} and char != "\n"]
    assert not [line for line in lines if line.startswith("#99")]
    assert max(map(len, lines)) <= columns
    if command != ("balance",):
        assert "[red]" in shown.output
        assert ":smile:" in shown.output


def test_a_large_amount_is_never_cut(desk: Desk) -> None:
    with desk.open_store() as store:
        kept = store.keep([b"x"])
        large = replace(NEW, amount=Decimal("922337203685477.00"))
        with store.begin() as work:
            work.documents.add(work.files.add(link="main", origin=ORIGIN, kept=kept), [large])

    shown = desk.run("documents", "list")

    assert "922,337,203,685,477.00USD" in re.sub(r"\s|held|read", "", shown.output)


def test_a_balance_that_does_not_hold_names_the_record(filled: Desk) -> None:
    with filled.open_store() as store, store.begin() as work:
        kept = work.files.list("main")[0]
    assert kept.status == "received"
    filled.change_rows("UPDATE files SET status = 'read'")

    struck = filled.run("balance")

    assert struck.exit_code == Exit.UNBALANCED
    assert "the balance does not hold:" in struck.output
    assert "row #5 (mlc-810-000000000004) is not in the bytes" in " ".join(struck.output.split())


def test_when_intacct_cannot_be_asked_the_balance_says_so(filled: Desk) -> None:
    struck = filled.run("balance", "--intacct")

    assert struck.exit_code == Exit.UNREACHED
    assert struck.stderr.startswith("Intacct cannot be asked: ")
    assert struck.stderr.endswith("try: ml-connector ping\n")


@pytest.mark.parametrize(
    ("verb", "status", "action", "said"),
    [
        ("release", Status.READ, "released", "#3 released; the next run decides again"),
        ("reject", Status.REJECTED, "rejected", "#3 rejected; it will not be booked"),
    ],
)
def test_a_person_decides_about_a_held_document_and_says_why(
    filled: Desk, verb: str, status: Status, action: str, said: str
) -> None:
    done = filled.run("documents", verb, "Q-3", "--reason", "called the vendor")

    (shown,) = json.loads(filled.run("documents", "show", "3", "--json").output)
    assert (done.exit_code, done.output) == (Exit.DONE, f"{said}\n")
    assert shown["line"]["status"] == status
    assert shown["audit_intact"] is True
    assert "called the vendor" in shown["audit"][-1]["detail"]["reason"]
    assert shown["audit"][-1]["action"] == action


@pytest.mark.parametrize("verb", ["release", "reject"])
def test_what_is_not_held_cannot_be_decided_about(filled: Desk, verb: str) -> None:
    before = filled.run("documents", "list").output

    done = filled.run("documents", verb, "Q-5", "--reason", "no")

    assert done.exit_code == Exit.USAGE
    assert done.stderr == "no document goes by 'Q-5' among those that are held\n"
    assert filled.run("documents", "list").output == before


@pytest.mark.parametrize("verb", ["release", "reject"])
def test_without_a_reason_nothing_is_decided(filled: Desk, verb: str) -> None:
    assert filled.run("documents", verb, "Q-3").exit_code == Exit.USAGE


def test_of_an_invoice_that_is_held_twice_one_has_to_be_named_before_it_is_rejected(filled: Desk) -> None:
    with filled.open_store() as store:
        fill(store, "april.edi")

    unnamed = filled.run("documents", "reject", "Q-3", "--reason", "booked by hand")
    named = filled.run("documents", "reject", "#9", "--reason", "booked by hand")
    released = filled.run("documents", "release", "Q-3", "--reason", "the vendor is there now")

    assert (unnamed.exit_code, named.exit_code, released.exit_code) == (Exit.USAGE, Exit.DONE, Exit.DONE)
    assert unnamed.stderr == "'Q-3' is held 2 times: #3, #9; reject one by its row number\n"
    assert named.output == "#9 rejected; it will not be booked\n"
    assert released.output == "#3 released; the next run decides again\n"


@pytest.mark.parametrize("verb", ["release", "reject"])
def test_a_reason_that_says_nothing_is_refused(filled: Desk, verb: str) -> None:
    refused = filled.run("documents", verb, "Q-3", "--reason", "  ")

    assert refused.exit_code == Exit.USAGE
    assert refused.stderr == "say why with --reason: it goes into the audit trail\n"
    assert '"status": "held"' in filled.run("documents", "show", "Q-3", "--json").output


@pytest.mark.parametrize("text", ["#99", "#", "#x", "#123456789012345678901234567890"])
def test_a_row_that_is_not_there_is_not_found(filled: Desk, text: str) -> None:
    assert filled.run("documents", "show", text).exit_code == Exit.USAGE
