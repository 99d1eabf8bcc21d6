"""The elements of a set's segments as one regular expression, so that a right set is known in one step.

Every repeat is possessive and every choice is made by the next characters alone, so matching takes
time in proportion to the text. What an expression accepts is what `element_faults` finds no fault in.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import combinations

import msgspec

from ml_connector.edi.schema import Condition, ConditionKind, ElementKind, ElementUse, SegmentDefinition

#: Control characters: never data.
CONTROLS = r"\x00-\x1f\x7f-\x9f"
#: What may stand between a terminator and the next segment.
_BLANKS = "\0\t\n\r\x1a "


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """The delimiters of a text, each one character or CR LF; the last two may be empty."""

    element: str
    terminator: str
    component: str = ""
    repetition: str = ""

    def excluded(self) -> str:
        """What no element holds, as the inside of a character class."""
        return CONTROLS + re.escape(self.element + self.terminator + self.repetition)


def write_set(definitions: Iterable[SegmentDefinition], marks: Marks) -> str:
    """An expression for any number of these segments in any order, each with its terminator."""
    blanks = "".join(sorted(set(_BLANKS) - set(marks.element + marks.terminator)))
    end = f"{re.escape(marks.terminator)}[{re.escape(blanks)}]*+"
    by_initial: dict[str, list[str]] = {}
    for definition in definitions:
        rest = f"{re.escape(definition.tag[1:])}{write_elements(definition, marks)}{end}"
        by_initial.setdefault(definition.tag[0], []).append(rest)
    choices = [f"{initial}(?:{'|'.join(rests)})" for initial, rests in sorted(by_initial.items())]
    return f"(?:{'|'.join(choices)})*+"


def write_elements(definition: SegmentDefinition, marks: Marks) -> str:
    """An expression for what follows the tag of a segment; it does not see separators at the end."""
    pairs = find_inline_pairs(definition.conditions)
    guarded = [condition for condition in definition.conditions if condition not in pairs.values()]
    writer = _Writer(marks)
    tail, needed = "", False
    at = len(definition.elements)
    while at > 0:
        size = 2 if at - 1 in pairs else 1
        start = at - size + 1
        guards = [condition for condition in guarded if start <= min(condition.elements) <= at]
        step, mandatory = writer.write_step(definition.elements[start - 1 : at])
        needed = needed or mandatory or any(guard.kind is ConditionKind.REQUIRED for guard in guards)
        step = "".join(writer.write_condition(guard, start) for guard in guards) + step + tail
        tail = step if needed else f"(?:{step}|)"
        at -= size
    return tail


def find_inline_pairs(conditions: Iterable[Condition]) -> dict[int, Condition]:
    """The pairs of neighbours, by their first element, that overlap no other such pair."""
    pairs: dict[int, Condition] = {}
    for condition in conditions:
        first, *others = condition.elements
        fits = condition.kind is ConditionKind.PAIRED and others == [first + 1]
        if fits and not {first - 1, first, first + 1} & pairs.keys():
            pairs[first] = condition
    return pairs


class _Writer:
    """Writes expressions for one set of delimiters."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self._mark = re.escape(marks.element)
        self._end = re.escape(marks.terminator)
        self._any = f"[^{marks.excluded()}]"

    def write_step(self, uses: Sequence[ElementUse]) -> tuple[str, bool]:
        """An element with the separator before it, or two that are a pair; and whether it is mandatory."""
        if len(uses) == 1:
            return self._mark + self.write_optional(uses[0]), uses[0].mandatory
        both = "".join(self._mark + self._write_value(use) for use in uses)
        if any(use.mandatory for use in uses):
            return both, True
        return f"(?:{both}|{self._mark * 2})", False

    def write_optional(self, use: ElementUse) -> str:
        if use.mandatory:
            return self._write_value(use)
        if use.kind is ElementKind.TEXT and use.shortest == 1 and not use.components:
            return f"{self._any}{{0,{use.longest}}}+"
        return f"(?:{self._write_value(use)}|)"

    def _write_value(self, use: ElementUse) -> str:
        value = self._write_once(use)
        if use.repeats == 1 or not self._marks.repetition:
            return value
        again = f"{re.escape(self._marks.repetition)}{value}"
        return f"{value}(?:{again}){{0,{use.repeats - 1}}}+"

    def _write_once(self, use: ElementUse) -> str:
        if use.components and self._marks.component:
            return self._write_composite(use.components)
        if use.components or use.kind is ElementKind.BINARY:
            return f"{self._any}++"
        if use.codes is not None:
            return write_codes(use.codes.meanings)
        if use.kind is ElementKind.TEXT:
            return f"{self._any}{{{use.shortest},{use.longest}}}+"
        return write_value(use)

    def _write_composite(self, components: Sequence[ElementUse]) -> str:
        mark = re.escape(self._marks.component)
        inner = _Writer(
            Marks(
                element=self._marks.element,
                terminator=self._marks.terminator + self._marks.component,
                repetition=self._marks.repetition,
            )
        )
        tail, needed = "", False
        for use in reversed(components[1:]):
            needed = needed or use.mandatory
            step = f"{mark}{inner.write_optional(use)}{tail}"
            tail = step if needed else f"(?:{step}|)"
        return f"{inner.write_optional(components[0])}{tail}(?<!{mark})"

    def write_condition(self, condition: Condition, start: int) -> str:
        """A look ahead from the separator of element `start` that refuses what breaks the condition."""
        refused = [self._write_presence(wrong, start) for wrong in list_violations(condition)]
        return f"(?!{'|'.join(refused)})"

    def _write_presence(self, wanted: Mapping[int, bool], start: int) -> str:
        """The elements from `start` on, present or empty as wanted."""
        held = f"[^{self._mark}{self._end}]"
        other = f"(?:{self._mark}{held}*+)"
        text, at = "", start
        for number, present in sorted(wanted.items()):
            gap = number - at
            if present:
                text += f"{other}{{{gap}}}" if gap else ""
                text += f"{self._mark}{held}++"
            else:
                text += f"{other}{{0,{gap}}}+" if gap else ""
                text += f"(?:(?={self._end})|{self._mark}(?!{held}))"
            at = number + 1
        return text


