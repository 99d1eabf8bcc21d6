"""From the order to the bill on the simulators, by the commands of every day: each paper once, each number right."""

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from tests.acceptance.test_orders import HOUSE
from tests.acceptance.trade import INVOICED, RULES
from tests.acceptance.workbench import Bench, Systems, open_bench
from tests.processes import COMPANY, run_cleo, run_intacct, set_up

DAY: Final = f"{INVOICED:%Y%m%d}"
MATCHING: Final = {
    "routes.toml": RULES["routes.toml"].replace('"ap_bill"', '"vendor_invoice"'),
    "answers.toml": """
[[route]]
set = "855"
target = "order_answer"

[[route]]
set = "856"
target = "receiver"

[[match]]
name = "small rises"
price = "10.00"
price_percent = "2"

[[charge]]
name = "allowance"
on = "allowance"
subtotal = "Allowance"
""",
}
ORDER: Final = "Purchase Order-PO0001"
SELLER: Final = "N1*SE*Ironvale*92*0042"
GROUPS: Final = {"850": "PO", "855": "PR", "856": "SH", "810": "IN"}
ORDERED: Final = (
    f"BEG*00*SA*P-1**{DAY}",
    "N1*BY*Alder & Finch*92*AF",
    SELLER,
    "N1*ST*Columbus*92*W-COL",
    "PO1*1*400*LB*1.15**BP*STRIP-40",
    "PO1*2*2*CA*43.2**BP*BOLT-M8-40",
    "SAC*C*D240***1850*******06***Freight",
    "CTT*2",
)
CONFIRMED: Final = (
    f"BAK*00*AC*P-1*{DAY}*****{DAY}",
    SELLER,
    "PO1*1*400*LB*1.17**BP*STRIP-40",
    "ACK*IP*400*LB",
    "PO1*2*2*CA*43.2**BP*BOLT-M8-40",
    "ACK*IA*2*CA",
    "CTT*2",
)
INVOICE: Final = (  # 350 pounds at 1.17 and 2 cases, freight and an allowance
    f"BIG*{DAY}*INV-1**P-1",
    "N1*VN*Ironvale Steel Supply*92*0042",
    "N1*ST*Columbus*92*W-COL",
    "IT1*1*350*LB*1.17**BP*STRIP-40",
    "IT1*2*2*CA*43.2**BP*BOLT-M8-40",
    "TDS*50940",
    "SAC*A*C310***500*******06***Allowance",
    "SAC*C*D240***1850*******06***Freight",
    "CTT*2",
)


def write_notice(number: str, *cartons: tuple[str, str, str]) -> tuple[str, ...]:
    """A ship notice for order P-1: in each carton an item, so much of it, in this unit."""
    body = [f"BSN*00*{number}*{DAY}*0730", "HL*1**S", SELLER, "HL*2*1*O", "PRF*P-1"]
    for place, (item, quantity, unit) in enumerate(cartons):
        pack = 3 + 2 * place
        body += [f"HL*{pack}*2*P", f"HL*{pack + 1}*{pack}*I", f"LIN**BP*{item}", f"SN1**{quantity}*{unit}"]
    return tuple(body)


