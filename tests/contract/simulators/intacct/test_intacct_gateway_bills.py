"""Creating bills: what is checked, what is said, what is kept."""

from collections.abc import Mapping

import pytest
from tests.contract.simulators.intacct.driver import Gateway, bill, function, query, seed

WRAPPER = ("BL01001973", "Could not create apbill record.")


def test_a_bill_is_stored_whole_and_its_number_answered(gateway: Gateway) -> None:
    header = {
        "DOCNUMBER": "PO-9",
        "DESCRIPTION": "two < three & more",
        "WHENPOSTED": "02/01/2030",
        "CURRENCY": "USD",
    }
    line = {
        "ENTRYDESCRIPTION": "bolts",
        "DEPARTMENTID": "D1",
        "CLASSID": "C1",
        "PROJECTID": "P1",
        "ACCOUNTNO": "6100",
    }

    result = gateway.ask(bill(header, line, {"TRX_AMOUNT": "-18.40"})).result

    assert (result.data.get("listtype"), result.data.get("count")) == ("objects", "1")
    assert [(each.tag, each.findtext("RECORDNO")) for each in result.data] == [("apbill", "1")]
    (kept,) = gateway.bills
    expected = {
        "RECORDNO": 1,
        "VENDORID": "V1",
        "VENDORNAME": "Alnwick Bolts",
        "RECORDID": "INV-1",
        "DOCNUMBER": "PO-9",
        "DESCRIPTION": "two < three & more",
        "WHENCREATED": "2030-01-31",
        "WHENPOSTED": "2030-02-01",
        "WHENDUE": "2030-03-02",
        "TERMNAME": "N30",
        "STATE": "Posted",
        "TOTALENTERED": "100.00",
        "TRX_TOTALENTERED": "100.00",
        "TOTALDUE": "100.00",
        "MEGAENTITYID": "",
    }
    assert {name: kept[name] for name in expected} == expected
    assert [each["TRX_AMOUNT"] for each in kept["APBILLITEMS"]] == ["118.40", "-18.40"]
    assert {name: kept["APBILLITEMS"][0][name] for name in line} == line


@pytest.mark.parametrize(
    ("header", "error"),
    [
        ({"VENDORID": None}, ("BL03000018", "Required field VENDORID is missing.")),
        ({"VENDORID": "v1"}, ("BL01001973", "Invalid Vendor 'v1' specified.")),
        ({"VENDORID": "V3"}, ("BL01001973", "Vendor 'V3' is inactive.")),
        ({"WHENCREATED": None}, ("BL03000018", "Required field WHENCREATED is missing.")),
        (
            {"WHENCREATED": "2030-01-31"},
            ("BL03000018", "Illegal format for WHENCREATED: '2030-01-31' is no date MM/DD/YYYY."),
        ),
        (
            {"WHENPOSTED": "02/30/2030"},
            ("BL03000018", "Illegal format for WHENPOSTED: '02/30/2030' is no date MM/DD/YYYY."),
        ),
        ({"TERMNAME": None}, ("BL03000018", "Required field WHENDUE is missing: give it, or TERMNAME.")),
        ({"TERMNAME": "n30"}, ("BL01001973", "Invalid Term 'n30' specified.")),
        ({"RECORDID": "I" * 31}, ("BL03000018", "RECORDID has 31 characters; at most 30 are allowed.")),
        ({"DOCNUMBER": "D" * 21}, ("BL03000018", "DOCNUMBER has 21 characters; at most 20 are allowed.")),
        (
            {"DESCRIPTION": "d" * 1001},
            ("BL03000018", "DESCRIPTION has 1001 characters; at most 1000 are allowed."),
        ),
        ({"CURRENCY": "CAD"}, ("BL01001973", "Invalid currency 'CAD' specified in CURRENCY.")),
        ({"ACTION": "Post"}, ("BL01001973", "Invalid value 'Post' for ACTION; one of Submit, Draft.")),
        ({"BILLNO": "1"}, ("BL01001973", "Invalid field BILLNO specified.")),
        (
            {"BILLTOPAYTOCONTACTNAME": "Somebody Else"},
            ("BL01001973", "Invalid Contact 'Somebody Else' specified in BILLTOPAYTOCONTACTNAME."),
        ),
    ],
)
def test_a_bad_header_is_refused_and_named(
    gateway: Gateway, header: Mapping[str, str | None], error: tuple[str, str]
) -> None:
    result = gateway.ask(bill(header)).result

    assert (result.status, result.errors) == ("failure", [error, WRAPPER])
    assert result.data.get("count") == "0"
    assert gateway.bills == []


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ({"ACCOUNTNO": None}, ("BL03000018", "Line 2: Required field ACCOUNTNO is missing.")),
        ({"ACCOUNTNO": "9"}, ("BL01001973", "Line 2: Invalid GL Account '9' specified.")),
        ({"ACCOUNTNO": "6001"}, ("BL01001973", "Line 2: GL Account '6001' is inactive.")),
        ({"TRX_AMOUNT": None}, ("BL03000018", "Line 2: Required field TRX_AMOUNT is missing.")),
        (
            {"TRX_AMOUNT": "1,000.00"},
            ("BL03000018", "Line 2: Illegal format for TRX_AMOUNT: '1,000.00' is no amount."),
        ),
        ({"TRX_AMOUNT": "1E3"}, ("BL03000018", "Line 2: Illegal format for TRX_AMOUNT: '1E3' is no amount.")),
        ({"LOCATIONID": None}, ("BL03000018", "Line 2: Required field LOCATIONID is missing.")),
        ({"LOCATIONID": "East Plant"}, ("BL01001973", "Line 2: Invalid Location 'East Plant' specified.")),
        ({"LOCATIONID": "19"}, ("BL01001973", "Line 2: Location '19' is inactive.")),
        ({"DEPARTMENTID": "D9"}, ("BL01001973", "Line 2: Invalid Department 'D9' specified.")),
        ({"CLASSID": "C9"}, ("BL01001973", "Line 2: Invalid Class 'C9' specified.")),
        ({"PROJECTID": "P2"}, ("BL01001973", "Line 2: Project 'P2' is inactive.")),
        ({"ITEMID": "I1"}, ("BL01001973", "Line 2: Invalid Item 'I1' specified.")),
        ({"MEMO": "x"}, ("BL01001973", "Line 2: Invalid field MEMO specified.")),
        (
            {"ENTRYDESCRIPTION": "m" * 501},
            ("BL03000018", "Line 2: ENTRYDESCRIPTION has 501 characters; at most 500 are allowed."),
        ),
    ],
)
def test_a_bad_line_is_refused_and_named(
    gateway: Gateway, line: Mapping[str, str | None], error: tuple[str, str]
) -> None:
    result = gateway.ask(bill({}, {}, line)).result

    assert (result.status, result.errors) == ("failure", [error, WRAPPER])
    assert gateway.bills == []


