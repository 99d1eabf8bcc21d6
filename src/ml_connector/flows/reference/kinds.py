"""What is copied from Intacct, as data: kind by kind, with its key and how its changes are found; and what is due."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, Literal

from ml_connector.flows.cadence import Cadence
from ml_connector.flows.reference.sources import (
    Source,
    list_closed_days,
    list_conversions,
    list_subtotals,
    list_units,
    make_dimension_source,
)
from ml_connector.intacct.objects import (
    Account,
    AccountLabel,
    Adjustment,
    Bill,
    Card,
    CheckingAccount,
    ClassDim,
    Contact,
    Department,
    Entity,
    Item,
    ItemCrossReference,
    Journal,
    Location,
    Project,
    PurchasingDefinition,
    PurchasingDocument,
    PurchasingLine,
    Readable,
    SavingsAccount,
    TaxDetail,
    TaxSchedule,
    TaxSolution,
    Term,
    UnitGroup,
    VendorDetail,
    Warehouse,
)
from ml_connector.intacct.query import Filter, compare
from ml_connector.records.reference import Watermark

#: After how long that is tried again which the user may not read or the company does not offer.
RETRY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_TWO_YEARS: Final = timedelta(days=731)
_DIMENSION: Final = re.compile(r"dimension:([A-Za-z0-9_]{1,30})")
_ESSENTIAL: Final = frozenset({"STATUS", "STATE", "WHENCREATED", "WHENMODIFIED"})
#: The entity that a record is private to. It is documented for classes only: elsewhere it is inferred.
OWNER: Final = "MEGAENTITYID"
_OPEN: Final = ("Pending", "Approved", "Partially Converted")  #: states in which something may be left


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of record: how it is read, what it is known by, and what of it is not kept."""

    name: str
    record: type[Readable] | Source
    key: str  #: the attribute it is known by
    every: timedelta | None = None  #: how often it is read; as the link's `reference_every` says if None
    is_timed: bool = True  #: changes are found by WHENMODIFIED; else all of it is read each time
    is_needed: bool = False  #: no plan is made without it
    extra: Mapping[str, str] = field(default_factory=dict)  #: further fields, by the name they are kept under
    parts: tuple[str, ...] = ()  #: further fields, of which one is made
    without: Mapping[str, str] = field(default_factory=dict)  #: fields that are neither read nor kept
    window: timedelta | None = None  #: only those dated so far back
    states: tuple[str, ...] = ()  #: only those in one of these states
    where: Filter | None = None  #: only those; for kinds that are read whole
    is_told: bool = True  #: its changes go into the audit trail one by one

    @property
    def object(self) -> str:
        return self.record.object if isinstance(self.record, Source) else self.record.OBJECT

    @property
    def is_counted(self) -> bool:
        return self.record.is_counted if isinstance(self.record, Source) else True

    @property
    def optional_fields(self) -> tuple[str, ...]:
        """Fields of Intacct that may be left out: not the id, nor what tells whether a record counts."""
        if isinstance(self.record, Source):
            return ()
        known = (*self.record.FIELDS[1:], *self.extra.values(), *self.parts)  # the first is the id
        return tuple(name for name in known if name not in _ESSENTIAL)

    def leave_out_owner(self, cadence: Cadence) -> "Kind":
        """The kind without it, where it is asked for."""
        if OWNER in cadence.without.get(self.name, ()):
            return self
        return replace(self, extra={name: each for name, each in self.extra.items() if each != OWNER})

    def identify(self, record: Any) -> str:  # noqa: ANN401 (a record of this kind)
        return str(getattr(record, self.key))

    def limit(self, now: datetime) -> Filter | None:
        """Which records belong to the copy; None for all."""
        if self.window is not None:
            return compare("WHENCREATED", "greaterthanorequalto", (now - self.window).date())
        return compare("STATE", "in", *self.states) if self.states else self.where

    def belongs(self, record: Any, now: datetime) -> bool:  # noqa: ANN401 (a record of this kind)
        """The same for a record that was read because it changed."""
        if self.window is not None:
            return record.date is not None and record.date >= (now - self.window).date()
        return not self.states or record.state in self.states


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done for a kind now."""

    kind: Kind
    read: Literal["full", "delta", ""] = ""
    count: bool = False


def due(kinds: Iterable[Kind], marks: Mapping[str, Watermark], now: datetime, cadence: Cadence) -> list[Task]:
    """What is to be read, compared and counted now, kind by kind; nothing for kinds whose time has not come."""
    tasks = (_judge(kind, marks.get(kind.name, Watermark(kind=kind.name)), now, cadence) for kind in kinds)
    return [task for task in tasks if task.read or task.count]


def choose_kinds(cadence: Cadence) -> Sequence[Kind]:
    """What plans need, and what was asked for besides: in the order of the table, dimensions at the end."""
    listed = [kind for kind in KINDS.values() if kind.is_needed or kind.name in cadence.kinds]
    own = (find_kind(name) for name in cadence.kinds if name not in KINDS)
    return [*listed, *(kind for kind in own if kind is not None)]


def find_kind(name: str) -> Kind | None:
    """The kind of that name; `dimension:REGION` is the company's own dimension REGION."""
    if (found := _DIMENSION.fullmatch(name)) is None:
        return KINDS.get(name)
    return Kind(name=name, record=make_dimension_source(found[1]), key="value_no", every=_DAY, is_timed=False)


def _judge(kind: Kind, mark: Watermark, now: datetime, cadence: Cadence) -> Task:
    if mark.problem and not _is_over(mark.last_delta, RETRY, now):
        return Task(kind=kind)
    if mark.last_full is None or _is_over(mark.last_full, cadence.full_every, now):
        return Task(kind=kind, read="full", count=kind.is_counted)
    count = kind.is_counted and _is_over(mark.last_count, cadence.count_every, now)
    if not _is_over(mark.last_delta, cadence.find_interval(kind.name, kind.every), now):
        return Task(kind=kind, count=count)
    return Task(kind=kind, read="delta" if kind.is_timed else "full", count=count)


