"""A copy is taken page by page: what is merged stays, what is cut short goes on, and only one process is at it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fakes import NOON, ManualClock
from tests.unit.store.copying import COMPANY, INK, QUILL, complete, merge, take, take_kind
from tests.unit.store.rows import add_documents

from ml_connector.records.documents import Move
from ml_connector.records.reference import ReferenceRow, Watermark
from ml_connector.records.status import Status
from ml_connector.store import Store, open_store
from ml_connector.store.reference_sync import TurnLost

Books = Mapping[int, tuple[str, str]]  #: RECORDNO to id and name


@pytest.fixture
def other(store_url: str, clock: ManualClock) -> Iterator[Store]:
    """Another process on the same store."""
    opened = open_store(store_url, clock=clock, actor="bea", key=b"a key of our own")
    yield opened
    opened.close()


def list_vendors(store: Store, version: int) -> dict[str, str]:
    with store.begin() as work:
        return {row.key: row.body["name"] for row in work.reference.list_kind(COMPANY, version, "vendor")}


def make_rows(books: Books) -> list[ReferenceRow]:
    return [
        ReferenceRow(
            kind="vendor",
            key=key,
            body={"record_no": record_no, "name": name},
            aliases=(f"name:{name}",),
        )
        for record_no, (key, name) in books.items()
    ]


def test_only_one_process_takes_the_copy_of_a_company(store: Store, other: Store, clock: ManualClock) -> None:
    with store.begin() as work:
        assert work.reference_sync.take_turn(COMPANY)
        assert work.reference_sync.take_turn(COMPANY)
    with other.begin() as work:
        assert not work.reference_sync.take_turn(COMPANY)
        assert work.reference_sync.take_turn("OTHER")

    clock.advance(timedelta(minutes=20))
    with other.begin() as work:
        assert work.reference_sync.take_turn(COMPANY)
    with pytest.raises(TurnLost, match="another process takes the copy of BRINDLE"), store.begin() as work:
        work.reference_sync.merge(COMPANY, [QUILL], kind="vendor")


def test_a_turn_that_was_lost_brings_nothing_old_into_the_copy(
    store: Store, other: Store, clock: ManualClock
) -> None:
    with store.begin() as work:
        work.reference_sync.take_turn(COMPANY)
    clock.advance(timedelta(minutes=20))
    version = take(other, [QUILL]).version
    old = replace(QUILL, body={**QUILL.body, "name": "of twenty minutes ago"})

    with pytest.raises(TurnLost), store.begin() as work:
        work.reference_sync.merge(COMPANY, [old], kind="vendor")
    with pytest.raises(TurnLost), store.begin() as work:
        work.reference_sync.remove(COMPANY, "vendor", [7])
    with pytest.raises(TurnLost), store.begin() as work:
        work.reference_sync.remove_unseen(COMPANY, "vendor", limit=1)

    assert list_vendors(store, version) == {"V-7": "Quill & Co"}


def test_the_turn_of_a_process_that_is_gone_is_free_at_once(store: Store, other: Store) -> None:
    with other.begin() as work:
        work.reference_sync.take_turn(COMPANY)
    other.close()

    with store.begin() as work:
        assert work.reference_sync.take_turn(COMPANY)


def test_a_run_cut_short_goes_on_in_the_same_version(store: Store, other: Store) -> None:
    first = take(store, [QUILL]).version
    merge(store, replace(QUILL, body={**QUILL.body, "name": "Quill Holdings"}))
    with store.begin() as work:
        cut_short = work.reference_sync.find_open(COMPANY)
    store.close()

    take_kind(other, "account", [INK])
    second = complete(other)

    assert (second, second > first) == (cut_short, True)
    assert list_vendors(other, second) == {"V-7": "Quill Holdings"}
    with other.begin() as work:
        assert work.reference.list_kind(COMPANY, second, "account") == [INK]


def test_what_came_and_went_while_a_version_was_taken_was_never_there(store: Store) -> None:
    first = take(store, [INK]).version
    merge(store, QUILL)
    merge(store, replace(QUILL, body={**QUILL.body, "name": "for a minute"}))
    with store.begin() as work:
        (change,) = work.reference_sync.remove(COMPANY, "vendor", [7, 8])
    second = complete(store)

    with store.begin() as work:
        assert work.reference.list_changes(COMPANY, "vendor", after=first, upto=second) == ()
        assert work.reference_sync.count(COMPANY, "vendor") == 0
    assert (change.before is not None, change.after) == (True, None)


def test_a_record_under_another_id_takes_its_old_id_along(store: Store) -> None:
    first = take(store, [QUILL]).version
    merge(store, replace(QUILL, key="V-700"))
    second = complete(store)

    assert (list_vendors(store, first), list_vendors(store, second)) == (
        {"V-7": "Quill & Co"},
        {"V-700": "Quill & Co"},
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.dictionaries(
            st.integers(1, 6),
            st.tuples(st.sampled_from(["V-1", "V-2", "V-3", "V-4"]), st.sampled_from(["ash", "oak"])),
            max_size=4,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_after_any_changes_every_version_still_says_what_was_true_then(
    store: Store, history: list[Books]
) -> None:
    company = f"C{next(_COMPANIES)}"
    truths: dict[int, dict[str, str]] = {}
    for books in history:
        rows = {row.key: row for row in make_rows(books)}  # no two records have one id at a time
        version = take(store, rows.values(), company=company).version
        truths[version] = {row.key: row.body["name"] for row in rows.values()}

    with store.begin() as work:
        for version, truth in truths.items():
            rows_then = work.reference.list_kind(company, version, "vendor")
            assert {row.key: row.body["name"] for row in rows_then} == truth
            changes = work.reference.list_changes(company, "vendor", after=0, upto=version)
            assert {change.key for change in changes} == set(truth)


_COMPANIES = iter(range(1, 10_000))


def test_open_documents_of_a_vendor_are_counted(store: Store) -> None:
    first, second, third = add_documents(store, 3)
    vendors = {first: "V-7", second: "V-7", third: "V-8"}
    moves = [Move(id=id_, action="ready", vendor=vendor) for id_, vendor in vendors.items()]
    with store.begin() as work:
        work.documents.move(moves, expect=Status.READ, to=Status.READY)
        work.documents.move(moves[:1], expect=Status.READY, to=Status.SENDING, until=NOON)
        work.documents.move(moves[:1], expect=Status.SENDING, to=Status.POSTED)

    with store.begin() as work:
        found = work.reference_sync.count_open_documents("main", ["V-7", "V-8", "V-9"])
        elsewhere = work.reference_sync.count_open_documents("other", ["V-7"])

    assert (found, elsewhere) == ({"V-7": 1, "V-8": 1}, {})


def test_watermarks_are_kept_by_company_and_kind(store: Store) -> None:
    mark = Watermark(kind="vendor", modified=NOON, record_no=12, last_full=NOON, counted=14, kept=12)
    with store.begin() as work:
        work.watermarks.put(COMPANY, replace(mark, record_no=3))
        work.watermarks.put(COMPANY, mark)
        work.watermarks.put("OTHER", Watermark(kind="account", problem="may not read GLACCOUNT"))

    with store.begin() as work:
        assert work.watermarks.list(COMPANY) == {"vendor": mark}
        assert work.watermarks.get("OTHER", "account").problem == "may not read GLACCOUNT"
        assert work.watermarks.get("OTHER", "vendor") == Watermark(kind="vendor")
    assert mark.gap == 2
