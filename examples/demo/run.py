"""The demo: two simulators on loopback, EDI files dropped by partners, one run of the line, the balance.

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
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

HERE = Path(__file__).parent
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
        for path in files:
            drop(cleo, path)
        print(f"{len(files)} files wait in Cleo's folder /edi/inbound\n", flush=True)
        status = run_connector(environment, "once", "--rows", "0")
        print(flush=True)
        if not options.edi:
            status = show_release(environment, intacct) or status
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


def show_release(environment: dict[str, str], intacct: Simulator) -> int:
    """Two invoices wait for a vendor; once Intacct has it, they go by themselves."""
    if not create_vendor(intacct):
        return 0
    vendor = f"{NEW_VENDOR['VENDORID']} {NEW_VENDOR['NAME']}"
    print(f"somebody creates vendor {vendor} in Intacct, and the connector runs again:\n", flush=True)
    status = run_connector(environment, "once")
    print(flush=True)
    return status


def create_vendor(intacct: Simulator) -> bool:
    """Somebody enters the vendor two invoices wait for; False where it is there from an earlier run."""
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
    command = Path(sys.executable).parent / "ml-connector"
    return subprocess.run([command, *arguments], env=environment, check=False).returncode


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
