"""Partners of Alder & Finch: the rules that know them, and the invoices they send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol

#: A week ago: the connector asks Intacct about the last two years, and takes no invoice of the future.
INVOICED: Final = datetime.now(UTC).date() - timedelta(days=7)

STEEL: Final = "ZZ/IRONVALE"  #: sends for V-1008
HUB: Final = "ZZ/AMBERHUB"  #: sends for V-1075 and V-1120
GROUPS: Final[Mapping[str, str]] = {"810": "IN", "820": "RA", "856": "SH"}

RULES: Final[Mapping[str, str]] = {
    "partners.toml": """
[us]
receivers = ["ZZ/ALDERFINCH"]

[[partner]]
name = "Ironvale Steel"
senders = ["ZZ/IRONVALE"]
vendors = ["V-1008"]

[[partner]]
name = "Amberfield Hub"
senders = ["ZZ/AMBERHUB"]
vendors = ["V-1075", "V-1120"]
""",
    "vendors.toml": """
[[vendor]]
code = "92/0042"
vendor = "V-1008"

[[vendor]]
code = "92/AF-FAST"
vendor = "V-1075"

[[vendor]]
code = "92/AF-PACK"
vendor = "V-1120"
""",
    "routes.toml": """
[[route]]
set = "810"
target = "ap_bill"
action = "submit"
entity = "E100"
location = "110"
""",
    "duplicates.toml": """
[[duplicate]]
amounts = "note"
""",
    "coding.toml": """
[[coding]]
name = "steel for Columbus"
when = { vendor = "V-1008", ship_to = "92/130" }
account = "5000"
location = "130"
class = "C02"

[[coding]]
name = "steel"
when = { vendor = "V-1008" }
account = "5000"
class = "C01"

[[coding]]
name = "fasteners"
when = { vendor = "V-1075" }
account = "5060"
department = "120"

[[coding]]
name = "packaging"
when = { vendor = "V-1120" }
account = "5080"

[[coding]]
name = "freight"
on = "charge"
when = { code = "D240" }
account = "5200"

[[coding]]
name = "allowances go with the goods"
on = "allowance"
spread = true
""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of an invoice."""

    quantity: int = 10
    price: Decimal = Decimal("4.25")
    code: str = "BAR-10"
    text: str = "Hot rolled bar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An 810 as a partner sends it; `total` overrides what its lines and charges add up to."""

    number: str
    items: Sequence[Item] = (Item(),)
    sellers: Sequence[str] = ("VN*Ironvale Steel Supply*92*0042",)
    ship_to: str = "92*110"
    order: str = ""
    type_code: str = ""
    purpose: str = ""
    freight: Decimal = Decimal(0)
    allowance: Decimal = Decimal(0)
    total: Decimal | None = None
    dated: date = INVOICED

    def list_segments(self) -> list[str]:
        """The segments between ST and SE."""
        big = [
            "BIG",
            f"{self.dated:%Y%m%d}",
            self.number,
            "",
            self.order,
            "",
            "",
            self.type_code,
            self.purpose,
        ]
        segments = ["*".join(big).rstrip("*"), *(f"N1*{seller}" for seller in self.sellers)]
        segments.append(f"N1*ST*Alder & Finch*{self.ship_to}")
        for number, item in enumerate(self.items, 1):
            segments += [
                f"IT1*{number}*{item.quantity}*EA*{item.price}**VN*{item.code}",
                f"PID*F****{item.text}",
            ]
        segments.append(f"TDS*{_count_cents(self._add_up() if self.total is None else self.total)}")
        if self.allowance:
            segments.append(f"SAC*A*C310***{_count_cents(self.allowance)}*******06***Allowance")
        if self.freight:
            segments.append(f"SAC*C*D240***{_count_cents(self.freight)}*******06***Freight")
        return [*segments, f"CTT*{len(self.items)}"]

    def _add_up(self) -> Decimal:
        goods = sum((item.quantity * item.price for item in self.items), Decimal(0))
        return goods + self.freight - self.allowance


def _count_cents(amount: Decimal) -> int:
    return int((amount * 100).to_integral_exact())


class Body(Protocol):
    """A set to be sent."""

    def list_segments(self) -> list[str]:
        """The segments between ST and SE."""
        ...


def write_interchange(
    *sets: Body, sender: str = STEEL, usage: str = "P", control: int = 1, code: str = "810"
) -> bytes:
    """One interchange with one group of these invoices, or of other sets of one code."""
    qualifier, id_ = sender.split("/")
    parties = f"{qualifier}*{id_:15}*ZZ*{'ALDERFINCH':15}"
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*{parties}*{INVOICED:%y%m%d}*0730*U*00401*{control:09}*0*{usage}*>",
        f"GS*{GROUPS[code]}*{id_}*ALDERFINCH*{INVOICED:%Y%m%d}*0730*{control}*X*004010",
    ]
    for number, each in enumerate(sets, 1):
        body = each.list_segments()
        segments += [f"ST*{code}*{number:04}", *body, f"SE*{len(body) + 2}*{number:04}"]
    segments += [f"GE*{len(sets)}*{control}", f"IEA*1*{control:09}"]
    return "".join(f"{segment}~\n" for segment in segments).encode()


def write_many(count: int, *, first: int = 1, apart: bool = False) -> bytes:
    """An interchange of so many invoices numbered N-00001 and on, of one, two or three lines.

    Set `apart`, each has a total of its own, so that none is like another.
    """
    items = [Item(), Item(quantity=3, price=Decimal("19.99")), Item(quantity=1, price=Decimal("0.01"))]
    return write_interchange(
        *(
            Invoice(
                number=f"N-{n:05}",
                items=[*items[: n % 3], Item(quantity=1, price=Decimal(n))] if apart else items[: n % 3 + 1],
            )
            for n in range(first, first + count)
        ),
        control=first,
    )


def list_numbers(count: int, *, first: int = 1) -> list[str]:
    """The numbers of `write_many`."""
    return [f"N-{n:05}" for n in range(first, first + count)]
