"""A line to which happens what a seed decides, from its start to the verdict."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.chaos.campaign import Ending
from tests.chaos.dice import Plan, make_plan
from tests.chaos.jobs import fork_product
from tests.chaos.line import run_chaos_line
from tests.chaos.verdict import find_wrongs
from tests.processes import Line


def judge_line(
    plan: Plan,
    folder: Path,
    url: str,
    happen: Callable[[Line], Mapping[str, int]],
    *,
    more: Mapping[str, object] | None = None,
) -> Ending:
    """Let it happen to a line of its own, which is at rest then, and find everything that is wrong.

    `happen` counts what happened and may raise Broken or AssertionError; `more` are further keys of the link.
    """
    with run_chaos_line(folder, url, more=more) as running:
        line = fork_product(running)
        line.intacct.change_settings(**plan.intacct)
        line.cleo.change_settings(**plan.cleo)
        counts = happen(line)
        return Ending(
            wrongs=find_wrongs(line, plan.shipments, may_refuse=plan.may_refuse),
            counts={**counts, "bills": sum(len(shipment.payable) for shipment in plan.shipments)},
        )


def describe_plan(seed: int) -> list[str]:
    """All that it decides."""
    plan = make_plan(seed)
    rounds = [f"round: {each}" for each in plan.rounds]
    return [*rounds, f"settings: {dict(plan.intacct)} {dict(plan.cleo)}"]
