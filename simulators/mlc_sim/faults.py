"""Faults to order: which request goes wrong, how, and how often. Shared by the simulators.

A fault is a JSON object sent to `POST /_sim/faults` in a list (added to those already set; `DELETE` clears all):

    {"match": {"function": "create", "nth": 3}, "action": "drop", "times": 1, "when": "after"}

`match` may name anything the simulator says about a request (`method` and `path` always); a value may hold the
wildcards * and ?. All given must match. `nth` counts the matching requests: the fault begins at the nth. It then
happens `times` times (default 1; null means for ever). An empty match is every request.

Actions on the wire, done here; `when` is "before" the request is executed (the default) or "after" it is executed
and committed:

    delay     seconds, when                wait
    drop      when                         close the connection without an answer
    http      status, body, headers, when  answer this; by default instead of executing
    html      when                         answer 200 with an HTML page; by default instead of executing
    empty     when                         answer 200 with an empty body; by default instead of executing
    truncate  bytes                        execute, then send only so much of the body
    length    declared                     execute, then announce this Content-Length
"""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Final

from mlc_sim.serving import Delivery, Request, Response

Execute = Callable[[], Response]
Pause = Callable[[float], None]
#: What a simulator says about a request: each fact one text, or several of which one has to match.
Occasion = Mapping[str, str | Collection[str]]


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


def _is_before(options: Mapping[str, Any]) -> bool:
    return bool(options.get("when", "before") == "before")


def _delay(options: Mapping[str, Any], execute: Execute, pause: Pause) -> Response:
    if _is_before(options):
        pause(float(options["seconds"]))
        return execute()
    response = execute()
    pause(float(options["seconds"]))
    return response


def _answer_instead(options: Mapping[str, Any], execute: Execute, answer: Response) -> Response:
    if not _is_before(options):
        execute()
    return answer


def _drop(options: Mapping[str, Any], execute: Execute, _: Pause) -> Response:
    return _answer_instead(options, execute, Response(delivery=Delivery(drop=True)))


def _http(options: Mapping[str, Any], execute: Execute, _: Pause) -> Response:
    answer = Response(
        status=int(options.get("status", 500)),
        headers=options.get("headers", {"Content-Type": "text/plain"}),
        body=str(options.get("body", "")).encode(),
    )
    return _answer_instead(options, execute, answer)


def _html(options: Mapping[str, Any], execute: Execute, _: Pause) -> Response:
    page = b"<!DOCTYPE html><html><head><title>One moment</title></head><body>Please wait</body></html>"
    answer = Response(headers={"Content-Type": "text/html; charset=UTF-8"}, body=page)
    return _answer_instead(options, execute, answer)


def _empty(options: Mapping[str, Any], execute: Execute, _: Pause) -> Response:
    return _answer_instead(options, execute, Response(headers={"Content-Type": "text/xml; charset=UTF-8"}))


def _truncate(options: Mapping[str, Any], execute: Execute, _: Pause) -> Response:
    return replace(execute(), delivery=Delivery(sent_bytes=int(options["bytes"])))


def _length(options: Mapping[str, Any], execute: Execute, _: Pause) -> Response:
    return replace(execute(), delivery=Delivery(declared_length=int(options["declared"])))


@dataclass(frozen=True, slots=True, kw_only=True)
class _WireAction:
    do: Callable[[Mapping[str, Any], Execute, Pause], Response]
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()


_WIRE: Final = {
    "delay": _WireAction(do=_delay, needs=frozenset({"seconds"}), takes=frozenset({"when"})),
    "drop": _WireAction(do=_drop, takes=frozenset({"when"})),
    "http": _WireAction(do=_http, takes=frozenset({"status", "body", "headers", "when"})),
    "truncate": _WireAction(do=_truncate, needs=frozenset({"bytes"})),
    "length": _WireAction(do=_length, needs=frozenset({"declared"})),
    "html": _WireAction(do=_html, takes=frozenset({"when"})),
    "empty": _WireAction(do=_empty, takes=frozenset({"when"})),
}


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
        facts: Collection[str] = (),
        own_actions: Mapping[str, Collection[str]] | None = None,
        pause: Pause = time.sleep,
    ) -> None:
        """`facts`: what this simulator's occasions say beside method and path. `own_actions`: further actions it
        carries out itself with `take`, each with the names of its options.
        """
        self._facts = {"method", "path", *facts}
        self._own = {name: frozenset(options) for name, options in (own_actions or {}).items()}
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

    def answer(self, occasion: Occasion, execute: Execute) -> Response:
        """Execute a request through the faults on the wire that are due; the first one set is the outermost."""
        for fault in reversed(self._take(_WIRE.keys(), occasion)):
            execute = _wrap(fault, execute, self._pause)
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
        wire, given = _WIRE.get(fault.action), fault.options.keys()
        if wire is None and fault.action not in self._own:
            raise FaultError(f"unknown action {fault.action!r}; known: {sorted({*_WIRE, *self._own})}")
        needs, takes = (wire.needs, wire.takes) if wire else (frozenset(), self._own[fault.action])
        if needs - given or given - needs - takes:
            raise FaultError(
                f"{fault.action}: options {sorted(given)}; needs {sorted(needs)}, may have {sorted(takes)}"
            )
        if fault.options.get("when", "before") not in {"before", "after"}:
            raise FaultError(f"{fault.action}: when is {fault.options['when']!r}; one of before, after")
        if unknown := fault.match.keys() - self._facts:
            raise FaultError(f"nothing is known of {sorted(unknown)}; match by {sorted(self._facts)} and nth")


def _wrap(fault: Fault, execute: Execute, pause: Pause) -> Execute:
    return lambda: _WIRE[fault.action].do(fault.options, execute, pause)


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
