"""The order of a set against its schema: one finding for each cause, and the walk goes on to the end."""

from collections.abc import Callable

import pytest

from ml_connector.edi.checking import MOST_FINDINGS, check_set
from ml_connector.edi.findings import Finding
from ml_connector.edi.schema import Schema
from ml_connector.edi.schema_loading import load_schema
from ml_connector.edi.severity import Severity

HEAD = ["ST*810*0001", "BIG*20240115*INV-7"]
LINE = ["IT1*1*5*EA*2.50", "PID*F****BLUE WIDGET"]
FOOT = ["TDS*1250", "SE*6*0001"]
PARTY = ["N1*ST*STORE", "N3*1 HIGH STREET", "N4*DAYTON*OH*45402"]

Check = Callable[..., tuple[Finding, ...]]


def _load(set_code: str) -> Schema:
    schema = load_schema(set_code, "004010")
    assert schema is not None
    return schema


def _check(*segments: str, set_code: str = "810") -> list[tuple[str, str | None, int | None, str | None]]:
    rows = [segment.split("*") for segment in segments]
    return [
        (finding.code.value, finding.tag, finding.position, finding.loop)
        for finding in check_set(rows, _load(set_code))
    ]


def test_loops_start_again_and_end_where_an_outer_segment_comes() -> None:
    assert _check(*HEAD, *PARTY, *PARTY, "ITD*01*3*2**10**30", *LINE, *LINE, *FOOT) == []


def test_a_nested_loop_belongs_to_the_innermost_that_takes_it() -> None:
    line = [*LINE, "SAC*C*D240***100", "TXI*ST*1", *PARTY]

    assert _check(*HEAD, *line, *line, *FOOT) == []


def test_levels_of_a_ship_notice_are_loops_in_a_row() -> None:
    levels = [
        "HL*1**S",
        "TD5*B*2*ABCD",
        *PARTY,
        "HL*2*1*O",
        "PRF*PO1",
        "HL*3*2*I",
        "LIN**UP*012345678905",
        "SN1**5*EA",
    ]

    assert (
        _check("ST*856*0001", "BSN*00*S1*20240115*0930", *levels, "CTT*3", "SE*13*0001", set_code="856") == []
    )


def test_a_missing_segment_is_reported_where_it_is_missed() -> None:
    assert _check(HEAD[0], *LINE, *FOOT) == [("SEGMENT_MISSING", "BIG", 2, None)]
    assert _check(*HEAD, *LINE, "SE*5*0001") == [("SEGMENT_MISSING", "TDS", 5, None)]


def test_a_set_that_ends_early_lacks_the_rest() -> None:
    assert _check(*HEAD, *LINE) == [("SEGMENT_MISSING", "TDS", 5, None), ("SEGMENT_MISSING", "SE", 5, None)]


def test_a_segment_missing_in_a_loop_is_reported_with_the_loop() -> None:
    found = _check(
        "ST*997*0001",
        "AK1*IN*1",
        "AK2*810*0001",
        "AK2*810*0002",
        "AK5*A",
        "AK9*A*1*1*1",
        "SE*7*0001",
        set_code="997",
    )

    assert found == [("SEGMENT_MISSING", "AK5", 4, "AK2")]


def test_a_segment_after_its_place_is_out_of_order() -> None:
    assert _check(*HEAD, "DTM*011*20240115", "ITD*01", *LINE, *FOOT) == [
        ("SEGMENT_OUT_OF_ORDER", "ITD", 4, None)
    ]


def test_a_segment_that_comes_too_early_does_not_drag_the_walk_along() -> None:
    found = _check(*HEAD, "CTT*1", *LINE, *LINE, *FOOT)

    assert found == [("SEGMENT_OUT_OF_ORDER", "CTT", 3, None)]


def test_a_loop_out_of_order_is_one_finding_with_all_its_segments() -> None:
    found = _check(*HEAD, "DTM*011*20240115", *PARTY, "FOB*PP", *LINE, *FOOT)

    assert found == [("SEGMENT_OUT_OF_ORDER", "N1", 4, None)]


