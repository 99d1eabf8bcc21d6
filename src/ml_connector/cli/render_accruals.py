"""What is to be accrued as of a day, as people read it in a terminal."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.app.accruals import Accrual, AccrualReport, AccrualTotal
from ml_connector.cli.render import render_money


def render_accruals(report: AccrualReport) -> Iterator[RenderableType]:
    """Each entity, account and currency, then the sum of each currency, and what is in no sum."""
    day = report.as_of.isoformat()
    yield Text(f"Link {report.link}: dated {day} or before, not in the ledger by then", style="bold")
    if report.rows:
        yield _list_rows(report.rows)
    if not (report.totals or report.apart):
        yield Text("nothing to accrue", style="dim")
    for total in report.totals:
        net = render_money(total.invoiced - total.credited, total.currency)
        yield Text(f"to accrue {net}: {_describe(total)}", style="bold")
    for left in report.apart:
        yield Text(f"in no sum: {_describe(left)}, {left.why}", style="yellow")
    yield Text("receipts that no invoice has come for are not in it", style="dim")


def _list_rows(rows: tuple[Accrual, ...]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("entity", overflow="fold")
    table.add_column("account", overflow="fold")
    table.add_column("invoiced", justify="right", no_wrap=True)
    table.add_column("credited", justify="right", no_wrap=True)
    for row in rows:
        entity = "unknown" if row.entity is None else row.entity or "top level"
        invoiced, credited = (
            render_money(amount or None, row.currency) for amount in (row.invoiced, row.credited)
        )
        table.add_row(entity, row.account or "unknown", invoiced, credited)
    return table


def _describe(total: AccrualTotal) -> str:
    documents = "1 document" if total.documents == 1 else f"{total.documents:,} documents"
    money = (
        f"{render_money(amount, total.currency)} {done}"
        for amount, done in ((total.invoiced, "invoiced"), (total.credited, "credited"))
        if amount
    )
    return ", ".join((documents, *money))
