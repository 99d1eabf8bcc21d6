"""Where EDI is read from: files by name, or what is piped into the command."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from ml_connector.cli.exits import Exit
from ml_connector.cli.foreign_text import clean

PIPE: Final = Path("-")
_CHUNK: Final = 1024 * 1024

#: What to call with the number of bytes read since the last call.
Advance = Callable[[int], None]
Opener = Callable[[Path], AbstractContextManager[BinaryIO]]


def choose_inputs(paths: Sequence[Path]) -> Sequence[Path]:
    """The files named, or the pipe when no file is named. Ends the command when there is neither."""
    if not paths and sys.stdin.isatty():
        typer.echo("name a file, or pipe one in; for example: ml-connector edi show invoice.edi", err=True)
        raise typer.Exit(Exit.USAGE)
    return paths or (PIPE,)


def name_input(path: Path) -> str:
    return "standard input" if path == PIPE else str(path)


class Inputs:
    """The inputs of a command, opened one after the other; one that cannot be is named, and the others go on."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = choose_inputs(paths)
        self.failed = False

    @property
    def several(self) -> bool:
        return len(self.paths) > 1

    def open_each(self, open_one: Opener | None = None) -> Iterator[tuple[str, BinaryIO]]:
        """The name of each input and its bytes."""
        for path in self.paths:
            try:
                with (open_one or open_input)(path) as stream:
                    yield name_input(path), stream
            except OSError as error:
                self.failed = True
                said = f"{name_input(path)} cannot be read: {error.strerror or error}"
                typer.echo(clean(said), err=True)


@contextmanager
def open_input(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file or of the pipe. Raises OSError when there is no such file or it cannot be read."""
    if path == PIPE:
        yield sys.stdin.buffer
    else:
        with path.open("rb") as file:
            yield file


@contextmanager
def open_seekable(path: Path) -> Iterator[BinaryIO]:
    """The same, to be read at any place; what is piped in is kept on disk meanwhile."""
    with open_input(path) as stream:
        if stream.seekable():
            yield stream
            return
        with tempfile.TemporaryFile() as kept:
            for chunk in read_chunks(stream):
                kept.write(chunk)
            kept.seek(0)
            yield kept


def read_chunks(stream: BinaryIO, advance: Advance | None = None) -> Iterator[bytes]:
    """All that follows, in pieces."""
    while chunk := stream.read(_CHUNK):
        if advance is not None:
            advance(len(chunk))
        yield chunk


@contextmanager
def show_bytes_read(paths: Sequence[Path], *, quiet: bool) -> Iterator[Advance]:
    """A bar on standard error that grows with the bytes read and goes when all is done; none when nobody watches."""
    console = Console(stderr=True)
    columns = (TextColumn("reading"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    hidden = quiet or not console.is_terminal
    with Progress(*columns, console=console, disable=hidden, transient=True) as bar:
        task = bar.add_task("", total=_add_sizes(paths))
        yield lambda size: bar.advance(task, size)


def _add_sizes(paths: Sequence[Path]) -> int | None:
    """How much there is to read, or None when a pipe does not tell."""
    return None if PIPE in paths else sum(path.stat().st_size for path in paths if path.is_file())
