"""What is written, by the fake, by the library on the simulator, and on a real company: found again by its mark, refused, repeated, undone.

Each kind of record has to do the same in each of these; what is a kind's own stands below.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from typing import Final

import pytest
from tests.contract.intacct_parties import SEQUENCE, World, list_parties

from ml_connector.intacct import (
    Address,
    ApBill,
    ApBillLine,
    AttachedFile,
    Bill,
    BillLine,
    Call,
    CallResult,
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
    PurchasingChange,
    PurchasingLine,
    PurchasingLineChange,
    VendorChange,
    VendorDetail,
    Writable,
    compare,
)
from ml_connector.intacct.objects import VendorFound

NUMBERS: Final = count(1)
NOBODY: Final = "NOBODY-9"
OpenWorld = Callable[[str], World]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of record: one with a mark, the same as nobody takes it, and how it is looked for."""

    part: str
    make: Callable[[World, str], Writable]
    spoil: Callable[[Writable, World], Writable]
    find: Callable[[World, str], Sequence[object]]


def make_vendor(world: World, mark: str) -> NewVendor:
    address = Address(address1="Hamngatan 3", city="Gävle", zip="80310", country="Sweden")
    name = f"Lindqvist <&> Söhne {mark}"
    contact = DisplayContact(print_as=name, email="ar@lindqvist.example", address=address)
    id_ = f"V-{world.run}-{next(NUMBERS)}"
    return NewVendor(vendor_id=id_, name=name, contact=contact, comments=f"by EDI {mark}")


def make_bill(world: World, mark: str) -> ApBill:
    ground = world.ground
    line = ApBillLine(
        account_no=ground.account,
        amount=Decimal(100),
        memo="bars",
        location_id=ground.location,
        department_id=ground.department,
        class_id=ground.class_id,
    )
    return ApBill(
        vendor_id=ground.vendor,
        number=mark[-30:],
        reference=None,
        date=ground.day,
        posting_date=ground.day,
        due_date=ground.day,
        term=None,
        description=f"EDI 810 {mark}",
        action="Submit",
        lines=(line,),
    )


def make_draft(world: World, mark: str) -> ApBill:
    return replace(make_bill(world, mark), action="Draft")


def make_adjustment(world: World, mark: str) -> NewAdjustment:
    ground = world.ground
    line = NewAdjustmentLine(
        account_no=ground.account, amount=Decimal("-18.40"), memo="Return", dimensions=place(world)
    )
    return NewAdjustment(
        vendor_id=ground.vendor, date=ground.day, description=f"EDI 812 {mark}", lines=(line,)
    )


def make_payment(world: World, mark: str) -> NewPayment:
    """A draft, which moves no money; of a bill made for it."""
    ground = world.ground
    bill = write(world, make_bill(world, f"{mark}-bill"))
    part = NewPaymentPart(bill_no=int(bill.key or 0), amount=Decimal(40))
    return NewPayment(
        paid_from=ground.bank,
        method="Cash",
        vendor_id=ground.vendor,
        date=ground.day,
        currency=ground.currency,
        description=f"EDI 820 {mark}",
        parts=(part,),
    )


def make_journal(world: World, mark: str) -> NewJournalEntry:
    ground = world.ground
    debit = NewJournalLine(
        side="debit", account_no=ground.account, amount=Decimal("118.40"), dimensions=place(world)
    )
    credit = replace(debit, side="credit", account_no=ground.offset_account)
    return NewJournalEntry(
        journal=ground.journal, date=ground.day, title="Accrual", reference=mark, lines=(debit, credit)
    )


def make_order(world: World, mark: str) -> NewPurchasing:
    ground = world.ground
    line = NewPurchasingLine(
        item_id=ground.item,
        quantity=Decimal(400),
        unit=ground.unit,
        price=Decimal("0.296"),
        dimensions=place(world),
    )
    return NewPurchasing(
        definition=ground.order,
        vendor_id=ground.vendor,
        date=ground.day,
        due_date=ground.day,
        message=f"EDI 850 {mark}",
        lines=(line,),
    )


def make_attachment(world: World, mark: str) -> NewAttachment:
    write(world, make_folder(world, f"{mark}-folder"))
    file = AttachedFile(name="INV-1", type="edi", content=b"ISA*00~")
    return NewAttachment(attachment_id=mark, name="INV-1", folder=f"{mark}-folder", files=(file,))


def make_folder(_world: World, mark: str) -> NewFolder:
    return NewFolder(name=mark)


def place(world: World) -> Dimensions:
    ground = world.ground
    return Dimensions(location_id=ground.location, department_id=ground.department, class_id=ground.class_id)


def misname_vendor(body: Writable, _world: World) -> Writable:
    return replace(body, vendor_id=NOBODY)  # type: ignore[type-var]  # every kind that has one


