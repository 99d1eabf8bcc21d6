"""How single settings are written: durations, addresses, times in order."""

import re
from datetime import timedelta
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_HOST: Final = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+")
_DAY: Final = timedelta(days=1)
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_duration(text: object) -> object:
    """`5m` → five minutes. Units are s, m, h and d."""
    if isinstance(text, str) and (found := re.fullmatch(r"(\d{1,6})([smhd])", text)):
        return timedelta(seconds=int(found[1]) * _UNITS[found[2]])
    raise ValueError('write a duration such as "5m" (units: s, m, h, d)')


def _limit_to(*, minutes: int, seconds: int = 1) -> AfterValidator:
    """How long a time may be, and how short."""

    def check(time: timedelta) -> timedelta:
        if timedelta(seconds=seconds) <= time <= timedelta(minutes=minutes):
            return time
        raise ValueError(f'write a duration from "{seconds}s" to "{minutes}m"')

    return AfterValidator(check)


def _check_days(time: timedelta) -> timedelta:
    if _DAY <= time <= 3650 * _DAY:
        return time
    raise ValueError('write a duration from "1d" to "3650d"')


def _read_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _check_rising(times: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if not times or list(times) != sorted(set(times)):
        raise ValueError('write rising times, such as ["0s", "1m", "5m", "16m"]')
    return times


def _read_hosts(value: object) -> object:
    return tuple(name.strip() for name in value.split(",")) if isinstance(value, str) else _read_tuple(value)


def _read_number(value: object) -> object:
    """A variable of the environment is a text."""
    return int(value) if isinstance(value, str) and re.fullmatch(r"\d{1,12}", value) else value


def _read_switch(value: object) -> object:
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _check_host(name: str) -> str:
    if _HOST.fullmatch(name):
        return name
    raise ValueError('write a host such as "gateway.example.com", or "*.example.com" for all under a domain')


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


def _check_summary(template: str) -> str:
    if re.fullmatch(r"([^{}]|\{year\}|\{month\})+", template):
        return template
    raise ValueError('write a name such as "EDI {year}-{month}"; nothing but {year} and {month} is filled in')


Address = Annotated[str, AfterValidator(_check_address)]
Summary = Annotated[str, AfterValidator(_check_summary)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
#: For Intacct no longer than usual: a sending that has not ended after 20 minutes is taken over by others.
ReadTimeout = Annotated[Duration, _limit_to(minutes=1)]
WriteTimeout = Annotated[Duration, _limit_to(minutes=5)]
#: Several signs of life fall into it, also when the database is slow.
Lease = Annotated[Duration, _limit_to(minutes=5, seconds=3)]
Retry = Annotated[Duration, _limit_to(minutes=15)]
Keep = Annotated[Duration, AfterValidator(_check_days)]
CleoTimeout = Annotated[Duration, _limit_to(minutes=10)]
Hosts = Annotated[tuple[Annotated[str, AfterValidator(_check_host)], ...], BeforeValidator(_read_hosts)]
#: A whole number from 1 up.
Count = Annotated[int, BeforeValidator(_read_number), Field(ge=1)]
#: An `in` filter of Intacct takes 1,000 values: so many can be asked for in one look-up.
Slice = Annotated[int, BeforeValidator(_read_number), Field(ge=1, le=1000)]
Switch = Annotated[bool, BeforeValidator(_read_switch)]
DoubtTimes = Annotated[tuple[Duration, ...], BeforeValidator(_read_tuple), AfterValidator(_check_rising)]
