"""What becomes of an 856: the tree from HL01 and HL02, the flat items, and what does not agree."""

from collections.abc import Callable, Iterator
from datetime import date, time
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_connector.edi import Code, Reading, Severity, Transaction
from ml_connector.edi.documents import hierarchy, shipnotice856
from ml_connector.edi.documents.items import ProductId
from ml_connector.edi.documents.shipment_levels import (
    ItemLevel,
    Level,
    OrderLevel,
    OtherLevel,
    PackLevel,
    ShipmentLevel,
)
from ml_connector.edi.documents.shipnotice856 import ShipNotice, parse_ship_notice, sum_shipped

BSN = "BSN*00*SHP-77001*20260512*0830*0001"

Parse = Callable[..., Reading[ShipNotice]]
Read = Callable[..., ShipNotice]


@pytest.fixture(scope="session")
def parse(read_one: Callable[..., Transaction]) -> Parse:
    """The reading of an 856 with the given segments after its BSN."""

    def parse(*segments: str, bsn: str = BSN) -> Reading[ShipNotice]:
        return parse_ship_notice(read_one(*filter(None, (bsn, *segments)), code="856"))

    return parse


@pytest.fixture(scope="session")
def read(parse: Parse) -> Read:
    """The ship notice of the given segments, which must be one without findings but that it may lack items."""

    def read(*segments: str, bsn: str = BSN) -> ShipNotice:
        reading = parse(*segments, bsn=bsn)
        assert get_codes(reading) == []
        assert reading.document is not None
        return reading.document

    return read


def get_codes(reading: Reading[ShipNotice]) -> list[str]:
    """The codes of all findings but one: most tests are about levels and need no items."""
    return [finding.code for finding in reading.findings if finding.code is not Code.ITEMS_MISSING]


def draw(level: Level) -> str:
    """A level and what it holds, as S1(O2(I3,I4))."""
    inside = ",".join(draw(child) for child in level.children)
    return f"{level.code}{level.id}({inside})" if inside else f"{level.code}{level.id}"


def draw_all(reading: Reading[ShipNotice]) -> str:
    assert reading.document is not None
    return " ".join(draw(shipment) for shipment in reading.document.shipments)


def test_the_header_says_what_and_when(read: Read) -> None:
    notice = read("DTM*011*20260512", "HL*1**S", bsn="BSN*00*SHP-77001*20260512*0830*0004*AS*A20")

    assert (notice.purpose, notice.number, notice.structure) == ("00", "SHP-77001", "0004")
    assert (notice.date, notice.time) == (date(2026, 5, 12), time(8, 30))
    assert (notice.type_code, notice.status_reason) == ("AS", "A20")
    assert [each.qualifier for each in notice.dates] == ["011"]


def test_a_date_of_six_digits_before_004010_is_read(read: Read) -> None:
    assert read("HL*1**S", bsn="BSN*00*SHP-1*240511*0830").date == date(2024, 5, 11)


def test_each_level_is_a_record_of_its_kind(read: Read) -> None:
    notice = read(
        *("HL*1**S", "HL*2*1*O", "PRF*PO-1", "HL*3*2*T", "HL*4*3*P", "HL*5*4*I", "SN1**1*EA", "HL*6*5*Q"),
    )

    [shipment] = notice.shipments
    [order] = shipment.children
    [tare] = order.children
    [pack] = tare.children
    [item] = pack.children
    [other] = item.children
    kinds = [type(level) for level in (shipment, order, tare, pack, item, other)]
    assert kinds == [ShipmentLevel, OrderLevel, PackLevel, PackLevel, ItemLevel, OtherLevel]
    assert [level.segment for level in (shipment, order, tare, pack, item, other)] == [3, 4, 6, 7, 8, 10]


def test_a_shipment_says_how_it_travels(read: Read) -> None:
    [shipment] = read(
        "HL*1**S",
        "TD1*CTN25*24****G*310.5*LB*2.5*CF",
        "TD5*B*2*RDWY*M*GROUND",
        "TD3*TL*RD*4471*G*900*LB***SEAL9",
        "REF*BM*BL-5512",
        "REF*CN*PRO-1",
        "DTM*011*20260512*1700",
        "DTM*017*20260515",
        "N1*SF*Alder Forge*92*0017",
        "N3*9 Kiln Road",
        "REF*DK*DOCK 4",
        "N1*ST*Marlow Pump*92*DC1",
    ).shipments

    assert (shipment.packages[0].packaging, shipment.packages[0].quantity) == ("CTN25", 24)
    assert (shipment.packages[0].weight, shipment.packages[0].volume) == (Decimal("310.5"), Decimal("2.5"))
    assert (shipment.routings[0].carrier, shipment.routings[0].method) == ("RDWY", "M")
    assert (shipment.equipment[0].number, shipment.equipment[0].weight, shipment.equipment[0].seal) == (
        "4471",
        Decimal(900),
        "SEAL9",
    )
    assert [each.value for each in shipment.references] == ["BL-5512", "PRO-1"]
    assert [each.qualifier for each in shipment.dates] == ["011", "017"]
    assert [party.role for party in shipment.parties] == ["SF", "ST"]
    assert shipment.parties[0].references[0].value == "DOCK 4"


