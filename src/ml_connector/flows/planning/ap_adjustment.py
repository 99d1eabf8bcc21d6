"""A credit, or an 812 of either kind, that becomes an AP adjustment."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from ml_connector.edi import CreditAdjustment, Invoice
from ml_connector.flows.planning.cases import Decision, Opened, Ready
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.invoice_case import InvoiceCase, extend_claim, make_subject
from ml_connector.flows.planning.told import Told
from ml_connector.intacct.objects import BillKey
from ml_connector.mapping.duplicates import earlier as duplicates
from ml_connector.mapping.duplicates.claims import Claim, Found
from ml_connector.mapping.payables.credits import (
    Credit,
    describe_adjustment,
    describe_credit,
    read_adjustment,
)
from ml_connector.mapping.payables.invoice_draft import ask_codings
from ml_connector.mapping.places import ADJUSTMENT
from ml_connector.mapping.routes.invoice_to_adjustment import PlannedAdjustment, add_up, plan


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentCase(InvoiceCase):
    """Has no term: it is not paid, and never applied by us."""

    credit: Credit
    total: Decimal | None = None  #: as the adjustment in Intacct would have it

    def draft(self, facts: Facts) -> Self:
        drafted = self.draft_with(facts, ask_codings)
        return replace(drafted, total=add_up(self.subject, facts.setting))

    def decide(self, facts: Facts) -> Decision:
        made = plan(self.subject, self.credit, facts.rules, self.drafted, facts.reference, facts.setting)
        if not isinstance(made, PlannedAdjustment):
            return made
        return Ready(
            functions=(made.adjustment,),
            entity=self.opened.entity,
            date=made.adjustment.date,
            due=None,
            provenance=made.provenance,
        )

    def ask_adjustment(self) -> BillKey:
        return self.key

    def claim(self, facts: Facts) -> Claim:
        return extend_claim(self.begin_claim(), self.opened, facts, self.total)

    def judge_seen(self, claim: Claim, told: Told) -> Iterator[Found]:
        return duplicates.judge_adjustments(claim, told.adjustments.list_of(claim))


def open_credit(opened: Opened, invoice: Invoice) -> AdjustmentCase:
    """The case of an 810 that is a credit."""
    return AdjustmentCase(
        opened=opened, subject=make_subject(opened, invoice), credit=describe_credit(invoice)
    )


def open_adjustment(opened: Opened, said: CreditAdjustment) -> AdjustmentCase:
    """The case of an 812."""
    subject = make_subject(opened, read_adjustment(said, opened.partner), ADJUSTMENT)
    return AdjustmentCase(opened=opened, subject=subject, credit=describe_adjustment(said, opened.partner))
