"""Our copy of Intacct's reference is published to Cleo as files. Read top to bottom, for each table and form:

    settle what an earlier run left → decide what is due → render and record → upload

A file is recorded with its bytes before it is sent. While it is not known that Cleo has it, nothing newer of its
table is sent, and what is sent again is the same file: so a table in Cleo only ever moves forward.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Final, Literal

from ml_connector.cleo.errors import Ambiguous, CleoError, CredentialsRefused, FolderMissing, Unavailable
from ml_connector.cleo.objects import Folder, RemoteFile
from ml_connector.flows.publishing.rows import list_delta, list_full
from ml_connector.flows.run import Form, PublishFacts, Run, Trouble
from ml_connector.intacct.errors import IntacctError
from ml_connector.mapping.reference.delimited import render_csv, render_json_lines
from ml_connector.mapping.reference.sheets import Cells, Sheet
from ml_connector.records.publications import (
    ActionStatus,
    NewPublication,
    PublicationStatus,
    StoredPublication,
)

_AWAY: Final = (Unavailable, Ambiguous, CredentialsRefused, FolderMissing)
_DAY: Final = timedelta(days=1)  # other EDI ids in cross-references come so soon: there may be many in a day
_SECOND: Final = timedelta(seconds=1)  # file names tell times to the second
Extent = Literal["full", "delta"]


def publish(run: Run, *, tables: Iterable[str] | None = None) -> None:
    """Publish what is due of these tables, or of all; what stood in the way is in `run.troubles`."""
    facts = run.link.publish
    if facts is None:
        return
    wanted = None if tables is None else set(tables)
    parts = [
        (sheet, form)
        for sheet in facts.sheets
        if wanted is None or sheet.name in wanted
        for form in facts.forms
    ]
    for done, (sheet, form) in enumerate(parts):
        run.report("publish", done, len(parts))
        try:
            _publish_table(run, facts, sheet, form)
        except IntacctError as error:
            run.troubles.append(Trouble(step="publish", system="intacct", message=str(error)))
            return
        except CleoError as error:
            run.troubles.append(Trouble(step="publish", system="cleo", message=str(error)))
            if isinstance(error, _AWAY):
                return  # the other tables would fare the same; all of them wait for the next run
    run.report("publish", len(parts), len(parts))


def decide(
    last: StoredPublication | None,
    *,
    last_full: datetime | None,
    newest: int,
    shape: str,
    now: datetime,
    full_every: timedelta,
) -> Extent | None:
    """What is due of a table: all of it the first time, after its shape has changed and now and then; else changes."""
    if last is None or last_full is None or last.new.shape != shape or now - last_full >= full_every:
        return "full"
    return "delta" if newest > last.new.upto_version else None


def _publish_table(run: Run, facts: PublishFacts, sheet: Sheet, form: Form) -> None:
    """Raises `cleo.errors` and `intacct.errors`."""
    link = run.link.name
    with run.store.begin() as work:
        last = work.publications.newest(link, sheet.name, form)
        last_full = work.publications.find_full(link, sheet.name, form)
        newest = work.reference.newest(run.link.company)
    if last is not None and last.status is PublicationStatus.PREPARED and not settle(run, facts, last):
        return
    if newest is None:
        return
    same_ids = last is None or sheet.adds_same_ids(last.new.selection)
    shape = sheet.digest(form=form, folder=facts.folder, guarded=facts.guarded)
    extent = decide(
        last,
        last_full=last_full,
        newest=newest[0],
        shape=shape,
        now=run.clock(),
        full_every=facts.full_every if same_ids else min(facts.full_every, _DAY),
    )
    if extent is None:
        return
    prepared = _Rendering(run, facts, sheet, form, last).prepare(extent, upto=newest[0], shape=shape)
    if prepared is not None:
        _upload(run, facts, *prepared)


def settle(run: Run, facts: PublishFacts, waiting: StoredPublication) -> bool:
    """Find out whether Cleo has a file that was recorded, and send it if not. Returns whether Cleo has it now.

    Raises `cleo.errors` when Cleo cannot be asked, or did not take the file.
    """
    with run.store.begin() as work:
        if not work.publications.take(waiting.id):
            return False
    with _noting_failure(run, waiting.id):
        folder = run.mailbox.find_folder(facts.folder)
        there = run.mailbox.find_file(folder, waiting.new.file)
        if there is None:
            there = _send(run, waiting.new, folder)
    if there.length not in {None, waiting.new.length}:
        reason = (
            f"{waiting.new.file} is in {facts.folder} with {there.length} bytes instead of {waiting.new.length}; "
            "remove it there, and the next run sends it again"
        )
        _note_failure(run, waiting.id, reason)
        run.troubles.append(Trouble(step="publish", system="cleo", message=reason))
        return False
    _note_published(run, facts, waiting.id, there)
    return True


def _upload(run: Run, facts: PublishFacts, id_: int, new: NewPublication) -> None:
    """Raises `cleo.errors`."""
    with _noting_failure(run, id_):
        kept = _send(run, new, run.mailbox.find_folder(facts.folder))
    _note_published(run, facts, id_, kept)


def _send(run: Run, new: NewPublication, folder: Folder) -> RemoteFile:
    """One upload; when its outcome is unclear the folder tells. Raises `cleo.errors`."""
    try:
        return run.mailbox.upload(
            folder,
            name=new.file,
            pieces=lambda: iter(run.store.open_payload(new.sha256)),
            length=new.length,
        )
    except Ambiguous:
        with suppress(CleoError):  # the trouble to tell of is that of the upload; the next run looks again
            found = run.mailbox.find_file(folder, new.file)
            if found is not None and found.length == new.length:
                return found
        raise


@contextmanager
def _noting_failure(run: Run, id_: int) -> Iterator[None]:
    try:
        yield
    except CleoError as error:
        _note_failure(run, id_, str(error))
        raise


def _note_published(run: Run, facts: PublishFacts, id_: int, kept: RemoteFile) -> None:
    action = ActionStatus.DUE if facts.run_action else ActionStatus.NONE
    with run.store.begin() as work:
        work.publications.publish(id_, remote_id=kept.id, action=action)


def _note_failure(run: Run, id_: int, reason: str) -> None:
    with run.store.begin() as work:
        work.publications.note_failure(id_, reason)


@dataclass(slots=True)
class _Tally:
    upserts: int = 0
    deletes: int = 0

    def count(self, rows: Iterator[Cells]) -> Iterator[Cells]:
        for row in rows:
            if row[-1] == "delete":
                self.deletes += 1
            else:
                self.upserts += 1
            yield row


@dataclass(frozen=True, slots=True)
class _Rendering:
    """A file of one table in one form, after the one published last."""

    run: Run
    facts: PublishFacts
    sheet: Sheet
    form: Form
    last: StoredPublication | None

    def prepare(self, extent: Extent, *, upto: int, shape: str) -> tuple[int, NewPublication] | None:
        """Store the bytes and record the file; None when nothing is to be told. Raises `intacct.errors`."""
        tally = _Tally()
        rows = tally.count(self._list_rows(extent, upto))
        first = next(rows, None)
        if first is None:
            self._extend(upto)
            return None
        kept = self.run.store.keep(self._render(chain([first], rows)))
        base = self.last.new if extent == "delta" and self.last else None
        new = NewPublication(
            link=self.run.link.name,
            kind=self.sheet.name,
            form=self.form,
            from_version=base.upto_version if base else None,
            upto_version=upto,
            shape=shape,
            selection=base.selection
            if base
            else self.sheet.selection,  # its EDI ids are those of the last full one
            file=self._name(extent),
            length=kept.length,
            sha256=kept.sha256,
            upserts=tally.upserts,
            deletes=tally.deletes,
        )
        with self.run.store.begin() as work:
            id_ = work.publications.prepare(new, after=self.last.id if self.last else None)
        return None if id_ is None else (id_, new)  # another process was quicker

    def _list_rows(self, extent: Extent, upto: int) -> Iterator[Cells]:
        if extent == "delta" and self.last is not None:
            return list_delta(self.run, self.sheet, after=self.last.new.upto_version, upto=upto)
        was = self.sheet.select(self.last.new.selection) if self.last else self.sheet
        known = self.last.new.upto_version if self.last else None
        return list_full(self.run, self.sheet, version=upto, was=was, known=known)

    def _render(self, rows: Iterable[Cells]) -> Iterator[bytes]:
        if self.form == "csv":
            return render_csv(self.sheet.header, rows, guarded=self.facts.guarded)
        return render_json_lines(self.sheet.header, rows)

    def _name(self, extent: Extent) -> str:
        """Names of a table's files are in the order of their making, also when the clock is set back."""
        at = self.run.clock().astimezone(UTC)
        if self.last is not None:
            at = max(at, self.last.at + _SECOND)
        return f"{self.sheet.file}_{at:%Y%m%dT%H%M%SZ}_{extent}.{self.form}"

    def _extend(self, upto: int) -> None:
        if self.last is not None:
            with self.run.store.begin() as work:
                work.publications.extend(self.last.id, upto=upto)
