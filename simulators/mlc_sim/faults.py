"""Faults to order: which request goes wrong, how, and how often. Shared by the simulators.

A fault is a JSON object sent to `POST /_sim/faults` in a list (added to those already set; `DELETE` clears all):

    {"match": {"function": "create", "nth": 3}, "action": "drop", "times": 1, "when": "after"}

`match` may name anything the simulator says about a request (`method` and `path` always); a value may hold the
wildcards * and ?. All given must match. `nth` counts the matching requests: the fault begins at the nth. It then
happens `times` times (default 1; null means for ever). An empty match is every request. Several faults on one
request all happen, the first one set outermost.

Actions on the wire; `when` is "before" the request is executed (the default) or "after" it is executed and committed:

    delay            seconds, when                wait
    drop             when                         close the connection without an answer
    reset            when                         the same with a TCP reset
    reset_unread                                  reset before the body is read; what only the body tells cannot match
    hang             when                         send nothing, keep the connection until the client leaves it
    late             seconds, hang                drop (or hang) at once, execute in the background so much later
    http             status, body, headers, when  answer this; by default instead of executing
    html             when                         answer 200 with an HTML page; by default instead of executing
    empty            when                         answer 200 with an empty body; by default instead of executing
    truncate         bytes, reset, hang           execute, send so much of the body, then close (or reset, or be silent)
    shut             seconds                      execute, refuse all connections from now on, for so long or until
                                                  POST /_sim/listen {"accept": true}, then answer and close
    length           declared                     execute, then announce this Content-Length
    garble           at, bytes                    execute, overwrite so many bytes (1) from there (the middle) with FF
    encoding         codec, append                execute, add this text, send all in that encoding, headers unchanged
    gzip             header                       execute, compress for a client that accepts it; with header false
                                                  for every client, and without saying so

Actions of the gateway; errors are [{errorno, description, description2, correction}], the number alone is a must:

    expire_sessions                               first, all sessions of the company are gone
    refuse_request   errors                       200, failure at the control level, nothing is executed
    refuse_sign_in   errors                       200, failure at the authentication level, nothing is executed
    refuse_operation errors, when                 200, signed in, an error in place of all results; "after": yet committed
    refuse           errors, when                 200, failure of each function that matches; "after": yet committed
    partial          functions                    execute and commit the first so many, then drop; a transaction is
                                                  rolled back
    stamp            at                           what is written bears this time stamp ("2030-01-31T08:00:00Z")
    lose_rows        rows                         a page of a query lacks its first so many rows and counts without them

Actions of the tenant:

    expire_tokens    refresh                      first, all access tokens end (the refresh tokens as well)
    vanish           name                         first, the file asked for is gone, or all files of that name
    arrive           name, content                first, a partner's file comes in ("ISA"); see setting newest_first
    repeat_page                                   a list answers its first page, whichever was asked for
    shift_page       by                           a list begins so many later (earlier if negative) than asked for
    wrong_length     by                           a download is longer (shorter if negative; -1) than listed
    foreign_links    host                         all links of an answer lead to another host ("http://127.0.0.1:9")

A late request is never executed if the simulator ends before. For another answer than a dropped connection set the
fault that gives it, with when "after", before the late one: an http with status 524 is a gateway's time-out.
"""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from mlc_sim.serving import Request, Response
from mlc_sim.wire import ACTIONS, RESET, Exchange, Execute, Options

#: What a simulator says about a request: each fact one text, or several of which one has to match.
Occasion = Mapping[str, str | Collection[str]]
#: The one action on the wire that comes before the simulator has read all that it may say.
_UNREAD: Final = "reset_unread"


class FaultError(ValueError):
    """The order for a fault makes no sense; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that shall go wrong."""

    action: str
    match: Mapping[str, str] = field(default_factory=dict)
    nth: int = 1
    times: int | None = 1  #: None: for ever
    options: Mapping[str, Any] = field(default_factory=dict)

    def matches(self, occasion: Occasion) -> bool:
        return all(_matches(pattern, occasion.get(name, "")) for name, pattern in self.match.items())


def _matches(pattern: str, fact: str | Collection[str]) -> bool:
    return any(fnmatchcase(text, pattern) for text in ([fact] if isinstance(fact, str) else fact))


