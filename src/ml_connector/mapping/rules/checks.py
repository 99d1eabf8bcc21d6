"""What of the rules can never act: rules that stand behind others, and names that nobody knows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ml_connector.mapping.rules.fields import Conditions, covers, matches
from ml_connector.mapping.rules.names import NamedRecord, list_named_records
from ml_connector.mapping.rules.rulebook import Partner, Rules

_LINE_FACTS: Final = frozenset(
    {"partner", "vendor", "item", "description", "ship_to", "amount_from", "amount_below"}
)
_PART_FACTS: Final = _LINE_FACTS | {"code"}
_FACTS: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("coding", "line"): _LINE_FACTS,
    ("coding", "charge"): _PART_FACTS,
    ("coding", "allowance"): _PART_FACTS,
    ("coding", "tax"): _PART_FACTS,
    ("coding", "deduction"): frozenset({"partner", "vendor", "code"}),
    ("tax", ""): _PART_FACTS - {"amount_from", "amount_below"} | {"percent"},
    ("match", ""): frozenset({"partner", "vendor", "item"}),
    ("charge", "charge"): frozenset({"partner", "vendor", "code", "description"}),
    ("charge", "allowance"): frozenset({"partner", "vendor", "code", "description"}),
    ("charge", "tax"): frozenset({"partner", "vendor", "code"}),
    ("charge", "rounding"): frozenset({"partner", "vendor"}),
}
"""What is told of that on which a rule is: a condition on anything else never holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFinding:
    """Something a person should mend, and how."""

    place: str  #: such as `coding “steel”` or `route 810 of Larkmoor Energy`
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What our copy of Intacct says of the names in the rules."""

    version: int
    kinds: frozenset[str]  #: those that are copied: of others nothing can be said
    states: Mapping[tuple[str, str], str]  #: by kind and id, of the records that are there
    vendor_patterns: frozenset[str]  #: those that a vendor fits


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A rule of a table of which the first that holds decides."""

    table: str
    name: str
    on: str
    when: Conditions

    @property
    def place(self) -> str:
        return f"{self.table} “{self.name}”"


def check_rules(rules: Rules, copied: Copied | None) -> tuple[RuleFinding, ...]:
    """Everything that can never act as it is written; without a copy of Intacct its records are taken for there."""
    unknown = _find_unknown(list_named_records(rules), copied) if copied is not None else ()
    return (*_find_idle(rules, copied), *unknown)


def list_vendor_patterns(rules: Rules) -> set[str]:
    """The vendors that conditions name."""
    return {each.when.vendor for each in _list_asked(rules) if each.when.vendor is not None}


def _list_asked(rules: Rules) -> Iterator[_Asked]:
    for coding in rules.coding:
        yield _Asked(table="coding", name=coding.name, on=coding.on, when=coding.when)
    for tax in rules.taxes:
        yield _Asked(table="tax", name=tax.name, on="", when=tax.when)
    for match in rules.purchasing.matches:
        yield _Asked(table="match", name=match.name, on="", when=match.when)
    for charge in rules.purchasing.charges:
        yield _Asked(table="charge", name=charge.name, on=charge.on, when=charge.when)


def _find_idle(rules: Rules, copied: Copied | None) -> Iterator[RuleFinding]:
    """Rules that never decide anything, each with every reason."""
    before: dict[tuple[str, str], list[_Asked]] = {}
    for rule in _list_asked(rules):
        earlier = before.setdefault((rule.table, rule.on), [])
        hidden = next((each for each in earlier if _hides(each.when, rule.when)), None)
        problems = [*_find_untold(rule), *_find_strangers(rule, rules, copied)]
        if hidden is not None:
            problems.append(
                f"never decides: “{hidden.name}” stands before it and holds wherever it does; move it up, or take it out"
            )
        yield from (RuleFinding(place=rule.place, problem=problem) for problem in problems)
        earlier.append(rule)


def _hides(earlier: Conditions, later: Conditions) -> bool:
    """Whether whatever fits the later conditions fits the earlier ones too."""
    given = dict(later.list_given())
    return all(name in given and _implies(name, wanted, given[name]) for name, wanted in earlier.list_given())


def _implies(name: str, earlier: str, later: str) -> bool:
    match name:
        case "amount_from":
            return Decimal(earlier) <= Decimal(later)
        case "amount_below":
            return Decimal(earlier) >= Decimal(later)
        case _:
            return covers(earlier, later)


def _find_untold(rule: _Asked) -> Iterator[str]:
    told = _FACTS[rule.table, rule.on]
    for name, _ in rule.when.list_given():
        if name not in told:
            of = f"a {rule.on}" if rule.on else "what it is for"
            yield f"never holds: of {of} no {name} is told; take the condition out"


def _find_strangers(rule: _Asked, rules: Rules, copied: Copied | None) -> Iterator[str]:
    """Partners and vendors that no document can be of."""
    partner, vendor = rule.when.partner, rule.when.vendor
    fitting = [each for each in rules.partners if partner is None or matches(partner, each.name)]
    if partner is not None and not fitting:
        named = ", ".join(each.name for each in rules.partners) or "none"
        yield f"never holds: no partner is called {partner!r}; there are: {named}"
    if vendor is None:
        return
    if copied is not None and vendor not in copied.vendor_patterns:
        yield f"never holds: no vendor in Intacct goes by {vendor!r}; correct the id"
    elif rule.on != "deduction" and fitting and not _bills_for(fitting, vendor, rules):  # a bank pays anybody
        who = " or ".join(each.name for each in fitting) if partner is not None else "no partner of ours"
        does = "may not bill" if partner is not None else "may bill"
        yield f"never holds: {who} {does} for vendor {vendor!r}; add it to the partner's vendors, or correct the id"


def _bills_for(partners: Sequence[Partner], vendor: str, rules: Rules) -> bool:
    return any(matches(vendor, id_) for partner in partners for id_ in rules.list_bound(partner))


def _find_unknown(named: Iterator[NamedRecord], copied: Copied) -> Iterator[RuleFinding]:
    for each in dict.fromkeys(named):
        state = copied.states.get((each.kind, each.id))
        if each.kind not in copied.kinds or state == "active":
            continue
        kind = each.kind.replace("_", " ")
        problem = (
            f"{kind} {each.id} is not in Intacct; create it, or correct the rule"
            if state is None
            else f"{kind} {each.id} is {state} in Intacct; activate it, or correct the rule"
        )
        yield RuleFinding(place=each.place, problem=problem)
