"""Schemas as data: every set loads in every version, and the files agree with themselves."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from ml_connector.edi.schema import ElementKind, ElementUse, Loop, SegmentUse
from ml_connector.edi.schema_codes import Level, SchemaCode
from ml_connector.edi.schema_loading import (
    SETS,
    VERSIONS,
    choose_version,
    load_dictionary,
    load_schema,
    parse_entry,
    read_file,
)

EVERYWHERE = [(set_code, version) for set_code in SETS for version in VERSIONS]


def _list_elements(version: str) -> Iterator[tuple[str, ElementUse]]:
    for tag, definition in load_dictionary(version).items():
        for number, use in enumerate(definition.elements, 1):
            yield f"{tag}{number:02}", use
            for inner in use.components:
                yield f"{tag}{number:02}", inner


def _use(tag: str, number: int, version: str) -> ElementUse:
    return load_dictionary(version)[tag].elements[number - 1]


@pytest.mark.parametrize(("set_code", "version"), EVERYWHERE)
def test_every_set_loads_in_every_version_from_its_first_segment_to_its_last(
    set_code: str, version: str
) -> None:
    schema = load_schema(set_code, version)

    assert schema is not None
    assert (schema.set_code, schema.version) == (set_code, version)
    ends = ("TA1", "TA1") if set_code == "TA1" else ("ST", "SE")
    assert (schema.items[0].tag, schema.items[-1].tag) == ends
    assert all(item.mandatory for item in (schema.items[0], schema.items[-1]))


def test_a_set_that_is_not_known_has_no_schema() -> None:
    assert load_schema("837", "005010X222") is None


def test_a_schema_is_loaded_once() -> None:
    assert load_schema("810", "004010") is load_schema("810", "004010VICS")


@pytest.mark.parametrize(
    ("gs08", "version"),
    [
        ("004010", "004010"),
        ("004010VICS", "004010"),
        ("005010X222A1", "005010"),
        ("004015", "004010"),
        ("001000", "003040"),
        ("008030", "006020"),
        ("", "004010"),
        ("4010", "004010"),
        ("ABCDEF", "004010"),
        ("00٤٠١٠", "004010"),
    ],
)
def test_a_version_that_is_not_known_is_read_as_the_nearest(gs08: str, version: str) -> None:
    assert choose_version(gs08) == version


@pytest.mark.parametrize(("version", "length"), [("003070", 6), ("004010", 8), ("006020", 8)])
def test_dates_have_a_century_from_004010_on(version: str, length: int) -> None:
    date = _use("BIG", 1, version)

    assert date.kind is ElementKind.DATE
    assert (date.shortest, date.longest) == (length, length)


def test_elements_come_and_go_with_versions() -> None:
    assert [_use("DTM", 5, version).name for version in ("003040", "004010")] == ["century", "date format"]
    assert [len(load_dictionary(version)["ST"].elements) for version in ("004010", "005010")] == [2, 3]
    assert [len(load_dictionary(version)["REF"].elements) for version in ("003050", "004010")] == [3, 4]


def test_lengths_grow_with_versions() -> None:
    assert [_use("REF", 2, version).longest for version in ("004010", "004050", "006020")] == [30, 50, 80]


def test_segments_come_and_go_with_versions() -> None:
    tags = [
        [item.tag for item in schema.items]
        for schema in (load_schema("850", "003040"), load_schema("850", "004010"))
        if schema
    ]

    assert "NTE" in tags[0]
    assert "NTE" not in tags[1]


def test_the_header_names_the_code_of_its_set() -> None:
    schema = load_schema("850", "004010")

    assert schema is not None
    codes = schema.segments["ST"].elements[0].codes
    assert codes is not None
    assert list(codes.meanings) == ["850"]
    assert not codes.open


def test_implied_decimals_are_part_of_the_type() -> None:
    assert [_use("TDS", 1, "004010").decimals, _use("IT1", 2, "004010").decimals] == [2, 0]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_code_fits_its_element_and_has_a_meaning(version: str) -> None:
    coded = [(place, use, use.codes) for place, use in _list_elements(version) if use.codes is not None]

    assert coded
    for place, use, codes in coded:
        assert use.kind is ElementKind.CODE, place
        for code, meaning in codes.meanings.items():
            assert code, place
            assert len(code) <= max(use.longest, 3), (place, code)
            assert meaning, (place, code)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_condition_is_about_elements_of_its_segment(version: str) -> None:
    for tag, definition in load_dictionary(version).items():
        for condition in definition.conditions:
            assert len(set(condition.elements)) >= 2, (tag, str(condition))
            assert max(condition.elements) <= len(definition.elements), (tag, str(condition))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_element_has_a_length(version: str) -> None:
    assert all(1 <= use.shortest <= use.longest for _, use in _list_elements(version))


def test_no_segment_or_element_of_the_files_is_left_over() -> None:
    used_segments = {tag for set_code, version in EVERYWHERE for tag in _load_tags(set_code, version)}
    used_elements = {use.number for version in VERSIONS for _, use in _list_elements(version)}

    assert used_segments == set(read_file("segments"))
    assert used_elements == set(read_file("elements"))
    assert set(read_file("codes")) <= used_elements


def _load_tags(set_code: str, version: str) -> set[str]:
    schema = load_schema(set_code, version)
    return set(schema.segments) if schema else set()


@pytest.mark.parametrize(("set_code", "version"), EVERYWHERE)
def test_a_segment_is_never_hidden_behind_one_that_takes_all_of_its_kind(set_code: str, version: str) -> None:
    schema = load_schema(set_code, version)

    assert schema is not None
    for items in _walk_loops(schema.items):
        for first, second in pairwise(items):
            assert first.tag != second.tag


def _walk_loops(items: tuple[SegmentUse | Loop, ...]) -> Iterator[tuple[SegmentUse | Loop, ...]]:
    yield items
    for item in items:
        if isinstance(item, Loop):
            yield from _walk_loops(item.items[1:])


def test_a_mistake_in_a_schema_file_is_named() -> None:
    with pytest.raises(ValueError, match="not a notation"):
        parse_entry("REF often")


def test_every_code_of_a_finding_tells_its_number_in_acknowledgements() -> None:
    segment_numbers = {"1", "2", "3", "4", "5", "6", "7", "8"}
    element_numbers = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "12", "13"}

    for code in SchemaCode:
        known = segment_numbers if code.level is Level.SEGMENT else element_numbers
        assert code.acknowledged in known
        assert code.meaning.endswith(".")
        assert code.value == code.name
