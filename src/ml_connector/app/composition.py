"""Builds the parts a link runs with, from its settings; the only place that builds anything."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final

from ml_connector import cleo, config, intacct
from ml_connector.app.accrual_entries import AccrualEntering, enter_link_accruals
from ml_connector.app.accruals import AccrualReport, report_accruals
from ml_connector.app.as_then import ReplayView, compare_with_then
from ml_connector.app.audits import Audits
from ml_connector.app.decisions import Decisions
from ml_connector.app.documents import Documents
from ml_connector.app.handed import hand_over
from ml_connector.app.link_facts import describe_link, describe_reference, parse_link_rules
from ml_connector.app.need_views import Preview
from ml_connector.app.needs import Needs
from ml_connector.app.pinning import name_actor
from ml_connector.app.previews import preview_documents
from ml_connector.app.publishing import COST_WARNING
from ml_connector.app.reconciles import ReconcileResult, reconcile_link
from ml_connector.app.reference import References, ReferenceStatus
from ml_connector.app.reports import Reports
from ml_connector.app.results import PingResult, RunResult, SyncResult
from ml_connector.app.rule_checks import RuleReport, report_rules
from ml_connector.app.running.engine_jobs import list_tasks, read_schedule
from ml_connector.app.running.keeping import Keeper
from ml_connector.app.running.retention import Retention
from ml_connector.app.running.runs import run_link
from ml_connector.app.running.schedules import Schedules
from ml_connector.app.running.status import StatusView, report_status
from ml_connector.app.running.syncs import sync_link
from ml_connector.app.running.unattended import run_unattended
from ml_connector.app.systems.cleo_probe import ProbeResult, probe_tenant
from ml_connector.app.systems.company import open_company
from ml_connector.app.systems.exchanges import Exchanges
from ml_connector.app.systems.pings import ping_link
from ml_connector.app.systems.tenant import open_mailbox, read_profile
from ml_connector.app.trace import Traces
from ml_connector.app.usage import Usages
from ml_connector.app.xrefs import Xrefs
from ml_connector.config import ConfigRefused, FreshSettings, Link, Settings
from ml_connector.engine import clock
from ml_connector.engine.tasks import Task
from ml_connector.flows.balance import Balance, strike_balance
from ml_connector.flows.beside import do_beside
from ml_connector.flows.proof import prove_posted
from ml_connector.flows.run import Basis, Run, Step
from ml_connector.mapping.reference.tables import TableName
from ml_connector.store import Store, open_store

Report = Callable[[Step, int, int], None]
_LANES: Final = 4  # as many connections as the client of Cleo has


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An opened installation."""

    settings: Settings
    store: Store
    now: Callable[[], datetime]

    @property
    def documents(self) -> Documents:
        return Documents(self.store, names_link=len(self.settings.links) > 1)

    @property
    def audit(self) -> Audits:
        return Audits(self.store)

    @property
    def exchanges(self) -> Exchanges:
        return Exchanges(self.store)

    @property
    def traces(self) -> Traces:
        return Traces(self.store)

    @property
    def reports(self) -> Reports:
        return Reports(store=self.store)

    @property
    def reference(self) -> References:
        return References(self.store)

    @property
    def usage(self) -> Usages:
        return Usages(store=self.store, links=self.settings.links, now=self.now)

    @property
    def schedules(self) -> Schedules:
        return Schedules(self.store, self.settings, self.list_tasks(self.make_keeper()))

    def needs(self, link: str, *, pins: bool = False) -> Needs:
        """What the link's documents wait for; `pins` is for who answers: the rules as they are become a version."""
        return Needs(
            basis=self._lay_basis(link, pins=pins),
            four_eyes=self.settings.links[link].settings.four_eyes,
            controls=self.settings.links[link].settings.controls,
            name=link if len(self.settings.links) > 1 else "",
        )

    def xrefs(self, link: str, *, pins: bool = False) -> Xrefs:
        """What people have answered; `pins` is for who approves."""
        settings = self.settings.links[link].settings
        basis = self._lay_basis(link, pins=pins)
        return Xrefs(basis=basis, four_eyes=settings.four_eyes, controls=settings.controls)

    def decisions(self, link: str) -> Decisions:
        """What people decide about the link's documents."""
        return Decisions(store=self.store, link=link)

    def preview(self, link: str, ids: Sequence[int], *, report: Callable[[int, int], None]) -> Preview:
        """What would become of these documents if they were decided now."""
        return preview_documents(self._lay_basis(link), ids, report=report)

    def compare_with_then(self, link: str, text: str) -> tuple[ReplayView, ...]:
        """Documents as they were planned, beside what they would be today."""
        return compare_with_then(self._lay_basis(link), text)

    def report_rules(self, link: str) -> RuleReport:
        """What the link's rules say, and what of them can never act."""
        return report_rules(self._lay_basis(link))

    def report_accruals(self, link: str, as_of: date) -> AccrualReport:
        """What the link's documents say is owed as of a day that was not in the ledger by its end."""
        base = self.settings.links[link].settings.intacct.base_currency
        return report_accruals(self.store, link, base_currency=base, as_of=as_of)

    def enter_accruals(self, link: str, as_of: date, *, by: str, report: Report) -> AccrualEntering:
        """Enter in a journal what is owed as of a day, once two people have agreed. Raises ApprovalRefused."""
        with self._connect(self.settings.links[link], report) as run:
            return enter_link_accruals(run, self.xrefs(link), as_of, by=by)

    def report_reference(self, link: str) -> ReferenceStatus:
        """How our copy of the link's company stands."""
        chosen = self.settings.links[link]
        return self.reference.report_status(chosen.settings.intacct.company_id, describe_reference(chosen))

    def once(
        self, link: str, *, report: Report, files: Sequence[Path] = (), most: int | None = None
    ) -> RunResult:
        """Everything that can be done for a link now, once; `files` are taken as if they had come from Cleo.

        Of more documents than `most` the result has the first few of each outcome. Raises OSError.
        """
        with self._connect(self.settings.links[link], report) as run:
            result = run_link(run, [hand_over(path) for path in files], most=most)
        Retention(store=self.store, settings=self.settings.retention, clock=self.now).tidy()
        return replace(result, usage=self.usage.measure(link))

    def sync(
        self, link: str, *, report: Report, tables: Sequence[TableName] = (), now: bool = False
    ) -> SyncResult:
        """Bring Intacct's reference data to our copy and to Cleo: what is due or, with `now`, all of these tables."""
        with self._connect(self.settings.links[link], report) as run:
            result = sync_link(run, tables=tables, now=now)
        return replace(result, usage=self.usage.measure(link))

    def reconcile(self, link: str, *, report: Report, since: date | None = None) -> ReconcileResult:
        """See what became in Intacct of what was posted, and what books and documents do not have in common."""
        with self._connect(self.settings.links[link], report) as run:
            return reconcile_link(run, since=since)

    def run(self, stop: threading.Event) -> None:
        """Do what is due of all links, by itself, until `stop` is set.

        Before each job the configuration and the rules are read anew; which links there are and when their jobs
        run stays as it was at the start.
        """
        with closing(self.make_keeper()) as keeper:
            run_unattended(
                self.store,
                self.list_tasks(keeper),
                settings=self.settings,
                clock=self.now,
                stop=stop,
                look=self.report_status,
            )

    def report_status(self) -> StatusView:
        """Everything that runs, waits or stands in the way."""
        return report_status(self.store, self.settings, self.schedules)

    def list_warnings(self, link: str) -> tuple[str, ...]:
        """What a person should know before anything is done."""
        publish = self.settings.links[link].settings.publish
        return (COST_WARNING,) if publish is not None and publish.create_connection else ()

    def ping(self, link: str, *, deep: bool = False) -> PingResult:
        """Try each step of both connections and see how the company is set up, changing nothing."""
        chosen = self.settings.links[link]
        with (
            open_company(chosen, self.store, self.now) as finance,
            open_mailbox(chosen, self.store, self.now) as mailbox,
        ):
            return ping_link(chosen, finance, mailbox, clock=self.now, deep=deep)

    def probe(self, link: str) -> ProbeResult:
        """See how far the link's Cleo tenant answers as its profile says, changing nothing."""
        chosen = self.settings.links[link]
        with open_mailbox(chosen, self.store, self.now) as mailbox:
            return probe_tenant(chosen, mailbox)

    def balance(self, link: str, *, with_intacct: bool = False) -> Balance:
        """Where the money that came in stands; what is posted is read back from Intacct when asked for.

        Raises `intacct.errors` then.
        """
        chosen = self.settings.links[link]
        balance = strike_balance(self.store, link, base_currency=chosen.settings.intacct.base_currency)
        if not with_intacct:
            return balance
        with open_company(chosen, self.store, self.now) as finance:
            return replace(balance, proof=prove_posted(self.store, finance, link))

    def make_keeper(self) -> Keeper:
        """What keeps clients from one job to the next; to be closed by its maker."""
        return Keeper(
            partial(open_company, store=self.store, clock=self.now),
            partial(open_mailbox, store=self.store, clock=self.now),
            clock=self.now,
        )

    def list_tasks(self, keeper: Keeper) -> tuple[Task, ...]:
        """What is done by itself for all links, with clients of the keeper's."""
        path = self.settings.path
        connect = partial(self._connect_anew, FreshSettings(path), keeper)
        return list_tasks(self.settings.links.values(), path, connect)

    @contextmanager
    def _connect_anew(self, fresh: FreshSettings, keeper: Keeper, name: str, report: Report) -> Iterator[Run]:
        """As the configuration is now. Raises ConfigRefused."""
        settings = fresh.load()
        if name not in settings.links:
            raise ConfigRefused([f"{settings.path}: link.{name} is not there any more; start anew"])
        with keeper.lend(settings.links[name]) as systems:
            yield self._make_run(systems.link, systems.finance, systems.mailbox, report)

    @contextmanager
    def _connect(self, link: Link, report: Report) -> Iterator[Run]:
        with (
            open_company(link, self.store, self.now) as finance,
            open_mailbox(link, self.store, self.now) as mailbox,
        ):
            yield self._make_run(link, finance, mailbox, report)

    def _make_run(self, link: Link, finance: intacct.Client, mailbox: cleo.Client, report: Report) -> Run:
        return Run(
            link=describe_link(self.store, link, pins=True),
            store=self.store,
            finance=finance,
            mailbox=mailbox,
            clock=self.now,
            roll=random.SystemRandom().random,
            report=report,
            begin=do_beside,
            lanes=_LANES,
        )

    def _lay_basis(self, link: str, *, pins: bool = False) -> Basis:
        facts = describe_link(self.store, self.settings.links[link], pins=pins)
        return Basis(link=facts, store=self.store, clock=self.now)


@contextmanager
def open_app(path: Path, *, connects: bool = True) -> Iterator[App]:
    """The installation a configuration file describes; passwords are needed only to connect.

    Raises ConfigRefused or StoreUnusable.
    """
    settings = config.load(path, connects=connects)
    for link in settings.links.values():
        parse_link_rules(link)
        describe_reference(link)
        read_profile(link)
        read_schedule(link, path)
    store = open_store(settings.store_url, clock=clock.now, actor=name_actor(), key=settings.key)
    try:
        yield App(settings=settings, store=store, now=clock.now)
    finally:
        store.close()
