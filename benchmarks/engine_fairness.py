"""One link with 10,000 invoices to post and 1,000 quiet links: how soon a quiet link's new file is read.

    python -m benchmarks.engine_fairness [--links 1000] [--documents 10000] [--every 60] [--database sqlite] [--workers 1]

Every link is a company's of its own and polls as often as is said: a file waits for the time of its link's poll, and
then for its turn in line, which is to be 30 s at the most. While the busy one reads and posts, a file is
dropped for a quiet link every second, for another one each time, and it is timed, to a second, until the store says
that it is read. What comes after a quiet poll's reading, Intacct, is left out: those links have no copy of their companies.
"""

import argparse
import statistics
import time
from dataclasses import dataclass
from typing import Final

from benchmarks.engine_site import LinkPlan, Site, Spent, open_site
from benchmarks.engine_tenants import Tenants, run_tenants
from tests.acceptance.trade import write_many
from tests.databases import DATABASES
from tests.processes import wait_until

_BUSY: Final = "busy"
_GOAL: Final = 30.0
_DROPS: Final = 60
_FEWEST: Final = 20  #: quiet files that make a measurement
_LONGEST: Final = 900.0
_IN_A_FILE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How the quiet links fared beside the busy one."""

    waits: list[float]  #: seconds from a drop to the file's being read
    in_line: float  #: seconds that a quiet poll stood in line after its time had come, at the longest
    polls: float  #: of quiet links, a second
    posted: int
    seconds: float
    spent: Spent


def measure(*, links: int, documents: int, every: int, database: str, workers: int) -> Measured:
    """Let all of them work until the busy one has posted, or every quiet file is read, whichever is later."""
    names = [f"quiet{n:04}" for n in range(links)]
    quiet = {"poll": f"every {every} seconds", "sync": "never"}
    with run_tenants() as tenants:
        plans = [LinkPlan(name=_BUSY, schedule={"poll": "every 1 second", "sync": "every 1 minute"})]
        plans += [
            LinkPlan(name=n, company=f"C-{n}", cleo=tenants.url, username=n, schedule=quiet) for n in names
        ]
        with open_site(plans, database=database) as site:
            for first in range(1, documents + 1, _IN_A_FILE):
                site.cleo.drop(f"{first:06}.edi", write_many(min(_IN_A_FILE, documents), first=first))
            for _ in range(workers):
                site.start_worker(watched=False)
            wait_until(lambda: _count_polls(site) > 0, what="the first quiet link polled")
            found = _watch(site, tenants, names, documents)
            site.stop_workers()
            return found


def _watch(site: Site, tenants: Tenants, names: list[str], documents: int) -> Measured:
    before, started, polls = site.measure_cpu(), time.time(), _count_polls(site)
    waiting = iter(names[:: max(1, len(names) // _DROPS)])
    dropped: dict[str, float] = {}
    read: dict[str, float] = {}
    posted, in_line = 0, 0.0
    while posted < documents or len(read) < len(dropped) or len(read) < _FEWEST:
        goes_on = posted < documents or len(dropped) < _FEWEST
        if goes_on and (link := next(waiting, "")):
            tenants.drop(link, f"{link}.edi", write_many(1))
            dropped[link] = time.time()
        time.sleep(1)
        read |= {link: time.time() for link in _list_read(site) if link not in read}
        posted, in_line = site.count("posted", link=_BUSY), max(in_line, _find_longest_in_line(site))
        if time.time() - started > _LONGEST:
            raise SystemExit(f"{posted} are posted, {len(read)} of {len(dropped)} quiet files are read")
    took = time.time() - started
    return Measured(
        waits=sorted(read[link] - at for link, at in dropped.items()),
        in_line=in_line,
        polls=(_count_polls(site) - polls) / took,
        posted=posted,
        seconds=took,
        spent=site.measure_cpu().since(before),
    )


def _list_read(site: Site) -> set[str]:
    return {link for (link,) in site.ask("SELECT link FROM documents WHERE link <> :busy", busy=_BUSY)}


def _find_longest_in_line(site: Site) -> float:
    ((since,),) = site.ask("SELECT min(not_before) FROM jobs WHERE state = 'waiting' AND kind = 'poll'")
    return 0.0 if since is None else max(0.0, time.time() - since / 1_000_000)


def _count_polls(site: Site) -> int:
    ((found,),) = site.ask("SELECT coalesce(sum(generation), 0) FROM jobs WHERE link <> :busy", busy=_BUSY)
    return int(found)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine_fairness", description=__doc__)
    parser.add_argument("--links", type=int, default=1000)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--every", type=int, default=60, help="seconds between two polls of a quiet link")
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    found = measure(**vars(asked))
    print(
        "| quiet links | poll every | database | workers | in line at the longest | read after (median, longest) "
        "| polls a second | posted | product |"
    )
    print("|--:|--:|---|--:|--:|---|--:|---|--:|")
    print(
        f"| {asked.links:,} | {asked.every} s | {asked.database} | {asked.workers} | {found.in_line:.0f} s "
        f"| {statistics.median(found.waits):.0f} s, {found.waits[-1]:.0f} s | {found.polls:.0f} "
        f"| {found.posted:,} in {found.seconds:.0f} s | {found.spent.product:.0f} s |"
    )
    raise SystemExit(found.in_line > _GOAL)


if __name__ == "__main__":
    main()
