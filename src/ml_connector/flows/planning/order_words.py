"""What is said of an order that is in Intacct, by its seller or by our own house, and may change it."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from ml_connector.flows.planning.cases import Case, Decision, Ready
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.orders import OrderShelf, Seeker
from ml_connector.flows.planning.purchasing import (
    begin_case,
    describe_moving,
    describe_unread,
    hold_without_vendor,
    make_bill_ready,
)
from ml_connector.flows.planning.told import Told
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.duplicates.claims import Claim, Found
from ml_connector.mapping.orders.order_chain import OrderFile
from ml_connector.mapping.orders.order_match import OrderClue, ask_changes
from ml_connector.mapping.orders.order_reading import OrderRead
from ml_connector.mapping.orders.purchasing_admission import Received, find_test
from ml_connector.mapping.orders.purchasing_case import Noted, PlannedPurchasing, PurchasingCase
from ml_connector.mapping.reference.slice import Asked
from ml_connector.mapping.routes.draft_goods import PlannedDraft
from ml_connector.mapping.vendors import vendor_match
from ml_connector.records.needs import Need

Planned = PlannedPurchasing | PlannedDraft | Noted | Held | Filed
"""What an answer or a change of an order can come to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWordsCase(Case[PurchasingCase]):
    """Looked up in three rounds: the vendor; the order as it stands in Intacct; the goods of both."""

    shelf: OrderShelf | None = None  #: with the order; None where Intacct was not asked

    @abstractmethod
    def find_clue(self) -> OrderClue | None:
        """How it names the order."""

    @abstractmethod
    def ask_goods(self, case: PurchasingCase, file: OrderFile) -> set[Asked]:
        """What must be looked up to know the goods it speaks of, and those of the order."""

    @abstractmethod
    def plan(self, received: Received, read: OrderRead, facts: Facts) -> Planned:
        """The change of the order, the bill in draft, what is kept on our side, or what keeps it."""

    def ask_books(self, case: PurchasingCase) -> set[Asked]:  # noqa: ARG002 (for what may be billed)
        """What must be looked up to know that it can be booked."""
        return set()

    def find_vendor(self) -> Vendor | None:
        return self.drafted.vendor if isinstance(self.drafted, PurchasingCase) else None

    def draft(self, facts: Facts) -> Self:
        partner = self.opened.partner
        if partner is None:
            return self
        match = vendor_match.match_vendor(self.opened.document, partner, facts.rules, facts.reference)
        if isinstance(match, Need):
            return replace(self, drafted=match)
        case = begin_case(
            self.opened,
            facts,
            partner,
            match.vendor,
            number=self.stored.document.key.number,
            what="an order",
        )
        clues = tuple(clue for clue in [self.find_clue()] if clue is not None)
        asked = self.asked | ask_changes(case, clues, ()) | self.ask_books(case)
        return replace(self, drafted=case, seeker=Seeker(case=case, clues=clues), asked=asked)

    def take_orders(self, shelf: OrderShelf) -> Self:
        if self.seeker is None:
            return self
        case, asked = self.seeker.case, set(self.asked)
        for file in shelf.list_named(self.seeker):
            asked |= self.ask_goods(case, file)
            asked |= ask_changes(case, (), [file.order.document.document_id])
        return replace(self, shelf=shelf, asked=frozenset(asked))

    def decide(self, facts: Facts) -> Decision:
        opened, case = self.opened, self.drafted
        filing = find_test(opened.transaction, facts.setting.mode)
        if filing:
            return Filed(reason=filing)
        if not isinstance(case, PurchasingCase):
            return hold_without_vendor(opened, facts, case)
        if self.shelf is None or self.seeker is None:
            return Held(needs=(describe_unread(case),))
        if self._find_marked():
            return Held(needs=())  # that it was here before is said by our record, or by `judge_seen`
        for file in self.shelf.list_named(self.seeker):
            if self.shelf.is_moving(file.order.document.document_id):
                return Held(needs=(describe_moving(case, file.order.document.document_id),))
        received = Received(
            transaction=opened.transaction,
            findings=opened.findings,
            case=case,
            location=opened.route.location,
        )
        known = facts.trade.catalogue
        read = OrderRead(documents=self.shelf.documents, files=self.shelf.files, known=known)
        return self._make_ready(self.plan(received, read, facts))

    def judge_seen(self, claim: Claim, told: Told) -> Sequence[Found]:  # noqa: ARG002 (the order itself tells)
        marked = self._find_marked()
        return (f"{marked} carries our mark: it was changed by this document before",) if marked else ()

    def _find_marked(self) -> str:
        """Its order, where that has our mark: of this document, or of another one of the same number and day."""
        if self.shelf is None or self.seeker is None:
            return ""
        named = (file.order.document for file in self.shelf.list_named(self.seeker))
        return next((each.document_id for each in named if self.opened.mark in each.message.split()), "")

    def _make_ready(self, made: Planned) -> Decision:
        match made:
            case PlannedDraft():
                return make_bill_ready(made, self.opened)
            case PlannedPurchasing():
                return Ready(
                    functions=made.functions,
                    entity=made.entity,
                    date=self.stored.document.date,
                    due=None,
                    provenance=made.provenance,
                    comparison=made.comparison,
                )
            case Noted():
                return Filed(reason=made.reason, comparison=made.comparison)
            case _:
                return made
