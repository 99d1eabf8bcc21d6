"""The documents of the preflight campaign: one of each kind that becomes something in Intacct."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final, Literal

from tests.acceptance.trade import INVOICED

Target = Literal["bill", "credit", "journal", "order", "receiver", "invoice", "payment"]
TARGETS: Final[tuple[Target, ...]] = (
    "bill",
    "credit",
    "journal",
    "order",
    "receiver",
    "invoice",
    "payment",
)
ORDERED: Final = frozenset({"receiver", "invoice"})  #: what is made of an order that is in Intacct
SENDERS: Final[Mapping[Target, str]] = {
    "bill": "BILLS",
    "credit": "BILLS",
    "journal": "LEDGER",
    "order": "DESK",
    "receiver": "TRADE",
    "invoice": "TRADE",
    "payment": "BANK",
}
_GROUPS: Final = {"810": "IN", "820": "RA", "850": "PO", "856": "SH"}
_SETS: Final[Mapping[Target, str]] = {"order": "850", "receiver": "856", "payment": "820"}
_DAY: Final = f"{INVOICED:%Y%m%d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document, with all that a fault may change about it."""

    target: Target
    number: str
    quantity: int
    price: Decimal  #: of so many pieces each
    vendor: str = "V-1075"
    item: str = "BOLT-M8-40"
    ship_to: str = ""
    remit_to: str = ""
    text: str = "goods"  #: by which coding rules know the line
    order: str = ""  #: the number that Intacct gave to it, or that of the bill which is paid
    bank: str = "6789"
    freight: bool = False
    house: str = ""  #: of several of a partner, each with a route of its own
    currency: str = ""
    tax: str = ""  #: the code of a tax of 20 per cent

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity

    @property
    def levied(self) -> Decimal:
        """The tax."""
        return (self.total / 5).quantize(Decimal("0.01")) if self.tax else Decimal(0)

    @property
    def sender(self) -> str:
        """Who sends it, by the id of its mailbox."""
        return f"{SENDERS[self.target]}{self.house}"

    @property
    def code(self) -> str:
        """The transaction set."""
        return _SETS.get(self.target, "810")

    def say(self, texts: Mapping[str, str]) -> "Paper":
        """The same document with other texts, by their names here."""
        changes: dict[str, Any] = {**texts}
        return replace(self, **changes)

    def list_segments(self) -> list[str]:
        """The segments between ST and SE."""
        return _WRITERS[self.target](self)


@dataclass(slots=True, kw_only=True)
class Envelope:
    """Numbers interchanges."""

    last: int = field(default=0)

    def wrap(self, sender: str, code: str, papers: list[Paper]) -> bytes:
        """One interchange with one group of these documents of one set."""
        self.last += 1
        parties = f"ZZ*{sender:15}*ZZ*{'ALDERFINCH':15}"
        head = f"ISA*00*{'':10}*00*{'':10}*{parties}*{INVOICED:%y%m%d}*0730*U*00401*{self.last:09}*0*P*>"
        segments = [head, f"GS*{_GROUPS[code]}*{sender}*ALDERFINCH*{_DAY}*0730*{self.last}*X*004010"]
        for place, paper in enumerate(papers, 1):
            body = paper.list_segments()
            segments += [f"ST*{code}*{place:04}", *body, f"SE*{len(body) + 2}*{place:04}"]
        segments += [f"GE*{len(papers)}*{self.last}", f"IEA*1*{self.last:09}"]
        return "".join(f"{segment}~\n" for segment in segments).encode()


def _write_invoice(paper: Paper) -> list[str]:
    kind = "CR" if paper.target == "credit" else ""
    big = f"BIG*{_DAY}*{paper.number}**{paper.order}***{kind}".rstrip("*")
    parties = [f"N1*VN*Seller*92*{paper.vendor}", *_write_party("RI", paper.remit_to)]
    line = f"IT1*1*{paper.quantity}*EA*{paper.price}**BP*{paper.item}"
    money = [f"CUR*SE*{paper.currency}"] if paper.currency else []
    total = [f"TDS*{(paper.total + paper.levied) * 100:.0f}"]
    taxes = [f"TXI*{paper.tax}*{paper.levied}*20"] if paper.tax else []
    return [big, *money, *parties, line, f"PID*F****{paper.text}", *total, *taxes, "CTT*1"]


def _write_order(paper: Paper) -> list[str]:
    parties = [
        "N1*BY*Alder & Finch*92*AF",
        f"N1*SE*Seller*92*{paper.vendor}",
        *_write_party("ST", paper.ship_to),
    ]
    line = f"PO1*1*{paper.quantity}*EA*{paper.price}**BP*{paper.item}"
    freight = ["SAC*C*D240***1850*******06***Freight"] if paper.freight else []
    return [f"BEG*00*SA*{paper.number}**{_DAY}", *parties, line, f"PID*F****{paper.text}", *freight, "CTT*1"]


def _write_notice(paper: Paper) -> list[str]:
    return [
        f"BSN*00*{paper.number}*{_DAY}*0730",
        "HL*1**S",
        f"DTM*050*{_DAY}",
        f"N1*SE*Seller*92*{paper.vendor}",
        "HL*2*1*O",
        f"PRF*{paper.order}",
        "HL*3*2*I",
        f"LIN*1*BP*{paper.item}",
        f"SN1**{paper.quantity}*EA",
    ]


def _write_remittance(paper: Paper) -> list[str]:
    account = f"01*044000037*DA*55006{paper.bank}"
    return [
        f"BPR*I*{paper.total}*C*ACH*CTX*{account}*1234567890**01*021000021*DA*998877*{_DAY}",
        f"TRN*1*{paper.number}",
        "N1*PR*Alder & Finch*92*AF",
        f"N1*PE*Seller*92*{paper.vendor}",
        "ENT*1",
        f"RMR*IV*{paper.order}**{paper.total}*{paper.total}",
    ]


def _write_party(role: str, id_: str) -> list[str]:
    return [f"N1*{role}*Somewhere*92*{id_}"] if id_ else []


_WRITERS: Final[Mapping[Target, Callable[[Paper], list[str]]]] = {
    "bill": _write_invoice,
    "credit": _write_invoice,
    "journal": _write_invoice,
    "order": _write_order,
    "receiver": _write_notice,
    "invoice": _write_invoice,
    "payment": _write_remittance,
}
