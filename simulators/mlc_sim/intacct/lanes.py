"""One connection and one lock for each company: its requests run one after another, other companies' beside them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mlc_sim.intacct.store import Store


@dataclass(frozen=True, slots=True)
class _Lane:
    store: Store
    lock: threading.Lock = field(default_factory=threading.Lock)


class Lanes:
    """The way to the store. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()

    @contextmanager
    def enter(self, company_id: str = "") -> Iterator[Store]:
        """The store, for one company alone; the empty id is for short looks at what belongs to none."""
        with self._lock:
            if company_id not in self._lanes:
                self._lanes[company_id] = _Lane(Store(self._path))
            lane = self._lanes[company_id]
        with lane.lock:
            yield lane.store

    def close(self) -> None:
        with self._lock:
            for lane in self._lanes.values():
                lane.store.close()
            self._lanes.clear()
