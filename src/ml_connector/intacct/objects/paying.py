"""What money leaves from: CHECKINGACCOUNT, SAVINGSACCOUNT and CREDITCARD. Numbers of accounts and cards stay there."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount(Record):
    """What both kinds of bank accounts have; payments name them by their ids."""

    account_id: Annotated[str, "BANKACCOUNTID"]
    bank: Annotated[str, "BANKNAME"]
    gl_account_no: Annotated[str, "GLACCOUNTNO"]
    location_id: Annotated[str, "LOCATIONID"]
    status: Annotated[str, "STATUS"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckingAccount(BankAccount):
    """A checking account."""

    OBJECT: ClassVar[str] = "CHECKINGACCOUNT"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingsAccount(BankAccount):
    """A savings account."""

    OBJECT: ClassVar[str] = "SAVINGSACCOUNT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(Record):
    """A charge card."""

    OBJECT: ClassVar[str] = "CREDITCARD"

    card_id: Annotated[str, "CARDID"]
    description: Annotated[str, "DESCRIPTION"]
    card_type: Annotated[str, "CARDTYPE"]
    liability: Annotated[str, "LIABILITYTYPE"]  #: `Credit` or `Debit`
    vendor_id: Annotated[str, "VENDORID"]
    status: Annotated[str, "STATUS"]
