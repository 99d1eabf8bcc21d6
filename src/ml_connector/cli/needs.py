"""`ml-connector needs`: what documents wait for, and how people answer."""

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ml_connector.cli.desk import choose_link, confirm, open_installation, print_result, refuse
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, By, Config, LinkName, Yes

if TYPE_CHECKING:
    from ml_connector.app.need_views import Preview
    from ml_connector.app.needs import Needs

needs = typer.Typer(no_args_is_help=True, help="See what documents wait for, and answer.")

NeedKey = Annotated[
    str, typer.Argument(metavar="NEED", help="As it is written, such as vendor:Amberfield Hub/VN/92/7781.")
]


@needs.command("list", epilog="Example: ml-connector needs list")
def list_needs(
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what documents wait for: how many, their money, discounts at stake, since when, likely answers.

    Behind them, the trading partners of Cleo that nobody of ours answers to.
    """
    from ml_connector.cli.render.needs import render_needs

    with open_installation(config, connects=False) as app:
        found = app.needs(choose_link(app, link)).list(limit=limit + 1)
    print_result(found[:limit], render_needs, as_json=as_json)
    if len(found) > limit:
        typer.echo(f"only the first {limit} are shown; for more: --limit {limit * 10}", err=True)


@needs.command("show", epilog='Example: ml-connector needs show "vendor:Amberfield Hub/VN/92/7781"')
def show_need(
    need: NeedKey,
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many documents.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show a need with its documents, the first to be paid first."""
    from ml_connector.cli.render.needs import render_need

    with open_installation(config, connects=False) as app:
        view = app.needs(choose_link(app, link)).show(need, limit=limit)
    if view is None:
        _say_unknown(need)
    print_result(view, render_need, as_json=as_json)


@needs.command(
    "answer", epilog='Example: ml-connector needs answer "vendor:Amberfield Hub/VN/92/7781" V-1270 --by Ana'
)
def answer_need(  # noqa: PLR0913, PLR0917  # typer takes each option as an argument
    need: NeedKey,
    value: Annotated[
        str,
        typer.Argument(
            help="The vendor, contact, account, order, item, unit or warehouse it stands for, or `agreed`, or `create`."
        ),
    ],
    reason: Annotated[
        str, typer.Option("--reason", "-r", help="Why; an answer that overrules a check takes one.")
    ] = "",
    by: By = "",
    yes: Yes = False,
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    as_json: AsJson = False,
) -> None:
    """Answer a need: see what that frees, then let it go. With four eyes another person approves first."""
    from ml_connector.app.needs import AnswerRefused
    from ml_connector.app.pinning import name_actor
    from ml_connector.app.xrefs import ApprovalRefused
    from ml_connector.cli.render.needs import render_answered, render_preview

    if as_json and not yes:
        refuse("with --json add --yes: nobody can be asked")
    with open_installation(config, connects=False) as app:
        desk = app.needs(choose_link(app, link), pins=True)
        try:
            preview = _preview(desk, need, value.strip(), reason.strip(), quiet=as_json)
        except AnswerRefused as refused:
            refuse(str(refused))
        if preview is None:
            _say_unknown(need)
        if not as_json:
            print_result(preview, render_preview, as_json=False)
        if not yes:
            confirm(f"answer {need} with {value.strip()}?")
        actor = by.strip() or name_actor()
        try:
            answered = desk.answer(need, value.strip(), by=actor, preview=preview, reason=reason.strip())
        except ApprovalRefused as refused:
            refuse(str(refused))
    print_result(answered, render_answered, as_json=as_json)


def _preview(desk: "Needs", need: str, value: str, reason: str, *, quiet: bool) -> "Preview | None":
    from ml_connector.cli.progress import show_progress

    with show_progress(quiet=quiet) as report:
        return desk.preview(
            need, value, reason=reason, report=lambda done, total: report("plan", done, total)
        )


def _say_unknown(need: str) -> NoReturn:
    refuse(f"nothing waits for {need!r}; what documents wait for: ml-connector needs list")
