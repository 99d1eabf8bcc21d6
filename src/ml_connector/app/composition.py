"""Builds the parts a link runs with, from its settings; the only place that builds anything."""

import getpass
import json
import os
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ml_connector import cleo, config, intacct
from ml_connector.app.audits import Audits
from ml_connector.app.documents import Documents
from ml_connector.app.metering import meter_cleo, meter_intacct
from ml_connector.app.pings import ping_link
from ml_connector.app.results import PingStep, RunResult
from ml_connector.app.runs import run_link
from ml_connector.cleo.transport import HttpTransport as CleoTransport
from ml_connector.config import ConfigRefused, Link, LinkSettings, Settings
from ml_connector.engine import clock
from ml_connector.flows.balance import Balance, strike_balance
from ml_connector.flows.proof import prove_posted
from ml_connector.flows.run import LinkFacts, Run, Step
from ml_connector.intacct.transport import HttpTransport as IntacctTransport
from ml_connector.mapping.rules import Rules, parse_rules
from ml_connector.mapping.toml_reading import Refused
from ml_connector.store import Store, open_store

SETTINGS_FILE: Final = "(settings)"
Report = Callable[[Step, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An opened installation."""

    settings: Settings
    store: Store
    now: Callable[[], datetime]

    @property
    def documents(self) -> Documents:
        return Documents(self.store)

    @property
    def audit(self) -> Audits:
        return Audits(self.store)

    def once(self, link: str, *, report: Report) -> RunResult:
        """Everything that can be done for a link now, once. Waits for nothing."""
        with self._connect(link, report) as run:
            return run_link(run)

    def ping(self, link: str) -> tuple[PingStep, ...]:
        """Try each step of both connections, changing nothing."""
        chosen = self.settings.links[link]
        with self._build_finance(chosen) as finance, self._build_mailbox(chosen) as mailbox:
            return ping_link(chosen, finance, mailbox, clock=self.now)

    def balance(self, link: str, *, with_intacct: bool = False) -> Balance:
        """Where the money that came in stands; what is posted is read back from Intacct when asked for.

        Raises `intacct.errors` then.
        """
        chosen = self.settings.links[link]
        balance = strike_balance(self.store, link, base_currency=chosen.settings.intacct.base_currency)
        if not with_intacct:
            return balance
        with self._build_finance(chosen) as finance:
            return replace(balance, proof=prove_posted(self.store, finance, link))

    @contextmanager
    def _connect(self, name: str, report: Report) -> Iterator[Run]:
        link = self.settings.links[name]
        with self._build_finance(link) as finance, self._build_mailbox(link) as mailbox:
            yield Run(
                link=self._describe(link),
                store=self.store,
                finance=finance,
                mailbox=mailbox,
                clock=self.now,
                roll=random.SystemRandom().random,
                report=report,
            )

    def _describe(self, link: Link) -> LinkFacts:
        """The link as the flows see it; a changed rule file becomes a new version here, before anything is planned."""
        rules = _parse_rules(link)
        settings = link.settings
        said = {**link.rules, SETTINGS_FILE: describe_settings(settings)}
        with self.store.begin() as work:
            _demand_same_company(work.rules.newest(link.name), link)
            version = work.rules.pin(link.name, said, author=name_actor())
        return LinkFacts(
            name=link.name,
            mode=settings.mode,
            company=settings.intacct.company_id,
            base_currency=settings.intacct.base_currency,
            host=urlsplit(settings.cleo.url).netloc,
            inbound=settings.cleo.inbound,
            archive=settings.cleo.archive,
            doubt=settings.doubt,
            reference_every=settings.reference_every,
            rules=rules,
            rules_version=version,
        )

    @contextmanager
    def _build_finance(self, link: Link) -> Iterator[intacct.Client]:
        client = intacct.Client(
            url=link.settings.intacct.url,
            credentials=intacct.Credentials(
                sender_id=link.settings.intacct.sender_id,
                sender_password=link.secrets.sender_password,
                company_id=link.settings.intacct.company_id,
                user_id=link.settings.intacct.user_id,
                user_password=link.secrets.user_password,
            ),
            transport=IntacctTransport(),
            clock=self.now,
            on_exchange=meter_intacct(self.store, link.name),
            timeouts=intacct.Timeouts(
                read=link.settings.intacct.read_timeout.total_seconds(),
                write=link.settings.intacct.write_timeout.total_seconds(),
            ),
        )
        try:
            yield client
        finally:
            client.close()

    @contextmanager
    def _build_mailbox(self, link: Link) -> Iterator[cleo.Client]:
        client = cleo.Client(
            base_url=link.settings.cleo.url,
            credentials=cleo.Credentials(
                username=link.settings.cleo.username, password=link.secrets.cleo_password
            ),
            transport=CleoTransport(timeout=link.settings.cleo.timeout.total_seconds()),
            clock=self.now,
            profile=_read_profile(link),
            on_exchange=meter_cleo(self.store, link.name),
        )
        try:
            yield client
        finally:
            client.close()


@contextmanager
def open_app(path: Path, *, connects: bool = True) -> Iterator[App]:
    """The installation a configuration file describes; passwords are needed only to connect.

    Raises ConfigRefused or StoreUnusable.
    """
    settings = config.load(path, connects=connects)
    for link in settings.links.values():
        _parse_rules(link)
        _read_profile(link)
    store = open_store(settings.store_url, clock=clock.now, actor=name_actor(), key=settings.key)
    try:
        yield App(settings=settings, store=store, now=clock.now)
    finally:
        store.close()


def describe_settings(settings: LinkSettings) -> str:
    """What of a link's settings bears on what is posted, as text to be kept with its rules. No secret is in it."""
    return json.dumps(
        {
            "mode": settings.mode,
            "company": settings.intacct.company_id,
            "base_currency": settings.intacct.base_currency,
            "doubt": [int(time.total_seconds()) for time in settings.doubt],
        },
        sort_keys=True,
    )


def _demand_same_company(newest: Mapping[str, str] | None, link: Link) -> None:
    """A link belongs to one company for good: what it has posted there is no duplicate in another."""
    if newest is None or SETTINGS_FILE not in newest:
        return
    company = json.loads(newest[SETTINGS_FILE])["company"]
    if company != link.settings.intacct.company_id:
        other = link.settings.intacct.company_id
        place = f"link.{link.name}.intacct.company_id"
        problem = (
            f"{place}: this link has worked for company {company}; for {other} make a link of another name"
        )
        raise ConfigRefused([problem])


def name_actor() -> str:
    """Who works here, for the audit trail: the system's user name, or its number where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _read_profile(link: Link) -> cleo.Profile:
    try:
        return cleo.CIC_FOLDERS.override(link.settings.cleo.profile)
    except cleo.ProfileError as error:
        raise ConfigRefused([f"link.{link.name}.cleo.profile: {error}"]) from error


def _parse_rules(link: Link) -> Rules:
    try:
        return parse_rules(link.rules)
    except Refused as refused:
        raise ConfigRefused([f"{link.settings.rules}/{problem}" for problem in refused.problems]) from refused
