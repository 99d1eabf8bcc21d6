"""Vendors of one company in memory that are written: those it has are changed, new ones stand beside them.

It leaves to the simulator: terms and parents that have to exist, and the names of contacts.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from ml_connector.intacct import NewVendor, Vendor, VendorChange

Listed = tuple[Any, Mapping[str, str]]
_OWN: Final = {item.name for item in fields(Vendor)}
#: What a vendor in full has of its contact, and what the contact calls it.
_CONTACT: Final = {
    "contact": "name",
    "print_as": "print_as",
    "company_name": "company_name",
    "email": "email",
    "phone": "phone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A vendor as it was written last."""

    vendor: Vendor
    further: Mapping[str, str]
    at: dt.datetime


class FakeVendors:
    """Keeps what is written of vendors, by their ids. `look` gives the records the company had before."""

    def __init__(self, look: Callable[[], Iterable[Listed]], *, clock: Callable[[], dt.datetime]) -> None:
        self._look = look
        self._clock = clock
        self._written: dict[str, _Written] = {}
        self.sequence = ""  #: the prefix of the ids that vendors get; none: they have to be sent
        self.states: dict[str, str] = {}  #: by the id of a vendor, its approval, where there is one
        self.approves = False  #: new vendors wait for their approval

    def look(self) -> Iterator[Any]:
        """The company's records, with its vendors as they are now."""
        for record, _ in self._look():
            if not (isinstance(record, Vendor) and record.vendor_id in self._written):
                yield record
        yield from (each.vendor for each in self._written.values())

    def list_records(self, until: dt.datetime) -> Iterator[Listed]:
        """What was written until then, each instead of what the company had under its RECORDNO."""
        return (
            (each.vendor, {**each.further, "STATE": self.states.get(each.vendor.vendor_id, "")})
            for each in self._written.values()
            if each.at <= until
        )

    def find_problems(self, body: NewVendor | VendorChange) -> list[str]:
        """Why Intacct refuses this; nothing when it does not."""
        if not body.vendor_id:
            is_numbered = bool(self.sequence) and isinstance(body, NewVendor)
            return [] if is_numbered else ["Required field VENDORID is missing"]
        is_there = self._find(body.vendor_id) is not None
        if isinstance(body, NewVendor):
            return [f"Another Vendor with the given value(s) {body.vendor_id}  already exists"] * is_there
        return [] if is_there else [f"Invalid Vendor '{body.vendor_id}' specified."]

    def keep(self, body: NewVendor | VendorChange) -> str:
        """Execute what was checked, and give the RECORDNO."""
        vendor_id = body.vendor_id or f"{self.sequence}{len(self._written) + 1:04}"
        vendor, further = self._find(vendor_id) or self._make(vendor_id)
        if self.approves and isinstance(body, NewVendor):
            self.states[vendor_id] = "Submitted"
        given = {item.name: getattr(body, item.name) for item in fields(body)} | {"vendor_id": vendor_id}
        given = {name: value for name, value in given.items() if value not in (None, ())}
        vendor = replace(vendor, **{name: value for name, value in given.items() if name in _OWN})
        further = {
            **further,
            **dict(_list_further(body, vendor_id, given.keys() - _OWN - {"contact", "custom"})),
        }
        self._written[vendor.vendor_id] = _Written(vendor=vendor, further=further, at=self._clock())
        return str(vendor.record_no)

    def _find(self, vendor_id: str) -> tuple[Vendor, Mapping[str, str]] | None:
        if vendor_id in self._written:
            written = self._written[vendor_id]
            return written.vendor, written.further
        vendors = ((record, further) for record, further in self._look() if isinstance(record, Vendor))
        return next((each for each in vendors if each[0].vendor_id == vendor_id), None)

    def _make(self, vendor_id: str) -> tuple[Vendor, Mapping[str, str]]:
        """A vendor of this id, and nothing else yet."""
        taken = (record.record_no for record in self.look() if isinstance(record, Vendor))
        vendor = Vendor(
            record_no=max(taken, default=0) + 1,
            vendor_id=vendor_id,
            name="",
            status="active",
            term="",
            currency="",
            tax_id="",
            account_no_at_vendor="",
            on_hold=False,
            parent_id="",
        )
        return vendor, {}


def _list_further(
    body: NewVendor | VendorChange, vendor_id: str, names: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """What a vendor in full has beside a vendor: these values, and those of its contact."""
    for name in names:
        value = getattr(body, name)
        yield name, str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(body, NewVendor):
        yield "contact", f"{body.name}(V{vendor_id})"
    if body.contact is not None:
        told = ((attribute, getattr(body.contact, name)) for attribute, name in _CONTACT.items())
        yield from ((attribute, value) for attribute, value in told if value is not None)
    yield from ((each.name.upper(), each.value) for each in body.custom)
