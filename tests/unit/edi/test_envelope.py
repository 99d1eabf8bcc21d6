"""What ISA, GS, ST and their trailers say, and what is noticed when they do not agree."""

import datetime as dt
from collections.abc import Callable, Iterable

import pytest

from ml_connector.edi import (
    Finding,
    Group,
    Interchange,
    InterchangeAnswer,
    Item,
    PartyId,
    Severity,
    Transaction,
    read,
)

MakeSet = Callable[..., str]
MakeFile = Callable[..., bytes]
ReadSets = Callable[[bytes], list[Transaction]]
Codes = Callable[[Iterable[Item]], list[str]]


def _findings(data: bytes) -> dict[str, Finding]:
    found = {}
    for item in read([data]):
        for finding in (item,) if isinstance(item, Finding) else getattr(item, "findings", ()):
            found[str(finding.code)] = finding
    return found


def test_the_interchange_and_its_group_say_who_sends_what_to_whom(
    invoice_file: bytes, read_sets: ReadSets
) -> None:
    [transaction] = read_sets(invoice_file)

    interchange = transaction.interchange
    assert interchange.sender == PartyId(qualifier="01", id="100200300")
    assert interchange.receiver == PartyId(qualifier="ZZ", id="OURHOUSE")
    assert (interchange.date, interchange.time) == (dt.date(2024, 1, 16), dt.time(9, 30))
    assert (interchange.version, interchange.control_number, interchange.usage) == ("00401", "000000042", "P")
    assert not interchange.acknowledgment_requested
    assert transaction.group == Group(
        offset=invoice_file.index(b"GS*"),
        functional_code="IN",
        sender="NORDWIND",
        receiver="OURHOUSE",
        date=dt.date(2024, 1, 16),
        control_number="7",
        agency="X",
        version="004010",
    )


def test_a_set_names_its_bytes_in_the_input(invoice_file: bytes, read_sets: ReadSets) -> None:
    [transaction] = read_sets(b"\r\n" + invoice_file)

    body = (b"\r\n" + invoice_file)[transaction.offset : transaction.offset + transaction.length]

    assert body.startswith(b"ST*810*0001~")
    assert body.endswith(b"SE*37*0001~")
    assert (transaction.set_code, transaction.control_number, transaction.index) == ("810", "0001", 0)
    assert all(body[segment.offset :].startswith(segment.tag.encode()) for segment in transaction.segments)
    assert [segment.position for segment in transaction.segments] == list(range(1, 38))


def test_passwords_are_kept_nowhere(make_file: MakeFile, isa: str) -> None:
    secret = isa.replace("*00*          *00*          ", "*01*LOGINNAME *01*HUNTER2SEC")

    shown = repr(list(read([make_file("ST*810*0001~SE*9*0002~XX*1~", isa=secret)])))
    broken = repr(list(read([secret.replace("*240116", "").encode()])))

    assert "NORDWIND" in shown
    for text in (shown, broken):
        assert "LOGINNAME" not in text
        assert "HUNTER2SEC" not in text


def test_an_unreadable_date_in_the_isa_is_a_note(make_file: MakeFile, isa: str) -> None:
    finding = _findings(make_file(isa=isa.replace("240116", "      ")))["ISA_DATE"]

    assert finding.severity is Severity.NOTE
    assert "''" in finding.message


def test_a_wrong_segment_count_holds_the_set(make_file: MakeFile) -> None:
    finding = _findings(make_file("ST*810*0001~BIG*20240115*A-1~SE*4*0001~"))["SE01_COUNT"]

    assert finding.severity is Severity.HOLD
    assert (finding.tag, finding.element, finding.position, finding.offset) == ("SE", 1, 3, 29)
    assert finding.message == "SE01 says '4' segments, there are 3."


def test_a_wrong_control_number_in_se_holds_the_set(make_file: MakeFile) -> None:
    finding = _findings(make_file("ST*810*0001~SE*2*0002~"))["SE02_NUMBER"]

    assert finding.severity is Severity.HOLD
    assert finding.message == "SE02 says '0002', ST02 says '0001'."


@pytest.mark.parametrize("end", ["SE*02*1~", "SE* 2 *0001~", "SE*2*01~"])
def test_numbers_that_differ_in_zeros_and_blanks_only_agree(
    make_file: MakeFile, codes: Codes, end: str
) -> None:
    assert codes(read([make_file("ST*810*0001~" + end)])) == []


