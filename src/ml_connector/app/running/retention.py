"""Drops what was kept long enough: every poll exchanges something, whether or not there was anything to do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ml_connector.config import RetentionSettings
from ml_connector.store import Store

_AT_ONCE: Final = 1000  # in one transaction, which others wait for
_TIMES: Final = 20  # that a minute's or a run's chore takes; the next one goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    store: Store
    settings: RetentionSettings
    clock: Callable[[], datetime]

    def tidy(self) -> None:
        """Drop what is too old, or, where that is much, a part of it. Any number of processes may do it."""
        self._drop(self.settings.exchanges, failed=False)
        self._drop(self.settings.failed_exchanges, failed=True)

    def _drop(self, kept: timedelta, *, failed: bool) -> None:
        before = self.clock() - kept
        for _ in range(_TIMES):
            with self.store.begin() as work:
                dropped = work.meter.drop(before, failed=failed, most=_AT_ONCE)
            if dropped < _AT_ONCE:
                return
