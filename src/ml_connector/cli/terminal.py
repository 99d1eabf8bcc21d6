"""Standard output, for people."""

import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console, RenderableType

from ml_connector.cli.exits import Exit


def open_terminal() -> Console:
    """Standard output, as wide as it is. Nothing printed to it is taken for markup.

    What the terminal's character set lacks is shown as a question mark.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    return _Terminal(highlight=False, markup=False, emoji=False)


class _Terminal(Console):
    """Leaves it to `end_quietly` what to do when nobody reads on."""

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError


@contextmanager
def end_quietly() -> Iterator[None]:
    """End as if done when whoever reads standard output, such as `head`, has seen enough."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(Exit.DONE) from None


def print_parts(terminal: Console, parts: Iterable[RenderableType]) -> None:
    """Print each part, a blank line between them."""
    for n, part in enumerate(parts):
        if n:
            terminal.print()
        terminal.print(part, crop=False)
