"""What goes wrong in the preflight campaign: one table, of records put out of use, of settings, and of documents.

Each fault has records of its own, so that nothing else suffers from it. They are made good, and change only once the
documents that name them were planned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.acceptance.trade import INVOICED
from tests.preflight.papers import TARGETS, Target

from ml_connector.intacct import Dimensions

Seed = Mapping[str, Sequence[Mapping[str, Any]]]
PAYABLE: Final[tuple[Target, ...]] = ("bill", "credit", "journal")
LINES: Final[tuple[Target, ...]] = (*PAYABLE, "order", "receiver", "invoice")
TRADE: Final[tuple[Target, ...]] = ("order", "receiver", "invoice")
OWED: Final[tuple[Target, ...]] = ("bill", "credit", "order", "receiver", "invoice", "payment")
GONE: Final[Mapping[str, str]] = {}  #: the change of a record that is deleted
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
        place = {"account": "5060", "department": "120", **self.place}
        region = place.pop("region", "")
        lines = [f'name = "{self.name}"', f'when = {{ description = "{self.name}" }}']
        lines += [f'{key} = "{value}"' for key, value in place.items()]
        lines += [f'dimensions = {{ REGION = "{regions[region]}" }}'] if region else []
        return "\n".join(("[[coding]]", *lines, "", self.rules))


def _break_records() -> list[Fault]:
    """Every record that documents name: inactive, deleted, or another entity's."""
    found: list[Fault] = []
    for word, (object_, key, more, targets) in _RECORDS.items():
        for how, change in (
            ("inactive", {"STATUS": "inactive"}),
            ("deleted", GONE),
            ("restricted", ELSEWHERE),
        ):
            if (word, how) in _NEVER:
                continue
            id_ = f"{word[:4]}-{how[:4]}"
            paper, place = ({word: id_}, {}) if word in {"vendor", "item"} else ({}, {word: id_})
            found.append(
                Fault(
                    name=f"{word} {how}",
                    targets=targets,
                    seed={object_: [{key: id_, **{n: v.format(id=id_) for n, v in more.items()}}]},
                    changes=(Change(object=object_, key=id_, fields=change),),
                    paper=paper,
                    place=place,
                )
            )
    return found


_VENDOR: Final = {
    "NAME": "Seller {id}",
    "TERMNAME": "N30",
    "CURRENCY": "USD",
    "DISPLAYCONTACT.PRINTAS": "Seller {id}",
}
_ACCOUNT: Final = {"TITLE": "Account {id}", "ACCOUNTTYPE": "incomestatement", "NORMALBALANCE": "debit"}
_ITEM: Final = {
    "NAME": "Item {id}",
    "ITEMTYPE": "Non-Inventory (Purchase only)",
    "UOMGRP": "Count",
    "BASEUOM": "Each",
    "EXPENSEACCOUNT": "5060",
}
#: word → (object, its key, its fields, what names it)
_RECORDS: Final[Mapping[str, tuple[str, str, Mapping[str, str], tuple[Target, ...]]]] = {
    "vendor": ("VENDOR", "VENDORID", _VENDOR, OWED),
    "account": ("GLACCOUNT", "ACCOUNTNO", _ACCOUNT, PAYABLE),
    "department": ("DEPARTMENT", "DEPARTMENTID", {"TITLE": "{id}"}, LINES),
    "class": ("CLASS", "CLASSID", {"NAME": "{id}"}, LINES),
    "project": ("PROJECT", "PROJECTID", {"NAME": "{id}"}, LINES),
    "location": ("LOCATION", "LOCATIONID", {"NAME": "{id}", "PARENTID": "E100", "CURRENCY": "USD"}, LINES),
    "item": ("ITEM", "ITEMID", _ITEM, TRADE),
}
#: Charts of accounts are shared by all entities.
_NEVER: Final = {("account", "restricted")}


def _make_own(object_: str, key: str, id_: str, more: Mapping[str, Any]) -> Seed:
    return {object_: [{key: id_, **{n: str(v).format(id=id_) for n, v in more.items()}}]}


def _demand(dimension: str, flag: str) -> Fault:
    id_ = f"need-{dimension[:8]}"
    return Fault(
        name=f"account demands a {dimension}",
        targets=PAYABLE,
        seed=_make_own("GLACCOUNT", "ACCOUNTNO", id_, _ACCOUNT),
        changes=(Change(object="GLACCOUNT", key=id_, fields={flag: "true"}),),
        place={"account": id_},
    )


