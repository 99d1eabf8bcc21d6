"""One door for every set."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_connector.edi import Code, Severity, Transaction
from ml_connector.edi.documents.routes import HEALTH_SETS, PARSERS, Unparsed, parse_document

MakeTransaction = Callable[..., Transaction]

#: What sets begin with; segments that readers look into; elements that are numbers, dates, codes or none of these.
HEADS = {
    "850": "BEG*00*SA*P-1**20240115",
    "855": "BAK*00*AC*P-1*20240115",
    "860": "BCH*04*SA*P-1***20240115",
    "865": "BCA*00*AC*P-1***20240115",
    "875": "G50*N*20240115*P-1",
    "880": "G01*20240115*I-1",
}
TAGS = st.from_regex(
    "PO1|POC|G68|G17|SDQ|SCH|SLN|ACK|CTP|PO4|SAC|TXI|ITD|DTM|N1|N3|REF|PER|N9|MSG|G72|G73|G23|G62|G66|G31|G33|G76"
    "|CTT|AMT|PID|CUR|FOB|TD5|BEG|BAK|X",
    fullmatch=True,
)
ELEMENTS = ("", "1", "-0.5", "00", "IA", "EA", "20240115", "240199", "1E9", "9" * 40, "é", "1.2.3")
SEGMENTS = st.builds("{}*{}".format, TAGS, st.lists(st.sampled_from(ELEMENTS), max_size=16).map("*".join))


@pytest.fixture(scope="module")
def make_transaction(
    make_set: Callable[..., str],
    make_file: Callable[..., bytes],
    read_sets: Callable[[bytes], list[Transaction]],
) -> MakeTransaction:
    def make(code: str, version: str = "004010") -> Transaction:
        data = make_file(make_set("BEG*00*SA*P-1", code=code))
        [transaction] = read_sets(data.replace(b"X*004010", f"X*{version}".encode()))
        return transaction

    return make


@pytest.mark.parametrize("code", sorted(PARSERS))
def test_every_set_is_read_by_its_own_reader(make_transaction: MakeTransaction, code: str) -> None:
    found = [finding.code for finding in parse_document(make_transaction(code)).findings]

    assert Code.WRONG_SET not in found
    assert Code.SET_UNPARSED not in found


def test_a_set_without_a_reader_is_kept_whole(make_transaction: MakeTransaction) -> None:
    reading = parse_document(make_transaction("846"))

    assert reading.document == Unparsed(set_code="846", version="004010", segments=3)
    assert [finding.code for finding in reading.findings] == [Code.SET_UNPARSED]


def test_a_set_outside_a_group_has_no_version(
    make_set: Callable[..., str], isa: str, read_sets: Callable[[bytes], list[Transaction]]
) -> None:
    [transaction] = read_sets(f"{isa}~{make_set(code='846')}IEA*0*000000042~".encode())

    assert parse_document(transaction).document == Unparsed(set_code="846", version="", segments=2)


@pytest.mark.parametrize("code", sorted(HEALTH_SETS))
def test_a_set_of_a_health_care_guide_is_refused_with_a_reason(
    make_transaction: MakeTransaction, code: str
) -> None:
    reading = parse_document(make_transaction(code, "005010X222A1"))

    [finding] = reading.findings
    assert reading.document is None
    assert finding.code is Code.HEALTH_GUIDE
    assert "005010X222A1" in finding.message


def test_a_health_care_set_without_guide_is_kept_whole(make_transaction: MakeTransaction) -> None:
    reading = parse_document(make_transaction("837"))

    assert isinstance(reading.document, Unparsed)


def test_a_guide_of_another_industry_is_read(make_transaction: MakeTransaction) -> None:
    reading = parse_document(make_transaction("850", "004010X357"))

    assert reading.document is not None


@given(code=st.sampled_from(sorted(HEADS)), segments=st.lists(SEGMENTS, max_size=12))
def test_no_segments_in_any_order_raise(
    make_set: Callable[..., str],
    make_file: Callable[..., bytes],
    read_sets: Callable[[bytes], list[Transaction]],
    code: str,
    segments: list[str],
) -> None:
    [transaction] = read_sets(make_file(make_set(HEADS[code], *segments, code=code)))

    reading = parse_document(transaction)

    assert (reading.document is None) <= any(each.severity is Severity.ERROR for each in reading.findings)
