"""Which held documents may be decided otherwise: found by what they asked for, each by its own versions."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from tests.databases import run_sql
from tests.fakes import NOON
from tests.unit.store.rows import LINK, add_documents, add_posting

from ml_connector.records.documents import Filter, Move
from ml_connector.records.needs import Need
from ml_connector.records.reference import ReferenceRow
from ml_connector.records.status import Status
from ml_connector.records.xref import CrossReference, XrefStatus
from ml_connector.store import Store
from ml_connector.store.releases import Code, Mark

COMPANY = "BRINDLE"
TAX = "tax:987654321"


def hold(
    store: Store,
    id_: int,
    *kinds: str,
    asked: Sequence[tuple[str, str]] = (),
    rules: int = 1,
    reference: int = 1,
) -> None:
    with store.begin() as work:
        move = Move(
            id=id_, action="held", partner_name="Quill", planned_rules=rules, planned_reference=reference
        )
        work.documents.move([move], expect=Status.READ, to=Status.HELD)
        work.needs.add({id_: [Need(kind=kind, subject="s", reason="r") for kind in kinds]})
        work.needs.remember({id_: asked})


def list_due(
    store: Store, *, reference: int = 1, files: int = 1, codes: Sequence[Code] = ()
) -> Sequence[int]:
    with store.begin() as work:
        return work.releases.list_due(LINK, COMPANY, reference=reference, files=files, codes=codes)


def take_version(store: Store, *rows: ReferenceRow) -> int:
    """A complete version of the company's reference in which these vendors are new or changed."""
    with store.begin() as work:
        assert work.reference_sync.take_turn(COMPANY)
        work.reference_sync.merge(COMPANY, rows, kind="vendor")
        return work.reference_sync.complete(COMPANY).version


def make_row(key: str, *aliases: str, name: str = "") -> ReferenceRow:
    body = {"name": name, "record_no": sum(key.encode())}
    return ReferenceRow(kind="vendor", key=key, body=body, aliases=aliases)


def test_a_row_that_came_or_changed_concerns_those_that_asked_for_its_key_or_alias(store: Store) -> None:
    by_key, by_alias, by_tax, other = add_documents(store, 4)
    first = take_version(store, make_row("V-1"))
    asked = ([("vendor", "V-7")], [("vendor", "name:quill")], [("vendor", TAX)], [("vendor", "V-8")])
    for id_, keys in zip((by_key, by_alias, by_tax, other), asked, strict=True):
        hold(store, id_, "vendor", asked=keys, reference=first)

    came = take_version(store, make_row("V-7", "name:quill", TAX))
    due = list_due(store, reference=came)
    same_version = list_due(store, reference=first)
    with store.begin() as work:
        work.documents.pin([by_key, by_alias, by_tax], rules=1, reference=came)
    pinned = list_due(store, reference=came)
    changed = take_version(store, make_row("V-7", "name:other", name="Quill"))

    assert due == [by_key, by_alias, by_tax]
    assert (same_version, pinned) == ([], [])
    assert list_due(store, reference=changed) == [by_key, by_alias, by_tax]
    assert other not in due


def test_a_tax_id_somebody_asked_for_is_nowhere_in_the_store(store: Store, store_url: str) -> None:
    (id_,) = add_documents(store)
    hold(store, id_, "vendor", asked=[("vendor", TAX), ("xref vendor", "tax:FI/987654321")])

    names = [name for (name,) in run_sql(store_url, "SELECT name FROM need_keys")]

    assert len(names) == 2
    assert all(name.startswith("tax:") and "987654321" not in name for name in names)


def test_what_a_document_asked_is_replaced_and_forgotten_once_its_needs_are_met(
    store: Store, store_url: str
) -> None:
    (id_,) = add_documents(store)
    hold(store, id_, "vendor", asked=[("vendor", "V-7"), ("vendor", "x" * 300)])

    with store.begin() as work:
        work.needs.remember({id_: [("vendor", "V-8")]})
    kept = run_sql(store_url, "SELECT name FROM need_keys")
    with store.begin() as work:
        work.needs.meet([id_])

    assert (kept, run_sql(store_url, "SELECT name FROM need_keys")) == ([("V-8",)], [])


