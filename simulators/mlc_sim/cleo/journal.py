"""What was asked of the API: the last requests, without secrets, and counts. Starts anew with the process."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_KEPT: Final = 1000
_HIDDEN: Final = "***"
_SECRET_HEADERS: Final = {"authorization", "cookie", "proxy-authorization"}
_OPEN_FIELDS: Final = {"grant_type", "username"}
_SECRET_FIELDS: Final = {"password", "refresh_token", "totp_code"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request to the API and how it was answered."""

    at: str  #: ISO 8601, when it came
    call: str  #: what it asks for, e.g. "download"; "refuse" for what is not served
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  #: secrets hidden
    form: Mapping[str, str]  #: fields of a token request, secrets hidden
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
        """The last thousand, oldest first."""
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
