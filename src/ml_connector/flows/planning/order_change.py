"""The change of an order, asked for by our own house or by its seller."""

from dataclasses import dataclass

from ml_connector.edi import OrderChange
from ml_connector.flows.planning.cases import Opened
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.order_words import OrderWordsCase, Planned
from ml_connector.mapping.orders.order_chain import OrderFile
from ml_connector.mapping.orders.order_match import OrderClue
from ml_connector.mapping.orders.order_reading import OrderRead, make_clue
from ml_connector.mapping.orders.purchasing_admission import Received
from ml_connector.mapping.orders.purchasing_case import WAREHOUSE, PurchasingCase
from ml_connector.mapping.orders.warehouse_match import ask_warehouses
from ml_connector.mapping.reference.slice import Asked
from ml_connector.mapping.routes.change_to_order import ask_changed_items, plan_change


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCase(OrderWordsCase):
    """A change; lines that it adds need a warehouse."""

    change: OrderChange

    def find_clue(self) -> OrderClue | None:
        return make_clue("BCH03", self.change.number, self.change.release)

    def ask_goods(self, case: PurchasingCase, file: OrderFile) -> set[Asked]:
        parties = (*self.change.parties, *(party for line in self.change.lines for party in line.parties))
        warehouses = {(WAREHOUSE, id_) for id_ in ask_warehouses(case, parties)}
        return ask_changed_items(case, self.change, file) | warehouses

    def plan(self, received: Received, read: OrderRead, facts: Facts) -> Planned:  # noqa: ARG002 (it is never billed)
        return plan_change(received, self.change, read)


def open_change(opened: Opened, change: OrderChange) -> ChangeCase:
    """The case of a change."""
    return ChangeCase(opened=opened, change=change)
