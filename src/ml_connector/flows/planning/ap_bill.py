"""An invoice that becomes an AP bill."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self

from ml_connector.edi import Invoice
from ml_connector.flows.planning.cases import Decision, Opened, Ready
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.invoice_case import InvoiceCase, make_subject
from ml_connector.flows.planning.told import Told
from ml_connector.intacct.objects import BillKey
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.mapping.duplicates import earlier as duplicates
from ml_connector.mapping.duplicates.claims import Claim, Found
from ml_connector.mapping.payables.invoice_draft import Draft
from ml_connector.mapping.routes.invoice_to_bill import Planned, ask_lines, find_due, plan
from ml_connector.records.matches import Comparison
from ml_connector.records.provenance import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class BillCase(InvoiceCase):
    """Rests on its vendor's term as well."""

    def draft(self, facts: Facts) -> Self:
        return self.draft_with(facts, ask_lines)

    def decide(self, facts: Facts) -> Decision:
        made = plan(self.subject, facts.rules, self.drafted, facts.reference, facts.setting)
        if not isinstance(made, Planned):
            return made
        return make_ready(made.bill, self.opened, made.provenance)

    def ask_bill(self) -> BillKey:
        return self.key

    def ask_adjustment(self) -> BillKey:
        return self.key

    def judge_seen(self, claim: Claim, told: Told) -> Iterator[Found]:
        yield from duplicates.judge_owed(claim, told.bills.list_of(claim), told.invoices.list_of(claim))
        yield from duplicates.judge_undone(claim, told.adjustments.list_of(claim))

    def find_due(self, facts: Facts) -> date | None:
        return find_due(self.drafted, facts.reference) if isinstance(self.drafted, Draft) else None


def make_ready(
    bill: ApBill, opened: Opened, why: tuple[Reason, ...], comparison: Comparison | None = None
) -> Ready:
    """A bill as it is sent."""
    return Ready(
        functions=(bill,),
        entity=opened.entity,
        date=bill.date,
        due=bill.due_date,
        provenance=why,
        comparison=comparison,
    )


def open_bill(opened: Opened, invoice: Invoice) -> BillCase:
    """The case of an invoice."""
    return BillCase(opened=opened, subject=make_subject(opened, invoice))
