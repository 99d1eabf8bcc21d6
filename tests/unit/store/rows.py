"""Rows a store can be filled with, in invented values, and another process that works on the same store."""

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from ml_connector.intacct.writing.bill import ApBill, ApBillLine
from ml_connector.records.documents import Move, NewDocument, Origin, Slices
from ml_connector.records.keys import BusinessKey, Target
from ml_connector.records.posting import Pins, Posting
from ml_connector.records.provenance import Reason
from ml_connector.records.status import Status
from ml_connector.store import Store

_Got = TypeVar("_Got")
LINK: Final = "main"
ORIGIN: Final = Origin(host="cleo.example", folder="/edi/inbound", remote_id="F-1", name="march.edi")
NEW: Final = NewDocument(
    index=0,
    set_code="810",
    slices=Slices(envelope_offset=0, group_offset=106, offset=160, length=400),
    sender="ZZ/QUILLCO",
    group_sender="QUILL",
    receiver="ZZ/BRINDLE",
    partner_name="Quill & Co",
    key=BusinessKey(link=LINK, partner="ZZ/QUILLCO/QUILL", set_code="810", number="Q-1", kind="debit"),
    document_key="mlc-810-AAAAAAAAAAAA",
    content_hash="c" * 64,
    date=date(2031, 3, 1),
    amount=Decimal("120.5000"),
    currency="USD",
    status=Status.READ,
    reason="",
    due=date(2031, 3, 31),
)
BILL: Final = ApBill(
    vendor_id="V-7",
    number="Q-1",
    reference="PO-9",
    date=date(2031, 3, 1),
    posting_date=date(2031, 3, 2),
    due_date=date(2031, 3, 31),
    term="N30",
    description="ink · mlc-810-AAAAAAAAAAAA",
    action="Submit",
    lines=(ApBillLine(account_no="5000", amount=Decimal("120.50"), memo="ink", location_id="110"),),
)
POSTING: Final = Posting(
    control_id="mlc:bill:0001",
    revision=1,
    target=Target(company="BRINDLE", entity="E1"),
    mark="mlc-810-AAAAAAAAAAAA",
    functions=(BILL,),
    provenance=(
        Reason(path="VENDORID", value="V-7", rule="xref", inputs=(("N1*SE", "92/7"),), losers=("number",)),
        Reason(path="lines[1].ACCOUNTNO", value="5000", rule="ink"),
    ),
    pins=Pins(rules=1, reference=1, parser="1"),
)


def number_document(index: int, **changes: Any) -> NewDocument:
    """A document with a number of its own."""
    key = replace(NEW.key, number=f"Q-{index + 1}")
    return replace(NEW, index=index, key=key, document_key=f"mlc-810-{index:012}", **changes)


def add_file(store: Store, *, content: bytes = b"ISA", **origin: str) -> int:
    kept = store.keep([content])
    with store.begin() as work:
        return work.files.add(link=LINK, origin=replace(ORIGIN, **origin), kept=kept)


def add_documents(store: Store, count: int = 1) -> list[int]:
    """A file with so many documents, all `read`; returns their ids."""
    file_id = add_file(store)
    with store.begin() as work:
        work.documents.add(file_id, [number_document(index) for index in range(count)])
        return [document.id for document in work.documents.list_of_file(file_id)]


def move(store: Store, ids: Sequence[int], *path: Status, until: datetime | None = None) -> None:
    """Take documents from `read` through these states."""
    for expect, to in zip((Status.READ, *path), path, strict=False):
        with store.begin() as work:
            moves = [Move(id=id_, action=str(to)) for id_ in ids]
            assert work.documents.move(moves, expect=expect, to=to, until=until) == set(ids)


def add_posting(store: Store, document_id: int, **changes: Any) -> int:
    posting = replace(POSTING, **{"control_id": f"mlc:bill:{document_id}"} | changes)
    with store.begin() as work:
        work.postings.add([(document_id, posting)])
        return work.postings.newest([document_id])[document_id].id


def start_process(script: str, *arguments: str) -> subprocess.Popen[str]:
    """Another Python process; it says a line when it is ready, and may wait for its standard input to end."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def do_at_once(workers: int, act: Callable[[int], _Got], *, times: int) -> list[list[_Got]]:
    """What each of so many threads gets that do the same at the same time; `act` is told which time it is."""
    together = threading.Barrier(workers)

    def work(n: int) -> _Got:
        together.wait()
        return act(n)

    with ThreadPoolExecutor(workers) as pool:
        return [list(pool.map(work, [n] * workers)) for n in range(times)]
