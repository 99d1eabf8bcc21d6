"""850 order, Finding an order again: exact number, reference, then as people spell it, within the vendor."""

from dataclasses import replace

import pytest
from tests.unit.mapping.purchase import ORDER, make_case, make_order, make_purchase
from tests.unit.mapping.trade import make_trade, read_invoice

from ml_connector.intacct.objects import PurchasingDocument
from ml_connector.mapping.orders.order_match import (
    OrderClue,
    OrderFound,
    ask_orders,
    list_invoice_clues,
    match_order,
    normalise_number,
)
from ml_connector.records.needs import Need

KNOWN = make_order().document


def clue(number: str, release: str = "") -> OrderClue:
    return OrderClue(place="BIG04", number=number, release=release)


def find(said: OrderClue | None, *orders: PurchasingDocument, rules: str = "") -> OrderFound | Need:
    return match_order(make_case(rules), said, orders or (KNOWN,))


def name(number: str, reference: str = "") -> PurchasingDocument:
    return replace(KNOWN, number=number, document_id=f"Purchase Order-{number}", reference=reference)


@pytest.mark.rule("850 order", 12)
@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("PO0213", "number PO0213"),
        ("0213", "number 0213 as people spell it"),
        ("213", "number 213 as people spell it"),
        ("P.O. 213", "number P.O. 213 as people spell it"),
        ("Purchase Order-PO0213", "number Purchase Order-PO0213 as people spell it"),
        ("po-0213", "number po-0213 as people spell it"),
        ("PO0213-001", "number PO0213 as people spell it"),
    ],
)
def test_an_order_is_found_however_its_number_is_spelled(said: str, rule: str) -> None:
    found = find(clue(said))

    assert isinstance(found, OrderFound)
    assert (found.reason.value, found.reason.rule) == (ORDER, rule)
    assert found.reason.inputs == (("BIG04", said),)


@pytest.mark.rule("850 order", 12)
def test_an_exact_number_wins_over_one_that_is_spelled_alike() -> None:
    found = find(clue("PO0213"), name("213"), KNOWN)

    assert isinstance(found, OrderFound)
    assert found.document is KNOWN
    assert found.reason.losers == ("order cross-reference",)


@pytest.mark.rule("850 order", 12)
def test_an_order_is_found_by_the_reference_that_people_entered() -> None:
    found = find(clue("4711"), name("PO9", reference="4711"), KNOWN)

    assert isinstance(found, OrderFound)
    assert (found.reason.value, found.reason.rule) == ("Purchase Order-PO9", "reference 4711")


@pytest.mark.rule("850 order", 4)
def test_a_release_is_found_before_its_frame() -> None:
    found = find(clue("PO0213", "7"), KNOWN, name("PO0213-7"))
    frame = find(clue("PO0213", "7"), KNOWN)

    assert isinstance(found, OrderFound)
    assert found.reason.value == "Purchase Order-PO0213-7"
    assert isinstance(frame, OrderFound)
    assert frame.reason.rule == "number PO0213"


@pytest.mark.rule("850 order", 12)
def test_a_cross_reference_decides_before_any_number() -> None:
    rules = '[[order]]\npartner = "Corvid Metals"\ncode = "PO0213"\norder = "Purchase Order-PO9"'

    found = find(clue("PO0213"), KNOWN, name("PO9"), rules=rules)

    assert isinstance(found, OrderFound)
    assert (found.reason.value, found.reason.rule) == ("Purchase Order-PO9", "order cross-reference")
    assert found.reason.losers == ()


@pytest.mark.rule("850 order", 13)
def test_several_orders_are_held_with_their_names_the_amount_and_the_way_out() -> None:
    need = find(clue("213"), KNOWN, name("0213"))

    assert isinstance(need, Need)
    assert str(need) == "order:Corvid Metals/213"
    assert "Purchase Order-0213, Purchase Order-PO0213" in need.reason
    assert (
        "(100.00 USD waits); say which one Corvid Metals means with an order cross-reference" in need.reason
    )


@pytest.mark.rule("850 order", 12)
def test_an_order_of_another_vendor_is_not_found_and_its_owner_is_named() -> None:
    need = find(clue("PO0213"), replace(KNOWN, vendor_id="V-20"))

    assert isinstance(need, Need)
    assert need.kind == "order"
    assert "no order of vendor V-10 Corvid Metals answers to BIG04 PO0213" in need.reason
    assert "the number belongs to vendor V-20" in need.reason


def test_a_receiver_is_no_order() -> None:
    need = find(clue("PO0213"), replace(KNOWN, definition="PO Receiver"))

    assert isinstance(need, Need)
    assert "belongs to" not in need.reason


@pytest.mark.rule("850 order", 13)
def test_a_document_without_an_order_is_held_under_its_own_number() -> None:
    need = find(None)

    assert str(need) == "order:Corvid Metals/none/INV-7"


def test_what_is_to_be_read_are_the_numbers_as_sent_and_the_cross_references() -> None:
    rules = '[[order]]\npartner = "Corvid Metals"\ncode = "A-1"\norder = "Purchase Order-PO9"'

    asked = ask_orders(make_case(rules), [clue("A", "1"), None, clue("B")])

    assert asked.vendor_id == "V-10"
    assert asked.definition == "Purchase Order"
    assert asked.numbers == {"A", "A-1", "B"}
    assert asked.document_ids == {"Purchase Order-PO9"}


def test_a_line_with_an_order_of_its_own_goes_before_the_invoice() -> None:
    lines = ["IT1*1*1*EA*1**VN*B-8", "REF*PO*PO77", "IT1*2*1*EA*1**VN*B-8"]
    _, invoice, _ = read_invoice(make_trade(*lines, total="200", big="20260315*INV-7**PO0213*5").write())

    first, second = list_invoice_clues(invoice)

    assert first == OrderClue(place="line 1 REF*PO", number="PO77")
    assert second == OrderClue(place="BIG04", number="PO0213", release="5")


def test_an_invoice_may_name_its_order_in_a_reference_or_nowhere() -> None:
    named = make_purchase(
        "1 EA 1 B-8", total="100", big="20260315*INV-7", seller="REF*PO*PO9~N1*SE*C*92*0042"
    )
    silent = make_purchase("1 EA 1 B-8", total="100", big="20260315*INV-7")

    clues = [list_invoice_clues(read_invoice(each.trade.write())[1]) for each in (named, silent)]

    assert clues == [(OrderClue(place="REF*PO", number="PO9"),), (None,)]


@pytest.mark.parametrize(("number", "core"), [("PO", "po"), ("0000", "0000"), ("po000", "000"), ("", "")])
def test_a_number_never_becomes_nothing(number: str, core: str) -> None:
    assert normalise_number(number, "Purchase Order") == core