@dataclass(slots=True, kw_only=True)
class Office:
    """What people and partners do: drop papers, type commands, post receivers, look into the books."""

    bench: Bench
    papers: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)  #: all that was dropped
    _files: Iterator[int] = field(default_factory=lambda: count(1))

    def drop(self, code: str, body: tuple[str, ...], *, sender: str = "IRONVALE") -> None:
        """A set in an interchange of its own."""
        self.papers.append((code, body, sender))
        self._send(code, body, sender, control=len(self.papers))

    def resend(self) -> None:
        """All that was dropped once more: as it was, and under new control numbers."""
        papers = list(enumerate(self.papers, 1))
        for control, paper in papers:
            self._send(*paper, control=control)
            self._send(*paper, control=100 + control)

    def post_receivers(self) -> None:
        """Whoever takes in the goods posts the drafts."""
        for each in self.look("PODOCUMENT"):
            if each["STATE"] == "Draft":
                number = {"object": "PODOCUMENT", "RECORDNO": each["RECORDNO"], "state": "Pending"}
                self.bench.systems.intacct.ask("POST", "/decisions", {"company": COMPANY, **number})

    def type(self, *arguments: str) -> str:
        """What a command prints; it must do what it is told."""
        done = self.bench.type_command(*arguments)
        assert done.exit_code == 0, (arguments, done.output)
        return done.output

    def look(self, kind: str) -> list[dict[str, Any]]:
        """All records of a kind, as they stand in the books."""
        records: list[dict[str, Any]] = self.bench.systems.intacct.ask(
            "GET", "/truth", company=COMPANY, object=kind
        )
        return records

    def count_lines(self, definition: str) -> list[tuple[str, ...]]:
        """Item, quantity, unit, what was converted and what is open of each line of these documents, in turn."""
        names = ("ITEMID", "QUANTITY", "UNIT", "QTY_CONVERTED", "QTY_REMAINING")
        lines = (each for each in self.look("PODOCUMENTENTRY") if each["DOCHDRID"].startswith(definition))
        return [tuple(each[name] for name in names) for each in lines]

    def list_documents(self, definition: str) -> dict[str, dict[str, Any]]:
        """The documents of a definition, by id."""
        return {each["DOCID"]: each for each in self.look("PODOCUMENT") if each["DOCPARID"] == definition}

    def _send(self, code: str, body: tuple[str, ...], sender: str, *, control: int) -> None:
        content = write_set(code, body, sender=sender, control=control)
        self.bench.systems.cleo.drop(f"{next(self._files)}.edi", content)


def write_set(code: str, body: tuple[str, ...], *, sender: str, control: int) -> bytes:
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{sender:15}*ZZ*{'ALDERFINCH':15}*{INVOICED:%y%m%d}*0730*U*00401*{control:09}*0*P*>",
        f"GS*{GROUPS[code]}*{sender}*ALDERFINCH*{DAY}*0730*{control}*X*004010",
        f"ST*{code}*0001",
        *body,
        f"SE*{len(body) + 2}*0001",
        f"GE*1*{control}",
        f"IEA*1*{control:09}",
    ]
    return "".join(f"{segment}~\n" for segment in segments).encode()


