"""Sessions and tokens end, systems are away, refuse or are busy: nothing is lost, and the next run finishes."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from tests.acceptance.trade import list_numbers, write_many
from tests.databases import read_everything
from tests.processes import ARCHIVE, INBOUND, PASSWORDS, Line

UNREACHED: Final = 4
BATCH: Final = 10  #: the first request takes no more
INVOICES: Final = 15


def list_booked(line: Line) -> list[str]:
    return sorted(bill["RECORDID"] for bill in line.intacct.bills())


def test_a_session_that_ends_in_the_middle_of_a_run_is_renewed_once(line: Line) -> None:
    line.cleo.drop("invoices.edi", write_many(INVOICES))
    line.intacct.set_faults({"match": {"function": "create", "nth": 2}, "action": "expire_sessions"})

    status, result = line.connector.once()

    assert (status, result["troubles"]) == (0, [])
    assert list_booked(line) == list_numbers(INVOICES)
    assert (
        line.intacct.counters()["logins"] == 4
    )  # the company, both entities for their closed books, and one again


def test_a_cleo_token_that_expires_in_the_middle_of_a_run_is_renewed_once(line: Line) -> None:
    for n in range(3):
        line.cleo.drop(f"{n}.edi", write_many(1, first=n + 1))
    line.cleo.set_faults({"match": {"call": "download", "nth": 2}, "action": "expire_tokens"})

    status, result = line.connector.once()

    assert (status, result["troubles"]) == (0, [])
    assert list_booked(line) == list_numbers(3)
    assert line.cleo.counters()["calls"]["authenticate"] == 2


@pytest.mark.parametrize("is_known", [False, True], ids=["never reached", "reached before"])
def test_while_intacct_is_away_files_are_kept_and_the_next_run_books_them(
    line: Line, *, is_known: bool
) -> None:
    if is_known:
        line.connector.once()
    line.cleo.drop("invoices.edi", write_many(INVOICES))
    line.intacct.kill()

    away, kept = line.connector.once()
    line.intacct.start()
    status, result = line.connector.once()

    assert away == UNREACHED
    assert {trouble["system"] for trouble in kept["troubles"]} == {"intacct"}
    assert kept["counts"] == {"read": INVOICES}
    assert kept["balance"]["complete"] is True
    assert line.cleo.names(ARCHIVE) == ["invoices.edi"]
    assert (status, result["counts"]) == (0, {"posted": INVOICES})
    assert list_booked(line) == list_numbers(INVOICES)


def test_while_cleo_is_away_the_run_says_so_and_the_next_one_takes_the_files(line: Line) -> None:
    line.cleo.drop("invoices.edi", write_many(INVOICES))
    line.cleo.kill()

    away, kept = line.connector.once()
    line.cleo.start()
    status, _ = line.connector.once()

    assert (away, kept["counts"]) == (UNREACHED, {})
    assert {trouble["system"] for trouble in kept["troubles"]} == {"cleo"}
    assert status == 0
    assert list_booked(line) == list_numbers(INVOICES)


def test_a_download_that_breaks_off_leaves_the_file_for_the_next_run(line: Line) -> None:
    line.cleo.drop("1.edi", write_many(1))
    line.cleo.drop("2.edi", write_many(1, first=2))
    fault = {"match": {"call": "download", "file": "1.edi"}, "action": "truncate", "bytes": 60, "times": None}
    line.cleo.set_faults(fault)

    first, _ = line.connector.once()
    waiting, booked = line.cleo.names(INBOUND), list_booked(line)
    line.cleo.clear_faults()
    second, _ = line.connector.once()

    assert (first, waiting, booked) == (UNREACHED, ["1.edi"], ["N-00002"])
    assert (second, list_booked(line)) == (0, list_numbers(2))


def test_a_busy_intacct_is_given_the_time_it_asks_for(line: Line) -> None:
    line.cleo.drop("invoices.edi", write_many(BATCH))
    busy = {"action": "http", "status": 429, "headers": {"Retry-After": "3600"}}
    line.intacct.set_faults({"match": {"function": "create"}, **busy})
    started = datetime.now(UTC)

    status, result = line.connector.once()
    line.connector.once()

    assert (status, result["counts"]) == (UNREACHED, {"ready": BATCH})
    assert datetime.fromisoformat(result["next_attempt"]) >= started + timedelta(hours=1)
    assert [fault["matched"] for fault in line.intacct.faults()] == [1], "it was asked again too early"
    assert line.intacct.bills() == []


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("ML_CONNECTOR_LINK_MAIN_INTACCT_SENDER_PASSWORD", "check the sender id and the sender password"),
        (
            "ML_CONNECTOR_LINK_MAIN_INTACCT_PASSWORD",
            "check the company id, the user id and the user's password",
        ),
        ("ML_CONNECTOR_LINK_MAIN_CLEO_PASSWORD", "check user name and password"),
    ],
    ids=["sender", "user", "cleo"],
)
def test_a_wrong_password_ends_the_run_and_names_what_to_change(line: Line, name: str, cure: str) -> None:
    line.cleo.drop("invoices.edi", write_many(INVOICES))
    wrong = {name: "canary-7f3a-not-the-password"}

    refused = line.connector.run("once", environment=wrong)
    pinged = line.connector.run("ping", "--json", environment=wrong)
    mended, result = line.connector.once()

    assert (refused.status, pinged.status) == (UNREACHED, UNREACHED)
    assert cure in " ".join(refused.stdout.split())
    (failed,) = (step for step in pinged.json()["steps"] if not step["ok"])
    assert name in failed["cure"]
    assert (mended, result["counts"]) == (0, {"posted": INVOICES})


def test_no_password_stands_in_anything_the_connector_prints_or_keeps(line: Line) -> None:
    wrong = dict.fromkeys(PASSWORDS, "canary-7f3a-not-the-password")
    line.cleo.drop("invoices.edi", write_many(INVOICES))
    said = [
        line.connector.run(*command, environment=wrong)
        for command in (["once"], ["ping"], ["ping", "--json"])
    ]
    line.intacct.set_faults(
        {"match": {"function": "getAPISession"}, "action": "html"},
        {"match": {"function": "query", "nth": 2}, "action": "truncate", "bytes": 40},
        {"match": {"function": "create"}, "action": "html", "when": "after"},
    )
    line.cleo.set_faults({"match": {"call": "authenticate"}, "action": "html"})
    commands = [["once", "--json"]] * 4 + [
        ["documents", "show", "N-00001", "--json"],
        ["audit", "show", "link:main"],
    ]
    said += [line.connector.run(*command) for command in commands]

    kept = [("store", read_everything(line.store_url))]
    kept += [(path.name, path.read_bytes()) for path in line.connector.folder.rglob("*") if path.is_file()]

    assert list_booked(line) == list_numbers(INVOICES)
    assert any(b"getAPISession" in value for _, value in kept), "no request that went wrong was kept"
    printed = [(f"output {n}", (one.stdout + one.stderr).encode()) for n, one in enumerate(said)]
    for secret in {*PASSWORDS.values(), *wrong.values()}:
        assert [place for place, text in [*printed, *kept] if secret.encode() in text] == []
