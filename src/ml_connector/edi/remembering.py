"""Remembering what was made of a text: partners say the same things in document after document."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

T = TypeVar("T")

#: How many texts are remembered at most, and how long they may be. What is made of a text grows with it:
#: the outlines of 512 invoices of 500 characters of tags take 10 MB, nothing else comes near.
MOST_REMEMBERED = 512
LONGEST_REMEMBERED = 500


def _never(_: str) -> bool:
    return False


def remember(function: Callable[[str], T], *, unless: Callable[[str], bool] = _never) -> Callable[[str], T]:
    """The function, which must depend on the text alone and give what never changes, with a memory of its results.

    When the memory is full it begins anew: a look-up must cost less than any order of what was used last.
    What is made of a text is not kept where `unless` says so.
    """
    known: dict[str, T] = {}

    @wraps(function)
    def recall(text: str) -> T:
        try:
            return known[text]
        except KeyError:
            value = function(text)
        if len(text) <= LONGEST_REMEMBERED and not unless(text):
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            known[text] = value
        return value

    return recall
