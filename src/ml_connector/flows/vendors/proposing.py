"""What could be created for each unmet need for a vendor, as of now: proposals are made anew whenever they are asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ml_connector.edi import NotReadable
from ml_connector.flows.contents import read_content
from ml_connector.flows.reading import DocumentReader
from ml_connector.flows.reference.rows import restore_record
from ml_connector.flows.run import Basis
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.answers import ask_for
from ml_connector.mapping.reference.slice import VENDOR
from ml_connector.mapping.rules.rulebook import Partner, Rules
from ml_connector.mapping.rules.vendors import Policy
from ml_connector.mapping.vendors.new_vendor import Proposal, find_seller, propose_vendor, spell_code
from ml_connector.mapping.vendors.vendor_clues import Trading, normalise_name
from ml_connector.mapping.vendors.vendor_likeness import find_alike
from ml_connector.records.additions import StoredAddition
from ml_connector.records.documents import Filter, StoredDocument
from ml_connector.records.needs import Need, NeedSum
from ml_connector.records.reference import ReferenceRow
from ml_connector.records.status import Status

_BOUND: Final = "partner_vendor"
_COMPARED: Final = 50  # documents of a need whose sellers are to be called the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What could be created to meet a need, and what became of that so far."""

    need: str
    document_id: int  #: the first that waits for it
    policy: Policy
    proposal: Proposal | str  #: or why there can be none
    bound: str = ""  #: a vendor of Intacct that it is found to be, and that the partner may not trade for
    addition: StoredAddition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    need: str
    sample: int
    partner: Partner
    code: str  #: empty where the document is to tell it
    bound: str = ""


def list_proposed(basis: Basis, sums: Sequence[NeedSum] | None = None) -> list[Proposed]:
    """A proposal for each of these needs, or of all unmet ones, that the partner's policy allows one for."""
    rules = basis.link.rules
    if all(rules.choose_policy(partner) == "hold" for partner in rules.partners):
        return []
    if sums is None:
        with basis.store.begin() as work:
            sums = work.needs.sum_up(basis.link.name, today=basis.clock().date())
    asked = list(_list_asked(rules, sums))
    documents = _read_documents(basis, [each.sample for each in asked])
    made = [
        Proposed(
            need=each.need,
            document_id=each.sample,
            policy=rules.choose_policy(each.partner),
            proposal=_propose(basis, each, documents.get(each.sample)),
            bound=each.bound,
        )
        for each in asked
    ]
    return _add_doubts(basis, made)


def _list_asked(rules: Rules, sums: Sequence[NeedSum]) -> Iterator[_Asked]:
    """The needs for a vendor, or to trade for one, each with the first document that waits for it."""
    names = [partner.name for partner in rules.partners]
    partners = {partner.name: partner for partner in rules.partners if rules.choose_policy(partner) != "hold"}
    samples: dict[tuple[str, str], int] = {}
    for each in sums:
        place = (each.kind, each.subject)
        samples[place] = min(each.sample, samples.get(place, each.sample))
    for (kind, subject), sample in samples.items():
        need = f"{kind}:{subject}"
        question = ask_for(need, names) if kind == VENDOR else None
        name, _, bound = subject.rpartition("/") if kind == _BOUND else ("", "", "")
        if question is not None and question.partner in partners:
            partner = partners[question.partner]
            yield _Asked(need=need, sample=sample, partner=partner, code=question.code)
        elif name in partners:
            yield _Asked(need=need, sample=sample, partner=partners[name], code="", bound=bound)


def _propose(basis: Basis, asked: _Asked, document: Trading | None) -> Proposal | str:
    if document is None:
        return "the document cannot be read any more"
    code = asked.code or spell_code(document)
    made = propose_vendor(document, asked.partner, code, rules=basis.link.rules, company=basis.link.company)
    if isinstance(made, str):
        return made
    wanted = Filter(statuses=frozenset({Status.HELD}), need=asked.need)
    with basis.store.begin() as work:
        ids = work.documents.list_ids(basis.link.name, wanted)[:_COMPARED]
        needs = work.needs.list_open(ids)
    others = [[each for each in some if str(each) != asked.need] for some in needs.values()]
    return replace(made, doubts=(*made.doubts, *_object(others), *_compare_waiting(basis, ids, made)))


def _object(others: Sequence[Sequence[Need]]) -> Iterator[str]:
    """Whether something else is wrong with each document that waits for it: it may not be meant for us, or be read wrong."""
    if others and all(others):
        yield f"what waits for it is held besides: {others[0][0].reason}"


def _compare_waiting(basis: Basis, ids: Sequence[int], made: Proposal) -> Iterator[str]:
    """Whether the documents that wait for it call it the same: a code may be used for several sellers."""
    sellers = (find_seller(document, made.code) for document in _read_documents(basis, ids).values())
    names = {normalise_name(seller.name): seller.name for seller in sellers if seller is not None}
    others = [name for key, name in sorted(names.items()) if key != normalise_name(made.vendor.name or "")]
    if others:
        yield f"other documents call it {', '.join(others)}"


def _read_documents(basis: Basis, ids: Sequence[int]) -> dict[int, Trading]:
    """The documents by id; those that today's reader cannot read any more are left out."""
    with basis.store.begin() as work:
        stored = work.documents.get(ids)
        files = work.files.get({each.file_id for each in stored.values()})
    readers = {id_: DocumentReader(basis.store.open_payload(file.sha256)) for id_, file in files.items()}
    read = ((id_, _read(readers[each.file_id], each)) for id_, each in stored.items())
    return {id_: document for id_, document in read if document is not None}


def _read(reader: DocumentReader, stored: StoredDocument) -> Trading | None:
    try:
        return read_content(reader.reread(stored.document)).document
    except NotReadable:
        return None


def _add_doubts(basis: Basis, made: Sequence[Proposed]) -> list[Proposed]:
    """With what has become of them, and vendors of our copy they may be the same as."""
    proposals = [each.proposal for each in made if isinstance(each.proposal, Proposal)]
    if not proposals:
        return list(made)
    company = basis.link.company
    with basis.store.begin() as work:
        additions = work.vendor_additions.get(company, {each.mark for each in proposals})
        newest = work.reference.newest(company)
        version = newest[0] if newest is not None else 0
        rows = work.reference.list_kind(company, version, VENDOR)
        asked = {(VENDOR, name) for each in proposals for name in each.names}
        known = work.reference.slice(company, version, asked)
    vendors = [record for row in rows if isinstance(record := restore_record(row), Vendor)]
    return [_compare(each, additions, known, vendors, rows) for each in made]


def _compare(
    proposed: Proposed,
    additions: Mapping[str, StoredAddition],
    known: Mapping[tuple[str, str], Sequence[ReferenceRow]],
    vendors: Sequence[Vendor],
    rows: Sequence[ReferenceRow],
) -> Proposed:
    proposal = proposed.proposal
    if isinstance(proposal, str):
        return proposed
    addition = additions.get(proposal.mark)
    own = addition.vendor_id if addition is not None else ""
    alike = find_alike(
        proposal,
        [row for name in proposal.names for row in known.get((VENDOR, name), ()) if row.key != own],
        [vendor for vendor in vendors if vendor.vendor_id != own],
        [row for row in rows if row.key != own],
    )
    made = replace(proposal, doubts=(*proposal.doubts, *alike))
    return replace(proposed, proposal=made, addition=addition)
