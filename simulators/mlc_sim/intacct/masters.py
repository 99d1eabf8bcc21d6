"""Master records made and changed; vendors have checks of their own.

Documented: which fields nobody can leave out and what some are without being told, that `update` names the record by
RECORDNO or id. Inferred: that an id taken is refused as a vendor's is, and that what a record names has to be there.
"""

from collections.abc import Mapping
from typing import Final

from mlc_sim.intacct.calls import Call
from mlc_sim.intacct.dimensions import DIMENSIONS, refuse, report_taken
from mlc_sim.intacct.object_types import Kind, ObjectType
from mlc_sim.intacct.posting import Form, missing, wrap
from mlc_sim.intacct.problems import FunctionError, Problem, report_not_simulated
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import keep_moment
from mlc_sim.intacct.vendors import check_vendor

#: object -> what has to be sent, beside its id, to make one; others come with the seed.
_REQUIRED: Final = {
    "GLACCOUNT": ("TITLE",),
    "STATACCOUNT": ("TITLE",),
    "DEPARTMENT": ("TITLE",),
    "LOCATION": ("NAME",),
    "CLASS": ("NAME",),
    "PROJECT": ("NAME", "PROJECTCATEGORY"),
    "ITEM": ("NAME", "ITEMTYPE"),
    "CONTACT": ("PRINTAS",),
    "APTERM": (),
}
_DEFAULTS: Final[Mapping[str, Fields]] = {
    "GLACCOUNT": {
        "ACCOUNTTYPE": "balancesheet",
        "NORMALBALANCE": "debit",
        "CLOSINGTYPE": "non-closing account",
    }
}
_STATUS: Final = {"STATUS": ("active", "inactive")}
_CHOICES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "GLACCOUNT": {
        "ACCOUNTTYPE": ("balancesheet", "incomestatement"),
        "NORMALBALANCE": ("debit", "credit"),
        "CLOSINGTYPE": ("non-closing account", "closing account"),
    },
    "ITEM": {
        "ITEMTYPE": (
            "Inventory",
            "Non-Inventory",
            "Non-Inventory (Purchase only)",
            "Non-Inventory (Sales only)",
            "Kit",
            "Stockable Kit",
        )
    },
}
#: Fields that the system fills.
_SYSTEM: Final = ("RECORDNO", "MEGAENTITYID", "WHENMODIFIED")


def create_master(object_type: ObjectType, sent: Fields, call: Call) -> Fields:
    """Keep a new record; returns its RECORDNO and id. Raises FunctionError with all its problems."""
    name = object_type.name
    if name not in _REQUIRED:
        raise report_not_simulated(f"create {name}")
    key = sent.get(object_type.key, "")
    required = (object_type.key, *_REQUIRED[name])
    problems = [missing(each) for each in required if not sent.get(each)]
    problems += _check(object_type, sent, call)
    if call.books.store.find_record(call.books.company.id, name, key):
        problems.append(report_taken(name.capitalize(), key))
    if problems:
        raise FunctionError(*problems, wrap(name.lower()))
    given = {each: value for each, value in sent.items() if value}
    made = {"STATUS": "active", **_DEFAULTS.get(name, {}), **given, "MEGAENTITYID": call.books.entity}
    if object_type.fields.get("WHENCREATED") is Kind.TIMESTAMP:
        made["WHENCREATED"] = keep_moment(call.stamp)
    return _keep(object_type, key, made, call)


def amend_master(object_type: ObjectType, sent: Fields, call: Call) -> Fields:
    """Change a record people keep by an id; returns its RECORDNO and id. Raises FunctionError with all its problems."""
    store, company_id = call.books.store, call.books.company.id
    key = sent.get(object_type.key, "")
    if sent.get("RECORDNO"):
        where = "SELECT id FROM record WHERE company = ? AND object = ? AND record_no = ?"
        found = store.select(where, (company_id, object_type.name, sent["RECORDNO"]))
        key = found[0][0] if found else ""
    record = call.books.find(object_type.name, key)
    if record is None:
        named = sent.get("RECORDNO") or key
        raise FunctionError(refuse(f"Cannot find {object_type.name.lower()} with key '{named}' to update."))
    changes = {name: value for name, value in sent.items() if name not in _SYSTEM}
    whole = {**record, **changes, object_type.key: key}
    problems = (
        check_vendor(whole, call.books, call.settings)
        if object_type.name == "VENDOR"
        else _check(object_type, changes, call)
    )
    if problems:
        raise FunctionError(*problems, wrap(object_type.name.lower(), "update"))
    kept = {name: value for name, value in record.items() if name != "RECORDNO"}
    return _keep(object_type, key, {**changes, object_type.key: key}, call, before=kept)


def _keep(
    object_type: ObjectType, key: str, given: Fields, call: Call, *, before: Fields | None = None
) -> Fields:
    """Keep what was checked upon what was there."""
    days = _make_form(object_type).keep_dates(given, call.settings)
    record = {**(before or {}), **days, "WHENMODIFIED": keep_moment(call.stamp)}
    company_id = call.books.company.id
    call.books.store.put_records(company_id, object_type.name, [(key, record)])
    found = call.books.store.find_record(company_id, object_type.name, key) or {}
    return {"RECORDNO": found["RECORDNO"], object_type.key: key}


def _make_form(object_type: ObjectType) -> Form:
    """What may be sent of a record."""
    fields = object_type.fields
    return Form(
        object_name=object_type.name,
        known=" ".join(name for name in fields if name not in _SYSTEM),
        dates=tuple(name for name, kind in fields.items() if kind is Kind.DATE),
        choices={**_STATUS, **_CHOICES.get(object_type.name, {})},
    )


def _check(object_type: ObjectType, sent: Fields, call: Call) -> list[Problem]:
    """Names, dates, choices, and whether there are the records it names."""
    problems = _make_form(object_type).check(sent, call.settings)
    for name, value in sent.items():
        if not value or name == object_type.key:
            continue
        if name == "PARENTID":
            problems += call.books.check(object_type.name, object_type.name.capitalize(), value)
        elif name in DIMENSIONS:
            problems += call.books.check(*DIMENSIONS[name], value)
    return problems
