"""The quick answer and the long one agree, whatever is sent; and neither takes more than the text deserves."""

import importlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fuzz.campaign import compare_checks, load_corpus
from tests.fuzz.mutations import mutate

from ml_connector.edi.checking import PATIENCE, Checker, check_set, make_checker
from ml_connector.edi.element_faults import find_faults
from ml_connector.edi.grammar import MOST_STATES, Automaton, Grammar
from ml_connector.edi.inspection import InspectedSet, Inspector
from ml_connector.edi.patterns import Marks, list_violations, write_set
from ml_connector.edi.schema import ElementKind, ElementUse, Loop, Schema, SegmentDefinition, SegmentUse
from ml_connector.edi.schema_loading import SETS, VERSIONS, load_schema
from ml_connector.edi.structure import StructureWalk
from ml_connector.edi.tightening import tighten

PLAIN = Marks(element="\x1d", terminator="\x1e")
SENT = Marks(element="*", terminator="~", component=">", repetition="^")

#: Every set in one version or another, the 810 in each.
TRIED = [
    *zip(SETS, VERSIONS, [PLAIN, SENT] * len(SETS), strict=False),
    *(("810", version, SENT) for version in ("003040", "004010", "005010")),
]

TEXTS = ["A", "BLUE WIDGET", "no. 4 / a-b", "Łódź", "x:y&z", "7", " lead", "0" * 12]
REALS = ["0", "5", "-5", "12.50", ".5", "5.", "-0.001"]
STRANGE = st.sampled_from(
    [
        *(
            "",
            " ",
            "-",
            ".",
            "--1",
            "1.2.3",
            "+1",
            "1E5",
            "12.",
            "٣",
            "ZZ",
            "zz",
            "A>B",
            ">",
            "A>",
            ">B",
            "1^2",
        ),
        *("20240231", "19000229", "18991231", "20240229", "240229", "00000000", "2400", "235960", "2359599"),
        *("A\x07B", "é", "A ", "9" * 40, "0" * 16, "2" * 17 + ".1", "A" * 300, "*", "~"),
    ]
)


def _load(set_code: str, version: str) -> Schema:
    schema = load_schema(set_code, version)
    assert schema is not None
    return schema


def _list_values(use: ElementUse) -> list[str]:
    """Right values of an element."""
    if use.codes is not None:
        return sorted(use.codes.meanings)
    if use.kind is ElementKind.DATE:
        return [day[-use.longest :] for day in ("20240229", "20000229", "20991231", "20230430")]
    if use.kind is ElementKind.TIME:
        return ["0000", "2359", "235959", "1200001", "12000012"]
    if use.kind is ElementKind.TEXT:
        return [text[: use.longest].ljust(use.shortest, "X") for text in TEXTS]
    digits = ["1" * use.shortest, "7" * min(use.longest, 9)]
    if use.kind is not ElementKind.REAL:
        return digits
    return digits + [real for real in REALS if use.shortest <= sum(map(str.isdigit, real)) <= use.longest]


@st.composite
def values(draw: st.DrawFn, use: ElementUse, marks: Marks) -> str:
    """A right value of an element or composite."""
    if not (use.components and marks.component):
        return draw(st.sampled_from(_list_values(use)))
    parts = [draw(values(part, marks)) if part.mandatory else "" for part in use.components]
    if not any(parts):
        parts[0] = draw(values(use.components[0], marks))
    return marks.component.join(parts).rstrip(marks.component)


@st.composite
def segments(draw: st.DrawFn, definition: SegmentDefinition, marks: Marks) -> list[str]:
    """A right segment: mandatory elements and some others, or all where a condition wants more."""
    chosen = [
        draw(values(use, marks)) if use.mandatory or draw(st.integers(0, 3)) == 0 else ""
        for use in definition.elements
    ]
    while chosen and not chosen[-1]:
        chosen.pop()
    row = [definition.tag, *chosen]
    if any(find_faults(row, definition, marks)):
        row = [definition.tag, *(draw(values(use, marks)) for use in definition.elements)]
        for condition in definition.conditions:
            for wrong in list_violations(condition):
                if all(wrong.values()) and all(row[number] for number in wrong):
                    row[max(wrong)] = ""
        while not row[-1]:
            row.pop()
    return row


