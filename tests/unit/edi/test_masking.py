"""Bank accounts and social security numbers are starred wherever a segment is shown, in their place or beside it."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from ml_connector.edi import (
    ApplicationAdvice,
    FunctionalAcknowledgment,
    Invoice,
    Transaction,
    parse_acknowledgment,
    parse_document,
    parse_remittance,
)
from ml_connector.edi.documents.masking import mask, mask_person, mask_row
from ml_connector.edi.schema_loading import VERSIONS, load_dictionary

PAYMENT = (
    *("BPR", "C", "150", "C", "ACH", "CTX", "01", "111000025", "DA", "123456789", "1234567890", ""),
    *("01", "111000026", "DA", "987654321", "20261110"),
)
PERSON = "078051120"
Read = Callable[[bytes], list[Transaction]]


@pytest.mark.parametrize(
    ("segment", "starred"),
    [
        ("N1*PR*JOHN*34*078051120", {4: "*****1120"}),
        ("N1*PR*JOHN*92*078051120", {}),
        ("N1 *PR*JOHN*34 *078051120", {4: "*****1120"}),
        ("REF*SY*078051120", {2: "*****1120"}),
        ("REF*VN*4*X*SY>078051120>VN>4711", {4: "SY>*****1120>VN>4711"}),
        ("ENT*1*2J*34*078051120*EI*34*078051121*SY*7", {4: "*****1120", 7: "*****1121", 9: "*"}),
        ("ENT*1*34*078-05-1120", {3: "*******1120"}),
        ("NM1*IL*1*DOE*J****34*078051120", {9: "*****1120"}),
        ("RMR*IV*34**150.00", {}),
        ("ADX*34*01*IV*A-1", {}),
        ("CSH*SC**1500*12345678", {4: "****5678"}),
        ("AK4*4*67*7*078051120", {4: "*****1120"}),
        ("AK4*4*66*7*QQ", {}),
        ("TED*024*id*N1*8*4*67*078051120*078051121", {7: "*****1120", 8: "*****1121"}),
        ("IT1*1*34*EA*078051120", {}),
    ],
)
def test_a_persons_number_is_starred_behind_its_qualifier_and_nothing_else(
    segment: str, starred: dict[int, str]
) -> None:
    row = segment.split("*")

    shown = mask_row(row)

    assert list(shown) == [starred.get(number, part) for number, part in enumerate(row)]


def test_every_place_of_an_id_with_a_qualifier_is_known() -> None:
    pairs = {("66", "67"), ("128", "127")}
    for version in VERSIONS:
        for tag, definition in load_dictionary(version).items():
            numbers = [use.number for use in definition.elements]
            for at, pair in enumerate(pairwise(numbers), 2):
                row = [tag, *("X",) * (at - 2), "SY", PERSON[:3]]
                assert pair not in pairs or mask_row(row)[at] == "**8", (tag, at)
            for at, number in enumerate(numbers, 1):
                row = [tag, *("X",) * (at - 1), "AB12"]
                assert number != "508" or mask_row(row)[at] == "**12", (tag, at)


def test_a_payment_shows_no_account_wherever_its_elements_have_gone() -> None:
    for at in range(2, 16):
        for shifted in (PAYMENT[:at] + PAYMENT[at + 1 :], (*PAYMENT[:at], "", *PAYMENT[at:])):
            shown = "*".join(mask_row(shifted))
            assert "123456789" not in shown
            assert "987654321" not in shown


def test_a_payment_with_a_blank_after_its_tag_is_a_payment() -> None:
    assert "987654321" not in "".join(mask_row(["BPR ", *PAYMENT[1:]]))


@pytest.mark.parametrize("at", range(2, 16))
def test_the_record_of_a_shifted_payment_holds_no_account(
    at: int, make_set: Callable[..., str], make_file: Callable[..., bytes], read_sets: Read
) -> None:
    for shifted in (PAYMENT[:at] + PAYMENT[at + 1 :], (*PAYMENT[:at], "", *PAYMENT[at:])):
        [transaction] = read_sets(make_file(make_set("*".join(shifted), "TRN*1*T-1", code="820")))

        said = repr(parse_remittance(transaction))

        assert "987654321" not in said
        assert "'123456789'" not in said


def test_a_right_payment_keeps_its_banks_and_company(
    make_set: Callable[..., str], make_file: Callable[..., bytes], read_sets: Read
) -> None:
    [transaction] = read_sets(make_file(make_set("*".join(PAYMENT), "TRN*1*T-1", code="820")))

    payment = parse_remittance(transaction).document

    assert payment is not None
    assert payment.payer_account is not None
    assert (payment.payer_account.bank, payment.payer_account.account) == ("111000025", "*****6789")
    assert payment.company == "1234567890"


def test_answers_that_repeat_a_wrong_id_mask_it(
    make_set: Callable[..., str], make_file: Callable[..., bytes], read_sets: Read
) -> None:
    syntax = ("AK1*IN*7", "AK2*810*0001", "AK3*N1*4**8", f"AK4*4*67*7*{PERSON}", "AK5*R*5", "AK9*R*1*1*0")
    content = ("BGN*11*A-1*20310315", "OTI*TR*IV*B-7", f"TED*024*id*N1*8*4*67*{PERSON}*{PERSON}")
    [first] = read_sets(make_file(make_set(*syntax, code="997")))
    [second] = read_sets(make_file(make_set(*content, code="824")))

    answer, advice = parse_acknowledgment(first).document, parse_document(second).document

    assert isinstance(answer, FunctionalAcknowledgment)
    assert isinstance(advice, ApplicationAdvice)
    assert answer.sets[0].segments[0].elements[0].value == "*****1120"
    assert PERSON not in repr(advice)


def test_a_mask_never_shows_more_than_half() -> None:
    assert [mask(text) for text in ("", "1", "12", "1234567", "123456789")] == [
        *("", "*", "*2", "****567", "*****6789")
    ]
    assert mask_person("34", "12") == "*2"
    assert mask_person("92", "12") == "12"


def test_a_person_in_a_party_or_reference_is_kept_masked(
    make_file: Callable[..., bytes], make_set: Callable[..., str], read_sets: Read
) -> None:
    body = ("BIG*20261105*INV1", "REF*SY*078051120", "N1*SE*JOHN*34*078051120", "IT1*1*1*EA*1", "TDS*100")
    [transaction] = read_sets(make_file(make_set(*body)))

    invoice = parse_document(transaction).document

    assert isinstance(invoice, Invoice)
    assert [party.id for party in invoice.parties] == ["*****1120"]
    assert [reference.value for reference in invoice.references] == ["*****1120"]
