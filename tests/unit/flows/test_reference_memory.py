"""Memory does not grow with the company that is copied."""

import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from tests.databases import Stores
from tests.fake_reading import FakeReading
from tests.unit.flows.scene import Scene, open_scene

from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.intacct import Entry, Readable, Vendor, VendorDetail
from ml_connector.intacct.query import Filter

_R = TypeVar("_R", bound=Readable)
MIB: Final = 1 << 20
VENDORS: Final = 5000
MOST_MIB: Final = 12  #: a page of 1,000 takes between 8 and 9; held whole, all of them take 18


class LongList(FakeReading):
    """A company of many vendors, each of which is made when it is told of."""

    vendors: int

    def list_records(
        self,
        kind: type[_R],
        *,
        where: Filter | None = None,
        custom: Sequence[str] = (),
        without: Sequence[str] = (),
        ignore_case: bool = False,
    ) -> Iterator[Entry[_R]]:
        found = super().list_records(
            kind, where=where, custom=custom, without=without, ignore_case=ignore_case
        )
        return self._extend(found) if kind.OBJECT == Vendor.OBJECT else found

    def _extend(self, found: Iterator[Entry[_R]]) -> Iterator[Entry[_R]]:
        (first, *_) = found
        assert isinstance(first.record, Vendor | VendorDetail)
        for n in range(1, self.vendors + 1):
            record = replace(first.record, record_no=n, vendor_id=f"V-{n}", name=f"Vendor {n}", tax_id="")
            yield replace(first, record=record, record_no=n, custom={"REMARKS": f"{n:>2000}"})

    def count(self, kind: str | type[Readable], *, where: Filter | None = None) -> int:
        name = kind if isinstance(kind, str) else kind.OBJECT
        return self.vendors if name == Vendor.OBJECT else super().count(kind, where=where)


def copy(scene: Scene, vendors: int) -> float:
    """The first copy: the most MiB that were held at once."""
    finance = scene.finance
    finance.reading = reading = LongList(finance._look, clock=scene.clock, enter=finance._begin_list)
    reading.vendors = vendors
    tracemalloc.start()
    try:
        assert scene.do(refresh) == []
        return tracemalloc.get_traced_memory()[1] / MIB
    finally:
        tracemalloc.stop()


def test_the_copy_of_a_company_of_many_vendors_holds_no_more_than_a_page_of_them(
    sqlite_stores: Stores,
) -> None:
    """On SQLite alone: what is measured is this process."""
    with sqlite_stores.make() as url, open_scene(url) as scene:
        taken = copy(scene, VENDORS)
        with scene.store.begin() as work:
            kept = work.reference_sync.count("BIRCH", "vendor")

    assert kept == VENDORS
    assert taken < MOST_MIB, taken
