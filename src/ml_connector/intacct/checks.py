"""What this library takes for granted of a company, as checks that only read: each can be put to any company."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Final

from ml_connector.intacct import objects
from ml_connector.intacct.client import Client
from ml_connector.intacct.errors import IntacctError, PermissionDenied, RequestRejected
from ml_connector.intacct.objects import Account, Readable, Term, Vendor, VendorDetail
from ml_connector.intacct.query import Aggregate, Filter, Query, all_of, compare, negate
from ml_connector.intacct.reading.functions import quote

_FEW: Final = 25
_NO_SUCH_OBJECT: Final = "XL03000009"
_KINDS: Final[tuple[type[Readable], ...]] = (
    Vendor,
    VendorDetail,
    objects.Contact,
    Term,
    Account,
    objects.Department,
    objects.Location,
    objects.ClassDim,
    objects.Project,
    objects.Bill,
    objects.BillFound,
    objects.BillLine,
    objects.Adjustment,
    objects.AdjustmentLine,
    objects.Payment,
    objects.PaymentPart,
    objects.JournalEntry,
    objects.JournalLine,
)
#: Kinds of applications and features that a company may not have.
_KINDS_OF_SOME: Final[tuple[type[Readable], ...]] = (
    objects.Entity,
    objects.AccountLabel,
    objects.StatAccount,
    objects.Item,
    objects.UnitGroup,
    objects.Unit,
    objects.Warehouse,
    objects.CheckingAccount,
    objects.SavingsAccount,
    objects.Card,
    objects.TaxSolution,
    objects.TaxDetail,
    objects.TaxSchedule,
    objects.PurchasingDefinition,
    objects.PurchasingDocument,
    objects.PurchasingLine,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that has to hold.

    `find_fault` says what contradicts it, nothing when it holds; it raises what readings raise.
    """

    name: str
    find_fault: Callable[[Client], str]
    is_everywhere: bool = True  #: false for what belongs to applications that a company may not have

    def excuses(self, error: IntacctError) -> bool:
        """Whether the error says no more than that the company has not, or does not show, such a thing."""
        is_missing = any(each.errorno == _NO_SUCH_OBJECT for each in error.details)
        return not self.is_everywhere and (is_missing or isinstance(error, PermissionDenied))


def _check_fields(kind: type[Readable]) -> Check:
    """Every field that is asked for exists: else the answer is an error that names one."""

    def find_fault(client: Client) -> str:
        next(client.reading.list_records(kind, page_size=1), None)
        return ""

    return Check(
        name=f"fields of {kind.__name__} ({kind.OBJECT})",
        find_fault=find_fault,
        is_everywhere=kind not in _KINDS_OF_SOME,
    )


def _check_format(client: Client) -> str:
    client.connect()
    return ""


def _check_order(client: Client) -> str:
    """The first records come in the same order however small the pages are."""
    small = [entry.record_no for entry in islice(client.reading.list_records(Account, page_size=7), _FEW)]
    large = [entry.record_no for entry in islice(client.reading.list_records(Account), _FEW)]
    return "" if small == large == sorted(set(large)) else f"pages of 7 gave {small}, one page {large}"


def _check_counts(client: Client) -> str:
    """Ids, count and aggregates are three ways to the same numbers."""
    ids = list(client.reading.list_ids(Term))
    wanted = [Aggregate(measure=measure, field="RECORDNO") for measure in ("count", "max")]
    row = client.reading.aggregate(Term.OBJECT, wanted)
    told = (client.reading.count(Term), row.integer("COUNT.RECORDNO"), row.integer("MAX.RECORDNO"))
    expected = (len(ids), len(ids), max(ids, default=None))
    return "" if told == expected else f"count, COUNT and MAX are {told}, by the ids they are {expected}"


