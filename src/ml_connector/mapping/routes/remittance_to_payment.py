"""An X12 820 → a payment recorded in Intacct in draft, or what is missing for it.

Only what we have paid is recorded, by methods that order nothing from a bank: the money has gone another way already.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ml_connector.edi import Remittance
from ml_connector.edi.documents.remittance_codes import Direction, Handling, PaymentMethod
from ml_connector.intacct.objects import Payment
from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.intacct.writing.payment import NewPayment
from ml_connector.mapping import admission
from ml_connector.mapping.decisions import Held
from ml_connector.mapping.identity import derive_seal
from ml_connector.mapping.orders.purchasing_admission import is_us
from ml_connector.mapping.payments.deductions import make_memos
from ml_connector.mapping.payments.paid_bills import Payables
from ml_connector.mapping.payments.payment_case import PaymentSubject
from ml_connector.mapping.payments.remitted_bills import RemittedBill, settle_document
from ml_connector.mapping.rules.payment import PaymentRule
from ml_connector.mapping.texts import describe
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason

_MOVES_NOTHING: Final = {
    Handling.NOTIFICATION: "a notification (BPR01 H): no money has moved",
    Handling.PRENOTIFICATION: "a test of bank data (BPR01 P): no money has moved",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPayment:
    """The debit memos of what was kept back, then the payment, and why each value is what it is."""

    functions: tuple[NewAdjustment | NewPayment, ...]
    entity: str  #: the session to write in: that of the bills
    provenance: tuple[Reason, ...]


def file_remittance(remittance: Remittance, rule: PaymentRule) -> str:
    """The reason to file it without looking at its bills; empty when there is none."""
    if rule.role == "received":
        return "a remittance to us: money that comes in is no payable"
    return find_no_money(remittance)


def find_no_money(remittance: Remittance) -> str:
    """The reason why it tells of no money that has moved; empty where it does."""
    if remittance.method == PaymentMethod.NONE:
        return "data only (BPR04 NON): no money has moved"
    return next((why for code, why in _MOVES_NOTHING.items() if remittance.handling == code), "")


def find_date_need(remittance: Remittance, today: date) -> Need | None:
    """Money that has not gone yet, or nobody says when, is not recorded."""
    on, number = remittance.date, remittance.number
    if on is not None and on <= today:
        return None
    said = "has no date (BPR16)" if on is None else f"is to be made on {on}"
    reason = f"payment {number} of {remittance.amount or 0:,} {said}; release it when the money has gone, or reject it"
    return Need(kind="date", subject=f"{on or 'none'}/{number}", reason=reason)


def ask_role(partner: str) -> Need:
    """What must be set up before any remittance of a partner is looked at."""
    reason = (
        f'nobody has said what remittances of {partner} are to us; add [[payment]] with role = "paid_by_us", '
        'or "received"'
    )
    return Need(kind="setting", subject=f"{partner}/payment.role", reason=reason)


def plan_payment(subject: PaymentSubject, payables: Payables) -> PlannedPayment | Held:
    """The payment of a remittance, or every need that keeps it."""
    needs = [*_admit(subject), *_find_known(subject, payables)]
    settled = [settle_document(subject, each, payables) for each in subject.remittance.documents]
    needs += [each for each in settled if isinstance(each, Need)]
    bills = [bill for each in settled if not isinstance(each, Need) for bill in each]
    needs += _check_bills(subject, bills)
    memos = list(_make_all_memos(subject, bills))
    needs += [each for each in memos if isinstance(each, Need)]
    if needs:
        return Held(needs=tuple({str(need): need for need in needs}.values()))
    made = tuple(each for each in memos if isinstance(each, NewAdjustment))
    payment = _make_payment(subject, bills)
    functions: tuple[NewAdjustment | NewPayment, ...] = (*made, payment)
    if (waits := _ask_approver(subject, bills, functions)) is not None:
        return Held(needs=(waits,))
    return PlannedPayment(
        functions=functions,
        entity=bills[0].payable.entity,
        provenance=(
            *_explain_header(subject, payment),
            *(_explain_bill(number, each) for number, each in enumerate(bills, len(made) + 1)),
        ),
    )


def judge_payments(mark: str, payments: Sequence[Payment]) -> str | None:
    """Against the payments Intacct has to the vendor under the trace number: the reason it is a duplicate, or None."""
    ours = [each for each in payments if each.description.rstrip().endswith(mark)]
    return f"the same as payment {ours[0].record_no} in Intacct, posted by this connector" if ours else None


def name_bank(remittance: Remittance) -> str:
    """The account that was paid from as cross-references name it, with the last digits of its number alone."""
    account = remittance.payer_account
    if account is None:
        return ""
    shown = account.account.lstrip("*")
    return f"{account.bank_qualifier}/{account.bank}/{account.account_qualifier}/{shown}"


def _admit(subject: PaymentSubject) -> Iterator[Need]:
    """Addressee, what the reader left for a person, kind of payment, parties, number, date, currency and bank."""
    remittance, number = subject.remittance, subject.remittance.number
    yield from admission.find_addressing_needs(subject.transaction, subject.partner, subject.rules)
    yield from admission.find_reader_needs(number, subject.findings)
    yield from admission.find_length_needs("TRN02", number)
    yield from _check_kind(subject)
    payer = remittance.payer
    if payer is None or not is_us(subject.rules, payer):
        named = f"{payer.qualifier}/{payer.id} {payer.name}".strip() if payer is not None else "nobody"
        reason = subject.say(
            f"the payer of {number} (N1*PR) is {named}, not we",
            "add our id to parties under [purchasing] if it is we, or reject this",
        )
        yield Need(kind="payer", subject=f"{subject.partner.name}/{number}", reason=reason)
    if (waits := find_date_need(remittance, subject.setting.today)) is not None:
        yield waits
    if subject.currency != subject.setting.base_currency:
        reason = subject.say(
            f"payment {number} is in {subject.currency}, the company's books are in {subject.setting.base_currency}",
            "record it by hand in Intacct, then reject it here",
        )
        yield Need(kind="currency", subject=f"{subject.currency}/{number}", reason=reason)
    code = name_bank(remittance)
    if subject.rules.payments.find_bank(code, subject.partner.name) is None:
        reason = subject.say(
            f"payment {number} left account {code or '(none named)'} (BPR06 to BPR09), which is not known",
            "name the account in Intacct it is, by [[bank]] or as the answer",
        )
        yield Need(kind="bank", subject=f"{subject.partner.name}/{code or 'none'}", reason=reason)


def _check_kind(subject: PaymentSubject) -> Iterator[Need]:
    """Only a remittance advice of a payment that went another way is recorded."""
    remittance = subject.remittance
    for place, code, right in (
        ("BPR01", remittance.handling, Handling.REMITTANCE_ONLY),
        ("BPR03", remittance.direction, Direction.CREDIT),
    ):
        if code != right:
            reason = subject.say(
                f"{remittance.number} has {code or 'nothing'} in {place}; only {right} is recorded",
                "record it by hand in Intacct if the money has gone, then reject it here",
            )
            yield Need(
                kind="handling", subject=f"{place}/{code or 'none'}/{remittance.number}", reason=reason
            )


def _find_known(subject: PaymentSubject, payables: Payables) -> Iterator[Need]:
    """Payments to the vendor under the same number that are not ours."""
    vendor, number = subject.vendor.vendor_id, subject.remittance.number
    for each in payables.find_payments(vendor, number):
        if not each.description.rstrip().endswith(subject.mark):
            reason = subject.say(
                f"vendor {vendor} has payment {each.record_no} ({each.total} of {each.date}) under {number} in Intacct",
                "reject this if it is the same",
            )
            yield Need(kind="duplicate", subject=f"{vendor}/{number}", reason=reason)


def _check_bills(subject: PaymentSubject, bills: Sequence[RemittedBill]) -> Iterator[Need]:
    """All of the payment must be bills, each named once, of one entity, together just what was paid."""
    number = subject.remittance.number
    entities = sorted({each.payable.entity for each in bills})
    if len(entities) > 1:
        named = ", ".join(entity or "the top level" for entity in entities)
        reason = subject.say(f"the bills of {number} belong to several entities: {named}", _BY_HAND)
        yield Need(kind="entity", subject=f"{'+'.join(entities)}/{number}", reason=reason)
    counted = Counter(each.payable.bill.record_no for each in bills)
    twice = {each.payable.bill.number for each in bills if counted[each.payable.bill.record_no] > 1}
    for bill in sorted(twice):
        reason = subject.say(f"{number} pays {bill} more than once", _BY_HAND)
        yield Need(kind="remitted", subject=f"{subject.vendor.vendor_id}/{bill}/{number}", reason=reason)
    if subject.remittance.adjustments:
        reason = subject.say(f"{number} has adjustments (ADX) that belong to no invoice", _BY_HAND)
        yield Need(kind="remitted", subject=f"{subject.vendor.vendor_id}/ADX/{number}", reason=reason)
    total = sum((each.paid or Decimal(0) for each in subject.remittance.documents), start=Decimal(0))
    if total != subject.amount or not subject.remittance.documents:
        reason = subject.say(f"{number} is {subject.amount:,} (BPR02), its invoices make {total:,}", _BY_HAND)
        yield Need(kind="remitted", subject=f"{subject.vendor.vendor_id}/BPR02/{number}", reason=reason)


_BY_HAND: Final = "record it by hand in Intacct, then reject it here"


def _make_all_memos(subject: PaymentSubject, bills: Sequence[RemittedBill]) -> Iterator[NewAdjustment | Need]:
    first = 1
    for each in bills:
        yield from make_memos(subject, each.payable.bill, each.deductions, first=first)
        first += len(each.deductions)


def _ask_approver(
    subject: PaymentSubject, bills: Sequence[RemittedBill], functions: Sequence[NewAdjustment | NewPayment]
) -> Need | None:
    """What a second person must agree to, unless the link's four eyes are switched off: to just these functions."""
    number, vendor = subject.remittance.number, subject.vendor
    seal = derive_seal(each.render() for each in functions)
    name = f"{vendor.vendor_id}/{number}/{subject.amount}/{seal}"
    if not subject.setting.four_eyes or (subject.partner.name, name) in subject.rules.payments.agreed:
        return None
    paid = ", ".join(dict.fromkeys(each.payable.bill.number for each in bills))
    reason = (
        f"payment {number} of {subject.amount:,} {subject.currency} to {vendor.vendor_id} {vendor.name} for {paid} "
        "is complete and waits for an approver; answer agreed, or reject it"
    )
    return Need(kind="payment", subject=f"{subject.partner.name}/{name}", reason=reason)


