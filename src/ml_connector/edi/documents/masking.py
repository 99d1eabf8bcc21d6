"""Numbers that must not be kept whole: bank accounts and social security numbers."""

import re
from collections.abc import Callable

from msgspec import Struct

from ml_connector.edi.elements import parse_date
from ml_connector.edi.segments import Row, get_element

_SHOWN = 4
#: Elements 66 and 128: the id or number after them (67, 127) is a social security number.
PERSONAL_QUALIFIERS = frozenset({"34", "SY"})
#: Where an id or number stands behind its qualifier.
_PERSONAL_PLACES = {
    "ADX": (4,),
    "BCD": (14,),
    "CAD": (8,),
    "ENT": (4, 7, 9),
    "N1": (4,),
    "N9": (2,),
    "NM1": (9,),
    "OTI": (3,),
    "PWK": (6,),
    "REF": (2,),
    "RMR": (2,),
    "SDQ": (3,),
    "TD5": (3,),
}
#: The same inside a composite (C040 of REF04 and N907).
_PERSONAL_PART = re.compile(r"(?<![A-Za-z0-9])(?P<lead>SY[^A-Za-z0-9\s-])(?P<number>[A-Za-z0-9-]+)")
_find_qualifier = re.compile(r"(?<![A-Za-z0-9])(?:34|SY)(?![A-Za-z0-9 ])").search
#: Where numbers of accounts stand (element 508).
_ACCOUNT_PLACES = {"BPR": (9, 15, 21), "CSH": (4,), "IT8": (4,)}
#: Where segments tell which element was wrong, and repeat it; elements that may be secret.
_COPIES = {"AK4": (2, (4,)), "IK4": (2, (4,)), "TED": (6, (7, 8))}
_SECRET_ELEMENTS = frozenset({"67", "508"})

#: From here on a BPR has banks and accounts; a date from BPR16 on, or in the element before when one is lacking.
_FIRST_OF_BANKS = 6
_FIRST_OF_DATES = 15
#: Element 506 before a bank and element 569 before an account, in three places of a BPR.
_BANK_PLACES = (6, 12, 18)
_BANK_QUALIFIERS = frozenset({"", "01", "02", "03", "04", "05", "ZZ"})
_LONG_NUMBER = re.compile(r"[0-9]{5,}")


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
    """An id (element 67) or number (127), masked where its qualifier says that it is a person's."""
    return mask(number) if qualifier in PERSONAL_QUALIFIERS else number


def may_name_person(text: str) -> bool:
    """Whether the text of some segments, with any delimiters, may hold the social security number of a person."""
    return ("34" in text or "SY" in text) and _find_qualifier(text) is not None


def mask_row(row: Row) -> Row:
    """A segment to be shown: bank accounts, routing numbers and social security numbers in it are starred.

    Where elements have shifted, numbers stand in wrong places: every longer number after a qualifier of
    persons is starred, and every longer one among the banks of a BPR that is no date.
    """
    tag = row[0].strip(" ")
    masker = _MASKERS.get(tag)
    return row if masker is None else [row[0], *(masker(tag, row, n) for n in range(1, len(row)))]


def _mask_person_at(tag: str, row: Row, number: int) -> str:
    value = row[number]
    after = row[number - 1].strip(" ") in PERSONAL_QUALIFIERS and number > 1
    if after and (number in _PERSONAL_PLACES[tag] or _LONG_NUMBER.search(value.replace("-", ""))):
        return mask(value)
    return _PERSONAL_PART.sub(lambda found: found["lead"] + mask(found["number"]), value)


def _mask_account_at(tag: str, row: Row, number: int) -> str:
    return mask(row[number]) if number in _ACCOUNT_PLACES[tag] else row[number]


def _mask_payment_at(tag: str, row: Row, number: int) -> str:
    if number < _FIRST_OF_BANKS or number in _ACCOUNT_PLACES[tag]:
        return _mask_account_at(tag, row, number)
    dated = number >= _FIRST_OF_DATES
    return _LONG_NUMBER.sub(
        lambda found: found[0] if dated and parse_date(found[0], None) else mask(found[0]), row[number]
    )


def _mask_copy_at(tag: str, row: Row, number: int) -> str:
    named, copies = _COPIES[tag]
    secret = number in copies and get_element(row, named).strip(" ") in _SECRET_ELEMENTS
    return mask(row[number]) if secret else row[number]


#: By the tag of a segment: what an element of it is to be shown as.
_MASKERS: dict[str, Callable[[str, Row, int], str]] = {
    **dict.fromkeys(_PERSONAL_PLACES, _mask_person_at),
    **dict.fromkeys(_ACCOUNT_PLACES, _mask_account_at),
    **dict.fromkeys(_COPIES, _mask_copy_at),
    "BPR": _mask_payment_at,
}


def mask_misplaced(bpr: Row) -> Row:
    """A BPR as it is where its banks are where they should be, else as `mask_row` gives it."""
    shifted = any(
        get_element(bpr, at) not in _BANK_QUALIFIERS or _LONG_NUMBER.search(get_element(bpr, at + 2))
        for at in _BANK_PLACES
    )
    return mask_row(bpr) if shifted else bpr


def read_account(row: Row, first: int) -> BankAccount | None:
    """The account in four elements from `first` on; None where the sender gave none of them."""
    bank_qualifier, bank, account_qualifier, account = [get_element(row, first + n) for n in range(4)]
    if not (bank or account):
        return None
    return BankAccount(bank_qualifier, bank, account_qualifier, mask(account))
