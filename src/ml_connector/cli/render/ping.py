"""Pings and company sheets as people read them in a terminal."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.app.results import Fact, PingResult, PingStep


def render_ping(result: PingResult) -> Iterator[RenderableType]:
    """The steps, and the company sheet where Intacct was reached."""
    yield _render_steps(result.steps)
    if result.company:
        yield _render_company(result.company)


def _render_company(facts: Sequence[Fact]) -> Table:
    """Each fact with who told it; what is not known with what to do about it."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("company", "is", "told by"):
        table.add_column(name, overflow="fold")
    for fact in facts:
        value = Text(fact.value) if fact.value else Text(f"not known: {fact.cure}", style="yellow")
        table.add_row(fact.name, value, fact.told_by)
    return table


def _render_steps(steps: Sequence[PingStep]) -> Table:
    """Each step with its time, and under a failed one what to change."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("system", "step", "time", "result"):
        table.add_column(name, overflow="fold")
    for step in steps:
        said = Text("ok " if step.ok else "failed ", style="green" if step.ok else "bold red").append(
            step.said, style="default"
        )
        if step.cure:
            said.append(f"\n{step.cure}", style="yellow")
        table.add_row(step.system, step.step, f"{step.milliseconds} ms", said)
    return table
