"""The plan step on a slice of documents: ask, look up, ask again, decide. No state is changed here."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain
from typing import Final, TypeVar

from ml_connector.edi import Finding, Invoice, NotReadable, Transaction
from ml_connector.flows.contacts import find_lost_contacts
from ml_connector.flows.reading import PARSER_VERSION, read_content, reread_document
from ml_connector.flows.reference.rows import list_edi_fields, list_kept_contacts, restore_record
from ml_connector.flows.run import Basis, Run
from ml_connector.intacct.objects import BillFound, BillKey
from ml_connector.mapping import admission, duplicates
from ml_connector.mapping.identity import derive_control_id
from ml_connector.mapping.invoice_to_bill import (
    Draft,
    Filed,
    Held,
    Planned,
    Subject,
    ask_lines,
    ask_vendor,
    draft_bill,
    find_due,
    find_vendor,
    plan,
)
from ml_connector.mapping.keys import list_keys
from ml_connector.mapping.reference import LOCATION, Asked, Slice
from ml_connector.mapping.remit_to import describe_lost_contact
from ml_connector.mapping.rules import Rules
from ml_connector.records.documents import Move, StoredDocument
from ml_connector.records.keys import Identity, Target
from ml_connector.records.needs import Need
from ml_connector.records.posting import Pins, Posting, StoredPosting
from ml_connector.records.status import Status
from ml_connector.store import Work
from ml_connector.store.payloads import PayloadReader

_T = TypeVar("_T")
_LOOKED_BACK: Final = timedelta(days=731)  # two years, and further where a route takes older invoices
_EARLIEST_ZONE: Final = timedelta(hours=14)  # a date is in the future when it has begun nowhere on earth


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What Intacct says when a bill is about to be made: of bills like it, and which contacts it has no more."""

    bills: Sequence[BillFound] = ()
    lost: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was decided: moves by the state they lead to, with the postings and needs that belong to them."""

    moves: dict[Status, list[Move]] = field(default_factory=dict)
    postings: list[tuple[int, Posting]] = field(default_factory=list)
    needs: dict[int, tuple[Need, ...]] = field(default_factory=dict)
    asked: dict[int, set[Asked]] = field(default_factory=dict)  #: what each held document rests on


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One document on its way through the plan."""

    stored: StoredDocument
    subject: Subject
    asked: frozenset[Asked] = frozenset()
    draft: Draft | Need | None = None

    @property
    def vendor_id(self) -> str:
        return self.draft.match.vendor.vendor_id if isinstance(self.draft, Draft) else ""


def plan_documents(run: Run, documents: Sequence[StoredDocument], *, version: int) -> Outcome:
    """Decide for each document. Raises `intacct.errors` when Intacct cannot be asked for duplicates."""
    return _plan_all(run.basis, documents, version, lambda cases, kept: _ask_intacct(run, cases, kept))


def rehearse_documents(basis: Basis, documents: Sequence[StoredDocument], *, version: int) -> Outcome:
    """What would be decided for each document, as far as it can be told without asking Intacct for duplicates."""
    return _plan_all(basis, documents, version, lambda _cases, _kept: _Told())


def _plan_all(
    basis: Basis,
    documents: Sequence[StoredDocument],
    version: int,
    ask: Callable[[Sequence[_Case], AbstractSet[str]], _Told],
) -> Outcome:
    outcome = Outcome()
    # by age, whatever the order they are taken in: of two under one number the earlier one counts
    cases = list(_open_cases(basis, sorted(documents, key=lambda document: document.id), outcome))
    cases, known = _look_up(basis, cases, version)
    decided = [(case, _decide(basis, case, known)) for case in cases]
    planned = [(case, made.bill.pay_to_contact) for case, made in decided if isinstance(made, Planned)]
    kept = {*known.pay_to.values()} & {contact for _, contact in planned}
    told = ask([case for case, _ in planned], kept)
    with basis.store.begin() as work:
        earlier = _Earlier(_find_in_record(work, cases))
        before = work.postings.newest((case.stored.id for case in cases), reasons=False)
    pins = Pins(rules=basis.link.rules_version, reference=version, parser=PARSER_VERSION)
    for case, made in decided:
        verdict = _judge(case, made, earlier, told)
        _note(basis, outcome, case, verdict, known, _Ground(pins=pins, before=before.get(case.stored.id)))
        if isinstance(verdict, Planned | Held):
            earlier.add(replace(case.stored, vendor=case.vendor_id))
    return outcome


def _open_cases(basis: Basis, documents: Sequence[StoredDocument], outcome: Outcome) -> Iterator[_Case]:
    """Parse each document again from its stored bytes; what has no route is filed at once."""
    with basis.store.begin() as work:
        files = work.files.get({document.file_id for document in documents})
    readers = {id_: basis.store.open_payload(file.sha256) for id_, file in files.items()}
    for stored in documents:
        found = _parse_again(readers[stored.file_id], stored)
        if isinstance(found, Move):
            _add_move(outcome, Status(found.action), found)
            continue
        partner = basis.link.rules.find_partner(
            sender=stored.document.sender, group_sender=stored.document.group_sender
        )
        name = partner.name if partner is not None else ""
        route = basis.link.rules.find_route(set_code=stored.document.set_code, partner=name)
        if route is None:
            _hold_without_route(basis, outcome, stored, name)
            continue
        transaction, invoice, findings = found
        subject = Subject(
            transaction=transaction,
            invoice=invoice,
            findings=findings,
            document_key=stored.document.document_key,
            partner=partner,
            route=route,
        )
        yield _Case(stored=stored, subject=subject)


