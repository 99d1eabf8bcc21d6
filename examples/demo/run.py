"""The demo: two simulators on loopback, EDI files dropped by partners, a run of the line, the line by itself, the balance.

Everything it makes lies in one folder and stays there, so a second run meets what the first has left.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

HERE = Path(__file__).parent
CONNECTOR = Path(sys.executable).parent / "ml-connector"
LATE = "wrenfield-paper_0311.edi"  # comes while the connector works by itself
PASSWORDS = {
    "ML_CONNECTOR_LINK_DEMO_INTACCT_SENDER_PASSWORD": "demo-sender-password",
    "ML_CONNECTOR_LINK_DEMO_INTACCT_PASSWORD": "demo-user-password",
    "ML_CONNECTOR_LINK_DEMO_CLEO_PASSWORD": "demo-cleo-password",
}

COMPANY = {
    "id": "ALDERFINCH",
    "sender_id": "alderfinch_ws",
    "sender_password": PASSWORDS["ML_CONNECTOR_LINK_DEMO_INTACCT_SENDER_PASSWORD"],
    "users": [{"user_id": "mlconnector", "password": PASSWORDS["ML_CONNECTOR_LINK_DEMO_INTACCT_PASSWORD"]}],
    "entities": ["E100", "E200"],
}
NEW_VENDOR = {
    "VENDORID": "V-1400",
    "NAME": "Wrenfield Paper Co",
    "TERMNAME": "N30",
    "CURRENCY": "USD",
    "STATUS": "active",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulator:
    """A running simulator, by its addresses."""

    url: str
    admin: str


def main() -> int:
    """Run the demo; returns the exit status of the line, or of the balance."""
    options = read_options()
    folder: Path = options.folder / "own-files" if options.edi else options.folder
    files = sorted(path for path in (options.edi or HERE / "edi").rglob("*") if path.is_file())
    if not files:
        print(f"no files in {options.edi}", file=sys.stderr)
        return 2
    prepare(folder)
    with start_simulators(folder) as (intacct, cleo):
        environment = describe_environment(folder, intacct, cleo, mode="test" if options.edi else "live")
        early = [path for path in files if options.edi or path.name != LATE]
        for path in early:
            drop(cleo, path)
        print(f"{len(early)} files wait in Cleo's folder /edi/inbound\n", flush=True)
        status = run_connector(environment, "once", "--rows", "0")
        print(flush=True)
        if not options.edi:
            status = show_work_by_itself(environment, intacct, cleo) or status
        balanced = run_connector(environment, "balance")
        bills = ask(f"{intacct.admin}/bills?company=ALDERFINCH")
        print(
            f"\nthe simulated Intacct company has {len(bills)} bills, counted in its own books over all runs"
        )
    say_how_to_look(folder, own=bool(options.edi))
    return status or balanced


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Show EDI invoices become AP bills, on simulators.")
    parser.add_argument("--folder", type=Path, default=Path("demo"), help="where everything is kept")
    parser.add_argument(
        "--edi", type=Path, help="a folder with EDI files of your own; they go over a link in test mode"
    )
    options = parser.parse_args()
    if options.edi and not options.edi.is_dir():
        parser.error(f"{options.edi} is no folder")
    return options


def prepare(folder: Path) -> None:
    """Put the demo's configuration into the folder, unless it is there: you may change it between runs."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    for path in (HERE / "ml-connector.toml", *(HERE / "rules").glob("*.toml")):
        target = folder / path.relative_to(HERE)
        if not target.exists():
            shutil.copyfile(path, target)


@contextmanager
def start_simulators(folder: Path) -> Iterator[tuple[Simulator, Simulator]]:
    """Both simulators on free ports, until the block ends; their state stays in the folder."""
    commands = (
        ("mlc_sim.intacct", "--state", str(folder / "intacct.db"), "--sample-company"),
        ("mlc_sim.cleo", "--state", str(folder / "cleo")),
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-m", *command, "--die-with-parent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for command in commands
    ]
    try:
        intacct, cleo = (read_address(process) for process in running)
        yield intacct, cleo
    finally:
        for process in running:
            process.terminate()
            process.communicate(timeout=10)


def read_address(process: subprocess.Popen[str]) -> Simulator:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise SystemExit("a simulator did not start; its message stands above")
    said = json.loads(line)
    return Simulator(url=said["url"], admin=said["admin"])


