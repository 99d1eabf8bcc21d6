"""Elements of a set against its schema: one row for each thing that can be wrong."""

import pytest

from ml_connector.edi.checking import check_set, make_checker
from ml_connector.edi.findings import Finding
from ml_connector.edi.patterns import Marks
from ml_connector.edi.schema import (
    Condition,
    ConditionKind,
    ElementKind,
    ElementUse,
    Schema,
    SegmentDefinition,
    SegmentUse,
)
from ml_connector.edi.schema_codes import SchemaCode
from ml_connector.edi.schema_loading import load_schema
from ml_connector.edi.severity import Severity

MARKS = Marks(element="*", terminator="~", component=">", repetition="^")
INVOICE = ["ST*810*0001", "BIG*20240115*INV-7", "IT1*1*5*EA*2.50", "TDS*1250", "SE*5*0001"]


def _load(set_code: str, version: str) -> Schema:
    schema = load_schema(set_code, version)
    assert schema is not None
    return schema


def _check(segments: list[str], *, set_code: str = "810", version: str = "004010") -> tuple[Finding, ...]:
    rows = [segment.split("*") for segment in segments]
    return make_checker(_load(set_code, version), MARKS).check(rows)


def _check_segment(segment: str, *, version: str = "004010") -> tuple[Finding, ...]:
    """The findings of an 810 in which the segment stands at its place."""
    tag = segment.partition("*")[0]
    segments = [segment if line.startswith(tag + "*") else line for line in INVOICE]
    if segment not in segments:
        segments.insert(-1 if tag in ("CTT", "CAD", "AMT", "SAC", "TXI") else 2, segment)
    return _check(segments, version=version)


def test_a_right_invoice_has_no_findings() -> None:
    assert _check(INVOICE) == ()


