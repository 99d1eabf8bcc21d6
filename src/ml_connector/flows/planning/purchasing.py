"""What the cases of purchasing documents begin with, and how they wait when not even that is known."""

from ml_connector.flows.planning.cases import Opened
from ml_connector.flows.planning.facts import Facts
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping import admission
from ml_connector.mapping.invoice_to_bill import Held
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


def hold_without_vendor(opened: Opened, facts: Facts, missing: Need | None) -> Held:
    """All that keeps a document whose vendor is not known."""
    needs = admission.find_addressing_needs(opened.transaction, opened.partner, facts.rules)
    return Held(needs=(*needs, *([missing] if missing is not None else [])))
