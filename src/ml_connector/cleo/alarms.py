"""What is to happen unless it is called off in time, watched by one thread however many there are."""

import math
import time
from collections.abc import Callable
from threading import Condition, Thread, current_thread


class Alarms:
    """Safe for threads. Its own thread begins with an alarm; one that rang or was called off is forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = Condition()
        self._set: dict[object, tuple[float, Callable[[], None]]] = {}
        self._looks_at = -math.inf  #: when the thread looks next by itself
        self._thread: Thread | None = None

    def set(self, seconds: float, ring: Callable[[], None]) -> object:
        """Let it `ring` so many seconds from now, which takes no time itself; returns what to call off."""
        alarm, at = object(), self._clock() + seconds
        with self._changed:
            self._set[alarm] = (at, ring)
            if self._thread is None:
                self._thread = Thread(target=self._watch, daemon=True, name="alarms")
                self._thread.start()
            elif at < self._looks_at:
                self._changed.notify()
        return alarm

    def call_off(self, alarm: object) -> None:
        """It does not ring any more; nothing is done about the thread, which looks for itself in time."""
        with self._changed:
            self._set.pop(alarm, None)

    def rest(self) -> None:
        """End the thread, until there is another alarm."""
        with self._changed:
            self._thread = None
            self._changed.notify_all()

    def _watch(self) -> None:
        with self._changed:
            while self._thread is current_thread():
                now = self._clock()
                for alarm in [alarm for alarm, (at, _) in self._set.items() if at <= now]:
                    self._set.pop(alarm)[1]()
                self._looks_at = min((at for at, _ in self._set.values()), default=math.inf)
                self._changed.wait(None if self._looks_at == math.inf else self._looks_at - now)
