"""What the Cleo tenant logs becomes part of our audit trail, at the files and publications it names."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from ml_connector.cleo.errors import CleoError, Unsupported
from ml_connector.cleo.objects import Event
from ml_connector.flows.run import Run, Trouble
from ml_connector.records.audit import Detail, Fact
from ml_connector.store import Work

#: Events may show late, or out of their order; those known already are left out by their ids.
_OVERLAP: Final = timedelta(minutes=10)
_AT_ONCE: Final = 500  # in one transaction, which shall not last over a second


def copy_events(run: Run) -> None:
    """Copy the events since the last time; the first time, those of the last minutes."""
    if not run.link.copies_events:
        return
    with run.store.begin() as work:
        newest = work.cleo_events.newest(run.link.name)
    try:
        events = run.mailbox.list_events((newest or run.clock()) - _OVERLAP)
    except Unsupported:
        return  # the tenant keeps its log to itself, which the client has noted
    except CleoError as error:
        run.troubles.append(Trouble(step="events", system="cleo", message=str(error)))
        return
    for first in range(0, len(events), _AT_ONCE):
        with run.store.begin() as work:
            _copy(run, work, events[first : first + _AT_ONCE])


def _copy(run: Run, work: Work, events: Sequence[Event]) -> None:
    moments = {event.id: event.created or work.now for event in events}
    fresh = work.cleo_events.add(run.link.name, moments)
    new = [event for event in events if event.id in fresh]
    find_record = _index_records(run, work, {event.file for event in new if event.file})
    work.audit.append(
        [
            Fact(
                record=find_record(event),
                action="cleo event",
                detail=_describe(event),
            )
            for event in new
        ]
    )


def _index_records(run: Run, work: Work, names: set[str]) -> Callable[[Event], str]:
    """What tells whose entry an event becomes: that of the file in its folder, or else the link's."""
    link = run.link
    files = work.cleo_events.find_files(link.name, host=link.host, names=names)
    publications = work.cleo_events.find_publications(link.name, names)
    folder = link.publish.folder if link.publish else ""

    def find(event: Event) -> str:
        own = f"link:{link.name}"
        if event.folder == folder and event.file in publications:
            return publications[event.file]
        return files.get((event.folder, event.file), own)

    return find


def _describe(event: Event) -> Detail:
    said = {
        "event": event.name or event.kind,
        "at": event.created.isoformat() if event.created else None,
        "job": event.job,
        "folder": event.folder,
        "file": event.file,
        "text": event.text,
        "id": event.id,
    }
    return {name: value for name, value in said.items() if value}
