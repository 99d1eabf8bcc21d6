"""Generated purchasing chains on the simulators: the books have each invoice to the cent, or not at all and say why.

python -m tests.acceptance.chain_campaign --orders 1000 [--seeds 1 2 3]
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.acceptance.chain_books import Books, Ended, Judge
from tests.acceptance.chain_dice import draw_chains
from tests.acceptance.chains import Bill, Chains, Order, Receipt, write_rules
from tests.acceptance.trade import HUB, INVOICED, RULES, write_interchange
from tests.acceptance.workbench import Bench, Systems, open_bench, run_until_nothing_is_open
from tests.contract.intacct_company import make_client
from tests.processes import COMPANY, LINK, run_cleo, run_intacct, set_up

from ml_connector.intacct import Call, Client, Dimensions, NewPurchasing, NewPurchasingLine, Subtotal
from ml_connector.records.status import Status

PLACE: Final = Dimensions(location_id="110", department_id="120", class_id="C01")
AT_ONCE: Final = 100  #: functions of a request
MATCHING: Final = {
    **RULES,
    "routes.toml": RULES["routes.toml"].replace('"ap_bill"', '"vendor_invoice"'),
    "notices.toml": '[[route]]\nset = "856"\ntarget = "receiver"\n\n[[notice]]\nasn_is_receipt = true\n',
    "matching.toml": write_rules(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How it ended: what must not be, and how much there was of what."""

    faults: Sequence[str]
    invoices: int
    posted: int
    parts: int  #: vendor invoices that were made
    announced: int  #: notices that were posted as receipts
    needs: Counter[str]  #: of what is held, by kind
    seconds: float

    def __str__(self) -> str:
        held = ", ".join(f"{kind} {count}" for kind, count in self.needs.most_common())
        return (
            f"{self.invoices} invoices: {self.posted} posted in {self.parts} vendor invoices, "
            f"{self.invoices - self.posted} held ({held}); {self.announced} notices received; "
            f"{len(self.faults)} wrong; {self.seconds:.0f} s"
        )


@dataclass(slots=True, kw_only=True)
class Buyers:
    """People who order and take in, all of them at once."""

    client: Client
    bench: Bench
    numbers: list[str] = field(default_factory=list)  #: of the orders, in their turn
    _keys: dict[tuple[str, int], int] = field(default_factory=dict)  #: of their lines

    def order(self, orders: Sequence[Order]) -> None:
        self.numbers = [id_.removeprefix("Purchase Order-") for id_ in self._write(map(_write_order, orders))]
        for line in self.look("PODOCUMENTENTRY"):
            self._keys[line["DOCHDRID"], int(line["LINE_NO"])] = int(line["RECORDNO"])

    def receive(self, orders: Sequence[Order], receipts: Sequence[Receipt]) -> None:
        self._write(self._write_receiver(orders[each.order], each) for each in receipts)

    def look(self, kind: str) -> list[dict[str, Any]]:
        """All records of a kind, as they stand in the books."""
        found: list[dict[str, Any]] = self.bench.systems.intacct.ask(
            "GET", "/truth", company=COMPANY, object=kind
        )
        return found

    def _write_receiver(self, order: Order, receipt: Receipt) -> NewPurchasing:
        source = f"Purchase Order-{self.numbers[receipt.order]}"
        lines = [
            NewPurchasingLine(
                item_id=line.ware.item,
                quantity=quantity,
                unit=line.unit,
                price=line.price,
                warehouse_id=line.ware.warehouse,
                source_line=self._keys[source, place],
                dimensions=PLACE,
            )
            for place, (line, quantity) in enumerate(zip(order.lines, receipt.quantities, strict=True))
            if quantity
        ]
        return NewPurchasing(
            definition="PO Receiver",
            vendor_id="V-1075",
            date=INVOICED,
            due_date=INVOICED,
            created_from=source,
            state="Draft" if receipt.is_draft else None,
            lines=tuple(lines),
        )

    def _write(self, documents: Iterator[NewPurchasing]) -> list[str]:
        waiting = list(documents)
        written: list[str] = []
        for first in range(0, len(waiting), AT_ONCE):
            calls = [
                Call(control_id=f"people:{time.monotonic_ns()}:{number}", body=body)
                for number, body in enumerate(waiting[first : first + AT_ONCE])
            ]
            results = self.client.writing.write(calls, entity="E100")
            assert all(result.key for result in results), results
            written += [result.key or "" for result in results]
        return written


