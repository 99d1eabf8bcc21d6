"""Which events of a Cleo tenant were copied into the audit trail."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import cleo_event_marks, cleo_events, files, publications

#: Much longer than the overlap of two polls, and short enough that the table stays small.
_REMEMBERED: Final = timedelta(days=2)


class CleoEvents:
    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def newest(self, link: str) -> datetime | None:
        """How far the events of a link are copied; None before the first."""
        query = select(cleo_event_marks.c.newest).where(cleo_event_marks.c.link == link)
        found: datetime | None = self._connection.execute(query).scalar()
        return found

    def add(self, link: str, moments: Mapping[str, datetime]) -> set[str]:
        """Note events by id and moment; returns the ids that were not known.

        One that claims to be of the future takes us no further than now: none before it shall be missed.
        """
        query = select(cleo_events.c.event_id).where(
            cleo_events.c.link == link, is_one_of(cleo_events.c.event_id, moments)
        )
        known = set(self._connection.execute(query).scalars())
        rows = [{"link": link, "event_id": id_, "at": at} for id_, at in moments.items() if id_ not in known]
        if rows:
            self._connection.execute(insert(cleo_events), rows)
            self._advance(link, min(max(moments.values()), self._now))
        return set(moments) - known

    def find_files(self, link: str, *, host: str, names: Iterable[str]) -> dict[tuple[str, str], str]:
        """The audit records of files received, by folder and name; of several of one name the newest."""
        query = select(files.c.folder, files.c.name, func.max(files.c.id)).where(
            files.c.link == link, files.c.host == host, is_one_of(files.c.name, names)
        )
        rows = self._connection.execute(query.group_by(files.c.folder, files.c.name))
        return {(folder, name): f"file:{id_}" for folder, name, id_ in rows}

    def find_publications(self, link: str, names: Iterable[str]) -> dict[str, str]:
        """The audit records of publications, by the names of their files."""
        query = select(publications.c.file, publications.c.id).where(
            publications.c.link == link, is_one_of(publications.c.file, names)
        )
        return {name: f"publication:{id_}" for name, id_ in self._connection.execute(query)}

    def _advance(self, link: str, at: datetime) -> None:
        """Go on to the newest event, and forget those so old that no poll shows them again."""
        before = self.newest(link)
        newest = at if before is None else max(at, before)
        mark = update(cleo_event_marks).where(cleo_event_marks.c.link == link).values(newest=newest)
        if not self._connection.execute(mark).rowcount:
            self._connection.execute(insert(cleo_event_marks).values(link=link, newest=newest))
        old = delete(cleo_events).where(cleo_events.c.link == link, cleo_events.c.at < newest - _REMEMBERED)
        self._connection.execute(old)
