"""What is put wrong about bills in companies that want more of them: labels, taxes, currencies; and about their vendors."""

from collections.abc import Mapping
from typing import Final

from tests.preflight.companies import RICH, Seed
from tests.preflight.faults import ACCOUNT, GONE, OWED, VENDOR, Change, Fault, make_own
from tests.preflight.papers import Target

_PAYABLES: Final[tuple[Target, ...]] = ("bill", "credit")
_INACTIVE: Final = {"STATUS": "inactive"}
_LABEL: Final = {"DESCRIPTION": "{id}", "GLACCOUNTNO": "5060"}
_DETAIL: Final = {
    "DESCRIPTION": "{id}",
    "TAXTYPE": "Purchase",
    "VALUE": "20",
    "GLACCOUNT": "1000",
}


def _change_label(how: str, fields: Mapping[str, str]) -> Fault:
    id_ = f"Label {how}"
    return Fault(
        name=f"label {how}",
        targets=_PAYABLES,
        company=RICH,
        seed=make_own("APACCOUNTLABEL", "ACCOUNTLABEL", id_, _LABEL),
        changes=(Change(object="APACCOUNTLABEL", key=id_, fields=fields),),
        place={"label": id_},
    )


def _change_account(how: str, fields: Mapping[str, str]) -> Fault:
    """Of a label's account, which nothing but the label names."""
    id_, label = f"lab-{how[:8]}", f"Account {how}"
    seed: Seed = {
        **make_own("GLACCOUNT", "ACCOUNTNO", id_, ACCOUNT),
        **make_own("APACCOUNTLABEL", "ACCOUNTLABEL", label, {**_LABEL, "GLACCOUNTNO": id_}),
    }
    return Fault(
        name=f"account of a label {how}",
        targets=_PAYABLES,
        company=RICH,
        seed=seed,
        changes=(Change(object="GLACCOUNT", key=id_, fields=fields),),
        place={"label": label},
    )


def _tax(name: str, code: str, changed: tuple[str, Mapping[str, str]], *, solution: str = "") -> Fault:
    """Of a tax that is claimed back under a detail of its own; `changed` is an object and what becomes of it."""
    id_, (object_, fields) = f"P20-{code}", changed
    seed: Seed = {
        **make_own("TAXDETAIL", "DETAILID", id_, {**_DETAIL, "TAXSOLUTIONID": solution}),
        **(make_own("TAXSOLUTION", "SOLUTIONID", solution, {}) if solution else {}),
    }
    named = f'solution = "{solution}"\n' if solution else ""
    return Fault(
        name=name,
        targets=_PAYABLES,
        company=RICH,
        seed=seed,
        changes=(Change(object=object_, key=id_ if object_ == "TAXDETAIL" else solution, fields=fields),),
        paper={"tax": code},
        rules=f'[[tax]]\nname = "{name}"\nwhen = {{ code = "{code}" }}\ndetail = "{id_}"\n{named}',
    )


def _pay_abroad(name: str, settings: Mapping[str, object]) -> Fault:
    id_ = f"V-{name.split(maxsplit=1)[0]}"
    return Fault(
        name=name,
        targets=_PAYABLES,
        company=RICH,
        seed=make_own("VENDOR", "VENDORID", id_, {**VENDOR, "CURRENCY": "EUR"}),
        settings=settings,
        paper={"vendor": id_, "currency": "EUR"},
    )


def _change_vendor(name: str, fields: Mapping[str, str], targets: tuple[Target, ...]) -> Fault:
    id_ = f"V-{name.rsplit(maxsplit=1)[-1]}"
    return Fault(
        name=name,
        targets=targets,
        seed=make_own("VENDOR", "VENDORID", id_, VENDOR),
        changes=(Change(object="VENDOR", key=id_, fields=fields),),
        paper={"vendor": id_},
    )


PAYABLES_FAULTS: Final[tuple[Fault, ...]] = (
    _change_label("inactive", _INACTIVE),
    _change_label("deleted", GONE),
    _change_account("inactive", _INACTIVE),
    _change_account("deleted", GONE),
    _change_account("demands a class", {"REQUIRECLASS": "true"}),
    _tax("tax detail inactive", "VA", ("TAXDETAIL", _INACTIVE)),
    _tax("tax detail deleted", "GS", ("TAXDETAIL", GONE)),
    _tax("tax detail of sales now", "ST", ("TAXDETAIL", {"TAXTYPE": "Sale"})),
    _tax(
        "tax detail of another solution",
        "LS",
        ("TAXDETAIL", {"TAXSOLUTIONID": "Other tax"}),
        solution="US tax",
    ),
    _tax("tax solution deleted", "SP", ("TAXSOLUTION", GONE), solution="Going tax"),
    Fault(
        name="tax schedule deleted",
        targets=_PAYABLES,
        company=RICH,
        seed=make_own("TAXSCHEDULE", "SCHEDULEID", "All taxes", {"TAXTYPE": "Purchase"}),
        changes=(Change(object="TAXSCHEDULE", key="All taxes", fields=GONE),),
    ),
    _pay_abroad("rate of a currency missing", {"exchange_rates": {}}),
    Fault(name="labels given up", targets=_PAYABLES, company=RICH, settings={"account_labels": False}),
    Fault(
        name="summaries given up",
        targets=("bill",),
        company=RICH,
        settings={"named_bill_summaries": False},
    ),
    _change_vendor("vendor awaits approval", {"STATE": "Submitted"}, ("bill",)),
    _change_vendor("vendor put on hold", {"ONHOLD": "true"}, OWED),
)