def _list_rows(
    draw: st.DrawFn, schema: Schema, items: Sequence[SegmentUse | Loop], marks: Marks
) -> Iterator[list[str]]:
    for item in items:
        if not (item.mandatory or draw(st.integers(0, 7)) == 0):
            continue
        for _ in range(draw(st.integers(1, min(item.most or 2, 2)))):
            yield draw(segments(schema.segments[item.tag], marks))
            if isinstance(item, Loop):
                yield from _list_rows(draw, schema, item.items[1:], marks)


@st.composite
def right_sets(draw: st.DrawFn) -> tuple[Schema, Marks, list[list[str]]]:
    """A schema, delimiters, and a set that is right by them."""
    set_code, version, marks = draw(st.sampled_from(TRIED))
    schema = _load(set_code, version)
    return schema, marks, list(_list_rows(draw, schema, schema.items, marks))


def _change_row(draw: st.DrawFn, row: list[str], tags: Sequence[str]) -> list[str]:
    """A segment with one thing changed."""
    how = draw(st.sampled_from(["append", "cut", "value", "value", "value", "tag"]))
    if how == "append":
        return [*row, draw(STRANGE)]
    if how == "tag":
        return [draw(st.sampled_from([*tags, "XYZ", ""])), *row[1:]]
    if how == "cut":
        return row[:-1] or row
    at = draw(st.integers(0, len(row) - 1))
    return [*row[:at], draw(STRANGE), *row[at + 1 :]]


def _change_order(draw: st.DrawFn, rows: list[list[str]], at: int) -> list[list[str]]:
    """The segments with one left out, doubled or changed over."""
    how = draw(st.sampled_from(["drop", "double", "swap"]))
    other = draw(st.integers(0, len(rows) - 1))
    if how == "drop" and len(rows) > 1:
        return rows[:at] + rows[at + 1 :]
    if how == "double":
        return [*rows[:other], rows[at], *rows[other:]]
    changed = list(rows)
    changed[at], changed[other] = rows[other], rows[at]
    return changed


@st.composite
def changed_sets(draw: st.DrawFn) -> tuple[Schema, Marks, list[list[str]]]:
    """A right set with one to three changes."""
    schema, marks, rows = draw(right_sets())
    tags = sorted(schema.known_tags)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(rows) - 1))
        if draw(st.integers(0, 2)) == 0:
            rows = _change_order(draw, rows, at)
        else:
            rows[at] = _change_row(draw, rows[at], tags)
    return schema, marks, rows


@lru_cache(maxsize=256)
def _make_quick(schema: Schema, marks: Marks) -> Checker:
    """A checker that has its expression from the first set on."""
    return Checker(schema, marks, patience=0)


def _explain(schema: Schema, marks: Marks, rows: Sequence[Sequence[str]]) -> list[str]:
    """The codes of the long answer alone."""
    walk = StructureWalk(schema)
    walk.walk([row[0] for row in rows])
    codes = [finding.code.value for finding in walk.findings]
    for row in rows:
        if row[0] in schema.segments:
            codes += [fault.code.value for fault in find_faults(row, schema.segments[row[0]], marks)]
    return codes


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(right_sets())
def test_a_set_made_by_its_schema_has_no_findings(made: tuple[Schema, Marks, list[list[str]]]) -> None:
    schema, marks, rows = made

    assert _make_quick(schema, marks).check(rows) == ()
    assert _explain(schema, marks, rows) == []


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(changed_sets())
def test_the_quick_answer_and_the_long_one_agree_on_any_set(
    made: tuple[Schema, Marks, list[list[str]]],
) -> None:
    schema, marks, rows = made
    text = "".join(marks.element.join(row) + marks.terminator for row in rows)
    split_again = [line.split(marks.element) for line in text.split(marks.terminator)[:-1]]

    findings = _make_quick(schema, marks).check(split_again, text)

    explained = _explain(schema, marks, split_again)
    assert sorted(finding.code.value for finding in findings) == sorted(explained)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    st.sampled_from(SETS),
    st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=6), max_size=20),
    st.text(max_size=50),
)
def test_nothing_that_is_sent_raises(set_code: str, rows: list[list[str]], text: str) -> None:
    checker = _make_quick(_load(set_code, "004010"), SENT)

    assert isinstance(checker.check(rows), tuple)
    assert isinstance(checker.check(rows, text), tuple)