_DEMANDS: Final = {
    "class": "REQUIRECLASS",
    "project": "REQUIREPROJECT",
    "vendor": "REQUIREVENDOR",
    "customer": "REQUIRECUSTOMER",
    "employee": "REQUIREEMPLOYEE",
    "item": "REQUIREITEM",
    "task": "REQUIRETASK",
}


def _change_item(name: str, fields: Mapping[str, str], **seeded: str) -> Fault:
    id_ = f"item-{name.replace(' ', '-')[:20]}"
    return Fault(
        name=f"item {name}",
        targets=TRADE,
        seed=_make_own("ITEM", "ITEMID", id_, {**_ITEM, **seeded}),
        changes=(Change(object="ITEM", key=id_, fields=fields),),
        paper={"item": id_},
    )


def _change_stock(how: str, change: Mapping[str, str]) -> Fault:
    id_, item = f"W-{how[:4]}", f"stock-{how[:4]}"
    return Fault(
        name=f"warehouse {how}",
        targets=TRADE,
        seed={
            "WAREHOUSE": [{"WAREHOUSEID": id_, "NAME": id_, "LOCATIONID": "130"}],
            **_make_own("ITEM", "ITEMID", item, {**_ITEM, "ITEMTYPE": "Inventory"}),
        },
        changes=(Change(object="WAREHOUSE", key=id_, fields=change),),
        paper={"item": item, "ship_to": id_},
    )


def _change_term(how: str, change: Mapping[str, str]) -> Fault:
    id_, vendor = f"T-{how[:4]}", f"V-term-{how[:4]}"
    term = {"NAME": id_, "DUEDATE": "30", "DUEFROM": "from invoice/bill date"}
    return Fault(
        name=f"term {how}",
        targets=("bill", "order", "invoice"),
        seed={
            "APTERM": [term],
            **_make_own("VENDOR", "VENDORID", vendor, {**_VENDOR, "TERMNAME": id_}),
        },
        changes=(Change(object="APTERM", key=id_, fields=change),),
        paper={"vendor": vendor},
    )


def _change_bank(how: str, change: Mapping[str, str], digits: str) -> Fault:
    id_ = f"BANK-{how[:4]}"
    bank = {"BANKACCOUNTID": id_, "BANKNAME": "Second Bank", "GLACCOUNTNO": "1000"}
    return Fault(
        name=f"bank account {how}",
        targets=("payment",),
        seed={"CHECKINGACCOUNT": [bank]},
        changes=(Change(object="CHECKINGACCOUNT", key=id_, fields=change),),
        paper={"bank": digits},
        rules=f'[[bank]]\ncode = "01/044000037/DA/{digits}"\naccount = "{id_}"\n',
    )


_DEFINITIONS: Final[Mapping[Target, str]] = {
    "order": "Purchase Order",
    "receiver": "PO Receiver",
    "invoice": "Vendor Invoice",
}


def _change_definitions(how: str, fields: Mapping[str, str], targets: tuple[Target, ...] = TRADE) -> Fault:
    named = [_DEFINITIONS[target] for target in targets]
    changes = (Change(object="PODOCUMENTPARAMS", key=name, fields=fields) for name in named)
    return Fault(name=f"definition {how}", targets=targets, changes=tuple(changes))


def _change_source(name: str, object_: str, fields: Mapping[str, str], *targets: Target) -> Fault:
    return Fault(name=name, targets=targets, source=Source(object=object_, fields=fields))


def _close(name: str, closed: Mapping[str, str], targets: tuple[Target, ...]) -> Fault:
    return Fault(name=name, targets=targets, settings={"books_closed_through": closed})


_CLOSED: Final = INVOICED.isoformat()
_LONG: Final = "-WITH-AN-ENDING-THAT-NOBODY-NEEDS"

