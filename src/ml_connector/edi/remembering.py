"""Remembering what was made of a text: partners say the same things in document after document."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

T = TypeVar("T")

#: How many texts are remembered, the last used ones, and how long they may be. What is made of a text grows
#: with it: the outlines of 512 invoices of 500 characters of tags take 10 MB, nothing else comes near.
MOST_REMEMBERED = 512
LONGEST_REMEMBERED = 500


def remember(function: Callable[[str], T]) -> Callable[[str], T]:
    """The function, which must depend on the text alone and give what never changes, with a memory of its results."""
    known = lru_cache(maxsize=MOST_REMEMBERED)(function)

    @wraps(function)
    def recall(text: str) -> T:
        return known(text) if len(text) <= LONGEST_REMEMBERED else function(text)

    return recall
