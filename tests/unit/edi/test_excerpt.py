"""One set handed on: as an interchange of its own without secrets, and in words."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_connector.edi import Finding, NotReadable, Transaction, read, reread, write_excerpt, write_readable

ISA = "ISA*03*PASSWORD  *01*SECRET    *ZZ*ALNWICK        *ZZ*OURHOUSE       *310310*0930*U*00401*000000042*0*P*>"
GS = "GS*IN*ALNWICK*OURHOUSE*20310310*0930*7*X*004010"
FIRST = ("ST*810*0001", "BIG*20310310*INV-1", "TDS*0", "SE*4*0001")
SECOND = ("ST*810*0002", "BIG*20310310*INV-2", "REF*SY*078051120", "TDS*0", "SE*5*0002")
BPR = "BPR*C*150*C*ACH*CTX*01*111000025*DA*123456789*1234567890**01*111000026*DA*987654321*20310310"
PAYMENT = ("ST*820*0003", BPR, "SE*3*0003")


def write_file(joint: str = "~", *, group: bool = True, isa: str = ISA) -> bytes:
    sets = (*FIRST, *SECOND, *PAYMENT)
    parts = (isa, GS, *sets, "GE*3*7", "IEA*1*000000042") if group else (isa, *sets, "IEA*0*000000042")
    return "".join(part + joint for part in parts).encode("latin-1")


def cut(file: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """The slices of each set."""
    for item in read([file]):
        if isinstance(item, Transaction):
            group = b"" if item.group is None else file[item.group.offset :]
            yield file[item.interchange.offset :], group, file[item.offset : item.offset + item.length]


@pytest.mark.parametrize("joint", ["~", "~\n", "~\r\n", "\n", "\r\n", "\x1c"])
def test_a_set_stands_alone_in_its_own_envelope_as_it_was_sent(joint: str) -> None:
    first, *_ = (write_excerpt(*slices) for slices in cut(write_file(joint)))

    isa = ISA.replace("*03*PASSWORD  *01*SECRET    *", f"*00*{' ' * 10}*00*{' ' * 10}*")
    whole = "".join(part + joint for part in (isa, GS, *FIRST, "GE*1*7", "IEA*1*000000042"))
    assert first == whole.encode()
    assert not [each for each in read([first]) if isinstance(each, Finding)]


def test_a_set_outside_any_group_has_none() -> None:
    first, *_ = (write_excerpt(*slices) for slices in cut(write_file(group=False)))

    assert first.decode().split("~")[1:] == [*FIRST, "IEA*0*000000042", ""]


def test_a_group_that_has_no_number_is_closed_without_one() -> None:
    cut_short = write_file().replace(GS.encode(), b"GS*IN")
    first, *_ = (write_excerpt(*slices) for slices in cut(cut_short))

    assert first.decode().split("~")[1:] == ["GS*IN", *FIRST, "GE*1*", "IEA*1*000000042", ""]


def test_the_passwords_of_an_isa_that_was_wrapped_or_lost_its_blanks_are_taken_out_as_well() -> None:
    wrapped = f"{ISA[:20]}\n{ISA[20:80]}\r\n{ISA[80:]}"
    short = ISA.replace("PASSWORD  ", "PASSWORD").replace("SECRET    ", "SECRET")

    for isa in (wrapped, short):
        for slices in cut(write_file(isa=isa)):
            excerpt = write_excerpt(*slices)
            assert b"PASSWORD" not in excerpt
            assert b"SECRET" not in excerpt
            assert reread(excerpt, excerpt[excerpt.index(b"GS*") :], slices[2]).interchange.usage == "P"


def test_accounts_and_social_security_numbers_are_starred_and_all_around_them_is_as_sent() -> None:
    _, second, third = (write_excerpt(*slices).decode().split("~") for slices in cut(write_file()))

    assert second[4:6] == ["REF*SY******1120", "TDS*0"]
    starred = BPR.replace("111000025", "*****0025").replace("111000026", "*****0026")
    starred = starred.replace("123456789*", "*****6789*").replace("*1234567890*", "*******7890*")
    assert third[3] == starred.replace("987654321", "*****4321")
    assert third[4:] == ["SE*3*0003", "GE*1*7", "IEA*1*000000042", ""]


def test_a_secret_in_the_last_segment_of_a_set_that_was_cut_off_is_starred() -> None:
    slices = next(cut(f"{ISA}~ST*820*1~REF*SY*078051120".encode()))

    assert write_excerpt(*slices).decode().split("~")[1:] == [
        "ST*820*1",
        "REF*SY******1120",
        "IEA*0*000000042",
        "",
    ]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_is_no_slice_is_refused(place: int) -> None:
    slices = [*next(cut(write_file()))]
    slices[place] = b"nothing"

    with pytest.raises(NotReadable):
        write_excerpt(*slices)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=30).map(lambda body: b"N1" + body), max_size=6))
def test_whatever_a_set_holds_its_excerpt_is_read_as_that_one_set(parts: list[bytes]) -> None:
    file = b"~".join((ISA.encode(), GS.encode(), b"ST*810*1", *parts, b"SE*2*1", b"GE*1*7", b"IEA*1*42~"))

    for slices in cut(file):
        (found,) = (item for item in read([write_excerpt(*slices)]) if isinstance(item, Transaction))
        assert len(found.rows) == len(reread(*slices).rows)


def test_in_words_a_set_says_whom_it_is_from_each_value_and_its_segments() -> None:
    line = "IT1*1*3*EA*0.50**VN*BOLT"
    body = f"ST*810*1~BIG*20310310*INV-1~N1*SE*Alnwick*92*77~{line}~TDS*150~SE*6*1"
    (transaction,) = (
        each
        for each in read([f"{ISA}~{GS}~{body}~GE*1*7~IEA*1*000000042~".encode()])
        if isinstance(each, Transaction)
    )

    text = write_readable(transaction).splitlines()

    assert text[:9] == [
        "from: ZZ/ALNWICK",
        "to: ZZ/OURHOUSE",
        "sent on: 2031-03-10 09:30:00",
        "interchange: 000000042",
        "group: 7",
        "set: 810 1",
        "",
        "Invoice",
        "    number: INV-1",
    ]
    assert "        product ids:" in text
    assert "        price: 0.50" in text
    assert text[-4:] == ["    N1*SE*Alnwick*92*77", f"    {line}", "    TDS*150", "    SE*6*1"]


def test_of_what_cannot_be_read_the_words_are_its_segments() -> None:
    body = b"ST*810*0001~SE*2*0001~"

    text = write_readable(reread(ISA.replace("310310", "31AB10").encode() + b"~", b"", body)).splitlines()

    assert text[2:5] == ["sent on: no date 09:30:00", "interchange: 000000042", "group: none"]
    assert text[6:] == ["", "Segments", "    ST*810*0001", "    SE*2*0001"]


def test_the_words_of_an_excerpt_tell_no_secret() -> None:
    *_, (envelope, group, body) = cut(write_file())
    excerpt = write_excerpt(envelope, group, body)
    (payment,) = (item for item in read([excerpt]) if isinstance(item, Transaction))

    text = write_readable(payment)

    assert "*****4321" in text
    assert not [secret for secret in ("987654321", "1234567890", "111000025", "SECRET") if secret in text]
