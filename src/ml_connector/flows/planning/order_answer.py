"""A seller's answer to an order: compared with it line by line, applied to it, kept, or held."""

from dataclasses import dataclass

from ml_connector.edi import OrderAcknowledgment
from ml_connector.flows.planning.cases import Opened
from ml_connector.flows.planning.order_words import OrderWordsCase
from ml_connector.mapping.confirmation_to_order import ask_confirmed_items, plan_confirmation
from ml_connector.mapping.invoice_to_bill import Filed, Held
from ml_connector.mapping.order_chain import OrderFile
from ml_connector.mapping.order_match import OrderClue
from ml_connector.mapping.order_reading import OrderRead, make_clue
from ml_connector.mapping.purchasing_admission import Received
from ml_connector.mapping.purchasing_case import Noted, PlannedPurchasing, PurchasingCase
from ml_connector.mapping.reference import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCase(OrderWordsCase):
    """An answer; one that is an order of its own is no such case."""

    answer: OrderAcknowledgment

    def find_clue(self) -> OrderClue | None:
        return make_clue("BAK03", self.answer.number, self.answer.release)

    def ask_goods(self, case: PurchasingCase, file: OrderFile) -> set[Asked]:
        return ask_confirmed_items(case, self.answer, file)

    def plan(self, received: Received, read: OrderRead) -> PlannedPurchasing | Noted | Held | Filed:
        return plan_confirmation(received, self.answer, read)


def open_answer(opened: Opened, answer: OrderAcknowledgment) -> AnswerCase:
    """The case of an answer to an order."""
    return AnswerCase(opened=opened, answer=answer)
