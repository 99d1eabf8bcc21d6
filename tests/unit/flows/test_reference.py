"""Our dated copy of Intacct's reference: taken whole or not at all, when it is due."""

from dataclasses import replace
from typing import Any

import pytest
from tests.databases import read_everything
from tests.fake_reading import detail_vendor
from tests.unit.flows.scene import BOOKS, TAX_ID, Scene

from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.reference.kinds import KINDS
from ml_connector.flows.reference.rows import keep_entry, restore, restore_record
from ml_connector.intacct import Entry, IntacctError, PermissionDenied, Unavailable, Vendor
from ml_connector.mapping.reference.slice import Known
from ml_connector.store.reference import ReferenceRow

EVERYTHING = (
    *(("vendor", each) for each in BOOKS.vendors),
    *(("account", each) for each in BOOKS.accounts),
    *(("department", each) for each in BOOKS.departments),
    *(("location", each) for each in BOOKS.locations),
    *(("class", each) for each in BOOKS.classes),
    *(("project", each) for each in BOOKS.projects),
    *(("term", each) for each in BOOKS.terms),
)


def make_entry(record: Known) -> Entry[Any]:
    """A record as it is read."""
    detailed = detail_vendor(record, {}) if isinstance(record, Vendor) else record
    return Entry(record=detailed, record_no=record.record_no, custom={})


def look_up(scene: Scene, kind: str, name: str, *, version: int | None = None) -> list[ReferenceRow]:
    """What the copy holds under an id or alias, now or as of a version."""
    with scene.store.begin() as work:
        newest = work.reference.newest("BIRCH")
        assert newest is not None
        return work.reference.slice("BIRCH", version or newest[0], [(kind, name)]).get((kind, name), [])


def read_version(scene: Scene) -> int:
    with scene.store.begin() as work:
        newest = work.reference.newest("BIRCH")
        return 0 if newest is None else newest[0]


def test_the_first_run_takes_a_copy_of_everything_and_says_how_much(scene: Scene) -> None:
    troubles = scene.do(refresh)

    (entry,) = scene.audit("company:BIRCH")
    assert troubles == []
    assert (entry.action, entry.detail["added"]) == ("reference", len(EVERYTHING))
    assert scene.progress == [("reference", n, 7) for n in range(8)]


@pytest.mark.parametrize(("kind", "record"), EVERYTHING)
def test_every_record_comes_back_as_it_was_but_for_its_tax_id(kind: str, record: Known) -> None:
    entry = make_entry(record)

    back = restore_record(keep_entry(KINDS[kind], entry))

    assert back == (replace(record, tax_id="") if isinstance(record, Vendor) else record)


def test_a_text_that_was_not_kept_yet_is_empty() -> None:
    row = keep_entry(KINDS["vendor"], make_entry(BOOKS.vendors[0]))
    older = replace(row, body={name: value for name, value in row.body.items() if name != "term"})

    assert restore(Vendor, older) == replace(restore(Vendor, row), term="")


def test_it_is_not_taken_again_before_it_is_due(scene: Scene) -> None:
    scene.do(refresh)
    scene.finance.books = replace(BOOKS, vendors=())
    scene.wait(minutes=4, seconds=59)

    scene.do(refresh)
    assert look_up(scene, "vendor", "V1")

    scene.wait(seconds=1)
    scene.do(refresh)
    assert look_up(scene, "vendor", "V1") == []


@pytest.mark.parametrize("error", [Unavailable("off-line"), PermissionDenied("may not read TERM")])
def test_when_intacct_cannot_be_read_the_old_copy_stays_whole(scene: Scene, error: IntacctError) -> None:
    scene.do(refresh)
    version = read_version(scene)
    scene.wait(hours=1)
    scene.finance.books = replace(BOOKS, vendors=())
    scene.finance.refuses_after = (4, error)

    (trouble,) = scene.do(refresh)

    assert (trouble.step, trouble.system, trouble.message) == ("reference", "intacct", str(error))
    assert read_version(scene) == version
    assert look_up(scene, "vendor", "V1")


def test_a_changed_record_replaces_the_old_one_which_stays_with_its_version(scene: Scene) -> None:
    scene.do(refresh)
    before = read_version(scene)
    scene.wait(minutes=6)
    first, second = BOOKS.vendors
    scene.finance.books = replace(BOOKS, vendors=(replace(first, status="inactive"),))

    scene.do(refresh)

    (now,) = look_up(scene, "vendor", "V1")
    (then,) = look_up(scene, "vendor", "V1", version=before)
    assert (now.body["status"], then.body["status"]) == ("inactive", "active")
    assert look_up(scene, "vendor", second.vendor_id) == []
    assert look_up(scene, "vendor", second.vendor_id, version=before)
    detail = scene.audit("company:BIRCH")[-1].detail
    assert (detail["added"], detail["changed"], detail["removed"]) == (0, 1, 1)


def test_a_copy_that_brings_nothing_new_makes_no_entry(scene: Scene) -> None:
    scene.do(refresh)
    scene.wait(minutes=6)

    scene.do(refresh)

    assert len(scene.audit("company:BIRCH")) == 1
    looked = scene.finance.reads
    scene.do(refresh)
    assert scene.finance.reads == looked


def test_a_tax_id_finds_its_vendor_and_stands_nowhere_in_clear(scene: Scene) -> None:
    scene.do(refresh)

    digits = TAX_ID.replace("-", "")
    (found,) = look_up(scene, "vendor", f"tax:{digits}")
    scene.store.close()
    kept = read_everything(scene.url)
    assert found.key == "V1"
    assert b"Alnwick Bolts" in kept
    assert TAX_ID.encode() not in kept
    assert digits.encode() not in kept
