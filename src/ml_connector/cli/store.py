"""`ml-connector store copy` moves an installation to PostgreSQL."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ml_connector.cli.desk import print_result
from ml_connector.cli.exits import Exit
from ml_connector.cli.options import AsJson

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ml_connector.store.copying import CopiedTable

store = typer.Typer(no_args_is_help=True, help="Move the store to another database.")


@store.command(epilog="Example: ml-connector store copy ml-connector.db postgresql://mlc@db.example.com/mlc")
def copy(
    source: Annotated[str, typer.Argument(help="The file of the SQLite store.")],
    target: Annotated[
        str, typer.Argument(help="An empty PostgreSQL database, as postgresql://USER@HOST/NAME.")
    ],
    as_json: AsJson = False,
) -> None:
    """Copy a store that nobody uses into an empty PostgreSQL database; all of it, read back and compared, or nothing.

    The source stays as it is. Give the password as PostgreSQL's own programs take it, in PGPASSWORD or ~/.pgpass.
    """
    from ml_connector.cli.progress import show_rows
    from ml_connector.store import StoreUnusable
    from ml_connector.store.copying import copy_store

    url = source if source.startswith("sqlite:") else f"sqlite:///{source}"
    try:
        with show_rows(quiet=as_json) as report:
            copied = copy_store(url, target, report=report)
    except StoreUnusable as unusable:
        typer.echo(str(unusable), err=True)
        raise typer.Exit(Exit.CONFIG) from unusable
    print_result(copied, lambda shown, _: _render(shown, source), as_json=as_json)


def _render(copied: "Sequence[CopiedTable]", source: str) -> "Iterator[RenderableType]":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("table")
    table.add_column("rows", justify="right")
    table.add_column("hash")
    for each in copied:
        if each.rows:
            table.add_row(each.table, f"{each.rows:,}", each.sha256[:16])
    rows = sum(each.rows for each in copied)
    yield table
    yield Text(f"{len(copied)} tables with {rows:,} rows are the same on both sides.", style="green")
    yield Text(
        f"Next: set the store's url to the target, and put {source} away, so that nobody goes on with it."
    )
