"""An X12 810 → an AP bill in Intacct, or what is missing for it. Ask, then plan; read top to bottom.

Drafted as in `invoice_draft`; `ask_lines` says what to look up to know that a draft can be posted, `plan` decides. All
are pure: the same arguments give the same answer, byte for byte.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ml_connector.intacct.writing.bill import ApBill, ApBillLine
from ml_connector.mapping import admission
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.payables import bill_headers, terms
from ml_connector.mapping.payables.invoice_draft import (
    Coded,
    Draft,
    Subject,
    ask_codings,
    find_filing,
    hold_undrafted,
    lay_lines,
    list_needs,
)
from ml_connector.mapping.payables.payable_lines import Line, Rounded, round_lines
from ml_connector.mapping.payables.payable_reasons import explain_bill, explain_lines
from ml_connector.mapping.payables.submission import choose_action
from ml_connector.mapping.reference.slice import TERM, Asked, Slice
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.mapping.texts import MEMO_LIMIT, cut
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The bill, and why each of its values is what it is."""

    bill: ApBill
    provenance: tuple[Reason, ...]


def ask_lines(draft: Draft) -> set[Asked]:
    """What must be looked up to know whether the vendor's term and the lines' coding can be posted."""
    term = terms.name_term(draft.vendor, draft.route)
    return ask_codings(draft) | ({(TERM, term)} if term is not None else set())


def plan(
    subject: Subject,
    rules: Rules,
    draft: Draft | Need | None,
    known: Slice,
    setting: admission.Setting,
    waived: Sequence[Need] = (),
) -> Planned | Held | Filed:
    """The bill for an invoice, or every need that keeps it, or the reason it is only filed.

    What its route books with payment blocked is no need of it, and so are those that are `waived` already.
    """
    if not isinstance(draft, Draft):
        return hold_unknown(subject, rules, draft, setting)
    filing = find_filing(subject, rules, setting)
    if filing:
        return Filed(reason=filing)
    found = list(list_needs(subject, rules, draft.vendor, setting, _list_own_needs(subject, rules, setting)))
    waived = [*waived, *(need for need in found if need.kind in subject.route.post_on_hold)]
    return _plan_bill(draft, known, setting, [need for need in found if need not in waived], waived)


def hold_unknown(
    subject: Subject, rules: Rules, missing: Need | None, setting: admission.Setting
) -> Held | Filed:
    """All that keeps an invoice whose vendor is not known, or the reason it is only filed."""
    return hold_undrafted(subject, rules, missing, setting, _list_own_needs(subject, rules, setting))


def find_due(draft: Draft, known: Slice) -> date | None:
    """The day a drafted bill is to be paid, as far as that can be told."""
    if draft.invoice.date is None:
        return None
    due = _settle_due(draft, draft.invoice.date, known)
    return due.on if isinstance(due, terms.Due) else None


def _settle_due(draft: Draft, invoiced: date, known: Slice) -> terms.Due | Need:
    return terms.settle_due(draft.invoice, invoiced, draft.vendor, draft.route, known, draft.ordered_term)


def _list_own_needs(subject: Subject, rules: Rules, setting: admission.Setting) -> Iterator[Need]:
    yield from admission.find_content_needs(subject.invoice, rules, subject.findings)
    yield from admission.find_order_needs(subject.invoice, subject.route)
    yield from bill_headers.find_summary_needs(setting.bills)


def _plan_bill(
    draft: Draft, known: Slice, setting: admission.Setting, needs: list[Need], waived: Sequence[Need]
) -> Planned | Held:
    invoice = draft.invoice
    lines, found = lay_lines(draft, known, setting)
    needs += found
    if invoice.date is None or any(need.kind == "date" for need in needs):
        return Held(needs=(*waived, *needs))  # no due day can be told from it
    due = _settle_due(draft, invoice.date, known)
    if isinstance(due, Need):
        needs.append(due)
    if needs or isinstance(due, Need) or not isinstance(draft.coded, Coded):
        return Held(needs=(*waived, *needs))
    made = _assemble(draft, invoice.date, draft.coded, lines, due, setting)
    return _block_payment(made, waived) if waived else made


def _assemble(
    draft: Draft,
    invoiced: date,
    coded: Coded,
    lines: Sequence[Line],
    due: terms.Due,
    setting: admission.Setting,
) -> Planned:
    posted, posted_reason = terms.settle_posting_date(invoiced, draft.route)
    money = bill_headers.settle_money(draft.invoice, draft.partner, setting)
    rounded = round_lines(lines, coded.amounts.total)
    made = ApBill(
        vendor_id=draft.vendor.vendor_id,
        number=draft.invoice.number,
        reference=draft.invoice.order_number or None,
        date=invoiced,
        posting_date=posted,
        due_date=due.on,
        term=due.term,
        description=draft.description,
        action=choose_action(draft.route, coded.amounts.total, mode=setting.mode),
        pay_to_contact=draft.match.pay_to,
        currency=money.code,
        base_currency=money.base,
        rate_date=invoiced if money.rate_type is not None else None,
        rate_type=money.rate_type,
        summary=bill_headers.name_summary(setting.bills, posted),
        tax_solution=coded.claimed.solution,
        lines=tuple(_make_line(line, made) for line, made in zip(lines, rounded, strict=True)),
    )
    reasons = (
        *explain_bill(made, draft, coded.amounts.total, mode=setting.mode),
        posted_reason,
        *due.reasons,
        coded.amounts.reason,
    )
    return Planned(bill=made, provenance=(*reasons, *explain_lines(lines, rounded, draft.rules)))


def _block_payment(made: Planned, waived: Sequence[Need]) -> Planned:
    """The bill as it is booked in spite of these: people let it be paid, in Intacct."""
    told = tuple((str(need), need.reason) for need in waived)
    reason = Reason(path="ONHOLD", value="true", rule="post_on_hold of the route", inputs=told)
    return Planned(bill=replace(made.bill, on_hold=True), provenance=(*made.provenance, reason))


def _make_line(line: Line, made: Rounded) -> ApBillLine:
    return ApBillLine(
        account_no=line.coding.account or None,
        account_label=line.coding.label,
        amount=made.amount,
        memo=cut(line.memo, MEMO_LIMIT),
        location_id=line.coding.location,
        department_id=line.coding.department,
        class_id=line.coding.class_id,
        project_id=line.coding.project,
        vendor_id=line.vendor_id,
        user_dimensions=line.coding.own,
        form_1099=line.coding.form_1099,
        box_1099=line.coding.box_1099,
        taxes=made.taxes,
    )
