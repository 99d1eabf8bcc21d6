"""A set against its schema: nothing to say about a right one in one step, else every finding with its place."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from ml_connector.edi.documents.masking import mask, mask_row
from ml_connector.edi.element_faults import Fault, find_faults
from ml_connector.edi.findings import Finding
from ml_connector.edi.grammar import Automaton, Grammar
from ml_connector.edi.patterns import Marks, write_set
from ml_connector.edi.remembering import remember
from ml_connector.edi.schema import Schema
from ml_connector.edi.schema_codes import SchemaCode
from ml_connector.edi.segments import split_skeleton, write_skeleton
from ml_connector.edi.severity import Severity
from ml_connector.edi.structure import StructureWalk

#: An expression takes a tenth of a second to make, as long as reading some 10,000 segments one by one;
#: a file that changes its delimiters all the time must not have one made for each of its sets.
PATIENCE = 5_000
#: How many findings of one set are told; one more says how many there are beyond.
MOST_FINDINGS = 100

#: How much of a value a finding keeps (AK404), and how much a sentence shows.
_LONGEST_VALUE = 99
_SHOWN_VALUE = 40

#: Delimiters that no clean element can hold, for sets that come without their text.
_PLAIN = Marks(element="\x1d", terminator="\x1e")


class Order:
    """The order of the segments of a schema."""

    def __init__(self, schema: Schema) -> None:
        self.start = Automaton(Grammar(schema.items), schema.segments).start
        self.is_right = remember(self._is_right)

    def _is_right(self, skeleton: str) -> bool:
        """Whether the segments with these tags stand in order, and none is missing."""
        state = self.start
        for tag in split_skeleton(skeleton):
            state = state[tag]
        return state.complete


@lru_cache(maxsize=64)
def make_order(schema: Schema) -> Order:
    """The order of a schema, made once: it is the same for all delimiters."""
    return Order(schema)


class Checker:
    """Checks sets against one schema, all with the same delimiters.

    Whether the segments stand in order is read off an automaton, at one look-up for each; whether
    their elements are right, off one regular expression over the whole text. What they refuse is
    explained segment by segment.
    """

    def __init__(self, schema: Schema, marks: Marks, *, patience: int = PATIENCE) -> None:
        self._schema = schema
        self._patience = patience  #: segments to be read one by one before the expression is worth its price
        self._marks = _choose_marks(marks)
        self._reads_text = self._marks.element == marks.element
        self._order = make_order(schema)
        self._segments: re.Pattern[str] | None = None
        # An expression finds a text in half the time that `in` takes.
        self._find_trailing = re.compile(re.escape(self._marks.element + self._marks.terminator)).search

    def find_right(self, texts: Sequence[str]) -> Sequence[bool]:
        """Of each of these texts, as `check` takes them, whether its elements are right; False says nothing.

        One match of all of them costs two thirds of a match of each: the processor stays with the expression.
        """
        if self._segments is None or not self._reads_text:
            return [False] * len(texts)
        if self._has_right_elements("".join(texts)):
            return [True] * len(texts)
        return [self._has_right_elements(text) for text in texts]

    def check(
        self,
        rows: Sequence[Sequence[str]],
        text: str | None = None,
        skeleton: str | None = None,
        *,
        right: bool = False,
    ) -> tuple[Finding, ...]:
        """What is wrong with a set, in the order of its segments; at most MOST_FINDINGS and one that says so.

        `rows` are the segments from ST to SE, each as its tag and its elements, without control
        characters and without blanks around it. `text`, if at hand, is the same set in the delimiters
        of this checker, from ST to the last terminator, with nothing in it that the rows lack but line
        ends and blanks before a segment: it saves putting the segments together again. It must be None
        where a blank was taken off an element or a character decoded. `skeleton` is that of the rows,
        if at hand. `right` says that `find_right` has found its elements right. Nothing is raised.
        """
        if right and self._order.is_right(skeleton or write_skeleton(rows)):
            return ()
        if not right and self._is_right(rows, text, skeleton):
            return ()
        return _cut([*self._find(rows)])

    def _is_right(self, rows: Sequence[Sequence[str]], text: str | None, skeleton: str | None) -> bool:
        """Whether the quick way finds nothing; False as long as there is no quick way."""
        if self._segments is None:
            self._patience -= len(rows)
            if self._patience > 0:
                return False
            self._segments = re.compile(write_set(self._schema.segments.values(), self._marks))
        if text is None or not self._reads_text:
            text = self._join(rows)
        return self._order.is_right(skeleton or write_skeleton(rows)) and self._has_right_elements(text)

    def _has_right_elements(self, text: str) -> bool:
        return not self._find_trailing(text) and self._skip_right(text, 0) == len(text)

    def _skip_right(self, text: str, start: int) -> int:
        """Where the first segment begins, from `start` on, whose elements are not right."""
        match = self._segments.match(text, start) if self._segments else None
        return match.end() if match else start

    def _join(self, rows: Sequence[Sequence[str]]) -> str:
        end = self._marks.terminator
        return end.join(map(self._marks.element.join, rows)) + end

    def _find(self, rows: Sequence[Sequence[str]]) -> Iterator[Finding]:
        findings, loops = self._read_order(rows)
        yield from findings
        for at in self._list_suspects(rows):
            row = rows[at]
            definition = self._schema.segments.get(row[0])
            if definition is not None:
                for fault in find_faults(row, definition, self._marks):
                    yield _report(fault, row, at + 1, loops[at])

    def _list_suspects(self, rows: Sequence[Sequence[str]]) -> Iterable[int]:
        """Which segments the expression refuses or cannot judge."""
        text, end = self._join(rows), self._marks.terminator
        if self._segments is None or text.count(end) != len(rows):
            return range(len(rows))
        suspects = {at for at, row in enumerate(rows) if not row[-1]}
        at = start = 0
        while (wrong := self._skip_right(text, start)) < len(text):
            at += text.count(end, start, wrong)
            suspects.add(at)
            at, start = at + 1, text.index(end, wrong) + len(end)
        return sorted(suspects)

    def _read_order(self, rows: Sequence[Sequence[str]]) -> tuple[Sequence[Finding], Sequence[str | None]]:
        """What is wrong with the order, and the loop of each segment."""
        state = self._order.start
        loops = []
        for row in rows:
            state = state[row[0]]
            loops.append(state.loop)
        if state.complete:
            return (), loops
        walk = StructureWalk(self._schema)
        walk.walk([row[0] for row in rows])
        return walk.findings, walk.loops


@lru_cache(maxsize=256)
def make_checker(schema: Schema, marks: Marks) -> Checker:
    """The checker of a schema for a text with these delimiters, made once."""
    return Checker(schema, marks)


def check_set(rows: Sequence[Sequence[str]], schema: Schema) -> tuple[Finding, ...]:
    """What is wrong with a set that comes without its text; as Checker.check."""
    return make_checker(schema, _PLAIN).check(rows)


def _choose_marks(marks: Marks) -> Marks:
    """The delimiters to match with: those given, unless one could be part of a number or code, or is taken."""
    ends = _is_no_data(marks.terminator) or marks.terminator == "\r\n"
    as_sent = ends and _is_no_data(marks.element) and marks.element not in marks.terminator
    element, terminator = (
        (marks.element, marks.terminator) if as_sent else (_PLAIN.element, _PLAIN.terminator)
    )
    taken = element + terminator
    component = _keep_free(marks.component, taken)
    return Marks(
        element=element,
        terminator=terminator,
        component=component,
        repetition=_keep_free(marks.repetition, taken + component),
    )


def _keep_free(mark: str, taken: str) -> str:
    return mark if _is_no_data(mark) and mark not in taken else ""


def _is_no_data(mark: str) -> bool:
    return len(mark) == 1 and not mark.isalnum() and mark not in "-. "


def _cut(findings: list[Finding]) -> tuple[Finding, ...]:
    """The findings in the order of the segments; of too many, the first of each code and those that hold."""
    findings.sort(key=lambda found: (found.position or 0, found.element or 0, found.component or 0))
    if len(findings) <= MOST_FINDINGS:
        return tuple(findings)
    firsts = {found.code: at for at, found in reversed(list(enumerate(findings)))}.values()
    ranks = [(at not in firsts, found.severity is Severity.NOTE, at) for at, found in enumerate(findings)]
    listed = sorted(at for *_, at in sorted(ranks)[:MOST_FINDINGS])
    rest = len(findings) - MOST_FINDINGS
    message = f"{rest} more findings of this set are not listed: correct these first."
    more = Finding(code=SchemaCode.FINDINGS_CUT, message=message, position=findings[-1].position)
    return (*(findings[at] for at in listed), more)


def _report(fault: Fault, row: Sequence[str], position: int, loop: str | None) -> Finding:
    tag, sent = row[0], _mask_fault(fault, row)
    place = f"{tag}{fault.element:02}" + (f"-{fault.component}" if fault.component else "")
    name = f" ({fault.use.name})" if fault.use else ""
    shown = sent if len(sent) <= _SHOWN_VALUE else sent[:_SHOWN_VALUE] + "..."
    value = f" {shown!r}" if sent else ""
    return Finding(
        code=fault.code,
        message=f"{place}{name}{value} in segment {position} {fault.problem}.",
        position=position,
        tag=tag,
        element=fault.element,
        component=fault.component or None,
        loop=loop,
        value=sent[:_LONGEST_VALUE] or None,
        element_id=fault.use.number if fault.use else None,
    )


def _mask_fault(fault: Fault, row: Sequence[str]) -> str:
    """The value, which may be a part of its element, starred where the element is."""
    element = fault.element
    is_secret = 0 < element < len(row) and mask_row(row)[element] != row[element]
    return mask(fault.value) if is_secret else fault.value
