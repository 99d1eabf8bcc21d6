"""Remittances of Halden Works to Corvid Metals, and the bills they pay."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ml_connector.edi import Transaction, parse_remittance, read
from ml_connector.intacct.objects import Bill, Payment, TermDiscount, Vendor
from ml_connector.mapping.admission import Setting
from ml_connector.mapping.decisions import Held
from ml_connector.mapping.payments.paid_bills import Payable, Payables
from ml_connector.mapping.payments.payment_case import PaymentSubject
from ml_connector.mapping.routes.remittance_to_payment import PlannedPayment, plan_payment
from ml_connector.mapping.rules.rulebook import parse_rules

MARK: Final = "mlc-820-ABCDEFGHIJKL"
PAID_ON: Final = date(2026, 3, 16)
BANK: Final = "01*044000037*DA*550066789"
RULES: Final = """
[us]
receivers = ["ZZ/HALDEN"]

[purchasing]
parties = ["92/HALDEN"]

[[partner]]
name = "First Bank"
senders = ["ZZ/CORVID"]
vendors = ["V-10"]

[[route]]
set = "820"
target = "payment"
location = "100"

[[payment]]
role = "paid_by_us"

[[bank]]
code = "01/044000037/DA/6789"
account = "OPERATING"

[[coding]]
name = "price differences"
on = "deduction"
when = { code = "01" }
account = "5240"
"""
SETTING: Final = Setting(
    mode="live", base_currency="USD", today=PAID_ON, negative_debit_memos=True, four_eyes=False
)
CORVID: Final = Vendor(
    record_no=10,
    vendor_id="V-10",
    name="Corvid Metals",
    status="active",
    term="2/10 N30",
    currency="USD",
    tax_id="",
    account_no_at_vendor="",
    on_hold=False,
    parent_id="",
)
TWO_TEN: Final = TermDiscount(
    record_no=3, name="2/10 N30", days=10, days_from="from invoice/bill date", amount=Decimal(2), unit="%"
)


def write_payment(
    *invoices: str,
    amount: str = "1000.00",
    bpr: str = "",
    number: str = "CHK-7719",
    payer: str = "N1*PR*Halden Works*92*HALDEN",
) -> tuple[str, ...]:
    """The segments of an 820; an invoice as the elements of its RMR, with segments of its own after `~`."""
    head = bpr or f"BPR*I*{amount}*C*ACH*CTX*{BANK}*1234567890**01*021000021*DA*998877*20260316"
    details = [segment for each in invoices for segment in f"RMR*IV*{each}".split("~")]
    return (head, f"TRN*1*{number}", payer, "N1*PE*Corvid Metals*92*V-10", "ENT*1", *details)


def read_remittance(*segments: str, version: str = "004010", receiver: str = "HALDEN") -> Transaction:
    """The 820 in these segments, as it came."""
    isa = f"ISA*00*          *00*          *ZZ*{'CORVID':<15}*ZZ*{receiver:<15}*260316*0930*U*00401*000000042*0*P*>"
    group = f"GS*RA*CORVID*HALDEN*20260316*0930*7*X*{version}"
    whole = [isa, group, "ST*820*0001", *segments, f"SE*{len(segments) + 2}*0001", "GE*1*7", "IEA*1*42"]
    data = "".join(f"{part}~" for part in whole).encode()
    [transaction] = [item for item in read([data]) if isinstance(item, Transaction)]
    return transaction


def make_payable(number: str = "INV-1", total: str = "1000.00", **changes: Any) -> Payable:
    """A bill of the vendor that is in the books and not paid."""
    bill = Bill(
        record_no=71,
        vendor_id="V-10",
        vendor_name="Corvid Metals",
        number=number,
        reference="",
        description="",
        state="Posted",
        term="2/10 N30",
        date=date(2026, 3, 10),
        posting_date=date(2026, 3, 10),
        due_date=date(2026, 4, 9),
        paid_date=None,
        currency="USD",
        base_currency="USD",
        total=Decimal(total),
        total_base=Decimal(total),
        selected=Decimal(0),
        paid=Decimal(0),
        due=Decimal(total),
        on_hold=False,
        module="3.AP",
        attachment_id="",
        modified=None,
    )
    return Payable(bill=replace(bill, **changes), entity="E100")


def make_payment(number: str = "CHK-7719", description: str = "typed in by hand", **changes: Any) -> Payment:
    """A payment that is in Intacct."""
    payment = Payment(
        record_no=5,
        vendor_id="V-10",
        number=number,
        description=description,
        state="Posted",
        date=PAID_ON,
        paid_from="OPERATING",
        method="Cash",
        currency="USD",
        total=Decimal(1000),
        total_base=Decimal(1000),
        modified=None,
    )
    return replace(payment, **changes)


def make_subject(
    *segments: str, rules: str = RULES, setting: Setting = SETTING, **told: str
) -> PaymentSubject:
    """A remittance whose partner and vendor are known."""
    transaction = read_remittance(*segments, **told)
    reading = parse_remittance(transaction)
    assert reading.document is not None
    known = parse_rules({"rules.toml": rules})
    rule = known.payments.find_payment("First Bank")
    assert rule is not None
    return PaymentSubject(
        transaction=transaction,
        remittance=reading.document,
        findings=(*transaction.findings, *reading.findings),
        mark=MARK,
        partner=known.partners[0],
        vendor=CORVID,
        route=known.routes[0],
        rules=known,
        rule=rule,
        setting=setting,
    )


def plan(
    subject: PaymentSubject, *bills: Payable, payments: tuple[Payment, ...] = ()
) -> PlannedPayment | Held:
    """What becomes of it, with these bills in Intacct."""
    return plan_payment(subject, Payables(bills=bills, payments=payments, discounts=(TWO_TEN,)))


def hold(subject: PaymentSubject, *bills: Payable, payments: tuple[Payment, ...] = ()) -> dict[str, str]:
    """The needs that keep it, each with its reason."""
    made = plan(subject, *bills, payments=payments)
    assert isinstance(made, Held)
    return {str(need): need.reason for need in made.needs}
