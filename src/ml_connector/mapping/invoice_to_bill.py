"""An X12 810 → an AP bill in Intacct, or what is missing for it. Ask, then plan; read top to bottom.

`ask_vendor` says what to look up to know the vendor, `find_vendor` finds it, `draft_bill` codes the lines, `ask_lines`
says what to look up to know that they can be posted, `plan` decides. All are pure: the same arguments give the same
answer, byte for byte.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ml_connector.edi import Finding, Invoice, Transaction
from ml_connector.intacct.objects import Vendor
from ml_connector.intacct.writing.bill import ApBill, ApBillLine
from ml_connector.intacct.writing.parts import Action
from ml_connector.mapping import admission, coding, preflight, remit_to, terms, vendor_clues, vendor_match
from ml_connector.mapping.amounts import Amounts, round_to_total, settle_amounts
from ml_connector.mapping.bill_lines import Line, make_lines
from ml_connector.mapping.bill_reasons import explain_header, explain_lines
from ml_connector.mapping.reference import LOCATION, TERM, Asked, Slice
from ml_connector.mapping.rules import Partner, Route, Rules
from ml_connector.records.matches import Comparison
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason

DESCRIPTION_LIMIT: Final = 80
MEMO_LIMIT: Final = 500
_CUT: Final = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One invoice to be planned, with all that is known about it beforehand."""

    transaction: Transaction
    invoice: Invoice
    findings: tuple[Finding, ...]
    document_key: str
    partner: Partner | None
    route: Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The bill, and why each of its values is what it is."""

    bill: ApBill
    provenance: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Everything that is missing, as far as it can be known now."""

    needs: tuple[Need, ...]
    comparison: Comparison | None = None  #: with its orders, where it could be compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """Nothing is to be booked, for this reason."""

    reason: str
    comparison: Comparison | None = None  #: what is kept of it on our side


def ask_vendor(subject: Subject, rules: Rules) -> set[Asked]:
    """What must be looked up to know the vendor."""
    if subject.partner is None:
        return set()
    return vendor_match.ask(vendor_clues.list_clues(subject.invoice, subject.partner, rules), subject.partner)


def find_vendor(subject: Subject, rules: Rules, known: Slice) -> vendor_match.Match | Need | None:
    """The vendor, or what is missing to know it; None when not even the partner is known."""
    if subject.partner is None:
        return None
    match = vendor_match.match_vendor(subject.invoice, subject.partner, rules, known)
    if isinstance(match, Need):
        return match
    return remit_to.check_remit_to(subject.invoice, subject.partner, rules, match, known)


def draft_bill(
    subject: Subject, rules: Rules, match: vendor_match.Match | Need | None
) -> "Draft | Need | None":
    """The bill as far as it can be made without asking more: its lines coded, or what no rule covers."""
    if subject.partner is None or not isinstance(match, vendor_match.Match):
        return match if isinstance(match, Need) else None
    bill = _Bill(subject=subject, partner=subject.partner, rules=rules, match=match)
    return Draft(bill=bill, coded=_code(bill))


def ask_lines(draft: "Draft") -> set[Asked]:
    """What must be looked up to know whether the vendor's term and the lines' coding can be posted."""
    route = draft.bill.subject.route
    term = terms.name_term(draft.bill.vendor, route)
    asked = {(TERM, term)} if term is not None else set()
    if isinstance(draft.coded, _Coded):
        asked |= preflight.list_asked(draft.coded.parts)
    return asked | {(LOCATION, route.entity)} if route.entity else asked


def plan(
    subject: Subject,
    rules: Rules,
    draft: "Draft | Need | None",
    known: Slice,
    setting: admission.Setting,
) -> Planned | Held | Filed:
    """The bill for an invoice, or every need that keeps it, or the reason it is only filed."""
    if not isinstance(draft, Draft):
        return hold_unknown(subject, rules, draft, setting)
    filing = admission.find_filing(
        subject.invoice, subject.transaction, subject.findings, rules, subject.route, setting
    )
    if filing:
        return Filed(reason=filing)
    return _plan_bill(draft, known, setting, list(_admit(subject, rules, draft.bill.vendor, setting)))


def hold_unknown(
    subject: Subject, rules: Rules, missing: Need | None, setting: admission.Setting
) -> Held | Filed:
    """All that keeps an invoice whose vendor is not known, or the reason it is only filed."""
    filing = admission.find_filing(
        subject.invoice, subject.transaction, subject.findings, rules, subject.route, setting
    )
    if filing:
        return Filed(reason=filing)
    needs = list(_admit(subject, rules, None, setting))
    if subject.partner is None or missing is None:
        return Held(needs=tuple(needs))
    amounts = settle_amounts(subject.invoice, subject.partner, subject.route)
    also = [amounts] if isinstance(amounts, Need) else []  # asked for at once, not one after the other
    return Held(needs=(*needs, missing, *also))


