"""Purchasing documents: definitions, numbers, conversion, the bill they make, and updates."""

import pytest
from tests.contract.simulators.intacct.driver import Gateway
from tests.contract.simulators.intacct.trade import (
    ask_errors,
    ask_key,
    item,
    make_trade_seed,
    plant_trade,
    purchase,
    read_rows,
)

LINES = "DOCHDRNO LINE_NO QUANTITY QTY_CONVERTED QTY_REMAINING TOTAL"


@pytest.fixture(autouse=True)
def _planted(gateway: Gateway) -> None:
    plant_trade(gateway)


def receive(source: str, *items: str, **more: str) -> str:
    return purchase("PO Receiver", *items, createdfrom=source, **more)


def read_states(gateway: Gateway) -> dict[str, str]:
    return {row[0]: row[1] for row in read_rows(gateway, "PODOCUMENT", "DOCID STATE")}


def test_a_document_is_numbered_by_its_definition(gateway: Gateway) -> None:
    keys = [ask_key(gateway, purchase("Purchase Order", item("3"))) for _ in range(2)]

    assert keys == ["Purchase Order-PO0001", "Purchase Order-PO0002"]
    fields = "DOCNO DOCID DOCPARID STATE CUSTVENDID TOTAL WHENCREATED WHENDUE"
    first, _ = read_rows(gateway, "PODOCUMENT", fields)
    assert first == ["PO0001", keys[0], "Purchase Order", "Pending", "V1", "1.00", "01/31/2030", "03/02/2030"]


def test_each_line_is_rounded_by_itself_and_counted_from_zero(gateway: Gateway) -> None:
    ask_key(gateway, purchase("Purchase Order", item("1", price="0.335"), item("3", price="0.335")))

    assert read_rows(gateway, "PODOCUMENTENTRY", LINES) == [
        ["1", "0", "1", "0", "1", "0.34"],
        ["1", "1", "3", "0", "3", "1.01"],
    ]
    assert read_rows(gateway, "PODOCUMENT", "TOTAL") == [["1.35"]]


def test_subtotals_are_part_of_the_total(gateway: Gateway) -> None:
    freight = "<subtotal><description>Freight</description><total>4.50</total></subtotal>"

    ask_key(gateway, purchase("Purchase Order", item("3"), subtotals=freight))

    assert read_rows(gateway, "PODOCUMENT", "SUBTOTAL TOTAL") == [["1.00", "5.50"]]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (purchase("By Hand", item("3")), "Document Number is missing"),
        (purchase("Sales Order", item("3")), "Invalid Transaction Definition 'Sales Order' specified."),
        (purchase("Return", item("3")), "Return can be created by conversion only."),
        (purchase("Plant Order", item("3")), "Plant Order can be created in an entity only."),
        (purchase("Purchase Order", item("3", unit="each")), "Line 1: Missing unit"),
        (purchase("Purchase Order", item("3", itemid="NUT")), "Line 1: Invalid Item 'NUT' specified."),
        (purchase("Purchase Order", item("0")), "Line 1: Quantity '0' must be above zero."),
        (purchase("Purchase Order", item("x")), "Line 1: Illegal format for QUANTITY: 'x' is no number."),
        (
            purchase("Purchase Order", item("9" * 13)),
            f"Line 1: Illegal format for QUANTITY: '{'9' * 13}' is too large.",
        ),
        (
            purchase("Purchase Order", item("3", itemid="COIL", unit="Pound")),
            "Line 1: Required field WAREHOUSEID is missing.",
        ),
        (
            purchase("Purchase Order", item("3", locationid=None)),
            "Line 1: Required field LOCATIONID is missing.",
        ),
        (purchase("Purchase Order", item("3"), vendorid="V3"), "Vendor 'V3' is inactive."),
    ],
)
def test_a_document_that_is_wrong_is_refused(gateway: Gateway, body: str, text: str) -> None:
    assert ask_errors(gateway, body)[0] == text
    assert read_rows(gateway, "PODOCUMENT", "RECORDNO") == []


