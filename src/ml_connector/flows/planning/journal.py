"""Documents that become entries in a journal: what would be booked in payables, or the amount of a remittance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Self

from ml_connector.edi import Remittance
from ml_connector.edi.documents.remittance_codes import Direction
from ml_connector.flows.planning.cases import AnyCase, Case, Decision, Opened, Ready
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.told import Told
from ml_connector.intacct.objects import Vendor
from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.parts import Dimensions
from ml_connector.mapping import admission
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.duplicates.claims import Claim, Found
from ml_connector.mapping.orders.purchasing_admission import find_test
from ml_connector.mapping.routes.journal_entries import (
    Amount,
    JournalSubject,
    ask_accounts,
    ask_rule,
    explain_entry,
    find_payables_only,
    list_amounts,
    make_entry,
)
from ml_connector.mapping.routes.remittance_to_payment import find_date_need, find_no_money
from ml_connector.mapping.rules.journal import JournalRule
from ml_connector.mapping.rules.rulebook import Partner
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason


def book_in_journal(case: AnyCase, made: Decision, facts: Facts) -> Decision:
    """The decision, with an entry in the place of what would be booked in payables, where the route says so."""
    opened = case.opened
    if not isinstance(made, Ready) or opened.partner is None or opened.route.target != "journal":
        return made
    function = made.functions[0]
    if not isinstance(function, ApBill | NewAdjustment):
        return made
    rule = facts.rules.journals.find(opened.stored.document.set_code, opened.partner.name)
    if rule is None:
        return Held(needs=(ask_rule(opened.stored.document.set_code, opened.partner.name),))
    unfit = find_payables_only(function, opened.stored.document.key.number)
    if unfit is not None:
        return Held(needs=(unfit,))
    on = function.posting_date or function.date
    subject = _make_subject(opened, opened.partner, rule, facts, on)
    booked = _book(subject, list_amounts(function, facts.setting), made.provenance)
    return replace(booked, entity=made.entity) if isinstance(booked, Ready) else booked


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceEntryCase(Case[None]):
    """The amount of a remittance, whoever paid it. Looked up in one round: the accounts of its rule."""

    remittance: Remittance

    def ask_vendor(self, facts: Facts) -> Self:
        partner = self.opened.partner
        asked = ask_accounts(facts.rules, "820", partner.name) if partner is not None else set()
        return replace(self, asked=self.asked | asked)

    def find_vendor(self) -> Vendor | None:
        return None

    def draft(self, facts: Facts) -> Self:  # noqa: ARG002 (there is no vendor to be known)
        return self

    def decide(self, facts: Facts) -> Decision:
        opened, partner = self.opened, self.opened.partner
        filing = find_test(opened.transaction, facts.setting.mode) or find_no_money(self.remittance)
        if filing:
            return Filed(reason=filing)
        needs = list(self._list_needs(facts))
        rule = facts.rules.journals.find("820", partner.name) if partner is not None else None
        if partner is not None and (rule is None or rule.account is None):
            needs.append(ask_rule("820", partner.name))
        if needs or partner is None or rule is None or rule.account is None or self.remittance.date is None:
            return Held(needs=tuple(needs))
        amount = self.remittance.amount or Decimal(0)
        entered = Amount(
            account=rule.account,
            amount=amount if self.remittance.direction == Direction.CREDIT else -amount,
            memo=f"remittance {self.remittance.number}",
            dimensions=Dimensions(),
        )
        booked = _book(_make_subject(opened, partner, rule, facts, self.remittance.date), [entered], ())
        return replace(booked, entity=opened.entity) if isinstance(booked, Ready) else booked

    def judge_seen(self, claim: Claim, told: Told) -> Sequence[Found]:  # noqa: ARG002 (entries are found by our mark alone)
        return ()

    def _list_needs(self, facts: Facts) -> Iterator[Need]:
        """Addressee, what the reader left for a person, day and currency."""
        opened, number = self.opened, self.remittance.number
        yield from admission.find_addressing_needs(opened.transaction, opened.partner, facts.rules)
        yield from admission.find_reader_needs(number, opened.findings)
        if (waits := find_date_need(self.remittance, facts.setting.today)) is not None:
            yield waits
        base, partner = facts.setting.base_currency, opened.partner
        usual = partner.currency if partner is not None else None
        currency = self.remittance.currency or usual or base
        if currency != base:
            reason = f"payment {number} is in {currency}, the company's books are in {base}; book it by hand, then reject it"
            yield Need(kind="currency", subject=f"{currency}/{number}", reason=reason)


def open_remittance_entry(opened: Opened, remittance: Remittance) -> RemittanceEntryCase:
    """The case of a remittance that is booked in a journal."""
    return RemittanceEntryCase(opened=opened, remittance=remittance)


def _make_subject(
    opened: Opened, partner: Partner, rule: JournalRule, facts: Facts, on: date
) -> JournalSubject:
    key = opened.stored.document.key
    return JournalSubject(
        set_code=key.set_code,
        number=key.number,
        mark=opened.mark,
        partner=partner.name,
        location=opened.route.location,
        on=on,
        rules=facts.rules,
        rule=rule,
        setting=facts.setting,
        known=facts.reference,
    )


def _book(subject: JournalSubject, amounts: Sequence[Amount], why: Sequence[Reason]) -> Ready | Held:
    """The entry, with why its lines are what they would be in payables, and it is what it is besides."""
    made = make_entry(subject, amounts)
    if isinstance(made, Held):
        return made
    return Ready(
        functions=(made,),
        entity="",
        date=subject.on,
        due=None,
        provenance=(*why, *explain_entry(subject, made)),
    )
