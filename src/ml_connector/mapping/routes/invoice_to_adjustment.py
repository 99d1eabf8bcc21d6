"""A credit → an AP adjustment in Intacct, or what is missing for it; never applied to a bill by us.

What lowers what we owe is a debit memo, what raises it a credit memo (an 812 may). Drafted as in `invoice_draft`, from
an 810 credit or an 812 in the form of an invoice; `plan` decides. All are pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ml_connector.edi import Invoice, InvoiceKind, explain_total
from ml_connector.intacct.writing.adjustment import NewAdjustment, NewAdjustmentLine
from ml_connector.intacct.writing.parts import Currency, Dimensions
from ml_connector.mapping import admission
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.payables import bill_headers, terms
from ml_connector.mapping.payables.adjustment_lines import net_lines
from ml_connector.mapping.payables.credits import Credit
from ml_connector.mapping.payables.invoice_draft import (
    Coded,
    Draft,
    Subject,
    find_filing,
    hold_undrafted,
    lay_lines,
    list_needs,
)
from ml_connector.mapping.payables.payable_lines import Line, Rounded, round_lines
from ml_connector.mapping.payables.payable_reasons import explain_adjustment, explain_lines
from ml_connector.mapping.payables.submission import choose_action
from ml_connector.mapping.reference.slice import Slice
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.mapping.texts import MEMO_LIMIT, cut
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAdjustment:
    """The adjustment, and why each of its values is what it is."""

    adjustment: NewAdjustment
    provenance: tuple[Reason, ...]


def plan(
    subject: Subject,
    credit: Credit,
    rules: Rules,
    draft: Draft | Need | None,
    known: Slice,
    setting: admission.Setting,
) -> PlannedAdjustment | Held | Filed:
    """The adjustment for a credit, or every need that keeps it, or the reason it is only filed."""
    own = _list_own_needs(subject, credit, rules, setting)
    if not isinstance(draft, Draft):
        return hold_undrafted(subject, rules, draft, setting, own)
    filing = find_filing(subject, rules, setting)
    if filing:
        return Filed(reason=filing)
    needs = list(list_needs(subject, rules, draft.vendor, setting, own))
    lines, found = _lay_lines(draft, known, setting)
    needs += found
    if needs or subject.invoice.date is None or not isinstance(draft.coded, Coded):
        return Held(needs=tuple(needs))
    return _assemble(credit, draft, subject.invoice.date, draft.coded, lines, setting)


def add_up(subject: Subject, setting: admission.Setting) -> Decimal:
    """The total that its adjustment would have in Intacct."""
    return setting.sign(explain_total(subject.invoice).total)


def _list_own_needs(
    subject: Subject, credit: Credit, rules: Rules, setting: admission.Setting
) -> Iterator[Need]:
    yield from admission.find_purpose_needs(subject.invoice, rules, subject.places)
    yield from credit.needs
    if setting.negative_debit_memos is None:
        yield _describe_unsaid(subject)
    yield from admission.find_length_needs(subject.places.number, subject.invoice.number)
    if credit.about is not None:
        yield from admission.find_length_needs(*credit.about)
    yield from admission.find_reader_needs(subject.invoice.number, subject.findings)


def _describe_unsaid(subject: Subject) -> Need:
    reason = (
        f"{subject.invoice.number} becomes an AP adjustment, and nobody has said whether the lines of a debit memo are negative "
        "in this company; look at one that was made by hand, then set company.negative_debit_memos of the link"
    )
    return Need(kind="setting", subject="negative_debit_memos", reason=reason)


def _lay_lines(
    draft: Draft, known: Slice, setting: admission.Setting
) -> tuple[Sequence[Line], Sequence[Need]]:
    lines, needs = lay_lines(draft, known, setting)
    if not lines or not isinstance(draft.coded, Coded):
        return (), needs
    netted = net_lines(lines, draft.coded.amounts.total, draft.invoice.number)
    return ((), [*needs, netted]) if isinstance(netted, Need) else (netted, needs)


def _assemble(
    credit: Credit,
    draft: Draft,
    dated: date,
    coded: Coded,
    lines: Sequence[Line],
    setting: admission.Setting,
) -> PlannedAdjustment:
    posted, posted_reason = terms.settle_posting_date(dated, draft.route, draft.subject.places)
    rounded = round_lines(lines, coded.amounts.total)
    made = [(line, each) for line, each in zip(lines, rounded, strict=True) if each.amount]
    adjustment = NewAdjustment(
        vendor_id=draft.vendor.vendor_id,
        date=dated,
        posting_date=posted,
        number=draft.invoice.number,
        action=choose_action(draft.route, coded.amounts.total, mode=setting.mode),
        bill_number=credit.about[1] if credit.about is not None else None,
        description=draft.description,
        currency=_name_currency(draft, dated, setting),
        tax_solution=coded.claimed.solution,
        lines=tuple(_make_line(line, each, setting) for line, each in made),
    )
    return PlannedAdjustment(
        adjustment=adjustment,
        provenance=(
            *explain_adjustment(
                adjustment, draft, coded.amounts.total, about=credit.about, mode=setting.mode
            ),
            posted_reason,
            _explain_kind(draft.invoice, credit, setting),
            coded.amounts.reason,
            *explain_lines([line for line, _ in made], [each for _, each in made], draft.rules),
        ),
    )


def _name_currency(draft: Draft, dated: date, setting: admission.Setting) -> Currency | None:
    """None in the currency of the books: naming one obliges to say what it is worth."""
    money = bill_headers.settle_money(draft.invoice, draft.partner, setting)
    if money.code is None or money.rate_type is None:
        return None
    return Currency(code=money.code, base=money.base, rate_type=money.rate_type, rate_date=dated)


def _make_line(line: Line, made: Rounded, setting: admission.Setting) -> NewAdjustmentLine:
    return NewAdjustmentLine(
        account_no=line.coding.account or None,
        account_label=line.coding.label,
        amount=setting.sign(made.amount),
        memo=cut(line.memo, MEMO_LIMIT),
        dimensions=Dimensions(
            location_id=line.coding.location,
            department_id=line.coding.department,
            class_id=line.coding.class_id,
            project_id=line.coding.project,
            vendor_id=line.vendor_id,
        ),
        form_1099=line.coding.form_1099,
        box_1099=line.coding.box_1099,
        custom=line.coding.own,
        taxes=tuple(replace(each, amount=setting.sign(each.amount)) for each in made.taxes),
    )


def _explain_kind(invoice: Invoice, credit: Credit, setting: admission.Setting) -> Reason:
    lowers = invoice.kind is InvoiceKind.CREDIT
    does, kind = ("lowers", "debit memo") if lowers else ("raises", "credit memo")
    lines = "negative" if lowers is (setting.negative_debit_memos is True) else "positive"
    rule = f"what {does} what we owe is a {kind}, of {lines} lines"
    return Reason(path="kind", value=kind, rule=rule, inputs=(credit.flag,))
