"""Every call of the Intacct library: how it is made, how a fault finds it, and how one sees what became of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from tests.contract.intacct_company import DAY, PLACE, VENDOR, make_bill, make_order

from ml_connector.intacct import (
    Aggregate,
    ApBill,
    AttachedFile,
    BillKey,
    Client,
    Dimension,
    DisplayContact,
    NewAdjustment,
    NewAdjustmentLine,
    NewAttachment,
    NewFolder,
    NewJournalEntry,
    NewJournalLine,
    NewPayment,
    NewPaymentPart,
    NewPurchasing,
    NewVendor,
    PurchasingChange,
    PurchasingLineChange,
    Query,
    RecordDeletion,
    Term,
    Vendor,
    VendorChange,
    Writable,
)

ENTITY: Final = "E100"
_TERMS: Final = Query(object="APTERM", fields=("RECORDNO", "NAME"))
_LONG_AGO: Final = datetime(2030, 1, 1, tzinfo=UTC)
_BRANCH: Final = Dimension(object="BRANCH", label="Branch", is_user_defined=True, is_in_ledger=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the company has for the calls to begin with."""

    bill_no: int  #: a bill large enough for all payments
    vendor_ids: Sequence[str]  #: one that may be changed for each of the faults
    order_ids: Sequence[str]  #: the same of orders
    book_draft: Callable[[str], int]  #: enters a bill in Draft under a mark, and tells its RECORDNO


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A function that reads, with the methods that send it; the first of them meets the faults of `intacct_faults`."""

    function: str
    methods: Mapping[str, Callable[[Client], object]]

    @property
    def match(self) -> Mapping[str, str]:
        return {"function": self.function}

    @property
    def act(self) -> Callable[[Client], object]:
        return next(iter(self.methods.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A kind of write. `make` is told the mark it shall be found by, and which of many it is."""

    kind: type[Writable]
    make: Callable[[Known, str, int], Writable]
    finder: str  #: the method that finds it by its mark
    find: Callable[
        [Client, Sequence[str]], Iterable[str]
    ]  #: of each record that is found, what holds its mark

    object: str = ""  #: of which record, where the function alone does not say it

    @property
    def name(self) -> str:
        return f"{self.kind.NAME} {self.object}".rstrip()

    @property
    def match(self) -> Mapping[str, str]:
        function, _, object_ = self.name.partition(" ")
        return {"function": function, "object": object_} if object_ else {"function": function}


READS: Final = (
    Read(
        function="query",
        methods={
            "reading.list_records": lambda client: list(client.reading.list_records(Term)),
            "query": lambda client: list(client.query(_TERMS)),
            "find_bills": lambda client: client.find_bills([BillKey(vendor_id=VENDOR, number="none")]),
            "reading.query": lambda client: list(client.reading.query(_TERMS)),
            "reading.list_ids": lambda client: list(client.reading.list_ids(Term)),
            "reading.count": lambda client: client.reading.count(Vendor),
            "reading.aggregate": lambda client: client.reading.aggregate(
                "VENDOR", [Aggregate(measure="max", field="CREDITLIMIT")]
            ),
            "reading.list_changes": lambda client: list(client.reading.list_changes(Term)),
            "reading.list_deletions": lambda client: list(
                client.reading.list_deletions("VENDOR", since=_LONG_AGO)
            ),
            "reading.find_missing": lambda client: client.reading.find_missing("APTERM", [1]),
            "setup.list_dimension_values": lambda client: list(client.setup.list_dimension_values(_BRANCH)),
        },
    ),
    Read(
        function="readByQuery",
        methods={
            "reading.read_by_query": lambda client: list(client.reading.read_by_query("APTERM", page_size=2))
        },
    ),
    Read(
        function="readMore",
        methods={
            "reading.read_by_query": lambda client: list(client.reading.read_by_query("APTERM", page_size=2))
        },
    ),
    Read(
        function="read",
        methods={
            "reading.read": lambda client: list(client.reading.read("APTERM", [1])),
            "setup.list_definitions": lambda client: list(client.setup.list_definitions()),
            "setup.list_subtotals": lambda client: list(client.setup.list_subtotals()),
        },
    ),
    Read(
        function="readByName",
        methods={
            "reading.read_by_name": lambda client: list(client.reading.read_by_name("VENDOR", [VENDOR]))
        },
    ),
    Read(function="lookup", methods={"reading.lookup": lambda client: client.reading.lookup("VENDOR")}),
    Read(
        function="inspect",
        methods={
            "reading.inspect": lambda client: client.reading.inspect("VENDOR"),
            "reading.list_object_names": lambda client: client.reading.list_object_names(),
        },
    ),
    Read(
        function="get_list",
        methods={
            "writing.find_folders": lambda client: client.writing.find_folders(["EDI"]),
            "reading.list_legacy": lambda client: client.reading.list_legacy(
                "supdocfolder", '<get_list object="supdocfolder" maxitems="1"></get_list>'
            ),
        },
    ),
    Read(
        function="get_closedbooksdate",
        methods={"setup.find_closed_date": lambda client: client.setup.find_closed_date()},
    ),
    Read(
        function="getDimensions",
        methods={"setup.list_dimensions": lambda client: client.setup.list_dimensions()},
    ),
    Read(
        function="get_applications",
        methods={
            "setup.list_applications": lambda client: client.setup.list_applications(),
            "reading.ask": lambda client: client.reading.ask("get_applications", "<get_applications/>"),
        },
    ),
    Read(
        function="get_companyprefs",
        methods={"setup.list_preferences": lambda client: client.setup.list_preferences("AP")},
    ),
)
#: What opens a session, and asks in it for the user's formats; these have tests of their own.
LOG_INS: Final = ("check", "connect", "reading.find_format")


