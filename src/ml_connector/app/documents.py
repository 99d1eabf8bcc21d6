"""Documents, as people ask for them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from ml_connector.app.results import (
    BillLineView,
    DocumentLine,
    DocumentView,
    Explanation,
    ItemLineView,
    NeedLine,
    Sending,
)
from ml_connector.edi import parse_invoice
from ml_connector.flows.posting.functions import is_final, name_function
from ml_connector.flows.reading import DocumentReader
from ml_connector.flows.reference.rows import restore_record
from ml_connector.intacct.objects import Vendor
from ml_connector.intacct.writing.bill import ApBill, ApBillLine
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine, PurchasingLineChange
from ml_connector.mapping.explain import explain
from ml_connector.mapping.suggest import Suggestion, name_seller, suggest_vendors
from ml_connector.records.documents import StoredDocument, StoredFile
from ml_connector.records.needs import Need
from ml_connector.records.posting import Function, StoredPosting
from ml_connector.records.provenance import Reason
from ml_connector.records.status import Status
from ml_connector.store import Store

_LINE: Final = re.compile(r"lines?[\[ ](\d+)\]?\.")  # `lines[1].` of a bill, `line 1.` of an order


class Documents:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._vendors: tuple[int, Sequence[Vendor]] = (
            0,
            (),
        )  #: of the version read last, for thousands of lines

    def list(
        self, link: str, *, company: str, status: Status | None = None, limit: int | None = None
    ) -> tuple[DocumentLine, ...]:
        """Documents of a link, oldest first."""
        with self._store.begin() as work:
            found = work.documents.list(link, status=status, limit=limit)
        return self.describe(found, company=company)

    def show(self, link: str, text: str, *, company: str) -> tuple[DocumentView, ...]:
        """The documents that go by a document key, row number, invoice number or Intacct key; oldest first."""
        with self._store.begin() as work:
            found = work.documents.find(link, text)
        return tuple(self._view(document, company) for document in found)

    def explain(self, link: str, text: str, *, company: str) -> tuple[Explanation, ...]:
        """Why the postings of these documents are what they are, and how they compare with their orders.

        Documents that have neither are left out.
        """
        with self._store.begin() as work:
            found = {document.id: document for document in work.documents.find(link, text)}
            postings = work.postings.newest(found)
            comparisons = work.matches.get(found)
        lines = self.describe(list(found.values()), company=company)
        return tuple(
            replace(
                _explain(line, postings[line.id])
                if line.id in postings
                else _begin_explanation(line, found[line.id]),
                comparison=comparisons.get(line.id),
            )
            for line in lines
            if line.id in postings or line.id in comparisons
        )

    def describe(self, documents: Sequence[StoredDocument], *, company: str) -> tuple[DocumentLine, ...]:
        """The documents as lines of a table, with their needs and, for unknown vendors, likely ones."""
        with self._store.begin() as work:
            files = work.files.get({document.file_id for document in documents})
            needs = work.needs.list_open(document.id for document in documents)
        vendors = (
            self._list_vendors(company)
            if any(n.kind == "vendor" for found in needs.values() for n in found)
            else []
        )
        likely: dict[str, tuple[Suggestion, ...]] = {}  # thousands may wait for one need
        for document in documents:
            for need in needs.get(document.id, ()):
                if need.kind == "vendor" and str(need) not in likely:
                    name = self._name_seller(document, files[document.file_id])
                    likely[str(need)] = suggest_vendors(name, vendors) if name else ()
        return tuple(
            _to_line(document, files[document.file_id], _describe_needs(needs.get(document.id, ()), likely))
            for document in documents
        )

    def name_sellers(self, ids: Sequence[int]) -> dict[int, str]:
        """What each of these documents calls its seller; nothing where it does not say."""
        with self._store.begin() as work:
            found = work.documents.get(ids)
            files = work.files.get({document.file_id for document in found.values()})
        return {id_: self._name_seller(document, files[document.file_id]) for id_, document in found.items()}

    def _name_seller(self, document: StoredDocument, file: StoredFile) -> str:
        reader = DocumentReader(self._store.open_payload(file.sha256))
        invoice = parse_invoice(reader.reread(document.document)).document
        return name_seller(invoice) if invoice is not None else ""

    def _list_vendors(self, company: str) -> Sequence[Vendor]:
        with self._store.begin() as work:
            newest = work.reference.newest(company)
            if newest is None or newest[0] == self._vendors[0]:
                return self._vendors[1]
            rows = work.reference.list_kind(company, newest[0], "vendor")
        vendors = [record for row in rows if isinstance(record := restore_record(row), Vendor)]
        self._vendors = (newest[0], vendors)
        return vendors

    def _view(self, document: StoredDocument, company: str) -> DocumentView:
        record = f"document:{document.id}"
        with self._store.begin() as work:
            posting = work.postings.newest([document.id]).get(document.id)
            entries = work.audit.list(record)
            contradiction = work.audit.check(record)
        slices = document.document.slices
        return DocumentView(
            line=self.describe([document], company=company)[0],
            file_id=document.file_id,
            bytes_from=slices.offset,
            bytes_to=slices.offset + slices.length,
            sender=document.document.sender,
            receiver=document.document.receiver,
            sendings=() if posting is None else (_tell(document, posting),),
            audit=entries,
            audit_intact=not contradiction,
        )


def _to_line(document: StoredDocument, file: StoredFile, needs: tuple[NeedLine, ...]) -> DocumentLine:
    content = document.document
    return DocumentLine(
        id=document.id,
        document_key=content.document_key,
        file=file.origin.name,
        set_code=content.set_code,
        partner=content.partner_name or content.sender,
        number=content.key.number,
        date=content.date,
        kind=content.key.kind,
        vendor=document.vendor,
        vendor_name=document.vendor_name,
        amount=content.amount,
        currency=content.currency,
        status=document.status,
        intacct_key=document.intacct_key,
        reason=document.reason,
        needs=needs,
    )


def _describe_needs(
    needs: Sequence[Need], likely: Mapping[str, tuple[Suggestion, ...]]
) -> tuple[NeedLine, ...]:
    return tuple(
        NeedLine(key=str(need), reason=need.reason, suggestions=likely.get(str(need), ())) for need in needs
    )


def _tell(document: StoredDocument, stored: StoredPosting) -> Sending:
    posting = stored.posting
    return Sending(
        control_id=stored.control_id,
        revision=posting.revision,
        company=posting.target.company,
        entity=posting.target.entity,
        action="Submit" if is_final(stored.function) else "Draft",
        sent=stored.sent_count,
        last_sent=stored.sent_at,
        looks=stored.looks,
        next_look=stored.next_look,
        story=_tell_story(document, stored),
    )


def _tell_story(document: StoredDocument, stored: StoredPosting) -> str:
    """What has happened to a posting, in plain words."""
    times = "once" if stored.sent_count == 1 else f"{stored.sent_count} times"
    match document.status:
        case Status.POSTED:
            return f"Intacct has it as {', '.join((*stored.keys, document.intacct_key))}."
        case Status.READY if document.not_before is not None:
            return f"It could not be sent; next attempt after {_spell(document.not_before)}."
        case Status.READY:
            return "It is ready and goes with the next run."
        case Status.IN_DOUBT:
            look = (
                f"next look after {_spell(stored.next_look)}"
                if stored.next_look is not None
                else "no more looks"
            )
            return (
                f"It was sent {times} and Intacct's answer is not known. Intacct was searched {stored.looks} times "
                f"for {'vendor, number and ' if isinstance(stored.function, ApBill) else ''}our mark; {look}. "
                "Until then it is not sent again."
            )
        case _:
            return f"It was sent {times}." if stored.sent_count else "It was never sent."


def _spell(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _begin_explanation(line: DocumentLine, document: StoredDocument) -> Explanation:
    """Of a document for which nothing is to be sent."""
    return Explanation(
        line=line,
        rules_version=document.planned_rules or 0,
        reference_version=document.planned_reference or 0,
        parser_version="",
    )


def _explain(line: DocumentLine, stored: StoredPosting) -> Explanation:
    posting = stored.posting
    header = tuple(explain(reason) for reason in posting.provenance if not _LINE.match(reason.path))
    made = [(function, line) for function in posting.functions for line in function.lines]
    whys = [tuple(map(explain, _pick_line(posting.provenance, n))) for n in range(1, len(made) + 1)]
    return Explanation(
        line=line,
        rules_version=posting.pins.rules,
        reference_version=posting.pins.reference,
        parser_version=posting.pins.parser,
        header=header,
        lines=tuple(
            _view_bill_line(line, why)
            for (_, line), why in zip(made, whys, strict=True)
            if isinstance(line, ApBillLine)
        ),
        items=tuple(
            _view_item(function, line, why)
            for (function, line), why in zip(made, whys, strict=True)
            if not isinstance(line, ApBillLine)
        ),
    )


def _view_bill_line(made: ApBillLine, why: tuple[str, ...]) -> BillLineView:
    return BillLineView(
        account=made.account_no,
        amount=made.amount,
        memo=made.memo,
        department=made.department_id,
        location=made.location_id,
        class_id=made.class_id,
        project=made.project_id,
        why=why,
    )


def _view_item(
    function: Function, made: NewPurchasingLine | PurchasingLineChange, why: tuple[str, ...]
) -> ItemLineView:
    return ItemLineView(
        document=name_function(function),
        item=made.item_id or "",
        quantity=made.quantity,
        unit=made.unit or "",
        price=made.price,
        warehouse=made.warehouse_id,
        memo=made.memo or "",
        department=made.dimensions.department_id,
        location=made.dimensions.location_id,
        class_id=made.dimensions.class_id,
        project=made.dimensions.project_id,
        why=why,
    )


def _pick_line(provenance: Sequence[Reason], number: int) -> Iterator[Reason]:
    """The reasons of one line, each with the field's name alone."""
    for reason in provenance:
        place = _LINE.match(reason.path)
        if place is not None and place[1] == str(number):
            yield replace(reason, path=reason.path[place.end() :])