def test_all_problems_of_a_bill_come_in_one_answer_the_general_one_last(gateway: Gateway) -> None:
    result = gateway.ask(bill({"VENDORID": "X"}, {"ACCOUNTNO": "6100"}, {"CLASSID": "C9"})).result

    assert [text for _, text in result.errors] == [
        "Invalid Vendor 'X' specified.",
        "Line 1: Account 6100 requires a value for DEPARTMENTID.",
        "Line 1: Account 6100 requires a value for PROJECTID.",
        "Line 2: Invalid Class 'C9' specified.",
        "Could not create apbill record.",
    ]
    assert {number for number, text in result.errors if "requires" in text} == {"BL03000018"}


@pytest.mark.parametrize("lines", ["", "<APBILLITEMS/>"])
def test_a_bill_without_lines_is_refused(gateway: Gateway, lines: str) -> None:
    head = bill().split("<APBILLITEMS>")[0]

    result = gateway.ask(f"{head}{lines}</APBILL></create>").result

    assert result.errors == [("BL03000018", "Required field APBILLITEMS is missing."), WRAPPER]


def test_amounts_are_rounded_to_two_places_half_up(gateway: Gateway) -> None:
    gateway.ask(bill({}, {"TRX_AMOUNT": "0.005"}, {"TRX_AMOUNT": "1.004"}, {"TRX_AMOUNT": "+2"}))

    (kept,) = gateway.bills
    assert [each["AMOUNT"] for each in kept["APBILLITEMS"]] == ["0.01", "1.00", "2.00"]
    assert kept["TOTALENTERED"] == "3.01"


@pytest.mark.parametrize(
    ("header", "due"),
    [
        ({"TERMNAME": "N30"}, "2030-03-02"),
        ({"TERMNAME": "EOM"}, "2030-02-28"),
        ({"TERMNAME": "EOM", "WHENCREATED": "12/05/2030"}, "2031-01-31"),
        ({"TERMNAME": "N30", "WHENDUE": "02/05/2030"}, "2030-02-05"),
        ({"TERMNAME": None, "WHENDUE": "02/05/2030"}, "2030-02-05"),
    ],
)
def test_a_bill_is_due_when_it_says_else_when_its_term_says(
    gateway: Gateway, header: Mapping[str, str | None], due: str
) -> None:
    gateway.ask(bill(header))

    assert gateway.bills[0]["WHENDUE"] == due


def test_a_draft_needs_no_due_date_and_is_not_posted(gateway: Gateway) -> None:
    result = gateway.ask(bill({"TERMNAME": None, "ACTION": "Draft"})).result

    assert result.status == "success"
    assert gateway.bills[0]["STATE"] == "Draft"


def test_where_bills_are_approved_a_submitted_one_waits(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"approvals": True})

    gateway.ask(bill())

    assert gateway.ask(query("APBILL", "STATE")).result.column("STATE") == ["Submitted"]


def test_the_same_number_twice_is_accepted(gateway: Gateway) -> None:
    gateway.ask(function(bill(), "a"), function(bill(), "b"))

    assert [each["RECORDID"] for each in gateway.bills] == ["INV-1", "INV-1"]


