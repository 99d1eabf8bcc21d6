"""An invoice that becomes an AP bill."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from ml_connector.edi import Invoice
from ml_connector.flows.planning.cases import Case, Decision, Opened, Ready
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.told import Told
from ml_connector.intacct.objects import BillKey, Vendor
from ml_connector.mapping import duplicates
from ml_connector.mapping.invoice_to_bill import (
    Draft,
    Planned,
    Subject,
    ask_lines,
    draft_bill,
    find_due,
    find_vendor,
    plan,
)
from ml_connector.records.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class BillCase(Case[Draft]):
    """Looked up in two rounds: first the vendor, then what his terms and the lines' coding rest on."""

    subject: Subject

    def find_vendor(self) -> Vendor | None:
        return self.drafted.match.vendor if isinstance(self.drafted, Draft) else None

    def draft(self, facts: Facts) -> Self:
        match = find_vendor(self.subject, facts.rules, facts.reference)
        draft = draft_bill(self.subject, facts.rules, match)
        if not isinstance(draft, Draft):
            return replace(self, drafted=draft)
        return replace(self, drafted=draft, asked=self.asked | ask_lines(draft))

    def decide(self, facts: Facts) -> Decision:
        made = plan(self.subject, facts.rules, self.drafted, facts.reference, facts.setting)
        if not isinstance(made, Planned):
            return made
        return Ready(
            functions=(made.bill,),
            entity=self.opened.entity,
            date=made.bill.date,
            due=made.bill.due_date,
            provenance=made.provenance,
        )

    def ask_bill(self) -> BillKey:
        return BillKey(vendor_id=self.vendor_id, number=self.subject.invoice.number)

    def judge_seen(self, told: Told) -> str | Need | None:
        number = self.subject.invoice.number
        bills = told.bills.find(self.vendor_id, number)
        invoices = told.invoices.find(self.vendor_id, number)
        return duplicates.judge_owed(self.stored, self.vendor_id, self.opened.mark, bills, invoices)

    def find_due(self, facts: Facts) -> date | None:
        return find_due(self.drafted, facts.reference) if isinstance(self.drafted, Draft) else None


def open_bill(opened: Opened, invoice: Invoice) -> BillCase:
    """The case of an invoice."""
    return BillCase(opened=opened, subject=make_subject(opened, invoice))


def make_subject(opened: Opened, invoice: Invoice) -> Subject:
    """An invoice as its plan takes it."""
    return Subject(
        transaction=opened.transaction,
        invoice=invoice,
        findings=opened.findings,
        document_key=opened.mark,
        partner=opened.partner,
        route=opened.route,
    )
