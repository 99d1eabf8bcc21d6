"""Results as people read them in a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ml_connector.app.results import (
    AuditView,
    DocumentLine,
    DocumentView,
    Explanation,
    FileLine,
    PingStep,
    RunResult,
)
from ml_connector.flows.balance import Balance, Tally
from ml_connector.records.status import FileStatus, Status

_COLOURS = {
    Status.POSTED: "green",
    Status.HELD: "yellow",
    Status.IN_DOUBT: "red",
    Status.REJECTED: "red",
    Status.DUPLICATE: "cyan",
    Status.FILED: "dim",
}
_ORDER = (
    Status.POSTED,
    Status.HELD,
    Status.DUPLICATE,
    Status.FILED,
    Status.REJECTED,
    Status.READ,
    Status.READY,
    Status.SENDING,
    Status.IN_DOUBT,
)


def render_money(amount: Decimal | None, currency: str = "") -> str:
    """`12,345.60 USD`; a dash when there is none."""
    if amount is None:
        return "–"
    return f"{amount:,.2f} {currency}".rstrip()


def render_documents(documents: Sequence[DocumentLine], *, width: int) -> Group:
    """The documents of each file under its name and partner; under a document what it waits for, or why it is not booked."""
    widths = (22, max(width - 22 - 16 - 18 - 5, 16), 16, 18)
    rows: list[RenderableType] = [_lay_row(("invoice", "vendor", "amount", "outcome"), widths, "bold")]
    for (file, partner), group in groupby(documents, key=lambda document: (document.file, document.partner)):
        rows.append(Text(f"{file} · {partner}", style="bold blue"))
        for document in group:
            cells = (
                document.number or f"set {document.set_code}",
                f"{document.vendor} {document.vendor_name}".strip() or "–",
                render_money(document.amount, document.currency),
                Text(_name_outcome(document), style=_COLOURS.get(document.status, "")),
            )
            rows.append(_lay_row(cells, widths))
            rows += [Padding(part, (0, 0, 0, 4)) for part in _explain_outcome(document)]
    return Group(*rows)


def _lay_row(cells: Sequence[str | Text], widths: Sequence[int], style: str = "") -> Padding:
    row = Table.grid(padding=(0, 1, 0, 0))
    for number, width in enumerate(widths):
        row.add_column(
            width=width, no_wrap=True, overflow="ellipsis", justify="right" if number == 2 else "left"
        )
    row.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in cells), style=style)
    return Padding(row, (0, 0, 0, 2))


def _name_outcome(document: DocumentLine) -> str:
    return f"{document.status.replace('_', ' ')} {document.intacct_key}".rstrip()


def _explain_outcome(document: DocumentLine) -> Iterator[Text]:
    for need in document.needs:
        text = Text(f"{need.key}  ", style="yellow").append(need.reason, style="default")
        for likely in need.suggestions:
            text.append(
                f"\n  perhaps {likely.vendor_id} {likely.name} ({likely.likeness} % alike)", style="dim"
            )
        yield text
    if document.reason and not document.needs:
        yield Text(document.reason, style="dim")


def render_files(files: Sequence[FileLine]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, collapse_padding=True)
    table.add_column("file", overflow="fold", max_width=40)
    table.add_column("state")
    table.add_column("what was found", overflow="fold", ratio=1)
    for file in files:
        table.add_row(escape(file.name), file.status, escape(file.reason))
    return table


def render_balance(balance: Balance, *, of: str) -> RenderableType:
    """What came in and where it stands, by type and currency: one equation a row."""
    table = Table(
        box=None,
        header_style="bold",
        pad_edge=False,
        title=f"Balance of {of}",
        title_justify="left",
        title_style="bold",
    )
    table.add_column("type", no_wrap=True)
    table.add_column("came in", justify="right", no_wrap=True)
    table.add_column("stands in", overflow="fold", ratio=1)
    for row in balance.rows:
        money = row.kind != ""
        standing = [
            f"{state.replace('_', ' ')} {_render_tally(row.stands[state], money=money)}"
            for state in _ORDER
            if state in row.stands
        ]
        name = f"{row.set_code} {row.kind} {row.currency}" if money else row.set_code
        table.add_row(escape(name), _render_tally(row.came_in, money=money), "= " + " + ".join(standing))
    return Group(table, _judge_balance(balance))


def _render_tally(tally: Tally, *, money: bool) -> str:
    return f"{tally.documents} · {tally.amount:,.2f}" if money else str(tally.documents)


def _judge_balance(balance: Balance) -> Text:
    if not balance.holds:
        text = Text("the balance does not hold:", style="bold red")
        for difference in balance.differences:
            text.append(f"\n  {difference}", style="red")
        return text
    text = Text("the balance holds: everything that came in stands above", style="green")
    unreadable = balance.files.get(FileStatus.UNREADABLE, 0)
    if unreadable:
        text.append(f"; {unreadable} files are unreadable", style="default")
    if balance.unread_amounts:
        text.append(
            f"; not complete: the amount of {balance.unread_amounts} documents cannot be read", style="yellow"
        )
    return text


def render_run(result: RunResult, *, rows: int | None, width: int) -> Iterable[RenderableType]:
    """The closing report of a run; `rows` limits the table of documents, the posted ones first to go."""
    mode = "test mode: every bill is a draft" if result.mode == "test" else "live"
    yield Text(f"Link {result.link} ({mode})", style="bold")
    shown = _choose(result.documents, rows)
    if shown:
        yield render_documents(shown, width=width)
    if len(shown) < len(result.documents):
        yield Text(
            f"… and {len(result.documents) - len(shown)} more; all of them: ml-connector documents list",
            style="dim",
        )
    if not result.documents:
        yield Text("nothing new", style="dim")
    if result.files:
        yield render_files(result.files)
    if result.balance.rows:
        yield render_balance(result.balance, of="this run's files")
    yield Text(_describe_cost(result), style="dim")
    yield from (Text(f"{t.step}: {t.message}", style="red") for t in result.troubles)
    if result.doubtful:
        yield Text(
            f"{result.doubtful} documents are in doubt; the next look is due {_spell(result.next_look)}: run again then",
            style="bold red",
        )
    if result.next_attempt is not None:
        yield Text(
            f"some documents could not be sent; the next attempt is due {_spell(result.next_attempt)}",
            style="yellow",
        )


def _choose(documents: Sequence[DocumentLine], rows: int | None) -> Sequence[DocumentLine]:
    if rows is None or len(documents) <= rows:
        return documents
    telling = [document for document in documents if document.status is not Status.POSTED]
    rest = [document for document in documents if document.status is Status.POSTED]
    return (telling + rest)[:rows]


def _describe_cost(result: RunResult) -> str:
    requests = sum(reading.requests for reading in result.meter)
    transactions = sum(reading.api_transactions for reading in result.meter)
    parts = ", ".join(f"{reading.flow} {reading.requests}" for reading in result.meter)
    return f"{requests} gateway requests ({parts or 'none'}), {transactions} Intacct API transactions, {result.cleo_requests} Cleo requests"


def _spell(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC") if moment is not None else "now"


def render_view(view: DocumentView) -> Iterable[RenderableType]:
    """Everything about one document."""
    line = view.line
    yield Text(f"#{line.id} {line.document_key}", style="bold")
    facts = Table.grid(padding=(0, 2))
    vendor = f"{line.vendor} {line.vendor_name}".strip() or "–"
    for name, value in (
        (
            "invoice",
            f"{line.number or '–'} of {line.date or '–'}, {line.kind} {render_money(line.amount, line.currency)}",
        ),
        ("partner", f"{line.partner} ({view.sender} to {view.receiver})"),
        ("vendor", vendor),
        ("file", f"#{view.file_id} {line.file}, bytes {view.bytes_from} to {view.bytes_to}"),
    ):
        facts.add_row(name, escape(value))
    facts.add_row(
        "outcome",
        Group(Text(_name_outcome(line), style=_COLOURS.get(line.status, "")), *_explain_outcome(line)),
    )
    for sending in view.sendings:
        facts.add_row(
            "posting",
            f"{sending.action} in {sending.company}/{sending.entity or 'top level'}, control id {sending.control_id}",
        )
        facts.add_row("story", sending.story)
    yield facts
    yield _render_entries(AuditView(record=f"document:{line.id}", entries=view.audit, contradiction=""))
    if not view.audit_intact:
        yield Text(
            "the audit chain of this document is broken; see: ml-connector audit show", style="bold red"
        )


def render_audit(view: AuditView) -> Iterable[RenderableType]:
    yield Text(f"Audit of {view.record}", style="bold")
    yield _render_entries(view)
    if view.contradiction:
        yield Text(view.contradiction, style="bold red")
    elif view.entries:
        yield Text(f"the chain of {len(view.entries)} entries is whole", style="green")
    else:
        yield Text(
            "no entries; a record is such as document:12, file:3, rules:main or company:ACME", style="dim"
        )


def _render_entries(view: AuditView) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("", "when (UTC)", "who", "what"):
        table.add_column(name)
    table.add_column("detail", overflow="fold", ratio=1)
    for entry in view.entries:
        said = ", ".join(f"{name} {value}" for name, value in entry.detail.items() if value not in {"", None})
        table.add_row(
            str(entry.number), entry.at.strftime("%Y-%m-%d %H:%M:%S"), entry.actor, entry.action, escape(said)
        )
    return table


def render_explanation(explained: Explanation) -> Iterable[RenderableType]:
    """Why the posting is what it is."""
    line = explained.line
    yield Text(
        f"#{line.id} {line.number}: {render_money(line.amount, line.currency)}, {line.vendor} {line.vendor_name}",
        style="bold",
    )
    yield Group(*(Text(sentence) for sentence in explained.header))
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("line", "account", "dept", "loc", "class", "project"):
        table.add_column(name)
    table.add_column("amount", justify="right")
    table.add_column("memo, and why", overflow="fold", ratio=1)
    for number, made in enumerate(explained.lines, start=1):
        why = "\n".join((made.memo, *made.why))
        cells = (made.account, made.department, made.location, made.class_id, made.project)
        table.add_row(str(number), *(cell or "–" for cell in cells), f"{made.amount:,.2f}", escape(why))
    yield table
    yield Text(
        f"rules version {explained.rules_version}, reference version {explained.reference_version}, reader version {explained.parser_version}",
        style="dim",
    )


def render_ping(steps: Sequence[PingStep]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("system", "step", "time", "result"):
        table.add_column(name, overflow="fold")
    for step in steps:
        said = Text("ok " if step.ok else "failed ", style="green" if step.ok else "bold red").append(
            step.said, style="default"
        )
        if step.cure:
            said.append(f"\n{step.cure}", style="yellow")
        table.add_row(step.system, escape(step.step), f"{step.milliseconds} ms", said)
    return table


def print_all(console: Console, parts: Iterable[RenderableType]) -> None:
    """Print each part, a blank line between them."""
    for n, part in enumerate(parts):
        if n:
            console.print()
        console.print(part)
