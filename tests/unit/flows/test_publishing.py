"""Our copy of Intacct is published to Cleo: once, in order, and so that the tables there equal it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from tests.fake_mailbox import FakeMailbox, describe_lost_answer
from tests.fakes import Killed
from tests.unit.flows.press import (
    FOLDER,
    Tenant,
    expect_vendors,
    list_names,
    list_publications,
    make_dimension,
    make_facts,
    make_run,
    make_sheet,
    make_vendor,
    press,
    read_rows,
    set_copy,
)
from tests.unit.flows.scene import ARCHIVE, BOOKS, INBOUND, TAX_ID, Scene, open_watched, share

from ml_connector.cleo.errors import CleoError, Conflict, FolderMissing, Unavailable
from ml_connector.flows.publishing.files import decide, publish
from ml_connector.intacct import PermissionDenied
from ml_connector.intacct.query import compare
from ml_connector.records.publications import PublicationStatus
from ml_connector.records.reference import ReferenceRow

BOLTS = make_vendor(1, "Alnwick Bolts")
DIGITS = TAX_ID.replace("-", "")
NUTS = make_vendor(2, "Bamburgh Nuts")


@pytest.fixture
def office(scene: Scene) -> Scene:
    """A scene whose tenant has a folder for reference data."""
    scene.mailbox = FakeMailbox(INBOUND, ARCHIVE, FOLDER, open_blocks=scene.count_open_blocks)
    return scene


@pytest.fixture
def tenant(office: Scene) -> Tenant:
    return Tenant(mailbox=office.mailbox, clears=False)


def test_nothing_is_published_unless_the_link_says_so(office: Scene) -> None:
    set_copy(office, BOLTS)

    run = office.make_run()
    publish(run)

    assert office.mailbox.list_names(FOLDER) == []
    assert run.troubles == []


def test_nothing_is_published_before_there_is_a_copy(office: Scene) -> None:
    assert press(office, make_facts()) == []
    assert office.mailbox.list_names(FOLDER) == []


def test_the_first_file_is_full_and_its_name_tells_when(office: Scene, tenant: Tenant) -> None:
    set_copy(office, NUTS, BOLTS)

    assert press(office, make_facts()) == []

    assert tenant.take_files() == ["INTACCT_Vendors_20310314T120000Z_full.csv"]
    assert tenant.tables["INTACCT_Vendors"] == expect_vendors([BOLTS, NUTS])
    (publication,) = list_publications(office)
    assert publication.status is PublicationStatus.PUBLISHED
    assert (publication.new.upserts, publication.new.deletes) == (2, 0)
    assert [entry.action for entry in office.audit(f"publication:{publication.id}")] == [
        "prepared",
        "published",
    ]


def test_no_file_is_made_when_nothing_changed(office: Scene, tenant: Tenant) -> None:
    set_copy(office, BOLTS)
    press(office, make_facts())
    tenant.take_files()
    office.wait(hours=1)
    set_copy(office, BOLTS)

    assert press(office, make_facts()) == []

    assert tenant.take_files() == []


def test_a_change_of_what_is_not_published_makes_no_file_and_is_not_looked_at_again(
    office: Scene, tenant: Tenant
) -> None:
    set_copy(office, BOLTS)
    press(office, make_facts())
    tenant.take_files()
    office.wait(hours=1)
    set_copy(office, replace(BOLTS, body={**BOLTS.body, "on_hold": True}))

    press(office, make_facts())

    assert tenant.take_files() == []
    with office.store.begin() as work:
        newest = work.reference.newest("BIRCH")
    assert newest is not None
    assert list_publications(office)[0].new.upto_version == newest[0]


def test_changes_come_as_a_delta(office: Scene, tenant: Tenant) -> None:
    set_copy(office, BOLTS, NUTS)
    press(office, make_facts())
    office.wait(minutes=5)
    renamed = make_vendor(1, "Alnwick Bolts & Screws")
    new = make_vendor(3, "=Cragside")
    set_copy(office, renamed, new)

    press(office, make_facts())

    assert tenant.take_files()[1:] == ["INTACCT_Vendors_20310314T120500Z_delta.csv"]
    delta = list(read_rows(".csv", office.mailbox.read(tenant.taken[1], FOLDER)))
    assert [(row["erp_key"], row["op"]) for row in delta] == [
        ("V1", "upsert"),
        ("V2", "delete"),
        ("V3", "upsert"),
    ]
    assert tenant.tables["INTACCT_Vendors"] == expect_vendors([renamed, new])


def test_changes_of_several_versions_come_together(office: Scene, tenant: Tenant) -> None:
    set_copy(office, BOLTS)
    press(office, make_facts())
    for name in ("One", "Two", "Three"):
        set_copy(office, make_vendor(1, name))
    office.wait(minutes=5)

    press(office, make_facts())

    assert len(tenant.take_files()) == 2
    assert list_names(tenant.tables["INTACCT_Vendors"]) == {"V1": "Three"}


def test_a_row_that_leaves_the_filter_is_deleted(office: Scene, tenant: Tenant) -> None:
    facts = make_facts(make_sheet("vendors", active_only=True))
    set_copy(office, BOLTS, NUTS)
    press(office, facts)
    office.wait(minutes=5)
    set_copy(office, make_vendor(1, "Alnwick Bolts", status="inactive"), NUTS)

    press(office, facts)

    tenant.take_files()
    assert list_names(tenant.tables["INTACCT_Vendors"]) == {"V2": "Bamburgh Nuts"}


@pytest.mark.parametrize("clears", [True, False], ids=["clears", "adds"])
@pytest.mark.parametrize(
    "changes", [{"active_only": True}, {"columns": ("name", "status")}], ids=["filter", "columns"]
)
def test_another_shape_is_published_in_full_and_takes_out_what_the_old_one_had(
    office: Scene, changes: dict[str, Any], *, clears: bool
) -> None:
    tenant = Tenant(mailbox=office.mailbox, clears=clears)
    idle = make_vendor(3, "Cragside", status="inactive")
    set_copy(office, BOLTS, NUTS, idle)
    press(office, make_facts())
    office.wait(minutes=5)
    set_copy(office, BOLTS, idle)

    press(office, make_facts(make_sheet("vendors", **changes)))

    assert tenant.take_files()[-1].endswith("_full.csv")
    expected = {"V1": "Alnwick Bolts"} | ({} if "active_only" in changes else {"V3": "Cragside"})
    assert list_names(tenant.tables["INTACCT_Vendors"]) == expected


def test_ids_that_cross_references_add_come_with_a_full_file_once_a_day(
    office: Scene, tenant: Tenant
) -> None:
    set_copy(office, BOLTS)
    press(office, make_facts())
    facts = make_facts(make_sheet("vendors", edi_ids={"V1": ("92/77",)}))
    office.wait(hours=23)
    press(office, facts)
    assert len(tenant.take_files()) == 1
    set_copy(office, BOLTS, NUTS)
    press(office, facts)
    assert [name.partition("_full")[1] for name in tenant.take_files()] == [""]

    office.wait(hours=1)
    press(office, facts)
    press(office, facts)

    assert len(tenant.take_files()) == 1
    assert tenant.tables["INTACCT_Vendors"]["V1"]["edi_id"] == "77"


def test_it_is_published_in_full_now_and_then(office: Scene, tenant: Tenant) -> None:
    set_copy(office, BOLTS, NUTS)
    press(office, make_facts())
    office.wait(days=6, hours=23)
    press(office, make_facts())
    assert len(tenant.take_files()) == 1

    office.wait(hours=1)
    set_copy(office, NUTS)
    press(office, make_facts())

    assert tenant.take_files() == ["INTACCT_Vendors_20310321T120000Z_full.csv"]
    assert list_names(tenant.tables["INTACCT_Vendors"]) == {"V2": "Bamburgh Nuts"}
    office.wait(days=1)
    press(office, make_facts())
    assert tenant.take_files() == []


def test_names_of_files_rise_also_when_the_clock_is_set_back(office: Scene, tenant: Tenant) -> None:
    set_copy(office, BOLTS)
    press(office, make_facts())
    office.wait(hours=-2)
    set_copy(office, NUTS)

    press(office, make_facts())

    assert tenant.take_files() == [
        "INTACCT_Vendors_20310314T120000Z_full.csv",
        "INTACCT_Vendors_20310314T120001Z_delta.csv",
    ]
    assert list_names(tenant.tables["INTACCT_Vendors"]) == {"V2": "Bamburgh Nuts"}


def test_each_table_and_form_goes_its_own_way(office: Scene, tenant: Tenant) -> None:
    facts = make_facts(make_sheet("vendors"), make_sheet("dimensions"), forms=("csv", "jsonl"))
    place = make_dimension("location", 10, "Wooler")
    set_copy(office, BOLTS, place, make_dimension("department", 10, "Sales"))
    assert press(office, facts) == []
    assert len(tenant.take_files()) == 4
    office.wait(minutes=5)
    set_copy(office, BOLTS, place)

    press(office, facts, "dimensions")

    assert [name.partition("_2031")[0] for name in tenant.take_files()] == ["INTACCT_Dimensions"] * 2
    assert list_names(tenant.tables["INTACCT_Dimensions"]) == {"LOCATION:10": "Wooler"}
    assert tenant.tables["INTACCT_Vendors"] == expect_vendors([BOLTS])


def test_an_upload_whose_answer_was_lost_is_found_and_not_repeated(office: Scene) -> None:
    set_copy(office, BOLTS)
    office.mailbox.order("upload", describe_lost_answer(), done=True)

    assert press(office, make_facts()) == []
    assert press(office, make_facts()) == []

    assert len(office.mailbox.list_names(FOLDER)) == 1
    assert list_publications(office)[0].status is PublicationStatus.PUBLISHED


def test_when_not_even_the_folder_can_be_asked_the_next_run_asks(office: Scene) -> None:
    set_copy(office, BOLTS)
    office.mailbox.order("upload", describe_lost_answer(), done=True)
    office.mailbox.order("find_file", Unavailable("off-line"))

    (trouble,) = press(office, make_facts())
    assert "got no answer" in trouble.message
    assert press(office, make_facts()) == []

    assert len(office.mailbox.list_names(FOLDER)) == 1
    (publication,) = list_publications(office)
    assert (publication.status, publication.attempts) == (PublicationStatus.PUBLISHED, 2)


@pytest.mark.parametrize("error", [Unavailable("off-line"), describe_lost_answer(), CleoError("refused")])
def test_a_failed_upload_is_tried_again_with_the_same_bytes_before_anything_newer(
    office: Scene, tenant: Tenant, error: CleoError
) -> None:
    set_copy(office, BOLTS)
    office.mailbox.order("upload", error)
    (trouble,) = press(office, make_facts())
    assert (trouble.step, trouble.system) == ("publish", "cleo")
    assert office.mailbox.list_names(FOLDER) == []
    office.wait(minutes=5)
    set_copy(office, BOLTS, NUTS)

    assert press(office, make_facts()) == []

    first, second = tenant.take_files()
    assert first == "INTACCT_Vendors_20310314T120000Z_full.csv"
    assert [row["erp_key"] for row in read_rows(first, office.mailbox.read(first, FOLDER))] == ["V1"]
    assert second == "INTACCT_Vendors_20310314T120500Z_delta.csv"
    assert tenant.tables["INTACCT_Vendors"] == expect_vendors([BOLTS, NUTS])


def test_while_cleo_is_away_the_other_tables_wait_too(office: Scene) -> None:
    facts = make_facts(make_sheet("vendors"), make_sheet("dimensions"))
    set_copy(office, BOLTS, make_dimension("class", 1, "Retail"))
    office.mailbox.order("find_folder", Unavailable("off-line"))

    assert len(press(office, facts)) == 1

    assert office.mailbox.list_names(FOLDER) == []
    assert press(office, facts) == []
    assert len(office.mailbox.list_names(FOLDER)) == 2


def test_a_folder_that_is_missing_is_named(office: Scene) -> None:
    set_copy(office, BOLTS)
    office.mailbox.remove_folder(FOLDER)

    (trouble,) = press(office, make_facts())

    assert FOLDER in trouble.message


def test_another_file_of_the_same_name_is_a_matter_for_a_person(office: Scene, tenant: Tenant) -> None:
    set_copy(office, BOLTS)
    name = "INTACCT_Vendors_20310314T120000Z_full.csv"
    wrong = office.mailbox.drop(name, b"half of it", folder=FOLDER)
    (trouble,) = press(office, make_facts())
    assert name in trouble.message

    (trouble,) = press(office, make_facts())
    assert "10 bytes" in trouble.message
    assert "remove it" in trouble.message

    office.mailbox.remove(wrong)
    assert press(office, make_facts()) == []
    tenant.take_files()
    assert tenant.tables["INTACCT_Vendors"] == expect_vendors([BOLTS])


@pytest.mark.parametrize(
    ("blocks", "stored"), [(1, True), (3, False), (4, True), (4, False), (5, True), (5, False)]
)
def test_killed_anywhere_it_goes_on_and_nothing_comes_twice(
    office: Scene, blocks: int, *, stored: bool
) -> None:
    tenant = Tenant(mailbox=office.mailbox, clears=False)
    set_copy(office, BOLTS, NUTS)
    run = make_run(office, make_facts())
    office.store.die_in(blocks, stored=stored)
    try:
        publish(run)
    except Killed:
        office.restart()
    office.store.live_on()

    assert press(office, make_facts()) == []
    assert press(office, make_facts()) == []

    assert len(tenant.take_files()) == 1
    assert tenant.tables["INTACCT_Vendors"] == expect_vendors([BOLTS, NUTS])
    assert [each.status for each in list_publications(office)] == [PublicationStatus.PUBLISHED]


def test_two_processes_at_once_publish_one_file(office: Scene, tenant: Tenant) -> None:
    set_copy(office, BOLTS)
    run = make_run(office, make_facts())
    office.store.let_in(3, lambda: press(office, make_facts()))

    publish(run)

    assert len(tenant.take_files()) == 1


def test_a_file_that_another_process_is_sending_is_left_to_it(office: Scene) -> None:
    set_copy(office, BOLTS)
    office.mailbox.order("upload", Unavailable("off-line"))
    press(office, make_facts())
    (publication,) = list_publications(office)
    elsewhere = open_watched(office.url, office.clock)
    with elsewhere.begin() as work:
        assert work.publications.take(publication.id)

    assert press(office, make_facts()) == []
    assert office.mailbox.list_names(FOLDER) == []

    elsewhere.close()
    assert press(office, make_facts()) == []
    assert len(office.mailbox.list_names(FOLDER)) == 1


def test_links_of_one_company_publish_each_for_itself(office: Scene) -> None:
    set_copy(office, BOLTS)
    press(office, make_facts())
    office.wait(minutes=1)

    press(share(office, "west"), make_facts(make_sheet("vendors", file="WEST_Vendors")))

    assert [name[:4] for name in office.mailbox.list_names(FOLDER)] == ["INTA", "WEST"]


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("none", "full"),
        ("same", None),
        ("older", "delta"),
        ("reshaped", "full"),
        ("week old", "full"),
    ],
)
def test_what_is_due_follows_from_what_was_published_last(
    office: Scene, last: str, expected: str | None
) -> None:
    set_copy(office, BOLTS)
    press(office, make_facts())
    (published,) = list_publications(office)
    now = office.clock()
    known = None if last == "none" else published

    due = decide(
        known,
        last_full=now - timedelta(days=7 if last == "week old" else 1),
        newest=published.new.upto_version + (last == "older"),
        shape="another" if last == "reshaped" else published.new.shape,
        now=now,
        full_every=timedelta(days=7),
    )

    assert due == expected


def test_tax_ids_are_asked_of_intacct_for_the_rows_that_are_sent_and_kept_nowhere_else(office: Scene) -> None:
    facts = make_facts(make_sheet("vendors", columns=("name", "tax_id")))
    set_copy(office, replace(BOLTS, aliases=(f"tax:{DIGITS}",)), NUTS)
    assert press(office, facts) == []
    (name,) = office.mailbox.list_names(FOLDER)
    rows = {row["erp_key"]: row["tax_id"] for row in read_rows(name, office.mailbox.read(name, FOLDER))}
    assert rows == {"V1": TAX_ID, "V2": ""}

    office.wait(minutes=5)
    office.finance.books = replace(
        BOOKS, vendors=(replace(BOOKS.vendors[0], tax_id="88-1"), BOOKS.vendors[1])
    )
    set_copy(office, replace(BOLTS, aliases=("tax:881",)), NUTS)
    assert press(office, facts) == []

    assert office.finance.reading.asked[-1][1] == compare("VENDORID", "in", "V1")
    delta = office.mailbox.list_names(FOLDER)[1]
    assert [row["tax_id"] for row in read_rows(delta, office.mailbox.read(delta, FOLDER))] == ["88-1"]


def test_for_deletions_no_tax_id_is_asked(office: Scene) -> None:
    facts = make_facts(make_sheet("vendors", columns=("tax_id",)))
    set_copy(office, BOLTS)
    press(office, facts)
    asked = len(office.finance.reading.asked)
    set_copy(office)

    assert press(office, facts) == []

    assert len(office.mailbox.list_names(FOLDER)) == 2
    assert len(office.finance.reading.asked) == asked


def test_when_intacct_cannot_tell_the_tax_ids_nothing_is_sent(office: Scene) -> None:
    facts = make_facts(make_sheet("vendors", columns=("tax_id",)))
    set_copy(office, BOLTS)
    office.finance.refuses_all = PermissionDenied("may not read VENDOR")

    (trouble,) = press(office, facts)

    assert (trouble.step, trouble.system) == ("publish", "intacct")
    assert (office.mailbox.list_names(FOLDER), list_publications(office)) == ([], ())


def test_without_tax_ids_intacct_is_not_asked(office: Scene) -> None:
    set_copy(office, BOLTS)

    press(office, make_facts())

    assert office.finance.reading.asked == []


def mix(dice: Random, rows: dict[str, ReferenceRow]) -> None:
    """Some vendors come, some change, some go."""
    for _ in range(dice.randint(0, 6)):
        number = dice.randint(1, 12)
        key = f"V{number}"
        match dice.choice(["come", "go", "idle"]):
            case "come":
                rows[key] = make_vendor(
                    number, dice.choice(["Bolt", "=Nut", "Zoë, Ltd", 'The "Pin"\r\nCo', "'-"])
                )
            case "go":
                rows.pop(key, None)
            case _ if key in rows:
                body = {
                    **rows[key].body,
                    "status": dice.choice(["active", "inactive"]),
                    "on_hold": dice.random(),
                }
                rows[key] = replace(rows[key], body=body)


FAULTS: list[Callable[[FakeMailbox], None]] = [
    lambda _: None,
    lambda mailbox: mailbox.order("upload", describe_lost_answer(), done=True),
    lambda mailbox: mailbox.order("upload", describe_lost_answer()),
    lambda mailbox: mailbox.order("upload", Conflict("busy")),
    lambda mailbox: mailbox.order("find_folder", FolderMissing("gone for a moment")),
    lambda mailbox: mailbox.order("find_file", Unavailable("off-line")),
]


@pytest.mark.parametrize("seed", range(4))
def test_after_any_mix_of_changes_and_faults_the_tables_equal_the_copy_with_the_next_run(
    office: Scene, seed: int
) -> None:
    dice = Random(seed)
    tenants = [Tenant(mailbox=office.mailbox, clears=clears) for clears in (True, False)]
    facts = make_facts(
        make_sheet("vendors", active_only=dice.random() < 0.5), forms=(dice.choice(["csv", "jsonl"]),)
    )
    rows: dict[str, ReferenceRow] = {}
    for _ in range(12):
        mix(dice, rows)
        set_copy(office, *rows.values())
        dice.choice(FAULTS)(office.mailbox)
        if dice.random() < 0.3:
            office.store.die_in(dice.randint(1, 6), stored=dice.random() < 0.5)
        try:
            press(office, facts)
        except Killed:
            office.restart()
        office.store.live_on()
        office.wait(hours=dice.choice([1, 30]))
    office.mailbox.forget_faults()

    press(office, facts)

    published = [
        row for row in rows.values() if row.body["status"] == "active" or not facts.sheets[0].active_only
    ]
    for tenant in tenants:
        tenant.take_files()
        assert tenant.tables.get("INTACCT_Vendors", {}) == expect_vendors(published)
