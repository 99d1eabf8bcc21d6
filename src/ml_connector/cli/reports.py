"""`ml-connector report …`: what our copy of Intacct shows as a whole, what Sage bills, what is to be accrued."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from ml_connector.cli.desk import choose_link, name_company, open_installation, print_result, refuse
from ml_connector.cli.exits import Exit
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, Config, LinkName

report = typer.Typer(
    no_args_is_help=True, help="Look at reference data, what Sage bills, and accruals, as a whole."
)

Month = Annotated[
    str,
    typer.Option(
        "--month", help="Which month, such as 2031-03; the present one if left out.", show_default=False
    ),
]

AsOf = Annotated[
    datetime,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The last day that counts, such as 2031-03-31."),
]


@report.command(
    "duplicate-vendors",
    epilog="Examples: ml-connector report duplicate-vendors  ·  ml-connector report duplicate-vendors --json",
)
def show_duplicate_vendors(
    config: Config = DEFAULT_CONFIG, link: LinkName = "", as_json: AsJson = False
) -> None:
    """Show vendors that may be one and the same, with what they have in common. Merges nothing."""
    from ml_connector.cli.render.reports import render_duplicates

    with open_installation(config, connects=False) as app:
        found = app.reports.find_duplicate_vendors(name_company(app, choose_link(app, link)))
    print_result(found, lambda shown, _: render_duplicates(shown), as_json=as_json)
    raise typer.Exit(Exit.DONE)


@report.command(
    "partners", epilog="Examples: ml-connector report partners  ·  ml-connector report partners --json"
)
def show_partners(config: Config = DEFAULT_CONFIG, link: LinkName = "", as_json: AsJson = False) -> None:
    """Show the trading partners of Cleo that nobody of ours answers to, those in conflict, and rows that are bad."""
    from ml_connector.cli.render.reports import render_partners

    with open_installation(config, connects=False) as app:
        name = choose_link(app, link)
        found = app.reports.list_partners(name, name_company(app, name))
    print_result(found, lambda shown, _: render_partners(shown), as_json=as_json)
    raise typer.Exit(Exit.DONE)


@report.command(
    "meter", epilog="Examples: ml-connector report meter  ·  ml-connector report meter --month 2031-03 --json"
)
def show_meter(
    config: Config = DEFAULT_CONFIG, link: LinkName = "", month: Month = "", as_json: AsJson = False
) -> None:
    """Show the API transactions of a month as Sage bills them, by flow, partner and day, with forecast and limits.

    All links of a company count together. Months are those of UTC.
    """
    from ml_connector.cli.render.usage import render_usage

    wanted = _read_month(month)
    with open_installation(config, connects=False) as app:
        found = app.usage.report(choose_link(app, link), wanted)
    print_result(found, lambda shown, _: render_usage(shown), as_json=as_json)
    raise typer.Exit(Exit.DONE)


@report.command(
    "accruals",
    epilog="Examples: ml-connector report accruals --as-of 2031-03-31  ·  ml-connector report accruals --as-of 2031-03-31 --json",
)
def show_accruals(
    as_of: AsOf, config: Config = DEFAULT_CONFIG, link: LinkName = "", as_json: AsJson = False
) -> None:
    """Show invoices and credits dated on or before a day and not in the ledger by then, by entity and account.

    As Intacct was seen last, and besides, goods that came by then and were not invoiced. What cannot be told is
    counted apart.
    """
    from ml_connector.cli.render.accruals import render_accruals

    with open_installation(config, connects=False) as app:
        found = app.report_accruals(choose_link(app, link), as_of.date())
    print_result(found, lambda shown, _: render_accruals(shown), as_json=as_json)
    raise typer.Exit(Exit.DONE)


def _read_month(text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        refuse(f"--month {text!r}: write year and month, such as 2031-03")
