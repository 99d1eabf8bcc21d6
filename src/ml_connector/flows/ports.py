"""What the flows need of the two systems: small enough to be written twice, once for tests."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Protocol

from ml_connector.cleo.objects import Folder, RemoteFile
from ml_connector.intacct.functions import BillCall
from ml_connector.intacct.objects import (
    Account,
    BillFound,
    BillKey,
    ClassDim,
    Department,
    Location,
    Project,
    Term,
    Vendor,
)
from ml_connector.intacct.results import CallResult


class Mailbox(Protocol):
    """Cleo's folders. Methods raise `cleo.errors`."""

    def find_folder(self, path: str) -> Folder: ...

    def list_files(self, folder: Folder) -> Iterator[RemoteFile]: ...

    def download(self, file: RemoteFile) -> AbstractContextManager[Iterator[bytes]]: ...

    def move(self, file: RemoteFile, target: Folder) -> None: ...


class Finance(Protocol):
    """Intacct, as far as bills and their reference go. Methods raise `intacct.errors`."""

    def create_bills(self, calls: Sequence[BillCall], *, entity: str = "") -> tuple[CallResult, ...]: ...

    def find_bills(
        self, keys: Sequence[BillKey], *, entity: str = "", since: date | None = None
    ) -> tuple[BillFound, ...]: ...

    def list_vendors(self) -> Iterator[Vendor]: ...

    def list_accounts(self) -> Iterator[Account]: ...

    def list_departments(self) -> Iterator[Department]: ...

    def list_locations(self) -> Iterator[Location]: ...

    def list_classes(self) -> Iterator[ClassDim]: ...

    def list_projects(self) -> Iterator[Project]: ...

    def list_terms(self) -> Iterator[Term]: ...
