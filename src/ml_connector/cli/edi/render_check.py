"""What is wrong with EDI files, as people read it in a terminal: findings by document, then counts."""

from collections.abc import Iterator
from typing import Final

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ml_connector.cli.edi.render import COLOURS, SEVERITY_NAMES, render_finding
from ml_connector.cli.edi.render_parts import join
from ml_connector.cli.edi.tally import CheckedSet, Totals, list_repeats
from ml_connector.edi.severity import Severity

#: Findings of one code that are shown for a document.
_MOST_ALIKE: Final = 3
_SAID: Final = {"none": "without findings", "note": "with notes", "hold": "to hold", "error": "to reject"}


def render_checked(checked: CheckedSet) -> RenderableType:
    """The document, and its findings below it."""
    name = join(f"{checked.set_code} {checked.name}".rstrip(), by=" ")
    title = Text(join(f"{name} {checked.number}".rstrip(), f"set {checked.control_number}"), style="bold")
    shown, more = list_repeats(checked.findings, _MOST_ALIKE)
    parts = [render_finding(found) for found in shown]
    parts += [Text(f"… and {count:,} more {code}", style="dim") for code, count in more.items()]
    return Stack(title, *(Padding(part, (0, 0, 0, 2)) for part in parts))


def render_tally(totals: Totals) -> Iterator[RenderableType]:
    """The table of codes, and how many documents are how well."""
    if totals.codes:
        table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column("code", no_wrap=True)
        table.add_column("severity", no_wrap=True)
        table.add_column("count", justify="right", no_wrap=True)
        table.add_column("first in", overflow="fold", style="dim")
        for each in totals.codes:
            severity = Text(SEVERITY_NAMES[each.severity], style=COLOURS[each.severity])
            table.add_row(Text(each.code), severity, f"{each.count:,}", Text(each.first))
        yield table
    counts = (f"{count:,} {_SAID[name]}" for name, count in totals.sets_by_severity.items() if count)
    grave = totals.worst in (Severity.ERROR, Severity.HOLD)
    said = join(
        _count(totals.files, "file"),
        f"{_count(totals.sets, 'document')}: {', '.join(counts)}".removesuffix(": "),
    )
    yield Text(said, style="yellow" if grave else "green")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"
