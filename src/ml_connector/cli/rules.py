"""`ml-connector rules`: what the rule files say, and what of them can never act."""

import typer

from ml_connector.cli.desk import choose_link, open_installation, print_result
from ml_connector.cli.exits import Exit
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, Config, LinkName

rules = typer.Typer(no_args_is_help=True, help="See what the rules say, before they act.")


@rules.callback()
def group() -> None:
    """Keeps `check` a command of its own while it is the only one."""


@rules.command("check", epilog="Examples: ml-connector rules check  ·  ml-connector rules check --json")
def check(config: Config = DEFAULT_CONFIG, link: LinkName = "", as_json: AsJson = False) -> None:
    """Explain the rules in the order they are asked, and show those that can never act. Changes nothing.

    Named are rules that stand behind others, conditions that never hold, and what our copy of Intacct does not
    know or has inactive. The exit status is 7 when anything is found, 3 when a file cannot be used at all.
    """
    from ml_connector.cli.render.rules import render_report

    with open_installation(config, connects=False) as app:
        report = app.report_rules(choose_link(app, link))
    print_result(report, render_report, as_json=as_json)
    raise typer.Exit(Exit.FINDINGS if report.findings else Exit.DONE)
