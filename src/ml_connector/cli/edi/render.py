"""EDI files as people read them in a terminal: envelopes, sets with their documents, findings at their place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from rich.cells import cell_len
from rich.console import Group as Stack
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ml_connector.cli.edi.render_answers import render_advice, render_functional
from ml_connector.cli.edi.render_invoice import render_invoice
from ml_connector.cli.edi.render_parts import WIDEST, join, lay_facts, say_more, spell_code, spell_date
from ml_connector.cli.edi.render_payments import render_credit, render_remittance
from ml_connector.cli.edi.render_shipping import render_ship_notice
from ml_connector.cli.edi.render_trade import (
    render_acknowledgment,
    render_change,
    render_order,
)
from ml_connector.cli.edi.tally import list_repeats
from ml_connector.cli.edi.views import FindingView, SegmentView, SetView, name_code, show_mark
from ml_connector.edi.documents.acknowledgment855 import OrderAcknowledgment
from ml_connector.edi.documents.acknowledgments import FunctionalAcknowledgment
from ml_connector.edi.documents.adjustment812 import CreditAdjustment
from ml_connector.edi.documents.advice824 import ApplicationAdvice
from ml_connector.edi.documents.change860 import OrderChange, OrderChangeAcknowledgment
from ml_connector.edi.documents.invoice import Invoice
from ml_connector.edi.documents.order850 import Order
from ml_connector.edi.documents.remittance820 import Remittance
from ml_connector.edi.documents.shipnotice856 import ShipNotice
from ml_connector.edi.envelope import Group, Interchange
from ml_connector.edi.severity import Severity

SEVERITY_NAMES: Final[Mapping[Severity, str]] = {
    Severity.ERROR: "reject",
    Severity.HOLD: "hold",
    Severity.NOTE: "note",
}
COLOURS: Final[Mapping[Severity, str]] = {
    Severity.ERROR: "bold red",
    Severity.HOLD: "yellow",
    Severity.NOTE: "cyan",
}
_USAGES: Final = {"P": "production", "T": "test", "I": "information"}
_MARKS: Final = ("element", "component", "repetition", "terminator")
_INDENT: Final = 2
_PLACE: Final = 7  # columns for the number of a segment
_NAME: Final = 24  # columns for its name
_MOST_ALIKE: Final = 4  # findings of one code
_LEAST_SNIPPET: Final = 20

_PICTURES: Final[Mapping[type, Callable[..., Iterator[RenderableType]]]] = {
    Invoice: render_invoice,
    Order: render_order,
    OrderAcknowledgment: render_acknowledgment,
    OrderChange: render_change,
    OrderChangeAcknowledgment: render_change,
    ShipNotice: render_ship_notice,
    Remittance: render_remittance,
    CreditAdjustment: render_credit,
    FunctionalAcknowledgment: render_functional,
    ApplicationAdvice: render_advice,
}


def render_interchange(interchange: Interchange) -> RenderableType:
    """Who sends to whom, when, and with which delimiters."""
    usage = _USAGES.get(interchange.usage, f"usage {interchange.usage}")
    title = join(
        f"Interchange {interchange.control_number}", spell_date(interchange.date, interchange.time), usage
    )
    marks = (
        f"{name} {show_mark(mark)}" for name in _MARKS if (mark := getattr(interchange.delimiters, name))
    )
    wanted = "answer wanted (TA1)" if interchange.acknowledgment_requested else ""
    facts = [
        ("from", f"{interchange.sender.qualifier}/{interchange.sender.id}"),
        ("to", f"{interchange.receiver.qualifier}/{interchange.receiver.id}"),
        ("envelope", join(interchange.version, *marks, wanted)),
    ]
    return Stack(Text(title, style="bold blue"), lay_facts(facts))


def render_group(group: Group) -> RenderableType:
    title = join(
        f"Group {group.control_number}",
        spell_date(group.date),
        spell_code(group.functional_code, name_code("AK1", 1, group.functional_code)),
        f"{group.sender} to {group.receiver}",
        join(group.agency, group.version, by=" "),
    )
    return Text(title, style="blue")


def render_set(view: SetView, *, width: int, rows: int | None, segments: bool) -> Iterator[RenderableType]:
    """A set: its document, or its segments where no picture of it is known or they are asked for; then its findings."""
    picture = _PICTURES.get(type(view.document))
    parts = picture(view, view.document, width=width - _INDENT, rows=rows) if picture else iter(())
    first = next(parts, None)
    yield Stack(_write_title(view), *([Padding(first, (0, 0, 0, _INDENT))] if first else []))
    for part in parts:
        yield Padding(part, (0, 0, 0, _INDENT))
    if segments or picture is None:
        yield from _render_segments(view, width=width, rows=None if segments else rows)
    else:
        yield from _render_findings(view, view.findings, width=width, rows=rows)


def _write_title(view: SetView) -> Text:
    count = f"{len(view.segments):,} segments"
    name = f"{view.set_code} {view.name}".rstrip()
    title = Text(join(name, f"set {view.control_number}", count), style="bold")
    if view.severity not in (None, Severity.NOTE):
        title.append(f"  {SEVERITY_NAMES[view.severity]}", style=COLOURS[view.severity])
    return title


def _render_segments(view: SetView, *, width: int, rows: int | None) -> Iterator[RenderableType]:
    """Every segment with its number and name, its findings below; then the findings of no segment that is shown."""
    shown = view.segments[:rows]
    if shown:
        yield Stack(*(part for segment in shown for part in _draw_segment(view, segment, width)))
    if len(shown) < len(view.segments):
        yield say_more(len(view.segments) - len(shown), "segment")
    rest = [found for found in view.findings if not 1 <= (found.position or 0) <= len(shown)]
    yield from _render_findings(view, rest, width=width, rows=rows)


def _draw_segment(view: SetView, segment: SegmentView, width: int) -> Iterator[RenderableType]:
    room = max(min(width, WIDEST) - _PLACE - _NAME - 2, _LEAST_SNIPPET)
    row = Table.grid(padding=(0, 2, 0, 0))
    row.add_column(justify="right", style="dim", width=_PLACE - 2)
    row.add_column(overflow="fold", width=room)
    row.add_column(style="dim", overflow="fold", width=_NAME)
    text = view.separator.join(segment.parts)
    row.add_row(str(segment.position), Text(text), Text(segment.name))
    yield row
    for found in view.findings:
        if found.position == segment.position:
            snippet, caret = _mark(segment, view.separator, found, width)
            yield from [caret] if cell_len(text) <= room else [snippet, caret]
            yield Padding(render_finding(found), (0, 0, 0, _PLACE))


def _render_findings(
    view: SetView, findings: Sequence[FindingView], *, width: int, rows: int | None
) -> Iterator[RenderableType]:
    """Each finding with its segment, only the first few of a code unless all are wanted."""
    places = {segment.position: segment for segment in view.segments}
    shown, more = list_repeats(findings, _MOST_ALIKE if rows is not None else len(findings))
    parts: list[RenderableType] = []
    for found in shown:
        parts.append(render_finding(found))
        if segment := places.get(found.position or 0):
            parts += _mark(segment, view.separator, found, width)
    parts += [say_more(count, code, plural="") for code, count in more.items()]
    if parts:
        yield Padding(Stack(*parts), (0, 0, 0, _INDENT))


def render_finding(found: FindingView) -> Text:
    """Severity, code and sentence."""
    text = Text(f"{SEVERITY_NAMES[found.severity]} ", style=COLOURS[found.severity])
    text.append(found.code, style="bold")
    return text.append(f"  {found.message}", style="default not bold")


def _mark(segment: SegmentView, separator: str, found: FindingView, width: int) -> tuple[Text, Text]:
    """The segment as sent, or what there is room for, and a line that marks the element in it."""
    before, marked, after = _cut(
        segment, separator, found.element, max(width - _PLACE - 2 * _INDENT, _LEAST_SNIPPET)
    )
    place, style = f"{segment.position:>{_PLACE - 2}}  ", COLOURS[found.severity]
    snippet = Text.assemble((place, "dim"), before, (marked, style), after, no_wrap=True, overflow="crop")
    pointed = " " * cell_len(place + before) + "^" * max(cell_len(marked), 1)
    return snippet, Text(pointed, style=style, no_wrap=True, overflow="crop")


def _cut(segment: SegmentView, separator: str, element: int | None, room: int) -> tuple[str, str, str]:
    """A segment in three pieces, the middle one being the element; shortened around it to the room there is."""
    at = element or 0
    missing = at - len(segment.parts) + 1
    parts = (*segment.parts, *("",) * max(missing, 0))
    before = separator.join((*parts[:at], "")) if at else ""
    after = separator.join(("", *parts[at + 1 :]))
    marked = parts[at] if cell_len(parts[at]) <= room // 2 else f"{parts[at][: room // 2 - 1]}…"
    over = cell_len(before) + cell_len(marked) + cell_len(after) - room
    if over > 0 and cell_len(before) > room // 4:
        before = "…" + before[max(len(before) - max(len(before) - over - 1, room // 4), 0) :]
    over = cell_len(before) + cell_len(marked) + cell_len(after) - room
    if over > 0:
        after = after[: max(len(after) - over - 1, 0)] + "…"
    return before, marked, after
