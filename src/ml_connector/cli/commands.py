"""What each command does: opens the app, asks it, prints the answer, returns the exit status."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ml_connector.cli.desk import choose_link, name_company, open_installation, print_result, refuse, warn
from ml_connector.cli.exits import Exit

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ml_connector.app.results import RunResult


def ping(config: Path, link: str, *, deep: bool, as_json: bool) -> Exit:
    from ml_connector.cli.render.ping import render_ping

    with open_installation(config, connects=True) as app:
        result = app.ping(choose_link(app, link), deep=deep)
    print_result(result, lambda shown, _: render_ping(shown), as_json=as_json)
    return Exit.DONE if result.ok else Exit.UNREACHED


def once(config: Path, link: str, *, files: Sequence[Path], as_json: bool, rows: int | None) -> Exit:
    from ml_connector.cli.progress import show_progress
    from ml_connector.cli.render import runs as render

    with open_installation(config, connects=True) as app:
        names = [choose_link(app, link)] if link or files else list(app.settings.links)
        warn(app, names)
        with show_progress(quiet=as_json) as report:
            most = None if as_json else rows
            results = [app.once(name, report=report, files=files, most=most) for name in names]

    def render_all(shown: "list[RunResult]", width: int) -> "Iterator[RenderableType]":
        for result in shown:
            yield from render.render_run(result, width=width)

    print_result(results, render_all, as_json=as_json)
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
    from ml_connector.cli.render import runs as render
    from ml_connector.records.status import Status

    if status and status not in set(Status):
        refuse(f"no state {status!r}; there are: {', '.join(Status)}")
    with open_installation(config, connects=False) as app:
        name = choose_link(app, link)
        wanted = Status(status) if status else None
        found = app.documents.list(name, company=name_company(app, name), status=wanted, limit=limit + 1)
    print_result(found[:limit], render.render_documents, as_json=as_json)
    if len(found) > limit:
        typer.echo(f"only the first {limit} are shown; for more: --limit {limit * 10}", err=True)
    return Exit.DONE


def show_document(config: Path, link: str, text: str, *, as_json: bool) -> Exit:
    from ml_connector.cli.render.record import render_view

    with open_installation(config, connects=False) as app:
        name = choose_link(app, link)
        views = app.documents.show(name, text, company=name_company(app, name))
    print_result(views, lambda shown, _: chain.from_iterable(map(render_view, shown)), as_json=as_json)
    return Exit.DONE if views else _say_not_found(text)


def explain_document(config: Path, link: str, text: str, *, as_json: bool) -> Exit:
    from ml_connector.cli.render.record import render_explanation

    with open_installation(config, connects=False) as app:
        name = choose_link(app, link)
        explained = app.documents.explain(name, text, company=name_company(app, name))
    print_result(
        explained, lambda shown, _: chain.from_iterable(map(render_explanation, shown)), as_json=as_json
    )
    return Exit.DONE if explained else _say_not_found(text)


def compare_with_then(config: Path, link: str, text: str, *, as_json: bool) -> Exit:
    from ml_connector.cli.render.replay import render_replay

    if not text:
        refuse("name a document: --as-then plans one at a time")
    with open_installation(config, connects=False) as app:
        views = app.compare_with_then(choose_link(app, link), text)
    print_result(
        views,
        lambda shown, width: chain.from_iterable(render_replay(each, width) for each in shown),
        as_json=as_json,
    )
    return Exit.DONE if views else _say_not_found(text, "that was ever planned")


def balance(config: Path, link: str, *, with_intacct: bool, as_json: bool) -> Exit:
    from ml_connector.cli.render.balance import render_balance
    from ml_connector.intacct.errors import IntacctError

    with open_installation(config, connects=with_intacct) as app:
        try:
            struck = app.balance(choose_link(app, link), with_intacct=with_intacct)
        except IntacctError as error:
            typer.echo(f"Intacct cannot be asked: {error}; try: ml-connector ping", err=True)
            return Exit.UNREACHED
    print_result(struck, lambda shown, _: [render_balance(shown, of="everything received")], as_json=as_json)
    return Exit.DONE if struck.holds else Exit.UNBALANCED


def _say_not_found(text: str, what: str = "") -> Exit:
    typer.echo(f"no document goes by {text!r} {what}".rstrip(), err=True)
    return Exit.USAGE
