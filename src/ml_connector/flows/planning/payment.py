"""A remittance that becomes a payment recorded in draft, or is only filed, as its role says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from ml_connector.edi import Remittance
from ml_connector.flows.planning.cases import Decision, MatchedCase, Opened, Ready
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.payables import Wanted
from ml_connector.flows.planning.purchasing import hold_without_vendor
from ml_connector.flows.planning.told import Told
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.duplicates.claims import Claim, Found, list_seen
from ml_connector.mapping.orders.purchasing_admission import find_test
from ml_connector.mapping.payments.paid_bills import Payables
from ml_connector.mapping.payments.payment_case import PaymentSubject
from ml_connector.mapping.routes.remittance_to_payment import (
    ask_role,
    file_remittance,
    find_date_need,
    judge_payments,
    plan_payment,
)
from ml_connector.mapping.rules.payment import PaymentRule
from ml_connector.mapping.rules.rulebook import Partner
from ml_connector.mapping.vendors.vendor_match import Match
from ml_connector.records.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCase(MatchedCase):
    """Looked up in two rounds: the vendor; then, in Intacct itself, the bills it pays."""

    remittance: Remittance
    is_read: bool = False  #: what waits for its day is looked at with every run, and its bills are not read
    payables: Payables | None = None  #: None where they were not read

    def draft(self, facts: Facts) -> Self:
        partner = self.opened.partner
        if partner is None:
            return self
        rule = facts.rules.payments.find_payment(partner.name)
        is_recorded = rule is not None and not file_remittance(self.remittance, rule)
        waits = find_date_need(self.remittance, facts.setting.today)
        return replace(MatchedCase.draft(self, facts), is_read=is_recorded and waits is None)

    def ask_payables(self) -> Wanted | None:
        vendor = self.find_vendor()
        if vendor is None or not self.is_read:
            return None
        numbers = dict.fromkeys(each.number for each in self.remittance.documents if each.number)
        return Wanted(vendor_id=vendor.vendor_id, number=self.remittance.number, bills=tuple(numbers))

    def take_payables(self, payables: Payables) -> Self:
        return replace(self, payables=payables)

    def decide(self, facts: Facts) -> Decision:
        opened = self.opened
        filing = find_test(opened.transaction, facts.setting.mode)
        if filing or opened.partner is None:
            return Filed(reason=filing) if filing else hold_without_vendor(opened, facts, None)
        rule = facts.rules.payments.find_payment(opened.partner.name)
        if rule is None:
            return Held(needs=(ask_role(opened.partner.name),))
        filing = file_remittance(self.remittance, rule)
        if filing:
            return Filed(reason=filing)
        if not isinstance(self.drafted, Match):
            return hold_without_vendor(opened, facts, self.drafted)
        return self._plan(self._make_subject(opened.partner, self.drafted, rule, facts), self.drafted)

    def judge_seen(self, claim: Claim, told: Told) -> Sequence[Found]:  # noqa: ARG002 (it was read with the bills)
        payables, number = self.payables or Payables(), self.remittance.number
        return list_seen(judge_payments(self.opened.mark, payables.find_payments(self.vendor_id, number)))

    def _plan(self, subject: PaymentSubject, match: Match) -> Decision:
        if self.payables is None:
            waits = find_date_need(self.remittance, subject.setting.today)
            return Held(needs=(waits or _describe_unread(subject),))
        made = plan_payment(subject, self.payables)
        if isinstance(made, Held):
            return made
        return Ready(
            functions=made.functions,
            entity=made.entity,
            date=self.remittance.date,
            due=None,
            provenance=(match.reason, *made.provenance),
        )

    def _make_subject(
        self, partner: Partner, match: Match, rule: PaymentRule, facts: Facts
    ) -> PaymentSubject:
        opened = self.opened
        return PaymentSubject(
            transaction=opened.transaction,
            remittance=self.remittance,
            findings=opened.findings,
            mark=opened.mark,
            partner=partner,
            vendor=match.vendor,
            route=opened.route,
            rules=facts.rules,
            rule=rule,
            setting=facts.setting,
        )


def open_payment(opened: Opened, remittance: Remittance) -> PaymentCase:
    """The case of a remittance."""
    return PaymentCase(opened=opened, remittance=remittance)


def _describe_unread(subject: PaymentSubject) -> Need:
    reason = subject.say(
        "what becomes of it cannot be told before its bills are read from Intacct", "release it"
    )
    return Need(kind="bill", subject=f"{subject.vendor.vendor_id}/{subject.remittance.number}", reason=reason)
