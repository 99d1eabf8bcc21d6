"""Reports on what our copy of Intacct holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ml_connector.app.results import DuplicateReport, PartnerLine, PartnerReport
from ml_connector.flows.reference.rows import restore_record
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.vendors.cleo_partners import name_need
from ml_connector.mapping.vendors.duplicate_vendors import (
    VendorFacts,
    describe_vendor,
    group_duplicates,
    write_address,
)
from ml_connector.mapping.vendors.suggest import Suggestion, suggest_for_all
from ml_connector.records.documents import StoredFile
from ml_connector.records.partners import PartnerStatus, StoredPartner
from ml_connector.records.reference import ReferenceRow
from ml_connector.records.xref import XrefStatus
from ml_connector.store import Store

_MOST_SUGGESTED: Final = 200  # more names than a person reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    store: Store

    def find_duplicate_vendors(self, company: str) -> DuplicateReport:
        """Vendors that may be one and the same, as of the newest version of the copy. Nothing is changed."""
        with self.store.begin() as work:
            newest = work.reference.newest(company)
        if newest is None:
            return DuplicateReport(version=None, vendors=0, groups=())
        version = newest[0]
        addresses = {row.key: write_address(row.body) for row in self._list_rows(company, version, "contact")}
        vendors: list[VendorFacts] = [
            describe_vendor(row, addresses) for row in self._list_rows(company, version, "vendor")
        ]
        return DuplicateReport(version=version, vendors=len(vendors), groups=group_duplicates(vendors))

    def list_partners(self, link: str, company: str) -> PartnerReport:
        """The partners of Cleo that need a person, with vendors whose names are like those of the unmatched."""
        stored = list(self._list_partners(link))
        with self.store.begin() as work:
            newest = work.reference.newest(company)
            waiting = work.xref.list(link, status=XrefStatus.PREPARED)
            counts = work.partners.count(link)
            files = work.files.get(
                {each.judged.file_id for each in stored if each.judged.file_id is not None}
            )
        unmatched = [
            each.judged.facts.name for each in stored if each.judged.status is PartnerStatus.UNMATCHED
        ]
        likely: dict[str, tuple[Suggestion, ...]] = {}
        if newest is not None and unmatched:
            rows = self._list_rows(company, newest[0], "vendor")
            vendors = [record for row in rows if isinstance(record := restore_record(row), Vendor)]
            likely = suggest_for_all(unmatched[:_MOST_SUGGESTED], vendors)
        xrefs = {(each.xref.code, each.xref.target): each.id for each in waiting}
        lines = tuple(_describe_partner(each, files, likely, xrefs) for each in stored)
        return PartnerReport(counts=counts, partners=lines)

    def _list_partners(self, link: str) -> Iterator[StoredPartner]:
        after = 0
        while True:
            with self.store.begin() as work:
                page = work.partners.list(link, after=after)
            if not page:
                return
            yield from page
            after = page[-1].id

    def _list_rows(self, company: str, version: int, kind: str) -> Iterator[ReferenceRow]:
        """All rows of a kind, a page in a transaction."""
        key = ""
        while True:
            with self.store.begin() as work:
                page = work.reference.list_page(company, version, kind, after_key=key)
            if not page:
                return
            yield from page
            key = page[-1].key


def _describe_partner(
    stored: StoredPartner,
    files: Mapping[int, StoredFile],
    likely: Mapping[str, tuple[Suggestion, ...]],
    xrefs: Mapping[tuple[str, str], int],
) -> PartnerLine:
    facts, status = stored.judged.facts, stored.judged.status
    file = files.get(stored.judged.file_id or 0)
    is_missing = status is PartnerStatus.UNMATCHED
    return PartnerLine(
        need=name_need(facts) if is_missing else "",
        origin=facts.origin,
        name=facts.name,
        code=facts.code,
        vendor=facts.vendor,
        status=status,
        reason=stored.judged.reason,
        file="" if file is None else file.origin.name,
        line=facts.line,
        since=stored.since,
        xref=xrefs.get((facts.code, facts.vendor)),
        suggestions=likely.get(facts.name, ()) if is_missing else (),
    )
