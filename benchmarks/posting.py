"""How fast bills come into Intacct, beside another client in the same run, on simulated gateways that take their time.

    python -m benchmarks.posting [--bills 1000] [--slow-bills 500] [--write]

The other client, sageintacctsdk, is fetched where the tests of foreign clients keep it. `--write` puts the table
into docs/reference/performance.md.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Final

from tests.contract.foreign.installing import install_python
from tests.contract.foreign.tunnel import open_tunnel
from tests.processes import COMPANY, IntacctProcess, run_intacct

from ml_connector.intacct import ApBill, ApBillLine, BillCall, Client, Credentials, HttpTransport, Timeouts

HERE: Final = Path(__file__).parent
PAGE: Final = HERE.parent / "docs" / "reference" / "performance.md"
OPENING, END = "<!-- measured: posting -->", "<!-- end: posting -->"
REQUEST: Final = 0.4  #: seconds a gateway far away takes for each request
FUNCTION: Final = 0.2  #: seconds one that works hard takes for each bill
BATCH: Final = 100  #: bills in a request, the most the product sends
PEER_BILLS: Final = 50
DAY: Final = date(2031, 3, 10)
NUMBERS: Final = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row of the table."""

    what: str
    measured: str
    goal: str
    is_reached: bool


def make_bills(number: int) -> list[ApBill]:
    line = ApBillLine(
        account_no="5000", amount=Decimal("118.40"), memo="bars", location_id="110", class_id="C01"
    )
    return [
        ApBill(
            vendor_id="V-1008",
            number=f"BENCH-{next(NUMBERS):06}",
            reference=None,
            date=DAY,
            posting_date=DAY,
            due_date=None,
            term="N30",
            description="benchmark",
            action="Submit",
            lines=(line, line),
        )
        for _ in range(number)
    ]


@contextmanager
def open_gateway(*, request: float = 0, function: float = 0) -> Iterator[tuple[IntacctProcess, Client]]:
    """A gateway of its own that takes so many seconds for each, and our client with a session."""
    latency = ("--latency-ms", str(request * 1000), "--function-ms", str(function * 1000))
    with (
        tempfile.TemporaryDirectory() as folder,
        run_intacct(Path(folder, "intacct.db"), *latency) as gateway,
    ):
        client = Client(
            url=gateway.gateway,
            credentials=Credentials(
                sender_id="alderfinch_ws",
                sender_password="demo-sender-password",
                company_id=COMPANY,
                user_id="mlconnector",
                user_password="demo-user-password",
            ),
            transport=HttpTransport(),
            clock=lambda: datetime.now(UTC),
            timeouts=Timeouts(),
        )
        with closing(client):
            client.check(entity="E100")
            gateway.reset_counters()
            yield gateway, client


def post_ours(client: Client, bills: Sequence[ApBill]) -> tuple[float, float]:
    """Seconds for all of them, by the wall and of our own processor."""
    began, worked = time.perf_counter(), time.process_time()
    for start in range(0, len(bills), BATCH):
        calls = [
            BillCall(control_id=f"bench:{bill.number}", bill=bill) for bill in bills[start : start + BATCH]
        ]
        results = client.create_bills(calls, entity="E100")
        assert all(result.status == "created" for result in results), results
    return time.perf_counter() - began, time.process_time() - worked


def post_theirs(gateway: IntacctProcess, bills: Sequence[ApBill]) -> float:
    """Seconds for all of them, each in a request of its own, which is all that client can do."""
    python = install_python()
    login = {
        "sender_id": "alderfinch_ws",
        "sender_password": "demo-sender-password",
        "company_id": COMPANY,
        "user_id": "mlconnector",
        "user_password": "demo-user-password",
        "entity_id": "E100",
    }
    with tempfile.TemporaryDirectory() as folder:
        make = (str(python), "-m", "trustme", "--quiet", "--dir", folder, "--identities", "api.intacct.com")
        subprocess.run(make, check=True)
        with open_tunnel(gateway.url, Path(folder)) as proxy:
            way = {
                "HTTPS_PROXY": proxy,
                "NO_PROXY": "127.0.0.1",
                "REQUESTS_CA_BUNDLE": str(Path(folder, "client.pem")),
            }
            done = subprocess.run(
                (str(python), str(HERE / "posting_peer.py")),
                input=json.dumps({"login": login, "bills": list(map(_describe, bills))}),
                stdout=subprocess.PIPE,
                text=True,
                check=True,
                env={**os.environ, **way},
            )
    return float(json.loads(done.stdout)["seconds"])


