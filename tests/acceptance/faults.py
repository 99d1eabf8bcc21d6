"""The fault matrix: what can go wrong, at which call of the line, and what becomes of the invoices then.

`test_fault_matrix` proves each cell; `write_reliability` makes `docs/reference/reliability.md` of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

Order = Mapping[str, Any]  #: a fault for a simulator's admin route; `match` is added where there is none

IN_AN_HOUR: Final = "in an hour, as HTTP writes dates"
PASSER_BY: Final = "passer-by.txt"
FIRST_NUMBER: Final = "the number of the first invoice"
SAME_CONTENT: Final = "the bytes of the first file"
OTHER_CONTENT: Final = "the bytes of one more file"


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fault:
    """A row of the matrix."""

    name: str
    does: str  #: what the product does, in a plain sentence
    orders: Sequence[Order]
    intacct: Sequence[Call] = ()
    cleo: Sequence[Call] = ()
    outcomes: Mapping[Call, Outcome] = field(default_factory=dict)  #: where it is not `once`
    settings: Mapping[str, Any] = field(default_factory=dict)  #: of the simulator, while it lasts
    product: Mapping[str, str] = field(default_factory=dict)  #: settings of the product, by their variables
    says: str = ""  #: stands in the reason why a document is held
    undisturbed: bool = False  #: the answer is used, so that the first run does all
    files: int = 1
    passer_by: bool = False  #: a file that is not for us lies before the others
    books_later: bool = False  #: Intacct goes on, and has booked before the last look

    def expect(self, call: Call) -> Outcome:
        """What becomes of the documents; a call for one of two records that go together leaves the other alone."""
        outcome = self.outcomes.get(call.like or call, Outcome.ONCE)
        return Outcome.SOME_HELD if call.like is not None and outcome is Outcome.HELD else outcome

    def list_records(self) -> tuple[Call, ...]:
        """The calls for other records than bills that it can hit.

        What is about one certain call, or several files of bills, is not; nor what only the number of the request can
        tell.
        """
        if self.files > 1 or any("match" in each or each["action"] == "reset_unread" for each in self.orders):
            return ()
        if self.refuses_connections:  # one after another: the port is shut from the call before on
            return (READ_BACK_ADJUSTMENT, CREATE_ADJUSTMENT)
        return tuple(call for call in RECORDS if call.like in self.intacct)

    @property
    def refuses_connections(self) -> bool:
        return any(order["action"] == "shut" for order in self.orders)


_READ_BACK_SAYS: Final = "A create is looked for in Intacct before anything else, anything but a create is done again by the next run."


def _on_the_wire(name: str, does: str, *orders: Order, books_later: bool = False) -> Fault:
    """A fault that can hit any call of both systems."""
    return Fault(name=name, does=does, orders=orders, intacct=INTACCT, cleo=CLEO, books_later=books_later)


def _status(status: int, when: str) -> Fault:
    done = "executed, then answered" if when == "after" else "not executed, answered"
    return _on_the_wire(
        f"{done} {status}",
        "A 5xx says nothing about what was executed. " + _READ_BACK_SAYS,
        {"action": "http", "status": status, "when": when},
    )


def _throttle(said: str, headers: Mapping[str, str]) -> Fault:
    waits = (
        "Nothing was executed; a bill is sent again when the time asked for has come, not before."
        if headers
        else "Nothing was executed; a bill is sent again after 5 s, doubled each time up to 15 min."
    )
    return _on_the_wire(f"429 {said}", waits, {"action": "http", "status": 429, "headers": headers})


#: What Intacct answers when it has no such bill; so may a read that lags behind the books.
_NOTHING_FOUND: Final = """<?xml version="1.0" encoding="UTF-8"?>
<response><control><status>success</status></control><operation>
<authentication><status>success</status><userid>mlconnector</userid><companyid>ALDERFINCH</companyid></authentication>
<result><status>success</status><function>query</function><controlid>query:APBILL:0</controlid>
<data listtype="APBILL" totalcount="0" count="0" numremaining="0"/></result></operation></response>"""
_NOT_FOUND_YET: Final[Order] = {
    "match": READ_BACK.match,
    "times": 4,
    "action": "http",
    "status": 200,
    "headers": {"Content-Type": "text/xml; charset=UTF-8"},
    "body": _NOTHING_FOUND,
}
_LOST: Final[Order] = {"action": "drop", "when": "after"}
#: So that nobody waits for a minute, or for five.
_IMPATIENT: Final = {
    "ML_CONNECTOR_LINK_MAIN_INTACCT_READ_TIMEOUT": "1s",
    "ML_CONNECTOR_LINK_MAIN_INTACCT_WRITE_TIMEOUT": "1s",
    "ML_CONNECTOR_LINK_MAIN_CLEO_TIMEOUT": "1s",
}
_PERIOD_CLOSED: Final = [{"errorno": "BL03000130", "description2": "The period is closed"}]
_CATCH_ALL: Final = [
    {
        "errorno": "BL01001973",
        "description2": "Could not create APBILL record!",
        "correction": "Check the transaction for errors or inconsistencies, then try again.",
    }
]

BOTH: Final = (
    Fault(
        name="connection refused",
        does="Nothing was sent. What was decided waits, and the next run goes on from there.",
        orders=({"action": "shut"},),
        intacct=INTACCT,
        cleo=CLEO,
    ),
    _on_the_wire(
        "lost request",
        "It cannot be told from a lost answer. " + _READ_BACK_SAYS,
        {"action": "drop"},
    ),
    _on_the_wire(
        "lost answer after commit",
        "The bill is found by vendor, number and our mark, and linked; it is not sent again.",
        _LOST,
    ),
    _on_the_wire(
        "still executing, commits afterwards",
        "Each time of `doubt` looks again; the last one is later than Intacct can still be executing.",
        {"action": "late", "seconds": 0.15},
        books_later=True,
    ),
    _on_the_wire(
        "524 of the gateway while it goes on, commits afterwards",
        "As above: a time-out of the gateway is no refusal.",
        {"action": "http", "status": 524, "when": "after"},
        {"action": "late", "seconds": 0.15},
        books_later=True,
    ),
    _on_the_wire(
        "reset before the body is read",
        "If the body was not written whole, nothing was sent; else as a lost request.",
        {"action": "reset_unread"},
    ),
    _on_the_wire("reset after the body", "As a lost request.", {"action": "reset"}),
    _on_the_wire("reset after commit", "As a lost answer.", {"action": "reset", "when": "after"}),
    _on_the_wire(
        "reset in the middle of the answer",
        "Half an answer is none. " + _READ_BACK_SAYS,
        {"action": "truncate", "bytes": 60, "reset": True},
    ),
    _on_the_wire(
        "answer cut short, HTTP shows it",
        "Half an answer is none; half a file is not kept.",
        {"action": "truncate", "bytes": 60},
    ),
    _on_the_wire(
        "answer cut short, whole to HTTP",
        "Half an answer is no XML or JSON; a file is measured against the length that was listed.",
        {"action": "truncate", "bytes": 60},
        {"action": "length", "declared": 60},
    ),
    Fault(
        name="garbled answer",
        does="An answer with one wrong byte is not guessed at. In a file, which has no checksum, it is found by the "
        "reader: the invoice it is in is held.",
        orders=({"action": "garble"},),
        intacct=INTACCT,
        cleo=CLEO,
        outcomes={DOWNLOAD: Outcome.SOME_HELD},
    ),
    _on_the_wire(
        "another encoding than declared",
        "What cannot be decoded is no answer.",
        {"action": "encoding", "codec": "utf-16"},
    ),
    _on_the_wire(
        "gzip without saying so",
        "It is no answer; a file's length is not the listed one.",
        {"action": "gzip", "header": False},
    ),
    _on_the_wire(
        "200 with an HTML page",
        "A proxy's page is no answer, and no file.",
        {"action": "html"},
    ),
    _on_the_wire(
        "200 with an HTML page after commit",
        "The same; what was executed is found.",
        {"action": "html", "when": "after"},
    ),
    _on_the_wire("200, empty", "It is no answer, and no file.", {"action": "empty"}),
    _on_the_wire(
        "200, empty, after commit",
        "The same; what was executed is found.",
        {"action": "empty", "when": "after"},
    ),
    _throttle("with seconds to wait", {"Retry-After": "3600"}),
    _throttle("with a date to wait for", {"Retry-After": IN_AN_HOUR}),
    _throttle("without a time to wait", {}),
    *(_status(status, when) for status in (500, 502, 503, 524) for when in ("before", "after")),
    Fault(
        name="slow answer",
        does="It is waited for, as long as `read_timeout`, `write_timeout` and Cleo's `timeout` allow, and used.",
        orders=(
            {"action": "delay", "seconds": 0.15},
            {"action": "delay", "seconds": 0.15, "when": "after"},
        ),
        intacct=INTACCT,
        cleo=CLEO,
        product=_IMPATIENT,
        undisturbed=True,
    ),
    Fault(
        name="silence until the time-out",
        does="It cannot be told from a lost answer. " + _READ_BACK_SAYS,
        orders=({"action": "hang"},),
        intacct=INTACCT,
        cleo=CLEO,
        product=_IMPATIENT,
    ),
    Fault(
        name="silence until the time-out, after commit",
        does="As a lost answer: the bill is found and linked, a file that was moved is not missed.",
        orders=({"action": "hang", "when": "after"},),
        intacct=(CREATE,),
        cleo=(MOVE,),
        product=_IMPATIENT,
    ),
    Fault(
        name="silence until the time-out, commits afterwards",
        does="It is looked for while it still executes, and again until it must have ended; then it is found.",
        orders=({"action": "late", "seconds": 1.5, "hang": True},),
        intacct=(CREATE,),
        cleo=(MOVE,),
        product=_IMPATIENT,
        books_later=True,
    ),
    Fault(
        name="silence in the middle of the answer",
        does="Half an answer is none; half a file is not kept.",
        orders=({"action": "truncate", "bytes": 60, "hang": True},),
        intacct=(CREATE,),
        cleo=(DOWNLOAD,),
        product=_IMPATIENT,
    ),
)

ONLY_INTACCT: Final = (
    Fault(
        name="gzip",
        does="It is unpacked.",
        orders=({"action": "gzip"},),
        intacct=INTACCT,
        undisturbed=True,
    ),
    Fault(
        name="error at the control level, once",
        does="A batch of bills is halved and each half sent; anything else is done again by the next run.",
        orders=({"action": "refuse_request", "errors": [{"errorno": "GW-0011"}]},),
        intacct=INTACCT,
    ),
    Fault(
        name="error at the control level, always",
        does="Halving ends at the single bill, which is held with Intacct's words.",
        orders=({"action": "refuse_request", "errors": [{"errorno": "GW-0011"}], "times": None},),
        intacct=(CREATE,),
        outcomes={CREATE: Outcome.HELD},
        says="GW-0011",
    ),
    Fault(
        name="error at the control level, whenever one certain bill is in it",
        does="Halving finds that bill; it is held with Intacct's words, the others are booked.",
        orders=(
            {
                "match": {**CREATE.match, "number": FIRST_NUMBER},
                "action": "refuse_request",
                "errors": [{"errorno": "XL03000003", "description2": "Element 'APBILL': not expected"}],
                "times": None,
            },
        ),
        intacct=(CREATE,),
        outcomes={CREATE: Outcome.SOME_HELD},
        says="XL03000003",
        files=3,
    ),
    Fault(
        name="busy, said at the control level of a 200",
        does="As a 429 without a time to wait.",
        orders=({"action": "refuse_request", "errors": [{"errorno": "GW-0010"}]},),
        intacct=INTACCT,
    ),
    Fault(
        name="error at the authentication level",
        does="One new log-in, then the request once more; a log-in that is refused ends the step.",
        orders=({"action": "refuse_sign_in", "errors": [{"errorno": "XL03000006"}]},),
        intacct=INTACCT,
    ),
    Fault(
        name="error in place of the results",
        does="Signed in, and no result: it says nothing about what was executed. " + _READ_BACK_SAYS,
        orders=({"action": "refuse_operation", "errors": _CATCH_ALL},),
        intacct=INTACCT,
    ),
    Fault(
        name="error in place of the results, and yet committed",
        does="The same; the bills are found and linked.",
        orders=({"action": "refuse_operation", "errors": _CATCH_ALL, "when": "after"},),
        intacct=(CREATE,),
    ),
    Fault(
        name="error of the function",
        does="A bill that is refused for a reason is held with that reason; a read is done again.",
        orders=({"action": "refuse", "errors": _PERIOD_CLOSED},),
        intacct=INTACCT,
        outcomes={CREATE: Outcome.SOME_HELD},
        says="BL03000130",
    ),
    Fault(
        name="busy, said of a function",
        does="It was not executed; the bill is sent again after 5 s, doubled each time up to 15 min.",
        orders=({"action": "refuse", "errors": [{"errorno": "GW-0010"}]},),
        intacct=INTACCT,
    ),
    Fault(
        name="error of the function that names no reason",
        does="Intacct's catch-all says nothing: the bill is looked for, and sent again when it is not there.",
        orders=({"action": "refuse", "errors": _CATCH_ALL},),
        intacct=INTACCT,
    ),
    Fault(
        name="error that names no reason, and yet committed",
        does="The same; the bill is found and linked.",
        orders=({"action": "refuse", "errors": _CATCH_ALL, "when": "after"},),
        intacct=(CREATE,),
    ),
    Fault(
        name="batch cut in the middle",
        does="The bills that were executed are found and linked, the others sent again.",
        orders=({"action": "partial", "functions": 1},),
        intacct=(CREATE,),
    ),
    Fault(
        name="expired session",
        does="One new log-in, then the same request; an expired session executes nothing.",
        orders=({"action": "expire_sessions"},),
        intacct=INTACCT,
    ),
    Fault(
        name="expired session, between two requests of bills",
        does="The same; what was booked before stays.",
        orders=({"match": {**CREATE.match, "nth": 2}, "action": "expire_sessions"},),
        intacct=(CREATE,),
        files=6,
    ),
    Fault(
        name="expired session, and the new one too",
        does="The step ends, nothing was executed; the next run goes on from there.",
        orders=({"action": "expire_sessions", "times": 2},),
        intacct=(REFERENCE, LOOK_UP, CREATE, READ_BACK),
    ),
    Fault(
        name="expired session, said of one function in the middle of the batch",
        does="That bill is held with Intacct's words, as for any reason given.",
        orders=(
            {"action": "refuse", "errors": [{"errorno": "XL03000006", "description2": "Invalid session"}]},
        ),
        intacct=(CREATE,),
        outcomes={CREATE: Outcome.SOME_HELD},
        says="XL03000006",
    ),
    Fault(
        name="lost answer, control ids not remembered",
        does="The bill is found and not sent again: nothing relies on Intacct's memory.",
        orders=(_LOST,),
        intacct=(CREATE,),
        settings={"duplicate_memory": False},
    ),
    Fault(
        name="late commit, control ids not remembered",
        does="The same, as the last look comes after the commit.",
        orders=({"action": "late", "seconds": 0.15},),
        intacct=(CREATE,),
        books_later=True,
        settings={"duplicate_memory": False},
    ),
    Fault(
        name="lost answer, memory of control ids expired",
        does="The same.",
        orders=(_LOST,),
        intacct=(CREATE,),
        settings={"duplicate_memory_seconds": 0},
    ),
    Fault(
        name="lost answer, reads lag behind, repetition refused",
        does="The refusal of a repetition is not believed to be one of the invoice: it is looked for again, and found.",
        orders=(_LOST, _NOT_FOUND_YET),
        intacct=(CREATE,),
    ),
    Fault(
        name="lost answer, reads lag behind, repetition refused in unknown words",
        does="The same: no number and no text of a refusal is relied on.",
        orders=(_LOST, _NOT_FOUND_YET),
        intacct=(CREATE,),
        settings={"duplicate_error": {"errorno": "XX-1", "description2": "Something is not as it was"}},
    ),
)

ONLY_CLEO: Final = (
    Fault(
        name="expired token",
        does="One new token, then the same call once more.",
        orders=({"action": "expire_tokens"},),
        cleo=CLEO,
    ),
    Fault(
        name="expired token and refresh token",
        does="The same, with the password.",
        orders=({"action": "expire_tokens", "refresh": True},),
        cleo=CLEO,
    ),
    Fault(
        name="expired token, and the new one too",
        does="The call is given up; the next run makes it again.",
        orders=({"action": "expire_tokens", "times": 2},),
        cleo=(LIST_FOLDERS, LIST_FILES, DOWNLOAD, MOVE, LIST_EVENTS),
    ),
    Fault(
        name="list shifts by an arrival",
        does="The whole list is read before the first file is moved, each id counts once; the rest is taken by the next run.",
        orders=(
            {
                "match": {**LIST_FILES.match, "nth": 2},
                "action": "arrive",
                "name": "one-more.edi",
                "content": OTHER_CONTENT,
            },
        ),
        cleo=(LIST_FILES,),
        settings={"page_cap": 1, "newest_first": True},
        files=2,
    ),
    Fault(
        name="list shifts because a file goes",
        does="The file that slipped through is taken by the next run.",
        orders=({"match": {**LIST_FILES.match, "nth": 2}, "action": "vanish", "name": PASSER_BY},),
        cleo=(LIST_FILES,),
        settings={"page_cap": 1},
        files=2,
        passer_by=True,
    ),
    Fault(
        name="list repeats its first page",
        does="A page with nothing new ends the list; the rest is taken by the next run.",
        orders=({"match": {**LIST_FILES.match, "nth": 2}, "action": "repeat_page"},),
        cleo=(LIST_FILES,),
        settings={"page_cap": 1},
        files=2,
    ),
    Fault(
        name="file shorter than listed",
        does="It is not kept; the next run fetches it again.",
        orders=({"action": "wrong_length", "by": -1},),
        cleo=(DOWNLOAD,),
    ),
    Fault(
        name="file longer than listed",
        does="It is not kept; the next run fetches it again.",
        orders=({"action": "wrong_length", "by": 7},),
        cleo=(DOWNLOAD,),
    ),
    Fault(
        name="file vanishes",
        does="Before the download it never came to us, which the audit trail says; after it we have its bytes.",
        orders=({"action": "vanish"},),
        cleo=(DOWNLOAD, MOVE),
        outcomes={DOWNLOAD: Outcome.GONE},
    ),
    Fault(
        name="same content under a new id",
        does="It is kept as another file; its invoices are duplicates and are not posted.",
        orders=({"action": "arrive", "name": "once-more.edi", "content": SAME_CONTENT},),
        cleo=(LIST_FILES, DOWNLOAD, MOVE),
    ),
)

FAULTS: Final = (*BOTH, *ONLY_INTACCT, *ONLY_CLEO)
