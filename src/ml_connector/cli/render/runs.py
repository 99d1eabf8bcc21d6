"""Runs and documents as people read them in a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ml_connector.app.results import DocumentLine, FileLine, NeedLine, OutcomeSum, RunResult
from ml_connector.cli.render.balance import count, render_balance
from ml_connector.cli.render.publishing import render_publications
from ml_connector.cli.render.usage import warn_of_usage
from ml_connector.records.status import Status

COLOURS: Final[Mapping[Status, str]] = {
    Status.POSTED: "green",
    Status.HELD: "yellow",
    Status.IN_DOUBT: "red",
    Status.REJECTED: "red",
    Status.DUPLICATE: "cyan",
    Status.FILED: "dim",
}
_VENDOR: Final = 2  # the one column of a document that may be cut
_MOST_REASONS: Final = 6  # of a state, in the table of what a run came to


def render_money(amount: Decimal | None, currency: str = "") -> str:
    """`12,345.60 USD`; a dash when there is none."""
    if amount is None:
        return "–"
    return f"{amount:,.2f} {currency}".rstrip()


def render_sum(amount: Decimal | None, currency: str, unknown: int) -> str:
    """The same of several documents, of some of which it may be unknown."""
    said = render_money(amount, currency)
    return f"{said} + {unknown:,} unknown" if unknown and amount is not None else said


def render_documents(documents: Sequence[DocumentLine], width: int) -> Iterator[RenderableType]:
    """The documents of each file under its name and partner; under a document what it waits for, or why it is not booked."""
    if not documents:
        yield Text("no documents", style="dim")
        return
    widths = (max(4, *(len(str(document.id)) + 1 for document in documents)), 22, 0, 15, 15)
    widths = (*widths[:2], max(width - sum(widths) - 6, 12), *widths[3:])
    rows: list[RenderableType] = [_lay_row(("#", "invoice", "vendor", "amount", "outcome"), widths, "bold")]
    for (file, partner), group in groupby(documents, key=lambda document: (document.file, document.partner)):
        rows.append(Text(f"{file} · {partner}", style="bold blue", no_wrap=True, overflow="ellipsis"))
        for document in group:
            cells = (
                f"#{document.id}",
                document.number or f"set {document.set_code}",
                f"{document.vendor} {document.vendor_name}".strip() or "–",
                render_money(document.amount, document.currency),
                Text(name_outcome(document), style=COLOURS.get(document.status, "")),
            )
            rows.append(_lay_row(cells, widths))
            rows += [Padding(part, (0, 0, 0, 4)) for part in explain_outcome(document)]
    yield Group(*rows)


def _lay_row(cells: Sequence[str | Text], widths: Sequence[int], style: str = "") -> Padding:
    row = Table.grid(padding=(0, 1, 0, 0))
    for number, width in enumerate(widths):
        cut = number == _VENDOR
        row.add_column(
            width=width,
            no_wrap=cut,
            overflow="ellipsis" if cut else "fold",
            justify="right" if number == 3 else "left",
        )
    row.add_row(*cells, style=style)
    return Padding(row, (0, 0, 0, 2))


def name_outcome(document: DocumentLine) -> str:
    """The state, and Intacct's key once it has one."""
    return f"{document.status.replace('_', ' ')} {document.intacct_key}".rstrip()


def explain_outcome(document: DocumentLine) -> Iterator[Text]:
    """What a document waits for, with what might meet it; else why it is where it is."""
    yield from map(explain_need, document.needs)
    yield from explain_state(document)


def explain_need(need: NeedLine) -> Text:
    """Why it is missing, with what might meet it."""
    text = Text(f"{need.key}  ", style="yellow").append(need.reason, style="default")
    for likely in need.suggestions:
        text.append(f"\n  perhaps {likely.vendor_id} {likely.name} ({likely.likeness} % alike)", style="dim")
    return text


def explain_state(document: DocumentLine) -> Iterator[Text]:
    """Why a document that waits for nothing is where it is, and what Intacct has of it."""
    if document.reason and not document.needs:
        yield Text(document.reason, style="dim")
    if document.state:
        yield Text(f"in Intacct: {document.state}", style="dim")


def _render_files(files: Sequence[FileLine]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, collapse_padding=True)
    table.add_column("file", overflow="fold", max_width=40)
    table.add_column("state")
    table.add_column("what was found", overflow="fold", ratio=1)
    for file in files:
        table.add_row(file.name, file.status, file.reason)
    return table


