"""850 order: items and units must resolve exactly; lot, serial or bin items without details are held."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.mapping.purchase import BOLT, NUT, WARES, ids, make_case, make_item, stock
from tests.unit.mapping.test_mapping_properties import steady

from ml_connector.mapping.orders.item_match import (
    ItemFound,
    ask_item,
    check_tracking,
    match_item,
    name_item,
    spell_gtin,
)
from ml_connector.mapping.orders.units import convert, explain_unit, find_unit, list_factors, show, to_decimal
from ml_connector.records.needs import Need
from ml_connector.records.orders import ItemAlias, StockItem

XREF = '[[item]]\ncode = "VN/X-9"\nitem = "NUT-M8"\npartner = "Corvid Metals"'


def find(*pairs: str, rules: str = "", known: tuple[StockItem, ...] = WARES) -> ItemFound | Need:
    return match_item(make_case(rules), ids(*pairs), stock(*known), place="line 1")


@pytest.mark.rule("850 order", 6)
@pytest.mark.parametrize(
    ("numbers", "rules", "item", "rule"),
    [
        (["VN/X-9"], XREF, "NUT-M8", "item cross-reference VN/X-9"),
        (["BP/BOLT-M8"], "", "BOLT-M8", "our item number (BP)"),
        (["UP/012345678905"], "", "BOLT-M8", "GTIN (UP)"),
        (["UK/00012345678905"], "", "BOLT-M8", "GTIN (UK)"),
        (["VN/B-8"], "", "BOLT-M8", "the vendor's number"),
        (["/N-8"], "", "NUT-M8", "the vendor's number"),
        (["VN/B-8", "BP/BOLT-M8", "UP/012345678905"], "", "BOLT-M8", "our item number (BP)"),
        (["VN/B-8", "VN/X-9"], XREF, "NUT-M8", "item cross-reference VN/X-9"),
    ],
)
def test_an_item_is_found_by_the_surest_number(numbers: list[str], rules: str, item: str, rule: str) -> None:
    found = find(*numbers, rules=rules)

    assert isinstance(found, ItemFound)
    assert (found.stock.item.item_id, found.reason.rule) == (item, rule)


def test_what_did_not_answer_is_told() -> None:
    found = find("BP/BOLT-9", "VN/B-8")

    assert isinstance(found, ItemFound)
    assert found.reason.losers == ("our item number (BP) BOLT-9",)
    assert found.reason.inputs == (("line 1 VN", "B-8"),)


@pytest.mark.rule("850 order", 6)
def test_numbers_that_lead_to_two_items_are_held() -> None:
    need = find("BP/BOLT-M8", "VN/N-8")

    assert isinstance(need, Need)
    assert str(need) == "item:Corvid Metals/BP/BOLT-M8"
    assert "BOLT-M8 leads to BOLT-M8; the vendor's number N-8 leads to NUT-M8" in need.reason
    assert need.reason.endswith("say which one it is with an item cross-reference")


@pytest.mark.rule("850 order", 6)
def test_a_number_of_two_items_is_held() -> None:
    twin = make_item("BOLT-M9", aliases=[ItemAlias(id="B-8", vendor_id="V-10")])

    need = find("VN/B-8", known=(BOLT, twin))

    assert isinstance(need, Need)


@pytest.mark.rule("850 order", 6)
def test_the_number_of_another_vendor_is_not_ours_to_use() -> None:
    other = make_item("BOLT-M9", aliases=[ItemAlias(id="Z", vendor_id="V-20")])

    need = find("VN/Z", known=(other,))

    assert isinstance(need, Need)
    assert str(need) == "item:Corvid Metals/VN/Z"
    assert "(100.00 USD waits)" in need.reason


@pytest.mark.parametrize("numbers", [[], ["BP/gtin:00012345678905"], ["ZZ/BOLT-M8"], ["UP/12"]])
def test_what_is_no_number_of_an_item_finds_none(numbers: list[str]) -> None:
    assert isinstance(find(*numbers), Need)


@pytest.mark.rule("850 order", 6)
def test_an_inactive_item_is_held() -> None:
    need = find("BP/OLD", known=(make_item("OLD", status="inactive"),))

    assert str(need) == "item:OLD"


def test_an_item_is_asked_for_by_every_number_it_may_go_by() -> None:
    asked = ask_item(make_case(XREF), ids("VN/X-9", "UP/012345678905"))

    assert asked == {
        ("item", "NUT-M8"),
        ("item", "gtin:00012345678905"),
        ("item_cross_reference", "V-10/X-9"),
    }
    assert name_item(ids("/N-8")) == "id/N-8"


@pytest.mark.rule("850 order", 6)
def test_a_gtin_is_one_number_in_all_its_lengths() -> None:
    assert {spell_gtin(code) for code in ("012345678905", "0 12345-678905", "0012345678905")} == {
        "00012345678905"
    }


@pytest.mark.rule("850 order", 9)
def test_an_item_whose_pieces_must_be_told_apart_is_held() -> None:
    need = check_tracking(make_case(), make_item("GAS", tracked=("lot", "serial")), "line 1")

    assert str(need) == "item_details:GAS/INV-7"
    assert need is not None
    assert "wants lot and serial details" in need.reason
    assert check_tracking(make_case(), BOLT, "line 1") is None


@pytest.mark.rule("850 order", 7)
@pytest.mark.parametrize(
    ("code", "unit"), [("EA", "Each"), ("CA", "Case"), ("Case", "Case"), ("EACH", "Each"), ("th", "Third")]
)
def test_a_unit_is_spelled_as_intacct_spells_it(code: str, unit: str) -> None:
    assert find_unit(make_case(), code, BOLT) == unit


@pytest.mark.rule("850 order", 7)
def test_a_unit_cross_reference_goes_first_and_that_of_the_item_before_all() -> None:
    rules = (
        '[[unit]]\ncode = "EA"\nunit = "Third"\n'
        '[[unit]]\ncode = "EA"\nunit = "Case"\nitem = "NUT-M8"\n'
        '[[unit]]\ncode = "EA"\nunit = "Each"\npartner = "Corvid Metals"\nitem = "NUT-M8"'
    )

    assert find_unit(make_case(rules), "EA", BOLT) == "Third"
    assert find_unit(make_case(rules), "EA", NUT) == "Each"


def test_why_a_unit_is_this_one_is_told_with_the_cross_reference_that_says_so() -> None:
    case = make_case('[[unit]]\ncode = "BX"\nunit = "Case"\n')

    told = [explain_unit(case, ("IT103", code), "Case", BOLT, place="line 1") for code in ("BX", "CA")]

    assert [(each.path, each.value, each.inputs) for each in told] == [
        ("line 1.unit", "Case", (("IT103", "BX"),)),
        ("line 1.unit", "Case", (("IT103", "CA"),)),
    ]
    assert [each.rule for each in told] == ["unit cross-reference BX", "unit"]


@pytest.mark.rule("850 order", 7)
@pytest.mark.parametrize(("code", "shown"), [("KG", "KG"), ("", "a unit that is not named")])
def test_a_unit_the_item_does_not_have_is_held(code: str, shown: str) -> None:
    need = find_unit(make_case(), code, BOLT)

    assert isinstance(need, Need)
    assert str(need) == f"unit:Corvid Metals/BOLT-M8/{code or 'none'}"
    assert f"is not counted in {shown}; Intacct has Case, Each, Third (100.00 USD waits)" in need.reason


@pytest.mark.rule("850 order", 7)
def test_a_code_that_fits_two_units_is_held() -> None:
    both = make_item(units={"Case": "12", "CA": "24"})

    assert isinstance(find_unit(make_case(), "CA", both), Need)


def test_an_item_without_units_has_none() -> None:
    bare = make_item(units={})

    assert convert(Fraction(1), "Case", "Each", bare) is None
    assert convert(Fraction(1), "Each", "Case", None) is None
    assert convert(Fraction(1), "Case", "Case", None) == 1
    assert list_factors(bare) == {"Each": 1}


@pytest.mark.rule("850 order", 7)
@given(st.fractions(0, 10**6, max_denominator=10**4), st.sampled_from(["Each", "Case", "Third"]))
@steady
def test_a_quantity_converted_there_and_back_is_the_same(quantity: Fraction, unit: str) -> None:
    there = convert(quantity, "Each", unit, BOLT)

    assert there is not None
    assert convert(there, unit, "Each", BOLT) == quantity


@given(st.fractions(-(10**9), 10**9, max_denominator=10**6))
@steady
def test_a_decimal_is_exact_or_none(number: Fraction) -> None:
    made = to_decimal(number, 4)

    assert (made is None) == bool((number * 10**4).denominator != 1)
    assert made is None or Fraction(made) == number


def test_numbers_are_shown_short_where_they_are() -> None:
    assert [show(Fraction(n)) for n in ("400", "1/2", "1/3")] == ["400", "0.5", "0.333333"]
