"""What becomes of the answers of partners: 997, 999, 824 and TA1."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal

import pytest

from ml_connector.edi import Code, Reading, Severity, Transaction
from ml_connector.edi.documents import acknowledgment_codes
from ml_connector.edi.documents.acknowledgments import (
    Acknowledgment,
    FunctionalAcknowledgment,
    parse_acknowledgment,
    parse_ta1,
)
from ml_connector.edi.documents.advice824 import ApplicationAdvice
from ml_connector.edi.documents.explained_codes import ExplainedCode

Parse = Callable[..., Reading[Acknowledgment]]

AK1 = "AK1*IN*7*004010"
ACCEPTED = ExplainedCode("A", "accepted")
REJECTED = ExplainedCode("R", "rejected")
BGN = "BGN*11*ADV-9*20260512*0930**4471**RZ"
OTI = "OTI*TR*IV*TC-90130*TARRANT*MARLOW*20260511*1200*7*0001*810*004010"


@pytest.fixture(scope="session")
def parse(
    make_set: Callable[..., str],
    make_file: Callable[..., bytes],
    read_sets: Callable[..., list[Transaction]],
    isa: str,
) -> Parse:
    """The reading of an acknowledgement of the given segments."""

    def parse(*segments: str, code: str = "997", component: str = ">") -> Reading[Acknowledgment]:
        data = make_file(make_set(*segments, code=code), isa=isa.replace("*>", f"*{component}"))
        # An empty ISA16 is only told where every segment ends in a line end.
        [transaction] = read_sets(data if component else data.replace(b"~", b"~\n"))
        return parse_acknowledgment(transaction)

    return parse


@pytest.fixture(scope="session")
def read(parse: Parse) -> Callable[..., FunctionalAcknowledgment]:
    """The 997 or 999 of the given segments, which must be one without findings."""

    def read(*segments: str, code: str = "997", component: str = ">") -> FunctionalAcknowledgment:
        reading = parse(*segments, code=code, component=component)
        assert reading.findings == ()
        assert isinstance(reading.document, FunctionalAcknowledgment)
        return reading.document

    return read


Read = Callable[..., FunctionalAcknowledgment]


@pytest.fixture(scope="session")
def read_advice(parse: Parse) -> Callable[..., ApplicationAdvice]:
    """The 824 of the given segments, which must be one without findings."""

    def read_advice(*segments: str) -> ApplicationAdvice:
        reading = parse(*segments, code="824")
        assert reading.findings == ()
        assert isinstance(reading.document, ApplicationAdvice)
        return reading.document

    return read_advice


def get_codes(reading: Reading[Acknowledgment]) -> list[str]:
    return [finding.code for finding in reading.findings]


def test_a_997_says_which_group_it_answers_and_what_became_of_it(read: Read) -> None:
    answer = read(AK1, "AK2*810*0001", "AK5*A", "AK9*A*1*1*1")

    assert (answer.set_code, answer.functional_code, answer.group_number) == ("997", "IN", "7")
    assert (answer.version, answer.result) == ("004010", ACCEPTED)
    assert (answer.included, answer.received, answer.accepted) == (1, 1, 1)
    assert [(each.set_code, each.control_number, each.result) for each in answer.sets] == [
        ("810", "0001", ACCEPTED)
    ]
    assert answer.sets[0].segment == 3


def test_accepted_sets_may_be_left_out(read: Read) -> None:
    assert read("AK1*PO*12", "AK9*A*5*5*5").sets == ()


def test_errors_stand_at_their_segment_and_element(read: Read) -> None:
    answer = read(
        *(AK1, "AK2*810*0001", "AK3*IT1*8*IT1*8", "AK4*2*358*6*1O", "AK4*3>1>2*355*7*XX", "AK3*TDS*9**3"),
        *("AK5*R*5*4*2*3*7*9", "AK2*810*0002", "AK5*A", "AK9*P*2*2*1*5*6"),
    )

    rejected, accepted = answer.sets
    item, total = rejected.segments
    assert (item.tag, item.position, item.loop) == ("IT1", 8, "IT1")
    assert item.error == ExplainedCode("8", "segment has errors in its elements")
    assert total.error == ExplainedCode("3", "mandatory segment missing")
    assert [(each.position, each.component, each.repetition) for each in item.elements] == [
        (2, None, None),
        (3, 1, 2),
    ]
    assert [(each.number, each.error.meaning, each.value) for each in item.elements] == [
        ("358", "character not allowed", "1O"),
        ("355", "code not valid", "XX"),
    ]
    assert [each.code for each in rejected.errors] == ["5", "4", "2", "3", "7"]
    assert (rejected.errors[0].meaning, rejected.result) == ("segments in error", REJECTED)
    assert accepted.segments == ()
    assert [each.meaning for each in answer.errors] == [
        "number of sets in GE wrong",
        "control number not valid",
    ]


def test_a_999_gives_the_context_of_each_error(read: Read) -> None:
    answer = read(
        *("AK1*IN*7*005010", "AK2*810*0001*005010", "IK3*IT1*8*IT1*I6", "CTX*INVOICE>TC-90130"),
        *(
            "CTX*SITUATIONAL TRIGGER*BIG*2**7>1*76",
            "IK4*2*358*I12*ABC",
            "CTX*QTY01",
            "IK5*R*I5",
            "AK9*R*1*1*0",
        ),
        code="999",
    )

    [segment] = answer.sets[0].segments
    assert (answer.set_code, answer.sets[0].convention) == ("999", "005010")
    assert segment.error.meaning == "segment missing on which another depends"
    assert [(each.name, each.value) for each in segment.contexts] == [
        ("INVOICE", "TC-90130"),
        ("SITUATIONAL TRIGGER", ""),
    ]
    trigger = segment.contexts[1]
    assert (trigger.tag, trigger.position, trigger.element, trigger.reference) == ("BIG", 2, "7>1", "76")
    assert [each.name for each in segment.elements[0].contexts] == ["QTY01"]
    assert answer.sets[0].errors == (ExplainedCode("I5", "errors against the guide"),)


def test_an_element_position_that_is_no_number_is_left_out(read: Read) -> None:
    answer = read(AK1, "AK2*810*1", "AK3*N1*4**8", "AK4*X>2*66*7", "AK4**66*7", "AK5*R", "AK9*R*1*1*0")

    assert [(each.position, each.component) for each in answer.sets[0].segments[0].elements] == [
        (None, 2),
        (None, None),
    ]


def test_without_a_component_separator_nothing_is_parted(read: Read) -> None:
    answer = read(*(AK1, "AK2*810*1", "AK3*N1*4**8", "CTX*A>B", "AK5*E", "AK9*E*1*1*1"), component="")

    assert answer.sets[0].segments[0].contexts[0].name == "A>B"


def test_a_code_that_is_not_known_has_no_meaning(read: Read) -> None:
    answer = read(AK1, "AK2*810*1", "AK3*N1*4**99", "AK5*E", "AK9*E*1*1*1")

    assert answer.sets[0].segments[0].error == ExplainedCode("99", "")


@pytest.mark.parametrize(
    ("segments", "words"),
    [
        (["AK9*A*1*1*1"], "AK901 says A (accepted), but 1 sets are rejected"),
        (["AK9*E*2*2*1"], "AK901 says E (accepted), but 1 sets are rejected"),
        (["AK9*P*1*1*2"], "AK904 says 2 sets accepted, AK903 1 received"),
        (["AK9*P*1*1*1"], "1 sets are rejected, but of 1 received 1 are accepted (AK903, AK904)"),
        (["AK9*R*2*2*1"], "AK901 says R (rejected), but AK904 says 1 sets accepted"),
    ],
)
def test_counts_and_results_that_contradict_each_other_are_held(
    parse: Parse, segments: list[str], words: str
) -> None:
    reading = parse(AK1, "AK2*810*0001", "AK5*R", *segments)

    assert set(get_codes(reading)) == {Code.ANSWER_CONTRADICTS}
    assert any(words in finding.message for finding in reading.findings)
    assert {finding.tag for finding in reading.findings} == {"AK9"}


def test_counts_that_are_not_given_contradict_nothing(read: Read) -> None:
    assert read(AK1, "AK2*810*0001", "AK5*R", "AK9*R").received is None


@pytest.mark.parametrize("end", ["", "AK5*Z"])
def test_a_set_of_which_nothing_is_said_is_held(parse: Parse, end: str) -> None:
    reading = parse(*filter(None, (AK1, "AK2*810*0001", end, "AK9*A*1*1*1")))

    assert get_codes(reading) == [Code.ANSWER_MISSING]
    assert "set 810 0001" in reading.findings[0].message


@pytest.mark.parametrize("end", ["", "AK9*Z*1*1*1"])
def test_a_group_of_which_nothing_is_said_is_held(parse: Parse, end: str) -> None:
    reading = parse(*filter(None, (AK1, end)))

    [finding] = reading.findings
    assert (finding.code, finding.severity) == (Code.ANSWER_MISSING, Severity.HOLD)
    assert "group 7" in finding.message


@pytest.mark.parametrize(("code", "tag"), [("997", "AK1"), ("999", "AK1"), ("824", "BGN")])
def test_without_its_first_segment_there_is_no_document(parse: Parse, code: str, tag: str) -> None:
    reading = parse("AK9*A*1*1*1", code=code)

    assert reading.document is None
    assert get_codes(reading) == [Code.HEADER_MISSING]
    assert tag in reading.findings[0].message


def test_another_set_is_no_acknowledgement(parse: Parse) -> None:
    reading = parse("BIG*20260512*1", code="810")

    assert reading.document is None
    assert get_codes(reading) == [Code.WRONG_SET]


def test_an_824_says_what_the_business_systems_made_of_each_document(
    read_advice: Callable[..., ApplicationAdvice],
) -> None:
    advice = read_advice(
        *(BGN, "N1*SU*Tarrant Castings*92*7731", "N3*4 Mill Lane", "N1*BY*Marlow Pump", OTI, "REF*PO*PO-4"),
        *("DTM*003*20260401", "AMT*1*125.50", "NM1*BY*2*Store", "REF*ZZ*of the store"),
        *("TED*011*Order closed*BIG*2*4>1*324*PO-4*PO-5", "NTE**Closed in April", "RED*Buyer 12*94", "RED"),
        *("LM*UC", "LQ*ZZ*1", "TED*999", "OTI*IA*IX*NA"),
    )

    assert (advice.purpose, advice.number, advice.original_number, advice.action) == (
        "11",
        "ADV-9",
        "4471",
        "RZ",
    )
    assert (advice.date, advice.time) == (date(2026, 5, 12), time(9, 30))
    assert [party.role for party in advice.parties] == ["SU", "BY"]
    first, second = advice.answers
    assert first.result == ExplainedCode("TR", "transaction set rejected")
    assert (first.qualifier, first.number, first.set_code, first.version) == (
        "IV",
        "TC-90130",
        "810",
        "004010",
    )
    assert (first.sender, first.receiver, first.group_number, first.control_number) == (
        "TARRANT",
        "MARLOW",
        "7",
        "0001",
    )
    assert (first.date, first.time, first.segment) == (date(2026, 5, 11), time(12), 6)
    assert [each.value for each in first.references] == ["PO-4"]
    assert (first.dates[0].qualifier, first.amounts[0].amount) == ("003", Decimal("125.50"))
    error, unknown = first.errors
    assert error.error == ExplainedCode("011", "does not match")
    assert (error.text, error.tag, error.position, error.element) == ("Order closed", "BIG", 2, "4>1")
    assert (error.number, error.value, error.replacement) == ("324", "PO-4", "PO-5")
    assert error.notes == ("Closed in April", "Buyer 12")
    assert unknown.error == ExplainedCode("999", "")
    assert second.result.meaning == "item accepted"


def test_an_824_that_answers_nothing_is_held(parse: Parse) -> None:
    assert get_codes(parse(BGN, code="824")) == [Code.ANSWER_MISSING]


def test_an_unknown_result_of_an_824_is_held(parse: Parse) -> None:
    reading = parse(BGN, "OTI*XX*IV*1", code="824")

    assert get_codes(reading) == [Code.ANSWER_MISSING]
    assert reading.findings[0].value == "XX"


def test_a_ta1_says_what_became_of_an_envelope() -> None:
    reading = parse_ta1(["TA1", "000000042", "260512", "0930", "R", "025"])

    assert reading.findings == ()
    assert reading.document is not None
    assert (reading.document.control_number, reading.document.date) == ("000000042", date(2026, 5, 12))
    assert (reading.document.time, reading.document.result) == (time(9, 30), REJECTED)
    assert reading.document.note == ExplainedCode("025", "control number used before")


def test_a_ta1_may_have_a_long_date_and_no_note() -> None:
    reading = parse_ta1(["TA1", "42", "20260512", "0930", "A"])

    assert reading.document is not None
    assert (reading.document.date, reading.document.note) == (date(2026, 5, 12), ExplainedCode("", ""))


def test_a_ta1_that_cannot_be_read_is_reported_element_by_element() -> None:
    reading = parse_ta1(["TA1", "42", "261399", "9930"])

    assert [(each.code, each.tag, each.element, each.value) for each in reading.findings] == [
        (Code.DATE_UNREADABLE, "TA1", 2, "261399"),
        (Code.DATE_UNREADABLE, "TA1", 3, "9930"),
        (Code.ANSWER_MISSING, "TA1", 4, None),
    ]


def test_an_empty_ta1_is_reported_as_saying_nothing() -> None:
    assert [finding.code for finding in parse_ta1(["TA1"]).findings] == [Code.ANSWER_MISSING]


def test_every_code_of_the_tables_has_a_meaning_in_words() -> None:
    tables = [
        acknowledgment_codes.SEGMENT_ERRORS,
        acknowledgment_codes.ELEMENT_ERRORS,
        acknowledgment_codes.SET_ERRORS,
        acknowledgment_codes.GROUP_ERRORS,
        acknowledgment_codes.INTERCHANGE_NOTES,
        acknowledgment_codes.ADVICE_RESULTS,
        acknowledgment_codes.ADVICE_ERRORS,
    ]

    assert all(len(meaning) > 5 for table in tables for meaning in table.values())
    assert set(acknowledgment_codes.INTERCHANGE_NOTES) == {f"{number:03}" for number in range(39)}
    assert {"1", "8", "I4", "I9"} <= set(acknowledgment_codes.SEGMENT_ERRORS)
    assert {"10", "13", "I6", "I13"} <= set(acknowledgment_codes.ELEMENT_ERRORS)
    assert {"10", "18", "19", "26"} <= set(acknowledgment_codes.GROUP_ERRORS)
