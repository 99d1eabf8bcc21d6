"""What every poll asks reads no more for all that ever came, as SQLite plans it."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from tests.fakes import NOON, ManualClock
from tests.unit.store.rows import LINK

from ml_connector.store import Store, Work, open_store
from ml_connector.store.releases import Code

COMPANY: Final = "ALDERFINCH"
GROWING: Final = "asking|documents|files|meter|needs|payloads|postings|reference"
#: all rows of a table, or all of a link or a company
READS_ALL: Final = re.compile(
    rf"SCAN ({GROWING})\b|SEARCH ({GROWING}) USING .*\((link|company|company=\? AND kind)=\?\)"
)

ASKED: Final[dict[str, Callable[[Work], object]]] = {
    "open": lambda work: work.standing.has_open(LINK),
    "held": lambda work: work.standing.has_held(LINK),
    "changed": lambda work: work.documents.list_since(LINK, NOON, most=500),
    "sendable": lambda work: work.documents.list_sendable(LINK),
    "abandoned": lambda work: work.documents.list_abandoned(LINK),
    "next attempt": lambda work: work.documents.find_next_attempt(LINK),
    "doubtful": lambda work: work.postings.list_doubtful(LINK, due_only=True),
    "reached": lambda work: work.meter.list_reached(LINK, since=NOON),
    "due": lambda work: work.releases.list_due(
        LINK, COMPANY, reference=2, files=2, codes=[Code(kind="vendor", name="Q", partner="", version=2)]
    ),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def filed(path: Path, clock: ManualClock) -> Iterator[Store]:
    store = open_store(f"sqlite:///{path}", clock=clock, actor="mira")
    yield store
    store.close()


@pytest.mark.parametrize("name", ASKED)
def test_what_every_poll_asks_is_found_by_an_index(path: Path, filed: Store, name: str) -> None:
    with watch_statements() as asked, filed.begin() as work:
        ASKED[name](work)

    plans = [step for statement, values in asked for step in explain(path, statement, values)]
    assert plans
    assert [step for step in plans if READS_ALL.match(step)] == []


@contextmanager
def watch_statements() -> Iterator[list[tuple[str, Any]]]:
    """What is asked of any database in the block, with its values."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def explain(path: Path, statement: str, values: Any) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        steps = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        return [step for *_, step in steps]