def test_an_order_level_names_the_order(read: Read) -> None:
    [shipment] = read("HL*1**S", "HL*2*1*O", "PRF*PO-9*R3**20260401*12*CT-8", "REF*DP*071").shipments

    order = shipment.children[0].order
    assert order is not None
    assert (order.number, order.release, order.date) == ("PO-9", "R3", date(2026, 4, 1))
    assert (order.line, order.contract) == ("12", "CT-8")


def test_an_item_says_what_and_how_many(read: Read) -> None:
    [item] = (
        read(
            "HL*1**S",
            "HL*2*1*O",
            "PRF*PO-1",
            "HL*3*2*I",
            "LIN*7*IN*44120*UP*036000291452",
            "SN1**24*EA**30*EA",
            "PO4*12*1*EA",
            "PID*F****Brass gland",
            "SLN*1**I*2*EA*1.5*PE**VP*G-1",
        )
        .shipments[0]
        .children[0]
        .children
    )

    assert isinstance(item, ItemLevel)
    assert (item.line, item.quantity, item.unit) == ("7", Decimal(24), "EA")
    assert (item.ordered, item.ordered_unit) == (Decimal(30), "EA")
    assert item.product_ids == (ProductId("IN", "44120"), ProductId("UP", "036000291452"))
    assert item.description == "Brass gland"
    assert item.packing[0].pack == Decimal(12)
    assert item.components[0].product_ids == (ProductId("VP", "G-1"),)
    assert item.components[0].quantity == Decimal(2)


def test_the_line_of_an_item_is_that_of_sn1_where_lin_has_none(read: Read) -> None:
    notice = read("HL*1**S", "HL*2*1*O", "PRF*PO-1", "HL*3*2*I", "LIN**IN*4", "SN1*9*1*EA")

    assert notice.items[0].line == "9"


def test_several_lin_in_one_level_are_reported_and_the_first_is_read(parse: Parse) -> None:
    reading = parse("HL*1**S", "PRF*PO-1", "HL*2*1*I", "LIN**IN*4", "SN1**1*EA", "LIN**IN*5")

    assert get_codes(reading) == [Code.SEGMENT_REPEATED]
    assert reading.document is not None
    assert reading.document.items[0].product_ids == (ProductId("IN", "4"),)


@pytest.mark.parametrize(
    ("marks", "label"),
    [
        (["MAN*GM*00100360000000000018"], "100360000000000018"),
        (["MAN*GM*100360000000000018"], "100360000000000018"),
        (["MAN*GM*01234567891011121314"], "01234567891011121314"),
        (["MAN*AA*100360000000000018"], "100360000000000018"),
        (["MAN*UC*40012345678905"], "40012345678905"),
        (["MAN*CP*1Z999", "MAN*GM*100360000000000018"], "100360000000000018"),
        (["MAN*CP*1Z999**GM*100360000000000018"], "100360000000000018"),
        (["MAN*SM*S-1", "MAN*CP*1Z999"], "1Z999"),
        (["MAN*W*PALLET 4*PALLET 6"], "PALLET 4"),
        ([], ""),
    ],
)
def test_a_package_is_known_by_its_serial_container_code_else_by_its_first_mark(
    read: Read, marks: list[str], label: str
) -> None:
    pack = read("HL*1**S", "HL*2*1*P", *marks).shipments[0].children[0]

    assert isinstance(pack, PackLevel)
    assert pack.label == label


TREE = {
    "1": ["HL*1**S"],
    "2": ["HL*2*1*O", "PRF*PO-1"],
    "3": ["HL*3*2*P", "MAN*GM*100360000000000018"],
    "4": ["HL*4*3*I", "LIN*1*IN*44120", "SN1**4*EA"],
}


@pytest.mark.parametrize("order", list(permutations(TREE)))
def test_the_tree_does_not_depend_on_the_order_of_the_levels(read: Read, order: tuple[str, ...]) -> None:
    notice = read(*(segment for id_ in order for segment in TREE[id_]))

    assert draw(notice.shipments[0]) == "S1(O2(P3(I4)))"
    assert notice.items[0].order_number == "PO-1"
    assert notice.items[0].cartons == ("100360000000000018",)


