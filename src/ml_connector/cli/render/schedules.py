"""What runs by itself, as people read it in a terminal."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.app.running.schedules import CircuitLine, ScheduleLine, ScheduleView

_COLOURS: Final = {"running": "green", "waiting": "cyan", "paused": "yellow"}


def render_schedules(view: ScheduleView) -> Iterator[RenderableType]:
    """A row for each job, then how the last runs fell short, then the systems that are left alone."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("job", "schedule", "state", "last began", "next"):
        table.add_column(name, overflow="fold")
    for line in view.lines:
        paused = f" by {line.paused_by}" if line.state == "paused" and line.paused_by else ""
        state = Text(line.state + paused, style=_COLOURS.get(line.state, ""))
        job = f"{line.link}/{line.kind}"
        table.add_row(job, line.schedule, state, _show_time(line.last), _show_time(line.next))
    yield table
    yield from (_render_outcome(line) for line in view.lines if line.outcome)
    yield from map(_render_circuit, view.circuits)


def _render_outcome(line: ScheduleLine) -> Text:
    times = "" if line.attempts < 2 else f" ({line.attempts} times in a row)"
    return Text(f"{line.link}/{line.kind}{times}: {line.outcome}", style="yellow")


def _render_circuit(line: CircuitLine) -> Text:
    tried = "" if line.next_try is None else f", tried again {_show_time(line.next_try)}"
    since = f"since {_show_time(line.open_since)}"
    return Text(f"{line.link}: {line.system} is left alone {since}{tried}: {line.reason}", style="bold red")


def _show_time(moment: datetime | None) -> str:
    return "-" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"
