"""What is wrong with the elements of one segment: the plain reading of what `patterns` accepts at once."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from ml_connector.edi.patterns import CONTROLS, Marks, list_violations
from ml_connector.edi.schema import (
    CodeList,
    Condition,
    ConditionKind,
    ElementKind,
    ElementUse,
    SegmentDefinition,
)
from ml_connector.edi.schema_codes import SchemaCode

_CONTROL = re.compile(f"[{CONTROLS}]")
_INTEGER = re.compile(r"-?[0-9]+")
_REAL = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_CODE = re.compile(r"[0-9A-Za-z]+")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3])(?:[0-5][0-9]){1,2}|(?:[01][0-9]|2[0-3])(?:[0-5][0-9]){2}[0-9]{1,2}")
_EARLIEST_YEAR = 1900


class Fault(NamedTuple):
    """One thing wrong in a segment; the place is 0 where there is none."""

    code: SchemaCode
    problem: str  #: the rest of a sentence about the value, with the cure
    element: int
    component: int = 0
    value: str = ""
    use: ElementUse | None = None


def find_faults(row: Sequence[str], definition: SegmentDefinition, marks: Marks) -> Iterator[Fault]:
    """Everything wrong in a segment, given as its tag and its elements."""
    values = row[1:]
    size = len(values)
    while size > 0 and not values[size - 1]:
        size -= 1
    if size < len(values):
        yield Fault(SchemaCode.TRAILING_EMPTY, "ends in empty elements: leave their separators out", size + 1)
    uses = definition.elements
    for number, use in enumerate(uses, 1):
        value = values[number - 1] if number <= size else ""
        yield from _check_element(value, use, number, marks)
    if size > len(uses):
        number = len(uses) + 1
        problem = f"is more than the {len(uses)} elements defined: look for a separator inside the data"
        yield Fault(SchemaCode.ELEMENT_EXTRA, problem, number, 0, values[number - 1])
    present = [bool(value) for value in values[: len(uses)]] + [False] * (len(uses) - size)
    for condition in definition.conditions:
        yield from _check_condition(condition, present)


def _check_element(value: str, use: ElementUse, number: int, marks: Marks) -> Iterator[Fault]:
    if not value:
        if use.mandatory:
            yield Fault(SchemaCode.ELEMENT_MISSING, "is empty, but mandatory: send it", number, use=use)
        return
    for part in _split_repeats(value, use, marks):
        if use.components and marks.component:
            yield from _check_composite(part, use, number, marks)
        else:
            found = check_value(part, use, marks)
            if found is not None:
                yield Fault(found[0], found[1], number, 0, part, use)


def _split_repeats(value: str, use: ElementUse, marks: Marks) -> Sequence[str]:
    """The values of an element that may hold several; what is beyond their number stays with the last."""
    if use.repeats == 1 or not marks.repetition:
        return (value,)
    return value.split(marks.repetition, use.repeats - 1)


def _check_composite(value: str, use: ElementUse, number: int, marks: Marks) -> Iterator[Fault]:
    parts = value.split(marks.component)
    size = len(parts)
    while size > 0 and not parts[size - 1]:
        size -= 1
    if size < len(parts):
        problem = "ends in empty components: leave their separators out"
        yield Fault(SchemaCode.TRAILING_EMPTY, problem, number, size + 1, value, use)
    if size > len(use.components):
        problem = f"has more than the {len(use.components)} components defined"
        yield Fault(SchemaCode.COMPONENT_EXTRA, problem, number, len(use.components) + 1, value, use)
    for at, inner in enumerate(use.components, 1):
        part = parts[at - 1] if at <= size else ""
        for fault in _check_element(part, inner, number, marks):
            yield fault._replace(component=at)


def check_value(value: str, use: ElementUse, marks: Marks) -> tuple[SchemaCode, str] | None:
    """What is wrong with a value that is not empty: a code and the rest of a sentence, or None."""
    if _CONTROL.search(value) or marks.element in value or marks.terminator in value:
        return SchemaCode.ELEMENT_CHARACTER, "holds a control character or delimiter: send text only"
    if marks.repetition and marks.repetition in value:
        reason = f"holds the repetition separator {marks.repetition!r}, but may be given once only"
        return SchemaCode.ELEMENT_REPEATED, reason
    if use.components or use.kind is ElementKind.BINARY:
        return None
    if use.kind is ElementKind.TEXT:
        return _check_length(len(value), use)
    found = _CHECKS[use.kind](value, use)
    stripped = value.rstrip(" ")
    return found if found is None or stripped == value else _check_padded(found, stripped, use)


def _check_padded(found: tuple[SchemaCode, str], stripped: str, use: ElementUse) -> tuple[SchemaCode, str]:
    """What is wrong with a value that ends in blanks: no more than these, if it is right without them."""
    if not stripped and use.mandatory:
        return SchemaCode.ELEMENT_MISSING, "holds blanks only, but is mandatory: send it"
    if not stripped or _CHECKS[use.kind](stripped, use) is None:
        return SchemaCode.ELEMENT_CHARACTER, "ends in blanks: leave them out"
    return found


def _check_length(length: int, use: ElementUse) -> tuple[SchemaCode, str] | None:
    unit = "digits" if use.kind in (ElementKind.NUMERIC, ElementKind.REAL) else "characters"
    if length < use.shortest:
        return SchemaCode.ELEMENT_SHORT, f"is shorter ({length}) than the {use.shortest} {unit} it must have"
    if length > use.longest:
        return SchemaCode.ELEMENT_LONG, f"is longer ({length}) than the {use.longest} {unit} it may have"
    return None


def _check_code(value: str, use: ElementUse) -> tuple[SchemaCode, str] | None:
    if use.codes is not None:
        return _check_list(value, use.codes)
    if not _CODE.fullmatch(value):
        return SchemaCode.ELEMENT_CHARACTER, "is a code, which has letters and digits only"
    return _check_length(len(value), use)


def _check_list(value: str, codes: CodeList) -> tuple[SchemaCode, str] | None:
    if value in codes.meanings:
        return None
    if codes.open:
        return SchemaCode.ELEMENT_CODE_UNKNOWN, "is not a code known here, though the list lacks some"
    few = ", ".join(sorted(codes.meanings)[:12])
    more = "" if len(codes.meanings) <= 12 else " ..."
    return SchemaCode.ELEMENT_CODE, f"is not one of its codes: send one of {few}{more}"


def _check_numeric(value: str, use: ElementUse) -> tuple[SchemaCode, str] | None:
    if _INTEGER.fullmatch(value):
        return _check_length(len(value.lstrip("-")), use)
    if _REAL.fullmatch(value):
        reason = f"has a decimal point, but its {use.decimals} decimals are implied: send digits only"
        return SchemaCode.ELEMENT_POINT, reason
    return SchemaCode.ELEMENT_NUMBER, "is not a whole number: send digits only"


def _check_real(value: str, use: ElementUse) -> tuple[SchemaCode, str] | None:
    if _REAL.fullmatch(value):
        return _check_length(len(value.lstrip("-").replace(".", "")), use)
    return SchemaCode.ELEMENT_NUMBER, "is not a number: send digits with at most one point"


def _check_date(value: str, use: ElementUse) -> tuple[SchemaCode, str] | None:
    if set(value) == {"0"}:
        return SchemaCode.ELEMENT_DATE_ZERO, "is a date of zeros: leave the element empty"
    wanted = "CCYYMMDD" if use.longest == 8 else "YYMMDD"
    if not _is_date(value):
        return SchemaCode.ELEMENT_DATE, f"is not a date: send {wanted}"
    return _check_length(len(value), use)


def _is_date(value: str) -> bool:
    if len(value) not in (6, 8) or not (value.isascii() and value.isdigit()):
        return False
    year = int(value[:4]) if len(value) == 8 else 2000 + int(value[:2])
    if year < _EARLIEST_YEAR:
        return False
    try:
        date(year, int(value[-4:-2]), int(value[-2:]))
    except ValueError:
        return False
    return True


def _check_time(value: str, _: ElementUse) -> tuple[SchemaCode, str] | None:
    if _TIME.fullmatch(value):
        return None
    return SchemaCode.ELEMENT_TIME, "is not a time of day: send HHMM or HHMMSS"


_CHECKS = {
    ElementKind.CODE: _check_code,
    ElementKind.NUMERIC: _check_numeric,
    ElementKind.REAL: _check_real,
    ElementKind.DATE: _check_date,
    ElementKind.TIME: _check_time,
}

_DEMANDS = {
    ConditionKind.PAIRED: "send all of {all} or none",
    ConditionKind.REQUIRED: "send at least one of {all}",
    ConditionKind.EXCLUSIVE: "send at most one of {all}",
    ConditionKind.CONDITIONAL: "with {first} send {others} too",
    ConditionKind.LIST: "with {first} send at least one of {others} too",
}


def _check_condition(condition: Condition, present: Sequence[bool]) -> Iterator[Fault]:
    for wrong in list_violations(condition):
        if all(present[number - 1] is wanted for number, wanted in wrong.items()):
            exclusive = condition.kind is ConditionKind.EXCLUSIVE
            code = SchemaCode.ELEMENT_EXCLUSION if exclusive else SchemaCode.ELEMENT_CONDITION
            missing = [number for number, wanted in wrong.items() if not wanted]
            place = min(missing) if missing else max(wrong)
            yield Fault(code, f"breaks condition {condition}: {_demand(condition)}", place)
            return


def _demand(condition: Condition) -> str:
    names = [f"{number:02}" for number in condition.elements]
    return _DEMANDS[condition.kind].format(all=", ".join(names), first=names[0], others=", ".join(names[1:]))
