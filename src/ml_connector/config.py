"""TOML + environment + secret files → frozen settings, or a refusal that names key, place and cure.

Every plain setting may be overridden by an environment variable: `ML_CONNECTOR_` and the key's path in capitals,
such as `ML_CONNECTOR_STORE_URL` or `ML_CONNECTOR_LINK_MAIN_MODE`. Secrets stand only in the environment
(`ML_CONNECTOR_LINK_MAIN_INTACCT_PASSWORD`) or in a file named there (the same name with `_FILE`).
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ml_connector.mapping.toml_reading import Model, Refused, build_model, parse_toml

PREFIX: Final = "ML_CONNECTOR_"
KEY_FILE: Final = "ml-connector.key"
SECRETS: Final = ("INTACCT_SENDER_PASSWORD", "INTACCT_PASSWORD", "CLEO_PASSWORD")
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
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
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
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
_STILL_EXECUTING: Final = timedelta(minutes=15)
_DOUBT: Final = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=16))


class StoreSettings(Model):
    url: str = Field(
        default="sqlite:///ml-connector.db", repr=False
    )  #: relative to the configuration file; may hold a password


class IntacctSettings(Model):
    url: Address = "https://api.intacct.com/ia/xml/xmlgw.phtml"
    sender_id: str
    company_id: str
    user_id: str
    base_currency: str  #: of the entities this link posts in
    read_timeout: ReadTimeout = timedelta(minutes=1)  #: how long to wait without a byte of the answer
    write_timeout: WriteTimeout = timedelta(minutes=5)  #: the same for what creates bills


class CleoSettings(Model):
    url: Address
    username: str
    inbound: str = "/edi/inbound"
    archive: str = "/edi/archive"
    timeout: CleoTimeout = timedelta(minutes=1)  #: how long to wait without a byte of the answer
    profile: dict[str, str | int | bool] = Field(
        default_factory=dict
    )  #: single keys that differ in this tenant


class LinkSettings(Model):
    """One Intacct company joined to one Cleo tenant."""

    mode: Literal["test", "live"] = "test"
    rules: str = "rules"  #: the folder of the rule files, relative to the configuration file
    doubt: DoubtTimes = _DOUBT  #: when an unclear sending is looked for, counted from its last byte
    reference_every: Duration = timedelta(minutes=5)  #: how old our copy of Intacct's reference may be
    intacct: IntacctSettings
    cleo: CleoSettings

    @model_validator(mode="after")
    def check_doubt(self) -> Self:
        if self.doubt[-1] < _STILL_EXECUTING and urlsplit(self.intacct.url).hostname not in _LOOPBACK:
            raise ValueError(
                "doubt: Intacct may go on executing for 15 minutes after an answer was given up; "
                'let the last time be later, as in ["0s", "1m", "5m", "16m"]'
            )
        return self


class Tables(Model):
    """What stands in the file."""

    store: StoreSettings = StoreSettings()
    link: dict[str, LinkSettings]


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """A link's passwords. They have no printable form."""

    sender_password: str
    user_password: str
    cleo_password: str

    def __repr__(self) -> str:
        return "Secrets(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link with everything it needs to be run."""

    name: str
    settings: LinkSettings
    secrets: Secrets
    rules: Mapping[str, str]  #: the rule files, by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    path: Path
    store_url: str = field(repr=False)
    key: bytes = field(repr=False)  #: hashes what must be found but not kept; empty when none is given
    links: Mapping[str, Link]