def _hold_without_route(basis: Basis, outcome: Outcome, stored: StoredDocument, partner: str) -> None:
    """A liability must not vanish because a table is missing."""
    set_code = stored.document.set_code
    need = Need(
        kind="route",
        subject=f"{set_code}/{partner or stored.document.sender}",
        reason=f'no route says what becomes of set {set_code}; add [[route]] set = "{set_code}"',
    )
    outcome.needs[stored.id] = (need,)
    move = Move(
        id=stored.id,
        action="held",
        reason=need.reason,
        partner_name=partner,
        planned_rules=basis.link.rules_version,
        detail={"needs": str(need)},
    )
    _add_move(outcome, Status.HELD, move)


def _parse_again(
    payload: PayloadReader, stored: StoredDocument
) -> tuple[Transaction, Invoice, tuple[Finding, ...]] | Move:
    """The invoice in the stored bytes. Today's reader may find none, or one that is not to be used: that is the end of
    this document, and must not stop the others.
    """
    lost = f"it was read as an invoice and no longer is (reader version {PARSER_VERSION})"
    try:
        transaction = reread_document(payload, stored.document)
    except NotReadable:
        return Move(id=stored.id, action="rejected", reason=lost)
    content = read_content(transaction)
    if content.invoice is None or content.status is not Status.READ:
        return Move(id=stored.id, action=str(content.status), reason=content.reason or lost)
    return transaction, content.invoice, content.findings


def _look_up(basis: Basis, cases: Sequence[_Case], version: int) -> tuple[list[_Case], Slice]:
    """Two rounds: first what tells the vendors, then what their terms and the lines' coding rest on."""
    rules = basis.link.rules
    cases = [replace(case, asked=frozenset(ask_vendor(case.subject, rules))) for case in cases]
    known = _read_slice(basis, cases, version)
    drafted = [_draft(case, rules, known) for case in cases]
    return drafted, _read_slice(basis, drafted, version)


def _draft(case: _Case, rules: Rules, known: Slice) -> _Case:
    """The case with its vendor and its coding, and with what these rest on."""
    draft = _guard(case, lambda c: draft_bill(c.subject, rules, find_vendor(c.subject, rules, known)))
    asked = _guard(case, lambda _: ask_lines(draft)) if isinstance(draft, Draft) else set()
    if isinstance(asked, Need):
        return replace(case, draft=asked)
    return replace(case, draft=draft, asked=case.asked | asked)


def _guard(case: _Case, decide: Callable[[_Case], _T]) -> _T | Need:
    """What is decided; a fault of ours on one document becomes its need and never stops the others."""
    try:
        return decide(case)
    except Exception as fault:  # noqa: BLE001 (whatever it is, it concerns this document alone)
        said = f"{type(fault).__name__}: {fault}"
        reason = (
            f"this document cannot be planned because of a fault of the product ({said}); please report it"
        )
        return Need(kind="fault", subject=case.subject.document_key, reason=reason)


def _read_slice(basis: Basis, cases: Sequence[_Case], version: int) -> Slice:
    """What is known of what was asked, and every location: they are few, and their chain of parents counts."""
    company = basis.link.company
    asked: set[Asked] = set().union(*(case.asked for case in cases))
    with basis.store.begin() as work:
        rows = work.reference.slice(company, version, asked)
        locations = work.reference.list_kind(company, version, LOCATION)
    found = {place: tuple(restore_record(row) for row in known) for place, known in rows.items()}
    found |= {(LOCATION, row.key): (restore_record(row),) for row in locations}
    read = list(chain.from_iterable(rows.values()))
    return Slice(version=version, found=found, fields=list_edi_fields(read), pay_to=list_kept_contacts(read))


def _decide(basis: Basis, case: _Case, known: Slice) -> Planned | Held | Filed:
    setting = admission.Setting(
        mode=basis.link.mode,
        base_currency=basis.link.base_currency,
        today=(basis.clock() + _EARLIEST_ZONE).date(),
    )
    made = _guard(case, lambda c: plan(c.subject, basis.link.rules, c.draft, known, setting))
    return Held(needs=(made,)) if isinstance(made, Need) else made


def _find_in_record(work: Work, cases: Sequence[_Case]) -> list[StoredDocument]:
    """Documents under the same keys that are not being decided here."""
    deciding = {case.stored.id for case in cases}
    keys = [case.stored.document.key for case in cases]
    vendors = [(case.vendor_id, case.stored.document.key) for case in cases if case.vendor_id]
    return list(work.documents.find_earlier(keys, vendors, besides=deciding))


