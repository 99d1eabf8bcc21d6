"""The writer of the Intacct library over a company in memory: what it finds by a mark is the library's own look-up."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, cast

from lxml import etree
from tests.fake_attachments import Attachment, Folder
from tests.fake_reading import FakeReading
from tests.fake_rows import spell_row

from ml_connector.intacct import Call, CallResult, Entry
from ml_connector.intacct.query import Filter, compare
from ml_connector.intacct.reading.reader import Reader
from ml_connector.intacct.results import Page
from ml_connector.intacct.writing.read_back import ReadBack


class Send(Protocol):
    """Has a company execute writes."""

    def __call__(self, calls: tuple[Call, ...], *, entity: str, atomic: bool) -> tuple[CallResult, ...]: ...


class _LookUps:
    """The reading part of a look-up, which is told of before and after."""

    def __init__(self, reading: FakeReading, look_up: Callable[[str], AbstractContextManager[None]]) -> None:
        self._reading = reading
        self._look_up = look_up

    def list_records(self, kind: Any, *, where: Filter | None, entity: str) -> Iterator[Entry[Any]]:
        with self._look_up(entity):
            return iter([*self._reading.list_records(kind, where=where)])

    def list_legacy(self, object_: str, body: str, *, entity: str) -> Page:
        """The older function that lists attachments and folders, by one of their fields."""
        kind = {each.OBJECT: each for each in (Attachment, Folder)}[object_]
        wanted = etree.fromstring(body).find("filter/expression")
        assert wanted is not None
        where = compare(wanted.findtext("field", "").upper(), "equalto", wanted.findtext("value", ""))
        found = self.list_records(kind, where=where, entity=entity)
        return Page(rows=tuple(spell_row(entry.record, entry.custom) for entry in found), remaining=0)


class FakeWriting(ReadBack):
    """Writes to a company, and finds what was written."""

    def __init__(
        self, send: Send, reading: FakeReading, *, look_up: Callable[[str], AbstractContextManager[None]]
    ) -> None:
        super().__init__(cast("Reader", _LookUps(reading, look_up)))
        self._send = send
        self.requests: list[tuple[Call, ...]] = []  #: whatever became of them

    def write(
        self, calls: Sequence[Call], *, entity: str = "", atomic: bool = False
    ) -> tuple[CallResult, ...]:
        self.requests.append(tuple(calls))
        return self._send(tuple(calls), entity=entity, atomic=atomic)
