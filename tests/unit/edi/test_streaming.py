"""Reading does not depend on chunks, is bounded, never raises, and can be repeated from slices."""

from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from ml_connector.edi import (
    Code,
    EdiError,
    Finding,
    Item,
    NotReadable,
    Severity,
    Transaction,
    explain_total,
    parse_invoice,
    read,
    reread,
)
from ml_connector.edi.reader import read_source
from ml_connector.edi.segments import LARGEST_SET, LONGEST_SEGMENT, MOST_SEGMENTS
from ml_connector.edi.source import Source

MakeSet = Callable[..., str]
MakeFile = Callable[..., bytes]
ReadSets = Callable[[bytes], list[Transaction]]
Codes = Callable[[Iterable[Item]], list[str]]


def _read_in_steps(data: bytes, sizes: Iterable[int]) -> list[Item]:
    """Read with chunks of the given sizes, the smallest of blocks, and the rest at last."""

    def chunks() -> Iterator[bytes]:
        start = 0
        for size in sizes:
            yield data[start : start + size]
            start += size
        yield data[start:]

    return list(read_source(Source(chunks(), block=1)))


def _use(items: Iterable[Item]) -> None:
    """Everything a caller does with what was read."""
    for item in items:
        if isinstance(item, Transaction):
            reading = parse_invoice(item)
            if reading.document:
                explain_total(reading.document)


@pytest.fixture(scope="session")
def odd_file(invoice_file: bytes, make_file: MakeFile, make_set: MakeSet) -> bytes:
    """Interchanges of several kinds, with most things wrong that can be."""
    plain = make_file(make_set("BIG*20240115*A-1"), "SE*1*1~", "ST*810*9~BIG*~", make_set("X*\x01\xe9~"))
    return b"".join(
        (
            b"\xef\xbb\xbf?",
            invoice_file,
            b"\x1a garbage ISA*00*broken ",
            plain.replace(b"~", b"\x85").replace(b"*", b"\x07"),
            plain[: plain.index(b"GE*")],
            plain.replace(b"~", b"\r\n"),
            b"\r\n".join(plain[start : start + 80] for start in range(0, len(plain), 80)),
            plain.replace(b"IEA", b"XEA"),
        )
    )


def test_one_byte_at_a_time_gives_the_same_items(odd_file: bytes) -> None:
    assert _read_in_steps(odd_file, [1] * len(odd_file)) == list(read([odd_file]))


@given(st.lists(st.integers(min_value=0, max_value=400)))
def test_chunks_of_any_size_give_the_same_items(odd_file: bytes, sizes: list[int]) -> None:
    assert _read_in_steps(odd_file, sizes) == list(read([odd_file]))


def test_a_file_of_many_blocks_gives_the_same_items_in_chunks_of_any_size(
    make_file: MakeFile, make_set: MakeSet
) -> None:
    sets = [make_set(*["REF*IA*" + "9" * (n % 50)] * (n % 90), number=f"{n:04}") for n in range(400)]
    data = make_file(*sets)

    whole = list(read([data]))

    assert sum(isinstance(item, Transaction) for item in whole) == 400
    for size in (1000, 65_535, 65_536, 65_537):
        assert list(read(data[start : start + size] for start in range(0, len(data), size))) == whole


def test_an_interchange_comes_before_the_rest_of_the_input_is_read(
    make_file: MakeFile, make_set: MakeSet
) -> None:
    data = make_file(*[make_set(*["REF*IA*1"] * 100)] * 1000)
    taken = 0

    def chunks() -> Iterator[bytes]:
        nonlocal taken
        for start in range(0, len(data), 1000):
            taken += 1000
            yield data[start : start + 1000]

    next(read(chunks()))

    assert taken < len(data) / 5


@given(st.binary(max_size=600))
def test_no_bytes_make_the_reader_raise(data: bytes) -> None:
    _use(read([data]))


@given(st.binary(max_size=200))
def test_no_bytes_after_an_isa_make_the_reader_raise(isa: str, data: bytes) -> None:
    _use(read([isa.encode() + data]))


