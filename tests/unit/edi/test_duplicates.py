"""Whether a document has been here before: bytes, control numbers, business key, and the verdict."""

from collections.abc import Callable
from datetime import date

import pytest
from msgspec.structs import replace

from ml_connector.edi import Transaction, parse_invoice
from ml_connector.edi.documents.acknowledgment855 import parse_order_acknowledgment
from ml_connector.edi.documents.order850 import parse_order
from ml_connector.edi.documents.reading import Reading
from ml_connector.edi.documents.remittance820 import parse_remittance
from ml_connector.edi.documents.shipnotice856 import parse_ship_notice
from ml_connector.edi.duplicates import (
    Arrival,
    BusinessKey,
    VerdictKind,
    describe_arrival,
    hash_content,
    hash_interchange,
    judge_arrival,
    key_document,
)

ReadOne = Callable[..., Transaction]
INVOICE = ("BIG*20260505*TC-90130**PO-4", "IT1*1*2*EA*18.5", "TDS*3700")


@pytest.fixture(scope="session")
def read_one(
    make_set: Callable[..., str],
    make_file: Callable[..., bytes],
    read_sets: Callable[[bytes], list[Transaction]],
    isa: str,
) -> ReadOne:
    """The transaction of the given segments, with these control numbers and usage."""

    def read_one(
        *segments: str,
        code: str = "810",
        interchange: str = "000000042",
        group: str = "7",
        number: str = "0001",
        usage: str = "P",
    ) -> Transaction:
        header = isa.replace("000000042", interchange).replace("*P*>", f"*{usage}*>")
        data = make_file(make_set(*segments, code=code, number=number), isa=header)
        [transaction] = read_sets(data.replace(b"*7*X*", f"*{group}*X*".encode()))
        return transaction

    return read_one


@pytest.fixture(scope="session")
def arrive(read_one: ReadOne) -> Callable[..., Arrival]:
    """An invoice as it came in; what it is sent in counts as its bytes."""

    def arrive(*segments: str, **envelope: str) -> Arrival:
        transaction = read_one(*(segments or INVOICE), **envelope)
        key = key_document(parse_invoice(transaction).document, "V-2001")
        return describe_arrival(
            transaction,
            interchange_hash=hash_interchange(repr((segments, envelope)).encode()),
            business=key,
        )

    return arrive


Arrive = Callable[..., Arrival]


def test_the_hash_of_an_interchange_is_that_of_its_bytes() -> None:
    assert hash_interchange(b"ISA") == "92f122ac5c2fbef19c1812f2cce2c486f9d3c9e147c992b77054bb4536322c3f"
    assert hash_interchange(b"ISA ") != hash_interchange(b"ISA")


@pytest.mark.parametrize(
    "change",
    [
        {"interchange": "000000099"},
        {"group": "8"},
        {"number": "0777"},
        {"usage": "T"},
    ],
)
def test_the_hash_of_the_content_leaves_envelopes_and_control_numbers_out(
    read_one: ReadOne, change: dict[str, str]
) -> None:
    assert hash_content(read_one(*INVOICE)) == hash_content(read_one(*INVOICE, **change))


def test_the_hash_of_the_content_leaves_delimiters_and_blanks_out(
    make_set: Callable[..., str],
    make_file: Callable[..., bytes],
    read_sets: Callable[[bytes], list[Transaction]],
) -> None:
    data = make_file(make_set("BIG*20260505*1", "IT1*1*2*EA*5", "MEA*A>B", "TDS*1000"))
    other = data.replace(b"*", b"|").replace(b"~", b"\x15").replace(b">", b":").replace(b"EA|5", b"EA |5||")

    [one], [two] = read_sets(data), read_sets(other)

    assert hash_content(one) == hash_content(two)


@pytest.mark.parametrize(
    "segments",
    [
        ("BIG*20260505*TC-90130**PO-4", "IT1*1*2*EA*18.5", "TDS*3701"),
        ("BIG*20260506*TC-90130**PO-4", "IT1*1*2*EA*18.5", "TDS*3700"),
        ("BIG*20260505*TC-90130**PO-4", "IT1*1*2*EA*18.5", "TDS*3700", "CTT*1"),
        ("BIG*20260505*TC-90130**PO-4", "IT1*1**EA*218.5", "TDS*3700"),
    ],
)
def test_the_hash_of_the_content_tells_any_other_word(read_one: ReadOne, segments: tuple[str, ...]) -> None:
    assert hash_content(read_one(*INVOICE)) != hash_content(read_one(*segments))


@pytest.mark.parametrize(
    ("code", "first", "second"),
    [
        ("850", "BEG*00*SA*PO-4**20260505", "BEG*07*SA*PO-4**20260505"),
        ("856", "BSN**S-1*20260505*0800", "BSN*00*S-1*20260505*0800"),
        ("810", "BIG*20260505*1", "BIG*20260505*1******05"),
    ],
)
def test_the_hash_of_the_content_leaves_the_purpose_out(
    read_one: ReadOne, code: str, first: str, second: str
) -> None:
    assert hash_content(read_one(first, code=code)) == hash_content(read_one(second, code=code))


