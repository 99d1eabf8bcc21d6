"""Our copy of reference as people read it in a terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.app.reference import KindLine, RecordView, ReferenceStatus
from ml_connector.cli.render.record import render_entries
from ml_connector.mapping.reference.changes import MONEY
from ml_connector.records.reference import Approval


def render_status(status: ReferenceStatus, width: int) -> Iterator[RenderableType]:
    """One line a kind; below, what is missing or waits."""
    if status.version is None:
        yield Text(f"there is no copy of {status.company} yet; take one: ml-connector once", style="yellow")
    else:
        yield Text(
            f"{status.company}, version {status.version}, seen to be true {_spell(status.checked)}",
            style="bold",
        )
    table = Table(box=None, header_style="bold", pad_edge=False, width=min(width, 100))
    table.add_column("kind", overflow="fold", ratio=1)
    for name in ("rows", "read", "compared", "counted", "gap"):
        table.add_column(name, justify="right", no_wrap=True)
    for line in status.kinds:
        table.add_row(*_lay_kind(line))
    yield table
    yield from (Text(f"{line.kind}: {line.problem}", style="yellow") for line in status.kinds if line.problem)
    if status.deletions:
        yield Text(
            f"deletions are found by the count alone, as Intacct's audit trail cannot be read: {status.deletions}",
            style="yellow",
        )
    if status.waiting:
        said = "1 change waits" if status.waiting == 1 else f"{status.waiting:,} changes wait"
        yield Text(f"{said} for a person: ml-connector reference changes", style="yellow")


def _lay_kind(line: KindLine) -> Sequence[RenderableType]:
    gap = Text(
        "–" if line.gap is None else f"{line.gap:+,}" if line.gap else "0", style="red" if line.gap else ""
    )
    return (
        line.kind,
        f"{line.rows:,}",
        _spell_short(line.last_delta),
        _spell_short(line.last_full),
        _spell_short(line.last_count),
        gap,
    )


def render_record(view: RecordView, _width: int) -> Iterator[RenderableType]:
    """The fields that have a value, what waits, and what happened."""
    yield Text(f"{view.kind} {view.key} in {view.company}, version {view.version}", style="bold")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold", ratio=1)
    for name, value in view.body.items():
        if value not in ("", None, [], {}):
            table.add_row(name, _spell_value(value))
    yield table
    for change in view.waiting:
        yield Text(f"#{change.id} {change.status}: {change.says}{_spell_used(change)}", style="yellow")
    if view.history:
        yield render_entries(view.history)


def _spell_used(change: Approval) -> str:
    """What bills go on with; of a tax id only a hash is kept."""
    labels = MONEY[change.kind]
    used = [
        f"{labels[name]} {value or 'none'}" for name, value in change.approved.items() if name != "tax_id"
    ]
    return f"; bills use {', '.join(used)}" if used else ""


def render_changes(changes: Sequence[Approval], width: int) -> Iterator[RenderableType]:
    """One change a row, with what became of it."""
    if not changes:
        yield Text("no change waits for a person", style="dim")
        return
    table = Table(box=None, header_style="bold", pad_edge=False, width=min(width, 110))
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("since", no_wrap=True)
    table.add_column("change", overflow="fold", ratio=1)
    table.add_column("state", overflow="fold")
    for change in changes:
        by = f" by {change.decided_by}" if change.decided_by else ""
        table.add_row(str(change.id), change.at.strftime("%Y-%m-%d"), change.says, f"{change.status}{by}")
    yield table


def _spell_value(value: object) -> str:
    """As people write it: EDI ids with the custom field each stands in."""
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return " ".join(map(str, value))
        case dict():
            return ", ".join(f"{name} in {place}" for name, place in value.items())
        case _:
            return str(value)


def _spell(moment: datetime | None) -> str:
    return "never" if moment is None else moment.strftime("%Y-%m-%d %H:%M UTC")


def _spell_short(moment: datetime | None) -> str:
    return "never" if moment is None else moment.strftime("%m-%d %H:%M")
