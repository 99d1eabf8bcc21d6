"""One Cleo tenant: everything it knows, opened from a folder."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mlc_sim.cleo.clock import Clock
from mlc_sim.cleo.database import Database
from mlc_sim.cleo.history import History
from mlc_sim.cleo.journal import Journal
from mlc_sim.cleo.objects import Objects
from mlc_sim.cleo.reference import ReferenceTables
from mlc_sim.cleo.settings import SettingsStore
from mlc_sim.cleo.store import Store
from mlc_sim.cleo.tokens import Tokens
from mlc_sim.faults import FaultScript
from mlc_sim.wire import Options

#: Faults this simulator carries out itself, beside those on the wire; described in mlc_sim.faults.
OWN_ACTIONS: Final = {
    "vanish": Options(takes="name"),
    "arrive": Options(needs="name", takes="content"),
    "expire_tokens": Options(takes="refresh"),
    "repeat_page": Options(),
    "shift_page": Options(needs="by"),
    "wrong_length": Options(takes="by"),
    "foreign_links": Options(needs="host"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """Account, files and history. All but journal and faults outlives the process."""

    #: Held by whoever works with the rest: one call at a time, as one step. Told when the clock was moved.
    lock: threading.Condition
    database: Database
    clock: Clock
    settings: SettingsStore
    store: Store
    objects: Objects
    tables: ReferenceTables
    history: History
    tokens: Tokens
    journal: Journal
    faults: FaultScript

    def close(self) -> None:
        with self.lock:
            self.database.close()


def open_tenant(folder: Path) -> Tenant:
    """Open the tenant kept in `folder`, or make a new one there."""
    database = Database(folder)
    clock = Clock(database)
    return Tenant(
        lock=threading.Condition(threading.Lock()),
        database=database,
        clock=clock,
        settings=SettingsStore(database),
        store=Store(database, clock=clock),
        objects=Objects(database, clock=clock),
        tables=ReferenceTables(database),
        history=History(database, clock=clock),
        tokens=Tokens(database, clock=clock),
        journal=Journal(),
        faults=FaultScript(head_facts=("call", "file", "folder", "object"), own_actions=OWN_ACTIONS),
    )
