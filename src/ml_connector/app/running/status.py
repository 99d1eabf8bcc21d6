"""Everything that runs, waits or stands in the way, as of one moment."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Literal

from ml_connector.app.results import UsageStanding
from ml_connector.app.running.schedules import CircuitLine, ScheduleLine, Schedules
from ml_connector.app.usage import Usages
from ml_connector.config import Settings
from ml_connector.records.schedules import Job, JobState, WorkerSign
from ml_connector.records.standing import OpenSum
from ml_connector.records.status import FileStatus, Status
from ml_connector.store import Store, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLine:
    """A process of `ml-connector run`."""

    seat: str
    state: Literal["alive", "silent", "gone"]  #: silent: frozen or cut off; gone: ended without a word
    version: str
    hands: int  #: jobs it does at a time
    jobs: tuple[str, ...]  #: those it does now
    since: datetime
    seen: datetime  #: its last sign of life


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotLine:
    """A turn at a company's gateway that is taken."""

    company: str
    job: str
    since: datetime | None
    worker: str  #: its seat; empty for one that is no worker


@dataclass(frozen=True, slots=True, kw_only=True)
class LackLine:
    """What a Cleo tenant does not offer."""

    link: str
    capability: str
    since: datetime
    probe_after: datetime
    reason: str
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCount:
    link: str
    status: Status
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCount:
    link: str
    status: FileStatus
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    at: datetime
    version: str
    workers: tuple[WorkerLine, ...]
    jobs: tuple[ScheduleLine, ...]
    slots: tuple[SlotLine, ...]
    circuits: tuple[CircuitLine, ...]  #: systems that are left alone
    lacks: tuple[LackLine, ...]
    backlog: tuple[OpenSum, ...]  #: what is not done with; each names its currency
    documents: tuple[DocumentCount, ...]  #: all there are
    files: tuple[FileCount, ...]
    usage: tuple[UsageStanding, ...]  #: of each link's company, in the month that is


def report_status(store: Store, settings: Settings, schedules: Schedules) -> StatusView:
    """How all links of the settings stand. Changes nothing, and needs nobody to run."""
    links = list(settings.links)
    with store.look() as work:
        scheduled = schedules.read(work)
        usages = Usages(store=store, links=settings.links, now=lambda: work.now)
        return StatusView(
            at=work.now,
            version=version("ml-connector"),
            workers=tuple(_describe_workers(work, settings.run.lease)),
            jobs=scheduled.lines,
            slots=tuple(_describe_slots(work)),
            circuits=scheduled.circuits,
            lacks=tuple(_describe_lacks(work, links)),
            backlog=tuple(_name_currencies(work.standing.sum_open(links), settings)),
            documents=tuple(
                DocumentCount(link=link, status=status, documents=count)
                for (link, status), count in sorted(work.standing.count_documents(links).items())
            ),
            files=tuple(
                FileCount(link=link, status=status, files=count)
                for (link, status), count in sorted(work.standing.count_files(links).items())
            ),
            usage=tuple(usages.measure_in(work, link) for link in links),
        )


def _describe_workers(work: Work, lease: timedelta) -> Iterator[WorkerLine]:
    running = _list_running(work)
    for sign in work.workers.list():
        jobs = sorted(str(job.key) for job in running.values() if job.holder == sign.holder)
        yield WorkerLine(
            seat=sign.seat,
            state=_name_state(sign, work.now, lease),
            version=sign.version,
            hands=sign.hands,
            jobs=tuple(jobs),
            since=sign.since,
            seen=sign.seen,
        )


def _name_state(sign: WorkerSign, now: datetime, lease: timedelta) -> Literal["alive", "silent", "gone"]:
    if sign.gone:
        return "gone"
    return "silent" if now - sign.seen >= lease else "alive"


def _describe_slots(work: Work) -> Iterator[SlotLine]:
    running = _list_running(work)
    seats = {sign.holder: sign.seat for sign in work.workers.list()}
    for slot in work.slots.list_held():
        job = running.get(slot.job)
        yield SlotLine(
            company=slot.company,
            job=slot.job if job is None else str(job.key),
            since=None if job is None else job.started,
            worker=seats.get(slot.holder, ""),
        )


def _list_running(work: Work) -> Mapping[str, Job]:
    return {job.run_name: job for job in work.jobs.list().values() if job.state == JobState.RUNNING}


def _describe_lacks(work: Work, links: Collection[str]) -> Iterator[LackLine]:
    for link, lack in work.capabilities.list_all():
        if link in links:
            yield LackLine(
                link=link,
                capability=lack.capability,
                since=lack.since,
                probe_after=lack.probe_after,
                reason=lack.reason,
                instead=lack.fallback,
            )


def _name_currencies(sums: Iterable[OpenSum], settings: Settings) -> Iterable[OpenSum]:
    """A document that names no currency is in the company's own."""
    found: dict[tuple[str, ...], OpenSum] = {}
    for each in sums:
        own = settings.links[each.link].settings.intacct.base_currency if each.kind else ""
        named = replace(each, currency=each.currency or own)
        place = (named.link, named.status, named.kind, named.currency)
        found[place] = _add(found[place], named) if place in found else named
    return found.values()


def _add(one: OpenSum, other: OpenSum) -> OpenSum:
    return replace(
        one,
        documents=one.documents + other.documents,
        amount=one.amount + other.amount,
        oldest=min(one.oldest, other.oldest),
    )
