"""Lists of partners out of Cleo are read, and compared with what we know."""

from dataclasses import replace

import pytest

from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.reference.slice import Slice
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.mapping.vendors.cleo_partners import (
    KnownPartners,
    ask_for_partner,
    judge_partner,
    list_asked,
    name_need,
    read_partners,
)
from ml_connector.records.partners import JudgedPartner, PartnerFacts, PartnerStatus
from ml_connector.records.xref import CrossReference

ANSWERED = CrossReference(kind="partner", partner="", code="Dunstan's Hardware", target="V1")
RULE_FILE = parse_rules(
    {
        "rules.toml": """
[us]
receivers = ["ZZ/US"]
[[partner]]
name = "Hub, Inc."
senders = ["ZZ/HUB"]
[[vendor]]
code = "VN/92/77"
vendor = "V1"
[[vendor]]
code = "92/88"
vendor = "V2"
"""
    }
)
RULES = KnownPartners.of(RULE_FILE, [ANSWERED])
BOLTS = Vendor(
    record_no=1,
    vendor_id="V1",
    name="Alnwick Bolts, Ltd",
    status="active",
    term="",
    currency="",
    tax_id="",
    account_no_at_vendor="",
    on_hold=False,
    parent_id="",
)
NUTS = replace(BOLTS, record_no=2, vendor_id="V2", name="Bamburgh Nuts")
KNOWN = Slice(
    version=1,
    found={("vendor", "V1"): [BOLTS], ("vendor", "V2"): [NUTS], ("vendor", "edi:01/123"): [NUTS]},
)
FACTS = PartnerFacts(origin="file", key="k", name="Alnwick Bolts", code="92/77", vendor="V1", line=2)


def judge(**changes: str) -> tuple[JudgedPartner, CrossReference | None]:
    return judge_partner(replace(FACTS, **changes), RULES, KNOWN)  # type: ignore[arg-type]  # texts only


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"code": ""},
        {"vendor": ""},
        {"vendor": "", "code": "ZZ/HUB", "name": "?"},
        {"vendor": "", "code": "", "name": "HUB"},
        {"vendor": "", "code": "", "name": "DUNSTAN'S HARDWARE"},
        {"vendor": "V2", "code": "92/88", "name": "Bamburgh Nuts"},
        {"vendor": "V2", "code": "01/123", "name": "bamburgh nuts"},
    ],
)
def test_a_partner_that_fits_needs_nobody(changes: dict[str, str]) -> None:
    judged, reference = judge(**changes)

    assert (judged.status, judged.reason, reference) == (PartnerStatus.MATCHED, "", None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"vendor": "", "code": "", "name": "Cragside"}, "neither a vendor in Intacct nor a [[partner]]"),
        ({"vendor": "", "code": "92/99", "name": ""}, "neither"),
        ({"vendor": "V9", "code": "92/99"}, "V9, which is not in Intacct"),
    ],
)
def test_a_partner_nobody_answers_to_is_unmatched(changes: dict[str, str], said: str) -> None:
    judged, reference = judge(**changes)

    assert (judged.status, reference) == (PartnerStatus.UNMATCHED, None)
    assert said in judged.reason


def test_a_vendor_that_is_not_active_gets_no_new_id_and_is_no_matter_without_one() -> None:
    known = Slice(version=1, found={("vendor", "V1"): [replace(BOLTS, status="inactive")]})

    judged, reference = judge_partner(replace(FACTS, code="92/new"), RULES, known)
    without, _ = judge_partner(replace(FACTS, code=""), RULES, known)

    assert (judged.status, reference) == (PartnerStatus.UNMATCHED, None)
    assert "not active" in judged.reason
    assert without.status is PartnerStatus.MATCHED


def test_an_id_that_is_new_to_us_becomes_a_cross_reference_to_be_approved() -> None:
    judged, reference = judge(code="12/5551234")

    assert judged.status is PartnerStatus.PREPARED
    assert reference == CrossReference(kind="vendor", partner="", code="12/5551234", target="V1")


@pytest.mark.parametrize(("code", "ours"), [("01/123", "V2"), ("92/88", "V2")])
def test_where_cleo_and_we_differ_ours_counts_and_both_are_named(code: str, ours: str) -> None:
    judged, reference = judge(code=code)

    assert judged.status is PartnerStatus.CONFLICT
    assert f"by what we know it is {ours}, which counts; if Cleo is right, approve" in judged.reason
    assert reference == CrossReference(kind="vendor", partner="", code=code, target="V1")


def test_what_a_person_has_answered_for_an_id_counts_before_intacct_and_the_rules() -> None:
    answers = [
        CrossReference(kind="vendor", partner="", code=code, target="V1") for code in ("01/123", "92/88")
    ]
    rules = KnownPartners.of(RULE_FILE.add_answers(answers))

    for code in ("01/123", "92/88"):
        agreed, _ = judge_partner(replace(FACTS, code=code), rules, KNOWN)
        (other, reference) = judge_partner(replace(FACTS, code=code, vendor="V2"), rules, KNOWN)

        assert agreed.status is PartnerStatus.MATCHED
        assert "by what we know it is V1, which counts" in other.reason
        assert reference is not None


