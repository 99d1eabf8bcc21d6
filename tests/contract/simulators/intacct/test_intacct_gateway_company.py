"""What differs from company to company: own fields and dimensions, currencies, units, subtotals, formats, set-up."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.contract.simulators.intacct.driver import Gateway, bill, compare, query, seed
from tests.contract.simulators.intacct.trade import (
    ask_errors,
    ask_key,
    elements,
    item,
    plant_trade,
    purchase,
    read_rows,
)

OWN = {
    "custom_fields": {
        "VENDOR": {"EDI_ID": "text"},
        "APBILL": {"EDI_ROUTE": ["portal", "edi"], "EDI_DATE": "date"},
        "APBILLITEM": {"EDI_LINE": "integer"},
        "PODOCUMENT": {"EDI_DATE": "date"},
        "PODOCUMENTENTRY": {"EDI_DATE": "date"},
    },
    "user_dimensions": ["REGION"],
}
MONEY = "CURRENCY BASECURR TRX_TOTALENTERED TOTALENTERED TRX_TOTALDUE TOTALDUE EXCHANGE_RATE"


@pytest.fixture(autouse=True)
def trade(gateway: Gateway) -> None:
    plant_trade(gateway)


def plant(gateway: Gateway, **objects: list[Mapping[str, Any]]) -> None:
    made = seed()
    made["objects"] = objects
    gateway.admin("POST", "/seed", made)


def test_own_fields_are_accepted_returned_and_looked_up(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", OWN)
    gateway.ask(bill({"EDI_ROUTE": "edi", "EDI_DATE": "01/30/2030"}, {"EDI_LINE": "7"}))

    found = gateway.ask(
        query("APBILL", "EDI_ROUTE EDI_DATE", compare("lessthan", "EDI_DATE", "01/31/2030"))
    ).result
    fields = gateway.ask("<lookup><object>APBILL</object></lookup>").result.data.iter("Field")
    described = {
        field.findtext("ID"): (field.findtext("DATATYPE"), field.findtext("ISCUSTOM")) for field in fields
    }

    assert [found.column("EDI_ROUTE"), found.column("EDI_DATE")] == [["edi"], ["01/30/2030"]]
    assert read_rows(gateway, "APBILLITEM", "EDI_LINE") == [["7"]]
    assert described["EDI_ROUTE"] == ("ENUM", "true")
    assert described["EDI_DATE"] == ("DATE", "true")
    assert described["RECORDID"] == ("TEXT", "false")


def test_own_fields_are_checked_and_unknown_ones_refused(gateway: Gateway) -> None:
    before = ask_errors(gateway, bill({"EDI_ROUTE": "edi"}))
    gateway.admin("POST", "/settings", OWN)

    assert before[0] == "Invalid field EDI_ROUTE specified."
    assert ask_errors(gateway, bill({"EDI_ROUTE": "fax"}))[0] == (
        "Invalid value 'fax' for EDI_ROUTE; one of portal, edi."
    )
    assert "is no date" in ask_errors(gateway, bill({"EDI_DATE": "2030-01-30"}))[0]


def test_the_older_functions_take_own_fields_too(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", OWN)
    own = (
        "<customfields><customfield><customfieldname>EDI_DATE</customfieldname>"
        "<customfieldvalue>01/30/2030</customfieldvalue></customfield></customfields>"
    )
    line = item("1").replace("</potransitem>", f"{own}</potransitem>")
    ask_key(gateway, purchase("Purchase Order", line).replace("<potransitems>", f"{own}<potransitems>"))
    change = '<updatepotransitem line_num="1"><quantity>2</quantity></updatepotransitem>'
    body = f"<updatepotransitems>{change}</updatepotransitems>"
    ask_key(gateway, f'<update_potransaction key="Purchase Order-PO0001">{body}</update_potransaction>')

    asked = query("PODOCUMENT", "EDI_DATE")
    named = asked.replace("<select>", "<docparid>Purchase Order</docparid><select>")
    assert gateway.ask(named).result.column("EDI_DATE") == ["01/30/2030"]
    assert ask_errors(gateway, asked) == ["The following fields cannot be queried: EDI_DATE"]
    assert read_rows(gateway, "PODOCUMENTENTRY", "EDI_DATE QUANTITY") == [["01/30/2030", "2"]]


def test_own_fields_survive_an_update_that_does_not_name_them(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", OWN)
    gateway.ask(bill({"EDI_ROUTE": "edi", "EDI_DATE": "01/30/2030"}))

    gateway.ask(
        "<update><APBILL><RECORDNO>1</RECORDNO><EDI_ROUTE>portal</EDI_ROUTE></APBILL></update>",
        "<update><VENDOR><VENDORID>V1</VENDORID><EDI_ID>08-2</EDI_ID></VENDOR></update>",
    )

    assert read_rows(gateway, "APBILL", "EDI_ROUTE EDI_DATE") == [["portal", "01/30/2030"]]
    assert read_rows(gateway, "VENDOR", "EDI_ID")[0] == ["08-2"]


def test_own_dimensions_are_objects_and_fields_of_lines(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", OWN)
    plant(gateway, REGION=[{"name": "North"}, {"name": "South"}])
    gateway.ask(bill(None, {"GLDIMREGION": "2"}))

    assert ask_errors(gateway, bill(None, {"GLDIMREGION": "9"}))[0] == (
        "Line 1: Invalid GLDIMREGION '9' specified."
    )
    assert read_rows(gateway, "REGION", "id name", "id") == [["1", "North"], ["2", "South"]]
    assert read_rows(gateway, "APBILLITEM", "GLDIMREGION") == [["2"]]
    listed = gateway.ask("<getDimensions/>").result.data.iter("dimension")
    own = [each.findtext("objectName") for each in listed if each.findtext("userDefinedDimension") == "true"]
    assert own == ["REGION"]


def test_a_bill_in_another_currency_has_amounts_in_both(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"multi_currency": True, "exchange_rates": {"EUR": "1.0853"}})
    foreign = {"CURRENCY": "EUR", "BASECURR": "USD"}
    gateway.ask(bill(foreign, {"TRX_AMOUNT": "10.01"}, {"TRX_AMOUNT": "10.01"}))
    gateway.ask(bill({**foreign, "EXCHANGE_RATE": "2"}, {"TRX_AMOUNT": "10"}), bill())

    assert read_rows(gateway, "APBILL", MONEY) == [
        ["EUR", "USD", "20.02", "21.72", "20.02", "21.72", "1.0853"],
        ["EUR", "USD", "10.00", "20.00", "10.00", "20.00", "2"],
        ["USD", "USD", "118.40", "118.40", "118.40", "118.40", ""],
    ]
    assert read_rows(gateway, "APBILLITEM", "TRX_AMOUNT AMOUNT")[0] == ["10.01", "10.86"]


def test_a_payment_in_another_currency_settles_both_amounts(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"multi_currency": True, "exchange_rates": {"EUR": "1.5"}})
    gateway.ask(bill({"CURRENCY": "EUR", "BASECURR": "USD"}, {"TRX_AMOUNT": "10"}))
    head = elements(
        {"FINANCIALENTITY": "BANK", "PAYMENTMETHOD": "Cash", "VENDORID": "V1", "PAYMENTDATE": "02/01/2030"}
    )
    details = (
        "<APPYMTDETAILS><APPYMTDETAIL><RECORDKEY>1</RECORDKEY><TRX_PAYMENTAMOUNT>4</TRX_PAYMENTAMOUNT>"
        "</APPYMTDETAIL></APPYMTDETAILS>"
    )
    wrong = ask_errors(gateway, f"<create><APPYMT>{head}<CURRENCY>USD</CURRENCY>{details}</APPYMT></create>")[
        0
    ]

    gateway.ask(f"<create><APPYMT>{head}<CURRENCY>EUR</CURRENCY>{details}</APPYMT></create>")

    assert wrong == "Line 1: APBILL '1' is in EUR."
    assert read_rows(gateway, "APBILL", "TRX_TOTALPAID TOTALPAID TRX_TOTALDUE TOTALDUE") == [
        ["4.00", "6.00", "6.00", "9.00"]
    ]


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ({"CURRENCY": "CHF"}, "Invalid currency 'CHF' specified in CURRENCY."),
        ({"CURRENCY": "EUR", "BASECURR": "EUR"}, "Invalid currency 'EUR' specified in BASECURR."),
        (
            {"CURRENCY": "EUR", "EXCHANGE_RATE": "0"},
            "Illegal format for EXCHANGE_RATE: '0' is no rate.",
        ),
        (
            {"CURRENCY": "EUR", "EXCH_RATE_TYPE_ID": "Monthly"},
            "Invalid exchange rate type 'Monthly' specified.",
        ),
    ],
)
def test_a_currency_without_a_rate_is_refused(gateway: Gateway, header: dict[str, str], text: str) -> None:
    gateway.admin("POST", "/settings", {"multi_currency": True, "exchange_rates": {"EUR": "1.1"}})

    assert ask_errors(gateway, bill(header))[0] == text


def test_one_currency_is_the_only_one_unless_the_company_has_several(gateway: Gateway) -> None:
    assert (
        ask_errors(gateway, bill({"CURRENCY": "EUR"}))[0] == "Invalid currency 'EUR' specified in CURRENCY."
    )


def test_an_entity_has_a_base_currency_of_its_own(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"multi_currency": True, "exchange_rates": {"USD": "0.9"}})
    plant(gateway, LOCATION=[{"LOCATIONID": "E2", "NAME": "West", "CURRENCY": "EUR"}])
    session = gateway.open_session("E2")

    gateway.ask(bill({"CURRENCY": "USD"}, {"LOCATIONID": "20"}), auth=session)

    (kept,) = gateway.bills
    assert (kept["BASECURR"], kept["TRX_TOTALENTERED"], kept["TOTALENTERED"]) == ("EUR", "118.40", "106.56")
    entities = gateway.ask(query("LOCATIONENTITY", "LOCATIONID CURRENCY")).result
    by_id = dict(zip(entities.column("LOCATIONID"), entities.column("CURRENCY"), strict=True))
    assert by_id == {"E1": "", "E2": "EUR"}


def test_an_order_in_another_currency_makes_a_bill_in_it(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"multi_currency": True, "exchange_rates": {"EUR": "1.5"}})
    rated = "<currency>EUR</currency><exchrate>2</exchrate><potransitems>"
    ask_key(gateway, purchase("Vendor Invoice", item("10")).replace("<potransitems>", rated))

    assert read_rows(gateway, "PODOCUMENT", "TRX_TOTAL TOTAL") == [["3.33", "6.66"]]
    assert read_rows(gateway, "APBILL", MONEY) == [["EUR", "USD", "3.33", "6.66", "3.33", "6.66", "2"]]


def test_paths_reach_the_records_that_a_record_names(gateway: Gateway) -> None:
    gateway.ask(bill(None, {"DEPARTMENTID": "D1"}))
    fields = "RECORDID VENDOR.NAME VENDOR.TERM.DUEDATE"
    lines = "APBILL.VENDOR.NAME LOCATION.PARENT.NAME DEPARTMENT.TITLE GLACCOUNT.TITLE"

    named = compare("like", "VENDOR.NAME", "Aln%")
    found = gateway.ask(query("APBILL", fields, named)).result

    assert [each.text for each in found.data[0]] == ["INV-1", "Alnwick Bolts", "30"]
    assert [each.tag for each in found.data[0]] == fields.split()
    assert read_rows(gateway, "APBILLITEM", lines) == [["Alnwick Bolts", "East", "Operations", "Supplies"]]
    assert read_rows(gateway, "APBILL", "VENDOR.NAME", "VENDOR.NAME") == [["Alnwick Bolts"]]
    gateway.ask("<update><VENDOR><VENDORID>V1</VENDORID><NAME>Bolts</NAME></VENDOR></update>")
    assert gateway.ask(query("APBILL", "RECORDID", named)).result.data.get("totalcount") == "0"


@pytest.mark.parametrize("field", ["VENDOR.COLOUR", "COLOUR.NAME", "VENDOR.", "LOCATION.NAME"])
def test_a_path_to_nowhere_cannot_be_queried(gateway: Gateway, field: str) -> None:
    assert ask_errors(gateway, query("APBILL", field)) == [f"The following fields cannot be queried: {field}"]


def test_a_hierarchy_is_followed_one_level_only(gateway: Gateway) -> None:
    assert gateway.ask(query("LOCATION", "PARENT.NAME")).result.status == "success"
    assert ask_errors(gateway, query("LOCATION", "PARENT.PARENT.NAME")) == [
        "The following fields cannot be queried: PARENT.PARENT.NAME"
    ]


def test_quantities_are_converted_by_the_units_of_the_item(gateway: Gateway) -> None:
    ask_key(gateway, purchase("Purchase Order", item("2", unit="Case", price="4")))
    source = {"createdfrom": "Purchase Order-PO0001"}
    receiver = purchase("PO Receiver", item("6", sourcelinekey="1"), **source)
    ask_key(gateway, receiver)

    too_much = purchase("PO Receiver", item("19", sourcelinekey="1"), **source)
    assert ask_errors(gateway, too_much)[0].startswith("1.58")
    assert read_rows(gateway, "PODOCUMENTENTRY", "UNIT QUANTITY QTY_CONVERTED QTY_REMAINING") == [
        ["Case", "2", "0.5", "1.5"],
        ["Each", "6", "0", "6"],
    ]
    assert read_rows(gateway, "UOMDETAIL", "GRPKEY UNIT CONVFACTOR ISBASE") == [
        ["1", "Each", "1", "true"],
        ["1", "Case", "12", ""],
    ]


def test_subtotals_are_those_of_the_definition_and_go_into_the_bill(gateway: Gateway) -> None:
    def write(name: str, total: str) -> str:
        return f"<subtotal><description>{name}</description><total>{total}</total></subtotal>"

    charges = write("Freight", "4.50") + write("Allowance", "1.00")
    ask_key(gateway, purchase("Vendor Invoice", item("10"), subtotals=charges))
    made = gateway.bills[0]["TOTALENTERED"]
    changed = write("Freight", "6.00").replace("subtotal>", "updatesubtotal>")
    ask_key(
        gateway,
        '<update_potransaction key="Vendor Invoice-VI0001">'
        f"<updatesubtotals>{changed}</updatesubtotals></update_potransaction>",
    )

    assert made == "6.83"
    assert read_rows(gateway, "PODOCUMENT", "SUBTOTAL TOTAL") == [["3.33", "8.33"]]
    assert [line["AMOUNT"] for line in gateway.bills[0]["APBILLITEMS"]] == ["3.33", "-1.00", "6.00"]
    wrong = purchase("Vendor Invoice", item("1"), subtotals=write("Postage", "1"))
    assert ask_errors(gateway, wrong)[0] == "Invalid subtotal 'Postage' specified for Vendor Invoice."


def test_a_definition_is_read_with_its_subtotals(gateway: Gateway) -> None:
    read = "<readByName><object>PODOCUMENTPARAMS</object><keys>Vendor Invoice</keys></readByName>"

    subtotals = gateway.ask(read).result.data.findall("podocumentparams/SUBTOTALS/subtotal")

    assert [(each.findtext("DESCRIPTION"), each.findtext("DISC_CHARGE")) for each in subtotals] == [
        ("Freight", "Charge"),
        ("Allowance", "Discount"),
    ]


def test_lines_of_a_seeded_record_change_with_it(gateway: Gateway) -> None:
    units = [{"UNIT": "Each", "CONVFACTOR": "1"}, {"UNIT": "Pallet", "CONVFACTOR": "480"}]
    made = seed()
    made["objects"] = {"UOM": [{"NAME": "Count", "UOMDETAILS": units}]}

    first, second = (gateway.admin("POST", "/seed", made) for _ in range(2))

    assert (first, second) == ({"UOM": 1}, {"UOM": 0})
    assert [row[0] for row in read_rows(gateway, "UOMDETAIL", "UNIT")] == ["Each", "Pallet"]


@pytest.mark.parametrize(
    ("settings", "written"),
    [
        ({}, "05/06/2030 07:08:09"),
        ({"gmt_offset": "-08:00"}, "05/05/2030 23:08:09"),
        ({"date_format": ".dmY"}, "06.05.2030 07:08:09"),
        ({"date_format": "-Ymd", "clock": 12, "gmt_offset": "+05:30"}, "2030-05-06 12:38:09 PM"),
        ({"date_format": "/mdy"}, "05/06/30 07:08:09"),
    ],
)
def test_time_stamps_follow_the_users_format_in_answers_and_filters(
    gateway: Gateway, settings: dict[str, Any], written: str
) -> None:
    gateway.admin("POST", "/settings", {**settings, "session_minutes": 10_000_000})
    stamp = {"action": "stamp", "match": {"function": "create"}, "at": "2030-05-06T07:08:09+00:00"}
    gateway.admin("POST", "/faults", [stamp])
    gateway.ask(bill())

    same = compare("equalto", "WHENMODIFIED", written)
    found = gateway.ask(query("APBILL", "WHENMODIFIED WHENCREATED", same)).result

    assert found.column("WHENMODIFIED") == [written]
    assert found.column("WHENCREATED") != []


@pytest.mark.parametrize("wrong", [{"date_format": "mm/dd"}, {"clock": 13}, {"gmt_offset": "8"}])
def test_formats_nobody_has_are_refused(gateway: Gateway, wrong: dict[str, Any]) -> None:
    assert gateway.admin_response("POST", "/settings", wrong).status == 400


def test_the_set_up_is_told(gateway: Gateway) -> None:
    gateway.admin(
        "POST", "/settings", {"unsubscribed": ["Projects"], "preferences": {"GEN": {"LOCALE": "en"}}}
    )

    applications = gateway.ask("<get_applications/>").result.data.iter("application")
    preferences = gateway.ask('<get_companyprefs application="GEN"/>').result.data

    assert [each.text for each in applications] == ["GL", "AP", "CM", "PO", "INV", "ME"]
    assert [[each.text for each in preference] for preference in preferences] == [["GEN", "LOCALE", "en"]]


def test_vendors_are_numbered_and_summaries_named_where_the_company_says_so(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"vendor_sequence": "VN", "named_bill_summaries": True})
    contact = "<DISPLAYCONTACT><PRINTAS>New</PRINTAS></DISPLAYCONTACT>"

    made = gateway.ask(f"<create><VENDOR><NAME>New</NAME>{contact}</VENDOR></create>").result

    assert made.data[0].findtext("VENDORID") == "VN0001"
    assert ask_errors(gateway, bill())[0] == "Required field PRBATCH is missing."
    assert gateway.ask(bill({"PRBATCH": "Bills of January"})).result.status == "success"


def test_journals_in_several_currencies_balance_in_base_currency(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"multi_currency": True, "exchange_rates": {"EUR": "2"}})

    def entry(direction: str, amount: str, currency: str) -> str:
        fields = {"ACCOUNTNO": "6000", "TR_TYPE": direction, "TRX_AMOUNT": amount, "LOCATION": "10"}
        return f"<GLENTRY>{elements({**fields, 'CURRENCY': currency})}</GLENTRY>"

    head = elements({"JOURNAL": "GJ", "BATCH_DATE": "01/31/2030", "BATCH_TITLE": "x"})
    body = "<create><GLBATCH>{}<ENTRIES>{}</ENTRIES></GLBATCH></create>"

    assert (
        gateway.ask(body.format(head, entry("1", "5", "EUR") + entry("-1", "10", "USD"))).result.status
        == "success"
    )
    wrong = body.format(head, entry("1", "5", "EUR") + entry("-1", "5", "USD"))
    assert ask_errors(gateway, wrong)[0].endswith("do not balance; they differ by 5.00.")
    assert read_rows(gateway, "GLENTRY", "CURRENCY TRX_AMOUNT AMOUNT") == [
        ["EUR", "5.00", "10.00"],
        ["USD", "10.00", "10.00"],
    ]


def test_days_of_closed_books_differ_by_entity(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"books_closed_through": {"E1": "2030-01-31"}})
    east, west = {"LOCATIONID": "10"}, {"LOCATIONID": "20"}

    assert ask_errors(gateway, bill(None, east))[0] == "The period of 01/31/2030 is closed."
    assert gateway.ask(bill(None, west)).result.status == "success"