def _check_operators(client: Client) -> str:
    """A condition and its opposite divide the records that have a value."""
    first = next(client.reading.list_records(Vendor, page_size=1), None)
    if first is None:
        return ""
    vendor_id, number = first.record.vendor_id, str(first.record_no)

    def count(condition: Filter) -> int:
        return client.reading.count(Vendor, where=condition)

    everything = client.reading.count(Vendor)
    conditions = (
        compare("VENDORID", "equalto", vendor_id),
        compare("VENDORID", "in", vendor_id, "no-such-vendor"),
        compare("VENDORID", "like", f"{vendor_id}%"),
        compare("RECORDNO", "between", number, number),
        compare("RECORDNO", "lessthanorequalto", number),
        compare("VENDORID", "isnotnull"),
    )
    for condition in conditions:
        found, others = count(condition), count(negate(condition))
        if found < 1 or found + others != everything:
            return f"{condition}: {found} and {others} opposite ones are not all {everything} vendors"
    return ""


def _check_time_stamps(client: Client) -> str:
    """A time stamp that was read finds its record again, in the user's zone; a second later does not."""
    entry = next(client.reading.list_records(VendorDetail, page_size=1), None)
    if entry is None or entry.modified is None:
        return ""
    this = compare("RECORDNO", "equalto", str(entry.record_no))
    at = all_of(this, compare("WHENMODIFIED", "greaterthanorequalto", entry.modified))
    after = all_of(this, compare("WHENMODIFIED", "greaterthan", entry.modified + timedelta(seconds=1)))
    told = (client.reading.count(Vendor, where=at), client.reading.count(Vendor, where=after))
    return "" if told == (1, 0) else f"{entry.record.vendor_id}, {entry.modified}: found {told}, not (1, 0)"


def _check_ways_to_read(client: Client) -> str:
    """By query, key, name and the older language a term is the same; by key and name it may be private."""
    first = next(client.reading.list_records(Term, page_size=1), None)
    if first is None:
        return ""
    name, where = first.record.name, f"NAME = {quote(first.record.name)}"
    ways = {
        "read": client.reading.read(Term.OBJECT, [first.record_no]),
        "readByName": client.reading.read_by_name(Term.OBJECT, [name]) if "," not in name else iter(()),
        "readByQuery": client.reading.read_by_query(Term.OBJECT, where),
    }
    found = {way: [(row.record_no, row.text("NAME")) for row in rows] for way, rows in ways.items()}
    expected = [(first.record_no, name)]
    wrong = {way: rows for way, rows in found.items() if rows != expected and (rows or way == "readByQuery")}
    return f"{name}: {wrong}" if wrong else ""


def _check_definitions(client: Client) -> str:
    fields = {field.name for field in client.reading.lookup(Vendor.OBJECT).fields}
    missing = sorted(set(Vendor.FIELDS) - fields)
    return f"lookup of VENDOR does not name {', '.join(missing)}" if missing else ""


def _check_refusal(client: Client) -> str:
    """A field that does not exist is refused, not left out."""
    try:
        next(client.query(Query(object=Vendor.OBJECT, fields=("NOSUCHFIELD",))), None)
    except RequestRejected:
        return ""
    return "a query of a field that does not exist was answered"


def _check_dimensions(client: Client) -> str:
    names = {dimension.object.upper() for dimension in client.setup.list_dimensions()}
    return "" if {"DEPARTMENT", "LOCATION"} <= names else f"dimensions are {', '.join(sorted(names))}"


def _check_closed_date(client: Client) -> str:
    client.setup.find_closed_date()
    return ""


def list_checks() -> tuple[Check, ...]:
    """All of them, each to be run on a client of the company in question."""
    return (
        Check(name="dates and zone of the user", find_fault=_check_format),
        *map(_check_fields, (*_KINDS, *_KINDS_OF_SOME)),
        Check(name="pages in the order of RECORDNO", find_fault=_check_order),
        Check(name="counts agree with records", find_fault=_check_counts),
        Check(name="operators and their opposites", find_fault=_check_operators),
        Check(name="time stamps in the user's zone", find_fault=_check_time_stamps),
        Check(name="read, readByName and readByQuery agree", find_fault=_check_ways_to_read),
        Check(name="lookup names the fields", find_fault=_check_definitions),
        Check(name="an unknown field is refused", find_fault=_check_refusal),
        Check(name="dimensions are listed", find_fault=_check_dimensions),
        Check(name="the closed date can be read", find_fault=_check_closed_date),
    )
