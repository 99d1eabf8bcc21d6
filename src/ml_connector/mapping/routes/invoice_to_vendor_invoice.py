"""An X12 810 with an order → a vendor invoice converted from its receipts or order, or what is missing for it.

Ask, then plan, in three rounds: `ask_vendor` of `invoice_to_bill`; `ask_orders` with `list_invoice_clues` of
`order_match`, answered by `find_orders`; `ask_items`. `plan_vendor_invoice` decides. All are pure.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from ml_connector.mapping import admission
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.matching.conversion import Piece, cut_pieces
from ml_connector.mapping.matching.invoice_comparison import (
    Compared,
    OrderedInvoice,
    Read,
    compare,
    settle_term,
)
from ml_connector.mapping.matching.vendor_invoices import Priced, explain_lines, price_pieces, write_documents
from ml_connector.mapping.orders.definitions import check_definition
from ml_connector.mapping.orders.order_match import OrderFound
from ml_connector.mapping.orders.purchasing_case import PlannedPurchasing
from ml_connector.mapping.payables import terms
from ml_connector.mapping.payables.amounts import settle_amounts
from ml_connector.mapping.payables.submission import explain_action
from ml_connector.records.matches import Comparison, Verdict
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason


def plan_vendor_invoice(
    ordered: OrderedInvoice,
    orders: Sequence[OrderFound | Need],
    read: Read,
    setting: admission.Setting,
) -> PlannedPurchasing | Held | Filed:
    """The vendor invoice, or several with the same number, or every need that keeps them."""
    subject = ordered.subject
    filing = admission.find_filing(
        subject.invoice, subject.transaction, subject.findings, ordered.case.rules, subject.route, setting
    )
    if filing:
        return Filed(reason=filing)
    needs = [*_admit(ordered, setting), *(found for found in orders if isinstance(found, Need))]
    amounts = settle_amounts(subject.invoice, ordered.case.partner, subject.route)
    if isinstance(amounts, Need):
        needs.append(amounts)
    compared = None
    if not isinstance(amounts, Need) and not any(isinstance(found, Need) for found in orders):
        found = [each for each in orders if isinstance(each, OrderFound)]
        compared = compare(ordered, found, read, amounts)
    if compared is not None:
        needs += compared.needs
    invoiced = subject.invoice.date
    if needs or compared is None or invoiced is None:
        comparison = Comparison(match=compared.result) if compared is not None else None
        return Held(needs=tuple({str(need): need for need in needs}.values()), comparison=comparison)
    return _convert(ordered, compared, read, invoiced)


def _admit(ordered: OrderedInvoice, setting: admission.Setting) -> Iterator[Need]:
    subject, case = ordered.subject, ordered.case
    invoice = subject.invoice
    yield from admission.find_addressing_needs(subject.transaction, subject.partner, case.rules)
    yield from admission.find_content_needs(invoice, case.rules, subject.findings)
    yield from admission.find_date_needs(invoice, subject.route, setting.today)
    yield from admission.find_money_needs(invoice, case.partner, case.vendor, setting)
    name = case.rules.purchasing.definitions.invoice
    yield from check_definition(case, name, "BIG02", invoice.number)
    if not invoice.lines:
        reason = case.say(
            f"{invoice.number} has no lines to compare with an order", "reject it, or book it by hand"
        )
        yield Need(kind="lines", subject=invoice.number, reason=reason)


def _convert(
    ordered: OrderedInvoice, compared: Compared, read: Read, invoiced: date
) -> PlannedPurchasing | Held:
    case = ordered.case
    due = _settle_due(ordered, compared, read, invoiced)
    cut = _cut(ordered, compared, read)
    priced = cut if isinstance(cut, list) else price_pieces(case, cut, compared)
    needs = [each for each in (due, priced) if isinstance(each, Need)] + (
        cut if isinstance(cut, list) else []
    )
    if isinstance(due, Need) or isinstance(priced, list | Need):
        return Held(needs=tuple(needs), comparison=Comparison(match=compared.result))
    return PlannedPurchasing(
        functions=tuple(write_documents(ordered, priced, invoiced, due)),
        entity=next(iter(compared.orders.values())).transaction.entity,
        provenance=tuple(_explain(ordered, compared, priced, invoiced, due)),
        comparison=Comparison(match=compared.result),
    )


def _settle_due(ordered: OrderedInvoice, compared: Compared, read: Read, invoiced: date) -> terms.Due | Need:
    """By the term of its orders."""
    case, route = ordered.case, ordered.subject.route
    term = settle_term(case, (order.transaction for order in compared.orders.values()))
    if isinstance(term, Need):
        return term
    return terms.settle_due(ordered.invoice, invoiced, case.vendor, route, read.reference, term)


def _cut(ordered: OrderedInvoice, compared: Compared, read: Read) -> tuple[Piece, ...] | list[Need]:
    """All lines in pieces by source, or what keeps them."""
    case = ordered.case
    pieces: list[Piece] = []
    needs: list[Need] = []
    for said, matched in zip(compared.lines, compared.matched, strict=True):
        cut = cut_pieces(case, said, matched, compared.orders[matched.order_id], read.known)
        if isinstance(cut, Need):
            needs.append(cut)
        else:
            pieces += cut
    if len({piece.source for piece in pieces}) > 1 and case.setting.multi_source is None:
        reason = case.say(
            f"{case.number} draws on several receipts, and nobody has said whether the company converts from several",
            "set company.multi_source_conversion of the link",
        )
        needs.append(Need(kind="setting", subject="multi_source_conversion", reason=reason))
    return needs or tuple(pieces)


def _explain(
    ordered: OrderedInvoice, compared: Compared, priced: Priced, invoiced: date, due: terms.Due
) -> Iterator[Reason]:
    invoice = ordered.invoice
    yield from compared.reasons
    yield from _explain_overrules(compared)
    yield Reason(
        path="vendordocno", value=invoice.number, rule="invoice number", inputs=(("BIG02", invoice.number),)
    )
    yield terms.settle_posting_date(invoiced, ordered.subject.route)[1]
    yield from due.reasons
    yield compared.amounts.reason
    if ordered.subject.route.submit_below is not None:
        yield explain_action("state", ordered.subject.route, priced.total, mode=ordered.case.setting.mode)
    yield from explain_lines(ordered.case, priced, compared.said)


def _explain_overrules(compared: Compared) -> Iterator[Reason]:
    """What passes by nothing but people's leave."""
    lines = ((f"{line.order_id} line {line.order_line}", line.overruled) for line in compared.matched)
    charges = ((charge.name, charge.overruled) for charge in compared.result.charges)
    for place, number in (*lines, *charges):
        if number is not None:
            yield Reason(path=place, value=Verdict.OVERRULED, rule=f"xref {number}")