def _describe(bill: ApBill) -> dict[str, object]:
    """The bill as the other client takes it."""
    lines = [
        {
            "ACCOUNTNO": line.account_no,
            "TRX_AMOUNT": str(line.amount),
            "ENTRYDESCRIPTION": line.memo,
            "LOCATIONID": line.location_id,
            "CLASSID": line.class_id,
        }
        for line in bill.lines
    ]
    return {
        "WHENCREATED": f"{bill.date:%m/%d/%Y}",
        "WHENPOSTED": f"{bill.posting_date:%m/%d/%Y}",
        "VENDORID": bill.vendor_id,
        "RECORDID": bill.number,
        "TERMNAME": bill.term,
        "APBILLITEMS": {"APBILLITEM": lines},
    }


def measure_far_gateway(bills: int) -> Iterator[Figure]:
    """Both clients at a gateway that takes its time for each request."""
    with open_gateway(request=REQUEST) as (gateway, client):
        ours, worked = (seconds / bills for seconds in post_ours(client, make_bills(bills)))
        transactions = gateway.counters()["api_transactions"] / bills
        theirs = post_theirs(gateway, make_bills(PEER_BILLS)) / PEER_BILLS
        booked = len(gateway.bills(vendor="V-1008"))
    assert booked >= bills + PEER_BILLS, booked
    ratio = theirs / ours
    where = f"at {REQUEST * 1000:.0f} ms a request"
    yield Figure(
        what=f"{bills:,} bills {where}, per bill, against the first {PEER_BILLS} by sageintacctsdk",
        measured=f"{ours * 1000:.1f} ms against {theirs * 1000:.0f} ms: {ratio:.0f} times",
        goal="at least 50 times",
        is_reached=ratio >= 50,
    )
    waited = REQUEST / BATCH
    yield Figure(
        what="where the time of ours goes: waiting for the far gateway, our processor, the simulator and the machine",
        measured=f"{waited * 1000:.1f} ms, {worked * 1000:.2f} ms, {(ours - waited - worked) * 1000:.1f} ms",
        goal="–",
        is_reached=True,
    )
    yield Figure(
        what="API transactions for each of these bills, as the gateway counts them",
        measured=f"{transactions:.3f}",
        goal="at most 1.02",
        is_reached=transactions <= 1.02,
    )


def measure_slow_gateway(bills: int) -> Iterator[Figure]:
    """Ours at a gateway that takes its time for each bill."""
    with open_gateway(function=FUNCTION) as (_, client):
        took, _ = post_ours(client, make_bills(bills))
    allowed = bills * FUNCTION
    yield Figure(
        what=f"{bills:,} bills at {FUNCTION * 1000:.0f} ms a function",
        measured=f"{took:.1f} s where the latencies allow {allowed:.0f} s: {took / allowed - 1:+.1%}",
        goal="within 10 %",
        is_reached=took <= allowed * 1.1,
    )


def measure_requests() -> Iterator[Figure]:
    """A read of one record at a gateway without latency."""
    with open_gateway() as (_, client):
        list(client.reading.read("VENDOR", [1]))
        times, worked = [], time.process_time()
        for _ in range(200):
            began = time.perf_counter()
            list(client.reading.read("VENDOR", [1], fields=("VENDORID", "NAME")))
            times.append(time.perf_counter() - began)
        worked = (time.process_time() - worked) / len(times)
    median = statistics.median(times)
    yield Figure(
        what="a request of one record at no latency, answer read included, median of 200",
        measured=f"{median * 1000:.1f} ms, {worked * 1000:.1f} of them our processor",
        goal="under 5 ms",
        is_reached=median < 0.005,
    )


def render(figures: Sequence[Figure]) -> str:
    rows = [
        f"| {each.what} | {each.measured} | {each.goal} | {'yes' if each.is_reached else 'no'} |"
        for each in figures
    ]
    return "\n".join(("| what | measured | goal | reached |", "|---|---|---|---|", *rows))


def main() -> int:
    """Write the table; 0 when every goal is reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bills", type=int, default=1000)
    parser.add_argument("--slow-bills", type=int, default=500)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    figures = [
        *measure_requests(),
        *measure_far_gateway(asked.bills),
        *measure_slow_gateway(asked.slow_bills),
    ]
    table = render(figures)
    print(table)
    if asked.write:
        head, _, rest = PAGE.read_text(encoding="utf-8").partition(OPENING)
        _, _, tail = rest.partition(END)
        PAGE.write_text(f"{head}{OPENING}\n\n{table}\n\n{END}{tail}", encoding="utf-8")
    return 0 if all(each.is_reached for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
