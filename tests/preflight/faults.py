"""What can go wrong in the preflight campaign: how a fault is told. The faults themselves stand in the modules beside it.

Each fault has records of its own, so that nothing else suffers from it. They are made good, and change only once the
documents that name them were planned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.preflight.companies import PLAIN, Company, Seed
from tests.preflight.papers import Target

from ml_connector.intacct import Dimensions

PAYABLE: Final[tuple[Target, ...]] = ("bill", "credit", "journal")
LINES: Final[tuple[Target, ...]] = (*PAYABLE, "order", "receiver", "invoice")
TRADE: Final[tuple[Target, ...]] = ("order", "receiver", "invoice")
OWED: Final[tuple[Target, ...]] = ("bill", "credit", "order", "receiver", "invoice", "payment")
GONE: Final[Mapping[str, str]] = {}  #: the change of a record that is deleted
#: The end of a coding rule: costs of two entities.
SHARES: Final = (
    'split = [{{ percent = "60", location = "110" }}, {{ percent = "40", location = "{location}" }}]\n'
)
ELSEWHERE: Final = {"MEGAENTITYID": "E200"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of a record of Intacct."""

    object: str
    key: str
    fields: Mapping[str, str]  #: days as YYYY-MM-DD; none of them: it is deleted


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What becomes of what a document is about: a kind of record, and its changes as in `Change`."""

    object: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is put wrong about a company, or a document, and what of it concerns which documents."""

    name: str
    targets: tuple[Target, ...]
    seed: Seed = field(default_factory=dict)  #: records of its own
    changes: tuple[Change, ...] = ()  #: of records; those that others share are put right again afterwards
    settings: Mapping[str, Any] = field(
        default_factory=dict
    )  #: of the company, while its documents are planned
    paper: Mapping[str, str] = field(default_factory=dict)  #: what its documents name
    place: Mapping[str, str] = field(default_factory=dict)  #: as a coding rule says it
    rules: str = ""  #: further ones
    extends: Mapping[str, str] = field(default_factory=dict)  #: what is added to numbers, by their place
    source: Source | None = None  #: of the order or bill that each of its documents is about
    company: Company = PLAIN  #: where it happens
    entity: str = "E100"  #: where its documents are written; empty for the top level

    @property
    def is_shared(self) -> bool:
        """Whether it changes what documents of others rest on as well."""
        own = {
            (kind, str(value)) for kind, rows in self.seed.items() for row in rows for value in row.values()
        }
        return bool(self.settings) or any((each.object, each.key) not in own for each in self.changes)

    @property
    def dimensions(self) -> Dimensions:
        """The place as a line of an order has it."""
        place = {"location": "110", "department": "120", **self.place}
        return Dimensions(
            location_id=place["location"],
            department_id=place["department"],
            class_id=place.get("class"),
            project_id=place.get("project"),
        )

    def write_rule(self, regions: Mapping[str, str]) -> str:
        """The coding rule of its documents; regions are named by their numbers in Intacct."""
        place = {"department": "120", **self.place}
        if "account" not in place and "label" not in place:
            place |= self.company.coding
        region = place.pop("region", "")
        lines = [f'name = "{self.name}"', f'when = {{ description = "{self.name}" }}']
        lines += [f'{key} = "{value}"' for key, value in place.items()]
        lines += [f'dimensions = {{ REGION = "{regions[region]}" }}'] if region else []
        return "\n".join(("[[coding]]", *lines, "", self.rules))


def make_own(object_: str, key: str, id_: str, more: Mapping[str, Any]) -> Seed:
    """One record of a fault's own."""
    return {object_: [{key: id_, **{name: str(value).format(id=id_) for name, value in more.items()}}]}


VENDOR: Final = {
    "NAME": "Seller {id}",
    "TERMNAME": "N30",
    "CURRENCY": "USD",
    "DISPLAYCONTACT.PRINTAS": "Seller {id}",
}
ACCOUNT: Final = {"TITLE": "Account {id}", "ACCOUNTTYPE": "incomestatement", "NORMALBALANCE": "debit"}
