"""An 810 as a typed document, read as far as possible."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from ml_connector.edi import (
    Adjustment,
    DatedQualifier,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    Party,
    ProductId,
    Reading,
    Reference,
    Severity,
    Tax,
    Terms,
    Transaction,
    explain_total,
    parse_invoice,
)

Parse = Callable[..., Reading[Invoice]]
ReadSets = Callable[[bytes], list[Transaction]]

BIG = "BIG*20240115*NW-4711"
TDS = "TDS*0"  # an invoice for nothing needs no lines


def _read(reading: Reading[Invoice]) -> Invoice:
    assert reading.document is not None
    return reading.document


def _codes(reading: Reading[Invoice]) -> list[str]:
    return [finding.code for finding in reading.findings]


@pytest.fixture(scope="module")
def invoice(invoice_file: bytes, read_sets: ReadSets) -> Invoice:
    [transaction] = read_sets(invoice_file)
    reading = parse_invoice(transaction)

    assert transaction.findings == ()
    assert reading.findings == ()
    return _read(reading)


def test_the_head_of_an_invoice(invoice: Invoice) -> None:
    assert (invoice.number, invoice.date) == ("NW-4711", dt.date(2024, 1, 15))
    assert (invoice.order_number, invoice.order_date, invoice.release) == ("PO-88", dt.date(2024, 1, 2), "3")
    assert (invoice.type_code, invoice.purpose, invoice.kind) == ("DI", "00", InvoiceKind.DEBIT)
    assert invoice.currency == "EUR"
    assert invoice.notes == ("Deliver to the back door", "Thank you")
    assert invoice.references == (
        Reference(qualifier="IA", value="V-100", description=""),
        Reference(qualifier="BM", value="9912", description="Bill of lading"),
    )
    assert (invoice.total, invoice.discountable) == (Decimal("120.40"), Decimal("115.00"))
    assert (invoice.discounted, invoice.discount) == (Decimal("112.70"), Decimal("2.30"))
    assert invoice.declared_lines == 2


def test_the_parties_of_an_invoice_are_those_of_its_head(invoice: Invoice) -> None:
    seller, ship_to = invoice.parties

    assert seller == Party(
        role="SE",
        name="Nordwind Supply",
        qualifier="92",
        id="0042",
        address=("1 Harbour Road", "Gate 4", "Building B"),
        city="Duluth",
        state="MN",
        postal_code="55802",
        country="US",
        references=(Reference(qualifier="VR", value="777", description=""),),
    )
    assert (ship_to.role, ship_to.id, ship_to.address, ship_to.city) == ("ST", "0012", (), "")


def test_the_terms_and_dates_of_an_invoice(invoice: Invoice) -> None:
    assert invoice.terms == (
        Terms(
            type_code="01",
            basis_code="3",
            discount_percent=Decimal(2),
            discount_date=dt.date(2024, 1, 25),
            discount_days=10,
            net_date=dt.date(2024, 2, 14),
            net_days=30,
            discount_amount=Decimal("1.50"),
            deferred_date=None,
            deferred_amount=Decimal("0.00"),
            description="2 percent 10 net 30",
            day_of_month=5,
        ),
    )
    assert invoice.dates == (
        DatedQualifier(qualifier="011", date=dt.date(2024, 1, 10), time=dt.time(14, 30), end=None),
        DatedQualifier(qualifier="150", date=dt.date(2024, 1, 1), time=None, end=dt.date(2024, 1, 31)),
    )


def test_a_line_has_its_own_ids_taxes_adjustments_and_references(invoice: Invoice) -> None:
    first, second = invoice.lines

    assert first == InvoiceLine(
        position=1,
        segment=18,
        number="1",
        quantity=Decimal(12),
        unit="CA",
        price=Decimal("8.25"),
        basis="WE",
        product_ids=(
            ProductId(qualifier="IN", id="778812"),
            ProductId(qualifier="UP", id="012345678905"),
            ProductId(qualifier="VN", id="A-1"),
        ),
        description="Blue widget, large Box of 24",
        adjustments=(_adjustment(indicator="A", code="C310", amount=Decimal("2.50")),),
        taxes=(Tax(type_code="ST", amount=Decimal("3.10"), percent=Decimal(".07"), exempt="2", tax_id=""),),
        references=(Reference(qualifier="PO", value="PO-88", description=""),),
        extension=Decimal("99.00"),
    )
    assert (second.number, second.quantity, second.price) == ("", Decimal("2.5"), Decimal("4.0000"))


def _adjustment(*, indicator: str, code: str, amount: Decimal) -> Adjustment:
    return Adjustment(
        indicator=indicator,
        code=code,
        agency="",
        agency_code="",
        amount=amount,
        percent_qualifier="",
        percent=None,
        rate=None,
        unit="",
        quantity=None,
        handling="",
        description="",
    )


def test_what_belongs_to_a_component_or_a_place_of_a_line_is_not_the_lines(invoice: Invoice) -> None:
    assert invoice.lines[1].description == ""
    assert invoice.lines[1].references == ()


def test_what_follows_the_total_belongs_to_the_whole_invoice(invoice: Invoice) -> None:
    freight, information = invoice.adjustments

    assert (freight.indicator, freight.code, freight.amount) == ("C", "D240", Decimal("8.00"))
    assert (freight.handling, freight.description) == ("06", "Freight")
    assert information.indicator == "N"
    assert invoice.taxes == (
        Tax(
            type_code="ZZ",
            amount=Decimal("2.80"),
            percent=Decimal("2.5"),
            jurisdiction_qualifier="CC",
            jurisdiction="001",
            exempt="0",
            tax_id="DE123",
        ),
    )
    assert explain_total(invoice).rule == "lines+charges-allowances+taxes"


def test_adjustments_and_taxes_of_the_head_belong_to_the_whole_invoice(parse: Parse) -> None:
    invoice = _read(parse(BIG, "SAC*C**VI*TC**2*5.5*.01*EA*10", "TXI*GS*1.25", "IT1**1*EA*1", TDS))

    assert invoice.adjustments[0].percent == Decimal("5.5")
    assert (invoice.adjustments[0].rate, invoice.adjustments[0].unit) == (Decimal(".01"), "EA")
    assert invoice.adjustments[0].quantity == Decimal(10)
    assert invoice.taxes[0].amount == Decimal("1.25")
    assert invoice.lines[0].adjustments == ()


@pytest.mark.parametrize(
    ("basis", "extension"),
    [
        ("", "3000"),
        ("PE", "3000"),
        ("WE", "3000"),
        ("??", "3000"),
        ("HP", "30"),
        ("C", "30"),
        ("HU", "30"),
        ("TH", "3"),
    ],
)
def test_only_a_known_price_basis_divides_the_extension(parse: Parse, basis: str, extension: str) -> None:
    [line] = _read(parse(BIG, f"IT1**1000*EA*3*{basis}", TDS)).lines

    assert line.extension == Decimal(extension)


def test_the_extension_keeps_all_digits(parse: Parse) -> None:
    [line] = _read(parse(BIG, "IT1**12345678901234567.123456789*EA*0.123456789012345678", TDS)).lines

    assert str(line.extension) == "1524157875323883.569272977518366104763907942"


@pytest.mark.parametrize("line", ["IT1*1", "IT1*1**EA*5", "IT1*1*5*EA", "IT1*1*5*EA**WE"])
def test_a_line_without_quantity_or_price_has_no_extension_and_is_noted(parse: Parse, line: str) -> None:
    reading = parse(BIG, line, TDS)

    assert _read(reading).lines[0].extension is None
    assert _codes(reading) == ["LINE_INCOMPLETE"]


def test_pairs_without_a_value_are_skipped_and_values_without_a_qualifier_kept(parse: Parse) -> None:
    [line] = _read(parse(BIG, "IT1**1*EA*1**VP****UK*00012345678905**778812*SK", TDS)).lines

    assert line.product_ids == (
        ProductId(qualifier="UK", id="00012345678905"),
        ProductId(qualifier="", id="778812"),
    )


@pytest.mark.parametrize(
    ("dtm", "start", "end"),
    [
        ("DTM*011*20240110", dt.date(2024, 1, 10), None),
        ("DTM*011*240110", dt.date(2024, 1, 10), None),
        ("DTM*011*740110***19", dt.date(1974, 1, 10), None),
        ("DTM*011*100110***19", dt.date(1910, 1, 10), None),
        ("DTM*011*240110**ES*XX", dt.date(2024, 1, 10), None),
        ("DTM*011****D8*20240110", dt.date(2024, 1, 10), None),
        ("DTM*011****D6*240110", dt.date(2024, 1, 10), None),
        ("DTM*011****DT*202401101430", dt.date(2024, 1, 10), None),
        ("DTM*150****RD8*20240101-20240131", dt.date(2024, 1, 1), dt.date(2024, 1, 31)),
        ("DTM*150****RD6*240101-240131", dt.date(2024, 1, 1), dt.date(2024, 1, 31)),
        ("DTM*150****RD8*20240101", dt.date(2024, 1, 1), None),
        ("DTM*011", None, None),
    ],
)
def test_a_dtm_gives_its_date_in_any_of_its_forms(
    parse: Parse, dtm: str, start: dt.date | None, end: dt.date | None
) -> None:
    reading = parse(BIG, dtm, TDS)

    assert _codes(reading) == []
    assert (_read(reading).dates[0].date, _read(reading).dates[0].end) == (start, end)


@pytest.mark.parametrize(
    ("segment", "element"),
    [
        ("DTM*011*20241399", 2),
        ("DTM*011*20240110*99", 3),
        ("DTM*011****CY*whenever", 5),
        ("ITD*01*3*2*soon", 4),
    ],
)
def test_an_unreadable_date_is_held_and_placed(parse: Parse, segment: str, element: int) -> None:
    reading = parse(BIG, segment, TDS)

    [finding] = reading.findings
    assert (finding.code, finding.severity) == ("DATE_UNREADABLE", Severity.HOLD)
    assert (finding.tag, finding.element, finding.position) == (segment[:3], element, 3)
    assert repr(segment.rsplit("*", 1)[1]) in finding.message


@pytest.mark.parametrize("zeros", ["00000000", "000000"])
def test_a_date_of_zeros_is_absent_and_noted(parse: Parse, zeros: str) -> None:
    reading = parse(f"{BIG}*{zeros}", TDS)

    assert _read(reading).order_date is None
    assert [(finding.code, finding.severity) for finding in reading.findings] == [
        ("DATE_ZERO", Severity.NOTE)
    ]


@pytest.mark.parametrize("big", ["BIG**NW-4711", "BIG*00000000*NW-4711"])
def test_an_invoice_without_a_date_is_held(parse: Parse, big: str) -> None:
    reading = parse(big, TDS)

    assert _read(reading).date is None
    assert ("DATE_MISSING", Severity.HOLD) in [
        (finding.code, finding.severity) for finding in reading.findings
    ]


def test_an_unreadable_invoice_date_is_held_and_the_rest_is_read(parse: Parse) -> None:
    reading = parse("BIG*15.01.2024*NW-4711", TDS)

    assert (_read(reading).date, _read(reading).number) == (None, "NW-4711")
    assert _codes(reading) == ["DATE_UNREADABLE"]


@pytest.mark.parametrize("big", ["BIG*20240115", "BIG*20240115*", "BIG*20240115*   *20240101"])
def test_an_invoice_without_a_number_must_not_be_used(parse: Parse, big: str) -> None:
    reading = parse(big, TDS)

    assert _read(reading).number == ""
    assert [(finding.code, finding.severity) for finding in reading.findings] == [
        ("NUMBER_MISSING", Severity.ERROR)
    ]


@pytest.mark.parametrize(
    ("segments", "codes"),
    [
        ((BIG,), ["TDS_MISSING"]),
        ((BIG, "TDS"), ["TDS_MISSING"]),
        ((BIG, "TDS**100"), ["TDS_MISSING"]),
        ((BIG, "TDS*1E5"), ["NUMBER_UNREADABLE", "TDS_MISSING"]),
        ((BIG, "TDS*NaN"), ["NUMBER_UNREADABLE", "TDS_MISSING"]),
        ((BIG, "TDS*1.0.0"), ["NUMBER_UNREADABLE", "TDS_MISSING"]),
        ((TDS,), ["BIG_MISSING"]),
        ((), ["BIG_MISSING", "TDS_MISSING"]),
    ],
)
def test_without_a_big_or_a_readable_total_there_is_no_document(
    parse: Parse, segments: tuple[str, ...], codes: list[str]
) -> None:
    reading = parse(*segments)

    assert reading.document is None
    assert _codes(reading) == codes
    assert reading.findings[-1].severity is Severity.ERROR


def test_another_set_is_no_invoice(
    make_file: Callable[..., bytes], make_set: Callable[..., str], read_sets: ReadSets
) -> None:
    [transaction] = read_sets(make_file(make_set("BEG*00*SA*PO-1", code="850")))

    reading = parse_invoice(transaction)

    assert reading.document is None
    assert _codes(reading) == ["NOT_AN_INVOICE"]
    assert "850" in reading.findings[0].message


@pytest.mark.parametrize(
    ("type_code", "tds", "kind"),
    [
        ("", "100", InvoiceKind.DEBIT),
        ("DI", "100", InvoiceKind.DEBIT),
        ("DR", "100", InvoiceKind.DEBIT),
        ("CR", "100", InvoiceKind.CREDIT),
        ("CN", "-100", InvoiceKind.CREDIT),
        ("CG", "100", InvoiceKind.CREDIT),
        ("", "-100", InvoiceKind.CREDIT),
        ("DI", "-100", InvoiceKind.CREDIT),
        ("", "0", InvoiceKind.DEBIT),
    ],
)
def test_a_credit_is_known_by_its_type_or_by_a_negative_total(
    parse: Parse, type_code: str, tds: str, kind: InvoiceKind
) -> None:
    assert _read(parse(f"{BIG}*****{type_code}", f"TDS*{tds}")).kind is kind


def test_a_point_in_an_implied_amount_is_taken_literally_and_noted(parse: Parse) -> None:
    reading = parse(BIG, "IT1**1*EA*500", "TDS*500.00")

    assert _read(reading).total == Decimal("500.00")
    assert [(finding.code, finding.severity) for finding in reading.findings] == [
        ("N2_WITH_POINT", Severity.NOTE)
    ]


@pytest.mark.parametrize(
    ("segment", "element"),
    [
        ("IT1**1,5*EA*1", 2),
        ("IT1**1*EA*1E3", 4),
        ("SAC*C*D240***12a", 5),
        ("TXI*ST*1-", 2),
        ("ITD*01*3*2%", 3),
        ("CTT*1.5", 1),
    ],
)
def test_a_bad_number_is_held_and_placed(parse: Parse, segment: str, element: int) -> None:
    reading = parse(BIG, TDS, segment)

    finding = reading.findings[0]
    assert (finding.code, finding.severity, finding.element) == ("NUMBER_UNREADABLE", Severity.HOLD, element)
    assert finding.position == 4
    assert reading.document is not None


@pytest.mark.parametrize(
    "segment",
    [
        "TDS*92233720368547701",
        "TDS*-92233720368547701",
        "SAC*C*D240***92233720368547701",
        "TXI*ST*922337203685477.01",
        "IT1**922337203685478*EA*1",
    ],
)
def test_an_amount_that_books_cannot_keep_is_held(parse: Parse, segment: str) -> None:
    reading = parse(BIG, segment, TDS)

    assert ("AMOUNT_TOO_LARGE", Severity.HOLD) in [
        (finding.code, finding.severity) for finding in reading.findings
    ]
    assert reading.document is not None


def test_the_largest_amount_is_no_finding(parse: Parse) -> None:
    assert _codes(parse(BIG, "IT1**1*EA*1", "TDS*92233720368547700")) == []


@pytest.mark.parametrize("sac", ["SAC*A*C310****2*5", "SAC*C*D240", "SAC*C*D240****Z**.05*EA*100"])
def test_a_charge_or_allowance_without_amount_is_noted_and_not_counted(parse: Parse, sac: str) -> None:
    reading = parse(BIG, "IT1**1*EA*1", "TDS*100", sac)

    assert [(finding.code, finding.severity) for finding in reading.findings] == [
        ("ADJUSTMENT_WITHOUT_AMOUNT", Severity.NOTE)
    ]
    assert explain_total(_read(reading)).rule is not None


def test_information_without_amount_is_no_finding(parse: Parse) -> None:
    assert _codes(parse(BIG, TDS, "SAC*N*F050****2*5")) == []


def test_a_wrong_number_of_lines_is_noted(parse: Parse) -> None:
    reading = parse(BIG, "IT1**1*EA*1", TDS, "CTT*2")

    assert [(finding.code, finding.severity) for finding in reading.findings] == [
        ("CTT01_COUNT", Severity.NOTE)
    ]
    assert _read(reading).declared_lines == 2


def test_a_second_total_is_held_and_the_first_is_read(parse: Parse) -> None:
    reading = parse(BIG, TDS, "TDS*200")

    assert _read(reading).total == 0
    assert [(finding.code, finding.severity) for finding in reading.findings] == [
        ("SEGMENT_REPEATED", Severity.HOLD)
    ]


def test_a_terminator_inside_the_data_is_held_as_a_malformed_segment_id(parse: Parse) -> None:
    reading = parse(BIG, "NTE*GEN*Call", "me Ann", "or Bob", TDS)

    [finding] = reading.findings
    assert (finding.code, finding.severity, finding.position) == ("SEGMENT_ID", Severity.HOLD, 4)
    assert "'me Ann'" in finding.message


def test_the_findings_of_a_document_name_bytes_of_its_set(parse: Parse) -> None:
    [finding] = parse(BIG, "DTM*011*never", TDS).findings

    assert finding.offset == len("ST*810*0001~") + len(BIG) + 1


def test_control_characters_are_no_text(parse: Parse) -> None:
    invoice = _read(parse("BIG*20240115*NW\x01-47\r\n11", "NTE*GEN*Caf\u00e9 \x0b", TDS))

    assert invoice.number == "NW-4711"
    assert invoice.notes == ("Café",)


def test_six_digit_dates_of_old_versions_are_read(parse: Parse) -> None:
    invoice = _read(parse("BIG*240115*NW-4711*991231", TDS))

    assert (invoice.date, invoice.order_date) == (dt.date(2024, 1, 15), dt.date(1999, 12, 31))


def test_an_invoice_without_currency_leaves_it_to_the_partner(parse: Parse) -> None:
    assert _read(parse(BIG, "CUR*BY", TDS)).currency is None
