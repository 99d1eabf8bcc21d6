"""Which account and dimensions a line gets, and what Intacct would refuse is held before it is sent."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pytest
from tests.unit.mapping.trade import (
    BOOKS,
    ROUTE,
    Trade,
    list_needs,
    make_account,
    make_class,
    make_department,
    make_location,
    make_project,
    make_trade,
    make_vendor,
    plan_bill,
    replace_account,
)

from ml_connector.mapping.bill_setup import BillSetup
from ml_connector.mapping.decisions import Held
from ml_connector.mapping.payables.invoice_draft import Draft, draft_invoice
from ml_connector.mapping.routes.invoice_to_bill import Planned, ask_lines
from ml_connector.mapping.vendors.vendor_match import Match
from ml_connector.records.provenance import Reason
from ml_connector.records.xref import CrossReference

LINE: Final = "IT1*1*1*EA*5**VN*BOLT-M8*IN*4711"
PID: Final = "PID*F****Hex bolts"
SHIP_TO: Final = "N1*ST*Halden North*92*0012"
ELSE: Final = '\n[[coding]]\nname = "else"\naccount = "5200"\n'


def _make(*, when: str = "", gives: str = "", lines: tuple[str, ...] = (LINE, PID), **other: Any) -> Trade:
    rule = f'[[coding]]\nname = "bolts"\naccount = "5100"\n{gives}{f"when = {{ {when} }}" if when else ""}\n'
    return make_trade(SHIP_TO, *lines, total="500", coding=rule + ELSE, **other)


@pytest.mark.rule("810 invoice", 14)
@pytest.mark.parametrize(
    "when",
    [
        'partner = "corvid*"',
        'vendor = "V-10"',
        'item = "VN/BOLT-*"',
        'item = "bolt-m?"',
        'item = "IN/4711"',
        'description = "*BOLTS"',
        'ship_to = "92/0012"',
        'ship_to = "0012"',
        'item = "4711", description = "hex*", ship_to = "*"',
    ],
)
def test_a_line_gets_the_account_of_the_first_rule_that_fits(when: str) -> None:
    [line] = plan_bill(_make(when=when)).lines

    assert line.account_no == "5100"


@pytest.mark.parametrize(
    "when",
    [
        'partner = "Corvid"',
        'vendor = "V-1"',
        'item = "SK/BOLT-*"',
        'description = "bolts"',
        'ship_to = "12/0012"',
        'code = "D240"',
        'item = "4711", vendor = "V-20"',
    ],
)
def test_a_rule_that_does_not_fit_whole_is_passed_over_and_named(when: str) -> None:
    planned = _make(when=when).plan()

    assert isinstance(planned, Planned)
    [why] = [reason for reason in planned.provenance if reason.path == "lines[1].ACCOUNTNO"]
    assert why == Reason(
        path="lines[1].ACCOUNTNO",
        value="5200",
        rule="else",
        inputs=(("IT1 VN", "BOLT-M8"), ("IT1 IN", "4711"), ("PID05", "Hex bolts")),
        losers=(f"bolts ({when.rsplit(', ', maxsplit=1)[-1].partition(' ')[0]})",),
    )


def test_brackets_in_a_pattern_stand_for_themselves() -> None:
    line = ("IT1*1*1*EA*5**VN*BOLT[M8]",)

    assert plan_bill(_make(when='item = "bolt[m8]"', lines=line)).lines[0].account_no == "5100"


def test_a_line_has_no_ship_to_where_the_invoice_names_none() -> None:
    trade = make_trade(
        LINE,
        total="500",
        coding=f'[[coding]]\nname = "x"\naccount = "5100"\nwhen = {{ ship_to = "*" }}\n{ELSE}',
    )

    assert plan_bill(trade).lines[0].account_no == "5200"


def test_dimensions_come_from_the_rule_and_the_location_also_from_the_route() -> None:
    gives = 'department = "D1"\nclass = "C1"\nproject = "P1"\n'
    known = (*BOOKS, make_department("D1"), make_class("C1"), make_project("P1"), make_location("L1"))

    [line] = plan_bill(_make(gives=gives, route=f'{ROUTE}location = "L1"\n', known=known)).lines

    assert (line.department_id, line.class_id, line.project_id, line.location_id) == ("D1", "C1", "P1", "L1")


def test_the_rule_s_location_comes_before_the_route_s() -> None:
    known = (*BOOKS, make_location("L2"))

    [line] = plan_bill(_make(gives='location = "L2"\n', route=f'{ROUTE}location = "L1"\n', known=known)).lines

    assert line.location_id == "L2"


@pytest.mark.rule("810 invoice", 14, 15, 19)
@pytest.mark.parametrize(
    ("lines", "after", "key"),
    [
        (("IT1*1*1*EA*5**VN*X",), (), "coding:Corvid Metals/VN/X"),
        (("IT1*1*1*EA*5", PID), (), "coding:Corvid Metals/Hex bolts"),
        (("IT1*1*1*EA*5",), (), "coding:Corvid Metals/any"),
        ((), ("SAC*C*D240***500",), "charge:Corvid Metals/D240"),
        ((), ("SAC*C**VI*FRT*500",), "charge:Corvid Metals/FRT"),
        ((), ("SAC*A*C310***-500",), "charge:Corvid Metals/C310"),
        ((), ("TXI*ST*5",), "tax:Corvid Metals/ST"),
    ],
)
def test_what_no_rule_covers_is_held_and_named(
    lines: tuple[str, ...], after: tuple[str, ...], key: str
) -> None:
    needs = list_needs(make_trade(*lines, total="500", after=after, coding=""))

    assert list(needs) == [key]
    assert needs[key].startswith("no rule gives an account for the ")


def test_a_thing_that_is_missing_for_many_lines_is_named_once() -> None:
    lines = [f"IT1*{n}*1*EA*1**VN*X" for n in range(5)]

    assert list(list_needs(make_trade(*lines, total="500", coding=""))) == ["coding:Corvid Metals/VN/X"]


@pytest.mark.rule("810 invoice", 14)
def test_records_that_intacct_does_not_have_are_held_each_under_its_name() -> None:
    gives = 'department = "D1"\nclass = "C1"\nproject = "P1"\nlocation = "L1"\n'

    needs = list_needs(_make(gives=gives, known=(*BOOKS[:2], BOOKS[-1])))

    assert list(needs) == ["account:5100", "department:D1", "location:L1", "class:C1", "project:P1"]
    assert needs["class:C1"] == "class C1 (rule “bolts”) is not in Intacct; create it, or correct the rule"


@pytest.mark.rule("810 invoice", 14)
def test_an_inactive_account_is_held() -> None:
    known = (make_vendor(), make_account("5100", status="inactive"), BOOKS[-1])

    assert list_needs(_make(known=known)) == {
        "account:5100": "account 5100 (rule “bolts”) is inactive in Intacct; activate it, or correct the rule"
    }


@pytest.mark.rule("810 invoice", 14)
def test_dimensions_an_account_wants_are_honoured_before_anything_is_sent() -> None:
    wanted = ("department", "location", "class", "project", "customer", "vendor")
    known = (make_vendor(), make_account("5100", requires=wanted), make_location("L1"), BOOKS[-1])

    needs = list_needs(_make(gives='location = "L1"\n', known=known))

    assert list(needs) == [
        "dimension:class/5100",
        "dimension:customer/5100",
        "dimension:department/5100",
        "dimension:project/5100",
    ]
    assert needs["dimension:class/5100"].endswith("gives none; add class = … to it")
    assert needs["dimension:customer/5100"].endswith("gives none; give it another account")


@pytest.mark.rule("810 invoice", 14)
def test_a_line_names_the_vendor_only_where_its_account_wants_one() -> None:
    known = replace_account("5100", requires=["vendor"])
    goods = ("IT1*1*1*EA*3**VN*BOLT", "IT1*2*1*EA*2**VN*NUT")

    made = plan_bill(_make(when='item = "VN/BOLT"', lines=goods, known=known))

    assert [(line.account_no, line.vendor_id) for line in made.lines] == [
        ("5100", "V-10"),
        ("5200", None),
    ]


def test_the_rounding_account_is_checked_like_any_other() -> None:
    rules = '[us]\nreceivers = ["ZZ/HALDEN"]\n[[partner]]\nname = "Corvid Metals"\nsenders = ["ZZ/CORVID"]\ndefault_vendor = "V-10"\ntolerance = "0.01"\n'
    trade = make_trade(LINE, total="501", seller="", rules=rules, route=f'{ROUTE}rounding_account = "9999"\n')

    assert list(list_needs(trade)) == ["account:9999"]


ENTITIES: Final = (
    *BOOKS,
    make_location("E1"),
    make_location("L1", parent="R1"),
    make_location("R1", parent="E1"),
    make_location("L2", parent="E2"),
    make_location("L3", parent="L4"),
    make_location("L4", parent="L3"),
)


@pytest.mark.rule("Before anything else", 18)
@pytest.mark.parametrize(
    ("location", "held"),
    [("L1", []), ("E1", []), ("L2", ["entity:L2/E1"]), ("L3", ["entity:L3/E1"]), ("L9", ["location:L9"])],
)
def test_a_line_in_another_entity_than_the_route_s_is_held(location: str, held: list[str]) -> None:
    trade = _make(gives=f'location = "{location}"\n', route=f'{ROUTE}entity = "E1"\n', known=ENTITIES)

    planned = trade.plan()

    assert ([] if isinstance(planned, Planned) else list(list_needs(trade))) == held


LOCATIONS: Final = """
[[coding]]
name = "here"
account = "5000"
when = { item = "A" }
location = "L1"

