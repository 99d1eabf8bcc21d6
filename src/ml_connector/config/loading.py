"""TOML + environment + secret files → frozen settings, or a refusal that names key, place and cure.

Every plain setting may be overridden by an environment variable: `ML_CONNECTOR_` and the key's path in capitals,
such as `ML_CONNECTOR_STORE_URL` or `ML_CONNECTOR_LINK_MAIN_MODE`. Secrets stand only in the environment
(`ML_CONNECTOR_LINK_MAIN_INTACCT_PASSWORD`) or in a file named there (the same name with `_FILE`).
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

from ml_connector.config.environment import (
    OPTIONAL_SECRETS,
    PREFIX,
    SECRETS,
    find_key_file,
    find_overrides,
    name_overrides,
    name_secret,
    name_variable,
    put,
    read_optional_secret,
    read_secret,
)
from ml_connector.config.settings import ConfigRefused, Link, Secrets, Settings, Tables
from ml_connector.mapping.rules.toml_reading import Refused, build_model, parse_toml


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
        overrides = find_overrides(tables, ours)
        for place, name in overrides.items():
            put(tables, place, ours[name])
        return _complete(path, build_model(Tables, tables, origin=str(path)), ours, connects=connects)
    except Refused as refused:
        raise ConfigRefused(_name_origins(refused.problems, path, overrides)) from refused


def list_files(settings: Settings) -> Iterator[Path]:
    """Every file that these settings were read from, those of secrets included."""
    folder = settings.path.parent
    yield settings.path
    for rules in {folder / link.settings.rules for link in settings.links.values()}:
        yield from rules.glob("*.toml")
    named = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    yield from (
        Path(value) for name, value in (find_key_file(folder) | named).items() if name.endswith("_FILE")
    )


def _complete(path: Path, tables: Tables, ours: Mapping[str, str], *, connects: bool) -> Settings:
    problems: list[str] = []
    folder = path.parent
    used = set(name_overrides(tables))
    links: dict[str, Link] = {}
    for name, settings in tables.link.items():
        read = read_secret if connects else read_optional_secret
        found = {key: read(name_secret(name, key), ours, problems) for key in SECRETS}
        found |= {
            key: read_optional_secret(name_secret(name, key), ours, problems) for key in OPTIONAL_SECRETS
        }
        used |= {name_secret(name, key) + ending for key in found for ending in ("", "_FILE")}
        rules = _read_rules(folder / settings.rules, problems)
        secrets = Secrets(**dict(zip((each.name for each in fields(Secrets)), found.values(), strict=True)))
        links[name] = Link(name=name, settings=settings, secrets=secrets, rules=rules)
    if not links:
        problems.append(f"{path}: no link; add [link.main]")
    problems += _find_twins(path, tables)
    problems += _find_shared_tables(path, tables)
    key = read_optional_secret(f"{PREFIX}KEY", find_key_file(folder) | dict(ours), problems)
    known = used | {f"{PREFIX}KEY", f"{PREFIX}KEY_FILE", f"{PREFIX}CONFIG"}
    problems += [
        f"environment: {name}: no such setting; unset it, or correct its name"
        for name in sorted(set(ours) - known)
    ]
    if problems:
        raise ConfigRefused(problems)
    return Settings(
        path=path,
        store_url=_locate_store(tables.store.url, folder),
        key=key.encode(),
        run=tables.run,
        retention=tables.retention,
        links=links,
    )


def _name_origins(problems: list[str], path: Path, overrides: Mapping[tuple[str, ...], str]) -> list[str]:
    """The problems, each under the variable its value came from where that was not the file."""
    origins = {f"{path}: {'.'.join(place)}: ": f"environment: {name}: " for place, name in overrides.items()}
    for wrong, right in origins.items():
        problems = [right + p.removeprefix(wrong) if p.startswith(wrong) else p for p in problems]
    return problems


def _find_twins(path: Path, tables: Tables) -> Iterator[str]:
    """Links whose names differ only in what a variable's name cannot say: each would get the other's passwords."""
    first: dict[str, str] = {}
    for name in tables.link:
        other = first.setdefault(name_variable((name,)), name)
        if other != name:
            yield f"{path}: link.{name}: its environment variables would be those of link.{other}; give it another name"


def _find_shared_tables(path: Path, tables: Tables) -> Iterator[str]:
    """Links that would write the same table of the same tenant, each what it knows."""
    first: dict[tuple[str, str, str], str] = {}
    for name, link in tables.link.items():
        if link.publish is None:
            continue
        for kind in link.publish.kinds:
            file = link.publish.name_file(kind)
            other = first.setdefault((link.cleo.url.rstrip("/"), link.publish.folder, file), name)
            if other != name:
                yield f"{path}: link.{name}.publish.names: link.{other} publishes {file} there too; give it another name"


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
