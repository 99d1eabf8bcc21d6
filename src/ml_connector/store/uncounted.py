"""Exchanges that are over and not in the meter yet: the next transaction takes them along."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from ml_connector.records.exchange import MeteredExchange


class Uncounted:
    """What waits. Safe for threads.

    Whatever an exchange brought about is stored by a transaction that begins after it, and so never without it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[MeteredExchange] = []

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    def add(self, exchange: MeteredExchange) -> None:
        with self._lock:
            self._waiting.append(exchange)

    @contextmanager
    def take(self) -> Iterator[Sequence[MeteredExchange]]:
        """All that waits; it waits again when the block fails."""
        with self._lock:
            taken, self._waiting = self._waiting, []
        try:
            yield taken
        except BaseException:
            with self._lock:
                self._waiting[:0] = taken
            raise
