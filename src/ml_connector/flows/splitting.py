"""Received files become documents, some hundred in memory at a time however long a file is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from ml_connector import edi
from ml_connector.edi import Code, Finding, Interchange, InterchangeAnswer, Transaction
from ml_connector.flows.reading import describe_document
from ml_connector.flows.run import Run
from ml_connector.mapping.answers_received import describe_envelope
from ml_connector.mapping.references import list_references
from ml_connector.records.documents import NewDocument, ReadFile, StoredFile
from ml_connector.records.references import Reference
from ml_connector.records.status import FileStatus
from ml_connector.store.payloads import PayloadReader

_INCOMPLETE: Final = frozenset({Code.GE_MISSING, Code.IEA_MISSING, Code.GE01_COUNT, Code.IEA01_COUNT})
"""Findings of a file after which documents may be missing from it."""
_STORE_AT_ONCE: Final = 500  # documents in one transaction, which shall not last over a second
_READ_AT_ONCE: Final = 1 << 20  # bytes of files that are short
_MOST_TOLD: Final = 5


def split_files(run: Run, files: Sequence[StoredFile]) -> None:
    """Store the documents of each file, and say of the file what it is; what is small is stored together."""
    sheaf = _Sheaf(run=run)
    for done, (file, payload) in enumerate(_open_all(run, files)):
        run.report("read", done, len(files))
        tally = _Tally()
        described = _describe_all(run, payload, tally)
        found = 0
        while part := list(islice(described, sheaf.room)):
            found += len(part)
            sheaf.add(file.id, part)
        status, reason = tally.judge(found)
        sheaf.finish(ReadFile(id=file.id, status=status, reason=reason, documents=found))
    sheaf.store()
    run.report("read", len(files), len(files))


@dataclass(slots=True, kw_only=True)
class _Sheaf:
    """Documents of one file or of several, which one transaction stores."""

    run: Run
    documents: dict[int, list[NewDocument]] = field(default_factory=dict)  #: by file
    references: dict[tuple[int, int], tuple[Reference, ...]] = field(default_factory=dict)
    read: list[ReadFile] = field(default_factory=list)

    @property
    def room(self) -> int:
        """For so many documents, and files that are finished."""
        return _STORE_AT_ONCE - len(self.references) - len(self.read)

    def add(self, file_id: int, found: Sequence[tuple[NewDocument, tuple[Reference, ...]]]) -> None:
        """Documents of a file, no more than there is room for."""
        self.documents.setdefault(file_id, []).extend(document for document, _ in found)
        self.references |= {(file_id, document.index): named for document, named in found}
        self._make_room()

    def finish(self, file: ReadFile) -> None:
        """Those were all documents of the file."""
        self.read.append(file)
        self._make_room()

    def _make_room(self) -> None:
        if not self.room:
            self.store()

    def store(self) -> None:
        if not self.documents and not self.read:
            return
        with self.run.store.begin() as work:
            work.documents.add_all(self.documents)
            work.references.add_all(self.references)
            work.files.finish_all(self.read)
        self.documents, self.references, self.read = {}, {}, []


@dataclass(slots=True)
class _Tally:
    """What of a file bears on the whole of it."""

    interchanges: int = 0
    answers: list[str] = field(
        default_factory=list
    )  #: what became of envelopes (TA1), as long as it is short
    damaged: bool = False
    odd: list[str] = field(
        default_factory=list
    )  #: the first findings; of a long file there may be any number

    def note(self, finding: Finding) -> None:
        self.damaged = self.damaged or finding.severity != "note" or finding.code in _INCOMPLETE
        if len(self.odd) < _MOST_TOLD:
            self.odd.append(f"{finding.code}: {finding.message}")

    def take(self, answer: InterchangeAnswer) -> None:
        if len(self.answers) < _MOST_TOLD:
            self.answers.append(describe_envelope(answer))

    def judge(self, documents: int) -> tuple[FileStatus, str]:
        """A file without any interchange is unreadable; one from which something may be missing is damaged."""
        odd = "; ".join([*self.answers, *self.odd])
        if not self.interchanges:
            return FileStatus.UNREADABLE, odd
        if self.damaged:
            return FileStatus.DAMAGED, odd
        return FileStatus.READ, odd or ("" if documents else "no documents in it")


def _open_all(run: Run, files: Sequence[StoredFile]) -> Iterator[tuple[StoredFile, PayloadReader]]:
    """Each with its bytes, in their order; small ones are read together."""
    for lot in _divide(files):
        payloads = run.store.open_payloads({file.sha256: file.length for file in lot})
        for file in lot:
            yield file, payloads[file.sha256]


def _divide(files: Sequence[StoredFile]) -> Iterator[Sequence[StoredFile]]:
    """As many at a time as may lie in memory."""
    first, length = 0, 0
    for n, file in enumerate(files):
        length += file.length
        if n > first and length > _READ_AT_ONCE:
            yield files[first:n]
            first, length = n, file.length
    yield files[first:]


def _describe_all(
    run: Run, payload: PayloadReader, tally: _Tally
) -> Iterator[tuple[NewDocument, tuple[Reference, ...]]]:
    """Each document with the numbers that lead to it."""
    for item in edi.read(payload):
        if isinstance(item, Transaction):
            yield _describe(run, item), list_references(item)
        elif isinstance(item, Finding):
            tally.note(item)
        elif isinstance(item, Interchange):
            tally.interchanges += 1
        else:
            tally.take(item)


def _describe(run: Run, transaction: Transaction) -> NewDocument:
    found = describe_document(run.link.name, transaction)
    partner = run.link.rules.find_partner(sender=found.sender, group_sender=found.group_sender)
    return found if partner is None else replace(found, partner_name=partner.name)
