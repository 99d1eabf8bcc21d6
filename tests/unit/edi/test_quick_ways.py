"""What is read at once, or remembered, is what the careful way reads one by one."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ml_connector.edi import Code, Finding, Interchange, Item, Reading, Transaction, parse_invoice
from ml_connector.edi.documents.invoice import Invoice
from ml_connector.edi.documents.invoice810 import parse_invoice_with_care
from ml_connector.edi.documents.invoice_lines import InvoiceLine, read_lines, take_lines
from ml_connector.edi.documents.invoice_outline import Outline, outline_invoice
from ml_connector.edi.documents.parts import Party
from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.documents.usual_invoice import take_invoice
from ml_connector.edi.reader import read_source
from ml_connector.edi.remembering import LONGEST_REMEMBERED, MOST_REMEMBERED, remember
from ml_connector.edi.segments import MOST_SEGMENTS
from ml_connector.edi.source import Source

ReadOne = Callable[..., Transaction]
MakeSet = Callable[..., str]
MakeFile = Callable[..., bytes]
Parse = Callable[..., Reading[Invoice]]

BIG = "BIG*20240115*NW-4711"
#: Numbers that are usual, that only the careful way reads, and that are none.
USUAL = ["0", "1", "-1", "12.50", "5.", "0.005", "9999999.999999999", "-0", "007"]
UNUSUAL = [".5", "12345678", "1" * 30, "-.5", "0.0000000001"]
NONE = ["", "-", "1E5", "NaN", "1,5", "1_0", "1.2.3", "+1", "١", "9" * 31]
TEXTS = ["", "A", "EA", "BLUE WIDGET", "0042", "HP"]

numbers = st.sampled_from([*USUAL * 8, *UNUSUAL, *NONE])
texts = st.sampled_from(TEXTS)
heads = st.tuples(texts, numbers, texts, numbers, st.sampled_from(["", "", "", "", "PE", "HP", "TH"]))
ids = st.lists(texts, max_size=5)
descriptions = st.sampled_from(["PID*F****BLUE WIDGET"] * 6 + ["PID", "PID*F", "PID*F****", "PID*F****A*B*C"])


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    """IT1s, mostly of the same width, with a PID each or without."""
    width, described = draw(ids), draw(st.booleans())
    return [
        segment
        for head in draw(st.lists(heads, min_size=1, max_size=4))
        for segment in (
            "*".join(["IT1", *head, *(draw(ids) if draw(st.integers(0, 19)) == 0 else width)]),
            *([draw(descriptions)] if described else []),
        )
    ]


def _read_both(
    transaction: Transaction,
) -> tuple[Sequence[InvoiceLine] | None, Sequence[InvoiceLine], ElementReader]:
    reader = ElementReader(transaction)
    outline = outline_invoice(reader.skeleton)
    quick = take_lines(outline.heads, reader.rows)
    return quick, read_lines(replace(outline, heads=None), reader), reader


@settings(max_examples=300, deadline=None)
@given(lines())
def test_lines_read_at_once_are_those_read_one_by_one(read_one: ReadOne, segments: list[str]) -> None:
    quick, careful, reader = _read_both(read_one(BIG, *segments, "TDS*1000"))

    if quick is not None:
        assert repr(quick) == repr(careful)
        assert reader.findings == ()


def test_usual_lines_are_read_at_once_and_others_are_not(read_one: ReadOne) -> None:
    pid = "PID*F****BLUE WIDGET"
    usual = [f"IT1*{n}*{number}*EA*{number}**VN*A{n}" for n, number in enumerate(USUAL)]
    whole = [segment for head in usual for segment in (head, pid)]

    assert _read_both(read_one(BIG, *whole, "TDS*1"))[0] is not None
    assert _read_both(read_one(BIG, *usual, "TDS*1"))[0] is not None
    other_ids = [
        f"IT1*1*1*EA*1*{ids}" for ids in ("", "*VN*A*UP*B", "*VN**UP*B", "*VN*A*UP", "*VN*A*UP*B*IN*C")
    ]
    assert _read_both(read_one(BIG, *usual, *other_ids, "TDS*1"))[0] is not None
    for wrong in (
        *[f"IT1*1*{number}*EA*1**VN*A" for number in (*UNUSUAL, *NONE)],
        *("IT1*1*1*EA*1*HP*VN*A", "IT1*1*1*EA*1", "IT1*1"),
    ):
        assert _read_both(read_one(BIG, *whole, wrong, pid, "TDS*1"))[0] is None
    for other in (["PID"], ["PID*F"], [], [pid, pid], [pid, "SAC*C*D240***5"]):
        assert _read_both(read_one(BIG, *whole, usual[0], *other, "TDS*1"))[0] is None


#: Segments of header and summary: the usual ones more often than those that only the careful way reads.
BIGS = [
    *[BIG, "BIG*20240115*NW-4711*20231220*PO-7*3**DI*00"] * 4,
    *(
        "BIG*20240115*A*20231220",
        "BIG*20240115*A*****CR",
        "BIG*20240115*A*00000000",
        "BIG*20240115*A****9*PR ",
    ),
    *(
        "BIG",
        "BIG*20240115",
        "BIG*240115*A",
        "BIG*20240230*A",
        "BIG**A",
        "BIG*20240115* ",
        "BIG*20240115*A*****ZZ",
    ),
    "BIG*20240115*A*****DI*00*x*y",
]
TOTALS = [
    *["TDS*1000", "TDS*-250", "TDS*0"] * 4,
    *("TDS", "TDS*", "TDS*10.00", "TDS*1E3", "TDS*999999999999999999", "TDS*1000*980**20", "TDS*1000*x"),
]
ASIDE = [
    *[
        "CUR*SE*USD",
        "CUR*SE*usd ",
        "CUR*SE",
        "CUR*SE*",
        "REF*IA*77",
        "REF*SY*987654321",
        "REF",
        "REF*IA*1*X*9",
    ],
    *["N1*RI*NORDWIND*92*77", "N3*1 Long Road*2*3", "N4*Ottawa*ON", "N1", "N1*PE*Ada*34*123456789", "PER*IC"],
    *["ITD*01*3*2**10**30", "ITD", "ITD*01*3*x", "ITD*01*3*2**10**-3", "FOB*CC", "ZZZ*1", "zz*1"],
    *[
        "DTM*011*20240115",
        "DTM*011",
        "DTM*011*240115",
        "DTM*011*20240115*1200",
        "DTM*011*",
        "DTM*011***D8*20240115",
    ],
    *["NTE**Mind the step", "NTE", "BIG*20240116*B", "TDS*5"],
]
SUMMARY = [
    *[
        "SAC*C*D240***500",
        "SAC*A*C310***-500",
        "SAC*A*C310",
        "SAC*N*C310",
        "SAC*C*D240***5.00",
        "SAC",
        "SAC*C*D240***x",
    ],
    *[
        "TXI*ST*7.50*0.06",
        "TXI*ST",
        "TXI*ST*x",
        "TXI*ST*9999999999",
        "CTT*1",
        "CTT*2",
        "CTT",
        "CTT*1*5",
        "CTT*x",
    ],
    *["CAD*M***SCAC*BEST", "ISS*10*CA", "AMT*1*5"],
]


@st.composite
def invoices(draw: st.DrawFn) -> list[str]:
    """Header, lines and summary, mostly of one BIG and one TDS."""
    return [
        draw(st.sampled_from(BIGS)),
        *draw(st.lists(st.sampled_from(ASIDE), max_size=4)),
        *draw(lines()),
        draw(st.sampled_from(TOTALS)),
        *draw(st.lists(st.sampled_from(SUMMARY), max_size=3)),
    ]


@settings(max_examples=1_000, deadline=None)
@given(invoices())
def test_an_invoice_read_at_once_is_the_one_read_with_care(read_one: ReadOne, segments: list[str]) -> None:
    transaction = read_one(*segments)

    assert repr(parse_invoice(transaction)) == repr(parse_invoice_with_care(transaction))


LINE = "IT1*1*1*EA*10**VN*A"
USUAL_PARTS = ["CUR*SE*USD", "REF*IA*77", "N1*RI*NORDWIND", "ITD*01*3*2**10**30", "DTM*011*20240115", LINE]


@pytest.mark.parametrize("part", [*BIGS, *TOTALS, *ASIDE, *SUMMARY])
def test_each_part_is_read_at_once_as_with_care(read_one: ReadOne, part: str) -> None:
    parts = ([BIG] if not part.startswith("BIG") else [], ["TDS*1000"] if not part.startswith("TDS") else [])
    for segments in (
        [*parts[0], part, *USUAL_PARTS, *parts[1]],
        [*parts[0], *USUAL_PARTS, *parts[1], part],
        [*parts[0], "N1*RI*NORDWIND", part, LINE, *parts[1]],
    ):
        transaction = read_one(*segments)

        assert repr(parse_invoice(transaction)) == repr(parse_invoice_with_care(transaction))


def test_a_usual_invoice_is_read_at_once(read_one: ReadOne) -> None:
    summary = ["SAC*C*D240***500", "TXI*ST*7.50*0.06", "CTT*1", "ISS*10*CA"]

    for big in BIGS[:2]:
        for total in TOTALS[:1]:
            assert take_invoice(read_one(big, *USUAL_PARTS, total, *summary)) is not None
    assert take_invoice(read_one(BIG, *USUAL_PARTS, "TDS*1000*980")) is None


def test_a_segment_of_too_many_elements_is_not_read_at_once(read_one: ReadOne) -> None:
    wide = "REF*IA*77" + "*x" * 2_000

    transaction = read_one(BIG, wide, LINE, "TDS*1000")

    assert take_invoice(transaction) is None
    assert [each.code for each in parse_invoice(transaction).findings] == [Code.SEGMENT_TOO_WIDE]


tags = st.lists(
    st.sampled_from(["IT1", "PID", "TDS", "N1", "N3", "REF", "CUR", "SAC", "IT1", "PID"]), max_size=12
)


@given(tags)
def test_every_segment_has_one_place_in_the_outline(order: list[str]) -> None:
    outline = outline_invoice("\n".join(["ST", *order]))

    spans = sorted(
        (span.start, span.stop)
        for span in (*outline.lines, *(each for own in outline.whole.values() for each in own))
    )
    assert [place for span in spans for place in range(*span)] == list(range(len(order) + 1))
    assert all(["ST", *order][span.start] == "IT1" for span in outline.lines)
    assert all(["ST", *order][span.start] == tag for tag, own in outline.whole.items() for span in own)
    assert outline.currencies == [place for place, tag in enumerate(order, 1) if tag == "CUR"]


def test_a_party_or_terms_that_come_again_are_the_same(parse: Parse) -> None:
    segments = (BIG, "N1*RI*NORDWIND*92*77", "N3*1 Long Road", "N4*Ottawa*ON", "ITD*01*3*2**10**30", "TDS*0")

    first, again = parse(*segments), parse(*segments)

    assert first == again
    assert first.document is not None
    assert [party.name for party in first.document.parties] == ["NORDWIND"]
    assert [terms.net_days for terms in first.document.terms] == [30]


@pytest.mark.parametrize(
    ("itd", "code"),
    [("ITD*01*3*x**10**30", Code.NUMBER_UNREADABLE), ("ITD*01*3*2**10**-3", Code.DAYS_NEGATIVE)],
)
def test_terms_with_a_finding_have_it_each_time_they_come(parse: Parse, itd: str, code: Code) -> None:
    for _ in range(3):
        reading = parse(BIG, itd, "IT1*1*1*EA*1", "TDS*100")

        assert [finding.code for finding in reading.findings] == [code]


def test_a_social_security_number_is_masked_in_a_party_that_comes_again(parse: Parse) -> None:
    for _ in range(2):
        document = parse(BIG, "N1*PE*Ada*34*123456789", "REF*SY*987654321", "TDS*0").document

        assert document is not None
        [party] = document.parties
        assert isinstance(party, Party)
        assert (party.id, party.references[0].value) == ("*****6789", "*****4321")


@pytest.mark.parametrize(
    ("segments", "remembered"),
    [
        (["N1*RI*SYSTEM X34*92*77342", "REF*VR*SY1"], True),
        (["N1*PE*Ada*34*123456789"], False),
        (["N1*PE*Ada", "REF*SY*987654321"], False),
        (["N1*PE*Ada", "REF*VR*1**SY>987654321"], False),
    ],
)
def test_a_party_is_remembered_unless_it_may_name_a_person(
    parse: Parse, segments: list[str], *, remembered: bool
) -> None:
    first, again = (parse(BIG, *segments, "TDS*0").document for _ in range(2))

    assert first is not None
    assert again is not None
    assert first.parties == again.parties
    assert (first.parties[0] is again.parties[0]) is remembered


def test_only_short_texts_are_remembered_and_only_so_many() -> None:
    made: list[str] = []

    @remember
    def make(text: str) -> str:
        made.append(text)
        return text.upper()

    assert [make("a"), make("a"), make("a")] == ["A"] * 3
    assert made == ["a"]
    long = "b" * (LONGEST_REMEMBERED + 1)
    assert make(long) == make(long)
    assert made == ["a", long, long]
    for number in range(MOST_REMEMBERED):
        make(str(number))
    assert make("a") == "A"
    assert made.count("a") == 2


def test_an_outline_knows_wrong_tags() -> None:
    def is_right(*tags: str) -> bool:
        outline: Outline = outline_invoice("\n".join(tags))
        return outline.right_tags

    assert is_right("ST", "BIG", "SE")
    assert not is_right("ST", "big", "SE")
    assert not is_right("ST", "GE", "SE")


def _trim(item: Item) -> Item:
    """A set without the blanks that either way leaves at the end of elements and segments."""
    if not isinstance(item, Transaction):
        return item
    return replace(item, rows=item.contents.rows)


def _read_quickly_and_with_care(data: bytes) -> list[Item]:
    """The items of an input, which are the same whether its sets are read in runs or each with care."""
    quick, careful = (list(map(_trim, read_source(Source([data]), quick=way))) for way in (True, False))
    assert quick == careful
    return quick


LINES = ["IT1*1*1*EA*1", "TDS*100"]
#: What may stand in a set, or make two of one: segments as sent, some with what only care can tell.
PIECES = [
    *[BIG, *LINES] * 3,
    *[
        "",
        " ",
        " TDS*1",
        "TDS*1 ",
        "*",
        "NTE**Caf\xe9",
        "NTE**a\x01b",
        "NTE**A\nB",
        "N1*A*",
        "STC*1",
        "SEX",
        "GF",
    ],
    *["SE*3*0001", "SE*5*0001", "SE", "ST", "ST*810*0001 ", "ST*810 *0002", " SE*3*0001", "S\nE*3*0001"],
    *[
        "GE*1*7",
        " GE*1*7",
        "GE",
        "GS*IN*A*B*20240116*0930*8*X*004010",
        "IEA*1*1",
        "TA1*1",
        "ISA*1",
        "ISA|00|b|",
    ],
]
TERMINATORS = ["~", "~\n", "~\r\n", "\n", "\r\n", "\r", "\x85", "\xc2\xa6"]
ELEMENTS = ["*", "*", "*", "|", "\x1d", "\x07", "\xc2\xa6", "\xa6", "\xe2\x82\xac"]


@st.composite
def inputs(draw: st.DrawFn, isa: str) -> bytes:
    """Interchanges of a few sets that mostly count themselves rightly."""
    pieces = st.lists(st.sampled_from([*PIECES, f"NTE**{isa}"]), max_size=5)
    segments: list[str] = [isa, "GS*IN*NORDWIND*OURHOUSE*20240116*0930*7*X*004010"]
    for number in range(draw(st.integers(1, 4))):
        body, off = draw(pieces), draw(st.sampled_from([2, 2, 2, 1]))
        segments += [f"ST*810*{number:04}", *body, f"SE*{len(body) + off}*{number:04}"]
    element, terminator = draw(st.sampled_from(ELEMENTS)), draw(st.sampled_from(TERMINATORS))
    text = "".join(f"{segment}{terminator}" for segment in [*segments, "GE*1*7", "IEA*1*000000042"])
    return text.replace("*", element).encode("latin-1")


@settings(max_examples=1_000, deadline=None)
@given(data=st.data())
def test_sets_read_in_runs_are_those_read_with_care(isa: str, data: st.DataObject) -> None:
    _read_quickly_and_with_care(data.draw(inputs(isa)))


@pytest.mark.parametrize(
    ("segments", "found"),
    [
        (
            ["SE*4*0001", *LINES, "SE*6*0001"],
            ["SE01_COUNT", "SEGMENT_OUTSIDE", "SEGMENT_OUTSIDE"],
        ),
        (["GE*1*7", *LINES, "SE*6*0001"], ["SE_MISSING"]),
        (["TA1*1", *LINES, "SE*6*0001"], ["SE_MISSING"]),
        (["IEA*1*000000042", *LINES, "SE*6*0001"], ["SE_MISSING"]),
        (["", *LINES, "SE*6*0001"], ["SE01_COUNT"]),
        ([" ", *LINES, "SE*6*0001"], ["SE01_COUNT"]),
    ],
)
def test_a_set_is_not_whole_by_its_last_se_alone(
    make_file: MakeFile, make_set: MakeSet, segments: list[str], found: list[str]
) -> None:
    broken = "".join(f"{segment}~" for segment in ["ST*810*0001", BIG, *segments])

    for data in (make_file(broken, make_set(BIG, *LINES, number="0002")), make_file(broken)):
        items = _read_quickly_and_with_care(data)

        first = next(item for item in items if isinstance(item, Transaction))
        assert [each.code for each in first.findings] == found[:1]
        outside = [item for item in items if isinstance(item, Finding) and item.code == Code.SEGMENT_OUTSIDE]
        assert len(outside) >= len(found) - 1


def test_a_segment_that_looks_like_the_se_of_its_set_does_not_end_it(
    make_file: MakeFile, make_set: MakeSet
) -> None:
    first = "".join(f"{segment}~" for segment in ["ST*810*0001", BIG, "XE*3*0001", "", "SE*4*0001"])

    items = _read_quickly_and_with_care(make_file(first, make_set(BIG, *LINES, number="0002")))

    sets = [item for item in items if isinstance(item, Transaction)]
    assert [item.contents.rows[-1] for item in sets] == [["SE", "4", "0001"], ["SE", "5", "0002"]]
    assert [item.findings for item in sets] == [(), ()]


def test_a_segment_whose_id_only_begins_like_an_st_begins_no_set(
    make_file: MakeFile, make_set: MakeSet
) -> None:
    other = make_set(BIG, *LINES, number="0002").replace("ST*", "ST1*")

    items = _read_quickly_and_with_care(make_file(make_set(BIG, "NTE**Café"), other))

    assert [item.control_number for item in items if isinstance(item, Transaction)] == ["0001"]
    outside = next(item for item in items if isinstance(item, Finding))
    assert (outside.code, "(ST1)" in outside.message) == (Code.SEGMENT_OUTSIDE, True)


def test_another_interchange_in_an_element_ends_the_set(
    isa: str, make_file: MakeFile, make_set: MakeSet
) -> None:
    for text in (f"NTE**{isa}", f"NTE**Caf\xe9 {isa}"):
        items = _read_quickly_and_with_care(make_file(make_set(BIG, text), make_set(BIG, number="0002")))

        assert sum(isinstance(item, Interchange) for item in items) == 2


@pytest.mark.parametrize("element", ["\u20ac", "\xa6", "\x85"])
def test_text_between_separators_of_several_bytes_is_decoded(
    make_file: MakeFile, make_set: MakeSet, element: str
) -> None:
    data = make_file(make_set("BIG*20240115*H\u2082O\u201a")).replace(b"*", element.encode())

    items = _read_quickly_and_with_care(data)

    assert [item.rows[1][2] for item in items if isinstance(item, Transaction)] == ["H\u2082O\u201a"]


def test_a_plain_set_with_too_many_segments_is_refused(make_file: MakeFile, make_set: MakeSet) -> None:
    lines = ["IT1*1*1*EA*1"] * MOST_SEGMENTS

    items = _read_quickly_and_with_care(make_file(make_set(BIG, *lines, "TDS*1", "CTT*9")))

    [large] = [item for item in items if isinstance(item, Transaction)]
    assert [each.code for each in large.findings] == [Code.SET_TOO_LARGE]
    assert [each.code for each in parse_invoice(large).findings] == [Code.TDS_MISSING]


def test_sets_with_wrong_counts_between_right_ones_are_the_same(
    make_file: MakeFile, make_set: MakeSet
) -> None:
    sets = [make_set(BIG, *LINES, number=f"{n:04}") for n in range(300)]
    sets = [each.replace("SE*5*", "SE*9*") if n % 7 in (2, 3) else each for n, each in enumerate(sets)]

    items = _read_quickly_and_with_care(make_file(*sets))

    wrong = [item.index for item in items if isinstance(item, Transaction) and item.findings]
    assert wrong == [n for n in range(300) if n % 7 in (2, 3)]


@pytest.mark.parametrize(
    ("sent", "repeated"),
    [(["0001", "0001 "], [1]), (["0001", "0002", "0001 ", "0003"], [2]), (["0001 ", "0002", "0001"], [2])],
)
def test_a_blank_behind_its_number_makes_no_other_set(
    make_file: MakeFile, make_set: MakeSet, sent: list[str], repeated: list[int]
) -> None:
    items = _read_quickly_and_with_care(make_file(*[make_set(BIG, *LINES, number=n) for n in sent]))

    sets = [item for item in items if isinstance(item, Transaction)]
    assert [item.index for item in sets if item.findings] == repeated


def test_a_byte_in_place_of_a_line_end_between_two_sets_is_reported(
    make_file: MakeFile, make_set: MakeSet
) -> None:
    sets = [make_set(BIG, *LINES, number=f"{n:04}") for n in range(3)]
    data = make_file(*sets).replace(b"~", b"~\n").replace(b"0000~\nST", b"0000~\xb0ST")

    items = _read_quickly_and_with_care(data)

    assert [item.control_number for item in items if isinstance(item, Transaction)] == ["0000", "0002"]
    outside = [item.code for item in items if isinstance(item, Finding)]
    assert outside == [Code.SEGMENT_OUTSIDE, Code.SEGMENT_OUTSIDE, Code.GE01_COUNT]


def test_a_set_of_the_wrong_kind_has_its_number_all_the_same(make_file: MakeFile, make_set: MakeSet) -> None:
    items = _read_quickly_and_with_care(
        make_file(make_set(BIG, *LINES), make_set("BEG*00*SA*1**20240115", code="850"), make_set(BIG, *LINES))
    )
    wrong_first = _read_quickly_and_with_care(
        make_file(make_set(BIG, number="9"), make_set("BEG", code="850"), make_set(BIG))
    )

    for read in (items, wrong_first):
        sets = [item for item in read if isinstance(item, Transaction)]
        assert [each.code for each in sets[1].findings] == [Code.GS01_SET]
        assert [each.code for each in sets[2].findings] == [Code.ST02_REPEATED]


def test_a_control_segment_that_only_a_blank_hides_is_reported(
    make_file: MakeFile, make_set: MakeSet
) -> None:
    [item] = [
        item
        for item in _read_quickly_and_with_care(make_file(make_set(BIG, "GE ", *LINES)))
        if isinstance(item, Transaction)
    ]

    assert [each.code for each in parse_invoice(item).findings] == [Code.CONTROL_INSIDE]
