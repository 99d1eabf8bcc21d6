"""What is changed, recalled, reversed, voided, approved and deleted after it was made."""

import pytest
from tests.contract.simulators.intacct.driver import Gateway, bill
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

MONEY = "STATE TOTALDUE TOTALPAID TOTALSELECTED"
REQUEST = (
    "<create_paymentrequest><bankaccountid>BANK</bankaccountid><vendorid>V1</vendorid>"
    f"<paymentmethod>ACH</paymentmethod><paymentdate>{day('2030-02-01')}</paymentdate>"
    "<paymentrequestitems><paymentrequestitem><key>1</key><paymentamount>100.00</paymentamount>"
    "</paymentrequestitem></paymentrequestitems></create_paymentrequest>"
)
REVERSE = f"<datereversed>{day('2030-02-10')}</datereversed>"


@pytest.fixture(autouse=True)
def trade(gateway: Gateway) -> None:
    plant_trade(gateway)


def update(fields: str, lines: str = "") -> str:
    owned = f"<APBILLITEMS>{lines}</APBILLITEMS>" if lines else ""
    return f"<update><APBILL><RECORDNO>1</RECORDNO>{fields}{owned}</APBILL></update>"


def keys(verb: str) -> str:
    name = f"{verb}_appaymentrequest"
    return f"<{name}><appaymentkeys><appaymentkey>1</appaymentkey></appaymentkeys></{name}>"


def decide(gateway: Gateway, object_name: str, state: str) -> None:
    gateway.admin("POST", "/decisions", {"object": object_name, "RECORDNO": 1, "state": state})


def read_lines(gateway: Gateway) -> list[list[str]]:
    return read_rows(gateway, "APBILLITEM", "RECORDNO LINE_NO AMOUNT ENTRYDESCRIPTION", "LINE_NO")


def test_fields_that_are_not_sent_stay_and_so_do_lines(gateway: Gateway) -> None:
    gateway.ask(bill({"ACTION": "Draft"}, {}, {"TRX_AMOUNT": "2"}))

    result = gateway.ask(update("<ACTION>Draft</ACTION><DESCRIPTION>New</DESCRIPTION>")).result

    assert (result.status, result.data[0].findtext("RECORDNO")) == ("success", "1")
    assert read_rows(gateway, "APBILL", "RECORDID DESCRIPTION WHENDUE STATE TOTALDUE") == [
        ["INV-1", "New", "03/02/2030", "Draft", "120.40"]
    ]
    assert [line[0] for line in read_lines(gateway)] == ["1", "2"]


def test_lines_that_are_not_sent_again_are_deleted(gateway: Gateway) -> None:
    gateway.ask(bill({"ACTION": "Draft"}, {"ENTRYDESCRIPTION": "one"}, {"ENTRYDESCRIPTION": "two"}))
    new = elements({"ACCOUNTNO": "6000", "TRX_AMOUNT": "7.00", "LOCATIONID": "10", "ENTRYDESCRIPTION": "new"})

    gateway.ask(
        update(
            "<ACTION>Draft</ACTION>",
            f"<APBILLITEM>{elements({'LINE_NO': '2', 'TRX_AMOUNT': '5'})}</APBILLITEM><APBILLITEM>{new}</APBILLITEM>",
        )
    )

    assert read_lines(gateway) == [["2", "1", "5.00", "two"], ["3", "2", "7.00", "new"]]
    assert gateway.bills[0]["TOTALDUE"] == "12.00"


def test_an_update_submits_a_draft_unless_it_says_draft(gateway: Gateway) -> None:
    gateway.ask(bill({"ACTION": "Draft"}))

    gateway.ask(update("<DESCRIPTION>Go</DESCRIPTION>"))

    assert gateway.bills[0]["STATE"] == "Posted"


def test_the_number_of_a_bill_is_found_anew(gateway: Gateway) -> None:
    gateway.ask(bill())
    gateway.ask(update("<RECORDID>INV-9</RECORDID>"))

    assert [each["RECORDNO"] for each in gateway.admin("GET", "/bills", number="INV-9")] == [1]
    assert gateway.admin("GET", "/bills", number="INV-1") == []


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ("<VENDORID>V9</VENDORID>", "Invalid Vendor 'V9' specified."),
        ("<WHENDUE>2030-01-01</WHENDUE>", "Illegal format for WHENDUE: '2030-01-01' is no date MM/DD/YYYY."),
        ("<COLOUR>red</COLOUR>", "Invalid field COLOUR specified."),
    ],
)
def test_an_update_is_checked_like_a_create(gateway: Gateway, fields: str, text: str) -> None:
    gateway.ask(bill())

    assert ask_errors(gateway, update(fields)) == [text, "Could not update apbill record."]


