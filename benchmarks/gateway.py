"""The gateway simulator with a large company beside the same with a small one: milliseconds a request, and their ratio.

    python -m benchmarks.gateway [--folder DIR] [--vendors 100000] [--bills 1000000] [--rounds 20]

Both are processes of their own, asked over loopback in turns; figures are medians, after one request that is told
apart as the first. State files are made in the folder when absent (a million bills: some minutes, 1.4 GB) and used
again. What counts is that a request does not grow dearer with the company, and the 5 ms that a request may take: those
of a thousand rows and of fifty bills take more.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

_SMALL: Final = 1000  # vendors and bills of the small company
_CHUNK: Final = 100_000
_LOGIN: Final = "<login><userid>mlconnector</userid><companyid>ALDERFINCH</companyid><password>demo-user-password</password></login>"
_VENDOR: Final = "RECORDNO VENDORID NAME STATUS TERMNAME CURRENCY WHENMODIFIED"
_BILL: Final = (
    "RECORDNO RECORDID VENDORID STATE WHENCREATED TOTALENTERED TOTALDUE CURRENCY DESCRIPTION WHENMODIFIED"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A gateway that runs, with its company's size."""

    connection: HTTPConnection
    vendors: int
    bills: int

    def post(self, path: str, body: str) -> bytes:
        self.connection.request("POST", path, body.encode())
        answer = self.connection.getresponse().read()
        if b"<status>failure" in answer or b'{"error' in answer:
            raise SystemExit(answer.decode())
        return answer

    def ask(self, functions: Sequence[str]) -> float:
        """Milliseconds from the request to the end of the answer."""
        asked = _write_request(*functions)
        started = time.perf_counter()
        self.post("/ia/xml/xmlgw.phtml", asked)
        return (time.perf_counter() - started) * 1000

    def fill(self) -> None:
        """Make the company as large as it is to be."""
        names = [f"B-{number}" for number in range(1, min(self.vendors, _SMALL) + 1)]
        vendor = {"VENDORID": "B-{n}", "NAME": "Supplier {n}", "TERMNAME": ["N30", "N45"], "CURRENCY": "USD"}
        bill = {
            "VENDORID": names,
            "RECORDID": "INV-{n}",
            "WHENCREATED": "2030-01-31",
            "WHENDUE": "2030-03-02",
            "TERMNAME": "N30",
            "DESCRIPTION": "EDI 810 control number {n}",
        }
        line = {"ACCOUNTNO": "5000", "TRX_AMOUNT": "118.40", "LOCATIONID": "110", "CLASSID": "C01"}
        for name, fields, total in (("VENDOR", vendor, self.vendors), ("APBILL", bill, self.bills)):
            for first in range(1, total + 1, _CHUNK):
                count = min(_CHUNK, total - first + 1)
                order = {"object": name, "first": first, "count": count, "fields": fields, "lines": [line]}
                self.post("/_sim/bulk", json.dumps(order))
                print(f"{first + count - 1} {name}", file=sys.stderr)


def _write_cases(site: Site, turn: int) -> Mapping[str, Sequence[str]]:
    """The functions of the request of each case."""
    new = f"N-{time.time_ns()}-{turn}"
    return {
        "log in": ["<getAPISession/>"],
        **{name: [function] for name, function in _write_single_cases(site, new).items()},
        "fifty bills created": [_create(f"{new}-{number}") for number in range(50)],
    }


def _write_single_cases(site: Site, new: str) -> Mapping[str, str]:
    middle, late = site.bills // 2, "01/01/2090 00:00:00"
    early = _compare("greaterthan", "WHENMODIFIED", "01/01/2020 00:00:00")
    hundred = _compare("in", "RECORDID", *(f"INV-{middle + number}" for number in range(100)))
    return {
        "one vendor by its id": _query("VENDOR", _VENDOR, _compare("equalto", "VENDORID", "B-500")),
        "one bill by its number": _query("APBILL", _BILL, _compare("equalto", "RECORDID", f"INV-{middle}")),
        "a hundred bills by number": _query("APBILL", _BILL, hundred),
        "bills changed since, none": _query("APBILL", _BILL, _compare("greaterthan", "WHENMODIFIED", late)),
        "bills changed since, all, first page": _query("APBILL", _BILL, early),
        "vendors, first page of 100": _query("VENDOR", _VENDOR),
        "active vendors, page of 100": _query("VENDOR", _VENDOR, _compare("equalto", "STATUS", "active")),
        "bills by key, page of 100": _query("APBILL", _BILL, _compare("greaterthan", "RECORDNO", "500")),
        "bills by key, page of 1000": _query("APBILL", _BILL, size=1000),
        "count of vendors": _count("VENDOR"),
        "count of bills": _count("APBILL"),
        "lines of a bill": _query(
            "APBILLITEM", "RECORDNO RECORDKEY AMOUNT", _compare("equalto", "RECORDKEY", f"{middle}")
        ),
        "a bill read whole": f"<read><object>APBILL</object><keys>{middle}</keys></read>",
        "vendors by a query string, page of 1000": "<readByQuery><object>VENDOR</object><fields>*</fields>"
        "<query></query><pagesize>1000</pagesize></readByQuery>",
        "a bill created": _create(new),
    }


