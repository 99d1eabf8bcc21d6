"""820: what we paid is recorded in draft, of bills that Intacct has, and to the cent; all else is for a person."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.mapping.remittances import (
    BANK,
    CORVID,
    MARK,
    PAID_ON,
    RULES,
    SETTING,
    TWO_TEN,
    hold,
    make_payable,
    make_payment,
    make_subject,
    plan,
    write_payment,
)

from ml_connector.edi import parse_remittance
from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.intacct.writing.payment import NewPayment, NewPaymentPart
from ml_connector.mapping.payments.paid_bills import Payable, Payables, grant_discount
from ml_connector.mapping.routes.remittance_to_payment import (
    PlannedPayment,
    ask_role,
    file_remittance,
    judge_payments,
    name_bank,
)
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.mapping.rules.toml_reading import Refused
from ml_connector.records.xref import CrossReference

FULL = "INV-1**1000.00*1000.00"


@pytest.mark.rule("820 remittance", 2)
def test_a_payment_is_recorded_in_draft_by_a_method_that_moves_no_money() -> None:
    made = plan(make_subject(*write_payment(FULL)), make_payable())

    assert isinstance(made, PlannedPayment)
    assert made.entity == "E100"
    assert made.functions == (
        NewPayment(
            paid_from="OPERATING",
            method="Cash",
            vendor_id="V-10",
            date=PAID_ON,
            currency="USD",
            number="CHK-7719",
            description=f"EDI 820 First Bank 000000042 {MARK}",
            action="Draft",
            parts=(NewPaymentPart(bill_no=71, amount=Decimal("1000.00")),),
        ),
    )
    assert {reason.path for reason in made.provenance} == {
        "ACTION",
        "PAYMENTMETHOD",
        "FINANCIALENTITY",
        "DOCNUMBER",
        "PAYMENTDATE",
        "lines[1].amount",
    }


@pytest.mark.parametrize("method", ["ACH", "Printed Check", "WF USD Wire", "Credit Card"])
@pytest.mark.rule("820 remittance", 2)
def test_no_rule_can_name_a_method_that_orders_a_payment(method: str) -> None:
    with pytest.raises(Refused, match="method"):
        parse_rules({"rules.toml": f'{RULES}\n[[payment]]\nrole = "paid_by_us"\nmethod = "{method}"\n'})


@pytest.mark.rule("820 remittance", 3)
def test_a_discount_is_taken_where_the_term_grants_just_that_much_on_that_day() -> None:
    made = plan(make_subject(*write_payment("INV-1**980.00*1000.00*20.00", amount="980.00")), make_payable())

    assert isinstance(made, PlannedPayment)
    (payment,) = made.functions
    assert isinstance(payment, NewPayment)
    assert payment.parts == (NewPaymentPart(bill_no=71, amount=Decimal("980.00"), discount_date=PAID_ON),)


@pytest.mark.parametrize(
    ("discount", "billed", "said"),
    [
        ("30.00", date(2026, 3, 10), "grants 20.00 on 2026-03-16"),
        ("20.00", date(2026, 3, 5), "grants 0 on 2026-03-16"),
    ],
)
@pytest.mark.rule("820 remittance", 3)
def test_a_discount_that_the_term_does_not_grant_is_held(discount: str, billed: date, said: str) -> None:
    paid = Decimal(1000) - Decimal(discount)
    subject = make_subject(*write_payment(f"INV-1**{paid}*1000.00*{discount}", amount=str(paid)))

    needs = hold(subject, make_payable(date=billed))

    assert [*needs] == ["discount:V-10/INV-1/CHK-7719"]
    assert said in needs["discount:V-10/INV-1/CHK-7719"]


def test_a_discount_of_a_bill_that_is_partly_paid_already_is_held() -> None:
    subject = make_subject(*write_payment("INV-1**480.00**20.00", amount="480.00"))

    needs = hold(subject, make_payable(due=Decimal(600), paid=Decimal(400), state="Partially Paid"))

    assert "its money is not the rest of 600" in needs["discount:V-10/INV-1/CHK-7719"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": "Paid", "due": Decimal(0), "paid": Decimal(1000)}, "is Paid in Intacct"),
        (
            {"state": "Selected", "selected": Decimal(1000)},
            "is selected by another payment (1000 of 1000.00)",
        ),
        ({"state": "Draft"}, "is Draft in Intacct"),
        ({"on_hold": True}, "is on hold in Intacct"),
        ({"due": None}, "is without an amount due"),
    ],
)
@pytest.mark.rule("820 remittance", 2)
def test_a_bill_that_is_paid_or_cannot_be_paid_now_holds_its_payment(
    changes: dict[str, Any], said: str
) -> None:
    needs = hold(make_subject(*write_payment(FULL)), make_payable(**changes))

    assert said in needs["bill:V-10/INV-1/CHK-7719"]


def test_a_bill_that_is_not_there_or_there_twice_holds_its_payment() -> None:
    subject, bill = make_subject(*write_payment(FULL)), make_payable()

    none = hold(subject, make_payable(state="Reversed"), make_payable(vendor_id="V-11"))
    two = hold(subject, bill, replace(bill, bill=replace(bill.bill, record_no=72)))

    assert "has no bill under INV-1" in none["bill:V-10/INV-1/CHK-7719"]
    assert "has 2 bills under INV-1" in two["bill:V-10/INV-1/CHK-7719"]


def list_halves(second: str = "333.33", **changes: Any) -> tuple[Payable, Payable]:
    """An invoice that is two bills under its number."""
    first = make_payable(total="666.67")
    return first, make_payable(total=second, record_no=72, **changes)


@pytest.mark.rule("820 remittance", 2)
@pytest.mark.parametrize(
    ("line", "amount", "paid"),
    [
        ("INV-1**1000.00*1000.00", "1000.00", ["666.67", "333.33"]),
        ("INV-1**1000.00", "1000.00", ["666.67", "333.33"]),
        ("INV-1**980.00*1000.00*20.00", "980.00", ["653.34", "326.66"]),
    ],
)
def test_an_invoice_that_is_several_bills_is_paid_as_a_whole(line: str, amount: str, paid: list[str]) -> None:
    made = plan(make_subject(*write_payment(line, amount=amount)), *list_halves())

    assert isinstance(made, PlannedPayment)
    [payment] = made.functions
    assert isinstance(payment, NewPayment)
    assert [(part.bill_no, str(part.amount)) for part in payment.parts] == list(
        zip((71, 72), paid, strict=True)
    )
    assert {part.discount_date is not None for part in payment.parts} == {amount == "980.00"}


@pytest.mark.rule("820 remittance", 2)
@pytest.mark.parametrize(
    ("line", "amount", "need", "said"),
    [
        ("INV-1**900.00", "900.00", "bill", "1,000.00 is open of them, and 900.00 does not settle them all"),
        ("INV-1**990.00*1000.00~ADX*-10*01", "990.00", "bill", "2 bills under INV-1"),
        ("INV-1**980.01*1000.00*19.99", "980.01", "discount", "grants 20.00"),
        ("INV-1**1000.00*1100.00", "1000.00", "remitted", "RMR05 says INV-1 is 1,100.00"),
    ],
)
def test_several_bills_under_one_number_are_for_a_person_where_they_are_not_settled_as_a_whole(
    line: str, amount: str, need: str, said: str
) -> None:
    needs = hold(make_subject(*write_payment(line, amount=amount)), *list_halves())

    assert said in needs[f"{need}:V-10/INV-1/CHK-7719"]


@pytest.mark.rule("820 remittance", 2)
def test_none_of_several_bills_is_paid_while_one_of_them_cannot_be() -> None:
    needs = hold(make_subject(*write_payment(FULL)), *list_halves(on_hold=True))

    assert "bill 72 (INV-1 of V-10) is on hold in Intacct" in needs["bill:V-10/INV-1/CHK-7719"]


@pytest.mark.rule("820 remittance", 3)
def test_what_is_kept_back_becomes_a_debit_memo_by_its_reason_before_the_payment_and_is_applied_to_nothing() -> (
    None
):
    subject = make_subject(*write_payment("INV-1**960.00*1000.00~ADX*-40*01", amount="960.00"))

    made = plan(subject, make_payable())

    assert isinstance(made, PlannedPayment)
    memo, payment = made.functions
    assert isinstance(memo, NewAdjustment)
    assert (memo.number, memo.bill_number, memo.action) == ("CHK-7719-1", "INV-1", "Draft")
    assert (memo.lines[0].account_no, memo.lines[0].amount) == ("5240", Decimal("-40.00"))
    assert memo.lines[0].dimensions.location_id == "100"
    assert memo.description.endswith(f" {MARK}")
    assert isinstance(payment, NewPayment)
    assert payment.parts == (NewPaymentPart(bill_no=71, amount=Decimal("960.00")),)


def test_where_debit_memos_are_positive_the_line_is_and_it_is_submitted_as_the_route_says() -> None:
    rules = RULES.replace('location = "100"', 'location = "100"\naction = "submit"')
    setting = replace(SETTING, negative_debit_memos=False)
    segments = write_payment("INV-1**960.00*1000.00**01*40.00", amount="960.00")

    made = plan(make_subject(*segments, rules=rules, setting=setting), make_payable())

    assert isinstance(made, PlannedPayment)
    memo, payment = made.functions
    assert isinstance(memo, NewAdjustment)
    assert isinstance(payment, NewPayment)
    assert (memo.lines[0].amount, memo.action, payment.action) == (Decimal("40.00"), "Submit", "Draft")


@pytest.mark.rule("820 remittance", 3)
@pytest.mark.parametrize(("version", "sign"), [("003040", ""), ("003060", "-"), ("005010", "-")])
def test_which_sign_of_an_adjustment_lowers_the_payment_depends_on_the_version(
    version: str, sign: str
) -> None:
    other = "" if sign else "-"
    bill = make_payable()

    right = make_subject(
        *write_payment(f"INV-1**960.00*1000.00~ADX*{sign}40*01", amount="960.00"), version=version
    )
    wrong = make_subject(
        *write_payment(f"INV-1**960.00*1000.00~ADX*{other}40*01", amount="960.00"), version=version
    )

    assert isinstance(plan(right, bill), PlannedPayment)
    assert "raises what is paid" in hold(wrong, bill)["remitted:V-10/INV-1/CHK-7719"]


@pytest.mark.parametrize(
    ("invoice", "amount", "said"),
    [
        ("INV-1**960.00*1000.00", "960.00", "960.00 of 1,000.00 of INV-1 is explained"),
        ("INV-1**960.00*1000.00~ADX*-30*01", "960.00", "990.00 of 1,000.00 of INV-1 is explained"),
        ("INV-1**960.00*990.00", "960.00", "RMR05 says INV-1 is 990.00, the bill in Intacct is 1,000.00"),
        ("INV-1**960.005", "960.005", "finer than a cent"),
    ],
)
@pytest.mark.rule("820 remittance", 3)
def test_a_difference_that_nothing_explains_is_held(invoice: str, amount: str, said: str) -> None:
    needs = hold(make_subject(*write_payment(invoice, amount=amount)), make_payable())

    assert said in needs["remitted:V-10/INV-1/CHK-7719"]


def test_paying_more_than_is_open_is_held_and_a_part_of_it_is_not() -> None:
    more = hold(make_subject(*write_payment("INV-1**1000.01", amount="1000.01")), make_payable())
    part = plan(make_subject(*write_payment("INV-1**250.00", amount="250.00")), make_payable())

    assert "only 1,000.00 is open" in more["bill:V-10/INV-1/CHK-7719"]
    assert isinstance(part, PlannedPayment)


@pytest.mark.rule("820 remittance", 3)
def test_what_is_kept_back_without_a_rule_or_before_the_sign_is_known_is_held() -> None:
    segments = write_payment("INV-1**960.00*1000.00~ADX*-40*06", amount="960.00")
    setting = replace(SETTING, negative_debit_memos=None)

    needs = hold(make_subject(*segments, setting=setting), make_payable())

    assert [*needs] == ["setting:negative_debit_memos", "deduction:First Bank/06/INV-1"]
    assert 'when = { code = "06" }' in needs["deduction:First Bank/06/INV-1"]


def test_a_debit_memo_whose_number_would_be_too_long_is_held() -> None:
    number = "N" * 29
    segments = write_payment("INV-1**960.00*1000.00~ADX*-40*01", amount="960.00", number=number)

    assert [*hold(make_subject(*segments), make_payable())] == [f"length:TRN02/{number}-1"]


@pytest.mark.parametrize(
    "document", ["RMR*CM*CR-9**-50.00", "RMR*PO*P-7**50.00", "RMR*IV*INV-2**0", "RMR*IV*INV-2"]
)
def test_what_is_no_invoice_that_is_paid_is_held(document: str) -> None:
    segments = (*write_payment(FULL, amount="1000.00"), document)

    needs = hold(make_subject(*segments), make_payable())

    assert any(
        need.startswith("remitted:V-10/") and "no invoice that is paid" in why for need, why in needs.items()
    )


@pytest.mark.rule("820 remittance", 3)
def test_the_invoices_together_must_be_what_was_paid() -> None:
    short = hold(make_subject(*write_payment(FULL, amount="999.99")), make_payable())
    beside = make_subject(*write_payment(amount="1000.00"), "ADX*0*ZZ", f"RMR*IV*{FULL}")
    nothing = hold(make_subject(*write_payment(amount="0")))

    assert "CHK-7719 is 999.99 (BPR02), its invoices make 1,000.00" in short["remitted:V-10/BPR02/CHK-7719"]
    assert "belong to no invoice" in hold(beside, make_payable())["remitted:V-10/ADX/CHK-7719"]
    assert "remitted:V-10/BPR02/CHK-7719" in nothing


def test_one_bill_paid_twice_and_bills_of_several_entities_are_held() -> None:
    twice = make_subject(*write_payment("INV-1**500.00", "INV-1**500.00"))
    several = make_subject(*write_payment("INV-1**500.00", "INV-2**500.00"))
    other = replace(make_payable("INV-2"), entity="E200")

    assert "remitted:V-10/INV-1/CHK-7719" in hold(twice, make_payable())
    assert "entity:E100+E200/CHK-7719" in hold(several, make_payable(), other)


@pytest.mark.parametrize(
    ("bpr", "need"),
    [
        (f"BPR*C*1000.00*C*ACH*CTX*{BANK}*1**01*02*DA*99*20260316", "handling:BPR01/C/CHK-7719"),
        (f"BPR*I*1000.00*D*ACH*CTX*{BANK}*1**01*02*DA*99*20260316", "handling:BPR03/D/CHK-7719"),
        (f"BPR*I*1000.00*C*ACH*CTX*{BANK}*1**01*02*DA*99*20260317", "date:2026-03-17/CHK-7719"),
        (f"BPR*I*1000.00*C*ACH*CTX*{BANK}*1**01*02*DA*99", "date:none/CHK-7719"),
        (
            "BPR*I*1000.00*C*ACH*CTX*01*044000037*DA*111*1**01*02*DA*99*20260316",
            "bank:First Bank/01/044000037/DA/1",
        ),
        ("BPR*I*1000.00*C*ACH************20260316", "bank:First Bank/none"),
    ],
)
@pytest.mark.rule("820 remittance", 2)
def test_what_may_not_be_recorded_by_its_own_words_is_held(bpr: str, need: str) -> None:
    assert any(
        each.startswith(need) for each in hold(make_subject(*write_payment(FULL, bpr=bpr)), make_payable())
    )


@pytest.mark.parametrize(
    ("changes", "need"),
    [
        ({"payer": "N1*PR*Somebody Else*92*OTHER"}, "payer:First Bank/CHK-7719"),
        ({"payer": "REF*ZZ*1"}, "payer:First Bank/CHK-7719"),
        ({"number": "X" * 31}, f"length:TRN02/{'X' * 31}"),
        ({"number": ""}, "finding:TRACE_MISSING/"),
        ({"payer": "CUR*PR*EUR"}, "currency:EUR/CHK-7719"),
    ],
)
def test_payer_number_and_currency_are_checked(changes: dict[str, str], need: str) -> None:
    assert need in hold(make_subject(*write_payment(FULL, **changes)), make_payable())


def test_a_bill_in_another_currency_and_a_wrong_receiver_are_held() -> None:
    subject = make_subject(*write_payment(FULL), receiver="SOMEBODY")

    needs = hold(subject, make_payable(currency="CAD"))

    assert {"currency:V-10/INV-1/CHK-7719", "partner:to/ZZ/SOMEBODY"} <= needs.keys()


@pytest.mark.rule("820 remittance", 2)
def test_the_same_trace_number_in_intacct_is_a_duplicate_for_a_person_unless_it_is_ours() -> None:
    subject = make_subject(*write_payment(FULL))
    ours = make_payment(description=f"EDI 820 First Bank 000000042 {MARK}")

    theirs = hold(subject, make_payable(), payments=(make_payment("chk-7719"),))

    assert "has payment 5 (1000 of 2026-03-16)" in theirs["duplicate:V-10/CHK-7719"]
    assert isinstance(plan(subject, make_payable(), payments=(ours,)), PlannedPayment)
    assert judge_payments(MARK, (ours,)) == "the same as payment 5 in Intacct, posted by this connector"
    assert judge_payments(MARK, ()) is None
    assert not Payables(payments=(make_payment(state="Voided"),)).find_payments("V-10", "CHK-7719")


@pytest.mark.rule("Controls", 5)
def test_with_four_eyes_a_payment_waits_for_an_approver_and_goes_once_one_agreed() -> None:
    setting = replace(SETTING, four_eyes=True)
    subject = make_subject(*write_payment(FULL), setting=setting)

    ((need, reason),) = hold(subject, make_payable()).items()
    code = need.removeprefix("payment:First Bank/")
    agreed = CrossReference(kind="payment", partner="First Bank", code=code, target="agreed")
    after = plan(replace(subject, rules=subject.rules.add_answers([agreed])), make_payable())

    assert re.fullmatch("V-10/CHK-7719/1000.00/[A-Z2-7]{12}", code)
    assert "to V-10 Corvid Metals for INV-1 is complete and waits for an approver" in reason
    assert isinstance(after, PlannedPayment)


@pytest.mark.parametrize(
    ("bpr", "reason"),
    [
        ("BPR*H*0*C*ACH", "a notification (BPR01 H): no money has moved"),
        ("BPR*P*0*C*ACH", "a test of bank data (BPR01 P): no money has moved"),
        ("BPR*I*10*C*NON", "data only (BPR04 NON): no money has moved"),
        ("BPR*I*10*C*ACH", ""),
    ],
)
@pytest.mark.rule("820 remittance", 1)
def test_what_moves_no_money_is_filed(bpr: str, reason: str) -> None:
    subject = make_subject(*write_payment(bpr=bpr))

    assert file_remittance(subject.remittance, subject.rule) == reason


@pytest.mark.rule("820 remittance", 1)
def test_what_comes_in_is_filed_and_without_a_role_all_is_held() -> None:
    rules = RULES.replace("paid_by_us", "received")
    subject = make_subject(*write_payment(FULL), rules=rules)

    assert file_remittance(subject.remittance, subject.rule).startswith("a remittance to us")
    assert str(ask_role("First Bank")) == "setting:First Bank/payment.role"


def test_the_partners_own_rules_and_answers_come_before_the_general_ones() -> None:
    own = f"""{RULES}
