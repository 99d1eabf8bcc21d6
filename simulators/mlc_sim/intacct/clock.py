"""The simulated time: the machine's, moved by the admin route."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SimulatedClock:
    """Runs at the machine's pace from wherever it was set. Safe to use from several threads."""

    def __init__(self, machine: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._machine = machine
        self._ahead = timedelta()
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """Now, in UTC."""
        with self._lock:
            return self._machine() + self._ahead

    def set(self, now: datetime) -> None:
        """Let it be `now`, an aware time."""
        with self._lock:
            self._ahead = now.astimezone(UTC) - self._machine()

    def advance(self, step: timedelta) -> None:
        with self._lock:
            self._ahead += step
