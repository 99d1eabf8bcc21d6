"""`ml-connector`: EDI from Cleo becomes AP bills in Sage Intacct."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from ml_connector.cli import commands, reconcile, run, starter, status, sync, trace
from ml_connector.cli.accruals import accruals
from ml_connector.cli.audit import audit
from ml_connector.cli.cleo import cleo
from ml_connector.cli.documents import documents
from ml_connector.cli.edi.units import Unit
from ml_connector.cli.exits import Exit
from ml_connector.cli.interpreter import tune
from ml_connector.cli.needs import needs
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, Config, LinkName
from ml_connector.cli.reference import reference
from ml_connector.cli.reports import report
from ml_connector.cli.rules import rules
from ml_connector.cli.store import store
from ml_connector.cli.xref import xref

app = typer.Typer(
    name="ml-connector",
    help="EDI from Cleo Integration Cloud becomes AP bills in Sage Intacct, each exactly once.",
    epilog="Exit status: 0 done · 2 usage · 3 configuration or store · 4 not reached · 5 unbalanced · 6 in doubt · 7 findings.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
edi = typer.Typer(no_args_is_help=True, help="Look into EDI files; needs no configuration.")
app.add_typer(documents, name="documents")
app.add_typer(needs, name="needs")
app.add_typer(xref, name="xref")
app.add_typer(reference, name="reference")
app.add_typer(audit, name="audit")
app.add_typer(cleo, name="cleo")
app.add_typer(edi, name="edi")
app.add_typer(report, name="report")
app.add_typer(accruals, name="accruals")
app.add_typer(rules, name="rules")
app.add_typer(store, name="store")


@app.command(epilog="Example: ml-connector init ap && cd ap")
def init(
    folder: Annotated[Path, typer.Argument(help="Where to write ml-connector.toml and rules/.")] = Path(),
) -> None:
    """Write a commented configuration to start from. Nothing that is there is overwritten."""
    try:
        written, kept = starter.write_starter(folder)
    except OSError as error:
        typer.echo(f"{folder} cannot be written: {error.strerror}", err=True)
        raise typer.Exit(Exit.CONFIG) from error
    for path in written:
        typer.echo(f"wrote {path}")
    for path in kept:
        typer.echo(f"kept {path}, which was there")
    typer.echo(
        f"Next: {_lead_to(folder)}fill in the two systems and the rules, set the passwords as the file says, "
        "then: ml-connector ping"
    )


def _lead_to(folder: Path) -> str:
    """How to get there, for commands look for their configuration where they are called."""
    return "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))}, "


@app.command(epilog="Examples: ml-connector ping --link main  ·  ml-connector ping --deep --json")
def ping(
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    deep: Annotated[
        bool, typer.Option("--deep", help="Check all that is taken for granted of the Intacct company.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Try each step of both connections and show how the company is set up. Changes nothing.

    What failed, and what no call could tell, comes with what to change.
    """
    raise typer.Exit(commands.ping(config, link, deep=deep, as_json=as_json))


@app.command(epilog="Examples: ml-connector once  ·  ml-connector once --json | jq '.[].troubles'")
def once(
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    file: Annotated[
        list[Path] | None,
        typer.Option(
            "--file",
            exists=True,
            dir_okay=False,
            readable=True,
            help="Take this file as well, as if from Cleo.",
        ),
    ] = None,
    as_json: AsJson = False,
    rows: Annotated[int, typer.Option(min=0, help="Documents to show; 0 shows all.")] = 60,
) -> None:
    """Take new files, post what can be posted, say what came of it. Waits for nothing; run it again any time."""
    raise typer.Exit(commands.once(config, link, files=file or [], as_json=as_json, rows=rows or None))