FAULTS: Final[tuple[Fault, ...]] = (
    *_break_records(),
    *(_demand(dimension, flag) for dimension, flag in _DEMANDS.items()),
    Fault(
        name="region deleted",
        targets=PAYABLE,
        seed={"REGION": [{"name": "Gone"}]},
        changes=(Change(object="REGION", key="Gone", fields=GONE),),
        place={"region": "Gone"},
    ),
    Fault(
        name="location moved to another entity",
        targets=LINES,
        seed=_make_own("LOCATION", "LOCATIONID", "moved", {**_RECORDS["location"][2]}),
        changes=(Change(object="LOCATION", key="moved", fields={"PARENTID": "E200"}),),
        place={"location": "moved"},
    ),
    _change_item("now kept in stock", {"ITEMTYPE": "Inventory"}),
    _change_item("of another unit group", {"UOMGRP": "Weight", "BASEUOM": "Pound"}),
    _change_item("tracked by serial number", {"ENABLE_SERIALNO": "true"}),
    _change_item("tracked by lot", {"ENABLE_LOT_CATEGORY": "true"}),
    _change_stock("inactive", {"STATUS": "inactive"}),
    _change_stock("deleted", GONE),
    _change_term("inactive", {"STATUS": "inactive"}),
    _change_term("deleted", GONE),
    _change_bank("inactive", {"STATUS": "inactive"}, "1111"),
    _change_bank("deleted", GONE, "2222"),
    Fault(
        name="pay-to contact deleted",
        targets=("bill",),
        seed={"CONTACT": [{"CONTACTNAME": "Remit here", "PRINTAS": "Remit here"}]},
        changes=(Change(object="CONTACT", key="Remit here", fields=GONE),),
        paper={"remit_to": "RI-1"},
        rules='[[remit_to]]\npartner = "Billing"\nvendor = "V-1075"\ncode = "RI/92/RI-1"\ncontact = "Remit here"\n',
    ),
    Fault(
        name="journal inactive",
        targets=("journal",),
        changes=(Change(object="GLJOURNAL", key="GJ", fields={"STATUS": "inactive"}),),
    ),
    Fault(
        name="offset account inactive",
        targets=("journal",),
        changes=(Change(object="GLACCOUNT", key="2020", fields={"STATUS": "inactive"}),),
    ),
    Fault(
        name="offset account demands a class",
        targets=("journal",),
        changes=(Change(object="GLACCOUNT", key="2020", fields={"REQUIRECLASS": "true"}),),
    ),
    _change_definitions("inactive", {"STATUS": "inactive"}),
    _change_definitions("for the top level only", {"TD_CREATION_RULE": "Top level only"}),
    _change_definitions("without a sequence", {"SEQUENCE": ""}),
    _change_definitions("for conversion only", {"CREATETYPE": "Convert only"}, ("order",)),
    _change_definitions("converts no orders", {"RECALLS": "Requisition"}, ("receiver", "invoice")),
    _change_source("order closed", "PODOCUMENT", {"STATE": "Closed"}, "receiver", "invoice"),
    _change_source("order not approved", "PODOCUMENT", {"STATE": "Submitted"}, "receiver", "invoice"),
    _change_source("order deleted", "PODOCUMENT", GONE, "receiver", "invoice"),
    _change_source("bill reversed", "APBILL", {"STATE": "Reversed"}, "payment"),
    _change_source("bill not approved", "APBILL", {"STATE": "Submitted"}, "payment"),
    _change_source("bill deleted", "APBILL", GONE, "payment"),
    _close("books closed", {"": _CLOSED}, (*PAYABLE, "invoice")),
    _close("books of the entity closed", {"E100": _CLOSED}, (*PAYABLE, "invoice")),
    _close("books of another entity closed", {"E200": _CLOSED}, (*PAYABLE, "invoice")),
    Fault(
        name="user dimension taken away",
        targets=PAYABLE,
        settings={"user_dimensions": []},
        place={"region": "South"},
    ),
    Fault(name="purchasing not subscribed", targets=TRADE, settings={"unsubscribed": ["Purchasing"]}),
    Fault(
        name="no permission to create",
        targets=TARGETS,
        settings={
            "permissions": {
                "mlconnector": dict.fromkeys(
                    ("APBILL", "APADJUSTMENT", "GLBATCH", "PODOCUMENT", "APPYMT"), "r"
                )
            }
        },
    ),
    Fault(name="number too long", targets=("bill", "credit"), extends={"number": _LONG}),
    Fault(
        name="order number too long",
        targets=("bill",),
        paper={"order": "PO-77"},
        extends={"number": "-2", "order": _LONG},
    ),
)
#: What is right about a document of each kind.
GOOD: Final = Fault(name="goods", targets=TARGETS)
