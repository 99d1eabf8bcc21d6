"""A link's rules, explained and checked against what we know of Intacct."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ml_connector.flows.reference.kinds import KINDS
from ml_connector.flows.run import Basis
from ml_connector.mapping.reference.slice import VENDOR
from ml_connector.mapping.rules.checks import Copied, RuleFinding, check_rules, list_vendor_patterns
from ml_connector.mapping.rules.fields import matches
from ml_connector.mapping.rules.names import list_named_records
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.mapping.rules.words import RouteLine, RuleLine, describe_coding, describe_routes
from ml_connector.store import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReport:
    """What the rules say, in the order they are asked, and what of them can never act."""

    link: str
    partners: tuple[str, ...]
    routes: tuple[RouteLine, ...]
    coding: tuple[RuleLine, ...]
    reference: int | None  #: the version of our copy that names were looked up in; None where there is none
    findings: tuple[RuleFinding, ...]


def report_rules(basis: Basis) -> RuleReport:
    """The rules as they are now, with what people have answered besides."""
    rules = basis.link.rules
    with basis.store.begin() as work:
        copied = _look_up(work, basis.link.company, rules)
    return RuleReport(
        link=basis.link.name,
        partners=tuple(partner.name for partner in rules.partners),
        routes=tuple(describe_routes(rules)),
        coding=tuple(describe_coding(rules)),
        reference=copied.version if copied is not None else None,
        findings=check_rules(rules, copied),
    )


def _look_up(work: Work, company: str, rules: Rules) -> Copied | None:
    newest = work.reference.newest(company)
    if newest is None:
        return None
    version = newest[0]
    kinds = {kind for kind, count in work.reference.count(company, version).items() if count}
    asked: dict[str, set[str]] = {}
    for named in list_named_records(rules):
        asked.setdefault(named.kind, set()).add(named.id)
    rows = (
        row
        for kind, ids in asked.items()
        for row in work.reference.get_rows(company, version, kind, sorted(ids)).values()
    )
    return Copied(
        version=version,
        kinds=frozenset(kinds.union(name for name, kind in KINDS.items() if kind.is_needed)),
        states={(row.kind, row.key): row.body.get("status", "active") for row in rows},
        vendor_patterns=frozenset(_find_fitting(work, company, version, list_vendor_patterns(rules))),
    )


def _find_fitting(work: Work, company: str, version: int, patterns: Iterable[str]) -> Iterator[str]:
    """The patterns that a vendor fits; all vendors are gone through only for those that are no vendor's id."""
    left = set(patterns)
    found = left & set(work.reference.get_rows(company, version, VENDOR, sorted(left)))
    yield from found
    left -= found
    after = ""
    while left and (page := work.reference.list_page(company, version, VENDOR, after_key=after)):
        met = {pattern for pattern in left if any(matches(pattern, row.key) for row in page)}
        yield from met
        left -= met
        after = page[-1].key
