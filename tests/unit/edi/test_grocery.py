"""The grocery order and invoice, 875 and 880, rule by rule."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from ml_connector.edi import Code, Invoice, InvoiceKind, Reading, Transaction, explain_total
from ml_connector.edi.documents.coded import Purpose
from ml_connector.edi.documents.grocery import parse_grocery_invoice, parse_grocery_order
from ml_connector.edi.documents.order850 import Order, OrderKind

ParseOrder = Callable[..., Reading[Order]]
ParseInvoice = Callable[..., Reading[Invoice]]
ReadOne = Callable[..., Transaction]

G50 = "G50*N*20240115*P-100"
G01 = "G01*20240120*I-7*20240115*P-100*V-9"
G17 = "G17*10*CA*2.50*001234512345"


@pytest.fixture(scope="module")
def parse_order(read_one: ReadOne) -> ParseOrder:
    return lambda *segments, code="875": parse_grocery_order(read_one(*segments, code=code))


@pytest.fixture(scope="module")
def parse_invoice(read_one: ReadOne) -> ParseInvoice:
    return lambda *segments, code="880": parse_grocery_invoice(read_one(*segments, code=code))


def codes(reading: Reading[Order] | Reading[Invoice]) -> list[str]:
    return [finding.code for finding in reading.findings]


def read_order(reading: Reading[Order]) -> Order:
    assert reading.document is not None
    return reading.document


def read_invoice(reading: Reading[Invoice]) -> Invoice:
    assert reading.document is not None
    return reading.document


def test_a_grocery_order_is_an_order(parse_order: ParseOrder) -> None:
    reading = parse_order(
        "G50*N*20240115*P-100****BK",
        "N9*DP*12",
        "G61*BD*Ada Byron*TE*555-0100",
        "G62*10*20240201*0*0930",
        "NTE*GEN*call first",
        "G66*PP*M***by road*OR*Depot",
        "G23*01*3***2*20240125*10*20240214*30*123***9*50*2/10",
        "G25*CC*DE*Store",
        "N1*ST*Store 9*9*1234567890009",
        "N3*1 Long Road",
        "G68*10*CA*2.50*001234512345*UK*10012345123452*VN*S-1",
        "G69*apple",
        "G69*sauce",
        "G70*12*5*OZ",
        "SDQ*CA*92*0001*10",
        "G76*10*CA******2500",
    )
    order = read_order(reading)

    assert codes(reading) == []
    assert (order.number, order.date, order.purpose) == ("P-100", dt.date(2024, 1, 15), Purpose.ORIGINAL)
    assert (order.kind, order.total) == (OrderKind.BLANKET, Decimal("25.00"))
    assert [reference.value for reference in order.references] == ["12"]
    assert order.contacts[0].numbers[0].number == "555-0100"
    assert (order.dates[0].qualifier, order.dates[0].date) == ("010", dt.date(2024, 2, 1))
    assert (order.notes, order.routings[0].routing) == (("call first",), "by road")
    assert [delivery.location for delivery in order.deliveries] == ["Store", "Depot"]
    assert (order.terms[0].discount_percent, order.terms[0].discount_amount) == (Decimal(2), Decimal("1.23"))
    assert (order.terms[0].net_days, order.terms[0].deferred_percent, order.terms[0].description) == (
        30,
        Decimal(50),
        "2/10",
    )
    assert order.parties[0].id == "1234567890009"
    [line] = order.lines
    assert (line.quantity, line.unit, line.price, line.extension) == (
        Decimal(10),
        "CA",
        Decimal("2.50"),
        Decimal(25),
    )
    assert [(each.qualifier, each.id) for each in line.product_ids] == [
        ("UA", "001234512345"),
        ("UK", "10012345123452"),
        ("VN", "S-1"),
    ]
    assert (line.description, line.packing[0].pack, line.shares[0].quantity) == (
        "apple sauce",
        Decimal(12),
        Decimal(10),
    )


@pytest.mark.parametrize(
    ("status", "purpose"), [("N", "00"), ("R", "04"), ("F", "01"), ("C", "06"), ("T", "07")]
)
def test_the_status_of_a_grocery_order_is_a_purpose(
    parse_order: ParseOrder, status: str, purpose: str
) -> None:
    reading = parse_order(f"G50*{status}*20240115*P-1", "G68*1*CA*1*001234512345", "G76*1*CA")

    assert codes(reading) == []
    assert read_order(reading).purpose == purpose


def test_a_status_for_people_holds_the_order(parse_order: ParseOrder) -> None:
    reading = parse_order("G50*L*20240115*P-1", "G68*1*CA*1*001234512345")

    assert codes(reading) == [Code.CODE_UNKNOWN]
    assert read_order(reading).purpose == "L"


def test_what_is_no_grocery_order_is_refused(parse_order: ParseOrder) -> None:
    assert codes(parse_order(G50, code="850")) == [Code.WRONG_SET]
    assert codes(parse_order("G68*1*CA*1")) == [Code.HEADER_MISSING]


def test_totals_of_a_grocery_order_are_compared(parse_order: ParseOrder) -> None:
    reading = parse_order(G50, "G68*10*CA*2.50*001234512345", "G76*11*CA******9900")

    assert codes(reading) == [Code.QUANTITY_TOTAL, Code.ORDER_TOTAL]


def test_a_line_of_a_grocery_order_may_lack_its_price(parse_order: ParseOrder) -> None:
    reading = parse_order(G50, "G68*10*CA**001234512345", "G76*10*CA")

    assert codes(reading) == [Code.LINE_INCOMPLETE]


def test_a_date_code_that_has_no_equal_is_kept_as_sent(parse_order: ParseOrder) -> None:
    order = read_order(parse_order(G50, "G62*68*20240201", "G61*BD*Ada", "G68*1*CA*1*001234512345"))

    assert order.dates[0].qualifier == "68"
    assert order.contacts[0].numbers == ()


def test_a_grocery_invoice_is_an_invoice(parse_invoice: ParseInvoice) -> None:
    reading = parse_invoice(
        G01,
        "CUR*SE*CAD",
        "N9*SI*S-3",
        "G62*11*20240118",
        "NTE*INV*perishable",
        "G23*08*3***2*20240130*10*20240219*30*50*2450*2500",
        "N1*RE*Nordwind*9*123456789",
        "G72*562*06******300",
        "G73*freight",
        "G17*10*CA*2.50*001234512345*UK*10012345123452",
        "G69*fries",
        "N9*LT*L-1",
        "TXI*ST*1.00",
        "G72*53*02******150",
        "G31*10*CA",
        "G33*2750",
    )
    invoice = read_invoice(reading)

    assert codes(reading) == []
    assert (invoice.number, invoice.date, invoice.kind) == ("I-7", dt.date(2024, 1, 20), InvoiceKind.DEBIT)
    assert (invoice.order_number, invoice.order_date) == ("P-100", dt.date(2024, 1, 15))
    assert [(each.qualifier, each.value) for each in invoice.references] == [("VN", "V-9"), ("SI", "S-3")]
    assert (invoice.total, invoice.currency) == (Decimal("27.50"), "CAD")
    assert (invoice.discountable, invoice.discounted, invoice.discount) == (
        Decimal("25.00"),
        Decimal("24.50"),
        Decimal("0.50"),
    )
    [line] = invoice.lines
    assert (line.quantity, line.price, line.extension, line.description) == (
        Decimal(10),
        Decimal("2.50"),
        Decimal(25),
        "fries",
    )
    assert [each.value for each in line.references] == ["L-1"]
    [freight], [allowance] = invoice.adjustments, line.adjustments
    assert (freight.indicator, freight.code, freight.amount, freight.description) == (
        "C",
        "562",
        Decimal(3),
        "freight",
    )
    assert (allowance.indicator, allowance.amount) == ("A", Decimal("1.50"))
    assert explain_total(invoice).rule == "lines+charges-allowances+taxes"


def test_an_invoice_without_a_total_that_can_be_read_is_refused(parse_invoice: ParseInvoice) -> None:
    missing, unreadable = parse_invoice(G01, G17), parse_invoice(G01, G17, "G33*x")

    assert (missing.document, codes(missing)) == (None, [Code.AMOUNT_MISSING])
    assert codes(unreadable) == [Code.NUMBER_UNREADABLE, Code.AMOUNT_MISSING]


def test_what_is_no_grocery_invoice_is_refused(parse_invoice: ParseInvoice) -> None:
    assert codes(parse_invoice(G01, code="810")) == [Code.WRONG_SET]
    assert codes(parse_invoice(G17, "G33*1")) == [Code.HEADER_MISSING]


def test_number_and_date_of_a_grocery_invoice_are_asked_for(parse_invoice: ParseInvoice) -> None:
    reading = parse_invoice("G01", G17, "G33*2500")

    assert codes(reading) == [Code.NUMBER_MISSING, Code.DATE_MISSING]


@pytest.mark.parametrize(("type_code", "total"), [("CR", "2500"), ("", "-2500")])
def test_a_grocery_credit_is_told_by_type_or_sign(
    parse_invoice: ParseInvoice, type_code: str, total: str
) -> None:
    invoice = read_invoice(
        parse_invoice(f"G01*20240120*I-7****** {type_code}".replace(" ", ""), G17, f"G33*{total}")
    )

    assert invoice.kind is InvoiceKind.CREDIT


def test_a_line_without_price_takes_its_amount(parse_invoice: ParseInvoice) -> None:
    line = "G17*10*LB**001234512345" + "*" * 10 + "33.30"
    reading = parse_invoice(G01, line, "G17*1*CA", "G33*3330")

    assert [each.extension for each in read_invoice(reading).lines] == [Decimal("33.30"), None]
    assert codes(reading) == [Code.LINE_INCOMPLETE]


@pytest.mark.parametrize(
    ("g72", "amount"),
    [
        ("G72*53*02***.25", Decimal("2.50")),
        ("G72*53*02***.25*4*CA", Decimal("1.00")),
        ("G72*53*02*******2*25", Decimal("0.50")),
    ],
)
def test_an_allowance_without_amount_is_worked_out_and_noted(
    parse_invoice: ParseInvoice, g72: str, amount: Decimal
) -> None:
    reading = parse_invoice(G01, G17, g72, "G33*2500")

    assert read_invoice(reading).lines[0].adjustments[0].amount == amount
    assert codes(reading) == [Code.ADJUSTMENT_COMPUTED]


def test_an_allowance_that_cannot_be_worked_out_is_noted(parse_invoice: ParseInvoice) -> None:
    reading = parse_invoice(G01, "G72*53*02***.25", "G72*53*02*******2", G17, "G33*2500")

    assert codes(reading) == [Code.ADJUSTMENT_WITHOUT_AMOUNT] * 2


@pytest.mark.parametrize("handling", ["01", "03", "04", "05"])
def test_an_allowance_settled_elsewhere_does_not_count(parse_invoice: ParseInvoice, handling: str) -> None:
    reading = parse_invoice(G01, G17, f"G72*53*{handling}******150", "G33*2500")

    assert codes(reading) == [Code.ADJUSTMENT_OUTSIDE]
    assert read_invoice(reading).lines[0].adjustments[0].indicator == "N"
    assert explain_total(read_invoice(reading)).rule is not None


def test_an_allowance_code_that_is_no_number_holds_the_invoice(parse_invoice: ParseInvoice) -> None:
    reading = parse_invoice(G01, G17, "G72*ZZ*02******150", "G33*2500")

    assert codes(reading) == [Code.CODE_UNKNOWN]
    assert read_invoice(reading).lines[0].adjustments[0].indicator == ""


def test_the_quantity_of_a_grocery_invoice_is_compared(parse_invoice: ParseInvoice) -> None:
    reading = parse_invoice(G01, G17, "G31*11*CA", "G33*2500")

    assert codes(reading) == [Code.QUANTITY_TOTAL]


def test_two_offers_of_terms_leave_the_discount_open(parse_invoice: ParseInvoice) -> None:
    terms = "G23*08*3***2*20240130*10*20240219*30*50"
    invoice = read_invoice(parse_invoice(G01, terms, terms, G17, "G33*2500"))

    assert (len(invoice.terms), invoice.discount) == (2, None)
