"""Does the money that came in stand somewhere? A fresh pass over the stored bytes, held against the statuses."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from ml_connector import edi
from ml_connector.edi import Transaction
from ml_connector.flows.contents import INVOICE, OWED
from ml_connector.flows.proof import Proof
from ml_connector.flows.reading import describe_document
from ml_connector.mapping.ledger_states import is_in_ledger
from ml_connector.records.documents import NewDocument, StoredDocument, StoredFile
from ml_connector.records.status import FileStatus, Status
from ml_connector.store import Store

_ROWS_AT_ONCE: Final = 500  # however many documents a file has, so many are in memory

_Pair = tuple[NewDocument, StoredDocument | None] | tuple[None, StoredDocument]
"""A document of the bytes and its row; either may be missing, not both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Documents and their gross amount."""

    documents: int = 0
    amount: Decimal = Decimal(0)

    def plus(self, amount: Decimal | None) -> "Tally":
        return Tally(documents=self.documents + 1, amount=self.amount + (amount or Decimal(0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """One document type and currency: what came in, and where it stands."""

    set_code: str
    kind: str  #: `debit`, `credit`, or empty for documents without money
    currency: str
    came_in: Tally
    stands: Mapping[Status, Tally]
    in_ledger: Tally = Tally()  #: of what is posted, as Intacct was seen last
    awaiting: Tally = (
        Tally()
    )  #: of what is posted, drafts and what waits for approval; the rest was not seen yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """`holds`: every document of the stored bytes stands in a status with its amount, and no other does.

    It is complete only when every amount could be read, and every file whole.
    """

    files: Mapping[FileStatus, int]
    damaged: tuple[str, ...]  #: the files from which something may be missing, each with why
    rows: tuple[BalanceRow, ...]
    unread_amounts: int
    differences: tuple[str, ...]  #: each names the record that disagrees
    proof: Proof | None = None  #: against Intacct, when it was asked for

    @property
    def holds(self) -> bool:
        return not self.differences and (self.proof is None or not self.proof.differences)

    @property
    def complete(self) -> bool:
        return (
            self.holds
            and self.unread_amounts == 0
            and not self.damaged
            and not self.files.get(FileStatus.RECEIVED)
        )


def strike_balance(store: Store, link: str, *, base_currency: str, since: datetime | None = None) -> Balance:
    """Read the stored files of the link again, all or those received since a moment, and compare.

    A document that names no currency is in the company's own.
    """
    with store.begin() as work:
        files = work.files.list(link, since=since)
    sums: dict[tuple[str, str, str], _Sums] = defaultdict(_Sums)
    differences: list[str] = []
    unread = 0
    for file in files:
        ledger: dict[int, bool | None] = {}
        for pair in map(_leave_unread, _pair_up(store, file, ledger)):
            if file.status is not FileStatus.RECEIVED:
                differences += _compare(file, pair)
            fresh, known = pair
            if fresh is not None:
                sums[_place(fresh, base_currency)].note_received(fresh)
                unread += fresh.set_code in OWED and fresh.amount is None
            if known is not None:
                sums[_place(known.document, base_currency)].note_standing(known, in_ledger=ledger[known.id])
    made = tuple(sums[place].make_row(place) for place in sorted(sums))
    damaged = (file for file in files if file.status is FileStatus.DAMAGED)
    return Balance(
        files=Counter(file.status for file in files),
        damaged=tuple(f"file #{file.id} {file.origin.name}: {file.reason}" for file in damaged),
        rows=made,
        unread_amounts=unread,
        differences=tuple(differences),
    )


@dataclass(slots=True)
class _Sums:
    """A row of the balance while it is added up."""

    came_in: Tally = Tally()
    stands: dict[Status, Tally] = field(default_factory=dict)
    posted: dict[bool, Tally] = field(default_factory=dict)  #: by whether it is in the ledger

    def note_received(self, document: NewDocument) -> None:
        self.came_in = self.came_in.plus(document.amount)

    def note_standing(self, known: StoredDocument, *, in_ledger: bool | None) -> None:
        amount = known.document.amount
        self.stands[known.status] = self.stands.get(known.status, Tally()).plus(amount)
        if known.status is Status.POSTED and in_ledger is not None:
            self.posted[in_ledger] = self.posted.get(in_ledger, Tally()).plus(amount)

    def make_row(self, place: tuple[str, str, str]) -> BalanceRow:
        return BalanceRow(
            set_code=place[0],
            kind=place[1],
            currency=place[2],
            came_in=self.came_in,
            stands=self.stands,
            in_ledger=self.posted.get(True, Tally()),
            awaiting=self.posted.get(False, Tally()),
        )


def _read_fresh(store: Store, file: StoredFile) -> Iterator[NewDocument]:
    for item in edi.read(store.open_payload(file.sha256)):
        if isinstance(item, Transaction):
            yield describe_document(file.link, item)


def _pair_up(store: Store, file: StoredFile, ledger: dict[int, bool | None]) -> Iterator[_Pair]:
    """Each document of the file's bytes with its row, and rows and bytes that have none; some hundred in memory.

    The documents of the bytes are numbered without gaps, so a row that has none comes after all of them. Of each row
    `ledger` gets to know whether what became of it is in the ledger.
    """
    kept = _read_rows(store, file, ledger)
    row = next(kept, None)
    for document in _read_fresh(store, file):
        if row is not None and row.document.index == document.index:
            yield document, row
            row = next(kept, None)
        else:
            yield document, None
    while row is not None:
        yield None, row
        row = next(kept, None)


def _leave_unread(pair: _Pair) -> _Pair:
    """A document that was only kept, as its set had no use when it came, is no more than that by today's reading."""
    fresh, known = pair
    if fresh is None or known is None:
        return pair
    kept = known.document
    only_kept = (
        kept.status is Status.FILED and kept.set_code != INVOICE and not (kept.key.number or kept.key.kind)
    )
    return (replace(kept, content_hash=fresh.content_hash), known) if only_kept else pair


