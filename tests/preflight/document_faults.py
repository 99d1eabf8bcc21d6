"""What is wrong with documents themselves, or became of the orders and bills that they are about."""

from collections.abc import Mapping
from typing import Final

from tests.preflight.faults import GONE, Fault, Source
from tests.preflight.papers import Target

_LONG: Final = "-WITH-AN-ENDING-THAT-NOBODY-NEEDS"


def _change_source(name: str, object_: str, fields: Mapping[str, str], *targets: Target) -> Fault:
    return Fault(name=name, targets=targets, source=Source(object=object_, fields=fields))


DOCUMENT_FAULTS: Final[tuple[Fault, ...]] = (
    _change_source("order closed", "PODOCUMENT", {"STATE": "Closed"}, "receiver", "invoice"),
    _change_source("order not approved", "PODOCUMENT", {"STATE": "Submitted"}, "receiver", "invoice"),
    _change_source("order deleted", "PODOCUMENT", GONE, "receiver", "invoice"),
    _change_source("bill reversed", "APBILL", {"STATE": "Reversed"}, "payment"),
    _change_source("bill not approved", "APBILL", {"STATE": "Submitted"}, "payment"),
    _change_source("bill deleted", "APBILL", GONE, "payment"),
    _change_source("bill paid", "APBILL", {"STATE": "Paid", "TOTALDUE": "0", "TRX_TOTALDUE": "0"}, "payment"),
    _change_source(
        "bill paid but for a cent", "APBILL", {"TOTALDUE": "0.01", "TRX_TOTALDUE": "0.01"}, "payment"
    ),
    _change_source("bill put on hold", "APBILL", {"ONHOLD": "true"}, "payment"),
    Fault(name="number too long", targets=("bill", "credit"), extends={"number": _LONG}),
    Fault(
        name="order number too long",
        targets=("bill",),
        paper={"order": "PO-77"},
        extends={"number": "-2", "order": _LONG},
    ),
)
