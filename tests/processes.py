"""Real processes on loopback: both simulators with their admin doors, and the product as its users start it.

Each is ended by its own handle. State lies in the folder that was given, so a process can be killed and started again.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlencode, urlsplit

COMPANY: Final = "ALDERFINCH"
INBOUND: Final = "/edi/inbound"
ARCHIVE: Final = "/edi/archive"
LINK: Final = "main"
PASSWORDS: Final = {
    "ML_CONNECTOR_LINK_MAIN_INTACCT_SENDER_PASSWORD": "demo-sender-password",
    "ML_CONNECTOR_LINK_MAIN_INTACCT_PASSWORD": "demo-user-password",
    "ML_CONNECTOR_LINK_MAIN_CLEO_PASSWORD": "demo-cleo-password",
}
_PATIENCE: Final = 120  # seconds until a process counts as stuck; nothing waits as long when all is well


class SimulatorProcess:
    """A simulator of its own process; `kill` and `start` again keep its address and its state."""

    module: str
    options: tuple[str, ...]

    def __init__(self, state: Path, *options: str) -> None:
        self.state = state
        self.options = options
        self.port = 0
        self._admin_port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it on a free port, or on the one it had before."""
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                self.module,
                *("--state", str(self.state), "--port", str(self.port), "--die-with-parent"),
                *self.options,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"{self.module} did not start; its message stands above"
        self.port, self._admin_port = (
            urlsplit(json.loads(line)[name]).port or 0 for name in ("url", "admin")
        )

    def kill(self) -> None:
        """End it as a power cut does: SIGKILL, nothing is put away."""
        assert self._process is not None
        self._process.kill()
        self._process.communicate(timeout=_PATIENCE)

    def stop(self) -> None:
        """End it in order; fine also when it was killed."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=_PATIENCE)

    def ask(self, method: str, path: str, body: object = None, **query: str) -> Any:
        """The JSON of an admin route, None for an empty answer. A body of bytes goes as it is, any other as JSON.

        It is asked at its own port, which stays open when the other one refuses connections.
        """
        connection = HTTPConnection("127.0.0.1", self._admin_port, timeout=_PATIENCE)
        target = f"/_sim{path}?{urlencode(query)}" if query else f"/_sim{path}"
        sent = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        try:
            connection.request(method, target, sent)
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        assert answer.status < 300, f"{method} {target}: {answer.status} {said!r}"
        return json.loads(said) if said else None

    def counters(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", "/counters")
        return found

    def reset_counters(self) -> None:
        self.ask("POST", "/counters/reset")

    def requests(self) -> list[dict[str, Any]]:
        """The last requests, secrets blotted out, oldest first."""
        found: list[dict[str, Any]] = self.ask("GET", "/requests")
        return found

    def set_faults(self, *faults: Mapping[str, object]) -> None:
        """Order faults as `mlc_sim.faults` describes them, in addition to those already set."""
        self.ask("POST", "/faults", list(faults))

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are set, with how often each matched and happened."""
        found: list[dict[str, Any]] = self.ask("GET", "/faults")
        return found

    def clear_faults(self) -> None:
        self.ask("DELETE", "/faults")

    def change_settings(self, **values: object) -> None:
        self.ask("POST", "/settings", values)

    def advance_clock(self, seconds: float) -> None:
        self.ask("POST", "/clock", {"advance": seconds})


class IntacctProcess(SimulatorProcess):
    """The gateway with the sample company ALDERFINCH."""

    module = "mlc_sim.intacct"

    def __init__(self, state: Path, *options: str) -> None:
        super().__init__(state, "--sample-company", *options)

    @property
    def gateway(self) -> str:
        return f"{self.url}/ia/xml/xmlgw.phtml"

    def bills(self, *, vendor: str = "", number: str = "") -> list[dict[str, Any]]:
        """The bills in the company's own books, each a dict of Intacct's fields with its lines as APBILLITEMS."""
        found: list[dict[str, Any]] = self.ask("GET", "/bills", company=COMPANY, vendor=vendor, number=number)
        return found

    def enter_bill(self, bill: Mapping[str, object], *, entity: str = "") -> None:
        """Enter a bill by hand: Intacct's fields, lines as APBILLITEMS."""
        self.ask("POST", "/bills", {"company": COMPANY, "entity": entity, "bill": bill})