@pytest.mark.parametrize("end", ["SE~", "SE**~"])
def test_an_empty_trailer_agrees_with_nothing(make_file: MakeFile, codes: Codes, end: str) -> None:
    assert codes(read([make_file("ST*810*0000~" + end)])) == ["SE01_COUNT", "SE02_NUMBER"]


def test_stale_totals_left_by_a_splitter_are_notes(make_file: MakeFile, make_set: MakeSet) -> None:
    data = make_file(make_set()).replace(b"GE*1*7~IEA*1*000000042", b"GE*11*9~IEA*3*000000041")

    findings = _findings(data)

    assert list(findings) == ["GE01_COUNT", "GE02_NUMBER", "IEA01_COUNT", "IEA02_NUMBER"]
    assert {finding.severity for finding in findings.values()} == {Severity.NOTE}
    assert findings["GE01_COUNT"].message == "GE01 says '11' sets, there are 1."
    assert findings["GE01_COUNT"].offset == data.index(b"GE*")
    assert findings["GE01_COUNT"].position is None
    assert findings["IEA02_NUMBER"].message == "IEA02 says '000000041', ISA13 says '000000042'."


def test_a_set_without_se_is_an_error_and_its_neighbours_are_read(
    make_file: MakeFile, make_set: MakeSet, read_sets: ReadSets
) -> None:
    first, last = read_sets(make_file("ST*810*0001~BIG*20240115*A-1~", make_set(number="0002")))

    assert [finding.code for finding in first.findings] == ["SE_MISSING"]
    assert first.findings[0].severity is Severity.ERROR
    assert first.length == len("ST*810*0001~BIG*20240115*A-1~")
    assert last.findings == ()


@pytest.mark.parametrize("cut", [1, 5, 20, 24])
def test_a_file_that_breaks_off_gives_the_set_as_cut_off(
    make_file: MakeFile, make_set: MakeSet, cut: int
) -> None:
    data = make_file(make_set("BIG*20240115*A-1", "TDS*100"))
    data = data[: data.index(b"~SE*") - cut]

    assert list(_findings(data)) == ["SE_MISSING", "GE_MISSING", "IEA_MISSING"]


def test_missing_trailers_of_group_and_interchange_are_notes(make_file: MakeFile, make_set: MakeSet) -> None:
    whole = make_file(make_set())
    without = whole.replace(b"GE*1*7~IEA*1*000000042~", b"")

    findings = _findings(without + whole)

    assert list(findings) == ["GE_MISSING", "IEA_MISSING"]
    assert {finding.severity for finding in findings.values()} == {Severity.NOTE}


@pytest.mark.parametrize("tail", [b"", b"~", b"~\r\n"])
def test_a_file_that_ends_after_a_set_lacks_its_trailers_and_nothing_else(
    make_file: MakeFile, make_set: MakeSet, tail: bytes
) -> None:
    data = make_file(make_set()).replace(b"~GE*1*7~IEA*1*000000042~", tail)

    assert list(_findings(data)) == ["GE_MISSING", "IEA_MISSING"]


def test_segments_after_the_last_set_are_reported_once(make_file: MakeFile, make_set: MakeSet) -> None:
    data = make_file(make_set()).replace(b"GE*1*7~IEA*1*000000042~", b"REF*IA*1~REF*IA*2")

    assert list(_findings(data)) == ["SEGMENT_OUTSIDE", "GE_MISSING", "IEA_MISSING"]


def test_an_interchange_cut_off_inside_a_segment_does_not_swallow_the_next(
    make_file: MakeFile, make_set: MakeSet, read_sets: ReadSets
) -> None:
    whole = make_file(make_set("BIG*20240115*A-1", "TDS*100"))
    other = whole.replace(b"~", b"\n").replace(b"*", b"|")

    for cut in (
        whole[: whole.index(b"TDS*")] + b"TDS*1",
        whole.removesuffix(b"~"),
        whole[: whole.index(b"~SE*") + 5],
    ):
        assert len(read_sets(cut + b"\r\n" + other)) == 2
        assert len(read_sets(cut + other)) == 2


def test_a_set_outside_any_group_is_held(isa: str, make_set: MakeSet, read_sets: ReadSets) -> None:
    [transaction] = read_sets(f"{isa}~{make_set()}IEA*0*000000042~".encode())

    assert transaction.group is None
    assert [(finding.code, finding.severity) for finding in transaction.findings] == [
        ("GS_MISSING", Severity.HOLD)
    ]


