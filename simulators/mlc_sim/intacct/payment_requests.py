"""Payments by the older functions: requests, which are confirmed later, and payments made by hand.

Documented: the elements, that a request names bills or an amount alone, and credit to apply. Inferred: that an amount
pays what is due first, that credit is taken of the oldest debit memos, that a payment by hand is posted at once and
pays no bill. Discounts are not simulated.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from lxml import etree

from mlc_sim.intacct.calls import Call, Outcome
from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.ledger import find_keyed, put_document, put_lines
from mlc_sim.intacct.legacy_forms import MANUAL_PAYMENT, PAYMENT_ITEM, PAYMENT_REQUEST, read_form
from mlc_sim.intacct.payments import HEADER, check_header, keep_payment, request_payment
from mlc_sim.intacct.posting import Form, at_line, check_line, wrap
from mlc_sim.intacct.problems import FunctionError, report_not_simulated
from mlc_sim.intacct.schema import text_of
from mlc_sim.intacct.settling import find_credit, find_open_amount, is_payable
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import read_amount

_BY_HAND: Final = replace(
    HEADER,
    choices={
        **HEADER.choices,
        "PAYMENTMETHOD": ("Printed Check", "Manual Check", "Joint Check", "Cash", "EFT", "Credit"),
    },
)
_ITEM: Final = Form(
    object_name="APPYMTDETAIL",
    known="ACCOUNTNO ACCOUNTLABEL TRX_AMOUNT FORM1099 LOCATIONID DEPARTMENTID PROJECTID CUSTOMERID VENDORID"
    " EMPLOYEEID ITEMID CLASSID",
)


def create_payment_request(body: etree._Element, call: Call) -> Outcome:
    """A request to pay bills, each with money, credit or both, or what is due with an amount."""
    header = {**read_form(body, PAYMENT_REQUEST), "CURRENCY": call.books.company.base_currency}
    vendor = header.get("VENDORID", "")
    amount = body.find("paymentamount")
    if amount is not None:
        details = _spread_money(_read(amount), vendor, call.books)
    else:
        details = list(_read_items(body, vendor, call.books))
    return Outcome.of_key(request_payment(header, details, call.books, call.settings, call.stamp))


def create_payment_by_hand(body: etree._Element, call: Call) -> Outcome:
    """A payment on accounts instead of bills, in the books at once."""
    books, settings = call.books, call.settings
    header = {"PAYMENTMETHOD": "Manual Check", **read_form(body, MANUAL_PAYMENT)}
    items = [read_form(item, PAYMENT_ITEM) for item in body.iterfind("payitems/payitem")]
    problems = check_header(header, _BY_HAND, books, settings)
    for position, item in enumerate(items, 1):
        problems += [at_line(position, problem) for problem in check_line(item, _ITEM, books, settings)]
    if problems:
        raise FunctionError(*problems, wrap("appymt"))
    amounts = [read_amount(item["TRX_AMOUNT"]) for item in items]
    kept = {**keep_payment(header, amounts, books, settings, call.stamp), "STATE": "Posted"}
    number = put_document(books, "APPYMT", header["VENDORID"], kept)
    same = {name: kept[name] for name in ("CURRENCY", "WHENMODIFIED")}
    put_lines(books, "APPYMTDETAIL", number, (_keep_item(item, same) for item in items))
    return Outcome.of_key(number)


def _keep_item(item: Fields, same: Fields) -> dict[str, str]:
    amount = str(read_amount(item["TRX_AMOUNT"]))
    kept = {name: value for name, value in item.items() if name != "TRX_AMOUNT"}
    return {**kept, "TRX_PAYMENTAMOUNT": amount, "PAYMENTAMOUNT": amount, **same}


def _read_items(body: etree._Element, vendor: str, books: Books) -> Iterator[dict[str, str]]:
    """The details of a request that names bills; credit of several memos makes several of one."""
    memos = _list_credits(vendor, books)
    for item in body.iterfind("paymentrequestitems/paymentrequestitem"):
        if _read(item.find("discounttoapply")):
            raise report_not_simulated("a payment request with discounts")
        bill, money = text_of(item, "key"), text_of(item, "paymentamount")
        wanted = _read(item.find("credittoapply"))
        if not wanted:
            yield {"RECORDKEY": bill, "TRX_PAYMENTAMOUNT": money}
        for memo, used in _take(wanted, memos, f"Vendor '{vendor}' has no credit of {wanted}."):
            credit = {"ADJUSTMENTKEY": memo, "TRX_ADJUSTMENTAMOUNT": str(used)}
            yield {"RECORDKEY": bill, "TRX_PAYMENTAMOUNT": money, **credit}
            money = "0.00"


def _spread_money(amount: Decimal, vendor: str, books: Books) -> list[dict[str, str]]:
    """What is due to a vendor, the earliest first, as far as an amount reaches."""
    bills = [bill for bill in find_keyed(books, "APBILL", vendor) if is_payable(bill.fields)]
    bills.sort(key=lambda bill: (bill.fields.get("WHENDUE", ""), bill.record_no))
    due = {str(bill.record_no): find_open_amount(bill.fields) for bill in bills}
    taken = _take(amount, due, f"The payment of {amount} is more than is due to vendor '{vendor}'.")
    return [{"RECORDKEY": key, "TRX_PAYMENTAMOUNT": str(part)} for key, part in taken]


def _list_credits(vendor: str, books: Books) -> dict[str, Decimal]:
    """What is left of the vendor's debit memos, the oldest first."""
    memos = find_keyed(books, "APADJUSTMENT", vendor)
    return {str(memo.record_no): find_credit(memo.fields) for memo in memos if is_payable(memo.fields)}


def _take(amount: Decimal, left: dict[str, Decimal], refusal: str) -> Iterator[tuple[str, Decimal]]:
    """Take an amount out of what is left, in its order. Raises FunctionError where that is too little."""
    for key, there in left.items():
        part = min(amount, there)
        if part > 0:
            left[key] -= part
            amount -= part
            yield key, part
    if amount > 0:
        raise FunctionError(refuse(refusal))


def _read(element: etree._Element | None) -> Decimal:
    """An amount, none for an element that is not there. Raises FunctionError for no amount."""
    text = "" if element is None else (element.text or "").strip()
    try:
        return read_amount(text or "0")
    except ValueError:
        raise FunctionError(refuse(f"Invalid amount '{text}' specified.")) from None
