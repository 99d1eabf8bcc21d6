"""What is to be accrued as of a day, as people read it in a terminal."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.app.accruals import Accrual, AccrualReport, AccrualTotal
from ml_connector.app.receipts import Uninvoiced
from ml_connector.cli.render.runs import render_money


def render_accruals(report: AccrualReport) -> Iterator[RenderableType]:
    """Each entity, account and currency, then the sum of each currency, and what is in no sum."""
    day = report.as_of.isoformat()
    yield Text(f"Link {report.link}: dated {day} or before, not in the ledger by then", style="bold")
    if report.rows:
        yield _list_rows(report.rows)
    if not (report.totals or report.apart or report.receipts):
        yield Text("nothing to accrue", style="dim")
    for total in report.totals:
        net = render_money(total.invoiced - total.credited, total.currency)
        yield Text(f"to accrue {net}: {_describe(total)}", style="bold")
    for left in report.apart:
        yield Text(f"in no sum: {_describe(left)}, {left.why}", style="yellow")
    yield from _describe_receipts(report)


def _describe_receipts(report: AccrualReport) -> Iterator[RenderableType]:
    """Goods by order, then their sum; they are owed besides what is above."""
    if not report.receipts:
        return
    yield Text(f"Received by {report.as_of.isoformat()} on receivers of ours, and not invoiced", style="bold")
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("entity", overflow="fold")
    table.add_column("order", overflow="fold")
    table.add_column("received", justify="right", no_wrap=True)
    for goods in report.receipts:
        if not goods.why:
            money = render_money(goods.amount, goods.currency)
            table.add_row(goods.entity or "top level", goods.order_id, money)
    if table.row_count:
        yield table
    for currency, total in sorted(_sum_up(report.receipts).items()):
        yield Text(f"to accrue besides {render_money(total, currency)}", style="bold")
    for goods in report.receipts:
        if goods.why:
            amount = "" if goods.amount is None else f"{render_money(goods.amount, goods.currency)} "
            yield Text(f"in no sum: {amount}{goods.why}, {goods.order_id}", style="yellow")


def _sum_up(receipts: Iterable[Uninvoiced]) -> dict[str, Decimal]:
    totals = defaultdict[str, Decimal](Decimal)
    for goods in receipts:
        if not goods.why:
            totals[goods.currency] += goods.amount or Decimal(0)
    return dict(totals)


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
