"""The code of a second factor (RFC 6238, as authenticator apps make it: SHA-1, six digits, 30 seconds)."""

import binascii
import hmac
from base64 import b32decode
from datetime import UTC, datetime
from typing import Final

from ml_connector.cleo.errors import Misconfigured

_STEP_S: Final = 30
_DIGITS: Final = 6


def make_code(secret: str, *, at: datetime) -> str:
    """The code at this moment for a base32 secret, whose blanks and missing padding do not matter.

    Raises Misconfigured for a secret that is no base32.
    """
    digest = hmac.digest(_decode(secret), find_step(at).to_bytes(8), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def find_step(at: datetime) -> int:
    """The step of time this moment is in, which has one code; servers take each code once."""
    return int(at.timestamp() // _STEP_S)


def find_next(at: datetime) -> datetime:
    """When the next step begins."""
    return datetime.fromtimestamp((find_step(at) + 1) * _STEP_S, UTC)


def _decode(secret: str) -> bytes:
    text = "".join(secret.split()).rstrip("=")
    try:
        return b32decode(text + "=" * (-len(text) % 8), casefold=True)
    except (binascii.Error, ValueError):
        raise Misconfigured("the TOTP secret of the Cleo account is no base32; copy it anew") from None
