"""Numbers that must not be kept whole: bank accounts and social security numbers."""

from msgspec import Struct

from ml_connector.edi.segments import Row, get_element

_SHOWN = 4
#: Element 66: the id after it is a social security number.
_PERSONAL_QUALIFIERS = frozenset({"34", "SY"})


class BankAccount(Struct, frozen=True, gc=False):
    """An account at a bank, as four elements of a BPR name it."""

    bank_qualifier: str = ""  #: element 506, such as 01 (ABA routing number)
    bank: str = ""
    account_qualifier: str = ""  #: element 569, such as DA (demand deposit)
    account: str = ""  #: masked: at most its last four characters can be read


def mask(number: str) -> str:
    """The number with all but its last four characters starred, and never more than half of it shown."""
    shown = min(_SHOWN, len(number) // 2)
    return "*" * (len(number) - shown) + number[len(number) - shown :]


def mask_person(qualifier: str, number: str) -> str:
    """An id, masked where its qualifier says that it is a person's."""
    return mask(number) if qualifier in _PERSONAL_QUALIFIERS else number


def read_account(row: Row, first: int) -> BankAccount | None:
    """The account in four elements from `first` on; None where the sender gave none of them."""
    bank_qualifier, bank, account_qualifier, account = [get_element(row, first + n) for n in range(4)]
    if not (bank or account):
        return None
    return BankAccount(bank_qualifier, bank, account_qualifier, mask(account))
