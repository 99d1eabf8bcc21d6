"""Where everything stands, as metrics: counts, amounts and times; no message, no partner and no secret."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from ml_connector.app.running.exposition import Metric, Sample
from ml_connector.app.running.schedules import ScheduleLine
from ml_connector.app.running.status import StatusView
from ml_connector.records.standing import RequestSum

_WORKER_STATES: Final = ("alive", "silent", "gone")
_JOB_STATES: Final = ("idle", "waiting", "running", "paused")
_THOUSANDTH: Final = Decimal("0.001")


def list_metrics(view: StatusView, exchanges: Iterable[RequestSum]) -> Iterator[Metric]:
    """All families; `exchanges` are counted since this process started."""
    yield _gauge("info", "The version that answers.", [({"version": view.version}, 1)])
    yield from _describe_workers(view)
    yield from _describe_jobs(view.jobs)
    yield from _describe_hindrances(view)
    yield from _describe_documents(view)
    yield from _describe_exchanges([*exchanges])


def _describe_workers(view: StatusView) -> Iterator[Metric]:
    states = Counter(worker.state for worker in view.workers)
    workers: list[Sample] = [({"state": state}, states[state]) for state in _WORKER_STATES]
    yield _gauge("workers", "Processes that work by themselves.", workers)
    held = Counter(slot.company for slot in view.slots)
    slots: list[Sample] = [({"company": company}, count) for company, count in held.items()]
    yield _gauge("gateway_slots_held", "Turns at the gateway of a company that are taken.", slots)


def _describe_jobs(jobs: Iterable[ScheduleLine]) -> Iterator[Metric]:
    counts: Counter[tuple[str, str]] = Counter()
    failures: list[Sample] = []
    begun: list[Sample] = []
    following: list[Sample] = []
    for job in jobs:
        counts[job.kind, job.state] += 1
        labels = {"link": job.link, "kind": job.kind}
        failures.append((labels, job.attempts))
        begun += [] if job.last is None else [(labels, _to_seconds(job.last))]
        following += [] if job.next is None else [(labels, _to_seconds(job.next))]
    kinds = sorted({kind for kind, _ in counts})
    states: list[Sample] = [({"kind": k, "state": s}, counts[k, s]) for k in kinds for s in _JOB_STATES]
    yield _gauge("jobs", "Jobs by what they do now.", states)
    yield _gauge("job_failures", "Runs in a row that did not reach all they wanted.", failures)
    yield _gauge("job_begun_timestamp_seconds", "When the job last began.", begun)
    yield _gauge("job_next_timestamp_seconds", "When the job will begin next.", following)


def _describe_hindrances(view: StatusView) -> Iterator[Metric]:
    circuits: list[Sample] = [({"link": each.link, "system": each.system}, 1) for each in view.circuits]
    yield _gauge("circuit_open", "Systems that are left alone for a while.", circuits)
    lacks: list[Sample] = [({"link": each.link, "capability": each.capability}, 1) for each in view.lacks]
    yield _gauge("capability_off", "What the Cleo tenant does not offer.", lacks)


def _describe_documents(view: StatusView) -> Iterator[Metric]:
    documents: list[Sample] = [
        ({"link": each.link, "status": each.status}, each.documents) for each in view.documents
    ]
    yield _gauge("documents", "Documents by status.", documents)
    files: list[Sample] = [({"link": each.link, "status": each.status}, each.files) for each in view.files]
    yield _gauge("files", "Files by status.", files)
    amounts: list[Sample] = []
    oldest: dict[tuple[str, str], datetime] = {}
    for each in view.backlog:
        place = (each.link, each.status)
        oldest[place] = min(oldest.get(place, each.oldest), each.oldest)
        if each.kind:
            labels = {"link": each.link, "status": each.status, "kind": each.kind}
            amounts.append((labels | {"currency": each.currency}, each.amount))
    yield _gauge("backlog_amount", "Money of the documents that are not done with.", amounts)
    ages: list[Sample] = [
        ({"link": link, "status": status}, _to_seconds(view.at) - _to_seconds(since))
        for (link, status), since in oldest.items()
    ]
    yield _gauge("backlog_oldest_seconds", "Age of the oldest document that is not done with.", ages)


def _describe_exchanges(exchanges: list[RequestSum]) -> Iterator[Metric]:
    requests: list[Sample] = []
    seconds: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    billed: Counter[str] = Counter()
    for each in exchanges:
        labels = {"link": each.link, "system": each.system, "flow": each.flow}
        requests.append((labels | {"outcome": "ok" if each.ok else "error"}, each.requests))
        seconds[each.link, each.system] += each.milliseconds * _THOUSANDTH
        billed[each.link] += each.api_transactions
    yield _count("requests", "Requests to the systems since this process started.", requests)
    spent: list[Sample] = [({"link": link, "system": system}, n) for (link, system), n in seconds.items()]
    yield _count("request_seconds", "Time these requests took.", spent)
    billing: list[Sample] = [({"link": link}, n) for link, n in billed.items()]
    yield _count("api_transactions", "API transactions of Intacct since this process started.", billing)


def _gauge(name: str, said: str, samples: Iterable[Sample]) -> Metric:
    return Metric(name=f"ml_connector_{name}", kind="gauge", help=said, samples=tuple(samples))


def _count(name: str, said: str, samples: Iterable[Sample]) -> Metric:
    return Metric(name=f"ml_connector_{name}_total", kind="counter", help=said, samples=tuple(samples))


def _to_seconds(moment: datetime) -> Decimal:
    return Decimal(f"{moment.timestamp():.3f}")
