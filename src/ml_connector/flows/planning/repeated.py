"""Documents that are no originals, and what stands under the same business key as they do."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ml_connector.edi import NotReadable
from ml_connector.flows.contents import read_content
from ml_connector.flows.planning.cases import AnyCase, Decision, MatchedCase, Opened
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.outcome import CHANGED_GROUNDS
from ml_connector.flows.planning.told import Told
from ml_connector.flows.reading import DocumentReader
from ml_connector.flows.run import Basis
from ml_connector.mapping import admission
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.duplicates.claims import Claim, Found
from ml_connector.mapping.orders.purchasing_admission import find_test
from ml_connector.mapping.purposes import (
    ANSWER,
    REPEATING,
    Sibling,
    find_undone,
    judge_purpose,
    list_stopped,
)
from ml_connector.mapping.rules.rulebook import Meaning, Rules
from ml_connector.records.audit import AuditEntry
from ml_connector.records.documents import Move, StoredDocument
from ml_connector.records.keys import BusinessKey
from ml_connector.records.needs import Need
from ml_connector.records.status import Status
from ml_connector.store import Work

_STOPPING: Final = frozenset({Meaning.CANCEL, Meaning.REPLACE})
_RETURNING: Final = (Status.HELD, Status.FILED, Status.REJECTED)  # what may have been no original


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatCase(MatchedCase):
    """A copy or a cancellation: nothing is made of it, so nothing is asked for but its vendor, for people to see."""

    def decide(self, facts: Facts) -> Decision:
        filing = find_test(self.opened.transaction, facts.setting.mode)
        return (
            Filed(reason=filing) if filing else Held(needs=_find_addressing_needs(self.opened, facts.rules))
        )

    def judge_seen(self, claim: Claim, told: Told) -> Sequence[Found]:  # noqa: ARG002 (our record tells)
        return ()


def open_repeat(opened: Opened) -> RepeatCase:
    """The case of a copy or a cancellation."""
    return RepeatCase(opened=opened)


def is_repeat(opened: Opened, rules: Rules) -> bool:
    """Whether it is compared with our record only; a copy of an answer is compared with its order where that has none."""
    meaning = rules.purposes.get(opened.purpose)
    answers = meaning is Meaning.COMPARE and opened.stored.document.set_code == ANSWER
    return meaning in REPEATING and not answers


class Siblings:
    """Documents by their business key, with what they ask of us."""

    def __init__(self, siblings: Iterable[Sibling]) -> None:
        self._found: dict[BusinessKey, list[Sibling]] = {}
        for each in sorted(siblings, key=lambda each: each.id):
            self._found.setdefault(each.stored.document.key, []).append(each)

    def list_repeats(self) -> set[int]:
        """Those that make no record, and so never keep another one from being made."""
        return {each.id for some in self._found.values() for each in some if each.meaning in REPEATING}

    def judge(self, case: AnyCase, made: Decision) -> Decision | None:
        """What comes of it because of its purpose or that of others; None leaves it to its plan."""
        if isinstance(made, Filed):
            return None
        mine = self._find(case)
        judged = judge_purpose(mine, self._found[mine.stored.document.key])
        if judged is None or not (isinstance(judged, Need) or mine.is_addressed):
            return made if isinstance(case, RepeatCase) else None
        if isinstance(judged, Filed):
            return judged
        held = made if isinstance(made, Held) else Held(needs=(), comparison=made.comparison)
        needs = {str(need): need for need in (*held.needs, judged)}
        return replace(held, needs=tuple(needs.values()))

    def list_cancelled(self, cases: Iterable[AnyCase]) -> dict[int, StoredDocument]:
        """By cancellation among these, the one document that it is about, where it stands in Intacct."""
        mine = [self._find(case) for case in cases]
        found = {each.id: find_undone(each, self._found[each.stored.document.key]) for each in mine}
        return {id_: original.stored for id_, original in found.items() if original is not None}

    def list_stopped(self, case: AnyCase) -> frozenset[int]:
        """What goes no further because of it, and must be filed together with whatever comes of it."""
        mine = self._find(case)
        return list_stopped(mine, self._found[mine.stored.document.key])

    def _find(self, case: AnyCase) -> Sibling:
        """Every document that is decided is among its own siblings."""
        return next(each for each in self._found[case.stored.document.key] if each.id == case.stored.id)


def find_stopped(basis: Basis, opened: Sequence[AnyCase], *, recalls: bool) -> list[StoredDocument]:
    """What these may cancel or replace and waits as well: it is decided together with them.

    With `recalls`, what is ready and was never sent is called back for that, unless it is being sent by now.
    """
    stopping = [case for case in opened if _may_stop(case.opened, basis.link.rules)]
    if not stopping:
        return []
    deciding = {case.stored.id for case in opened}
    with basis.store.begin() as work:
        found = work.documents.find_earlier(list_keys(stopping), (), besides=deciding)
        back = _call_back(work, stopping, found) if recalls else set()
        read = back | {each.id for each in found if each.status is Status.READ}
        held = {each.id for each in found if each.status is Status.HELD}
        waiting = (read - work.postings.list_sent(read)) | (held - work.releases.list_for_a_person(held))
        return list(work.documents.get(sorted(waiting)).values())


def _may_stop(opened: Opened, rules: Rules) -> bool:
    meaning = rules.purposes.get(opened.purpose)
    return meaning in _STOPPING and not _find_addressing_needs(opened, rules)


def _call_back(work: Work, stopping: Iterable[AnyCase], found: Iterable[StoredDocument]) -> set[int]:
    """What is ready is decided anew with what came after it, so that nothing of it is sent meanwhile."""
    later = {case.stored.document.key: case.stored for case in stopping}
    ready = {each.id: later[each.document.key] for each in found if each.status is Status.READY}
    sent = work.postings.list_sent(ready)
    moves = [
        Move(id=id_, action="called back", reason=f"document #{by.id} cancels or replaces it")
        for id_, by in ready.items()
        if id_ not in sent and id_ < by.id
    ]
    return work.documents.move(moves, expect=Status.READY, to=Status.READ)


def list_keys(cases: Iterable[AnyCase]) -> list[BusinessKey]:
    """Under which siblings are looked for; what has no number has none."""
    return [case.stored.document.key for case in cases if case.stored.document.key.number]


def read_siblings(
    basis: Basis, cases: Sequence[AnyCase], found: Iterable[StoredDocument], sent: Collection[int]
) -> Siblings:
    """What stands under the same keys: the documents that are decided, and of those `found` in our record what may bear
    on them. Of the former, `sent` are in Intacct, or may be.
    """
    rules = basis.link.rules
    open_ = _mark_touched(basis, [_describe(case, rules, is_sent=case.stored.id in sent) for case in cases])
    keys = set(list_keys(cases))
    repeated = {each.stored.document.key for each in open_ if each.meaning is not Meaning.ORIGINAL}
    wanted = [each for each in found if each.document.key in keys]
    wanted = [each for each in wanted if each.status in _RETURNING or each.document.key in repeated]
    return Siblings([*open_, *(_read_again(basis, wanted) if wanted else ())])


def _describe(case: AnyCase, rules: Rules, *, is_sent: bool) -> Sibling:
    opened = case.opened
    return Sibling(
        stored=opened.stored,
        transaction=opened.transaction,
        purpose=opened.purpose,
        meaning=rules.purposes.get(opened.purpose),
        is_addressed=not _find_addressing_needs(opened, rules),
        is_sent=is_sent,
        is_open=not is_sent,
    )


def _mark_touched(basis: Basis, siblings: Sequence[Sibling]) -> list[Sibling]:
    """The same, with those that a person has let go before, where something is to take their place."""
    replacing = {each.stored.document.key for each in siblings if each.meaning is Meaning.REPLACE}
    about = [each.id for each in siblings if each.stored.document.key in replacing and each.is_original]
    if len(about) == len(replacing):
        return [*siblings]  # nothing is here but what replaces
    with basis.store.begin() as work:
        trails = {id_: work.audit.list(f"document:{id_}") for id_ in about}
    touched = {id_ for id_, trail in trails.items() if any(map(_is_by_person, trail))}
    return [replace(each, is_touched=each.id in touched) for each in siblings]


def _is_by_person(entry: AuditEntry) -> bool:
    return entry.action in {"released", "reopened"} and entry.detail["reason"] != CHANGED_GROUNDS


def _read_again(basis: Basis, documents: Sequence[StoredDocument]) -> Iterator[Sibling]:
    with basis.store.begin() as work:
        files = work.files.get({each.file_id for each in documents})
        sent = work.postings.list_sent(each.id for each in documents)
    readers = {id_: DocumentReader(basis.store.open_payload(file.sha256)) for id_, file in files.items()}
    for each in documents:
        try:
            transaction = readers[each.file_id].reread(each.document)
        except NotReadable:
            continue  # no document any more, as its own plan says
        purpose = getattr(read_content(transaction).document, "purpose", "")
        yield Sibling(
            stored=each,
            transaction=transaction,
            purpose=purpose,
            meaning=basis.link.rules.purposes.get(purpose),
            is_sent=each.id in sent,
        )


def _find_addressing_needs(opened: Opened, rules: Rules) -> tuple[Need, ...]:
    return tuple(admission.find_addressing_needs(opened.transaction, opened.partner, rules))
