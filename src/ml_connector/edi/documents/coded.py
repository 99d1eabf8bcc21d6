"""Code lists whose members say what they mean."""

from enum import StrEnum
from typing import Self


class Coded(StrEnum):
    """A code list that decides what a document means; the value of a member is the code as sent."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    @classmethod
    def get(cls, code: str) -> Self | None:
        """The member with that code; None for a code that is not in the list."""
        return next((member for member in cls if member.value == code), None)


class Purpose(Coded):
    """Element 353, what a document does to an earlier one; an empty one is an original."""

    ORIGINAL = "00", "original"
    CANCELLATION = "01", "cancels the earlier document"
    CHANGE = "04", "changes the earlier document"
    REPLACEMENT = "05", "replaces the earlier document"
    CONFIRMATION = "06", "confirms what was agreed elsewhere"
    DUPLICATE = "07", "sent again on purpose"
    RESPONSE = "11", "answers the earlier document"
    ADVANCE = "14", "announced in advance"
    INFORMATION = "22", "copy for information"
    COMPLETION = "53", "completes the earlier document"
    APPROVAL = "54", "approves the earlier document"