[[payment]]
partner = "First Bank"
role = "received"

[[bank]]
partner = "First Bank"
code = "01/044000037/DA/6789"
account = "PAYROLL"
"""
    rules = parse_rules({"rules.toml": own}).payments
    answered = rules.add_answers(
        {"bank": [CrossReference(kind="bank", partner="First Bank", code="01/1/DA/2", target="SAVINGS")]}
    )

    found = rules.find_payment("First Bank"), rules.find_bank("01/044000037/DA/6789", "First Bank")
    assert found[0] is not None
    assert found[0].role == "received"
    assert found[1] is not None
    assert found[1].account == "PAYROLL"
    assert answered.find_bank("01/1/DA/2", "Other") is None
    with pytest.raises(Refused) as refused:
        parse_rules(
            {
                "rules.toml": f"{own}{own.removeprefix(RULES)}[[payment]]\npartner = 'Nobody'\nrole = 'received'\n"
            }
        )
    assert len(refused.value.problems) == 3


def test_terms_without_a_share_a_day_or_a_known_rule_grant_nothing_and_an_amount_is_one() -> None:
    payable = make_payable()
    day = PAID_ON

    assert grant_discount(replace(TWO_TEN, unit="$"), payable, day) == Decimal("2.00")
    for none in (
        replace(TWO_TEN, amount=None),
        replace(TWO_TEN, days=None),
        replace(TWO_TEN, days_from="on request"),
    ):
        assert grant_discount(none, payable, day) == 0
    assert grant_discount(TWO_TEN, make_payable(date=None), day) == 0
    assert grant_discount(TWO_TEN, payable, day + timedelta(days=5)) == 0
    assert Payables().find_discount(payable, day) == 0
    assert make_payable(total_base=Decimal(7)).total == 1000


def test_no_number_of_an_account_is_shown_whole() -> None:
    subject = make_subject(*write_payment(FULL))

    assert name_bank(subject.remittance) == "01/044000037/DA/6789"
    assert CORVID.vendor_id == "V-10"
    assert parse_remittance(subject.transaction).document == subject.remittance
