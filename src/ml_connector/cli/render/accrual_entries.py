"""What is to be accrued and its journal entry, as people read it in a terminal."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.app.accrual_entries import AccrualEntering
from ml_connector.cli.render.accruals import render_accruals
from ml_connector.cli.render.runs import render_money
from ml_connector.flows.accruing.entering import AccrualEntry, Standing
from ml_connector.intacct.writing.journal import NewJournalEntry


def render_entering(made: AccrualEntering) -> Iterator[RenderableType]:
    """What is owed, then what became of the entry, and what is to be done next."""
    yield from render_accruals(made.report)
    for total in made.report.totals:
        if total.currency != made.base_currency:
            left = render_money(total.invoiced - total.credited, total.currency)
            yield Text(f"not in the entry: {left}, not the currency of the books", style="yellow")
    for trouble in made.troubles:
        yield Text(f"{trouble.system}: {trouble.message}", style="red")
    if made.entry is None:
        yield Text("nothing was entered: Intacct was not reached; run it again")
        return
    yield from _describe(made.entry, made.base_currency)
    if made.approval is not None:
        waits = made.approval
        yield Text(f"prepared by {waits.prepared_by}; another person: ml-connector xref approve {waits.id}")
        yield Text("then run this command again")


def _describe(entry: AccrualEntry, currency: str) -> Iterator[RenderableType]:
    total = f" over {render_money(entry.total, currency)}" if entry.total is not None else ""
    if entry.entry is not None:
        yield _list_lines(entry.entry, currency)
    match entry.standing:
        case Standing.ENTERED:
            state = entry.state or (entry.entry.state if entry.entry is not None else "")
            stands = f", {state}" if state else ""
            yield Text(f"in Intacct: journal entry {entry.record_no}{total}{stands}", style="bold")
            if entry.said:
                yield Text(f"{entry.said} ({_say_when(entry)})", style="yellow")
        case Standing.IN_DOUBT:
            when = _say_when(entry)
            yield Text(f"in doubt{total}; run it again at {when}: {entry.said}".rstrip(": "), style="yellow")
        case _:
            yield Text(f"{entry.standing}{total}: {entry.said}".rstrip(": "), style="bold")
    for need in entry.needs:
        yield Text(f"  {need.kind}:{need.subject.lstrip('/')}  {need.reason}")


def _say_when(entry: AccrualEntry) -> str:
    return f"{entry.look_until:%Y-%m-%d %H:%M} UTC" if entry.look_until is not None else "any time"


def _list_lines(entry: NewJournalEntry, currency: str) -> Table:
    reverse = f", taken back on {entry.reverse_date}" if entry.reverse_date is not None else ""
    title = f"journal {entry.journal} of {entry.date}{reverse}"
    table = Table(box=None, header_style="bold", pad_edge=False, title=title, title_justify="left")
    table.add_column("account", overflow="fold")
    table.add_column("location", overflow="fold")
    table.add_column("debit", justify="right", no_wrap=True)
    table.add_column("credit", justify="right", no_wrap=True)
    for line in entry.lines:
        money = render_money(line.amount, currency)
        sides = (money, "") if line.side == "debit" else ("", money)
        table.add_row(line.account_no, line.dimensions.location_id or "", *sides)
    return table
