"""The taxes of an invoice that are claimed back: entries of its lines, each under a tax detail of Intacct's.

`claim_taxes` takes them out of what is coded, `place_taxes` puts each on the lines that it is a tax of.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from ml_connector.edi.documents.parts import Tax
from ml_connector.intacct.objects import TaxDetail
from ml_connector.mapping.orders.units import show
from ml_connector.mapping.payables.amounts import Amounts, Part
from ml_connector.mapping.payables.coding import CodedPart, TaxShare
from ml_connector.mapping.payables.coding_facts import Case, describe_part
from ml_connector.mapping.reference.slice import TAX_DETAIL, Asked, Slice
from ml_connector.mapping.rules.tax import TaxRule
from ml_connector.records.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedTax:
    """A tax that is no cost, and the detail it is claimed back under."""

    part: Part
    said: Tax
    rule: str
    detail_id: str
    solution: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """The taxes that are claimed back, and all that is left to be coded."""

    taxes: tuple[ClaimedTax, ...]
    rest: Amounts

    @property
    def asked(self) -> set[Asked]:
        """What the reference must be asked to know that they can be claimed."""
        return {(TAX_DETAIL, tax.detail_id) for tax in self.taxes}

    @property
    def solution(self) -> str | None:
        """The tax solution to be named; None where the company has one only."""
        return next((tax.solution for tax in self.taxes if tax.solution is not None), None)


def claim_taxes(case: Case, amounts: Amounts, *, tax_solution: bool | None) -> Claimed | list[Need]:
    """The taxes that rules claim back, or what nobody has decided about.

    In a company with a tax solution a tax is never cost by default: a rule or a person has to say so.
    """
    taxes: list[ClaimedTax] = []
    rest: list[Part] = []
    needs: dict[str, Need] = {}
    for part in amounts.parts:
        claimed = _claim(case, part, tax_solution=tax_solution) if part.kind == "tax" else None
        if isinstance(claimed, Need):
            needs[str(claimed)] = claimed
        elif claimed is None:
            rest.append(part)
        else:
            taxes.append(claimed)
    solutions = sorted({tax.solution or "none" for tax in taxes})
    if len(solutions) > 1:
        reason = f"the taxes of {case.invoice.number} are of different tax solutions ({', '.join(solutions)}); correct the rules [[tax]]"
        need = Need(kind="tax", subject=f"{case.partner.name}/{case.invoice.number}", reason=reason)
        needs[str(need)] = need
    return list(needs.values()) or Claimed(taxes=tuple(taxes), rest=replace(amounts, parts=tuple(rest)))


def _claim(case: Case, part: Part, *, tax_solution: bool | None) -> ClaimedTax | Need | None:
    """None for what is coded like any other part."""
    said = _read_tax(case, part)
    rule = _find_rule(case, part)
    if rule is None:
        code = said.type_code or "any"
        answered = ("tax", case.partner.name, code) in case.rules.accounts
        return _describe_unmapped(case, code) if tax_solution and part.amount and not answered else None
    if rule.detail is None:
        return None
    if not tax_solution:
        reason = (
            f"the rule “{rule.name}” claims taxes back, and nobody has said that this company has a tax solution; set "
            'company.tax_solution of the link, or treatment = "cost" of the rule'
        )
        return Need(kind="setting", subject="tax_solution", reason=reason)
    return ClaimedTax(part=part, said=said, rule=rule.name, detail_id=rule.detail, solution=rule.solution)


def _read_tax(case: Case, part: Part) -> Tax:
    whole = case.invoice if part.line is None else case.invoice.lines[part.line - 1]
    return whole.taxes[part.index]


def _find_rule(case: Case, part: Part) -> TaxRule | None:
    facts, _, _ = describe_part(case, part)
    return next(
        (
            rule
            for rule in case.rules.taxes
            if all(facts.holds(name, wanted) for name, wanted in rule.when.list_given())
        ),
        None,
    )


def _describe_unmapped(case: Case, code: str) -> Need:
    reason = (
        f"the company has a tax solution, and no rule says under which tax detail a tax {code} of {case.partner.name} is "
        'claimed back; add [[tax]] with its detail, or with treatment = "cost"'
    )
    return Need(kind="tax", subject=f"{case.partner.name}/{code}", reason=reason)


def place_taxes(
    case: Case, taxes: Sequence[ClaimedTax], coded: Sequence[CodedPart], known: Slice
) -> tuple[tuple[CodedPart, ...], list[Need]]:
    """The coded parts with the taxes that are on them, and what is wrong with any.

    A tax is on the parts that its rate makes it of: those of its line or of the whole invoice, with their charges and
    allowances or without. What fits neither is never spread: the tax return would tell another base.
    """
    shares: dict[tuple[int, str], TaxShare] = {}
    needs: dict[str, Need] = {}
    for tax in taxes:
        places = _find_places(case, tax, coded, known)
        if isinstance(places, Need):
            needs[str(places)] = places
            continue
        base = _add_up(coded, places)
        for place in places:
            part = tax.part.amount * coded[place].part.amount / base if base else Fraction(0)
            before = shares.get((place, tax.detail_id))
            whole = part if before is None else before.amount + part
            shares[place, tax.detail_id] = TaxShare(detail_id=tax.detail_id, amount=whole, rule=tax.rule)
    placed = (
        replace(part, taxes=tuple(share for (at, _), share in shares.items() if at == place))
        for place, part in enumerate(coded)
    )
    return tuple(placed) if shares else tuple(coded), list(needs.values())


def _find_places(case: Case, tax: ClaimedTax, coded: Sequence[CodedPart], known: Slice) -> list[int] | Need:
    detail = known.get(TaxDetail, tax.detail_id)
    wrong = _find_fault(tax, detail)
    if wrong or detail is None or detail.percent is None:
        reason = f"tax detail {tax.detail_id} (rule “{tax.rule}”) {wrong}; correct it in Intacct, or correct the rule"
        return Need(kind="tax_detail", subject=tax.detail_id, reason=reason)
    if not _is_rate(tax.said.percent, detail.percent):
        return _doubt(
            case,
            tax,
            f"the tax {tax.said.type_code} is one of {tax.said.percent} %, the detail of {detail.percent} %",
        )
    found = next(
        (places for places in _list_bases(tax, coded) if _fits(tax, detail.percent, coded, places)), None
    )
    if found is not None:
        return found
    on = f"line {tax.part.line}" if tax.part.line is not None else "the invoice"
    return _doubt(
        case,
        tax,
        f"{show(tax.part.amount)} is not {detail.percent} % of what {on} comes to, with what is spread over it",
    )


def _find_fault(tax: ClaimedTax, detail: TaxDetail | None) -> str:
    """What is wrong with a detail, in words that follow its name; empty where nothing is."""
    if detail is None:
        return "is not in Intacct"
    if detail.status != "active":
        return f"is {detail.status} in Intacct"
    if detail.tax_type not in {"", "Purchase"}:
        return f"is one of type {detail.tax_type}, not of purchases"
    if detail.is_reverse_charge:
        return "is a reverse charge, which no supplier invoices"
    if tax.solution is not None and detail.solution_id != tax.solution:
        return f"belongs to the tax solution {detail.solution_id or 'nobody named'}, not to {tax.solution}"
    return "has no rate (VALUE)" if detail.percent is None else ""


def _is_rate(said: Decimal | None, percent: Decimal) -> bool:
    """Whether an invoice's rate is that of a detail; one that says none has it."""
    return said is None or percent in {said, said * 100}


