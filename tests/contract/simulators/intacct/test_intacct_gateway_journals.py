"""Journals balance; payments reduce what is due."""

import pytest
from tests.contract.simulators.intacct.driver import Gateway, bill
from tests.contract.simulators.intacct.trade import ask_errors, ask_key, day, elements, plant_trade, read_rows


@pytest.fixture(autouse=True)
def _planted(gateway: Gateway) -> None:
    plant_trade(gateway)


def entry(direction: str, amount: str, location: str = "10", account: str = "6000") -> str:
    fields = {"ACCOUNTNO": account, "TR_TYPE": direction, "TRX_AMOUNT": amount, "LOCATION": location}
    return f"<GLENTRY>{elements(fields)}</GLENTRY>"


def journal(*entries: str, **more: str) -> str:
    usual = {"JOURNAL": "GJ", "BATCH_DATE": "01/31/2030", "BATCH_TITLE": "Accrual"}
    return f"<create><GLBATCH>{elements({**usual, **more})}<ENTRIES>{''.join(entries)}</ENTRIES></GLBATCH></create>"


def payment(*details: str, **more: str) -> str:
    usual = {"FINANCIALENTITY": "BANK", "PAYMENTMETHOD": "ACH", "VENDORID": "V1", "PAYMENTDATE": "02/01/2030"}
    inner = "".join(f"<APPYMTDETAIL>{each}</APPYMTDETAIL>" for each in details)
    return f"<create><APPYMT>{elements({**usual, **more})}<APPYMTDETAILS>{inner}</APPYMTDETAILS></APPYMT></create>"


def pay(amount: str, key: str = "1", **more: str) -> str:
    return elements({"RECORDKEY": key, "TRX_PAYMENTAMOUNT": amount, **more})


def plant_term(gateway: Gateway) -> None:
    """Two per cent within ten days of the bill."""
    term = {"NAME": "2/10", "DUEDATE": "30", "DISCDATE": "10", "DISCAMOUNT": "2", "DISCPERCAMN": "%"}
    gateway.admin("POST", "/records", {"object": "APTERM", "fields": term})


def adjust(amount: str) -> str:
    line = elements({"glaccountno": "6000", "amount": amount, "locationid": "10"})
    header = elements({"vendorid": "V1", "datecreated": day("2030-01-31")})
    lines = f"<apadjustmentitems><lineitem>{line}</lineitem></apadjustmentitems>"
    return f"<create_apadjustment>{header}{lines}</create_apadjustment>"


def test_a_balanced_journal_is_kept(gateway: Gateway) -> None:
    result = gateway.ask(journal(entry("1", "5"), entry("-1", "5"), REFERENCENO="R-1")).result

    assert result.data.findtext("glbatch/RECORDNO") == "1"
    assert read_rows(gateway, "GLBATCH", "JOURNAL REFERENCENO STATE BATCH_DATE") == [
        ["GJ", "R-1", "Posted", "01/31/2030"]
    ]
    assert read_rows(gateway, "GLENTRY", "BATCHNO TR_TYPE AMOUNT LOCATION") == [
        ["1", "1", "5.00", "10"],
        ["1", "-1", "5.00", "10"],
    ]


def test_the_older_function_keeps_the_same_journal(gateway: Gateway) -> None:
    lines = "".join(
        f"<glentry><trtype>{word}</trtype><amount>5</amount><glaccountno>6000</glaccountno><locationid>10</locationid></glentry>"
        for word in ("debit", "credit")
    )
    header = elements({"journalid": "GJ", "datecreated": day("2030-01-31"), "description": "Accrual"})
    body = f"<create_gltransaction>{header}<gltransactionentries>{lines}</gltransactionentries></create_gltransaction>"

    assert ask_key(gateway, body) == "1"
    assert [row[0] for row in read_rows(gateway, "GLENTRY", "TR_TYPE")] == ["1", "-1"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            journal(entry("1", "5"), entry("-1", "4.99")),
            "Debits and credits of entity E1 do not balance; they differ by 0.01.",
        ),
        (
            journal(entry("1", "5"), entry("-1", "5", "20")),
            "Debits and credits of entity E1 do not balance; they differ by 5.00.",
        ),
        (journal(entry("1", "5")), "A journal entry needs at least two entries."),
        (journal(entry("1", "-5"), entry("1", "5")), "Line 1: TRX_AMOUNT '-5' must be positive."),
        (journal(entry("2", "5"), entry("1", "5")), "Line 1: Invalid value '2' for TR_TYPE; one of 1, -1."),
        (
            journal(entry("1", "5", account="6100"), entry("-1", "5")),
            "Line 1: Account 6100 requires a value for DEPARTMENTID.",
        ),
        (journal(entry("1", "5"), entry("-1", "5"), JOURNAL="XX"), "Invalid Journal 'XX' specified."),
    ],
)
def test_a_journal_that_is_wrong_is_refused(gateway: Gateway, body: str, text: str) -> None:
    assert ask_errors(gateway, body)[0] == text
    assert read_rows(gateway, "GLBATCH", "RECORDNO") == []


