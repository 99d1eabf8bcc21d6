"""Which account and dimensions each part of an invoice gets: the first rule whose conditions all hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ml_connector.edi import Invoice, InvoiceLine
from ml_connector.intacct.objects import Account, ClassDim, Department, Location, Project
from ml_connector.mapping.amounts import Amounts, Part, spread
from ml_connector.mapping.reference import Asked, Slice
from ml_connector.mapping.rules import CodingRule, Partner, Route, Rules, matches
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
    """Every part with its coding; parts to be spread are gone into the goods lines. Or what no rule covers."""
    needs: list[Need] = []
    coded: list[CodedPart] = []
    shared = Fraction(0)
    shared_by: list[str] = []
    for part in amounts.parts:
        found = _code_part(case, part)
        if isinstance(found, Need):
            needs.append(found)
        elif isinstance(found, CodingRule):
            shared += part.amount
            shared_by.append(found.name)
        else:
            coded.append(found)
    if needs:
        return list({str(need): need for need in needs}.values())
    if shared_by:
        return _share_out(case, coded, shared, shared_by)
    return tuple(coded)


def list_asked(coded: Sequence[CodedPart]) -> set[Asked]:
    """What the reference must be asked to know that the codings can be posted."""
    return {asked for part in coded for asked in _name_records(part.coding)}


def check_codings(case: Case, coded: Sequence[CodedPart], known: Slice) -> list[Need]:
    """What Intacct would refuse: unknown or inactive records, missing dimensions, a line in another entity."""
    needs: dict[str, Need] = {}
    for coding in dict.fromkeys(part.coding for part in coded):
        rule = next(part.rule for part in coded if part.coding == coding)
        for need in (*_find_unknown(coding, rule, known), *_find_missing(case, coding, rule, known)):
            needs[str(need)] = need
    return list(needs.values())


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
    return _describe_uncovered(case, part, facts, memo)


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
    place = (f"{ship_to.qualifier}/{ship_to.id}", ship_to.id) if ship_to else ()
    facts = Facts(
        partner=case.partner.name, vendor=case.vendor_id, items=(), description="", ship_to=place, code=""
    )
    match part.kind:
        case "line":
            line = next(line for line in invoice.lines if line.position == part.line)
            items = tuple(name for id_ in line.product_ids for name in (f"{id_.qualifier}/{id_.id}", id_.id))
            facts = replace(facts, items=items, description=line.description)
            return facts, _write_memo(line), tuple(_list_inputs(line))
        case "tax":
            tax = invoice.taxes[part.index]
            return replace(facts, code=tax.type_code), f"tax {tax.type_code}", (("TXI01", tax.type_code),)
        case "rounding":
            return facts, "rounding", ()
        case _:
            said = invoice.adjustments[part.index]
            code = said.code or said.agency_code
            facts = replace(facts, code=code, description=said.description)
            return facts, said.description or f"{part.kind} {code}", (("SAC02", code),)


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


def _name_records(coding: Coding) -> Iterator[Asked]:
    yield "account", coding.account
    named = (("department", coding.department), ("location", coding.location))
    for kind, id_ in (*named, ("class", coding.class_id), ("project", coding.project)):
        if id_ is not None:
            yield kind, id_


def _find_unknown(coding: Coding, rule: str, known: Slice) -> Iterator[Need]:
    for kind, id_ in _name_records(coding):
        record = _look_up(kind, id_, known)
        if record is None:
            yield Need(
                kind=kind,
                subject=id_,
                reason=f"{kind} {id_} (rule “{rule}”) is not in Intacct; create it, or correct the rule",
            )
        elif record.status != "active":
            yield Need(
                kind=kind,
                subject=id_,
                reason=f"{kind} {id_} (rule “{rule}”) is {record.status} in Intacct; activate it, or correct the rule",
            )


def _look_up(
    kind: str, id_: str, known: Slice
) -> Account | Department | Location | ClassDim | Project | None:
    match kind:
        case "account":
            return known.get(Account, id_)
        case "department":
            return known.get(Department, id_)
        case "location":
            return known.get(Location, id_)
        case "class":
            return known.get(ClassDim, id_)
        case _:
            return known.get(Project, id_)


def _find_missing(case: Case, coding: Coding, rule: str, known: Slice) -> Iterator[Need]:
    account = known.get(Account, coding.account)
    required = set(account.requires) if account is not None else set()
    if case.route.entity:
        required.add("location")
    given = {
        "department": coding.department,
        "location": coding.location,
        "class": coding.class_id,
        "project": coding.project,
        "vendor": case.vendor_id,
    }
    for dimension in sorted(required):
        if given.get(dimension) is None:
            yield Need(
                kind="dimension",
                subject=f"{dimension}/{coding.account}",
                reason=f"account {coding.account} wants a {dimension}, the rule “{rule}” gives none; add {dimension} = … to it",
            )
    yield from _find_other_entity(case.route, coding, rule, known)


def _find_other_entity(route: Route, coding: Coding, rule: str, known: Slice) -> Iterator[Need]:
    if coding.location is None or not route.entity or route.inter_entity:
        return
    entity = _find_entity(coding.location, known)
    if entity and entity != route.entity:
        yield Need(
            kind="entity",
            subject=f"{coding.location}/{route.entity}",
            reason=f"location {coding.location} (rule “{rule}”) belongs to entity {entity}, the route posts in {route.entity}; "
            "correct the rule, or set inter_entity = true",
        )


def _find_entity(location_id: str, known: Slice) -> str:
    """The topmost location above this one; empty when the chain is not known whole."""
    seen: set[str] = set()
    current = location_id
    while current not in seen:
        seen.add(current)
        location = known.get(Location, current)
        if location is None:
            return ""
        if not location.parent_id:
            return current
        current = location.parent_id
    return ""
