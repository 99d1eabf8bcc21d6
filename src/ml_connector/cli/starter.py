"""The configuration `init` writes."""

import os
import secrets
from importlib.resources import files
from pathlib import Path
from typing import Final

PARTS: Final = (
    "ml-connector.toml",
    "rules/partners.toml",
    "rules/vendors.toml",
    "rules/routes.toml",
    "rules/coding.toml",
)
KEY: Final = "ml-connector.key"


def write_starter(folder: Path) -> tuple[list[Path], list[Path]]:
    """Write the commented files and a key of its own; returns what was written and what was there already."""
    written: list[Path] = []
    kept: list[Path] = []
    for part in (*PARTS, KEY):
        path = folder / part
        if path.exists():
            kept.append(path)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if part == KEY:
            _write_secret(path, secrets.token_urlsafe(32))
        else:
            path.write_text(read_part(part), encoding="utf-8")
        written.append(path)
    return written, kept


def read_part(part: str) -> str:
    """One of the commented files."""
    return files("ml_connector.cli.starter_files").joinpath(*part.split("/")).read_text(encoding="utf-8")


def _write_secret(path: Path, secret: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(secret + "\n")
