"""Payment requests of an amount or with credit, and payments by hand: what each leaves due."""

import pytest
from tests.contract.simulators.intacct.driver import Gateway, bill
from tests.contract.simulators.intacct.trade import ask_errors, ask_key, day, plant_trade, read_rows

MONEY = "STATE TRX_TOTALDUE TRX_TOTALPAID TRX_TOTALSELECTED"
CONFIRM = "<confirm_appaymentrequest><appaymentkeys><appaymentkey>1</appaymentkey></appaymentkeys></confirm_appaymentrequest>"


@pytest.fixture(autouse=True)
def trade(gateway: Gateway) -> None:
    plant_trade(gateway)


def request_payment(what: str) -> str:
    return (
        "<create_paymentrequest><bankaccountid>BANK</bankaccountid><vendorid>V1</vendorid>"
        f"<paymentmethod>ACH</paymentmethod><paymentdate>{day('2030-02-01')}</paymentdate>{what}</create_paymentrequest>"
    )


def pay(money: str, credit: str, more: str = "") -> str:
    inner = f"<key>1</key><paymentamount>{money}</paymentamount><credittoapply>{credit}</credittoapply>{more}"
    return request_payment(
        f"<paymentrequestitems><paymentrequestitem>{inner}</paymentrequestitem></paymentrequestitems>"
    )


def give_credit(gateway: Gateway, amount: str) -> None:
    line = f"<glaccountno>6000</glaccountno><amount>-{amount}</amount><locationid>10</locationid>"
    ask_key(
        gateway,
        f"<create_apadjustment><vendorid>V1</vendorid><datecreated>{day('2030-01-31')}</datecreated>"
        f"<apadjustmentitems><lineitem>{line}</lineitem></apadjustmentitems></create_apadjustment>",
    )


def test_an_amount_pays_what_is_due_first_as_far_as_it_reaches(gateway: Gateway) -> None:
    for due in ("03/31/2030", "02/28/2030"):
        gateway.ask(bill({"WHENDUE": due}))

    ask_key(gateway, request_payment("<paymentamount>150.00</paymentamount>"))
    ask_key(gateway, CONFIRM)

    assert read_rows(gateway, "APBILL", MONEY) == [
        ["Partially Paid", "86.80", "31.60", "0.00"],
        ["Paid", "0.00", "118.40", "0.00"],
    ]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            request_payment("<paymentamount>118.41</paymentamount>"),
            "The payment of 118.41 is more than is due to vendor 'V1'.",
        ),
        (request_payment("<paymentamount>much</paymentamount>"), "Invalid amount 'much' specified."),
        (pay("100.00", "18.41"), "Vendor 'V1' has no credit of 18.41."),
        (pay("100.00", "0", "<discounttoapply>1</discounttoapply>"), "a payment request with discounts is not simulated"),
    ],
)  # fmt: skip
def test_what_is_not_there_cannot_be_paid(gateway: Gateway, body: str, text: str) -> None:
    gateway.ask(bill())
    give_credit(gateway, "18.40")

    assert ask_errors(gateway, body)[0] == text
    assert read_rows(gateway, "APBILL", MONEY) == [["Posted", "118.40", "0", "0"]]


def test_credit_is_taken_of_the_oldest_memos_and_set_aside_until_it_is_confirmed(gateway: Gateway) -> None:
    gateway.ask(bill())
    give_credit(gateway, "10.00")
    give_credit(gateway, "20.00")

    ask_key(gateway, pay("93.40", "25.00"))
    selected = read_rows(gateway, "APADJUSTMENT", "TRX_TOTALDUE TRX_TOTALSELECTED")
    again = ask_errors(gateway, pay("0.00", "5.01"))
    ask_key(gateway, CONFIRM)

    assert selected == [["-10.00", "10.00"], ["-20.00", "15.00"]]
    assert again[0] == "Vendor 'V1' has no credit of 5.01."
    assert read_rows(gateway, "APBILL", MONEY) == [["Paid", "0.00", "118.40", "0.00"]]
    assert read_rows(gateway, "APADJUSTMENT", "TRX_TOTALDUE TRX_TOTALSELECTED") == [
        ["0.00", "0.00"],
        ["-5.00", "0.00"],
    ]


def test_a_payment_by_hand_is_posted_on_accounts_and_voided(gateway: Gateway) -> None:
    item = "<payitem><glaccountno>{}</glaccountno><paymentamount>12.50</paymentamount><locationid>10</locationid></payitem>"
    body = (
        "<create_appayment><bankaccountid>BANK</bankaccountid><vendorid>V1</vendorid><memo>toll</memo>"
        f"<checkdate>{day('2030-02-01')}</checkdate><checkno>17</checkno><payitems>{item}</payitems></create_appayment>"
    )

    assert ask_errors(gateway, body.format("6009"))[0] == "Line 1: Invalid GL Account '6009' specified."
    ask_key(gateway, body.format("6000"))
    posted = read_rows(gateway, "APPYMT", "STATE DOCNUMBER PAYMENTMETHOD TOTALENTERED DESCRIPTION")
    ask_key(
        gateway,
        f'<reverse_appayment key="1"><datereversed>{day("2030-02-02")}</datereversed></reverse_appayment>',
    )

    assert posted == [["Posted", "17", "Manual Check", "12.50", "toll"]]
    assert read_rows(gateway, "APPYMTDETAIL", "ACCOUNTNO TRX_PAYMENTAMOUNT") == [["6000", "12.50"]]
    assert read_rows(gateway, "APPYMT", "STATE") == [["Voided"]]


def test_a_bill_that_vanished_while_it_was_selected_is_not_paid(gateway: Gateway) -> None:
    gateway.ask(bill())
    ask_key(gateway, request_payment("<paymentamount>18.40</paymentamount>"))
    gateway.admin("DELETE", "/bills/1")

    assert ask_errors(gateway, CONFIRM) == ["Cannot find apbill with key '1', which is to be paid."]
    assert read_rows(gateway, "APPYMT", "STATE") == [["Approved"]]
