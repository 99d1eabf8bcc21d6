"""What every command needs: the installation opened or refused, a link chosen, a result printed."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import typer

from ml_connector.cli.exits import Exit

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ml_connector.app import App

_T = TypeVar("_T")


@contextmanager
def open_installation(config: Path, *, connects: bool) -> "Iterator[App]":
    """The installation a configuration describes, or the end of the command with each problem named."""
    from ml_connector.app import open_app
    from ml_connector.config import ConfigRefused
    from ml_connector.store import StoreUnusable

    try:
        with open_app(config, connects=connects) as app:
            yield app
    except ConfigRefused as refused:
        for problem in refused.problems:
            typer.echo(problem, err=True)
        raise typer.Exit(Exit.CONFIG) from refused
    except StoreUnusable as unusable:
        typer.echo(str(unusable), err=True)
        raise typer.Exit(Exit.CONFIG) from unusable


def choose_link(app: "App", name: str) -> str:
    """The link of that name, or the only one there is; else the end of the command."""
    known = list(app.settings.links)
    if name in known:
        return name
    if name:
        refuse(f"no link {name!r}; there are: {', '.join(known)}")
    if len(known) > 1:
        refuse(f"there are several links: {', '.join(known)}; name one with --link")
    return known[0]


def warn(app: "App", links: Iterable[str]) -> None:
    """Say before anything is done what a person should know of these links."""
    for name in links:
        for warning in app.list_warnings(name):
            typer.echo(f"link {name}: {warning}", err=True)


def name_company(app: "App", link: str) -> str:
    return app.settings.links[link].settings.intacct.company_id


def refuse(message: str) -> NoReturn:
    """End the command: what was asked makes no sense."""
    typer.echo(message, err=True)
    raise typer.Exit(Exit.USAGE)


def confirm(question: str) -> None:
    """Go on after a yes; anything else, and nobody there to answer, ends the command with nothing done."""
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        refuse("\nnobody has answered, nothing was done; --yes does not ask")
    if not agreed:
        raise typer.Exit(Exit.USAGE)


def print_result(
    result: _T, render: "Callable[[_T, int], Iterable[RenderableType]]", *, as_json: bool
) -> None:
    """The one door to standard output: JSON for machines, else what `render` makes of the cleaned result and a width."""
    from ml_connector.cli.foreign_text import clean
    from ml_connector.cli.json_form import write_json
    from ml_connector.cli.terminal import open_terminal, print_parts

    if as_json:
        sys.stdout.writelines(write_json(result))
        typer.echo()
        return
    terminal = open_terminal()
    print_parts(terminal, render(clean(result), terminal.width))
