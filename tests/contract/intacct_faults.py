"""What can go wrong at a call of the Intacct library, and what its caller is told then: one row for each fault.

`test_intacct_faults` proves each row at each call of `intacct_calls`; `docs/reference/reliability.md` shows both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from ml_connector.intacct import (
    Ambiguous,
    AnswerUnreadable,
    CredentialsRefused,
    IntacctError,
    NotSent,
    PermissionDenied,
    RequestRejected,
    Throttled,
    Unavailable,
)

#: An error's class, with how long it asks to wait; or the status of the result; "ok" for what succeeds.
Told = type[IntacctError] | str
Order = Mapping[str, Any]  #: a fault for the simulator's admin route

HASTE: Final = 0.1  #: seconds until a hasty client gives up
MIDDLE: Final = 4  #: which call of a batch is in its midst, counted from 0

CATCH_ALL: Final = [
    {
        "errorno": "BL01001973",
        "description2": "Could not create record!",
        "correction": "Check the transaction for errors or inconsistencies, then try again.",
    }
]
BUSY: Final = [{"errorno": "GW-0010"}]
WRONG: Final = [{"errorno": "BL03002101", "description2": "Wrong value"}]
SESSION_GONE: Final = [{"errorno": "XL03000006", "description2": "Sign-in information is incorrect"}]
DENIED: Final = [{"errorno": "PL04000005", "description2": "You do not have permission"}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong once."""

    name: str
    orders: Sequence[Order] = ()  #: none: the port refuses connections
    read: Told | None  #: None: to a read it is the same as before the execution
    write: Told
    is_executed: bool = False  #: the write, in spite of it
    log_in: Told | None = None  #: to a write whose log-in it befalls, where that is not what a read is told

    @property
    def needs_haste(self) -> bool:
        """Whether nothing but the client's own time-out ends it."""
        return any(order["action"] == "hang" or order.get("hang") for order in self.orders)

    @property
    def commits_later(self) -> bool:
        """Whether the caller may be told before it is executed."""
        is_late = any(order["action"] == "late" for order in self.orders)
        return self.is_executed and (self.needs_haste or is_late)


def _before_and_after(name: str, order: Order, read: Told, write: Told = Ambiguous) -> Iterator[Fault]:
    """The same answer in place of the execution, and after it."""
    yield Fault(name=name, orders=[order], read=read, write=write)
    after = {**order, "when": "after"}
    yield Fault(name=f"{name}, after commit", orders=[after], read=None, write=write, is_executed=True)


def _spoilt(name: str, read: Told, *orders: Order) -> Fault:
    """An answer that is lost on its way, once everything is executed."""
    return Fault(name=name, orders=orders, read=read, write=Ambiguous, is_executed=True)


def _answered(name: str, told: Told, order: Order, *, write: Told | None = None) -> Fault:
    """An answer that says that nothing was executed."""
    return Fault(name=name, orders=[order], read=told, write=write or told)


def _throttle(retry_after: str) -> Order:
    return {"action": "http", "status": 429, "headers": {"Retry-After": retry_after}}


def tell_wait(wait: timedelta) -> str:
    """What a caller is told who is asked to come again so much later."""
    return f"`Throttled` for {wait.days} days" if wait.days else f"`Throttled` for {wait.seconds} s"