def test_a_group_that_ends_by_the_next_group_is_noted(isa: str, make_set: MakeSet, codes: Codes) -> None:
    group = "GS*IN*A*B*20240116*0930*7*X*004010~"

    items = list(read([f"{isa}~{group}{make_set()}{group}{make_set()}GE*1*7~IEA*2*000000042~".encode()]))

    assert codes(items) == ["GE_MISSING"]


@pytest.mark.parametrize(
    ("stray", "name"),
    [
        ("REF*IA*1~REF*IB*2~", "REF"),
        ("SE*2*0001~", "SE"),
        ("GE*1*7~GE*1*7~", "GE"),
        ("~~ ~!!*1~", "no id"),
        ("XX~", "XX"),
    ],
)
def test_segments_outside_a_set_are_held_and_placed(
    make_file: MakeFile, make_set: MakeSet, stray: str, name: str
) -> None:
    data = make_file(make_set()).replace(b"GE*1*7~", (stray if name == "GE" else stray + "GE*1*7~").encode())

    findings = _findings(data)

    assert list(findings) == ["SEGMENT_OUTSIDE"]
    finding = findings["SEGMENT_OUTSIDE"]
    assert finding.severity is Severity.HOLD
    assert finding.offset is not None
    assert f"({name})" in finding.message
    assert name == "no id" or data[finding.offset :].startswith(name.encode())


def test_acknowledgements_of_interchanges_come_with_their_interchange(
    make_file: MakeFile, codes: Codes
) -> None:
    data = make_file().replace(b"GS*", b"TA1*000000041*240115*0900*A*000~GS*", 1)

    interchange, answer = read([data])

    assert isinstance(answer, InterchangeAnswer)
    assert answer.interchange is interchange
    assert answer.row == ["TA1", "000000041", "240115", "0900", "A", "000"]
    assert data[answer.offset :].startswith(b"TA1*")
    assert codes([interchange]) == []


def test_other_sets_come_as_plain_transactions(
    make_file: MakeFile, make_set: MakeSet, read_sets: ReadSets
) -> None:
    found = read_sets(make_file(make_set("BEG*00*SA*PO-1", code="850"), make_set(code="997", number="2")))

    assert [item.set_code for item in found] == ["850", "997"]
    assert [item.index for item in found] == [0, 1]


@pytest.mark.parametrize("tail", [b"", b"\r\n\r\n", b" " * 900, b"\x1a", b"\0" * 50, b"\xef\xbb\xbf"])
def test_blanks_after_the_iea_are_no_matter(make_file: MakeFile, codes: Codes, tail: bytes) -> None:
    assert codes(read([make_file() + tail])) == []


def test_bytes_that_belong_to_no_interchange_are_counted_and_placed(make_file: MakeFile) -> None:
    data = make_file() + b" \r\nSTC*A6:200*2~"

    finding = _findings(data)["GARBAGE"]

    assert finding.severity is Severity.HOLD
    assert (
        finding.message
        == f"13 bytes from byte {len(make_file())} on belong to no interchange and were not read."
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "EMPTY_INPUT"),
        (b" \r\n\0\x1a\xef\xbb\xbf", "EMPTY_INPUT"),
        (b"UNA:+.? 'UNB+UNOA:1+SENDER+US+240116:0930+1'", "EDIFACT"),
        (b"\xef\xbb\xbfUNB+UNOA:1+SENDER+US+240116:0930+1'", "EDIFACT"),
        (b"PK\x03\x04 not EDI at all", "NOT_X12"),
        (b"VklTQSowMCo= ISACSON", "NOT_X12"),
        (b"x" * 200_000, "NOT_X12"),
    ],
)
def test_an_input_without_isa_is_named_for_what_it_is(data: bytes, code: str) -> None:
    findings = _findings(data)

    assert list(findings) == [code]
    assert findings[code].severity is Severity.ERROR


def test_an_isa_after_much_garbage_is_found_wherever_the_blocks_are_cut(
    make_file: MakeFile, codes: Codes
) -> None:
    data = b"x" * 65_530 + b"NARCISA*00*" + b" " * 65_520 + b"|" + make_file()

    items = list(read([data]))

    assert codes(items) == ["GARBAGE"]
    assert [item.offset for item in items if isinstance(item, Interchange)] == [len(data) - len(make_file())]
