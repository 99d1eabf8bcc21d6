"""`ml-connector accruals`: what is to be accrued is entered in a journal."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ml_connector.cli.desk import choose_link, open_installation, print_result, refuse
from ml_connector.cli.exits import Exit
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, By, Config, LinkName

if TYPE_CHECKING:
    from ml_connector.app.accrual_entries import AccrualEntering

accruals = typer.Typer(no_args_is_help=True, help="Enter what is to be accrued in a journal.")

AsOf = Annotated[
    datetime,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The last day that counts, such as 2031-03-31."),
]


@accruals.command("enter", epilog="Example: ml-connector accruals enter --as-of 2031-03-31 --by Ana")
def enter_accruals(
    as_of: AsOf,
    by: By = "",
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    as_json: AsJson = False,
) -> None:
    """Make one journal entry of what is to be accrued as of a day, in draft, which the next day takes back.

    Looks at Intacct first. With four eyes it is prepared, and entered by the same command once another person has
    approved. However often it is called, there is one entry for each day.
    """
    from ml_connector.app.pinning import name_actor
    from ml_connector.app.xrefs import ApprovalRefused
    from ml_connector.cli.progress import show_progress
    from ml_connector.cli.render.accrual_entries import render_entering

    person = by.strip() or name_actor()
    with open_installation(config, connects=True) as app, show_progress(quiet=as_json) as report:
        try:
            made = app.enter_accruals(choose_link(app, link), as_of.date(), by=person, report=report)
        except ApprovalRefused as refused:
            refuse(str(refused))
    print_result(made, lambda shown, _: render_entering(shown), as_json=as_json)
    raise typer.Exit(_judge(made))


def _judge(made: "AccrualEntering") -> Exit:
    from ml_connector.flows.accruing.entering import Standing

    match made.entry.standing if made.entry is not None else Standing.NOT_SENT:
        case Standing.IN_DOUBT:
            return Exit.IN_DOUBT
        case Standing.NOT_SENT:
            return Exit.UNREACHED
        case Standing.HELD | Standing.REFUSED:
            return Exit.FINDINGS
        case _:
            return Exit.DONE