FAULTS: Final = (
    Fault(name="connection refused", read=NotSent, write=NotSent),
    # before those that go on in the session of then
    _answered("expired session", "ok", {"action": "expire_sessions"}, write="created"),
    *_before_and_after("no answer", {"action": "drop"}, Unavailable),
    *_before_and_after("reset", {"action": "reset"}, Unavailable),
    *_before_and_after("silence", {"action": "hang"}, Unavailable),
    *_before_and_after("an HTML page", {"action": "html"}, AnswerUnreadable),
    *_before_and_after("an empty answer", {"action": "empty"}, AnswerUnreadable),
    *_before_and_after("HTTP 503", {"action": "http", "status": 503}, Unavailable),
    *_before_and_after("HTTP 524", {"action": "http", "status": 524}, Unavailable),
    _spoilt("cut short, as HTTP shows", Unavailable, {"action": "truncate", "bytes": 60}),
    _spoilt(
        "cut short, whole to HTTP",
        AnswerUnreadable,
        {"action": "truncate", "bytes": 60},
        {"action": "length", "declared": 60},
    ),
    _spoilt("reset in its midst", Unavailable, {"action": "truncate", "bytes": 60, "reset": True}),
    _spoilt("silent in its midst", Unavailable, {"action": "truncate", "bytes": 60, "hang": True}),
    _spoilt("garbled", AnswerUnreadable, {"action": "garble"}),
    _spoilt("gzip without saying so", AnswerUnreadable, {"action": "gzip", "header": False}),
    _spoilt(
        "another encoding",
        AnswerUnreadable,
        {"action": "encoding", "codec": "cp1252", "append": "<!-- é -->"},
    ),
    Fault(
        name="still executing, commits afterwards",
        orders=[{"action": "late", "seconds": 0.05}],
        read=None,
        write=Ambiguous,
        is_executed=True,
    ),
    Fault(
        name="silence, commits afterwards",
        orders=[{"action": "late", "seconds": 0.05, "hang": True}],
        read=None,
        write=Ambiguous,
        is_executed=True,
    ),
    Fault(
        name="HTTP 524, commits afterwards",
        orders=[{"action": "http", "status": 524, "when": "after"}, {"action": "late", "seconds": 0.05}],
        read=None,
        write=Ambiguous,
        is_executed=True,
    ),
    Fault(name="slow", orders=[{"action": "delay", "seconds": 0.05}], read="ok", write="created"),
    _answered("HTTP 429", Throttled, {"action": "http", "status": 429}),
    _answered("HTTP 429, with seconds", tell_wait(timedelta(seconds=7)), _throttle("7")),
    _answered(
        "HTTP 429, with a date beyond all reason",
        tell_wait(timedelta(days=31)),
        _throttle("Wed, 01 Jan 2098 00:00:00 GMT"),
    ),
    _answered("busy, said of the function", Throttled, {"action": "refuse", "errors": BUSY}),
    _answered(
        "refused for a reason", RequestRejected, {"action": "refuse", "errors": WRONG}, write="refused"
    ),
    _answered(
        "no permission",
        PermissionDenied,
        {"action": "refuse", "errors": DENIED},
        write="refused",
    ),
    *_before_and_after(
        "refused for no reason", {"action": "refuse", "errors": CATCH_ALL}, Unavailable, "unclear"
    ),
    Fault(
        name="the request refused",
        orders=[{"action": "refuse_request", "errors": [{"errorno": "GW-0011"}]}],
        read=RequestRejected,
        write=RequestRejected,
        log_in=CredentialsRefused,
    ),
    *_before_and_after(
        "an error in place of the results",
        {"action": "refuse_operation", "errors": CATCH_ALL},
        AnswerUnreadable,
    ),
)


#: Where the whole body had left us, nobody can know that it was not read. It has a test of its own: what only the
#: body tells cannot choose the request that it befalls.
UNREAD: Final = Fault(
    name="reset before the body is read",
    orders=[{"action": "reset_unread"}],
    read="`Unavailable` or `NotSent`",
    write="`Ambiguous` or `NotSent`",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFault:
    """What befalls one function in the midst of a request of many: of those before it, of itself, of those after it."""

    name: str
    order: Order
    alone: Sequence[str] | type[IntacctError]  #: the results where each stands by itself, or what is raised
    there: Sequence[bool]  #: what is executed then
    atomic: Sequence[str] | type[IntacctError]  #: the results in a transaction
    atomic_there: bool = False


def _one_refused(name: str, order: Order, said: str, *, is_executed: bool = False) -> BatchFault:
    """The one in the midst is answered so, and the others have nothing to do with it unless it is all or none."""
    return BatchFault(
        name=name,
        order={"action": "refuse", **order},
        alone=("created", said, "created"),
        there=(True, is_executed, True),
        atomic=("aborted", said, "aborted"),
    )


BATCH_FAULTS: Final = (
    _one_refused("refused for a reason", {"errors": WRONG}, "refused"),
    _one_refused("refused for no reason", {"errors": CATCH_ALL}, "unclear"),
    _one_refused(
        "refused for no reason, after commit",
        {"errors": CATCH_ALL, "when": "after"},
        "unclear",
        is_executed=True,
    ),
    _one_refused("busy", {"errors": BUSY}, "refused"),
    _one_refused("session gone, said of the function", {"errors": SESSION_GONE}, "refused"),
    BatchFault(
        name="session gone before all of them",
        order={"action": "expire_sessions"},
        alone=("created", "created", "created"),
        there=(True, True, True),
        atomic=("created", "created", "created"),
        atomic_there=True,
    ),
    BatchFault(
        name="cut off in the midst",
        order={"action": "partial", "functions": MIDDLE},
        alone=Ambiguous,
        there=(True, False, False),
        atomic=Ambiguous,
    ),
    BatchFault(
        name="no answer, after commit",
        order={"action": "drop", "when": "after"},
        alone=Ambiguous,
        there=(True, True, True),
        atomic=Ambiguous,
        atomic_there=True,
    ),
)
