"""Every fault at every call of the Intacct library: the caller is told its class, and no record is made twice."""

from collections.abc import Callable, Iterator, Mapping, Sized
from contextlib import ExitStack, closing
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import count
from operator import attrgetter
from typing import Any, Final

import pytest
from tests.contract.intacct_company import (
    DAY,
    PLACE,
    VENDOR,
    HastyTransport,
    make_bill,
    make_client,
    make_order,
    seed,
)
from tests.contract.intacct_faults import FAULTS, HASTE, Fault, Told
from tests.processes import IntacctProcess, run_intacct, wait_until

from ml_connector.intacct import (
    AttachedFile,
    Call,
    CallResult,
    Client,
    DisplayContact,
    HttpTransport,
    IntacctError,
    NewAdjustment,
    NewAdjustmentLine,
    NewAttachment,
    NewFolder,
    NewJournalEntry,
    NewJournalLine,
    NewPayment,
    NewPaymentPart,
    NewVendor,
    PurchasingChange,
    PurchasingLineChange,
    Term,
    Vendor,
    VendorChange,
    Writable,
)

Match = Mapping[str, str]
MARKS: Final = count(1)
ENTITY: Final = "E100"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    name: str
    match: Match
    act: Callable[[Client], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    name: str
    match: Match
    make: Callable[["World", str], Writable]
    find: Callable[[Client, str], Sized]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A gateway, two clients that faults hit, and one that they do not."""

    gateway: IntacctProcess
    patient: Client
    hasty: Client
    witness: Client
    bill_no: int  #: a bill large enough for all payments
    order_id: str  #: an order that may be changed

    def suffer(self, fault: Fault, match: Match, act: Callable[[Client], object], entity: str = "") -> Told:
        """What a caller who has a session is told when the fault happens to this call."""
        client = self.hasty if fault.needs_haste else self.patient
        log_in(client, entity)
        self.gateway.set_faults(*({"match": match, **order} for order in fault.orders))
        told = tell(partial(act, client))
        assert all(order["done"] for order in self.gateway.faults())
        self.gateway.clear_faults()
        return told


def log_in(client: Client, entity: str) -> None:
    """A connection that the last fault broke is noticed now, at the first attempt."""
    try:
        client.check(entity=entity)
    except IntacctError:
        client.check(entity=entity)


READS: Final = (
    Read(
        name="query",
        match={"function": "query"},
        act=lambda client: list(client.reading.list_records(Term)),
    ),
    Read(name="count", match={"function": "query"}, act=lambda client: client.reading.count(Vendor)),
    Read(
        name="readByQuery",
        match={"function": "readByQuery"},
        act=lambda client: list(client.reading.read_by_query("APTERM", page_size=2)),
    ),
    Read(
        name="readMore",
        match={"function": "readMore"},
        act=lambda client: list(client.reading.read_by_query("APTERM", page_size=2)),
    ),
    Read(
        name="read", match={"function": "read"}, act=lambda client: list(client.reading.read("APTERM", [1]))
    ),
    Read(
        name="readByName",
        match={"function": "readByName"},
        act=lambda client: list(client.reading.read_by_name("VENDOR", [VENDOR])),
    ),
    Read(name="lookup", match={"function": "lookup"}, act=lambda client: client.reading.lookup("VENDOR")),
    Read(name="inspect", match={"function": "inspect"}, act=lambda client: client.reading.inspect("VENDOR")),
    Read(
        name="get_list",
        match={"function": "get_list"},
        act=lambda client: client.writing.find_folders(["EDI"]),
    ),
    Read(
        name="get_closedbooksdate",
        match={"function": "get_closedbooksdate"},
        act=lambda client: client.setup.find_closed_date(),
    ),
    Read(
        name="getDimensions",
        match={"function": "getDimensions"},
        act=lambda client: client.setup.list_dimensions(),
    ),
    Read(
        name="get_applications",
        match={"function": "get_applications"},
        act=lambda client: client.setup.list_applications(),
    ),
)


def make_vendor(_: World, mark: str) -> NewVendor:
    name = f"Vendor {mark}"
    return NewVendor(
        vendor_id=mark[:20], name=name, contact=DisplayContact(print_as=name), comments=f"by EDI {mark}"
    )


def make_adjustment(_: World, mark: str) -> NewAdjustment:
    line = NewAdjustmentLine(account_no="5000", amount=Decimal("-18.40"), memo="Return", dimensions=PLACE)
    return NewAdjustment(vendor_id=VENDOR, date=DAY, description=f"EDI 812 {mark}", lines=(line,))


def make_payment(world: World, mark: str) -> NewPayment:
    return NewPayment(
        paid_from="BANK",
        method="Cash",
        vendor_id=VENDOR,
        date=DAY,
        currency="USD",
        description=f"EDI 820 {mark}",
        action="Submit",
        parts=(NewPaymentPart(bill_no=world.bill_no, amount=Decimal("0.01")),),
    )


def make_journal(_: World, mark: str) -> NewJournalEntry:
    debit = NewJournalLine(side="debit", account_no="5000", amount=Decimal("118.40"), dimensions=PLACE)
    credit = NewJournalLine(side="credit", account_no="2000", amount=Decimal("118.40"), dimensions=PLACE)
    return NewJournalEntry(journal="GJ", date=DAY, title="Accrual", reference=mark, lines=(debit, credit))


def make_change(world: World, mark: str) -> PurchasingChange:
    line = PurchasingLineChange(line_no=0, quantity=Decimal(next(MARKS)))
    return PurchasingChange(document_id=world.order_id, message=f"EDI 855 {mark}", lines=(line,))


def make_attachment(_: World, mark: str) -> NewAttachment:
    file = AttachedFile(name="INV-1", type="edi", content=b"ISA*00~")
    return NewAttachment(attachment_id=mark, name="INV-1", folder="EDI", files=(file,))


WRITES: Final = (
    Write(
        name="bill",
        match={"function": "create"},
        make=lambda _, mark: make_bill(mark),
        find=lambda client, mark: client.writing.find_bills_by_mark([mark]),
    ),
    Write(
        name="vendor",
        match={"function": "create"},
        make=make_vendor,
        find=lambda client, mark: client.writing.find_vendors([mark]),
    ),
    Write(
        name="change of a vendor",
        match={"function": "update"},
        make=lambda _, mark: VendorChange(vendor_id=VENDOR, comments=f"by EDI {mark}"),
        find=lambda client, mark: client.writing.find_vendors([mark]),
    ),
    Write(
        name="adjustment",
        match={"function": "create_apadjustment"},
        make=make_adjustment,
        find=lambda client, mark: client.writing.find_adjustments([mark]),
    ),
    Write(
        name="payment",
        match={"function": "create"},
        make=make_payment,
        find=lambda client, mark: client.writing.find_payments([mark]),
    ),
    Write(
        name="journal",
        match={"function": "create"},
        make=make_journal,
        find=lambda client, mark: client.writing.find_journal_entries([mark]),
    ),
    Write(
        name="purchasing",
        match={"function": "create_potransaction"},
        make=lambda _, mark: make_order(mark),
        find=lambda client, mark: client.writing.find_purchasing([mark]),
    ),
    Write(
        name="change of purchasing",
        match={"function": "update_potransaction"},
        make=make_change,
        find=lambda client, mark: client.writing.find_purchasing([mark]),
    ),
    Write(
        name="folder",
        match={"function": "create_supdocfolder"},
        make=lambda _, mark: NewFolder(name=mark),
        find=lambda client, mark: client.writing.find_folders([mark]),
    ),
    Write(
        name="attachment",
        match={"function": "create_supdoc"},
        make=make_attachment,
        find=lambda client, mark: client.writing.find_attachments([mark]),
    ),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with run_intacct(tmp_path_factory.mktemp("faults") / "intacct.db") as gateway, ExitStack() as opened:
        seed(gateway)
        patient, hasty, witness = (
            opened.enter_context(closing(make_client(gateway.gateway, transport)))
            for transport in (HttpTransport(), HastyTransport(HASTE), HttpTransport())
        )
        bodies: tuple[Writable, ...] = (
            make_bill("to-be-paid"),
            make_order("to-be-changed"),
            NewFolder(name="EDI"),
        )
        calls = [Call(control_id=f"world:{number}", body=body) for number, body in enumerate(bodies)]
        bill, order, _ = witness.writing.write(calls, entity=ENTITY)
        yield World(
            gateway=gateway,
            patient=patient,
            hasty=hasty,
            witness=witness,
            bill_no=int(bill.key or 0),
            order_id=order.key or "",
        )


def tell(act: Callable[[], Any]) -> Told:
    """What a caller is told: the class of the error, the status of the one result, or `ok`."""
    try:
        result = act()
    except IntacctError as error:
        return type(error)
    return result[0].status if isinstance(result, tuple) and isinstance(result[0], CallResult) else "ok"


@pytest.mark.parametrize("read", READS, ids=attrgetter("name"))
def test_whatever_fails_a_reading_tells_what_to_do_next(world: World, read: Read) -> None:
    faults = [fault for fault in FAULTS if fault.read is not None]

    told = {fault.name: world.suffer(fault, read.match, read.act) for fault in faults}

    assert told == {fault.name: fault.read for fault in faults}
    assert tell(partial(read.act, world.witness)) == "ok"


def test_the_users_format_is_asked_for_again_when_a_log_in_failed_to_tell_it(world: World) -> None:
    match = {"function": "readUserFormatting"}
    faults = [fault for fault in FAULTS if fault.read and all(o["action"] == "refuse" for o in fault.orders)]

    told = {fault.name: world.suffer(fault, match, lambda client: client.connect()) for fault in faults}

    assert told == {fault.name: "ok" for fault in faults}
    assert len(told) > 1


@pytest.mark.parametrize("fault", FAULTS, ids=attrgetter("name"))
@pytest.mark.parametrize("write", WRITES, ids=attrgetter("name"))
def test_whatever_fails_a_write_is_found_by_its_mark_exactly_once(
    world: World, write: Write, fault: Fault
) -> None:
    mark = f"mlc-f-{next(MARKS):05}"
    call = Call(control_id=f"faults:{mark}", body=write.make(world, mark))

    told = world.suffer(
        fault, write.match, lambda client: client.writing.write([call], entity=ENTITY), ENTITY
    )

    assert told == fault.write
    if fault.is_executed:
        wait_until(lambda: len(write.find(world.witness, mark)) > 0, what="it is committed")
    was_sent_again = settle(world, write, call, mark)
    assert len(write.find(world.witness, mark)) == 1
    assert was_sent_again is not (fault.is_executed or told == "created")


def settle(world: World, write: Write, call: Call, mark: str) -> bool:
    """What a caller does: look for the mark, and send the same again when nothing has it. Whether it was sent."""
    if len(write.find(world.witness, mark)):
        return False
    (result,) = world.witness.writing.write([call], entity=ENTITY)
    assert result.status == "created", result
    return True