def test_ids_need_not_be_numbers_nor_consecutive(parse: Parse) -> None:
    assert draw_all(parse("HL*A**S", "HL*Z9*A*O", "HL*7*Z9*P")) == "SA(OZ9(P7))"


def test_a_pack_may_stand_above_the_order_or_below_the_item(read: Read) -> None:
    above = read(
        *("HL*1**S", "HL*2*1*T", "MAN*GM*T1", "HL*3*2*O", "PRF*PO-1", "HL*4*3*I", "SN1**1*EA"),
        bsn="BSN*00*S1*20260512*0830*0003",
    )
    below = read(
        *("HL*1**S", "HL*2*1*O", "PRF*PO-1", "HL*3*2*I", "SN1**2*EA"),
        *("HL*4*3*P", "MAN*GM*C1", "SN1**1*EA", "HL*5*3*P", "MAN*GM*C2", "HL*6*3*P", "HL*7*3*I", "SN1**1*EA"),
        *("HL*8*7*P", "MAN*GM*INNER"),
    )

    assert [(item.order_number, item.cartons, item.cartons_below) for item in above.items] == [
        ("PO-1", ("T1",), ())
    ]
    assert [(item.cartons, item.cartons_below) for item in below.items] == [
        ((), ("C1", "C2")),
        ((), ("INNER",)),
    ]
    pack = below.shipments[0].children[0].children[0].children[0]
    assert isinstance(pack, PackLevel)
    assert (pack.quantity, pack.unit) == (Decimal(1), "EA")


def test_the_cartons_of_an_item_run_from_the_pallet_inwards_and_end_with_its_own_mark(read: Read) -> None:
    notice = read(
        *("HL*1**S", "MAN*S*WHOLE", "HL*2*1*O", "PRF*PO-1", "HL*3*2*T", "MAN*GM*PALLET"),
        *("HL*4*3*P", "MAN*GM*CARTON", "HL*5*4*I", "MAN*CP*PIECE", "SN1**1*EA"),
    )

    assert notice.items[0].cartons == ("PALLET", "CARTON", "PIECE")


def test_the_order_of_an_item_is_its_own_before_that_of_a_level_above(read: Read) -> None:
    notice = read(
        *("HL*1**S", "HL*2*1*O", "PRF*PO-1*R1", "HL*3*2*I", "SN1**1*EA", "PRF*PO-2***20260401*5"),
        *("HL*4*2*I", "LIN*8", "SN1**1*EA"),
    )

    assert [(item.order_number, item.order_release, item.line) for item in notice.items] == [
        ("PO-2", "", "5"),
        ("PO-1", "R1", "8"),
    ]


def test_an_item_in_several_cartons_is_summed_by_order_and_item(read: Read) -> None:
    notice = read(
        *("HL*1**S", "HL*2*1*O", "PRF*PO-1", "HL*3*2*P", "HL*4*3*I", "LIN*1*IN*44", "SN1**4*EA"),
        *("HL*5*2*P", "HL*6*5*I", "LIN*2*IN*44", "SN1**2.5*EA", "HL*7*5*I", "LIN*3*IN*44", "SN1**1*CA"),
        *("HL*8*1*O", "PRF*PO-2", "HL*9*8*I", "LIN*1*IN*44", "SN1**8*EA", "HL*10*8*I", "LIN*2", "SN1**1*EA"),
        *("HL*11*8*I", "LIN*3", "SN1**1*EA"),
    )

    totals = sum_shipped(notice.items)

    assert [(each.order_number, each.line, each.unit, each.quantity) for each in totals] == [
        ("PO-1", "1", "EA", Decimal("6.5")),
        ("PO-1", "3", "CA", Decimal(1)),
        ("PO-2", "1", "EA", Decimal(8)),
        ("PO-2", "2", "EA", Decimal(1)),
        ("PO-2", "3", "EA", Decimal(1)),
    ]


def test_an_unknown_parent_puts_the_level_under_the_shipment_for_a_person_to_see(parse: Parse) -> None:
    reading = parse("HL*1**S", "HL*3*2*I", "PRF*PO-1", "SN1**1*EA", "HL*4*2*I", "PRF*PO-1", "SN1**1*EA")

    [finding] = reading.findings
    assert (finding.code, finding.severity, finding.position, finding.element) == (
        Code.HL_PARENT_UNKNOWN,
        Severity.HOLD,
        4,
        2,
    )
    assert "and 1 more" in finding.message
    assert draw_all(reading) == "S1(I3,I4)"


