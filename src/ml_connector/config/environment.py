"""What the environment says: settings it overrides, secrets it holds or names a file of."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ml_connector.config.retention import RetentionSettings
from ml_connector.config.running import RunSettings
from ml_connector.config.settings import CleoSettings, IntacctSettings, MeterSettings, Tables

PREFIX: Final = "ML_CONNECTOR_"
KEY_FILE: Final = "ml-connector.key"
SECRETS: Final = ("INTACCT_SENDER_PASSWORD", "INTACCT_PASSWORD", "CLEO_PASSWORD")
OPTIONAL_SECRETS: Final = ("CLEO_TOTP_SECRET",)


def find_overrides(tables: Mapping[str, Any], ours: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """The places where the environment speaks instead of the file, with the variable that does."""
    links = tables.get("link")
    places = _list_places(list(links) if isinstance(links, dict) else [])
    return {place: name for place in places if (name := name_variable(place)) in ours}


def _list_places(links: list[str]) -> Iterator[tuple[str, ...]]:
    """Every plain text setting there is, as a path of keys."""
    yield ("store", "url")
    yield from (("run", key) for key in RunSettings.model_fields)
    yield from (("retention", key) for key in RetentionSettings.model_fields)
    for name in links:
        yield from (("link", name, key) for key in ("mode", "rules", "reference_every"))
        yield from (("link", name, "intacct", key) for key in IntacctSettings.model_fields)
        yield from (("link", name, "meter", key) for key in MeterSettings.model_fields)
        yield from (("link", name, "cleo", key) for key in CleoSettings.model_fields if key != "profile")


def put(tables: dict[str, Any], place: tuple[str, ...], value: str) -> None:
    table: object = tables
    for key in place[:-1]:
        table = table.setdefault(key, {}) if isinstance(table, dict) else None
    if isinstance(table, dict):  # else the file is wrong there, and the model will say so
        table[place[-1]] = value


def name_overrides(tables: Tables) -> Iterator[str]:
    return (name_variable(place) for place in _list_places(list(tables.link)))


def name_variable(place: tuple[str, ...]) -> str:
    return PREFIX + re.sub(r"[^A-Z0-9]", "_", "_".join(place).upper())


def name_secret(link: str, key: str) -> str:
    """The environment variable of one of a link's secrets."""
    return name_variable(("link", link, key))


def read_secret(name: str, ours: Mapping[str, str], problems: list[str]) -> str:
    if name not in ours and f"{name}_FILE" not in ours:
        problems.append(
            f"environment: {name}: missing; set it, or {name}_FILE to the path of a file that holds it"
        )
        return ""
    known = len(problems)
    secret = read_optional_secret(name, ours, problems)
    if not secret and len(problems) == known:
        problems.append(f"environment: {name}: empty; set it to the password")
    return secret


def read_optional_secret(name: str, ours: Mapping[str, str], problems: list[str]) -> str:
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


def find_key_file(folder: Path) -> dict[str, str]:
    """The key that `init` wrote beside the configuration, unless the environment names another."""
    path = folder / KEY_FILE
    return {f"{PREFIX}KEY_FILE": str(path)} if path.exists() else {}
