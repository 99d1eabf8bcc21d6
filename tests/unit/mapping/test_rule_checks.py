"""What of the rules can never act is found before anything is posted by them."""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.mapping.trade import ROUTE, RULES

from ml_connector.mapping.rules.checks import Copied, check_rules, list_vendor_patterns
from ml_connector.mapping.rules.fields import covers, matches
from ml_connector.mapping.rules.names import list_named_records
from ml_connector.mapping.rules.rulebook import Rules, parse_rules
from ml_connector.mapping.rules.toml_reading import Refused
from ml_connector.mapping.rules.words import describe_coding, describe_routes

EVERYTHING: Final = """
[[partner]]
name = "Ashgrove Hub"
senders = ["ZZ/ASHGROVE"]
default_vendor = "V-11"

[[remit_to]]
partner = "Corvid Metals"
vendor = "V-10"
code = "RI/92/7"
contact = "Corvid Treasury"

[[route]]
set = "820"
target = "payment"
partner = "Ashgrove Hub"
entity = "E1"
location = "L1"
default_term = "N30"
rounding_account = "6990"

[[coding]]
name = "bolts"
account = "5100"
department = "D1"
class = "C1"
project = "P1"

[[item]]
code = "B-8"
item = "BOLT-8"

[[warehouse]]
code = "92/0012"
warehouse = "NORTH"

[[charge]]
name = "freight"
item = "FREIGHT"

[[bank]]
code = "01/044000037/DA/6789"
account = "BOA"

[[journal]]
set = "856"
journal = "GJ"
offset = "2050"
account = "1210"

[new_vendors]
term = "N45"
expense_account = "6000"
payables_account = "2000"
restriction = "Restricted"
restricted_locations = ["L2"]
"""


def _read(*tables: str) -> Rules:
    return parse_rules({"rules.toml": "".join((RULES, ROUTE, *tables))})


def _write(name: str, when: str = "", *, table: str = "coding", gives: str = 'account = "5000"') -> str:
    return f'\n[[{table}]]\nname = "{name}"\n{gives}\n' + (f"when = {{ {when} }}\n" if when else "")


def _list_problems(*tables: str, copied: Copied | None = None) -> list[str]:
    return [f"{found.place}: {found.problem}" for found in check_rules(_read(*tables), copied)]


def _copy(*states: tuple[str, str, str], vendors: str = "") -> Copied:
    named = {(kind, id_): state for kind, id_, state in states}
    return Copied(
        version=1,
        kinds=frozenset({"vendor", "account", "term"}),
        states={("vendor", "V-10"): "active", ("account", "5000"): "active"} | named,
        vendor_patterns=frozenset(vendors.split()),
    )


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("", 'item = "VN/BOLT"'),
        ('item = "VN/*"', 'item = "VN/BOLT-*"'),
        ('item = "VN/BOLT-?"', 'item = "vn/bolt-8"'),
        ('vendor = "V-10"', 'vendor = "V-10", item = "IN/*"'),
        ('description = "*bolt*"', 'description = "hex bolt*", ship_to = "0012"'),
    ],
)
def test_a_rule_behind_one_that_holds_wherever_it_does_never_decides(earlier: str, later: str) -> None:
    found = _list_problems(_write("wide", earlier), _write("narrow", later))

    [problem] = found
    assert problem.startswith("coding “narrow”: never decides: “wide” stands before it")


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ('item = "VN/BOLT-*"', 'item = "VN/*"'),
        ('item = "*"', ""),
        ('vendor = "V-10", item = "IN/*"', 'vendor = "V-10"'),
        ('item = "VN/?"', 'item = "VN/*"'),
        ('item = "VN/AB"', 'item = "VN/A"'),
    ],
)
def test_a_rule_that_may_still_decide_is_not_found(earlier: str, later: str) -> None:
    assert _list_problems(_write("first", earlier), _write("second", later)) == []


