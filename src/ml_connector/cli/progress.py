"""A progress bar on standard error, one line a step; none when nobody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from ml_connector.flows.run import Step


@contextmanager
def show_progress(*, quiet: bool) -> Iterator[Callable[[Step, int, int], None]]:
    """Yields what to call with step, done and total."""
    with show_rows(quiet=quiet) as report:
        yield report


@contextmanager
def show_rows(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """The same for whatever has a name."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def report(name: str, done: int, total: int) -> None:
            if total == 0:
                return
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=done, total=total)

        yield report
