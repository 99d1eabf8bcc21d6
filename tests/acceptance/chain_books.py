"""What the books have in the end, held against what was ordered, received and invoiced: nothing of ours is asked."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from tests.acceptance.chains import (
    CENT,
    COUNT,
    FREIGHT_CAP,
    NOTHING,
    TAX_PERCENT,
    WEIGHT,
    Bill,
    Billed,
    Chains,
    Notice,
)

from ml_connector.records.status import Status

Row = Mapping[str, Any]
OURS: Final = frozenset({"refused", "fault", "part"})  #: needs of what should have been foreseen
FACTORS: Final = dict([*COUNT.values(), *WEIGHT.values()])
TAX_ITEM: Final = "FREIGHT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Purchasing transactions, their lines and subtotals, and bills, as the simulator has them."""

    documents: Sequence[Row]
    lines: Sequence[Row]
    subtotals: Sequence[Row]
    bills: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What the product says of an invoice in the end."""

    status: Status
    needs: tuple[str, ...]  #: kinds


class Judge:
    """Finds what must not be, each as a sentence; nothing when all is well."""

    def __init__(
        self,
        chains: Chains,
        bills: Sequence[Bill],
        ended: Mapping[str, Ended],
        books: Books,
        numbers: Sequence[str],
    ) -> None:
        self._chains = chains
        self._bills = {bill.number: bill for bill in bills}
        self._ended = ended
        self._books = books
        self._made: defaultdict[str, list[Row]] = defaultdict(list)
        for document in books.documents:
            if document.get("VENDORDOCNO"):
                self._made[document["VENDORDOCNO"]].append(document)
        self._lines: defaultdict[str, list[Row]] = defaultdict(list)
        for line in books.lines:
            self._lines[line["DOCHDRID"]].append(line)
        self.posted = [bill for bill in bills if self._made[bill.number]]
        self.announced = [each for each in chains.notices if self._made[each.number]]
        self._places = {f"Purchase Order-{name}": number for number, name in enumerate(numbers)}

    def find_faults(self) -> Iterator[str]:
        for bill in self._bills.values():
            yield from self._judge_total(bill)
        for bill in self.posted:
            yield from self._judge_goods(bill)
        for notice in self._chains.notices:
            yield from self._judge_notice(notice)
        for line in self._books.lines:
            if Decimal(line["QTY_REMAINING"]) < 0:
                yield f"line {line['LINE_NO']} of {line['DOCHDRID']}: {line['QTY_REMAINING']} are left"
        yield from self._judge_order_lines()
        yield from self._judge_charges()

    def _judge_total(self, bill: Bill) -> Iterator[str]:
        """The parts and their bills are the invoice to the cent; or there is none, and it says why."""
        ended, made = self._ended[bill.number], self._made[bill.number]
        total = sum((Decimal(each["TOTAL"]) for each in made), NOTHING)
        keys = {each["PRRECORDKEY"] for each in made}
        items = (
            item
            for each in self._books.bills
            if str(each["RECORDNO"]) in keys
            for item in each["APBILLITEMS"]
        )
        owed = sum((Decimal(item["TRX_AMOUNT"]) for item in items), NOTHING)
        if made and (total, owed, ended.status) != (bill.total, bill.total, Status.POSTED):
            yield f"{bill.number} over {bill.total} is {ended.status}, {total} in {len(made)} parts, {owed} are owed"
        if not made and ended.status is Status.FILED and not bill.total:
            return
        if not made and (ended.status is not Status.HELD or not ended.needs or OURS & {*ended.needs}):
            yield f"{bill.number} is not in the books and {ended.status}: {', '.join(ended.needs)}"
        if not made and all(self._chains.orders[order].is_plain for order in bill.orders):
            yield f"{bill.number} has nothing wrong and is held: {', '.join(ended.needs)}"

    def _judge_goods(self, bill: Bill) -> Iterator[str]:
        """Of each item the parts have the quantity of the invoice, at its amount but for a cent a line, by its own unit."""
        if any(line.is_misnamed for line in bill.lines):
            yield f"{bill.number} is priced by another unit than it names, and is in the books"
        quantities: defaultdict[str, Fraction] = defaultdict(Fraction)
        amounts: defaultdict[str, Fraction] = defaultdict(Fraction)
        booked = [line for made in self._made[bill.number] for line in self._lines[made["DOCID"]]]
        goods = [line for line in booked if line["ITEMID"] != TAX_ITEM]
        for line in bill.lines:
            quantities[line.item] += _count(line.quantity, self._unit(line))
            amounts[line.item] += Fraction(line.amount)
        for each in goods:
            quantities[each["ITEMID"]] -= _count(each["QUANTITY"], each["UNIT"])
            amounts[each["ITEMID"]] -= Fraction(each["TOTAL"])
        for item in quantities:
            slack = Fraction(CENT) * sum(each["ITEMID"] == item for each in goods)
            is_explained = abs(amounts[item]) <= slack or bill.wrong_by  # by another rule than it was made by
            if quantities[item] or not is_explained:
                yield f"{bill.number}, {item}: {quantities[item]} too few for {float(amounts[item])} too little"

    def _judge_notice(self, notice: Notice) -> Iterator[str]:
        """It is received whole, in the quantities it ships; or not at all, and it says why."""
        ended, made = self._ended[notice.number], self._made[notice.number]
        shipped: defaultdict[str, Fraction] = defaultdict(Fraction)
        for ordered, quantity in zip(notice.order.lines, notice.receipt.quantities, strict=True):
            shipped[ordered.ware.item] += _count(quantity, ordered.unit)
        for booked in (line for each in made for line in self._lines[each["DOCID"]]):
            shipped[booked["ITEMID"]] -= _count(booked["QUANTITY"], booked["UNIT"])
        if made and (any(shipped.values()) or ended.status is not Status.POSTED):
            yield f"{notice.number} is {ended.status}, and its receivers differ"
        if not made and (ended.status is not Status.HELD or OURS & {*ended.needs}):
            yield f"{notice.number} is not in the books and {ended.status}: {', '.join(ended.needs)}"
        if not made and notice.order.is_plain:
            yield f"{notice.number} has nothing wrong and is held: {', '.join(ended.needs)}"

    def _judge_order_lines(self) -> Iterator[str]:
        """All invoices of an order line together: not more than ordered and received, nor dearer than approved."""
        received, announced = self._count_received(posted=True), self._count_received(posted=False)
        for number, order in enumerate(self._chains.orders):
            for place, ordered in enumerate(order.lines):
                billed = self._list_billed(number, place)
                invoiced = sum((ordered.convert(each.quantity, each.code) for each in billed), Fraction(0))
                amount = sum((Fraction(each.amount) for each in billed), Fraction(0))
                more = ordered.ware.allow("quantity", Fraction(ordered.quantity))
                there = received[number, place] if ordered.ware.needs_receipt else invoiced
                if announced[number, place] > Fraction(ordered.quantity) + more:
                    yield f"order {number}, line {place}: {float(announced[number, place])} received of {ordered.quantity}"
                if invoiced > min(Fraction(ordered.quantity), there) + more:
                    yield f"order {number}, line {place}: {float(invoiced)} of {ordered.quantity}, {float(there)} received"
                worth = invoiced * Fraction(ordered.price)
                slack = Fraction(CENT) * len(billed) * 4
                if amount > worth + ordered.ware.allow("price", worth) + slack:
                    yield f"order {number}, line {place}: {float(amount)} for what is worth {float(worth)}"

    def _judge_charges(self) -> Iterator[str]:
        """All invoices of an order together; of several orders at once it cannot be told which was charged."""
        freight: defaultdict[int, Fraction] = defaultdict(Fraction)
        tax: defaultdict[int, Fraction] = defaultdict(Fraction)
        goods: defaultdict[int, Fraction] = defaultdict(Fraction)
        mixed = {order for bill in self._bills.values() if len(bill.orders) > 1 for order in bill.orders}
        for bill in self.posted:
            (order, *_) = bill.orders
            ids = {each["DOCID"] for each in self._made[bill.number]}
            for each in self._books.subtotals:
                if each["DOCHDRID"] in ids and each["DESCRIPTION"] == "Freight":
                    freight[order] += Fraction(each["TOTAL"])
            taxes = (line for id_ in ids for line in self._lines[id_] if line["ITEMID"] == TAX_ITEM)
            tax[order] += sum((Fraction(line["TOTAL"]) for line in taxes), Fraction(0))
            goods[order] += sum((Fraction(line.amount) for line in bill.lines), Fraction(0))
        for order in {*freight, *tax} - mixed:
            most = Fraction(self._chains.orders[order].freight) + FREIGHT_CAP
            if freight[order] > most or tax[order] > goods[order] * TAX_PERCENT / 100 + Fraction(CENT):
                yield f"order {order}: freight {float(freight[order])} of {float(most)}, tax {float(tax[order])} of {float(goods[order])}"

    def _list_billed(self, order: int, place: int) -> list[Billed]:
        lines = (line for bill in self.posted for line in bill.lines)
        return [line for line in lines if (line.order, line.line) == (order, place)]

    def _count_received(self, *, posted: bool) -> Mapping[tuple[int, int], Fraction]:
        """What the receivers have of each order line, in its unit; of those that are posted, or of all."""
        received: defaultdict[tuple[int, int], Fraction] = defaultdict(Fraction)
        lines = {str(line["RECORDNO"]): int(line["LINE_NO"]) for line in self._books.lines}
        for document in self._books.documents:
            if document["DOCPARID"] != "PO Receiver" or (posted and document["STATE"] == "Draft"):
                continue
            number = self._places[document["CREATEDFROM"]]
            ordered = self._chains.orders[number].lines
            items = [each.ware.item for each in ordered]
            for line in self._lines[document["DOCID"]]:
                source = line.get("SOURCE_DOCLINEKEY")
                place = lines[str(source)] if source else items.index(line["ITEMID"])
                quantity = _count(line["QUANTITY"], line["UNIT"])
                received[number, place] += quantity / FACTORS[ordered[place].unit]
        return received

    def _unit(self, line: Billed) -> str:
        return self._chains.orders[line.order].lines[line.line].ware.units[line.code][0]


def _count(quantity: Decimal | str, unit: str) -> Fraction:
    """A quantity in base units."""
    return Fraction(quantity) * FACTORS[unit]
