"""What becomes of an 820: what is paid for which documents, whether it adds up, and what is never shown."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from ml_connector.edi import Code, Reading, Reference, Severity, Transaction
from ml_connector.edi.documents.masking import BankAccount, mask
from ml_connector.edi.documents.remittance820 import Remittance, Trace, parse_remittance
from ml_connector.edi.documents.remittance_arithmetic import explain_payment
from ml_connector.edi.documents.remittance_codes import AdjustmentReason, Handling, PaymentMethod
from ml_connector.edi.documents.remittance_lines import RemittedKind

BANKS = "01*021000021*DA*4400123456*1612345678**01*071000013*DA*889900"
TRN = "TRN*1*CHK-10045*1612345678"

Parse = Callable[..., Reading[Remittance]]
Read = Callable[..., Remittance]


def make_bpr(amount: str = "100", *, handling: str = "I", direction: str = "C", day: str = "20260520") -> str:
    return f"BPR*{handling}*{amount}*{direction}*ACH*CTX*{BANKS}*{day}"


@pytest.fixture(scope="session")
def parse(
    make_set: Callable[..., str], make_file: Callable[..., bytes], read_sets: Callable[..., list[Transaction]]
) -> Parse:
    """The reading of an 820 with the given segments; the group's version is given."""

    def parse(*segments: str, version: str = "004010", convention: str = "") -> Reading[Remittance]:
        data = make_file(make_set(*segments, code="820")).replace(b"*X*004010", f"*X*{version}".encode())
        if convention:
            data = data.replace(b"ST*820*0001", f"ST*820*0001*{convention}".encode())
        [transaction] = read_sets(data)
        return parse_remittance(transaction)

    return parse


@pytest.fixture(scope="session")
def read(parse: Parse) -> Read:
    """The remittance of the given segments, which must be one without findings."""

    def read(*segments: str, version: str = "004010") -> Remittance:
        reading = parse(*segments, version=version)
        assert reading.findings == ()
        assert reading.document is not None
        return reading.document

    return read


def get_codes(reading: Reading[Remittance]) -> list[str]:
    return [finding.code for finding in reading.findings]


def test_the_beginning_says_how_much_is_paid_how_and_when(read: Read) -> None:
    remittance = read(f"{make_bpr('4210.55', handling='C')}*VEN", TRN)

    assert (remittance.handling, remittance.method, remittance.format) == ("C", "ACH", "CTX")
    assert (remittance.amount, remittance.direction) == (Decimal("4210.55"), "C")
    assert (remittance.date, remittance.business_function) == (date(2026, 5, 20), "VEN")
    assert remittance.company == "1612345678"


def test_the_codes_of_handling_method_and_reason_say_what_they_mean() -> None:
    assert Handling("I").meaning == "remittance advice only; the payment goes another way"
    assert PaymentMethod("CHK").meaning == "check"
    assert AdjustmentReason("59").meaning == "item not received"


def test_of_bank_accounts_no_more_than_four_characters_are_kept(read: Read) -> None:
    remittance = read(
        f"{make_bpr()}*VEN*01*031000011*SG*55512",
        TRN,
    )

    assert remittance.payer_account == BankAccount("01", "021000021", "DA", "******3456")
    assert remittance.payee_account == BankAccount("01", "071000013", "DA", "***900")
    assert remittance.return_account == BankAccount("01", "031000011", "SG", "***12")
    shown = repr(remittance) + msgspec.json.encode(remittance).decode()
    assert not any(number in shown for number in ("4400123456", "889900", "55512"))


def test_without_bank_data_there_is_no_account(read: Read) -> None:
    remittance = read("BPR*I*10*C*CHK************20260520", TRN)

    assert (remittance.payer_account, remittance.payee_account, remittance.return_account) == (
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("", ""),
        ("7", "*"),
        ("77", "*7"),
        ("12345", "***45"),
        ("123456789", "*****6789"),
        ("DE0012 9", "****12 9"),
    ],
)
def test_a_mask_shows_four_characters_and_never_more_than_half(number: str, shown: str) -> None:
    assert mask(number) == shown


def test_an_account_number_that_slipped_into_the_date_is_not_quoted(parse: Parse) -> None:
    reading = parse(make_bpr(day="4400123456"), TRN)

    [finding] = reading.findings
    assert finding.code is Code.DATE_UNREADABLE
    assert "4400123456" not in msgspec.json.encode(finding).decode()
    assert reading.document is not None
    assert reading.document.date is None


