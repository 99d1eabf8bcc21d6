"""Orders, confirmations, notices and changes of Corvid Metals, each a few lines of text."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, TypeVar

from tests.unit.mapping.purchase import CORVID, SETTING, read_purchasing_rules

from ml_connector.edi import Reading, Transaction, read
from ml_connector.mapping.orders.purchasing_admission import Received
from ml_connector.mapping.orders.purchasing_case import PurchasingCase, PurchasingSetting
from ml_connector.records.needs import Need

D = TypeVar("D")
GROUPS: Final = {"850": "PO", "855": "PR", "856": "SH", "860": "PC", "865": "CA"}
WE: Final = '[purchasing]\nparties = ["92/HALDEN", "Halden Works, Inc."]\n'
BUYER: Final = "N1*BY*Halden Works*92*HALDEN"
SELLER: Final = "N1*SE*Corvid Metals*92*V-10"


def read_set(
    code: str, segments: Iterable[str], *, usage: str = "P", receiver: str = "HALDEN"
) -> Transaction:
    """The one set in an interchange that holds these segments."""
    isa = (
        f"ISA*00*          *00*          *ZZ*{'CORVID':<15}*ZZ*{receiver:<15}"
        f"*260316*0930*U*00401*000000042*0*{usage}*>"
    )
    body = [*segments]
    group = f"GS*{GROUPS[code]}*CORVID*HALDEN*20260316*0930*7*X*004010"
    whole = [isa, group, f"ST*{code}*0001", *body, f"SE*{len(body) + 2}*0001", "GE*1*7", "IEA*1*42"]
    data = "".join(f"{part}~" for part in whole).encode()
    [transaction] = [item for item in read([data]) if isinstance(item, Transaction)]
    return transaction


def receive_set(
    parse: Callable[[Transaction], Reading[D]],
    code: str,
    *segments: str,
    rules: str = WE,
    setting: PurchasingSetting = SETTING,
    usage: str = "P",
    receiver: str = "HALDEN",
    **received: Any,
) -> tuple[Received, D]:
    """The document in these segments, as it came."""
    transaction = read_set(code, segments, usage=usage, receiver=receiver)
    reading = parse(transaction)
    assert reading.document is not None
    known = read_purchasing_rules(rules)
    number: str = reading.document.number  # type: ignore[attr-defined]
    case = PurchasingCase(
        set_code=code,
        number=number,
        mark=f"mlc-{code}-ABCDEFGHIJKL",
        partner=known.partners[0],
        vendor=received.pop("vendor", CORVID),
        rules=known,
        setting=setting,
        worth="100.00 USD",
    )
    findings = (*transaction.findings, *reading.findings)
    made = Received(transaction=transaction, findings=findings, case=case)
    return replace(made, **received), reading.document


def name_needs(needs: Iterable[Need]) -> dict[str, str]:
    return {str(need): need.reason for need in needs}
