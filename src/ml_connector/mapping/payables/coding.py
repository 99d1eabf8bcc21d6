"""Which account and dimensions each part of an invoice gets: the first rule whose conditions all hold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from ml_connector.intacct.writing.parts import CustomField
from ml_connector.mapping.orders.units import show
from ml_connector.mapping.payables.amounts import Amounts, Part, spread
from ml_connector.mapping.payables.coding_facts import Case, Facts, describe_part
from ml_connector.mapping.rules.coding import CodingRule, Place, Share
from ml_connector.mapping.rules.rulebook import Route
from ml_connector.records.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """Where an amount goes."""

    account: str  #: empty where a label stands for it
    label: str | None
    department: str | None
    location: str | None
    class_id: str | None
    project: str | None
    own: tuple[CustomField, ...]  #: dimensions of the company's own
    form_1099: str | None
    box_1099: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxShare:
    """What of a tax is claimed back on a line, exact."""

    detail_id: str
    amount: Fraction
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedPart:
    """A part, or a share of one, with its coding, the rule that gave it, and what was looked at."""

    part: Part
    memo: str
    coding: Coding
    rule: str
    inputs: tuple[tuple[str, str], ...]
    losers: tuple[str, ...]
    split_of: int | None = None  #: shares of one part have the same number
    taxes: tuple[TaxShare, ...] = ()  #: beside its amount


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ruled:
    """A part with the rule that decides about it."""

    part: Part
    memo: str
    rule: CodingRule
    inputs: tuple[tuple[str, str], ...]
    losers: tuple[str, ...] = ()


def code_parts(case: Case, amounts: Amounts) -> tuple[CodedPart, ...] | list[Need]:
    """Every part with its coding, or what no rule covers.

    What a rule spreads is gone into the goods lines. So is what belongs to one line (its own charges,
    allowances and taxes), into that line, unless a rule gives it an account. What a rule splits is as many parts as
    it has shares, after its own charges went into it and before what is spread does.
    """
    found = [(part, _rule_part(case, part)) for part in amounts.parts]
    needs = {str(made): made for part, made in found if isinstance(made, Need) and not _hangs_on(part)}
    if needs:
        return list(needs.values())
    placed: list[_Ruled] = []
    carried: dict[int | None, list[Part]] = {}
    names: list[str] = []
    for part, made in found:
        if isinstance(made, _Ruled) and not made.rule.spread:
            placed.append(made)
            continue
        carried.setdefault(part.line, []).append(part)
        names += [made.rule.name] if isinstance(made, _Ruled) and not _hangs_on(part) else []
    coded: list[CodedPart] = []
    for number, ruled in enumerate(placed):
        shares = _place(case, _load(case, ruled, carried.get(ruled.part.line, ())), number)
        if isinstance(shares, Need):
            return [shares]
        coded += shares
    shared = sum((part.amount for part in carried.get(None, ())), Fraction(0))
    return _share_out(case, coded, shared, names) if names else tuple(coded)


def _hangs_on(part: Part) -> bool:
    """Whether a part belongs to a goods line without being it."""
    return part.line is not None and part.kind != "line"


def _load(case: Case, ruled: _Ruled, own: Sequence[Part]) -> _Ruled:
    """A goods line with what of its own goes into it."""
    if ruled.part.kind != "line" or not own:
        return ruled
    amount = ruled.part.amount + sum((part.amount for part in own), Fraction(0))
    notes = tuple(_describe_own(case, part) for part in own)
    return replace(ruled, part=replace(ruled.part, amount=amount), inputs=ruled.inputs + notes)


def _describe_own(case: Case, part: Part) -> tuple[str, str]:
    """What of its own a line carries, for its explanation."""
    amount = f"{Decimal(part.amount.numerator) / part.amount.denominator:f}"
    return f"its own {part.kind}", f"{describe_part(case, part)[0].code} {amount}".strip()


def _rule_part(case: Case, part: Part) -> _Ruled | Need:
    facts, memo, inputs = describe_part(case, part)
    if part.kind == "rounding":
        rule = CodingRule(name="rounding account", account=case.route.rounding_account or "")
        return _Ruled(part=part, memo=memo, rule=rule, inputs=inputs)
    losers: list[str] = []
    for rule in case.rules.coding:
        if rule.on != part.kind:
            continue
        failed = next(
            (name for name, wanted in rule.when.list_given() if not facts.holds(name, wanted)), None
        )
        if failed is None:
            return _Ruled(part=part, memo=memo, rule=rule, inputs=inputs, losers=tuple(losers))
        losers.append(f"{rule.name} ({failed})")
    answered = _find_answer(case, part, facts, memo)
    if isinstance(answered, Need):
        return answered
    return _Ruled(part=part, memo=memo, rule=answered, inputs=inputs, losers=tuple(losers))


def _find_answer(case: Case, part: Part, facts: Facts, memo: str) -> CodingRule | Need:
    """What no rule covers gets the account a person has answered for it; else it is that person's to say."""
    need = _describe_uncovered(case, part, facts, memo)
    name = need.subject.removeprefix(f"{case.partner.name}/")
    account = case.rules.accounts.get((need.kind, case.partner.name, name))
    return need if account is None else CodingRule(name=f"answer to {need}", account=account)


