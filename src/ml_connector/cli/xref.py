"""`ml-connector xref`: what partners' codes stand for, as people have answered and approved it."""

from typing import Annotated

import typer

from ml_connector.cli.desk import choose_link, open_installation, print_result, refuse
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, By, Config, LinkName

xref = typer.Typer(no_args_is_help=True, help="See what partners' codes stand for, and approve answers.")

Numbers = Annotated[list[int], typer.Argument(metavar="ID...", help="The numbers of cross-references.")]


@xref.command("list", epilog="Example: ml-connector xref list --status prepared")
def list_xrefs(
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    status: Annotated[
        str, typer.Option(help="Only those in this state: prepared, active, declined, ended.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List cross-references that people have answered, oldest first."""
    from ml_connector.cli.render.needs import render_xrefs
    from ml_connector.records.xref import XrefStatus

    if status and status not in set(XrefStatus):
        refuse(f"no state {status!r}; there are: {', '.join(XrefStatus)}")
    with open_installation(config, connects=False) as app:
        found = app.xrefs(choose_link(app, link)).list(status=XrefStatus(status) if status else None)
    print_result(found, render_xrefs, as_json=as_json)


@xref.command("approve", epilog="Example: ml-connector xref approve 3 --by Mira")
def approve_xrefs(
    ids: Numbers, by: By = "", config: Config = DEFAULT_CONFIG, link: LinkName = "", as_json: AsJson = False
) -> None:
    """Let prepared answers act: the next run frees what waits for them."""
    from ml_connector.app.pinning import name_actor
    from ml_connector.app.xrefs import ApprovalRefused
    from ml_connector.cli.render.needs import render_xrefs

    with open_installation(config, connects=False) as app:
        try:
            acting = app.xrefs(choose_link(app, link), pins=True).approve(ids, by=by.strip() or name_actor())
        except ApprovalRefused as refused:
            refuse(str(refused))
    print_result(acting, render_xrefs, as_json=as_json)


@xref.command("decline", epilog='Example: ml-connector xref decline 3 --reason "not theirs" --by Mira')
def decline_xrefs(  # typer takes each option as an argument
    ids: Numbers,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; it goes into the audit trail.")] = "",
    by: By = "",
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    as_json: AsJson = False,
) -> None:
    """Say no to prepared answers, or end some that act. What they have posted stays posted."""
    from ml_connector.app.pinning import name_actor
    from ml_connector.app.xrefs import ApprovalRefused
    from ml_connector.cli.render.needs import render_xrefs

    if not reason.strip():
        refuse("say why with --reason: it goes into the audit trail")
    with open_installation(config, connects=False) as app:
        desk = app.xrefs(choose_link(app, link), pins=True)
        try:
            declined = desk.decline(ids, by=by.strip() or name_actor(), reason=reason.strip())
        except ApprovalRefused as refused:
            refuse(str(refused))
    print_result(declined, render_xrefs, as_json=as_json)
