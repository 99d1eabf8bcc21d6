"""What the flows need of the two systems: small enough to be written twice, once for tests."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol, TypeVar

from ml_connector.cleo.errors import AnswerUnreadable
from ml_connector.cleo.objects import (
    Action,
    ActionRun,
    Connection,
    ConnectionDraft,
    Event,
    Folder,
    PutAway,
    RemoteFile,
)
from ml_connector.intacct.objects import (
    Adjustment,
    BillFound,
    BillKey,
    DefinedDocument,
    DefinedSubtotal,
    Dimension,
    DimensionValue,
    Entry,
    JournalEntry,
    Payment,
    PurchasingDocument,
    Readable,
    VendorFound,
)
from ml_connector.intacct.query import Filter
from ml_connector.intacct.results import CallResult
from ml_connector.intacct.writing.call import Call
from ml_connector.intacct.writing.read_back import AttachmentFound

_Record = TypeVar("_Record", bound=Readable)


class Mailbox(Protocol):
    """Cleo's folders. Methods raise `cleo.errors`."""

    def find_folder(self, path: str) -> Folder: ...

    def find_folders(self, *paths: str) -> tuple[Folder, ...]: ...

    def list_files(
        self, folder: Folder, *, on_odd: Callable[[AnswerUnreadable], None] | None = None
    ) -> Iterator[RemoteFile]: ...

    def download(self, file: RemoteFile) -> AbstractContextManager[Iterator[bytes]]: ...

    def put_away(self, file: RemoteFile, target: Folder | None) -> PutAway: ...

    def upload(
        self, folder: Folder, *, name: str, pieces: Callable[[], Iterable[bytes]], length: int
    ) -> RemoteFile: ...

    def find_file(self, folder: Folder, name: str) -> RemoteFile | None: ...

    def list_actions(self) -> tuple[Action, ...]: ...

    def run_action(self, action: Action, *, wait: int = 30) -> ActionRun: ...

    def list_connections(self, where: str = "") -> tuple[Connection, ...]: ...

    def find_connection(self, *, external_id: str = "", alias: str = "") -> Connection | None: ...

    def create_connection(self, draft: ConnectionDraft) -> Connection: ...

    def update_connection(self, connection: Connection, draft: ConnectionDraft) -> Connection: ...

    def list_events(self, since: datetime | None = None) -> tuple[Event, ...]: ...


class RecordReader(Protocol):
    """Intacct's records as they are listed. Methods raise `intacct.errors`."""

    def list_records(
        self,
        kind: type[_Record],
        *,
        where: Filter | None = None,
        custom: Sequence[str] = (),
        without: Sequence[str] = (),
        ignore_case: bool = False,
    ) -> Iterator[Entry[_Record]]: ...

    def count(self, kind: str | type[Readable], *, where: Filter | None = None) -> int: ...


class RecordWriter(Protocol):
    """Writes, and what is found again by our mark. Methods raise `intacct.errors`."""

    def write(self, calls: Sequence[Call], *, entity: str = "") -> tuple[CallResult, ...]: ...

    def find_vendors(self, marks: Sequence[str]) -> tuple[VendorFound, ...]: ...

    def find_adjustments(
        self, marks: Sequence[str], *, since: date | None = None, entity: str = ""
    ) -> tuple[Adjustment, ...]: ...

    def find_payments(
        self, marks: Sequence[str], *, since: date | None = None, entity: str = ""
    ) -> tuple[Payment, ...]: ...

    def find_journal_entries(
        self, marks: Sequence[str], *, since: date | None = None, entity: str = ""
    ) -> tuple[JournalEntry, ...]: ...

    def find_purchasing(
        self, marks: Sequence[str], *, since: date | None = None, entity: str = ""
    ) -> tuple[PurchasingDocument, ...]: ...

    def find_attachments(self, ids: Sequence[str], *, entity: str) -> tuple[AttachmentFound, ...]: ...


class SetupReader(Protocol):
    """How the company is set up. Methods raise `intacct.errors`."""

    def list_dimensions(self) -> tuple[Dimension, ...]: ...

    def list_dimension_values(self, dimension: Dimension) -> Iterator[DimensionValue]: ...

    def list_subtotals(self) -> Iterator[DefinedSubtotal]: ...

    def list_definitions(self) -> Iterator[DefinedDocument]: ...

    def find_closed_date(self, *, entity: str = "") -> date | None: ...


class Finance(Protocol):
    """Intacct, as far as bills, purchasing and their reference go. Methods raise `intacct.errors`."""

    @property
    def reading(self) -> RecordReader: ...

    @property
    def writing(self) -> RecordWriter: ...

    @property
    def setup(self) -> SetupReader: ...

    def find_bills(
        self,
        keys: Sequence[BillKey],
        *,
        entity: str = "",
        since: date | None = None,
        like: Filter | None = None,
    ) -> tuple[BillFound, ...]: ...
