"""What contradicts itself or was lost on the way is found, whatever the document."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from ml_connector.edi import (
    Code,
    Finding,
    Invoice,
    InvoiceKind,
    Order,
    Reading,
    Severity,
    ShipNotice,
    Transaction,
    explain_total,
    list_components,
    parse_document,
    read,
)
from ml_connector.edi.arithmetic import judge_total
from ml_connector.edi.documents.reading import MOST_FINDINGS
from ml_connector.edi.documents.routes import Document
from ml_connector.edi.documents.shipnotice856 import sum_shipped
from ml_connector.edi.elements import parse_date
from ml_connector.edi.segments import MOST_ELEMENTS

MakeSet = Callable[..., str]
MakeFile = Callable[..., bytes]
ReadSets = Callable[[bytes], list[Transaction]]
Parse = Callable[..., Reading[Document]]

BIG = "BIG*20240115*NW-4711"
LINE = "IT1**1*EA*10"
TDS = "TDS*1000"
BSN = "BSN*00*S-1*20240115*0830"
BPR = "BPR*C*100*C*ACH*CTX***********20240115"
TRN = "TRN*1*T-1"


@pytest.fixture(scope="session")
def parse(make_set: MakeSet, make_file: MakeFile, read_sets: ReadSets) -> Parse:
    """The reading of a set of any kind with the given segments."""

    def parse(code: str, *segments: str) -> Reading[Document]:
        [transaction] = read_sets(make_file(make_set(*segments, code=code)))
        assert transaction.findings == ()
        return parse_document(transaction)

    return parse


def _codes(reading: Reading[Document]) -> list[str]:
    return [finding.code for finding in reading.findings]


def _holds(reading: Reading[Document]) -> list[str]:
    return [finding.code for finding in reading.findings if finding.severity is Severity.HOLD]


def _invoice(reading: Reading[Document]) -> Invoice:
    assert isinstance(reading.document, Invoice)
    return reading.document


@pytest.mark.parametrize("text", ["-10101", "-1010101", "+240101", "24011", "2024011"])
def test_a_date_has_exactly_six_or_eight_digits(text: str) -> None:
    assert parse_date(text, None) is None


@pytest.mark.parametrize("type_code", ["cr", "CM", "C", "CREDIT", "CA", "ZZ"])
@pytest.mark.parametrize(
    ("code", "head", "rest"),
    [
        ("810", BIG + "*****{}", (LINE, TDS)),
        ("880", "G01*20240115*INV-1******{}", ("G17*1*CA*10*000000000001", "G31*1*CA", "G33*1000")),
    ],
)
def test_a_type_that_is_neither_debit_nor_credit_is_held(
    parse: Parse, code: str, head: str, rest: tuple[str, ...], type_code: str
) -> None:
    [finding] = parse(code, head.format(type_code), *rest).findings

    assert (finding.code, finding.severity, finding.value) == (Code.CODE_UNKNOWN, Severity.HOLD, type_code)


def test_blanks_around_a_type_do_not_hide_a_credit(parse: Parse) -> None:
    reading = parse("810", BIG + "***** CR", LINE, TDS)

    assert reading.findings == ()
    assert (_invoice(reading).type_code, _invoice(reading).kind) == ("CR", InvoiceKind.CREDIT)


@pytest.mark.parametrize("type_code", ["DI", "DR", "PR"])
def test_a_negative_total_of_what_we_owe_is_held(parse: Parse, type_code: str) -> None:
    assert _holds(parse("810", f"{BIG}*****{type_code}", LINE, "TDS*-1000")) == [Code.SIGN_CONTRADICTS]


@pytest.mark.parametrize(("quantity", "rule"), [("1", None), ("-1", "lines+charges-allowances+taxes")])
def test_without_a_type_the_lines_make_a_negative_total_as_they_are(
    parse: Parse, quantity: str, rule: str | None
) -> None:
    explained = explain_total(_invoice(parse("810", BIG, f"IT1**{quantity}*EA*10", "TDS*-1000")))

    assert (explained.total, explained.rule) == (Decimal(-10), rule)


HEADS = {
    "810": (BIG, LINE, TDS),
    "812": ("BCD*20240115*CM-1*K*10000*C**INV-1", "CDD*01*C**10000"),
    "820": (BPR, TRN, "RMR*IV*A**100"),
    "850": ("BEG*00*SA*PO-1**20240115", "PO1*1*2*EA*10"),
    "880": ("G01*20240115*INV-1", "G17*1*CA*10*000000000001", "G31*1*CA", "G33*1000"),
}


@pytest.mark.parametrize("code", HEADS)
def test_two_currencies_in_a_document_are_held_and_named(parse: Parse, code: str) -> None:
    head, *rest = HEADS[code]
    reading = parse(code, head, "CUR*SE*USD", "CUR*BY*EUR", *rest)

    [finding] = reading.findings
    assert (finding.code, finding.severity, finding.value) == (Code.CURRENCIES_DIFFER, Severity.HOLD, "EUR")
    assert "USD and EUR" in finding.message
    assert getattr(reading.document, "currency", None) == "USD"


@pytest.mark.parametrize("code", HEADS)
def test_one_currency_in_any_spelling_is_one(parse: Parse, code: str) -> None:
    head, *rest = HEADS[code]
    reading = parse(code, head, "CUR*SE*usd", "CUR*BY* USD", *rest)

    assert reading.findings == ()
    assert getattr(reading.document, "currency", None) == "USD"


def test_the_currency_of_a_line_counts_like_that_of_the_invoice(parse: Parse) -> None:
    assert _holds(parse("810", BIG, "CUR*SE*USD", LINE, "CUR*SE*EUR", TDS)) == [Code.CURRENCIES_DIFFER]
    assert _invoice(parse("810", BIG, LINE, "CUR*SE*EUR", TDS)).currency == "EUR"


@pytest.mark.parametrize(
    ("line", "element"),
    [("IT1**1\x1d0*EA*10", 2), ("IT1**10*EA*1\x020", 4), ("I\x01T1**10*EA*10", None)],
)
def test_characters_joined_by_taking_out_a_control_character_hold_the_set(
    make_set: MakeSet, make_file: MakeFile, read_sets: ReadSets, line: str, element: int | None
) -> None:
    right = make_set(BIG, LINE, TDS)
    odd = make_set(BIG, line, "TDS*10000", number="2")
    first, found, last = read_sets(make_file(right, odd, right))

    [finding] = found.findings
    assert (finding.code, finding.severity) == (Code.CONTROL_CHARACTER, Severity.HOLD)
    assert (finding.tag, finding.position, finding.element) == ("IT1", 3, element)
    assert found.rows[2][2] == "10"
    assert first.findings == ()
    assert [each.code for each in last.findings] == [Code.ST02_REPEATED]


def test_several_control_characters_are_one_finding(
    make_set: MakeSet, make_file: MakeFile, read_sets: ReadSets
) -> None:
    [found] = read_sets(make_file(make_set(BIG, "NTE**a\x01b*c\x02d", LINE, TDS)))

    [finding] = found.findings
    assert "0x01" in finding.message
    assert "1 more" in finding.message


@pytest.mark.parametrize("text", ["two \x01words", "two\x01 words", "\x01word", "wor\nd", "w\xf6rd"])
def test_what_joins_nothing_is_no_finding(
    make_set: MakeSet, make_file: MakeFile, read_sets: ReadSets, text: str
) -> None:
    [found] = read_sets(make_file(make_set(BIG, f"NTE**{text}", LINE, TDS)))

    assert found.findings == ()


@pytest.mark.parametrize("level", ["O", "P", "T", "Q", "S"])
def test_what_is_shipped_at_another_level_is_an_item(parse: Parse, level: str) -> None:
    reading = parse("856", BSN, "HL*1**S", f"HL*2*1*{level}", "PRF*PO-1", "LIN**VN*A", "SN1**5*EA")

    assert reading.findings == ()
    assert isinstance(reading.document, ShipNotice)
    [item] = reading.document.items
    assert (item.order_number, item.quantity, item.product_ids[0].id) == ("PO-1", Decimal(5), "A")


def test_quantities_of_packages_around_or_inside_items_are_no_items(parse: Parse) -> None:
    around = parse(
        "856", BSN, "HL*1**S", "HL*2*1*P", "SN1**9*EA", "HL*3*2*O", "PRF*A", "HL*4*3*I", "SN1**5*EA"
    )
    inside = parse("856", BSN, "HL*1**S", "HL*2*1*I", "PRF*A", "SN1**5*EA", "HL*3*2*P", "SN1**5*EA")

    for reading in (around, inside):
        assert isinstance(reading.document, ShipNotice)
        assert [item.quantity for item in reading.document.items] == [Decimal(5)]


def test_the_kind_of_a_level_is_read_in_any_case(parse: Parse) -> None:
    reading = parse("856", BSN, "HL*1**s", "HL*2*1*o", "PRF*PO-1", "HL*3*2* i", "SN1**5*EA")

    assert reading.findings == ()
    assert isinstance(reading.document, ShipNotice)
    assert [item.order_number for item in reading.document.items] == ["PO-1"]


def test_a_notice_without_items_is_held(parse: Parse) -> None:
    assert _holds(parse("856", BSN, "HL*1**S", "HL*2*1*O", "PRF*PO-1")) == [Code.ITEMS_MISSING]
    assert _holds(parse("856", BSN.replace("*00*", "*01*"), "HL*1**S")) == []


def test_releases_and_lines_of_an_order_are_added_up_apart(parse: Parse) -> None:
    orders = [("R1", "1", "5"), ("R2", "1", "7"), ("R2", "2", "1"), ("R1", "1", "3")]
    levels: list[str] = []
    for n, (release, line, quantity) in enumerate(orders, 1):
        levels += [f"HL*{n * 2}*1*O", f"PRF*PO-1*{release}***{line}", f"HL*{n * 2 + 1}*{n * 2}*I"]
        levels += ["LIN**VN*A", f"SN1**{quantity}*EA"]
    reading = parse("856", BSN, "HL*1**S", *levels)

    assert isinstance(reading.document, ShipNotice)
    totals = sum_shipped(reading.document.items)
    assert [(each.order_release, each.order_line, each.quantity) for each in totals] == [
        ("R1", "1", Decimal(8)),
        ("R2", "1", Decimal(7)),
        ("R2", "2", Decimal(1)),
    ]


def test_of_many_findings_the_gravest_are_listed_and_the_others_counted(parse: Parse) -> None:
    notes = ["SAC*C*D240"] * (MOST_FINDINGS + 20)
    bad = ["SAC*C*D240***x"] * (MOST_FINDINGS + 20)
    reading = parse("810", BIG, LINE, TDS, *notes, bad[0])
    held = parse("810", BIG, LINE, TDS, *notes, *bad, *notes)

    *listed, more = reading.findings
    assert len(listed) == MOST_FINDINGS
    assert [finding.code for finding in listed[-2:]] == ["ADJUSTMENT_WITHOUT_AMOUNT", "NUMBER_UNREADABLE"]
    assert (more.code, more.severity) == (Code.FINDINGS_MORE, Severity.NOTE)
    assert " 21 more " in more.message
    assert _codes(held) == ["NUMBER_UNREADABLE"] * MOST_FINDINGS + ["FINDINGS_MORE"]


@pytest.mark.parametrize("text", ["x", "\xf6"])
def test_no_more_elements_of_a_segment_are_read_than_the_limit(parse: Parse, text: str) -> None:
    whole = parse("810", BIG, "IT1*1*1*EA*10*" + f"*{text}" * (MOST_ELEMENTS - 5), TDS)
    wide = parse("810", BIG, LINE, "IT1*1*1*EA*10*" + f"*{text}" * MOST_ELEMENTS * 9, TDS)

    assert whole.findings == ()
    [finding] = wide.findings
    assert (finding.code, finding.severity) == (Code.SEGMENT_TOO_WIDE, Severity.HOLD)
    assert finding.position == 4
    [ids] = {line.product_ids for line in _invoice(wide).lines if line.product_ids}
    assert ids == _invoice(whole).lines[0].product_ids


def test_other_findings_of_a_set_with_a_segment_too_wide_have_their_places(parse: Parse) -> None:
    wide = "IT1*1*1*EA*10*" + "*x" * MOST_ELEMENTS * 2

    reading = parse("810", BIG, "IT1*1*x*EA*10", wide, "SAC*C*D240", TDS)

    assert {finding.code: finding.position for finding in reading.findings} == {
        Code.SEGMENT_TOO_WIDE: 4,
        Code.NUMBER_UNREADABLE: 3,
        Code.LINE_INCOMPLETE: 3,
        Code.ADJUSTMENT_WITHOUT_AMOUNT: 5,
    }


def test_a_long_segment_of_few_elements_is_no_finding(parse: Parse) -> None:
    assert parse("810", BIG, LINE, "NTE**" + "x" * MOST_ELEMENTS * 2, TDS).findings == ()


@pytest.mark.parametrize("tag", ["TXP", "DED", "LX", "FGS"])
def test_loops_of_a_payment_that_are_not_read_are_held(parse: Parse, tag: str) -> None:
    assert _holds(parse("820", BPR, TRN, f"{tag}*1*2")) == [Code.LOOP_UNREAD]


@pytest.mark.parametrize(
    ("segments", "code"),
    [
        (("ENT*1", "ADX*-20*01", "RMR*IV*A**100"), Code.ADJUSTMENT_UNCOUNTED),
        (("RMR*IV*A**100", "RMR*IV*B***70"), Code.PAID_MISSING),
        (("RMR*IV***100",), Code.DOCUMENT_MISSING),
        (("N1*PR*US", "N1*PR*OTHERS", "RMR*IV*A**100"), Code.PARTY_REPEATED),
    ],
)
def test_what_a_payment_leaves_open_is_held(parse: Parse, segments: tuple[str, ...], code: Code) -> None:
    assert _holds(parse("820", BPR, TRN, *segments)) == [code]


def test_a_set_that_holds_the_opening_of_another_is_not_whole(
    make_set: MakeSet, make_file: MakeFile, read_sets: ReadSets
) -> None:
    cut = f"ST*810*0001~{BIG}~{LINE}~{TDS}~"
    last = make_set(BIG, LINE, TDS).replace("SE*5*", "SE*9*")

    first, second = read_sets(make_file(cut + last))

    assert [finding.code for finding in first.findings] == [Code.SE_MISSING]
    assert [finding.code for finding in second.findings] == [Code.SE01_COUNT, Code.ST02_REPEATED]


@pytest.mark.parametrize("inside", ["GS*IN*A*B*20240116*0930*7*X*004010", "TA1*1*240116*0930*A*000"])
@pytest.mark.parametrize("mark", ["x", "\xf6"])
def test_a_set_that_holds_a_control_segment_is_not_whole(
    make_set: MakeSet, make_file: MakeFile, codes: Callable[..., list[str]], inside: str, mark: str
) -> None:
    items = list(read([make_file(make_set(BIG, f"NTE**{mark}", inside, LINE, TDS))]))

    found = codes(items)
    found += [
        code for item in items if isinstance(item, Transaction) for code in _codes(parse_document(item))
    ]
    assert {Code.SE_MISSING, Code.CONTROL_INSIDE} & set(found)


def test_a_set_in_a_group_of_another_kind_is_held(
    make_set: MakeSet, make_file: MakeFile, read_sets: ReadSets
) -> None:
    [found] = read_sets(make_file(make_set(BIG, LINE, TDS)).replace(b"GS*IN", b"GS*PO"))

    [finding] = found.findings
    assert (finding.code, finding.severity) == (Code.GS01_SET, Severity.HOLD)
    assert "not IN" in finding.message


def test_the_same_number_in_another_group_is_no_finding(
    make_set: MakeSet, make_file: MakeFile, read_sets: ReadSets
) -> None:
    data = make_file(make_set(BIG, LINE, TDS))

    assert [found.findings for found in read_sets(data + data)] == [(), ()]


def test_a_number_that_comes_again_after_many_sets_is_found(make_set: MakeSet, make_file: MakeFile) -> None:
    many = [make_set(number=f"{number:07}") for number in range(2_000)]
    found = [item for item in read([make_file(*many, many[-1], many[0])]) if isinstance(item, Transaction)]

    *earlier, again, first = found
    assert not any(item.findings for item in earlier)
    assert [[finding.code for finding in item.findings] for item in (again, first)] == [
        [Code.ST02_REPEATED]
    ] * 2


def test_an_invoice_with_a_total_for_nothing_is_held(parse: Parse) -> None:
    assert _holds(parse("810", BIG, TDS)) == [Code.LINES_MISSING]
    assert _holds(parse("810", BIG, "TDS*0")) == []
    assert _holds(parse("810", BIG, TDS, "SAC*C*D240***1000")) == []


@pytest.mark.parametrize(("stated", "held"), [("999", True), ("10.004", False), ("", False)])
def test_the_stated_amount_of_a_grocery_line_is_its_quantity_times_its_price(
    parse: Parse, stated: str, *, held: bool
) -> None:
    line = f"G17*1*CA*10*000000000001**********{stated}"

    assert (
        _holds(parse("880", "G01*20240115*INV-1", line, "G31*1*CA", "G33*1000"))
        == [Code.EXTENSION_DIFFERS] * held
    )


@pytest.mark.parametrize("terms", ["ITD*14*3*5**-10", "ITD*14*3*****-30"])
def test_negative_days_are_noted(parse: Parse, terms: str) -> None:
    assert _codes(parse("810", BIG, terms, LINE, TDS)) == [Code.DAYS_NEGATIVE]


def test_a_period_keeps_its_end_where_its_start_stands_apart(parse: Parse) -> None:
    [period] = _invoice(parse("810", BIG, "DTM*150*20241101***RD8*20241101-20241130", LINE, TDS)).dates

    assert (period.date, period.end) == (dt.date(2024, 11, 1), dt.date(2024, 11, 30))


def test_a_form_of_date_that_is_not_known_is_held(parse: Parse) -> None:
    assert _holds(parse("810", BIG, "DTM*150****XX*20241101", LINE, TDS)) == [Code.DATE_UNREADABLE]


@pytest.mark.parametrize(
    ("code", "segments"),
    [
        ("810", (BIG, LINE, TDS)),
        ("855", ("BAK*00*AD*PO-1*20240115", "PO1**1*EA*10", "ACK*IA*1*EA")),
        ("860", ("BCH*04*SA*PO-1***20240115*****20240115", "POC*1*QI*1*0*EA*10")),
        ("865", ("BCA*00*AC*PO-1***20240115", "POC*1*QI*1*0*EA*10", "ACK*IA*1*EA")),
    ],
)
def test_the_total_quantity_is_compared_in_every_document(
    parse: Parse, code: str, segments: tuple[str, ...]
) -> None:
    stub = [each.replace("**1*EA*10", "***EA*10").replace("QI*1*0", "QI**0") for each in segments]

    assert Code.CTT02_TOTAL not in _codes(parse(code, *segments, "CTT*1*1"))
    assert Code.CTT02_TOTAL in _codes(parse(code, *segments, "CTT*1*999"))
    assert Code.CTT02_TOTAL not in _codes(parse(code, *stub, "CTT*1*999"))


@pytest.mark.parametrize("ends", [("AMT*TT*999",), ("CTT*1", "AMT*TT*999")])
def test_the_total_of_an_order_is_found_without_a_count_before_it(
    parse: Parse, ends: tuple[str, ...]
) -> None:
    reading = parse("850", "BEG*00*SA*PO-1**20240115", "PO1*1*2*EA*10", *ends)

    assert _holds(reading) == [Code.ORDER_TOTAL]
    assert isinstance(reading.document, Order)
    assert reading.document.total == Decimal(999)


@pytest.mark.parametrize(
    ("answers", "held"),
    [
        (("ACK*IA*3*EA", "ACK*IR*9*EA"), True),
        (("ACK*IA*9*EA", "ACK*IQ*1*EA"), True),
        (("ACK*IP*3*EA",), True),
        (("ACK*IA*3*EA", "ACK*IR*1*EA"), False),
        (("ACK*BP*3*EA",), False),
        (("ACK*IQ*9*EA",), False),
    ],
)
def test_an_answer_explains_only_the_difference_it_speaks_of(
    parse: Parse, answers: tuple[str, ...], *, held: bool
) -> None:
    reading = parse("855", "BAK*00*AC*PO-1*20240115", "PO1*1*5*EA*10", *answers)

    assert _holds(reading) == [Code.ANSWER_QUANTITY] * held


def test_what_the_total_leaves_out_is_named(parse: Parse) -> None:
    left: list[Finding] = []
    for segments in (
        (LINE, TDS, "TXI*ST*8.25", "SAC*C*D240***500"),
        (LINE, TDS, *["SAC*C*D240***500"] * 7),
        (LINE, "TDS*1500", "SAC*C*D240***500"),
        (LINE, "TDS*7"),
    ):
        invoice = _invoice(parse("810", BIG, *segments))
        found = judge_total(invoice, explain_total(invoice))
        left += [found] if found else []

    first, second, unexplained = left
    assert (first.code, first.severity) == (Code.TOTAL_WITHOUT, Severity.NOTE)
    assert "charge 5.00, tax 8.25 " in first.message
    assert "and 2 more" in second.message
    assert unexplained.code is Code.TOTAL_UNEXPLAINED


def test_what_counts_under_a_rule_can_be_listed_whether_or_not_it_fits(parse: Parse) -> None:
    invoice = _invoice(parse("810", BIG, LINE, "TDS*7", "SAC*C*D240***500"))
    attempts = explain_total(invoice).attempts

    assert explain_total(invoice).components == ()
    assert [sum(part.amount for part in list_components(invoice, each.rule)) for each in attempts] == [
        each.amount for each in attempts
    ]
