"""The rules a link works by, as one version: its files, its settings, and what people have answered besides."""

import getpass
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from ml_connector.config import ConfigRefused, ControlsSettings, Link, LinkSettings
from ml_connector.config.settings import CompanySettings
from ml_connector.mapping.bill_setup import BillSetup
from ml_connector.mapping.rules.rulebook import Rules, parse_rules
from ml_connector.records.audit import Fact
from ml_connector.store import Store, Work

SETTINGS_FILE: Final = "(settings)"
_BILLS: Final = "bills"
_CONTROLS: Final = "controls"


def pin_rules(store: Store, link: Link, rules: Rules) -> tuple[Rules, int]:
    """The link's rules with all answers that act, and their version; a changed file or setting makes a new one.

    Raises ConfigRefused for a link that has worked for another company.
    """
    said = {**link.rules, SETTINGS_FILE: describe_settings(link.settings)}
    with store.begin() as work:
        version = work.rules.find_same(link.name, said)
        if version is None:
            version = _pin_changed(work, link, said)
        return rules.add_answers(work.xref.list_valid(link.name, version)), version


def _pin_changed(work: Work, link: Link, said: Mapping[str, str]) -> int:
    before = _read_settings(work.rules.newest(link.name))
    _demand_same_company(before, link)
    version = work.rules.pin(link.name, said, author=name_actor())
    _note_four_eyes(work, before, link)
    _note_controls(work, before, link)
    return version


def read_rules(store: Store, link: Link, rules: Rules) -> tuple[Rules, int]:
    """The same for those who only look: no version is made, and there is none before the first run."""
    with store.begin() as work:
        newest = work.rules.find_newest(link.name)
        version = newest.id if newest is not None else 0
        return rules.add_answers(work.xref.list_valid(link.name, version)), version


def read_version(store: Store, link: str, version: int) -> tuple[Rules, Mapping[str, Any]]:
    """The rules of an earlier version with the answers that acted in it, and what of the settings was kept with them."""
    with store.begin() as work:
        files = work.rules.read(version)
        answers = work.xref.list_valid(link, version)
    settings = json.loads(files.pop(SETTINGS_FILE, "{}"))
    return parse_rules(files).add_answers(answers), settings


def describe_settings(settings: LinkSettings) -> str:
    """What of a link's settings bears on what is posted, as text to be kept with its rules. No secret is in it."""
    return json.dumps(
        {
            "mode": settings.mode,
            "company": settings.intacct.company_id,
            "base_currency": settings.intacct.base_currency,
            "doubt": [int(time.total_seconds()) for time in settings.doubt],
            "four_eyes": settings.four_eyes,
            **_list_controls(settings.controls),
            **_list_said(describe_bills(settings.company)),
        },
        sort_keys=True,
    )


def describe_bills(company: CompanySettings) -> BillSetup:
    """How the company wants its bills, as far as it was said."""
    return BillSetup(
        tax_solution=company.tax_solution,
        account_labels=company.account_labels,
        named_summaries=company.named_bill_summaries,
        summary=company.bill_summary,
        multi_currency=company.multi_currency,
        rate_type=company.exchange_rate_type,
    )


def restore_bills(settings: Mapping[str, Any]) -> BillSetup:
    """The same as it was kept with an earlier version of the rules."""
    return BillSetup(**settings.get(_BILLS, {}))


def _list_controls(controls: ControlsSettings) -> dict[str, object]:
    """What differs from the usual, for the same reason."""
    said = controls.model_dump(mode="json", exclude_defaults=True)
    return {_CONTROLS: said} if said else {}


def _list_said(bills: BillSetup) -> dict[str, object]:
    """Nothing where nothing was said, so that the settings of most links stay the version they are."""
    said = {name: value for name, value in asdict(bills).items() if value is not None}
    return {_BILLS: said} if said else {}


def name_actor() -> str:
    """Who works here, for the audit trail: the system's user name, or its number where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _read_settings(files: Mapping[str, str] | None) -> Mapping[str, object]:
    said: Mapping[str, object] = json.loads((files or {}).get(SETTINGS_FILE, "{}"))
    return said


def _demand_same_company(before: Mapping[str, object], link: Link) -> None:
    """A link belongs to one company for good: what it has posted there is no duplicate in another."""
    other = link.settings.intacct.company_id
    company = before.get("company", other)
    if company != other:
        place = f"link.{link.name}.intacct.company_id"
        problem = (
            f"{place}: this link has worked for company {company}; for {other} make a link of another name"
        )
        raise ConfigRefused([problem])


def _note_four_eyes(work: Work, before: Mapping[str, object], link: Link) -> None:
    """A control that is switched off or on is an entry of its own."""
    now = link.settings.four_eyes
    if now is not before.get("four_eyes", True):
        work.audit.append([Fact(record=f"link:{link.name}", action=f"four eyes {'on' if now else 'off'}")])


def _note_controls(work: Work, before: Mapping[str, object], link: Link) -> None:
    """Limits that change, and the approver of large answers switched off or on, are one."""
    then, now = (
        json.dumps(said, sort_keys=True)
        for said in (before.get(_CONTROLS, {}), _list_controls(link.settings.controls).get(_CONTROLS, {}))
    )
    if then != now:
        detail = {"before": then, "now": now}
        work.audit.append([Fact(record=f"link:{link.name}", action="controls changed", detail=detail)])