@pytest.mark.parametrize(("day", "codes"), [("", []), ("00000000", [Code.DATE_ZERO])])
def test_an_empty_effective_date_is_none(parse: Parse, day: str, codes: list[Code]) -> None:
    reading = parse(make_bpr(day=day), TRN)

    assert get_codes(reading) == codes
    assert reading.document is not None
    assert reading.document.date is None


def test_a_date_of_six_digits_before_004010_is_read(read: Read) -> None:
    assert read(make_bpr(day="240520"), TRN, version="003050").date == date(2024, 5, 20)


@pytest.mark.parametrize(
    ("traces", "number"),
    [
        (["TRN*1*A-1"], "A-1"),
        (["TRN*3*B-2*1612345678*X", "TRN*1*A-1"], "A-1"),
        (["TRN*3*B-2"], "B-2"),
    ],
)
def test_the_number_of_a_payment_is_its_current_trace_else_its_first(
    read: Read, traces: list[str], number: str
) -> None:
    assert read(make_bpr(), *traces).number == number


def test_all_traces_are_kept(read: Read) -> None:
    assert read(make_bpr(), "TRN*3*B-2*1612345678*X", TRN).traces == (
        Trace("3", "B-2", "1612345678", "X"),
        Trace("1", "CHK-10045", "1612345678"),
    )


def test_a_payment_without_trace_number_is_held(parse: Parse) -> None:
    reading = parse(make_bpr(), "TRN*1")

    assert get_codes(reading) == [Code.TRACE_MISSING]
    assert reading.document is not None
    assert reading.document.number == ""


def test_payer_and_payee_are_found_by_their_roles(read: Read) -> None:
    remittance = read(
        make_bpr(),
        "NTE*PMT*May run",
        TRN,
        "CUR*PR*USD",
        "REF*CK*10045",
        "DTM*097*20260518",
        "N1*PR*Marlow Pump*92*0001",
        "N3*1 Weir Street",
        "REF*VR*7731",
        "N1*PE*Tarrant Castings",
    )

    assert remittance.payer is not None
    assert remittance.payee is not None
    assert (remittance.payer.id, remittance.payee.name) == ("0001", "Tarrant Castings")
    assert remittance.payer.references == (Reference("VR", "7731"),)
    assert remittance.references == (Reference("CK", "10045"),)
    assert (remittance.currency, remittance.notes) == ("USD", ("May run",))
    assert [each.qualifier for each in remittance.dates] == ["097"]


def test_a_payment_that_names_nobody_has_neither_payer_nor_payee(read: Read) -> None:
    remittance = read(make_bpr(), TRN)

    assert (remittance.payer, remittance.payee, remittance.currency) == (None, None, None)


def test_a_document_is_paid_with_total_discount_and_adjustment(read: Read) -> None:
    remittance = read(
        make_bpr("93.10"),
        TRN,
        "ENT*1",
        "RMR*IV*TC-90130*PI*93.1*100*1.9*59*-5",
        "NTE*CBH*Short by one",
        "REF*PO*PO-4",
        "DTM*003*20260401",
    )

    [document] = remittance.documents
    assert (document.qualifier, document.number, document.action) == ("IV", "TC-90130", "PI")
    assert (document.paid, document.total, document.discount) == (
        Decimal("93.1"),
        Decimal(100),
        Decimal("1.9"),
    )
    assert (document.reason, document.adjustment) == ("59", Decimal(-5))
    assert document.references == (Reference("PO", "PO-4"),)
    assert (document.dates[0].date, document.notes) == (date(2026, 4, 1), ("Short by one",))
    assert (document.segment, document.entity) == (5, 0)


def test_documents_without_an_entity_are_read_too(read: Read) -> None:
    remittance = read(make_bpr("30"), TRN, "RMR*IV*A**10", "RMR*IV*B**20")

    assert remittance.entities == ()
    assert [(document.number, document.entity) for document in remittance.documents] == [
        ("A", None),
        ("B", None),
    ]