def render_run(result: RunResult, *, width: int) -> Iterator[RenderableType]:
    """The closing report of a run."""
    mode = "test mode: every bill is a draft" if result.mode == "test" else "live"
    yield Text(f"Link {result.link} ({mode})", style="bold")
    left_out = sum(each.documents for each in result.outcomes) - len(result.documents)
    if left_out > 0:
        yield render_outcomes(result.outcomes)
    if result.documents:
        yield from render_documents(result.documents, width)
    if left_out > 0:
        yield from _say_where_the_rest_is(result, left_out)
    if not result.outcomes and not result.troubles:
        yield Text("nothing new", style="dim")
    if result.files:
        yield _render_files(result.files)
    if result.publications:
        yield render_publications(result.publications, width)
    if result.balance.rows:
        yield render_balance(result.balance, of="this run's files")
    yield Text(_describe_cost(result), style="dim")
    yield from _render_open_ends(result)


def _render_open_ends(result: RunResult) -> Iterator[Text]:
    """What stood in the way, and what is due when."""
    yield from (Text(f"{t.step}: {t.message}", style="red") for t in result.troubles)
    if result.troubles:
        yield Text("to see which step fails, and what to change: ml-connector ping", style="yellow")
    yield from warn_of_usage(result.usage)
    open_partners = sum(result.partners.values())
    if open_partners:
        yield Text(
            f"{count(open_partners, 'partner')} of Cleo to look at: ml-connector report partners",
            style="yellow",
        )
    if result.kept_back:
        kept = count(result.kept_back, "bill")
        yield Text(
            f"{kept} planned to be submitted: kept back while the link is in test mode", style="yellow"
        )
    if result.doubtful:
        verb = "is" if result.doubtful == 1 else "are"
        yield Text(
            f"{count(result.doubtful, 'document')} {verb} in doubt; the next look is due {_spell(result.next_look)}: run again then",
            style="bold red",
        )
    if result.next_attempt is not None:
        yield Text(
            f"some documents could not be sent; the next attempt is due {_spell(result.next_attempt)}",
            style="yellow",
        )


def render_outcomes(outcomes: Sequence[OutcomeSum]) -> Table:
    """How many documents of a run stand where, for what, with their money; small groups of a state together."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("outcome", no_wrap=True)
    table.add_column("for", overflow="fold", ratio=1)
    table.add_column("documents", justify="right", no_wrap=True)
    table.add_column("money", justify="right", no_wrap=True)
    for each in _merge_small(outcomes):
        style = COLOURS.get(each.status, "")
        name = Text(each.status.replace("_", " "), style=style)
        table.add_row(
            name, each.why, f"{each.documents:,}", render_sum(each.amount, each.currency, each.unknown)
        )
    return table


def _merge_small(outcomes: Sequence[OutcomeSum]) -> Iterator[OutcomeSum]:
    """At most so many of each state and currency; what is left of them as one."""
    groups: dict[tuple[Status, str], list[OutcomeSum]] = {}
    for each in outcomes:
        groups.setdefault((each.status, each.currency), []).append(each)
    for few in groups.values():
        yield from few[:_MOST_REASONS]
        if rest := few[_MOST_REASONS:]:
            yield replace(
                rest[0],
                why=f"{len(rest)} other reasons",
                documents=sum(each.documents for each in rest),
                amount=_add_up([each.amount for each in rest if each.amount is not None]),
                unknown=sum(each.unknown for each in rest),
            )


def _add_up(known: Sequence[Decimal]) -> Decimal | None:
    return sum(known, Decimal(0)) if known else None


def _say_where_the_rest_is(result: RunResult, left_out: int) -> Iterator[Text]:
    state = result.outcomes[0].status
    yield Text(
        f"… and {left_out:,} more; all of a state: ml-connector documents list --status {state}", style="dim"
    )
    if any(each.status is Status.HELD for each in result.outcomes):
        yield Text("what is waited for, and how to answer: ml-connector needs list", style="dim")


def _describe_cost(result: RunResult) -> str:
    requests = sum(reading.requests for reading in result.meter)
    transactions = sum(reading.api_transactions for reading in result.meter)
    parts = ", ".join(f"{reading.flow} {reading.requests}" for reading in result.meter)
    return (
        f"{count(requests, 'gateway request')} ({parts or 'none'}), "
        f"{count(transactions, 'Intacct API transaction')}, {count(result.cleo_requests, 'Cleo request')}"
    )


def _spell(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC") if moment is not None else "now"
