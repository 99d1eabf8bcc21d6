"""An invoice on its way through the plan, whatever record of accounts payable it becomes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Self

from ml_connector.edi import Invoice, InvoiceKind
from ml_connector.flows.planning.cases import Case, Opened
from ml_connector.flows.planning.facts import Facts
from ml_connector.intacct.objects import BillKey, Vendor
from ml_connector.mapping.duplicates.claims import Claim
from ml_connector.mapping.payables.invoice_draft import Draft, Subject, draft_invoice, find_vendor
from ml_connector.mapping.places import INVOICE, Places
from ml_connector.mapping.reference.slice import Asked

_CREDIT_MEMO: Final = "CM"  # REF01


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceCase(Case[Draft]):
    """Looked up in two rounds: first the vendor, then what the record and the lines' coding rest on."""

    subject: Subject

    @property
    def key(self) -> BillKey:
        """What the vendor and we know it by."""
        return BillKey(vendor_id=self.vendor_id, number=self.subject.invoice.number)

    def find_vendor(self) -> Vendor | None:
        return self.drafted.vendor if isinstance(self.drafted, Draft) else None

    def draft_with(self, facts: Facts, ask: Callable[[Draft], set[Asked]]) -> Self:
        """The case with its vendor and coding; `ask` says what a draft rests on."""
        match = find_vendor(self.subject, facts.rules, facts.reference)
        draft = draft_invoice(self.subject, facts.rules, match, tax_solution=facts.setting.bills.tax_solution)
        if not isinstance(draft, Draft):
            return replace(self, drafted=draft)
        return replace(self, drafted=draft, asked=self.asked | ask(draft))

    def list_undone(self) -> tuple[str, ...]:
        return list_undone(self.subject.invoice)

    def claim(self, facts: Facts) -> Claim:
        return extend_claim(self.begin_claim(), self.opened, facts, self.stored.document.amount)


def extend_claim(claim: Claim, opened: Opened, facts: Facts, total: Decimal | None) -> Claim:
    """The claim of what is owed, or changes that: the vendor's whole family counts, and people may overrule."""
    return replace(
        claim,
        family=facts.families.get(claim.vendor_id, claim.family),
        partner=opened.partner.name if opened.partner is not None else "",
        total=total,
    )


def list_undone(invoice: Invoice) -> tuple[str, ...]:
    """The credits that an invoice names, and so may undo."""
    if invoice.kind is InvoiceKind.CREDIT:
        return ()
    return tuple(each.value for each in invoice.references if each.qualifier == _CREDIT_MEMO)


def make_subject(opened: Opened, invoice: Invoice, places: Places = INVOICE) -> Subject:
    """An invoice as its plan takes it."""
    return Subject(
        transaction=opened.transaction,
        invoice=invoice,
        findings=opened.findings,
        document_key=opened.mark,
        partner=opened.partner,
        route=opened.route,
        places=places,
    )
