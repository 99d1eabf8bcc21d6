"""The clients of a link's two systems, kept from one job to the next with their log-ins and connections."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from threading import Lock
from typing import Final

from ml_connector import cleo, intacct
from ml_connector.config import Link

_CONNECTED: Final = 16  # links whose connections are open while they do nothing
_MOST: Final = 4096  # links whose log-ins are kept
_LONGEST: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Systems:
    """The clients of a link, for one job at a time."""

    link: Link
    finance: intacct.Client
    mailbox: cleo.Client
    since: datetime
    parts: ExitStack

    def rest(self) -> None:
        """Keep the log-ins, and give up the connections."""
        self.finance.rest()
        self.mailbox.rest()


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
        self._idle: dict[str, Systems] = {}  #: by link; the one used last is the last

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
            idle, self._idle = self._idle, {}
        for systems in idle.values():
            systems.parts.close()

    def _open(self, link: Link) -> Systems:
        with ExitStack() as stack:
            finance = stack.enter_context(self._open_finance(link))
            mailbox = stack.enter_context(self._open_mailbox(link))
            parts = stack.pop_all()
        return Systems(link=link, finance=finance, mailbox=mailbox, since=self._clock(), parts=parts)

    def _take(self, link: Link) -> Systems | None:
        with self._lock:
            found = self._idle.pop(link.name, None)
        if found is None or (found.link == link and not self._is_old(found)):
            return found
        found.parts.close()
        return None

    def _put(self, systems: Systems) -> None:
        """Take them back; only those used last stay connected."""
        with self._lock:
            before = self._idle.pop(systems.link.name, None)
            self._idle[systems.link.name] = systems
            over = [*filter(None, [before]), *self._drop()]
            for each in islice(reversed(self._idle.values()), _CONNECTED, _CONNECTED + 1):
                each.rest()
        for each in over:
            each.parts.close()

    def _drop(self) -> Iterator[Systems]:
        """What had its time or is too many, beginning with what was not used for the longest."""
        for name, each in [*self._idle.items()]:
            if len(self._idle) <= _MOST and not self._is_old(each):
                return
            yield self._idle.pop(name)

    def _is_old(self, systems: Systems) -> bool:
        return self._clock() - systems.since >= _LONGEST
