"""`ml-connector reference`: what we know of Intacct, since when, and what of it waits for a person."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ml_connector.cli.desk import choose_link, name_company, open_installation, print_result, refuse
from ml_connector.cli.exits import Exit
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, Config, LinkName

if TYPE_CHECKING:
    from pathlib import Path

reference = typer.Typer(
    no_args_is_help=True, help="Look at our copy of Intacct's vendors, accounts and the like."
)

Number = Annotated[int, typer.Argument(metavar="ID", help="The number of the change.", show_default=False)]
By = Annotated[
    str,
    typer.Option("--by", help="Who decides; the name of the system's user if left out.", show_default=False),
]
Reason = Annotated[str, typer.Option("--reason", "-r", help="Why; it goes into the audit trail.")]


@reference.command("status", epilog="Example: ml-connector reference status")
def show_status(config: Config = DEFAULT_CONFIG, link: LinkName = "", as_json: AsJson = False) -> None:
    """Show kind by kind how much we have, when it was read and compared, and whether Intacct counts the same."""
    from ml_connector.cli.render.reference import render_status

    with open_installation(config, connects=False) as app:
        status = app.report_reference(choose_link(app, link))
    print_result(status, render_status, as_json=as_json)
    raise typer.Exit(Exit.UNBALANCED if any(kind.gap for kind in status.kinds) else Exit.DONE)


@reference.command(
    "show",
    epilog="Examples: ml-connector reference show vendor V-0815  ·  ml-connector reference show vendors V-0815 --on 2026-03-03",
)
def show_record(
    kind: Annotated[
        str, typer.Argument(help="Such as vendor, account or department; or a table's name, such as vendors.")
    ],
    key: Annotated[str, typer.Argument(help="Its id.")],
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="As it was known at the end of that day (UTC)."),
    ] = None,
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    as_json: AsJson = False,
) -> None:
    """Show a record as Intacct has it, or as we knew it on a day, and what happened to it."""
    from ml_connector.app.reference import name_kind
    from ml_connector.cli.render.reference import render_record
    from ml_connector.flows.reference.kinds import KINDS

    if (name := name_kind(kind)) is None:
        refuse(f"no kind {kind!r}; there are: {', '.join(KINDS)}, and dimension:NAME")
    with open_installation(config, connects=False) as app:
        company = name_company(app, choose_link(app, link))
        day = None if on is None else on.replace(tzinfo=UTC).date()
        found = app.reference.show(company, name, key, on=day)
    if found is None:
        refuse(f"our copy of {company} has no {name} {key!r}{'' if day is None else f' on {day}'}")
    print_result(found, render_record, as_json=as_json)


@reference.command("changes", epilog="Example: ml-connector reference changes --all")
def list_changes(
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    decided: Annotated[bool, typer.Option("--all", help="Also those that were decided.")] = False,
    as_json: AsJson = False,
) -> None:
    """List changes in Intacct that bills do not use before a second person agrees: terms, remit-to, tax id and so on."""
    from ml_connector.cli.render.reference import render_changes

    with open_installation(config, connects=False) as app:
        found = app.reference.list_changes(name_company(app, choose_link(app, link)), decided=decided)
    print_result(found, render_changes, as_json=as_json)


@reference.command("approve", epilog="Example: ml-connector reference approve 12 --by Mira")
def approve(
    number: Number, by: By = "", reason: Reason = "", config: Config = DEFAULT_CONFIG, link: LinkName = ""
) -> None:
    """Agree to a change: from now on bills are planned with Intacct's values."""
    _decide(config, link, number, "approved", by, reason)


@reference.command(
    "decline", epilog='Example: ml-connector reference decline 12 --by Mira --reason "not from them"'
)
def decline(
    number: Number, by: By = "", reason: Reason = "", config: Config = DEFAULT_CONFIG, link: LinkName = ""
) -> None:
    """Decline a change: bills are planned with the values approved before, until Intacct changes again."""
    if not reason.strip():
        refuse("say why with --reason: it goes into the audit trail")
    _decide(config, link, number, "declined", by, reason)


def _decide(
    config: "Path", link: str, number: int, decision: Literal["approved", "declined"], by: str, reason: str
) -> None:
    from ml_connector.app.pinning import name_actor

    with open_installation(config, connects=False) as app:
        company = name_company(app, choose_link(app, link))
        done = app.reference.decide(
            company, number, decision, by=by.strip() or name_actor(), reason=reason.strip()
        )
    if done is None:
        refuse(f"no change {number} waits; those that do: ml-connector reference changes")
    typer.echo(f"#{done.id} {done.decided_by} has {decision}: {done.says}")