def _read_rows(store: Store, file: StoredFile, ledger: dict[int, bool | None]) -> Iterator[StoredDocument]:
    last = -1
    while True:
        with store.begin() as work:
            part = work.documents.list_of_file(file.id, after=last, most=_ROWS_AT_ONCE)
            followed = work.followed.list_of(document.id for document in part)
        ledger.update({document.id: is_in_ledger(followed.get(document.id, ())) for document in part})
        if not part:
            return
        yield from part
        last = part[-1].document.index


def _place(document: NewDocument, base_currency: str) -> tuple[str, str, str]:
    return (document.set_code, document.key.kind, document.currency or base_currency)


def _compare(file: StoredFile, pair: _Pair) -> Iterator[str]:
    if pair[0] is None:
        row = pair[1]
        yield f"file #{file.id} {file.origin.name}: row #{row.id} ({row.document.document_key}) is not in the bytes"
        return
    fresh, known = pair
    what = f"{fresh.set_code} {fresh.key.number or 'without number'} ({fresh.document_key})"
    place = f"file #{file.id} {file.origin.name}, document {fresh.index + 1}"
    if known is None:
        yield f"{place}: {what} is in the bytes but has no row"
        return
    for said in _find_changes(fresh, known.document):
        yield f"{place}: {what}: {said} in its row #{known.id}"


def _find_changes(read: NewDocument, kept: NewDocument) -> Iterator[str]:
    """In what a row differs from the bytes it stands for."""
    pairs = (
        ("amount", read.amount, kept.amount),
        ("currency", read.currency, kept.currency),
        ("number", read.key.number, kept.key.number),
        ("type", (read.set_code, read.key.kind), (kept.set_code, kept.key.kind)),
        ("date", read.date, kept.date),
        ("content", read.content_hash, kept.content_hash),
    )
    for name, in_bytes, in_row in pairs:
        if in_bytes != in_row:
            yield f"{name} is {_spell(in_bytes)} in the bytes and {_spell(in_row)}"


def _spell(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
