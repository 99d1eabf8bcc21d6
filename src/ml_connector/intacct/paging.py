"""Reads a query to its end, page after page, losing and repeating no row."""

from collections.abc import Callable, Iterator

from ml_connector.intacct.errors import AnswerUnreadable
from ml_connector.intacct.query import KEY_FIELD
from ml_connector.intacct.results import Page, Row

PAGE_SIZE = 1000
LARGEST_PAGE = 2000  #: Intacct documentation, 'Queries'


def read_all(
    fetch: Callable[[int], Page], *, key: str = KEY_FIELD, page_size: int = PAGE_SIZE
) -> Iterator[Row]:
    """All rows, where `fetch(after)` reads the page behind a RECORDNO, or another whole number as key.

    Ends at an empty page, or at one that is not full with nothing behind it. Raises AnswerUnreadable when
    the rows do not come in that order, for then paging by key would lose some.
    """
    last = 0
    while True:
        page = fetch(last)
        for row in page.rows:
            if row.record_no <= last:
                raise AnswerUnreadable(
                    f"{row.object}: {key} {row.record_no} comes after {last}; order is lost"
                )
            last = row.record_no
            yield row
        if not page.rows or (page.remaining == 0 and len(page.rows) < page_size):
            return
