"""`ml-connector trace`: an order and all that belongs to it, by any number."""

from typing import Annotated

import typer

from ml_connector.cli.desk import choose_link, name_company, open_installation, print_result
from ml_connector.cli.exits import Exit
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, Config, LinkName


def trace(
    number: Annotated[
        str,
        typer.Argument(
            help="Of an order, invoice, shipment or payment; a control number or id, a document key, an Intacct key, a file."
        ),
    ],
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    as_json: AsJson = False,
) -> None:
    """Draw what belongs together: order, confirmations, notices, receipts, invoices, what Intacct has of them.

    What is held, rejected or failed is in it as well. Case, punctuation and leading zeros of a number are no matter.
    """
    from ml_connector.cli.render.trace import render_trace

    with open_installation(config, connects=False) as app:
        name = choose_link(app, link)
        found = app.traces.trace(name, number, company=name_company(app, name))
    print_result(found, lambda shown, _: render_trace(shown), as_json=as_json)
    if not found.chains:
        typer.echo(f"nothing goes by {number!r}", err=True)
        raise typer.Exit(Exit.USAGE)
