"""Functions of the older kind: their order is enforced, their answer is a key."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from lxml import etree
from tests.contract.simulators.intacct.driver import Gateway
from tests.contract.simulators.intacct.trade import (
    ask_errors,
    ask_key,
    day,
    elements,
    item,
    plant_trade,
    purchase,
    read_rows,
)

LINE = "<lineitem><glaccountno>6000</glaccountno><amount>7.005</amount><locationid>10</locationid></lineitem>"


def create_bill(**more: str) -> str:
    usual = {"vendorid": "V1", "datecreated": day("2030-01-31"), "termname": "N30", "billno": "L-1"}
    return f"<create_bill>{elements({**usual, **more})}<billitems>{LINE}</billitems></create_bill>"


def create_adjustment(*amounts: str) -> str:
    lines = "".join(LINE.replace("7.005", amount) for amount in amounts)
    header = elements({"vendorid": "V1", "datecreated": day("2030-01-31"), "adjustmentno": "A-1"})
    return (
        f"<create_apadjustment>{header}<apadjustmentitems>{lines}</apadjustmentitems></create_apadjustment>"
    )


def test_a_bill_answers_its_record_number_as_key(gateway: Gateway) -> None:
    key = ask_key(gateway, create_bill(description="Bolts"))

    (bill,) = gateway.bills
    assert key == "1"
    assert (bill["RECORDID"], bill["TOTALENTERED"], bill["WHENDUE"]) == ("L-1", "7.01", "2030-03-02")


@pytest.mark.parametrize(
    "body",
    [
        create_bill(ponumber="P-1", action="Draft"),
        create_bill(currency="USD"),
        "<create_supdoc><supdocname>x</supdocname><supdocid>1</supdocid></create_supdoc>",
        "<create_potransaction><transactiontype>Purchase Order</transactiontype></create_potransaction>",
        "<update_potransaction></update_potransaction>",
        '<get_list object="supdoc" page="2"></get_list>',
        '<get_list object="supdoc"><filter></filter></get_list>',
    ],
)
def test_a_breach_of_the_order_refuses_the_whole_request(gateway: Gateway, body: str) -> None:
    answer = gateway.ask(create_bill(), body)

    assert answer.control == "failure"
    assert answer.results == []
    assert [number for number, _ in answer.control_errors] == ["XL03000003"]
    assert gateway.bills == []


IN_ORDER = (
    create_bill(ponumber="P-1", description="Bolts"),
    create_adjustment("1"),
    purchase("Purchase Order", item("3"), vendordocno="7", state="Pending"),
    '<update_potransaction key="1"><vendordocno>7</vendordocno><message>x</message></update_potransaction>',
    f"<create_gltransaction><journalid>GJ</journalid><datecreated>{day('2030-01-31')}</datecreated>"
    "<description>Accrual</description><referenceno>1</referenceno><gltransactionentries>"
    + "<glentry><trtype>debit</trtype><amount>5</amount><glaccountno>6000</glaccountno></glentry>" * 2
    + "</gltransactionentries></create_gltransaction>",
    "<create_vendor><vendorid>L1</vendorid><name>Cray</name><termname>N30</termname><taxid>1</taxid></create_vendor>",
    "<create_apterm><name>N10</name><description>x</description><due><dueday>10</dueday></due></create_apterm>",
    (
        "<create_paymentrequest><bankaccountid>BANK</bankaccountid><vendorid>V1</vendorid><paymentmethod>ACH</paymentmethod>"
        f"<paymentdate>{day('2030-02-01')}</paymentdate><paymentamount>1</paymentamount></create_paymentrequest>"
    ),
    (
        "<create_supdocfolder><supdocfoldername>EDI</supdocfoldername><supdocfolderdescription>x</supdocfolderdescription>"
        "</create_supdocfolder>"
    ),
    "<create_supdoc><supdocid>D1</supdocid><supdocname>D1</supdocname><supdocfoldername>EDI</supdocfoldername></create_supdoc>",
)


def swap_neighbours(body: str) -> Iterator[str]:
    """The function as often as it has two neighbours, each time with two of them in each other's place."""
    for first, second in pairwise(range(len(etree.fromstring(body)))):
        function = etree.fromstring(body)
        function.insert(first, function[second])
        yield etree.tostring(function, encoding="unicode")


@pytest.mark.parametrize("body", IN_ORDER, ids=[body[1:].split(">")[0].split()[0] for body in IN_ORDER])
def test_no_two_elements_of_a_function_may_change_places(gateway: Gateway, body: str) -> None:
    swapped = [gateway.ask(each) for each in swap_neighbours(body)]

    assert gateway.ask(body).control == "success"
    assert swapped
    assert {answer.control for answer in swapped} == {"failure"}
    assert {answer.control_errors[0][0] for answer in swapped} == {"XL03000003"}


def test_a_date_needs_year_month_and_day(gateway: Gateway) -> None:
    answer = gateway.ask(create_bill().replace("<year>2030</year>", ""))

    assert answer.control_errors[0][1].startswith("XML Parse schema error: Element datecreated content")


def test_a_day_that_does_not_exist_is_the_functions_failure(gateway: Gateway) -> None:
    assert "no date" in ask_errors(gateway, create_bill().replace("<day>31</day>", "<day>32</day>"))[0]