@cache
def list_violations(condition: Condition) -> tuple[Mapping[int, bool], ...]:
    """The ways to break a condition: which elements are present (True) or empty (False)."""
    first, *others = condition.elements
    if condition.kind is ConditionKind.REQUIRED:
        return (dict.fromkeys(condition.elements, False),)
    if condition.kind is ConditionKind.EXCLUSIVE:
        return tuple({one: True, other: True} for one, other in combinations(condition.elements, 2))
    if condition.kind is ConditionKind.LIST:
        return ({first: True, **dict.fromkeys(others, False)},)
    if condition.kind is ConditionKind.CONDITIONAL:
        return tuple({first: True, other: False} for other in others)
    return tuple(
        {one: one_present, other: not one_present}
        for one, other in combinations(condition.elements, 2)
        for one_present in (True, False)
    )


def write_value(use: ElementUse) -> str:
    """An expression for a value that is a number, date, time or code without a list."""
    low, high = use.shortest, use.longest
    if use.kind is ElementKind.CODE:
        return f"[0-9A-Za-z]{{{low},{high}}}+"
    if use.kind is ElementKind.NUMERIC:
        return f"-?+[0-9]{{{low},{high}}}+"
    if use.kind is ElementKind.REAL:
        digits = rf"(?=[0-9.]{{{low + 1},{high + 1}}}+(?![0-9.]))(?:[0-9]++\.[0-9]*+|\.[0-9]++)"
        return rf"-?+(?:[0-9]{{{low},{high}}}+(?!\.)|{digits})"
    if use.kind is ElementKind.DATE:
        return _DATES[high]
    return _TIME


_DAYS = (
    "(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)"
    "|02(?:0[1-9]|1[0-9]|2[0-8]))"
)
_LEAP = "(?:0[48]|[2468][048]|[13579][26])"
_LEAP_CENTURY = "(?:2[048]|[468][048]|[3579][26])"
_DATES = {
    6: f"(?:[0-9]{{2}}{_DAYS}|(?:00|{_LEAP})0229)",
    8: f"(?:(?:19|[2-9][0-9])(?:[0-9]{{2}}{_DAYS}|{_LEAP}0229)|{_LEAP_CENTURY}000229)",
}
_TIME = "(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9][0-9]{0,2}+|)"


def write_codes(codes: Iterable[str]) -> str:
    """An expression for one of the codes that decides at every character."""
    by_initial: dict[str, list[str]] = {}
    for code in sorted(codes):
        by_initial.setdefault(code[:1], []).append(code[1:])
    complete = by_initial.pop("", None) is not None
    same_rest: dict[str, str] = {}
    for initial, rests in by_initial.items():
        rest = write_codes(rests)
        same_rest[rest] = same_rest.get(rest, "") + initial
    choices = [f"{_write_class(initials)}{rest}" for rest, initials in same_rest.items()]
    if complete:
        choices.append("")
    return choices[0] if len(choices) == 1 else f"(?:{'|'.join(choices)})"


def _write_class(characters: str) -> str:
    return re.escape(characters) if len(characters) == 1 else f"[{re.escape(characters)}]"
