"""Delimiters are found anew at every ISA, from bytes, however the file was damaged."""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ml_connector.edi import Delimiters, Interchange, Item, Transaction, read

MakeFile = Callable[..., bytes]
ReadSets = Callable[[bytes], list[Transaction]]
ReadInterchanges = Callable[[bytes], list[Interchange]]
Codes = Callable[[Iterable[Item]], list[str]]

SET = "ST*810*0001~BIG*20240115*A-1~N1*SE*Nordwind~TDS*100~SE*5*0001~"


def _tags(transaction: Transaction) -> list[str]:
    return [segment.tag for segment in transaction.segments]


def _translate(data: bytes, **delimiters: bytes) -> bytes:
    marks = {"element": b"*", "component": b">", "terminator": b"~"}
    for name, mark in marks.items():
        data = data.replace(mark, b"\0" + name.encode() + b"\0")
    for name, mark in marks.items():
        data = data.replace(b"\0" + name.encode() + b"\0", delimiters.get(name, mark))
    return data


def test_the_delimiters_stand_at_their_places_in_the_isa(
    make_file: MakeFile, read_interchanges: ReadInterchanges
) -> None:
    [interchange] = read_interchanges(make_file(SET))

    assert interchange.delimiters == Delimiters(element=b"*", component=b">", repetition=b"", terminator=b"~")
    assert interchange.findings == ()


@pytest.mark.parametrize(
    ("element", "terminator"),
    [
        (b"\x07", b"\x85"),  # BEL, and NEL of EBCDIC: not valid UTF-8, and white space to str.strip
        (b"\x07", b"\x15"),
        (b"\x07", b"\n"),
        (b"|", b"\x1c"),
        (b"\x1d", b"\x1e"),
        (b"\t", b"\x0b"),
        (b"*", b"\r"),
        (b"^", b"'"),
        (b"~", b"*"),
        (b"*", "…".encode()),
        (b"*", "Ö".encode()),
        (b"\xd8", b"~"),
    ],
)
def test_control_characters_and_characters_of_several_bytes_are_delimiters(
    make_file: MakeFile, read_sets: ReadSets, element: bytes, terminator: bytes
) -> None:
    data = _translate(make_file(SET), element=element, terminator=terminator)

    [transaction] = read_sets(data)

    assert _tags(transaction) == ["ST", "BIG", "N1", "TDS", "SE"]
    assert transaction.segments[2].elements == ("SE", "Nordwind")
    assert transaction.interchange.delimiters.terminator == terminator
    assert transaction.findings == ()


MARKS = [byte for byte in range(1, 256) if bytes([byte]) not in b" -\r\n" and not bytes([byte]).isalnum()]


@given(
    element=st.sampled_from(MARKS),
    component=st.sampled_from([mark for mark in MARKS if mark < 0x80]),
    terminator=st.sampled_from(MARKS),
)
def test_any_three_bytes_that_are_no_text_can_be_the_delimiters(
    make_file: MakeFile, read_sets: ReadSets, element: int, component: int, terminator: int
) -> None:
    assume(len({element, component, terminator}) == 3)
    data = _translate(
        make_file(SET), element=bytes([element]), component=bytes([component]), terminator=bytes([terminator])
    )

    [transaction] = read_sets(data)

    assert transaction.segments[1][:2] == ("BIG", ("20240115", "A-1"))
    assert transaction.findings == ()


def test_a_separator_of_two_bytes_is_found_by_counting(make_file: MakeFile, codes: Codes) -> None:
    data = _translate(make_file(SET), element="Ö".encode())

    items = list(read([data]))

    assert [item.set_code for item in items if isinstance(item, Transaction)] == ["810"]
    assert codes(items) == ["ISA_REPAIRED"]


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b" \r\n\t", b"\0\x1a", b"\xef\xbb\xbf\n  "])
def test_a_byte_order_mark_and_blanks_before_the_isa_are_no_matter(
    make_file: MakeFile, codes: Codes, prefix: bytes
) -> None:
    items = list(read([prefix + make_file(SET)]))

    assert codes(items) == []
    assert isinstance(items[0], Interchange)
    assert items[0].offset == len(prefix)


