"""What each command does: opens the app, asks it, prints the answer, returns the exit status."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import typer

from ml_connector.cli.exits import Exit

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ml_connector.app import App
    from ml_connector.app.results import RunResult

_T = TypeVar("_T")


def ping(config: Path, link: str, *, as_json: bool) -> Exit:
    from ml_connector.cli import render

    with _open(config, connects=True) as app:
        steps = app.ping(_choose_link(app, link))
    _print(steps, lambda shown, _: [render.render_ping(shown)], as_json=as_json)
    return Exit.DONE if all(step.ok for step in steps) else Exit.UNREACHED


def once(config: Path, link: str, *, as_json: bool, rows: int | None) -> Exit:
    from ml_connector.cli import render
    from ml_connector.cli.progress import show_progress

    with _open(config, connects=True) as app:
        names = [_choose_link(app, link)] if link else list(app.settings.links)
        with show_progress(quiet=as_json) as report:
            results = [app.once(name, report=report) for name in names]

    def render_all(shown: "list[RunResult]", width: int) -> "Iterator[RenderableType]":
        for result in shown:
            yield from render.render_run(result, rows=rows, width=width)

    _print(results, render_all, as_json=as_json)
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
    with _open(config, connects=False) as app:
        name = _choose_link(app, link)
        wanted = Status(status) if status else None
        found = app.documents.list(name, company=_name_company(app, name), status=wanted, limit=limit + 1)
    _print(found[:limit], render.render_documents, as_json=as_json)
    if len(found) > limit:
        typer.echo(f"only the first {limit} are shown; for more: --limit {limit * 10}", err=True)
    return Exit.DONE


def show_document(config: Path, link: str, text: str, *, as_json: bool) -> Exit:
    from ml_connector.cli.render_record import render_view

    with _open(config, connects=False) as app:
        name = _choose_link(app, link)
        views = app.documents.show(name, text, company=_name_company(app, name))
    _print(views, lambda shown, _: chain.from_iterable(map(render_view, shown)), as_json=as_json)
    return Exit.DONE if views else _say_not_found(text)


def explain_document(config: Path, link: str, text: str, *, as_json: bool) -> Exit:
    from ml_connector.cli.render_record import render_explanation

    with _open(config, connects=False) as app:
        name = _choose_link(app, link)
        explained = app.documents.explain(name, text, company=_name_company(app, name))
    _print(explained, lambda shown, _: chain.from_iterable(map(render_explanation, shown)), as_json=as_json)
    if not explained:
        typer.echo(
            f"{text!r} has no posting to explain; what there is: ml-connector documents show {text}", err=True
        )
        return Exit.USAGE
    return Exit.DONE


def release_document(config: Path, link: str, text: str, *, reason: str) -> Exit:
    _demand_reason(reason)
    with _open(config, connects=False) as app:
        ids = app.documents.release(_choose_link(app, link), text, reason=reason)
    return _say_done(text, ids, "released; the next run decides again")


def reject_document(config: Path, link: str, text: str, *, reason: str) -> Exit:
    _demand_reason(reason)
    with _open(config, connects=False) as app:
        ids = app.documents.reject(_choose_link(app, link), text, reason=reason)
    if len(ids) > 1:
        _refuse(f"{text!r} is held {len(ids)} times: {_list_rows(ids)}; reject one by its row number")
    return _say_done(text, ids, "rejected; it will not be booked")


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        _refuse("say why: the reason goes into the audit trail")


def _say_done(text: str, ids: Sequence[int], what: str) -> Exit:
    if not ids:
        return _say_not_found(text, "among those that are held")
    typer.echo(f"{_list_rows(ids)} {what}")
    return Exit.DONE


def _list_rows(ids: Sequence[int]) -> str:
    return ", ".join(f"#{id_}" for id_ in ids)


def show_audit(config: Path, record: str, *, as_json: bool) -> Exit:
    from ml_connector.cli.render_record import render_audit

    with _open(config, connects=False) as app:
        view = app.audit.show(record)
    _print(view, lambda shown, _: render_audit(shown), as_json=as_json)
    if view.contradiction:
        return Exit.UNBALANCED
    return Exit.DONE if view.entries else Exit.USAGE


def balance(config: Path, link: str, *, with_intacct: bool, as_json: bool) -> Exit:
    from ml_connector.cli import render
    from ml_connector.intacct.errors import IntacctError

    with _open(config, connects=with_intacct) as app:
        try:
            struck = app.balance(_choose_link(app, link), with_intacct=with_intacct)
        except IntacctError as error:
            typer.echo(f"Intacct cannot be asked: {error}; try: ml-connector ping", err=True)
            return Exit.UNREACHED
    _print(struck, lambda shown, _: [render.render_balance(shown, of="everything received")], as_json=as_json)
    return Exit.DONE if struck.holds else Exit.UNBALANCED


@contextmanager
def _open(config: Path, *, connects: bool) -> "Iterator[App]":
    from ml_connector.app import open_app
    from ml_connector.config import ConfigRefused
    from ml_connector.store import StoreUnusable

    try:
        with open_app(config, connects=connects) as app:
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


def _refuse(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(Exit.USAGE)


def _say_not_found(text: str, what: str = "") -> Exit:
    typer.echo(f"no document goes by {text!r} {what}".rstrip(), err=True)
    return Exit.USAGE


def _print(result: _T, render: "Callable[[_T, int], Iterable[RenderableType]]", *, as_json: bool) -> None:
    """The one door to standard output: JSON for machines, else what `render` makes of the cleaned result and a width."""
    from ml_connector.cli.json_form import render_json
    from ml_connector.cli.terminal import clean, open_terminal, print_parts

    if as_json:
        typer.echo(render_json(result))
        return
    terminal = open_terminal()
    print_parts(terminal, render(clean(result), terminal.width))
