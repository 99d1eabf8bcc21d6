"""Documents planned once more as they were planned then, and as they would be today. Nothing is changed or posted."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from ml_connector.app.documents import Documents
from ml_connector.app.pinning import read_version, restore_bills
from ml_connector.app.results import DocumentLine
from ml_connector.flows.planning.deciding import rehearse_documents
from ml_connector.flows.planning.purchasing import UNREAD
from ml_connector.flows.reading import PARSER_VERSION
from ml_connector.flows.run import Basis
from ml_connector.records.audit import AuditEntry
from ml_connector.records.documents import StoredDocument
from ml_connector.records.posting import Function, Pins, StoredPosting
from ml_connector.records.status import Status
from ml_connector.store.bodies import encode


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """What comes of a document under one version of the rules and of our copy of Intacct."""

    status: Status
    reason: str
    needs: tuple[str, ...]
    rules_version: int
    reference_version: int
    values: Mapping[
        str, str
    ]  #: of what it makes, lines as `lines[1].account_no`; empty where it makes nothing
    source: Literal["plan", "record", "nobody"] = "plan"
    """Who tells it: what rests on orders as they stand in Intacct is not planned again, but known from our record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A value that would be another today; empty where there is none."""

    name: str
    then: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayView:
    """A document as it was planned last, and as it would be planned today."""

    line: DocumentLine
    planned_at: datetime
    then: PlanView  #: with the values of the posting that is stored, where there is one
    now: PlanView
    parser_then: str
    parser_now: str
    agrees: (
        bool | None
    )  #: whether planning as then gives the stored posting; None where none is stored or planned
    differences: tuple[Difference, ...]


def compare_with_then(basis: Basis, text: str) -> tuple[ReplayView, ...]:
    """The documents that go by `text`, as then and as now; those that were never planned are left out."""
    with basis.store.begin() as work:
        found = work.documents.find(basis.link.name, text)
    views = (_compare(basis, document) for document in found)
    return tuple(view for view in views if view is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """When and with what a document was planned last, and the posting that came of it."""

    entry: AuditEntry
    pins: Pins
    posting: StoredPosting | None


def _compare(basis: Basis, document: StoredDocument) -> ReplayView | None:
    planned = _find_planned(basis, document)
    if planned is None:
        return None
    then = _plan(_turn_back(basis, planned), document, planned.pins.reference)
    with basis.store.begin() as work:
        newest = work.reference.newest(basis.link.company)
    now = _plan(basis, document, newest[0] if newest is not None else 0)
    agrees = None
    is_planned = then.source == "plan"
    then = then if is_planned else _recall(planned, then)
    if planned.posting is not None:  # what was sent, or would have been, is the truth of then
        stored = _name_values(planned.posting.posting.functions)
        agrees = planned.posting.intact and then.values == stored if is_planned else None
        then = replace(then, values=stored)
    return ReplayView(
        line=Documents(basis.store).describe([document], company=basis.link.company)[0],
        planned_at=planned.entry.at,
        then=then,
        now=now,
        parser_then=planned.pins.parser,
        parser_now=PARSER_VERSION,
        agrees=agrees,
        differences=tuple(_list_differences(then, now)),
    )


def _recall(planned: _Planned, then: PlanView) -> PlanView:
    """What came of it then by its audit trail."""
    said = planned.entry.detail
    needs = str(said.get("needs") or "")
    return replace(
        then,
        status=Status(planned.entry.action),
        reason=str(said.get("reason") or ""),
        needs=tuple(needs.split(", ")) if needs else (),
        source="record",
    )


def _find_planned(basis: Basis, document: StoredDocument) -> _Planned | None:
    with basis.store.begin() as work:
        entries = work.audit.list(f"document:{document.id}")
        posting = work.postings.newest([document.id]).get(document.id)
    decided: list[AuditEntry] = [entry for entry in entries if "rules" in entry.detail]
    if not decided or document.planned_rules is None:
        return None
    rules, reference = document.planned_rules, document.planned_reference or 0
    if posting is None or (posting.posting.pins.rules, posting.posting.pins.reference) != (rules, reference):
        # which reader it was is kept with postings only
        pins = Pins(rules=rules, reference=reference, parser=PARSER_VERSION)
        return _Planned(entry=decided[-1], pins=pins, posting=None)
    return _Planned(entry=decided[-1], pins=posting.posting.pins, posting=posting)


def _turn_back(basis: Basis, planned: _Planned) -> Basis:
    """The link with the rules and settings of then, on that day."""
    link = basis.link
    rules, settings = read_version(basis.store, link.name, planned.pins.rules)
    mode, currency = settings.get("mode", link.mode), settings.get("base_currency", link.base_currency)
    then = replace(
        link,
        rules=rules,
        rules_version=planned.pins.rules,
        mode=mode,
        base_currency=currency,
        bills=restore_bills(settings),
        four_eyes=settings.get("four_eyes", True),
    )
    return replace(basis, link=then, clock=lambda: planned.entry.at)


def _plan(basis: Basis, document: StoredDocument, version: int) -> PlanView:
    outcome = rehearse_documents(basis, [document], version=version)
    ((status, move),) = ((status, move) for status, moves in outcome.moves.items() for move in moves)
    needs = outcome.needs.get(document.id, ())
    written = [posting.functions for _, posting in outcome.postings]
    return PlanView(
        status=status,
        reason=move.reason,
        needs=tuple(str(need) for need in needs if need.kind != UNREAD),
        rules_version=basis.link.rules_version,
        reference_version=version,
        values=_name_values(written[0]) if written else {},
        source="nobody" if needs and all(need.kind == UNREAD for need in needs) else "plan",
    )


def _name_values(functions: Sequence[Function]) -> dict[str, str]:
    """Each value under its name, those of lines under `lines[1].account_no`; of several functions with their number."""
    stated: Any = json.loads(encode(functions))
    return dict(_flatten(stated[0] if isinstance(stated, list) and len(stated) == 1 else stated, ""))


def _flatten(stated: Any, path: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 (what JSON can say)
    match stated:
        case dict():
            for name, value in stated.items():
                yield from _flatten(value, f"{path}.{name}" if path else name)
        case list():
            for number, value in enumerate(stated, start=1):
                yield from _flatten(value, f"{path}[{number}]")
        case value:
            yield path, str(value)


def _list_differences(then: PlanView, now: PlanView) -> Iterator[Difference]:
    if not then.values or not now.values:
        return
    for name in dict.fromkeys((*then.values, *now.values)):
        before, after = then.values.get(name, ""), now.values.get(name, "")
        if before != after:
            yield Difference(name=name, then=before, now=after)