def test_a_shipment_with_a_parent_that_does_not_exist_is_the_root_all_the_same(read: Read) -> None:
    assert [each.id for each in read("HL*1*0*S").shipments] == ["1"]


def test_levels_without_parents_go_to_the_nearest_level_that_may_hold_them(parse: Parse) -> None:
    reading = parse(
        *("HL*1**S", "HL*2**O", "PRF*A", "HL*3**P", "HL*4**I", "SN1**1*EA", "HL*5**Q", "HL*6**O", "PRF*B"),
        *("HL*7**I", "SN1**1*EA"),
    )

    assert draw_all(reading) == "S1(O2(P3(I4(Q5))),O6(I7))"
    assert get_codes(reading) == [Code.HL_PARENT_MISSING]
    assert reading.findings[0].severity is Severity.NOTE


def test_a_level_before_any_that_may_hold_it_goes_to_the_shipment(parse: Parse) -> None:
    assert draw_all(parse("HL*2**P", "HL*1**S")) == "S1(P2)"


def test_without_any_shipment_the_levels_stand_in_one_that_is_made_up(parse: Parse) -> None:
    reading = parse("HL*1**O", "PRF*PO-1", "HL*2*1*I", "SN1**1*EA", "HL*3*9*P")

    assert draw_all(reading) == "S(O1(I2),P3)"
    assert reading.document is not None
    assert reading.document.shipments[0].segment == 0
    assert reading.document.items[0].order_number == "PO-1"


def test_levels_of_several_shipments_go_to_the_one_before_them(parse: Parse) -> None:
    assert draw_all(parse("HL*1**S", "HL*2*9*P", "HL*3**S", "HL*4*9*P")) == "S1(P2) S3(P4)"


def test_of_equal_ids_the_nearest_before_is_the_parent(parse: Parse) -> None:
    reading = parse(
        *(
            "HL*1**S",
            "HL*2*1*O",
            "PRF*A",
            "HL*3*2*I",
            "SN1**1*EA",
            "HL*2*1*O",
            "PRF*B",
            "HL*3*2*I",
            "SN1**1*EA",
        )
    )

    assert draw_all(reading) == "S1(O2(I3),O2(I3))"
    assert reading.document is not None
    assert [item.order_number for item in reading.document.items] == ["A", "B"]
    assert [(finding.code, finding.element) for finding in reading.findings] == [(Code.HL_REPEATED, 1)]


@pytest.mark.parametrize(
    ("levels", "tree"),
    [
        (["HL*1**S", "HL*2*2*O"], "S1(O2)"),
        (["HL*1**S", "HL*2*4*O", "HL*3*2*P", "HL*4*3*P", "HL*5*4*P"], "S1(O2(P3(P4(P5))))"),
        (["HL*1*2*S", "HL*2*1*O", "HL*3*2*P"], "S1(O2(P3))"),
        (["HL*2*1*O", "HL*1*2*S"], "S1(O2)"),
        (["HL*2*2*O"], "S(O2)"),
    ],
)
def test_a_cycle_is_opened_at_its_shipment_or_first_level(parse: Parse, levels: list[str], tree: str) -> None:
    reading = parse(*levels)

    assert draw_all(reading) == tree
    assert get_codes(reading) == [Code.HL_CYCLE]


def test_what_is_nested_too_deep_starts_again_under_the_shipment(parse: Parse) -> None:
    chain = [f"HL*{n}*{n - 1}*P" for n in range(2, hierarchy.DEEPEST * 2 + 1)]
    reading = parse("HL*1**S", *chain)

    assert get_codes(reading) == [Code.HL_TOO_DEEP]
    assert reading.document is not None
    [shipment] = reading.document.shipments
    assert [child.id for child in shipment.children] == [
        "2",
        str(hierarchy.DEEPEST + 1),
        str(hierarchy.DEEPEST * 2),
    ]


def test_more_levels_than_the_limit_are_not_read_and_the_notice_must_not_be_used(parse: Parse) -> None:
    levels = [f"HL*{n}*1*P" for n in range(2, shipnotice856.MOST_LEVELS + 3)]
    reading = parse("HL*1**S", *levels)

    finding, missing = reading.findings
    assert missing.code is Code.ITEMS_MISSING
    assert (finding.code, finding.severity) == (Code.HL_TOO_MANY, Severity.ERROR)
    assert finding.position == shipnotice856.MOST_LEVELS + 3
    assert reading.document is not None
    assert len(reading.document.shipments[0].children) == shipnotice856.MOST_LEVELS - 1
    assert reading.document.levels == shipnotice856.MOST_LEVELS + 2


