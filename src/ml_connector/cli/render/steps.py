"""What frees a document, as people read it: the one action, its command on a line of its own, and what else would."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from ml_connector.app.need_steps import Step
from ml_connector.app.results import NeedLine
from ml_connector.cli.render.runs import explain_need

_INDENT: Final = 2


def render_steps(action: Step, or_else: Sequence[Step]) -> Iterator[RenderableType]:
    """The one action first. No command is broken into lines: what is copied works as it is."""
    for name, step in (("do", action), *(("or else", each) for each in or_else)):
        yield Padding(Text(f"{name}: {step.do}".rstrip()), (0, 0, 0, _INDENT))
        command = f"{' ' * (_INDENT + 4)}{step.command}"
        yield Text(command, style="green", no_wrap=True, overflow="ignore")


def render_needs_of(needs: Sequence[NeedLine]) -> Iterator[RenderableType]:
    """Each need of a document: why, since when it waits, and what frees it."""
    for need in needs:
        yield explain_need(need)
        since = Text(f"waiting since {need.since:%Y-%m-%d %H:%M:%S} UTC", style="dim")
        yield Padding(since, (0, 0, 0, _INDENT))
        yield from render_steps(need.action, need.or_else)
