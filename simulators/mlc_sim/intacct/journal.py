"""The last requests as they came, as far as they are of a reasonable length, secrets blotted out."""

import re
import threading
from collections import deque
from datetime import datetime
from typing import Final

_SECRETS: Final = re.compile(
    rb"<(password|sessionid|taxid|ssn|achaccountnumber|achbankroutingnumber|vendoraccountno)\b[^>]*>[^<]*",
    re.IGNORECASE,
)
#: So much of a request is kept: two hundred of fifty megabytes each would be too many.
_LONGEST: Final = 1_000_000


class Journal:
    """Keeps a limited number of requests. Safe to use from several threads."""

    def __init__(self, size: int = 200) -> None:
        self._entries: deque[dict[str, str]] = deque(maxlen=size)
        self._lock = threading.Lock()

    def write(self, at: datetime, body: bytes) -> None:
        text = _SECRETS.sub(rb"<\1>***", body[:_LONGEST]).decode("utf-8", "replace")
        with self._lock:
            self._entries.append({"at": at.isoformat(), "body": text})

    def read(self) -> list[dict[str, str]]:
        """Oldest first."""
        with self._lock:
            return list(self._entries)