def take_vendor(body: Writable, world: World) -> Writable:
    return replace(body, vendor_id=world.ground.vendor)  # type: ignore[type-var]


def misname_account(body: Writable, _world: World) -> Writable:
    assert isinstance(body, NewJournalEntry)
    return replace(body, lines=tuple(replace(line, account_no=NOBODY) for line in body.lines))


def misname_folder(body: Writable, _world: World) -> Writable:
    return replace(body, folder=NOBODY)  # type: ignore[type-var]


def take_folder(body: Writable, world: World) -> Writable:
    taken = NewFolder(name=f"taken-{world.run}")
    send(world, make_call(world, taken))
    return replace(body, name=taken.name)  # type: ignore[type-var]


KINDS: Final = {
    "vendor": Kind(
        part="vendors",
        make=make_vendor,
        spoil=take_vendor,
        find=lambda world, mark: world.writing.find_vendors([mark]),
    ),
    "bill": Kind(
        part="bills",
        make=make_bill,
        spoil=misname_vendor,
        find=lambda world, mark: world.writing.find_bills_by_mark([mark], since=world.ground.day),
    ),
    "draft": Kind(
        part="bills",
        make=make_draft,
        spoil=misname_vendor,
        find=lambda world, mark: world.writing.find_bills_by_mark([mark]),
    ),
    "adjustment": Kind(
        part="adjustments",
        make=make_adjustment,
        spoil=misname_vendor,
        find=lambda world, mark: world.writing.find_adjustments([mark], since=world.ground.day),
    ),
    "payment": Kind(
        part="payments",
        make=make_payment,
        spoil=misname_vendor,
        find=lambda world, mark: world.writing.find_payments([mark], since=world.ground.day),
    ),
    "journal": Kind(
        part="journals",
        make=make_journal,
        spoil=misname_account,
        find=lambda world, mark: world.writing.find_journal_entries([mark], since=world.ground.day),
    ),
    "order": Kind(
        part="purchasing",
        make=make_order,
        spoil=misname_vendor,
        find=lambda world, mark: world.writing.find_purchasing([mark], since=world.ground.day),
    ),
    "attachment": Kind(
        part="attachments",
        make=make_attachment,
        spoil=misname_folder,
        find=lambda world, mark: world.writing.find_attachments([mark], entity=world.ground.entity),
    ),
    "folder": Kind(
        part="attachments",
        make=make_folder,
        spoil=take_folder,
        find=lambda world, mark: world.writing.find_folders([mark]),
    ),
}


every_kind = pytest.mark.parametrize(
    ("name", "party"),
    [(name, party) for name, kind in KINDS.items() for party in list_parties(kind.part)],
)


def make_mark(world: World) -> str:
    """One that nothing has yet, in 20 characters, as journals have no more."""
    return f"mlc-{world.run}-{next(NUMBERS)}"


def make_call(world: World, body: Writable) -> Call:
    return Call(control_id=f"writes:{world.run}:{next(NUMBERS)}", body=body)


def send(world: World, *calls: Call, atomic: bool = False) -> tuple[CallResult, ...]:
    return world.writing.write(calls, entity=world.ground.entity, atomic=atomic)


def write(world: World, body: Writable) -> CallResult:
    (result,) = send(world, make_call(world, body))
    assert result.status == "created", result
    return result


@every_kind
def test_what_was_written_is_found_by_its_mark_and_by_no_other(
    open_world: OpenWorld, name: str, party: str
) -> None:
    world, kind = open_world(party), KINDS[name]
    mark = make_mark(world)

    write(world, kind.make(world, mark))

    assert len(kind.find(world, mark)) == 1
    assert kind.find(world, f"{mark}0") == ()


@every_kind
def test_the_same_control_id_is_refused_and_makes_no_second_one(
    open_world: OpenWorld, name: str, party: str
) -> None:
    world, kind = open_world(party), KINDS[name]
    mark = make_mark(world)
    call = make_call(world, kind.make(world, mark))

    (first,) = send(world, call)
    (again,) = send(world, call)

    assert (first.status, again.status) == ("created", "refused")
    assert again.errors
    assert len(kind.find(world, mark)) == 1


@every_kind
def test_of_two_in_one_request_each_stands_for_itself_and_the_refused_one_may_come_again_mended(
    open_world: OpenWorld, name: str, party: str
) -> None:
    world, kind = open_world(party), KINDS[name]
    mark, other = make_mark(world), make_mark(world)
    good = kind.make(world, other)
    bad = make_call(world, kind.spoil(good, world))

    refused, made = send(world, bad, make_call(world, kind.make(world, mark)))

    assert (refused.status, made.status) == ("refused", "created"), (refused, made)
    assert refused.kind in {ErrorClass.VALIDATION, ErrorClass.DUPLICATE}, refused
    assert refused.errors
    assert (len(kind.find(world, mark)), kind.find(world, other)) == (1, ())
    (mended,) = send(world, replace(bad, body=good))
    assert mended.status == "created", mended