def test_a_notice_without_levels_says_nothing_is_shipped(parse: Parse) -> None:
    assert get_codes(parse("CTT*0")) == [Code.HL_MISSING]


def test_a_notice_that_cancels_needs_no_levels(read: Read) -> None:
    assert read(bsn="BSN*01*SHP-77001*20260512*0830").shipments == ()


def test_an_item_without_quantity_or_order_is_reported_once_for_all(parse: Parse) -> None:
    reading = parse("HL*1**S", "HL*2*1*I", "LIN**IN*4", "HL*3*1*I", "SN1**2*EA", "HL*4*1*I", "SN1**X*EA")

    assert get_codes(reading) == [Code.NUMBER_UNREADABLE, Code.QUANTITY_MISSING, Code.ORDER_MISSING]
    assert [finding.position for finding in reading.findings[1:]] == [4, 4]
    assert "2 of 3 items" in reading.findings[1].message
    assert sum_shipped(reading.document.items if reading.document else ()) != ()


def test_the_declared_levels_are_those_there_are(read: Read) -> None:
    notice = read("HL*1**S", "PRF*P", "HL*2*1*I", "SN1**4*EA", "HL*3*1*I", "SN1**2*EA", "CTT*3*6")

    assert (notice.levels, notice.declared_levels, notice.declared_total) == (3, 3, Decimal(6))


def test_wrong_totals_are_noted_with_what_was_counted(parse: Parse) -> None:
    reading = parse("HL*1**S", "PRF*P", "HL*2*1*I", "SN1**4*EA", "CTT*9*5")

    assert get_codes(reading) == [Code.CTT01_COUNT, Code.CTT02_TOTAL]
    assert "there are 2" in reading.findings[0].message
    assert "add up to 4" in reading.findings[1].message


def test_a_ctt_that_counts_items_is_named_as_such(parse: Parse) -> None:
    reading = parse("HL*1**S", "PRF*P", "HL*2*1*I", "SN1**4*EA", "CTT*1")

    assert reading.findings[0].message.endswith("it counts the items (segment 7).")


def test_missing_number_and_date_are_held(parse: Parse) -> None:
    reading = parse("HL*1**S", bsn="BSN*00***0830")

    assert get_codes(reading) == [Code.SHIPMENT_MISSING, Code.DATE_MISSING]
    assert {finding.severity for finding in reading.findings} == {Severity.HOLD}


def test_an_unknown_purpose_is_held(parse: Parse) -> None:
    assert get_codes(parse("HL*1**S", bsn="BSN*ZZ*S1*20260512*0830")) == [Code.CODE_UNKNOWN]


def test_an_empty_purpose_is_an_original(read: Read) -> None:
    assert read("HL*1**S", bsn="BSN**S1*20260512*0830").purpose == ""


def test_without_a_bsn_there_is_no_document(parse: Parse) -> None:
    reading = parse("HL*1**S", bsn="")

    assert reading.document is None
    assert get_codes(reading) == [Code.HEADER_MISSING]


def test_another_set_is_no_ship_notice(
    make_set: Callable[..., str], make_file: Callable[..., bytes], read_sets: Callable[..., list[Transaction]]
) -> None:
    [transaction] = read_sets(make_file(make_set("BIG*20260512*1")))

    reading = parse_ship_notice(transaction)

    assert reading.document is None
    assert [finding.code for finding in reading.findings] == [Code.WRONG_SET]


ids = st.sampled_from(["", "1", "2", "3", "4", "A"])


@given(levels=st.lists(st.tuples(ids, ids, st.sampled_from(["S", "O", "T", "P", "I", "Q", ""])), max_size=30))
def test_every_level_stands_in_the_tree_exactly_once_whatever_the_ids(
    parse: Parse, levels: list[tuple[str, str, str]]
) -> None:
    reading = parse(*("*".join(("HL", *level)) for level in levels))

    assert reading.document is not None
    flat = [pair for shipment in reading.document.shipments for pair in measure(shipment, 1)]
    assert sorted(place for place, _ in flat if place) == list(range(3, len(levels) + 3))
    assert max((depth for _, depth in flat), default=0) <= hierarchy.DEEPEST + 1
    assert len(set(get_codes(reading))) == len(get_codes(reading))


def measure(level: Level, depth: int) -> Iterator[tuple[int, int]]:
    """Place and depth of a level and of all that it holds."""
    yield level.segment, depth
    for child in level.children:
        yield from measure(child, depth + 1)
