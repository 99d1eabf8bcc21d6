"""The rows of a file for Cleo, out of our copy: page by page, so that memory does not grow with the company."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeVar

from ml_connector.flows.run import Run
from ml_connector.intacct.objects import Vendor
from ml_connector.intacct.query import compare
from ml_connector.mapping.reference.sheets import (
    Cells,
    Op,
    Sheet,
    delete_row,
    fill_row,
    judge_change,
    judge_whole,
)
from ml_connector.records.reference import ReferenceRow, RowChange
from ml_connector.store.work import Work

_K = TypeVar("_K", RowChange, ReferenceRow)
_AT_ONCE: Final = 1000  # rows in one transaction; an `in` filter of Intacct takes as many values


def list_delta(run: Run, sheet: Sheet, *, after: int, upto: int) -> Iterator[Cells]:
    """What the table is to be told of the changes from one version of the copy to another, by `erp_key`.

    Raises `intacct.errors` where tax ids are published.
    """
    for kind in sheet.table.kinds:
        changes = _page(run, _changes_of(run.link.company, kind, after, upto))
        yield from _fill(run, sheet, ((judge_change(sheet, change), change) for change in changes))


def list_full(run: Run, sheet: Sheet, *, version: int, was: Sheet, known: int | None) -> Iterator[Cells]:
    """The whole table, by `erp_key`, and deletions of what it `was` to have as of the `known` version.

    Raises `intacct.errors` where tax ids are published.
    """
    for kind in sheet.table.kinds:
        now = _page(run, _rows_of(run.link.company, kind, version))
        then = _page(run, _rows_of(run.link.company, kind, known)) if known is not None else iter(())
        pairs = pair_rows(kind, then, now)
        yield from _fill(run, sheet, ((judge_whole(sheet, was, change), change) for change in pairs))


def pair_rows(
    kind: str, before: Iterator[ReferenceRow], after: Iterator[ReferenceRow]
) -> Iterator[RowChange]:
    """Two states of a kind, each by key, as one: every key once, with the row of each that has it."""
    old, new = next(before, None), next(after, None)
    while old is not None or new is not None:
        key = min(row.key for row in (old, new) if row is not None)
        left = old if old is not None and old.key == key else None
        right = new if new is not None and new.key == key else None
        yield RowChange(kind=kind, key=key, before=left, after=right)
        old = next(before, None) if left is not None else old
        new = next(after, None) if right is not None else new


def _changes_of(company: str, kind: str, after: int, upto: int) -> Callable[[Work, str], Sequence[RowChange]]:
    return lambda work, key: work.reference.list_changes(
        company, kind, after=after, upto=upto, after_key=key, limit=_AT_ONCE
    )


def _rows_of(company: str, kind: str, version: int) -> Callable[[Work, str], Sequence[ReferenceRow]]:
    return lambda work, key: work.reference.list_page(company, version, kind, after_key=key, limit=_AT_ONCE)


def _page(run: Run, read: Callable[[Work, str], Sequence[_K]]) -> Iterator[_K]:
    """All that `read` gives, a page in a transaction."""
    key = ""
    while True:
        with run.store.begin() as work:
            page = read(work, key)
        if not page:
            return
        yield from page
        key = page[-1].key


def _fill(run: Run, sheet: Sheet, judged: Iterable[tuple[Op | None, RowChange]]) -> Iterator[Cells]:
    told = ((op, change) for op, change in judged if op is not None)
    while part := list(islice(told, _AT_ONCE)):
        tax_ids: dict[str, str] = {}
        if sheet.shows_tax_ids:
            tax_ids = find_tax_ids(run, [change.key for op, change in part if op == "upsert"])
        for op, change in part:
            if op == "delete" or change.after is None:
                yield delete_row(sheet, change.kind, change.key)
            else:
                yield fill_row(sheet, change.after, tax_id=tax_ids.get(change.key, ""))


def find_tax_ids(run: Run, vendors: Sequence[str]) -> dict[str, str]:
    """The vendors' tax ids, asked of Intacct, as our copy has none. Raises `intacct.errors`."""
    if not vendors:
        return {}
    named = compare("VENDORID", "in", *vendors)
    found = (entry.record for entry in run.finance.reading.list_records(Vendor, where=named))
    return {vendor.vendor_id: vendor.tax_id for vendor in found}