def test_the_quick_answer_and_the_careful_one_agree_on_damaged_files() -> None:
    corpus, inspector, compared = load_corpus(), Inspector(), 0

    for number in range(1_500):
        dice = Random(number)
        data = dice.choice(corpus) if number % 3 else mutate(dice, corpus)
        for _ in range(dice.randint(1, 3)):
            at = data.find(dice.choice((b"*", b"~")), dice.randint(150, 150 + len(data)))
            odd = dice.choice((b" ", b"* ", b"*", b"\xc3\x96", b"\xa0", b"\t"))
            data = data[:at] + odd + data[at:] if at > 0 else data
        for item in inspector.inspect([data]):
            if isinstance(item, InspectedSet) and item.schema is not None:
                compared += compare_checks(item.transaction, item.schema)

    assert compared > 500


@pytest.mark.parametrize("segment", ["NTE*GEN* ", "N1*ST* ", "REF*VN* ", "N4*\xc3\xbc"])
def test_a_set_is_judged_alike_at_the_beginning_and_at_the_end_of_a_long_file(
    make_set: Callable[..., str], make_file: Callable[..., bytes], segment: str
) -> None:
    right = ("BIG*20240115*NW-4711", "N1*SE*NORDWIND", "IT1*1*2*EA*5.00**VN*A1", "TDS*1000", "CTT*1")
    odd, count = (*right[:2], segment, *right[2:]), PATIENCE // 5
    rows = (odd, *[right] * count, odd)
    data = make_file(*(make_set(*each, number=f"{number:04}") for number, each in enumerate(rows)))

    first, *_, last = [item for item in Inspector().inspect([data]) if isinstance(item, InspectedSet)]

    assert first.rulings == last.rulings


@pytest.mark.parametrize(
    "marks",
    [
        Marks(element="*", terminator="~", component="*", repetition="~"),
        Marks(element="*", terminator="~", component=":", repetition=":"),
        Marks(element="*", terminator="*", component=":"),
        Marks(element="\n", terminator="\r\n", component="\r"),
    ],
)
def test_delimiters_that_are_the_same_change_no_answer(marks: Marks) -> None:
    schema, rows = _load("810", "004010"), [["ST", "810", "1"], ["REF", "VN", "", "", "1:2:3"], ["N1", "ST"]]

    quick, careful = _make_quick(schema, marks).check(rows), Checker(schema, marks).check(rows)

    assert quick == careful


def test_a_checker_answers_alike_before_and_after_it_has_its_expression() -> None:
    schema = _load("997", "004010")
    checker = Checker(schema, SENT, patience=20)
    right = [row.split("*") for row in ("ST*997*0001", "AK1*IN*7", "AK9*A*1*1*1", "SE*4*0001")]
    wrong = [*right[:2], ["AK9", "A", "many", "1", "1"], right[3]]

    answers = [(checker.check(right), checker.check(wrong)) for _ in range(5)]

    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == ()
    assert [finding.code for finding in answers[0][1]] == ["ELEMENT_NUMBER"]


def test_no_expression_is_made_for_the_first_few_sets() -> None:
    checker = make_checker(_load("850", "006020"), Marks(element="|", terminator="!"))

    findings = checker.check([["ST", "850", "0001"], ["SE", "2", "0001"]])

    assert [finding.code for finding in findings] == ["SEGMENT_MISSING"] * len(findings)
    assert PATIENCE > 1000


