"""What a payment keeps back of a bill beside a discount: a debit memo for each reason, where a rule says what it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ml_connector.edi.documents.remittance_arithmetic import lowers_payment
from ml_connector.edi.documents.remittance_lines import RemittedDocument
from ml_connector.intacct.objects import Bill
from ml_connector.intacct.writing.adjustment import NewAdjustment, NewAdjustmentLine
from ml_connector.intacct.writing.parts import Dimensions
from ml_connector.mapping.admission import find_length_needs
from ml_connector.mapping.payments.payment_case import PaymentSubject
from ml_connector.mapping.rules.purchasing import holds
from ml_connector.mapping.rules.rulebook import CodingRule
from ml_connector.mapping.texts import describe
from ml_connector.records.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """An amount that is kept back, and why."""

    reason: str  #: X12 element 426, such as `01`: the price is wrong
    amount: Decimal  #: positive: it lowers the payment


def list_deductions(document: RemittedDocument, version: str) -> tuple[Deduction, ...]:
    """What is kept back of a document by its own words: ADX, else RMR07 and RMR08.

    Up to which version a positive ADX01 lowers the payment is settled by X12; `version` is GS08.
    """
    if document.adjustments:
        lowering = 1 if lowers_payment(version) else -1
        return tuple(
            Deduction(reason=each.reason, amount=lowering * (each.amount or Decimal(0)))
            for each in document.adjustments
        )
    if document.adjustment:
        return (Deduction(reason=document.reason, amount=abs(document.adjustment)),)
    return ()


def make_memos(
    subject: PaymentSubject, bill: Bill, deductions: Sequence[Deduction], *, first: int
) -> Iterator[NewAdjustment | Need]:
    """A debit memo for each, numbered on from `first`; nothing is applied to the bill, which stays open by as much."""
    if deductions and subject.setting.negative_debit_memos is None:
        yield _describe_unsaid(subject, bill)
    for number, deduction in enumerate(deductions, first):
        rule = _find_rule(subject, deduction.reason)
        needs = list(_check_numbers(subject, bill, number))
        if rule is None or rule.account is None:
            needs.append(_describe_uncoded(subject, bill, deduction))
        yield from needs
        if rule is not None and not needs:
            yield _make_memo(subject, bill, deduction, rule, number)


def _check_numbers(subject: PaymentSubject, bill: Bill, number: int) -> Iterator[Need]:
    """What a memo goes by, and the bill that it names."""
    yield from find_length_needs("TRN02", _number(subject, number))
    yield from find_length_needs("RMR02", bill.number)


def _number(subject: PaymentSubject, number: int) -> str:
    return f"{subject.remittance.number}-{number}"


def _find_rule(subject: PaymentSubject, reason: str) -> CodingRule | None:
    facts = {
        "partner": (subject.partner.name,),
        "vendor": (subject.vendor.vendor_id,),
        "code": (reason,),
    }
    rules = subject.rules.coding
    return next((rule for rule in rules if rule.on == "deduction" and holds(rule.when, facts)), None)


def _make_memo(
    subject: PaymentSubject, bill: Bill, deduction: Deduction, rule: CodingRule, number: int
) -> NewAdjustment:
    line = NewAdjustmentLine(
        account_no=rule.account or "",
        amount=subject.setting.sign(-deduction.amount),
        memo=f"kept back of {bill.number}, reason {deduction.reason} ({rule.name})",
        dimensions=Dimensions(
            location_id=rule.location or subject.route.location,
            department_id=rule.department,
            class_id=rule.class_id,
            project_id=rule.project,
        ),
        form_1099=rule.form_1099,
        box_1099=rule.box_1099,
        custom=rule.list_own(),
    )
    return NewAdjustment(
        vendor_id=subject.vendor.vendor_id,
        date=subject.day,
        number=_number(subject, number),
        action="Submit" if subject.is_final else "Draft",
        bill_number=bill.number,
        description=describe(f"EDI 820 {subject.partner.name} {bill.number}", subject.mark),
        lines=(line,),
    )


def _describe_unsaid(subject: PaymentSubject, bill: Bill) -> Need:
    reason = subject.say(
        f"what is kept back of {bill.number} becomes a debit memo, and nobody has said whether its lines are negative",
        "look at one that was made by hand, then set company.negative_debit_memos of the link",
    )
    return Need(kind="setting", subject="negative_debit_memos", reason=reason)


def _describe_uncoded(subject: PaymentSubject, bill: Bill, deduction: Deduction) -> Need:
    reason = subject.say(
        f"{deduction.amount} of {bill.number} is kept back for reason {deduction.reason}, and no rule says what that is",
        f'add [[coding]] on = "deduction" with when = {{ code = "{deduction.reason}" }}',
    )
    return Need(
        kind="deduction", subject=f"{subject.partner.name}/{deduction.reason}/{bill.number}", reason=reason
    )
