"""856 ship notice → expected goods and a receiver in draft."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.mapping.purchase import (
    FLOOR,
    ORDER,
    SETTING,
    WARES,
    figures,
    find_comparison,
    gather,
    list_lines,
    make_definition,
    make_item,
    make_line,
    make_order,
    receive,
    stock,
)
from tests.unit.mapping.purchase_documents import name_needs, receive_set
from tests.unit.mapping.test_mapping_properties import steady

from ml_connector.edi import parse_ship_notice
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.matching.notice_lines import NoticeRead, ask_notice_items, list_notice_clues
from ml_connector.mapping.orders.order_chain import OrderFile, foresee
from ml_connector.mapping.orders.order_match import OrderClue
from ml_connector.mapping.orders.purchasing_case import Noted, PlannedPurchasing
from ml_connector.mapping.routes.notice_to_receiver import plan_receiver
from ml_connector.records.orders import PurchasingTransaction, StockItem

BSN: Final = "BSN*00*88213*20260310*0900"
RECEIPT: Final = "[[notice]]\nasn_is_receipt = true\n"
SMALL: Final = '[[match]]\nname = "small"\nquantity = "5"\n'


def notice(
    *items: str, order: str = "PO0213", bsn: str = BSN, dates: tuple[str, ...] = ("DTM*017*20260312",)
) -> list[str]:
    """Items as `400 EA B-8`, each of the order unless `of PO9` follows, in a shipment."""
    segments = [bsn, "HL*1**S", *dates, "HL*2*1*O", f"PRF*{order}"]
    for number, item in enumerate(items, start=3):
        quantity, unit, code, *more = item.split()
        segments += [f"HL*{number}*2*I", *([f"PRF*{more[1]}"] if more[:1] == ["of"] else [])]
        line = more[1] if more[:1] == ["line"] else ""
        segments += [f"LIN*{line}*VN*{code}", f"SN1**{quantity}*{unit}"]
    return segments


def plan(
    *items: str,
    orders: tuple[PurchasingTransaction, ...] | None = None,
    made: tuple[PurchasingTransaction, ...] = (),
    wares: tuple[StockItem, ...] = WARES,
    segments: list[str] | None = None,
    **other: Any,
) -> PlannedPurchasing | Noted | Held | Filed:
    written = {name: other.pop(name) for name in ("order", "bsn", "dates") if name in other}
    said = segments or notice(*(items or ("400 EA B-8",)), **written)
    received, document = receive_set(parse_ship_notice, "856", *said, **{"rules": "", **other})
    known = orders if orders is not None else (make_order(),)
    read = NoticeRead(
        documents=[each.document for each in known],
        files={each.document.document_id: OrderFile(order=each, made=made) for each in known},
        known=stock(*wares),
    )
    return plan_receiver(received, document, read)


def write(*items: str, **other: Any) -> list[NewPurchasing]:
    planned = plan(*items, **other)
    assert isinstance(planned, PlannedPurchasing), planned
    return [each for each in planned.functions if isinstance(each, NewPurchasing)]


def hold(*items: str, **other: Any) -> dict[str, str]:
    held = plan(*items, **other)
    assert isinstance(held, Held), held
    return name_needs(held.needs)


@pytest.mark.rule("856 ship notice", 1)
def test_a_notice_becomes_a_draft_receiver_converted_from_its_order() -> None:
    [made] = write()

    assert (made.definition, made.created_from, made.state) == ("PO Receiver", ORDER, "Draft")
    assert (made.vendor_number, made.date, made.due_date) == ("88213", date(2026, 3, 12), date(2026, 3, 12))
    assert made.message is not None
    assert made.message.endswith(" mlc-856-ABCDEFGHIJKL")
    assert list_lines(made) == ["400 Each at 0.5 of 9921"]
    assert (made.lines[0].source_line, made.lines[0].warehouse_id, made.lines[0].dimensions) == (
        9921,
        "W1",
        FLOOR,
    )


@pytest.mark.rule("856 ship notice", 1)
def test_a_notice_says_what_is_expected_and_when() -> None:
    planned = plan("10 CA B-8")

    assert isinstance(planned, PlannedPurchasing)
    [expected] = find_comparison(planned).expected
    assert (expected.order_id, expected.order_line, expected.item_id) == (ORDER, 1, "BOLT-M8")
    assert (figures(expected.quantity), expected.unit, expected.on) == (["120"], "Each", date(2026, 3, 12))
    assert [reason.value for reason in planned.provenance if reason.path.endswith("line 1")] == ["120 Each"]


@pytest.mark.rule("856 ship notice", 2)
def test_an_item_in_many_cartons_is_one_line() -> None:
    [made] = write("100 EA B-8", "2 CA B-8", "76 EA B-8")

    assert [figures(line.quantity) for line in made.lines] == [["200"]]


@pytest.mark.rule("856 ship notice", 2)
@pytest.mark.parametrize(
    ("items", "received"),
    [
        (("20 EA B-8 line 1", "20 EA B-8 line 2"), [(9921, "20"), (9922, "20")]),
        (("10 EA B-8 line 002", "20 EA B-8 line 1", "10 EA B-8 line 002"), [(9922, "20"), (9921, "20")]),
        (("5 EA B-8 line 1", "5 EA B-8 line 7"), [(9921, "10")]),
        (("5 EA B-8 line 1", "5 EA B-8"), [(9921, "10")]),
    ],
    ids=["each line full", "in cartons", "a count of the sender's own", "not all say"],
)
def test_items_of_several_lines_of_an_order_are_kept_apart_where_the_notice_names_these(
    items: tuple[str, ...], received: list[tuple[int, str]]
) -> None:
    order = make_order(make_line(9921, "20"), make_line(9922, "20", number=1))

    [made] = write(*items, orders=(order,))

    assert [(line.source_line, *figures(line.quantity)) for line in made.lines] == received


def test_items_that_name_lines_of_an_order_that_is_not_there_are_held_together() -> None:
    assert list(hold("5 EA B-8 line 1", "5 EA B-8 line 2", order="PO9")) == ["order:Corvid Metals/PO9"]


@pytest.mark.rule("856 ship notice", 1)
@pytest.mark.parametrize(
    ("dates", "on"),
    [
        ((), date(2026, 3, 10)),
        (("DTM*017*20260301",), date(2026, 3, 10)),
        (("DTM*017*20260401", "DTM*050*20260311"), date(2026, 4, 1)),
    ],
)
def test_a_draft_is_dated_as_announced_and_never_before_the_notice(dates: tuple[str, ...], on: date) -> None:
    assert write(dates=dates)[0].date == on


@pytest.mark.rule("856 ship notice", 4)
@pytest.mark.parametrize(
    ("dates", "on"),
    [
        (("DTM*017*20260312", "DTM*035*20260314", "DTM*050*20260315"), date(2026, 3, 15)),
        (("DTM*017*20260312", "DTM*035*20260314"), date(2026, 3, 14)),
        (("DTM*017*20260312",), date(2026, 3, 12)),
    ],
)
def test_a_notice_that_is_a_receipt_is_posted_on_the_day_of_arrival(dates: tuple[str, ...], on: date) -> None:
    [made] = write(dates=dates, rules=RECEIPT)

    assert (made.state, made.date) == (None, on)


@pytest.mark.rule("856 ship notice", 4)
@pytest.mark.parametrize(("dates", "named"), [((), "none"), (("DTM*017*20260401",), "2026-04-01")])
def test_a_receipt_of_goods_that_are_not_there_is_held(dates: tuple[str, ...], named: str) -> None:
    assert list(hold(dates=dates, rules=RECEIPT)) == [f"date:{named}/88213"]


@pytest.mark.rule("Before anything else", 1)
@pytest.mark.rule("856 ship notice", 4)
def test_a_test_link_posts_no_receipt() -> None:
    [made] = write(rules=RECEIPT, setting=replace(SETTING, mode="test"))

    assert made.state == "Draft"


@pytest.mark.rule("856 ship notice", 6)
def test_a_partner_s_notices_may_only_be_noted() -> None:
    noted = plan(rules='[[notice]]\ntarget = "note"')

    assert isinstance(noted, Noted)
    assert figures(*(each.quantity for each in find_comparison(noted).expected)) == ["400"]


@pytest.mark.rule("856 ship notice", 3)
@pytest.mark.parametrize(
    ("made", "items", "lines"),
    [
        ((), ("150 EA B-8",), ["150 of 9921"]),
        ((receive("1", "150"),), ("250 EA B-8",), ["250 of 9921"]),
        ((receive("1", "150"),), ("255 EA B-8",), ["250 of 9921", "5 of None"]),
    ],
)
def test_partial_and_tolerated_over_receipts_are_written(
    made: tuple[PurchasingTransaction, ...], items: tuple[str, ...], lines: list[str]
) -> None:
    [receiver] = write(*items, made=made, rules=SMALL)

    assert [f"{line.quantity:f} of {line.source_line}" for line in receiver.lines] == lines


def test_an_over_receipt_may_stand_on_the_order_s_line_by_setting() -> None:
    rules = '[purchasing]\noverage = "same_line"\n' + SMALL

    [receiver] = write("405 EA B-8", rules=rules)
    other_goods = make_order(make_line(9921, "400"), make_line(9922, "10", item="NUT-M8", number=1))
    [used] = write("5 EA B-8", rules=rules, orders=(other_goods,), made=(receive("1", "400"),))

    assert [(line.source_line, *figures(line.quantity)) for line in receiver.lines] == [(9921, "405")]
    assert [line.source_line for line in used.lines] == [None]


@pytest.mark.rule("856 ship notice", 3)
@pytest.mark.parametrize(
    ("made", "rules"),
    [((), ""), ((receive("1", "10"),), ""), ((receive("1", "10", state="Draft"),), ""), ((), SMALL)],
)
def test_more_than_is_ordered_is_held(made: tuple[PurchasingTransaction, ...], rules: str) -> None:
    count = 406 if not made else 391

    reason = hold(f"{count} EA B-8", made=made, rules=rules)[f"over_receipt:{ORDER}/1/88213"]

    assert "come together of 400" in reason
    assert f"more is allowed by {'small' if rules else 'no tolerance'}" in reason
    assert f"this notice ships {count} for {count / 2:g}" in reason
    assert "(100.00 USD waits); raise the order in Intacct" in reason


def test_an_order_that_cannot_be_converted_any_more_is_held() -> None:
    assert list(hold(orders=(make_order(state="Closed"),))) == [f"over_receipt:{ORDER}/1/88213"]


@pytest.mark.rule("856 ship notice", 3)
def test_a_tolerated_excess_of_an_order_that_is_used_up_is_held() -> None:
    used_up = hold("3 EA B-8", made=(receive("1", "400"),), rules=SMALL)
    [beside_the_rest] = write("3 EA B-8", made=(receive("1", "399"),), rules=SMALL)

    assert "0 can be received" in used_up[f"over_receipt:{ORDER}/1/88213"]
    assert [line.quantity for line in beside_the_rest.lines] == [1, 2]


@pytest.mark.parametrize(
    ("item", "source"), [("30 EA B-8 line 1", 9922), ("300 EA B-8 line 1", 9922), ("3 EA B-8 line 1", 9921)]
)
def test_of_two_lines_of_an_item_the_one_that_so_much_is_still_to_come_of_is_received(
    item: str, source: int
) -> None:
    order = make_order(make_line(9921, "400"), make_line(9922, "400", number=1))

    [made] = write(item, orders=(order,), made=(receive("1", "395"),))

    assert [line.source_line for line in made.lines] == [source]


def test_of_two_open_lines_of_an_item_that_no_number_tells_apart_it_is_asked() -> None:
    order = make_order(make_line(9921, "400"), make_line(9922, "300", number=1))

    needs = hold("30 EA B-8", orders=(order,))

    assert [*needs] == [f"order_line:Corvid Metals/{ORDER}/BOLT-M8/88213/item 1"]
    assert [*hold("30 ZZ B-8", orders=(order,))] == [f"order_line:Corvid Metals/{ORDER}/BOLT-M8/88213/item 1"]


def test_an_over_receipt_that_could_be_of_two_lines_is_held() -> None:
    order = make_order(make_line(9921, "400"), make_line(9922, "10", number=1))

    keys = hold("405 EA B-8 line 1", orders=(order,), rules=SMALL)

    assert "cannot be told from its other lines" in keys[f"over_receipt:{ORDER}/1/88213"]


@pytest.mark.rule("856 ship notice", 2)
def test_a_notice_of_two_orders_makes_a_receiver_of_each() -> None:
    other = make_order(make_line(8000, "10", "2", item="NUT-M8"), document_id="Purchase Order-PO9")
    bare = replace(SETTING, definitions=(make_definition("PO Receiver", sequence=""),))
    items = ("400 EA B-8", "10 EA N-8 of PO9")

    made = write(*items, orders=(make_order(), other))
    numbered = write(*items, orders=(make_order(), other), setting=bare)

    assert [each.created_from for each in made] == [ORDER, "Purchase Order-PO9"]
    assert [len(each.lines) for each in made] == [1, 1]
    assert [each.number for each in (*made, *numbered)] == [None, None, "88213", "88213-2"]


@pytest.mark.parametrize(
    ("items", "changes", "key"),
    [
        (("4 EA X-1",), {}, "item:Corvid Metals/VN/X-1"),
        (("4 KG B-8",), {}, "unit:Corvid Metals/BOLT-M8/KG"),
        (("-4 EA B-8",), {}, "unit:BOLT-M8/Each"),
        (("4 EA N-8",), {}, f"order_line:{ORDER}/NUT-M8"),
        (("4 EA B-8",), {"order": "PO9"}, "order:Corvid Metals/PO9"),
        (("4 EA B-8",), {"orders": (make_order(make_line(9921, "40", unit="Drum")),)}, "unit:BOLT-M8/Each"),
        (("4 EA B-8",), {"orders": (make_order(state="Draft"),)}, f"order_state:{ORDER}"),
        (("4 EA B-8",), {"made": (receive("1", "4", unit="Drum"),)}, "unit:BOLT-M8/Drum"),
        (("1 EA B-8",), {"orders": (make_order(make_line(9921, "40", unit="Case")),)}, "unit:BOLT-M8/Case"),
        (
            ("4 EA B-8",),
            {"wares": (make_item(aliases=WARES[0].aliases, tracked=("lot",)),)},
            "item_details:BOLT-M8/88213",
        ),
        (("4 EA B-8",), {"bsn": "BSN*01*88213*20260310*0900"}, "purpose:01/88213"),
        (("4 EA B-8",), {"bsn": "BSN*00*88213**0900"}, "date:none/88213"),
        (("4 EA B-8",), {"bsn": f"BSN*00*{'8' * 21}*20260310*0900"}, f"length:BSN02/{'8' * 21}"),
        (("4 EA B-8",), {"setting": replace(SETTING, definitions=())}, "definition:PO Receiver"),
    ],
)
def test_a_notice_that_cannot_be_received_is_held(
    items: tuple[str, ...], changes: dict[str, Any], key: str
) -> None:
    """856 ship notice: none passes without the rule that lets it."""
    reason = hold(*items, **changes)[key]

    assert "(100.00 USD waits); " in reason


def test_an_item_without_an_order_or_without_a_quantity_is_held() -> None:
    bare = [BSN, "HL*1**S", "HL*2*1*I", "LIN**VN*B-8", "SN1**4*EA"]
    empty = [BSN, "HL*1**S", "HL*2*1*O", "PRF*PO0213", "HL*3*2*I", "LIN**VN*B-8"]

    assert "order:Corvid Metals/none/88213" in hold(segments=bare)
    assert "lines:88213" in hold(segments=empty)


@pytest.mark.rule("Before anything else", 2)
def test_test_traffic_on_a_live_link_is_filed() -> None:
    assert isinstance(plan(usage="T"), Filed)


def test_what_must_be_looked_up_is_told_beforehand() -> None:
    said = notice("4 EA B-8", "4 EA N-8 of PO9")
    received, document = receive_set(parse_ship_notice, "856", *said, rules="")

    assert list_notice_clues(document) == (
        OrderClue(place="PRF01", number="PO0213"),
        OrderClue(place="PRF01", number="PO9"),
    )
    assert ask_notice_items(received.case, document, [OrderFile(order=make_order(), made=())]) == {
        ("item_cross_reference", "V-10/B-8"),
        ("item_cross_reference", "V-10/N-8"),
        ("item", "BOLT-M8"),
    }


@pytest.mark.rule("856 ship notice", 3)
@given(
    st.lists(
        st.tuples(st.sampled_from([1, 7, 60, 150]), st.sampled_from(["EA", "CA"]), st.booleans()), max_size=8
    )
)
@settings(steady, max_examples=30)
def test_no_order_line_is_ever_received_beyond_its_tolerance(sequence: list[tuple[int, str, bool]]) -> None:
    made: list[PurchasingTransaction] = []
    for number, (quantity, unit, is_receipt) in enumerate(sequence, start=1):
        rules = SMALL + (RECEIPT if is_receipt else "")
        planned = plan(f"{quantity} {unit} B-8", made=tuple(made), rules=rules)
        if isinstance(planned, PlannedPurchasing):
            [function] = planned.functions
            assert isinstance(function, NewPurchasing)
            made.append(foresee(function, document_id=f"PO Receiver-{number}", first_key=-100 * number))
            assert sum(line.quantity for line in function.lines) == quantity * (12 if unit == "CA" else 1)

    [line] = gather(OrderFile(order=make_order(), made=tuple(made))).lines

    assert line.received + line.expected <= Fraction(405)


@pytest.mark.rule("Before anything else", 19)
def test_a_notice_of_orders_of_two_entities_is_held_as_it_is_written_in_one() -> None:
    other = make_order(make_line(9931, "10"), document_id="Purchase Order-PO9", entity="E2")

    held = plan("400 EA B-8", "10 EA B-8 of PO9", orders=(make_order(), other))

    assert isinstance(held, Held)
    assert [str(need) for need in held.needs] == ["entity:+E2"]
    assert "the orders belong to several entities: E2, the top level" in held.needs[0].reason