def _make_payment(subject: PaymentSubject, bills: Sequence[RemittedBill]) -> NewPayment:
    remittance = subject.remittance
    bank = subject.rules.payments.find_bank(name_bank(remittance), subject.partner.name)
    control = subject.transaction.interchange.control_number
    return NewPayment(
        paid_from=bank.account if bank is not None else "",
        method=subject.rule.method,
        vendor_id=subject.vendor.vendor_id,
        date=subject.day,
        currency=subject.currency,
        number=remittance.number,
        description=describe(f"EDI 820 {subject.partner.name} {control}", subject.mark),
        action="Draft",
        parts=tuple(each.part for each in bills),
    )


def _explain_header(subject: PaymentSubject, made: NewPayment) -> Iterator[Reason]:
    day = made.date.isoformat()
    bank = name_bank(subject.remittance)
    rule = f"role {subject.rule.role}: recorded only, the money went another way"
    yield Reason(path="ACTION", value=made.action, rule="a payment is only ever drafted")
    yield Reason(path="PAYMENTMETHOD", value=made.method, rule=rule)
    yield Reason(
        path="FINANCIALENTITY",
        value=made.paid_from,
        rule="bank cross-reference",
        inputs=(("BPR06–09", bank),),
    )
    yield Reason(
        path="DOCNUMBER",
        value=made.number or "",
        rule="trace number",
        inputs=(("TRN02", subject.remittance.number),),
    )
    yield Reason(path="PAYMENTDATE", value=day, rule="effective date", inputs=(("BPR16", day),))


def _explain_bill(number: int, paid: RemittedBill) -> Reason:
    bill, document = paid.payable.bill, paid.document
    said = [
        ("RMR02", document.number),
        ("RMR04", str(document.paid)),
        ("open in Intacct", str(paid.payable.open)),
    ]
    said += [("RMR06", f"{paid.discount}, as term {bill.term} grants")] if paid.discount else []
    said += [(f"kept back for {each.reason}", str(each.amount)) for each in paid.deductions]
    return Reason(
        path=f"lines[{number}].amount",
        value=str(paid.part.amount),
        rule=f"bill {bill.record_no} of the vendor under this number",
        inputs=tuple(said),
    )