[[coding]]
name = "there"
account = "5100"
location = "L2"
"""


@pytest.mark.rule("Before anything else", 18)
@pytest.mark.parametrize(
    ("route", "held"),
    [("", ["entity:E1+E2"]), ("inter_entity = true\n", []), ('entity = "E1"\n', ["entity:L2/E1"])],
)
def test_lines_in_two_entities_are_held_unless_the_route_says_so(route: str, held: list[str]) -> None:
    lines = ("IT1*1*1*EA*5**VN*A", "IT1*2*1*EA*5**VN*B")
    trade = make_trade(
        *lines, total="1000", coding=LOCATIONS, route=ROUTE + route, known=(*ENTITIES, make_location("E2"))
    )

    assert ([] if isinstance(trade.plan(), Planned) else list(list_needs(trade))) == held


@pytest.mark.rule("810 invoice", 27)
def test_an_entity_that_keeps_its_books_in_another_currency_is_held() -> None:
    known = (*BOOKS, make_location("L1", parent="E1"), make_location("E1", currency="CAD"))

    needs = list_needs(_make(gives='location = "L1"\n', route=f'{ROUTE}entity = "E1"\n', known=known))

    assert list(needs) == ["currency:CAD/E1"]


def test_an_entity_that_is_not_in_intacct_is_held() -> None:
    needs = list_needs(_make(gives='location = "L1"\n', route=f'{ROUTE}entity = "E9"\n', known=ENTITIES))

    assert list(needs) == ["entity:L1/E9", "entity:E9"]


@pytest.mark.rule("Before anything else", 18)
def test_lines_in_another_entity_are_booked_where_the_route_says_so() -> None:
    route = f'{ROUTE}entity = "E1"\ninter_entity = true\n'

    assert (
        plan_bill(_make(gives='location = "L2"\n', route=route, known=ENTITIES)).lines[0].location_id == "L2"
    )


@pytest.mark.rule("Before anything else", 18)
def test_every_line_of_an_entity_s_bill_has_a_location() -> None:
    assert list(list_needs(_make(route=f'{ROUTE}entity = "E1"\n', known=ENTITIES))) == [
        "dimension:location/5100"
    ]


def test_what_the_lines_rest_on_is_asked_with_the_entity_and_the_term() -> None:
    trade = _make(gives='department = "D1"\n', route=f'{ROUTE}entity = "E1"\n')
    rules = trade.read_rules()
    reason = Reason(path="VENDORID", value="V-10", rule="test")

    draft = draft_invoice(trade.make_subject(rules), rules, Match(vendor=make_vendor(term=""), reason=reason))

    assert isinstance(draft, Draft)
    assert ask_lines(draft) == {("account", "5100"), ("department", "D1"), ("location", "E1")}


def test_only_the_term_is_asked_while_the_lines_cannot_be_coded() -> None:
    trade = make_trade(LINE, total="500", coding="")
    rules = trade.read_rules()
    reason = Reason(path="VENDORID", value="V-10", rule="test")

    draft = draft_invoice(trade.make_subject(rules), rules, Match(vendor=make_vendor(), reason=reason))

    assert isinstance(draft, Draft)
    assert ask_lines(draft) == {("term", "N30")}


def test_the_order_and_the_invoice_number_stand_in_the_bill_with_their_origin() -> None:
    planned = _make(big="20260315*INV-7**PO-9").plan()

    assert isinstance(planned, Planned)
    said = {reason.path: reason.inputs for reason in planned.provenance}
    assert (planned.bill.number, planned.bill.reference) == ("INV-7", "PO-9")
    assert (said["RECORDID"], said["DOCNUMBER"]) == ((("BIG02", "INV-7"),), (("BIG04", "PO-9"),))


@pytest.mark.rule("810 invoice", 19)
@pytest.mark.parametrize(("tax", "needs"), [("4.00", ["tax:Corvid Metals/VA"]), ("0", [])])
def test_where_taxes_can_be_claimed_back_they_never_become_cost(tax: str, needs: list[str]) -> None:
    total = f"{Decimal(8000) + Decimal(tax) * 100:.0f}"
    trade = make_trade("IT1*1*1*EA*80", f"TXI*VA*{tax}", total=total, bills=BillSetup(tax_solution=True))

    held = trade.plan()

    assert (list(list_needs(trade)) if isinstance(held, Held) else []) == needs
    assert isinstance(replace(trade, bills=BillSetup()).plan(), Planned)


def test_what_no_rule_covers_gets_the_account_that_a_person_has_answered_for_it() -> None:
    answered = CrossReference(kind="coding", partner="Corvid Metals", code="VN/ODD", target="5100")
    rules = '[[coding]]\nname = "bolts"\naccount = "5000"\nwhen = { item = "VN/BOLT" }\n'
    trade = make_trade("IT1*1*1*EA*80**VN*ODD", total="8000", coding=rules, answers=(answered,))

    planned = trade.plan()

    assert isinstance(planned, Planned)
    [line] = planned.bill.lines
    [reason] = [each for each in planned.provenance if each.path.endswith("ACCOUNTNO")]
    assert line.account_no == "5100"
    assert (reason.rule, reason.losers) == ("answer to coding:Corvid Metals/VN/ODD", ("bolts (item)",))
