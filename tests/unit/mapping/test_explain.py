"""Provenance as sentences, and likely vendors for a person to choose from."""

import pytest
from tests.unit.mapping.trade import (
    SELLER,
    make_account,
    make_class,
    make_department,
    make_label,
    make_location,
    make_project,
    make_tax_detail,
    make_term,
    make_trade,
    make_vendor,
    read_invoice,
)

from ml_connector.mapping.explain import explain
from ml_connector.mapping.reference.slice import KINDS, Known, identify
from ml_connector.mapping.routes.invoice_to_bill import Planned
from ml_connector.mapping.vendors.suggest import Suggestion, name_seller, suggest_vendors
from ml_connector.records.provenance import Reason


def suggest(name: str, *known: str) -> list[str]:
    """The names of likely vendors among these."""
    vendors = [make_vendor(f"V-{n}", each) for n, each in enumerate(known)]
    return [each.name for each in suggest_vendors(name, vendors)]


def test_a_short_name_is_like_short_names_and_not_like_every_name_it_is_part_of() -> None:
    assert suggest("ABB", "ABB Inc", "Cabbage Growers", "Abbot and Sons") == ["ABB Inc"]
    assert suggest("Cabbage Growers Union", "ABB Inc", "Cabbage Growers", "Age") == ["Cabbage Growers"]


def test_a_value_says_where_it_comes_from_and_what_was_asked_before() -> None:
    reason = Reason(
        path="VENDORID",
        value="V-10",
        rule="vendor name",
        inputs=(("N1*SE", "Corvid"),),
        losers=("tax id", "92"),
    )

    assert (
        explain(reason)
        == "VENDORID is V-10, by vendor name: N1*SE is Corvid; before it were asked: tax id, 92"
    )


def test_a_value_without_inputs_says_only_its_rule() -> None:
    assert explain(Reason(path="TERMNAME", value="N30", rule="term")) == "TERMNAME is N30, by term"


def test_what_was_left_out_is_said_to_be_absent() -> None:
    reason = Reason(
        path="referenceno", value="PO-1", rule="order number", inputs=(("BEG03", "PO-1"), ("BEG04", ""))
    )

    assert explain(reason) == "referenceno is PO-1, by order number: BEG03 is PO-1, BEG04 is absent"
    assert explain(Reason(path="memo", value="", rule="description")) == "memo is empty, by description"


def test_every_value_of_a_bill_says_why() -> None:
    planned = make_trade("IT1*1*3*EA*3.333**VN*A", total="1000", big="20260315*INV-7**PO-9").plan()

    assert isinstance(planned, Planned)
    assert [reason.path for reason in planned.provenance] == [
        "VENDORID",
        "RECORDID",
        "DOCNUMBER",
        "WHENCREATED",
        "DESCRIPTION",
        "ACTION",
        "WHENPOSTED",
        "TERMNAME",
        "WHENDUE",
        "total",
        "lines[1].ACCOUNTNO",
        "lines[1].TRX_AMOUNT",
    ]


def test_the_three_likeliest_active_vendors_are_suggested_best_first() -> None:
    vendors = [
        make_vendor("V-1", "Corvid Metals Inc"),
        make_vendor("V-2", "Corvid Metal Works"),
        make_vendor("V-3", "Corvid Metals", status="inactive"),
        make_vendor("V-4", "Zephyr Dairy"),
        make_vendor("V-5", "Corvus Metal"),
    ]

    found = suggest_vendors("CORVID METALS LLC", vendors)

    assert found[0] == Suggestion(vendor_id="V-1", name="Corvid Metals Inc", likeness=100)
    assert [suggestion.vendor_id for suggestion in found] == ["V-1", "V-2", "V-5"]


@pytest.mark.parametrize(
    ("seller", "name"),
    [
        (SELLER, "Corvid Metals Inc"),
        ("N1*RI*Lockbox~N1*VN*Vendor", "Vendor"),
        ("N1*SE**92*0042~N1*RI*Lockbox", "Lockbox"),
        ("N1*BY*Halden", ""),
    ],
)
def test_the_name_to_look_for_is_the_seller_s_else_the_remit_to_party_s(seller: str, name: str) -> None:
    _, invoice, _ = read_invoice(make_trade(total="0", seller=seller).write())

    assert name_seller(invoice) == name


def test_every_kind_of_record_is_known_by_its_own_id() -> None:
    records: list[Known] = [
        make_vendor("1"),
        make_account("1"),
        make_label("1"),
        make_department("1"),
        make_location("1"),
        make_class("1"),
        make_project("1"),
        make_term("1"),
        make_tax_detail("1"),
    ]

    assert [type(record) for record in records] == list(KINDS.values())
    assert {identify(record) for record in records} == {"1"}