def _write_request(*functions: str) -> str:
    content = "".join(
        f'<function controlid="f{number}">{each}</function>' for number, each in enumerate(functions)
    )
    return (
        "<request><control><senderid>alderfinch_ws</senderid><password>demo-sender-password</password>"
        "<controlid>benchmark</controlid><uniqueid>false</uniqueid><dtdversion>3.0</dtdversion></control>"
        f"<operation><authentication>{_LOGIN}</authentication><content>{content}</content></operation></request>"
    )


def _query(name: str, fields: str, where: str = "", *, size: int = 100) -> str:
    select = "".join(f"<field>{field}</field>" for field in fields.split())
    filtered = f"<filter>{where}</filter>" if where else ""
    return (
        f"<query><object>{name}</object><select>{select}</select>{filtered}"
        f"<orderby><order><field>RECORDNO</field><ascending/></order></orderby><pagesize>{size}</pagesize></query>"
    )


def _compare(operator: str, field: str, *values: str) -> str:
    return f"<{operator}><field>{field}</field>{''.join(f'<value>{each}</value>' for each in values)}</{operator}>"


def _count(name: str) -> str:
    return f"<query><object>{name}</object><select><count>RECORDNO</count></select></query>"


def _create(number: str) -> str:
    return (
        "<create><APBILL><VENDORID>V-1008</VENDORID><WHENCREATED>01/31/2030</WHENCREATED><TERMNAME>N30</TERMNAME>"
        f"<RECORDID>{number}</RECORDID><APBILLITEMS><APBILLITEM><ACCOUNTNO>5000</ACCOUNTNO><TRX_AMOUNT>1.00</TRX_AMOUNT>"
        "<LOCATIONID>110</LOCATIONID><CLASSID>C01</CLASSID></APBILLITEM></APBILLITEMS></APBILL></create>"
    )


@contextmanager
def _run(state: Path, vendors: int, bills: int) -> Iterator[Site]:
    is_new = not state.exists()
    command = [sys.executable, "-m", "mlc_sim.intacct", "--state", str(state), "--sample-company"]
    with subprocess.Popen(
        [*command, "--die-with-parent"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        address = urlsplit(json.loads(process.stdout.readline())["url"])
        site = Site(connection=HTTPConnection(address.netloc, timeout=600), vendors=vendors, bills=bills)
        if is_new:
            site.fill()
        try:
            yield site
        finally:
            site.connection.close()
            process.terminate()


def _measure(small: Site, large: Site, rounds: int) -> None:
    print(f"{'':38}{'small':>10}{'large':>10}{'ratio':>8}{'first':>10}   ms a request")
    for name in _write_cases(small, 0):
        first = large.ask(_write_cases(large, -1)[name])
        times: tuple[list[float], list[float]] = ([], [])
        for turn in range(rounds):
            for site, kept in zip((small, large), times, strict=True):
                kept.append(site.ask(_write_cases(site, turn)[name]))
        one, other = (statistics.median(each) for each in times)
        print(f"{name:38}{one:10.2f}{other:10.2f}{other / one:8.2f}{first:10.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "gateway-benchmark")
    parser.add_argument("--vendors", type=int, default=100_000)
    parser.add_argument("--bills", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        small, large = (
            stack.enter_context(_run(options.folder / f"{vendors}-{bills}.db", vendors, bills))
            for vendors, bills in ((_SMALL, _SMALL), (options.vendors, options.bills))
        )
        _measure(small, large, options.rounds)


if __name__ == "__main__":
    main()