@pytest.mark.parametrize(
    ("code", "parse", "segments", "key"),
    [
        (
            "810",
            parse_invoice,
            INVOICE,
            BusinessKey(kind="invoice", party="P", number="TC-90130", detail=("debit",)),
        ),
        (
            "810",
            parse_invoice,
            ("BIG*20250101*TC-90130*****CR", "TDS*1"),
            BusinessKey(kind="invoice", party="P", number="TC-90130", detail=("credit",)),
        ),
        (
            "850",
            parse_order,
            ("BEG*05*RL*PO-4*R1*20260505", "PO1*1*1*EA*1"),
            BusinessKey(kind="order", party="P", number="PO-4", detail=("R1",)),
        ),
        (
            "855",
            parse_order_acknowledgment,
            ("BAK*00*AC*PO-4*20260505*R1***SO-7*20260506",),
            BusinessKey(
                kind="order acknowledgement", party="P", number="PO-4", detail=("R1", "SO-7", "2026-05-06")
            ),
        ),
        (
            "855",
            parse_order_acknowledgment,
            ("BAK*00*AC*PO-4*20260505",),
            BusinessKey(kind="order acknowledgement", party="P", number="PO-4", detail=("", "", "")),
        ),
        (
            "856",
            parse_ship_notice,
            ("BSN*00*S-1*20260505*0800", "HL*1**S"),
            BusinessKey(kind="ship notice", party="P", number="S-1"),
        ),
        (
            "820",
            parse_remittance,
            ("BPR*I*10*C*CHK************20260520", "TRN*1*CHK-1"),
            BusinessKey(kind="remittance", party="P", number="CHK-1", detail=("2026-05-20",)),
        ),
        ("810", parse_invoice, ("BIG*20260505", "TDS*1"), None),
        ("997", parse_invoice, ("AK1*IN*1",), None),
    ],
)
def test_the_business_key_of_each_document(
    read_one: ReadOne,
    code: str,
    parse: Callable[[Transaction], Reading[object]],
    segments: tuple[str, ...],
    key: BusinessKey | None,
) -> None:
    assert key_document(parse(read_one(*segments, code=code)).document, "P") == key


def test_date_and_amount_of_an_invoice_are_no_part_of_its_key(read_one: ReadOne) -> None:
    one, other = (
        parse_invoice(read_one(f"BIG*{day}*TC-1", f"TDS*{total}")).document
        for day, total in (("20250505", 100), ("20260505", 999))
    )

    assert key_document(one, "P") == key_document(other, "P")


def test_nothing_before_makes_a_document_new(arrive: Arrive) -> None:
    assert judge_arrival(arrive(), []).kind is VerdictKind.NEW


def test_the_very_bytes_again_are_the_same(arrive: Arrive) -> None:
    first = arrive()

    verdict = judge_arrival(first, [first])

    assert (verdict.kind, verdict.earlier) == (VerdictKind.SAME, first)
    assert verdict.reason == "Interchange 42 came before, byte for byte."


def test_two_documents_of_one_interchange_are_not_the_same(arrive: Arrive) -> None:
    first = arrive()
    second = replace(
        arrive("BIG*20260505*TC-2", "TDS*100", number="0002"), interchange_hash=first.interchange_hash
    )

    assert judge_arrival(second, [first]).kind is VerdictKind.NEW


def test_two_documents_with_one_set_number_in_one_interchange_are_not_the_same(arrive: Arrive) -> None:
    first = arrive()
    second = replace(arrive("BIG*20260505*TC-2", "TDS*100"), interchange_hash=first.interchange_hash)

    assert judge_arrival(second, [first]).kind is VerdictKind.NEW


def test_the_same_content_under_the_same_numbers_in_other_bytes_is_resent(arrive: Arrive) -> None:
    first = arrive()

    verdict = judge_arrival(replace(first, interchange_hash="wrapped"), [first])

    assert verdict.kind is VerdictKind.RESENT
    assert (
        verdict.reason
        == "The invoice TC-90130 came before in interchange 42, under the same control numbers."
    )


def test_a_set_in_a_new_envelope_of_a_network_is_resent(arrive: Arrive) -> None:
    assert judge_arrival(arrive(interchange="000000900"), [arrive()]).kind is VerdictKind.RESENT


def test_control_numbers_are_compared_without_leading_zeros(arrive: Arrive) -> None:
    assert (
        judge_arrival(arrive(interchange="900000042", number="1"), [arrive(number="0001")]).kind
        is VerdictKind.RESENT
    )


