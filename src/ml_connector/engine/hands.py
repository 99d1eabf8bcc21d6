"""How many jobs a process does at a time."""

import threading
from collections.abc import Collection


class Hands:
    """So many, each with one job. Safe for threads."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._freed = threading.Event()

    def count_free(self) -> int:
        with self._lock:
            return max(0, self._count - len(self._busy))

    def take(self, name: str) -> None:
        """One has this run to do."""
        with self._lock:
            self._busy.add(name)

    def let_go(self, name: str) -> None:
        """The run is over; nothing for one that was not taken here."""
        with self._lock:
            self._busy.discard(name)
        self._freed.set()

    def keep(self, names: Collection[str]) -> None:
        """Let go of every run but these."""
        with self._lock:
            self._busy.intersection_update(names)

    def await_free(self, seconds: float) -> None:
        """Wait for so long, or until one was let go since the last time."""
        self._freed.wait(seconds)
        self._freed.clear()
