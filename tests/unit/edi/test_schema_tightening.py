"""A partner's overlay: what it asks for is checked, and what it gets wrong is refused by name."""

import pytest

from ml_connector.edi.checking import check_set
from ml_connector.edi.errors import EdiError, OverlayInvalid
from ml_connector.edi.schema import Schema
from ml_connector.edi.schema_loading import load_schema
from ml_connector.edi.tightening import tighten

INVOICE = [
    *("ST*810*0001", "BIG*20240115*INV-7", "NTE*GEN*CALL FIRST", "CUR*BY*USD", "REF*IA*42", "N1*ST*STORE"),
    *("IT1*1*5*EA*2.50", "PID*F****WIDGET", "IT1*2*1*CA*9.99", "TDS*2249", "SAC*C*D240***100", "SE*12*0001"),
]


@pytest.fixture(scope="module")
def invoice_schema() -> Schema:
    schema = load_schema("810", "004010")
    assert schema is not None
    return schema


def _check(schema: Schema, segments: list[str] = INVOICE) -> list[tuple[str, str | None, int | None]]:
    findings = check_set([segment.split("*") for segment in segments], schema)
    return [(finding.code.value, finding.tag, finding.position) for finding in findings]


def test_an_empty_overlay_changes_nothing(invoice_schema: Schema) -> None:
    assert _check(tighten(invoice_schema, "")) == []


def test_the_schema_itself_stays_as_it_was(invoice_schema: Schema) -> None:
    tighten(invoice_schema, {"segments": {"forbidden": ["CUR"]}, "elements": {"required": ["BIG04"]}})

    assert _check(invoice_schema) == []


@pytest.mark.parametrize(
    ("overlay", "found"),
    [
        ('[segments]\nrequired = ["CUR", "N1"]', []),
        ('[segments]\nrequired = ["FOB"]', [("SEGMENT_MISSING", "FOB", 7)]),
        ('[segments]\nrequired = ["PER"]', [("SEGMENT_MISSING", "PER", 6)]),
        ('[segments]\nrequired = ["IT1/PID"]', [("SEGMENT_MISSING", "PID", 10)]),
        ('[segments]\nrequired = ["N1/N4", "N1"]', [("SEGMENT_MISSING", "N4", 7)]),
        ('[segments]\nrequired = ["SAC"]', []),
        ('[segments]\nforbidden = ["NTE"]', [("SEGMENT_NOT_IN_SET", "NTE", 3)]),
        ('[segments]\nforbidden = ["REF"]', [("SEGMENT_UNEXPECTED", "REF", 5)]),
        ('[segments]\nforbidden = ["IT1/REF"]', []),
        ('[elements]\nrequired = ["BIG01", "BIG04"]', [("ELEMENT_MISSING", "BIG", 2)]),
        ("[lengths]\nBIG02 = 4", [("ELEMENT_LONG", "BIG", 2)]),
        ('[lengths]\nBIG02 = "6..10"', [("ELEMENT_SHORT", "BIG", 2)]),
        ("[lengths]\nIT104 = 3", []),
        ('[codes]\nN101 = ["BT", "RI"]', [("ELEMENT_CODE", "N1", 6)]),
        ('[codes]\nIT103 = ["EA", "CA"]', []),
        (
            '[extra_codes]\nREF01 = { Q7 = "cost object" }\n[codes]\nREF01 = ["Q7"]',
            [("ELEMENT_CODE", "REF", 5)],
        ),
    ],
)
def test_what_a_partner_asks_for_is_checked(
    invoice_schema: Schema, overlay: str, found: list[tuple[str, str | None, int | None]]
) -> None:
    assert _check(tighten(invoice_schema, overlay)) == found


def test_extra_codes_are_known_then(invoice_schema: Schema) -> None:
    segments = [*INVOICE[:4], "REF*Q7*42", *INVOICE[5:]]

    assert _check(invoice_schema, segments) == [("ELEMENT_CODE_UNKNOWN", "REF", 5)]
    assert _check(tighten(invoice_schema, '[extra_codes]\nREF01 = { Q7 = "cost object" }'), segments) == []


@pytest.mark.parametrize(
    ("overlay", "words"),
    [
        ("[segments", "The overlay is not TOML"),
        ('[segment]\nrequired = ["CUR"]', "'segment' is not a key of an overlay; is segments meant?"),
        ('[segments]\nrequire = ["CUR"]', "'require' is not a key of [segments]; is required meant?"),
        ('[elements]\nforbidden = ["BIG04"]', "'forbidden' is not a key of [elements]. Allowed: required."),
        ('[segments]\nrequired = "CUR"', "a value of the wrong type"),
        ("segments = 1", "a value of the wrong type"),
        ('[segments]\nrequired = ["PDI"]', "segments.required: 'PDI' is no place of the set; is PID meant?"),
        ('[segments]\nforbidden = ["PID/PID"]', "segments.forbidden: 'PID/PID' is no place of the set"),
        ('[segments]\nrequired = ["N1/N1/N3"]', "'N1/N1/N3' is no place of the set; is IT1/N1/N3 meant?"),
        ('[elements]\nrequired = ["BIG14"]', "elements.required: 'BIG14' is no element of the set"),
        ('[elements]\nrequired = ["BIG00"]', "'BIG00' is no element of the set"),
        ('[elements]\nrequired = ["BEG01"]', "'BEG01' is no element of the set"),
        ('[elements]\nrequired = ["number"]', "'number' is no element of the set"),
        ("[lengths]\nBIG02 = 23", "lengths.BIG02: '1..23' is wider than the schema; is 1..22 meant?"),
        ('[lengths]\nN104 = "1..9"', "lengths.N104: '1..9' is wider than the schema. Allowed: 2..80."),
        ("[lengths]\nBIG02 = 0", "lengths.BIG02: 0 is no length"),
        ('[lengths]\nBIG02 = "9..4"', "lengths.BIG02: '9..4' is no length"),
        ('[lengths]\nBIG02 = "short"', "lengths.BIG02: 'short' is no length"),
        ("[lengths]\nBIG01 = 6", "lengths.BIG01: 'BIG01' has a length of its own"),
        ("[lengths]\nN101 = 2", "'N101' has a length of its own"),
        ("[lengths]\nREF04 = 9", "'REF04' has a length of its own"),
        ('[codes]\nBIG02 = ["A"]', "codes: 'BIG02' has no code list"),
        (
            '[codes]\nN101 = ["ST", "SHP"]',
            "codes.N101: 'SHP' is not in the list (extra_codes adds to it); is SP meant?",
        ),
        ("[codes]\nN101 = []", "codes.N101: '[]' allows nothing"),
        ('[extra_codes]\nBIG02 = { A = "a" }', "extra_codes: 'BIG02' has no code list"),
        ('[extra_codes]\nREF01 = { "Q 7" = "a" }', "extra_codes.REF01: 'Q 7' is no code"),
    ],
)
def test_a_mistake_in_an_overlay_is_refused_with_its_key_and_what_is_allowed(
    invoice_schema: Schema, overlay: str, words: str
) -> None:
    with pytest.raises(OverlayInvalid) as caught:
        tighten(invoice_schema, overlay)

    assert words in str(caught.value)
    assert isinstance(caught.value, EdiError)