def describe_environment(folder: Path, intacct: Simulator, cleo: Simulator, *, mode: str) -> dict[str, str]:
    """The environment the connector runs in, also kept as a file to be read by a shell."""
    own = {
        "ML_CONNECTOR_CONFIG": str((folder / "ml-connector.toml").resolve()),
        "ML_CONNECTOR_LINK_DEMO_MODE": mode,
        "ML_CONNECTOR_LINK_DEMO_REFERENCE_EVERY": "0s",  # so that nobody waits for the next look at Intacct
        "ML_CONNECTOR_LINK_DEMO_INTACCT_URL": f"{intacct.url}/ia/xml/xmlgw.phtml",
        "ML_CONNECTOR_LINK_DEMO_CLEO_URL": cleo.url,
    } | PASSWORDS
    (folder / "env").write_text("".join(f"export {name}='{value}'\n" for name, value in own.items()))
    return {name: value for name, value in os.environ.items() if not name.startswith("ML_CONNECTOR_")} | own


def drop(cleo: Simulator, path: Path) -> None:
    """A partner drops a file into the inbound folder."""
    url = f"{cleo.admin}/drop?folder=/edi/inbound&name={quote(path.name, safe='')}"
    with urlopen(Request(url, data=path.read_bytes(), method="POST"), timeout=30):
        pass


def show_work_by_itself(environment: dict[str, str], intacct: Simulator, cleo: Simulator) -> int:
    """A file comes and waits for a vendor; once Intacct has it, its invoices go, and nobody calls the connector."""
    with subprocess.Popen([CONNECTOR, "run"], env=environment, stderr=subprocess.PIPE, text=True) as process:
        log = read_log(process)
        try:
            print("the connector works by itself now, as `ml-connector run`; it polls every second")
            if any(entry["message"].startswith("running as") for entry in log):
                print(f"a partner drops {LATE}:\n", flush=True)
                drop(cleo, HERE / "edi" / LATE)
                show_documents(log)
                if create_vendor(intacct):
                    vendor = f"{NEW_VENDOR['VENDORID']} {NEW_VENDOR['NAME']}"
                    print(f"\nsomebody creates vendor {vendor} in Intacct:\n", flush=True)
                    show_documents(log)
        finally:
            process.terminate()
            process.communicate(timeout=60)
    print(flush=True)
    return process.returncode


def read_log(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    """What it logs, as it comes; what is no log line is passed on."""
    for line in process.stderr or ():
        if line.startswith("{"):
            yield json.loads(line)
        else:
            print(line, end="", file=sys.stderr)


def show_documents(log: Iterator[dict[str, Any]]) -> None:
    """Show what becomes of documents, until a poll that moved some has ended; and whatever goes wrong."""
    moved = False
    for entry in log:
        message = entry["message"]
        if entry["document"]:
            moved, status = True, entry["status"]
            at = datetime.fromisoformat(entry["at"]).astimezone()
            what = message.removesuffix(f" {status}")
            print(f"  {at:%H:%M:%S}  {entry['kind']}  #{entry['document']:<4}{status:<10} {what}", flush=True)
        elif entry["level"] != "info":
            print(f"  {message}", flush=True)
        if moved and entry.get("kind") == "poll" and message.startswith("ended"):
            return


def create_vendor(intacct: Simulator) -> bool:
    """Somebody enters the vendor that invoices wait for; False where it is there from an earlier run."""
    seed = {"company": COMPANY, "objects": {"VENDOR": [NEW_VENDOR]}}
    request = Request(f"{intacct.admin}/seed", data=json.dumps(seed).encode(), method="POST")
    with urlopen(request, timeout=30) as answer:
        changed: dict[str, int] = json.load(answer)
    return bool(changed["VENDOR"])


def ask(url: str) -> list[object]:
    with urlopen(url, timeout=30) as answer:
        found: list[object] = json.load(answer)
    return found


def run_connector(environment: dict[str, str], *arguments: str) -> int:
    return subprocess.run([CONNECTOR, *arguments], env=environment, check=False).returncode


def say_how_to_look(folder: Path, *, own: bool) -> None:
    one = "'#1'" if own else "IS-204411"
    if own:
        print(f"\nYour partners, vendors and rules belong into {folder}/rules; then run it again.")
    print(
        f"""
Everything is kept in {folder}/. Look into it, in a shell of its own, with:
  . {folder}/env
  .venv/bin/ml-connector documents list --status held
  .venv/bin/ml-connector needs list
  .venv/bin/ml-connector documents show {one}
  .venv/bin/ml-connector documents explain {one}
  .venv/bin/ml-connector audit show document:1
  .venv/bin/ml-connector balance"""
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
