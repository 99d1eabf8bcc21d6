"""`ml-connector audit …`: the entries of a record, and what was said to Intacct and Cleo."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from ml_connector.cli.desk import choose_link, open_installation, print_result, refuse
from ml_connector.cli.exits import Exit
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, Config, LinkName

audit = typer.Typer(no_args_is_help=True, help="Read the audit trail, and what was said to Intacct and Cleo.")

Since = Annotated[
    datetime | None,
    typer.Option(
        "--since", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="Only those begun then or later, in UTC."
    ),
]


@audit.command("show", epilog="Example: ml-connector audit show document:12")
def show_audit(
    record: Annotated[str, typer.Argument(help="Such as document:12, file:3, rules:main or company:ACME.")],
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Show a record's chain of entries and check it."""
    from ml_connector.cli.render.record import render_audit

    with open_installation(config, connects=False) as app:
        view = app.audit.show(record)
    print_result(view, lambda shown, _: render_audit(shown), as_json=as_json)
    if view.contradiction:
        raise typer.Exit(Exit.UNBALANCED)
    raise typer.Exit(Exit.DONE if view.entries else Exit.USAGE)


@audit.command(
    "exchanges",
    epilog="Examples: ml-connector audit exchanges --failed  ·  ml-connector audit exchanges --since 2031-03-14T09:00",
)
def list_exchanges(
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    failed: Annotated[bool, typer.Option("--failed", help="Only those that went wrong.")] = False,
    since: Since = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the exchanges with Intacct and Cleo, newest first, with what came of each."""
    from ml_connector.cli.render.exchanges import render_exchanges

    begun = since.replace(tzinfo=UTC) if since else None
    with open_installation(config, connects=False) as app:
        name = choose_link(app, link)
        found = app.exchanges.list(name, failed=failed, since=begun, limit=limit + 1)
    print_result(found[:limit], lambda shown, _: render_exchanges(shown), as_json=as_json)
    if len(found) > limit:
        typer.echo(f"only the newest {limit} are shown; for more: --limit {limit * 10}", err=True)
    raise typer.Exit(Exit.DONE)


@audit.command("exchange", epilog="Example: ml-connector audit exchange 4711")
def show_exchange(
    number: Annotated[int, typer.Argument(help="The number of the exchange, as `audit exchanges` lists it.")],
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Show what was asked of Intacct and what it answered, without passwords and other secrets.

    The texts are kept of exchanges with Intacct that went wrong, up to 64 KiB each.
    """
    from ml_connector.cli.render.exchanges import render_exchange

    with open_installation(config, connects=False) as app:
        view = app.exchanges.show(number)
    if view is None:
        refuse(f"no exchange {number}; which there are: ml-connector audit exchanges")
    print_result(view, lambda shown, _: render_exchange(shown), as_json=as_json)
    raise typer.Exit(Exit.DONE)
