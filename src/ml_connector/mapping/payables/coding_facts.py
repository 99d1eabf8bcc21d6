"""What coding rules see of each part of an invoice, and how a line of it is called."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from ml_connector.edi import Invoice, InvoiceLine
from ml_connector.mapping.payables.amounts import Part
from ml_connector.mapping.places import INVOICE, Places
from ml_connector.mapping.rules.fields import matches
from ml_connector.mapping.rules.rulebook import Partner, Route, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An invoice whose parts are to be coded."""

    invoice: Invoice
    partner: Partner
    route: Route
    rules: Rules
    vendor_id: str
    places: Places = INVOICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the conditions of a rule are compared with."""

    partner: str
    vendor: str
    items: tuple[str, ...]  #: `SK/BOLT-1` and `BOLT-1`
    description: str
    ship_to: tuple[str, ...]
    code: str
    amount: Fraction
    percent: Decimal | None = None  #: of a tax, as sent

    def holds(self, name: str, wanted: str) -> bool:
        """Whether a condition of that name holds."""
        match name:
            case "amount_from":
                return abs(self.amount) >= Fraction(wanted)
            case "amount_below":
                return abs(self.amount) < Fraction(wanted)
            case "percent":
                return self.percent is not None and Decimal(wanted) in {self.percent, self.percent * 100}
            case _:
                return any(matches(wanted, value) for value in self._list_values(name))

    def _list_values(self, name: str) -> tuple[str, ...]:
        match name:
            case "partner":
                return (self.partner,)
            case "vendor":
                return (self.vendor,)
            case "item":
                return self.items
            case "description":
                return (self.description,)
            case "ship_to":
                return self.ship_to
            case _:
                return (self.code,)


def describe_part(case: Case, part: Part) -> tuple[Facts, str, tuple[tuple[str, str], ...]]:
    """What the rules see of a part, the text of its line, and where both stand in the invoice."""
    invoice = case.invoice
    ship_to = next((party for party in invoice.parties if party.role == "ST"), None)
    line = invoice.lines[part.line - 1] if part.line is not None else None
    facts = Facts(
        partner=case.partner.name,
        vendor=case.vendor_id,
        items=tuple(_list_items(line)) if line is not None else (),
        description=line.description if line is not None else "",
        ship_to=(f"{ship_to.qualifier}/{ship_to.id}", ship_to.id) if ship_to else (),
        code="",
        amount=part.amount,
    )
    match part.kind:
        case "line" if line is not None:
            return facts, _write_memo(line), tuple(_list_inputs(line, case.places))
        case "tax":
            tax = (line or invoice).taxes[part.index]
            code = tax.type_code
            return replace(facts, code=code, percent=tax.percent), f"tax {code}", (("TXI01", code),)
        case "charge" | "allowance":
            said = (line or invoice).adjustments[part.index]
            code = said.code or said.agency_code
            text = said.description or f"{part.kind} {code}"
            return replace(facts, code=code, description=said.description), text, (("SAC02", code),)
        case _:
            return facts, "rounding", ()


def _list_items(line: InvoiceLine) -> Iterator[str]:
    for id_ in line.product_ids:
        yield f"{id_.qualifier}/{id_.id}"
        yield id_.id


def _write_memo(line: InvoiceLine) -> str:
    """`BOLT-M8 M8 hex bolts, 400 EA at 0.296`, as far as the line says it."""
    item = line.product_ids[0].id if line.product_ids else ""
    text = " ".join(word for word in (item, line.description) if word) or f"line {line.position}"
    if line.quantity is None or line.price is None:
        return text
    return f"{text}, {line.quantity:f} {line.unit} at {line.price:f}"


def _list_inputs(line: InvoiceLine, places: Places) -> Iterator[tuple[str, str]]:
    for id_ in line.product_ids:
        yield f"{places.line} {id_.qualifier or 'id'}", id_.id
    if line.description:
        yield "PID05", line.description
