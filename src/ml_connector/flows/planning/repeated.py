"""Documents that are no originals, and what stands under the same business key as they do."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from ml_connector.edi import NotReadable
from ml_connector.flows.contents import read_content
from ml_connector.flows.planning.cases import AnyCase, Case, Decision, Opened
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.told import Told
from ml_connector.flows.reading import DocumentReader
from ml_connector.flows.run import Basis
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping import admission, vendor_match
from ml_connector.mapping.claims import Claim, Found
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.purchasing_admission import find_test
from ml_connector.mapping.purposes import ANSWER, REPEATING, Sibling, judge_purpose
from ml_connector.mapping.rules import Meaning, Rules
from ml_connector.mapping.vendor_match import Match
from ml_connector.records.documents import StoredDocument
from ml_connector.records.keys import BusinessKey
from ml_connector.records.needs import Need
from ml_connector.records.status import Status

_RETURNING: Final = (Status.HELD, Status.FILED)  # what may have been no original


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatCase(Case[Match]):
    """A copy or a cancellation: nothing is made of it, so nothing is asked for but its vendor, for people to see."""

    def find_vendor(self) -> Vendor | None:
        return self.drafted.vendor if isinstance(self.drafted, Match) else None

    def draft(self, facts: Facts) -> Self:
        partner = self.opened.partner
        if partner is None:
            return self
        match = vendor_match.match_vendor(self.opened.document, partner, facts.rules, facts.reference)
        return replace(self, drafted=match)

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
        mine = self._find(case)
        if isinstance(made, Filed) or mine is None:
            return None
        judged = judge_purpose(mine, self._found[mine.stored.document.key])
        if judged is None or not (isinstance(judged, Need) or mine.is_addressed):
            return made if isinstance(case, RepeatCase) else None
        if isinstance(judged, Filed):
            return judged
        held = made if isinstance(made, Held) else Held(needs=(), comparison=made.comparison)
        needs = {str(need): need for need in (*held.needs, judged)}
        return replace(held, needs=tuple(needs.values()))

    def _find(self, case: AnyCase) -> Sibling | None:
        found = self._found.get(case.stored.document.key, ())
        return next((each for each in found if each.id == case.stored.id), None)


def find_cancelled(basis: Basis, opened: Sequence[AnyCase]) -> list[StoredDocument]:
    """What cancellations are about and waits as well: it is decided together with them."""
    cancelling = [
        each for each in opened if basis.link.rules.purposes.get(each.opened.purpose) is Meaning.CANCEL
    ]
    if not cancelling:
        return []
    deciding = {case.stored.id for case in opened}
    with basis.store.begin() as work:
        found = work.documents.find_earlier(
            [case.stored.document.key for case in cancelling], (), besides=deciding
        )
        planned = work.postings.list_planned(each.id for each in found)
    waiting = [each for each in found if each.status in {Status.READ, Status.HELD}]
    return [each for each in waiting if each.id not in planned]


def list_keys(cases: Iterable[AnyCase]) -> list[BusinessKey]:
    """Under which siblings are looked for; what has no number has none."""
    return [case.stored.document.key for case in cases if case.stored.document.key.number]


def read_siblings(
    basis: Basis, cases: Sequence[AnyCase], found: Iterable[StoredDocument], planned: Iterable[int]
) -> Siblings:
    """What stands under the same keys: the documents that are decided, and of those `found` in our record what may bear
    on them. Of the former, `planned` had a posting before.
    """
    rules, sent = basis.link.rules, set(planned)
    open_ = [_describe(case, rules, is_sent=case.stored.id in sent) for case in cases]
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


def _read_again(basis: Basis, documents: Sequence[StoredDocument]) -> Iterator[Sibling]:
    with basis.store.begin() as work:
        files = work.files.get({each.file_id for each in documents})
        planned = work.postings.list_planned(each.id for each in documents)
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
            is_sent=each.id in planned,
        )


def _find_addressing_needs(opened: Opened, rules: Rules) -> tuple[Need, ...]:
    return tuple(admission.find_addressing_needs(opened.transaction, opened.partner, rules))
