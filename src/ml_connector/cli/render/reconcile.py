"""What became in Intacct of what was posted, as people read it in a terminal."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.app.reconciles import ReconcileResult
from ml_connector.cli.render.runs import render_documents, render_money
from ml_connector.flows.reconciling.gaps import Gap


def render_reconcile(result: ReconcileResult, width: int) -> Iterator[RenderableType]:
    """The states of what was posted, what is not as it was posted, and what one side has alone."""
    yield Text(f"Link {result.link}: what was posted, as Intacct has it now", style="bold")
    for object_, states in result.states.items():
        told = ", ".join(f"{count:,} {state or 'not seen yet'}" for state, count in states.items())
        yield Text(f"{object_}: {told}")
    if result.differing:
        yield Text("not in Intacct as it was posted:", style="bold red")
        yield from render_documents(result.differing, width)
    else:
        yield Text("all of it stands as it was posted", style="green")
    day = result.since.isoformat()
    others = f"bills of EDI vendors dated {day} or later that came in another way"
    yield from _render_gaps(others, result.other_bills)
    missing = f"EDI documents dated {day} or later that are not in the ledger"
    yield from _render_gaps(missing, result.not_in_ledger)
    transactions = sum(reading.api_transactions for reading in result.meter)
    plural = "" if transactions == 1 else "s"
    yield Text(f"{transactions} Intacct API transaction{plural}", style="dim")
    yield from (Text(f"{trouble.step}: {trouble.message}", style="red") for trouble in result.troubles)


def _render_gaps(title: str, gaps: Sequence[Gap]) -> Iterator[RenderableType]:
    if not gaps:
        yield Text(f"no {title}", style="dim")
        return
    table = Table(
        box=None, header_style="bold", pad_edge=False, title=title, title_justify="left", title_style="bold"
    )
    table.add_column("vendor", overflow="fold", ratio=1)
    table.add_column("month", no_wrap=True)
    table.add_column("stands", overflow="fold")
    table.add_column("number", justify="right", no_wrap=True)
    table.add_column("money", justify="right", no_wrap=True)
    table.add_column("such as", overflow="fold")
    for gap in gaps:
        month = "–" if gap.month is None else gap.month.strftime("%Y-%m")
        name = f"{gap.vendor} {gap.vendor_name}".strip() or "–"
        table.add_row(
            name, month, gap.what, f"{gap.count:,}", render_money(gap.amount, gap.currency), gap.sample
        )
    yield table
