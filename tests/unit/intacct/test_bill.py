"""Bills: their XML, their canonical bytes, and what they refuse."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ml_connector.intacct import ApBill, ApBillLine, TaxEntry, canonical, from_canonical, render_create
from ml_connector.intacct.writing.parts import Action, CustomField

LINE = ApBillLine(account_no="6220", amount=Decimal("118.40"), memo="M8 hex bolts")
BILL = ApBill(
    vendor_id="V-0815",
    number="INV-100234",
    reference="PO-77120",
    date=date(2030, 1, 2),
    posting_date=date(2030, 1, 3),
    due_date=date(2030, 2, 1),
    term="N30",
    description="Lindqvist & Söner",
    action="Draft",
    pay_to_contact="Lindqvist (factor)",
    currency="USD",
    base_currency="EUR",
    attachment_id="ATT-1",
    on_hold=False,
    lines=(
        ApBillLine(
            account_no="6220",
            amount=Decimal("118.40"),
            memo="M8 <hex>",
            location_id="100",
            department_id="OPS",
            class_id="C1",
            project_id="P 1",
        ),
    ),
)
PLAIN = ApBill(
    vendor_id="V-1",
    number="1",
    reference=None,
    date=date(999, 1, 2),
    posting_date=date(2030, 1, 2),
    due_date=None,
    term=None,
    description="",
    action="Submit",
    lines=(LINE,),
)

TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)
SHORT = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
NAME = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=30)
CENTS = st.integers(-(10**17) + 1, 10**17 - 1).map(lambda cents: Decimal(cents).scaleb(-2))
LINES = st.builds(
    ApBillLine,
    account_no=NAME,
    amount=CENTS,
    memo=TEXT,
    location_id=st.none() | TEXT,
    department_id=st.none() | TEXT,
    class_id=st.none() | TEXT,
    project_id=st.none() | TEXT,
    vendor_id=st.none() | TEXT,
    user_dimensions=st.lists(st.builds(CustomField, name=st.just("GLDIMREGION"), value=TEXT), max_size=2).map(
        tuple
    ),
    form_1099=st.none() | st.just("NEC"),
    box_1099=st.none() | st.just("1"),
    taxes=st.lists(st.builds(TaxEntry, detail_id=NAME, amount=CENTS), max_size=2).map(tuple),
)
BILLS = st.builds(
    ApBill,
    vendor_id=NAME,
    number=NAME,
    reference=st.none() | SHORT,
    date=st.dates(),
    posting_date=st.dates(),
    due_date=st.none() | st.dates(),
    term=st.none() | TEXT,
    description=TEXT,
    action=st.sampled_from(("Draft", "Submit")),
    pay_to_contact=st.none() | TEXT,
    currency=st.none() | TEXT,
    base_currency=st.none() | TEXT,
    attachment_id=st.none() | TEXT,
    on_hold=st.none() | st.booleans(),
    rate_date=st.none() | st.dates(),
    rate_type=st.none() | TEXT,
    summary=st.none() | TEXT,
    tax_solution=st.none() | TEXT,
    lines=st.lists(LINES, min_size=1, max_size=3).map(tuple),
)


def test_a_bill_becomes_exactly_this_function() -> None:
    assert render_create(BILL) == (
        "<create><APBILL><WHENCREATED>01/02/2030</WHENCREATED><WHENPOSTED>01/03/2030</WHENPOSTED>"
        "<VENDORID>V-0815</VENDORID><BILLTOPAYTOCONTACTNAME>Lindqvist (factor)</BILLTOPAYTOCONTACTNAME>"
        "<RECORDID>INV-100234</RECORDID><DOCNUMBER>PO-77120</DOCNUMBER>"
        "<DESCRIPTION>Lindqvist &amp; Söner</DESCRIPTION><TERMNAME>N30</TERMNAME><SUPDOCID>ATT-1</SUPDOCID>"
        "<WHENDUE>02/01/2030</WHENDUE><ONHOLD>false</ONHOLD><CURRENCY>USD</CURRENCY><BASECURR>EUR</BASECURR><ACTION>Draft</ACTION><APBILLITEMS><APBILLITEM>"
        "<ACCOUNTNO>6220</ACCOUNTNO><TRX_AMOUNT>118.40</TRX_AMOUNT>"
        "<ENTRYDESCRIPTION>M8 &lt;hex&gt;</ENTRYDESCRIPTION><LOCATIONID>100</LOCATIONID>"
        "<DEPARTMENTID>OPS</DEPARTMENTID><PROJECTID>P 1</PROJECTID><CLASSID>C1</CLASSID>"
        "</APBILLITEM></APBILLITEMS></APBILL></create>"
    )


def test_a_line_names_its_1099_box_the_vendor_and_the_company_s_own_dimensions() -> None:
    region = CustomField(name="GLDIMREGION", value="10003")
    line = replace(
        LINE, form_1099="NEC", box_1099="1", vendor_id="V-1", class_id="C1", user_dimensions=(region,)
    )

    sent = render_create(replace(PLAIN, lines=(line,)))

    assert (
        "<ENTRYDESCRIPTION>M8 hex bolts</ENTRYDESCRIPTION><FORM1099>true</FORM1099>"
        "<FORM1099TYPE>NEC</FORM1099TYPE><FORM1099BOX>1</FORM1099BOX>"
        "<VENDORID>V-1</VENDORID><CLASSID>C1</CLASSID><GLDIMREGION>10003</GLDIMREGION></APBILLITEM>"
    ) in sent


def test_taxes_a_label_a_summary_and_a_rate_stand_where_intacct_has_them() -> None:
    entries = (
        TaxEntry(detail_id="UK Purchase Standard", amount=Decimal("23.68")),
        TaxEntry(detail_id="Levy & co", amount=Decimal("-0.5")),
    )
    line = replace(LINE, account_no=None, account_label="Fixings", location_id="100", taxes=entries)
    bill = replace(
        BILL,
        rate_date=date(2030, 1, 2),
        rate_type="Intacct Daily Rate",
        summary="EDI 2030-01",
        tax_solution="United Kingdom - VAT",
        lines=(line,),
    )

    sent = render_create(bill)

    assert (
        "<ONHOLD>false</ONHOLD><PRBATCH>EDI 2030-01</PRBATCH><CURRENCY>USD</CURRENCY><BASECURR>EUR</BASECURR>"
        "<EXCH_RATE_DATE>01/02/2030</EXCH_RATE_DATE><EXCH_RATE_TYPE_ID>Intacct Daily Rate</EXCH_RATE_TYPE_ID>"
        "<ACTION>Draft</ACTION><TAXSOLUTIONID>United Kingdom - VAT</TAXSOLUTIONID><APBILLITEMS><APBILLITEM>"
        "<ACCOUNTLABEL>Fixings</ACCOUNTLABEL><TRX_AMOUNT>118.40</TRX_AMOUNT>"
        "<ENTRYDESCRIPTION>M8 hex bolts</ENTRYDESCRIPTION><LOCATIONID>100</LOCATIONID><TAXENTRIES>"
        "<TAXENTRY><DETAILID>UK Purchase Standard</DETAILID><TRX_TAX>23.68</TRX_TAX></TAXENTRY>"
        "<TAXENTRY><DETAILID>Levy &amp; co</DETAILID><TRX_TAX>-0.50</TRX_TAX></TAXENTRY>"
        "</TAXENTRIES></APBILLITEM></APBILLITEMS></APBILL></create>"
    ) in sent
    assert bill.total == Decimal("141.58")


def test_a_line_has_either_an_account_or_a_label() -> None:
    with pytest.raises(ValueError, match="give account '6220' or label 'Fixings'"):
        replace(LINE, account_label="Fixings")
    with pytest.raises(ValueError, match="account_label must not be empty"):
        replace(LINE, account_no=None)
    with pytest.raises(ValueError, match="TaxEntry: detail_id must not be empty"):
        TaxEntry(detail_id="", amount=Decimal(1))


def test_what_a_bill_does_not_have_is_not_sent() -> None:
    assert render_create(PLAIN) == (
        "<create><APBILL><WHENCREATED>01/02/0999</WHENCREATED><WHENPOSTED>01/02/2030</WHENPOSTED>"
        "<VENDORID>V-1</VENDORID><RECORDID>1</RECORDID><DESCRIPTION></DESCRIPTION><ACTION>Submit</ACTION>"
        "<APBILLITEMS><APBILLITEM><ACCOUNTNO>6220</ACCOUNTNO><TRX_AMOUNT>118.40</TRX_AMOUNT>"
        "<ENTRYDESCRIPTION>M8 hex bolts</ENTRYDESCRIPTION></APBILLITEM></APBILLITEMS></APBILL></create>"
    )


def test_characters_xml_cannot_carry_are_removed_and_the_others_survive() -> None:
    memo = "a\x00b\x1fc\ud800d\ufffee\tf\ng\rh\U0001f600i&#1;"
    bill = replace(PLAIN, lines=(replace(LINE, memo=memo),))

    sent = etree.fromstring(render_create(bill).encode()).findtext(".//ENTRYDESCRIPTION")

    assert sent == "abcde\tf\ng\rh\U0001f600i&#1;"


@settings(deadline=None)
@given(BILLS)
def test_any_bill_becomes_well_formed_xml_with_its_amounts_unchanged(bill: ApBill) -> None:
    root = etree.fromstring(render_create(bill).encode())

    amounts = [element.text or "" for element in root.iter("TRX_AMOUNT")]

    assert [Decimal(amount) for amount in amounts] == [line.amount for line in bill.lines]
    assert all("e" not in amount.lower() and amount[-3] == "." for amount in amounts)


@settings(deadline=None)
@given(BILLS)
def test_canonical_bytes_give_back_exactly_the_same_bill(bill: ApBill) -> None:
    body = canonical(bill)

    assert from_canonical(body) == bill
    assert canonical(from_canonical(body)) == body


@settings(deadline=None)
@given(BILLS, BILLS)
def test_two_bills_have_the_same_bytes_only_if_they_are_equal(one: ApBill, other: ApBill) -> None:
    assert (canonical(one) == canonical(other)) == (one == other)


def test_canonical_bytes_keep_their_form_over_releases() -> None:
    assert canonical(PLAIN) == (
        b'{"vendor_id":"V-1","number":"1","date":"0999-01-02","posting_date":"2030-01-02","description":"",'
        b'"action":"Submit","lines":[{"account_no":"6220","amount":"118.40","memo":"M8 hex bolts"}]}'
    )


@pytest.mark.parametrize(
    ("written", "kept"), [("100", "100.00"), ("1E2", "100.00"), ("-0", "0.00"), ("-1.5", "-1.50")]
)
def test_amounts_are_kept_with_two_places_so_that_equal_amounts_look_equal(written: str, kept: str) -> None:
    line = ApBillLine(account_no="1", amount=Decimal(written), memo="")

    assert str(line.amount) == kept


@pytest.mark.parametrize("amount", ["1.005", "NaN", "Infinity", "1E15", "-1E15"])
def test_an_amount_that_two_places_cannot_hold_is_refused_with_its_value(amount: str) -> None:
    with pytest.raises(ValueError, match=r"ApBillLine: amount is .*; give at most 2 places"):
        ApBillLine(account_no="1", amount=Decimal(amount), memo="")


def test_a_bill_without_a_vendor_is_refused() -> None:
    with pytest.raises(ValueError, match="ApBill: vendor_id must not be empty"):
        replace(PLAIN, vendor_id="")


def test_a_number_of_nothing_that_can_be_sent_is_refused() -> None:
    with pytest.raises(ValueError, match="ApBill: number must not be empty"):
        replace(PLAIN, number=" \x00")


def test_a_line_without_an_account_is_refused() -> None:
    with pytest.raises(ValueError, match="account_no"):
        ApBillLine(account_no="", amount=Decimal(1), memo="")


@pytest.mark.parametrize(
    ("name", "most", "change"),
    [
        ("vendor_id", 40, lambda text: replace(PLAIN, vendor_id=text)),
        ("number", 30, lambda text: replace(PLAIN, number=text)),
        ("reference", 20, lambda text: replace(PLAIN, reference=text)),
        ("description", 80, lambda text: replace(PLAIN, description=text)),
    ],
)
def test_a_text_that_intacct_might_cut_is_refused(
    name: str, most: int, change: Callable[[str], ApBill]
) -> None:
    assert "x" * most in change("x" * most).render()
    with pytest.raises(ValueError, match=f"ApBill: {name} has {most + 1} characters, at most {most}: 'xx"):
        change("x" * (most + 1))


def test_a_memo_that_intacct_might_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="ApBillLine: memo has 501 characters, at most 500"):
        replace(LINE, memo="m" * 501)


def test_a_bill_without_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="'1' has no lines"):
        replace(PLAIN, lines=())


def test_an_action_intacct_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="'Post'; use one of Draft, Submit"):
        replace(PLAIN, action=cast("Action", "Post"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"lines":1}',
        b'{"lines":[1]}',
        canonical(BILL).replace(b'"118.40"', b'"much"'),
        canonical(BILL).replace(b'"V-0815"', b"815"),
        canonical(BILL).replace(b"account_no", b"account"),
        canonical(BILL).replace(b"2030-01-02", b"01/02/2030"),
    ],
)
def test_bytes_that_are_no_canonical_bill_are_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="these bytes are no canonical AP bill"):
        from_canonical(body)
