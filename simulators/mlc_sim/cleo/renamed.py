"""A third layout, which proves that a client has no name and no path in its code.

All of it is invented: every path, every name of a member, of a query and of a form, the words of a run's outcome, the
number of the first resource (1), the method of a move.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from mlc_sim.serving import Request, Response

ROOT: Final = "/gateway/v7"
_BOXES: Final = f"{ROOT}/mailboxes"
_PARTNERS: Final = f"{ROOT}/partners"
_GROUPS: Final = f"{ROOT}/groups"
#: Our own path for each of the renamed layout.
_PATHS: Final[Mapping[str, str]] = {
    f"{ROOT}/login": "/api/authentication",
    _BOXES: "/api/folders",
    f"{_BOXES}/*": "/api/folders/*",
    f"{_BOXES}/*/documents": "/api/folders/*/files",
    f"{_BOXES}/*/documents/*": "/api/folders/*/files/*",
    f"{_BOXES}/*/documents/*/raw": "/api/folders/*/files/*/content",
    _PARTNERS: "/api/connections",
    f"{_PARTNERS}/*": "/api/connections/*",
    f"{_PARTNERS}/*/deliveries": "/api/connections/*/transfers",
    f"{ROOT}/tasks": "/api/actions",
    f"{ROOT}/tasks/*": "/api/actions/*",
    f"{ROOT}/tasks/*/start": "/api/actions/*/run",
    f"{ROOT}/deliveries": "/api/transfers",
    f"{ROOT}/deliveries/*": "/api/transfers/*",
    f"{ROOT}/journal": "/api/events",
    f"{ROOT}/journal/*": "/api/events/*",
    _GROUPS: "/api/authenticators",
    f"{_GROUPS}/*": "/api/authenticators/*",
    f"{_GROUPS}/*/members": "/api/authenticators/*/users",
    f"{_GROUPS}/*/members/*": "/api/authenticators/*/users/*",
}
_RELOCATION: Final = "/relocation"  # POST to it below a document is what PATCH of the document is to us
_OWN_NAMES: Final[Mapping[str, str]] = {
    "total": "totalResults",
    "items": "resources",
    "first": "startIndex",
    "returned": "count",
    "key": "id",
    "label": "alias",
    "title": "name",
    "location": "path",
    "purpose": "usage",
    "size": "length",
    "audit": "meta",
    "category": "resourceType",
    "createdAt": "created",
    "changedAt": "lastModified",
    "revision": "version",
    "position": "sequence",
    "hyperlinks": "_links",
    "uri": "href",
    "own": "self",
    "raw": "content",
    "mailbox": "folder",
    "documents": "files",
    "detail": "message",
    "fault": "errorCode",
    "problem": "error",
    "explanation": "error_description",
    "token": "access_token",
    "tokenKind": "token_type",
    "lifetime": "expires_in",
    "renewal": "refresh_token",
    "foreignKey": "externalId",
    "protocol": "type",
    "group": "resourceFolder",
    "activated": "enabled",
    "tasks": "actions",
    "start": "run",
    "deliveries": "transfers",
    "partner": "connection",
    "phase": "status",
    "outcome": "result",
    "log": "messages",
    "words": "text",
    "facts": "attributes",
    "job": "jobId",
    "document": "file",
    "occurrence": "event",
    "grant": "grant_type",
    "login": "username",
    "passphrase": "password",
    "otp": "totp_code",
}
_OWN_QUERY: Final[Mapping[str, str]] = {
    "offset": "startIndex",
    "limit": "count",
    "where": "filter",
    "title": "name",
    "complete": "includeDefaults",
    "patience": "timeout",
    "lines": "messagesCount",
}
_THEIR_NAMES: Final = {own: theirs for theirs, own in _OWN_NAMES.items()}
_THEIR_WORDS: Final = {"completed": "finished", "running": "underway", "success": "fine"}
_WORD: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*')
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_OPERATORS: Final = {"eq", "ne", "gt", "ge", "lt", "le", "co", "sw", "ew", "pr", "and", "or", "not"}


def read_renamed(request: Request) -> Request:
    """The same request in our own words; its path is empty if there is no such call."""
    own_path, method = _translate_path(request.path, request.method)
    return replace(
        request, method=method, path=own_path, query=_read_query(request.query), body=_read_body(request)
    )


def write_renamed(response: Response) -> Response:
    """Our own answer in the words of the layout."""
    if response.headers.get("Content-Type") != "application/json":
        return response
    return replace(
        response, body=json.dumps(_write_value(json.loads(response.body)), ensure_ascii=False).encode()
    )


def _translate_path(path: str, method: str) -> tuple[str, str]:
    """Our own path, empty for one that is not served."""
    moves = method == "POST" and path.endswith(_RELOCATION)
    if method == "PATCH":  # a move has another way here
        return "", method
    own = _translate(path.removesuffix(_RELOCATION) if moves else path, _TO_OWN)
    return own, "PATCH" if moves else method


def _read_query(query: Mapping[str, str]) -> Mapping[str, str]:
    own = {_OWN_QUERY[name]: value for name, value in query.items() if name in _OWN_QUERY}
    if _NUMBER.fullmatch(start := own.get("startIndex", "1")):
        own["startIndex"] = str(int(start) - 1)
    if "filter" in own:
        own["filter"] = _WORD.sub(lambda word: _read_word(word.group()), own["filter"])
    return own


def _read_word(word: str) -> str:
    """A word of a filter; our own name for something that has another here is no name."""
    if word.startswith('"') or word in _OPERATORS:
        return word
    return _OWN_NAMES.get(word, f"_{word}" if word in _THEIR_NAMES else word)


def _read_body(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/json" and request.body:
            return json.dumps(_read_value(json.loads(request.body))).encode()
        if kind == "application/x-www-form-urlencoded":
            fields = parse_qsl(request.body.decode(), keep_blank_values=True, errors="strict")
            return urlencode(
                [(_OWN_NAMES[name], value) for name, value in fields if name in _OWN_NAMES]
            ).encode()
    except (ValueError, RecursionError):
        return request.body  # whoever answers will say what is wrong with it
    return request.body


def _read_value(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        known = {name: item for name, item in value.items() if name not in _THEIR_NAMES}
        own = {_OWN_NAMES.get(name, name): _read_value(item) for name, item in known.items()}
        return {name: _translate(item, _TO_OWN) if name == "href" else item for name, item in own.items()}
    return [_read_value(item) for item in value] if isinstance(value, list) else value


def _write_value(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {_THEIR_NAMES.get(name, name): _write_member(name, item) for name, item in value.items()}
    return [_write_value(item) for item in value] if isinstance(value, list) else value


def _write_member(name: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    if name == "startIndex":
        return value + 1
    if name == "href":
        return _translate(value, _TO_THEIRS)
    if name in {"status", "result"}:
        return _THEIR_WORDS.get(value, value)
    return _write_value(value)


def _translate(path: object, patterns: Mapping[re.Pattern[str], str]) -> str:
    """The same place in the other layout, empty if there is none."""
    for pattern, target in patterns.items():
        if found := pattern.fullmatch(str(path)):
            return target.replace("*", "{}").format(*found.groups())
    return ""


def _compile(paths: Mapping[str, str]) -> Mapping[re.Pattern[str], str]:
    return {re.compile(path.replace("*", "([^/]+)")): target for path, target in paths.items()}


_TO_OWN: Final = _compile(_PATHS)
_TO_THEIRS: Final = _compile({own: theirs for theirs, own in _PATHS.items()})
