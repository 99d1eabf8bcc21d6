"""Sets of any size, in parts that one statement can take."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

_T = TypeVar("_T")
_PART: Final = 500  # databases limit the parameters of a statement: some to 999, PostgreSQL to 65,535


def split(items: Iterable[_T]) -> Iterator[list[_T]]:
    """The items in their order, in lists of 500 at most; none for no items."""
    left = iter(items)
    while part := list(islice(left, _PART)):
        yield part