def test_documents_and_adjustments_belong_to_the_entity_before_them(read: Read) -> None:
    remittance = read(
        make_bpr("29"),
        TRN,
        "ENT*1*PR*92*STORE1",
        "NM1*PR*2*Store One",
        "REF*ST*1",
        "ADX*-1*86*CM*C-1",
        "RMR*IV*A**10",
        "ENT*2*PR*92*STORE2",
        "RMR*IV*B**20",
    )

    assert [(entity.number, entity.role, entity.id) for entity in remittance.entities] == [
        ("1", "PR", "STORE1"),
        ("2", "PR", "STORE2"),
    ]
    assert remittance.entities[0].names[0].name == "Store One"
    assert [document.entity for document in remittance.documents] == [0, 1]
    assert [adjustment.entity for adjustment in remittance.adjustments] == [0]


def test_a_social_security_number_is_masked(read: Read) -> None:
    remittance = read(
        make_bpr("10"), TRN, "ENT*1*2J*34*123456789", "NM1*BW*1*Doe*Jo****34*987654321", "RMR*ID*7**10"
    )

    [entity] = remittance.entities
    assert (entity.id, entity.names[0].id) == ("*****6789", "*****4321")
    assert (entity.names[0].name, entity.names[0].first_name) == ("Doe", "Jo")


def test_a_negative_payment_of_a_document_is_a_credit_taken(read: Read) -> None:
    remittance = read(make_bpr("70"), TRN, "RMR*IV*A**100", "RMR*CM*C-9**-30", "RMR*IV*C**0")

    assert [document.kind for document in remittance.documents] == [
        RemittedKind.PAYMENT,
        RemittedKind.CREDIT,
        RemittedKind.PAYMENT,
    ]


def test_an_adjustment_under_a_document_is_that_documents(read: Read) -> None:
    remittance = read(
        make_bpr("95"),
        TRN,
        "ENT*1",
        "RMR*IV*A**95*100",
        "REF*PO*PO-1",
        "ADX*-5*01*IV*A",
        "NTE*ADD*Wrong price",
        "REF*VV*V-1",
        "DTM*003*20260401",
        "IT1*1*2*EA*2.5*PE*IN*44120",
        "REF*LI*3",
        "SAC*N*H850***100",
        "SLN*1**I",
        "REF*XX*deeper",
    )

    [document] = remittance.documents
    [adjustment] = document.adjustments
    [item] = adjustment.items
    assert remittance.adjustments == ()
    assert (adjustment.amount, adjustment.reason, adjustment.number) == (Decimal(-5), "01", "A")
    assert (adjustment.notes, adjustment.references) == (("Wrong price",), (Reference("VV", "V-1"),))
    assert adjustment.dates[0].date == date(2026, 4, 1)
    assert (item.quantity, item.price, item.product_ids[0].id) == (Decimal(2), Decimal("2.5"), "44120")
    assert item.references == (Reference("LI", "3"),)
    assert item.adjustments[0].amount == Decimal(1)
    assert document.references == (Reference("PO", "PO-1"),)


def test_items_of_a_document_are_kept_with_it(read: Read) -> None:
    remittance = read(make_bpr("10"), TRN, "RMR*IV*A**10", "IT1*1*4*EA*2.5**VP*G-1", "IT1*2")

    assert [item.number for item in remittance.documents[0].items] == ["1", "2"]


def test_loops_that_are_not_read_are_held_and_do_not_leak_into_the_document_before_them(parse: Parse) -> None:
    reading = parse(
        make_bpr("10"), TRN, "IT1*0", "RMR*IV*A**10", "TXP*1*2", "REF*ZZ*tax", "IT1*9", "DTM*003*20260401"
    )

    assert get_codes(reading) == [Code.LOOP_UNREAD]
    assert reading.document is not None
    [document] = reading.document.documents
    assert (document.references, document.items, document.dates) == ((), (), ())


