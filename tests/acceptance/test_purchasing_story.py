"""From the order to the bill on the simulators, by the commands of every day: each paper once, each number right."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
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
name = "nuts come by weight"
when = { item = "NUT-M8" }
receipt = "not_needed"
quantity = "10"

[[match]]
name = "small rises"
price = "10.00"
price_percent = "2"

[[charge]]
name = "allowance"
on = "allowance"
subtotal = "Allowance"

[[item]]
code = "VN/HB-40X"
item = "BOLT-M8-40"

[[unit]]
code = "BX"
unit = "Dozen"
""",
}
ORDER: Final = "Purchase Order-PO0001"
SELLER: Final = "N1*SE*Ironvale*92*0042"
GROUPS: Final = {"850": "PO", "855": "PR", "856": "SH", "810": "IN", "820": "RA"}
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


def write_notice(
    number: str, *cartons: tuple[str, str, str], order: str = "P-1", seller: str = SELLER
) -> tuple[str, ...]:
    """A ship notice for an order: in each carton an item, so much of it, in this unit."""
    body = [f"BSN*00*{number}*{DAY}*0730", "HL*1**S", seller, "HL*2*1*O", f"PRF*{order}"]
    for place, (item, quantity, unit) in enumerate(cartons):
        pack = 3 + 2 * place
        body += [f"HL*{pack}*2*P", f"HL*{pack + 1}*{pack}*I", f"LIN**BP*{item}", f"SN1**{quantity}*{unit}"]
    return tuple(body)


def write_order(number: str) -> tuple[str, ...]:
    """An order of a hundred bolts and five hundred nuts."""
    items = ("PO1*1*100*EA*10**BP*BOLT-M8-40", "PO1*2*500*EA*0.1**BP*NUT-M8")
    return f"BEG*00*SA*{number}**{DAY}", "N1*BY*Alder & Finch*92*AF", SELLER, *items, "CTT*2"


def write_invoice(number: str, order: str, line: str, cents: int) -> tuple[str, ...]:
    """An invoice of one line: quantity, unit, price and item."""
    seller = "N1*VN*Ironvale Steel Supply*92*0042"
    return f"BIG*{DAY}*{number}**{order}", seller, f"IT1*1*{line}", f"TDS*{cents}", "CTT*1"


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
def office(tmp_path: Path, multi_source: bool) -> Iterator[Office]:  # noqa: FBT001
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


@pytest.mark.rule("Controls", 1)
def test_an_order_its_confirmation_notices_receipts_and_invoice_end_in_bills_of_the_right_amount(
    office: Office,
    multi_source: bool,  # noqa: FBT001
) -> None:
    order_with_one_price_rise(office)
    receivers = ship_in_two_parts(office)
    invoices = invoice_before_the_goods_are_taken_in(office, [*receivers] if not multi_source else [""])

    explained = office.type("documents", "explain", "INV-1")
    said = (
        f"{ORDER} line 1: within tolerance, by small rises",
        "7 too dear in all, 8.05 is allowed",
        *(f"200 on {receiver}, posted by a person" for receiver in receivers[1:]),
        "matched, by freight",
        "matched, by allowance",
    )
    assert [each for each in said if each not in explained] == [], explained
    for number in ("P-1", "PO0001", "ASN-2"):
        traced = office.type("trace", number)
        papers = ("order P-1 of", "confirmation P-1", "notice ASN-1", "notice ASN-2", "invoice INV-1")
        assert [traced.count(each) for each in papers] == [1, 1, 1, 1, 1], traced
        assert [key for key in (ORDER, *receivers, *invoices) if key not in traced] == [], traced

    kinds = ("PODOCUMENT", "PODOCUMENTENTRY", "APBILL", "APBILLITEM")
    before = [office.look(kind) for kind in kinds]
    office.resend()
    office.type("once")
    assert [office.look(kind) for kind in kinds] == before
    standing = Counter(each["status"] for each in json.loads(office.type("documents", "list", "--json")))
    assert standing == {"posted": 5, "duplicate": 10}
    office.type("balance", "--intacct")


def order_with_one_price_rise(office: Office) -> None:
    """The rise is held until a second person has approved it; then the order is changed."""
    totals = []
    office.drop("850", ORDERED, sender="AFBUYERS")
    office.type("once")
    office.drop("855", CONFIRMED)
    need = f"confirmation:Ironvale Steel/{ORDER}/1/400 Pound at 1.17"
    assert need in office.type("once")
    totals += [each["TOTAL"] for each in office.list_documents("Purchase Order").values()]
    office.type("needs", "answer", need, "agreed", "--by", "Ana", "--yes")
    assert office.bench.type_command("xref", "approve", "1", "--by", "Ana").exit_code != 0
    office.type("once")
    totals += [each["TOTAL"] for each in office.list_documents("Purchase Order").values()]
    office.type("xref", "approve", "1", "--by", "Mira")
    office.type("once")
    totals += [each["TOTAL"] for each in office.list_documents("Purchase Order").values()]
    assert totals == ["564.90", "564.90", "572.90"]


def ship_in_two_parts(office: Office) -> list[str]:
    """Each notice makes a receiver in draft; returns their ids."""
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
    return [*receivers]


