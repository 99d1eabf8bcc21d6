"""The slice of reference a plan is made from: what was asked, and what of it Intacct knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from ml_connector.intacct.objects import Account, ClassDim, Department, Location, Project, Term, Vendor

Known = Vendor | Account | Department | Location | ClassDim | Project | Term
Asked = tuple[str, str]  #: (kind, id or alias)
_K = TypeVar("_K", Vendor, Account, Department, Location, ClassDim, Project, Term)

VENDOR: Final = "vendor"
ACCOUNT: Final = "account"
LOCATION: Final = "location"
TERM: Final = "term"
KINDS: Final[Mapping[str, type[Known]]] = {
    VENDOR: Vendor,
    ACCOUNT: Account,
    "department": Department,
    LOCATION: Location,
    "class": ClassDim,
    "project": Project,
    TERM: Term,
}

_PLACES: Final[Mapping[type[Known], str]] = {kind: place for place, kind in KINDS.items()}

_IDS: Final[Mapping[type[Known], str]] = {
    Vendor: "vendor_id",
    Account: "account_no",
    Department: "department_id",
    Location: "location_id",
    ClassDim: "class_id",
    Project: "project_id",
    Term: "name",
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
