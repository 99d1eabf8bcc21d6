"""What is written: exact bytes, the order that the schema enforces, and what is refused before it is sent."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree
from tests.unit.intacct.gateway_fakes import FakeTransport, answer, error, make_client, refused, result
from tests.unit.intacct.write_cases import (
    CASES,
    DAY,
    FOLDER,
    ORDER_LINE,
    VENDOR_IN_FULL,
    spread,
)

from ml_connector.intacct import (
    Address,
    AttachedFile,
    Call,
    CallResult,
    Currency,
    CustomField,
    Dimensions,
    DisplayContact,
    ErrorClass,
    NewAdjustment,
    NewAdjustmentLine,
    NewAttachment,
    NewFolder,
    NewJournalEntry,
    NewJournalLine,
    NewPayment,
    NewPaymentPart,
    NewPurchasing,
    NewPurchasingLine,
    NewVendor,
    PurchasingLineChange,
    Subtotal,
    VendorChange,
)

_CURRENCY = "basecurr currency exchratedate exchratetype exchrate"
_DIMENSIONS = "projectid taskid customerid vendorid employeeid itemid classid contractid warehouseid"
_DOCUMENT_LINE = (
    "itemdesc warehouseid quantity unit price sourcelinekey locationid departmentid memo customfields "
    "projectid taskid customerid vendorid employeeid classid sourcedocid sourcedoclineid"
)
_SUBTOTAL = (
    "description total locationid departmentid projectid taskid customerid vendorid employeeid classid itemid"
)
#: The order of children in the vendor's schema, as far as we write them.
ORDERS = {
    "create_apadjustment": "vendorid datecreated dateposted batchkey adjustmentno action billno description "
    f"externalid {_CURRENCY} nogl customfields apadjustmentitems",
    "lineitem": f"glaccountno amount memo locationid departmentid item1099 form1099type form1099box customfields {_DIMENSIONS}",
    "create_potransaction": "transactiontype datecreated dateposted createdfrom vendorid documentno referenceno "
    "vendordocno termname datedue message shippingmethod returnto payto deliverto supdocid externalid "
    f"{_CURRENCY} customfields state potransitems subtotals",
    "update_potransaction": "datecreated dateposted referenceno vendordocno termname datedue message "
    f"shippingmethod returnto payto deliverto supdocid externalid {_CURRENCY} customfields state "
    "updatepotransitems updatesubtotals",
    "potransitem": f"itemid {_DOCUMENT_LINE}",
    "updatepotransitem": f"itemid {_DOCUMENT_LINE}",
    "subtotal": _SUBTOTAL,
    "updatesubtotal": _SUBTOTAL,
    "create_supdocfolder": "supdocfoldername supdocfolderdescription supdocparentfoldername",
    "create_supdoc": "supdocid supdocname supdocfoldername supdocdescription attachments",
    "attachment": "attachmentname attachmenttype attachmentdata",
    "customfield": "customfieldname customfieldvalue",
    "datecreated": "year month day",
}
PAYMENT_PART = NewPaymentPart(bill_no=1, amount=Decimal(1))
DEBIT = NewJournalLine(side="debit", account_no="1", amount=Decimal(5))
CREDIT = NewJournalLine(side="credit", account_no="2", amount=Decimal(5))


@pytest.mark.parametrize("name", CASES)
def test_every_call_becomes_exactly_these_bytes(name: str) -> None:
    golden = (FOLDER / f"{name}.xml").read_text(encoding="utf-8")

    assert spread(CASES[name].render()) == golden


def test_there_is_no_golden_file_too_many() -> None:
    assert {path.stem for path in FOLDER.glob("*.xml")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_older_functions_keep_the_order_that_is_enforced(name: str) -> None:
    root = etree.fromstring(CASES[name].render())

    for element in root.iter():
        order = ORDERS.get(str(element.tag), "").split()
        if order:
            places = [order.index(str(child.tag)) for child in element]
            assert places == sorted(set(places)), element.tag


def test_characters_that_no_document_can_carry_are_dropped_and_the_others_escaped() -> None:
    vendor = replace(VENDOR_IN_FULL, name="A\x01 <&> \ufffe\rB")

    assert "<NAME>A &lt;&amp;&gt; &#13;B</NAME>" in vendor.render()


WRONG: list[tuple[str, Callable[[], object]]] = [
    ("NewVendor: name must not be empty", lambda: replace(VENDOR_IN_FULL, name=" \x01 ")),
    ("NewVendor: contact must not be empty", lambda: NewVendor(name="x")),
    ("VendorChange: vendor_id must not be empty", lambda: VendorChange(vendor_id="")),
    ("vendor_id has 21 characters, at most 20", lambda: replace(VENDOR_IN_FULL, vendor_id="V" * 21)),
    ("comments has 501 characters, at most 500", lambda: replace(VENDOR_IN_FULL, comments="c" * 501)),
    ("status is 'dead'; use one of", lambda: replace(VENDOR_IN_FULL, status="dead")),  # type: ignore[arg-type]  # that is the point
    ("credit_limit is 1.005; give at most 2", lambda: replace(VENDOR_IN_FULL, credit_limit=Decimal("1.005"))),
    ("credit_limit is NaN", lambda: replace(VENDOR_IN_FULL, credit_limit=Decimal("NaN"))),
    ("credit_limit is 1E\\+15", lambda: replace(VENDOR_IN_FULL, credit_limit=Decimal("1E15"))),
    ("print_as must not be empty", lambda: DisplayContact(print_as="")),
    ("country_code has 3 characters, at most 2", lambda: Address(country_code="SWE")),
    ("'A B' is not the name", lambda: CustomField(name="A B", value="x")),
    ("task_id 'T' needs the project_id", lambda: Dimensions(task_id="T")),
    ("location_id has 41 characters", lambda: Dimensions(location_id="L" * 41)),
    ("Currency: code must not be empty", lambda: Currency(code="")),
    ("give a rate, or the day", lambda: Currency(code="EUR", rate=Decimal(1), rate_date=DAY)),
    ("lines must not be empty", lambda: NewAdjustment(vendor_id="V", date=DAY, lines=())),
    (
        "its lines must have one sign",
        lambda: NewAdjustment(
            vendor_id="V",
            date=DAY,
            lines=tuple(NewAdjustmentLine(account_no="1", amount=Decimal(n)) for n in (1, 0, -1)),
        ),
    ),
    ("account_no must not be empty", lambda: NewAdjustmentLine(account_no="", amount=Decimal(1))),
    (
        "action is 'Post'; use one of Draft, Submit",
        lambda: NewAdjustment(
            vendor_id="V",
            date=DAY,
            action="Post",  # type: ignore[arg-type]  # that is the point
            lines=(NewAdjustmentLine(account_no="1", amount=Decimal(1)),),
        ),
    ),
    (
        "method is 'Barter'",
        lambda: NewPayment(
            paid_from="B", method="Barter", vendor_id="V", date=DAY, currency="USD", parts=(PAYMENT_PART,)
        ),
    ),
    ("give either bill_no or credit_memo_no", lambda: NewPaymentPart(amount=Decimal(1))),
    (
        "give either bill_no or credit_memo_no",
        lambda: NewPaymentPart(bill_no=1, credit_memo_no=2, amount=Decimal(1)),
    ),
    ("debit_memo_no and credit go together", lambda: replace(PAYMENT_PART, credit=Decimal(1))),
    ("amounts are not negative", lambda: replace(PAYMENT_PART, amount=Decimal(-1))),
    ("amounts are not negative", lambda: replace(PAYMENT_PART, debit_memo_no=1, credit=Decimal(-1))),
    ("turn it to the other side", lambda: replace(DEBIT, amount=Decimal(-5))),
    ("side is 'left'", lambda: replace(DEBIT, side="left")),  # type: ignore[arg-type]  # that is the point
    ("has fewer than two lines", lambda: journal(DEBIT)),
    ("debits less credits are 5.00$", lambda: journal(DEBIT, DEBIT, CREDIT)),
    ("debits less credits are 5.00 EUR", lambda: journal(replace(DEBIT, currency="EUR"), CREDIT)),
    ("reverse_date must be later", lambda: replace(journal(DEBIT, CREDIT), reverse_date=DAY)),
    ("journal has 5 characters, at most 4", lambda: replace(journal(DEBIT, CREDIT), journal="APJRN")),
    ("state is 'Open'", lambda: replace(journal(DEBIT, CREDIT), state="Open")),  # type: ignore[arg-type]  # that too
    ("go with restriction 'Restricted'", lambda: VendorChange(vendor_id="V-1", restriction="Restricted")),
    ("go with restriction 'Restricted'", lambda: VendorChange(vendor_id="V-1", restricted_locations=("E1",))),
    ("lines must not be empty", lambda: order(())),
    ("item_id must not be empty", lambda: NewPurchasingLine(item_id="", quantity=Decimal(1))),
    ("quantity is 0.00001; give at most 4", lambda: replace(ORDER_LINE, quantity=Decimal("0.00001"))),
    ("source_document and source_document_line", lambda: replace(ORDER_LINE, source_document="x")),
    (
        "give source_line or source_document",
        lambda: replace(ORDER_LINE, source_line=1, source_document="x", source_document_line=1),
    ),
    ("line_no is -1; lines count from 0", lambda: PurchasingLineChange(line_no=-1)),
    ("description must not be empty", lambda: Subtotal(description="", total=Decimal(1))),
    ("name must not be empty", lambda: NewFolder(name="")),
    ("type is '.pdf'; give an extension", lambda: AttachedFile(name="x", type=".pdf", content=b"x")),
    ("content must not be empty", lambda: AttachedFile(name="x", type="pdf", content=b"")),
    ("files must not be empty", lambda: NewAttachment(attachment_id="", name="x", folder="f", files=())),
]


def journal(*lines: NewJournalLine) -> NewJournalEntry:
    return NewJournalEntry(journal="APJ", date=DAY, title="t", lines=lines)


def order(lines: tuple[NewPurchasingLine, ...]) -> NewPurchasing:
    return NewPurchasing(definition="PO", vendor_id="V", date=DAY, due_date=date(2030, 2, 1), lines=lines)


@pytest.mark.parametrize(("said", "make"), WRONG)
def test_what_intacct_would_refuse_or_cut_is_refused_when_it_is_made(
    said: str, make: Callable[[], object]
) -> None:
    with pytest.raises(ValueError, match=said):
        make()


def test_numbers_are_written_without_exponents_and_needless_zeros() -> None:
    line = replace(ORDER_LINE, quantity=Decimal("1E+3"), price=Decimal("0.10"))

    assert "<quantity>1000</quantity>" in line.render()
    assert "<price>0.1</price>" in line.render()
    assert "<quantity>0</quantity>" in replace(ORDER_LINE, quantity=Decimal("0.000")).render()


def test_calls_of_several_kinds_go_in_one_request_each_with_its_result() -> None:
    key = "<data/><key>Purchase Order-PO0213</key>"
    transport = FakeTransport(
        answer(
            result("c2", function="create_potransaction", data=key),
            refused("c1", error("BL34000061", "Another Vendor  already exists")),
        )
    )
    calls = [
        Call(control_id="c1", body=VENDOR_IN_FULL),
        Call(control_id="c2", body=CASES["purchase-order"]),
    ]

    first, second = make_client(transport).writing.write(calls, entity="E100")

    assert (first.status, first.kind) == ("refused", ErrorClass.DUPLICATE)
    assert (second.status, second.key, second.kind) == ("created", "Purchase Order-PO0213", None)
    assert transport.calls[0].text("control/uniqueid") == "true"
    assert transport.calls[0].root.find("operation[@transaction='false']") is not None
    assert transport.calls[0].timeout == 300.0


def test_an_atomic_request_is_undone_as_a_whole() -> None:
    undone = result("c1", function="create", status="aborted")
    transport = FakeTransport(answer(undone, refused("c2", error("BL03000018", "Missing unit"))))
    calls = [Call(control_id=f"c{n}", body=VENDOR_IN_FULL) for n in (1, 2)]

    results = make_client(transport).writing.write(calls, atomic=True)

    assert [each.status for each in results] == ["aborted", "refused"]
    assert transport.calls[0].root.find("operation[@transaction='true']") is not None


def test_nothing_to_write_sends_nothing() -> None:
    transport = FakeTransport(answer())

    assert make_client(transport).writing.write([]) == ()
    assert transport.sent == []


def test_what_is_unclear_is_ambiguous() -> None:
    assert CallResult(control_id="c", status="unclear").kind is ErrorClass.AMBIGUOUS


def test_a_file_is_not_shown_when_it_is_printed() -> None:
    assert "secret" not in re.sub(r"\s", "", repr(AttachedFile(name="x", type="pdf", content=b"secret")))


@pytest.mark.parametrize("name", ["item_id", "warehouse_id"])
def test_a_dimension_that_a_line_has_no_element_for_is_refused_and_not_lost(name: str) -> None:
    odd = Dimensions(**{name: "BOLT"})

    with pytest.raises(ValueError, match=f"its dimensions cannot have {name}"):
        NewPurchasingLine(item_id="BOLT", quantity=Decimal(1), dimensions=odd)
    with pytest.raises(ValueError, match="its dimensions cannot have warehouse_id"):
        Subtotal(description="Freight", total=Decimal(1), dimensions=Dimensions(warehouse_id="W"))
