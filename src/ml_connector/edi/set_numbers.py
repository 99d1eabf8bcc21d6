"""Control numbers of sets: which of them are new in their group."""

from bisect import bisect
from hashlib import sha256

#: How many runs of numbers that count up, and other numbers, are remembered in a group; more are compared,
#: but not remembered.
MOST_NUMBERS = 100_000
#: A longer number is known by its digest. X12 allows nine characters.
_LONGEST_KEPT = 32
_LONGEST_COUNTED = 18


class SetNumbers:
    """The numbers (ST02) of the sets of one group.

    Numbers that count up are known by where the counting began and how far it came, each time it
    begins anew: a group may have any number of them. Memory is bounded by MOST_NUMBERS, some 20 MB.
    """

    def __init__(self) -> None:
        self._firsts: list[int] = []  #: of each run, in order; a 1 before the digits keeps leading zeros
        self._nexts: list[int] = []  #: after the last of each run
        self._others: set[str] = set()  #: numbers that are no digits
        self._at = 0  #: the run that was counted last
        self._due: str | None = (
            None  #: the number that comes next in it, which is most often the next asked for
        )
        self._index = -1  #: of the set asked for last
        self._answer = False

    def is_first(self, number: str, index: int) -> bool:
        """Whether no earlier set had the number of the set with that index; to be asked in their order."""
        if index != self._index:
            self._index = index
            if number == self._due:
                self._answer = self._count_on(self._at)
            else:
                counted = len(number) <= _LONGEST_COUNTED and number.isdigit() and number.isascii()
                self._answer = self._count(int(f"1{number}")) if counted else self._add(number)
        return self._answer

    def _count_on(self, at: int) -> bool:
        """Add the next number to a run."""
        self._nexts[at] += 1
        following = self._nexts[at]
        text, free = str(following), at == len(self._firsts) - 1 or following != self._firsts[at + 1]
        self._at, self._due = at, text[1:] if free and text[0] == "1" else None
        return True

    def _count(self, value: int) -> bool:
        at = bisect(self._firsts, value)
        following = self._nexts[at - 1] if at else 0
        if value == following:
            return self._count_on(at - 1)
        if value > following and self._has_room():
            self._firsts.insert(at, value)
            self._nexts.insert(at, value)
            return self._count_on(at)
        return value > following

    def _add(self, number: str) -> bool:
        known = number if len(number) <= _LONGEST_KEPT else sha256(number.encode()).hexdigest()
        new = known not in self._others
        if new and self._has_room():
            self._others.add(known)
        return new

    def _has_room(self) -> bool:
        return len(self._firsts) + len(self._others) < MOST_NUMBERS
