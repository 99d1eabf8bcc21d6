"""Orders, what comes of them and what is invoiced for them: the papers, what is meant by them, and their rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from tests.acceptance.trade import INVOICED

CENT: Final = Decimal("0.01")
NOTHING: Final = Decimal(0)
PLACES: Final = 4  #: of a quantity in Intacct
COUNT: Final[Mapping[str, tuple[str, int]]] = {"EA": ("Each", 1), "DZ": ("Dozen", 12), "CA": ("Case", 144)}
WEIGHT: Final[Mapping[str, tuple[str, int]]] = {
    "LB": ("Pound", 1),
    "CW": ("Hundredweight", 100),
    "TN": ("Ton", 2000),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ware:
    """An item of the sample company, and how far its invoices may differ from an order."""

    item: str
    units: Mapping[str, tuple[str, int]]  #: X12 code → Intacct's unit, and how many base units it is
    warehouse: str | None = None
    limits: Mapping[str, str] = field(default_factory=dict)  #: keys of its [[match]] rule; none: nothing

    @property
    def needs_receipt(self) -> bool:
        return self.limits.get("receipt") != "not_needed"

    def allow(self, name: str, of: Fraction) -> Fraction:
        """What `price` or `quantity` may exceed: the smaller of both limits."""
        allowed = [Fraction(self.limits[name])] if name in self.limits else []
        if (percent := self.limits.get(f"{name}_percent")) is not None:
            allowed.append(of * Fraction(percent) / 100)
        return min(allowed, default=Fraction(0))


WARES: Final = (
    Ware(item="BOLT-M8-40", units=COUNT, limits={"price": "3.00", "price_percent": "5"}),
    Ware(
        item="NUT-M8",
        units=COUNT,
        limits={"receipt": "not_needed", "quantity": "20", "quantity_percent": "5"},
    ),
    Ware(item="STRIP-40", units=WEIGHT, warehouse="W-COL"),
    Ware(
        item="ROD-12",
        units=WEIGHT,
        warehouse="W-COL",
        limits={"price_percent": "2", "quantity": "12.5"},
    ),
    Ware(item="CARTON-L", units=COUNT),
)
FREIGHT_CAP: Final = Fraction(20)
TAX_PERCENT: Final = Fraction(8)


def write_rules() -> str:
    """The rules that the limits above are written in."""
    tables = [
        "\n".join(
            [f'[[match]]\nname = "{ware.item}"\nwhen = {{ item = "{ware.item}" }}']
            + [f'{key} = "{value}"' for key, value in ware.limits.items()]
        )
        for ware in WARES
        if ware.limits
    ]
    return "\n\n".join(
        [
            *tables,
            f'[[charge]]\nname = "freight"\nsubtotal = "Freight"\nwhen = {{ code = "D240" }}\ncap = "{FREIGHT_CAP}"',
            '[[charge]]\nname = "packing"\nsubtotal = "Freight"\nwhen = { code = "F340" }\ncap = "5"',
            '[[charge]]\nname = "allowance"\non = "allowance"\nsubtotal = "Allowance"\nwhen = { code = "C310" }',
            f'[[charge]]\nname = "tax"\non = "tax"\nitem = "FREIGHT"\ncap_percent = "{TAX_PERCENT}"',
        ]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """A line of an order."""

    ware: Ware
    code: str
    quantity: Decimal
    price: Decimal

    @property
    def unit(self) -> str:
        return self.ware.units[self.code][0]

    def convert(self, quantity: Decimal, code: str) -> Fraction:
        """A quantity of another unit in that of the order."""
        return Fraction(quantity) * self.ware.units[code][1] / self.ware.units[self.code][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order, and whether nothing is wrong with anything that follows it."""

    lines: tuple[Ordered, ...]
    freight: Decimal
    is_plain: bool

    @property
    def needs_receipts(self) -> bool:
        """Whether all invoices wait for their goods; what does not may use up the order before they come."""
        return all(line.ware.needs_receipt for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What came of an order at once: of each of its lines so much, in the order's unit."""

    order: int
    quantities: tuple[Decimal, ...]
    is_late: bool  #: it is there only after the invoices
    is_draft: bool  #: nobody has posted it


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The same as the partner announces it, whose notices are receipts: half of each line in a carton of its own."""

    number: str
    order: Order
    receipt: Receipt
    name: str = ""  #: the number that the order got

    def list_segments(self) -> list[str]:
        """The segments between ST and SE."""
        segments = [
            f"BSN*00*{self.number}*{INVOICED:%Y%m%d}*0730",
            "HL*1**S",
            f"DTM*050*{INVOICED:%Y%m%d}",
            "N1*SE*Amberfield Fasteners*92*AF-FAST",
            "HL*2*1*O",
            f"PRF*{self.name}",
        ]
        level = 2
        for place, (line, quantity) in enumerate(zip(self.order.lines, self.receipt.quantities, strict=True)):
            half = (quantity / 2).quantize(Decimal(1).scaleb(-PLACES))
            for part in filter(None, (half, quantity - half)):
                segments += [f"HL*{level + 1}*2*P", f"HL*{level + 2}*{level + 1}*I"]
                segments += [f"LIN*{place + 1}*BP*{line.ware.item}", f"SN1**{part:f}*{line.code}"]
                level += 2
        return segments


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """A line of an invoice: for which line of which order, in which unit, at which price."""

    order: int
    line: int
    item: str
    code: str
    quantity: Decimal
    price: Decimal
    allowance: Decimal = NOTHING  #: on the line itself
    is_misnamed: bool = False  #: its price is that of one of the order's unit, whatever it names

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.price - self.allowance


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """An invoice as a partner sends it."""

    number: str
    lines: tuple[Billed, ...]
    names: Mapping[int, str] = field(default_factory=dict)  #: the numbers that the orders got
    freight: Decimal = NOTHING
    packing: Decimal = NOTHING
    allowance: Decimal = NOTHING
    tax: Decimal = NOTHING
    rounds_lines: bool = False
    wrong_by: Decimal = NOTHING
    counts_own: bool = False  #: IT101 is not the order's line

    @property
    def total(self) -> Decimal:
        amounts = [
            (line.quantity * line.price).quantize(CENT, ROUND_HALF_UP) - line.allowance
            if self.rounds_lines
            else line.amount
            for line in self.lines
        ]
        extras = self.freight + self.packing + self.tax - self.allowance + self.wrong_by
        return sum(amounts, extras).quantize(CENT, ROUND_HALF_UP)

    @property
    def orders(self) -> frozenset[int]:
        return frozenset(line.order for line in self.lines)

    def list_segments(self) -> list[str]:
        """The segments between ST and SE."""
        several = len(self.orders) > 1
        named = "" if several else f"**{self.names[self.lines[0].order]}"
        segments = [
            f"BIG*{INVOICED:%Y%m%d}*{self.number}{named}",
            "N1*VN*Amberfield Fasteners*92*AF-FAST",
        ]
        for place, line in enumerate(self.lines, 1):
            said = f"{place}" if self.counts_own else "" if several else f"{line.line + 1}"
            segments.append(f"IT1*{said}*{line.quantity:f}*{line.code}*{line.price:f}**BP*{line.item}")
            segments += [f"REF*PO*{self.names[line.order]}", f"REF*LI*{line.line + 1}"] if several else []
            segments += _write_amount("A", "F050", line.allowance)
        segments.append(f"TDS*{_count_cents(self.total)}")
        segments += [f"TXI*ST*{self.tax:f}"] if self.tax else []
        segments += _write_amount("A", "C310", self.allowance)
        segments += _write_amount("C", "D240", self.freight)
        segments += _write_amount("C", "F340", self.packing)
        return [*segments, f"CTT*{len(self.lines)}"]


def _write_amount(indicator: str, code: str, amount: Decimal) -> list[str]:
    return [f"SAC*{indicator}*{code}***{_count_cents(amount)}*******06***Extra"] if amount else []


def _count_cents(amount: Decimal) -> int:
    return int((amount * 100).to_integral_exact())


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """All that happens."""

    orders: tuple[Order, ...]
    receipts: tuple[Receipt, ...]  #: by people
    notices: tuple[Notice, ...]  #: by the partner
    bills: tuple[Bill, ...]  #: their orders have no numbers yet
