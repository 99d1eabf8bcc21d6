"""Open: each document is parsed again from its stored bytes, and its partner and route are found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ml_connector.edi import Finding, Invoice, NotReadable, Transaction
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.flows.reading import PARSER_VERSION, DocumentReader, read_content
from ml_connector.flows.run import Basis
from ml_connector.mapping.invoice_to_bill import Draft, Subject
from ml_connector.mapping.reference import Asked
from ml_connector.records.documents import Move, StoredDocument
from ml_connector.records.needs import Need
from ml_connector.records.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One document on its way through the plan."""

    stored: StoredDocument
    subject: Subject
    asked: frozenset[Asked] = frozenset()
    draft: Draft | Need | None = None

    @property
    def vendor_id(self) -> str:
        return self.draft.match.vendor.vendor_id if isinstance(self.draft, Draft) else ""

    def ask_also(self, asked: set[Asked]) -> "Case":
        return replace(self, asked=self.asked | asked)


def open_cases(basis: Basis, documents: Iterable[StoredDocument], outcome: Outcome) -> Iterator[Case]:
    """A case for each document; what can be none any more, or has no route, is noted in the outcome at once."""
    with basis.store.begin() as work:
        files = work.files.get({document.file_id for document in outcome.documents.values()})
    readers = {id_: DocumentReader(basis.store.open_payload(file.sha256)) for id_, file in files.items()}
    for stored in documents:
        found = _parse_again(readers[stored.file_id], stored)
        if isinstance(found, Move):
            outcome.add_move(Status(found.action), found)
        elif (case := _find_route(basis, stored, *found)) is not None:
            yield case
        else:
            _hold_without_route(basis, outcome, stored)


def _parse_again(
    reader: DocumentReader, stored: StoredDocument
) -> tuple[Transaction, Invoice, tuple[Finding, ...]] | Move:
    """The invoice in the stored bytes. Today's reader may find none, or one that is not to be used: that is the end of
    this document, and must not stop the others.
    """
    lost = f"it was read as an invoice and no longer is (reader version {PARSER_VERSION})"
    try:
        transaction = reader.reread(stored.document)
    except NotReadable:
        return Move(id=stored.id, action="rejected", reason=lost)
    content = read_content(transaction)
    if content.invoice is None or content.status is not Status.READ:
        return Move(id=stored.id, action=str(content.status), reason=content.reason or lost)
    return transaction, content.invoice, content.findings


def _find_route(
    basis: Basis,
    stored: StoredDocument,
    transaction: Transaction,
    invoice: Invoice,
    findings: tuple[Finding, ...],
) -> Case | None:
    document, rules = stored.document, basis.link.rules
    partner = rules.find_partner(sender=document.sender, group_sender=document.group_sender)
    route = rules.find_route(set_code=document.set_code, partner=partner.name if partner is not None else "")
    if route is None:
        return None
    subject = Subject(
        transaction=transaction,
        invoice=invoice,
        findings=findings,
        document_key=document.document_key,
        partner=partner,
        route=route,
    )
    return Case(stored=stored, subject=subject)


def _hold_without_route(basis: Basis, outcome: Outcome, stored: StoredDocument) -> None:
    """A liability must not vanish because a table is missing."""
    document = stored.document
    set_code = document.set_code
    partner = basis.link.rules.find_partner(sender=document.sender, group_sender=document.group_sender)
    name = partner.name if partner is not None else ""
    need = Need(
        kind="route",
        subject=f"{set_code}/{name or document.sender}",
        reason=f'no route says what becomes of set {set_code}; add [[route]] set = "{set_code}"',
    )
    outcome.needs[stored.id] = (need,)
    move = Move(
        id=stored.id,
        action="held",
        reason=need.reason,
        partner_name=name,
        planned_rules=basis.link.rules_version,
        detail={"needs": str(need)},
    )
    outcome.add_move(Status.HELD, move)
