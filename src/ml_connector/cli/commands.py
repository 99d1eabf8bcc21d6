"""What each command does: opens the app, asks it, prints the answer, returns the exit status."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ml_connector.cli.exits import Exit

if TYPE_CHECKING:
    from rich.console import Console

    from ml_connector.app import App
    from ml_connector.app.results import RunResult


def ping(config: Path, link: str, *, as_json: bool) -> Exit:
    from ml_connector.cli import render

    with _open(config) as app:
        steps = app.ping(_choose_link(app, link))
    if as_json:
        _print_json(steps)
    else:
        _console().print(render.render_ping(steps))
    return Exit.DONE if all(step.ok for step in steps) else Exit.UNREACHED


def once(config: Path, link: str, *, as_json: bool, rows: int | None) -> Exit:
    from ml_connector.cli.progress import show_progress

    with _open(config) as app:
        names = [_choose_link(app, link)] if link else list(app.settings.links)
        with show_progress(quiet=as_json) as report:
            results = [app.once(name, report=report) for name in names]
    if as_json:
        _print_json(results)
    else:
        _print_runs(results, rows)
    return max((judge_run(result) for result in results), key=_SEVERITY.index)


_SEVERITY = (Exit.DONE, Exit.UNREACHED, Exit.IN_DOUBT, Exit.UNBALANCED)


def judge_run(result: "RunResult") -> Exit:
    """The exit status of a run: the gravest that applies."""
    if not result.balance.holds:
        return Exit.UNBALANCED
    if result.doubtful:
        return Exit.IN_DOUBT
    return Exit.UNREACHED if result.troubles else Exit.DONE


def list_documents(config: Path, link: str, *, status: str, limit: int, as_json: bool) -> Exit:
    from ml_connector.cli import render
    from ml_connector.records.status import Status

    if status and status not in set(Status):
        _refuse(f"no state {status!r}; there are: {', '.join(Status)}")
    with _open(config) as app:
        name = _choose_link(app, link)
        wanted = Status(status) if status else None
        found = app.documents.list(name, company=_name_company(app, name), status=wanted, limit=limit)
    if as_json:
        _print_json(found)
    else:
        console = _console()
        console.print(render.render_documents(found, width=console.width))
    return Exit.DONE


def show_document(config: Path, link: str, text: str, *, as_json: bool) -> Exit:
    from ml_connector.cli import render

    with _open(config) as app:
        name = _choose_link(app, link)
        views = app.documents.show(name, text, company=_name_company(app, name))
    if as_json:
        _print_json(views)
    for view in () if as_json else views:
        render.print_all(_console(), render.render_view(view))
    return Exit.DONE if views else _say_not_found(text)


def explain_document(config: Path, link: str, text: str, *, as_json: bool) -> Exit:
    from ml_connector.cli import render

    with _open(config) as app:
        name = _choose_link(app, link)
        explained = app.documents.explain(name, text, company=_name_company(app, name))
    if as_json:
        _print_json(explained)
    for one in () if as_json else explained:
        render.print_all(_console(), render.render_explanation(one))
    if not explained:
        return _say_not_found(text, "with a posting; what keeps it is said by: ml-connector documents show")
    return Exit.DONE


def show_audit(config: Path, record: str, *, as_json: bool) -> Exit:
    from ml_connector.cli import render

    with _open(config) as app:
        view = app.audit.show(record)
    if as_json:
        _print_json(view)
    else:
        render.print_all(_console(), render.render_audit(view))
    return Exit.UNBALANCED if view.contradiction else Exit.DONE


def balance(config: Path, link: str, *, as_json: bool) -> Exit:
    from ml_connector.cli import render

    with _open(config) as app:
        struck = app.balance(_choose_link(app, link))
    if as_json:
        _print_json(struck)
    else:
        _console().print(render.render_balance(struck, of="everything received"))
    return Exit.DONE if struck.holds else Exit.UNBALANCED


@contextmanager
def _open(config: Path) -> "Iterator[App]":
    from ml_connector.app import open_app
    from ml_connector.config import ConfigRefused
    from ml_connector.store import StoreUnusable

    try:
        with open_app(config) as app:
            yield app
    except ConfigRefused as refused:
        for problem in refused.problems:
            typer.echo(problem, err=True)
        raise typer.Exit(Exit.CONFIG) from refused
    except StoreUnusable as unusable:
        typer.echo(str(unusable), err=True)
        raise typer.Exit(Exit.CONFIG) from unusable


def _choose_link(app: "App", name: str) -> str:
    known = list(app.settings.links)
    if name in known:
        return name
    if name:
        _refuse(f"no link {name!r}; there are: {', '.join(known)}")
    if len(known) > 1:
        _refuse(f"there are several links: {', '.join(known)}; name one with --link")
    return known[0]


def _name_company(app: "App", link: str) -> str:
    return app.settings.links[link].settings.intacct.company_id


def _refuse(message: str) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(Exit.USAGE)


def _say_not_found(text: str, what: str = "") -> Exit:
    typer.echo(f"no document goes by {text!r} {what}".rstrip(), err=True)
    return Exit.USAGE


def _print_json(result: object) -> None:
    from ml_connector.cli.json_form import render_json

    typer.echo(render_json(result))


def _print_runs(results: "Sequence[RunResult]", rows: int | None) -> None:
    from ml_connector.cli import render

    console = _console()
    for result in results:
        render.print_all(console, render.render_run(result, rows=rows, width=console.width))


def _console() -> "Console":
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)
