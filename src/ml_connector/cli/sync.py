"""`ml-connector sync`: Intacct's reference data to our copy and to Cleo, without the line of documents."""

from typing import TYPE_CHECKING, Annotated

import typer

from ml_connector.cli.desk import choose_link, open_installation, print_result, refuse, warn
from ml_connector.cli.exits import Exit
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, Config, LinkName
from ml_connector.mapping.reference.tables import TABLES, TableName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from ml_connector.app.results import SyncResult

Kinds = Annotated[
    list[str] | None,
    typer.Argument(
        help=f"Which tables, of {', '.join(TABLES)}; all that the link publishes if left out.",
        show_default=False,
    ),
]
Now = Annotated[bool, typer.Option("--now", help="Read at once, also what is not due yet.")]


def sync(
    kinds: Kinds = None,
    now: Now = False,
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    as_json: AsJson = False,
) -> None:
    """Bring Intacct's reference data to our copy and to Cleo; documents are left alone."""
    from ml_connector.cli.progress import show_progress
    from ml_connector.cli.render.publishing import render_sync

    tables = _read_tables(kinds or [])
    with open_installation(config, connects=True) as app:
        names = [choose_link(app, link)] if link else list(app.settings.links)
        warn(app, names)
        with show_progress(quiet=as_json) as report:
            results = [app.sync(name, report=report, tables=tables, now=now) for name in names]

    def render_all(shown: "list[SyncResult]", width: int) -> "Iterator[RenderableType]":
        for result in shown:
            yield from render_sync(result, width)

    print_result(results, render_all, as_json=as_json)
    raise typer.Exit(Exit.UNREACHED if any(result.troubles for result in results) else Exit.DONE)


def _read_tables(names: list[str]) -> list[TableName]:
    unknown = sorted(set(names) - set(TABLES))
    if unknown:
        refuse(f"no table {unknown[0]!r}; there are: {', '.join(TABLES)}")
    return [table for table in TABLES if table in names]
