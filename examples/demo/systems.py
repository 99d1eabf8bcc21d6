"""The two simulators, what partners drop into the one and what people do by hand in the other."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

COMPANY = "ALDERFINCH"
PASSWORDS = {
    "ML_CONNECTOR_LINK_DEMO_INTACCT_SENDER_PASSWORD": "demo-sender-password",
    "ML_CONNECTOR_LINK_DEMO_INTACCT_PASSWORD": "demo-user-password",
    "ML_CONNECTOR_LINK_DEMO_CLEO_PASSWORD": "demo-cleo-password",
}
_ACCESS = {
    "id": COMPANY,
    "sender_id": "alderfinch_ws",
    "sender_password": PASSWORDS["ML_CONNECTOR_LINK_DEMO_INTACCT_SENDER_PASSWORD"],
    "users": [{"user_id": "mlconnector", "password": PASSWORDS["ML_CONNECTOR_LINK_DEMO_INTACCT_PASSWORD"]}],
    "entities": ["E100", "E200"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulator:
    """A running simulator, by its addresses."""

    url: str
    admin: str


@contextmanager
def start_simulators(folder: Path) -> Iterator[tuple[Simulator, Simulator]]:
    """Intacct and Cleo on free ports, until the block ends; their state stays in the folder."""
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
        intacct, cleo = (_read_address(process) for process in running)
        _set_up(intacct)
        yield intacct, cleo
    finally:
        for process in running:
            process.terminate()
            process.communicate(timeout=10)


def _read_address(process: subprocess.Popen[str]) -> Simulator:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise SystemExit("a simulator did not start; its message stands above")
    said = json.loads(line)
    return Simulator(url=said["url"], admin=said["admin"])


def _set_up(intacct: Simulator) -> None:
    """The company converts from several sources, as the connector is told."""
    settings = {"company": COMPANY, "multi_source_conversion": True}
    _call(f"{intacct.admin}/settings", json.dumps(settings).encode())


def drop(cleo: Simulator, path: Path) -> None:
    """A partner drops a file into the inbound folder."""
    _call(f"{cleo.admin}/drop?folder=/edi/inbound&name={quote(path.name, safe='')}", path.read_bytes())


def create_vendor(intacct: Simulator, vendor: Mapping[str, str]) -> bool:
    """Somebody enters a vendor; False where it is there already."""
    seed = {"company": _ACCESS, "objects": {"VENDOR": [vendor]}}
    changed: dict[str, int] = json.loads(_call(f"{intacct.admin}/seed", json.dumps(seed).encode()))
    return bool(changed["VENDOR"])


def list_records(intacct: Simulator, kind: str) -> list[dict[str, Any]]:
    """All records of a kind as they stand in the company's own books."""
    address = f"{intacct.admin}/truth?company={COMPANY}&object={kind}"
    found: list[dict[str, Any]] = json.loads(_call(address))
    return found


def post_drafts(intacct: Simulator) -> list[str]:
    """Whoever takes in the goods posts every receiver in draft; returns their ids."""
    drafts = [each for each in list_records(intacct, "PODOCUMENT") if each["STATE"] == "Draft"]
    for draft in drafts:
        number = {"company": COMPANY, "object": "PODOCUMENT", "RECORDNO": draft["RECORDNO"]}
        _call(f"{intacct.admin}/decisions", json.dumps({**number, "state": "Pending"}).encode())
    return [str(draft["DOCID"]) for draft in drafts]


def delete_drafts(intacct: Simulator) -> list[str]:
    """Somebody deletes every bill in draft; returns their numbers."""
    drafts = [each for each in list_records(intacct, "APBILL") if each["STATE"] == "Draft"]
    for draft in drafts:
        _call(f"{intacct.admin}/bills/{draft['RECORDNO']}?company={COMPANY}", method="DELETE")
    return [str(draft["RECORDID"]) for draft in drafts]


def _call(url: str, body: bytes | None = None, *, method: str | None = None) -> bytes:
    """What an admin route answers; a body is posted to it, unless another method is named."""
    with urlopen(Request(url, data=body, method=method), timeout=30) as answer:
        said: bytes = answer.read()
    return said