@dataclass(slots=True, kw_only=True)
class _Order:
    fault: Fault
    matched: int = 0
    done: int = 0

    def is_due(self, occasion: Occasion) -> bool:
        """Count a matching occasion; true if the fault happens now."""
        if not self.fault.matches(occasion):
            return False
        self.matched += 1
        used_up = self.fault.times is not None and self.done >= self.fault.times
        if used_up or self.matched < self.fault.nth:
            return False
        self.done += 1
        return True

    def describe(self) -> dict[str, object]:
        return {
            "action": self.fault.action,
            "match": dict(self.fault.match),
            "nth": self.fault.nth,
            "times": self.fault.times,
            "matched": self.matched,
            "done": self.done,
            **self.fault.options,
        }


class FaultScript:
    """The faults now set. Safe to use from several threads."""

    def __init__(
        self,
        *,
        head_facts: Collection[str] = (),
        body_facts: Collection[str] = (),
        own_actions: Mapping[str, Options] | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Facts: what this simulator's occasions say beside method and path, by the part of the request that tells.

        `own_actions`: further actions, which the simulator carries out itself with `take`.
        """
        self._head_facts = {"method", "path", *head_facts}
        self._facts = {*self._head_facts, *body_facts}
        self._options = {
            _UNREAD: Options(),
            **{name: action.options for name, action in ACTIONS.items()},
            **(own_actions or {}),
        }
        self._pause = pause
        self._orders: list[_Order] = []
        self._lock = threading.Lock()

    def add(self, *faults: Fault) -> None:
        """Set further faults. Raises FaultError for an unknown action, fact or option, and then sets none."""
        for fault in faults:
            self._check(fault)
        with self._lock:
            self._orders.extend(_Order(fault=fault) for fault in faults)

    def clear(self) -> None:
        with self._lock:
            self._orders.clear()

    def take(self, action: str, occasion: Occasion) -> list[Fault]:
        """The faults of one of the simulator's own actions that are due now; each is counted as done."""
        return self._take({action}, occasion)

    def greet(self, occasion: Occasion) -> Response | None:
        """What becomes of a request whose head alone is read; None: its body may come."""
        return RESET if self._take({_UNREAD}, occasion) else None

    def answer(self, occasion: Occasion, execute: Execute, *, accepts_gzip: bool = False) -> Response:
        """Execute a request through the faults on the wire that are due; the first one set is the outermost."""
        for fault in reversed(self._take(ACTIONS.keys(), occasion)):
            execute = _wrap(fault, Exchange(execute=execute, pause=self._pause, accepts_gzip=accepts_gzip))
        return execute()

    def administer(self, request: Request) -> Response:
        """The admin route: POST adds a list of faults, DELETE clears, GET shows what is set and was done."""
        if request.method == "DELETE":
            self.clear()
        elif request.method == "POST":
            try:
                self.add(*(read_fault(item) for item in request.json() or []))
            except (ValueError, TypeError, AttributeError) as refusal:
                return Response.of_json({"error": str(refusal)}, status=400)
        with self._lock:
            return Response.of_json([order.describe() for order in self._orders])

    def _take(self, actions: Collection[str], occasion: Occasion) -> list[Fault]:
        with self._lock:
            orders = [order for order in self._orders if order.fault.action in actions]
            return [order.fault for order in orders if order.is_due(occasion)]

    def _check(self, fault: Fault) -> None:
        options = self._options.get(fault.action)
        if options is None:
            raise FaultError(f"unknown action {fault.action!r}; known: {sorted(self._options)}")
        if complaint := options.find_error(fault.options):
            raise FaultError(f"{fault.action}: {complaint}")
        facts = self._head_facts if fault.action == _UNREAD else self._facts
        if unknown := fault.match.keys() - facts:
            raise FaultError(
                f"{fault.action}: nothing is known of {sorted(unknown)}; match by {sorted(facts)} and nth"
            )


def _wrap(fault: Fault, exchange: Exchange) -> Execute:
    return lambda: ACTIONS[fault.action].do(fault.options, exchange)


def read_fault(item: Mapping[str, Any]) -> Fault:
    """A fault from its JSON form. Raises ValueError, TypeError or AttributeError when it has another shape."""
    options = dict(item)
    match = dict(options.pop("match", {}))
    nth, times = match.pop("nth", 1), options.pop("times", 1)
    return Fault(
        action=str(options.pop("action", "")),
        match={name: str(value) for name, value in match.items()},
        nth=int(nth),
        times=None if times is None else int(times),
        options=options,
    )