def test_what_is_submitted_or_paid_cannot_be_changed(gateway: Gateway) -> None:
    gateway.ask(bill())
    ask_key(gateway, REQUEST)

    assert ask_errors(gateway, update("")) == ["APBILL '1' is Selected and cannot be changed."]


def test_lines_of_the_older_update_that_are_not_named_stay(gateway: Gateway) -> None:
    gateway.ask(bill({"ACTION": "Draft"}, {"ENTRYDESCRIPTION": "one"}, {"ENTRYDESCRIPTION": "two"}))
    changed = '<updatelineitem line_num="1"><amount>1.00</amount></updatelineitem>'

    key = ask_key(
        gateway,
        f'<update_bill key="1"><action>Draft</action><updatebillitems>{changed}</updatebillitems></update_bill>',
    )

    assert key == "1"
    assert [line[2:] for line in read_lines(gateway)] == [["1.00", "one"], ["118.40", "two"]]


def test_a_submitted_bill_is_recalled_declined_or_posted(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"approvals": True})
    gateway.ask(bill())
    recalled = ask_key(gateway, "<recallApBill><RECORDNO>1</RECORDNO></recallApBill>")
    states = [gateway.bills[0]["STATE"]]
    for state in ("Submitted", "Declined", "Submitted", "Partially Approved", "Posted"):
        decide(gateway, "APBILL", state)
        states.append(gateway.bills[0]["STATE"])

    assert recalled == "1"
    assert states == ["Draft", "Submitted", "Declined", "Submitted", "Partially Approved", "Posted"]
    assert ask_errors(gateway, "<recallApBill><RECORDNO>1</RECORDNO></recallApBill>") == [
        "APBILL '1' is Posted and cannot become Draft."
    ]


def test_a_posted_bill_is_reversed_on_an_open_day_and_due_no_more(gateway: Gateway) -> None:
    gateway.ask(bill())
    gateway.admin("POST", "/settings", {"books_closed_through": "2030-02-28"})
    closed = ask_errors(gateway, f'<reverse_bill key="1">{REVERSE}</reverse_bill>')
    gateway.admin("POST", "/settings", {"books_closed_through": "2030-01-31"})

    ask_key(gateway, f'<reverse_bill key="1">{REVERSE}</reverse_bill>')

    assert closed == ["The period of 02/10/2030 is closed."]
    assert read_rows(gateway, "APBILL", "STATE TOTALDUE TOTALENTERED") == [["Reversed", "0.00", "118.40"]]


def test_a_draft_is_deleted_by_key_and_a_posted_bill_is_not(gateway: Gateway) -> None:
    gateway.ask(bill({"ACTION": "Draft"}))
    ask_key(gateway, '<delete_bill key="1"></delete_bill>')
    gateway.ask(bill())

    assert read_rows(gateway, "APBILL", "RECORDNO") == [["2"]]
    assert read_rows(gateway, "APBILLITEM", "RECORDKEY") == [["2"]]
    assert ask_errors(gateway, '<delete_bill key="2"></delete_bill>') == [
        "Bill '2' is Posted and cannot be deleted."
    ]


def test_a_payment_request_selects_pays_when_confirmed_and_gives_back_when_voided(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"approvals": True})
    gateway.ask(bill())
    decide(gateway, "APBILL", "Posted")
    steps = []
    for body in (REQUEST, keys("approve"), keys("confirm"), keys("void")):
        ask_key(gateway, body)
        (payment,) = read_rows(gateway, "APPYMT", "STATE")
        steps.append(payment + read_rows(gateway, "APBILL", MONEY)[0])

    assert steps == [
        ["Submitted", "Selected", "118.40", "0", "100.00"],
        ["Approved", "Selected", "118.40", "0", "100.00"],
        ["Posted", "Partially Paid", "18.40", "100.00", "0.00"],
        ["Voided", "Posted", "118.40", "0.00", "0.00"],
    ]


@pytest.mark.parametrize("body", [keys("decline"), keys("void"), '<delete_paymentrequest key="1"/>'])
def test_what_was_selected_is_given_back(gateway: Gateway, body: str) -> None:
    gateway.ask(bill())
    ask_key(gateway, REQUEST)
    if "delete" in body:
        gateway.admin("POST", "/edits", {"object": "APPYMT", "RECORDNO": 1, "fields": {"STATE": "Submitted"}})

    gateway.ask(body)

    assert read_rows(gateway, "APBILL", MONEY) == [["Posted", "118.40", "0", "0.00"]]


