"""How single settings are written: durations, addresses, times in order."""

import re
from datetime import timedelta
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_duration(text: object) -> object:
    """`5m` → five minutes. Units are s, m, h and d."""
    if isinstance(text, str) and (found := re.fullmatch(r"(\d{1,6})([smhd])", text)):
        return timedelta(seconds=int(found[1]) * _UNITS[found[2]])
    raise ValueError('write a duration such as "5m" (units: s, m, h, d)')


def _limit_to(*, minutes: int) -> AfterValidator:
    """How long a time-out may be; none is shorter than a second."""

    def check(time: timedelta) -> timedelta:
        if timedelta(seconds=1) <= time <= timedelta(minutes=minutes):
            return time
        raise ValueError(f'write a duration from "1s" to "{minutes}m"')

    return AfterValidator(check)


def _read_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _check_rising(times: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if not times or list(times) != sorted(set(times)):
        raise ValueError('write rising times, such as ["0s", "1m", "5m", "16m"]')
    return times


def _check_address(url: str) -> str:
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError("write the address without user and password; they have settings of their own")
    if parts.hostname and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    ):
        return url
    raise ValueError(
        "write an address that begins with https://; anything else would show the password on its way"
    )


Address = Annotated[str, AfterValidator(_check_address)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
#: For Intacct no longer than usual: a sending that has not ended after 20 minutes is taken over by others.
ReadTimeout = Annotated[Duration, _limit_to(minutes=1)]
WriteTimeout = Annotated[Duration, _limit_to(minutes=5)]
CleoTimeout = Annotated[Duration, _limit_to(minutes=10)]
DoubtTimes = Annotated[tuple[Duration, ...], BeforeValidator(_read_tuple), AfterValidator(_check_rising)]