def test_a_source_entity_balances_for_all(gateway: Gateway) -> None:
    body = journal(entry("1", "5"), entry("-1", "5", "20"), BASELOCATION_NO="E1")

    assert gateway.ask(body).result.status == "success"


def test_a_payment_reduces_what_is_due(gateway: Gateway) -> None:
    gateway.ask(bill())

    gateway.ask(payment(pay("100")))
    (after_one,) = gateway.bills
    gateway.ask(payment(pay("18.40")))
    (after_two,) = gateway.bills

    assert [(each["STATE"], each["TOTALDUE"], each["TOTALPAID"]) for each in (after_one, after_two)] == [
        ("Partially Paid", "18.40", "100.00"),
        ("Paid", "0.00", "118.40"),
    ]
    assert after_two["WHENPAID"] == "2030-02-01"
    assert read_rows(gateway, "APPYMT", "STATE TOTALENTERED") == [["Posted", "100.00"], ["Posted", "18.40"]]


def test_a_draft_only_selects(gateway: Gateway) -> None:
    gateway.ask(bill())

    gateway.ask(payment(pay("100"), ACTION="Draft"))

    (kept,) = gateway.bills
    assert (kept["STATE"], kept["TOTALDUE"], kept["TOTALSELECTED"]) == ("Selected", "118.40", "100.00")


def test_a_payment_takes_the_discount_of_its_day_and_pays_just_the_rest(gateway: Gateway) -> None:
    plant_term(gateway)
    gateway.ask(bill({"TERMNAME": "2/10", "WHENCREATED": "01/28/2030"}))
    wrong = ask_errors(gateway, payment(pay("118.40", DISCOUNTDATE="02/01/2030"), ACTION="Draft"))[0]
    late = ask_errors(gateway, payment(pay("116.03", DISCOUNTDATE="02/08/2030"), ACTION="Draft"))[0]

    gateway.ask(payment(pay("116.03", DISCOUNTDATE="02/01/2030"), ACTION="Draft"))
    (selected,) = gateway.bills
    gateway.ask("<update><APPYMT><RECORDNO>1</RECORDNO><ACTION>Submit</ACTION></APPYMT></update>")
    (paid,) = gateway.bills

    assert wrong == "Line 1: The payment of 118.40 for APBILL '1' with discount must be 116.03."
    assert late == "Line 1: The payment of 116.03 for APBILL '1' with discount must be 118.40."
    assert (selected["TOTALDUE"], selected["TOTALSELECTED"]) == ("118.40", "118.40")
    assert (paid["STATE"], paid["TOTALDUE"], paid["TOTALPAID"]) == ("Paid", "0.00", "118.40")
    assert read_rows(gateway, "APPYMT", "STATE TOTALENTERED") == [["Posted", "116.03"]]


@pytest.mark.parametrize(
    ("details", "text"),
    [
        ((pay("118.41"),), "Line 1: The payment of 118.41 for APBILL '1' is not between 0 and 118.40."),
        ((pay("100"), pay("20")), "Line 2: The payment of 20.00 for APBILL '1' is not between 0 and 18.40."),
        ((pay("-1"),), "Line 1: The payment of -1.00 for APBILL '1' is not between 0 and 118.40."),
        ((pay("1", "9"),), "Line 1: Invalid APBILL '9' specified for vendor 'V1'."),
        ((pay("1", "2"),), "Line 1: Invalid APBILL '2' specified for vendor 'V1'."),
        ((pay("1", "3"),), "Line 1: APBILL '3' is not posted."),
        ((pay("1", "4"),), "Line 1: APBILL '4' is on hold."),
        (
            (pay("1", ADJUSTMENTKEY="7", TRX_ADJUSTMENTAMOUNT="1"),),
            "Line 1: Adjustment '7' has no credit of 1.00 for vendor 'V1'.",
        ),
        ((), "Required field APPYMTDETAILS is missing."),
    ],
)
def test_a_payment_of_what_is_not_due_is_refused(
    gateway: Gateway, details: tuple[str, ...], text: str
) -> None:
    gateway.ask(bill(), bill({"VENDORID": "V2"}), bill({"ACTION": "Draft"}), bill({"ONHOLD": "true"}))

    assert ask_errors(gateway, payment(*details))[0] == text


def test_a_debit_memo_pays_and_is_used_up(gateway: Gateway) -> None:
    gateway.ask(bill())
    ask_key(gateway, adjust("-18.40"))

    result = gateway.ask(payment(pay("100", ADJUSTMENTKEY="1", TRX_ADJUSTMENTAMOUNT="18.40"))).result

    assert result.status == "success", result.errors
    assert [(each["STATE"], each["TOTALDUE"]) for each in gateway.bills] == [("Paid", "0.00")]
    assert read_rows(gateway, "APADJUSTMENT", "TOTALDUE") == [["0.00"]]


def test_a_credit_memo_is_paid_like_a_bill(gateway: Gateway) -> None:
    ask_key(gateway, adjust("10"))

    gateway.ask(payment(elements({"POSADJKEY": "1", "TRX_PAYMENTAMOUNT": "10"})))

    assert read_rows(gateway, "APADJUSTMENT", "STATE TOTALDUE") == [["Paid", "0.00"]]