def _place(case: Case, ruled: _Ruled, number: int) -> list[CodedPart] | Need:
    """The part where its rule puts it: in one place, or in shares that add up to it exactly."""
    shares = ruled.rule.split
    if not shares:
        return [_code(case, ruled, ruled.part.amount, None)]
    amounts = split_amount(ruled.part.amount, shares)
    if amounts is None:
        fixed = sum((share.amount for share in shares if share.amount is not None), start=Decimal(0))
        reason = (
            f"the rule “{ruled.rule.name}” splits off {fixed:,}, and “{ruled.memo}” comes to {show(ruled.part.amount)} only; "
            "give the rule amount_from, or split by per cent"
        )
        return Need(kind="lines", subject=f"{case.invoice.number}/split/{ruled.rule.name}", reason=reason)
    coded = (_code(case, ruled, amount, share) for amount, share in zip(amounts, shares, strict=True))
    return [replace(each, split_of=number) for each in coded]


def split_amount(amount: Fraction, shares: Sequence[Share]) -> list[Fraction] | None:
    """The shares of an amount, exact and together the amount; None where fixed ones take more than there is."""
    sign = (amount > 0) - (amount < 0)
    given = [
        amount * Fraction(share.percent) / 100
        if share.percent is not None
        else sign * Fraction(share.amount or 0)
        for share in shares
    ]
    rest = amount - sum(given, Fraction(0))
    if rest * sign < 0:
        return None
    return [rest if share.is_rest else each for share, each in zip(shares, given, strict=True)]


def _code(case: Case, ruled: _Ruled, amount: Fraction, share: Share | None) -> CodedPart:
    inputs = ruled.inputs + ((("share", share.describe()),) if share is not None else ())
    return CodedPart(
        part=replace(ruled.part, amount=amount),
        memo=ruled.memo,
        coding=_make_coding(case.route, ruled.rule, share or ruled.rule),
        rule=ruled.rule.name,
        inputs=inputs,
        losers=ruled.losers,
    )


def _make_coding(route: Route, rule: CodingRule, place: Place) -> Coding:
    """What a share does not name is the rule's, and the location at last the route's."""
    form = place if place.form_1099 is not None else rule
    placed = place if place.is_placed else rule
    return Coding(
        account=placed.account or "",
        label=placed.label,
        department=place.department or rule.department,
        location=place.location or rule.location or route.location,
        class_id=place.class_id or rule.class_id,
        project=place.project or rule.project,
        own=tuple(({each.name: each for each in (*rule.list_own(), *place.list_own())}).values()),
        form_1099=form.form_1099,
        box_1099=form.box_1099,
    )


def _describe_uncovered(case: Case, part: Part, facts: Facts, memo: str) -> Need:
    kind = {"charge": "charge", "allowance": "charge", "tax": "tax"}.get(part.kind, "coding")
    name = facts.code or (facts.items[0] if facts.items else facts.description) or "any"
    where = f"line {part.line}" if part.line is not None else "the invoice"
    return Need(
        kind=kind,
        subject=f"{case.partner.name}/{name}",
        reason=f'no rule gives an account for the {part.kind} “{memo}” of {where}; add [[coding]] on = "{part.kind}"',
    )


def _share_out(
    case: Case, coded: list[CodedPart], shared: Fraction, names: list[str]
) -> tuple[CodedPart, ...] | list[Need]:
    goods = [part for part in coded if part.part.kind == "line"]
    if not goods:
        reason = f"the rules {', '.join(names)} spread charges over goods lines, and there are none; give them an account"
        return [Need(kind="coding", subject=f"{case.partner.name}/{names[0]}", reason=reason)]
    shares = spread(shared, [part.part.amount for part in goods])
    note = (("spread", " + ".join(sorted(set(names)))),)
    spread_out = {
        id(part): replace(
            part, part=replace(part.part, amount=part.part.amount + share), inputs=part.inputs + note
        )
        for part, share in zip(goods, shares, strict=True)
    }
    return tuple(spread_out.get(id(part), part) for part in coded)
