"""Decisions about documents: which, what would become of them, done or refused."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import typer

from ml_connector.cli.desk import choose_link, confirm, open_installation, print_result, refuse
from ml_connector.cli.exits import Exit

if TYPE_CHECKING:
    from ml_connector.app import App
    from ml_connector.app.need_views import Decided
    from ml_connector.records.documents import Filter
    from ml_connector.records.status import Status

Verb = Literal["release", "reject", "reopen", "accept", "replay"]
_DONE: Final = {
    "release": "released; the next run decides again",
    "reject": "rejected; it will not be booked",
    "reopen": "reopened; the next run decides again",
    "accept": "accepted as they are in Intacct",
    "replay": "to be decided again by the next run",
}
_AMONG: Final = {
    "release": "those that are held",
    "reject": "those that are held",
    "reopen": "those that were rejected, filed or taken for duplicates",
    "accept": "those that are posted",
    "replay": "those that are not posted and not on their way",
}
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Which:
    """The documents meant, as they were asked for."""

    text: str
    status: str
    partner: str
    need: str
    number: str
    since: datetime | None
    until: datetime | None

    def read(self) -> "Filter":
        """As a filter; the end of the command when it names nothing, or a state that is none."""
        from ml_connector.records.documents import Filter
        from ml_connector.records.status import Status

        if not any((self.text, self.status, self.partner, self.need, self.number, self.since, self.until)):
            refuse("name a document, or say by options which ones are meant")
        if self.status and self.status not in set(Status):
            refuse(f"no state {self.status!r}; there are: {', '.join(Status)}")
        return Filter(
            statuses=frozenset({Status(self.status)}) if self.status else frozenset(),
            partner=self.partner,
            need=self.need,
            number=self.number,
            since=_to_day(self.since),
            until=_to_day(self.until),
        )


@dataclass(frozen=True, slots=True)
class How:
    """Where, why, by whom, and whether to ask first."""

    config: Path
    link: str
    reason: str
    by: str
    yes: bool
    as_json: bool


def decide(verb: Verb, which: Which, how: How) -> None:
    """Do it, after asking where several are meant; ends the command."""
    if not how.reason.strip():
        refuse("say why with --reason: it goes into the audit trail")
    wanted = which.read()
    with open_installation(how.config, connects=False) as app:
        link = choose_link(app, how.link)
        chosen = app.decisions(link).choose(which.text, wanted)
        fitting = _list_fitting(verb, chosen)
        if not fitting:
            what = which.text or "these options"
            typer.echo(f"no document goes by {what!r} among {_AMONG[verb]}", err=True)
            raise typer.Exit(Exit.USAGE)
        if verb == "reject" and which.text and len(fitting) > 1:
            numbers = _list_rows(fitting)
            refuse(f"{which.text!r} is held {len(fitting)} times: {numbers}; reject one by its row number")
        if verb == "replay":
            _show_preview(app, link, fitting, how)
        if not which.text or verb == "replay":
            _ask(len(fitting), verb, how)
        decided = _act(app, link, verb, chosen, how)
    _tell(verb, decided, how, quiet=bool(which.text))


def _list_fitting(verb: Verb, chosen: "dict[int, Status]") -> list[int]:
    from ml_connector.app.decisions import CLOSED, HELD, POSTED, REPLAYABLE

    allowed = {
        "release": HELD,
        "reject": HELD,
        "reopen": CLOSED,
        "accept": POSTED,
        "replay": REPLAYABLE,
    }[verb]
    return [id_ for id_, status in chosen.items() if status in allowed]


def _show_preview(app: "App", link: str, ids: list[int], how: How) -> None:
    from ml_connector.cli.progress import show_progress
    from ml_connector.cli.render.needs import render_preview

    if how.as_json:
        return
    with show_progress(quiet=False) as report:
        preview = app.preview(link, ids, report=lambda done, total: report("plan", done, total))
    print_result(preview, render_preview, as_json=False)


def _ask(documents: int, verb: Verb, how: How) -> None:
    """Nothing is done to many by a slip; nothing that asks is done where nobody can answer."""
    if how.yes:
        return
    if how.as_json:
        refuse("with --json add --yes: nobody can be asked")
    said = f"{verb} {documents} document{'' if documents == 1 else 's'}?"
    confirm(said)


def _act(app: "App", link: str, verb: Verb, chosen: "dict[int, Status]", how: How) -> "Decided":
    from ml_connector.app.decisions import Decision
    from ml_connector.cli.progress import show_progress

    decisions = app.decisions(link)
    with show_progress(quiet=how.as_json) as report:
        decision = Decision(
            reason=how.reason.strip(),
            by=how.by.strip(),
            report=lambda done, total: report("decide", done, total),
        )
        match verb:
            case "release":
                return decisions.release(chosen, decision)
            case "reject":
                return decisions.reject(chosen, decision)
            case "reopen":
                return decisions.reopen(chosen, decision)
            case "accept":
                return decisions.accept(chosen, decision)
            case "replay":
                return decisions.replay(chosen, decision)


def _tell(verb: Verb, decided: "Decided", how: How, *, quiet: bool) -> None:
    if how.as_json:
        print_result(decided, lambda _, __: (), as_json=True)
        return
    typer.echo(f"{_list_rows(decided.moved)} {_DONE[verb]}")
    if decided.passed_over and not quiet:
        left = ", ".join(f"{count} {status}" for status, count in sorted(decided.passed_over.items()))
        typer.echo(f"left as they are: {left}", err=True)


def _list_rows(ids: "list[int] | tuple[int, ...]") -> str:
    shown = ", ".join(f"#{id_}" for id_ in ids[:_SHOWN])
    return shown if len(ids) <= _SHOWN else f"{shown} and {len(ids) - _SHOWN} more"


def _to_day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
