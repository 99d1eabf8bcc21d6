"""A seller's answer to an order: compared with it line by line, applied to it, kept, or held."""

from collections.abc import Sequence
from dataclasses import dataclass

from ml_connector.edi import OrderAcknowledgment
from ml_connector.flows.planning.cases import Opened
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.order_words import OrderWordsCase, Planned
from ml_connector.flows.planning.told import Told
from ml_connector.intacct.objects import BillKey
from ml_connector.mapping.duplicates.claims import Claim, Found, list_seen
from ml_connector.mapping.matching.notice_duplicates import judge_bills
from ml_connector.mapping.orders.order_chain import OrderFile
from ml_connector.mapping.orders.order_match import OrderClue
from ml_connector.mapping.orders.order_reading import OrderRead, make_clue
from ml_connector.mapping.orders.purchasing_admission import Received
from ml_connector.mapping.orders.purchasing_case import PurchasingCase
from ml_connector.mapping.reference.slice import Asked
from ml_connector.mapping.routes.confirmation_to_bill import plan_confirmation_bill
from ml_connector.mapping.routes.confirmation_to_order import ask_confirmed_items, plan_confirmation
from ml_connector.mapping.routes.draft_goods import ask_accounts
from ml_connector.mapping.rules.rulebook import Meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCase(OrderWordsCase):
    """An answer; one that is an order of its own is no such case."""

    answer: OrderAcknowledgment

    def find_clue(self) -> OrderClue | None:
        return make_clue("BAK03", self.answer.number, self.answer.release)

    def ask_goods(self, case: PurchasingCase, file: OrderFile) -> set[Asked]:
        return ask_confirmed_items(case, self.answer, file)

    def ask_books(self, case: PurchasingCase) -> set[Asked]:
        return ask_accounts(case, self.opened.route) if self._is_billed(case) else set()

    def plan(self, received: Received, read: OrderRead, facts: Facts) -> Planned:
        if self._is_billed(received.case):
            route, books = self.opened.route, facts.reference
            return plan_confirmation_bill(received, self.answer, read, route, books)
        return plan_confirmation(received, self.answer, read)

    def ask_bill(self) -> BillKey | None:
        case = self.drafted
        if not isinstance(case, PurchasingCase) or not self._is_billed(case):
            return None
        return BillKey(vendor_id=case.vendor.vendor_id, number=case.number)

    def judge_seen(self, claim: Claim, told: Told) -> Sequence[Found]:
        case, key = self.drafted, self.ask_bill()
        marked = OrderWordsCase.judge_seen(self, claim, told)
        if marked or key is None or not isinstance(case, PurchasingCase):
            return marked
        return list_seen(judge_bills(case, told.bills.find(key.vendor_id, key.number)))

    def _is_billed(self, case: PurchasingCase) -> bool:
        """Whether it becomes a bill in draft; a copy never does."""
        is_copy = case.rules.purposes.get(self.answer.purpose) is Meaning.COMPARE
        return not is_copy and case.rules.purchasing.find_confirmation(case.partner.name).target == "bill"


def open_answer(opened: Opened, answer: OrderAcknowledgment) -> AnswerCase:
    """The case of an answer to an order."""
    return AnswerCase(opened=opened, answer=answer)