class ConfigRefused(Exception):
    """The configuration cannot be used; each problem is one line with key, place and cure."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(path: Path, environment: Mapping[str, str] | None = None, *, connects: bool = True) -> Settings:
    """Read the configuration, once, at the start. Raises ConfigRefused.

    What only looks into the store (`connects=False`) needs no passwords.
    """
    environ = os.environ if environment is None else environment
    ours = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigRefused([f"{path}: not found; write one with: ml-connector init"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigRefused([f"{path}: cannot be read: {error}"]) from error
    overrides: dict[tuple[str, ...], str] = {}
    try:
        tables = parse_toml(text, origin=str(path))
        overrides = _find_overrides(tables, ours)
        for place, name in overrides.items():
            _put(tables, place, ours[name])
        return _complete(path, build_model(Tables, tables, origin=str(path)), ours, connects=connects)
    except Refused as refused:
        raise ConfigRefused(_name_origins(refused.problems, path, overrides)) from refused


def _complete(path: Path, tables: Tables, ours: Mapping[str, str], *, connects: bool) -> Settings:
    problems: list[str] = []
    folder = path.parent
    used = set(_name_overrides(tables))
    links: dict[str, Link] = {}
    for name, settings in tables.link.items():
        read_secret = _read_secret if connects else _read_optional_secret
        found = {key: read_secret(name_secret(name, key), ours, problems) for key in SECRETS}
        used |= {
            name_ for key in SECRETS for name_ in (name_secret(name, key), f"{name_secret(name, key)}_FILE")
        }
        rules = _read_rules(folder / settings.rules, problems)
        secrets = Secrets(
            **dict(zip(("sender_password", "user_password", "cleo_password"), found.values(), strict=True))
        )
        links[name] = Link(name=name, settings=settings, secrets=secrets, rules=rules)
    if not links:
        problems.append(f"{path}: no link; add [link.main]")
    problems += _find_twins(path, tables)
    key = _read_optional_secret(f"{PREFIX}KEY", _find_key_file(folder) | dict(ours), problems)
    known = used | {f"{PREFIX}KEY", f"{PREFIX}KEY_FILE", f"{PREFIX}CONFIG"}
    problems += [
        f"environment: {name}: no such setting; unset it, or correct its name"
        for name in sorted(set(ours) - known)
    ]
    if problems:
        raise ConfigRefused(problems)
    return Settings(
        path=path, store_url=_locate_store(tables.store.url, folder), key=key.encode(), links=links
    )


def _find_overrides(tables: Mapping[str, Any], ours: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """The places where the environment speaks instead of the file, with the variable that does."""
    links = tables.get("link")
    places = _list_places(list(links) if isinstance(links, dict) else [])
    return {place: name for place in places if (name := _name_variable(place)) in ours}


def _name_origins(problems: list[str], path: Path, overrides: Mapping[tuple[str, ...], str]) -> list[str]:
    """The problems, each under the variable its value came from where that was not the file."""
    origins = {f"{path}: {'.'.join(place)}: ": f"environment: {name}: " for place, name in overrides.items()}
    for wrong, right in origins.items():
        problems = [right + p.removeprefix(wrong) if p.startswith(wrong) else p for p in problems]
    return problems


def _list_places(links: list[str]) -> Iterator[tuple[str, ...]]:
    """Every plain text setting there is, as a path of keys."""
    yield ("store", "url")
    for name in links:
        yield from (("link", name, key) for key in ("mode", "rules", "reference_every"))
        yield from (("link", name, "intacct", key) for key in IntacctSettings.model_fields)
        yield from (("link", name, "cleo", key) for key in CleoSettings.model_fields if key != "profile")


def _put(tables: dict[str, Any], place: tuple[str, ...], value: str) -> None:
    table: object = tables
    for key in place[:-1]:
        table = table.setdefault(key, {}) if isinstance(table, dict) else None
    if isinstance(table, dict):  # else the file is wrong there, and the model will say so
        table[place[-1]] = value


def _find_twins(path: Path, tables: Tables) -> Iterator[str]:
    """Links whose names differ only in what a variable's name cannot say: each would get the other's passwords."""
    first: dict[str, str] = {}
    for name in tables.link:
        other = first.setdefault(_name_variable((name,)), name)
        if other != name:
            yield f"{path}: link.{name}: its environment variables would be those of link.{other}; give it another name"


def _name_overrides(tables: Tables) -> Iterator[str]:
    return (_name_variable(place) for place in _list_places(list(tables.link)))


def _name_variable(place: tuple[str, ...]) -> str:
    return PREFIX + re.sub(r"[^A-Z0-9]", "_", "_".join(place).upper())


def name_secret(link: str, key: str) -> str:
    """The environment variable of one of a link's `SECRETS`."""
    return _name_variable(("link", link, key))


def _read_secret(name: str, ours: Mapping[str, str], problems: list[str]) -> str:
    if name not in ours and f"{name}_FILE" not in ours:
        problems.append(
            f"environment: {name}: missing; set it, or {name}_FILE to the path of a file that holds it"
        )
        return ""
    known = len(problems)
    secret = _read_optional_secret(name, ours, problems)
    if not secret and len(problems) == known:
        problems.append(f"environment: {name}: empty; set it to the password")
    return secret


def _read_optional_secret(name: str, ours: Mapping[str, str], problems: list[str]) -> str:
    if name in ours:
        return ours[name]
    file = ours.get(f"{name}_FILE")
    if file is None:
        return ""
    try:
        return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"environment: {name}_FILE: {file} cannot be read: {type(error).__name__}")
        return ""


def _find_key_file(folder: Path) -> dict[str, str]:
    """The key that `init` wrote beside the configuration, unless the environment names another."""
    path = folder / KEY_FILE
    return {f"{PREFIX}KEY_FILE": str(path)} if path.exists() else {}


def _read_rules(folder: Path, problems: list[str]) -> dict[str, str]:
    if not folder.is_dir():
        problems.append(f"{folder}: no such folder; make it, or correct rules = … of the link")
        return {}
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            files[path.name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{path}: cannot be read: {error}")
    return files


def _locate_store(url: str, folder: Path) -> str:
    prefix = "sqlite:///"
    if url.startswith(prefix) and not url.startswith("sqlite:////") and url != prefix:
        return f"{prefix}{(folder / url.removeprefix(prefix)).resolve()}"
    return url
