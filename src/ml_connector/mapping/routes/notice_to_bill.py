"""An X12 856 → an AP bill in draft, priced from its orders: evaluated receipt settlement, where the rules say so.

Ask as for a receiver, then `draft_goods.ask_accounts`, then plan.
"""

from typing import Final

from ml_connector.edi import ShipNotice
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.matching.notice_lines import NoticeRead, Shipped, expect_goods, match_notice
from ml_connector.mapping.orders.purchasing_admission import (
    Received,
    check_currency,
    check_length,
    find_filing,
    find_needs,
)
from ml_connector.mapping.reference.slice import Slice
from ml_connector.mapping.routes.draft_goods import (
    CodedGoods,
    Goods,
    PlannedDraft,
    code_goods,
    explain_goods,
    find_due,
    find_invoiced,
    make_bill,
)
from ml_connector.mapping.routes.notice_to_receiver import Dated, find_date
from ml_connector.mapping.rules.rulebook import Route
from ml_connector.records.needs import Need

_NUMBER_LIMIT: Final = 20


def plan_notice_bill(
    received: Received, notice: ShipNotice, read: NoticeRead, route: Route, books: Slice
) -> PlannedDraft | Held | Filed:
    """The bill, always a draft, or every need that keeps it."""
    case = received.case
    filing = find_filing(received)
    if filing:
        return Filed(reason=filing)
    dated = find_date(case, notice, is_receipt=False)
    matched = match_notice(case, notice, read)
    needs = [
        *find_needs(received, notice.purpose),
        *check_length(case, "BSN02", notice.number, _NUMBER_LIMIT),
        *check_currency(case, case.setting.base_currency),
    ]
    goods = [_read_goods(each) for each in matched.shipped]
    needs += [*matched.needs, *find_invoiced(case, goods)]
    comparison = expect_goods(matched, dated.on if isinstance(dated, Dated) else notice.date)
    coded = [code_goods(case, each, books) for each in goods]
    needs += [each for each in coded if isinstance(each, Need)]
    due = find_due(case, dated.on, route, books) if isinstance(dated, Dated) else dated
    needs += [due] if isinstance(due, Need) else []
    if needs or isinstance(due, Need) or isinstance(dated, Need):
        return Held(needs=tuple({str(need): need for need in needs}.values()), comparison=comparison)
    billed = [each for each in coded if isinstance(each, CodedGoods)]
    bill = make_bill(case, route, billed, (dated.on, due))
    why = (*matched.reasons, dated.reason, *explain_goods(billed))
    return PlannedDraft(bill=bill, provenance=why, comparison=comparison)


def _read_goods(shipped: Shipped) -> Goods:
    return Goods(
        order=shipped.order,
        line=shipped.line,
        quantity=shipped.quantity,
        over=shipped.over,
        price=shipped.line.approved_price,
        price_of="approved",
        said="shipped",
    )
