"""Hold and release: what is held goes by itself once what it waited for is there, and exactly that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ml_connector.flows.planning import Outcome
from ml_connector.flows.run import Basis
from ml_connector.mapping.duplicates import is_on_its_way
from ml_connector.mapping.keys import spell_keys
from ml_connector.records.documents import Filter, Move, StoredDocument
from ml_connector.records.needs import Need
from ml_connector.records.status import Status
from ml_connector.store import Work
from ml_connector.store.releases import Code, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Plannable:
    """What is to be decided now."""

    ids: Sequence[int]  #: the first to be paid first
    version: int  #: of the company's reference
    mark: Mark  #: what every held document will have been looked at up to, once these are decided


def list_plannable(basis: Basis) -> Plannable | None:
    """The documents to be decided now: those just read, and those held whose grounds have changed.

    A document that was refused by Intacct, or ever sent, is never among them by itself: that is for a person. None
    before anything is known of Intacct.
    """
    link = basis.link
    with basis.store.begin() as work:
        reference = work.reference.newest(link.company)
        rules = work.rules.find_newest(link.name)
        if reference is None or rules is None:
            return None
        fresh = work.documents.list_ids(link.name, Filter(statuses=frozenset({Status.READ})))
        held = work.releases.list_due(
            link.name,
            link.company,
            reference=reference[0],
            files=rules.files,
            codes=_list_codes(work, link.name, link.rules_version),
        )
    mark = Mark(reference=reference[0], rules=link.rules_version)
    return Plannable(ids=(*fresh, *held), version=reference[0], mark=mark)


def _list_codes(work: Work, link: str, upto: int) -> list[Code]:
    """What has begun or ended among the cross-references since the held documents were last looked at."""
    after = work.releases.read_mark(link).rules
    return [
        Code(kind=kind, name=name, partner=stored.xref.partner, version=version)
        for stored in work.xref.list_changes(link, after=after, upto=upto)
        for kind, name in spell_keys(stored.xref)
        for version in (stored.valid_from, stored.valid_to)
        if version is not None and after < version <= upto
    ]


def note_looked_at(basis: Basis, plannable: Plannable) -> None:
    """Once all of it was decided: what changed up to here need not be compared with held documents again."""
    with basis.store.begin() as work:
        work.releases.set_mark(basis.link.name, plannable.mark)


def store_outcome(basis: Basis, outcome: Outcome, *, version: int) -> None:
    """Store what was decided. A held document for which nothing has changed stays as it is, without an entry."""
    rules = basis.link.rules_version
    with basis.store.begin() as work:
        stands = work.documents.get(move.id for moves in outcome.moves.values() for move in moves)
        outcome = _hold_repeated(work, outcome, stands)
        decided = {move.id for moves in outcome.moves.values() for move in moves}
        stands = {
            id_: stands[id_] for id_ in decided & stands.keys() if not _is_newer(stands[id_], rules, version)
        }
        held = {id_ for id_, each in stands.items() if each.status is Status.HELD}
        held -= work.postings.newest(
            held, reasons=False
        ).keys()  # another process got further and had to hold it
        before = work.needs.list_open(held)
        changed = {id_ for id_ in held if _name(before.get(id_, ())) != _name(outcome.needs.get(id_, ()))}
        work.documents.pin(held - changed, rules=rules, reference=version)
        _release(work, changed, reason="what it rests on has changed since it was held")
        read = {id_ for id_, each in stands.items() if each.status is Status.READ}
        _move_on(work, outcome, read | changed)
        work.needs.remember({id_: keys for id_, keys in outcome.asked.items() if id_ in read | held})
        work.releases.lower_mark(basis.link.name, Mark(reference=version, rules=rules))


def _is_newer(document: StoredDocument, rules: int, reference: int) -> bool:
    """Whether another process has held a document with newer grounds meanwhile: its decision counts."""
    planned = (document.planned_rules or 0, document.planned_reference or 0)
    return document.status is Status.HELD and (planned[0] > rules or planned[1] > reference)


def _move_on(work: Work, outcome: Outcome, ids: set[int]) -> None:
    """Move what is `read` by now, with the postings and needs that belong to it."""
    bodies = work.postings.add([(id_, posting) for id_, posting in outcome.postings if id_ in ids])
    for to, moves in outcome.moves.items():
        told = [
            replace(move, detail={**move.detail, "body_sha256": bodies[move.id]})
            if move.id in bodies
            else move
            for move in moves
            if move.id in ids
        ]
        work.documents.move(told, expect=Status.READ, to=to)
    work.needs.add({id_: needs for id_, needs in outcome.needs.items() if id_ in ids})


def _hold_repeated(work: Work, outcome: Outcome, stands: Mapping[int, StoredDocument]) -> Outcome:
    """What was decided, but nothing that is on its way to Intacct already.

    Another run may have planned the same invoice in the meantime, under another sender or for another link to
    the same company. What it has planned of ours is left to it; the same invoice in another document is held.
    """
    used = work.postings.find_used(posting.control_id for _, posting in outcome.postings)
    taken = {id_: used[posting.control_id] for id_, posting in outcome.postings if posting.control_id in used}
    again = work.postings.newest((id_ for id_, other in taken.items() if id_ == other), reasons=False)
    rivals = {id_: other for id_, other in taken.items() if id_ != other or again[id_].refusal}
    rivals |= _find_rivals(work, outcome, stands)
    moves = {to: [move for move in some if move.id not in rivals] for to, some in outcome.moves.items()}
    needs = dict(outcome.needs)
    for move in outcome.moves.get(Status.READY, []):
        rival = rivals.get(move.id, move.id)
        if rival != move.id:
            reason = (
                f"the same invoice is on its way to this company as document #{rival}; reject one of the two"
            )
            needs[move.id] = (Need(kind="duplicate", subject=f"document/{rival}", reason=reason),)
            moves.setdefault(Status.HELD, []).append(replace(move, action="held", reason=reason))
    postings = [(id_, posting) for id_, posting in outcome.postings if id_ not in rivals]
    return replace(outcome, moves=moves, postings=postings, needs=needs)


def _find_rivals(work: Work, outcome: Outcome, stands: Mapping[int, StoredDocument]) -> dict[int, int]:
    """Which of the documents to be made ready have a rival under the same vendor and number, by its id."""
    vendors = {move.id: move.vendor or "" for move in outcome.moves.get(Status.READY, [])}
    documents = {id_: stands[id_] for id_ in vendors if id_ in stands}
    keys = [(vendors[id_], document.document.key) for id_, document in documents.items()]
    others: dict[str, list[StoredDocument]] = {}
    for other in work.documents.find_earlier([], keys, besides=documents):
        others.setdefault(other.document.key.number, []).append(other)
    found = {
        id_: is_on_its_way(vendors[id_], document, others.get(document.document.key.number, ()))
        for id_, document in documents.items()
    }
    return {id_: rival.id for id_, rival in found.items() if rival is not None}


def _release(work: Work, ids: set[int], *, reason: str, by: str = "") -> set[int]:
    moves = [Move(id=id_, action="released", reason=reason, by=by) for id_ in sorted(ids)]
    released = work.documents.move(moves, expect=Status.HELD, to=Status.READ)
    work.needs.meet(released)
    return released


def _name(needs: Sequence[Need]) -> list[str]:
    return sorted(str(need) for need in needs)
