"""What can go wrong at a call of the Intacct library, and what its caller is told then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ml_connector.intacct import (
    Ambiguous,
    AnswerUnreadable,
    IntacctError,
    PermissionDenied,
    RequestRejected,
    Throttled,
    Unavailable,
)

Told = type[IntacctError] | str  #: an error's class, or the status of the result; "ok" for what succeeds

HASTE: Final = 0.3  #: seconds until a hasty client gives up

_CATCH_ALL: Final = [
    {
        "errorno": "BL01001973",
        "description2": "Could not create record!",
        "correction": "Check the transaction for errors or inconsistencies, then try again.",
    }
]
_DENIED: Final = [{"errorno": "PL04000005", "description2": "You do not have permission"}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong once. What a reader or a writer is not told of is no fault of theirs: None."""

    name: str
    orders: Sequence[Mapping[str, Any]]
    read: Told | None
    write: Told
    is_executed: bool = False  #: the write, in spite of it
    needs_haste: bool = False  #: nothing but the client's own time-out ends it


def _fault(
    name: str,
    *orders: Mapping[str, Any],
    read: Told | None,
    write: Told,
    is_executed: bool = False,
    needs_haste: bool = False,
) -> Fault:
    return Fault(
        name=name, orders=orders, read=read, write=write, is_executed=is_executed, needs_haste=needs_haste
    )


FAULTS: Final = (
    _fault("an HTML page", {"action": "html"}, read=AnswerUnreadable, write=Ambiguous),
    _fault(
        "an HTML page after commit",
        {"action": "html", "when": "after"},
        read=None,
        write=Ambiguous,
        is_executed=True,
    ),
    _fault("an empty answer", {"action": "empty"}, read=AnswerUnreadable, write=Ambiguous),
    _fault(
        "an empty answer after commit",
        {"action": "empty", "when": "after"},
        read=None,
        write=Ambiguous,
        is_executed=True,
    ),
    _fault(
        "an answer cut short, as HTTP shows",
        {"action": "truncate", "bytes": 60},
        read=Unavailable,
        write=Ambiguous,
        is_executed=True,
    ),
    _fault(
        "an answer cut short, whole to HTTP",
        {"action": "truncate", "bytes": 60},
        {"action": "length", "declared": 60},
        read=AnswerUnreadable,
        write=Ambiguous,
        is_executed=True,
    ),
    _fault("a lost request", {"action": "drop"}, read=Unavailable, write=Ambiguous),
    _fault(
        "a lost answer after commit",
        {"action": "drop", "when": "after"},
        read=Unavailable,
        write=Ambiguous,
        is_executed=True,
    ),
    _fault("silence", {"action": "hang"}, read=Unavailable, write=Ambiguous, needs_haste=True),
    _fault(
        "silence after commit",
        {"action": "hang", "when": "after"},
        read=None,
        write=Ambiguous,
        is_executed=True,
        needs_haste=True,
    ),
    _fault(
        "still executing, commits afterwards",
        {"action": "late", "seconds": 0.05},
        read=None,
        write=Ambiguous,
        is_executed=True,
    ),
    _fault("HTTP 503", {"action": "http", "status": 503}, read=Unavailable, write=Ambiguous),
    _fault("HTTP 429", {"action": "http", "status": 429}, read=Throttled, write=Throttled),
    _fault(
        "a busy function",
        {"action": "refuse", "errors": [{"errorno": "GW-0010"}]},
        read=Throttled,
        write=Throttled,
    ),
    _fault(
        "200 with an error of the function",
        {"action": "refuse", "errors": [{"errorno": "BL03002101", "description2": "Wrong value"}]},
        read=RequestRejected,
        write="refused",
    ),
    _fault(
        "200 with a missing permission",
        {"action": "refuse", "errors": _DENIED},
        read=PermissionDenied,
        write="refused",
    ),
    _fault(
        "200 with an error that says nothing",
        {"action": "refuse", "errors": _CATCH_ALL},
        read=Unavailable,
        write="unclear",
    ),
    _fault(
        "200 with an error that says nothing, after commit",
        {"action": "refuse", "errors": _CATCH_ALL, "when": "after"},
        read=None,
        write="unclear",
        is_executed=True,
    ),
    _fault(
        "200 with an error of the request",
        {"action": "refuse_request", "errors": [{"errorno": "GW-0011"}]},
        read=RequestRejected,
        write=RequestRejected,
    ),
    _fault(
        "200 with an error in place of the results",
        {"action": "refuse_operation", "errors": _CATCH_ALL, "when": "after"},
        read=AnswerUnreadable,
        write=Ambiguous,
        is_executed=True,
    ),
    _fault("an expired session", {"action": "expire_sessions"}, read="ok", write="created"),
)
