"""What was asked of the API: the last requests, without secrets, and counts. Starts anew with the process."""

import json
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

_KEPT: Final = 10_000
_HIDDEN: Final = "***"
_SECRET_HEADERS: Final = {"authorization", "cookie", "proxy-authorization"}
_OPEN_FIELDS: Final = {"grant_type", "username", "grant", "login"}
_SECRET_FIELDS: Final = {"password", "refresh_token", "totp_code", "passphrase", "renewal", "otp"}
_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request to the API and how it was answered."""

    at: str  #: ISO 8601, when it came
    call: str  #: what it asks for, e.g. "download"; "refuse" for what is not served
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  #: secrets hidden
    form: Mapping[str, str]  #: fields of a form, secrets hidden
    json: Any  #: a body in JSON, secrets hidden; None for any other
    length: int  #: of the body
    status: int | None  #: None: the connection was closed without an answer


class Journal:
    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._calls: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._calls[entry.call] += 1
        self._statuses[str(entry.status or "dropped")] += 1

    def entries(self) -> list[Entry]:
        """The last ten thousand, oldest first."""
        return list(self._entries)

    def counters(self) -> dict[str, int | dict[str, int]]:
        """How many requests came since the last reset, in all, by call and by status."""
        return {
            "requests": self._calls.total(),
            "calls": dict(self._calls),
            "statuses": dict(self._statuses),
        }

    def reset_counters(self) -> None:
        self._calls.clear()
        self._statuses.clear()


def hide_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers, names in lower case, with those that carry secrets blotted out."""
    return {name: _HIDDEN if name in _SECRET_HEADERS else value for name, value in headers.items()}


def hide_fields(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of a token request: harmless ones as sent, secret ones blotted out, unknown ones left out."""
    shown = {name: fields[name] for name in _OPEN_FIELDS & fields.keys()}
    return shown | dict.fromkeys(_SECRET_FIELDS & fields.keys(), _HIDDEN)


def read_form(headers: Mapping[str, str], body: bytes) -> Mapping[str, str]:
    """The fields of a form as they may be shown; none of any other body."""
    is_form = headers.get("content-type", "").startswith(_FORM)
    return hide_fields(dict(parse_qsl(body.decode(errors="replace")))) if is_form else {}


def read_json(headers: Mapping[str, str], body: bytes) -> Any:  # noqa: ANN401 - any JSON
    """A body in JSON as it may be shown; None for any other."""
    if not headers.get("content-type", "").startswith(_JSON):
        return None
    try:
        return _hide_members(json.loads(body))
    except (ValueError, RecursionError):
        return None


def _hide_members(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {
            name: _HIDDEN if name in _SECRET_FIELDS else _hide_members(item) for name, item in value.items()
        }
    return [_hide_members(item) for item in value] if isinstance(value, list) else value