@every_kind
def test_in_one_transaction_all_is_done_or_nothing(open_world: OpenWorld, name: str, party: str) -> None:
    world, kind = open_world(party), KINDS[name]
    mark, other = make_mark(world), make_mark(world)
    good, more = make_call(world, kind.make(world, mark)), make_call(world, kind.make(world, other))
    bad = make_call(world, kind.spoil(more.body, world))

    undone, culprit = send(world, good, bad, atomic=True)

    assert (undone.status, culprit.status) == ("aborted", "refused"), (undone, culprit)
    assert kind.find(world, mark) == ()
    done = send(world, good, more, atomic=True)
    assert [result.status for result in done] == ["created", "created"], done
    assert (len(kind.find(world, mark)), len(kind.find(world, other))) == (1, 1)


@pytest.mark.parametrize("party", list_parties("vendors"))
def test_a_vendor_has_its_contact_and_is_changed_in_what_is_named_alone(
    open_world: OpenWorld, party: str
) -> None:
    world = open_world(party)
    vendor = make_vendor(world, make_mark(world))
    write(world, vendor)

    write(world, VendorChange(vendor_id=vendor.vendor_id or "", do_not_pay=True))

    where = compare("VENDORID", "equalto", vendor.vendor_id or "")
    (detail,) = world.finance.reading.list_records(VendorDetail, where=where)
    assert (detail.record.name, detail.record.email) == (vendor.name, "ar@lindqvist.example")
    assert detail.record.do_not_pay
    assert detail.modified is not None
    (row,) = world.library.reading.read_by_name(
        "VENDOR", [detail.record.vendor_id], entity=world.ground.entity
    )
    assert row.record_no == detail.record_no


@pytest.mark.parametrize("party", list_parties("vendors numbered and approved"))
def test_a_vendor_without_an_id_is_numbered_and_waits_for_its_approval(
    open_world: OpenWorld, party: str
) -> None:
    world = open_world(party)
    mark = make_mark(world)

    write(world, replace(make_vendor(world, mark), vendor_id=None))

    (found,) = world.writing.find_vendors([mark])
    where = compare("VENDORID", "equalto", found.vendor_id)
    (entry,) = world.finance.reading.list_records(VendorFound, where=where, custom=("STATE",))
    assert found.vendor_id.startswith(SEQUENCE)
    assert entry.custom["STATE"] == "Submitted"


@pytest.mark.parametrize("party", list_parties("vendors"))
def test_a_second_vendor_of_the_same_id_is_a_duplicate(open_world: OpenWorld, party: str) -> None:
    world = open_world(party)
    again = replace(make_vendor(world, make_mark(world)), vendor_id=world.ground.vendor)

    (result,) = send(world, make_call(world, again))

    assert (result.status, result.kind) == ("refused", ErrorClass.DUPLICATE)


@pytest.mark.parametrize("party", list_parties("payments"))
def test_a_bill_has_its_lines_and_a_payment_reduces_what_is_due(open_world: OpenWorld, party: str) -> None:
    world = open_world(party)
    mark = make_mark(world)
    payment = make_payment(world, mark)

    write(world, payment if world.is_real else replace(payment, action="Submit"))

    bill_no = payment.parts[0].bill_no
    (bill,) = world.writing.find_bills_by_mark([f"{mark}-bill"])
    (row,) = world.library.reading.read("APBILL", [bill.record_no], entity=world.ground.entity)
    lines = world.library.reading.list_records(BillLine, where=compare("RECORDKEY", "equalto", str(bill_no)))
    (paid,) = world.writing.find_payments([mark])
    assert [line.record.amount for line in lines] == [Decimal(100)]
    assert [line.text("ACCOUNTNO") for line in row.lines["APBILLITEMS"]] == [world.ground.account]
    assert (paid.vendor_id, paid.date, paid.method) == (world.ground.vendor, world.ground.day, "Cash")
    assert world.is_real or bill.due == Decimal(60)


@pytest.mark.parametrize("party", list_parties("payments"))
def test_neither_more_than_is_due_nor_what_is_not_posted_is_paid(open_world: OpenWorld, party: str) -> None:
    world = open_world(party)
    mark = make_mark(world)
    payment = make_payment(world, mark)
    (part,) = payment.parts
    draft = write(world, make_draft(world, f"{mark}-draft"))

    too_much, unposted = (
        make_call(world, replace(payment, parts=(wrong,)))
        for wrong in (replace(part, amount=Decimal("100.01")), replace(part, bill_no=int(draft.key or 0)))
    )

    assert [result.status for result in send(world, too_much, unposted)] == ["refused", "refused"]
    assert world.writing.find_payments([mark]) == ()


