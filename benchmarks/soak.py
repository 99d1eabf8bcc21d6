"""`ml-connector run` at high cadence for a long time: does anything grow that must not?

    python -m benchmarks.soak [--minutes 30] [--database sqlite|postgresql] [--write]

Each second a partner drops a file of some invoices, the link polls and its copy of Intacct is refreshed; now and then
all of Cleo's tokens end. Memory, open files, threads and the engine's rows are looked at again and again. The first
half is for warming up; of the second half the later part must not be above the earlier one. Exits with 1 when
something grew. `--write` puts the table into docs/reference/reliability.md.
"""

import argparse
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.engine_site import LinkPlan, Site, open_site
from benchmarks.processes import Sight, look_at
from tests.acceptance.trade import write_many
from tests.databases import DATABASES, run_sql

_PAGE: Final = Path(__file__).parent.parent / "docs" / "reference" / "reliability.md"
_OPEN, _CLOSE = "<!-- soak -->", "<!-- end -->"
_SAMPLES: Final = 60
_FEWEST: Final = 20  # samples and jobs that tell anything
_LONGEST: Final = 5  # times as long as asked for, on a machine with too much to do
_INVOICES: Final = 3
_TOKENS: Final = 50  # files between two ends of all tokens
_MEMORY: Final = 3.0  # MiB that the allocator may take and not give back
_FEW: Final = 2  # files and threads of a request that happens to be on its way
_KEPT: Final = 11 * 60.0  # seconds for which the engine keeps the rows of what is over
_LINK: Final = LinkPlan(name="main", schedule={"poll": "every 1 second", "sync": "every 1 second"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How it stood at a moment."""

    at: float  #: seconds since the first
    sight: Sight
    jobs: int  #: begun so far
    rows: int  #: of the engine
    documents: int  #: posted so far


def soak(seconds: float, database: str) -> list[Sample]:
    """Let it work for so long, or longer where little gets done; the samples, first to last."""
    with open_site([_LINK], database=database) as site:
        site.start_worker(watched=False)
        _feed(site, 0)
        _await_first(site)
        samples: list[Sample] = []
        started, fed = time.monotonic(), 0
        while (passed := time.monotonic() - started) < seconds or (
            passed < _LONGEST * seconds and _is_little(samples)
        ):
            if passed >= len(samples) * seconds / _SAMPLES:
                samples.append(_take_sample(site, passed))
            fed += 1
            _feed(site, fed)
            time.sleep(1)
        site.stop_workers()
        return samples


def _is_little(samples: Sequence[Sample]) -> bool:
    """Whether there is too little of it to tell what grows."""
    return len(samples) < _FEWEST or samples[-1].jobs - samples[0].jobs < _FEWEST


def judge(samples: Sequence[Sample]) -> tuple[str, ...]:
    """What grew though it must not."""
    half, last = len(samples) // 2, len(samples) * 3 // 4
    before, after = samples[half:last], samples[last:]
    looks: dict[str, tuple[Callable[[Sample], float], float]] = {
        "memory": (lambda sample: sample.sight.memory, _MEMORY),
        "open files": (lambda sample: sample.sight.files, _FEW),
        "threads": (lambda sample: sample.sight.threads, _FEW),
    }
    wrongs = []
    for name, (look, tolerance) in looks.items():
        earlier, later = (statistics.median(map(look, part)) for part in (before, after))
        if later > earlier + tolerance:
            wrongs.append(f"{name} grew from {earlier:.1f} to {later:.1f}")
    end = samples[-1]
    since = next(sample for sample in samples if end.at - sample.at <= _KEPT)
    allowed = end.jobs - since.jobs + samples[0].rows
    if end.rows > allowed:
        wrongs.append(f"the engine keeps {end.rows} rows of {allowed} jobs")
    if end.documents == samples[0].documents or end.jobs == samples[0].jobs:
        wrongs.append("nothing was done")
    return tuple(wrongs)


def _feed(site: Site, n: int) -> None:
    site.cleo.drop(f"{n:06}.edi", write_many(_INVOICES, first=n * _INVOICES + 1, apart=True))
    if n % _TOKENS == _TOKENS - 1:
        site.cleo.expire_tokens(refresh=True)


def _await_first(site: Site) -> None:
    end = time.monotonic() + 120
    while site.connector.run("status").status or site.count("posted") == 0:
        if time.monotonic() > end:
            raise SystemExit("nothing was posted in two minutes")
        time.sleep(0.2)


def _take_sample(site: Site, passed: float) -> Sample:
    (worker,) = site.workers
    if worker.poll() is not None:
        raise SystemExit(f"it ended with {worker.returncode}")
    ((jobs,),) = site.ask("SELECT sum(generation) FROM jobs")
    return Sample(
        at=passed,
        sight=look_at(worker.pid),
        jobs=int(jobs),
        rows=_count_rows(site),
        documents=site.count("posted"),
    )


def _count_rows(site: Site) -> int:
    """Of dbos, in its own file beside an SQLite store, else in a schema of its own."""
    is_file = site.store_url.startswith("sqlite")
    home, schema = (f"{site.store_url}.engine", "") if is_file else (site.store_url, "ml_connector_engine.")
    ((found,),) = run_sql(home, f"SELECT count(*) FROM {schema}workflow_status")
    return int(found)


def _write_table(samples: Sequence[Sample], database: str) -> str:
    head = [
        "| minute | jobs | documents | memory | open files | threads | rows of the engine | processor |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    shown = [*samples[:: max(1, len(samples) // 6)], samples[-1]]
    rows = [
        f"| {each.at / 60:.1f} | {each.jobs:,} | {each.documents:,} | {each.sight.memory:.1f} MiB "
        f"| {each.sight.files} | {each.sight.threads} | {each.rows:,} | {each.sight.cpu:.0f} s |"
        for each in dict.fromkeys(shown)
    ]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True, cwd=_PAGE.parent
    )
    return "\n".join([f"On {database}, at commit {commit.stdout.strip()}:", "", *head, *rows])


def _write_page(table: str) -> None:
    text = _PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_OPEN)
    after = rest.partition(_CLOSE)[2]
    _PAGE.write_text(f"{before}{_OPEN}\n\n{table}\n\n{_CLOSE}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/reference/reliability.md"
    )
    asked = parser.parse_args()
    samples = soak(asked.minutes * 60, asked.database)
    table = _write_table(samples, asked.database)
    print(table)
    wrongs = judge(samples)
    if asked.write and not wrongs:
        _write_page(table)
    if wrongs:
        raise SystemExit("\n".join(wrongs))


if __name__ == "__main__":
    main()