def test_a_file_wrapped_at_80_columns_reads_like_the_file_before_it(
    make_file: MakeFile, make_set: Callable[..., str], read_sets: ReadSets, codes: Codes
) -> None:
    plain = make_file(
        *(make_set("BIG*20240115*A-1", "N1*SE*Nordwind", "TDS*100", number=f"{n:04}") for n in range(40))
    )
    wrapped = b"\r\n".join(plain[start : start + 80] for start in range(0, len(plain), 80))

    found, expected = read_sets(wrapped), read_sets(plain)

    assert [[segment[:2] for segment in item.segments] for item in found] == [
        [segment[:2] for segment in item.segments] for item in expected
    ]
    assert codes(read([wrapped])) == ["ISA_REPAIRED"]
    assert found[0].interchange.sender == expected[0].interchange.sender
    assert found[0].interchange.delimiters == expected[0].interchange.delimiters


@pytest.mark.parametrize(
    "isa",
    [
        "ISA*00* *00* *ZZ*NORDWIND *ZZ*OURHOUSE *240116*0930*U*00401*000000042*0*P*>",
        "ISA*00**00**ZZ*NORDWIND*ZZ*OURHOUSE*240116*0930*U*00401*42*0*P*>",
        "ISA*00*          *00*          *ZZ*NORDWIND       *ZZ*OURHOUSE             *240116*0930*U*00401*42*0*P*>",
        "ISA*00*          *00*          *ZZ*NORDWIND       *ZZ*OURHOUSE       *240116*0930*Ø*00401*000000042*0*P*>",
    ],
)
def test_an_isa_of_the_wrong_width_is_repaired_and_noted(make_file: MakeFile, codes: Codes, isa: str) -> None:
    items = list(read([make_file(SET, isa=isa)]))

    interchange = items[0]
    assert isinstance(interchange, Interchange)
    assert (interchange.sender.id, interchange.receiver.id, interchange.usage) == (
        "NORDWIND",
        "OURHOUSE",
        "P",
    )
    assert interchange.delimiters.terminator == b"~"
    assert codes(items)[0] == "ISA_REPAIRED"
    assert [item.set_code for item in items if isinstance(item, Transaction)] == ["810"]


@pytest.mark.parametrize(
    ("end", "terminator"), [("**~", b"~"), ("*~~", b"~"), ("**\n", b"\n"), ("*\n\n", b"\n")]
)
def test_a_component_separator_that_is_another_delimiter_is_none_and_noted(
    make_file: MakeFile, codes: Codes, end: str, terminator: bytes
) -> None:
    head, rest = make_file(SET).split(b">~", 1)
    data = head[:-1] + end.encode() + rest.replace(b"~", terminator)

    items = list(read([data]))

    assert isinstance(items[0], Interchange)
    assert items[0].delimiters.component == b""
    assert items[0].delimiters.terminator == terminator
    assert codes(items) == ["ISA_REPAIRED"]
    assert "ISA16 of the ISA at byte 0 is another delimiter" in items[0].findings[0].message
    [transaction] = [item for item in items if isinstance(item, Transaction)]
    assert transaction.segments[1].elements == ("20240115", "A-1")


def test_a_terminator_cr_lf_is_read_as_lf_and_the_cr_is_dropped(
    make_file: MakeFile, read_sets: ReadSets
) -> None:
    [transaction] = read_sets(make_file(SET).replace(b"~", b"\r\n"))

    assert transaction.interchange.delimiters.terminator == b"\n"
    assert transaction.segments[1].elements == ("20240115", "A-1")
    assert transaction.findings == ()


def test_line_ends_and_indents_around_segments_are_dropped(make_file: MakeFile, read_sets: ReadSets) -> None:
    head, rest = make_file(SET).split(b"~", 1)

    [transaction] = read_sets(head + b"~\r\n" + rest.replace(b"~", b" \r\n~\r\n \t "))

    assert [segment[:2] for segment in transaction.segments] == [
        segment[:2] for segment in read_sets(make_file(SET))[0].segments
    ]
    assert transaction.findings == ()


