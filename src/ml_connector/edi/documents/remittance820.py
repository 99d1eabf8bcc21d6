"""The 820 payment order and remittance advice: what is paid, for which documents, with which adjustments."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from ml_connector.edi.documents.guides import refuse_health_guide
from ml_connector.edi.documents.layouts import TEXT, Layout
from ml_connector.edi.documents.loops import Loops, Section, check_code, divide_loops, find_header, read_notes
from ml_connector.edi.documents.masking import BankAccount, mask_misplaced, read_account
from ml_connector.edi.documents.parts import (
    DatedQualifier,
    Party,
    Reference,
    read_currency,
    read_dates,
    read_party,
    read_references,
)
from ml_connector.edi.documents.reading import ElementReader, Reading
from ml_connector.edi.documents.remittance_arithmetic import DOCUMENTS_ONLY, explain_payment
from ml_connector.edi.documents.remittance_codes import Direction, Handling
from ml_connector.edi.documents.remittance_lines import (
    Block,
    Entity,
    PaymentAdjustment,
    RemittedDocument,
    read_document,
    read_entity,
    read_payment_adjustment,
)
from ml_connector.edi.documents.sums import describe_attempts
from ml_connector.edi.elements import parse_date
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element

_HEADER_LOOPS = {"N1": frozenset({"N2", "N3", "N4", "REF", "PER"})}
#: Loops of taxes, payroll deductions and others, which are not read.
_UNREAD_LOOPS = frozenset({"TXP", "DED", "LX", "FGS"})
_OTHER_LOOPS = _UNREAD_LOOPS | {"SE"}


class Trace(Struct, frozen=True, gc=False):
    """TRN: the number by which a payment is found again."""

    type_code: str = ""  #: 1 of this transfer, 3 for joining payment and remittance advice
    number: str = ""
    company: str = ""
    reference: str = ""


class Remittance(Struct, frozen=True, kw_only=True, gc=False):
    """An 820. Bank accounts are masked. Texts are "" and values None where the sender gave nothing readable."""

    handling: str  #: BPR01, see `Handling`
    amount: Decimal | None  #: BPR02, as sent
    direction: str  #: BPR03: C credits the payee, D debits it
    method: str  #: BPR04, see `PaymentMethod`
    format: str  #: BPR05, such as CTX
    payer_account: BankAccount | None
    company: str  #: BPR10, who orders the payment, as its bank knows it
    company_supplement: str
    payee_account: BankAccount | None
    date: dt.date | None  #: BPR16, effective
    business_function: str  #: BPR17
    return_account: BankAccount | None  #: BPR18 to BPR21
    number: str  #: TRN02, trace or check number: of the first trace of type 1, else of the first
    traces: tuple[Trace, ...]
    currency: str | None
    parties: tuple[Party, ...]
    references: tuple[Reference, ...]
    dates: tuple[DatedQualifier, ...]
    notes: tuple[str, ...]
    entities: tuple[Entity, ...]
    documents: tuple[RemittedDocument, ...]
    adjustments: tuple[PaymentAdjustment, ...]  #: beside the documents: tied to an entity at most
    rule: str | None  #: which sum of documents and adjustments gives the amount; None when none does

    @property
    def payer(self) -> Party | None:
        """The party in the role PR."""
        return self._find_party("PR")

    @property
    def payee(self) -> Party | None:
        """The party in the role PE."""
        return self._find_party("PE")

    def _find_party(self, role: str) -> Party | None:
        return next((party for party in self.parties if party.role == role), None)


_TRACE = Layout(Trace, TEXT, TEXT, TEXT, TEXT)


def parse_remittance(transaction: Transaction) -> Reading[Remittance]:
    """The payment in a set 820, read as far as possible, and the findings of its contents.

    The document is None only where the set is no 820 or has no BPR, or follows a health-care guide
    (005010X218, X306): those share the number, but not the loops. No finding quotes bank data.
    """
    reader = ElementReader(transaction)
    bpr = find_header(transaction, "820", "BPR", reader)
    document = None
    if bpr and not refuse_health_guide(transaction, reader):
        version = transaction.group.version if transaction.group else ""
        document = _read_remittance(bpr, version, reader)
    return Reading(document=document, findings=reader.findings)


class _Parts(Struct, frozen=True, kw_only=True, gc=False):
    """An 820 divided into its loops."""

    header: list[Row]
    entities: list[Section]
    documents: list[Block]
    adjustments: list[Block]


def _divide(rows: Sequence[Row]) -> _Parts:
    """Each segment goes to the loop opened last; an ADX after an RMR is that document's, else its entity's."""
    parts = _Parts(header=[], entities=[], documents=[], adjustments=[])
    current: list[Row] = parts.header
    document: Block | None = None
    innermost: Block | None = None
    for place, row in enumerate(rows, 1):
        tag = row[0]
        entity = len(parts.entities) - 1 if parts.entities else None
        if tag == "ENT":
            current, document, innermost = [], None, None
            parts.entities.append(Section(place, current))
        elif tag == "RMR":
            current = []
            document = innermost = _open_block(place, current, entity)
            parts.documents.append(document)
        elif tag == "ADX":
            current = []
            innermost = _open_block(place, current, entity)
            (document.adjustments if document else parts.adjustments).append(innermost)
        elif tag == "IT1" and innermost:
            current = []
            innermost.items.append(Section(place, current))
        elif tag in _OTHER_LOOPS:
            current, document, innermost = [], None, None
        current.append(row)
    return parts


def _open_block(place: int, rows: list[Row], entity: int | None) -> Block:
    return Block(section=Section(place, rows), entity=entity, items=[], adjustments=[])


def _read_remittance(bpr: Row, version: str, reader: ElementReader) -> Remittance:
    parts = _divide(reader.rows)
    header = divide_loops(parts.header, _HEADER_LOOPS)
    amount, traces = _read_amount(bpr, reader), _read_traces(header, bpr, reader)
    banks = mask_misplaced(bpr)
    _report_unread(reader)
    parties = tuple([read_party(loop) for loop in header.gather("N1")])
    _report_repeated(parties, header, reader)
    documents = tuple([read_document(block, reader) for block in parts.documents])
    adjustments = tuple([read_payment_adjustment(block, reader) for block in parts.adjustments])
    return Remittance(
        handling=check_code(Handling, bpr, 1, reader),
        amount=amount,
        direction=check_code(Direction, bpr, 3, reader),
        method=get_element(bpr, 4),
        format=get_element(bpr, 5),
        payer_account=read_account(banks, 6),
        company=get_element(banks, 10),
        company_supplement=get_element(banks, 11),
        payee_account=read_account(banks, 12),
        date=_read_effective_date(bpr, reader),
        business_function=get_element(banks, 17),
        return_account=read_account(banks, 18),
        number=_choose_number(traces),
        traces=traces,
        currency=read_currency(reader),
        parties=parties,
        references=read_references(header),
        dates=read_dates(header, reader),
        notes=read_notes(header),
        entities=tuple([read_entity(section) for section in parts.entities]),
        documents=documents,
        adjustments=adjustments,
        rule=_check_sum(amount, documents, adjustments, (bpr, version), reader),
    )


def _report_unread(reader: ElementReader) -> None:
    """Report what a payment says in loops that are not read, such as taxes and payroll deductions."""
    unread = [row for row in reader.rows if row[0] in _UNREAD_LOOPS] if reader.tags & _UNREAD_LOOPS else []
    if unread:
        tags = ", ".join(sorted({row[0] for row in unread}))
        message = f"The payment has {len(unread)} loops that are not read ({tags}), this one the first"
        reader.report(Code.LOOP_UNREAD, message, unread[0])


def _report_repeated(parties: Sequence[Party], header: Loops, reader: ElementReader) -> None:
    """Report a second payer or payee: which of them it is would be a guess."""
    for role in ("PR", "PE"):
        named = [party.name or party.id for party in parties if party.role == role]
        if len(named) > 1:
            rows = [row for row in header.pick("N1") if get_element(row, 1) == role]
            message = f"The payment has {len(named)} parties in the role {role}: {', '.join(named)}"
            reader.report(Code.PARTY_REPEATED, message, rows[1], 1)


def _read_amount(bpr: Row, reader: ElementReader) -> Decimal | None:
    amount = reader.read_amount(bpr, 2)
    if amount is None:
        reader.report(Code.AMOUNT_MISSING, "BPR02, the amount of the payment, is empty or no number", bpr, 2)
    return amount


def _read_effective_date(bpr: Row, reader: ElementReader) -> dt.date | None:
    """BPR16. What is no date is not quoted: account numbers stand beside it, and elements shift."""
    text = get_element(bpr, 16).strip(" ")
    if text.strip("0") and parse_date(text, None) is None:
        message = (
            "BPR16, the effective date, is no date; it is not shown, for account numbers stand beside it"
        )
        reader.report(Code.DATE_UNREADABLE, message, bpr)
        return None
    return reader.read_date(bpr, 16)


def _read_traces(header: Loops, bpr: Row, reader: ElementReader) -> tuple[Trace, ...]:
    traces = tuple([_TRACE.read(row, reader) for row in header.pick("TRN")])
    if not any(trace.number for trace in traces):
        message = "The payment has no trace number (TRN02): the same payment sent twice could not be told"
        reader.report(Code.TRACE_MISSING, message, bpr)
    return traces


def _choose_number(traces: Sequence[Trace]) -> str:
    current = [trace.number for trace in traces if trace.type_code == "1" and trace.number]
    return next(iter([*current, *(trace.number for trace in traces if trace.number)]), "").strip(" ")


def _check_sum(
    amount: Decimal | None,
    documents: Sequence[RemittedDocument],
    adjustments: Sequence[PaymentAdjustment],
    beginning: tuple[Row, str],
    reader: ElementReader,
) -> str | None:
    """The rule that gives the amount. A payment without any details has nothing to compare."""
    bpr, version = beginning
    if amount is None or not (documents or adjustments):
        return None
    explained = explain_payment(amount, documents, adjustments, version)
    if explained.rule is None:
        message = f"BPR02 is {amount}, but nothing adds up to it: {describe_attempts(explained)}"
        reader.report(Code.PAYMENT_SUM, message, bpr, 2)
    elif explained.rule == DOCUMENTS_ONLY and adjustments:
        message = f"BPR02 is {amount}, what the documents make; {len(adjustments)} adjustments beside them (ADX) are left out"
        reader.report(Code.ADJUSTMENT_UNCOUNTED, message, reader.rows[adjustments[0].segment - 1])
    return explained.rule
