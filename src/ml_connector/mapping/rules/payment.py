"""The rules on payments that remittances (820) tell of. What is not written is the careful choice."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator

from ml_connector.mapping.rules.fields import read_tuple
from ml_connector.mapping.rules.purchasing import AGREED
from ml_connector.mapping.rules.toml_reading import Model
from ml_connector.records.xref import CrossReference

PAYING: Final = ("bank", "payment", "journal")
"""Kinds of needs of payments and journals that a person's answer meets."""


class PaymentRule(Model):
    """What a remittance is to us."""

    partner: str | None = None
    role: Literal["paid_by_us", "received"]
    method: Literal["Cash", "EFT"] = "Cash"  #: as Intacct records it: neither orders a bank to pay


class BankXref(Model):
    """A partner's name for an account that we pay from."""

    code: str  #: BPR06 to BPR08 and the last digits of BPR09: `01/044000037/DA/6789`
    account: str  #: the id of the bank account or card in Intacct
    partner: str | None = None


class PaymentFile(Model):
    """The tables on payments that may stand in one file."""

    payment: Annotated[tuple[PaymentRule, ...], BeforeValidator(read_tuple)] = ()
    bank: Annotated[tuple[BankXref, ...], BeforeValidator(read_tuple)] = ()


class PaymentRules(Model):
    """All rules on payments of a link."""

    payments: tuple[PaymentRule, ...] = ()
    banks: tuple[BankXref, ...] = ()
    agreed: frozenset[tuple[str, str]] = frozenset()
    """By people: the payments that may be recorded, by partner and name."""

    def add_answers(self, answers: Mapping[str, Sequence[CrossReference]]) -> "PaymentRules":
        """The rules with what people have answered besides, by kind of need."""
        banks = (
            BankXref(partner=a.partner or None, code=a.code, account=a.target)
            for a in answers.get("bank", ())
        )
        agreed = ((a.partner, a.code) for a in answers.get("payment", ()) if a.target == AGREED)
        return self.model_copy(
            update={"banks": (*self.banks, *banks), "agreed": self.agreed.union(agreed)},
        )

    def find_payment(self, partner: str) -> PaymentRule | None:
        """The partner's own rule before the general one; None where nobody has said what remittances are."""
        own = [rule for rule in self.payments if rule.partner == partner]
        return next(iter([*own, *(rule for rule in self.payments if rule.partner is None)]), None)

    def find_bank(self, code: str, partner: str) -> BankXref | None:
        """The account of a code: what was answered last before what is written, the partner's own before any's."""
        same = [xref for xref in reversed(self.banks) if xref.code == code]
        own = [xref for xref in same if xref.partner == partner]
        return next(iter([*own, *(xref for xref in same if xref.partner is None)]), None)

    def list_named(self) -> set[str]:
        """The partners that these rules name."""
        named = {rule.partner for rule in self.payments} | {xref.partner for xref in self.banks}
        return {partner for partner in named if partner is not None}

    def find_doubles(self) -> Iterator[str]:
        """What is written twice and may be there once."""
        once = {
            "payment of {} is there twice; keep one": [
                rule.partner or "any partner" for rule in self.payments
            ],
            "bank code {!r} is there twice; keep one account for it": [
                f"{xref.partner or 'any partner'}: {xref.code}" for xref in self.banks
            ],
        }
        for message, names in once.items():
            yield from (message.format(name) for name, count in sorted(Counter(names).items()) if count > 1)


def merge_payments(files: Sequence[PaymentFile]) -> PaymentRules:
    """The rules of all files."""
    return PaymentRules(
        payments=tuple(rule for file in files for rule in file.payment),
        banks=tuple(xref for file in files for xref in file.bank),
    )
