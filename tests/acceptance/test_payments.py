"""What was paid another way, and what belongs in a journal, in Intacct's books: the examples of their pages."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.test_ship_notices import list_records
from tests.acceptance.trade import HUB, INVOICED, RULES, Invoice, Item, write_interchange
from tests.acceptance.workbench import Bench, Systems, find_document, open_bench, run_until_nothing_is_open
from tests.docs.pages import list_blocks, read_page
from tests.processes import COMPANY, run_cleo, run_intacct, set_up

from ml_connector.records.status import Status

PAYMENTS: Final = "docs/howto/payments.md"
JOURNALS: Final = "docs/howto/journals.md"
POSTED: Final = {"object": "APPYMT", "RECORDNO": 1, "state": "Posted"}
LOST: Final = {"match": {"function": "create"}, "action": "drop", "when": "after", "times": 1}
BANK: Final = "bank:First Bank of Akron/01/044000037/DA/6789"
NEED: Final = "payment:First Bank of Akron/V-1075/CHK-7719/980.00/"


def read_example(page: str, language: str) -> str:
    """The only block of that kind on the page."""
    (block,) = (each for each in list_blocks(read_page(page)) if each.language == language)
    return block.body


def write_example(page: str, sender: str, group: str, code: str, day: str, now: date) -> bytes:
    """The segments on a page in an interchange, with another day in the place of theirs."""
    return wrap_example(read_example(page, "edi"), sender, group, code, day, now)


def wrap_example(text: str, sender: str, group: str, code: str, day: str, now: date) -> bytes:
    """The segments in an interchange, with another day in the place of theirs."""
    text = text.replace(day, f"{now:%Y%m%d}")
    parties = f"ZZ*{sender:15}*ZZ*{'ALDERFINCH':15}"
    head = (
        f"ISA*00*{'':10}*00*{'':10}*{parties}*{INVOICED:%y%m%d}*0730*U*00401*{5:09}*0*P*>~\n"
        f"GS*{group}*{sender}*ALDERFINCH*{INVOICED:%Y%m%d}*0730*5*X*004010~\nST*{code}*0001~\n"
    )
    return f"{head}{text}SE*{text.count('~') + 2}*0001~\nGE*1*5~\nIEA*1*{5:09}~\n".encode()


@contextmanager
def run_bench(folder: Path, rules: Mapping[str, str]) -> Iterator[Bench]:
    with run_intacct(folder / "intacct.db") as intacct, run_cleo(folder / "cleo") as cleo:
        connector = set_up(
            folder / "ap", rules, intacct=intacct.gateway, cleo=cleo.url, link_settings={"mode": "live"}
        )
        systems = Systems(intacct=intacct, cleo=cleo, connector=connector)
        with open_bench(systems, f"sqlite:///{folder / 'store.db'}") as opened:
            yield opened


def answer(bench: Bench, need: str, value: str, number: int = 1) -> None:
    """One person answers, another approves."""
    bench.type_command("needs", "answer", need, value, "--by", "Ana", "--yes")
    assert bench.type_command("xref", "approve", str(number), "--by", "Mira").exit_code == 0


def find_bill(bench: Bench) -> dict[str, Decimal]:
    """What the books say of the bill."""
    (bill,) = bench.systems.intacct.bills(vendor="V-1075", number="AF-5501")
    names = ("TRX_TOTALENTERED", "TRX_TOTALPAID", "TRX_TOTALSELECTED", "TRX_TOTALDUE")
    return {name.removeprefix("TRX_TOTAL").lower(): Decimal(bill[name]) for name in names}


@pytest.mark.rule("820 remittance", 2, 3)
def test_a_payment_short_by_the_discount_its_term_grants_leaves_nothing_of_the_bill_open(
    tmp_path: Path,
) -> None:
    ours = '[us]\nreceivers = ["ZZ/ALDERFINCH"]\n'
    example, bank = read_example(PAYMENTS, "toml").replace(ours, ""), "[[bank]]"
    rules = {**RULES, "payments.toml": example[: example.index(bank)]}  # people are asked for it
    with run_bench(tmp_path, rules) as bench:
        book_invoice(bench)
        record_payment(bench)


@pytest.mark.rule("GL journals", 1)
def test_an_invoice_is_booked_in_a_journal_in_draft_once_two_people_agreed(tmp_path: Path) -> None:
    with run_bench(tmp_path, {"journals.toml": read_example(JOURNALS, "toml")}) as bench:
        book_in_journal(bench)


def book_in_journal(bench: Bench) -> None:
    invoice = write_example(JOURNALS, "AMBERFAST", "IN", "810", "20261109", INVOICED)
    bench.systems.cleo.drop("invoice.edi", invoice)
    run_until_nothing_is_open(bench, bench.once())
    (need,) = find_document(bench, "AF-7700").needs

    answer(bench, need.key, "agreed")
    bench.systems.intacct.set_faults(LOST)
    run_until_nothing_is_open(bench, bench.once())

    (entry,) = list_records(bench, "GLBATCH")
    lines = [
        (each["TR_TYPE"], each["ACCOUNTNO"], each["TRX_AMOUNT"], each["LOCATION"])
        for each in list_records(bench, "GLENTRY")
    ]
    assert need.key.startswith("journal:Amberfield Fasteners/810/AF-7700/250.00/")
    assert (entry["JOURNAL"], entry["STATE"]) == ("GJ", "Draft")
    assert entry["REFERENCENO"] == find_document(bench, "AF-7700").document_key
    assert entry["REVERSEDATE"][8:] == "01"
    assert lines == [("1", "5060", "250.00", "110"), ("-1", "2020", "250.00", "110")]
    assert "offset of the rule" in explain(bench, "AF-7700")
    assert bench.type_command("balance", "--intacct").exit_code == 0


def post_payment(bench: Bench) -> dict[str, Decimal]:
    """Somebody submits the draft; what the books say of the bill then."""
    bench.systems.intacct.ask("POST", "/decisions", {"company": COMPANY, **POSTED})
    return find_bill(bench)


def explain(bench: Bench, number: str) -> str:
    return bench.type_command("documents", "explain", number).output


def book_invoice(bench: Bench) -> None:
    """The bill over 1,000.00 of the example, in the books."""
    item, seller = Item(quantity=100, price=Decimal("10.00")), "VN*Amberfield Fasteners*92*AF-FAST"
    invoice = Invoice(number="AF-5501", items=(item,), sellers=(seller,), dated=INVOICED)
    bench.systems.cleo.drop("invoice.edi", write_interchange(invoice, sender=HUB))
    run_until_nothing_is_open(bench, bench.once())


def assert_held_beside_the_draft(bench: Bench, paid: bytes) -> None:
    """Another remittance for the bill, while the books show nothing of the draft at it."""
    (bill,) = bench.systems.intacct.bills(vendor="V-1075", number="AF-5501")
    shown = {name: bill[name] for name in ("TRX_TOTALSELECTED", "STATE")}
    edit = {"company": COMPANY, "object": "APBILL", "RECORDNO": bill["RECORDNO"]}
    bench.systems.intacct.ask(
        "POST", "/edits", {**edit, "fields": {"TRX_TOTALSELECTED": "0.00", "STATE": "Posted"}}
    )
    bench.systems.cleo.drop("other.edi", paid.replace(b"CHK-7719", b"CHK-7720"))
    run_until_nothing_is_open(bench, bench.once())
    bench.systems.intacct.ask("POST", "/edits", {**edit, "fields": shown})
    assert [need.key for need in find_document(bench, "CHK-7720").needs] == ["paid:V-1075/AF-5501/CHK-7720"]


def record_payment(bench: Bench) -> None:
    intacct, cleo = bench.systems.intacct, bench.systems.cleo
    paid = write_example(PAYMENTS, "FIRSTBANK", "RA", "820", "20261114", INVOICED + timedelta(days=5))
    cleo.drop("paid.edi", paid)
    run_until_nothing_is_open(bench, bench.once())
    unknown = find_document(bench, "CHK-7719")
    answer(bench, BANK, "OPER")
    run_until_nothing_is_open(bench, bench.once())
    waiting = find_document(bench, "CHK-7719")

    answer(bench, waiting.needs[0].key, "agreed", 2)
    intacct.set_faults(LOST)
    run_until_nothing_is_open(bench, bench.once())
    cleo.drop("again.edi", paid)
    run_until_nothing_is_open(bench, bench.once())

    assert_held_beside_the_draft(bench, paid)

    (payment,) = list_records(bench, "APPYMT")
    bill = find_bill(bench)
    assert [need.key for need in unknown.needs] == [BANK]
    assert (waiting.status, [need.key[: len(NEED)] for need in waiting.needs]) == (Status.HELD, [NEED])
    assert (payment["STATE"], payment["DOCNUMBER"], payment["PAYMENTMETHOD"]) == ("Draft", "CHK-7719", "Cash")
    assert (payment["FINANCIALENTITY"], payment["TRX_TOTALENTERED"]) == ("OPER", "980.00")
    assert bill["entered"] - Decimal("980.00") - Decimal("20.00") == bill["due"] - bill["selected"] == 0
    after = post_payment(bench)
    assert (after["due"], after["selected"], after["paid"]) == (Decimal(0), Decimal(0), Decimal(1000))
    assert "RMR06 is 20.00, as term 2/10 N30 grants" in explain(bench, "CHK-7719")
    assert bench.type_command("balance", "--intacct").exit_code == 0
