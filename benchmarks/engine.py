"""How many documents a second `ml-connector run` makes into bills, and where the time goes.

    python -m benchmarks.engine [--case files|single|far|idle ...] [--database sqlite|postgresql|both] [--size 1.0]

Files lie in the simulated Cleo's folder and our copy of Intacct is there; the clock runs from the moment at which the
poll may begin until the last document is posted. Both simulators are processes of their own on the same machine.
Beside the clock stands the processor time of the product and of the simulators, because other work of the machine
stretches the one and hardly the other; `--size` makes all files fewer.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.engine_site import LinkPlan, Site, Spent, open_site
from benchmarks.processes import look_at
from tests.acceptance.trade import write_many
from tests.databases import DATABASES
from tests.processes import wait_until

_LINK: Final = "main"
_LONGEST: Final = 3600.0
_IDLE: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """So many files of so many invoices each, at so many milliseconds a request."""

    files: int
    invoices: int
    latency: int = 0
    goals: tuple[int, int]  #: documents a second, on SQLite and on PostgreSQL


CASES: Final = {
    "files": Case(files=100, invoices=100, goals=(600, 300)),
    "single": Case(files=10_000, invoices=1, goals=(250, 250)),
    "far": Case(files=100, invoices=100, latency=400, goals=(100, 100)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a case took."""

    documents: int
    seconds: float
    spent: Spent
    samples: Sequence[tuple[str, str, float]]

    @property
    def rate(self) -> float:
        return self.documents / self.seconds


def measure(case: Case, database: str) -> Measured:
    """Make all documents of the case into bills."""
    links = [LinkPlan(name=_LINK, schedule={"poll": "every 1 second", "sync": "every 1 minute"})]
    options = ("--latency-ms", str(case.latency))
    with open_site(links, database=database, intacct_options=options) as site:
        site.connector.run("pause", "poll", "--by", "benchmark")
        site.start_worker()
        wait_until(lambda: _has_copied(site), what="our copy was taken")
        for n in range(case.files):
            site.cleo.drop(f"{n:06}.edi", write_many(case.invoices, first=n * case.invoices + 1))
        site.connector.run("resume", "poll", "--by", "benchmark")
        before, started = site.measure_cpu(), time.perf_counter()
        documents = case.files * case.invoices
        _await_posted(site, documents)
        took, spent = time.perf_counter() - started, site.measure_cpu().since(before)
        site.stop_workers()
        bills = len(site.intacct.bills())
        if bills != documents:
            raise SystemExit(f"{bills} bills for {documents} documents")
        return Measured(documents=documents, seconds=took, spent=spent, samples=site.read_samples())


def _has_copied(site: Site) -> bool:
    rows = site.ask("SELECT ended FROM jobs WHERE kind = 'sync' AND outcome = ''")
    return any(ended is not None for (ended,) in rows)


def _await_posted(site: Site, documents: int) -> None:
    end = time.monotonic() + _LONGEST
    while site.count("posted") < documents:
        faults = site.ask("SELECT outcome FROM jobs WHERE attempts > 2")
        if faults or time.monotonic() > end:
            raise SystemExit(f"only {site.count('posted')} of {documents} are posted: {faults}")
        time.sleep(0.2)


def _show_case(database: str, case: Case, size: float) -> None:
    files = max(1, round(case.files * size))
    smaller = Case(files=files, invoices=case.invoices, latency=case.latency, goals=case.goals)
    found = measure(smaller, database)
    goal = case.goals[DATABASES.index(database)]
    what = f"{files:,} files of {case.invoices}, {case.latency} ms a request"
    print(
        f"| {what} | {database} | {found.rate:.0f} | {goal} | {found.seconds:.1f} s "
        f"| {found.spent.product:.1f} s | {found.spent.simulators:.1f} s |",
        flush=True,
    )
    _show_samples(found)


def _show_samples(found: Measured) -> None:
    """Where the time went, on standard error."""
    table: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for step, deed, seconds in found.samples:
        table[step][deed] += seconds
    for step, deeds in sorted(table.items(), key=lambda each: -sum(each[1].values())):
        told = ", ".join(f"{deed} {seconds:.1f} s" for deed, seconds in sorted(deeds.items()))
        print(f"    {step}: {told}", file=sys.stderr)


def _show_idle(database: str) -> None:
    """What a process costs that has nothing to do, with the usual schedule and with a poll each second."""
    for schedule in ({}, {"poll": "every 1 second"}):
        with open_site([LinkPlan(name=_LINK, schedule=schedule)], database=database) as site:
            site.start_worker(watched=False)
            wait_until(lambda: _has_copied(site), what="our copy was taken")
            time.sleep(_IDLE / 3)
            (worker,) = site.workers
            before = look_at(worker.pid)
            time.sleep(_IDLE)
            after = look_at(worker.pid)
            share = (after.cpu - before.cpu) / _IDLE
            told = "a poll each second" if schedule else "the usual schedule"
            print(
                f"| idle, {told} | {database} | {share:.1%} of a core | {after.memory:.0f} MiB |", flush=True
            )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--case", choices=[*CASES, "idle"], nargs="+", default=[*CASES, "idle"])
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument("--size", type=float, default=1.0)
    asked = parser.parse_args()
    print("| what | database | documents a second | goal | the clock | product | simulators |")
    print("|---|---|--:|--:|--:|--:|--:|")
    for database in DATABASES if asked.database == "both" else (asked.database,):
        for name in asked.case:
            if name == "idle":
                _show_idle(database)
            else:
                _show_case(database, CASES[name], asked.size)


if __name__ == "__main__":
    main()
