"""Invoices of every make, by seed: fractions of cents, returns, charges, allowances and taxes of lines and of the whole."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from tests.acceptance.trade import HUB, INVOICED, RULES, STEEL

_CENT: Final = Decimal("0.01")
_SELLERS: Final[Mapping[str, Sequence[str]]] = {
    STEEL: ("92*0042",),
    HUB: ("92*AF-FAST", "92*AF-PACK"),
}
MANY_WAYS: Final[Mapping[str, str]] = {
    "partners.toml": RULES["partners.toml"],
    "vendors.toml": RULES["vendors.toml"],
    "routes.toml": """
[[route]]
set = "810"
target = "ap_bill"
entity = "E100"
location = "110"

[[route]]
set = "810"
partner = "Amberfield Hub"
target = "ap_bill"
entity = "E100"
location = "110"
line_detail = "by_coding"
""",
    "coding.toml": """
[[coding]]
name = "packaging in thirds"
when = { vendor = "V-1120" }
account = "5080"
split = [{ percent = "33.3333" }, { percent = "33.3333", department = "120" }, { location = "130" }]

[[coding]]
name = "dear bars: a fixed part"
when = { item = "VN/BAR*", amount_from = "500" }
account = "5060"
split = [{ amount = "123.45" }, { location = "130" }, { amount = "0.01", department = "120" }]

[[coding]]
name = "bars"
when = { item = "VN/BAR*" }
account = "5060"
split = [{ percent = "0.0001" }, { percent = "99.9999", department = "120" }]

[[coding]]
name = "everything else"
account = "5080"
form_1099 = "NEC"
box_1099 = "1"

[[coding]]
name = "freight"
on = "charge"
when = { code = "D240" }
account = "5200"
split = [{ percent = "14.2857", location = "130" }, {}]

[[coding]]
name = "other charges"
on = "charge"
spread = true

[[coding]]
name = "defective allowance"
on = "allowance"
when = { code = "B950" }
account = "5060"

[[coding]]
name = "other allowances"
on = "allowance"
spread = true

[[coding]]
name = "local tax"
on = "tax"
when = { code = "LS" }
account = "6810"

[[coding]]
name = "other taxes"
on = "tax"
spread = true
""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A charge, an allowance or a tax."""

    kind: str
    code: str
    amount: Decimal  #: as it is written

    @property
    def signed(self) -> Decimal:
        return -self.amount if self.kind == "A" else self.amount

    def write(self) -> str:
        if self.kind == "T":
            return f"TXI*{self.code}*{self.amount:f}"
        return f"SAC*{self.kind}*{self.code}***{self.amount * 100:.0f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wares:
    """A line with what belongs to it."""

    quantity: Decimal
    price: Decimal
    code: str
    own: Sequence[Added]

    def write(self, number: int) -> Iterator[str]:
        yield f"IT1*{number}*{self.quantity:f}*EA*{self.price:f}**VN*{self.code}"
        yield from (each.write() for each in self.own)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyInvoice:
    """An invoice that says what it comes to."""

    number: str
    seller: str
    lines: Sequence[Wares]
    added: Sequence[Added]
    rounds_lines: bool  #: as some senders do

    @property
    def total(self) -> Decimal:
        goods = (line.quantity * line.price for line in self.lines)
        added = (each.signed for part in (*(line.own for line in self.lines), self.added) for each in part)
        whole = sum((_round(each) if self.rounds_lines else each for each in goods), sum(added, Decimal(0)))
        return _round(whole)

    def list_segments(self) -> list[str]:
        """The segments between ST and SE."""
        big = f"BIG*{INVOICED:%Y%m%d}*{self.number}"
        segments = [big, f"N1*VN*Seller*{self.seller}", "N1*ST*Alder & Finch*92*110"]
        for number, line in enumerate(self.lines, 1):
            segments += line.write(number)
        return [*segments, f"TDS*{self.total * 100:.0f}", *(each.write() for each in self.added)]


def make_invoices(sender: str, seed: int, count: int) -> list[AnyInvoice]:
    """So many invoices of a sender, each of more than nothing; the same for the same seed."""
    dice = random.Random(seed)
    made: list[AnyInvoice] = []
    while len(made) < count:
        invoice = _make_invoice(dice, f"X{seed}-{len(made):05}", dice.choice(_SELLERS[sender]))
        if invoice.total > 0:
            made.append(invoice)
    return made


def _make_invoice(dice: random.Random, number: str, seller: str) -> AnyInvoice:
    return AnyInvoice(
        number=number,
        seller=seller,
        lines=[_make_line(dice) for _ in range(dice.randint(1, 9))],
        added=[
            *_add(dice, "T", "ST", "LS"),
            *_add(dice, "C", "D240", "D500"),
            *_add(dice, "A", "C310", "B950"),
        ],
        rounds_lines=dice.random() < 0.3,
    )


def _make_line(dice: random.Random) -> Wares:
    returned = dice.random() < 0.1
    quantity = Decimal(dice.randint(1, 40_000)).scaleb(-dice.choice((0, 0, 2, 3)))
    return Wares(
        quantity=-quantity if returned else quantity,
        price=Decimal(dice.randint(0, 99_999)).scaleb(-4),
        code=dice.choice(("BAR-10", "BAR-12", "NUT-8", "BOX-3")),
        own=[
            *_add(dice, "T", "ST", "LS"),
            *_add(dice, "C", "D240", "D500"),
            *_add(dice, "A", "C310", "B950"),
        ],
    )


def _add(dice: random.Random, kind: str, *codes: str) -> Iterator[Added]:
    places = 4 if kind == "T" else 2
    for _ in range(dice.choice((0, 0, 0, 1, 2))):
        yield Added(
            kind=kind, code=dice.choice(codes), amount=Decimal(dice.randint(1, 9_999)).scaleb(-places)
        )


def _round(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
