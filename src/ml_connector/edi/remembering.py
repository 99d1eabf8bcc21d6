"""Remembering what was made of a text: partners say the same things in document after document."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

#: How many texts are remembered at most, and how long they may be. What is made of a text grows with it:
#: the outlines of 512 invoices of 500 characters of tags take 10 MB, nothing else comes near.
MOST_REMEMBERED = 512
LONGEST_REMEMBERED = 500


def _never(_: str) -> bool:
    return False


class _Memory(dict[str, T], Generic[T]):
    """Results by their text; a text that is not known yet is made, and kept if it may be."""

    def __init__(self, function: Callable[[str], T], unless: Callable[[str], bool]) -> None:
        super().__init__()
        self._function, self._unless = function, unless

    def __missing__(self, text: str) -> T:
        value = self._function(text)
        if len(text) <= LONGEST_REMEMBERED and not self._unless(text):
            if len(self) >= MOST_REMEMBERED:
                self.clear()
            self[text] = value
        return value


def remember(function: Callable[[str], T], *, unless: Callable[[str], bool] = _never) -> Callable[[str], T]:
    """The function, which must depend on the text alone and give what never changes, with a memory of its results.

    When the memory is full it begins anew: a look-up must cost less than any order of what was used last.
    What is made of a text is not kept where `unless` says so. What comes back is the memory's own look-up,
    because a function around it would take three times as long.
    """
    return _Memory(function, unless).__getitem__
