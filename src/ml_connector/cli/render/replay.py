"""A document as it was planned then, beside today, as people read it in a terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.app.as_then import PlanView, ReplayView
from ml_connector.cli.render.runs import COLOURS, render_money


def render_replay(view: ReplayView, width: int) -> Iterator[RenderableType]:
    """What came of it then and would today, then value by value what differs."""
    line = view.line
    yield Text(f"#{line.id} {line.number}: {render_money(line.amount, line.currency)}", style="bold")
    then = f"then, {view.planned_at:%Y-%m-%d %H:%M UTC}"
    yield Group(_describe_plan(then, view.then), *_judge_stored(view), _describe_plan("today", view.now))
    if view.differences:
        table = Table(box=None, header_style="bold", pad_edge=False, width=min(width, 110))
        table.add_column("value", overflow="fold")
        table.add_column("then", overflow="fold", ratio=1)
        table.add_column("today", overflow="fold", ratio=1)
        for each in view.differences:
            table.add_row(each.name, each.then or "–", each.now or "–")
        yield table
    elif view.then.values and view.now.values:
        yield Text("the bill would be the same today", style="green")
    yield Text("nothing was changed; Intacct was asked neither for orders nor for duplicates", style="dim")


def _describe_plan(when: str, plan: PlanView) -> Text:
    text = Text(f"{when} (rules {plan.rules_version}, reference {plan.reference_version}): ")
    if plan.source == "nobody":
        return text.append(
            "told only by its orders as they stand in Intacct; the next run reads them", style="cyan"
        )
    text.append(plan.status.replace("_", " "), style=COLOURS.get(plan.status, ""))
    why = ", ".join(plan.needs) or plan.reason
    text.append(f" {why}" if why else "")
    by_record = " (from our record: it rests on its orders as they stood in Intacct)"
    return text.append(by_record, style="dim") if plan.source == "record" else text


def _judge_stored(view: ReplayView) -> Iterator[Text]:
    if view.agrees is None:
        return
    if view.agrees:
        yield Text("planned again with these, it is the posting that is stored", style="green")
    elif view.parser_then != view.parser_now:
        said = f"the reader has changed since (version {view.parser_then}, now {view.parser_now}): shown is the posting that is stored"
        yield Text(said, style="yellow")
    else:
        yield Text(
            "planned again with these, it is not the posting that is stored, which is shown", style="bold red"
        )
