"""Which account and dimensions each part of an invoice gets: the first rule whose conditions all hold."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from ml_connector.edi import Invoice, InvoiceLine
from ml_connector.mapping.amounts import Amounts, Part, spread
from ml_connector.mapping.rule_fields import matches
from ml_connector.mapping.rules import CodingRule, Partner, Route, Rules
from ml_connector.records.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """Where an amount goes."""

    account: str
    department: str | None
    location: str | None
    class_id: str | None
    project: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedPart:
    """A part with its coding, the rule that gave it, and what was looked at."""

    part: Part
    memo: str
    coding: Coding
    rule: str
    inputs: tuple[tuple[str, str], ...]
    losers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the conditions of a rule are compared with."""

    partner: str
    vendor: str
    items: tuple[str, ...]  #: `SK/BOLT-1` and `BOLT-1`
    description: str
    ship_to: tuple[str, ...]
    code: str

    def list_values(self, name: str) -> tuple[str, ...]:
        """The values a condition of that name is held against."""
        match name:
            case "partner":
                return (self.partner,)
            case "vendor":
                return (self.vendor,)
            case "item":
                return self.items
            case "description":
                return (self.description,)
            case "ship_to":
                return self.ship_to
            case _:
                return (self.code,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An invoice whose parts are to be coded."""

    invoice: Invoice
    partner: Partner
    route: Route
    rules: Rules
    vendor_id: str


def code_parts(case: Case, amounts: Amounts) -> tuple[CodedPart, ...] | list[Need]:
    """Every part with its coding, or what no rule covers.

    What a rule spreads is gone into the goods lines. So is what belongs to one line (its own charges,
    allowances and taxes), into that line, unless a rule gives it an account.
    """
    found = [(part, _code_part(case, part)) for part in amounts.parts]
    needs = {str(made): made for part, made in found if isinstance(made, Need) and not _hangs_on(part)}
    if needs:
        return list(needs.values())
    coded: list[CodedPart] = []
    carried: dict[int | None, Fraction] = {}
    notes: dict[int | None, tuple[tuple[str, str], ...]] = {}
    for part, made in found:
        if isinstance(made, CodedPart):
            coded.append(made)
        else:
            carried[part.line] = carried.get(part.line, Fraction(0)) + part.amount
            notes[part.line] = (*notes.get(part.line, ()), _describe_own(case, part))
    names = [made.name for part, made in found if isinstance(made, CodingRule) and not _hangs_on(part)]
    laden = [_add_amount(p, carried.get(p.part.line), notes.get(p.part.line, ())) for p in coded]
    return _share_out(case, laden, carried[None], names) if names else tuple(laden)


def _hangs_on(part: Part) -> bool:
    """Whether a part belongs to a goods line without being it."""
    return part.line is not None and part.kind != "line"


def _add_amount(coded: CodedPart, more: Fraction | None, notes: tuple[tuple[str, str], ...]) -> CodedPart:
    if more is None or coded.part.kind != "line":
        return coded
    part = replace(coded.part, amount=coded.part.amount + more)
    return replace(coded, part=part, inputs=coded.inputs + notes)


def _describe_own(case: Case, part: Part) -> tuple[str, str]:
    """What of its own a line carries, for its explanation."""
    amount = f"{Decimal(part.amount.numerator) / part.amount.denominator:f}"
    return f"its own {part.kind}", f"{_describe(case, part)[0].code} {amount}".strip()


def _code_part(case: Case, part: Part) -> CodedPart | CodingRule | Need:
    facts, memo, inputs = _describe(case, part)
    if part.kind == "rounding":
        coding = _make_coding(case.route, account=case.route.rounding_account or "")
        return CodedPart(
            part=part, memo=memo, coding=coding, rule="rounding account", inputs=inputs, losers=()
        )
    losers: list[str] = []
    for rule in case.rules.coding:
        if rule.on != part.kind:
            continue
        failed = next(
            (name for name, pattern in rule.when.list_given() if not _holds(name, pattern, facts)), None
        )
        if failed is not None:
            losers.append(f"{rule.name} ({failed})")
            continue
        if rule.account is None:
            return rule
        coding = _make_coding(case.route, account=rule.account, rule=rule)
        return CodedPart(
            part=part, memo=memo, coding=coding, rule=rule.name, inputs=inputs, losers=tuple(losers)
        )
    return _code_as_answered(case, part, facts, memo, inputs, tuple(losers))


def _code_as_answered(
    case: Case,
    part: Part,
    facts: Facts,
    memo: str,
    inputs: tuple[tuple[str, str], ...],
    losers: tuple[str, ...],
) -> CodedPart | Need:
    """What no rule covers gets the account a person has answered for it; else it is that person's to say."""
    need = _describe_uncovered(case, part, facts, memo)
    name = need.subject.removeprefix(f"{case.partner.name}/")
    account = case.rules.accounts.get((need.kind, case.partner.name, name))
    if account is None:
        return need
    coding = _make_coding(case.route, account=account)
    rule = f"answer to {need}"
    return CodedPart(part=part, memo=memo, coding=coding, rule=rule, inputs=inputs, losers=losers)


def _holds(name: str, pattern: str, facts: Facts) -> bool:
    return any(matches(pattern, value) for value in facts.list_values(name))


def _make_coding(route: Route, *, account: str, rule: CodingRule | None = None) -> Coding:
    return Coding(
        account=account,
        department=rule.department if rule else None,
        location=(rule.location if rule else None) or route.location,
        class_id=rule.class_id if rule else None,
        project=rule.project if rule else None,
    )


def _describe(case: Case, part: Part) -> tuple[Facts, str, tuple[tuple[str, str], ...]]:
    """What the rules see of a part, the text of its bill line, and where both stand in the invoice."""
    invoice = case.invoice
    ship_to = next((party for party in invoice.parties if party.role == "ST"), None)
    line = invoice.lines[part.line - 1] if part.line is not None else None
    facts = Facts(
        partner=case.partner.name,
        vendor=case.vendor_id,
        items=tuple(_list_items(line)) if line is not None else (),
        description=line.description if line is not None else "",
        ship_to=(f"{ship_to.qualifier}/{ship_to.id}", ship_to.id) if ship_to else (),
        code="",
    )
    match part.kind:
        case "line" if line is not None:
            return facts, _write_memo(line), tuple(_list_inputs(line))
        case "tax":
            code = (line or invoice).taxes[part.index].type_code
            return replace(facts, code=code), f"tax {code}", (("TXI01", code),)
        case "charge" | "allowance":
            said = (line or invoice).adjustments[part.index]
            code = said.code or said.agency_code
            text = said.description or f"{part.kind} {code}"
            return replace(facts, code=code, description=said.description), text, (("SAC02", code),)
        case _:
            return facts, "rounding", ()


def _list_items(line: InvoiceLine) -> Iterator[str]:
    for id_ in line.product_ids:
        yield f"{id_.qualifier}/{id_.id}"
        yield id_.id


def _write_memo(line: InvoiceLine) -> str:
    """`BOLT-M8 M8 hex bolts, 400 EA at 0.296`, as far as the line says it."""
    item = line.product_ids[0].id if line.product_ids else ""
    text = " ".join(word for word in (item, line.description) if word) or f"line {line.position}"
    if line.quantity is None or line.price is None:
        return text
    return f"{text}, {line.quantity:f} {line.unit} at {line.price:f}"


def _list_inputs(line: InvoiceLine) -> Iterator[tuple[str, str]]:
    for id_ in line.product_ids:
        yield f"IT1 {id_.qualifier or 'id'}", id_.id
    if line.description:
        yield "PID05", line.description


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