def test_each_interchange_has_its_own_delimiters(
    make_file: MakeFile, read_sets: ReadSets, codes: Codes
) -> None:
    first, second = make_file(SET), _translate(make_file(SET), element=b"|", terminator=b"\n")

    data = first + b"\r\n" + second + first

    assert [item.interchange.delimiters.element for item in read_sets(data)] == [b"*", b"|", b"*"]
    assert [item.interchange.offset for item in read_sets(data)] == [0, len(first) + 2, len(first) * 2 + 2]
    assert [item.index for item in read_sets(data)] == [0, 1, 2]
    assert codes(read([data])) == []


def test_isa_inside_a_name_is_no_interchange(make_file: MakeFile, read_sets: ReadSets, codes: Codes) -> None:
    data = make_file(SET.replace("Nordwind", "NARCISA*92*ISA*92*ISAAC"))

    assert len(read_sets(data)) == 1
    assert codes(read([b"NARCISA*00*x " + data])) == ["GARBAGE"]


@pytest.mark.parametrize(
    ("eleventh", "version", "repetition"),
    [
        ("^", "00501", b"^"),
        ("^", "00402", b"^"),
        ("^", "00401", b""),
        ("U", "00501", b""),
        (" ", "00501", b""),
        ("*", "00501", b""),
        (">", "00501", b""),
        ("~", "00501", b""),
        ("\xd8", "00501", b""),
    ],
)
def test_isa11_separates_repetitions_only_where_it_can(
    isa: str, read_interchanges: ReadInterchanges, eleventh: str, version: str, repetition: bytes
) -> None:
    data = (isa.replace("*U*00401*", f"*{eleventh}*{version}*") + "~").encode("latin-1")

    [interchange] = read_interchanges(data)

    assert interchange.delimiters.repetition == repetition


@pytest.mark.parametrize("ending", ["", "\r\n", " ", "\x1a", "\0\0"])
def test_the_last_segment_needs_no_terminator(
    make_file: MakeFile, read_sets: ReadSets, codes: Codes, ending: str
) -> None:
    data = make_file(SET).removesuffix(b"~") + ending.encode()

    assert len(read_sets(data)) == 1
    assert codes(read([data])) == []


def test_an_empty_isa16_before_a_line_end_is_seen_by_the_segments_that_follow(
    isa: str, make_file: MakeFile, read_sets: ReadSets
) -> None:
    data = make_file(SET, isa=isa.removesuffix(">")).replace(b"~", b"~\r\n")

    [transaction] = read_sets(data)

    assert transaction.interchange.delimiters.terminator == b"~"
    assert transaction.interchange.delimiters.component == b""
    assert transaction.segments[0].elements == ("810", "0001")


def test_blanks_between_isa16_and_the_line_end_are_no_terminator(
    make_file: MakeFile, read_sets: ReadSets
) -> None:
    data = make_file(SET.replace("Nordwind", "Nordwind Supply Co")).replace(b"~", b" \n")

    [transaction] = read_sets(data)

    assert transaction.interchange.delimiters.terminator == b"\n"
    assert transaction.segments[2].elements == ("SE", "Nordwind Supply Co")


@pytest.mark.parametrize(
    "data",
    [
        b"ISA*00*",
        b"ISA*00*          *00*          *ZZ*NORDWIND*ZZ*OURHOUSE",
        b"ISA*00*          *00*          *ZZ*NORDWIND       *ZZ*OURHOUSE       *240116*0930*U*00401*000000042*0*P*>GS*IN*A*B",
        b"ISA*00*          *00*          *ZZ*NORDWIND       *ZZ*OURHOUSE       *240116*0930*U*00401*000000042*0*P*>*GS*IN",
    ],
)
def test_an_isa_that_does_not_tell_its_delimiters_is_an_error_and_reading_goes_on(
    make_file: MakeFile, codes: Codes, data: bytes
) -> None:
    assert codes(read([data])) == ["ISA_UNREADABLE"]

    items = list(read([data + b"\n" * 600 + make_file(SET)]))

    assert codes(items) == ["ISA_UNREADABLE"]
    assert sum(isinstance(item, Transaction) for item in items) == 1