def find_due(draft: "Draft", known: Slice) -> date | None:
    """The day a drafted bill is to be paid, as far as that can be told."""
    invoice = draft.bill.invoice
    if invoice.date is None:
        return None
    due = terms.settle_due(invoice, invoice.date, draft.bill.vendor, draft.bill.subject.route, known)
    return due.on if isinstance(due, terms.Due) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bill:
    """An invoice whose partner and vendor are known."""

    subject: Subject
    partner: Partner
    rules: Rules
    match: vendor_match.Match

    @property
    def invoice(self) -> Invoice:
        return self.subject.invoice

    @property
    def vendor(self) -> Vendor:
        return self.match.vendor

    @property
    def case(self) -> coding.Case:
        return coding.Case(
            invoice=self.invoice,
            partner=self.partner,
            route=self.subject.route,
            rules=self.rules,
            vendor_id=self.vendor.vendor_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coded:
    amounts: Amounts
    parts: tuple[coding.CodedPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A bill whose vendor is known and whose lines are coded, as far as rules cover them."""

    bill: _Bill
    coded: _Coded | list[Need]

    @property
    def match(self) -> vendor_match.Match:
        return self.bill.match


def _admit(
    subject: Subject, rules: Rules, vendor: Vendor | None, setting: admission.Setting
) -> Iterator[Need]:
    yield from admission.find_addressing_needs(subject.transaction, subject.partner, rules)
    yield from admission.find_content_needs(subject.invoice, rules, subject.findings)
    yield from admission.find_order_needs(subject.invoice, subject.route)
    yield from admission.find_date_needs(subject.invoice, subject.route, setting.today)
    if subject.partner is not None:
        yield from admission.find_money_needs(subject.invoice, subject.partner, vendor, setting)


def _code(bill: _Bill) -> _Coded | list[Need]:
    amounts = settle_amounts(bill.invoice, bill.partner, bill.subject.route)
    if isinstance(amounts, Need):
        return [amounts]
    parts = coding.code_parts(bill.case, amounts)
    return parts if isinstance(parts, list) else _Coded(amounts=amounts, parts=parts)


def _plan_bill(draft: Draft, known: Slice, setting: admission.Setting, needs: list[Need]) -> Planned | Held:
    bill, coded = draft.bill, draft.coded
    route = bill.subject.route
    lines: tuple[Line, ...] = ()
    if isinstance(coded, _Coded):
        needs += preflight.check_codings(bill.case, coded.parts, known, base_currency=setting.base_currency)
        summed = make_lines(bill.case, coded.parts)
        if isinstance(summed, Need):
            needs.append(summed)
        else:
            lines = summed
    else:
        needs += coded
    if bill.invoice.date is None or any(need.kind == "date" for need in needs):
        return Held(needs=tuple(needs))  # no due day can be told from it
    due = terms.settle_due(bill.invoice, bill.invoice.date, bill.vendor, route, known)
    if isinstance(due, Need):
        needs.append(due)
    if needs or isinstance(due, Need) or not isinstance(coded, _Coded):
        return Held(needs=tuple(needs))
    return _assemble(bill, bill.invoice.date, coded.amounts, lines, due, setting)


def _assemble(
    bill: _Bill,
    invoiced: date,
    amounts: Amounts,
    lines: Sequence[Line],
    due: terms.Due,
    setting: admission.Setting,
) -> Planned:
    posted, posted_reason = terms.settle_posting_date(invoiced, bill.subject.route)
    rounded = round_to_total([line.amount for line in lines], amounts.total)
    action: Action = "Submit" if setting.mode == "live" and bill.subject.route.action == "submit" else "Draft"
    made = ApBill(
        vendor_id=bill.vendor.vendor_id,
        number=bill.invoice.number,
        reference=bill.invoice.order_number or None,
        date=invoiced,
        posting_date=posted,
        due_date=due.on,
        term=due.term,
        description=_describe(bill),
        action=action,
        pay_to_contact=bill.match.pay_to,
        lines=tuple(_make_line(line, amount) for line, amount in zip(lines, rounded, strict=True)),
    )
    reasons = (
        *explain_header(made, bill.invoice, bill.match, bill.subject.route, mode=setting.mode),
        posted_reason,
        *due.reasons,
        amounts.reason,
    )
    return Planned(bill=made, provenance=(*reasons, *explain_lines(made, lines, bill.rules)))


def _make_line(line: Line, amount: Decimal) -> ApBillLine:
    return ApBillLine(
        account_no=line.coding.account,
        amount=amount,
        memo=cut(line.memo, MEMO_LIMIT),
        location_id=line.coding.location,
        department_id=line.coding.department,
        class_id=line.coding.class_id,
        project_id=line.coding.project,
    )


def _describe(bill: _Bill) -> str:
    """The bill's description, ending in our mark: a read-back knows the bill as ours by it."""
    mark = bill.subject.document_key
    control = bill.subject.transaction.interchange.control_number
    text = f"EDI 810 {bill.partner.name} {control}"
    return f"{cut(text, DESCRIPTION_LIMIT - len(mark) - 1)} {mark}"


def cut(text: str, limit: int) -> str:
    """Text of at most `limit` characters; a mark shows that it was cut. Never for keys."""
    return text if len(text) <= limit else text[: limit - len(_CUT)] + _CUT
