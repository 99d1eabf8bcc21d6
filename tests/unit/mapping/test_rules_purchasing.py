"""The tables on purchasing: careful where nothing is written, the partner's own rule first, nothing written twice."""

from fractions import Fraction

import pytest
from tests.unit.mapping.purchase import read_purchasing_rules

from ml_connector.mapping.rules.fields import Conditions
from ml_connector.mapping.rules.purchasing import NO_TOLERANCE, allow, holds
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.mapping.rules.toml_reading import Refused
from ml_connector.records.xref import CrossReference


@pytest.mark.rule("810 invoice", 3)
def test_nothing_is_tolerated_and_nothing_is_applied_beyond_the_careful_where_nothing_is_written() -> None:
    rules = read_purchasing_rules().purchasing

    found = rules.find_match(partner="Corvid Metals", vendor="V-10", items=["BOLT-M8"])

    assert (found.name, found.receipt) == (NO_TOLERANCE, "required")
    assert (found.price, found.price_percent, found.quantity, found.quantity_percent) == (None,) * 4
    assert not rules.find_notice("Corvid Metals").asn_is_receipt
    assert rules.find_notice("Corvid Metals").target == "receiver"
    assert rules.find_confirmation("Corvid Metals").target == "order"
    assert rules.find_change("Corvid Metals").target == "order"
    assert rules.definitions.order == "Purchase Order"


def test_the_first_rule_whose_conditions_hold_decides() -> None:
    rules = read_purchasing_rules(
        '[[match]]\nname = "others"\nwhen = { vendor = "V-20" }\n[[match]]\nname = "bolts"\nwhen = { item = "BOLT-*" }'
    ).purchasing

    names = [
        rules.find_match(partner="P", vendor=vendor, items=[item]).name
        for vendor, item in (("V-20", "BOLT-1"), ("V-10", "bolt-1"), ("V-10", "NUT"))
    ]

    assert names == ["others", "bolts", NO_TOLERANCE]
    assert not holds(Conditions(code="D240"), {"partner": ["P"]})


def test_a_partner_s_own_rule_goes_before_the_general_one() -> None:
    rules = read_purchasing_rules(
        '[[notice]]\ntarget = "note"\n[[notice]]\npartner = "Corvid Metals"\nasn_is_receipt = true'
    ).purchasing

    assert rules.find_notice("Corvid Metals").asn_is_receipt
    assert rules.find_notice("Other").target == "note"


@pytest.mark.rule("810 invoice", 3)
@pytest.mark.parametrize(
    ("absolute", "percent", "allowed"),
    [(None, None, 0), ("5", None, 5), (None, "1", 2), ("5", "1", 2), ("1", "1", 1)],
)
def test_of_two_tolerances_the_smaller_allows(
    absolute: str | None, percent: str | None, allowed: int
) -> None:
    limits = (f'price = "{absolute}"\n' if absolute else "") + (
        f'price_percent = "{percent}"' if percent else ""
    )
    [rule] = read_purchasing_rules(f'[[match]]\nname = "m"\n{limits}').purchasing.matches

    assert allow(rule.price, rule.price_percent, Fraction(200)) == allowed
    assert allow(None, rule.price_percent, Fraction(-200)) == 0


def test_answers_of_people_are_rules_as_well() -> None:
    answers = [
        CrossReference(kind="order", partner="Corvid Metals", code="9", target="Purchase Order-PO9"),
        CrossReference(kind="item", partner="Corvid Metals", code="VN/B", target="BOLT-M8"),
        CrossReference(kind="item", partner="", code="VN/C", target="NUT-M8"),
        CrossReference(kind="unit", partner="", code="CA", target="Case"),
        CrossReference(kind="unit", partner="Corvid Metals", code="BOLT-M8/PK", target="Pack"),
        CrossReference(kind="warehouse", partner="", code="92/0012", target="W1"),
    ]

    rules = read_purchasing_rules().add_answers(answers).purchasing

    assert [(x.partner, x.code, x.order) for x in rules.orders] == [
        ("Corvid Metals", "9", "Purchase Order-PO9")
    ]
    assert [(x.partner, x.code, x.item) for x in rules.items] == [
        ("Corvid Metals", "VN/B", "BOLT-M8"),
        (None, "VN/C", "NUT-M8"),
    ]
    assert [(x.partner, x.item, x.code, x.unit) for x in rules.units] == [
        (None, None, "CA", "Case"),
        ("Corvid Metals", "BOLT-M8", "PK", "Pack"),
    ]
    assert [(x.partner, x.code, x.warehouse) for x in rules.warehouses] == [(None, "92/0012", "W1")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            '[[charge]]\nname = "c"',
            "give the rule either a subtotal of the definition, or a non-inventory item",
        ),
        ('[[charge]]\nname = "c"\nitem = "A"\nsubtotal = "B"', "give the rule either a subtotal"),
        ('[[match]]\nname = "m"\nquantity = 5', 'quantity: write a number in quotes, such as "2.5"'),
        ('[[match]]\nname = "m"\nprice = "0.001"', 'price: write an amount in quotes, such as "0.05"'),
        (
            '[[match]]\nname = "m"\n[[match]]\nname = "m"',
            "match rule 'm' is there twice; give one another name",
        ),
        ("[[notice]]\n[[notice]]", "notice of any partner is there twice; keep one"),
        (
            '[[item]]\ncode = "A"\nitem = "1"\n[[item]]\ncode = "A"\nitem = "2"',
            "item code 'any partner: A' is there twice; keep one item for it",
        ),
        (
            '[[order]]\ncode = "A"\norder = "B"\npartner = "Nobody"',
            "partner 'Nobody' is named in a rule but not described",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_cure(text: str, problem: str) -> None:
    with pytest.raises(Refused) as caught:
        read_purchasing_rules(text)

    assert any(problem in each for each in caught.value.problems)


def test_the_company_s_own_names_are_taken() -> None:
    rules = read_purchasing_rules('[purchasing]\norder = "Bestellung"').purchasing

    assert (rules.definitions.order, rules.definitions.receiver) == ("Bestellung", "PO Receiver")


def test_the_company_s_names_stand_in_one_file_only() -> None:
    with pytest.raises(Refused) as caught:
        parse_rules({"a.toml": "[purchasing]", "b.toml": "[purchasing]"})

    assert caught.value.problems == ["[purchasing] stands in several files; keep it in one"]
