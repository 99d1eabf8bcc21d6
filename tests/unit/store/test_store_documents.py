"""Documents move only along the table of moves, only from the state expected, and never without an entry."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from tests.databases import run_sql
from tests.fakes import NOON, ManualClock
from tests.unit.store.rows import (
    LINK,
    NEW,
    add_documents,
    add_file,
    add_posting,
    move,
    number_document,
)

from ml_connector.records.documents import Move
from ml_connector.records.keys import Target
from ml_connector.records.status import BIRTHS, MOVES, Status
from ml_connector.store import Store


def test_documents_are_recorded_in_their_order_with_an_entry_each(store: Store) -> None:
    first, second = add_documents(store, 2)

    with store.begin() as work:
        stored = work.documents.get([first, second])
        entries = work.audit.list(f"document:{first}")
    assert stored[first].document == number_document(0)
    assert (stored[second].document.index, stored[second].status) == (1, Status.READ)
    assert [entry.action for entry in entries] == ["read"]
    assert entries[0].detail["amount"] == "120.5000"


def test_reading_a_file_again_adds_only_the_documents_that_are_missing(store: Store) -> None:
    file_id = add_file(store)
    found = [number_document(n) for n in range(3)]

    with store.begin() as work:
        work.documents.add(file_id, found[:2])
    with store.begin() as work:
        work.documents.add(file_id, found)
        work.documents.add(file_id, found)

    with store.begin() as work:
        stored = work.documents.list_of_file(file_id)
        assert [each.document for each in stored] == found
        assert all(len(work.audit.list(f"document:{each.id}")) == 1 for each in stored)


@pytest.mark.parametrize("status", sorted(set(Status) - BIRTHS))
def test_no_document_begins_in_any_other_state(store: Store, status: Status) -> None:
    file_id = add_file(store)

    with store.begin() as work, pytest.raises(ValueError, match="begins as read, filed or rejected"):
        work.documents.add(file_id, [replace(NEW, status=status)])


def test_a_legal_move_changes_the_state_and_tells_why(store: Store, store_url: str) -> None:
    legal = [(expect, to) for expect, follows in MOVES.items() for to in sorted(follows)]
    ids = add_documents(store, len(legal))
    for id_, (expect, _) in zip(ids, legal, strict=True):
        run_sql(store_url, "UPDATE documents SET status = :status WHERE id = :id", status=str(expect), id=id_)

    for id_, (expect, to) in zip(ids, legal, strict=True):
        with store.begin() as work:
            step = Move(id=id_, action="went on", reason="because", detail={"key": "5"})
            assert work.documents.move([step], expect=expect, to=to) == {id_}

    with store.begin() as work:
        stored = work.documents.get(ids)
        for id_, (_, to) in zip(ids, legal, strict=True):
            assert (stored[id_].status, stored[id_].reason) == (to, "because")
            assert work.audit.list(f"document:{id_}")[-1].detail == {
                "key": "5",
                "reason": "because",
                "to": to,
            }


def test_there_is_no_other_move(store: Store) -> None:
    (id_,) = add_documents(store)
    illegal = [(expect, to) for expect, to in product(Status, Status) if to not in MOVES[expect]]

    for expect, to in illegal:
        with (
            store.begin() as work,
            pytest.raises(ValueError, match=f"no document moves from {expect} to {to}"),
        ):
            work.documents.move([Move(id=id_, action="went on")], expect=expect, to=to)


def test_only_documents_in_the_state_expected_move(store: Store) -> None:
    waiting, held = add_documents(store, 2)
    move(store, [held], Status.HELD)

    with store.begin() as work:
        moves = [Move(id=id_, action="ready") for id_ in (waiting, held, 999)]
        moved = work.documents.move(moves, expect=Status.READ, to=Status.READY)

    assert moved == {waiting}
    with store.begin() as work:
        assert work.documents.count(LINK) == {Status.READY: 1, Status.HELD: 1}
        assert [e.action for e in work.audit.list(f"document:{held}")] == ["read", "held"]
        assert work.audit.list("document:999") == ()


def test_a_block_that_fails_leaves_nothing_behind(store: Store) -> None:
    (id_,) = add_documents(store)

    def break_off() -> None:
        with store.begin() as work:
            work.documents.move([Move(id=id_, action="held")], expect=Status.READ, to=Status.HELD)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        break_off()

    with store.begin() as work:
        assert work.documents.get([id_])[id_].status is Status.READ
        assert [e.action for e in work.audit.list(f"document:{id_}")] == ["read"]
        assert work.audit.check(f"document:{id_}") == ""


def test_a_move_sets_what_it_names_and_leaves_the_rest(store: Store, clock: ManualClock) -> None:
    (id_,) = add_documents(store)
    later = NOON + timedelta(minutes=5)

    with store.begin() as work:
        named = Move(id=id_, action="ready", vendor="V-7", vendor_name="Quill", not_before=later)
        work.documents.move([named], expect=Status.READ, to=Status.READY)
    with store.begin() as work:
        before = work.documents.get([id_])[id_]
    move_on = Move(id=id_, action="sending", partner_name="Quill & Co")
    with store.begin() as work:
        early = work.documents.move([move_on], expect=Status.READY, to=Status.SENDING, until=later)
    clock.advance(timedelta(minutes=5))
    with store.begin() as work:
        work.documents.move([move_on], expect=Status.READY, to=Status.SENDING, until=later)

    with store.begin() as work:
        after = work.documents.get([id_])[id_]
    assert not early
    assert (before.vendor, before.not_before, before.attempts) == ("V-7", later, 0)
    assert (after.vendor, after.not_before, after.attempts) == ("V-7", None, 1)


def test_attempts_are_counted_until_a_person_has_looked(store: Store) -> None:
    (id_,) = add_documents(store)
    until = NOON + timedelta(minutes=6)
    move(store, [id_], Status.READY, Status.SENDING, Status.READY, Status.SENDING, Status.HELD, until=until)

    with store.begin() as work:
        held = work.documents.get([id_])[id_]
        work.documents.move([Move(id=id_, action="released")], expect=Status.HELD, to=Status.READ)
        released = work.documents.get([id_])[id_]

    assert (held.attempts, released.attempts) == (2, 0)


def test_a_ready_document_is_sendable_when_its_time_has_come(store: Store, clock: ManualClock) -> None:
    now, later, never = add_documents(store, 3)
    soon = NOON + timedelta(minutes=5)
    move(store, [now], Status.READY)
    with store.begin() as work:
        waits = Move(id=later, action="ready", not_before=soon)
        work.documents.move([waits], expect=Status.READ, to=Status.READY)
    move(store, [never], Status.HELD)

    with store.begin() as work:
        first = list(work.documents.list_sendable(LINK))
        next_attempt = work.documents.find_next_attempt(LINK)
    clock.advance(timedelta(minutes=5))
    with store.begin() as work:
        second = list(work.documents.list_sendable(LINK))

    assert (first, next_attempt, second) == ([now], soon, [now, later])


def test_documents_are_found_by_any_of_their_names_and_by_no_empty_one(store: Store) -> None:
    ids = add_documents(store, 3)
    move(store, ids[:1], Status.READY, Status.SENDING, until=NOON)
    with store.begin() as work:
        posted = Move(id=ids[0], action="posted", intacct_key="4711")
        work.documents.move([posted], expect=Status.SENDING, to=Status.POSTED)

    with store.begin() as work:
        found = {
            text: [document.id for document in work.documents.find(LINK, text)]
            for text in ("Q-2", "mlc-810-000000000002", "4711", str(ids[2]), "9" * 30, "Q", "")
        }
        elsewhere = work.documents.find("other", "Q-2")

    assert found == {
        "Q-2": [ids[1]],
        "mlc-810-000000000002": [ids[2]],
        "4711": [ids[0]],
        str(ids[2]): [ids[2]],
        "9" * 30: [],
        "Q": [],
        "": [],
    }
    assert elsewhere == ()


def test_documents_are_listed_by_state_number_and_time(store: Store, clock: ManualClock) -> None:
    first, second, third = add_documents(store, 3)
    clock.advance(timedelta(minutes=1))
    move(store, [second], Status.HELD)

    with store.begin() as work:
        assert [d.id for d in work.documents.list(LINK)] == [first, second, third]
        assert [d.id for d in work.documents.list(LINK, limit=2)] == [first, second]
        assert [d.id for d in work.documents.list(LINK, status=Status.HELD)] == [second]
        assert [d.id for d in work.documents.list_since(LINK, clock())] == [second]
        assert work.documents.list("other") == ()


def test_the_same_business_key_or_the_same_vendor_and_number_came_before(store: Store) -> None:
    same_key, same_vendor, other, filed = add_documents(store, 4)
    with store.begin() as work:
        known = Move(id=same_vendor, action="ready", vendor="V-7")
        work.documents.move([known], expect=Status.READ, to=Status.READY)
    move(store, [filed], Status.FILED)
    key = replace(NEW.key, number="Q-1")
    sent_by_another = replace(NEW.key, number="Q-2", partner="ZZ/HUB/HUB")

    with store.begin() as work:
        earlier = work.documents.find_earlier([key], [("V-7", sent_by_another)])
        none = work.documents.find_earlier([replace(NEW.key, number="Q-4"), replace(key, kind="credit")], [])
        many = work.documents.find_earlier([replace(key, number=f"N-{n}") for n in range(1000)] + [key], [])

    assert [document.id for document in earlier] == [same_key, same_vendor]
    assert other not in {document.id for document in earlier}
    assert none == ()
    assert [document.id for document in many] == [same_key]


def test_any_number_of_documents_can_be_asked_for_at_once(store: Store) -> None:
    (id_,) = add_documents(store)
    posting = add_posting(store, id_)
    many = range(1200, -1, -1)

    with store.begin() as work:
        assert list(work.documents.get(range(70_000))) == [id_]  # PostgreSQL takes 65,535 parameters
        assert [stored.id for stored in work.postings.newest(many).values()] == [posting]
        assert len(work.files.get(many)) == 1
        assert work.needs.list_open(many) == {}


def test_what_is_in_the_company_or_on_its_way_there_is_found_also_when_only_a_part_of_it_is(
    store: Store,
) -> None:
    ids = add_documents(store, 5)
    whole, part, released, refused, elsewhere = ids
    for id_ in ids:
        target = Target(company="OTHER" if id_ == elsewhere else "BRINDLE", entity="")
        add_posting(store, id_, target=target)
    move(store, [whole, elsewhere], Status.READY)
    move(store, [part, refused], Status.HELD)
    with store.begin() as work:
        for stored in work.postings.newest([part, released]).values():
            work.postings.note_key(stored, "VI-1")

    with store.begin() as work:
        numbers = [each.document.key.number for each in work.documents.get(ids).values()]
        found = work.documents.find_sent("BRINDLE", numbers)
        others = work.documents.find_sent("BRINDLE", numbers, besides=[whole])

    assert {each.id for each in found} == {whole, part, released}
    assert {each.id for each in others} == {part, released}
