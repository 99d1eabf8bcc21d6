"""`ml-connector run` works by itself; `schedules` shows how, `pause`, `resume` and `trigger` change it."""

import logging
import signal
import threading
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ml_connector.cli.desk import choose_link, open_installation, print_result, refuse
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, By, Config, LinkName

if TYPE_CHECKING:
    from ml_connector.app import App
    from ml_connector.records.schedules import JobKey

LOG: Final = logging.getLogger("ml_connector.run")

Kinds = Annotated[
    list[str] | None,
    typer.Argument(help="Which jobs: poll, sync, publish; all of the link if left out.", show_default=False),
]


class Log(StrEnum):
    """How log lines are written."""

    JSON = "json"
    TEXT = "text"


def run(
    config: Config = DEFAULT_CONFIG,
    log: Annotated[Log, typer.Option("--log", help="Log lines as JSON for machines, or as text.")] = Log.JSON,
) -> None:
    """Work by itself: poll, sync and publish all links as their schedules say, until it is told to end.

    Log lines go to standard error. SIGTERM and Ctrl-C let what runs finish its step.
    """
    from ml_connector.cli.log_lines import log_to_standard_error

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log_to_standard_error(as_json=log is Log.JSON)
    with open_installation(config, connects=True) as app:
        for link in app.settings.links:
            for warning in app.list_warnings(link):
                LOG.warning(warning, extra={"link": link})
        app.run(stop)


def schedules(config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Show what runs by itself: when it ran and will run, how it ended, and which systems are left alone."""
    from ml_connector.cli.render.schedules import render_schedules

    with open_installation(config, connects=False) as app:
        view = app.schedules.show()
    print_result(view, lambda shown, _: render_schedules(shown), as_json=as_json)


def pause(kinds: Kinds = None, config: Config = DEFAULT_CONFIG, link: LinkName = "", by: By = "") -> None:
    """Let jobs rest until they are resumed. What runs is not cut short."""
    with open_installation(config, connects=False) as app:
        keys = _choose_jobs(app, link, kinds or [])
        _tell(keys, app.schedules.pause(keys, by=by.strip()), done="paused", already="was paused already")


def resume(kinds: Kinds = None, config: Config = DEFAULT_CONFIG, link: LinkName = "", by: By = "") -> None:
    """Let paused jobs run by themselves again; what was missed is made up for once."""
    with open_installation(config, connects=False) as app:
        keys = _choose_jobs(app, link, kinds or [])
        _tell(keys, app.schedules.resume(keys, by=by.strip()), done="resumed", already="was not paused")


def trigger(kinds: Kinds = None, config: Config = DEFAULT_CONFIG, link: LinkName = "") -> None:
    """Let jobs run now, in the process of `ml-connector run`; also when they are paused or blacked out."""
    with open_installation(config, connects=False) as app:
        keys = _choose_jobs(app, link, kinds or [])
        app.schedules.trigger(keys)
    _tell(keys, keys, done="runs as soon as it can", already="")


def _choose_jobs(app: "App", link: str, kinds: list[str]) -> "list[JobKey]":
    """The link's jobs of these kinds, or all it has; else the end of the command."""
    name = choose_link(app, link)
    known = app.schedules.list_keys(name)
    unknown = sorted(set(kinds) - {key.kind for key in known})
    if unknown:
        refuse(f"link {name} has no job {unknown[0]!r}; there are: {', '.join(key.kind for key in known)}")
    return [key for key in known if not kinds or key.kind in kinds]


def _tell(keys: "list[JobKey]", changed: "list[JobKey]", *, done: str, already: str) -> None:
    for key in keys:
        typer.echo(f"{key}: {done if key in changed else already}")