def _list_bases(tax: ClaimedTax, coded: Sequence[CodedPart]) -> Iterator[list[int]]:
    """What a tax may be on: goods with their charges and allowances, then goods alone."""
    own = [
        place
        for place, each in enumerate(coded)
        if each.part.kind in {"line", "charge", "allowance"} and tax.part.line in {None, each.part.line}
    ]
    yield own
    yield [place for place in own if coded[place].part.kind == "line"]


def _fits(tax: ClaimedTax, percent: Decimal, coded: Sequence[CodedPart], places: Sequence[int]) -> bool:
    """Whether a tax is the rate of its base; the sender may have rounded each line, and the whole."""
    base = _add_up(coded, places)
    if not base:
        return not tax.part.amount
    if tax.said.taxable is not None and abs(abs(base) - abs(Fraction(tax.said.taxable))) >= Fraction(1, 100):
        return False
    off = abs(tax.part.amount - base * Fraction(percent) / 100)
    return off <= Fraction(len(places) + 1, 200)


def _add_up(coded: Sequence[CodedPart], places: Sequence[int]) -> Fraction:
    return sum((coded[place].part.amount for place in places), Fraction(0))


def _doubt(case: Case, tax: ClaimedTax, wrong: str) -> Need:
    reason = (
        f"{wrong} (tax detail {tax.detail_id}, rule “{tax.rule}”); give it another detail by a rule [[tax]], ask "
        f"{case.partner.name} for a corrected invoice, or enter it by hand and reject it here"
    )
    return Need(kind="tax_detail", subject=f"{tax.detail_id}/{case.invoice.number}", reason=reason)
