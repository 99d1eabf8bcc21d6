"""An installation that works by itself, with as many links, companies and workers as asked for."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.processes import look_at
from tests.acceptance.trade import RULES
from tests.databases import run_sql, run_stores
from tests.processes import CleoProcess, Connector, IntacctProcess, run_cleo, run_intacct

from mlc_sim.intacct import sample_company

_SECRETS: Final = {
    "INTACCT_SENDER_PASSWORD": "demo-sender-password",
    "INTACCT_PASSWORD": "demo-user-password",
    "CLEO_PASSWORD": "demo-cleo-password",
}
_TOLD: Final = 5000  # characters of a worker's log, when something went wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPlan:
    """A link to be set up."""

    name: str
    company: str = sample_company.COMPANY_ID
    cleo: str = ""  #: address of its tenant; the one simulator's when empty
    username: str = "edi-service"
    schedule: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Site:
    """Simulators, store and workers."""

    folder: Path
    intacct: IntacctProcess
    cleo: CleoProcess
    store_url: str
    connector: Connector
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def ask(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        return run_sql(self.store_url, statement, **values)

    def count(self, status: str, *, link: str = "main") -> int:
        """Documents of a link in that status."""
        counting = "SELECT count(*) FROM documents WHERE link = :link AND status = :status"
        ((found,),) = self.ask(counting, link=link, status=status)
        return int(found)

    def measure_cpu(self) -> "Spent":
        """Processor seconds so far, by whom."""
        simulators = [self.intacct.pid, self.cleo.pid]
        return Spent(
            product=sum(look_at(worker.pid).cpu for worker in self.workers),
            simulators=sum(look_at(pid).cpu for pid in simulators),
        )

    def read_samples(self) -> list[tuple[str, str, float]]:
        """What the workers did, once they ended."""
        return [
            (step, deed, seconds)
            for n in range(len(self.workers))
            for step, deed, seconds in json.loads(self._locate_samples(n).read_text())
        ]

    def start_worker(self, *, watched: bool = True) -> None:
        """One more process of `ml-connector run`, its log in a file; being watched costs it some processor time."""
        n = len(self.workers)
        command = self.connector.command("run")
        if watched:
            command = [sys.executable, "-m", "benchmarks.engine_worker", str(self._locate_samples(n))]
        places = os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH")]))
        environment = {**self.connector.environment, "PYTHONPATH": places}
        with (self.folder / f"run-{n}.log").open("ab") as log:
            self.workers.append(
                subprocess.Popen(command, cwd=self.connector.folder, env=environment, stdout=log, stderr=log)
            )

    def stop_workers(self) -> None:
        """Let all end in order."""
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            if worker.wait(timeout=120) != 0:
                raise SystemExit(f"a worker ended with {worker.returncode}; its log: {self.folder}")

    def _locate_samples(self, n: int) -> Path:
        return self.folder / f"samples-{n}.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Processor seconds."""

    product: float
    simulators: float

    def since(self, before: "Spent") -> "Spent":
        return Spent(product=self.product - before.product, simulators=self.simulators - before.simulators)


@contextmanager
def open_site(
    links: Sequence[LinkPlan],
    *,
    database: str,
    intacct_options: Sequence[str] = (),
    companies: Sequence[str] = (),
) -> Iterator[Site]:
    """All of it without a worker, until the block ends; what still runs is killed then.

    The gateway knows the sample company, and the same under the names of `companies`.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="engine-")))
        stores = stack.enter_context(run_stores(database))
        url = stack.enter_context(stores.make())
        intacct = stack.enter_context(run_intacct(folder / "intacct.db", *intacct_options))
        cleo = stack.enter_context(run_cleo(folder / "cleo"))
        for company in companies:
            seed = sample_company.build()
            seed["company"]["id"] = company
            intacct.ask("POST", "/seed", seed)
        connector = _set_up(folder / "ap", links, intacct=intacct.gateway, cleo=cleo.url, store_url=url)
        site = Site(folder=folder, intacct=intacct, cleo=cleo, store_url=url, connector=connector)
        try:
            yield site
        except BaseException:
            for path in sorted(folder.glob("run-*.log")):
                sys.stderr.write(path.read_text()[-_TOLD:])
            raise
        finally:
            for worker in site.workers:
                worker.kill()
                worker.wait()


def _set_up(folder: Path, links: Sequence[LinkPlan], *, intacct: str, cleo: str, store_url: str) -> Connector:
    (folder / "rules").mkdir(parents=True)
    for name, text in RULES.items():
        (folder / "rules" / name).write_text(text)
    parts = [f"[store]\nurl = {json.dumps(store_url)}\n"]
    parts += [_describe(link, intacct=intacct, cleo=link.cleo or cleo) for link in links]
    (folder / "ml-connector.toml").write_text("\n".join(parts))
    outside = {name: value for name, value in os.environ.items() if not name.startswith("ML_CONNECTOR_")}
    secrets = {
        f"ML_CONNECTOR_LINK_{link.name.upper()}_{name}": value
        for link in links
        for name, value in _SECRETS.items()
    }
    return Connector(folder=folder, environment={**outside, **secrets})


def _describe(link: LinkPlan, *, intacct: str, cleo: str) -> str:
    schedule = "".join(f"schedule.{kind} = {json.dumps(timing)}\n" for kind, timing in link.schedule.items())
    return f"""[link.{link.name}]
mode = "live"
doubt = ["0s", "1s", "2s", "4s"]
{schedule}
[link.{link.name}.intacct]
url = "{intacct}"
sender_id = "{sample_company.SENDER_ID}"
company_id = "{link.company}"
user_id = "{sample_company.USER_ID}"
base_currency = "USD"

[link.{link.name}.cleo]
url = "{cleo}"
username = "{link.username}"
"""
