"""Records that documents name, put out of use: inactive, deleted, another entity's, or of another kind than before."""

from collections.abc import Mapping
from typing import Final

from tests.preflight.companies import PLAIN, RICH, Company
from tests.preflight.faults import (
    ACCOUNT,
    ELSEWHERE,
    GONE,
    LINES,
    OWED,
    PAYABLE,
    SHARES,
    TRADE,
    VENDOR,
    Change,
    Fault,
    make_own,
)
from tests.preflight.papers import TARGETS, Target


def _break_records(
    company: Company = PLAIN, only: tuple[Target, ...] = TARGETS, end: str = ""
) -> list[Fault]:
    """Every record that documents name: inactive, deleted, or another entity's."""
    found: list[Fault] = []
    for word, (object_, key, more, all_targets) in _RECORDS.items():
        targets = tuple(target for target in all_targets if target in only)
        for how, change in (
            ("inactive", {"STATUS": "inactive"}),
            ("deleted", GONE),
            ("restricted", ELSEWHERE),
        ):
            if (word, how) in _NEVER or not targets or (word == "account" and company is RICH):
                continue
            id_ = f"{word[:4]}-{how[:4]}"
            paper, place = ({word: id_}, {}) if word in {"vendor", "item"} else ({}, {word: id_})
            found.append(
                Fault(
                    name=f"{word} {how}{end}",
                    company=company,
                    targets=targets,
                    seed={object_: [{key: id_, **{n: v.format(id=id_) for n, v in more.items()}}]},
                    changes=(Change(object=object_, key=id_, fields=change),),
                    paper=paper,
                    place=place,
                )
            )
    return found


_ITEM: Final = {
    "NAME": "Item {id}",
    "ITEMTYPE": "Non-Inventory (Purchase only)",
    "UOMGRP": "Count",
    "BASEUOM": "Each",
    "EXPENSEACCOUNT": "5060",
}
#: word → (object, its key, its fields, what names it)
_RECORDS: Final[Mapping[str, tuple[str, str, Mapping[str, str], tuple[Target, ...]]]] = {
    "vendor": ("VENDOR", "VENDORID", VENDOR, OWED),
    "account": ("GLACCOUNT", "ACCOUNTNO", ACCOUNT, PAYABLE),
    "department": ("DEPARTMENT", "DEPARTMENTID", {"TITLE": "{id}"}, LINES),
    "class": ("CLASS", "CLASSID", {"NAME": "{id}"}, LINES),
    "project": ("PROJECT", "PROJECTID", {"NAME": "{id}"}, LINES),
    "location": ("LOCATION", "LOCATIONID", {"NAME": "{id}", "PARENTID": "E100", "CURRENCY": "USD"}, LINES),
    "item": ("ITEM", "ITEMID", _ITEM, TRADE),
}
#: Charts of accounts are shared by all entities.
_NEVER: Final = {("account", "restricted")}


def _demand(dimension: str, flag: str) -> Fault:
    id_ = f"need-{dimension[:8]}"
    return Fault(
        name=f"account demands a {dimension}",
        targets=PAYABLE,
        seed=make_own("GLACCOUNT", "ACCOUNTNO", id_, ACCOUNT),
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
        seed=make_own("ITEM", "ITEMID", id_, {**_ITEM, **seeded}),
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
            **make_own("ITEM", "ITEMID", item, {**_ITEM, "ITEMTYPE": "Inventory"}),
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
            **make_own("VENDOR", "VENDORID", vendor, {**VENDOR, "TERMNAME": id_}),
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


def _change_share(how: str, change: Mapping[str, str]) -> Fault:
    """Of the second of two entities among which a rule shares costs."""
    id_ = f"share-{how[:4]}"
    more = {"NAME": "{id}", "PARENTID": "E200", "CURRENCY": "USD"}
    return Fault(
        name=f"location of a share {how}",
        targets=PAYABLE,
        entity="",
        seed=make_own("LOCATION", "LOCATIONID", id_, more),
        changes=(Change(object="LOCATION", key=id_, fields=change),),
        paper={"house": "G"},
        rules=SHARES.format(location=id_),
    )


RECORD_FAULTS: Final[tuple[Fault, ...]] = (
    *_break_records(),
    *_break_records(RICH, ("bill", "credit"), " beside a label"),
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
        seed=make_own("LOCATION", "LOCATIONID", "moved", {**_RECORDS["location"][2]}),
        changes=(Change(object="LOCATION", key="moved", fields={"PARENTID": "E200"}),),
        place={"location": "moved"},
    ),
    _change_share("inactive", {"STATUS": "inactive"}),
    _change_share("deleted", GONE),
    _change_share("moved to another entity", {"PARENTID": "E100"}),
    _change_item("now kept in stock", {"ITEMTYPE": "Inventory"}),
    _change_item("of another unit group", {"UOMGRP": "Weight", "BASEUOM": "Pound"}),
    _change_item("tracked by serial number", {"ENABLE_SERIALNO": "true"}),
    _change_item("tracked by lot", {"ENABLE_LOT_CATEGORY": "true"}),
    _change_stock("inactive", {"STATUS": "inactive"}),
    _change_stock("deleted", GONE),
    _change_stock("restricted", ELSEWHERE),
    _change_term("inactive", {"STATUS": "inactive"}),
    _change_term("deleted", GONE),
    _change_bank("inactive", {"STATUS": "inactive"}, "1111"),
    _change_bank("deleted", GONE, "2222"),
    _change_bank("restricted", ELSEWHERE, "3333"),
    Fault(
        name="pay-to contact deleted",
        targets=("bill",),
        seed={"CONTACT": [{"CONTACTNAME": "Remit here", "PRINTAS": "Remit here"}]},
        changes=(Change(object="CONTACT", key="Remit here", fields=GONE),),
        paper={"remit_to": "RI-1"},
        rules='[[remit_to]]\npartner = "BILLS"\nvendor = "V-1075"\ncode = "RI/92/RI-1"\ncontact = "Remit here"\n',
    ),
)
