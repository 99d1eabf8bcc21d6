"""The copy of Intacct's reference answers for any version what was known then."""

from dataclasses import replace
from datetime import timedelta

from tests.databases import read_everything
from tests.fakes import NOON, ManualClock
from tests.unit.store.copying import COMPANY, INK, QUILL, complete, merge, take

from ml_connector.records.reference import Approval, ReferenceRow, RowChange
from ml_connector.store import Store, open_store


def ask(store: Store, version: int, kind: str, name: str) -> list[ReferenceRow]:
    with store.begin() as work:
        return work.reference.slice(COMPANY, version, [(kind, name)]).get((kind, name), [])


def rename(row: ReferenceRow, name: str) -> ReferenceRow:
    return replace(row, body={**row.body, "name": name}, aliases=(f"name:{name.lower()}",))


def number(count: int) -> list[ReferenceRow]:
    """So many vendors, V-0000 and on."""
    return [
        replace(QUILL, key=f"V-{n:04}", body={"record_no": n + 1, "name": f"N {n}"}, aliases=(f"name:{n}",))
        for n in range(count)
    ]


def test_an_old_version_gives_the_old_answer(store: Store) -> None:
    old = take(store, [QUILL, INK]).version
    new = take(store, [rename(QUILL, "Quill Holdings")]).version

    assert [row.body["name"] for row in ask(store, old, "vendor", "V-7")] == ["Quill & Co"]
    assert [row.body["name"] for row in ask(store, new, "vendor", "V-7")] == ["Quill Holdings"]
    assert (len(ask(store, old, "account", "5000")), ask(store, new, "account", "5000")) == (1, [])
    assert (len(ask(store, old, "vendor", "name:quill")), ask(store, new, "vendor", "name:quill")) == (1, [])


def test_what_was_known_on_a_day_is_a_question_of_its_version(store: Store, clock: ManualClock) -> None:
    first = take(store, [QUILL]).version
    clock.advance(timedelta(days=3))
    second = take(store, [rename(QUILL, "Quill Holdings")]).version

    with store.begin() as work:
        days = [
            work.reference.version_at(COMPANY, NOON + timedelta(days=day)) for day in (-1, 0, 1, 2, 3, 400)
        ]

    assert days == [None, first, first, first, second, second]


def test_the_changes_are_counted(store: Store) -> None:
    first = take(store, [QUILL, INK])
    second = take(store, [rename(QUILL, "Q"), replace(QUILL, key="V-8", body={"record_no": 8})])
    third = take(store, [])

    assert (first.added, first.changed, first.removed) == (2, 0, 0)
    assert (second.added, second.changed, second.removed) == (1, 1, 1)
    assert (third.added, third.changed, third.removed) == (0, 0, 2)


def test_a_copy_in_which_nothing_changed_is_the_same_version_checked_later(
    store: Store, clock: ManualClock
) -> None:
    first = take(store, [QUILL, INK])
    clock.advance(timedelta(minutes=5))

    again = take(store, [INK, replace(QUILL, body={**QUILL.body, "modified": "2031-03-14T12:00:00+00:00"})])

    assert (first.version, bool(again)) == (again.version, False)
    with store.begin() as work:
        assert work.reference.newest(COMPANY) == (first.version, NOON + timedelta(minutes=5))
        assert work.reference.newest("OTHER") is None


def test_companies_do_not_see_each_other(store: Store) -> None:
    take(store, [QUILL])
    other = take(store, [INK], company="OTHER").version

    assert ask(store, other, "account", "5000") == []
    with store.begin() as work:
        assert work.reference.list_kind("OTHER", other, "account") == [INK]
        assert work.reference.list_kind("OTHER", other, "vendor") == []


def test_a_row_is_found_by_its_id_and_every_alias_and_two_by_a_shared_one(store: Store) -> None:
    twin = replace(QUILL, key="V-8", body={"record_no": 8}, aliases=("name:quill",))
    version = take(store, [QUILL, twin]).version

    assert [row.key for row in ask(store, version, "vendor", "V-8")] == ["V-8"]
    assert [row.key for row in ask(store, version, "vendor", "name:quill")] == ["V-7", "V-8"]
    assert [row.key for row in ask(store, version, "vendor", "tax:94-1234567")] == ["V-7"]
    assert ask(store, version, "vendor", "tax:00-0000000") == []
    assert ask(store, version, "account", "V-7") == []


def test_a_slice_answers_thousands_of_questions_at_once(store: Store) -> None:
    version = take(store, number(1200)).version

    with store.begin() as work:
        asked = [("vendor", f"V-{n:04}") for n in range(1200)] + [
            ("vendor", f"name:{n}") for n in range(1200)
        ]
        found = work.reference.slice(COMPANY, version, asked)

    assert {place: [row.key for row in rows] for place, rows in found.items()} == {
        ("vendor", name): [f"V-{n:04}"] for n in range(1200) for name in (f"V-{n:04}", f"name:{n}")
    }


def test_pages_come_by_key_whatever_the_language_of_the_database(store: Store) -> None:
    keys = ["a", "B", "ä", "Z-1", "Z1", "_", "10", "9"]
    rows = [replace(QUILL, key=key, body={"record_no": n + 1}, aliases=()) for n, key in enumerate(keys)]
    version = take(store, rows).version
    found: list[str] = []

    with store.begin() as work:
        while page := work.reference.list_page(
            COMPANY, version, "vendor", after_key=found[-1] if found else "", limit=3
        ):
            found += [row.key for row in page]

    assert found == sorted(keys)