def test_a_number_of_ones_own_is_unique(gateway: Gateway) -> None:
    body = purchase("By Hand", item("3"), documentno="77")

    assert ask_key(gateway, body) == "By Hand-77"
    assert (
        ask_errors(gateway, body)[0] == "Another Document with the given value(s) By Hand-77  already exists"
    )


def test_an_order_is_converted_in_parts(gateway: Gateway) -> None:
    order = ask_key(gateway, purchase("Purchase Order", item("10")))

    ask_key(gateway, receive(order, item("4", sourcelinekey="1")))
    partly = read_states(gateway)[order], read_rows(gateway, "PODOCUMENTENTRY", LINES)[0]
    ask_key(gateway, receive(order, item("6", sourcelinekey="1")))

    assert partly == ("Partially Converted", ["1", "0", "10", "4", "6", "3.33"])
    assert read_states(gateway)[order] == "Converted"
    assert read_rows(gateway, "PODOCUMENTENTRY", LINES)[0][3:5] == ["10", "0"]


def test_what_is_left_is_closed_or_becomes_a_back_order_as_the_definition_says(gateway: Gateway) -> None:
    spot = ask_key(gateway, purchase("Spot Order", item("10")))
    call_off = ask_key(gateway, purchase("Call Off", item("10")))

    ask_key(gateway, receive(spot, item("4", sourcelinekey="1")))
    ask_key(gateway, receive(call_off, item("4", sourcelinekey="2")))

    states = read_states(gateway)
    assert (states[spot], states[call_off], states["Call Off-CO0002"]) == (
        "Converted",
        "Converted",
        "Pending",
    )
    assert read_rows(gateway, "PODOCUMENTENTRY", "QUANTITY TOTAL")[-1] == ["6", "2.00"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            receive("Purchase Order-PO0001", item("11", sourcelinekey="1")),
            "11 of line 1 cannot be converted; 10 remain.",
        ),
        (
            receive("Purchase Order-PO0001", item("6", sourcelinekey="1"), item("5", sourcelinekey="1")),
            "11 of line 1 cannot be converted; 10 remain.",
        ),
        (
            receive("Purchase Order-PO0001", item("1", sourcelinekey="2")),
            "Invalid source line '2' of 'Purchase Order-PO0001' specified.",
        ),
        (receive("Purchase Order-PO9", item("1")), "Invalid source document 'Purchase Order-PO9' specified."),
        (
            receive("Purchase Order-PO0001", item("1"), vendorid="V2"),
            "Source document 'Purchase Order-PO0001' is of vendor 'V1'.",
        ),
        (
            purchase("Vendor Invoice", item("1"), createdfrom="Purchase Order-PO0001"),
            "Vendor Invoice cannot be converted from Purchase Order.",
        ),
        (
            receive("Spot Order-SO0001", item("1")),
            "Source document 'Spot Order-SO0001' is Converted and cannot be converted.",
        ),
    ],
)
def test_a_conversion_that_may_not_be_is_refused(gateway: Gateway, body: str, text: str) -> None:
    ask_key(gateway, purchase("Purchase Order", item("10")))
    spot = ask_key(gateway, purchase("Spot Order", item("1")))
    ask_key(gateway, receive(spot, item("1", sourcelinekey="2")))

    assert ask_errors(gateway, body)[0] == text


def test_several_sources_are_a_setting(gateway: Gateway) -> None:
    orders = [ask_key(gateway, purchase("Purchase Order", item("2"))) for _ in range(2)]
    lines = [item("2", sourcedocid=order, sourcedoclineid=str(at)) for at, order in enumerate(orders, 1)]

    refused = ask_errors(gateway, purchase("PO Receiver", *lines))
    gateway.admin("POST", "/settings", {"multi_source_conversion": True})
    ask_key(gateway, purchase("PO Receiver", *lines))

    assert refused[0] == "Conversion from several documents is not enabled for this company."
    assert [read_states(gateway)[order] for order in orders] == ["Converted", "Converted"]


