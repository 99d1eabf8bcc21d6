"""What is wrong with the order of a set's segments, and the loop each belongs to."""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from ml_connector.edi.findings import Finding
from ml_connector.edi.grammar import START, Grammar, Missing, Move, Place, Surplus
from ml_connector.edi.schema import Loop, Schema, SegmentUse
from ml_connector.edi.schema_codes import SchemaCode


class Misplaced(msgspec.Struct, frozen=True, kw_only=True):
    """A loop that began where it does not belong: what follows is read as its inside."""

    grammar: Grammar
    place: Place


class StructureWalk:
    """Walks one set to its end. `findings` are in the order of the segments, `loops` one for each."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._grammar = Grammar(schema.items)
        self._place = START
        self._misplaced: Misplaced | None = None
        self._position = 0
        self._ahead: Counter[str] = Counter()
        self.findings: list[Finding] = []
        self.loops: list[str | None] = []

    def walk(self, tags: Sequence[str]) -> None:
        """Read the tags of the whole set."""
        self._ahead.update(tags)
        for self._position, tag in enumerate(tags, 1):
            self._ahead[tag] -= 1
            self._step(tag)
        self._position += 1
        self._report_missing(self._grammar.list_missing(self._place))

    def _step(self, tag: str) -> None:
        if self._step_inside_misplaced(tag):
            return
        move = self._grammar.find(self._place, tag)
        if move is not None and not self._leaves_behind(move):
            self._report_missing(move.missing)
            self._place = move.place
            self.loops.append(self._grammar.name_loop(self._place))
            return
        surplus = self._grammar.find_surplus(self._place, tag) if move is None else None
        if surplus is None:
            self._report_misplaced(tag)
        else:
            self._report_surplus(surplus)

    def _leaves_behind(self, move: Move) -> bool:
        """Whether the move skips a mandatory part of the set that is still to come: then it goes too far."""
        return move.depth == 0 and any(
            missing.loop is None and self._ahead[missing.item.tag] > 0 for missing in move.missing
        )

    def _step_inside_misplaced(self, tag: str) -> bool:
        if self._misplaced is None:
            return False
        move = self._misplaced.grammar.find(self._misplaced.place, tag)
        if move is None:
            self._misplaced = None
            return False
        self._misplaced = Misplaced(grammar=self._misplaced.grammar, place=move.place)
        self.loops.append(self._misplaced.grammar.name_loop(move.place))
        return True

    def _report_misplaced(self, tag: str) -> None:
        """Report a segment that has no place from here on, and read on behind it."""
        loop = _find_loop(self._schema.items, tag)
        if loop is not None:
            self._misplaced = Misplaced(grammar=Grammar(loop.items, loop.tag), place=((0, 1),))
        self.loops.append(tag if loop is not None else self._grammar.name_loop(self._place))
        code, problem = self._explain(tag)
        self._report(code, tag, self._grammar.name_loop(self._place), problem)

    def _explain(self, tag: str) -> tuple[SchemaCode, str]:
        here = self._describe_place()
        if self._grammar.has_open(self._place, tag):
            return SchemaCode.SEGMENT_OUT_OF_ORDER, f"is out of order {here}: send it at its place"
        if tag in self._schema.segments:
            return SchemaCode.SEGMENT_UNEXPECTED, f"has no place {here}: send it in the loop it belongs to"
        if tag in self._schema.known_tags:
            reason = f"is not part of the {self._schema.set_code}: leave it out"
            return SchemaCode.SEGMENT_NOT_IN_SET, reason
        reason = "is not a segment known here: look for a delimiter inside the data"
        return SchemaCode.SEGMENT_UNKNOWN, reason

    def _describe_place(self) -> str:
        loop = self._grammar.name_loop(self._place)
        return "here" if loop is None else f"in loop {loop}"

    def _report_surplus(self, surplus: Surplus) -> None:
        """Report the first repeat too many; the others have the same cause."""
        loop, item = self._grammar.name_loop(self._place), surplus.item
        self._place = surplus.place
        self.loops.append(self._grammar.name_loop(self._place))
        if surplus.first:
            is_loop = isinstance(item, Loop)
            code = SchemaCode.LOOP_TOO_MANY if is_loop else SchemaCode.SEGMENT_TOO_MANY
            what = f"loop {item.tag}" if is_loop else item.tag
            problem = f"is one more than the {item.most} times {what} may stand here"
            self._report(code, item.tag, loop, problem)

    def _report_missing(self, missing: Sequence[Missing]) -> None:
        for item, loop in missing:
            where = "" if loop is None else f" of loop {loop}"
            message = f"{item.tag}{where} is missing before segment {self._position}: it is mandatory there."
            self.findings.append(
                Finding(
                    code=SchemaCode.SEGMENT_MISSING,
                    message=message,
                    position=self._position,
                    tag=item.tag,
                    loop=loop,
                )
            )

    def _report(self, code: SchemaCode, tag: str, loop: str | None, problem: str) -> None:
        message = f"{tag[:12]!r} in segment {self._position} {problem}."
        self.findings.append(Finding(code=code, message=message, position=self._position, tag=tag, loop=loop))


def _find_loop(items: Sequence[SegmentUse | Loop], tag: str) -> Loop | None:
    """The first loop anywhere that starts with this segment."""
    return next((loop for loop in _walk_loops(items) if loop.tag == tag), None)


def _walk_loops(items: Sequence[SegmentUse | Loop]) -> Iterator[Loop]:
    for item in items:
        if isinstance(item, Loop):
            yield item
            yield from _walk_loops(item.items)