def test_a_code_concerns_those_of_its_partner_that_asked_for_it_before_it_began(store: Store) -> None:
    asked, late, other = add_documents(store, 3)
    hold(store, asked, "vendor", asked=[("xref vendor", "92/7")])
    hold(store, late, "vendor", asked=[("xref vendor", "92/7")], rules=3)
    hold(store, other, "vendor", asked=[("xref vendor", "92/8")])

    def find(partner: str, name: str = "92/7") -> Sequence[int]:
        return list_due(store, codes=[Code(kind="xref vendor", name=name, partner=partner, version=3)])

    assert find("Quill") == find("") == [asked]
    assert find("Somebody else") == []
    assert find("", "92/8") == [other]


def test_new_files_concern_those_that_wait_for_something_rules_can_meet(store: Store) -> None:
    vendor, length, both, newer = add_documents(store, 4)
    hold(store, vendor, "vendor")
    hold(store, length, "finding", "length")
    hold(store, both, "finding", "coding")
    hold(store, newer, "vendor", rules=2)

    assert list_due(store, files=2) == [vendor, both]
    assert list_due(store, files=1) == []


def test_a_day_a_duplicate_and_a_fault_are_looked_at_again(store: Store) -> None:
    dated, twice, fault = add_documents(store, 3)
    hold(store, dated, "date")
    hold(store, twice, "duplicate")
    hold(store, fault, "fault")

    assert list_due(store) == [dated, twice]
    assert list_due(store, reference=2) == [dated, twice, fault]


def test_what_was_ever_sent_refused_or_kept_from_being_sent_is_never_found(store: Store) -> None:
    planned, sent, refused, written, kept, reopened = ids = add_documents(store, 6)
    for id_ in ids:
        needs = [*(["refused"] if id_ == kept else []), *(["reopening"] if id_ == reopened else [])]
        hold(store, id_, "date", "vendor", *needs, asked=[("vendor", "V-7")])
        add_posting(store, id_)
    with store.begin() as work:
        stored = work.postings.newest(ids)
        work.postings.write_intent([stored[sent].id])
        work.postings.note_refusal(stored[refused].id, "no")
        work.postings.note_key(stored[written], "7")
        work.postings.note_refusal(stored[reopened].id, "reversed")

    assert list_due(store, reference=2, files=2) == [planned, reopened]
    with store.begin() as work:
        assert work.releases.list_for_a_person(ids) == {sent, refused, written, kept}


def test_the_first_to_be_paid_is_first(store: Store) -> None:
    ids = add_documents(store, 3)
    for id_, day in zip(ids, (3, 1, 2), strict=True):
        with store.begin() as work:
            move = Move(id=id_, action="held", due=date(2031, 3, day))
            work.documents.move([move], expect=Status.READ, to=Status.HELD)
            work.needs.add({id_: [Need(kind="date", subject="s", reason="r")]})

    assert list_due(store) == [ids[1], ids[2], ids[0]]


def test_behind_the_mark_nothing_of_the_reference_is_compared_again(store: Store) -> None:
    (id_,) = add_documents(store)
    first = take_version(store, make_row("V-1"))
    hold(store, id_, "vendor", asked=[("vendor", "V-7")], reference=first)
    came = take_version(store, make_row("V-7"))

    with store.begin() as work:
        work.releases.set_mark(LINK, Mark(reference=came, rules=4))
    behind = list_due(store, reference=came)
    with store.begin() as work:
        work.releases.lower_mark(LINK, Mark(reference=first, rules=9))
        lowered = work.releases.read_mark(LINK)

    assert behind == []
    assert lowered == Mark(reference=first, rules=4)
    assert list_due(store, reference=came) == [id_]


