"""`ml-connector reconcile`: what became in Intacct of what was posted."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ml_connector.cli.desk import choose_link, open_installation, print_result
from ml_connector.cli.exits import Exit
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, Config, LinkName

if TYPE_CHECKING:
    from ml_connector.app.reconciles import ReconcileResult

Since = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        formats=["%Y-%m-%d"],
        help="Compare bills and documents from that day on; the first day of last month if left out.",
        show_default=False,
    ),
]


def reconcile(
    config: Config = DEFAULT_CONFIG, link: LinkName = "", since: Since = None, as_json: AsJson = False
) -> None:
    """Look at what became in Intacct of all that was posted: approved, paid, declined, edited, reversed, deleted.

    Lists bills of EDI vendors that came in another way, and documents that are not in the ledger, too. Posts nothing.
    """
    from ml_connector.cli.progress import show_progress
    from ml_connector.cli.render.reconcile import render_reconcile

    with open_installation(config, connects=True) as app, show_progress(quiet=as_json) as report:
        day = None if since is None else since.date()
        result = app.reconcile(choose_link(app, link), report=report, since=day)
    print_result(result, render_reconcile, as_json=as_json)
    raise typer.Exit(_judge(result))


def _judge(result: "ReconcileResult") -> Exit:
    if result.differing:
        return Exit.UNBALANCED
    return Exit.UNREACHED if result.troubles else Exit.DONE
