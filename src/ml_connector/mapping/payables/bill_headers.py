"""What a bill's header and lines have only in some companies: a currency with its rate, a summary, account labels."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ml_connector.edi import Invoice
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.admission import Setting
from ml_connector.mapping.bill_setup import BillSetup
from ml_connector.mapping.payables.coding import CodedPart
from ml_connector.mapping.places import Places
from ml_connector.mapping.rules.rulebook import Partner
from ml_connector.records.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """The currency of a bill, and by which of Intacct's rates it is converted; all None in companies with one."""

    code: str | None = None
    base: str | None = None
    rate_type: str | None = None  #: None where the bill is in the base currency


def name_currency(invoice: Invoice, partner: Partner, setting: Setting) -> str:
    """The currency an invoice is in: what names none is in its partner's, else in that of the books."""
    return invoice.currency or partner.currency or setting.base_currency


def settle_money(invoice: Invoice, partner: Partner, setting: Setting) -> Money:
    """How an invoice without needs is converted."""
    setup, base = setting.bills, setting.base_currency
    if not setup.multi_currency:
        return Money()
    said = name_currency(invoice, partner, setting)
    return Money(code=said, base=base, rate_type=setup.rate_type if said != base else None)


def find_currency_needs(
    invoice: Invoice, partner: Partner, vendor: Vendor | None, setting: Setting, places: Places
) -> Iterator[Need]:
    """The currency must be the company's own, unless it has several; then it must be one somebody has chosen.

    That is the vendor's in Intacct, or the partner's by our rules: an invoice alone does not choose it.
    """
    said, base, noun = name_currency(invoice, partner, setting), setting.base_currency, places.noun
    kept = (vendor.currency if vendor is not None else "") or base
    foreign = next((currency for currency in (said, kept) if currency != base), None)
    if foreign is None:
        return
    who = f"the {noun}" if foreign == said else "the vendor"
    wrong = f"{who} is in {foreign}, the company's books are in {base}"
    if not setting.bills.multi_currency:
        cure = "foreign currencies are posted only where company.multi_currency of the link is true"
        yield Need(kind="currency", subject=f"{foreign}/{invoice.number}", reason=f"{wrong}; {cure}")
    elif said not in {kept, partner.currency} and vendor is not None:
        reason = (
            f"the {noun} is in {said}, vendor {vendor.vendor_id} is kept in {kept}; correct the vendor in Intacct, or give the "
            f'partner currency = "{said}"'
        )
        yield Need(kind="currency", subject=f"{said}/{invoice.number}", reason=reason)
    elif said != base and setting.bills.rate_type is None:
        reason = f"{wrong}; set company.exchange_rate_type of the link, such as Intacct Daily Rate"
        yield Need(kind="setting", subject="exchange_rate_type", reason=reason)


def find_summary_needs(setup: BillSetup) -> Iterator[Need]:
    """A company whose bills name their summary has to say how it is called."""
    if setup.named_summaries and setup.summary is None:
        reason = (
            "bills of this company name the summary they belong to, and nobody has said how it is called; set "
            "company.bill_summary of the link"
        )
        yield Need(kind="setting", subject="bill_summary", reason=reason)


def name_summary(setup: BillSetup, posted: date) -> str | None:
    """The summary of a bill; None where companies do not name it."""
    if not setup.named_summaries or setup.summary is None:
        return None
    return setup.summary.format(year=f"{posted.year:04}", month=f"{posted.month:02}")


def find_label_needs(coded: Iterable[CodedPart], setup: BillSetup) -> Iterator[Need]:
    """Lines name labels where the company uses them, and nowhere else."""
    for part in coded:
        coding = part.coding
        if coding.label is None and setup.account_labels:
            reason = (
                f"lines name account labels in this company, the rule “{part.rule}” gives account {coding.account}; give it "
                "label = … instead"
            )
            yield Need(kind="account_label", subject=f"for/{coding.account}", reason=reason)
        elif coding.label is not None and not setup.account_labels:
            reason = (
                f"the rule “{part.rule}” gives label {coding.label}, and nobody has said that this company uses them; set "
                "company.account_labels of the link, or give the rule an account"
            )
            yield Need(kind="setting", subject="account_labels", reason=reason)