@pytest.mark.parametrize(
    ("segment", "code", "place", "words"),
    [
        ("BIG**INV-7", "ELEMENT_MISSING", (1, None), "BIG01 (date) in segment 2 is empty, but mandatory"),
        ("BIG*20240115", "ELEMENT_MISSING", (2, None), "BIG02 (invoice number)"),
        ("NTE*GEN", "ELEMENT_MISSING", (2, None), "NTE02"),
        ("NTE*GEN**", "ELEMENT_MISSING", (2, None), "NTE02"),
        ("CUR*BY*USD****X", "ELEMENT_SHORT", (6, None), "is shorter (1) than the 3 characters"),
        ("BIG*20240115*12345678901234567890123", "ELEMENT_LONG", (2, None), "longer (23) than the 22"),
        ("IT1*1*1234567890123456", "ELEMENT_LONG", (2, None), "longer (16) than the 15 digits"),
        ("IT1*1*12345678901.23456", "ELEMENT_LONG", (2, None), "longer (16) than the 15 digits"),
        ("ITD*01*3**2024011", "ELEMENT_DATE", (4, None), "is not a date: send CCYYMMDD"),
        ("ITD*01*3**240115", "ELEMENT_SHORT", (4, None), "shorter (6) than the 8"),
        ("DTM*011*20240231", "ELEMENT_DATE", (2, None), "'20240231' in segment 3 is not a date"),
        ("DTM*011*18991231", "ELEMENT_DATE", (2, None), "is not a date"),
        ("DTM*011*2024013A", "ELEMENT_DATE", (2, None), "is not a date"),
        ("DTM*011*00000000", "ELEMENT_DATE_ZERO", (2, None), "a date of zeros"),
        ("DTM*011*20240115*2460", "ELEMENT_TIME", (3, None), "is not a time of day"),
        ("TDS*12.50", "ELEMENT_POINT", (1, None), "its 2 decimals are implied"),
        ("TDS*1,250", "ELEMENT_NUMBER", (1, None), "is not a whole number"),
        ("TDS*-", "ELEMENT_NUMBER", (1, None), "is not a whole number"),
        ("IT1*1*5*EA*1.2.3", "ELEMENT_NUMBER", (4, None), "'1.2.3' in segment 3 is not a number"),
        ("IT1*1*5*EA*.", "ELEMENT_NUMBER", (4, None), "is not a number"),
        ("IT1*1*5E3", "ELEMENT_NUMBER", (2, None), "is not a number"),
        ("IT1*1*5 *EA*2.50", "ELEMENT_CHARACTER", (2, None), "ends in blanks"),
        ("IT1*1*  *EA*2.50", "ELEMENT_CHARACTER", (2, None), "ends in blanks"),
        ("TDS*  ", "ELEMENT_MISSING", (1, None), "holds blanks only, but is mandatory"),
        ("IT1*1*5*EA ", "ELEMENT_CHARACTER", (3, None), "ends in blanks"),
        ("IT1*1*x *EA", "ELEMENT_NUMBER", (2, None), "is not a number"),
        ("IT1*1*5*ea*2.50", "ELEMENT_CODE_UNKNOWN", (3, None), "IT103 (unit) 'ea' in segment 3"),
        ("AMT*1*5*X", "ELEMENT_CODE", (3, None), "send one of C, D"),
        ("SAC*X*D240***100", "ELEMENT_CODE", (1, None), "send one of A, C, N, P, Q, R, S"),
        ("PID*F*é8***BLUE", "ELEMENT_CHARACTER", (2, None), "has letters and digits only"),
        ("PID*F*1***BLUE", "ELEMENT_SHORT", (2, None), "shorter (1) than the 2 characters"),
        ("NTE*GEN*A\x07B", "ELEMENT_CHARACTER", (2, None), "a control character or delimiter"),
        ("NTE*GEN*A~B", "ELEMENT_CHARACTER", (2, None), "a control character or delimiter"),
        ("NTE*GEN*A^B", "ELEMENT_REPEATED", (2, None), "holds the repetition separator '^'"),
        ("TDS*1250****9", "ELEMENT_EXTRA", (5, None), "more than the 4 elements defined"),
        ("TDS*1250**", "TRAILING_EMPTY", (2, None), "leave their separators out"),
        ("N1*ST*STORE*92", "ELEMENT_CONDITION", (4, None), "P0304: send all of 03, 04 or none"),
        ("N1*ST*STORE**0042", "ELEMENT_CONDITION", (3, None), "P0304"),
        ("N1*ST", "ELEMENT_CONDITION", (2, None), "R0203: send at least one of 02, 03"),
        ("PID*X***WIDGET", "ELEMENT_CONDITION", (3, None), "C0403: with 04 send 03 too"),
        ("QTY*38*5*EA*SOME", "ELEMENT_EXCLUSION", (4, None), "E0204: send at most one of 02, 04"),
        ("PAM****1*9.99**DA*001**0900*", "TRAILING_EMPTY", (11, None), "leave their separators out"),
        (
            "MEA*PD*G*5*EA>>>KG>1>1>KG>1>1>KG>1>1>KG>1>1>X",
            "COMPONENT_EXTRA",
            (4, 16),
            "than the 15 components",
        ),
        ("MEA*PD*G*5*EA>", "TRAILING_EMPTY", (4, 2), "ends in empty components"),
        ("MEA*PD*G*5*>1", "ELEMENT_MISSING", (4, 1), "MEA04-1 (unit)"),
        ("MEA*PD*G*5*EA>x", "ELEMENT_NUMBER", (4, 2), "MEA04-2 (exponent) 'x'"),
        ("REF*BM*1**IV>", "TRAILING_EMPTY", (4, 2), "ends in empty components"),
        ("REF*BM*1**IV", "ELEMENT_MISSING", (4, 2), "REF04-2 (reference)"),
    ],
)
def test_a_wrong_element_has_a_code_a_place_and_a_sentence(
    segment: str, code: str, place: tuple[int, int | None], words: str
) -> None:
    findings = _check_segment(segment)

    found = [finding for finding in findings if finding.code == code]
    assert len(found) == 1, findings
    assert (found[0].element, found[0].component) == place
    assert words in found[0].message
    assert found[0].tag == segment.partition("*")[0]


def test_empty_elements_at_the_end_are_one_finding() -> None:
    assert [finding.code for finding in _check_segment("IT1**5*EA*2.50**VN*A-1**")] == ["TRAILING_EMPTY"]


@pytest.mark.parametrize(
    "segment",
    [
        "IT1**-5*EA*.5",
        "IT1*1*5.*EA*0",
        "IT1*1*5*EA*2.50**VN*A-1***UP*012345678905",
        "TDS*-1250",
        "BIG*20240229*INV-7",
        "BIG*20000229*INV-7",
        "DTM*011*20240115*2359",
        "DTM*011*20240115*235959",
        "DTM*011*20240115*23595999",
        "REF*BM* ",
        "N1*ST*Łódź Store №4",
        "NTE*GEN*READY > AT 10:30",
        "MEA*PD*G*5*EA>1>2>KG",
        "MEA*PD*G*5*EA",
        "N1*ST*STORE*92*0042",
        "REF*BM*1**IV>2>PO>3",
    ],
)
def test_an_element_may_be_written_in_every_right_way(segment: str) -> None:
    assert _check_segment(segment) == ()


