"""What the product answers about needs, cross-references and what people decide by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ml_connector.app.need_steps import Step
from ml_connector.app.results import DocumentLine
from ml_connector.mapping.vendors.new_vendor import Proposal
from ml_connector.mapping.vendors.suggest import Suggestion
from ml_connector.records.status import Status
from ml_connector.records.xref import StoredXref


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Documents of one currency, and their money."""

    currency: str  #: empty where the documents name none
    documents: int
    amount: Decimal | None  #: of those of which it is known; None where it is of none
    unknown: int = 0  #: documents of which it is not known
    discount: Decimal = Decimal(0)  #: what can still be kept of it
    discount_until: date | None = None  #: the first day on which some of that is lost

    def plus(self, amount: Decimal | None) -> "Waiting":
        """With one more, which has no discount."""
        return Waiting(
            currency=self.currency,
            documents=self.documents + 1,
            amount=self.amount if amount is None else (self.amount or Decimal(0)) + amount,
            unknown=self.unknown + (amount is None),
            discount=self.discount,
            discount_until=self.discount_until,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRow:
    """One unmet need of a link, and what waits for it."""

    kind: str
    need: str
    reason: str
    documents: int
    waiting: tuple[Waiting, ...]
    since: datetime
    days: int  #: how long the oldest has been waiting
    due: date | None  #: when the first is to be paid
    answer: str  #: what `needs answer` takes for it: a vendor, a contact, an account; empty when no value can meet it
    action: Step  #: the one that frees what waits
    or_else: tuple[Step, ...]  #: what else would
    suggestions: tuple[Suggestion, ...] = ()
    prepared: tuple[StoredXref, ...] = ()  #: answers that wait for a second person
    proposal: Proposal | None = None  #: the vendor that `create` makes, where policy allows to propose one
    addition: str = ""  #: what became of creating it so far, or why none is proposed


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedView:
    """A need with its documents, the first to be paid first."""

    row: NeedRow
    documents: tuple[DocumentLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """What would go on keeping documents, after all."""

    outcome: Status
    need: str  #: empty where it is no need
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would become of documents if they were decided now. Intacct is not asked for anything here."""

    documents: int
    freed: tuple[Waiting, ...]  #: they would go to Intacct
    still: tuple[Still, ...]
    untold: tuple[Waiting, ...] = ()  #: what becomes of these is told only by what Intacct has at that time


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer, what it frees, and whether it acts already."""

    xref: StoredXref
    acts: bool
    approval: Step  #: what another person does where it does not act yet
    preview: Preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a person's decision did to documents, and which it passed over, by the state they are in."""

    moved: tuple[int, ...]
    passed_over: Mapping[Status, int]
