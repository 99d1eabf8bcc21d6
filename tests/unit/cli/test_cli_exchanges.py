"""What was said to Intacct, as the command line shows it: readable, newest first, and without a secret."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
from tests.unit.cli.desk import NOW, Desk
from tests.unit.intacct.gateway_fakes import (
    CREDENTIALS,
    FakeTransport,
    answer,
    authentication_failure,
    error,
    make_client,
    refused,
)

from ml_connector.app.systems.metering import meter_intacct
from ml_connector.intacct import Call, CredentialsRefused, DisplayContact, Exchange, NewVendor
from ml_connector.records.exchange import MeteredExchange
from ml_connector.store import Store

SECRETS: Final = (CREDENTIALS.sender_password, CREDENTIALS.user_password, "session-1")
TAX_ID: Final = "12-canary-7719"
EVIL: Final = "create \x1b[2J\u202eAPBILL"
FINE: Final = MeteredExchange(
    link="main",
    system="cleo",
    flow="files",
    purpose="list files: GET /api/files",
    started=NOW,
    milliseconds=1200,
    http_status=200,
    outcome="ok",
    api_transactions=0,
    request=b"",
    answer=b"",
)


def talk(store: Store) -> None:
    """A log-in that is refused, one that is not, and a vendor that is refused; each answer quotes what it was sent."""
    quoted = "you sent " + " ".join(SECRETS)
    exchanges: list[Exchange] = []
    no_entry = authentication_failure(error("XL03000006", quoted.removesuffix(SECRETS[-1])))
    with pytest.raises(CredentialsRefused):
        make_client(FakeTransport(no_entry, logins=[no_entry]), exchanges=exchanges).check()
    client = make_client(
        FakeTransport(answer(refused("v-1", error("BL03000018", f"{quoted} <taxid>{TAX_ID}</taxid>")))),
        exchanges=exchanges,
    )
    vendor = NewVendor(
        vendor_id="V-1", name="Lindqvist", contact=DisplayContact(print_as="Lindqvist"), tax_id=TAX_ID
    )
    client.writing.write([Call(control_id="v-1", body=vendor)])
    note = meter_intacct(store, "main", "BRINDLE")
    for exchange in exchanges:
        note(exchange)


def test_what_was_said_is_shown_an_element_a_line_and_without_a_secret(desk: Desk) -> None:
    with desk.open_store() as store:
        talk(store)

    listed = json.loads(desk.run("audit", "exchanges", "--json").output)
    shown = [desk.run("audit", "exchange", str(line["id"])).output for line in listed]
    as_json = [desk.run("audit", "exchange", str(line["id"]), "--json").output for line in listed]

    assert [line["outcome"] for line in listed] == ["failure", "ok", "SessionRefused"]
    lines = [line.strip() for line in shown[0].splitlines()]
    assert {"<NAME>Lindqvist</NAME>", "<TAXID>[redacted]</TAXID>", "<controlid>v-1</controlid>"} <= {*lines}
    assert "kept only where an exchange with Intacct went wrong" in shown[1]
    assert "<password>[redacted]</password>" in shown[2]
    assert json.loads(as_json[0])["answer"].count("[redacted]") == len(SECRETS) + 1
    for secret in (*SECRETS, TAX_ID):
        assert secret not in "".join((*shown, *as_json)), secret


def test_exchanges_are_listed_newest_first_by_what_is_asked_of_them(desk: Desk) -> None:
    with desk.open_store() as store, store.begin() as work:
        work.meter.add(replace(FINE, started=NOW - timedelta(days=1), outcome="AnswerUnreadable"))
        work.meter.add(FINE)
        work.meter.add(replace(FINE, outcome="Unavailable", http_status=None, purpose=EVIL))
        work.meter.add(replace(FINE, link="other"))

    def list_outcomes(*options: str) -> list[str]:
        listed = json.loads(desk.run("audit", "exchanges", "--json", *options).output)
        return [line["outcome"] for line in listed]

    table = desk.run("audit", "exchanges", "--limit", "2")

    assert list_outcomes() == ["Unavailable", "ok", "AnswerUnreadable"]
    assert list_outcomes("--failed") == ["Unavailable", "AnswerUnreadable"]
    assert list_outcomes("--failed", "--since", "2031-03-14T12:00") == ["Unavailable"]
    assert list_outcomes("--since", "2031-03-15") == []
    assert "no exchanges" in desk.run("audit", "exchanges", "--since", "2031-03-15").output
    assert "only the newest 2 are shown; for more: --limit 20" in table.output
    assert max(map(len, table.output.splitlines())) <= 80
    assert "cleo: list files" in table.output
    assert not re.search(r"\x1b|\u202e", table.output)


def test_an_exchange_without_an_answer_and_one_that_is_no_xml_are_shown_as_they_are(desk: Desk) -> None:
    lost = replace(FINE, system="intacct", outcome="Unavailable", http_status=None, request=b"<a><b>1</b><c")
    with desk.open_store() as store, store.begin() as work:
        work.meter.add(lost)
        work.meter.add(replace(lost, http_status=502, answer=b"Bad \xff\x1b[2J gateway"))

    silent = desk.run("audit", "exchange", "1").output
    noisy = desk.run("audit", "exchange", "2").output
    none = desk.run("audit", "exchange", "3")

    assert "no answer came" in silent
    assert re.search(r"request\s+<a>\n  <b>1</b>\n  <c\s+answer\s+nothing", silent)
    assert "Bad \ufffd [2J gateway" in noisy
    assert none.exit_code == 2
    assert "ml-connector audit exchanges" in none.output
