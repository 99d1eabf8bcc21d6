"""Tax entries and account labels of bills and adjustments: what is checked, what is kept."""

import json
from collections.abc import Mapping

import pytest
from tests.contract.simulators.intacct.driver import SEED, Gateway, bill, seed

DETAILS = [
    {"DETAILID": "P20", "TAXTYPE": "Purchase", "VALUE": "20", "TAXSOLUTIONID": "Utopia - VAT"},
    {"DETAILID": "OLD", "TAXTYPE": "Purchase", "VALUE": "17.5", "STATUS": "inactive"},
    {"DETAILID": "S20", "TAXTYPE": "Sale", "VALUE": "20"},
]
LABELS = [
    {"ACCOUNTLABEL": "Fixings", "GLACCOUNTNO": "6000"},
    {"ACCOUNTLABEL": "Gone", "GLACCOUNTNO": "6000", "STATUS": "inactive"},
]


@pytest.fixture
def taxed(gateway: Gateway) -> Gateway:
    """The small company with a tax solution, its details and some labels."""
    objects: Mapping[str, object] = {
        **SEED["objects"],
        "TAXDETAIL": DETAILS,
        "TAXSOLUTION": [{"SOLUTIONID": "Utopia - VAT"}],
        "APACCOUNTLABEL": LABELS,
    }
    gateway.admin("POST", "/seed", {**seed(), "objects": objects})
    return gateway


def tax(*entries: Mapping[str, str]) -> str:
    written = ("".join(f"<{name}>{value}</{name}>" for name, value in entry.items()) for entry in entries)
    return "<TAXENTRIES>" + "".join(f"<TAXENTRY>{each}</TAXENTRY>" for each in written) + "</TAXENTRIES>"


def add(request: str, entries: str) -> str:
    """The request with entries in its first line."""
    return request.replace("</APBILLITEM>", f"{entries}</APBILLITEM>", 1)


def test_entries_are_kept_with_their_line_and_the_totals_hold_them(taxed: Gateway) -> None:
    entries = tax({"DETAILID": "P20", "TRX_TAX": "23.69"}, {"DETAILID": "P20"})

    result = taxed.ask(add(bill({}, {}, {"TRX_AMOUNT": "1.00"}), entries)).result

    assert result.status == "success", result.errors
    (kept,) = taxed.bills
    first, second = kept["APBILLITEMS"]
    assert json.loads(first["TAXENTRIES"]) == [
        {"DETAILID": "P20", "TRX_TAX": "23.69"},
        {"DETAILID": "P20", "TRX_TAX": "23.68"},  # by its rate
    ]
    assert (first["TRX_AMOUNT"], first["TOTALTRXAMOUNT"]) == ("118.40", "165.77")
    assert "TAXENTRIES" not in second
    assert (kept["TOTALENTERED"], kept["TRX_TOTALDUE"]) == ("166.77", "166.77")


@pytest.mark.parametrize(
    ("entry", "solution", "text"),
    [
        ({"TRX_TAX": "1"}, "", "Required field DETAILID is missing."),
        ({"DETAILID": "P21"}, "", "Invalid Tax Detail 'P21' specified."),
        ({"DETAILID": "OLD"}, "", "Tax Detail 'OLD' is inactive."),
        ({"DETAILID": "S20"}, "", "Tax Detail 'S20' is not one of purchases."),
        ({"DETAILID": "P20", "TRX_TAX": "1,000"}, "", "Illegal format for TRX_TAX: '1,000' is no amount."),
        ({"DETAILID": "S20"}, "Utopia - VAT", "Tax Detail 'S20' does not belong to 'Utopia - VAT'."),
        ({"DETAILID": "P20"}, "Erewhon - GST", "Invalid Tax Solution 'Erewhon - GST' specified."),
    ],
)
def test_entries_that_cannot_be_kept_are_refused(
    taxed: Gateway, entry: Mapping[str, str], solution: str, text: str
) -> None:
    result = taxed.ask(add(bill({"TAXSOLUTIONID": solution}), tax(entry))).result

    assert any(text in said for _, said in result.errors), result.errors
    assert taxed.bills == []


def test_a_label_stands_for_its_account_where_the_company_uses_labels(taxed: Gateway) -> None:
    taxed.admin("POST", "/settings", {"account_labels": True})

    result = taxed.ask(bill({}, {"ACCOUNTNO": None, "ACCOUNTLABEL": "Fixings"})).result

    assert result.status == "success", result.errors
    (line,) = taxed.bills[0]["APBILLITEMS"]
    assert (line["ACCOUNTLABEL"], line["ACCOUNTNO"]) == ("Fixings", "6000")


@pytest.mark.parametrize(
    ("used", "line", "text"),
    [
        (True, {}, "Required field ACCOUNTLABEL is missing."),
        (True, {"ACCOUNTNO": None, "ACCOUNTLABEL": "Gone"}, "Account Label 'Gone' is inactive."),
        (True, {"ACCOUNTNO": "6100", "ACCOUNTLABEL": "Fixings"}, "ACCOUNTNO and ACCOUNTLABEL exclude"),
        (False, {"ACCOUNTNO": None, "ACCOUNTLABEL": "Fixings"}, "Invalid field ACCOUNTLABEL specified."),
    ],
)
def test_a_label_is_refused_where_there_are_none_and_an_account_where_there_are(
    taxed: Gateway, *, used: bool, line: Mapping[str, str | None], text: str
) -> None:
    taxed.admin("POST", "/settings", {"account_labels": used})

    errors = taxed.ask(bill({}, line)).result.errors

    assert any(text in said for _, said in errors), errors
