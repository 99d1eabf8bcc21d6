"""A received file becomes documents, one in memory at a time however long the file is."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from ml_connector import edi
from ml_connector.edi import Code, Finding, Interchange, Transaction
from ml_connector.flows.reading import describe_document
from ml_connector.flows.run import Run
from ml_connector.mapping.references import list_references
from ml_connector.records.documents import NewDocument, StoredFile
from ml_connector.records.references import Reference
from ml_connector.records.status import FileStatus

_INCOMPLETE: Final = frozenset({Code.GE_MISSING, Code.IEA_MISSING, Code.GE01_COUNT, Code.IEA01_COUNT})
"""Findings of a file after which documents may be missing from it."""
_STORE_AT_ONCE: Final = 500  # documents in one transaction, which shall not last over a second
_MOST_TOLD: Final = 5


def split_file(run: Run, file: StoredFile) -> None:
    """Store the documents of a file, and say of the file what it is."""
    tally = _Tally()
    described = _describe_all(run, file, tally)
    found = 0
    while part := list(islice(described, _STORE_AT_ONCE)):
        found += len(part)
        with run.store.begin() as work:
            work.documents.add(file.id, [document for document, _ in part])
            work.references.add(file.id, {document.index: named for document, named in part})
    status, reason = tally.judge(found)
    with run.store.begin() as work:
        work.files.finish(file.id, to=status, reason=reason, documents=found)


@dataclass(slots=True)
class _Tally:
    """What of a file bears on the whole of it."""

    interchanges: int = 0
    damaged: bool = False
    odd: list[str] = field(
        default_factory=list
    )  #: the first findings; of a long file there may be any number

    def note(self, finding: Finding) -> None:
        self.damaged = self.damaged or finding.severity != "note" or finding.code in _INCOMPLETE
        if len(self.odd) < _MOST_TOLD:
            self.odd.append(f"{finding.code}: {finding.message}")

    def judge(self, documents: int) -> tuple[FileStatus, str]:
        """A file without any interchange is unreadable; one from which something may be missing is damaged."""
        odd = "; ".join(self.odd)
        if not self.interchanges:
            return FileStatus.UNREADABLE, odd
        if self.damaged:
            return FileStatus.DAMAGED, odd
        return FileStatus.READ, odd or ("" if documents else "no documents in it")


def _describe_all(
    run: Run, file: StoredFile, tally: _Tally
) -> Iterator[tuple[NewDocument, tuple[Reference, ...]]]:
    """Each document with the numbers that lead to it."""
    for item in edi.read(run.store.open_payload(file.sha256)):
        if isinstance(item, Transaction):
            yield _describe(run, item), list_references(item)
        elif isinstance(item, Finding):
            tally.note(item)
        elif isinstance(item, Interchange):
            tally.interchanges += 1


def _describe(run: Run, transaction: Transaction) -> NewDocument:
    found = describe_document(run.link.name, transaction)
    partner = run.link.rules.find_partner(sender=found.sender, group_sender=found.group_sender)
    return found if partner is None else replace(found, partner_name=partner.name)