def test_a_misplaced_loop_may_start_again_and_hold_loops() -> None:
    found = _check(*HEAD, *LINE, "TDS*1250", *PARTY, "IT1*2*1*EA*1", "PID*F****RED", "MEA*PD*G*5*LB", FOOT[1])

    assert found == [("SEGMENT_OUT_OF_ORDER", "N1", 6, None), ("SEGMENT_OUT_OF_ORDER", "IT1", 9, None)]


def test_elements_of_a_misplaced_loop_are_reported_with_that_loop() -> None:
    found = _check(*HEAD, "DTM*011*20240115", "N1*XQ*STORE", "N3*A*B*C", *LINE, *FOOT)

    assert found[1:] == [("ELEMENT_CODE_UNKNOWN", "N1", 4, "N1"), ("ELEMENT_EXTRA", "N3", 5, "N1")]


def test_a_segment_of_another_loop_is_unexpected() -> None:
    assert _check(*HEAD, "SLN*1**I", *LINE, *FOOT) == [("SEGMENT_UNEXPECTED", "SLN", 3, None)]
    assert _check(*HEAD, "N4*DAYTON*OH", *LINE, *FOOT) == [("SEGMENT_UNEXPECTED", "N4", 3, None)]


def test_a_segment_of_another_set_is_not_in_the_set() -> None:
    assert _check(*HEAD, *LINE, "BEG*00*SA*1**20240115", *FOOT) == [("SEGMENT_NOT_IN_SET", "BEG", 5, "PID")]


def test_a_segment_nobody_knows_is_reported_once_and_skipped() -> None:
    assert _check(*HEAD, "NONSENSE*1*2", *LINE, *FOOT) == [("SEGMENT_UNKNOWN", "NONSENSE", 3, None)]
    assert _check(*HEAD, "", *LINE, *FOOT) == [("SEGMENT_UNKNOWN", "", 3, None)]


def test_of_too_many_segments_the_first_is_reported() -> None:
    assert _check(*HEAD, *["CUR*BY*USD"] * 4, *LINE, *FOOT) == [("SEGMENT_TOO_MANY", "CUR", 4, None)]
    assert _check(*HEAD, PARTY[0], *[PARTY[1]] * 4, *LINE, *FOOT) == [("SEGMENT_TOO_MANY", "N3", 6, "N1")]


def test_of_too_many_loops_the_first_is_reported_and_all_are_read() -> None:
    found = _check(*HEAD, *["N9*ZZ*1", "MSG*A"] * 3, *LINE, *FOOT)

    assert found == [("LOOP_TOO_MANY", "N9", 5, "N9")]


def test_a_message_names_the_segment_its_position_and_the_cure() -> None:
    rows = [segment.split("*") for segment in (*HEAD, "DTM*011*20240115", "ITD*01", *LINE, "TDS*1250")]

    messages = [finding.message for finding in check_set(rows, _load("810"))]

    assert messages == [
        "'ITD' in segment 4 is out of order here: send it at its place.",
        "SE is missing before segment 8: it is mandatory there.",
    ]


def test_findings_are_bounded_and_the_last_says_how_many_more() -> None:
    rows = [segment.split("*") for segment in (*HEAD, *["IT1*1*5*XQ*2.50"] * 300, "TDS*x", "SE*304*0001")]

    findings = check_set(rows, _load("810"))

    assert len(findings) == MOST_FINDINGS + 1
    assert findings[-1].code == "FINDINGS_CUT"
    assert findings[-1].message == "201 more findings of this set are not listed: correct these first."
    assert "ELEMENT_NUMBER" in [finding.code for finding in findings]


def test_of_too_many_findings_those_that_hold_come_first() -> None:
    lines = ["IT1*1*5*XQ*2.50"] * 300 + ["IT1*1*?*EA*2.50"] * 150
    rows = [segment.split("*") for segment in (*HEAD, *lines, *FOOT)]

    findings = check_set(rows, _load("810"))

    noted = [finding for finding in findings[:-1] if finding.severity is Severity.NOTE]
    assert len(noted) == 1
    assert [finding.position for finding in findings] == sorted(finding.position or 0 for finding in findings)


@pytest.mark.parametrize("size", [0, 1])
def test_a_set_of_nothing_lacks_its_mandatory_segments(size: int) -> None:
    found = _check(*HEAD[:size])

    assert [tag for _, tag, _, _ in found] == ["ST", "BIG", "TDS", "SE"][size:]