@pytest.mark.parametrize(
    ("date", "codes"),
    [("240229", []), ("000229", []), ("230229", ["ELEMENT_DATE"]), ("20240229", ["ELEMENT_LONG"])],
)
def test_dates_before_004010_have_two_digits_for_the_year(date: str, codes: list[str]) -> None:
    findings = _check_segment(f"BIG*{date}*INV-7", version="003040")

    assert [finding.code for finding in findings] == codes


def test_a_postal_code_may_have_a_hyphen() -> None:
    assert _check([*INVOICE[:2], "N1*ST*STORE", "N4*DAYTON*OH*45402-0001", *INVOICE[2:]]) == ()


def test_a_finding_names_place_loop_value_and_data_element() -> None:
    [finding] = _check([*INVOICE[:2], "N1*XQ*STORE", *INVOICE[2:]])

    assert finding == Finding(
        code=finding.code,
        message="N101 (party role) 'XQ' in segment 3 is not a code known here, though the list lacks some.",
        position=3,
        tag="N1",
        element=1,
        loop="N1",
        value="XQ",
        element_id="98",
    )
    assert finding.severity is Severity.NOTE
    assert isinstance(finding.code, SchemaCode)
    assert finding.code.acknowledged == "7"


def test_a_long_value_is_cut_in_the_finding_and_more_in_the_sentence() -> None:
    [finding] = _check_segment("NTE*GEN*" + "A" * 200)

    assert finding.value == "A" * 99
    assert "'" + "A" * 40 + "...'" in finding.message


def test_findings_come_in_the_order_of_the_segments() -> None:
    segments = ["ST*810*0001", "BIG*2024*", "IT1*1*x*??*y", "TDS*1.1", "SE*5*0001"]

    places = [(finding.position, finding.element) for finding in _check(segments)]

    assert places == sorted(places, key=lambda place: (place[0] or 0, place[1] or 0))
    assert len(places) == 7


def test_an_element_that_may_be_repeated_is_checked_at_each_value() -> None:
    acknowledgement = [
        "ST*999*0001",
        "AK1*IN*1",
        "AK2*810*0001",
        "IK3*N1*3**8",
        "IK5*R*5",
        "AK9*R*1*1*0",
        "SE*8*0001",
    ]

    def check(context: str) -> list[str]:
        segments = [*acknowledgement[:4], context, *acknowledgement[4:]]
        return [finding.code for finding in _check(segments, set_code="999", version="005010")]

    assert check("CTX*BUYER>7^SELLER") == []
    assert check("CTX*BUYER>7^>8") == ["ELEMENT_MISSING"]
    assert check("CTX*" + "^".join(["BUYER"] * 10)) == []
    assert check("CTX*" + "^".join(["BUYER"] * 11)) == ["ELEMENT_REPEATED"]


def test_without_a_component_separator_a_composite_is_text() -> None:
    rows = [line.split("*") for line in [*INVOICE[:3], "MEA*PD*G*5*EA>1", *INVOICE[3:]]]

    assert check_set(rows, _load("810", "004010")) == ()


@pytest.mark.parametrize("element", ["-", ".", " ", "A", "1", "ab", ""])
def test_a_separator_that_may_be_part_of_a_value_is_left_to_the_reader(element: str) -> None:
    checker = make_checker(_load("810", "004010"), Marks(element=element, terminator="~", component="."))
    rows = [line.split("*") for line in INVOICE]

    assert checker.check(rows, "anything") == ()
    assert [found.code for found in checker.check([*rows[:-2], ["TDS", "1-"], rows[-1]])] == [
        "ELEMENT_NUMBER"
    ]


def test_line_ends_after_the_terminator_are_no_finding() -> None:
    checker = make_checker(_load("810", "004010"), Marks(element="*", terminator="~"))
    rows = [line.split("*") for line in INVOICE]

    for joint in ("~", "~\r\n", "~\n  ", " ~\n"):
        assert checker.check(rows, joint.join(INVOICE) + joint) == ()


def test_carriage_return_and_line_feed_may_be_the_terminator() -> None:
    checker = make_checker(_load("810", "004010"), Marks(element="*", terminator="\r\n"))
    rows = [line.split("*") for line in INVOICE]

    assert checker.check(rows, "\r\n".join(INVOICE) + "\r\n") == ()


def _make_schema(kind: ConditionKind, elements: tuple[int, ...], *, mandatory: int = 0) -> Schema:
    uses = tuple(
        ElementUse(number="352", name="note", kind=ElementKind.TEXT, longest=5, mandatory=number == mandatory)
        for number in range(1, 5)
    )
    condition = Condition(kind=kind, elements=elements)
    definition = SegmentDefinition(tag="ZZZ", name="trial", elements=uses, conditions=(condition,))
    return Schema(
        set_code="999",
        version="004010",
        name="trial",
        items=(SegmentUse(tag="ZZZ", mandatory=True),),
        segments={"ZZZ": definition},
        known_tags=frozenset(["ZZZ"]),
    )


