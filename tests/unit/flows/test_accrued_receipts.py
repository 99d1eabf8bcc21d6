"""A month's end: what came by ship notice and was invoiced in part is accrued for the rest, until the next invoice."""

from datetime import date
from decimal import Decimal
from typing import Final

import pytest
from tests.unit.flows.invoicing import MATCHING, PO, bill_order, buy, open_matching
from tests.unit.flows.scene import Scene
from tests.unit.flows.test_notice_line import drop, write_notice

from ml_connector.app.accruals import report_accruals
from ml_connector.app.receipts import Uninvoiced
from ml_connector.flows.reconciling.following import reconcile
from ml_connector.records.status import Status

RULES: Final = f"""{MATCHING}
[[route]]
set = "856"
target = "receiver"
entity = "E1"

[[notice]]
asn_is_receipt = true
"""


def accrue(scene: Scene, on: date) -> tuple[Uninvoiced, ...]:
    return report_accruals(scene.store, scene.link, base_currency="USD", as_of=on).receipts


@pytest.mark.rule("The books must agree", 7)
def test_goods_of_a_ship_notice_are_accrued_until_their_invoices_are_dated(sqlite_scene: Scene) -> None:
    scene = open_matching(sqlite_scene, rules=RULES)
    buy(scene)
    drop(scene, write_notice("ASN-1", "30"))
    scene.run()
    for number, lines, on in (("INV-1", "10 0.5", "20310312"), ("INV-2", "20 0.5", "20310314")):
        scene.drop(bill_order(number, lines, on=on), name=f"{number}.edi")
        scene.wait(minutes=6)
        scene.run()
    scene.wait(days=1)
    scene.do(reconcile)

    left = {day: accrue(scene, date(2031, 3, day)) for day in (11, 12, 13, 14)}

    assert set(scene.statuses().values()) == {Status.POSTED}
    rest = Uninvoiced(entity="E1", order_id=PO, currency="USD", amount=Decimal("10.00"))
    assert left == {11: (), 12: (rest,), 13: (rest,), 14: ()}
