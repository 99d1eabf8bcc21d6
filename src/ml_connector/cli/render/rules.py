"""The rules of a link as people read them in a terminal."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.app.rule_checks import RuleReport

_WIDEST: Final = 120


def render_report(report: RuleReport, width: int) -> Iterator[RenderableType]:
    """What becomes of each set, the coding rules in the order they are asked, and what can never act."""
    yield Text(f"{report.link}: {', '.join(report.partners) or 'no partner yet'}", style="bold")
    routes = [
        (each.set_code, each.partner, each.target, each.entity or "–", each.action) for each in report.routes
    ]
    yield _lay(("set", "partner", "becomes", "entity", "action"), routes, width)
    if report.coding:
        rules = [(str(each.number), each.on, each.name, each.when, each.gives) for each in report.coding]
        yield _lay(("#", "on", "rule", "when", "gives"), rules, width)
    for finding in report.findings:
        yield Text(f"{finding.place}: {finding.problem}", style="yellow")
    if report.reference is None:
        yield Text("not looked up in Intacct: there is no copy yet; take one: ml-connector sync", style="dim")
    if not report.findings:
        yield Text("nothing was found", style="green")


def _lay(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, width=min(width, _WIDEST))
    for name in names:
        table.add_column(name, overflow="fold", ratio=None if name in {"#", "set", "on", "action"} else 1)
    for row in rows:
        table.add_row(*row)
    return table
