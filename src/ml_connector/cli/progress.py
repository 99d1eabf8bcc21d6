"""A progress bar on standard error, one line a step; none when nobody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from ml_connector.flows.run import Step


@contextmanager
def show_progress(*, quiet: bool) -> Iterator[Callable[[Step, int, int], None]]:
    """Yields what to call with step, done and total."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as bar:
        tasks: dict[Step, TaskID] = {}

        def report(step: Step, done: int, total: int) -> None:
            if total == 0:
                return
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            bar.update(tasks[step], completed=done, total=total)

        yield report
