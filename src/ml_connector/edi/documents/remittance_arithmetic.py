"""Why a payment is what it is: the first named rule that gives BPR02 to the cent."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ml_connector.edi.documents.remittance_lines import PaymentAdjustment, RemittedDocument
from ml_connector.edi.documents.sums import SumExplanation, add, explain_sum
from ml_connector.edi.elements import EXACT

#: From this version on a positive ADX01 raises the payment; before, it lowers it. (X12, semantic note of ADX01.)
_FIRST_RAISING = "003050"
#: The rule that leaves out all adjustments.
DOCUMENTS_ONLY = "documents only"


def explain_payment(
    amount: Decimal,
    documents: Sequence[RemittedDocument],
    adjustments: Sequence[PaymentAdjustment],
    version: str,
) -> SumExplanation:
    """Find how the documents (RMR04) and adjustments (ADX01) of an 820 make its amount, exactly.

    The adjustments that stand beside documents count first, since one under a document mostly just
    explains its RMR04. `version` is GS08: it says which way a positive adjustment counts; the other
    way is tried last.
    """
    return explain_sum(amount, _list_sums(documents, adjustments, lowers=lowers_payment(version)))


def lowers_payment(version: str) -> bool:
    """Whether a positive ADX01 lowers the payment in a set of this version (GS08)."""
    return version[:6] < _FIRST_RAISING


def _list_sums(
    documents: Sequence[RemittedDocument], adjustments: Sequence[PaymentAdjustment], *, lowers: bool
) -> Iterator[tuple[str, Decimal]]:
    paid = add(document.paid for document in documents)
    beside = add(adjustment.amount for adjustment in adjustments)
    under = [adjustment.amount for document in documents for adjustment in document.adjustments]
    both = add([beside, *under])

    def list_signed(*, lowering: bool) -> Iterator[tuple[str, Decimal]]:
        sign, combine = ("-", EXACT.subtract) if lowering else ("+", EXACT.add)
        if adjustments:
            yield f"documents {sign} adjustments beside them", combine(paid, beside)
        if under:
            yield f"documents {sign} all adjustments", combine(paid, both)

    yield from list_signed(lowering=lowers)
    yield DOCUMENTS_ONLY, paid
    yield from list_signed(lowering=not lowers)