@pytest.mark.parametrize(
    ("kind", "elements", "right", "wrong"),
    [
        (ConditionKind.PAIRED, (1, 2), ["x", "ab", "abx"], ["a", "ax", "b"]),
        (ConditionKind.PAIRED, (1, 3), ["x", "ac", "axc"], ["a", "c"]),
        (ConditionKind.PAIRED, (1, 2, 3), ["d", "abc"], ["ab", "bc", "ac"]),
        (ConditionKind.REQUIRED, (2, 3), ["b", "c", "bc"], ["a", "d", "ad"]),
        (ConditionKind.EXCLUSIVE, (1, 3), ["a", "c", "d"], ["ac", "abcd"]),
        (ConditionKind.CONDITIONAL, (3, 1, 4), ["a", "acd", "ad"], ["c", "ac", "cd"]),
        (ConditionKind.LIST, (3, 1, 4), ["a", "ac", "cd"], ["c", "bc"]),
    ],
)
def test_conditions_between_elements_hold_or_are_reported(
    kind: ConditionKind, elements: tuple[int, ...], right: list[str], wrong: list[str]
) -> None:
    schema = _make_schema(kind, elements)

    def check(letters: str) -> list[str]:
        row = ["ZZZ", *(letter if letter in letters.replace("x", "d") else "" for letter in "abcd")]
        while not row[-1]:
            row.pop()
        return [finding.code for finding in check_set([row], schema)]

    broken = "ELEMENT_EXCLUSION" if kind is ConditionKind.EXCLUSIVE else "ELEMENT_CONDITION"
    assert [check(letters) for letters in right] == [[]] * len(right)
    assert [check(letters) for letters in wrong] == [[broken]] * len(wrong)


def test_of_a_pair_with_a_mandatory_half_both_are_due() -> None:
    schema = _make_schema(ConditionKind.PAIRED, (1, 2), mandatory=2)

    assert check_set([["ZZZ", "a", "b"]], schema) == ()
    assert [found.code for found in check_set([["ZZZ", "", "", "c"]], schema)] == ["ELEMENT_MISSING"]
    assert [found.code for found in check_set([["ZZZ", "", "b"]], schema)] == ["ELEMENT_CONDITION"]


def test_a_binary_element_holds_anything_but_delimiters() -> None:
    binary = ElementUse(number="785", name="data", kind=ElementKind.BINARY, longest=9)
    schema = _make_schema(ConditionKind.PAIRED, (1, 2))
    definition = SegmentDefinition(tag="ZZZ", name="trial", elements=(binary,))
    trial = Schema(
        set_code="999",
        version="004010",
        name="trial",
        items=schema.items,
        segments={"ZZZ": definition},
        known_tags=frozenset(["ZZZ"]),
    )

    assert check_set([["ZZZ", "any length at all"]], trial) == ()
    assert check_set([["ZZZ"]], trial) == ()
    assert [found.code for found in check_set([["ZZZ", "a\x1db"]], trial)] == ["ELEMENT_CHARACTER"]


def test_a_code_that_begins_another_is_told_from_it() -> None:
    right = [_check_segment(f"REF*{qualifier}*1") for qualifier in ("PO", "POL")]
    wrong = [_check_segment(f"REF*{qualifier}*1") for qualifier in ("P", "POLX", "POX")]

    assert right == [(), ()]
    assert [[finding.code for finding in findings] for findings in wrong] == [["ELEMENT_CODE_UNKNOWN"]] * 3


def test_bank_accounts_and_persons_are_masked_in_findings() -> None:
    schema = load_schema("820", "004010")
    assert schema is not None
    rows = [
        ["ST", "820", "0001"],
        [
            "BPR",
            "I",
            "12.00",
            "C",
            "ACH",
            "CTX",
            "01",
            "021000021",
            "DA",
            "00012345678900123456789012345678901234567890",
        ],
        ["ENT", "1", "2J", "34", "1"],
        ["SE", "4", "0001"],
    ]

    found = check_set(rows, schema)

    account = next(each for each in found if each.tag == "BPR")
    person = next(each for each in found if each.tag == "ENT" and each.element == 4)
    assert account.value is not None
    assert account.value.endswith("7890")
    assert account.value.strip("*") == "7890"
    assert "1234567" not in account.message
    assert person.value == "*"