@pytest.mark.parametrize("party", [party for party in list_parties("payments") if party != "real"])
def test_a_bill_whose_payment_is_blocked_is_owed_and_is_not_paid(open_world: OpenWorld, party: str) -> None:
    world = open_world(party)
    mark = make_mark(world)
    payment = make_payment(world, mark)
    blocked = replace(make_bill(world, f"{mark}-blocked"), on_hold=True)
    key = int(write(world, blocked).key or 0)

    (result,) = send(
        world, make_call(world, replace(payment, parts=(replace(payment.parts[0], bill_no=key),)))
    )

    (bill,) = world.finance.reading.list_records(Bill, where=compare("RECORDNO", "equalto", str(key)))
    assert (bill.record.on_hold, bill.record.state, bill.record.due) == (True, "Posted", blocked.total)
    assert result.status == "refused"


@pytest.mark.parametrize("party", list_parties("journals"))
def test_nothing_is_booked_in_a_journal_that_is_not_there(open_world: OpenWorld, party: str) -> None:
    world = open_world(party)
    mark = make_mark(world)

    (result,) = send(world, make_call(world, replace(make_journal(world, mark), journal="NONE")))

    assert (result.status, result.kind) == ("refused", ErrorClass.VALIDATION)
    assert world.writing.find_journal_entries([mark]) == ()


@pytest.mark.parametrize("party", list_parties("purchasing"))
def test_an_order_is_changed_and_converted(open_world: OpenWorld, party: str) -> None:
    world = open_world(party)
    mark, receipt_mark = make_mark(world), make_mark(world)
    order = make_order(world, mark)
    document_id = write(world, order).key or ""

    line = PurchasingLineChange(line_no=0, quantity=Decimal(380))
    write(world, PurchasingChange(document_id=document_id, lines=(line,)))

    (found,) = world.writing.find_purchasing([mark])
    where = compare("DOCHDRID", "equalto", document_id)
    (source,) = (entry.record for entry in world.finance.reading.list_records(PurchasingLine, where=where))
    assert (found.document_id, found.definition) == (document_id, world.ground.order)
    assert (source.quantity, source.price) == (Decimal(380), Decimal("0.296"))
    receipt = make_receipt(world, order, source, receipt_mark, 380)
    assert (write(world, receipt).key or "").startswith(f"{world.ground.receiver}-")
    (received,) = world.writing.find_purchasing([receipt_mark])
    assert received.created_from in {document_id, ""}


@pytest.mark.parametrize("party", [party for party in list_parties("purchasing") if party != "real"])
def test_an_item_whose_pieces_are_told_apart_is_not_written_without_their_details(
    open_world: OpenWorld, party: str
) -> None:
    world = open_world(party)
    mark = make_mark(world)
    order = make_order(world, mark)
    line = replace(order.lines[0], item_id="GAS", unit=None, warehouse_id="W1")

    (result,) = send(world, make_call(world, replace(order, lines=(line,))))

    assert (result.status, result.kind) == ("refused", ErrorClass.VALIDATION)
    assert any("details for Item 'GAS'" in str(error) for error in result.errors), result.errors
    assert world.writing.find_purchasing([mark]) == ()


@pytest.mark.parametrize("party", list_parties("purchasing"))
def test_what_is_received_of_an_order_is_not_received_again(open_world: OpenWorld, party: str) -> None:
    world = open_world(party)
    mark = make_mark(world)
    order = make_order(world, mark)
    document_id = write(world, order).key or ""
    where = compare("DOCHDRID", "equalto", document_id)
    (source,) = (entry.record for entry in world.finance.reading.list_records(PurchasingLine, where=where))

    write(world, make_receipt(world, order, source, f"{mark}-a", 150))
    (partial,) = (entry.record for entry in world.finance.reading.list_records(PurchasingLine, where=where))
    (too_much,) = send(world, make_call(world, make_receipt(world, order, source, f"{mark}-b", 251)))
    (change,) = send(world, make_call(world, PurchasingChange(document_id=document_id, reference="late")))

    assert (partial.converted, partial.remaining) == (Decimal(150), Decimal(250))
    assert (too_much.status, change.status) == ("refused", "refused")
    write(world, make_receipt(world, order, source, f"{mark}-c", 250))
    (there,) = world.writing.find_purchasing([mark])
    assert (there.state, there.total) == ("Converted", Decimal("118.40"))


def make_receipt(
    world: World, order: NewPurchasing, source: PurchasingLine, mark: str, quantity: int
) -> NewPurchasing:
    """So many of the order's one line."""
    line = replace(order.lines[0], quantity=Decimal(quantity), source_line=source.record_no)
    return replace(
        order,
        definition=world.ground.receiver,
        created_from=source.document_id,
        message=f"EDI 856 {mark}",
        lines=(line,),
    )