def test_a_pair_of_elements_that_an_overlay_requires_must_be_whole() -> None:
    schema = tighten(_load("810", "004010"), {"elements": {"required": ["N103"]}})
    checker = Checker(schema, SENT, patience=0)
    head, tail = ["ST*810*0001", "BIG*20240115*NW-1"], ["IT1*1*2*EA*5.00", "TDS*1000", "CTT*1"]

    def check(party: str) -> list[str]:
        rows = [row.split("*") for row in (*head, party, *tail, "SE*7*0001")]
        return [str(finding.code) for finding in checker.check(rows)]

    assert check("N1*SE*NORDWIND*92*V1") == []
    assert check("N1*SE*NORDWIND") == ["ELEMENT_MISSING"]


# --- Effort


def _list_repeats(parsed: Any) -> Iterator[tuple[str, int, int]]:
    for operator, argument in parsed:
        name = str(operator)
        if "REPEAT" in name:
            yield name, argument[0], argument[1]
        for part in argument if isinstance(argument, tuple | list) else ():
            if type(part).__name__ == "SubPattern":
                yield from _list_repeats(part)
            elif isinstance(part, list):
                for choice in part:
                    if type(choice).__name__ == "SubPattern":
                        yield from _list_repeats(choice)


@pytest.mark.parametrize("set_code", SETS)
def test_no_pattern_can_go_back_over_what_it_has_read(set_code: str) -> None:
    parser = importlib.import_module("re._parser")
    schema = _load(set_code, "005010")

    repeats = list(_list_repeats(parser.parse(write_set(schema.segments.values(), SENT))))

    assert any(name == "POSSESSIVE_REPEAT" for name, _, _ in repeats)
    assert all(name == "POSSESSIVE_REPEAT" or least == most for name, least, most in repeats)


class CountingRow(list[str]):
    """A segment that counts how often its parts are read."""

    reads = 0

    def __getitem__(self, index: Any) -> Any:
        CountingRow.reads += 1
        return super().__getitem__(index)


@pytest.mark.parametrize(
    "segment", ["IT1*1*5*XQ*2.50", "N1*ST*STORE", "NONSENSE", "N3*A", "SE*1*1", "CUR*BY*USD"]
)
def test_the_long_answer_reads_each_segment_equally_often_however_many_there_are(segment: str) -> None:
    schema = _load("810", "004010")

    def count(size: int) -> int:
        CountingRow.reads = 0
        check_set([CountingRow(segment.split("*")) for _ in range(size)], schema)
        return CountingRow.reads

    assert count(4000) <= 10 * count(400) + 10


@pytest.mark.parametrize(
    "value", ["9" * 100_000, "A" * 100_000, ">" * 100_000, "^" * 100_000, "-" * 100_000, "1." * 50_000]
)
def test_long_values_are_answered(value: str) -> None:
    checker = _make_quick(_load("810", "005010"), SENT)
    rows = [
        ["ST", "810", "0001"],
        ["IT1", value, value, value, value],
        ["MEA", "PD", value, value, value],
        ["TDS", value],
    ]

    codes = {finding.code.value for finding in checker.check(rows)}

    assert codes


def test_the_memory_of_places_is_bounded() -> None:
    loop = Loop(
        tag="B", most=MOST_STATES, items=(SegmentUse(tag="B", mandatory=True), SegmentUse(tag="C", most=9))
    )
    automaton = Automaton(Grammar((SegmentUse(tag="A", mandatory=True), loop)), ["A", "B", "C"])

    state = automaton.start["A"]
    for _ in range(MOST_STATES):
        state = state["B"]
        assert state.complete
        after = state["C"]
        assert after.loop == "B"

    assert len(automaton._states) <= MOST_STATES
    assert not state["B"].complete
    assert not state["B"]["A"].complete
