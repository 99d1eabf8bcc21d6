"""What Cleo knows of trading partners comes to us: lists of partners in a folder, and its connections.

    receive → read → compare; then what was left open before is compared again

Intacct and the rules count. What Cleo says besides becomes a cross-reference that waits for a person, and what
nobody of ours answers to is shown as missing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import islice
from typing import Final

from ml_connector.cleo.errors import CleoError
from ml_connector.flows.receiving import receive
from ml_connector.flows.reference.rows import restore_record
from ml_connector.flows.run import PartnersFacts, Run, Trouble
from ml_connector.mapping.reference.slice import Slice
from ml_connector.mapping.vendors.cleo_partners import (
    Form,
    KnownPartners,
    judge_partner,
    list_asked,
    read_partners,
)
from ml_connector.records.documents import StoredFile
from ml_connector.records.partners import JudgedPartner, PartnerFacts, PartnerStatus
from ml_connector.records.status import FileStatus
from ml_connector.records.xref import CrossReference, XrefStatus

_OVER: Final = frozenset({XrefStatus.DECLINED, XrefStatus.ENDED})
_AT_ONCE: Final = 500  # partners in one transaction
_JSON: Final = (".jsonl", ".ndjson", ".json")
_BOM: Final = b"\xef\xbb\xbf"


def collect_partners(run: Run) -> None:
    """Take what Cleo says of partners; what stood in the way is in `run.troubles`."""
    facts = run.link.partners
    if facts is None:
        return
    with run.store.begin() as work:
        newest = work.reference.newest(run.link.company)
        known = work.xref.list(run.link.name)
    if newest is None:
        return  # nothing is known of Intacct yet to compare with; fetching it has left its trouble
    receive(replace(run, link=replace(run.link, inbound=facts.folder, archive=facts.archive)))
    comparison = _Comparison(
        run=run,
        version=newest[0],
        rules=KnownPartners.of(
            run.link.rules, [each.xref for each in known if each.status is XrefStatus.ACTIVE]
        ),
        declined=frozenset(each.xref for each in known if each.status in _OVER),
    )
    comparison.repeat()
    for file in _list_received(run, facts):
        _read_list(comparison, file)
    if facts.connections:
        _read_connections(comparison, facts)


def _list_received(run: Run, facts: PartnersFacts) -> Sequence[StoredFile]:
    with run.store.begin() as work:
        received = work.files.list(run.link.name, status=FileStatus.RECEIVED)
    return [file for file in received if file.origin.folder == facts.folder]


def _read_list(comparison: "_Comparison", file: StoredFile) -> None:
    """Compare every row of a list; a file of EDI that got there is left to be read as such."""
    payload = comparison.run.store.open_payload(file.sha256)
    if payload.read(0, 100).removeprefix(_BOM).lstrip().startswith(b"ISA"):
        return
    form: Form = "jsonl" if file.origin.name.casefold().endswith(_JSON) else "csv"
    rows = read_partners(payload, form=form)
    found = bad = 0
    while part := list(islice(rows, _AT_ONCE)):
        judged = [each for each in part if isinstance(each, JudgedPartner)]
        comparison.note([_place(each, file) for each in judged])
        comparison.compare([each for each in part if isinstance(each, PartnerFacts)], file=file)
        found, bad = found + len(part), bad + len(judged)
    reason = f"{bad} of {found} rows cannot be used; see: ml-connector report partners" if bad else ""
    with comparison.run.store.begin() as work:
        work.partners.forget_bad(comparison.run.link.name, before=file.id, name=file.origin.name)
        work.files.finish(file.id, to=FileStatus.LISTED, reason=reason, documents=0)


def _place(bad: JudgedPartner, file: StoredFile) -> JudgedPartner:
    """A bad row under a key of its own, with its file."""
    facts = replace(bad.facts, key=f"file {file.id} line {bad.facts.line}", name=file.origin.name)
    return replace(bad, facts=facts, file_id=file.id)


def _read_connections(comparison: "_Comparison", facts: PartnersFacts) -> None:
    run = comparison.run
    try:
        known = run.mailbox.list_connections()
    except CleoError as error:
        run.troubles.append(Trouble(step="partners", system="cleo", message=str(error)))
        return
    found = [
        PartnerFacts(origin="connection", key=each.id, name=each.alias, vendor=each.external_id)
        for each in known
        if not any(fnmatchcase(each.alias.casefold(), pattern.casefold()) for pattern in facts.ignore)
    ]
    walk = iter(found)
    while part := list(islice(walk, _AT_ONCE)):
        comparison.compare(part)
    with run.store.begin() as work:
        work.partners.keep_only(run.link.name, "connection", [each.key for each in found])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """Partners compared with one version of our copy and of the rules."""

    run: Run
    version: int
    rules: KnownPartners
    declined: frozenset[CrossReference]  #: a person has said no to them, or ended them

    def compare(self, found: Sequence[PartnerFacts], *, file: StoredFile | None = None) -> None:
        """Judge these partners, keep what there is to say, and prepare the cross-references they make."""
        known = self._look_up(found)
        judged: list[JudgedPartner] = []
        prepared: list[CrossReference] = []
        for facts in found:
            verdict, reference = judge_partner(facts, self.rules, known)
            if reference is not None and reference in self.declined:
                verdict, reference = replace(verdict, status=PartnerStatus.MATCHED), None
            judged.append(replace(verdict, file_id=None if file is None else file.id))
            prepared += [reference] if reference is not None else []
        origin = "Cleo" if file is None else f"Cleo, {file.origin.name}"
        with self.run.store.begin() as work:
            work.partners.note(self.run.link.name, judged)
            work.xref.prepare(self.run.link.name, prepared, by=origin[:120], origin=origin)

    def note(self, judged: Sequence[JudgedPartner]) -> None:
        if judged:
            with self.run.store.begin() as work:
                work.partners.note(self.run.link.name, judged)

    def repeat(self) -> None:
        """Compare again what was left open by earlier runs."""
        for page in self._list_open():
            with self.run.store.begin() as work:
                files = work.files.get({each.file_id for each in page if each.file_id is not None})
            for file_id in dict.fromkeys(each.file_id for each in page):
                mine = [each.facts for each in page if each.file_id == file_id]
                self.compare(mine, file=files.get(file_id) if file_id is not None else None)

    def _list_open(self) -> Iterator[list[JudgedPartner]]:
        after = 0
        while True:
            with self.run.store.begin() as work:
                page = work.partners.list(self.run.link.name, after=after, limit=_AT_ONCE)
            if not page:
                return
            yield [each.judged for each in page if each.judged.status is not PartnerStatus.BAD]
            after = page[-1].id

    def _look_up(self, found: Sequence[PartnerFacts]) -> Slice:
        asked = [each for facts in found for each in list_asked(facts)]
        with self.run.store.begin() as work:
            rows = work.reference.slice(self.run.link.company, self.version, asked)
        records = {place: [restore_record(row) for row in group] for place, group in rows.items()}
        return Slice(version=self.version, found=records)
