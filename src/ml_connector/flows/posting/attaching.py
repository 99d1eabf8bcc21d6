"""The EDI beside its record: attachments are created just before the request whose records name them.

An attachment's id is unique in Intacct and made of the document: whatever breaks in between, it is created once, and
one that is there is named again. It never keeps a record from being sent.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ml_connector.edi import NotReadable
from ml_connector.flows.posting.batches import share_out
from ml_connector.flows.posting.functions import name_attachment, takes_attachment
from ml_connector.flows.reading import DocumentReader
from ml_connector.flows.run import Run
from ml_connector.flows.verdicts import Verdict, judge_error
from ml_connector.intacct.errors import IntacctError, PermissionDenied, RequestRejected, Throttled
from ml_connector.intacct.writing.attachment import NewAttachment
from ml_connector.intacct.writing.call import Call
from ml_connector.mapping.attachments import find_obstacle, make_attachment
from ml_connector.mapping.rules.attachments import Attach
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.records.audit import Fact
from ml_connector.records.documents import NewDocument
from ml_connector.records.posting import StoredPosting

_UNCLEAR: Final = "Intacct gave no clear answer, and does not have it"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """An attachment that is to be created for a posting."""

    stored: StoredPosting
    attachment: NewAttachment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settled:
    """What came of an attachment: its id in Intacct, or why it is not there."""

    stored: StoredPosting
    attachment: str = ""
    unattached: str = ""


def count_transactions(run: Run) -> int:
    """How many API transactions a posting may cost."""
    return 2 if run.link.rules.attaches else 1


def attach(run: Run, batch: Sequence[StoredPosting]) -> Sequence[StoredPosting]:
    """The batch, its records naming their attachments, which are in Intacct by then.

    What came of each is stored first. Where one is refused or too large, its record goes without. Raises
    `intacct.errors` when Intacct takes nothing at all now, or cannot be asked.
    """
    settled: dict[int, StoredPosting] = {}
    if run.link.rules.attaches:
        prepared = [*_prepare(run, batch)]
        settled |= _store(run, [each for each in prepared if isinstance(each, _Settled)])
        wanted = (each for each in prepared if isinstance(each, _Wanted))
        for some in share_out(wanted, lambda each: each.attachment.size):
            settled |= _store(run, _create(run, some))
    return [_name(settled.get(stored.id, stored)) for stored in batch]


def _prepare(run: Run, batch: Iterable[StoredPosting]) -> Iterator[_Wanted | _Settled]:
    """What is to be attached to those of which it is still open, or why nothing can be."""
    still_open = [each for each in batch if not (each.attachment or each.unattached)]
    taking = [stored for stored in still_open if takes_attachment(stored.function)]
    with run.store.begin() as work:
        documents = work.documents.get([stored.document_id for stored in taking])
        files = work.files.get({document.file_id for document in documents.values()})
    payloads = run.store.open_payloads({file.sha256: file.length for file in files.values()})
    readers = {id_: DocumentReader(payloads[file.sha256]) for id_, file in files.items()}
    for stored in taking:
        document = documents[stored.document_id]
        chosen = _choose(run.link.rules, document.document)
        if chosen != "none":
            yield _make(run.link.rules, stored, document.document, readers[document.file_id], chosen)


def _choose(rules: Rules, document: NewDocument) -> Attach:
    partner = rules.find_partner(sender=document.sender, group_sender=document.group_sender)
    route = rules.find_route(set_code=document.set_code, partner=partner.name if partner is not None else "")
    return "none" if route is None else rules.choose_attach(route)


def _make(
    rules: Rules, stored: StoredPosting, document: NewDocument, reader: DocumentReader, chosen: Attach
) -> _Wanted | _Settled:
    try:
        excerpt = reader.write_excerpt(document)
    except NotReadable as error:
        return _Settled(stored=stored, unattached=str(error))
    attachment = make_attachment(document, excerpt, attach=chosen, rules=rules.attachments)
    obstacle = find_obstacle(attachment, rules.attachments)
    if obstacle:
        return _Settled(stored=stored, unattached=obstacle)
    return _Wanted(stored=stored, attachment=attachment)


def _create(run: Run, some: Sequence[_Wanted], *, again: bool = True) -> list[_Settled]:
    """Create them; what Intacct has not and gave no clear answer about is sent again, once."""
    failed = _send(run, some)
    there = _find(run, [each for each in some if each.stored.id in failed])
    settled: list[_Settled] = []
    unclear: list[_Wanted] = []
    for each in some:
        id_ = each.attachment.attachment_id
        said = "" if id_ in there else failed.get(each.stored.id, "")
        if not said:
            settled.append(_Settled(stored=each.stored, attachment=id_))
        elif said == _UNCLEAR and again:
            unclear.append(each)
        else:
            settled.append(_Settled(stored=each.stored, unattached=said))
    return settled + (_create(run, unclear, again=False) if unclear else [])


def _send(run: Run, some: Sequence[_Wanted]) -> dict[int, str]:
    """What Intacct says of those that it did not create, by posting. Raises `intacct.errors` when it takes nothing now."""
    ids = {each.stored.id: f"{each.stored.posting.control_id}:attachment" for each in some}
    calls = [Call(control_id=ids[each.stored.id], body=each.attachment) for each in some]
    try:
        with run.turn:
            results = run.finance.writing.write(calls, entity=some[0].stored.posting.target.entity)
    except IntacctError as error:
        return _judge(run, some, error)
    busy = next((result for result in results if result.throttled), None)
    if busy is not None:
        raise Throttled("Intacct is too busy for attachments", details=busy.errors)
    created = {result.control_id for result in results if result.status == "created"}
    words = {result.control_id: "; ".join(map(str, result.errors)) for result in results}
    return {id_: words.get(sent) or _UNCLEAR for id_, sent in ids.items() if sent not in created}


def _judge(run: Run, some: Sequence[_Wanted], error: IntacctError) -> dict[int, str]:
    """The same when nothing of the request was answered: the culprit of a refusal is found by halving."""
    verdict = judge_error(error)
    if verdict is Verdict.SPLIT and len(some) > 1:
        middle = len(some) // 2
        return _send(run, some[:middle]) | _send(run, some[middle:])
    if verdict not in {Verdict.SPLIT, Verdict.READ_BACK}:
        raise error
    said = str(error) if verdict is Verdict.SPLIT else _UNCLEAR
    return dict.fromkeys((each.stored.id for each in some), said)


def _find(run: Run, some: Sequence[_Wanted]) -> set[str]:
    """Which of them are in Intacct, by their ids, where they were created: what an entity has, the top level may not show.

    None where our user may not look: their records go without.
    """
    if not some:
        return set()
    ids = [each.attachment.attachment_id for each in some]
    entity = some[0].stored.posting.target.entity
    try:
        with run.turn:
            return {each.attachment_id for each in run.finance.writing.find_attachments(ids, entity=entity)}
    except (PermissionDenied, RequestRejected):
        return set()


def _store(run: Run, settled: Sequence[_Settled]) -> dict[int, StoredPosting]:
    """Keep what came of them; returns the postings as they are then, by their ids."""
    if not settled:
        return {}
    with run.store.begin() as work:
        for each in settled:
            work.postings.note_attachment(
                each.stored.id, attachment=each.attachment, unattached=each.unattached
            )
        work.audit.append([_tell(each) for each in settled])
    return {
        each.stored.id: replace(each.stored, attachment=each.attachment, unattached=each.unattached)
        for each in settled
    }


def _tell(settled: _Settled) -> Fact:
    record = f"document:{settled.stored.document_id}"
    if settled.attachment:
        return Fact(record=record, action="attached", detail={"attachment": settled.attachment})
    return Fact(record=record, action="not attached", detail={"reason": settled.unattached})


def _name(stored: StoredPosting) -> StoredPosting:
    if not stored.attachment:
        return stored
    functions = tuple(name_attachment(each, stored.attachment) for each in stored.posting.functions)
    return replace(stored, posting=replace(stored.posting, functions=functions))
