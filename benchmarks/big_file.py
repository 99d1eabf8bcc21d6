"""How much memory one long file takes, from Cleo to its documents, by the product as its users start it.

    python -m benchmarks.big_file [--megabytes 300] [--lines 600] [--json]

Two runs of `ml-connector once`, each of its own store: one takes a file of a single order, the other one of many.
What the second needs more than the first is what the file costs. `--lines` is how long each order is: about 50 bytes
a line, so 600 make documents of 30 KB. `--json` measures `once --json`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

from tests.acceptance.trade import RULES
from tests.processes import CleoProcess, Connector, IntacctProcess, run_cleo, run_intacct, set_up

LIMIT_MIB: Final = 40
_ISA: Final = "ISA*00*          *00*          *ZZ*BIGSENDER      *ZZ*OURHOUSE       *310314*1200*U*00401*000000001*0*P*>~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One run."""

    length: int
    documents: int
    peak_mib: float
    seconds: float


def write_orders(length: int, *, lines: int) -> Iterator[bytes]:
    """One interchange of purchase orders, about so many bytes long; at least one order."""
    yield f"{_ISA}GS*PO*BIGSENDER*OURHOUSE*20310314*1200*1*X*004010~".encode()
    written, orders = 0, 0
    while not orders or written < length:
        orders += 1
        order = _write_order(orders, lines)
        written += len(order)
        yield order
    yield f"GE*{orders}*1~IEA*1*000000001~".encode()


def _write_order(number: int, lines: int) -> bytes:
    head = f"ST*850*{number:09}~BEG*00*SA*PO-{number:07}**20310314~"
    body = "".join(
        f"PO1*{n}*{1 + n % 40}*EA*{n % 90}.{n % 100:02}**VN*ITEM-{number % 97:02}-{n:05}~"
        for n in range(1, lines + 1)
    )
    return f"{head}{body}CTT*{lines}~SE*{lines + 4}*{number:09}~".encode()


def measure(folder: Path, orders: Iterator[bytes], form: Sequence[str]) -> Figure:
    """Take one file by a `once` of this form, of its own store and its own systems.

    Nothing of it is held here: Linux counts the memory of the parent among what a child needed.
    """
    folder.mkdir()
    path = folder / "orders.edi"
    with path.open("wb") as file:
        file.writelines(orders)
    with run_intacct(folder / "intacct.db") as intacct, run_cleo(folder / "cleo") as cleo:
        connector = set_up(folder / "ap", RULES, intacct=intacct.gateway, cleo=cleo.url)
        _drop(cleo, path)
        command = connector.command("once", *form)
        return _run(connector, command, intacct, cleo, length=path.stat().st_size)


def _drop(cleo: CleoProcess, path: Path) -> None:
    connection = HTTPConnection("127.0.0.1", cleo.port)
    headers = {"Content-Length": str(path.stat().st_size)}
    with path.open("rb") as file:
        connection.request("POST", f"/_sim/drop?name={path.name}&folder=/edi/inbound", file, headers)
    answer = connection.getresponse()
    assert answer.status < 300, answer.read()
    connection.close()


def _run(
    connector: Connector, command: Sequence[str], intacct: IntacctProcess, cleo: CleoProcess, *, length: int
) -> Figure:
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=connector.folder,
        env=dict(connector.environment),
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - began
    _, result = connector.once()  # with nothing new; it tells how many documents there are
    assert process.returncode == 0
    assert cleo.names("/edi/archive") == ["orders.edi"]
    assert intacct.bills() == []
    return Figure(
        length=length,
        documents=sum(result["counts"].values()),
        peak_mib=used.ru_maxrss / 1024,
        seconds=took,
    )


def main() -> int:
    """Say what the file costs; 0 when it is no more than it may."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--megabytes", type=int, default=300)
    arguments.add_argument("--lines", type=int, default=600)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    form = ["--json"] if options.json else []
    with tempfile.TemporaryDirectory() as folder:
        small = measure(Path(folder, "small"), write_orders(0, lines=options.lines), form)
        length = options.megabytes * 1_000_000
        big = measure(Path(folder, "big"), write_orders(length, lines=options.lines), form)
    for figure in (small, big):
        print(
            f"{figure.length / 1e6:8.1f} MB  {figure.documents:8,} documents  peak {figure.peak_mib:6.1f} MiB  "
            f"{figure.seconds:6.1f} s"
        )
    extra = big.peak_mib - small.peak_mib
    print(f"the file costs {extra:.1f} MiB of memory; the goal is less than {LIMIT_MIB}")
    return 0 if extra < LIMIT_MIB else 1


if __name__ == "__main__":
    sys.exit(main())