def test_needs_are_summed_up_by_currency_with_what_can_still_be_kept(store: Store) -> None:
    first, second, _ = add_documents(store, 3)
    for id_ in (first, second):
        hold(store, id_, "vendor")

    with store.begin() as work:
        (found,) = work.needs.sum_up(LINK, today=NOON.date())
        none = work.needs.sum_up(LINK, today=NOON.date(), need="vendor:other")

    assert (found.kind, found.subject, found.currency, found.documents) == ("vendor", "s", "USD", 2)
    assert (found.amount, found.discount, found.discount_until) == (Decimal("241.00"), Decimal(0), None)
    assert (found.since, found.sample, none) == (NOON, first, ())


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        (Filter(number="q-*"), [0, 1, 2]),
        (Filter(number="Q-2"), [1]),
        (Filter(number="%"), []),
        (Filter(partner="Quill"), [0]),
        (Filter(need="vendor"), [0]),
        (Filter(need="vendor:s"), [0]),
        (Filter(need="vendor:t"), []),
        (Filter(statuses=frozenset({Status.READ})), [1, 2]),
        (Filter(since=date(2031, 3, 1), until=date(2031, 3, 1)), [0, 1, 2]),
        (Filter(until=date(2031, 2, 28)), []),
    ],
)
def test_documents_are_chosen_by_what_fits(store: Store, wanted: Filter, rows: list[int]) -> None:
    ids = add_documents(store, 3)
    hold(store, ids[0], "vendor")

    with store.begin() as work:
        chosen = work.documents.list_ids(LINK, wanted)
        standing = work.documents.list_standing(LINK, wanted)

    assert list(chosen) == [ids[row] for row in rows] == [id_ for id_, _ in standing]


def test_cross_references_are_prepared_once_and_count_from_the_version_they_are_approved_in(
    store: Store,
) -> None:
    row = CrossReference(kind="vendor", partner="Quill", code="92/7", target="V-7")
    better = CrossReference(kind="vendor", partner="Quill", code="92/7", target="V-8")
    with store.begin() as work:
        files = work.rules.pin(LINK, {"a.toml": ""}, author="mira")
        (one,) = work.xref.prepare(LINK, [row, row], by="ana", origin="march.csv")
        (same,) = work.xref.prepare(LINK, [row], by="noor", origin="april.csv")
        (acting,) = work.xref.approve(LINK, [one.id, 99], by="mira")
        none = work.xref.approve(LINK, [one.id], by="mira")
    with store.begin() as work:
        (two,) = work.xref.prepare(LINK, [better], by="ana", origin="may.csv")
        (instead,) = work.xref.approve(LINK, [two.id], by="mira")

    with store.begin() as work:
        first, second = work.xref.list(LINK)
        newest = work.rules.find_newest(LINK)
        valid = [
            work.xref.list_valid(LINK, version)
            for version in (files, acting.valid_from or 0, instead.valid_from or 0)
        ]
        assert work.rules.pin(LINK, {"a.toml": ""}, author="mira") == instead.valid_from
        assert work.xref.list_changes(LINK, after=files, upto=acting.valid_from or 0) == (first,)
        assert work.rules.read(instead.valid_from or 0) == {"a.toml": ""}
        assert [work.audit.check(f"{record}") for record in ("xref:1", "rules:main")] == ["", ""]
    assert valid == [(), (row,), (better,)]
    assert (one.status, same.id, none) == (XrefStatus.PREPARED, one.id, ())
    assert (first.status, first.valid_to) == (XrefStatus.ENDED, instead.valid_from)
    assert second == instead
    assert newest is not None
    assert (newest.id, newest.files) == (instead.valid_from, files)


def test_of_two_answers_to_one_code_approved_together_the_later_one_counts(store: Store) -> None:
    rows = [CrossReference(kind="vendor", partner="Quill", code="92/7", target=f"V-{n}") for n in (7, 8)]
    with store.begin() as work:
        work.rules.pin(LINK, {"a.toml": ""}, author="mira")
        prepared = work.xref.prepare(LINK, rows, by="ana", origin="march.csv")
        acting = work.xref.approve(LINK, [each.id for each in prepared], by="mira")

    with store.begin() as work:
        statuses = [each.status for each in work.xref.list(LINK)]
    assert [each.xref.target for each in acting] == ["V-8"]
    assert statuses == [XrefStatus.ENDED, XrefStatus.ACTIVE]


def test_a_link_whose_rules_were_never_kept_has_no_cross_references(store: Store) -> None:
    row = CrossReference(kind="vendor", partner="", code="92/7", target="V-7")

    with store.begin() as work:
        (prepared,) = work.xref.prepare(LINK, [row], by="ana", origin="test")
        with pytest.raises(ValueError, match="has no rules yet"):
            work.xref.approve(LINK, [prepared.id], by="mira")
