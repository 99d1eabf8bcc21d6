"""What Intacct or Cleo does by itself: refusals, sessions and tokens that end, lists that shift."""

from typing import Final

from tests.acceptance.calls import (
    CLEO,
    CREATE,
    CREATE_VENDOR,
    DOWNLOAD,
    INTACCT,
    LIST_EVENTS,
    LIST_FILES,
    LIST_FOLDERS,
    LOOK_UP,
    MOVE,
    READ_BACK,
    REFERENCE,
    Outcome,
)
from tests.acceptance.faults import (
    FIRST_NUMBER,
    LOST,
    OTHER_CONTENT,
    PASSER_BY,
    READ_BACK_SAYS,
    SAME_CONTENT,
    Fault,
    Order,
)
from tests.acceptance.wire_faults import BOTH

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
_PERIOD_CLOSED: Final = [{"errorno": "BL03000130", "description2": "The period is closed"}]
_CATCH_ALL: Final = [
    {
        "errorno": "BL01001973",
        "description2": "Could not create APBILL record!",
        "correction": "Check the transaction for errors or inconsistencies, then try again.",
    }
]

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
        does="A batch of bills is halved and each half sent; a vendor goes alone, and is held with Intacct's words; "
        "anything else is done again by the next run.",
        orders=({"action": "refuse_request", "errors": [{"errorno": "GW-0011"}]},),
        intacct=INTACCT,
        outcomes={CREATE_VENDOR: Outcome.HELD},
        says="GW-0011",
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
        does="Signed in, and no result: it says nothing about what was executed. " + READ_BACK_SAYS,
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
        orders=(LOST,),
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
        orders=(LOST,),
        intacct=(CREATE,),
        settings={"duplicate_memory_seconds": 0},
    ),
    Fault(
        name="lost answer, reads lag behind, repetition refused",
        does="The refusal of a repetition is not believed to be one of the invoice: it is looked for again, and found.",
        orders=(LOST, _NOT_FOUND_YET),
        intacct=(CREATE,),
    ),
    Fault(
        name="lost answer, reads lag behind, repetition refused in unknown words",
        does="The same: no number and no text of a refusal is relied on.",
        orders=(LOST, _NOT_FOUND_YET),
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