def _ask_intacct(run: Run, cases: Sequence[_Case], kept: AbstractSet[str]) -> _Told:
    if not cases:
        return _Told()
    keys = [BillKey(vendor_id=case.vendor_id, number=case.stored.document.key.number) for case in cases]
    today = run.clock().date()
    back = max(_LOOKED_BACK, *(timedelta(days=case.subject.route.oldest_days) for case in cases))
    since = today - min(back, today - date.min)
    bills = run.finance.find_bills(list(dict.fromkeys(keys)), since=since)
    return _Told(bills=bills, lost=find_lost_contacts(run, kept))


class _Earlier:
    """Documents that came before, to be found by their numbers."""

    def __init__(self, documents: Sequence[StoredDocument]) -> None:
        self._by_number: dict[str, list[StoredDocument]] = {}
        for document in documents:
            self.add(document)

    def add(self, document: StoredDocument) -> None:
        self._by_number.setdefault(document.document.key.number, []).append(document)

    def find(self, document: StoredDocument) -> Sequence[StoredDocument]:
        """Those of the same number."""
        return self._by_number.get(document.document.key.number, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What a decision stands on, beside the document: the versions, and what was to be sent before."""

    pins: Pins
    before: StoredPosting | None


def _judge(
    case: _Case, made: Planned | Held | Filed, earlier: _Earlier, told: _Told
) -> Planned | Held | Filed | str:
    """The plan's answer, unless the same invoice has been here before: then that is said, or held with it."""
    if isinstance(made, Filed):
        return made
    if isinstance(made, Planned) and (contact := made.bill.pay_to_contact) and contact in told.lost:
        made = Held(needs=(describe_lost_contact(made.bill.vendor_id, contact),))
    seen = duplicates.judge_record(case.stored, case.vendor_id, earlier.find(case.stored))
    if seen is None and isinstance(made, Planned):
        seen = duplicates.judge_intacct(case.stored, case.vendor_id, case.subject.document_key, told.bills)
    if isinstance(seen, Need):
        return Held(needs=(*made.needs, seen) if isinstance(made, Held) else (seen,))
    return made if seen is None else seen


def _note(
    basis: Basis,
    outcome: Outcome,
    case: _Case,
    verdict: Planned | Held | Filed | str,
    known: Slice,
    ground: _Ground,
) -> None:
    stored, pins = case.stored, ground.pins
    vendor = case.draft.match.vendor if isinstance(case.draft, Draft) else None
    move = Move(
        id=stored.id,
        action="planned",
        partner_name=case.subject.partner.name if case.subject.partner is not None else "",
        vendor=vendor.vendor_id if vendor is not None else "",
        vendor_name=vendor.name if vendor is not None else "",
        planned_rules=pins.rules,
        planned_reference=pins.reference,
        detail={"rules": pins.rules, "reference": pins.reference},
    )
    match verdict:
        case str():
            _add_move(outcome, Status.DUPLICATE, replace(move, action="duplicate", reason=verdict))
        case Filed():
            _add_move(outcome, Status.FILED, replace(move, action="filed", reason=verdict.reason))
        case Held():
            _note_held(outcome, case, verdict, move, known)
        case _:
            posting = _make_posting(basis, case, verdict, ground)
            outcome.postings.append((stored.id, posting))
            detail = {**move.detail, "control_id": posting.control_id}
            due = verdict.bill.due_date
            _add_move(outcome, Status.READY, replace(move, action="ready", detail=detail, due=due))


def _note_held(outcome: Outcome, case: _Case, held: Held, move: Move, known: Slice) -> None:
    outcome.needs[move.id] = held.needs
    due = _guard(case, lambda c: find_due(c.draft, known) if isinstance(c.draft, Draft) else None)
    if case.subject.partner is not None:
        invoice = case.subject.invoice
        outcome.asked[move.id] = list_keys(invoice, case.subject.partner, held.needs, case.asked, known)
    detail = {**move.detail, "needs": ", ".join(str(need) for need in held.needs)}
    _add_move(
        outcome,
        Status.HELD,
        replace(
            move,
            action="held",
            reason=held.needs[0].reason,
            detail=detail,
            due=due if isinstance(due, date) else None,
        ),
    )


def _make_posting(basis: Basis, case: _Case, planned: Planned, ground: _Ground) -> Posting:
    route = case.subject.route
    target = Target(company=basis.link.company, entity=route.entity if route.post_at == "entity" else "")
    revision = _choose_revision(ground.before)
    identity = Identity(
        key=case.stored.document.key,
        date=planned.bill.date,
        purpose=case.subject.invoice.purpose,
        revision=revision,
    )
    return Posting(
        control_id=derive_control_id(target, identity),
        revision=revision,
        target=target,
        mark=case.subject.document_key,
        body=planned.bill,
        provenance=planned.provenance,
        pins=ground.pins,
    )


def _choose_revision(before: StoredPosting | None) -> int:
    """The next revision only after a definite refusal: what may have been executed goes under the same control id."""
    if before is None:
        return 1
    return before.posting.revision + bool(before.refusal)


def _add_move(outcome: Outcome, to: Status, move: Move) -> None:
    outcome.moves.setdefault(to, []).append(move)
