"""Many companies at once: how many documents a second one process makes into bills, and how many two.

    python -m benchmarks.engine_companies [--companies 20] [--files 5] [--workers 1 2] [--database ...] [--write]

Each link has a company and a tenant of its own, and as many files of 100 invoices; the gateway has no latency. The
clock runs from the first file's arrival until the last document is posted. Simulators, database and processes share
the machine, so that it is full before long: how much of it was at work stands beside. `--write` keeps the table in
docs/reference/performance.md.
"""

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.engine_site import LinkPlan, Site, open_site
from benchmarks.engine_tenants import Tenants, run_tenants
from tests.acceptance.trade import write_many
from tests.databases import DATABASES
from tests.processes import wait_until

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "performance.md"
OPENING: Final = "<!-- measured: companies -->"
END: Final = "<!-- end: companies -->"
_IN_A_FILE: Final = 100
_LONGEST: Final = 900.0
_HEAD: Final = (
    "| companies | documents | database | processes | documents a second | product | simulators | machine |",
    "|--:|--:|---|--:|--:|--:|--:|--:|",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What it took."""

    documents: int
    seconds: float
    product: float  #: processor seconds
    simulators: float
    busy: float  #: the part of the machine that was at work, with all other programs


def measure(*, companies: int, files: int, database: str, workers: int) -> Measured:
    """Make all documents of all companies into bills."""
    names = [f"c{n:02}" for n in range(companies)]
    schedule = {"poll": "every 2 seconds", "sync": "every 10 minutes"}
    with run_tenants() as tenants:
        plans = [
            LinkPlan(name=name, company=name.upper(), cleo=tenants.url, username=name, schedule=schedule)
            for name in names
        ]
        with open_site(plans, database=database, companies=[plan.company for plan in plans]) as site:
            for _ in range(workers):
                site.start_worker(watched=False)
            wait_until(lambda: _count_copies(site) == companies, what="all companies were copied")
            found = _measure(site, tenants, names, files)
            site.stop_workers()
            return found


def _count_copies(site: Site) -> int:
    ((found,),) = site.ask(
        "SELECT count(*) FROM jobs WHERE kind = 'sync' AND ended IS NOT NULL AND outcome = ''"
    )
    return int(found)


def _measure(site: Site, tenants: Tenants, names: list[str], files: int) -> Measured:
    documents = len(names) * files * _IN_A_FILE
    spent, served, busy, started = site.measure_cpu(), tenants.cpu, _measure_busy(), time.monotonic()
    for n in range(files):
        content = write_many(_IN_A_FILE, first=n * _IN_A_FILE + 1)
        for name in names:
            tenants.drop(name, f"{n:06}.edi", content)
    while (posted := _count_posted(site)) < documents:
        if time.monotonic() - started > _LONGEST:
            raise SystemExit(f"only {posted} of {documents} are posted")
        time.sleep(0.2)
    seconds, since = time.monotonic() - started, site.measure_cpu().since(spent)
    return Measured(
        documents=documents,
        seconds=seconds,
        product=since.product,
        simulators=since.simulators + tenants.cpu - served,
        busy=(_measure_busy() - busy) / seconds / (os.cpu_count() or 1),
    )


def _count_posted(site: Site) -> int:
    ((found,),) = site.ask("SELECT count(*) FROM documents WHERE status = 'posted'")
    return int(found)


def _measure_busy() -> float:
    """Processor seconds of the whole machine so far; the fourth and the fifth figure are idleness."""
    ticks = [int(each) for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def _describe(found: Measured, *, companies: int, database: str, workers: int) -> str:
    rate = found.documents / found.seconds
    return (
        f"| {companies} | {found.documents:,} | {database} | {workers} | {rate:.0f} "
        f"| {found.product:.1f} s | {found.simulators:.1f} s | {found.busy:.0%} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine_companies", description=__doc__)
    parser.add_argument("--companies", type=int, default=20)
    parser.add_argument("--files", type=int, default=5, help="of each company, 100 invoices each")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--database", choices=DATABASES, nargs="+", default=[*DATABASES])
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    table = [*_HEAD]
    print("\n".join(table), flush=True)
    for database in asked.database:
        for workers in asked.workers:
            found = measure(companies=asked.companies, files=asked.files, database=database, workers=workers)
            table.append(_describe(found, companies=asked.companies, database=database, workers=workers))
            print(table[-1], flush=True)
    if asked.write:
        head, _, rest = PAGE.read_text(encoding="utf-8").partition(OPENING)
        _, _, tail = rest.partition(END)
        PAGE.write_text("\n\n".join([head + OPENING, "\n".join(table), END + tail]), encoding="utf-8")


if __name__ == "__main__":
    main()
