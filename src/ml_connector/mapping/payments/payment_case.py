"""What the plan of a payment stands on: a remittance whose partner and vendor are known, and the role of such remittances."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ml_connector.edi import Finding, Remittance, Transaction
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.admission import Setting
from ml_connector.mapping.rules.payment import PaymentRule
from ml_connector.mapping.rules.rulebook import Partner, Route, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSubject:
    """One remittance to be planned."""

    transaction: Transaction
    remittance: Remittance
    findings: tuple[Finding, ...]
    mark: str  #: the document key: our mark in Intacct
    partner: Partner
    vendor: Vendor
    route: Route
    rules: Rules
    rule: PaymentRule
    setting: Setting

    @property
    def amount(self) -> Decimal:
        """BPR02."""
        return self.remittance.amount or Decimal(0)

    @property
    def day(self) -> date:
        """BPR16; the day of the plan where there is none, and then nothing is recorded."""
        return self.remittance.date or self.setting.today

    @property
    def currency(self) -> str:
        return self.remittance.currency or self.partner.currency or self.setting.base_currency

    @property
    def version(self) -> str:
        """GS08."""
        group = self.transaction.group
        return group.version if group is not None else ""

    @property
    def is_final(self) -> bool:
        """Whether what goes with the payment may be more than a draft; the payment itself never is."""
        return self.setting.mode == "live" and self.route.action == "submit"

    def say(self, wrong: str, cure: str) -> str:
        """The reason of a need: what is wrong, what it is worth, and the one action that frees the document."""
        return f"{wrong} ({self.amount:,} {self.currency} waits); {cure}"