def invoice_before_the_goods_are_taken_in(office: Office, sources: list[str]) -> list[str]:
    """The invoice waits for people to post the receivers, then goes by itself; returns what was made of it."""
    office.drop("810", INVOICE)
    assert "350 are on receivers that are not posted" in office.type("once")
    assert "not received, by small rises" in office.type("documents", "explain", "INV-1")
    office.post_receivers()
    office.type("once")

    assert office.count_lines("Purchase Order") == [
        ("STRIP-40", "400", "Pound", "350", "50"),
        ("BOLT-M8-40", "2", "Case", "2", "0"),
    ]
    assert office.count_lines("PO Receiver") == [
        ("STRIP-40", "150", "Pound", "150", "0"),
        ("BOLT-M8-40", "1", "Case", "1", "0"),
        ("STRIP-40", "200", "Pound", "200", "0"),
        ("BOLT-M8-40", "1", "Case", "1", "0"),
    ]
    invoices = office.list_documents("Vendor Invoice")
    made = [(each["VENDORDOCNO"], each["STATE"], each.get("CREATEDFROM", "")) for each in invoices.values()]
    assert made == [("INV-1", "Closed", source) for source in sources]
    invoiced = sorted(line[:2] for line in office.count_lines("Vendor Invoice"))
    assert invoiced == [("BOLT-M8-40", "1"), ("BOLT-M8-40", "1"), ("STRIP-40", "150"), ("STRIP-40", "200")]
    bills = office.bench.systems.intacct.bills(vendor="V-1008", number="INV-1")
    assert len(bills) == len(invoices)
    assert sum(Decimal(each["TRX_TOTALDUE"]) for each in bills) == Decimal("509.40")
    assert sum(Decimal(each["TOTAL"]) for each in invoices.values()) == Decimal("509.40")
    return [*invoices]


#: number -> the order, the line, its cents; what holds it, or nothing; what its explanation says of the rule
INVOICES: Final[Mapping[str, tuple[str, str, int, str, str]]] = {
    "split, first": ("L-1", "40*EA*10.15**BP*BOLT-M8-40", 40600, "", "within tolerance, by small rises"),
    "split, second": (
        "L-1",
        "40*EA*10.15**BP*BOLT-M8-40",
        40600,
        f"match:Ironvale Steel/{ORDER}/1/split, second/",
        "dearer than approved, by small rises",
    ),
    "early": ("L-2", "10*EA*10**BP*BOLT-M8-40", 10000, "receipt:", "not received, by small rises"),
    "early nuts": ("L-2", "9*EA*0.1**BP*NUT-M8", 90, "", "no receipt needed, nuts come by weight"),
    "other item": ("L-1", "10*LB*10**BP*STRIP-40", 10000, f"order_line:{ORDER}/STRIP-40", "order_line:"),
    "agreed item": ("L-1", "2*EA*10**VN*HB-40X", 2000, "", "by item cross-reference VN/HB-40X"),
    "other unit": ("L-1", "2*LB*10**BP*BOLT-M8-40", 2000, "unit:Ironvale Steel/BOLT-M8-40/LB", "unit:"),
    "priced by one": (
        "L-1",
        "1*DZ*10**BP*BOLT-M8-40",
        1000,
        f"match:Ironvale Steel/{ORDER}/1/priced by one/",
        "1 Dozen at 10 is rather the price of one Each",
    ),
    "agreed unit": ("L-1", "1*BX*120**BP*BOLT-M8-40", 12000, "", "by unit cross-reference BX"),
}


@pytest.mark.rule("810 invoice", 6)
def test_nothing_passes_without_the_rule_that_lets_it_and_the_explanation_names_the_rule(
    office: Office, tmp_path: Path
) -> None:
    for order in ("L-1", "L-2", "L-3"):
        office.drop("850", write_order(order), sender="AFBUYERS")
    office.type("once")
    office.drop("856", write_notice("all", ("BOLT-M8-40", "100", "EA"), order="L-1"))
    office.drop("856", write_notice("too many", ("BOLT-M8-40", "101", "EA"), order="L-2"))
    office.drop("856", write_notice("more nuts", ("NUT-M8", "505", "EA"), order="L-3"))
    shipped = office.type("once")
    office.post_receivers()
    for number, (order, line, cents, *_) in INVOICES.items():
        office.drop("810", write_invoice(number, order, line, cents))
    office.type("once")
    mail = tmp_path / "mail.edi"
    for control, price in ((901, "10.15"), (902, "10.1")):
        again = write_invoice(
            "split, first", "L-1", f"40*EA*{price}**BP*BOLT-M8-40", int(Decimal(price) * 4000)
        )
        mail.write_bytes(write_set("810", again, sender="IRONVALE", control=control))
        office.type("once", "--file", str(mail))

    assert "101 Each come together of 100, 0 more is allowed by small rises" in shipped
    assert "nuts come by weight" in office.type("documents", "explain", "more nuts")
    for number, (*_, need, rule) in INVOICES.items():
        explained = office.type("documents", "explain", number)
        assert need in explained, explained
        assert rule in explained, explained
    made = [each["VENDORDOCNO"] for each in office.list_documents("Vendor Invoice").values()]
    assert sorted(made) == sorted(number for number, (*_, need, _) in INVOICES.items() if not need)
    received = [each["VENDORDOCNO"] for each in office.list_documents("PO Receiver").values()]
    assert received == ["all", "more nuts"]
    statuses = [
        (each["number"], each["status"], [need["key"] for need in each["needs"]])
        for each in json.loads(office.type("documents", "list", "--json"))
        if each["file"] == mail.name
    ]
    assert statuses == [
        ("split, first", "duplicate", []),
        ("split, first", "held", ["duplicate:V-1008/split, first"]),
    ]
    office.type("balance", "--intacct")