def test_the_contacts_of_a_vendor_can_be_paid(gateway: Gateway) -> None:
    result = gateway.ask(bill({"BILLTOPAYTOCONTACTNAME": "Alnwick Bolts(VV1)"})).result

    assert result.status == "success"


@pytest.mark.parametrize(
    ("closed", "line", "refused"),
    [
        ("2030-01-30", "10", False),
        ("2030-01-31", "10", True),
        ({"E2": "2030-12-31"}, "10", False),
        ({"E2": "2030-12-31"}, "20", True),
    ],
)
def test_a_closed_period_takes_no_bill(gateway: Gateway, closed: object, line: str, *, refused: bool) -> None:
    gateway.admin("POST", "/settings", {"company": "BIRCH", "books_closed_through": closed})

    posted = gateway.ask(bill({}, {"LOCATIONID": line})).result
    draft = gateway.ask(bill({"ACTION": "Draft"}, {"LOCATIONID": line})).result

    assert (posted.status == "failure") is refused
    assert not refused or posted.errors[0] == ("BL01001973", "The period of 01/31/2030 is closed.")
    assert draft.status == "success"


def test_the_posting_date_decides_over_the_bill_date_when_books_are_closed(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"books_closed_through": "2030-01-31"})

    result = gateway.ask(bill({"WHENPOSTED": "02/01/2030"})).result

    assert result.status == "success"


def test_a_company_without_entities_needs_no_location(gateway: Gateway) -> None:
    gateway.admin("POST", "/seed", seed(entities=[]))

    assert gateway.ask(bill({}, {"LOCATIONID": None})).result.status == "success"


def test_lengths_can_be_set(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"lengths": {"DESCRIPTION": 80}})

    result = gateway.ask(bill({"DESCRIPTION": "d" * 81, "RECORDID": "I" * 31})).result

    assert len(result.errors) == 3


def test_a_create_of_two_bills_makes_both_or_none(gateway: Gateway) -> None:
    one, bad = bill(), bill({"VENDORID": "X"})

    failed = gateway.ask((one + bad).replace("</create><create>", "")).result
    made = gateway.ask((one + one).replace("</create><create>", "")).result

    assert failed.status == "failure"
    assert made.data.get("count") == "2"
    assert [each["RECORDNO"] for each in gateway.bills] == [int(each) for each in made.column("RECORDNO")]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("BILL", ("XL03000009", "Object definition BILL not found")),
        ("UOM", ("SIMULATOR", "create UOM is not simulated")),
    ],
)
def test_what_cannot_be_created_says_so(gateway: Gateway, name: str, error: tuple[str, str]) -> None:
    assert gateway.ask(f"<create><{name}/></create>").result.errors == [error]


def make_vendor(**fields: str) -> str:
    values = {"VENDORID": "V9", "NAME": "Otterburn Gears", **fields}
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    contact = "<DISPLAYCONTACT><PRINTAS>Otterburn</PRINTAS><MAILADDRESS><CITY>Leeds</CITY></MAILADDRESS></DISPLAYCONTACT>"
    return f"<create><VENDOR>{inner}{contact}</VENDOR></create>"


def test_a_vendor_is_created_and_can_be_billed(gateway: Gateway) -> None:
    result = gateway.ask(make_vendor(TERMNAME="N30")).result
    fields = "VENDORID NAME STATUS DISPLAYCONTACT.CONTACTNAME DISPLAYCONTACT.MAILADDRESS.CITY"
    where = "<equalto><field>VENDORID</field><value>V9</value></equalto>"

    assert [(each.tag, each.text) for each in result.data[0]] == [("RECORDNO", "6"), ("VENDORID", "V9")]
    (row,) = gateway.ask(query("VENDOR", fields, where)).result.data
    assert [each.text for each in row] == ["V9", "Otterburn Gears", "active", "Otterburn Gears(VV9)", "Leeds"]
    assert gateway.ask(bill({"VENDORID": "V9"})).result.status == "success"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"VENDORID": "V1"}, ("BL34000061", "Another Vendor with the given value(s) V1  already exists")),
        ({"VENDORID": ""}, ("BL03000018", "Required field VENDORID is missing.")),
        ({"NAME": ""}, ("BL03000018", "Required field NAME is missing.")),
        ({"STATUS": "T"}, ("BL01001973", "Invalid value 'T' for STATUS; one of active, inactive.")),
        ({"TERMNAME": "N99"}, ("BL01001973", "Invalid Term 'N99' specified.")),
        ({"PARENTID": "V99"}, ("BL01001973", "Invalid Vendor 'V99' specified.")),
        ({"COLOUR": "red"}, ("BL01001973", "Invalid field COLOUR specified.")),
    ],
)
def test_a_bad_vendor_is_refused_and_named(
    gateway: Gateway, fields: dict[str, str], error: tuple[str, str]
) -> None:
    result = gateway.ask(make_vendor(**fields)).result

    assert result.errors == [error, ("BL01001973", "Could not create vendor record.")]
