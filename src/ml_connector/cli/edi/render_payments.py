"""Remittances and credit adjustments, as people read them in a terminal."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from ml_connector.cli.edi.render_parts import (
    Cells,
    describe_adjustments,
    describe_dates,
    describe_parties,
    describe_references,
    describe_terms,
    find_meaning,
    join,
    lay_facts,
    lay_lines,
    limit,
    name_item,
    spell_amount,
    spell_code,
    spell_date,
    spell_number,
)
from ml_connector.cli.edi.views import SetView, name_code
from ml_connector.edi.documents.adjustment812 import CreditAdjustment, CreditLine
from ml_connector.edi.documents.coded import Purpose
from ml_connector.edi.documents.masking import BankAccount
from ml_connector.edi.documents.remittance820 import Remittance
from ml_connector.edi.documents.remittance_codes import AdjustmentReason, Handling, PaymentMethod
from ml_connector.edi.documents.remittance_lines import PaymentAdjustment, RemittedDocument

_PAID: Final = ("#", "document", "invoiced", "discount", "paid")
_CREDITED: Final = ("#", "item", "quantity", "price", "amount")
_NUMBERS: Final = 3  # the columns that stand right
_DIRECTIONS: Final = {"C": "credit", "D": "debit"}


def render_remittance(
    _: SetView, payment: Remittance, *, width: int, rows: int | None
) -> Iterator[RenderableType]:
    """Who pays whom how much, for what, and whether it adds up."""
    yield lay_facts(
        [
            ("payment", join(payment.number or "–", spell_date(payment.date), by=" of ")),
            ("amount", Text(spell_amount(payment.amount, payment.currency), style="bold")),
            ("handling", spell_code(payment.handling, find_meaning(Handling, payment.handling))),
            (
                "method",
                join(spell_code(payment.method, find_meaning(PaymentMethod, payment.method)), payment.format),
            ),
            ("from account", _spell_account(payment.payer_account)),
            ("to account", _spell_account(payment.payee_account)),
            *describe_parties(payment.parties),
            *describe_references(payment.references),
            *describe_dates(payment.dates),
            ("notes", "\n".join(payment.notes)),
        ]
    )
    lines = [row for n, each in enumerate(payment.documents, 1) for row in _lay_document(n, each)]
    lines += [_lay_adjustment(each) for each in payment.adjustments]
    shown, more = limit(lines, rows)
    if lines:
        yield lay_lines(_PAID, shown, width)
    if more:
        yield more
    if payment.amount is not None:
        yield lay_facts([_say_rule(payment.rule)])


def _say_rule(rule: str | None) -> tuple[str, Text]:
    if rule is None:
        return "does not add up", Text("no known rule gives the amount", style="yellow")
    return "adds up", Text(rule, style="green")


def _spell_account(account: BankAccount | None) -> str:
    if account is None:
        return ""
    bank = join(account.bank_qualifier, account.bank, by=" ")
    return join(
        account.account and f"{account.account_qualifier} {account.account}".strip(), bank and f"bank {bank}"
    )


def _lay_document(number: int, document: RemittedDocument) -> Iterator[Cells]:
    name = name_code("RMR", 1, document.qualifier) or document.qualifier
    details = [
        f"{name}: {value}"
        for name, value in (*describe_references(document.references), *describe_dates(document.dates))
    ]
    text = name_item((), join(name, document.number or "–", by=" "), *details, *document.notes)
    discount = spell_amount(document.discount) if document.discount is not None else ""
    yield Cells(str(number), text, (spell_amount(document.total), discount, spell_amount(document.paid)))
    if document.adjustment is not None:
        reason = spell_code(document.reason, find_meaning(AdjustmentReason, document.reason))
        yield Cells(
            "", Text(f"adjusted {reason}", style="italic"), ("", "", spell_amount(document.adjustment))
        )
    for each in document.adjustments:
        yield _lay_adjustment(each)


def _lay_adjustment(adjustment: PaymentAdjustment) -> Cells:
    reason = spell_code(adjustment.reason, find_meaning(AdjustmentReason, adjustment.reason))
    number = join(adjustment.qualifier, adjustment.number, by=" ")
    text = Text("adjustment " + join(reason, number, *adjustment.notes), style="italic")
    return Cells("", text, ("", "", spell_amount(adjustment.amount)))


def render_credit(
    _: SetView, credit: CreditAdjustment, *, width: int, rows: int | None
) -> Iterator[RenderableType]:
    """What is credited or debited, for which invoice, and whether it adds up."""
    yield lay_facts(
        [
            ("adjustment", join(credit.number or "–", spell_date(credit.date), by=" of ")),
            ("amount", Text(_spell_flagged(credit.amount, credit.direction, credit.currency), style="bold")),
            ("purpose", spell_code(credit.purpose, find_meaning(Purpose, credit.purpose))),
            ("invoice", join(credit.invoice_number, spell_date(credit.invoice_date), by=" of ")),
            ("order", join(credit.order_number, spell_date(credit.order_date), by=" of ")),
            *describe_parties(credit.parties),
            *describe_references(credit.references),
            *describe_dates(credit.dates),
            *describe_terms(credit.terms),
            ("notes", "\n".join(credit.notes)),
        ]
    )
    lines = [row for line in credit.lines for row in _lay_credit_line(line)]
    lines += describe_adjustments(credit.adjustments, credit.taxes, _NUMBERS)
    shown, more = limit(lines, rows)
    if lines:
        yield lay_lines(_CREDITED, shown, width)
    if more:
        yield more
    if credit.amount is not None:
        yield lay_facts([_say_rule(credit.rule)])


def _spell_flagged(amount: Decimal | None, direction: str, currency: str | None = None) -> str:
    return f"{spell_amount(amount, currency)} {_DIRECTIONS.get(direction, direction)}".rstrip()


def _lay_credit_line(line: CreditLine) -> Iterator[Cells]:
    reason = spell_code(line.reason, find_meaning(AdjustmentReason, line.reason))
    price = line.price if line.price_difference is None else line.price_difference
    yield Cells(
        line.number or str(line.position),
        name_item(line.product_ids, line.description, reason, *line.notes),
        (
            spell_number(line.quantity, line.unit),
            spell_amount(price) if price is not None else "",
            _spell_flagged(line.value, line.direction),
        ),
    )
    yield from describe_adjustments(line.adjustments, line.taxes, _NUMBERS)
