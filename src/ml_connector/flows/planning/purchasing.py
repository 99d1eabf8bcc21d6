"""What the cases of purchasing documents begin with, and how they wait when not even that is known."""

from typing import Final

from ml_connector.flows.planning.cases import Decision, Opened, Ready
from ml_connector.flows.planning.facts import Facts
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping import admission
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.draft_goods import PlannedDraft
from ml_connector.mapping.purchasing_case import PurchasingCase
from ml_connector.mapping.rules import Partner
from ml_connector.records.needs import Need


def begin_case(
    opened: Opened, facts: Facts, partner: Partner, vendor: Vendor, *, number: str, worth: str
) -> PurchasingCase:
    """What a purchasing plan stands on, once the vendor is known."""
    return PurchasingCase(
        set_code=opened.stored.document.set_code,
        number=number,
        mark=opened.mark,
        partner=partner,
        vendor=vendor,
        rules=facts.rules,
        setting=facts.purchasing,
        worth=worth,
    )


UNREAD: Final = "unread"
"""The kind of need of what cannot be told before it is read from Intacct: only rehearsals come to it."""


def describe_unread(case: PurchasingCase) -> Need:
    """What a rehearsal has to say where Intacct is not asked."""
    reason = "what becomes of it cannot be told before its orders are read from Intacct; the next run decides"
    return Need(kind="unread", subject=f"{case.partner.name}/{case.number}", reason=reason)


def hold_without_vendor(opened: Opened, facts: Facts, missing: Need | None) -> Held:
    """All that keeps a document whose vendor is not known."""
    needs = admission.find_addressing_needs(opened.transaction, opened.partner, facts.rules)
    return Held(needs=(*needs, *([missing] if missing is not None else [])))


def make_bill_ready(made: PlannedDraft | Held | Filed, opened: Opened) -> Decision:
    """A bill in draft as it is sent; what is none stays as it is."""
    if not isinstance(made, PlannedDraft):
        return made
    return Ready(
        functions=(made.bill,),
        entity=opened.entity,
        date=made.bill.date,
        due=made.bill.due_date,
        provenance=made.provenance,
        comparison=made.comparison,
    )
