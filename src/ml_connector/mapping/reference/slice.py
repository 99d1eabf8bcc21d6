"""The slice of reference a plan is made from: what was asked, and what of it Intacct knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from ml_connector.intacct.objects import (
    Account,
    AccountLabel,
    ClassDim,
    Department,
    Location,
    Project,
    TaxDetail,
    Term,
    Vendor,
)

Known = Vendor | Account | AccountLabel | Department | Location | ClassDim | Project | Term | TaxDetail
Asked = tuple[str, str]  #: (kind, id or alias)
_K = TypeVar("_K", Vendor, Account, AccountLabel, Department, Location, ClassDim, Project, Term, TaxDetail)

VENDOR: Final = "vendor"
ACCOUNT: Final = "account"
ACCOUNT_LABEL: Final = "account_label"
LOCATION: Final = "location"
TERM: Final = "term"
TAX_DETAIL: Final = "tax_detail"
KINDS: Final[Mapping[str, type[Known]]] = {
    VENDOR: Vendor,
    ACCOUNT: Account,
    ACCOUNT_LABEL: AccountLabel,
    "department": Department,
    LOCATION: Location,
    "class": ClassDim,
    "project": Project,
    TERM: Term,
    TAX_DETAIL: TaxDetail,
}

_PLACES: Final[Mapping[type[Known], str]] = {kind: place for place, kind in KINDS.items()}

_IDS: Final[Mapping[type[Known], str]] = {
    Vendor: "vendor_id",
    Account: "account_no",
    AccountLabel: "label",
    Department: "department_id",
    Location: "location_id",
    ClassDim: "class_id",
    Project: "project_id",
    Term: "name",
    TaxDetail: "detail_id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The answers to what a plan asked, as of one version of the copy."""

    version: int
    found: Mapping[Asked, Sequence[Known]] = field(default_factory=dict)
    fields: Mapping[Asked, str] = field(default_factory=dict)
    """Custom fields of Intacct that hold EDI ids, by a vendor's id and the alias made of them."""
    pay_to: Mapping[str, str] = field(default_factory=dict)
    """Contacts approved before, by the ids of vendors whose new one nobody has agreed to."""
    moved: Mapping[str, str] = field(default_factory=dict)
    """Contacts whose new address nobody has agreed to, empty for the primary one, by the ids of vendors paid there."""
    unapproved: frozenset[str] = frozenset()
    """The ids of vendors we have created that nobody has approved in Intacct yet."""
    payables: frozenset[str] = frozenset()
    """Accounts that Intacct books what is owed on, by its vendors and labels; read for journals, which may not touch them."""

    def find(self, kind: type[_K], name: str) -> tuple[_K, ...]:
        """The records of a kind that go by an id or alias; empty when Intacct has none."""
        return tuple(
            record for record in self.found.get((_PLACES[kind], name), ()) if isinstance(record, kind)
        )

    def get(self, kind: type[_K], id_: str) -> _K | None:
        """The one record of that id."""
        return next((record for record in self.find(kind, id_) if identify(record) == id_), None)


def identify(record: Known) -> str:
    """The id people know a record by."""
    id_: str = getattr(record, _IDS[type(record)])
    return id_


def find_entity(location_id: str, known: Slice) -> str:
    """The id at the top of the chain of locations that this one hangs in, as far as the chain is known."""
    seen: set[str] = set()
    current = location_id
    while current not in seen:
        seen.add(current)
        location = known.get(Location, current)
        current = location.parent_id or current if location is not None else current
    return current
