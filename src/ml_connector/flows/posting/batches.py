"""How many postings go into one request: small at first, twice as many while Intacct answers quickly."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from ml_connector.flows.posting.functions import list_lines
from ml_connector.records.posting import StoredPosting

SMALLEST: Final = 10
LARGEST: Final = 100
SLOW: Final = timedelta(seconds=20)
MOST_LINES: Final = 2000
MOST_BYTES: Final = 2_000_000
_XML_FACTOR: Final = 3  # a function takes up to about three times its canonical bytes in a request
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class BatchSize:
    """How many postings the next request takes."""

    postings: int = SMALLEST

    def after(self, took: timedelta) -> "BatchSize":
        """Doubled after a quick answer, halved after a slow one."""
        wanted = self.postings // 2 if took >= SLOW else self.postings * 2
        return BatchSize(max(1, min(wanted, LARGEST)))

    def within(self, left: int | None) -> "BatchSize":
        """No more than may still be sent; None: there is no limit."""
        return self if left is None else BatchSize(min(self.postings, left))


def take_batch(postings: Sequence[StoredPosting], size: BatchSize) -> Sequence[StoredPosting]:
    """The first postings that fit into one request: by number, lines and bytes, but at least one."""
    lines = 0
    volume = 0
    for count, stored in enumerate(postings):
        lines += len(list_lines(stored.function))
        volume += stored.size * _XML_FACTOR
        if count and (count >= size.postings or lines > MOST_LINES or volume > MOST_BYTES):
            return postings[:count]
    return postings


def share_out(items: Iterable[_T], measure: Callable[[_T], int]) -> Iterator[list[_T]]:
    """The items in as many requests as their bytes need, at least one in each."""
    some: list[_T] = []
    volume = 0
    for item in items:
        size = measure(item)
        if some and volume + size > MOST_BYTES:
            yield some
            some, volume = [], 0
        some.append(item)
        volume += size
    if some:
        yield some