def test_the_same_content_under_other_numbers_is_a_duplicate(arrive: Arrive) -> None:
    first = arrive()

    verdict = judge_arrival(arrive(interchange="000000043", group="8"), [first])

    assert (verdict.kind, verdict.earlier) == (VerdictKind.DUPLICATE, first)
    assert verdict.reason == "The invoice TC-90130 came before in interchange 42, with the same content."


def test_other_content_under_a_used_interchange_number_is_held(arrive: Arrive) -> None:
    verdict = judge_arrival(arrive("BIG*20260505*TC-2", "TDS*100", number="0002"), [arrive()])

    assert verdict.kind is VerdictKind.NUMBER_REUSED
    assert "Interchange number 42 of NORDWIND" in verdict.reason
    assert "invoice TC-2" in verdict.reason


def test_a_document_without_business_key_is_named_by_its_set(arrive: Arrive, read_one: ReadOne) -> None:
    transaction = read_one("AK1*IN*1", code="997")
    new = describe_arrival(transaction, interchange_hash="x", business=None)

    assert "set 1 is new" in judge_arrival(new, [arrive()]).reason


def test_repeated_group_and_set_numbers_alone_say_nothing(arrive: Arrive) -> None:
    other = arrive("BIG*20260505*TC-2", "TDS*100", interchange="000000043")

    assert judge_arrival(other, [arrive()]).kind is VerdictKind.NEW


def test_documents_without_business_key_are_no_revisions_of_each_other(arrive: Arrive) -> None:
    one = arrive("BIG*20260505", "TDS*100")
    other = arrive("BIG*20260505", "TDS*200", interchange="000000043")

    assert judge_arrival(other, [one]).kind is VerdictKind.NEW


def test_other_content_under_the_same_business_key_is_a_revision_for_review(arrive: Arrive) -> None:
    verdict = judge_arrival(arrive("BIG*20260505*TC-90130", "TDS*3600", interchange="000000043"), [arrive()])

    assert verdict.kind is VerdictKind.REVISION
    assert verdict.reason == (
        "The invoice TC-90130 came before in interchange 42, with other content (no purpose says so); "
        "look which one is right."
    )


def test_a_revision_names_its_purpose(arrive: Arrive) -> None:
    verdict = judge_arrival(
        arrive("BIG*20260505*TC-90130******05", "TDS*3600", interchange="000000043"), [arrive()]
    )

    assert "replaces the earlier document" in verdict.reason


@pytest.mark.parametrize("purpose", ["00", "06", "07", "11", "14", "22", "53", "54"])
def test_a_copy_on_purpose_is_a_duplicate(arrive: Arrive, purpose: str) -> None:
    copy = arrive(
        f"BIG*20260505*TC-90130**PO-4****{purpose}", *INVOICE[1:], interchange="000000043", group="8"
    )

    assert judge_arrival(copy, [arrive()]).kind is VerdictKind.DUPLICATE


@pytest.mark.parametrize("purpose", ["01", "04", "05", "ZZ"])
def test_the_same_words_under_another_purpose_are_not_a_duplicate(arrive: Arrive, purpose: str) -> None:
    other = arrive(
        f"BIG*20260505*TC-90130**PO-4****{purpose}", *INVOICE[1:], interchange="000000043", group="8"
    )

    assert judge_arrival(other, [arrive()]).kind is VerdictKind.REVISION
    assert judge_arrival(replace(other, set_number="9"), [other]).kind is VerdictKind.DUPLICATE


def test_a_test_and_the_real_document_after_it_are_two_documents(arrive: Arrive) -> None:
    assert judge_arrival(arrive(), [arrive(usage="T")]).kind is VerdictKind.NEW


def test_the_surest_verdict_wins_whatever_came_last(arrive: Arrive) -> None:
    same = arrive()
    revised = arrive("BIG*20260505*TC-90130", "TDS*3600", interchange="000000041", group="6")
    reused = arrive("BIG*20260505*TC-2", "TDS*100", number="0002")

    assert judge_arrival(same, [revised, reused, same]).kind is VerdictKind.SAME
    assert judge_arrival(same, [revised, reused]).kind is VerdictKind.NUMBER_REUSED
    assert judge_arrival(same, [revised]).kind is VerdictKind.REVISION


def test_a_set_outside_any_group_arrives_without_group_key(
    make_set: Callable[..., str], read_sets: Callable[[bytes], list[Transaction]], isa: str
) -> None:
    [transaction] = read_sets(f"{isa}~{make_set(*INVOICE)}IEA*0*000000042~".encode())

    assert describe_arrival(transaction, interchange_hash="x", business=None).group is None


def test_a_check_number_that_returns_on_another_day_is_another_payment(read_one: ReadOne) -> None:
    keys = [
        key_document(
            parse_remittance(read_one(f"BPR*I*10*C*CHK************{day}", "TRN*1*1", code="820")).document,
            "P",
        )
        for day in ("20260520", "20270520")
    ]

    assert keys[0] != keys[1]
    assert keys[0] is not None
    assert keys[0].detail == (date(2026, 5, 20).isoformat(),)
