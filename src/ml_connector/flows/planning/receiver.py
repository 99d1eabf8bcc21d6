"""A ship notice that becomes receivers of its orders, or a bill in draft, or is only kept, as the rules say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from ml_connector.edi import ShipNotice
from ml_connector.flows.planning.cases import Case, Decision, Opened, Ready
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.orders import OrderShelf, Seeker
from ml_connector.flows.planning.purchasing import (
    begin_case,
    describe_unread,
    hold_behind,
    hold_without_vendor,
    make_bill_ready,
)
from ml_connector.flows.planning.told import Told
from ml_connector.intacct.objects import BillKey, Vendor
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.duplicates.claims import Claim, Found, list_seen
from ml_connector.mapping.matching.notice_duplicates import judge_bills, judge_receivers
from ml_connector.mapping.matching.notice_lines import NoticeRead, ask_notice_items, list_notice_clues
from ml_connector.mapping.orders.order_chain import OrderFile, leave_out
from ml_connector.mapping.orders.order_match import ask_changes
from ml_connector.mapping.orders.purchasing_admission import Received, find_test
from ml_connector.mapping.orders.purchasing_case import DEFINITION, Noted, PlannedPurchasing, PurchasingCase
from ml_connector.mapping.routes.draft_goods import ask_accounts
from ml_connector.mapping.routes.notice_to_bill import plan_notice_bill
from ml_connector.mapping.routes.notice_to_receiver import find_date, plan_receiver
from ml_connector.mapping.rules.purchasing import NoticeRule
from ml_connector.mapping.vendors import vendor_match
from ml_connector.records.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCase(Case[PurchasingCase]):
    """Looked up in three rounds: the vendor; the orders; the goods of the notice and of its orders."""

    notice: ShipNotice
    shelf: OrderShelf | None = None  #: None where its orders were not read

    def find_vendor(self) -> Vendor | None:
        return self.drafted.vendor if isinstance(self.drafted, PurchasingCase) else None

    def draft(self, facts: Facts) -> Self:
        partner = self.opened.partner
        if partner is None:
            return self
        match = vendor_match.match_vendor(self.notice, partner, facts.rules, facts.reference)
        if isinstance(match, Need):
            return replace(self, drafted=match)
        case = begin_case(
            self.opened,
            facts,
            partner,
            match.vendor,
            number=self.notice.number,
            what=_count_items(self.notice),
        )
        clues = list_notice_clues(self.notice)
        asked = ask_changes(case, clues, ()) | {(DEFINITION, facts.rules.purchasing.definitions.receiver)}
        if _is_billed(case, self.opened):
            asked |= ask_accounts(case, self.opened.route)
        seeker = (
            Seeker(case=case, clues=clues) if _find_day_need(case, self.opened, self.notice) is None else None
        )
        return replace(self, drafted=case, asked=self.asked | asked, seeker=seeker)

    def take_orders(self, shelf: OrderShelf) -> Self:
        if self.seeker is None:
            return self
        case, files = self.seeker.case, shelf.list_named(self.seeker)
        ids = [file.order.document.document_id for file in files]
        asked = ask_notice_items(case, self.notice, files) | ask_changes(case, (), ids)
        return replace(self, shelf=shelf, asked=self.asked | asked)

    def decide(self, facts: Facts) -> Decision:
        opened, case = self.opened, self.drafted
        filing = find_test(opened.transaction, facts.setting.mode)
        if filing:
            return Filed(reason=filing)
        if not isinstance(case, PurchasingCase):
            return hold_without_vendor(opened, facts, case)
        if self.shelf is None:
            return Held(needs=(_find_day_need(case, self.opened, self.notice) or describe_unread(case),))
        received = Received(transaction=opened.transaction, findings=opened.findings, case=case)
        known = facts.trade.catalogue
        files = {id_: leave_out(file, opened.mark) for id_, file in self.shelf.files.items()}
        read = NoticeRead(documents=self.shelf.documents, files=files, known=known)
        if _is_billed(case, self.opened):
            made = plan_notice_bill(received, self.notice, read, opened.route, facts.reference)
            return make_bill_ready(made, opened)
        planned = plan_receiver(received, self.notice, read)
        if isinstance(planned, PlannedPurchasing):
            planned = hold_behind(case, planned, self.shelf)
        return self._make_ready(planned)

    def ask_bill(self) -> BillKey | None:
        case = self.drafted
        if not isinstance(case, PurchasingCase) or not _is_billed(case, self.opened):
            return None
        return BillKey(vendor_id=case.vendor.vendor_id, number=case.number)

    def judge_seen(self, claim: Claim, told: Told) -> Sequence[Found]:  # noqa: ARG002 (its orders tell)
        return list_seen(self._judge(self.seeker.case, told)) if self.seeker is not None else ()

    def _judge(self, case: PurchasingCase, told: Told) -> str | Need | None:
        if (key := self.ask_bill()) is not None:
            return judge_bills(case, told.bills.find(key.vendor_id, key.number))
        return judge_receivers(case, self._list_orders(), self.written)

    def _list_orders(self) -> list[OrderFile]:
        """Those it names, as far as they were read."""
        if self.shelf is None or self.seeker is None:
            return []
        return self.shelf.list_named(self.seeker)

    def _make_ready(self, made: PlannedPurchasing | Noted | Held | Filed) -> Decision:
        match made:
            case PlannedPurchasing():
                return Ready(
                    functions=made.functions,
                    entity=made.entity,
                    date=self.notice.date,
                    due=None,
                    provenance=made.provenance,
                    comparison=made.comparison,
                )
            case Noted():
                return Filed(reason=made.reason, comparison=made.comparison)
            case _:
                return made


def open_notice(opened: Opened, notice: ShipNotice) -> NoticeCase:
    """The case of a ship notice."""
    return NoticeCase(opened=opened, notice=notice)


def _count_items(notice: ShipNotice) -> str:
    """What waits while it is held: a notice names no money, and its orders are not known yet."""
    return f"a shipment with {len(notice.items)} item{'s' if len(notice.items) != 1 else ''}"


def _find_rule(case: PurchasingCase) -> NoticeRule:
    return case.rules.purchasing.find_notice(case.partner.name)


def _is_billed(case: PurchasingCase, opened: Opened) -> bool:
    """Whether it is priced from its orders: for a bill, or for what is booked of it in a journal."""
    return opened.route.target == "journal" or _find_rule(case).target == "bill"


def _find_day_need(case: PurchasingCase, opened: Opened, notice: ShipNotice) -> Need | None:
    """Its day, where that is still to come: what waits for it is looked at with every run, and its orders are not read."""
    is_receipt = _find_rule(case).asn_is_receipt and not _is_billed(case, opened)
    found = find_date(case, notice, is_receipt=is_receipt)
    return found if isinstance(found, Need) else None
