"""One document, its explanation, or a record's audit trail, as people read them in a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ml_connector.app.explanations import BillLineView, Explanation, ItemLineView, Overrule
from ml_connector.app.results import AuditView, DocumentView
from ml_connector.cli.render.match import render_comparison
from ml_connector.cli.render.runs import COLOURS, explain_state, name_outcome, render_money
from ml_connector.cli.render.steps import render_needs_of
from ml_connector.records.audit import AuditEntry

_BILL: Final = ("line", "account", "dept", "loc", "class", "project", "amount", "memo")
_ITEMS: Final = ("line", "item", "whse", "dept", "loc", "class", "project", "quantity", "price", "memo")


def render_view(view: DocumentView) -> Iterator[RenderableType]:
    """Everything about one document."""
    line = view.line
    yield Text(f"#{line.id} {line.document_key}", style="bold")
    facts = Table.grid(padding=(0, 2))
    vendor = f"{line.vendor} {line.vendor_name}".strip() or "–"
    money = f"{line.kind} {render_money(line.amount, line.currency)}".strip()
    for name, value in (
        ("invoice", f"{line.number or '–'} of {line.date or '–'}, {money}"),
        ("partner", f"{line.partner} ({view.sender} to {view.receiver})"),
        ("vendor", vendor),
        ("file", f"#{view.file_id} {line.file}, bytes {view.bytes_from} to {view.bytes_to}"),
    ):
        facts.add_row(name, value)
    outcome = Text(name_outcome(line), style=COLOURS.get(line.status, ""))
    facts.add_row("outcome", Group(outcome, *explain_state(line)))
    for sending in view.sendings:
        facts.add_row(
            "posting",
            f"{sending.action} in {sending.company}/{sending.entity or 'top level'}, control id {sending.control_id}",
        )
        if sending.attachment:
            facts.add_row("attachment", sending.attachment)
        facts.add_row("story", sending.story)
    yield facts
    if line.needs:
        yield Group(*render_needs_of(line.needs))
    yield render_entries(view.audit)
    if not view.audit_intact:
        yield Text(
            f"the audit chain of this document is broken; see: ml-connector audit show document:{line.id}",
            style="bold red",
        )


def render_audit(view: AuditView) -> Iterator[RenderableType]:
    """A record's entries, and whether their chain is whole."""
    yield Text(f"Audit of {view.record}", style="bold")
    if view.entries:
        yield render_entries(view.entries)
    if view.contradiction:
        yield Text(view.contradiction, style="bold red")
    elif view.entries:
        entries = "one entry" if len(view.entries) == 1 else f"{len(view.entries)} entries"
        yield Text(f"the chain of {entries} is whole", style="green")
    else:
        yield Text(
            "no entries; a record is such as document:12, file:3, rules:main or company:ACME", style="dim"
        )


def render_entries(entries: Sequence[AuditEntry]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("", "when (UTC)", "who", "what"):
        table.add_column(name)
    table.add_column("detail", overflow="fold", ratio=1)
    for entry in entries:
        said = ", ".join(
            f"{name} {value}" for name, value in entry.detail.items() if value not in {"", None, entry.action}
        )
        table.add_row(
            str(entry.number), entry.at.strftime("%Y-%m-%d %H:%M:%S"), entry.actor, entry.action, said
        )
    return table


def render_explanation(explained: Explanation) -> Iterator[RenderableType]:
    """What a document waits for; why its posting is what it is: the values of the whole first, then line by line."""
    line = explained.line
    vendor = f"{line.vendor} {line.vendor_name}".strip() or "–"
    yield Text(
        f"#{line.id} {line.number}: {render_money(line.amount, line.currency)}, {vendor}",
        style="bold",
    )
    parts: tuple[Iterable[RenderableType], ...] = (
        explain_state(line),
        render_needs_of(line.needs),
        (Text(sentence) for sentence in explained.header),
        _render_lines(_BILL, [(_fill_bill(made), made.why) for made in explained.lines]),
        _render_lines(_ITEMS, [(_fill_item(made), made.why) for made in explained.items]),
    )
    yield from (Group(*said) for said in map(tuple, parts) if said)
    if not explained.parser_version:
        yield Text(name_outcome(line), style=COLOURS.get(line.status, ""))
    if explained.comparison is not None:
        yield from render_comparison(explained.comparison)
    yield from map(_render_overrule, explained.overrules)
    reader = f", reader version {explained.parser_version}" if explained.parser_version else ""
    yield Text(
        f"rules version {explained.rules_version}, reference version {explained.reference_version}{reader}",
        style="dim",
    )


def _render_overrule(made: Overrule) -> Text:
    return Text(
        f"overruled by {made.prepared_by}, approved by {made.approved_by} (xref {made.xref}): {made.difference}; "
        f"{made.reason}"
    )


def _fill_bill(made: BillLineView) -> Sequence[str | None]:
    place = (made.department, made.location, made.class_id, made.project)
    return (made.account, *place, f"{made.amount:,.2f}", made.memo)


def _fill_item(made: ItemLineView) -> Sequence[str | None]:
    place = (made.warehouse, made.department, made.location, made.class_id, made.project)
    quantity = "" if made.quantity is None else f"{made.quantity:f} {made.unit}"
    return (made.item, *place, quantity, "" if made.price is None else f"{made.price:f}", made.memo)


def _render_lines(
    head: Sequence[str], lines: Sequence[tuple[Sequence[str | None], Sequence[str]]]
) -> Iterator[RenderableType]:
    """A table of lines, each with its reasons under it; nothing where there are none."""
    if not lines:
        return
    rows = [
        (str(number), *(cell or "–" for cell in cells[:-1]), cells[-1] or "")
        for number, (cells, _) in enumerate(lines, start=1)
    ]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head) - 1)]
    yield _lay_row(head, widths, "bold")
    for row, (_, whys) in zip(rows, lines, strict=True):
        yield _lay_row(row, widths)
        yield from (Padding(Text(why, style="dim"), (0, 0, 0, 6)) for why in whys)


def _lay_row(cells: Sequence[str], widths: Sequence[int], style: str = "") -> Table:
    row = Table.grid(padding=(0, 2, 0, 0))
    for number, width in enumerate(widths):
        row.add_column(width=width, overflow="fold", justify="right" if number == len(widths) - 1 else "left")
    row.add_column(overflow="fold", ratio=1)
    row.add_row(*cells, style=style)
    return row