def _write_order(order: Order) -> NewPurchasing:
    lines = [
        NewPurchasingLine(
            item_id=line.ware.item,
            quantity=line.quantity,
            unit=line.unit,
            price=line.price,
            warehouse_id=line.ware.warehouse,
            dimensions=PLACE,
        )
        for line in order.lines
    ]
    freight = (Subtotal(description="Freight", total=order.freight),) if order.freight else ()
    return NewPurchasing(
        definition="Purchase Order",
        vendor_id="V-1075",
        date=INVOICED,
        due_date=INVOICED,
        lines=tuple(lines),
        subtotals=freight,
    )


@contextmanager
def open_company(folder: Path, *, multi_source: bool) -> Iterator[Buyers]:
    """A company that converts from several sources at once or from one only, its buyers, and the product beside it."""
    with run_intacct(folder / "intacct.db") as intacct, run_cleo(folder / "cleo") as cleo:
        connector = set_up(
            folder / "ap",
            MATCHING,
            intacct=intacct.gateway,
            cleo=cleo.url,
            link_settings={"company.multi_source_conversion": multi_source, "reference_every": "0s"},
        )
        intacct.change_settings(company=COMPANY, multi_source_conversion=multi_source)
        systems = Systems(intacct=intacct, cleo=cleo, connector=connector)
        with (
            open_bench(systems, f"sqlite:///{folder / 'store.db'}") as bench,
            closing(make_client(intacct.gateway)) as client,
        ):
            yield Buyers(client=client, bench=bench)


def play(buyers: Buyers, chains: Chains) -> Played:
    """Order, take in what is there in time, invoice, take in the rest; then look into the books."""
    began = time.monotonic()
    buyers.order(chains.orders)
    names = dict(enumerate(buyers.numbers))
    bills = [replace(bill, names=names) for bill in chains.bills]
    for is_late in (False, True):
        buyers.receive(chains.orders, [each for each in chains.receipts if each.is_late is is_late])
        notices = [
            replace(each, name=names[each.receipt.order])
            for each in chains.notices
            if each.receipt.is_late is is_late
        ]
        drop = buyers.bench.systems.cleo.drop
        drop(
            f"notices-{is_late}.edi", write_interchange(*notices, sender=HUB, code="856", control=2 + is_late)
        )
        if not is_late:
            drop("invoices.edi", write_interchange(*bills, sender=HUB))
        _run(buyers.bench)
    _run(buyers.bench)
    return _look_into(buyers, chains, bills, began)


def _run(bench: Bench) -> None:
    bench.move_time(timedelta(minutes=6))
    run_until_nothing_is_open(bench, bench.once())


def _look_into(buyers: Buyers, chains: Chains, bills: Sequence[Bill], began: float) -> Played:
    documents = buyers.bench.app.documents.list(LINK, company=COMPANY)
    ended = {
        each.number: Ended(status=each.status, needs=tuple(need.key.partition(":")[0] for need in each.needs))
        for each in documents
    }
    books = Books(
        documents=buyers.look("PODOCUMENT"),
        lines=buyers.look("PODOCUMENTENTRY"),
        subtotals=buyers.look("PODOCUMENTSUBTOTALS"),
        bills=buyers.bench.systems.intacct.bills(vendor="V-1075"),
    )
    judge = Judge(chains, bills, ended, books, buyers.numbers)
    made = [each for each in books.documents if each["DOCPARID"] == "Vendor Invoice"]
    held = (ended[bill.number].needs for bill in bills if ended[bill.number].status is Status.HELD)
    return Played(
        faults=list(judge.find_faults()),
        invoices=len(bills),
        posted=len(judge.posted),
        parts=len(made),
        announced=len(judge.announced),
        needs=Counter(kind for needs in held for kind in set(needs)),
        seconds=time.monotonic() - began,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    options = parser.parse_args()
    wrong = 0
    for seed in options.seeds:
        for multi_source in (True, False):
            with (
                TemporaryDirectory() as folder,
                open_company(Path(folder), multi_source=multi_source) as buyers,
            ):
                played = play(buyers, draw_chains(seed, options.orders))
            way = "from several" if multi_source else "from one"
            sys.stdout.write("\n  ".join([f"seed {seed}, {way}: {played}", *played.faults[:20]]) + "\n")
            sys.stdout.flush()
            wrong += len(played.faults)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