def test_a_payment_that_is_posted_is_reversed_with_its_credit(gateway: Gateway) -> None:
    gateway.ask(bill())
    line = "<glaccountno>6000</glaccountno><amount>-18.40</amount><locationid>10</locationid>"
    ask_key(
        gateway,
        f"<create_apadjustment><vendorid>V1</vendorid><datecreated>{day('2030-01-31')}</datecreated>"
        f"<apadjustmentitems><lineitem>{line}</lineitem></apadjustmentitems></create_apadjustment>",
    )
    detail = {
        "RECORDKEY": "1",
        "TRX_PAYMENTAMOUNT": "100",
        "ADJUSTMENTKEY": "1",
        "TRX_ADJUSTMENTAMOUNT": "18.40",
    }
    payment = {
        "FINANCIALENTITY": "BANK",
        "PAYMENTMETHOD": "Cash",
        "VENDORID": "V1",
        "PAYMENTDATE": "02/01/2030",
        "APPYMTDETAILS": [detail],
    }
    gateway.admin("POST", "/payments", {"payment": payment})
    paid = read_rows(gateway, "APBILL", MONEY)

    ask_key(gateway, f'<reverse_appayment key="1">{REVERSE}</reverse_appayment>')

    assert paid == [["Paid", "0.00", "118.40", "0"]]
    assert read_rows(gateway, "APBILL", MONEY) == [["Posted", "118.40", "0.00", "0"]]
    assert read_rows(gateway, "APADJUSTMENT", "TOTALDUE") == [["-18.40"]]
    assert read_rows(gateway, "APPYMT", "STATE") == [["Voided"]]


def test_only_a_draft_payment_is_updated_and_with_all_its_details(gateway: Gateway) -> None:
    gateway.ask(bill())
    head = elements({"FINANCIALENTITY": "BANK", "PAYMENTMETHOD": "Cash", "VENDORID": "V1"})
    pay = "<APPYMTDETAILS><APPYMTDETAIL><RECORDKEY>1</RECORDKEY><TRX_PAYMENTAMOUNT>{}</TRX_PAYMENTAMOUNT></APPYMTDETAIL></APPYMTDETAILS>"
    dated = "<PAYMENTDATE>02/01/2030</PAYMENTDATE><ACTION>Draft</ACTION>"
    gateway.ask(f"<create><APPYMT>{head}{dated}{pay.format('100')}</APPYMT></create>")
    change = "<update><APPYMT><RECORDNO>1</RECORDNO>{}</APPYMT></update>"

    first = gateway.ask(change.format(f"<ACTION>Draft</ACTION>{pay.format('60')}")).result
    drafted = read_rows(gateway, "APBILL", MONEY)
    gateway.ask(change.format("<DESCRIPTION>now</DESCRIPTION>"))

    assert first.data[0].findtext("RECORDNO") == "1"
    assert drafted == [["Selected", "118.40", "0", "60.00"]]
    assert read_rows(gateway, "APPYMT", "RECORDNO STATE DESCRIPTION") == [["1", "Posted", "now"]]
    assert read_rows(gateway, "APBILL", MONEY) == [["Partially Paid", "58.40", "60.00", "0.00"]]
    assert ask_errors(gateway, change.format("")) == ["Payment '1' is Posted and cannot be changed."]


def test_a_bill_that_is_selected_has_that_much_less_to_pay(gateway: Gateway) -> None:
    gateway.ask(bill())
    ask_key(gateway, REQUEST)

    assert ask_errors(gateway, REQUEST)[0] == (
        "Line 1: The payment of 100.00 for APBILL '1' is not between 0 and 18.40."
    )


def test_an_adjustment_is_updated_and_deleted_while_it_is_a_draft(gateway: Gateway) -> None:
    line = (
        "<lineitem><glaccountno>6000</glaccountno><amount>{}</amount><locationid>10</locationid></lineitem>"
    )
    made = day("2030-01-31")
    ask_key(
        gateway,
        f"<create_apadjustment><vendorid>V1</vendorid><datecreated>{made}</datecreated><action>Draft</action>"
        f"<apadjustmentitems>{line.format('-5')}</apadjustmentitems></create_apadjustment>",
    )
    ask_key(
        gateway,
        f'<update_apadjustment key="1"><action>Draft</action><updateapadjustmentitems>{line.format("-2")}'
        "</updateapadjustmentitems></update_apadjustment>",
    )
    changed = read_rows(gateway, "APADJUSTMENT", "STATE TOTALDUE")

    ask_key(gateway, '<delete_apadjustment key="1"></delete_apadjustment>')

    assert changed == [["Draft", "-7.00"]]
    assert read_rows(gateway, "APADJUSTMENT", "RECORDNO") == []


