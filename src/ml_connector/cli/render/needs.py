"""Needs, previews and cross-references as people read them in a terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ml_connector.app.need_views import Answered, NeedRow, NeedView, Preview, Waiting
from ml_connector.cli.render.runs import COLOURS, render_documents, render_money, render_sum
from ml_connector.cli.render.steps import render_steps
from ml_connector.records.status import Status
from ml_connector.records.xref import StoredXref


def render_needs(rows: Sequence[NeedRow], _width: int) -> Iterator[RenderableType]:
    """Each need with what waits for it, and what may meet it."""
    if not rows:
        yield Text("no document waits for anything", style="dim")
        return
    yield Group(*(part for row in rows for part in _render_row(row)))


def render_need(view: NeedView, width: int) -> Iterator[RenderableType]:
    """One need, then its documents."""
    yield Group(*_render_row(view.row))
    if view.documents:
        yield from render_documents(view.documents, width)
    if view.row.documents > len(view.documents):
        yield Text(f"and {view.row.documents - len(view.documents)} more", style="dim")


def _render_row(row: NeedRow) -> Iterator[RenderableType]:
    yield Text(row.need, style="bold yellow")
    for waiting in row.waiting:
        yield Padding(Text(_spell(waiting)), (0, 0, 0, 2))
    yield Padding(Text(_tell_age(row)), (0, 0, 0, 2))
    yield Padding(Text(row.reason, style="dim"), (0, 0, 0, 2))
    for likely in row.suggestions:
        said = f"perhaps {likely.vendor_id} {likely.name} ({likely.likeness} % alike)"
        yield Padding(Text(said, style="cyan"), (0, 0, 0, 2))
    yield from _render_proposal(row)
    yield from render_steps(row.action, row.or_else)


def _render_proposal(row: NeedRow) -> Iterator[RenderableType]:
    """The vendor that could be created, each value with where it comes from, and what stands against it."""
    if row.addition:
        yield Padding(Text(f"creation: {row.addition}", style="yellow"), (0, 0, 0, 2))
    if row.proposal is None:
        return
    yield Padding(Text("a vendor can be created:", style="cyan"), (0, 0, 0, 2))
    for why in row.proposal.reasons:
        said = f"{why.path} {why.value} ({why.rule})" if why.value else f"{why.path}: {why.rule}"
        yield Padding(Text(said), (0, 0, 0, 4))
    for doubt in row.proposal.doubts:
        yield Padding(Text(f"but {doubt}", style="yellow"), (0, 0, 0, 4))


def _tell_age(row: NeedRow) -> str:
    """`waiting 3 days, first due 2026-11-20`; of a partner that no document waits for, since when it is open."""
    days = "today" if row.days == 0 else "1 day" if row.days == 1 else f"{row.days} days"
    if not row.documents:
        return (
            f"a trading partner of Cleo, open since {days}"
            if row.days == 0
            else f"a trading partner of Cleo, open for {days}"
        )
    due = f", first due {row.due}" if row.due is not None else ""
    return f"waiting since {days}{due}" if row.days == 0 else f"waiting {days}{due}"


def render_preview(preview: Preview, _width: int) -> Iterator[RenderableType]:
    """What would go, and what would still hold the rest."""
    if not preview.documents:
        yield Text("no document waits for it", style="dim")
        return
    lines: list[RenderableType] = [Text(f"{_count(preview.documents)} would be decided again:", style="bold")]
    lines += _lay("go to Intacct", preview.freed, COLOURS[Status.POSTED])
    lines += _lay("told only once Intacct is asked", preview.untold, "cyan")
    for still in preview.still:
        name = f"{still.outcome} {still.need}".rstrip()
        lines += _lay(name, still.waiting, COLOURS.get(still.outcome, ""))
    yield Group(*lines)
    if preview.freed:
        yield Text("Intacct is asked for duplicates when they are decided, not now", style="dim")


def _lay(name: str, waiting: Sequence[Waiting], style: str) -> Iterator[RenderableType]:
    for each in waiting:
        yield Padding(Text(f"{name}: ", style=style).append(_spell(each), style="default"), (0, 0, 0, 2))


def render_answered(answered: Answered, width: int) -> Iterator[RenderableType]:
    """Whether the answer acts, or who has to approve it."""
    yield from render_xrefs([answered.xref], width)
    if answered.acts:
        yield Text("it acts now; the next run frees what waits for it: ml-connector once", style="green")
    else:
        yield from render_steps(answered.approval, ())


def render_xrefs(found: Sequence[StoredXref], _width: int) -> Iterator[RenderableType]:
    """One cross-reference a row."""
    if not found:
        yield Text("no cross-references", style="dim")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("#", justify="right", no_wrap=True)
    for name in ("kind", "partner", "code", "stands for", "state"):
        table.add_column(name, overflow="fold")
    for each in found:
        xref = each.xref
        table.add_row(
            str(each.id), xref.kind, xref.partner or "any", xref.code, xref.target, Text(_tell_state(each))
        )
    yield table


def _tell_state(each: StoredXref) -> str:
    decided = f", {each.decided_by}" if each.decided_by else ""
    return f"{each.status} ({each.prepared_by}{decided})"


def _spell(waiting: Waiting) -> str:
    """`12 documents, 4,310.00 USD, 86.20 of discount until 2026-11-20`."""
    said = f"{_count(waiting.documents)}, {render_sum(waiting.amount, waiting.currency, waiting.unknown)}"
    if waiting.discount:
        until = f" until {waiting.discount_until}" if waiting.discount_until is not None else ""
        said += f", {render_money(waiting.discount)} of discount{until}"
    return said


def _count(documents: int) -> str:
    return "1 document" if documents == 1 else f"{documents:,} documents"
