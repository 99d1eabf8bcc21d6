"""Exchanges with Intacct and Cleo as people read them in a terminal."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.app.systems.exchanges import ExchangeView
from ml_connector.records.exchange import ExchangeLine

#: An element that holds text alone, else a tag, else the text between two; a tag may be cut off at the end.
_PIECES: Final = re.compile(r"<([\w.:-]+)(?:\s[^<>]*)?(?<!/)>[^<]*</\1\s*>|<[^<>]*>?|[^<]+")
_DEEPEST: Final = 12  # beyond that the lines move no further to the right


def render_exchanges(lines: Sequence[ExchangeLine]) -> Iterator[RenderableType]:
    """One line an exchange."""
    if not lines:
        yield Text("no exchanges", style="dim")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("when (UTC)", no_wrap=True)
    table.add_column("took", justify="right", no_wrap=True)
    table.add_column("outcome", no_wrap=True)
    table.add_column("what", overflow="fold", ratio=1)
    for line in lines:
        outcome = Text(line.outcome, style="" if line.outcome == "ok" else "red")
        when = line.started.strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(str(line.id), when, _spell_time(line), outcome, f"{line.system}: {line.purpose}")
    yield table


def render_exchange(view: ExchangeView) -> Iterator[RenderableType]:
    """One exchange: what is known of it, then what was said, an element a line."""
    line = view.line
    yield Text(f"Exchange {line.id}: {line.system}, {line.purpose}", style="bold")
    facts = Table.grid(padding=(0, 2))
    for name, value in (
        ("link", f"{line.link}, for {line.flow}"),
        ("when", f"{line.started:%Y-%m-%d %H:%M:%S} UTC, took {_spell_time(line)}"),
        ("HTTP status", "no answer came" if line.http_status is None else str(line.http_status)),
        ("outcome", line.outcome),
        ("API transactions", str(line.api_transactions)),
    ):
        facts.add_row(name, value)
    yield facts
    if not (view.request or view.answer):
        yield Text("What was said is kept only where an exchange with Intacct went wrong.", style="dim")
        return
    yield Text("request", style="bold")
    yield from _render_xml(view.request)
    yield Text("answer", style="bold")
    yield from _render_xml(view.answer)


def _render_xml(said: str) -> Iterator[Text]:
    """Nothing is left out but blanks between elements; what is no XML, or was cut, is shown as well."""
    lines = ("  " * min(depth, _DEEPEST) + piece for depth, piece in _lay_out(said))
    yield Text("\n".join(lines), overflow="fold") if said else Text("nothing", style="dim")


def _lay_out(said: str) -> Iterator[tuple[int, str]]:
    """An element that holds only text, a tag, or a text, each with how deep it stands."""
    depth = 0
    for found in _PIECES.finditer(said):
        piece = found[0].strip()
        is_leaf, is_end = found[1] is not None, piece.startswith("</")
        depth -= is_end
        if piece:
            yield max(depth, 0), piece
        is_start = piece.startswith("<") and not (is_end or piece.startswith(("<?", "<!")))
        depth += is_start and not (is_leaf or piece.endswith("/>"))


def _spell_time(line: ExchangeLine) -> str:
    return f"{line.milliseconds:,} ms"
