"""Files of reference data on their way to Cleo, as people read them in a terminal."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.app.results import PublicationLine, SyncResult
from ml_connector.cli.render.usage import warn_of_usage
from ml_connector.records.publications import ActionStatus, PublicationStatus


def render_sync(result: SyncResult, width: int) -> Iterator[RenderableType]:
    """What was read, what was published, and what stood in the way."""
    yield Text(f"Link {result.link}", style="bold")
    yield Text(_describe_copy(result))
    if result.publications:
        yield render_publications(result.publications, width)
    elif result.publishes:
        yield Text("nothing to publish", style="dim")
    else:
        yield Text(
            f"nothing is published: the configuration has no [link.{result.link}.publish]", style="dim"
        )
    requests = sum(reading.requests for reading in result.meter)
    transactions = sum(reading.api_transactions for reading in result.meter)
    yield Text(
        f"{requests} gateway requests, {transactions} Intacct API transactions, {result.cleo_requests} Cleo requests",
        style="dim",
    )
    yield from warn_of_usage(result.usage)
    yield from (Text(f"{trouble.step}: {trouble.message}", style="red") for trouble in result.troubles)
    if result.troubles:
        yield Text("to see which step fails, and what to change: ml-connector ping", style="yellow")


def _describe_copy(result: SyncResult) -> str:
    if result.version is None:
        return "there is no copy of Intacct yet"
    rows = ", ".join(f"{kind} {count:,}" for kind, count in sorted(result.rows.items())) or "no rows"
    news = "as before" if result.version == result.version_before else "new"
    return f"our copy of Intacct, version {result.version} ({news}): {rows}"


def render_publications(publications: Sequence[PublicationLine], width: int) -> RenderableType:
    """The files, one a row; under a file that is not in Cleo, why."""
    table = Table(box=None, header_style="bold", pad_edge=False, width=min(width, 110))
    table.add_column("file", overflow="fold", ratio=1)
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("gone", justify="right", no_wrap=True)
    table.add_column("state")
    for line in publications:
        state = Text(_name_state(line), style=_choose_style(line))
        file = Text(line.file)
        if line.reason:
            file.append(f"\n{line.reason}", style="yellow")
        table.add_row(file, f"{line.upserts:,}", f"{line.deletes:,}", state)
    return table


def _name_state(line: PublicationLine) -> str:
    if line.status is PublicationStatus.PREPARED:
        return "waits for the next run"
    done = "" if line.action is ActionStatus.NONE else f", action {line.action}"
    return f"{line.status}{done}"


def _choose_style(line: PublicationLine) -> str:
    if line.status is PublicationStatus.PREPARED or line.action in {
        ActionStatus.FAILED,
        ActionStatus.UNKNOWN,
    }:
        return "yellow"
    return "green"
