"""The copy of Intacct's reference answers for any version what was known then."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from tests.databases import read_everything
from tests.fakes import NOON, ManualClock

from ml_connector.store import Store, open_store
from ml_connector.store.reference import ReferenceRow

QUILL = ReferenceRow(
    kind="vendor", key="V-7", body={"name": "Quill & Co"}, aliases=("name:quill", "tax:94-1234567")
)
INK = ReferenceRow(kind="account", key="5000", body={"title": "Ink", "requires": ["project"]})


def take(store: Store, rows: Sequence[ReferenceRow], company: str = "BRINDLE") -> int:
    with store.begin() as work:
        return work.reference.replace(company, rows).version


def ask(store: Store, version: int, kind: str, name: str) -> list[ReferenceRow]:
    with store.begin() as work:
        return work.reference.slice("BRINDLE", version, [(kind, name)]).get((kind, name), [])


def test_an_old_version_gives_the_old_answer(store: Store) -> None:
    old = take(store, [QUILL, INK])
    renamed = replace(QUILL, body={"name": "Quill Holdings"}, aliases=("name:quill holdings",))
    new = take(store, [renamed])

    assert [row.body for row in ask(store, old, "vendor", "V-7")] == [{"name": "Quill & Co"}]
    assert [row.body for row in ask(store, new, "vendor", "V-7")] == [{"name": "Quill Holdings"}]
    assert (len(ask(store, old, "account", "5000")), ask(store, new, "account", "5000")) == (1, [])
    assert (len(ask(store, old, "vendor", "name:quill")), ask(store, new, "vendor", "name:quill")) == (1, [])


def test_the_changes_are_counted(store: Store) -> None:
    with store.begin() as work:
        first = work.reference.replace("BRINDLE", [QUILL, INK])
        second = work.reference.replace(
            "BRINDLE", [replace(QUILL, body={"name": "Q"}), replace(QUILL, key="V-8")]
        )

        third = work.reference.replace("BRINDLE", [])

    assert (first.added, first.changed, first.removed) == (2, 0, 0)
    assert (third.added, third.changed, third.removed, dict(third.counts)) == (0, 0, 2, {})
    assert (second.added, second.changed, second.removed) == (1, 1, 1)
    assert dict(second.counts) == {"vendor": 2}


def test_a_copy_in_which_nothing_changed_is_the_same_version_checked_later(
    store: Store, clock: ManualClock
) -> None:
    first = take(store, [QUILL, INK])
    clock.advance(timedelta(minutes=5))

    again = take(store, [INK, QUILL])

    assert first == again
    with store.begin() as work:
        assert work.reference.newest("BRINDLE") == (first, NOON + timedelta(minutes=5))
        assert work.reference.newest("OTHER") is None


def test_companies_do_not_see_each_other(store: Store) -> None:
    take(store, [QUILL])
    other = take(store, [INK], company="OTHER")

    assert ask(store, other, "account", "5000") == []
    with store.begin() as work:
        assert work.reference.list_kind("OTHER", other, "account") == [INK]
        assert work.reference.list_kind("OTHER", other, "vendor") == []


def test_a_row_is_found_by_its_id_and_every_alias_and_two_by_a_shared_one(store: Store) -> None:
    twin = replace(QUILL, key="V-8", aliases=("name:quill",))
    version = take(store, [QUILL, twin])

    assert [row.key for row in ask(store, version, "vendor", "V-8")] == ["V-8"]
    assert [row.key for row in ask(store, version, "vendor", "name:quill")] == ["V-7", "V-8"]
    assert [row.key for row in ask(store, version, "vendor", "tax:94-1234567")] == ["V-7"]
    assert ask(store, version, "vendor", "tax:00-0000000") == []
    assert ask(store, version, "account", "V-7") == []


def test_a_slice_answers_thousands_of_questions_at_once(store: Store) -> None:
    rows = [replace(QUILL, key=f"V-{n}", aliases=(f"name:{n}",)) for n in range(1200)]
    version = take(store, rows)

    with store.begin() as work:
        asked = [("vendor", f"V-{n}") for n in range(1200)] + [("vendor", f"name:{n}") for n in range(1200)]
        found = work.reference.slice("BRINDLE", version, asked)

    assert {place: [row.key for row in rows] for place, rows in found.items()} == {
        ("vendor", name): [f"V-{n}"] for n in range(1200) for name in (f"V-{n}", f"name:{n}")
    }


def test_a_tax_id_finds_its_vendor_and_is_nowhere_in_the_store(store: Store, store_url: str) -> None:
    version = take(store, [QUILL])

    assert [row.key for row in ask(store, version, "vendor", "tax:94-1234567")] == ["V-7"]
    assert b"1234567" not in read_everything(store_url)


def test_without_a_key_tax_ids_are_not_kept_in_any_form(store_url: str, clock: ManualClock) -> None:
    store = open_store(store_url, clock=clock, actor="mira")

    version = take(store, [QUILL])

    assert ask(store, version, "vendor", "tax:94-1234567") == []
    assert [row.aliases for row in ask(store, version, "vendor", "V-7")] == [("name:quill",)]
    store.close()
    assert b"tax:" not in read_everything(store_url)
