"""APACCOUNTLABEL: a name that stands for an account on bills, where a company has switched them on."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLabel(Record):
    """A label of payables; lines of bills name it instead of the account."""

    OBJECT: ClassVar[str] = "APACCOUNTLABEL"

    label: Annotated[str, "ACCOUNTLABEL"]
    description: Annotated[str, "DESCRIPTION"]
    account_no: Annotated[str, "GLACCOUNTNO"]
    payables_account: Annotated[str, "OFFSETGLACCOUNTNO"]
    status: Annotated[str, "STATUS"]
