"""The clients of a link's two systems, kept from one job to the next with their log-ins and connections."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from ml_connector import cleo, intacct
from ml_connector.config import Link

_MOST: Final = 16  # links whose connections are open while they do nothing
_LONGEST: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Systems:
    """The clients of a link, for one job at a time."""

    link: Link
    finance: intacct.Client
    mailbox: cleo.Client
    since: datetime
    parts: ExitStack


class Keeper:
    """Hands out a link's clients, and takes them back for its next job. Safe for threads."""

    def __init__(
        self,
        open_finance: Callable[[Link], AbstractContextManager[intacct.Client]],
        open_mailbox: Callable[[Link], AbstractContextManager[cleo.Client]],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._open_finance = open_finance
        self._open_mailbox = open_mailbox
        self._clock = clock
        self._lock = Lock()
        self._idle: list[Systems] = []  #: the one used last is the last

    @contextmanager
    def lend(self, link: Link) -> Iterator[Systems]:
        """Clients by the link's settings as they are now; none comes back out of a block that failed."""
        systems = self._take(link) or self._open(link)
        try:
            yield systems
        except BaseException:
            systems.parts.close()
            raise
        self._put(systems)

    def close(self) -> None:
        """Log out, and end the connections of those that do nothing."""
        with self._lock:
            idle, self._idle = self._idle, []
        for systems in idle:
            systems.parts.close()

    def _open(self, link: Link) -> Systems:
        with ExitStack() as stack:
            finance = stack.enter_context(self._open_finance(link))
            mailbox = stack.enter_context(self._open_mailbox(link))
            parts = stack.pop_all()
        return Systems(link=link, finance=finance, mailbox=mailbox, since=self._clock(), parts=parts)

    def _take(self, link: Link) -> Systems | None:
        with self._lock:
            found = next((each for each in reversed(self._idle) if each.link == link), None)
            if found is not None:
                self._idle.remove(found)
        return found

    def _put(self, systems: Systems) -> None:
        with self._lock:
            self._idle.append(systems)
            old = [each for each in self._idle if self._clock() - each.since >= _LONGEST]
            surplus = [each for each in self._idle if each not in old][:-_MOST]
            over = [*old, *surplus]
            self._idle = [each for each in self._idle if each not in over]
        for each in over:
            each.parts.close()
