"""A partner's policy and overlay, from the files that hold them."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import typer

from ml_connector.cli.exits import Exit
from ml_connector.cli.foreign_text import clean
from ml_connector.edi.errors import OverlayInvalid, PolicyInvalid
from ml_connector.edi.inspection import Inspector
from ml_connector.edi.policy import USUAL, parse_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The files to judge by; None is as usual."""

    policy: Path | None
    overlay: Path | None


def load_inspector(rules: Rules) -> Inspector:
    """What inspects by the rules in these files. Ends the command when they cannot be used."""
    with refuse_rules():
        return Inspector(
            policy=parse_policy(_read(rules.policy)) if rules.policy else USUAL,
            overlays=_split_overlay(_read(rules.overlay)) if rules.overlay else None,
        )


@contextmanager
def refuse_rules() -> Iterator[None]:
    """End the command when a rule does not fit: some are only met by the set they are for."""
    try:
        yield
    except (PolicyInvalid, OverlayInvalid) as error:
        _refuse(str(error))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        _refuse(f"{path} cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        _refuse(f"{path} is no text in UTF-8")


def _split_overlay(text: str) -> Mapping[str, Mapping[str, object]]:
    """The overlay of each set, which stands under the code of the set."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _refuse(f"The overlay is not TOML: {error}")
    for name, value in tables.items():
        if not isinstance(value, Mapping):
            _refuse(f"Overlay, {name}: write it under the code of its set, such as [810.lengths].")
    return tables


def _refuse(message: str) -> NoReturn:
    typer.echo(clean(message), err=True)
    raise typer.Exit(Exit.CONFIG)
