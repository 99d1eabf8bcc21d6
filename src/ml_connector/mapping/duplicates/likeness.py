"""What may be the same invoice although its number or its vendor is another: held for a person, or noted, as rules say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Self

from ml_connector.intacct.objects import Adjustment, BillFound, PurchasingDocument
from ml_connector.mapping.duplicates.claims import Claim, Doubt, Found, Note, spell
from ml_connector.mapping.duplicates.earlier import comes_first, is_living, is_same_number, name_document
from ml_connector.mapping.duplicates.number_likeness import explain_likeness, split_number
from ml_connector.mapping.rules.duplicates import DuplicateRule
from ml_connector.records.documents import StoredDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A record that a document is compared with."""

    name: str
    vendor_id: str
    number: str
    date: date | None
    total: Decimal | None
    currency: str
    place: str  #: whose record it is, for people
    document: StoredDocument | None = None  #: of our record

    @classmethod
    def of_bill(cls, bill: BillFound) -> Self:
        return cls(
            name=f"bill {bill.record_no}",
            vendor_id=bill.vendor_id,
            number=bill.number,
            date=bill.date,
            total=bill.total,
            currency=bill.currency,
            place="in Intacct",
        )

    @classmethod
    def of_adjustment(cls, adjustment: Adjustment) -> Self:
        return cls(
            name=f"adjustment {adjustment.record_no}",
            vendor_id=adjustment.vendor_id,
            number=adjustment.number,
            date=adjustment.date,
            total=adjustment.total,
            currency=adjustment.currency,
            place="in Intacct",
        )

    @classmethod
    def of_invoice(cls, invoice: PurchasingDocument) -> Self:
        return cls(
            name=invoice.document_id,
            vendor_id=invoice.vendor_id,
            number=invoice.vendor_number,
            date=invoice.date,
            total=invoice.total,
            currency=invoice.currency,
            place="in Intacct",
        )

    @classmethod
    def of_document(cls, stored: StoredDocument, vendor_id: str) -> Self:
        return cls(
            name=name_document(stored),
            vendor_id=vendor_id,
            number=stored.document.key.number,
            date=stored.document.date,
            total=stored.document.amount,
            currency=stored.document.currency,
            place="not in Intacct yet",
            document=stored,
        )


class Others:
    """Records to be found by what their numbers have in common, and by their amounts."""

    def __init__(self, others: Iterable[Other] = ()) -> None:
        self._by_key: dict[str, dict[str, Other]] = {}
        self._by_total: dict[Decimal, dict[str, list[Other]]] = {}
        for other in others:
            self.add(other)

    def add(self, other: Other) -> None:
        for key in split_number(other.number).keys:
            self._by_key.setdefault(key, {})[other.name] = other
        if other.total:
            of_vendors = self._by_total.setdefault(other.total, {})
            of_vendors.setdefault(other.vendor_id, []).append(other)

    def list_alike(self, claim: Claim) -> list[Other]:
        """Those of the vendor's family whose numbers have something in common with the claim's."""
        found = {
            name: each
            for key in split_number(claim.number).keys
            for name, each in self._by_key.get(key, {}).items()
            if each.vendor_id in claim.family and not is_same_number(each.number, claim.number)
        }
        return list(found.values())

    def list_near(self, claim: Claim, total: Decimal | None, rule: DuplicateRule) -> Iterator[Other]:
        """Those of that amount and about the same time: all of other vendors, and the first of the family."""
        of_vendors = self._by_total.get(total, {}) if total is not None else {}
        for vendor_id, some in of_vendors.items():
            near = (each for each in some if _is_near(claim, each, rule))
            if vendor_id not in claim.family:
                yield from near
            elif (recurring := next(near, None)) is not None:
                yield recurring


def judge_likeness(
    claim: Claim, total: Decimal | None, rule: DuplicateRule, others: Others
) -> Iterator[Found]:
    """Against records of other numbers or other vendors: what holds the document, and what is noted.

    `total` is what they would have for it. Nothing is said of a document whose vendor is not known yet.
    """
    if not claim.vendor_id:
        return
    for other in others.list_alike(claim):
        why = explain_likeness(claim.number, other.number)
        if why and _counts(other, claim):
            yield _say(rule.numbers, other, f"the same number but for {' and '.join(why)}", claim)
    if total is None or abs(total) < rule.least:
        return
    for other in filter(lambda each: _counts(each, claim), others.list_near(claim, total, rule)):
        if other.vendor_id not in claim.family:
            yield _say(rule.amounts, other, f"the same amount within {rule.days} days", claim)
        elif not explain_likeness(claim.number, other.number):
            yield Note(other=other.name, rule=f"recurs: {_describe(other)}")


def _counts(other: Other, claim: Claim) -> bool:
    return other.document is None or comes_first(other.document, claim.document)


def _is_near(claim: Claim, other: Other, rule: DuplicateRule) -> bool:
    content = claim.document.document
    if content.date is None or other.date is None or abs((content.date - other.date).days) > rule.days:
        return False
    return not (content.currency and other.currency) or content.currency == other.currency


def _say(rule: Literal["hold", "note"], other: Other, why: str, claim: Claim) -> Found:
    if rule == "note":
        return Note(other=other.name, rule=f"{why}: {_describe(other)}")
    return Doubt(
        other=other.name,
        reason=f"{claim.number} of vendor {claim.vendor_id} ({claim.said}) may be {_describe(other)}: {why}",
    )


def _describe(other: Other) -> str:
    worth = f"{spell(other.total)} of {other.date}"
    return f"{other.number} of vendor {other.vendor_id} ({other.name} {other.place}, {worth})"


def is_invoice(document: StoredDocument) -> bool:
    """Whether it is owed as a bill is; all else that is compared changes what is owed."""
    key = document.document.key
    return (key.set_code, key.kind) == ("810", "debit")


def list_others(bills: Iterable[BillFound], invoices: Iterable[PurchasingDocument]) -> Iterator[Other]:
    """What an invoice is compared with of Intacct's records: a bill that a vendor invoice has made is that invoice."""
    living = [each for each in invoices if is_living(each)]
    made = {each.bill_no for each in living}
    yield from map(Other.of_invoice, living)
    yield from (Other.of_bill(each) for each in bills if is_living(each) and each.record_no not in made)


def list_other_adjustments(adjustments: Iterable[Adjustment]) -> Iterator[Other]:
    """What a credit is compared with of Intacct's records."""
    return (Other.of_adjustment(each) for each in adjustments if is_living(each))
