"""`ml-connector status`: where everything stands, once or live."""

import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ml_connector.cli.desk import open_installation
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, Config

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from ml_connector.app.running.status import StatusView

_EVERY: Final = 2.0  # seconds
_SMALLEST: Final = 10  # lines


def status(
    config: Config = DEFAULT_CONFIG,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Look again every two seconds.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show on one screen what runs, what waits with how much money, and what stands in the way.

    Changes nothing, and needs nothing that runs. With --watch and --json each look is one line.
    """
    with open_installation(config, connects=False) as app:
        if watch:
            _watch(app.report_status, as_json=as_json)
        else:
            _print_once(app.report_status(), as_json=as_json)


def _print_once(view: "StatusView", *, as_json: bool) -> None:
    from ml_connector.cli.json_form import render_json
    from ml_connector.cli.terminal import open_terminal

    if as_json:
        typer.echo(render_json(view))
        return
    terminal = open_terminal()
    terminal.print(_lay_out(view, terminal))


def _watch(look: "Callable[[], StatusView]", *, as_json: bool) -> None:
    """Until Ctrl-C or SIGTERM, which is no failure."""
    from ml_connector.cli.terminal import end_quietly, open_terminal

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with end_quietly():
        if as_json:
            follow(look, _print_line, lambda: stop.wait(_EVERY))
        else:
            show_live(look, open_terminal(), lambda: stop.wait(_EVERY))


def follow(
    look: "Callable[[], StatusView]", show: "Callable[[StatusView], object]", rest: Callable[[], bool]
) -> None:
    """Show what is seen again and again until `rest` says that it is enough."""
    show(look())
    while not rest():
        show(look())


def show_live(look: "Callable[[], StatusView]", terminal: "Console", rest: Callable[[], bool]) -> None:
    """One screen that is drawn anew; where nobody can draw, one screen after the other."""
    from rich.live import Live

    if not terminal.is_terminal:
        follow(look, lambda view: terminal.print(_lay_out(view, terminal)), rest)
        return
    with Live(console=terminal, screen=True, auto_refresh=False) as live:
        follow(look, lambda view: live.update(_lay_out(view, terminal), refresh=True), rest)


def _lay_out(view: "StatusView", terminal: "Console") -> "RenderableType":
    """A screen less the line of the prompt."""
    from ml_connector.cli.foreign_text import clean
    from ml_connector.cli.render.status import render_status

    height = max(terminal.height - 1, _SMALLEST)
    return render_status(clean(view), width=terminal.width, height=height)


def _print_line(view: "StatusView") -> None:
    import json

    from ml_connector.cli.json_form import simplify

    typer.echo(json.dumps(simplify(view), ensure_ascii=False))
