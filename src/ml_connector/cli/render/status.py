"""Where everything stands, on one screen: what does not fit is counted."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.text import Text

from ml_connector.app.running.schedules import ScheduleLine
from ml_connector.app.running.status import StatusView, WorkerLine
from ml_connector.cli.render.runs import COLOURS, render_money
from ml_connector.cli.render.usage import warn_of_usage
from ml_connector.records.standing import OpenSum
from ml_connector.records.status import FileStatus, Status

_BACKLOG: Final = (
    Status.READ,
    Status.READY,
    Status.SENDING,
    Status.IN_DOUBT,
    Status.HELD,
    Status.REJECTED,
)
_DONE: Final = (Status.POSTED, Status.DUPLICATE, Status.FILED)
_ODD_FILES: Final = (FileStatus.RECEIVED, FileStatus.DAMAGED, FileStatus.UNREADABLE)
_JOB_COLOURS: Final = {"running": "green", "waiting": "cyan", "paused": "yellow"}
_FIRST: Final = ("running", "waiting", "paused", "idle")


def render_status(view: StatusView, *, width: int, height: int) -> RenderableType:
    """The screen; jobs and troubles share the lines that the rest leaves."""
    head = [
        Text(f"ml-connector {view.version} · {view.at:%Y-%m-%d %H:%M:%S} UTC", style="bold"),
        _render_workers(view),
        _render_counts(view),
        *_render_slots(view),
        Text(),
    ]
    backlog = [*_render_backlog(view, width), *_render_done(view)]
    jobs = [*_render_jobs(view, width)]
    troubles = [*_render_troubles(view)]
    room = height - len(head) - len(backlog) - 1 - bool(troubles)
    shown, told = _share(room, len(jobs), len(troubles))
    rows = [
        *head,
        *_cap(jobs, shown, "ml-connector schedules"),
        Text(),
        *backlog,
        *([Text()] if troubles else []),
        *_cap(troubles, told, "ml-connector status --json"),
    ]
    return Group(*(_fit(row, width) for row in rows))


def _share(room: int, one: int, other: int) -> tuple[int, int]:
    """How many lines each of two gets: half, and what the other does not need; three at least."""
    first = min(one, max(room // 2, room - other, 3))
    return first, min(other, max(room - first, 3))


def _cap(rows: Sequence[Text], most: int, more: str) -> list[Text]:
    if len(rows) <= most:
        return [*rows]
    return [*rows[: most - 1], Text(f"+ {len(rows) - most + 1} more: {more}", style="dim")]


def _fit(row: Text, width: int) -> Text:
    row.rstrip()
    row.truncate(width, overflow="ellipsis")
    return row


def _render_workers(view: StatusView) -> Text:
    row = Text("workers  ")
    if not view.workers:
        return row.append("none; nothing runs by itself until: ml-connector run", style="yellow")
    seats = [_name_worker(worker, view.at) for worker in view.workers]
    return row.append_text(Text(" · ").join(seats))


def _name_worker(worker: WorkerLine, now: datetime) -> Text:
    if worker.state == "alive":
        jobs = f" {len(worker.jobs)} of {worker.hands} hands busy" if worker.jobs else " idle"
        return Text(worker.seat + jobs, style="green" if worker.jobs else "")
    since = f"{worker.state}, last seen {say_span(now - worker.seen)} ago"
    return Text(f"{worker.seat} {since}", style="red")


def _render_counts(view: StatusView) -> Text:
    states = Counter(job.state for job in view.jobs)
    parts = [
        Text(f"{states[state]} {state}", style=_JOB_COLOURS.get(state, ""))
        for state in _FIRST
        if states[state]
    ]
    waits = [view.at - job.since for job in view.jobs if job.state == "waiting" and job.since is not None]
    if waits and max(waits) >= timedelta(seconds=1):
        parts.append(Text(f"the longest has waited {say_span(max(waits))}"))
    return Text("jobs     ").append_text(Text(" · ").join(parts))


def _render_slots(view: StatusView) -> Iterator[Text]:
    if view.slots:
        taken = [
            f"{slot.company} {slot.job}"
            + ("" if slot.since is None else f" {say_span(view.at - slot.since)}")
            for slot in view.slots
        ]
        yield Text("slots    " + " · ".join(taken))


def _render_jobs(view: StatusView, width: int) -> Iterator[Text]:
    """Heading and a row for each job: what runs first, then what fails, waits or rests, then by its next time."""
    if view.jobs:
        shown = sorted(view.jobs, key=_rank_job)
        rows = [("job", "schedule", "state", "last began", "next")]
        rows += [_describe_job(job, view.at) for job in shown]
        spans = [max(cell_len(row[n]) for row in rows) for n in (0, 2, 3, 4)]
        schedule = max(min(width - sum(spans) - 8, max(cell_len(row[1]) for row in rows)), 8)
        for number, row in enumerate(rows):
            style = "bold" if not number else _JOB_COLOURS.get(shown[number - 1].state, "")
            job, timing, state, last, following = row
            yield (
                _set(job, spans[0])
                .append_text(_set(timing, schedule))
                .append_text(_set(state, spans[1], style))
                .append_text(_set(last, spans[2]))
                .append_text(_set(following, spans[3]))
            )


def _rank_job(job: ScheduleLine) -> tuple[object, ...]:
    place = _FIRST.index(job.state) if job.state in _FIRST else len(_FIRST)
    return job.state != "running", job.attempts == 0, place, job.next is None, job.next or job.last, job.link


def _describe_job(job: ScheduleLine, now: datetime) -> tuple[str, str, str, str, str]:
    by = f" by {job.paused_by}" if job.state == "paused" and job.paused_by else ""
    last = "–" if job.last is None else f"{say_span(now - job.last)} ago"
    following = "–" if job.next is None else "now" if job.next <= now else f"in {say_span(job.next - now)}"
    return f"{job.link}/{job.kind}", job.schedule, job.state + by, last, following


def _render_backlog(view: StatusView, width: int) -> Iterator[Text]:
    """Heading and a row for each state in which documents are not done with."""
    found: defaultdict[Status, list[OpenSum]] = defaultdict(list)
    for each in view.backlog:
        found[each.status].append(each)
    yield _lay_backlog(("backlog", "documents", "oldest", "money"), width, "bold")
    if not found:
        yield Text("nothing waits", style="green")
    for status in _BACKLOG:
        if sums := found.get(status):
            count = sum(each.documents for each in sums)
            oldest = say_span(view.at - min(each.oldest for each in sums))
            cells = (str(status).replace("_", " "), f"{count:,}", oldest, _say_money(sums))
            yield _lay_backlog(cells, width, COLOURS.get(status, ""))


def _lay_backlog(cells: tuple[str, str, str, str], width: int, style: str) -> Text:
    name, count, oldest, money = cells
    row = _set(name, 10, style).append_text(_set(count, 9, right=True))
    return row.append_text(_set(oldest, 8, right=True)).append_text(_set(money, max(width - 33, 10)))


def _say_money(sums: Sequence[OpenSum]) -> str:
    """`1,204.50 USD, credits 101.10 USD`; the largest first."""
    totals: defaultdict[tuple[bool, str], Decimal] = defaultdict(Decimal)
    for each in sums:
        if each.kind:
            totals[each.kind == "credit", each.currency] += each.amount
    ordered = sorted(totals.items(), key=lambda item: (item[0][0], -item[1]))
    return ", ".join(
        ("credits " if credit else "") + render_money(amount, currency)
        for (credit, currency), amount in ordered
    )


def _render_done(view: StatusView) -> Iterator[Text]:
    documents: Counter[Status] = Counter()
    for document in view.documents:
        documents[document.status] += document.documents
    files: Counter[FileStatus] = Counter()
    for file in view.files:
        files[file.status] += file.files
    if done := [f"{documents[status]:,} {status}" for status in _DONE if documents[status]]:
        yield Text("besides   " + " · ".join(done))
    if odd := [f"{files[status]:,} {status}" for status in _ODD_FILES if files[status]]:
        yield Text("files     " + " · ".join(odd))


def _render_troubles(view: StatusView) -> Iterator[Text]:
    """What stands in the way, the gravest first; of jobs that fail the last to end."""
    for circuit in view.circuits:
        tried = "" if circuit.next_try is None else f", tried again at {circuit.next_try:%H:%M:%S}"
        since = f"{circuit.link}: {circuit.system} left alone for {say_span(view.at - circuit.open_since)}"
        yield Text(f"{since}{tried}: {circuit.reason}", style="bold red")
    for standing in view.usage:
        yield from warn_of_usage(standing)
    failed = [job for job in view.jobs if job.outcome]
    for job in sorted(failed, key=lambda job: (job.ended or view.at, job.link), reverse=True):
        times = f", {job.attempts} times in a row" if job.attempts > 1 else ""
        ended = "" if job.ended is None else f" {say_span(view.at - job.ended)} ago"
        yield Text(f"{job.link}/{job.kind} failed{ended}{times}: {job.outcome}", style="yellow")
    for lack in view.lacks:
        since = f"{lack.link}: Cleo offers no {lack.capability} since {lack.since:%Y-%m-%d %H:%M}"
        yield Text(f"{since}; {lack.instead}")


def _set(text: str, width: int, style: str = "", *, right: bool = False) -> Text:
    """A cell of so many columns, and two blanks."""
    cell = Text(text, style=style)
    cell.truncate(width, overflow="ellipsis")
    missing = " " * (width - cell.cell_len)
    return Text(missing if right else "").append_text(cell).append(("" if right else missing) + "  ")


def say_span(span: timedelta) -> str:
    """`14 s`, `4 min`, `3 h` or `2 d`, rounded down; nothing is less than no time."""
    seconds = max(int(span.total_seconds()), 0)
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size or (unit == "min" and seconds >= size):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
