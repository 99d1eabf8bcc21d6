"""The plan step on a slice of documents: ask, look up, ask again, decide. No state is changed here."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, TypeVar

from ml_connector.edi import Finding, Invoice, NotReadable, Transaction, parse_invoice
from ml_connector.flows.reading import PARSER_VERSION, reread_document
from ml_connector.flows.reference_rows import restore_record
from ml_connector.flows.run import Run
from ml_connector.intacct.functions import canonical
from ml_connector.intacct.objects import BillFound, BillKey
from ml_connector.mapping import admission, duplicates
from ml_connector.mapping.identity import derive_control_id
from ml_connector.mapping.invoice_to_bill import (
    Filed,
    Held,
    Planned,
    Subject,
    ask_lines,
    ask_vendor,
    find_vendor,
    plan,
)
from ml_connector.mapping.reference import LOCATION, Asked, Slice
from ml_connector.mapping.vendor_match import Match
from ml_connector.records.documents import Move, StoredDocument
from ml_connector.records.keys import Identity, Target
from ml_connector.records.needs import Need
from ml_connector.records.posting import Pins, Posting
from ml_connector.records.status import Status
from ml_connector.store import Work
from ml_connector.store.payloads import PayloadReader

_T = TypeVar("_T")
_LOOKED_BACK: Final = timedelta(days=731)  # two years, and further where a route takes older invoices
_EARLIEST_ZONE: Final = timedelta(hours=14)  # a date is in the future when it has begun nowhere on earth


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was decided: moves by the state they lead to, with the postings and needs that belong to them."""

    moves: dict[Status, list[Move]] = field(default_factory=dict)
    postings: list[tuple[int, Posting]] = field(default_factory=list)
    needs: dict[int, tuple[Need, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One document on its way through the plan."""

    stored: StoredDocument
    subject: Subject
    match: Match | Need | None = None

    @property
    def vendor_id(self) -> str:
        return self.match.vendor.vendor_id if isinstance(self.match, Match) else ""


def plan_documents(run: Run, documents: Sequence[StoredDocument], *, version: int) -> Outcome:
    """Decide for each document. Raises `intacct.errors` when Intacct cannot be asked for duplicates."""
    outcome = Outcome()
    cases = list(_open_cases(run, documents, outcome))
    cases, known = _look_up(run, cases, version)
    decided = [(case, _decide(run, case, known)) for case in cases]
    bills = _find_in_intacct(run, [case for case, made in decided if isinstance(made, Planned)])
    with run.store.begin() as work:
        earlier = _find_in_record(work, cases)
        revisions = {
            id_: p.posting.revision for id_, p in work.postings.newest(c.stored.id for c in cases).items()
        }
    for case, made in decided:
        verdict = _judge(case, made, earlier, bills)
        _note(
            run,
            outcome,
            case,
            verdict,
            Pins(rules=run.link.rules_version, reference=version, parser=PARSER_VERSION),
            revisions,
        )
        if isinstance(verdict, Planned | Held):
            earlier.append(replace(case.stored, vendor=case.vendor_id))
    return outcome


def _open_cases(run: Run, documents: Sequence[StoredDocument], outcome: Outcome) -> Iterator[_Case]:
    """Parse each document again from its stored bytes; what has no route is filed at once."""
    with run.store.begin() as work:
        files = work.files.get({document.file_id for document in documents})
    readers = {id_: run.store.open_payload(file.sha256) for id_, file in files.items()}
    for stored in documents:
        found = _parse_again(readers[stored.file_id], stored)
        if found is None:
            reason = f"it was read as an invoice and no longer is (reader version {PARSER_VERSION})"
            _add_move(outcome, Status.REJECTED, Move(id=stored.id, action="rejected", reason=reason))
            continue
        partner = run.link.rules.find_partner(
            sender=stored.document.sender, group_sender=stored.document.group_sender
        )
        name = partner.name if partner is not None else ""
        route = run.link.rules.find_route(set_code=stored.document.set_code, partner=name)
        if route is None:
            _hold_without_route(run, outcome, stored, name)
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


def _hold_without_route(run: Run, outcome: Outcome, stored: StoredDocument, partner: str) -> None:
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
        planned_rules=run.link.rules_version,
        detail={"needs": str(need)},
    )
    _add_move(outcome, Status.HELD, move)


def _parse_again(
    payload: PayloadReader, stored: StoredDocument
) -> tuple[Transaction, Invoice, tuple[Finding, ...]] | None:
    """The invoice in the stored bytes. None when today's reader finds none: that must not stop the others."""
    try:
        transaction = reread_document(payload, stored.document)
    except NotReadable:
        return None
    reading = parse_invoice(transaction)
    if reading.document is None:
        return None
    return transaction, reading.document, (*transaction.findings, *reading.findings)


def _look_up(run: Run, cases: Sequence[_Case], version: int) -> tuple[list[_Case], Slice]:
    """Two rounds: first what tells the vendors, then what their terms and the lines' coding rest on."""
    rules = run.link.rules
    asked: set[Asked] = set().union(*(ask_vendor(case.subject, rules) for case in cases))
    known = _read_slice(run, asked, version)
    matched = [
        replace(case, match=_guard(case, lambda c: find_vendor(c.subject, rules, known))) for case in cases
    ]
    for case in matched:
        wanted = _guard(
            case, lambda c: ask_lines(c.subject, rules, c.match) if isinstance(c.match, Match) else set()
        )
        asked |= wanted if isinstance(wanted, set) else set()
    return matched, _read_slice(run, asked, version)


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


def _read_slice(run: Run, asked: set[Asked], version: int) -> Slice:
    """What is known of what was asked, and every location: they are few, and their chain of parents counts."""
    with run.store.begin() as work:
        rows = work.reference.slice(run.link.company, version, asked)
        locations = work.reference.list_kind(run.link.company, version, LOCATION)
    found = {place: tuple(restore_record(row) for row in known) for place, known in rows.items()}
    found |= {(LOCATION, row.key): (restore_record(row),) for row in locations}
    return Slice(version=version, found=found)


def _decide(run: Run, case: _Case, known: Slice) -> Planned | Held | Filed:
    setting = admission.Setting(
        mode=run.link.mode,
        base_currency=run.link.base_currency,
        today=(run.clock() + _EARLIEST_ZONE).date(),
    )
    made = _guard(case, lambda c: plan(c.subject, run.link.rules, c.match, known, setting))
    return Held(needs=(made,)) if isinstance(made, Need) else made


def _find_in_record(work: Work, cases: Sequence[_Case]) -> list[StoredDocument]:
    """Documents under the same keys that are not being decided here."""
    deciding = {case.stored.id for case in cases}
    keys = [case.stored.document.key for case in cases]
    vendors = [(case.vendor_id, case.stored.document.key) for case in cases if case.vendor_id]
    return [
        document for document in work.documents.find_earlier(keys, vendors) if document.id not in deciding
    ]


def _find_in_intacct(run: Run, cases: Sequence[_Case]) -> tuple[BillFound, ...]:
    if not cases:
        return ()
    keys = [BillKey(vendor_id=case.vendor_id, number=case.stored.document.key.number) for case in cases]
    today = run.clock().date()
    back = max(_LOOKED_BACK, *(timedelta(days=case.subject.route.oldest_days) for case in cases))
    since = today - min(back, today - date.min)
    return run.finance.find_bills(list(dict.fromkeys(keys)), since=since)


def _judge(
    case: _Case, made: Planned | Held | Filed, earlier: Sequence[StoredDocument], bills: Sequence[BillFound]
) -> Planned | Held | Filed | str:
    """The plan's answer, unless the same invoice has been here before: then that is said, or held with it."""
    if isinstance(made, Filed):
        return made
    seen = duplicates.judge_record(case.stored, case.vendor_id, earlier)
    if seen is None and isinstance(made, Planned):
        seen = duplicates.judge_intacct(case.stored, case.vendor_id, case.subject.document_key, bills)
    if isinstance(seen, Need):
        return Held(needs=(*made.needs, seen) if isinstance(made, Held) else (seen,))
    return made if seen is None else seen


def _note(
    run: Run,
    outcome: Outcome,
    case: _Case,
    verdict: Planned | Held | Filed | str,
    pins: Pins,
    revisions: dict[int, int],
) -> None:
    stored = case.stored
    vendor = case.match.vendor if isinstance(case.match, Match) else None
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
            outcome.needs[stored.id] = verdict.needs
            detail = {"needs": ", ".join(str(need) for need in verdict.needs)}
            reason = verdict.needs[0].reason
            _add_move(
                outcome,
                Status.HELD,
                replace(move, action="held", reason=reason, detail={**move.detail, **detail}),
            )
        case _:
            posting = _make_posting(run, case, verdict, pins, revisions.get(stored.id, 0) + 1)
            outcome.postings.append((stored.id, posting))
            body = hashlib.sha256(canonical(posting.body)).hexdigest()
            detail = {"control_id": posting.control_id, "body_sha256": body}
            _add_move(outcome, Status.READY, replace(move, action="ready", detail={**move.detail, **detail}))


def _make_posting(run: Run, case: _Case, planned: Planned, pins: Pins, revision: int) -> Posting:
    route = case.subject.route
    target = Target(company=run.link.company, entity=route.entity if route.post_at == "entity" else "")
    invoice = case.subject.invoice
    identity = Identity(
        key=case.stored.document.key, date=planned.bill.date, purpose=invoice.purpose, revision=revision
    )
    return Posting(
        control_id=derive_control_id(target, identity),
        revision=revision,
        target=target,
        mark=case.subject.document_key,
        body=planned.bill,
        provenance=planned.provenance,
        pins=pins,
    )


def _add_move(outcome: Outcome, to: Status, move: Move) -> None:
    outcome.moves.setdefault(to, []).append(move)
