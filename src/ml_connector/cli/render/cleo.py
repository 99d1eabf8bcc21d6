"""A look round a Cleo tenant, as people read it in a terminal."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.app.systems.cleo_probe import LackLine, ProbeResult
from ml_connector.cleo import Probe

_WORDS: Final = {True: ("fits ", "green"), False: ("differs ", "bold red"), None: ("", "yellow")}


def render_probe(result: ProbeResult) -> Iterator[RenderableType]:
    """The resources, what the tenant does not offer, and the lines to write."""
    yield Text(f"{result.url} by the profile {result.profile}")
    yield _render_resources(result.resources)
    if result.lacks:
        yield _render_lacks(result.lacks)
    yield from _render_next(result)


def _render_next(result: ProbeResult) -> Iterator[RenderableType]:
    """What to do now."""
    if result.look_up:
        without = '; files are taken without them, "" is to go without' if result.ok else ""
        yield Text(
            f"no probe can guess these, look them up and write them below [link.{result.link}.cleo.profile]"
            f"{without}: {', '.join(result.look_up)}",
            style="yellow",
        )
    if result.settings:
        yield Text("write into the configuration, then probe again:", style="yellow")
        yield Text("\n".join(result.settings))
    elif result.unseen:
        yield Text(
            "drop a file into the inbound folder and probe again, to see how files look", style="yellow"
        )
    elif result.fits:
        yield Text("nothing to change", style="green")
    elif not result.look_up:
        yield Text("probe again when the resources that differ can be asked", style="yellow")


def _render_resources(probes: Sequence[Probe]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("resource", "asked", "answer"):
        table.add_column(name, overflow="fold")
    for probe in probes:
        word, style = _WORDS[probe.fits]
        said = Text(word, style=style)
        said.append(probe.said, style="default")
        for advice in probe.advice:
            to = f" is probably {advice.value!r}" if advice.value is not None else ""
            said.append(f"\n{advice.key}{to}: {advice.why}", style="yellow")
        if probe.fits is False and probe.members:
            said.append(f"\nit has: {', '.join(probe.members)}", style="dim")
        table.add_row(probe.resource, Text(probe.asked), said)
    return table


def _render_lacks(lacks: Sequence[LackLine]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("not offered", "instead", "since", "tried again after"):
        table.add_column(name, overflow="fold")
    for lack in lacks:
        table.add_row(
            Text(lack.capability, style="yellow"),
            lack.instead,
            f"{lack.off_since:%Y-%m-%d %H:%M} UTC",
            f"{lack.probe_after:%Y-%m-%d %H:%M} UTC",
        )
    return table
