"""What a fault does on the wire, in one table: each action wraps the execution of a request. Described in mlc_sim.faults."""

import gzip
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mlc_sim.serving import Delivery, Response

Given = Mapping[str, Any]  #: the options of a fault as they were ordered
Execute = Callable[[], Response]

DROP: Final = Response(delivery=Delivery(drop=True))
RESET: Final = Response(delivery=Delivery(drop=True, reset=True))
_HANG: Final = Response(delivery=Delivery(drop=True, hang=True))
_PAGE: Final = Response(
    headers={"Content-Type": "text/html; charset=UTF-8"},
    body=b"<!DOCTYPE html><html><head><title>One moment</title></head><body>Please wait</body></html>",
)
_EMPTY: Final = Response(headers={"Content-Type": "text/xml; charset=UTF-8"})


class Options:
    """The options an action must and may have."""

    def __init__(self, *, needs: str = "", takes: str = "") -> None:
        """Names, with spaces between them."""
        self._needs = frozenset(needs.split())
        self._known = self._needs | frozenset(takes.split())

    def find_error(self, given: Given) -> str:
        """What is wrong with the options given; empty if nothing."""
        if self._needs - given.keys() or given.keys() - self._known:
            may = sorted(self._known - self._needs)
            return f"options {sorted(given)}; needs {sorted(self._needs)}, may have {may}"
        if given.get("when", "before") not in {"before", "after"}:
            return f"when is {given['when']!r}; one of before, after"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request on its way through a fault."""

    execute: Execute
    pause: Callable[[float], None]
    accepts_gzip: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    do: Callable[[Given, Exchange], Response]
    options: Options


def is_before(given: Given) -> bool:
    """Whether the fault comes before the execution."""
    return bool(given.get("when", "before") == "before")


def _delay(given: Given, exchange: Exchange) -> Response:
    if is_before(given):
        exchange.pause(float(given["seconds"]))
        return exchange.execute()
    response = exchange.execute()
    exchange.pause(float(given["seconds"]))
    return response


def _late(given: Given, exchange: Exchange) -> Response:
    seconds = float(given["seconds"])

    def execute() -> None:
        exchange.pause(seconds)
        exchange.execute()

    threading.Thread(target=execute, daemon=True).start()
    return _HANG if given.get("hang") else DROP


def _gzip(given: Given, exchange: Exchange) -> Response:
    response, says_so = exchange.execute(), bool(given.get("header", True))
    if says_so and not exchange.accepts_gzip:
        return response
    headers = {**response.headers, "Content-Encoding": "gzip"} if says_so else response.headers
    return replace(response, headers=headers, body=gzip.compress(response.content.whole()), large=None)


def _write_http(given: Given) -> Response:
    return Response(
        status=int(given.get("status", 500)),
        headers=given.get("headers", {"Content-Type": "text/plain"}),
        body=str(given.get("body", "")).encode(),
    )


def _truncate(given: Given, response: Response) -> Response:
    cut = replace(
        response.delivery,
        sent_bytes=int(given["bytes"]),
        reset=bool(given.get("reset", False)),
        hang=bool(given.get("hang", False)),
    )
    return replace(response, delivery=cut)


def _declare(given: Given, response: Response) -> Response:
    return replace(response, delivery=replace(response.delivery, declared_length=int(given["declared"])))


def _shut(given: Given, response: Response) -> Response:
    seconds = given.get("seconds")
    lasts = None if seconds is None else float(seconds)
    return replace(response, delivery=replace(response.delivery, shuts=True, shut_seconds=lasts))


def _garble(given: Given, response: Response) -> Response:
    body, count = response.content.whole(), int(given.get("bytes", 1))
    at = int(given.get("at", len(body) // 2))
    garbled = (body[:at] + b"\xff" * count + body[at + count :])[: len(body)]
    return replace(response, body=garbled, large=None)


def _encode(given: Given, response: Response) -> Response:
    # Another fault may have garbled it before.
    text = response.content.whole().decode(errors="replace") + str(given.get("append", ""))
    return replace(response, body=text.encode(str(given["codec"]), "replace"), large=None)


def _answer(write: Callable[[Given], Response], *, takes: str = "") -> Action:
    """This answer in place of the execution, or of its own answer."""

    def do(given: Given, exchange: Exchange) -> Response:
        if not is_before(given):
            exchange.execute()
        return write(given)

    return Action(do=do, options=Options(takes=f"when {takes}"))


def _spoil(spoil: Callable[[Given, Response], Response], *, needs: str = "", takes: str = "") -> Action:
    """The answer of the execution, spoilt."""
    return Action(
        do=lambda given, exchange: spoil(given, exchange.execute()), options=Options(needs=needs, takes=takes)
    )


ACTIONS: Final[Mapping[str, Action]] = {
    "delay": Action(do=_delay, options=Options(needs="seconds", takes="when")),
    "late": Action(do=_late, options=Options(needs="seconds", takes="hang")),
    "gzip": Action(do=_gzip, options=Options(takes="header")),
    "drop": _answer(lambda _: DROP),
    "reset": _answer(lambda _: RESET),
    "hang": _answer(lambda _: _HANG),
    "http": _answer(_write_http, takes="status body headers"),
    "html": _answer(lambda _: _PAGE),
    "empty": _answer(lambda _: _EMPTY),
    "truncate": _spoil(_truncate, needs="bytes", takes="reset hang"),
    "shut": _spoil(_shut, takes="seconds"),
    "length": _spoil(_declare, needs="declared"),
    "garble": _spoil(_garble, takes="at bytes"),
    "encoding": _spoil(_encode, needs="codec", takes="append"),
}
