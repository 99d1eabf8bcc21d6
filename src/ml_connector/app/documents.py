"""Documents, as people ask for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ml_connector.app.explanations import Explanation, explain_document, read_grounds
from ml_connector.app.need_actions import Desk
from ml_connector.app.results import DocumentLine, DocumentView, NeedLine, Sending
from ml_connector.app.worths import find_worths
from ml_connector.edi import parse_invoice
from ml_connector.flows.posting.functions import name_action
from ml_connector.flows.reading import DocumentReader
from ml_connector.flows.reference.rows import restore_record
from ml_connector.intacct.objects import Vendor
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.mapping.answers import ask_for
from ml_connector.mapping.ledger_states import describe_state
from ml_connector.mapping.vendors.suggest import Suggestion, name_seller, suggest_vendors
from ml_connector.records.documents import StoredDocument, StoredFile
from ml_connector.records.matches import Worth
from ml_connector.records.needs import Need
from ml_connector.records.posting import StoredPosting
from ml_connector.records.status import Status
from ml_connector.records.xref import XrefStatus
from ml_connector.store import Store, Work
from ml_connector.store.needs import Ages


class Documents:
    def __init__(self, store: Store, *, names_link: bool = True) -> None:
        self._store = store
        self._names_link = names_link  #: commands have to name the link, where there are several
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
        """Why the postings of these documents are what they are, what keeps those that have none, and how they compare
        with their orders.
        """
        with self._store.begin() as work:
            found = {document.id: document for document in work.documents.find(link, text)}
            read = read_grounds(work, found)
        lines = self.describe(list(found.values()), company=company)
        return tuple(explain_document(line, found[line.id], read) for line in lines)

    def describe(self, documents: Sequence[StoredDocument], *, company: str) -> tuple[DocumentLine, ...]:
        """The documents as lines of a table, with their needs and, for unknown vendors, likely ones."""
        with self._store.begin() as work:
            files = work.files.get({document.file_id for document in documents})
            needs = work.needs.list_ages(document.id for document in documents)
            worths = find_worths(work, documents)
            desks = self._open_desks(work, {each.link for each in documents if each.id in needs})
            followed = work.followed.list_of(document.id for document in documents)
        likely = self._find_likely(documents, files, needs, company)
        return tuple(
            replace(
                _to_line(document, files[document.file_id], worths[document.id]),
                needs=tuple(
                    _describe_need(need, since, document, desks[document.link], likely)
                    for need, since in needs.get(document.id, {}).items()
                ),
                state=describe_state(followed.get(document.id, ())),
            )
            for document in documents
        )

    def _open_desks(self, work: Work, links: Iterable[str]) -> dict[str, Desk]:
        return {
            link: Desk(
                prepared=work.xref.list(link, status=XrefStatus.PREPARED),
                link=link if self._names_link else "",
            )
            for link in links
        }

    def _find_likely(
        self, documents: Sequence[StoredDocument], files: Mapping[int, StoredFile], needs: Ages, company: str
    ) -> dict[str, tuple[Suggestion, ...]]:
        """Likely vendors by need; thousands of documents may wait for one."""
        unknown = {id_: [n for n in found if n.kind == "vendor"] for id_, found in needs.items()}
        if not any(unknown.values()):
            return {}
        vendors = self._list_vendors(company)
        likely: dict[str, tuple[Suggestion, ...]] = {}
        for document in documents:
            for need in unknown.get(document.id, ()):
                if str(need) not in likely:
                    name = self._name_seller(document, files[document.file_id])
                    likely[str(need)] = suggest_vendors(name, vendors) if name else ()
        return likely

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


def _to_line(document: StoredDocument, file: StoredFile, worth: Worth) -> DocumentLine:
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
        amount=worth.amount,
        currency=worth.currency,
        status=document.status,
        intacct_key=document.intacct_key,
        reason=document.reason,
    )


def _describe_need(
    need: Need,
    since: datetime,
    document: StoredDocument,
    desk: Desk,
    likely: Mapping[str, tuple[Suggestion, ...]],
) -> NeedLine:
    key = str(need)
    steps = desk.name_steps(key, ask_for(key, [document.document.partner_name]), since=since)
    return NeedLine(
        kind=need.kind,
        key=key,
        reason=need.reason,
        since=since,
        action=steps[0],
        or_else=steps[1:],
        suggestions=likely.get(key, ()),
    )


def _tell(document: StoredDocument, stored: StoredPosting) -> Sending:
    posting = stored.posting
    return Sending(
        control_id=stored.control_id,
        revision=posting.revision,
        company=posting.target.company,
        entity=posting.target.entity,
        action=name_action(stored.function),
        sent=stored.sent_count,
        last_sent=stored.sent_at,
        looks=stored.looks,
        next_look=stored.next_look,
        attachment=stored.attachment or (stored.unattached and f"none: {stored.unattached}"),
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