@given(
    st.lists(
        st.tuples(
            st.integers(min_value=0, max_value=1500),
            st.integers(min_value=0, max_value=30),
            st.sampled_from(
                [b"", b"~", b"*", b"\r\n", b"ISA*", b"SE*", b"ST*810*1~", b"-", b".", b"\xff", b"NaN", b"E9"]
            ),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_no_damage_to_a_good_file_makes_the_reader_raise(
    invoice_file: bytes, damage: list[tuple[int, int, bytes]]
) -> None:
    data = invoice_file
    for start, size, patch in damage:
        data = data[:start] + patch + data[start + size :]

    items = list(read([data]))

    _use(items)
    assert _read_in_steps(data, [1] * len(data)) == items


def test_a_set_with_too_many_segments_is_refused_and_the_next_is_read(
    make_file: MakeFile, make_set: MakeSet, read_sets: ReadSets
) -> None:
    large, good = read_sets(
        make_file("ST*810*0001~" + "~" * MOST_SEGMENTS + "SE*2*0001~", make_set(number="0002"))
    )

    assert [(finding.code, finding.severity) for finding in large.findings] == [
        ("SET_TOO_LARGE", Severity.ERROR)
    ]
    assert (large.control_number, good.control_number) == ("0001", "0002")
    assert good.findings == ()


@pytest.mark.parametrize("filling", [b"REF*IA*1234567~", b"x"])
def test_a_set_with_too_many_bytes_is_refused_at_the_limit_and_the_next_is_read(
    make_file: MakeFile, make_set: MakeSet, codes: Codes, filling: bytes
) -> None:
    large = b"ST*810*0001~" + filling * (LARGEST_SET // len(filling) + 5) + b"~SE*2*0001~"
    data = make_file("@", make_set(number="0002")).replace(b"@", large)

    items = list(read([data]))

    first, second = (item for item in items if isinstance(item, Transaction))
    assert "SET_TOO_LARGE" in [finding.code for finding in first.findings]
    assert (first.control_number, second.control_number) == ("0001", "0002")
    assert first.length in {LARGEST_SET, LARGEST_SET + 1}
    assert codes(items)[0] == "SET_TOO_LARGE"
    assert "SEGMENT_OUTSIDE" not in codes(items)


def test_a_set_that_is_one_endless_segment_is_refused(make_file: MakeFile, read_sets: ReadSets) -> None:
    data = make_file("ST*810*0001*" + "x" * (LARGEST_SET + LARGEST_SET // 2))

    [transaction] = read_sets(data)

    assert {finding.code for finding in transaction.findings} == {"SET_TOO_LARGE", "SEGMENT_TOO_LONG"}


def test_a_segment_that_is_too_long_is_refused(
    make_file: MakeFile, make_set: MakeSet, read_sets: ReadSets
) -> None:
    [transaction] = read_sets(make_file(make_set("MSG*" + "x" * LONGEST_SEGMENT)))

    assert [(finding.code, finding.severity) for finding in transaction.findings] == [
        ("SEGMENT_TOO_LONG", Severity.ERROR)
    ]
    assert len(transaction.segments[1].element(1)) < LONGEST_SEGMENT


def test_an_endless_control_segment_is_cut_off(
    isa: str, make_file: MakeFile, make_set: MakeSet, codes: Codes
) -> None:
    data = f"{isa}~GS*IN*{'x' * (LONGEST_SEGMENT * 3)}".encode() + make_file(make_set())

    items = list(read([data]))

    assert sum(isinstance(item, Transaction) for item in items) == 1
    assert codes(items) == ["SEGMENT_OUTSIDE", "GE_MISSING", "IEA_MISSING"]


@pytest.mark.parametrize("filling", ["REF*IA*1234567~", "x", " "])
def test_much_data_outside_any_set_is_one_finding(
    make_file: MakeFile, make_set: MakeSet, codes: Codes, filling: str
) -> None:
    filler = filling * (300_000 // len(filling))

    items = list(read([make_file(make_set(), "XX*1~" + filler + "~", make_set(number="0002"))]))

    assert sum(isinstance(item, Transaction) for item in items) == 2
    assert codes(items) == ["SEGMENT_OUTSIDE", "GE01_COUNT"]


def test_an_invoice_of_5000_lines_is_read_and_explained(
    make_file: MakeFile, make_set: MakeSet, read_sets: ReadSets
) -> None:
    lines = [f"IT1*{n}*3*EA*1.005**IN*{n:05}" for n in range(5000)]

    [transaction] = read_sets(make_file(make_set("BIG*20240115*A-1", *lines, "TDS*1507500", "CTT*5000")))
    invoice = parse_invoice(transaction).document

    assert invoice is not None
    assert len(invoice.lines) == 5000
    assert explain_total(invoice).rule == "lines+charges-allowances+taxes"


def test_a_set_read_again_from_its_slices_is_the_same(odd_file: bytes, read_sets: ReadSets) -> None:
    found = read_sets(odd_file)

    assert len(found) > 10
    for transaction in found:
        again = reread(
            odd_file[transaction.interchange.offset :],
            odd_file[transaction.group.offset :] if transaction.group else b"",
            odd_file[transaction.offset : transaction.offset + transaction.length],
        )
        placed = structs.replace(
            again,
            interchange=structs.replace(
                again.interchange, offset=transaction.interchange.offset, findings=()
            ),
            group=again.group
            and structs.replace(again.group, offset=getattr(transaction.group, "offset", 0)),
            offset=transaction.offset,
            index=transaction.index,
        )
        expected = structs.replace(
            transaction,
            interchange=structs.replace(transaction.interchange, findings=()),
            findings=tuple(each for each in transaction.findings if each.code is not Code.ST02_REPEATED),
        )
        assert placed == expected
        assert parse_invoice(again) == parse_invoice(transaction)


def test_a_set_outside_any_group_is_read_again_without_one(isa: str, make_set: MakeSet) -> None:
    transaction = reread(isa.encode() + b"~", b"", make_set().encode())

    assert transaction.group is None
    assert [finding.code for finding in transaction.findings] == ["GS_MISSING"]


@pytest.mark.parametrize(
    ("envelope", "group", "body"),
    [
        ("", "", "ST*810*0001~SE*2*0001~"),
        ("GS*IN*A", "", "ST*810*0001~SE*2*0001~"),
        ("ISA*00*", "", "ST*810*0001~SE*2*0001~"),
        ("ISA", "ST*810*0001~", "ST*810*0001~SE*2*0001~"),
        ("ISA", "", "SE*2*0001~"),
        ("ISA", "", ""),
    ],
)
def test_slices_that_make_no_sense_are_refused(isa: str, envelope: str, group: str, body: str) -> None:
    whole = isa + "~" if envelope == "ISA" else envelope

    with pytest.raises(NotReadable) as refusal:
        reread(whole.encode(), group.encode(), body.encode())

    assert isinstance(refusal.value, EdiError)
    assert "pass" in str(refusal.value)


def test_findings_carry_their_severity_and_meaning(odd_file: bytes) -> None:
    findings = [item for item in read([odd_file]) if isinstance(item, Finding)]

    assert {finding.severity for finding in findings} == {Severity.ERROR, Severity.HOLD, Severity.NOTE}
    assert all(finding.code.meaning.endswith(".") for finding in findings)
