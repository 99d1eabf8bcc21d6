"""One-time codes by the clock (RFC 6238: SHA-1, 30 seconds, six digits), as an account with two factors wants them."""

import base64
import hmac
from datetime import datetime
from typing import Final

_STEP: Final = 30  # seconds
#: The code before and the one after are taken too: clocks differ (RFC 6238, 5.2).
_TAKEN: Final = (0, -1, 1)


def make_code(secret: str, step: int) -> str:
    """The code of a step of time; the secret in base32. Raises ValueError for another secret."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def find_step(secret: str, code: str, now: datetime) -> int | None:
    """The step of time whose code it is, None if it is no code of now."""
    current = int(now.timestamp()) // _STEP
    fitting = (current + shift for shift in _TAKEN if make_code(secret, current + shift) == code)
    return next(fitting, None)
