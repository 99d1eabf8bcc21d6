"""Whether a process that goes on still does."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

_LOOPS: Final = ("rounds", "beat")


class Pulse:
    """When each of the process's loops last came round, and last did so without an error. Safe for threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._round = dict.fromkeys(_LOOPS, clock())
        self._well: dict[str, datetime] = {}

    def note(self, loop: str, *, well: bool) -> None:
        """A loop came round."""
        with self._lock:
            self._round[loop] = self._clock()
            if well:
                self._well[loop] = self._clock()

    def find_stuck(self, within: timedelta) -> tuple[str, ...]:
        """The loops that did not come round for so long."""
        return self._list_older(self._round, within)

    def find_failing(self, within: timedelta) -> tuple[str, ...]:
        """The loops that did not do their work for so long, or never yet."""
        return self._list_older(self._well, within)

    def _list_older(self, times: dict[str, datetime], within: timedelta) -> tuple[str, ...]:
        with self._lock:
            now = self._clock()
            return tuple(loop for loop in _LOOPS if loop not in times or now - times[loop] >= within)
