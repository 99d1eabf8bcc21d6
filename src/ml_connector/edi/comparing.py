"""What one set says otherwise than another: for a copy or a correction beside what it repeats."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from ml_connector.edi.documents.masking import mask_row
from ml_connector.edi.duplicates import drop_changing
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.segments import Row, get_element


def list_differences(one: Transaction, other: Transaction) -> Iterator[str]:
    """Each element that differs, with both values, and each segment that only one of them has; none where they agree.

    Control numbers, the purpose, blanks and empty elements at the end say nothing. Between what is equal before and
    behind, segments are compared in their order. Numbers that must not be shown are starred.
    """
    mine, theirs = ([drop_changing(row) for row in each.contents.rows] for each in (one, other))
    first = _count_equal(mine, theirs)
    mine, theirs = mine[first:], theirs[first:]
    last = _count_equal(mine[::-1], theirs[::-1])
    for new, old in zip_longest(mine[: len(mine) - last], theirs[: len(theirs) - last]):
        yield from _compare(new, old)


def _count_equal(one: Sequence[Row], other: Sequence[Row]) -> int:
    """How many segments are equal from the beginning."""
    places = (place for place, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs)
    return next(places, min(len(one), len(other)))


def _compare(new: Row | None, old: Row | None) -> Iterator[str]:
    if new is None or old is None or new[0] != old[0]:
        yield from (f"{_show(row)} {word}" for row, word in ((new, "is new"), (old, "is missing")) if row)
        return
    shown, before = mask_row(new), mask_row(old)
    for place in range(1, max(len(new), len(old))):
        if get_element(new, place) != get_element(old, place):
            said, was = (get_element(each, place) or "empty" for each in (shown, before))
            yield f"{new[0]}{place:02} {said} instead of {was}"


def _show(row: Row) -> str:
    return "*".join(mask_row(row))
