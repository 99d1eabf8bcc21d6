"""Open: each document is parsed again from its stored bytes, and its partner and route are found."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from ml_connector.edi import (
    CreditAdjustment,
    Invoice,
    NotReadable,
    OrderAcknowledgment,
    OrderChange,
    Remittance,
    ShipNotice,
)
from ml_connector.flows.contents import OWED, read_content
from ml_connector.flows.planning.ap_adjustment import open_adjustment
from ml_connector.flows.planning.cases import AnyCase, Opened
from ml_connector.flows.planning.journal import open_remittance_entry
from ml_connector.flows.planning.order_answer import open_answer
from ml_connector.flows.planning.order_change import open_change
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.flows.planning.payment import open_payment
from ml_connector.flows.planning.preflight import find_closed, read_closed
from ml_connector.flows.planning.purchase_order import open_order
from ml_connector.flows.planning.receiver import open_notice
from ml_connector.flows.planning.repeated import is_repeat, open_repeat
from ml_connector.flows.planning.vendor_invoice import open_invoice
from ml_connector.flows.reading import PARSER_VERSION, DocumentReader
from ml_connector.flows.run import Basis
from ml_connector.mapping.rules.rulebook import Route
from ml_connector.records.documents import Move, StoredDocument
from ml_connector.records.needs import Need
from ml_connector.records.status import Status


def open_cases(
    basis: Basis, documents: Iterable[StoredDocument], outcome: Outcome, version: int
) -> Iterator[AnyCase]:
    """A case for each document; what can be none any more, or has no route, is noted in the outcome at once."""
    with basis.store.begin() as work:
        files = work.files.get({document.file_id for document in outcome.documents.values()})
        closed = read_closed(work, basis.link.company, version)
    payloads = basis.store.open_payloads({file.sha256: file.length for file in files.values()})
    readers = {id_: DocumentReader(payloads[file.sha256]) for id_, file in files.items()}
    for stored in documents:
        opened = _open(basis, readers[stored.file_id], stored, closed)
        if isinstance(opened, Opened):
            repeats = is_repeat(opened, basis.link.rules)
            yield open_repeat(opened) if repeats else _choose_case(opened)
        elif opened is not None:
            outcome.add_move(Status(opened.action), opened)
        else:
            _note_no_route(basis, outcome, stored)


def _open(
    basis: Basis, reader: DocumentReader, stored: StoredDocument, closed: Mapping[str, date]
) -> Opened | Move | None:
    """The document in the stored bytes; None when it has no route.

    Today's reader may find none, or one that is not to be used: that is the end of this document, and must not stop
    the others.
    """
    lost = f"it was read as a document and no longer is (reader version {PARSER_VERSION})"
    try:
        transaction = reader.reread(stored.document)
    except NotReadable:
        return Move(id=stored.id, action="rejected", reason=lost)
    content = read_content(transaction)
    if content.document is None or content.status is not Status.READ:
        return Move(id=stored.id, action=str(content.status), reason=content.reason or lost)
    document, rules = stored.document, basis.link.rules
    partner = rules.find_partner(sender=document.sender, group_sender=document.group_sender)
    route = rules.find_route(set_code=document.set_code, partner=partner.name if partner is not None else "")
    if route is None:
        return None
    return Opened(
        stored=stored,
        transaction=transaction,
        document=content.document,
        findings=content.findings,
        partner=partner,
        route=_open_books(route, closed),
    )


def _open_books(route: Route, closed: Mapping[str, date]) -> Route:
    """The route as Intacct lets it post: its first open day is not one that is closed there."""
    last = find_closed(closed, route.entity)
    if last is None or (route.books_open_from is not None and route.books_open_from > last):
        return route
    return route.model_copy(update={"books_open_from": last + timedelta(days=1)})


def _choose_case(opened: Opened) -> AnyCase:
    """What kind of case it is: rules let a route of a set lead only to what can be made of it."""
    case: AnyCase
    match opened.document:
        case Invoice() as invoice:
            case = open_invoice(opened, invoice)
        case CreditAdjustment() as said:
            case = open_adjustment(opened, said)
        case ShipNotice() as notice:
            case = open_notice(opened, notice)
        case OrderAcknowledgment() as answer:
            case = open_answer(opened, answer)
        case Remittance() as remittance if opened.route.target == "journal":
            case = open_remittance_entry(opened, remittance)
        case Remittance() as remittance:
            case = open_payment(opened, remittance)
        case OrderChange() as change:
            case = open_change(opened, change)
        case order:
            case = open_order(opened, order)
    return case


def _note_no_route(basis: Basis, outcome: Outcome, stored: StoredDocument) -> None:
    """A liability must not vanish because a table is missing; what is none is filed."""
    document = stored.document
    set_code = document.set_code
    partner = basis.link.rules.find_partner(sender=document.sender, group_sender=document.group_sender)
    name = partner.name if partner is not None else ""
    reason = f'no route says what becomes of set {set_code}; add [[route]] set = "{set_code}"'
    move = Move(
        id=stored.id,
        action="filed",
        reason=reason,
        partner_name=name,
        planned_rules=basis.link.rules_version,
    )
    if set_code not in OWED:
        outcome.add_move(Status.FILED, move)
        return
    need = Need(kind="route", subject=f"{set_code}/{name or document.sender}", reason=reason)
    outcome.needs[stored.id] = (need,)
    outcome.add_move(Status.HELD, replace(move, action="held", detail={"needs": str(need)}))
