"""The calls of the line at which something can go wrong, and what becomes of the documents then."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class Outcome(StrEnum):
    """What became of the invoices of a cell, once nothing is in doubt and nothing waits any more."""

    ONCE = "once"  #: each is one bill, and known as posted under that bill's key
    HELD = "held"  #: held with its reason, and at most one bill
    SOME_HELD = "held, the others once"  #: those the fault was about are held, the others are one bill each
    GONE = "never came"  #: the file was taken away before we had it, and the audit trail says so


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Call:
    """A call of the line, in a run that knows the reference; only `reference` comes when it is due again."""

    name: str
    purpose: str  #: how the meter's name of it begins
    match: Mapping[str, Any]
    after: Mapping[str, Any] | None = None  #: the request before it at that system; None: it is the first
    number: int = 0  #: of Intacct's requests, which one it is
    lost: Mapping[str, Any] | None = None  #: the write whose answer is lost, so that this call is made
    like: "Call | None" = None  #: the call for bills that it does the same as

    @property
    def is_write(self) -> bool:
        return self.purpose.startswith("create")


LOG_IN: Final = Call(name="log in", purpose="getAPISession", match={"function": "getAPISession"}, number=1)
REFERENCE: Final = Call(
    name="reference",
    purpose="query VENDOR",
    match={"function": "query", "object": "VENDOR"},
    after=LOG_IN.match,
    number=2,
)
LOOK_UP: Final = Call(
    name="look up",
    purpose="query APBILL",
    match={"function": "query", "object": "APBILL"},
    after=LOG_IN.match,
    number=2,
)
ENTITY: Final = Call(
    name="log in to entity",
    purpose="getAPISession",
    match={"function": "getAPISession", "nth": 2},
    after={"function": "query", "object": "APADJUSTMENT"},  # the last of what is looked up
    number=4,
)
CREATE: Final = Call(
    name="create", purpose="create APBILL", match={"function": "create"}, after=ENTITY.match, number=5
)
READ_BACK: Final = Call(
    name="read back",
    purpose="query APBILL",
    match={"function": "query", "object": "APBILL", "nth": 2},
    after=CREATE.match,
    number=6,
    lost=CREATE.match,
)
INTACCT: Final = (LOG_IN, REFERENCE, LOOK_UP, ENTITY, CREATE, READ_BACK)

#: The same for other records, which go in one request: the bills they pay are read right before.
CREATE_ADJUSTMENT: Final = Call(
    name="create adjustment",
    purpose="create_apadjustment",
    match={"function": "create_apadjustment"},
    after=ENTITY.match,
    like=CREATE,
)
CREATE_PAYMENT: Final = Call(
    name="create payment",
    purpose="create_apadjustment",
    match={"function": "create", "object": "APPYMT"},
    after=ENTITY.match,
    like=CREATE,
)
READ_BACK_ADJUSTMENT: Final = Call(
    name="read adjustment back",
    purpose="query APADJUSTMENT",
    match={"function": "query", "object": "APADJUSTMENT", "nth": 2},
    after=CREATE_ADJUSTMENT.match,
    lost=CREATE_ADJUSTMENT.match,
    like=READ_BACK,
)
READ_BACK_PAYMENT: Final = Call(
    name="read payment back",
    purpose="query APPYMT",
    match={"function": "query", "object": "APPYMT", "nth": 2},
    lost=CREATE_ADJUSTMENT.match,
    like=READ_BACK,
)
#: A vendor is read back by our mark in its comments whatever was answered: only Intacct knows the id it has given.
CREATE_VENDOR: Final = Call(
    name="create vendor",
    purpose="create VENDOR",
    match={"function": "create", "object": "VENDOR"},
    after={"function": "query", "object": "VENDOR", "compared": "COMMENTS"},
    like=CREATE,
)
READ_BACK_VENDOR: Final = Call(
    name="read vendor back",
    purpose="query VENDOR",
    match={"function": "query", "object": "VENDOR", "compared": "COMMENTS", "nth": 2},
    after=CREATE_VENDOR.match,
    like=READ_BACK,
)
VENDORS: Final = (CREATE_VENDOR, READ_BACK_VENDOR)
RECORDS: Final = (CREATE_ADJUSTMENT, READ_BACK_ADJUSTMENT, CREATE_PAYMENT, READ_BACK_PAYMENT)

AUTHENTICATE: Final = Call(name="authenticate", purpose="log in", match={"call": "authenticate"})
LIST_FOLDERS: Final = Call(
    name="list folders", purpose="list folders", match={"call": "list_folders"}, after=AUTHENTICATE.match
)
LIST_FILES: Final = Call(
    name="list files",
    purpose="list files",
    match={"call": "list_files"},
    after=LIST_FOLDERS.match,
)
DOWNLOAD: Final = Call(
    name="download", purpose="download", match={"call": "download"}, after=LIST_FILES.match
)
MOVE: Final = Call(name="move", purpose="move", match={"call": "move"}, after=DOWNLOAD.match)
LIST_EVENTS: Final = Call(
    name="list events", purpose="list events", match={"call": "list_events"}, after=MOVE.match
)
CLEO: Final = (AUTHENTICATE, LIST_FOLDERS, LIST_FILES, DOWNLOAD, MOVE, LIST_EVENTS)