def test_rules_on_taxes_are_checked_and_told_before_those_on_coding() -> None:
    claimed = _write("standard", 'code = "VA", percent = "20"', table="tax", gives='detail = "P20"')
    hidden = _write("again", 'code = "VA", percent = "20"', table="tax", gives='detail = "P19"')
    cost = _write("levies", 'amount_from = "1"', table="tax", gives='treatment = "cost"')
    label = _write("fixings", gives='label = "Fixings"')
    copied = _copy(("tax_detail", "P20", "active"), ("account_label", "Fixings", "inactive"))
    copied = replace(copied, kinds=copied.kinds | {"tax_detail", "account_label"})

    told = [(line.number, line.name, line.gives) for line in describe_coding(_read(claimed, label))]

    assert told == [(1, "standard", "claimed back under P20"), (2, "fixings", "label Fixings")]
    assert _list_problems(claimed, hidden, label, copied=copied) == [
        "tax “again”: never decides: “standard” stands before it and holds wherever it does; move it up, or take it out",
        "coding “fixings”: account label Fixings is inactive in Intacct; activate it, or correct the rule",
        "tax “again”: tax detail P19 is not in Intacct; create it, or correct the rule",
    ]
    with pytest.raises(Refused, match=r"when\.amount_from: unknown key"):
        _read(cost)


def test_rules_on_different_things_do_not_hide_each_other() -> None:
    on_tax = _write("taxes", gives='on = "tax"\naccount = "5000"')

    assert _list_problems(_write("goods"), on_tax) == []


def test_rules_of_matches_and_charges_are_checked_as_well() -> None:
    match = _write("all", table="match", gives="") + _write(
        "bolts", 'item = "B*"', table="match", gives='price = "1"'
    )
    charge = _write("any", table="charge", gives='subtotal = "Freight"') + _write(
        "fuel", 'code = "D500"', table="charge", gives='subtotal = "Fuel"'
    )

    found = _list_problems(match, charge)

    assert [problem.split(":")[0] for problem in found] == ["match “bolts”", "charge “fuel”"]


@pytest.mark.parametrize(
    ("when", "gives", "told"),
    [
        ('code = "D240"', 'account = "5000"', "never holds: of a line no code is told"),
        ('item = "X"', 'on = "deduction"\naccount = "5000"', "never holds: of a deduction no item is told"),
    ],
)
def test_a_condition_on_what_is_never_told_is_found(when: str, gives: str, told: str) -> None:
    [problem] = _list_problems(_write("odd", when, gives=gives))

    assert told in problem


def test_a_match_rule_cannot_ask_for_a_place_to_ship_to() -> None:
    [problem] = _list_problems(_write("odd", 'ship_to = "1"', table="match", gives=""))

    assert problem == "match “odd”: never holds: of what it is for no ship_to is told; take the condition out"


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ('partner = "Corvd*"', "no partner is called 'Corvd*'; there are: Corvid Metals"),
        ('partner = "Corvid*", vendor = "V-99"', "Corvid Metals may not bill for vendor 'V-99'"),
        ('vendor = "V-99"', "no partner of ours may bill for vendor 'V-99'"),
    ],
)
def test_a_partner_or_vendor_no_document_can_be_of_is_found(when: str, told: str) -> None:
    [problem] = _list_problems(_write("stranger", when))

    assert told in problem


def test_a_bank_may_pay_vendors_that_it_does_not_bill_for() -> None:
    rule = _write(
        "damaged", 'partner = "Corvid*", vendor = "V-99"', gives='on = "deduction"\naccount = "5000"'
    )

    assert _list_problems(rule) == []


def test_a_vendor_that_intacct_does_not_have_is_found() -> None:
    rule = _write("stranger", 'vendor = "V-1?"')

    [problem] = _list_problems(rule, copied=_copy())

    assert problem == "coding “stranger”: never holds: no vendor in Intacct goes by 'V-1?'; correct the id"
    assert list_vendor_patterns(_read(rule)) == {"V-1?"}
    assert _list_problems(rule, copied=_copy(vendors="V-1?")) == []


def test_records_that_are_unknown_or_inactive_are_found_with_the_place_that_names_them() -> None:
    found = _list_problems(
        _write("goods"),
        _write("old", 'item = "A"', gives='account = "5999"'),
        EVERYTHING,
        copied=_copy(
            ("account", "6990", "inactive"), ("term", "N30", "active"), ("account", "2050", "active")
        ),
    )

    named = [problem for problem in found if "in Intacct" in problem]
    assert "coding “old”: account 5999 is not in Intacct; create it, or correct the rule" in named
    assert (
        "route 820 of Ashgrove Hub: account 6990 is inactive in Intacct; activate it, or correct the rule"
        in named
    )
    assert not [problem for problem in named if "department" in problem]  # a kind that is not copied


