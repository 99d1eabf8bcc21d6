"""API transactions as people read them in a terminal: the month, its limits, and what it was used for."""

from collections import Counter
from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.app.results import UsageReport, UsageStanding

_MOST_PARTNERS = 20


def render_usage(report: UsageReport) -> Iterator[RenderableType]:
    """The month in a sentence, then what it was used for, and day by day."""
    standing = report.standing
    yield Text(_describe_month(standing), style="bold")
    yield from warn_of_usage(standing)
    if not report.rows:
        yield Text("no API transactions", style="dim")
        return
    links = {row.link for row in report.rows}
    flows = Counter[tuple[str, ...]]()
    days = Counter[tuple[str, ...]]()
    for row in report.rows:
        place = (row.link,) if len(links) > 1 else ()
        flows[*place, row.flow, row.partner] += row.transactions
        days[(row.day.isoformat(),)] += row.transactions
    names = ("link", "flow", "partner") if len(links) > 1 else ("flow", "partner")
    yield _list_counts(names, flows.most_common(_MOST_PARTNERS), standing.used)
    left_out = len(flows) - _MOST_PARTNERS
    if left_out > 0:
        yield Text(f"… and {left_out} more with fewer; all of them: --json", style="dim")
    yield _list_counts(("day",), sorted(days.items()), standing.used)


def warn_of_usage(standing: UsageStanding | None) -> Iterator[Text]:
    """A line when a limit is reached, or will be at this pace; nothing otherwise."""
    if standing is None:
        return
    soft, hard, used = standing.soft_limit, standing.hard_limit, standing.used
    if standing.standing == "hard":
        yield Text(
            f"{used:,} API transactions of {standing.company} this month: the hard limit of {hard:,} is reached. "
            "Documents wait, Intacct is asked only about what is in doubt. It goes on by itself next month, or when "
            f"hard_limit in [link.{standing.link}.meter] is raised",
            style="bold red",
        )
    elif standing.standing == "soft":
        yield Text(
            f"{used:,} API transactions of {standing.company} this month: the soft limit of {soft:,} is passed; "
            f"at this pace it comes to {standing.forecast:,}",
            style="yellow",
        )
    elif hard is not None and standing.forecast >= hard:
        yield Text(
            f"{used:,} API transactions of {standing.company} this month; at this pace it comes to "
            f"{standing.forecast:,}, beyond the hard limit of {hard:,}",
            style="yellow",
        )


def _describe_month(standing: UsageStanding) -> str:
    limits = [
        f"{name} limit {limit:,}"
        for name, limit in (("soft", standing.soft_limit), ("hard", standing.hard_limit))
        if limit is not None
    ]
    told = f"{standing.company} in {standing.month:%B %Y}: {standing.used:,} API transactions"
    if standing.forecast != standing.used:
        told += f", at this pace {standing.forecast:,} by its end"
    return f"{told} ({', '.join(limits) or 'no limits set'})"


def _list_counts(names: tuple[str, ...], counts: list[tuple[tuple[str, ...], int]], total: int) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    table.add_column("API transactions", justify="right", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    for place, count in counts:
        table.add_row(*(part or "–" for part in place), f"{count:,}", f"{count / total:.0%}")
    return table