def _make_vendor(_: Known, mark: str, __: int) -> NewVendor:
    name = f"Vendor {mark}"
    return NewVendor(
        vendor_id=mark, name=name, contact=DisplayContact(print_as=name), comments=f"by EDI {mark}"
    )


def _make_adjustment(_: Known, mark: str, __: int) -> NewAdjustment:
    line = NewAdjustmentLine(account_no="5000", amount=Decimal("-18.40"), memo="Return", dimensions=PLACE)
    return NewAdjustment(vendor_id=VENDOR, date=DAY, description=f"EDI 812 {mark}", lines=(line,))


def _make_payment(known: Known, mark: str, _: int) -> NewPayment:
    return NewPayment(
        paid_from="BANK",
        method="Cash",
        vendor_id=VENDOR,
        date=DAY,
        currency="USD",
        description=f"EDI 820 {mark}",
        action="Submit",
        parts=(NewPaymentPart(bill_no=known.bill_no, amount=Decimal("0.01")),),
    )


def _make_journal(_: Known, mark: str, __: int) -> NewJournalEntry:
    debit = NewJournalLine(side="debit", account_no="5000", amount=Decimal("118.40"), dimensions=PLACE)
    credit = NewJournalLine(side="credit", account_no="2000", amount=Decimal("118.40"), dimensions=PLACE)
    return NewJournalEntry(journal="GJ", date=DAY, title="Accrual", reference=mark, lines=(debit, credit))


def _make_change(known: Known, mark: str, position: int) -> PurchasingChange:
    line = PurchasingLineChange(line_no=0, quantity=Decimal(position + 1))
    return PurchasingChange(document_id=known.order_ids[position], message=f"EDI 855 {mark}", lines=(line,))


def _make_attachment(_: Known, mark: str, __: int) -> NewAttachment:
    file = AttachedFile(name="INV-1", type="edi", content=b"ISA*00~")
    return NewAttachment(attachment_id=mark, name="INV-1", folder="EDI", files=(file,))


def _make_deletion(known: Known, mark: str, _: int) -> RecordDeletion:
    record_no = known.book_draft(mark)
    return RecordDeletion(object="APBILL", record_no=record_no, key=str(record_no))


def _find_deleted(client: Client, marks: Sequence[str]) -> Iterable[str]:
    there = {bill.description for bill in client.writing.find_bills_by_mark(marks)}
    return [mark for mark in marks if not any(mark in text for text in there)]


def _find_vendors(client: Client, marks: Sequence[str]) -> Iterable[str]:
    return [vendor.comments for vendor in client.writing.find_vendors(marks)]


def _find_purchasing(client: Client, marks: Sequence[str]) -> Iterable[str]:
    return [document.message for document in client.writing.find_purchasing(marks)]


BILL: Final = Write(
    kind=ApBill,
    make=lambda _, mark, __: make_bill(mark),
    finder="find_bills_by_mark",
    find=lambda client, marks: [bill.description for bill in client.writing.find_bills_by_mark(marks)],
)
WRITES: Final = (
    BILL,
    Write(kind=NewVendor, make=_make_vendor, finder="find_vendors", find=_find_vendors),
    Write(
        kind=VendorChange,
        make=lambda known, mark, position: VendorChange(
            vendor_id=known.vendor_ids[position], comments=f"by EDI {mark}"
        ),
        finder="find_vendors",
        find=_find_vendors,
    ),
    Write(
        kind=NewAdjustment,
        make=_make_adjustment,
        finder="find_adjustments",
        find=lambda client, marks: [each.description for each in client.writing.find_adjustments(marks)],
    ),
    Write(
        kind=NewPayment,
        make=_make_payment,
        finder="find_payments",
        find=lambda client, marks: [each.description for each in client.writing.find_payments(marks)],
    ),
    Write(
        kind=NewJournalEntry,
        make=_make_journal,
        finder="find_journal_entries",
        find=lambda client, marks: [each.reference for each in client.writing.find_journal_entries(marks)],
    ),
    Write(
        kind=NewPurchasing,
        make=lambda _, mark, __: make_order(mark),
        finder="find_purchasing",
        find=_find_purchasing,
    ),
    Write(kind=PurchasingChange, make=_make_change, finder="find_purchasing", find=_find_purchasing),
    Write(
        kind=NewFolder,
        make=lambda _, mark, __: NewFolder(name=mark),
        finder="find_folders",
        find=lambda client, marks: client.writing.find_folders(marks),
    ),
    Write(
        kind=NewAttachment,
        make=_make_attachment,
        finder="find_attachments",
        find=lambda client, marks: [
            each.attachment_id for each in client.writing.find_attachments(marks, entity=ENTITY)
        ],
    ),
    Write(
        kind=RecordDeletion,
        make=_make_deletion,
        finder="find_bills_by_mark",
        find=_find_deleted,
        object="APBILL",
    ),
)
