"""An invoice that names orders: matched with them line by line, it becomes a vendor invoice converted from them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from ml_connector.edi import Invoice, InvoiceKind
from ml_connector.flows.planning.ap_adjustment import AdjustmentCase, open_credit
from ml_connector.flows.planning.ap_bill import BillCase, make_ready, open_bill
from ml_connector.flows.planning.cases import Case, Decision, Opened, Ready
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.invoice_case import extend_claim, list_undone, make_subject
from ml_connector.flows.planning.orders import OrderShelf, Seeker
from ml_connector.flows.planning.purchasing import begin_case, describe_unread, hold_behind
from ml_connector.flows.planning.told import Told
from ml_connector.intacct.objects import BillKey, Vendor
from ml_connector.mapping.decisions import Held
from ml_connector.mapping.duplicates import earlier as duplicates
from ml_connector.mapping.duplicates.claims import Claim, Found
from ml_connector.mapping.matching.invoice_comparison import (
    OrderedInvoice,
    Read,
    ask_items,
    find_orders,
    settle_term,
)
from ml_connector.mapping.orders.order_chain import OrderFile, leave_out
from ml_connector.mapping.orders.order_match import OrderClue, OrderFound, ask_changes, list_invoice_clues
from ml_connector.mapping.orders.purchasing_case import PlannedPurchasing
from ml_connector.mapping.payables import terms
from ml_connector.mapping.payables.invoice_draft import Draft, Subject, draft_invoice, find_vendor
from ml_connector.mapping.routes.invoice_to_bill import Planned, ask_lines, hold_unknown, plan
from ml_connector.mapping.routes.invoice_to_vendor_invoice import plan_vendor_invoice
from ml_connector.mapping.vendors.vendor_match import Match
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorInvoiceCase(Case[OrderedInvoice]):
    """Looked up in three rounds: the vendor, the orders as they stand in Intacct, then items and the vendor's term."""

    subject: Subject
    why: tuple[Reason, ...] = ()  #: this vendor, and who is paid
    bill: Draft | None = None  #: what it is booked as with payment blocked, where its route wants that
    shelf: OrderShelf | None = None  #: with its orders, once they are read

    def find_vendor(self) -> Vendor | None:
        return self.drafted.case.vendor if isinstance(self.drafted, OrderedInvoice) else None

    def draft(self, facts: Facts) -> Self:
        match = find_vendor(self.subject, facts.rules, facts.reference)
        if not isinstance(match, Match) or self.subject.partner is None:
            return replace(self, drafted=match if isinstance(match, Need) else None)
        case = begin_case(
            self.opened,
            facts,
            self.subject.partner,
            match.vendor,
            number=self.subject.invoice.number,
            what="an invoice",
        )
        ordered = OrderedInvoice(subject=self.subject, case=case, pay_to=match.pay_to)
        clues, bill = self._list_clues(), self._draft_bill(facts, match)
        return replace(
            self,
            drafted=ordered,
            bill=bill,
            why=(match.reason, *([match.pay_to_reason] if match.pay_to_reason is not None else [])),
            seeker=Seeker(case=case, clues=clues),
            asked=self.asked
            | ask_changes(case, clues, ())
            | (ask_lines(bill) if bill is not None else set()),
        )

    def _draft_bill(self, facts: Facts, match: Match) -> Draft | None:
        if not self.subject.route.post_on_hold:
            return None
        tax_solution = facts.setting.bills.tax_solution
        draft = draft_invoice(self.subject, facts.rules, match, tax_solution=tax_solution)
        return draft if isinstance(draft, Draft) else None

    def take_orders(self, shelf: OrderShelf) -> Self:
        ordered = self.drafted
        if not isinstance(ordered, OrderedInvoice):
            return self
        found = find_orders(ordered, shelf.documents)
        ids = {each.document.document_id for each in found if isinstance(each, OrderFound)}
        asked = ask_items(ordered, [shelf.files[id_] for id_ in sorted(ids)])
        asked |= ask_changes(ordered.case, (), sorted(ids))
        return replace(self, shelf=shelf, asked=self.asked | asked)

    def decide(self, facts: Facts) -> Decision:
        ordered = self.drafted
        if not isinstance(ordered, OrderedInvoice):
            return hold_unknown(self.subject, facts.rules, ordered, facts.setting)
        shelf = self.shelf
        found = (describe_unread(ordered.case),) if shelf is None else find_orders(ordered, shelf.documents)
        read = Read(
            files={} if shelf is None else self._list_files(shelf),
            known=facts.trade.catalogue,
            reference=facts.reference,
        )
        made = plan_vendor_invoice(ordered, found, read, facts.setting)
        if isinstance(made, PlannedPurchasing) and shelf is not None:
            made = hold_behind(ordered.case, made, shelf)
        if isinstance(made, Held):
            return self._book_on_hold(made, facts)
        return self._make_ready(made, facts) if isinstance(made, PlannedPurchasing) else made

    def _book_on_hold(self, held: Held, facts: Facts) -> Decision:
        """A bill that is owed and not paid, where the route wants that in spite of everything that holds the invoice."""
        kinds = {need.kind for need in held.needs}
        if self.bill is None or not kinds.issubset(self.subject.route.post_on_hold):
            return held
        draft = replace(self.bill, ordered_term=self._name_term())
        made = plan(self.subject, facts.rules, draft, facts.reference, facts.setting, held.needs)
        if isinstance(made, Planned):
            return make_ready(made.bill, self.opened, made.provenance, held.comparison)
        return replace(made, comparison=held.comparison)

    def ask_bill(self) -> BillKey:
        return BillKey(vendor_id=self.vendor_id, number=self.subject.invoice.number)

    def ask_adjustment(self) -> BillKey:
        return self.ask_bill()

    def list_undone(self) -> tuple[str, ...]:
        return list_undone(self.subject.invoice)

    def claim(self, facts: Facts) -> Claim:
        return extend_claim(self.begin_claim(), self.opened, facts, self.stored.document.amount)

    def judge_seen(self, claim: Claim, told: Told) -> Iterator[Found]:
        found = told.invoices.list_of(claim)
        invoices = [each for each in found if each.document_id not in self.written]
        own = {each.bill_no for each in found if each.document_id in self.written}
        bills = [each for each in told.bills.list_of(claim) if each.record_no not in own]
        yield from duplicates.judge_owed(claim, bills, invoices)
        yield from duplicates.judge_undone(claim, told.adjustments.list_of(claim))

    def find_due(self, facts: Facts) -> date | None:
        invoice, vendor = self.subject.invoice, self.find_vendor()
        if vendor is None or invoice.date is None:
            return None
        route, term = self.subject.route, self._name_term()
        due = terms.settle_due(invoice, invoice.date, vendor, route, facts.reference, term)
        return due.on if isinstance(due, terms.Due) else None

    def _name_term(self) -> str:
        """That of its orders, as far as they are known and agree."""
        if self.shelf is None or self.seeker is None:
            return ""
        files = self.shelf.list_named(self.seeker)
        term = settle_term(self.seeker.case, (file.order for file in files))
        return "" if isinstance(term, Need) else term

    def _list_files(self, shelf: OrderShelf) -> dict[str, OrderFile]:
        """The orders without what is made of this very invoice: that never keeps the rest of it."""
        return {id_: leave_out(file, self.opened.mark) for id_, file in shelf.files.items()}

    def _list_clues(self) -> tuple[OrderClue, ...]:
        clues = list_invoice_clues(self.subject.invoice)
        return tuple(dict.fromkeys(clue for clue in clues if clue is not None))

    def _make_ready(self, made: PlannedPurchasing, facts: Facts) -> Ready:
        return Ready(
            functions=made.functions,
            entity=made.entity,
            date=self.subject.invoice.date,
            due=self.find_due(facts),
            provenance=(*self.why, *made.provenance),
            comparison=made.comparison,
        )


def open_invoice(opened: Opened, invoice: Invoice) -> AdjustmentCase | BillCase | VendorInvoiceCase:
    """The case of an invoice: matched where the route says so; one that names no order is a bill, if the route lets it.

    A credit is never matched.
    """
    if invoice.kind is InvoiceKind.CREDIT and opened.route.credits == "adjustment":
        return open_credit(opened, invoice)
    names_order = invoice.order_number or any(list_invoice_clues(invoice))
    matched = opened.route.target == "vendor_invoice"
    if not matched or (not names_order and opened.route.without_order == "bill"):
        return open_bill(opened, invoice)
    return VendorInvoiceCase(opened=opened, subject=make_subject(opened, invoice))