def test_a_vendor_is_changed_by_number_or_id(gateway: Gateway) -> None:
    by_id = gateway.ask("<update><VENDOR><VENDORID>V1</VENDORID><NAME>New</NAME></VENDOR></update>").result
    by_number = "<update><VENDOR><RECORDNO>1</RECORDNO><TERMNAME>EOM</TERMNAME></VENDOR></update>"
    gateway.ask(by_number)

    assert [each.text for each in by_id.data[0]] == ["1", "V1"]
    (row, *_) = read_rows(gateway, "VENDOR", "VENDORID NAME TERMNAME CREDITLIMIT")
    assert row == ["V1", "New", "EOM", "900.00"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<VENDOR><VENDORID>V9</VENDORID></VENDOR>", "Cannot find vendor with key 'V9' to update."),
        ("<VENDOR><VENDORID>V1</VENDORID><NAME></NAME></VENDOR>", "Required field NAME is missing."),
        ("<CLASS><CLASSID>C1</CLASSID><COLOUR>red</COLOUR></CLASS>", "Invalid field COLOUR specified."),
        ("<GLBATCH><RECORDNO>1</RECORDNO></GLBATCH>", "update GLBATCH is not simulated"),
    ],
)
def test_a_change_that_cannot_be_is_refused(gateway: Gateway, body: str, text: str) -> None:
    assert ask_errors(gateway, f"<update>{body}</update>")[0] == text


def test_a_bill_of_purchasing_is_made_anew_by_each_update_and_cannot_be_changed_itself(
    gateway: Gateway,
) -> None:
    ask_key(gateway, purchase("Vendor Invoice", item("10")))
    refused = ask_errors(gateway, update("<DESCRIPTION>x</DESCRIPTION>"))

    change = '<updatepotransitem line_num="1"><quantity>20</quantity></updatepotransitem>'
    body = f"<updatepotransitems>{change}</updatepotransitems>"
    ask_key(gateway, f'<update_potransaction key="Vendor Invoice-VI0001">{body}</update_potransaction>')

    assert refused == ["APBILL '1' was made by purchasing and cannot be changed."]
    assert [(each["RECORDNO"], each["TOTALDUE"]) for each in gateway.bills] == [(2, "6.66")]
    assert read_rows(gateway, "PODOCUMENT", "PRRECORDKEY") == [["2"]]


def test_purchases_wait_for_approval_and_make_their_bill_then(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"approvals": True})
    ask_key(gateway, purchase("Vendor Invoice", item("10")))
    before = read_rows(gateway, "PODOCUMENT", "STATE"), gateway.bills
    document = "<PODOCUMENT><DOCID>Vendor Invoice-VI0001</DOCID><COMMENT>ok</COMMENT></PODOCUMENT>"

    ask_key(gateway, f"<approve>{document}</approve>")

    assert before == ([["Submitted"]], [])
    assert read_rows(gateway, "PODOCUMENT", "STATE PRRECORDKEY") == [["Closed", "1"]]
    assert ask_errors(gateway, f"<decline>{document}</decline>") == [
        "PODOCUMENT '1' is Closed and cannot become Declined."
    ]


@pytest.mark.parametrize(("uses_up", "left"), [(True, ["6", "6"]), (False, ["10", "6"])])
def test_a_draft_receiver_uses_up_the_order_at_once_or_when_it_is_posted(
    gateway: Gateway,
    uses_up: bool,  # noqa: FBT001 - a parameter of the table
    left: list[str],
) -> None:
    gateway.admin("POST", "/settings", {"drafts_convert": uses_up})
    ask_key(gateway, purchase("Purchase Order", item("10")))
    receiver = purchase(
        "PO Receiver", item("4", sourcelinekey="1"), createdfrom="Purchase Order-PO0001", state="Draft"
    )
    ask_key(gateway, receiver)
    remaining = [read_rows(gateway, "PODOCUMENTENTRY", "QTY_REMAINING")[0][0]]

    gateway.admin("POST", "/decisions", {"object": "PODOCUMENT", "RECORDNO": 2, "state": "Pending"})

    remaining.append(read_rows(gateway, "PODOCUMENTENTRY", "QTY_REMAINING")[0][0])
    assert remaining == left