def _is_over(last: datetime | None, interval: timedelta, now: datetime) -> bool:
    return last is None or now - last >= interval


def _table(*kinds: Kind) -> Mapping[str, Kind]:
    return MappingProxyType({kind.name: kind for kind in kinds})


#: The parts of an address, of a contact.
ADDRESS: Final = tuple(
    f"MAILADDRESS.{part}" for part in ("ADDRESS1", "ADDRESS2", "CITY", "STATE", "ZIP", "COUNTRY")
)
#: Empty for what all may use.
_OWNED: Final = {"owner": OWNER}
#: What changes with every bill, or is private to Intacct's users.
_NOT_OF_VENDORS: Final = {"total_due": "TOTALDUE", "credit_limit": "CREDITLIMIT", "comments": "COMMENTS"}
_NOT_OF_BILLS: Final = {
    "selected": "TRX_TOTALSELECTED",
    "paid": "TRX_TOTALPAID",
    "due": "TRX_TOTALDUE",
    "paid_date": "WHENPAID",
}

KINDS: Final = _table(
    Kind(
        name="vendor",
        record=VendorDetail,
        key="vendor_id",
        is_needed=True,
        extra={"payment_method": "PAYMETHODKEY", **_OWNED},
        parts=(
            "PAYTO.PRINTAS",
            *(f"{contact}.{part}" for contact in ("PAYTO", "DISPLAYCONTACT") for part in ADDRESS),
        ),
        without=_NOT_OF_VENDORS,
    ),
    Kind(name="account", record=Account, key="account_no", is_needed=True),
    Kind(name="department", record=Department, key="department_id", is_needed=True, extra=_OWNED),
    Kind(name="location", record=Location, key="location_id", is_needed=True, extra=_OWNED),
    Kind(name="class", record=ClassDim, key="class_id", is_needed=True, extra=_OWNED),
    Kind(name="project", record=Project, key="project_id", is_needed=True, extra=_OWNED),
    Kind(name="term", record=Term, key="name", is_needed=True, is_timed=False),
    Kind(name="account_label", record=AccountLabel, key="label", every=_HOUR, is_timed=False),
    Kind(name="entity", record=Entity, key="entity_id", every=_HOUR, is_timed=False),
    Kind(name="contact", record=Contact, key="name", every=_HOUR),
    Kind(name="item", record=Item, key="item_id", every=_HOUR, extra=_OWNED),
    Kind(
        name="item_cross_reference",
        record=ItemCrossReference,
        key="record_no",
        every=_HOUR,
        is_timed=False,
        where=compare("REFTYPE", "equalto", "Vendor"),
    ),
    Kind(
        name="unit",
        record=Source(object="UOMDETAIL", list=list_units, is_counted=True),
        key="name",
        every=_HOUR,
        is_timed=False,
    ),
    Kind(name="unit_group", record=UnitGroup, key="name", every=_DAY, is_timed=False),
    Kind(name="warehouse", record=Warehouse, key="warehouse_id", every=_HOUR, is_timed=False, extra=_OWNED),
    Kind(
        name="bank_account",
        record=CheckingAccount,
        key="account_id",
        every=_DAY,
        is_timed=False,
        extra=_OWNED,
    ),
    Kind(
        name="savings_account",
        record=SavingsAccount,
        key="account_id",
        every=_DAY,
        is_timed=False,
        extra=_OWNED,
    ),
    Kind(name="card", record=Card, key="card_id", every=_DAY, is_timed=False, extra=_OWNED),
    Kind(name="gl_journal", record=Journal, key="symbol", every=_DAY, is_timed=False),
    Kind(name="tax_detail", record=TaxDetail, key="detail_id", every=_DAY, is_timed=False),
    Kind(name="tax_solution", record=TaxSolution, key="solution_id", every=_DAY, is_timed=False),
    Kind(name="tax_schedule", record=TaxSchedule, key="schedule_id", every=_DAY, is_timed=False),
    Kind(
        name="closed_day",
        record=Source(object="get_closedbooksdate", list=list_closed_days),
        key="entity",
        every=_DAY,
        is_timed=False,
    ),
    Kind(
        name="purchasing_definition",
        record=PurchasingDefinition,
        key="name",
        every=_DAY,
        is_timed=False,
    ),
    Kind(
        name="purchasing_subtotal",
        record=Source(object="PODOCUMENTPARAMS", list=list_subtotals),
        key="name",
        every=_DAY,
        is_timed=False,
    ),
    Kind(
        name="purchasing_conversion",
        record=Source(object="PODOCUMENTPARAMS", list=list_conversions),
        key="name",
        every=_DAY,
        is_timed=False,
    ),
    Kind(
        name="purchasing_document",
        record=PurchasingDocument,
        key="document_id",
        states=_OPEN,
        is_told=False,
    ),
    Kind(
        name="purchasing_line",
        record=PurchasingLine,
        key="record_no",
        is_timed=False,
        where=compare("QTY_REMAINING", "greaterthan", "0"),
        is_told=False,
    ),
    Kind(
        name="bill",
        record=Bill,
        key="record_no",
        every=_HOUR,
        without=_NOT_OF_BILLS,
        window=_TWO_YEARS,
        is_told=False,
    ),
    Kind(
        name="adjustment",
        record=Adjustment,
        key="record_no",
        every=_HOUR,
        without={"due": "TRX_TOTALDUE"},
        window=_TWO_YEARS,
        is_told=False,
    ),
)