@pytest.fixture(params=[True, False], ids=["from several", "from one"])
def multi_source(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def office(tmp_path: Path, multi_source: bool, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:  # noqa: FBT001
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)  # nobody speaks TLS
    with run_intacct(tmp_path / "intacct.db") as intacct, run_cleo(tmp_path / "cleo") as cleo:
        connector = set_up(
            tmp_path / "ap",
            {**RULES, **HOUSE, **MATCHING},
            intacct=intacct.gateway,
            cleo=cleo.url,
            link_settings={"company.multi_source_conversion": multi_source, "reference_every": "0s"},
        )
        intacct.change_settings(company=COMPANY, multi_source_conversion=multi_source)
        systems = Systems(intacct=intacct, cleo=cleo, connector=connector)
        with open_bench(systems, f"sqlite:///{tmp_path / 'store.db'}") as bench:
            yield Office(bench=bench)


def test_an_order_its_confirmation_notices_receipts_and_invoice_end_in_one_bill_of_the_right_amount(
    office: Office,
    multi_source: bool,  # noqa: FBT001
) -> None:
    office.drop("850", ORDERED, sender="AFBUYERS")
    office.type("once")
    office.drop("855", CONFIRMED)
    held = office.type("once")
    need = f"confirmation:Ironvale Steel/{ORDER}/1/400 Pound at 1.17"
    (ordered,) = office.list_documents("Purchase Order").values()
    office.type("needs", "answer", need, "agreed", "--by", "Ana", "--yes")
    itself = office.bench.type_command("xref", "approve", "1", "--by", "Ana")
    office.type("once")
    (waiting,) = office.list_documents("Purchase Order").values()
    office.type("xref", "approve", "1", "--by", "Mira")
    office.type("once")
    (changed,) = office.list_documents("Purchase Order").values()

    assert need in held
    assert itself.exit_code != 0
    assert [each["TOTAL"] for each in (ordered, waiting, changed)] == ["564.90", "564.90", "572.90"]

    cartons = (("STRIP-40", "100", "LB"), ("STRIP-40", "50", "LB"), ("BOLT-M8-40", "1", "CA"))
    office.drop("856", write_notice("ASN-1", *cartons))
    office.drop("856", write_notice("ASN-2", ("STRIP-40", "200", "LB"), ("BOLT-M8-40", "1", "CA")))
    office.type("once")

    receivers = office.list_documents("PO Receiver")
    assert [(each["STATE"], each["CREATEDFROM"], each["VENDORDOCNO"]) for each in receivers.values()] == [
        ("Draft", ORDER, "ASN-1"),
        ("Draft", ORDER, "ASN-2"),
    ]
    assert office.count_lines("PO Receiver") == [
        ("STRIP-40", "150", "Pound", "0", "150"),
        ("BOLT-M8-40", "1", "Case", "0", "1"),
        ("STRIP-40", "200", "Pound", "0", "200"),
        ("BOLT-M8-40", "1", "Case", "0", "1"),
    ]

    office.drop("810", INVOICE)
    early = office.type("once")
    compared = office.type("documents", "explain", "INV-1")
    office.post_receivers()
    office.type("once")

    assert f"receipt:{ORDER}/1" in early
    assert "350 are on receivers that are not posted" in early
    assert "not received, by small rises" in compared
    assert office.count_lines("Purchase Order") == [
        ("STRIP-40", "400", "Pound", "350", "50"),
        ("BOLT-M8-40", "2", "Case", "2", "0"),
    ]
    assert [line[1:4:2] + line[4:] for line in office.count_lines("PO Receiver")] == [
        ("150", "150", "0"),
        ("1", "1", "0"),
        ("200", "200", "0"),
        ("1", "1", "0"),
    ]
    invoices = office.list_documents("Vendor Invoice")
    assert [(each["VENDORDOCNO"], each["STATE"]) for each in invoices.values()] == [("INV-1", "Closed")] * (
        1 if multi_source else 2
    )
    sources = [each.get("CREATEDFROM", "") for each in invoices.values()]
    assert sources == ([""] if multi_source else [*receivers])
    invoiced = [(item, quantity) for item, quantity, *_ in office.count_lines("Vendor Invoice")]
    assert invoiced == [("STRIP-40", "150"), ("STRIP-40", "200"), ("BOLT-M8-40", "1"), ("BOLT-M8-40", "1")]
    bills = office.bench.systems.intacct.bills(vendor="V-1008", number="INV-1")
    assert len(bills) == len(invoices)
    assert sum(Decimal(each["TRX_TOTALDUE"]) for each in bills) == Decimal("509.40")
    assert sum(Decimal(each["TOTAL"]) for each in invoices.values()) == Decimal("509.40")

    explained = office.type("documents", "explain", "INV-1")
    assert f"{ORDER} line 1: within tolerance, by small rises" in explained
    assert "7 too dear in all, 8.05 is allowed" in explained
    assert "matched, by freight" in explained
    assert "matched, by allowance" in explained
    for number in ("P-1", "PO0001", "INV-1", "ASN-2"):
        traced = office.type("trace", number)
        keys = (ORDER, *receivers, *invoices)
        assert [key for key in keys if key not in traced] == [], (number, traced)
        names = ("order P-1 of", "confirmation P-1", "notice ASN-1", "notice ASN-2", "invoice INV-1")
        assert [traced.count(name) for name in names] == [1, 1, 1, 1, 1], traced

    kinds = ("PODOCUMENT", "PODOCUMENTENTRY", "APBILL", "APBILLITEM")
    before = [office.look(kind) for kind in kinds]
    office.resend()
    office.type("once")
    office.type("once")
    assert [office.look(kind) for kind in kinds] == before
    office.type("balance", "--intacct")
