"""An order that becomes a purchase order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from ml_connector.edi import Order
from ml_connector.flows.planning.cases import Case, Decision, Opened, Ready
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.purchasing import begin_case, hold_without_vendor
from ml_connector.flows.planning.told import Told
from ml_connector.intacct.objects import Location, Vendor
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.duplicates import earlier as duplicates
from ml_connector.mapping.duplicates.claims import Claim, Found, list_seen
from ml_connector.mapping.orders.purchasing_admission import Received, find_test
from ml_connector.mapping.orders.purchasing_case import (
    DEFINITION,
    WAREHOUSE,
    PlannedPurchasing,
    PurchasingCase,
)
from ml_connector.mapping.orders.warehouse_match import ask_warehouses
from ml_connector.mapping.routes.order_to_purchase_order import (
    ask_order_items,
    file_order,
    plan_purchase_order,
)
from ml_connector.mapping.vendors import vendor_match
from ml_connector.records.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCase(Case[PurchasingCase]):
    """Looked up in two rounds: first the vendor, then items, warehouses and the definition."""

    order: Order

    def find_vendor(self) -> Vendor | None:
        return self.drafted.vendor if isinstance(self.drafted, PurchasingCase) else None

    def draft(self, facts: Facts) -> Self:
        partner = self.opened.partner
        if partner is None:
            return self
        match = vendor_match.match_vendor(self.order, partner, facts.rules, facts.reference)
        if isinstance(match, Need):
            return replace(self, drafted=match)
        case = begin_case(
            self.opened,
            facts,
            partner,
            match.vendor,
            number=self.order.number,
            what="an order",
        )
        parties = (*self.order.parties, *(party for line in self.order.lines for party in line.parties))
        asked = ask_order_items(case, self.order)
        asked |= {(WAREHOUSE, id_) for id_ in ask_warehouses(case, parties)}
        asked.add((DEFINITION, facts.rules.purchasing.definitions.order))
        return replace(self, drafted=case, asked=self.asked | asked)

    def decide(self, facts: Facts) -> Decision:
        opened, case = self.opened, self.drafted
        filing = find_test(opened.transaction, facts.setting.mode) or file_order(facts.rules, self.order)
        if filing:
            return Filed(reason=filing)
        if not isinstance(case, PurchasingCase):
            return hold_without_vendor(opened, facts, case)
        received = Received(
            transaction=opened.transaction,
            findings=opened.findings,
            case=case,
            action=opened.route.action,
            location=opened.route.location,
            entity=facts.reference.get(Location, opened.entity),
        )
        made = plan_purchase_order(received, self.order, facts.trade.catalogue)
        return made if isinstance(made, Held | Filed) else self._make_ready(made)

    def judge_seen(self, claim: Claim, told: Told) -> Sequence[Found]:
        orders = told.orders.find(self.vendor_id, claim.number)
        return list_seen(duplicates.judge_orders(self.stored, self.vendor_id, self.opened.mark, orders))

    def _make_ready(self, made: PlannedPurchasing) -> Ready:
        return Ready(
            functions=made.functions,
            entity=self.opened.entity,
            date=self.order.date,
            due=None,
            provenance=made.provenance,
        )


def open_order(opened: Opened, order: Order) -> OrderCase:
    """The case of an order."""
    return OrderCase(opened=opened, order=order)