class CleoProcess(SimulatorProcess):
    """The tenant with its folders /edi/inbound, /edi/archive and so on."""

    module = "mlc_sim.cleo"

    def drop(self, name: str, content: bytes, *, folder: str = INBOUND) -> str:
        """A partner drops a file; returns its id."""
        dropped: dict[str, Any] = self.ask("POST", "/drop", content, name=name, folder=folder)
        return str(dropped["id"])

    def files(self, folder: str) -> list[dict[str, Any]]:
        """id, name, folder, length and sha256 of each file in a folder."""
        found: list[dict[str, Any]] = self.ask("GET", "/files", folder=folder)
        return found

    def names(self, folder: str) -> list[str]:
        return sorted(str(file["name"]) for file in self.files(folder))

    def remove(self, file_id: str) -> None:
        """The file vanishes behind the back of the API."""
        self.ask("DELETE", f"/files/{file_id}")

    def expire_tokens(self, *, refresh: bool = False) -> None:
        self.ask("POST", "/tokens/expire", {"refresh": refresh})


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a run of the product left: its exit status and all it printed."""

    status: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """Standard output as JSON; fails with everything that was printed when it is none."""
        assert "Traceback" not in self.stderr, self.stderr
        try:
            return json.loads(self.stdout)
        except ValueError as error:
            raise AssertionError(f"exit {self.status}\n{self.stdout}\n{self.stderr}") from error


class Running(Protocol):
    """A command that goes on."""

    @property
    def returncode(self) -> int | None: ...
    def poll(self) -> int | None: ...
    def communicate(self) -> tuple[str, str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """The product in its configuration folder, every command a process of its own."""

    folder: Path
    environment: Mapping[str, str] = field(repr=False)

    def command(self, *arguments: str) -> list[str]:
        return [str(Path(sys.executable).parent / "ml-connector"), *arguments]

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Output:
        """Run a command to its end; `environment` changes single variables."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env={**self.environment, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        return Output(status=done.returncode, stdout=done.stdout, stderr=done.stderr)

    def once(self) -> tuple[int, dict[str, Any]]:
        """Run `once --json`; exit status and the result of the one link."""
        output = self.run("once", "--json")
        (result,) = output.json()
        return output.status, result

    def documents(self) -> list[dict[str, Any]]:
        """All documents of the store, as `documents list --json` tells them."""
        found: list[dict[str, Any]] = self.run("documents", "list", "--limit", "100000", "--json").json()
        return found

    @contextmanager
    def start(self, *arguments: str) -> Iterator[Running]:
        """A command that goes on while the block runs; killed at its end if it is still there."""
        with subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()
                process.communicate(timeout=_PATIENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Both systems and the product between them, over the store there."""

    intacct: IntacctProcess
    cleo: CleoProcess
    connector: Connector
    store_url: str = field(repr=False)


@contextmanager
def run_intacct(state: Path, *options: str) -> Iterator[IntacctProcess]:
    """The gateway simulator, until the block ends."""
    simulator = IntacctProcess(state, *options)
    try:
        simulator.start()
        yield simulator
    finally:
        simulator.stop()


@contextmanager
def run_cleo(state: Path, *options: str) -> Iterator[CleoProcess]:
    """The tenant simulator, until the block ends."""
    simulator = CleoProcess(state, *options)
    try:
        simulator.start()
        yield simulator
    finally:
        simulator.stop()


@contextmanager
def run_line(
    folder: Path,
    rules: Mapping[str, str],
    *,
    store_url: str,
    link_settings: Mapping[str, object] | None = None,
) -> Iterator[Line]:
    """Both simulators in a folder and the product set up for them, until the block ends."""
    with run_intacct(folder / "intacct.db") as intacct, run_cleo(folder / "cleo") as cleo:
        connector = set_up(
            folder / "ap",
            rules,
            intacct=intacct.gateway,
            cleo=cleo.url,
            store_url=store_url,
            link_settings=link_settings,
        )
        yield Line(intacct=intacct, cleo=cleo, connector=connector, store_url=store_url)


def set_up(
    folder: Path,
    rules: Mapping[str, str],
    *,
    intacct: str,
    cleo: str,
    store_url: str = "",
    link_settings: Mapping[str, object] | None = None,
) -> Connector:
    """Write a configuration with the one link `main`; rules are texts by file name.

    `link_settings` are further keys of the link; strings, numbers, truth values and lists of them. Without a
    `store_url` the store is where the product puts it by itself.
    """
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    for name, text in rules.items():
        (folder / "rules" / name).write_text(text, encoding="utf-8")
    usual = {"mode": "live", "doubt": ["0s", "1s", "2s", "4s"], "company.base_unit_lines": False}
    settings = {**usual, **(link_settings or {})}
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
    store = f"[store]\nurl = {json.dumps(store_url)}\n\n" if store_url else ""
    (folder / "ml-connector.toml").write_text(
        f"""{store}[link.{LINK}]
{lines}

[link.{LINK}.intacct]
url = "{intacct}"
sender_id = "alderfinch_ws"
company_id = "{COMPANY}"
user_id = "mlconnector"
base_currency = "USD"

[link.{LINK}.cleo]
url = "{cleo}"
username = "edi-service"
""",
        encoding="utf-8",
    )
    outside = {name: value for name, value in os.environ.items() if not name.startswith("ML_CONNECTOR_")}
    return Connector(folder=folder, environment={**outside, **PASSWORDS})


def wait_until(met: Callable[[], bool], *, what: str) -> None:
    """Look again and again until it is so; fails, saying what was awaited, when a process must be stuck."""
    for _ in range(_PATIENCE * 50):
        if met():
            return
        time.sleep(0.02)
    raise AssertionError(f"waited in vain until {what}")