def test_what_people_do_by_hand_needs_no_rules_but_leaves_a_trail(gateway: Gateway) -> None:
    gateway.ask(bill())
    gateway.admin("POST", "/edits", {"object": "APBILL", "RECORDNO": 1, "fields": {"ONHOLD": "true"}})
    gateway.admin("POST", "/edits", {"object": "VENDOR", "RECORDNO": 2, "fields": {"NAME": "Nuts"}})
    made = gateway.admin("POST", "/records", {"object": "CLASS", "fields": {"CLASSID": "C9", "NAME": "New"}})
    gateway.admin("POST", "/deletions", {"object": "VENDOR", "RECORDNO": 3})
    gateway.admin("POST", "/deletions", {"object": "APBILL", "RECORDNO": 1})

    trail = read_rows(gateway, "AUDITHISTORY", "OBJECTTYPE OBJECTKEY ACCESSMODE")
    assert trail[1:] == [
        ["apbill", "1", "M"],
        ["vendor", "2", "M"],
        ["class", made["RECORDNO"], "C"],
        ["vendor", "3", "D"],
        ["apbill", "1", "D"],
    ]
    assert gateway.bills == []
    assert read_rows(gateway, "APBILLITEM", "RECORDNO") == []
    for asked in ({"object": "VENDOR", "RECORDNO": 3}, {"object": "APBILL", "RECORDNO": 1}):
        assert gateway.admin_response("POST", "/deletions", asked).status == 400
        assert gateway.admin_response("POST", "/edits", {**asked, "fields": {}}).status == 400


def test_every_step_is_in_the_trail_and_needs_a_permission(gateway: Gateway) -> None:
    gateway.ask(bill())
    gateway.ask(update(""))
    gateway.ask(f'<reverse_bill key="1">{REVERSE}</reverse_bill>')
    gateway.admin("POST", "/settings", {"permissions": {"clerk": {"APBILL": "r"}}})

    refused = ask_errors(gateway, f'<reverse_bill key="1">{REVERSE}</reverse_bill>')

    assert [row[0] for row in read_rows(gateway, "AUDITHISTORY", "ACCESSMODE")] == ["C", "M", "M"]
    assert refused == ["You do not have permission for API operation UPDATE on objects of type APBILL."]


def test_the_last_closed_day_is_told_for_each_entity(gateway: Gateway) -> None:
    ask = "<get_closedbooksdate/>"
    nothing = gateway.ask(ask).result.data
    gateway.admin("POST", "/settings", {"books_closed_through": {"": "2029-12-31", "E1": "2030-01-31"}})

    told = ["-".join(part.text or "" for part in gateway.ask(ask, auth=auth).result.data[0])
            for auth in (gateway.open_session(), gateway.open_session("E1"), gateway.open_session("E2"))]  # fmt: skip

    assert len(nothing) == 0
    assert told == ["2029-12-31", "2030-01-31", "2029-12-31"]


def test_a_receiver_that_is_deleted_gives_its_order_back_what_it_took(gateway: Gateway) -> None:
    ask_key(gateway, purchase("Purchase Order", item("10")))
    source = {"createdfrom": "Purchase Order-PO0001"}
    for quantity in ("4", "3"):
        ask_key(gateway, purchase("PO Receiver", item(quantity, sourcelinekey="1"), **source))
    states = []
    for number in ("PR0001", "PR0002"):
        ask_key(gateway, f'<delete_potransaction key="PO Receiver-{number}"></delete_potransaction>')
        (order, *_) = read_rows(gateway, "PODOCUMENT", "STATE")
        (line, *_) = read_rows(gateway, "PODOCUMENTENTRY", "QTY_REMAINING")
        states.append((order[0], line[0]))

    assert states == [("Partially Converted", "7"), ("Pending", "10")]


def test_lines_change_with_their_document(gateway: Gateway) -> None:
    gateway.ask(bill({"ACTION": "Draft"}))
    gateway.admin("POST", "/clock", {"now": "2031-05-06T08:00:00+00:00"})

    decide(gateway, "APBILL", "Posted")

    (line,) = read_rows(gateway, "APBILLITEM", "STATE WHENMODIFIED")
    assert (line[0], line[1][:10]) == ("Posted", "05/06/2031")