@pytest.mark.parametrize(
    ("segments", "version", "rule"),
    [
        (["RMR*IV*A**100"], "004010", "documents only"),
        (["RMR*IV*A**60", "RMR*IV*B**60", "RMR*CM*C**-20"], "004010", "documents only"),
        (["ENT*1", "ADX*-20*L2", "RMR*IV*A**120"], "004010", "documents + adjustments beside them"),
        (["ADX*100*L2"], "004010", "documents + adjustments beside them"),
        (["RMR*IV*A**120*120", "ADX*-20*01"], "004010", "documents + all adjustments"),
        (["RMR*IV*A**100*120", "ADX*-20*01"], "004010", "documents only"),
        (["ENT*1", "ADX*-10*L2", "RMR*IV*A**120", "ADX*-10*01"], "004010", "documents + all adjustments"),
        (["ENT*1", "ADX*20*L2", "RMR*IV*A**120"], "003040", "documents - adjustments beside them"),
        (["ENT*1", "ADX*20*L2", "RMR*IV*A**120"], "004010", "documents - adjustments beside them"),
        (["ENT*1", "ADX*-20*L2", "RMR*IV*A**120"], "003040", "documents + adjustments beside them"),
        (["ENT*1", "ADX*10*L2", "RMR*IV*A**120", "ADX*10*01"], "003040", "documents - all adjustments"),
    ],
)
def test_the_amount_is_explained_by_the_first_rule_that_gives_it(
    read: Read, segments: list[str], version: str, rule: str
) -> None:
    assert read(make_bpr("100"), TRN, *segments, version=version).rule == rule


def test_an_amount_that_nothing_adds_up_to_is_held_with_the_sums_tried(parse: Parse) -> None:
    reading = parse(make_bpr("100"), TRN, "ENT*1", "ADX*-20*L2", "RMR*IV*A**50.01", "ADX*3*01")

    [finding] = reading.findings
    assert (finding.code, finding.severity, finding.element) == (Code.PAYMENT_SUM, Severity.HOLD, 2)
    assert finding.message == (
        "BPR02 is 100, but nothing adds up to it: documents + adjustments beside them 30.01; "
        "documents + all adjustments 33.01; documents only 50.01; "
        "documents - adjustments beside them 70.01; documents - all adjustments 67.01 (segment 2)."
    )
    assert reading.document is not None
    assert reading.document.rule is None


def test_a_payment_without_details_has_nothing_to_add_up(read: Read) -> None:
    assert read(make_bpr("100", handling="D"), TRN).rule is None


def test_sums_are_exact_whatever_the_digits() -> None:
    explained = explain_payment(Decimal("1E+30"), (), (), "004010")

    assert explained.rule is None
    assert [attempt.amount for attempt in explained.attempts] == [Decimal(0)]


@pytest.mark.parametrize("amount", ["", "TOTAL"])
def test_a_payment_without_a_readable_amount_must_not_be_used(parse: Parse, amount: str) -> None:
    reading = parse(make_bpr(amount), TRN, "RMR*IV*A**10")

    assert Code.AMOUNT_MISSING in get_codes(reading)
    assert Code.AMOUNT_MISSING.severity is Severity.ERROR
    assert reading.document is not None
    assert (reading.document.amount, reading.document.rule) == (None, None)


def test_an_unknown_handling_or_direction_is_held(parse: Parse) -> None:
    reading = parse(make_bpr(handling="Q", direction="S"), TRN)

    assert get_codes(reading) == [Code.CODE_UNKNOWN, Code.CODE_UNKNOWN]
    assert [finding.value for finding in reading.findings] == ["Q", "S"]


@pytest.mark.parametrize("version", ["005010X218", "005010X306", "004010X061A1"])
def test_a_health_care_payment_is_refused_by_its_version(parse: Parse, version: str) -> None:
    reading = parse(make_bpr(), TRN, version=version)

    [finding] = reading.findings
    assert reading.document is None
    assert (finding.code, finding.severity) == (Code.HEALTH_GUIDE, Severity.ERROR)
    assert version in finding.message


def test_a_health_care_payment_is_refused_by_its_st03_where_the_group_does_not_say_it(parse: Parse) -> None:
    reading = parse(make_bpr(), TRN, version="005010", convention="005010X218")

    assert reading.document is None
    assert get_codes(reading) == [Code.HEALTH_GUIDE]


def test_outside_any_group_a_payment_is_read_by_the_rules_of_the_oldest_versions(
    isa: str, make_set: Callable[..., str], read_sets: Callable[..., list[Transaction]]
) -> None:
    body = make_set(make_bpr("100"), TRN, "ENT*1", "ADX*20*L2", "RMR*IV*A**120", code="820")
    [transaction] = read_sets(f"{isa}~{body}IEA*0*000000042~".encode())

    reading = parse_remittance(transaction)

    assert reading.document is not None
    assert reading.document.rule == "documents - adjustments beside them"


def test_without_a_bpr_there_is_no_document(parse: Parse) -> None:
    reading = parse(TRN)

    assert reading.document is None
    assert get_codes(reading) == [Code.HEADER_MISSING]
