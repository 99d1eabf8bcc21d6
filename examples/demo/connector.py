"""The connector as the demo starts it: its folder, its commands, and what it tells while it works by itself."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from systems import PASSWORDS, Simulator

HERE = Path(__file__).parent
WIDTH = 100
_COMMAND = Path(sys.executable).parent / "ml-connector"
SETTLED = frozenset({"posted", "held", "duplicate", "filed", "rejected"})
_ON_THE_WAY = frozenset({"read", "ready", "sending"})
_MOST_POLLS = 30  # without what is awaited; then it is not going to happen

Environment = Mapping[str, str]
Log = Iterator[dict[str, Any]]


def prepare(folder: Path, rules: Path) -> None:
    """Put configuration and rules into the folder, unless they are there: you may change them between runs."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    targets = {folder / "ml-connector.toml": HERE / "ml-connector.toml"}
    targets |= {folder / "rules" / path.name: path for path in rules.glob("*.toml")}
    for target, path in targets.items():
        if not target.exists():
            shutil.copyfile(path, target)


def describe_environment(folder: Path, systems: tuple[Simulator, Simulator], *, mode: str) -> dict[str, str]:
    """The environment the connector runs in, also kept as a file to be read by a shell."""
    intacct, cleo = systems
    own = {
        "ML_CONNECTOR_CONFIG": str((folder / "ml-connector.toml").resolve()),
        "ML_CONNECTOR_LINK_DEMO_MODE": mode,
        "ML_CONNECTOR_LINK_DEMO_REFERENCE_EVERY": "0s",  # so that nobody waits for the next look at Intacct
        "ML_CONNECTOR_LINK_DEMO_INTACCT_URL": f"{intacct.url}/ia/xml/xmlgw.phtml",
        "ML_CONNECTOR_LINK_DEMO_CLEO_URL": cleo.url,
    } | PASSWORDS
    (folder / "env").write_text("".join(f"export {name}='{value}'\n" for name, value in own.items()))
    return {name: value for name, value in os.environ.items() if not name.startswith("ML_CONNECTOR_")} | own


def run_connector(environment: Environment, *arguments: str) -> int:
    """Run a command, which prints; returns its exit status."""
    return subprocess.run([_COMMAND, *arguments], env=environment, check=False).returncode


def ask_connector(environment: Environment, *arguments: str) -> str:
    """What a command prints. Ends the demo where it fails."""
    narrow = {**environment, "COLUMNS": str(WIDTH)}
    done = subprocess.run([_COMMAND, *arguments], env=narrow, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"ml-connector {' '.join(arguments)}\n{done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def work_by_itself(environment: Environment) -> Iterator[Log]:
    """`ml-connector run` until the block ends, by what it logs; ended in order, as a service is."""
    with subprocess.Popen([_COMMAND, "run"], env=environment, stderr=subprocess.PIPE, text=True) as process:
        log = _read_log(process)
        try:
            if any(entry["message"].startswith("running as") for entry in log):
                yield log
        finally:
            process.terminate()
            process.communicate(timeout=60)
    if process.returncode:
        raise SystemExit(process.returncode)


def _read_log(process: subprocess.Popen[str]) -> Log:
    """What it logs, as it comes; what is no log line is passed on."""
    for line in process.stderr or ():
        if line.startswith("{"):
            yield json.loads(line)
        else:
            print(line, end="", file=sys.stderr)


def show_documents(log: Log, *numbers: str, until: Collection[str] = SETTLED) -> None:
    """Show what becomes of documents, and what goes wrong, until each number has come to one of these states.

    Returns at the end of a poll; of the thirtieth, where what is awaited does not come.
    """
    awaited, polls = set(numbers), 0
    for entry in log:
        message = entry["message"]
        if entry["document"]:
            if entry["status"] not in _ON_THE_WAY:
                _show(entry)
            if entry["status"] in until:
                awaited = {number for number in awaited if not message.startswith(number)}
        elif entry["level"] != "info":
            print(f"  {message}", flush=True)
        elif entry.get("kind") == "poll" and message.startswith("ended"):
            polls += 1
            if not awaited or polls == _MOST_POLLS:
                return


def _show(entry: Mapping[str, Any]) -> None:
    """A document, where it stands now and why; folded under itself."""
    at, status = datetime.fromisoformat(entry["at"]).astimezone(), entry["status"]
    head = f"  {at:%H:%M:%S}  {entry['kind']}  #{entry['document']:<4}{status:<10} "
    what = entry["message"].removesuffix(f" {status}")
    print(textwrap.fill(what, WIDTH, initial_indent=head, subsequent_indent=" " * len(head)), flush=True)
