"""The copy loses nothing: late rows, rows without time stamps, deletions, gaps, kills, and other processes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

import pytest
from tests.fakes import Killed
from tests.unit.flows.scene import BOOKS, Scene, open_watched

from ml_connector.flows.cadence import Cadence
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.intacct import (
    Adjustment,
    ErrorDetail,
    IntacctError,
    Item,
    PermissionDenied,
    PurchasingDocument,
    Readable,
    RequestRejected,
    Unavailable,
    Vendor,
)
from ml_connector.intacct.query import Filter

HOURLY: Final = Cadence(full_every=timedelta(days=365))
FIRST, SECOND = BOOKS.vendors


def make_vendors(count: int, first: int = 100) -> tuple[Vendor, ...]:
    return tuple(
        replace(FIRST, record_no=n, vendor_id=f"V-{n}", name=f"Vendor {n}", tax_id="")
        for n in range(first, first + count)
    )


def set_vendors(scene: Scene, *vendors: Vendor) -> None:
    scene.finance.books = replace(scene.finance.books, vendors=vendors)


def list_names(scene: Scene, kind: str = "vendor") -> dict[str, str]:
    """What plans know now, by id."""
    with scene.store.begin() as work:
        newest = work.reference.newest("BIRCH")
        rows = [] if newest is None else work.reference.list_kind("BIRCH", newest[0], kind)
        return {row.key: str(row.body.get("name", "")) for row in rows}


def list_asked(scene: Scene) -> list[str]:
    """What Intacct was asked since the last time."""
    asked = [name for name, _ in scene.finance.reading.asked]
    scene.finance.reading.asked.clear()
    return asked


def later(scene: Scene, minutes: int = 6) -> list[str]:
    """A sync some time later; the messages of its troubles."""
    scene.wait(minutes=minutes)
    return [trouble.message for trouble in scene.do(refresh)]


@pytest.fixture
def taken(scene: Scene) -> Scene:
    """A scene with a first copy, long enough ago for everything to be settled."""
    scene.cadence = HOURLY
    scene.do(refresh)
    later(scene, 11)
    later(scene, 11)
    list_asked(scene)
    return scene


def test_a_sync_without_changes_asks_once_a_kind_and_once_for_deletions(taken: Scene) -> None:
    assert later(taken) == []

    kinds = ["VENDOR", "GLACCOUNT", "DEPARTMENT", "LOCATION", "CLASS", "PROJECT", "APTERM"]
    assert list_asked(taken) == [*kinds, "AUDITHISTORY"]
    assert taken.finance.reading.asked == []


def test_each_kind_is_counted_once_an_hour(taken: Scene) -> None:
    later(taken, 60)

    asked = list_asked(taken)
    assert [name for name in asked if name.startswith("count")] == [
        f"count of {name}"
        for name in ("VENDOR", "GLACCOUNT", "DEPARTMENT", "LOCATION", "CLASS", "PROJECT", "APTERM")
    ]
    assert not [name for name in list_asked(taken) if name.startswith("count")]


def test_what_was_never_changed_and_has_no_time_stamp_is_found_by_its_number(taken: Scene) -> None:
    new = make_vendors(1)[0]
    taken.finance.reading.unstamped.add(("VENDOR", new.record_no))
    set_vendors(taken, FIRST, SECOND, new)

    assert later(taken) == []
    assert set(list_names(taken)) == {"V1", "V2", "V-100"}


def test_a_company_without_any_time_stamp_is_copied_and_followed(scene: Scene) -> None:
    scene.cadence = HOURLY
    scene.finance.reading.unstamped |= {("VENDOR", 1), ("VENDOR", 2)}
    scene.do(refresh)
    set_vendors(scene, FIRST, SECOND, make_vendors(1)[0])

    assert later(scene) == []
    assert set(list_names(scene)) == {"V1", "V2", "V-100"}


def test_rows_of_one_second_of_which_some_are_late_all_come(taken: Scene) -> None:
    twins = make_vendors(3)
    second = taken.clock() + timedelta(minutes=5)
    for vendor in twins:
        taken.finance.reading.stamps["VENDOR", vendor.record_no] = second
    taken.finance.reading.hidden |= {("VENDOR", 100), ("VENDOR", 101)}
    set_vendors(taken, FIRST, SECOND, *twins)
    later(taken)
    assert set(list_names(taken)) == {"V1", "V2", "V-102"}

    taken.finance.reading.hidden.clear()

    assert later(taken) == []
    assert set(list_names(taken)) == {"V1", "V2", "V-100", "V-101", "V-102"}


def test_what_changes_on_a_page_that_was_read_already_is_in_the_next_sync_however_long_this_one_takes(
    scene: Scene,
) -> None:
    reading = scene.finance.reading
    reading.page_size = 1
    renamed = replace(BOOKS.vendors[0], name="Alnwick Bolts & Nuts")

    def change_both() -> None:
        """The first vendor when its page is read, the second one later than the overlap looks back."""
        reading.between_pages = no_more
        set_vendors(scene, renamed, BOOKS.vendors[1])
        reading.count(Vendor)
        scene.wait(minutes=20)
        set_vendors(scene, renamed, replace(BOOKS.vendors[1], name="Bamburgh Screws"))

    def no_more() -> None:
        """Nothing else changes."""

    reading.between_pages = change_both
    scene.do(refresh)
    assert list_names(scene) == {"V1": "Alnwick Bolts", "V2": "Bamburgh Screws"}

    later(scene)

    assert list_names(scene) == {"V1": "Alnwick Bolts & Nuts", "V2": "Bamburgh Screws"}


def test_a_row_that_is_later_than_the_overlap_is_an_alarm_of_the_next_count(taken: Scene) -> None:
    late, new = make_vendors(2)
    taken.finance.reading.stamps["VENDOR", late.record_no] = taken.clock() - timedelta(hours=3)
    taken.finance.reading.hidden.add(("VENDOR", late.record_no))
    set_vendors(taken, FIRST, SECOND, late, new)
    later(taken)
    taken.finance.reading.hidden.clear()
    assert later(taken) == []
    assert set(list_names(taken)) == {"V1", "V2", "V-101"}

    (said,) = later(taken, 60)

    assert said == (
        "reference vendor: Intacct counts 4, our copy had 3; all of it was read again, and now both have 4"
    )
    assert set(list_names(taken)) == {"V1", "V2", "V-100", "V-101"}
    (gap,) = [entry for entry in taken.audit("company:BIRCH") if entry.action == "reference gap"]
    assert (gap.detail["kind"], gap.detail["counted"], gap.detail["kept"]) == ("vendor", 4, 3)
    assert later(taken, 60) == []


def test_a_gap_that_stays_is_told_and_shown_until_it_is_gone(taken: Scene) -> None:
    count = taken.finance.reading.count
    taken.finance.reading.count = lambda kind, *, where=None: count(kind, where=where) + 1  # type: ignore[method-assign]

    said = later(taken, 60)

    assert said[0].endswith("all of it was read again, and now Intacct counts 3 and we have 2")
    with taken.store.begin() as work:
        assert work.watermarks.get("BIRCH", "vendor").gap == 1


def test_a_kill_anywhere_after_a_gap_was_found_loses_neither_the_alarm_nor_the_row(
    sqlite_scene: Scene,
) -> None:
    scene = sqlite_scene
    scene.cadence = HOURLY
    scene.do(refresh)
    vendors = [FIRST, SECOND]
    for blocks in range(1, 14):  # with the thirteenth the next kind is counted
        late, new = make_vendors(2, first=100 * blocks)
        vendors += [late, new]
        make_gap(scene, late, vendors)
        die_after_count(scene, blocks)

        with pytest.raises(Killed):
            later(scene, 60)
        scene.restart()
        later(scene)

        gaps = [entry.detail for entry in scene.audit("company:BIRCH") if entry.action == "reference gap"]
        assert len(gaps) == blocks
        assert (gaps[-1]["counted"], gaps[-1]["kept"]) == (len(vendors), len(vendors) - 1)
        assert late.vendor_id in list_names(scene)


def make_gap(scene: Scene, late: Vendor, vendors: Sequence[Vendor]) -> None:
    """One of the vendors comes into sight when no delta looks back as far any more."""
    reading = scene.finance.reading
    reading.stamps["VENDOR", late.record_no] = scene.clock() - timedelta(hours=3)
    reading.hidden.add(("VENDOR", late.record_no))
    set_vendors(scene, *vendors)
    later(scene)
    reading.hidden.clear()
    later(scene)


def die_after_count(scene: Scene, blocks: int) -> None:
    """The next count is the last of its process, which ends so many transactions later."""
    reading = scene.finance.reading
    count = reading.count

    def count_once(kind: str | type[Readable], *, where: Filter | None = None) -> int:
        reading.count = count  # type: ignore[method-assign]
        scene.store.die_in(blocks, stored=True)
        return count(kind, where=where)

    reading.count = count_once  # type: ignore[method-assign]


def test_what_is_created_while_it_is_counted_is_no_alarm(taken: Scene) -> None:
    count = taken.finance.reading.count

    def create_meanwhile(kind: object, **_: object) -> int:
        set_vendors(taken, FIRST, SECOND, make_vendors(1)[0])
        return count(kind)  # type: ignore[arg-type]

    taken.finance.reading.count = create_meanwhile  # type: ignore[method-assign]

    assert later(taken, 60) == []
    assert set(list_names(taken)) == {"V1", "V2", "V-100"}


@pytest.mark.parametrize("names_ids", [True, False])
def test_what_was_deleted_goes_with_the_next_sync(taken: Scene, *, names_ids: bool) -> None:
    taken.finance.reading.names_ids = names_ids
    set_vendors(taken, FIRST)

    assert later(taken) == []

    assert set(list_names(taken)) == {"V1"}
    (entry,) = taken.audit("vendor:BIRCH/V2")
    assert entry.detail["says"] == "vendor V2 is gone (Bamburgh Nuts)"


def test_an_id_that_was_deleted_and_given_anew_stays(taken: Scene) -> None:
    taken.finance.reading.names_ids = True
    set_vendors(taken, FIRST)
    taken.finance.reading.count("VENDOR")
    set_vendors(taken, FIRST, replace(SECOND, record_no=50, name="Another Bamburgh"))

    assert later(taken) == []
    assert later(taken) == []

    assert list_names(taken) == {"V1": "Alnwick Bolts", "V2": "Another Bamburgh"}


@pytest.mark.parametrize(
    "refusal", [PermissionDenied("may not read AUDITHISTORY"), RequestRejected("DL02000001 an error")]
)
def test_without_the_audit_trail_deletions_are_found_by_the_count_and_are_no_alarm(
    taken: Scene, refusal: IntacctError
) -> None:
    taken.finance.reading.refuses["AUDITHISTORY"] = refusal
    set_vendors(taken, FIRST)
    assert later(taken) == []
    assert set(list_names(taken)) == {"V1", "V2"}
    list_asked(taken)
    assert later(taken) == []
    assert "AUDITHISTORY" not in list_asked(taken)

    assert later(taken, 60) == []

    assert set(list_names(taken)) == {"V1"}
    later(taken, 24 * 60)
    assert "AUDITHISTORY" in list_asked(taken)


def test_a_list_that_is_empty_all_at_once_is_not_taken_for_deletion(scene: Scene) -> None:
    many = make_vendors(10)
    set_vendors(scene, *many)
    scene.do(refresh)
    set_vendors(scene)

    (said,) = later(scene, 24 * 60)

    assert said.startswith(
        "VENDOR: Intacct lists no record, where our copy has 10; that is not taken for deletion"
    )
    assert len(list_names(scene)) == 10


def test_a_kind_of_thousands_comes_page_by_page(scene: Scene) -> None:
    many = make_vendors(2345)
    set_vendors(scene, *many)

    scene.do(refresh)

    assert len(list_names(scene)) == 2345
    set_vendors(scene, *many[1200:])
    later(scene, 24 * 60)
    assert len(list_names(scene)) == 1145


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("blocks", range(2, 24, 3))
def test_killed_anywhere_it_ends_with_the_same_copy_and_tells_each_change_once(
    taken: Scene, blocks: int, *, stored: bool
) -> None:
    books = replace(
        BOOKS,
        vendors=(replace(FIRST, name="Renamed"), *make_vendors(3)),
        accounts=BOOKS.accounts[:2],
        terms=(replace(BOOKS.terms[0], due_days=31),),
    )
    taken.finance.books = books
    taken.wait(minutes=61)
    taken.store.die_in(blocks, stored=stored)
    with pytest.raises(Killed):
        taken.do(refresh)
    seen = set(list_names_after_restart(taken))
    assert seen in ({"V1", "V2"}, {"V1", "V-100", "V-101", "V-102"})

    assert later(taken, 61) == []

    assert list_names(taken)["V1"] == "Renamed"
    assert set(list_names(taken)) == {"V1", "V-100", "V-101", "V-102"}
    assert set(list_names(taken, "account")) == {"6000", "6001"}
    renamed = [entry.detail["says"] for entry in taken.audit("vendor:BIRCH/V1")]
    assert renamed == ["vendor V1 renamed to Renamed"]
    assert len(taken.audit("vendor:BIRCH/V2")) == 1


def list_names_after_restart(scene: Scene) -> Sequence[str]:
    scene.restart()
    return list(list_names(scene))


def test_a_first_copy_that_is_cut_short_is_not_planned_with(scene: Scene) -> None:
    scene.finance.refuses_after = (3, Unavailable("off-line"))
    scene.do(refresh)
    assert list_names(scene) == {}
    scene.finance.refuses_after = None

    assert later(scene) == []

    assert set(list_names(scene)) == {"V1", "V2"}


def test_a_copy_whose_last_step_was_missing_is_complete_with_the_next_sync_though_nothing_is_due(
    taken: Scene,
) -> None:
    set_vendors(taken, replace(FIRST, name="Renamed"))
    taken.wait(minutes=6)
    taken.finance.reading.refuses["AUDITHISTORY"] = Unavailable("off-line")
    taken.do(refresh)
    assert list_names(taken) == {"V1": "Alnwick Bolts", "V2": "Bamburgh Nuts"}
    taken.finance.reading.refuses.clear()
    list_asked(taken)

    assert taken.do(refresh) == []

    assert list_names(taken) == {"V1": "Renamed"}
    assert set(list_asked(taken)) <= {"AUDITHISTORY", "VENDOR"}
    assert taken.do(refresh) == []
    assert list_asked(taken) == []


def test_while_another_process_takes_the_copy_nothing_is_asked(taken: Scene) -> None:
    other = open_watched(taken.url, taken.clock)
    with other.begin() as work:
        work.reference_sync.take_turn("BIRCH")

    assert later(taken) == []
    assert list_asked(taken) == []
    other.close()
    assert later(taken) == []
    assert list_asked(taken)


def test_a_process_that_was_overtaken_says_so_and_changes_nothing(taken: Scene) -> None:
    other = open_watched(taken.url, taken.clock)
    set_vendors(taken, replace(FIRST, name="Renamed"), SECOND)
    taken.wait(minutes=6)

    def overtake() -> None:
        taken.wait(minutes=21)
        with other.begin() as work:
            assert work.reference_sync.take_turn("BIRCH")

    taken.store.let_in(4, overtake)
    (trouble,) = taken.do(refresh)

    assert trouble.message == "another process takes the copy of BIRCH"
    assert list_names(taken)["V1"] == "Alnwick Bolts"
    other.close()


def test_a_process_that_was_overtaken_at_the_last_moment_completes_nothing(taken: Scene) -> None:
    other = open_watched(taken.url, taken.clock)
    set_vendors(taken, replace(FIRST, name="Renamed"), SECOND)
    taken.wait(minutes=6)

    def overtake(_: str, done: int, of: int) -> None:
        if done == of:
            taken.wait(minutes=21)
            with other.begin() as work:
                assert work.reference_sync.take_turn("BIRCH")

    run = replace(taken.make_run(), report=overtake)
    refresh(run)

    assert [trouble.message for trouble in run.troubles] == ["another process takes the copy of BIRCH"]
    assert list_names(taken)["V1"] == "Alnwick Bolts"
    other.close()


def test_further_kinds_are_copied_when_asked_for_and_what_is_not_offered_is_noted(scene: Scene) -> None:
    item = Item(
        record_no=1,
        item_id="BOLT",
        name="Bolt",
        status="active",
        item_type="Inventory",
        gl_group="",
        product_line="",
        unit_group="Count",
        base_unit="Each",
        standard_cost=Decimal("1.25"),
        upc="",
        has_serials=False,
        has_lots=False,
        has_bins=False,
        has_expiration=False,
        modified=None,
    )
    scene.cadence = Cadence(kinds=("item", "warehouse"))
    scene.finance.books = replace(BOOKS, others=(item,))
    scene.finance.reading.refuses["WAREHOUSE"] = RequestRejected("Object definition WAREHOUSE not found")

    assert scene.do(refresh) == []

    assert list_names(scene, "item") == {"BOLT": "Bolt"}
    with scene.store.begin() as work:
        newest = work.reference.newest("BIRCH")
        assert newest is not None
        (row,) = work.reference.list_kind("BIRCH", newest[0], "item")
        assert (row.body["standard_cost"], row.body["modified"]) == ("1.25", scene.clock().isoformat())
    with scene.store.begin() as work:
        assert "not found" in work.watermarks.get("BIRCH", "warehouse").problem
    list_asked(scene)
    later(scene, 61)
    assert "WAREHOUSE" not in list_asked(scene)


def test_a_document_that_is_no_longer_open_leaves_the_copy(scene: Scene) -> None:
    order = PurchasingDocument(
        record_no=1,
        document_id="Purchase Order-PO-1",
        number="PO-1",
        definition="Purchase Order",
        state="Pending",
        vendor_id="V1",
        created_from="",
        reference="",
        vendor_number="",
        message="",
        date=None,
        due_date=None,
        total=None,
        currency="USD",
        bill_no=None,
        modified=None,
    )
    closed = replace(order, record_no=2, document_id="Purchase Order-PO-2", state="Closed")
    scene.cadence = Cadence(kinds=("purchasing_document",))
    scene.finance.books = replace(BOOKS, others=(order, closed))
    scene.do(refresh)
    assert set(list_names(scene, "purchasing_document")) == {"Purchase Order-PO-1"}

    scene.finance.books = replace(BOOKS, others=(replace(order, state="Converted"), closed))

    assert later(scene) == []
    assert list_names(scene, "purchasing_document") == {}
    assert later(scene, 60) == []


def test_bills_older_than_two_years_are_not_kept(scene: Scene) -> None:
    today = scene.clock().date()
    memo = Adjustment(
        record_no=1,
        vendor_id="V1",
        number="CM-1",
        bill_number="",
        description="",
        state="Posted",
        date=today - timedelta(days=700),
        posting_date=None,
        currency="USD",
        total=Decimal("-5.00"),
        total_base=None,
        due=Decimal("-5.00"),
        modified=None,
    )
    old, undated = (
        replace(memo, record_no=2, date=today - timedelta(days=800)),
        replace(memo, record_no=3, date=None),
    )
    scene.cadence = Cadence(kinds=("adjustment",))
    scene.finance.books = replace(BOOKS, others=(memo, old, undated))
    assert scene.do(refresh) == []
    assert set(list_names(scene, "adjustment")) == {"1"}

    scene.finance.books = replace(BOOKS, others=(memo, old, replace(undated, state="Draft")))
    assert later(scene, 60) == []

    assert set(list_names(scene, "adjustment")) == {"1"}
    scene.wait(days=40)
    scene.do(refresh)
    assert list_names(scene, "adjustment") == {}


def test_a_kind_that_is_read_seldom_is_counted_in_between_and_followed_when_it_differs(scene: Scene) -> None:
    scene.cadence = Cadence(own={"vendor": timedelta(hours=5)}, full_every=timedelta(days=2))
    scene.do(refresh)
    set_vendors(scene, FIRST, SECOND, make_vendors(1)[0])

    assert later(scene, 30) == []
    assert set(list_names(scene)) == {"V1", "V2"}
    assert later(scene, 30) == []
    assert set(list_names(scene)) == {"V1", "V2", "V-100"}


def test_what_we_keep_of_a_record_for_the_first_time_is_told_to_nobody(taken: Scene) -> None:
    """As after an update of ours: the rows differ, and nobody has changed anything in Intacct."""
    with taken.store.begin() as work:
        work.reference_sync.take_turn("BIRCH")
        newest = work.reference.newest("BIRCH")
        assert newest is not None
        rows = work.reference.list_kind("BIRCH", newest[0], "vendor")
        older = [replace(row, body={"record_no": row.record_no, "name": row.body["name"]}) for row in rows]
        work.reference_sync.merge("BIRCH", older, kind="vendor")
        work.reference_sync.complete("BIRCH")
        work.reference_sync.end_turn("BIRCH")

    assert later(taken, 366 * 24 * 60) == []

    assert taken.audit("vendor:BIRCH/V1") == []
    with taken.store.begin() as work:
        assert work.reference_approvals.list("BIRCH") == ()


@pytest.mark.parametrize(
    "refusal",
    [
        RequestRejected("VENDOR has no field MEGAENTITYID"),
        Unavailable("an error", details=[ErrorDetail(errorno="DL02000001")]),
    ],
)
def test_a_company_that_cannot_query_whom_records_belong_to_has_its_copy_without_it(
    scene: Scene, refusal: IntacctError
) -> None:
    scene.finance.reading.lacks = {"VENDOR": {"MEGAENTITYID"}, "LOCATION": {"MEGAENTITYID"}}
    scene.finance.reading.says_lacking = refusal

    assert scene.do(refresh) == []
    set_vendors(scene, FIRST, SECOND, make_vendors(1)[0])
    assert later(scene) == []

    assert set(list_names(scene)) == {"V1", "V2", "V-100"}
    told = [each.detail for each in scene.audit("company:BIRCH") if each.action == "reference without"]
    assert told == [
        {"kind": kind, "without": "MEGAENTITYID", "reason": str(refusal)} for kind in ("vendor", "location")
    ]


def test_a_field_that_is_not_asked_for_is_no_reason_to_read_again(scene: Scene) -> None:
    scene.cadence = Cadence(without={"vendor": ("MEGAENTITYID",)})
    scene.finance.reading.lacks = {"VENDOR": {"NAME"}}

    assert scene.do(refresh) != []

    assert list_asked(scene) == ["VENDOR"]
