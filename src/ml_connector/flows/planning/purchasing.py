"""What the cases of purchasing documents begin with, and how they wait when not even that is known."""

from typing import Final

from ml_connector.flows.planning.ap_bill import make_ready
from ml_connector.flows.planning.cases import Decision, Opened
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.orders import OrderShelf
from ml_connector.intacct.objects import Vendor
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.mapping import admission
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.orders.purchasing_case import PlannedPurchasing, PurchasingCase
from ml_connector.mapping.routes.draft_goods import PlannedDraft
from ml_connector.mapping.rules.rulebook import Partner
from ml_connector.records.needs import Need


def begin_case(
    opened: Opened, facts: Facts, partner: Partner, vendor: Vendor, *, number: str, what: str
) -> PurchasingCase:
    """What a purchasing plan stands on, once the vendor is known; `what` waits where the document states no money."""
    content = opened.stored.document
    if content.amount is not None:
        what = f"{content.amount:.2f} {content.currency or facts.setting.base_currency}"
    return PurchasingCase(
        set_code=opened.stored.document.set_code,
        number=number,
        mark=opened.mark,
        partner=partner,
        vendor=vendor,
        rules=facts.rules,
        setting=facts.purchasing,
        worth=what,
    )


UNREAD: Final = "unread"
"""The kind of need of what cannot be told before it is read from Intacct: only rehearsals come to it."""


def describe_unread(case: PurchasingCase) -> Need:
    """What a rehearsal has to say where Intacct is not asked."""
    reason = "what becomes of it cannot be told before its orders are read from Intacct; the next run decides"
    return Need(kind="unread", subject=f"{case.partner.name}/{case.number}", reason=reason)


def describe_moving(case: PurchasingCase, order_id: str) -> Need:
    """An order that is about to change is waited for."""
    reason = case.say(
        f"{order_id} is about to be changed or drawn on by another document of ours",
        "it is decided by itself once that is in Intacct; release it if that never gets there",
    )
    return Need(kind="order_state", subject=f"{order_id}/coming", reason=reason)


def hold_behind(case: PurchasingCase, made: PlannedPurchasing, shelf: OrderShelf) -> PlannedPurchasing | Held:
    """The plan, or what it waits for: it must not use up an order that another document of ours needs open.

    Of all that a plan rests on, documents of ours use up only orders and, with payments, bills (`claimed`); a period, a
    vendor or an account is changed by people alone, and preflight looks at it.
    """
    sources = (each.created_from for each in made.functions if isinstance(each, NewPurchasing))
    needed = (id_ for id_ in sources if id_ is not None and shelf.is_needed_open(id_, besides=case.mark))
    order_id = next(needed, None)
    if order_id is None:
        return made
    return Held(needs=(describe_moving(case, order_id),), comparison=made.comparison)


def hold_without_vendor(opened: Opened, facts: Facts, missing: Need | None) -> Held:
    """All that keeps a document whose vendor is not known."""
    needs = admission.find_addressing_needs(opened.transaction, opened.partner, facts.rules)
    return Held(needs=(*needs, *([missing] if missing is not None else [])))


def make_bill_ready(made: PlannedDraft | Held | Filed, opened: Opened) -> Decision:
    """A bill in draft as it is sent; what is none stays as it is."""
    if not isinstance(made, PlannedDraft):
        return made
    return make_ready(made.bill, opened, made.provenance, made.comparison)