def test_what_a_person_has_answered_for_one_partner_is_no_word_for_all() -> None:
    answer = CrossReference(kind="vendor", partner="Hub, Inc.", code="01/123", target="V1")
    rules = KnownPartners.of(RULE_FILE.add_answers([answer]))

    judged, _ = judge_partner(replace(FACTS, code="01/123"), rules, KNOWN)

    assert (judged.status, "by what we know it is V2" in judged.reason) == (PartnerStatus.CONFLICT, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"vendor": "V9"},
            "V9, which is not in Intacct; by what we know it is V1, which counts; correct Cleo",
        ),
        (
            {"vendor": "V2", "code": "", "name": "DUNSTAN'S HARDWARE"},
            "is vendor V2, by what we know it is V1",
        ),
    ],
)
def test_a_conflict_that_no_cross_reference_can_end_has_none(changes: dict[str, str], said: str) -> None:
    judged, reference = judge(**changes)

    assert (judged.status, reference) == (PartnerStatus.CONFLICT, None)
    assert said in judged.reason


@pytest.mark.parametrize(
    ("changes", "need", "kind", "code"),
    [
        ({}, "partner:Alnwick Bolts/92/77", "vendor", "92/77"),
        ({"name": ""}, "partner:92/77", "vendor", "92/77"),
        ({"code": ""}, "partner:Alnwick Bolts", "partner", "Alnwick Bolts"),
    ],
)
def test_an_unmatched_partner_asks_which_vendor_it_is(
    changes: dict[str, str], need: str, kind: str, code: str
) -> None:
    facts = replace(FACTS, **changes)  # type: ignore[arg-type]  # texts only

    assert name_need(facts) == need
    assert ask_for_partner(facts).answer("V7") == CrossReference(
        kind=kind, partner="", code=code, target="V7"
    )


def test_another_name_for_the_same_vendor_is_a_conflict_without_a_cross_reference() -> None:
    judged, reference = judge(name="Alnwick Screws")

    assert (judged.status, reference) == (PartnerStatus.CONFLICT, None)
    assert "Intacct Alnwick Bolts, Ltd, which counts" in judged.reason


def test_what_must_be_known_is_asked() -> None:
    assert list(list_asked(FACTS)) == [("vendor", "V1"), ("vendor", "edi:92/77")]
    assert list(list_asked(replace(FACTS, vendor="", code=""))) == []


def test_a_list_is_read_whatever_its_columns_are_called_and_in_whatever_order() -> None:
    content = (
        b"\xef\xbb\xbfEDI_ID;notes;Vendor_ID;Alias;EDI_Qualifier\r\n77;x;V1;Bolts;92\r\n;;;Cragside;\r\n"
    )

    rows = list(read_partners([content], form="csv"))

    assert rows == [
        PartnerFacts(origin="file", key="92/77", name="Bolts", code="92/77", vendor="V1", line=2),
        PartnerFacts(origin="file", key="name cragside", name="Cragside", line=3),
    ]


def test_an_exported_table_of_ours_is_a_list_of_partners() -> None:
    content = b"erp_key,name,status,edi_qualifier,edi_id,op\r\nV1,Bolts,active,92,77,upsert\r\nV2,,,,,delete\r\n'=V3,'=Nut,active,92,8,upsert\r\n"

    rows = list(read_partners([content], form="csv"))

    assert [(row.vendor, row.code, row.name) for row in rows if isinstance(row, PartnerFacts)] == [
        ("V1", "92/77", "Bolts"),
        ("=V3", "92/8", "=Nut"),
    ]
    assert len(rows) == 2


def test_lines_of_json_are_read_the_same() -> None:
    content = b'{"name":"Bolts","edi_qualifier":"92","edi_id":"77","erp_key":"V1"}\n'

    (row,) = read_partners([content], form="jsonl")

    assert row == PartnerFacts(origin="file", key="92/77", name="Bolts", code="92/77", vendor="V1", line=1)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"Bolts,92,77,V1,more", "5 values for 4 columns"),
        (b"Bolts,,77,V1", "no qualifier"),
        (b",,,V1", "names no partner"),
        (b"Bolts,92," + b"7" * 70 + b",V1", "longer than 60"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_by_its_line_and_the_others_are_read(
    row: bytes, said: str
) -> None:
    content = b"name,edi_qualifier,edi_id,vendor_id\nNuts,92,88,V2\n" + row + b"\nPins,92,99,V3\n"

    first, bad, last = read_partners([content], form="csv")

    assert isinstance(bad, JudgedPartner)
    assert (bad.status, bad.facts.line) == (PartnerStatus.BAD, 3)
    assert said in bad.reason
    assert isinstance(first, PartnerFacts)
    assert isinstance(last, PartnerFacts)


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"erp_key,title\n6000,Supplies\n", 1, "name, edi_qualifier and edi_id"),
        (b"", 1, "name, edi_qualifier and edi_id"),
        (b"name,edi_id\nok,92/1\nx\xff,1\n", 1, "no UTF-8"),
    ],
)
def test_a_list_that_cannot_be_read_on_says_from_where(content: bytes, line: int, said: str) -> None:
    *_, bad = read_partners([content], form="csv")

    assert isinstance(bad, JudgedPartner)
    assert (bad.status, bad.facts.line) == (PartnerStatus.BAD, line)
    assert said in bad.reason
    assert "nothing was read" in bad.reason