def test_a_vendor_invoice_makes_a_bill_and_an_update_makes_another(gateway: Gateway) -> None:
    key = ask_key(gateway, purchase("Vendor Invoice", item("3"), vendordocno="INV-9"))
    (first,) = gateway.bills
    update = f'<update_potransaction key="{key}"><updatepotransitems><updatepotransitem line_num="1"><quantity>6</quantity></updatepotransitem>{item("1", price="1")}</updatepotransitems></update_potransaction>'

    assert ask_key(gateway, update) == key

    (second,) = gateway.bills
    assert (first["RECORDID"], first["MODULEKEY"], first["TOTALENTERED"]) == ("INV-9", "9.PO", "1.00")
    assert (second["RECORDNO"], second["TOTALENTERED"]) == (first["RECORDNO"] + 1, "3.00")
    assert read_rows(gateway, "PODOCUMENT", "PRRECORDKEY TOTAL") == [[str(second["RECORDNO"]), "3.00"]]


def test_an_update_of_what_is_not_there_is_refused(gateway: Gateway) -> None:
    key = ask_key(gateway, purchase("Purchase Order", item("3")))
    line = '<update_potransaction key="{}"><updatepotransitems><updatepotransitem line_num="{}"/></updatepotransitems></update_potransaction>'

    assert ask_errors(gateway, line.format("PO-1", 1)) == ["Cannot find podocument with key 'PO-1'."]
    assert ask_errors(gateway, line.format(key, 2)) == [f"Document '{key}' has no line 2."]
    assert ask_errors(gateway, line.format(key, "x")) == ["Invalid line_num 'x' specified."]


def test_a_converted_document_cannot_be_changed_until_what_it_became_is_deleted(gateway: Gateway) -> None:
    order = ask_key(gateway, purchase("Purchase Order", item("10")))
    receiver = ask_key(gateway, receive(order, item("4", sourcelinekey="1")))
    delete = '<delete_potransaction key="{}"></delete_potransaction>'

    assert ask_errors(gateway, delete.format(order)) == [
        f"Document '{order}' is Partially Converted and cannot be changed."
    ]
    ask_key(gateway, delete.format(receiver))

    assert read_states(gateway) == {order: "Pending"}
    assert read_rows(gateway, "PODOCUMENTENTRY", LINES) == [["1", "0", "10", "0", "10", "3.33"]]


def test_a_document_is_read_with_its_lines_by_its_id(gateway: Gateway) -> None:
    key = ask_key(gateway, purchase("Purchase Order", item("3")))

    body = f"<readByName><object>PODOCUMENT</object><keys>{key}</keys></readByName>"
    data = gateway.ask(body).result.data

    assert data.findtext("podocument/PODOCUMENTENTRIES/podocumententry/ITEMID") == "BOLT"


def test_an_item_tracked_by_lot_is_taken_with_details_of_its_pieces_alone(gateway: Gateway) -> None:
    tracked = {"ITEMID": "GAS", "NAME": "Argon", "ITEMTYPE": "Non-Inventory", "ENABLE_LOT_CATEGORY": True}
    trade = make_trade_seed()
    trade["objects"]["ITEM"] = [*trade["objects"]["ITEM"], tracked]
    gateway.admin("POST", "/seed", trade)
    details = "<itemdetails><itemdetail><quantity>3</quantity><lotno>L-7</lotno></itemdetail></itemdetails>"
    line = item("3", itemid="GAS", unit=None)
    told = line.replace("</potransitem>", f"{details}</potransitem>")

    errors = ask_errors(gateway, purchase("Purchase Order", line))
    document_id = ask_key(gateway, purchase("Purchase Order", told))

    assert "Missing lot details for Item 'GAS'" in str(errors)
    assert document_id == "Purchase Order-PO0001"