app.command(
    epilog="Examples: ml-connector sync  ·  ml-connector sync vendors --now  ·  ml-connector sync --now --json"
)(sync.sync)
app.command(epilog="Examples: ml-connector reconcile  ·  ml-connector reconcile --since 2031-01-01 --json")(
    reconcile.reconcile
)
app.command(epilog="Examples: ml-connector run  ·  ml-connector run --log text")(run.run)
app.command(
    epilog="Examples: ml-connector status  ·  ml-connector status --watch  ·  ml-connector status --json"
)(status.status)
app.command(epilog="Examples: ml-connector trace PO0213  ·  ml-connector trace INV-1001 --json")(trace.trace)
app.command(epilog="Examples: ml-connector schedules  ·  ml-connector schedules --json | jq '.circuits'")(
    run.schedules
)
app.command(epilog="Examples: ml-connector pause  ·  ml-connector pause publish --by Ana")(run.pause)
app.command(epilog="Example: ml-connector resume publish --by Ana")(run.resume)
app.command(epilog="Examples: ml-connector trigger poll  ·  ml-connector trigger sync --link main")(
    run.trigger
)


@app.command(epilog="Examples: ml-connector balance  ·  ml-connector balance --intacct --json")
def balance(
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    intacct: Annotated[
        bool, typer.Option("--intacct", help="Read every posted bill back and compare.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add up all that came in, by a fresh pass over the stored bytes, and compare with where it stands."""
    raise typer.Exit(commands.balance(config, link, with_intacct=intacct, as_json=as_json))


Files = Annotated[
    list[Path] | None, typer.Argument(help="Files; - or none reads what is piped in.", show_default=False)
]
PolicyFile = Annotated[Path | None, typer.Option(help="Which findings reject, hold or only note.")]
OverlayFile = Annotated[Path | None, typer.Option(help="What a partner asks for beyond X12.")]
AsLines = Annotated[bool, typer.Option("--json", help="Print JSON for machines, one record a line.")]


@edi.command(
    "show",
    epilog="Examples: ml-connector edi show invoice.edi  ·  cat *.edi | ml-connector edi show --segments",
)
def show_edi(  # noqa: PLR0913, PLR0917  # typer takes each option as an argument
    files: Files = None,
    limit: Annotated[
        int | None,
        typer.Option(min=0, help="Documents to show of each file; 0 shows all. Usually 20, with --json all."),
    ] = None,
    rows: Annotated[int, typer.Option(min=0, help="Lines to show of each document; 0 shows all.")] = 60,
    segments: Annotated[bool, typer.Option("--segments", help="Show all segments as well.")] = False,
    policy: PolicyFile = None,
    overlay: OverlayFile = None,
    as_json: AsLines = False,
) -> None:
    """Show what is in EDI files: envelopes, documents, lines, totals, and what is wrong where."""
    from ml_connector.cli.edi import commands
    from ml_connector.cli.edi.rules import Rules

    most = (None if as_json else commands.USUAL_LIMIT) if limit is None else limit or None
    wishes = commands.Wishes(limit=most, rows=rows or None, segments=segments)
    rules = Rules(policy=policy, overlay=overlay)
    raise typer.Exit(commands.show(files or [], wishes, rules, as_json=as_json))


@edi.command(
    "check",
    epilog="Examples: ml-connector edi check *.edi  ·  ml-connector edi check order.edi --policy hubmart.toml",
)
def check_edi(
    files: Files = None,
    policy: PolicyFile = None,
    overlay: OverlayFile = None,
    as_json: AsLines = False,
) -> None:
    """Say what is wrong in EDI files. The exit status is 7 when anything is worse than a note."""
    from ml_connector.cli.edi import commands
    from ml_connector.cli.edi.rules import Rules

    rules = Rules(policy=policy, overlay=overlay)
    raise typer.Exit(commands.check(files or [], rules, as_json=as_json))


@edi.command(
    "split",
    epilog="Examples: ml-connector edi split day.edi --into parts  ·  ml-connector edi split day.edi --into parts --by group",
)
def split_edi(
    into: Annotated[Path, typer.Option("--into", help="The folder to write to; made if need be.")],
    files: Files = None,
    by: Annotated[Unit, typer.Option(help="What each file is to hold.")] = Unit.SET,
    as_json: AsLines = False,
) -> None:
    """Write every transaction set into a file of its own, each a whole interchange. Nothing is overwritten."""
    from ml_connector.cli.edi.split import split

    raise typer.Exit(split(files or [], into, by, as_json=as_json))


def main() -> None:
    """The entry point."""
    tune()
    app()


__all__ = ["Exit", "app", "main"]