def test_every_record_that_rules_name_is_looked_up() -> None:
    named = {(each.place, each.kind, each.id) for each in list_named_records(_read(EVERYTHING))}

    assert named == {
        ("partner “Corvid Metals”", "vendor", "V-10"),
        ("partner “Ashgrove Hub”", "vendor", "V-11"),
        ("vendor 92/0042", "vendor", "V-10"),
        ("remit_to RI/92/7", "vendor", "V-10"),
        ("route 820 of Ashgrove Hub", "location", "E1"),
        ("route 820 of Ashgrove Hub", "location", "L1"),
        ("route 820 of Ashgrove Hub", "term", "N30"),
        ("route 820 of Ashgrove Hub", "account", "6990"),
        ("coding “bolts”", "account", "5100"),
        ("coding “bolts”", "department", "D1"),
        ("coding “bolts”", "class", "C1"),
        ("coding “bolts”", "project", "P1"),
        ("item B-8", "item", "BOLT-8"),
        ("warehouse 92/0012", "warehouse", "NORTH"),
        ("charge “freight”", "item", "FREIGHT"),
        ("bank 01/044000037/DA/6789", "bank_account", "BOA"),
        ("journal of 856", "account", "2050"),
        ("journal of 856", "account", "1210"),
        ("new_vendors", "term", "N45"),
        ("new_vendors", "account", "6000"),
        ("new_vendors", "account", "2000"),
        ("new_vendors", "location", "L2"),
    }


_PATTERNS = st.text(alphabet="ab*?", max_size=5)


@given(wide=_PATTERNS, narrow=_PATTERNS, text=st.text(alphabet="ab", max_size=6))
@settings(max_examples=300)
def test_what_a_pattern_is_said_to_cover_it_does_match(wide: str, narrow: str, text: str) -> None:
    if covers(wide, narrow) and matches(narrow, text):
        assert matches(wide, text)
    assert covers(narrow, narrow)
    assert covers("*", narrow)


@pytest.mark.parametrize(
    ("earlier", "later", "hidden"),
    [
        ('amount_from = "100"', 'amount_from = "100.50"', True),
        ('amount_from = "100"', 'amount_from = "99"', False),
        ('amount_below = "100"', 'amount_from = "5", amount_below = "99"', True),
        ('amount_below = "100"', 'amount_below = "101"', False),
    ],
)
def test_limits_of_the_amount_hide_narrower_ones(earlier: str, later: str, *, hidden: bool) -> None:
    found = _list_problems(_write("first", earlier), _write("second", later))

    assert bool(found) is hidden


def test_a_route_is_told_with_its_limit() -> None:
    rules = _read(
        '\n[[route]]\nset = "812"\ntarget = "ap_adjustment"\naction = "submit"\nsubmit_below = "5000"\n'
    )

    assert [line.action for line in describe_routes(rules)] == ["draft", "submit below 5,000"]


def test_a_rule_is_told_in_words() -> None:
    rules = _read(
        _write("plain", 'item = "A"', gives='account = "5000"\nform_1099 = "NEC"\nbox_1099 = "1"'),
        _write(
            "shared",
            'vendor = "V-10", amount_from = "5"',
            gives='account = "5000"\ndimensions = { REGION = "7" }\n'
            'split = [{ percent = "60", class = "C1" }, {}]',
        ),
        _write("fixed", gives='split = [{ amount = "5", account = "1" }, { account = "2" }]'),
        _write("freight", gives='on = "charge"\nspread = true'),
    )

    told = [(line.number, line.when, line.gives) for line in describe_coding(rules)]

    assert told == [
        (1, "item A", "account 5000, 1099 NEC 1"),
        (
            2,
            "vendor V-10, amount_from 5",
            "account 5000, REGION 7; 60 %: class C1; the rest: account 5000, REGION 7",
        ),
        (3, "always", "5: account 1; the rest: account 2"),
        (4, "always", "spread over the goods"),
    ]
    assert [(line.set_code, line.partner, line.target) for line in describe_routes(rules)] == [
        ("810", "any", "ap_bill")
    ]
