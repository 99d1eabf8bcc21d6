"""What a partner sends while things go wrong, and what has to come of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from tests.acceptance.new_sellers import HUB, SELLER_RULES, name_seller, write_invoices
from tests.acceptance.other_records import RECORD_RULES, Remittance
from tests.acceptance.trade import Invoice, Item, write_interchange

_ITEMS: Final = (
    Item(),
    Item(quantity=3, price=Decimal("19.99")),
    Item(quantity=1, price=Decimal("0.01")),
)


#: The rules of a line: credits, payments, sellers that become vendors, and attachments to what these send.
RULES: Final[Mapping[str, str]] = {
    **RECORD_RULES,
    "sellers.toml": SELLER_RULES,
    "attachments.toml": """
[attachments]
folder = "EDI"

[[route]]
set = "810"
partner = "Fellside Hub"
target = "ap_bill"
action = "submit"
entity = "E100"
location = "110"
attach = "edi"
""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """Files and the fate of each document in them, by number.

    A payable one becomes one bill. A repeated one is payable, stands in two files and is still one bill. A
    strange one is from a vendor nobody knows, and is held.
    """

    files: Mapping[str, bytes]
    payable: Mapping[str, Decimal]  #: with the bill's total
    repeated: str
    strange: str
    credits: Mapping[str, Decimal] = field(default_factory=dict)  #: with the adjustment's total
    payments: Mapping[str, str] = field(
        default_factory=dict
    )  #: with the bill of 100.00 that each of them pays
    sellers: tuple[str, ...] = ()  #: names that become one vendor each

    @property
    def documents(self) -> dict[str, list[str]]:
        """The states in which the documents of each number end, in the order of the words."""
        fates = {number: ["posted"] for number in (*self.payable, *self.credits, *self.payments)}
        return fates | {self.repeated: ["duplicate", "posted"], self.strange: ["held"]}


def mix(shipment: Shipment, prefix: str) -> Shipment:
    """The same with a credit, a remittance, and two invoices of a seller nobody knows yet."""
    code = f"{prefix}S"
    credit, paid = Invoice(number=f"{prefix}-C", type_code="CR"), f"{prefix}-B"
    invoices = write_invoices(code)
    files = {
        f"{prefix}-credit.edi": write_interchange(credit, control=21),
        f"{prefix}-payment.edi": write_interchange(
            Remittance(number=f"{prefix}-T", bill=paid), control=22, code="820"
        ),
        f"{prefix}-seller.edi": write_interchange(*invoices, sender=HUB, control=23),
    }
    return replace(
        shipment,
        files={**shipment.files, **files},
        payable={**shipment.payable, **{each.number: _add_up(each) for each in invoices}},
        credits={credit.number: -_add_up(credit)},
        payments={f"{prefix}-T": paid},
        sellers=(name_seller(code),),
    )


def make_shipment(prefix: str, sizes: Sequence[int]) -> Shipment:
    """Files of so many payable invoices; the strange one is in the first file, the repeated one again in the last."""
    numbers = iter(range(1, sum(sizes) + 1))
    groups = [[_make_invoice(prefix, next(numbers)) for _ in range(size)] for size in sizes]
    payable = {invoice.number: _add_up(invoice) for group in groups for invoice in group}
    repeated = groups[0][0]
    strange = Invoice(number=f"{prefix}-X", sellers=("VN*Nobody Knows Ltd*92*9999",))
    groups[0].append(strange)
    groups[-1].append(repeated)
    return Shipment(
        files={
            f"{prefix}-{n}.edi": write_interchange(*group, control=n) for n, group in enumerate(groups, 1)
        },
        payable=payable,
        repeated=repeated.number,
        strange=strange.number,
    )


def _make_invoice(prefix: str, n: int) -> Invoice:
    return Invoice(number=f"{prefix}-{n:03}", items=_ITEMS[: n % len(_ITEMS) + 1])


def _add_up(invoice: Invoice) -> Decimal:
    return sum((item.quantity * item.price for item in invoice.items), Decimal(0))
