"""A link as the flows see it: its settings, its rules, and how often what of Intacct is read for it."""

from functools import lru_cache

from ml_connector.app.pinning import describe_bills, pin_rules, read_rules
from ml_connector.app.publishing import describe_partners, describe_publishing, list_kinds
from ml_connector.app.reference import describe_cadence
from ml_connector.cleo.address import name_host
from ml_connector.config import ConfigRefused, Link
from ml_connector.flows.cadence import Cadence
from ml_connector.flows.planning.catalogue import list_planned_kinds
from ml_connector.flows.run import LinkFacts
from ml_connector.mapping.rules.rulebook import Rules, parse_rules
from ml_connector.mapping.rules.toml_reading import Refused
from ml_connector.store import Store


def describe_link(store: Store, link: Link, *, pins: bool) -> LinkFacts:
    """The link as the flows see it; with `pins` a changed rule file becomes a new version here.

    Raises ConfigRefused.
    """
    take = pin_rules if pins else read_rules
    rules, version = take(store, link, parse_link_rules(link))
    settings = link.settings
    return LinkFacts(
        name=link.name,
        mode=settings.mode,
        company=settings.intacct.company_id,
        base_currency=settings.intacct.base_currency,
        host=name_host(settings.cleo.url),
        inbound=settings.cleo.inbound,
        archive=settings.cleo.archive,
        largest_file=settings.cleo.max_file_mb * 1_000_000,
        most_files=settings.cleo.max_files,
        copies_events=settings.cleo.events,
        doubt=settings.doubt,
        reference=describe_reference(link),
        rules=rules,
        rules_version=version,
        slice=settings.slice,
        four_eyes=settings.four_eyes,
        multi_source=settings.company.multi_source_conversion,
        base_unit_lines=settings.company.base_unit_lines,
        negative_debit_memos=settings.company.negative_debit_memos,
        bills=describe_bills(settings.company),
        hard_limit=settings.meter.hard_limit,
        publish=None if settings.publish is None else describe_publishing(settings.publish, rules),
        partners=None if settings.partners is None else describe_partners(settings.partners),
    )


def describe_reference(link: Link) -> Cadence:
    """How often what of Intacct is read, with what publishing asks for."""
    rules = parse_link_rules(link)
    return describe_cadence(
        link,
        kinds=(*list_kinds(link.settings.publish), *list_planned_kinds(rules)),
        approval_field=rules.new_vendors.approval_field or "",
    )


def parse_link_rules(link: Link) -> Rules:
    """The rules in the link's files. Raises ConfigRefused."""
    try:
        return _parse_files(tuple(sorted(link.rules.items())))
    except Refused as refused:
        raise ConfigRefused([f"{link.settings.rules}/{problem}" for problem in refused.problems]) from refused


@lru_cache(maxsize=16)
def _parse_files(files: tuple[tuple[str, str], ...]) -> Rules:
    """The rules in these files; every poll asks, and they hardly ever change."""
    return parse_rules(dict(files))