def test_a_vendor_takes_its_contact_from_contactinfo(gateway: Gateway) -> None:
    contact = "<contact><contactname>Cray</contactname><printas>Cray Ltd</printas></contact>"
    body = elements({"vendorid": "L1", "name": "Cray", "contactinfo": contact})

    assert ask_key(gateway, f"<create_vendor>{body}</create_vendor>") == "L1"

    rows = read_rows(gateway, "VENDOR", "VENDORID DISPLAYCONTACT.PRINTAS")
    assert ["L1", "Cray Ltd"] in rows


def test_an_adjustment_is_kept_with_its_lines(gateway: Gateway) -> None:
    assert ask_key(gateway, create_adjustment("-1.5", "-2")) == "1"

    fields = "RECORDNO RECORDID VENDORID STATE TOTALDUE WHENCREATED"
    assert read_rows(gateway, "APADJUSTMENT", fields) == [["1", "A-1", "V1", "Posted", "-3.50", "01/31/2030"]]
    lines = read_rows(gateway, "APADJUSTMENTITEM", "RECORDKEY LINE_NO AMOUNT")
    assert lines == [["1", "1", "-1.50"], ["1", "2", "-2.00"]]


def test_the_lines_of_an_adjustment_have_one_sign(gateway: Gateway) -> None:
    first, *_ = ask_errors(gateway, create_adjustment("1", "-2"))

    assert first == "All line items of an adjustment must have the same sign."


def test_an_adjustment_of_a_closed_period_is_refused(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"books_closed_through": {"E1": "2030-02-01"}})

    assert ask_errors(gateway, create_adjustment("1"))[0] == "The period of 01/31/2030 is closed."


def test_attachments_go_into_folders_and_onto_bills(gateway: Gateway) -> None:
    file = "<attachment><attachmentname>a</attachmentname><attachmenttype>txt</attachmenttype><attachmentdata>{}</attachmentdata></attachment>"
    attach = "<{0}><supdocid>D1</supdocid><supdocname>D1</supdocname><supdocfoldername>EDI</supdocfoldername><attachments>{1}</attachments></{0}>"
    create = attach.format("create_supdoc", file.format("aGk="))

    assert ask_errors(gateway, create) == ["Invalid Attachment folder 'EDI' specified."]
    folder = "<create_supdocfolder><supdocfoldername>EDI</supdocfoldername></create_supdocfolder>"
    assert ask_key(gateway, folder) == "EDI"
    assert "is not base64" in ask_errors(gateway, attach.format("create_supdoc", file.format("?")))[0]
    assert ask_key(gateway, create) == "D1"
    assert "already exists" in ask_errors(gateway, create)[0]
    assert ask_key(gateway, attach.format("update_supdoc", file.format("eW8="))) == "D1"
    assert ask_errors(gateway, create_bill(supdocid="D2"))[0] == "Invalid Attachment 'D2' specified."
    ask_key(gateway, create_bill(supdocid="D1"))

    gateway.admin("POST", "/settings", {"largest_file": 2})
    larger = attach.format("create_supdoc", file.format("aGV5")).replace("D1", "D3")
    assert ask_errors(gateway, larger) == ["The file 'a' is larger than the 2 bytes that are allowed."]
    gateway.admin("POST", "/settings", {"permissions": {"clerk": {"SUPDOC": "r"}}})
    assert "permission for API operation CREATE on objects of type SUPDOC" in ask_errors(gateway, create)[0]
    gateway.admin("POST", "/settings", {"permissions": {}, "largest_file": None})

    listed = gateway.ask('<get_list object="supdoc"></get_list>').result
    assert listed.element.findtext("listtype") == "supdoc"
    assert [each.text for each in listed.data.iter("attachmentdata")] == ["aGk=", "eW8="]
    alone = gateway.ask('<get object="supdoc" key="D1"></get>').result
    assert [each.text for each in alone.data.iter("attachmentdata")] == ["aGk=", "eW8="]
    assert ask_errors(gateway, '<get object="supdoc" key="D2"></get>') == [
        "Cannot find supdoc with key 'D2'."
    ]
    assert ask_key(gateway, '<delete_supdoc key="D1"></delete_supdoc>') == "D1"


def test_a_list_of_the_older_kind_is_cut_into_pages(gateway: Gateway) -> None:
    for name in ("A", "B", "C"):
        ask_key(
            gateway,
            f"<create_supdocfolder><supdocfoldername>{name}</supdocfoldername></create_supdocfolder>",
            name,
        )

    page = gateway.ask('<get_list object="supdocfolder" start="1" maxitems="1"></get_list>').result

    listed = page.element.find("listtype")
    assert listed is not None
    assert [listed.get(name) for name in ("start", "end", "total")] == ["1", "1", "3"]
    assert page.column("name") == ["B"]
    assert ask_errors(gateway, '<get_list object="supdoc" maxitems="x"></get_list>') == [
        "Invalid maxitems 'x' specified."
    ]


def test_a_fault_finds_a_function_of_the_older_kind_by_object_and_number(gateway: Gateway) -> None:
    plant_trade(gateway)
    fault = {"match": {"object": "APBILL", "number": "L-*"}, "action": "refuse", "errors": [{"errorno": "X"}]}
    gateway.admin("POST", "/faults", [fault])

    assert gateway.ask(create_bill()).result.errors == [("X", "")]
