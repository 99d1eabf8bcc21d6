"""The configuration as it is now, for those who ask before every job."""

import time
from pathlib import Path
from threading import Lock
from typing import Final

from ml_connector.config.loading import list_files, load
from ml_connector.config.settings import Settings

_SHARE: Final = 49  # times as long as looking took: reading a thousand links takes a quarter of a second
_JUST_NS: Final = 2_000_000_000  # coarser than any file system's clock

_Stamp = tuple[tuple[Path, int, int, int], ...]


class FreshSettings:
    """Read anew when a file has changed; looked at each time, but never for more than a fiftieth of the time.

    Safe for threads.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._known: tuple[_Stamp, Settings] | None = None
        self._until = 0.0

    def load(self) -> Settings:
        """See `load`."""
        with self._lock:
            started = time.monotonic()
            if self._known is not None and started < self._until:
                return self._known[1]
            if self._known is None or self._is_changed(*self._known):
                began_ns = time.time_ns()
                settings = load(self._path)
                self._known = (_settle(_take_stamp(settings), began_ns), settings)
            looked = time.monotonic()
            self._until = looked + _SHARE * (looked - started)
            return self._known[1]

    def _is_changed(self, stamp: _Stamp, settings: Settings) -> bool:
        return not stamp or stamp != _take_stamp(settings)


def _take_stamp(settings: Settings) -> _Stamp:
    """What is another one as soon as one of the files is, or is replaced; empty while one cannot be seen."""
    try:
        return tuple(
            (path, status.st_mtime_ns, status.st_size, status.st_ino)
            for path in sorted({*list_files(settings)})
            for status in (path.stat(),)
        )
    except OSError:
        return ()


def _settle(stamp: _Stamp, began_ns: int) -> _Stamp:
    """Empty where a file changed just when it was read: what was read may be older than the stamp."""
    return () if any(changed_ns > began_ns - _JUST_NS for _, changed_ns, _, _ in stamp) else stamp
