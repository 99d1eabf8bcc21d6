"""The same invoice under another number or another vendor: what holds it, what is only noted, and what people overrule."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest
from tests.unit.mapping.claims import DAY, make_claim, make_document, make_found, make_vendor_invoice
from tests.unit.mapping.trade import RULES

from ml_connector.mapping.duplicates.claims import Claim, Doubt, Found, Note, weigh
from ml_connector.mapping.duplicates.likeness import Other, Others, judge_likeness, list_others
from ml_connector.mapping.rules.duplicates import DuplicateRule
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.records.status import Status
from ml_connector.records.xref import CrossReference

CLAIM: Final = make_claim()
READ: Final = parse_rules({"rules.toml": RULES})


def judge(*others: Other, rule: DuplicateRule | None = None, claim: Claim = CLAIM) -> list[Found]:
    return list(judge_likeness(claim, claim.total, rule or DuplicateRule(), Others(others)))


def see(**changes: Any) -> Other:
    """A bill in Intacct that differs so from what is claimed."""
    return Other.of_bill(make_found(**changes))


@pytest.mark.rule("810 invoice", 24)
def test_the_number_spelled_otherwise_is_doubtful_whatever_amount_and_day_and_says_by_what() -> None:
    (doubt,) = judge(see(number="7", total=Decimal(9), date=date(2025, 1, 1)))

    assert isinstance(doubt, Doubt)
    assert doubt.other == "bill 88"
    assert doubt.reason.endswith("the same number but for the word inv")


@pytest.mark.rule("810 invoice", 30)
@pytest.mark.parametrize(
    ("changes", "is_held"),
    [
        ({}, True),
        ({"date": date(2026, 3, 22)}, True),
        ({"date": date(2026, 3, 23)}, False),
        ({"date": None}, False),
        ({"total": Decimal("5.01")}, False),
        ({"total": Decimal("-5.00")}, False),
        ({"currency": "EUR"}, True),
    ],
)
def test_the_same_amount_at_about_the_same_time_under_another_vendor_is_doubtful(
    changes: dict[str, Any], *, is_held: bool
) -> None:
    found = judge(see(vendor_id="V-20", number="X-1", **changes))

    assert [type(each) for each in found] == ([Doubt] if is_held else [])


def test_amounts_of_two_currencies_are_not_compared() -> None:
    document = make_document(9)
    ours = replace(document, document=replace(document.document, currency="CAD"))

    assert judge(see(vendor_id="V-20", number="X-1"), claim=make_claim(document=ours)) == []


@pytest.mark.rule("810 invoice", 30)
def test_a_recurring_amount_of_the_vendor_itself_is_noted_once_and_keeps_nothing() -> None:
    found = judge(see(number="X-1"), see(record_no=89, number="X-2"))

    (note,) = found
    weighed = weigh(CLAIM, READ, found)
    assert isinstance(note, Note)
    assert weighed.needs == ()
    assert [(each.value, each.rule) for each in weighed.reasons] == [
        ("noted only", "recurs: X-1 of vendor V-10 (bill 88 in Intacct, 5.00 of 2026-03-15)")
    ]


@pytest.mark.parametrize(
    ("rule", "others"),
    [
        (DuplicateRule(numbers="note"), (see(number="7"),)),
        (DuplicateRule(amounts="note"), (see(vendor_id="V-20", number="X-1"),)),
    ],
)
def test_a_rule_can_have_it_noted_only(rule: DuplicateRule, others: tuple[Other, ...]) -> None:
    assert [type(each) for each in judge(*others, rule=rule)] == [Note]


def test_a_rule_can_leave_out_small_amounts() -> None:
    others = see(vendor_id="V-20", number="X-1")

    assert judge(others, rule=DuplicateRule.model_validate({"least": "5.01"})) == []
    assert len(judge(others, rule=DuplicateRule.model_validate({"least": "5.00"}))) == 1


@pytest.mark.parametrize("claim", [make_claim(""), replace(CLAIM, total=None)])
def test_nothing_is_said_of_what_has_no_vendor_or_no_total(claim: Claim) -> None:
    assert judge(see(vendor_id="V-20", number="X-1"), claim=claim) == []


def test_numbers_told_apart_by_their_last_letters_are_two() -> None:
    ours = make_claim(document=make_document(9, number="INV-7A"))

    assert judge(see(number="INV-7B", total=Decimal(9)), claim=ours) == []


@pytest.mark.parametrize(
    ("id_", "status", "counts"), [(3, "held", True), (10, "read", False), (10, "ready", True)]
)
@pytest.mark.parametrize("change", [{"number": "7"}, {"number": "X-1", "vendor": "V-20"}])
def test_documents_count_that_came_before_or_are_on_their_way(
    id_: int, status: str, *, counts: bool, change: dict[str, str]
) -> None:
    vendor = change.get("vendor", "V-10")
    other = replace(make_document(id_, number=change["number"]), status=Status(status), vendor=vendor)

    found = judge(Other.of_document(other, vendor))

    assert [type(each) for each in found] == ([Doubt] if counts else [])


@pytest.mark.rule("810 invoice", 31)
def test_people_overrule_just_this_pair_and_the_explanation_says_by_which_answer() -> None:
    found = judge(see(vendor_id="V-20", number="X-1"))
    (need,) = weigh(CLAIM, READ, found).needs
    answer = CrossReference(
        kind="duplicate", partner="Corvid", code="V-10/INV-7/5.00/bill 88", target="agreed", number=4
    )
    rules = READ.add_answers([answer])

    weighed = weigh(CLAIM, rules, found)

    assert str(need) == "duplicate:Corvid/V-10/INV-7/5.00/bill 88"
    assert (weighed.needs, weighed.cleared) == ((), frozenset({"bill 88"}))
    assert [(each.value, each.rule) for each in weighed.reasons] == [("agreed", "xref 4")]
    assert weigh(CLAIM, rules, judge(see(record_no=89, vendor_id="V-20"))).needs != ()


def test_a_bill_that_a_vendor_invoice_made_is_not_counted_beside_it() -> None:
    others = list(list_others([make_found(), make_found(record_no=90)], [make_vendor_invoice(88)]))

    assert [each.name for each in others] == ["Vendor Invoice-VI-1", "bill 90"]
    assert all(each.date == DAY for each in others)
