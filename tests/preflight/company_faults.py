"""What is put wrong about a company as a whole: journals, definitions, closed books, permissions, its settings."""

from collections.abc import Mapping
from typing import Final

from tests.acceptance.trade import INVOICED
from tests.preflight.faults import ACCOUNT, GONE, PAYABLE, SHARES, TRADE, Change, Fault, make_own
from tests.preflight.papers import TARGETS, Target

_DEFINITIONS: Final[Mapping[Target, str]] = {
    "order": "Purchase Order",
    "receiver": "PO Receiver",
    "invoice": "Vendor Invoice",
}


def _change_definitions(how: str, fields: Mapping[str, str], targets: tuple[Target, ...] = TRADE) -> Fault:
    named = [_DEFINITIONS[target] for target in targets]
    changes = (Change(object="PODOCUMENTPARAMS", key=name, fields=fields) for name in named)
    return Fault(name=f"definition {how}", targets=targets, changes=tuple(changes))


def _close(name: str, closed: Mapping[str, str], targets: tuple[Target, ...]) -> Fault:
    return Fault(name=name, targets=targets, settings={"books_closed_through": closed})


_CLOSED: Final = INVOICED.isoformat()


def _hold(name: str, closed: Mapping[str, str]) -> Fault:
    """Documents whose route says that they wait for open books."""
    return Fault(
        name=f"{name}, and the route waits",
        targets=PAYABLE,
        settings={"books_closed_through": closed},
        paper={"house": "C"},
    )


COMPANY_FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        name="journal inactive",
        targets=("journal",),
        changes=(Change(object="GLJOURNAL", key="GJ", fields={"STATUS": "inactive"}),),
    ),
    Fault(
        name="journal deleted",
        targets=("journal",),
        seed=make_own("GLJOURNAL", "SYMBOL", "JD", {"TITLE": "A journal"}),
        changes=(Change(object="GLJOURNAL", key="JD", fields=GONE),),
        paper={"house": "D"},
    ),
    Fault(
        name="offset account deleted",
        targets=("journal",),
        seed=make_own("GLACCOUNT", "ACCOUNTNO", "2029", ACCOUNT),
        changes=(Change(object="GLACCOUNT", key="2029", fields=GONE),),
        paper={"house": "D"},
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
    Fault(
        name="books of one of two entities closed",
        targets=PAYABLE,
        settings={"books_closed_through": {"E200": _CLOSED}},
        entity="",
        paper={"house": "G"},
        rules=SHARES.format(location="210"),
    ),
    Fault(
        name="books of one of two entities closed, and the route waits",
        targets=("bill", "credit"),
        settings={"books_closed_through": {"E200": _CLOSED}},
        entity="",
        paper={"house": "H"},
        rules=SHARES.format(location="210"),
    ),
    _hold("books closed", {"": _CLOSED}),
    _hold("books of the entity closed", {"E100": _CLOSED}),
    _hold("books of another entity closed", {"E200": _CLOSED}),
    Fault(name="bills name summaries now", targets=("bill",), settings={"named_bill_summaries": True}),
    Fault(name="lines name labels now", targets=("bill", "credit"), settings={"account_labels": True}),
)