def test_changes_between_two_versions_come_in_pages_and_say_before_and_after(store: Store) -> None:
    vendors = number(7)
    first = take(store, [*vendors, INK]).version
    take(store, [rename(row, "Passing") for row in vendors])
    kept, gone = vendors[:6], vendors[6]
    new = replace(QUILL, key="V-9999", body={"record_no": 99}, aliases=())
    last = take(store, [rename(kept[0], "Last"), *kept[1:], new, INK]).version
    found: list[RowChange] = []

    with store.begin() as work:
        while page := work.reference.list_changes(
            COMPANY, "vendor", after=first, upto=last, after_key=found[-1].key if found else "", limit=2
        ):
            found += page
        beginning = work.reference.list_changes(COMPANY, "vendor", after=0, upto=first)
        accounts = work.reference.list_changes(COMPANY, "account", after=first, upto=last)

    told = [(c.key, c.before and c.before.body["name"], c.after and c.after.body.get("name")) for c in found]
    assert told == [("V-0000", "N 0", "Last"), (gone.key, "N 6", None), ("V-9999", None, None)]
    assert found[-1].after == new
    assert [(change.before, change.after) for change in beginning] == [(None, row) for row in vendors]
    assert accounts == ()


def test_what_is_being_taken_is_seen_by_nobody_before_it_is_complete(store: Store) -> None:
    first = take(store, [QUILL]).version
    merge(store, rename(QUILL, "Quill Holdings"))
    merge(store, INK)

    with store.begin() as work:
        newest = work.reference.newest(COMPANY)
        before = work.reference.list_changes(COMPANY, "vendor", after=first, upto=first)
    assert (newest and newest[0], before) == (first, ())
    assert [row.body["name"] for row in ask(store, first, "vendor", "V-7")] == ["Quill & Co"]
    assert ask(store, first, "account", "5000") == []

    second = complete(store)
    assert [row.body["name"] for row in ask(store, second, "vendor", "V-7")] == ["Quill Holdings"]
    assert [row.body["name"] for row in ask(store, first, "vendor", "V-7")] == ["Quill & Co"]


def test_plans_go_on_with_the_approved_values_until_somebody_agrees(store: Store) -> None:
    first = take(store, [QUILL]).version
    merge(store, replace(QUILL, body={**QUILL.body, "name": "Quill Holdings", "term": "N90"}))
    with store.begin() as work:
        version = work.reference_sync.open(COMPANY)
        asked = Approval(
            id=0,
            company=COMPANY,
            kind="vendor",
            key="V-7",
            says="terms N30 → N90",
            approved={"term": "N30"},
            asked={"term": "N90"},
            status="waiting",
            at=NOON,
        )
        work.reference_approvals.add(COMPANY, [asked], version=version)
    waiting = complete(store)
    with store.begin() as work:
        (stored,) = work.reference_approvals.list(COMPANY, status="waiting")
        assert work.reference_approvals.decide(stored.id, "approved", by="bea")
        assert not work.reference_approvals.decide(stored.id, "declined", by="bob")
        work.reference_approvals.end([stored.id], version=work.reference_sync.open(COMPANY))
        work.reference_sync.touch(COMPANY, "vendor", "V-7")
    agreed = complete(store)

    seen = [
        [(row.body["name"], row.body["term"]) for row in ask(store, version, "vendor", "V-7")]
        for version in (first, waiting, agreed)
    ]
    assert seen == [[("Quill & Co", "N30")], [("Quill Holdings", "N30")], [("Quill Holdings", "N90")]]
    with store.begin() as work:
        (truth,) = work.reference.list_kind(COMPANY, waiting, "vendor")
        (decided,) = work.reference_approvals.list(COMPANY)
    assert truth.body["term"] == "N90"
    assert (decided.status, decided.decided_by) == ("approved", "bea")


def test_a_new_tax_id_leads_to_nobody_before_somebody_agrees(store: Store) -> None:
    take(store, [QUILL])
    changed = replace(QUILL, aliases=("name:quill", "tax:11-1111111"))
    with store.begin() as work:
        work.reference_sync.take_turn(COMPANY)
        (change,) = work.reference_sync.merge(COMPANY, [changed], kind="vendor")
        assert change.before is not None
        assert change.after is not None
        old, new = change.before.aliases[-1], change.after.aliases[-1]
        asked = Approval(
            id=0,
            company=COMPANY,
            kind="vendor",
            key="V-7",
            says="tax id changed",
            approved={"tax_id": old},
            asked={"tax_id": new},
            status="waiting",
            at=NOON,
        )
        work.reference_approvals.add(COMPANY, [asked], version=work.reference_sync.open(COMPANY))
    version = complete(store)

    assert ask(store, version, "vendor", "tax:11-1111111") == []
    assert [row.key for row in ask(store, version, "vendor", "name:quill")] == ["V-7"]
    assert "tax:11-1111111" not in {old, new}


def test_a_tax_id_finds_its_vendor_and_is_nowhere_in_the_store(store: Store, store_url: str) -> None:
    version = take(store, [QUILL]).version

    assert [row.key for row in ask(store, version, "vendor", "tax:94-1234567")] == ["V-7"]
    assert b"1234567" not in read_everything(store_url)


def test_without_a_key_tax_ids_are_not_kept_in_any_form(store_url: str, clock: ManualClock) -> None:
    store = open_store(store_url, clock=clock, actor="mira")

    version = take(store, [QUILL]).version

    assert ask(store, version, "vendor", "tax:94-1234567") == []
    assert [row.aliases for row in ask(store, version, "vendor", "V-7")] == [("name:quill",)]
    store.close()
    assert b"tax:" not in read_everything(store_url)
