"""Rules in words, for people who ask what a file of them says."""

from collections.abc import Iterator
from dataclasses import dataclass

from ml_connector.mapping.rules.coding import CodingRule, Place
from ml_connector.mapping.rules.fields import Conditions
from ml_connector.mapping.rules.rulebook import Route, Rules
from ml_connector.mapping.rules.tax import TaxRule


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteLine:
    """What becomes of a transaction set."""

    set_code: str
    partner: str  #: `any` for all that have no route of their own
    target: str
    entity: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A rule on taxes or coding, in the order it is asked."""

    number: int
    name: str
    on: str
    when: str
    gives: str


def describe_routes(rules: Rules) -> Iterator[RouteLine]:
    for route in rules.routes:
        yield RouteLine(
            set_code=route.set_code,
            partner=route.partner or "any",
            target=route.target,
            entity=route.entity,
            action=_describe_action(route),
        )


def describe_coding(rules: Rules) -> Iterator[RuleLine]:
    """Which taxes are claimed back is asked before where all else goes."""
    taxes = [(rule.name, "tax", rule.when, _describe_tax(rule)) for rule in rules.taxes]
    coding = [(rule.name, rule.on, rule.when, _describe_target(rule)) for rule in rules.coding]
    for number, (name, on, when, gives) in enumerate([*taxes, *coding], 1):
        yield RuleLine(number=number, name=name, on=on, when=_describe_conditions(when), gives=gives)


def _describe_action(route: Route) -> str:
    limit = route.submit_below
    return route.action if limit is None else f"{route.action} below {limit:,f}"


def _describe_tax(rule: TaxRule) -> str:
    return "cost" if rule.detail is None else f"claimed back under {rule.detail}"


def _describe_conditions(when: Conditions) -> str:
    return ", ".join(f"{name} {pattern}" for name, pattern in when.list_given()) or "always"


def _describe_target(rule: CodingRule) -> str:
    if rule.spread:
        return "spread over the goods"
    own = _describe_place(rule)
    if not rule.split:
        return own
    shares = "; ".join(f"{share.describe()}: {_describe_place(share) or own}" for share in rule.split)
    return f"{own}; {shares}" if own else shares


def _describe_place(place: Place) -> str:
    given = (
        ("account", place.account),
        ("label", place.label),
        ("department", place.department),
        ("location", place.location),
        ("class", place.class_id),
        ("project", place.project),
        *place.dimensions.items(),
        ("1099", " ".join(filter(None, (place.form_1099, place.box_1099)))),
    )
    return ", ".join(f"{name} {id_}" for name, id_ in given if id_)
