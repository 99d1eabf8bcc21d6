"""`ml-connector cleo …`: the Cleo side of a link by itself."""

import typer

from ml_connector.cli.desk import choose_link, open_installation, print_result
from ml_connector.cli.exits import Exit
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, Config, LinkName

cleo = typer.Typer(no_args_is_help=True, help="Look at a Cleo tenant.")


@cleo.callback()
def describe() -> None:
    """Look at a Cleo tenant."""


@cleo.command(
    "probe", epilog="Examples: ml-connector cleo probe  ·  ml-connector cleo probe --json | jq '.settings'"
)
def probe(config: Config = DEFAULT_CONFIG, link: LinkName = "", as_json: AsJson = False) -> None:
    """Say how far the tenant answers as its profile says, and what to change where it does not. Only reads."""
    from ml_connector.cli.render.cleo import render_probe

    with open_installation(config, connects=True) as app:
        found = app.probe(choose_link(app, link))
    print_result(found, lambda shown, _: render_probe(shown), as_json=as_json)
    raise typer.Exit(Exit.DONE if found.ok else Exit.UNREACHED)
