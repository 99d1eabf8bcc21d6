"""Postings, needs, rules and the meter: what goes in comes out, and what must be once is once."""

import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from tests.databases import read_everything, run_sql
from tests.fakes import NOON, ManualClock
from tests.unit.store.rows import LINK, POSTING, add_documents, add_posting, move

from ml_connector.records.exchange import MeteredExchange, MeterReading
from ml_connector.records.needs import Need
from ml_connector.records.status import Status
from ml_connector.store import Store

VENDOR = Need(kind="vendor", subject="Quill/92/7", reason="no vendor answers to 92/7")
TERM = Need(kind="term", subject="V-7", reason="vendor V-7 has no term")
EXCHANGE = MeteredExchange(
    link=LINK,
    system="intacct",
    flow="post",
    purpose="create APBILL",
    started=NOON,
    milliseconds=120,
    http_status=200,
    outcome="ok",
    api_transactions=10,
    request=b"<request>canary-request</request>",
    answer=b"<response>canary-answer</response>",
)


def test_a_posting_comes_back_as_it_was_planned(store: Store) -> None:
    (id_,) = add_documents(store)

    with store.begin() as work:
        work.postings.add([(id_, POSTING)])
        work.postings.add([])
        stored = work.postings.newest([id_])[id_]

    assert stored.posting == POSTING
    assert (stored.document_id, stored.sent_count, stored.looks, stored.refusal) == (id_, 0, 0, "")
    assert (stored.sent_at, stored.next_look) == (None, None)


def test_a_control_id_is_used_once(store: Store) -> None:
    first, second = add_documents(store, 2)
    add_posting(store, first, control_id="mlc:bill:same")

    with pytest.raises(IntegrityError), store.begin() as work:
        work.postings.add([(second, replace(POSTING, control_id="mlc:bill:same"))])

    with store.begin() as work:
        assert work.postings.find_used(["mlc:bill:same", "mlc:bill:new"]) == {"mlc:bill:same": first}
        assert work.postings.newest([second]) == {}
        assert work.postings.newest([first])[first].posting.control_id == "mlc:bill:same"


def test_the_newest_posting_of_a_document_is_the_one_of_its_last_revision(store: Store) -> None:
    (id_,) = add_documents(store)
    add_posting(store, id_, control_id="mlc:bill:r1", revision=1)
    add_posting(store, id_, control_id="mlc:bill:r2", revision=2)

    with store.begin() as work:
        assert work.postings.newest([id_, 404])[id_].posting.revision == 2
        assert work.postings.newest([]) == {}


def test_the_story_of_a_sending_is_kept(store: Store, clock: ManualClock) -> None:
    (id_,) = add_documents(store)
    posting = add_posting(store, id_)
    move(store, [id_], Status.READY, Status.SENDING, Status.IN_DOUBT, until=NOON)
    look = NOON + timedelta(minutes=1)

    with store.begin() as work:
        work.postings.write_intent([posting])
        work.postings.write_intent([posting])
        work.postings.withdraw_intent([posting])
        work.postings.open_doubt([posting], sent_at=NOON, next_look=look)
        work.postings.note_refusal(posting, "BL01001973: no")
        stored = work.postings.newest([id_])[id_]
        not_due = work.postings.list_doubtful(LINK, due_only=True)
        doubtful = work.postings.list_doubtful(LINK, due_only=False)
    clock.advance(timedelta(minutes=1))
    with store.begin() as work:
        due = work.postings.list_doubtful(LINK, due_only=True)
        work.postings.note_look([posting], looks=1, next_look=None)
        after = work.postings.list_doubtful(LINK, due_only=True)

    assert (stored.sent_count, stored.sent_at, stored.next_look) == (1, NOON, look)
    assert stored.refusal == "BL01001973: no"
    assert (not_due, doubtful, due, after) == ((), (stored,), (stored,), ())


def test_a_document_that_is_in_doubt_no_more_is_not_looked_for(store: Store) -> None:
    (id_,) = add_documents(store)
    posting = add_posting(store, id_)
    with store.begin() as work:
        work.postings.open_doubt([posting], sent_at=NOON, next_look=NOON)

    with store.begin() as work:
        assert work.postings.list_doubtful(LINK, due_only=False) == ()


def test_needs_are_open_until_they_are_met(store: Store) -> None:
    first, second = add_documents(store, 2)

    with store.begin() as work:
        work.needs.add({first: [VENDOR, TERM], second: [VENDOR]})
        work.needs.add({})
        before = work.needs.list_open([first, second])
        work.needs.meet([first])
        after = work.needs.list_open([first, second])

    assert before == {first: (VENDOR, TERM), second: (VENDOR,)}
    assert after == {second: (VENDOR,)}


@pytest.mark.rule("Controls", 3)
def test_the_same_rule_files_are_one_version_and_changed_ones_another(store: Store) -> None:
    files = {"partners.toml": "[us]", "coding.toml": 'name = "größe"'}

    with store.begin() as work:
        first = work.rules.pin(LINK, files, author="mira")
        again = work.rules.pin(LINK, dict(reversed(files.items())), author="noor")
        changed = work.rules.pin(LINK, files | {"coding.toml": ""}, author="noor")
        back = work.rules.pin(LINK, files, author="mira")
        other = work.rules.pin("other", files, author="mira")

    assert first == again
    assert len({first, changed, back, other}) == 4
    with store.begin() as work:
        assert work.rules.newest(LINK) == files
        assert work.rules.newest("none") is None
        assert work.rules.read(first) == files
        assert work.rules.read(changed)["coding.toml"] == ""
        loaded = [entry.detail["author"] for entry in work.audit.list(f"rules:{LINK}")]
    assert loaded == ["mira", "noor", "mira"]


def test_the_meter_adds_up_requests_and_transactions_by_flow(store: Store) -> None:
    with store.begin() as work:
        for started in (NOON - timedelta(seconds=1), NOON, NOON):
            work.meter.add(replace(EXCHANGE, started=started))
        work.meter.add(replace(EXCHANGE, flow="session", api_transactions=0, purpose="x" * 1000))
        work.meter.add(replace(EXCHANGE, system="cleo", flow="files"))
        work.meter.add(replace(EXCHANGE, link="other"))
        readings = work.meter.read(LINK, system="intacct", since=NOON)

    assert readings == (
        MeterReading(flow="post", requests=2, api_transactions=20),
        MeterReading(flow="session", requests=1, api_transactions=0),
    )


def test_what_was_said_is_kept_only_when_it_went_wrong_and_not_without_end(
    store: Store, store_url: str
) -> None:
    with store.begin() as work:
        work.meter.add(EXCHANGE)
        work.meter.add(replace(EXCHANGE, outcome="Ambiguous", answer=b"x" * 1_000_000))

    fine, wrong = run_sql(store_url, "SELECT request, answer FROM meter ORDER BY id")
    assert fine == (b"", b"")
    assert zlib.decompress(wrong[0]) == EXCHANGE.request
    assert zlib.decompress(wrong[1]) == b"x" * 65_536
    kept = read_everything(store_url)
    assert (kept.count(b"canary-request"), kept.count(b"canary-answer")) == (1, 0)
