"""The one reader of answers: status to error, body to JSON. Nothing else judges a response."""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Final

from ml_connector.cleo.errors import (
    AnswerUnreadable,
    CleoError,
    Conflict,
    CredentialsRefused,
    Forbidden,
    Incomplete,
    Misconfigured,
    Rejected,
    Throttled,
    Unavailable,
)
from ml_connector.cleo.members import clean, parse_digits, read_text, walk_members
from ml_connector.cleo.wire import Answer, Request

#: a page of a hundred files takes 50 KB; more than this is no list
_LONGEST_JSON: Final = 16 * 1024 * 1024
_LONGEST_MESSAGE: Final = 300
_LONGEST_WAIT: Final = timedelta(days=1)
_MOST_MEMBERS: Final = 100

_KINDS: Final[Mapping[int, type[CleoError]]] = {
    401: CredentialsRefused,
    403: Forbidden,
    408: Unavailable,
    409: Conflict,
    425: Unavailable,
    429: Throttled,
    501: Rejected,
}


class Gate:
    """Reads answers with the names of one profile."""

    def __init__(self, message_fields: tuple[str, ...]) -> None:
        self._message_fields = message_fields

    def check(self, request: Request, answer: Answer, *, ok: Collection[int], now: datetime) -> None:
        """Raise what the status means, unless it is one of `ok`; an error's body may be anything."""
        if answer.status in ok:
            return
        kind = _classify(request, answer.status)
        message = f"{request} answered {answer.status}{self._explain(request, answer)}; {kind.cure}"
        if issubclass(kind, Rejected | AnswerUnreadable):
            message += f" (its key {request.key} decides this address)"
        retry_after = _read_retry_after(answer.headers, now)
        error = kind(message, retry_after=retry_after) if issubclass(kind, Unavailable) else kind(message)
        error.status = answer.status
        raise error

    def read_object(self, request: Request, answer: Answer) -> Mapping[str, object]:
        """The JSON object of an answer. Raises AnswerUnreadable for anything else."""
        body = _read_body(answer.pieces)
        try:
            document = json.loads(body.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            document = None
        if isinstance(document, dict):
            return document
        raise unreadable(request, f"is {_describe(answer, body)}, not a JSON object", key=request.key)

    def read_object_if_any(self, request: Request, answer: Answer) -> Mapping[str, object]:
        """The JSON object of an answer, empty for a 204; any other answer without one is no answer."""
        return {} if answer.status == 204 else self.read_object(request, answer)

    def _explain(self, request: Request, answer: Answer) -> str:
        """What the body of an error says, as far as it can be read, without secrets."""
        try:
            document = self.read_object(request, answer)
        except CleoError:
            return ""
        text = read_text(document, self._message_fields)
        return f": {clean(_hide(text, request.secrets), longest=_LONGEST_MESSAGE)}" if text else ""


def unreadable(request: Request, what: str, *, key: str, document: object = None) -> AnswerUnreadable:
    """The error for an answer that came with a good status and is not as the profile says."""
    return AnswerUnreadable(
        f"the answer to {request} {what}; see key {key} of the profile",
        members=tuple(clean(name) for name, _ in islice(walk_members(document), _MOST_MEMBERS)),
    )


def discard_body(answer: Answer) -> None:
    """Read past a body that says no more than the status did, so that the connection can be kept."""
    with suppress(CleoError):
        _read_body(answer.pieces)


def refuse_page(request: Request, answer: Answer, *, listed: int | None) -> None:
    """Raise AnswerUnreadable for a web page in place of a file, as a login page would be."""
    page = "html" in answer.headers.get("content-type", "").lower()
    if page and (listed is None or _read_length(answer) != listed):
        raise unreadable(request, "is an HTML page, not the listed file", key=request.key)


def read_file(request: Request, answer: Answer, *, listed: int | None) -> Iterator[bytes]:
    """The bytes of a file, piece by piece; after the last one, Incomplete unless all of them came.

    Both the listed length and the answer's Content-Length must be met.
    """
    promised = {length for length in (listed, _read_length(answer)) if length is not None}
    received = 0
    for piece in answer.pieces:
        received += len(piece)
        if promised and received > max(promised):
            break
        yield piece
    if promised - {received}:
        wanted = " and ".join(str(length) for length in sorted(promised))
        raise Incomplete(f"{request} gave {received} bytes where {wanted} were promised; {Incomplete.cure}")


def _classify(request: Request, status: int) -> type[CleoError]:
    kind = request.kinds.get(status) or _KINDS.get(status)
    if kind is not None:
        return kind
    if status >= 500:
        return Unavailable
    if status >= 400:
        return Rejected
    return Misconfigured if status >= 300 else AnswerUnreadable


def _read_body(pieces: Iterator[bytes]) -> bytes:
    """The body, or of one too long for any list just the beginning, which is no JSON any more."""
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > _LONGEST_JSON:
            break
    return bytes(body)


def _describe(answer: Answer, body: bytes) -> str:
    if not body.strip():
        return "empty"
    if "html" in answer.headers.get("content-type", "").lower() or body.lstrip()[:1] == b"<":
        return "an HTML page"
    return f"{len(body)} bytes of something else"


def _hide(text: str, secrets: tuple[str, ...]) -> str:
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return text


def _read_length(answer: Answer) -> int | None:
    """The length of the body as the headers tell it; a compressed body's is not that of the file."""
    if answer.headers.get("content-encoding", "identity") != "identity":
        return None
    return parse_digits(answer.headers.get("content-length", ""))


def _read_retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The wait Cleo asks for, in seconds or up to a date (RFC 9110, section 10.2.3), at most a day."""
    text = headers.get("retry-after", "").strip()
    seconds = parse_digits(text)
    if seconds is not None:
        return timedelta(seconds=min(seconds, _LONGEST_WAIT // timedelta(seconds=1)))
    try:
        moment = parsedate_to_datetime(text)
        wait = moment.replace(tzinfo=moment.tzinfo or UTC) - now
    except (ValueError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), _LONGEST_WAIT)
