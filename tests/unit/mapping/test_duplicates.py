"""The same invoice twice, and the same number with another content: in our own record and in Intacct."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.mapping.claims import make_claim, make_document, make_found
from tests.unit.mapping.trade import MARK, RULES

from ml_connector.mapping.duplicates.claims import Claim, Doubt, Found, weigh
from ml_connector.mapping.duplicates.earlier import find_rival, is_ours, judge_intacct, judge_record
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.records.documents import StoredDocument
from ml_connector.records.status import Status

RULES_READ = parse_rules({"rules.toml": RULES})


def _judge(*earlier: StoredDocument, claim: Claim | None = None) -> list[Found]:
    return list(judge_record(claim or make_claim(), earlier))


def _is_doubtful(found: Sequence[Found]) -> bool:
    return any(isinstance(each, Doubt) for each in found)


@pytest.mark.rule("810 invoice", 22)
def test_the_same_content_before_is_a_duplicate_and_says_of_what() -> None:
    assert _judge(make_document(3)) == [f"the same as document #3 {MARK}, 5.00 of 2026-03-15"]


@pytest.mark.rule("810 invoice", 22)
def test_the_same_number_with_another_content_is_a_possible_correction() -> None:
    (doubt,) = _judge(make_document(3, content="bb"))

    assert isinstance(doubt, Doubt)
    assert (doubt.kind, doubt.other) == ("duplicate", "document 3")
    assert "came before with another content: document #3" in doubt.reason


def test_one_that_would_get_the_same_mark_in_intacct_is_never_overruled() -> None:
    same_mark, other_mark = make_document(3, content="bb"), make_document(4, content="bb")
    other_mark = replace(other_mark, document=replace(other_mark.document, document_key="mlc-810-OTHER"))

    found = _judge(same_mark, other_mark)

    weighed = weigh(make_claim(), RULES_READ, found)
    assert [str(need) for need in weighed.needs] == [
        "duplicate:V-10/INV-7",
        "duplicate:Corvid/V-10/INV-7/5.00/document 4",
    ]


def test_the_same_content_decides_though_a_correction_came_between() -> None:
    (verdict,) = _judge(make_document(2, content="bb"), make_document(3))

    assert isinstance(verdict, str)


@pytest.mark.rule("810 invoice", 22)
def test_the_vendor_stands_in_for_the_partner_once_it_is_known() -> None:
    elsewhere = make_document(3, content="bb", vendor="V-10", partner="ZZ/HUB/CORVID")

    assert _is_doubtful(_judge(elsewhere))
    assert _judge(elsewhere, claim=make_claim("V-20")) == []


@pytest.mark.rule("810 invoice", 24)
def test_a_vendor_of_the_same_family_counts_as_the_vendor() -> None:
    elsewhere = make_document(3, content="bb", vendor="V-10", partner="ZZ/HUB/CORVID")

    assert _is_doubtful(_judge(elsewhere, claim=make_claim("V-20", "V-10")))
    assert list(judge_intacct(make_claim("V-20", "V-10"), [make_found()])) == [
        "the same as bill 88 in Intacct (5.00 of 2026-03-15)"
    ]


def test_the_partner_names_a_document_whose_vendor_is_unknown() -> None:
    weighed = weigh(make_claim(""), RULES_READ, _judge(make_document(3, content="bb"), claim=make_claim("")))

    assert [str(need) for need in weighed.needs] == ["duplicate:ZZ/CORVID/CORVID/INV-7"]
    assert _judge(make_document(3, partner="ZZ/HUB/CORVID"), claim=make_claim("")) == []


@pytest.mark.parametrize(
    "other", [{"number": "INV-8"}, {"set_code": "850"}, {"set_code": "850", "kind": "credit"}]
)
def test_another_number_kind_or_set_is_another_document(other: dict[str, str]) -> None:
    assert _judge(make_document(3, vendor="V-10", **other)) == []


@pytest.mark.parametrize("status", ["ready", "sending", "in_doubt", "posted"])
def test_what_came_later_counts_once_it_is_on_its_way_to_intacct(status: str) -> None:
    later = replace(make_document(10, content="bb"), status=Status(status))

    assert _is_doubtful(_judge(later))


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (replace(make_document(10), status=Status.READY), True),
        (replace(make_document(3), status=Status.POSTED), True),
        (replace(make_document(3), status=Status.HELD), True),
        (replace(make_document(3, set_code="812", kind="credit"), status=Status.READY), True),
        (replace(make_document(9), status=Status.SENDING), False),
        (replace(make_document(3, number="INV-8"), status=Status.SENDING), False),
    ],
    ids=["later", "earlier", "in part", "a credit of its number", "itself", "another number"],
)
def test_another_document_of_the_same_number_on_its_way_is_found(
    other: StoredDocument, *, found: bool
) -> None:
    assert (find_rival(make_claim(), [other]) is other) is found


def test_what_came_later_does_not_count() -> None:
    assert _judge(make_document(9), make_document(10)) == []


@pytest.mark.rule("810 invoice", 23)
@pytest.mark.parametrize(
    ("description", "origin"), [("entered by hand", ""), (f"EDI 810 {MARK}", ", posted by this connector")]
)
def test_a_bill_in_intacct_of_the_same_amount_and_date_is_a_duplicate(description: str, origin: str) -> None:
    (verdict,) = judge_intacct(make_claim(), [make_found(description=description)])

    assert verdict == f"the same as bill 88 in Intacct (5.00 of 2026-03-15{origin})"


@pytest.mark.rule("810 invoice", 23)
@pytest.mark.parametrize("other", [{"total": Decimal("6.00")}, {"date": date(2026, 3, 16)}, {"total": None}])
def test_a_bill_in_intacct_of_another_amount_or_date_holds_the_invoice(other: dict[str, Any]) -> None:
    (doubt,) = judge_intacct(make_claim(), [make_found(**other)])

    assert isinstance(doubt, Doubt)
    assert (doubt.other, doubt.is_open) == ("bill 88", True)
    assert "this invoice is 5.00 of 2026-03-15; decide which one is right" in doubt.reason


@pytest.mark.rule("810 invoice", 23)
@pytest.mark.parametrize("number", ["inv-7", " INV-7 "])
def test_a_number_that_intacct_may_take_for_the_same_is_the_same(number: str) -> None:
    (verdict,) = judge_intacct(make_claim(), [make_found(number=number)])

    assert isinstance(verdict, str)


@pytest.mark.rule("810 invoice", 23)
@pytest.mark.parametrize(
    "other",
    [{"number": "INV-70"}, {"vendor_id": "V-20"}]
    + [{"state": state} for state in ("Reversed", "Voided", "declined", "Reversal")],
)
def test_bills_of_others_and_bills_undone_do_not_count(other: dict[str, str]) -> None:
    assert list(judge_intacct(make_claim(), [make_found(**other)])) == []


@pytest.mark.rule("Before anything else", 10)
@pytest.mark.parametrize(
    ("changes", "ours"),
    [
        ({"description": f"EDI 810 {MARK}"}, True),
        ({"description": f"EDI 810 {MARK} edited"}, False),
        ({"description": f"{MARK} ", "number": "inv-7"}, True),
        ({"description": ""}, False),
        ({"description": MARK, "vendor_id": "V-20"}, False),
        ({"description": MARK, "number": "INV-8"}, False),
    ],
)
def test_a_bill_is_ours_only_with_our_mark(changes: dict[str, str], *, ours: bool) -> None:
    assert is_ours(make_found(**changes), vendor_id="V-10", number="INV-7", mark=MARK) is ours
