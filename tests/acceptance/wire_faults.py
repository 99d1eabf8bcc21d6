"""What can go wrong on the way to either system and back."""

from collections.abc import Mapping
from typing import Final

from tests.acceptance.calls import CLEO, CREATE, DOWNLOAD, INTACCT, MOVE, Outcome
from tests.acceptance.faults import IMPATIENT, IN_AN_HOUR, LOST, READ_BACK_SAYS, Fault, Order


def _on_the_wire(name: str, does: str, *orders: Order, books_later: bool = False) -> Fault:
    """A fault that can hit any call of both systems."""
    return Fault(name=name, does=does, orders=orders, intacct=INTACCT, cleo=CLEO, books_later=books_later)


def _status(status: int, when: str) -> Fault:
    done = "executed, then answered" if when == "after" else "not executed, answered"
    return _on_the_wire(
        f"{done} {status}",
        "A 5xx says nothing about what was executed. " + READ_BACK_SAYS,
        {"action": "http", "status": status, "when": when},
    )


def _throttle(said: str, headers: Mapping[str, str]) -> Fault:
    waits = (
        "Nothing was executed; a bill is sent again when the time asked for has come, not before."
        if headers
        else "Nothing was executed; a bill is sent again after 5 s, doubled each time up to 15 min."
    )
    return _on_the_wire(f"429 {said}", waits, {"action": "http", "status": 429, "headers": headers})


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
        "It cannot be told from a lost answer. " + READ_BACK_SAYS,
        {"action": "drop"},
    ),
    _on_the_wire(
        "lost answer after commit",
        "The bill is found by vendor, number and our mark, and linked; it is not sent again.",
        LOST,
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
        "Half an answer is none. " + READ_BACK_SAYS,
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
        product=IMPATIENT,
        undisturbed=True,
    ),
    Fault(
        name="silence until the time-out",
        does="It cannot be told from a lost answer. " + READ_BACK_SAYS,
        orders=({"action": "hang"},),
        intacct=INTACCT,
        cleo=CLEO,
        product=IMPATIENT,
    ),
    Fault(
        name="silence until the time-out, after commit",
        does="As a lost answer: the bill is found and linked, a file that was moved is not missed.",
        orders=({"action": "hang", "when": "after"},),
        intacct=(CREATE,),
        cleo=(MOVE,),
        product=IMPATIENT,
    ),
    Fault(
        name="silence until the time-out, commits afterwards",
        does="It is looked for while it still executes, and again until it must have ended; then it is found.",
        orders=({"action": "late", "seconds": 1.5, "hang": True},),
        intacct=(CREATE,),
        cleo=(MOVE,),
        product=IMPATIENT,
        books_later=True,
    ),
    Fault(
        name="silence in the middle of the answer",
        does="Half an answer is none; half a file is not kept.",
        orders=({"action": "truncate", "bytes": 60, "hang": True},),
        intacct=(CREATE,),
        cleo=(DOWNLOAD,),
        product=IMPATIENT,
    ),
)
