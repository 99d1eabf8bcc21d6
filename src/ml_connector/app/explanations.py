"""Why a document is what it is: its posting value by value, its comparison with orders, and what people overruled."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from ml_connector.app.results import DocumentLine
from ml_connector.flows.posting.functions import list_lines, name_function
from ml_connector.intacct.writing.adjustment import NewAdjustmentLine
from ml_connector.intacct.writing.bill import ApBillLine
from ml_connector.intacct.writing.journal import NewJournalLine
from ml_connector.intacct.writing.payment import NewPaymentPart
from ml_connector.intacct.writing.purchasing_lines import NewPurchasingLine, PurchasingLineChange
from ml_connector.mapping.explain import explain
from ml_connector.records.documents import StoredDocument
from ml_connector.records.matches import Comparison
from ml_connector.records.posting import Function, StoredPosting
from ml_connector.records.provenance import Reason
from ml_connector.store import Work

_LINE: Final = re.compile(r"lines?[\[ ](\d+)\]?\.")  # `lines[1].` of a bill, `line 1.` of an order


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLineView:
    """A line with an amount on an account; of a payment, without one, what is paid of a bill."""

    account: str
    amount: Decimal
    memo: str
    department: str | None
    location: str | None
    class_id: str | None
    project: str | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLineView:
    """A line of a purchasing transaction; what a change leaves as it is is None or empty."""

    document: str  #: which transaction it belongs to
    item: str
    quantity: Decimal | None
    unit: str
    price: Decimal | None
    warehouse: str | None
    memo: str
    department: str | None
    location: str | None
    class_id: str | None
    project: str | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrule:
    """A difference that people let pass, and who answers for it."""

    xref: int
    difference: str
    prepared_by: str
    approved_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a document's posting is what it is: each value with its sentence.

    Of one that has none: where it stands, what it waits for, and how it compares with its orders.
    """

    line: DocumentLine
    rules_version: int
    reference_version: int
    parser_version: str  #: empty where nothing was planned
    header: tuple[str, ...] = ()
    lines: tuple[BillLineView, ...] = ()  #: of a bill
    items: tuple[ItemLineView, ...] = ()  #: of purchasing transactions
    comparison: Comparison | None = None  #: with its orders, when it was last planned
    overrules: tuple[Overrule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What the store keeps of documents that are to be explained, by their ids; overrules by cross-reference."""

    postings: Mapping[int, StoredPosting]
    comparisons: Mapping[int, Comparison]
    overrules: Mapping[int, Overrule]


def read_grounds(work: Work, ids: Collection[int]) -> Grounds:
    """All that explains these documents."""
    comparisons = work.matches.get(ids)
    numbers = {number for each in comparisons.values() for number in _list_overruled(each)}
    return Grounds(
        postings=work.postings.newest(ids),
        comparisons=comparisons,
        overrules={number: _read_overrule(work, number) for number in sorted(numbers)},
    )


def explain_document(line: DocumentLine, document: StoredDocument, grounds: Grounds) -> Explanation:
    """A document as it was planned last."""
    stored, comparison = grounds.postings.get(line.id), grounds.comparisons.get(line.id)
    begun = _explain(line, stored) if stored is not None else _begin_explanation(line, document)
    numbers = _list_overruled(comparison) if comparison is not None else ()
    overrules = tuple(grounds.overrules[number] for number in dict.fromkeys(numbers))
    return replace(begun, comparison=comparison, overrules=overrules)


def _list_overruled(comparison: Comparison) -> Iterable[int]:
    match = comparison.match
    if match is None:
        return ()
    numbers = (*(line.overruled for line in match.lines), *(charge.overruled for charge in match.charges))
    return [number for number in numbers if number is not None]


def _read_overrule(work: Work, number: int) -> Overrule:
    """As the audit trail of its cross-reference tells it."""
    entries = {entry.action: entry for entry in work.audit.list(f"xref:{number}")}
    prepared, approved = entries["prepared"], entries["approved"]
    return Overrule(
        xref=number,
        difference=str(prepared.detail["code"]),
        prepared_by=prepared.actor,
        approved_by=approved.actor,
        reason=str(prepared.detail.get("reason", "")),
    )


def _begin_explanation(line: DocumentLine, document: StoredDocument) -> Explanation:
    """Of a document for which nothing is to be sent."""
    return Explanation(
        line=line,
        rules_version=document.planned_rules or 0,
        reference_version=document.planned_reference or 0,
        parser_version="",
    )


def _explain(line: DocumentLine, stored: StoredPosting) -> Explanation:
    posting = stored.posting
    header = tuple(explain(reason) for reason in posting.provenance if not _LINE.match(reason.path))
    made = [(function, line) for function in posting.functions for line in list_lines(function)]
    whys = [tuple(map(explain, _pick_line(posting.provenance, n))) for n in range(1, len(made) + 1)]
    return Explanation(
        line=line,
        rules_version=posting.pins.rules,
        reference_version=posting.pins.reference,
        parser_version=posting.pins.parser,
        header=header,
        lines=tuple(
            _view_amount(line, why)
            for (_, line), why in zip(made, whys, strict=True)
            if not isinstance(line, NewPurchasingLine | PurchasingLineChange)
        ),
        items=tuple(
            _view_item(function, line, why)
            for (function, line), why in zip(made, whys, strict=True)
            if isinstance(line, NewPurchasingLine | PurchasingLineChange)
        ),
    )


def _view_amount(
    made: ApBillLine | NewAdjustmentLine | NewJournalLine | NewPaymentPart, why: tuple[str, ...]
) -> BillLineView:
    match made:
        case ApBillLine():
            return _view_bill_line(made, why)
        case NewPaymentPart():
            return BillLineView(
                account="",
                amount=made.amount,
                memo=f"of bill {made.bill_no}",
                department=None,
                location=None,
                class_id=None,
                project=None,
                why=why,
            )
        case _:
            return BillLineView(
                account=_name_account(made),
                amount=-made.amount
                if isinstance(made, NewJournalLine) and made.side == "credit"
                else made.amount,
                memo=made.memo or "",
                department=made.dimensions.department_id,
                location=made.dimensions.location_id,
                class_id=made.dimensions.class_id,
                project=made.dimensions.project_id,
                why=why,
            )


def _name_account(made: ApBillLine | NewAdjustmentLine | NewJournalLine) -> str:
    """The account, or the label that stands for it."""
    if isinstance(made, NewJournalLine):
        return made.account_no
    return made.account_no or made.account_label or ""


def _view_bill_line(made: ApBillLine, why: tuple[str, ...]) -> BillLineView:
    return BillLineView(
        account=_name_account(made),
        amount=made.amount,
        memo=made.memo,
        department=made.department_id,
        location=made.location_id,
        class_id=made.class_id,
        project=made.project_id,
        why=why,
    )


def _view_item(
    function: Function, made: NewPurchasingLine | PurchasingLineChange, why: tuple[str, ...]
) -> ItemLineView:
    return ItemLineView(
        document=name_function(function),
        item=made.item_id or "",
        quantity=made.quantity,
        unit=made.unit or "",
        price=made.price,
        warehouse=made.warehouse_id,
        memo=made.memo or "",
        department=made.dimensions.department_id,
        location=made.dimensions.location_id,
        class_id=made.dimensions.class_id,
        project=made.dimensions.project_id,
        why=why,
    )


def _pick_line(provenance: Sequence[Reason], number: int) -> Iterator[Reason]:
    """The reasons of one line, each with the field's name alone."""
    for reason in provenance:
        place = _LINE.match(reason.path)
        if place is not None and place[1] == str(number):
            yield replace(reason, path=reason.path[place.end() :])
