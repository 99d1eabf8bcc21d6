"""The second part of the demo: an order goes all the way to its invoice, and a shipment is billed without waiting for one.

The connector works by itself all the while; what people do is done beside it, as in an office.
"""

import shlex
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from connector import (
    HERE,
    WIDTH,
    Environment,
    Log,
    ask_connector,
    describe_environment,
    prepare,
    show_documents,
    work_by_itself,
)
from systems import Simulator, delete_drafts, drop, list_records, post_drafts, start_simulators

_PAPERS = HERE / "purchasing" / "edi"
_DAY = b"261109"  # on all papers; they go out with the day of the first run, as goods and invoices of the future wait
_ORDER, _INVOICE = "PO-88210", "IS-204511"
_CARTONS, _NOTICE, _LATER = "PO-88215", "OP-S331", "OP-90500"
_NEED = "confirmation:Ironvale Steel/Purchase Order-PO0001/1/400 Pound at 1.17"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Office:
    """Where the story takes place."""

    papers: Path
    environment: Environment
    intacct: Simulator
    cleo: Simulator
    log: Log

    def send(self, *names: str) -> None:
        """Partners drop these papers."""
        for name in names:
            drop(self.cleo, self.papers / f"{name}.edi")

    def await_posted(self, *numbers: str) -> None:
        show_documents(self.log, *numbers, until={"posted"})

    def decide(self, *arguments: str) -> None:
        """Somebody types a command."""
        print(f"  $ {_fold(['ml-connector', *map(shlex.quote, arguments)])}", flush=True)
        ask_connector(self.environment, *arguments)


def show_chain(folder: Path) -> None:
    """Tell the story; where it was told before, let all its papers come once more."""
    is_new = not (folder / "edi").exists()
    prepare(folder, HERE / "purchasing" / "rules")
    if is_new:
        _date_papers(folder / "edi")
    with start_simulators(folder) as systems:
        environment = describe_environment(folder, systems, mode="live")
        with work_by_itself(environment) as log:
            intacct, cleo = systems
            office = _Office(
                papers=folder / "edi", environment=environment, intacct=intacct, cleo=cleo, log=log
            )
            _tell_story(office) if is_new else _send_all_again(office)


def _date_papers(folder: Path) -> None:
    folder.mkdir()
    today = f"{datetime.now(UTC):%y%m%d}".encode()
    for path in _PAPERS.iterdir():
        (folder / path.name).write_bytes(path.read_bytes().replace(_DAY, today))


def _tell_story(office: _Office) -> None:
    _head("From the order to the invoice")
    _say(
        "The connector works by itself all the while. Our buying desk orders 400 pounds of steel strip at 1.15 and two cases of bolts:"
    )
    office.send("1_order")
    office.await_posted(_ORDER)
    _tell_of_confirmation(office)
    _tell_of_goods(office)
    _show_chain(office)
    _head("A shipment is billed before its invoice comes")
    _tell_of_evaluated_receipt(office)


def _tell_of_confirmation(office: _Office) -> None:
    _say("The seller confirms, but wants 1.17 a pound. What costs more is for people to decide:")
    office.send("2_confirmation")
    show_documents(office.log, _ORDER, until={"held"})
    _say(
        "Ana agrees; as four eyes are asked for, that waits until Mira approves it. Then the order is changed:"
    )
    office.decide("needs", "answer", _NEED, "agreed", "--by", "Ana", "--yes")
    office.decide("xref", "approve", "1", "--by", "Mira")
    office.await_posted(_ORDER)


def _tell_of_goods(office: _Office) -> None:
    _say(
        "Two trucks are announced, 150 and 200 pounds. Each notice becomes a receiver in draft: shipped is not received."
    )
    office.send("3_first_truck", "4_second_truck")
    office.await_posted("IS-T1", "IS-T2")
    _say("The invoice is quicker than the warehouse. It waits:")
    office.send("5_invoice")
    show_documents(office.log, _INVOICE, until={"held"})
    posted = post_drafts(office.intacct)
    _say(
        f"The warehouse has counted the goods and posts {' and '.join(posted)} in Intacct. The invoice goes by itself:"
    )
    office.await_posted(_INVOICE)


def _tell_of_evaluated_receipt(office: _Office) -> None:
    _say(
        "Oakhallow Packaging is settled by what it ships (evaluated receipt). An order, and the notice of its goods, "
        "which becomes a bill in draft at the order's prices:"
    )
    office.send("6_order_of_cartons")
    office.await_posted(_CARTONS)
    office.send("7_cartons_shipped")
    office.await_posted(_NOTICE)
    _show_books(office)
    _say("Its invoice comes all the same. It must not add to the draft, and waits:")
    office.send("8_invoice_of_cartons")
    show_documents(office.log, _LATER, until={"held"})
    drafts = delete_drafts(office.intacct)
    _say(
        f"Whoever has compared the two deletes {' and '.join(drafts)} in Intacct. The invoice goes by itself:"
    )
    office.await_posted(_LATER)
    _show_books(office)


def _send_all_again(office: _Office) -> None:
    _head("The same papers once more")
    _say("All papers of the order and of the shipment come a second time. None of them does anything twice:")
    office.send(*(path.stem for path in sorted(office.papers.iterdir())))
    show_documents(office.log, _ORDER, "IS-T1", "IS-T2", _INVOICE, _CARTONS, _NOTICE, _LATER)
    _show_books(office)


def _show_chain(office: _Office) -> None:
    """The chain as it is drawn, and the invoice beside its order and receipts."""
    _show(f"$ ml-connector trace {_ORDER}", ask_connector(office.environment, "trace", _ORDER))
    explained = ask_connector(office.environment, "documents", "explain", _INVOICE)
    _show(
        f"$ ml-connector documents explain {_INVOICE}\n…", explained[explained.rindex("\nline item ") + 1 :]
    )


def _show_books(office: _Office) -> None:
    bills = list_records(office.intacct, "APBILL")
    counted = ", ".join(f"{each['RECORDID']} over {each['TRX_TOTALDUE']} ({each['STATE']})" for each in bills)
    _say(f"In Intacct's own books: {counted}.")


def _show(head: str, output: str) -> None:
    print(f"\n{head}", *(line.rstrip() for line in output.rstrip().splitlines()), sep="\n", flush=True)


def _fold(words: Sequence[str]) -> str:
    """A command, broken where it would not fit a line."""
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > WIDTH - 8:
            lines.append("")
        lines[-1] += f"{word} "
    return "\\\n      ".join(lines).rstrip()


def _head(text: str) -> None:
    print(f"\n{text}\n{'=' * len(text)}", flush=True)


def _say(text: str) -> None:
    print(f"\n{textwrap.fill(text, WIDTH)}", flush=True)
