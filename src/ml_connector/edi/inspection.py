"""Everything an input holds and all that is wrong with it, in one pass and in the order met."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import repeat

from msgspec import Struct
from msgspec.structs import replace

from ml_connector.edi.arithmetic import Arithmetic, explain_total, judge_total
from ml_connector.edi.checking import make_checker
from ml_connector.edi.delimiters import Delimiters
from ml_connector.edi.documents.acknowledgments import InterchangeAcknowledgment, parse_ta1
from ml_connector.edi.documents.invoice import Invoice
from ml_connector.edi.documents.routes import Document, parse_document
from ml_connector.edi.envelope import Group, Interchange, InterchangeAnswer, Transaction
from ml_connector.edi.findings import Finding
from ml_connector.edi.overlay import refuse
from ml_connector.edi.patterns import Marks
from ml_connector.edi.policy import USUAL, Policy
from ml_connector.edi.reader import read
from ml_connector.edi.schema import Schema
from ml_connector.edi.schema_loading import SETS, choose_version, load_schema
from ml_connector.edi.segments import Row
from ml_connector.edi.severity import Severity
from ml_connector.edi.tightening import tighten

#: A partner's overlays by the code of their set, such as 810, each as TOML or as what TOML holds.
Overlays = Mapping[str, str | Mapping[str, object]]

#: Where the total of an invoice stands: in an 810, in an 880.
_TOTALS = ("TDS", "G33")
_GRAVITY = (Severity.NOTE, Severity.HOLD, Severity.ERROR)
#: How many bytes of sets are checked in one step: what they are made into still fits into a cache of the processor.
_TOGETHER = 16 * 1024
#: Delimiters that no clean element holds, for sets whose own are of several bytes.
_SUBSTITUTES = Marks(element="\x1d", terminator="\x1e")


class Ruling(Struct, frozen=True, kw_only=True, gc=False):
    """A finding, and how grave it is under the policy."""

    finding: Finding
    severity: Severity


class InspectedSet(Struct, frozen=True, kw_only=True, gc=False):
    """A set, the document in it, and all that is wrong with either."""

    transaction: Transaction
    schema: Schema | None  #: None for a set without a schema here: only its envelope was checked
    document: Document | None  #: None for a set that is not read, or has nothing to stand on
    arithmetic: Arithmetic | None  #: of the total of an invoice
    rulings: tuple[Ruling, ...]  #: on the set, its structure and its document, by segment

    @property
    def severity(self) -> Severity | None:
        """The gravest of its findings; None when there is none."""
        return max((ruling.severity for ruling in self.rulings), key=_GRAVITY.index, default=None)


class InspectedAnswer(Struct, frozen=True, kw_only=True, gc=False):
    """A TA1, and what it says; what is wrong with it follows as rulings that stand alone."""

    answer: InterchangeAnswer
    document: InterchangeAcknowledgment | None


#: A group comes before its first set; a ruling that stands alone belongs to no set.
Inspected = Interchange | InspectedAnswer | Group | InspectedSet | Ruling
#: What stands between sets.
_Aside = Interchange | InspectedAnswer | Group | Ruling


def inspect(
    chunks: Iterable[bytes], *, policy: Policy = USUAL, overlays: Overlays | None = None
) -> Iterator[Inspected]:
    """Everything in the input with its findings, in the order met; in memory bounded by the largest set.

    Nothing in the input raises. Raises OverlayInvalid when the overlays name an unknown set, or when
    a set comes whose schema its overlay does not fit.
    """
    return Inspector(policy=policy, overlays=overlays).inspect(chunks)


class Inspector:
    """Inspects what comes from one partner."""

    def __init__(self, *, policy: Policy = USUAL, overlays: Overlays | None = None) -> None:
        self._policy = policy
        self._overlays = overlays or {}
        for set_code in self._overlays:
            if set_code not in SETS:
                raise refuse(set_code, "is no set with a schema", set_code, SETS)
        self._schemas: dict[tuple[str, str], Schema | None] = {}

    def inspect(self, chunks: Iterable[bytes]) -> Iterator[Inspected]:
        """As the function `inspect`."""
        for item in _gather(self.walk(chunks)):
            if isinstance(item, list):
                yield from self._inspect_alike(item)
            else:
                yield item

    def walk(
        self, chunks: Iterable[bytes]
    ) -> Iterator[Interchange | InspectedAnswer | Group | Transaction | Ruling]:
        """The same without looking into the sets: for who picks some of many by `inspect_set`."""
        group: Group | None = None
        for item in read(chunks):
            if isinstance(item, Transaction):
                if item.group is not None and item.group is not group:
                    yield item.group
                group = item.group
                yield item
            elif isinstance(item, Interchange):
                group = None
                yield item
                yield from self._judge(item.findings)
            elif isinstance(item, InterchangeAnswer):
                reading = parse_ta1(item.row)
                yield InspectedAnswer(answer=item, document=reading.document)
                yield from self._judge(replace(found, offset=item.offset) for found in reading.findings)
            else:
                yield from self._judge((item,))

    def inspect_set(self, transaction: Transaction) -> InspectedSet:
        """One set: its own findings, those of its schema, and those of the document in it."""
        return next(self._inspect_alike([transaction]))

    def _inspect_alike(self, sets: Sequence[Transaction]) -> Iterator[InspectedSet]:
        """Sets of one kind and group: their elements are checked in one step, all else one by one."""
        schema = self._find_schema(sets[0])
        checks = _check_alike(sets, schema) if schema is not None else repeat(())
        for found, each in zip(checks, sets):  # noqa: B905  # without a schema there is no end of nothing found
            yield self._inspect(each, schema, found)

    def _inspect(
        self, transaction: Transaction, schema: Schema | None, found: Sequence[Finding]
    ) -> InspectedSet:
        reading = parse_document(transaction)
        arithmetic, doubt = _explain_total(transaction, reading.document)
        told = (*transaction.findings, *reading.findings, *doubt)
        return InspectedSet(
            transaction=transaction,
            schema=schema,
            document=reading.document,
            arithmetic=arithmetic,
            rulings=self._rule(told, found) if told or found else (),
        )

    def _rule(self, told: Iterable[Finding], found: Iterable[Finding]) -> tuple[Ruling, ...]:
        """The rulings on a set by segment: what was told of it and its document, and what else its schema found."""
        rulings = list(self._judge(told))
        rulings += _drop_told(self._judge(found), rulings)
        rulings.sort(key=lambda ruling: (ruling.finding.position or 0, ruling.finding.element or 0))
        return tuple(rulings)

    def _judge(self, findings: Iterable[Finding]) -> Iterator[Ruling]:
        for finding in findings:
            yield Ruling(finding=finding, severity=self._policy.judge(finding.code))

    def _find_schema(self, transaction: Transaction) -> Schema | None:
        version = choose_version(transaction.group.version if transaction.group else "")
        key = (transaction.set_code, version)
        if key not in self._schemas:
            schema = load_schema(*key)
            overlay = self._overlays.get(transaction.set_code)
            self._schemas[key] = schema if schema is None or overlay is None else tighten(schema, overlay)
        return self._schemas[key]


def _gather(items: Iterable[_Aside | Transaction]) -> Iterator[_Aside | list[Transaction]]:
    """The same with the sets in lists, each of one kind and group and not much longer than _TOGETHER."""
    sets: list[Transaction] = []
    size = 0
    for item in items:
        if isinstance(item, Transaction):
            if sets and (item.set_code != sets[0].set_code or item.group is not sets[0].group):
                yield sets
                sets, size = [], 0
            sets.append(item)
            size += item.length
            if size < _TOGETHER:
                continue
        if sets:
            yield sets
            sets, size = [], 0
        if not isinstance(item, Transaction):
            yield item
    if sets:
        yield sets


def _explain_total(
    transaction: Transaction, document: Document | None
) -> tuple[Arithmetic | None, tuple[Finding, ...]]:
    """The arithmetic of an invoice, and what is wrong with its total, at its place."""
    if not isinstance(document, Invoice):
        return None, ()
    arithmetic = explain_total(document)
    found = judge_total(document, arithmetic)
    if found is None:
        return arithmetic, ()
    segments = transaction.segments
    place = next((each for each in segments if each.tag in _TOTALS), segments[0])
    value = place.element(1) or None
    placed = replace(
        found, offset=place.offset, position=place.position, tag=place.tag, element=1, value=value
    )
    return arithmetic, (placed,)


def _check_alike(sets: Sequence[Transaction], schema: Schema) -> Iterator[Sequence[Finding]]:
    """What the schema finds in each of these sets, which have the same delimiters."""
    prepared = [prepare_check(each) for each in sets]
    checker = make_checker(schema, prepared[0][0])
    texts = [text for _, _, text, _ in prepared if text is not None]
    alone = len(texts) < len(sets) or len(sets) == 1
    all_right = [False] * len(sets) if alone else checker.find_right(texts)
    for each, (_, rows, text, skeleton), right in zip(sets, prepared, all_right, strict=True):
        found = checker.check(rows, text, skeleton, right=right)
        yield _place(found, each) if found else ()


def _place(found: Iterable[Finding], transaction: Transaction) -> Sequence[Finding]:
    """The findings with the places of their segments."""
    places = [segment.offset for segment in transaction.segments]
    # What is missing behind the last segment is missing because the set is cut off, and its own finding says so.
    return [
        replace(each, offset=places[at - 1]) for each in found if (at := each.position or 1) <= len(places)
    ]


def prepare_check(transaction: Transaction) -> tuple[Marks, Sequence[Row], str | None, str]:
    """A set as a checker wants it: its delimiters, its rows, its text where that says the same, and its skeleton."""
    delimiters = transaction.interchange.delimiters
    marks = _choose_marks(delimiters)
    contents = transaction.contents
    # Rows are without blanks and decoded, the text is not: where that matters, only the rows are checked.
    as_sent = contents.as_sent and transaction.text.isascii() and marks is not _SUBSTITUTES
    return marks, contents.rows, transaction.text + marks.terminator if as_sent else None, contents.skeleton


@lru_cache(maxsize=64)
def _choose_marks(delimiters: Delimiters) -> Marks:
    """The delimiters as the characters of a text in Latin-1, or substitutes where they are no single ones."""
    if len(delimiters.element) > 1 or len(delimiters.terminator) > 1:
        return _SUBSTITUTES
    component, repetition = (
        mark.decode("latin-1") if len(mark) == 1 else ""
        for mark in (delimiters.component, delimiters.repetition)
    )
    return Marks(
        element=delimiters.element.decode("latin-1"),
        terminator=delimiters.terminator.decode("latin-1"),
        component=component,
        repetition=repetition,
    )


def _drop_told(rulings: Iterable[Ruling], told: Sequence[Ruling]) -> Iterator[Ruling]:
    """The rulings but for those on elements that the document's reader complains about at least as gravely.

    A complaint that the policy made light counts as it is by itself: it does not bring back its twin.
    """
    gravities: dict[tuple[int, int], int] = {}
    for ruling in told:
        if place := _find_place(ruling):
            gravest = max(map(_GRAVITY.index, (ruling.severity, ruling.finding.severity)))
            gravities[place] = max(gravities.get(place, 0), gravest)
    for ruling in rulings:
        place = _find_place(ruling)
        if place is None or gravities.get(place, -1) < _GRAVITY.index(ruling.severity):
            yield ruling


def _find_place(ruling: Ruling) -> tuple[int, int] | None:
    finding = ruling.finding
    return (finding.position, finding.element) if finding.position and finding.element else None
