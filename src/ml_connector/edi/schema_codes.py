"""What the check against a schema can find: stable codes with severity, meaning and acknowledgement number."""

from enum import StrEnum
from typing import Self

from ml_connector.edi.severity import Severity


class Level(StrEnum):
    """Where an acknowledgement reports a code: segments in AK304 and IK304, elements in AK403 and IK403."""

    SEGMENT = "segment"
    ELEMENT = "element"


class SchemaCode(StrEnum):
    """The codes: names never change, texts may."""

    severity: Severity
    level: Level
    acknowledged: str  #: the number in AK304/IK304 or AK403/IK403
    meaning: str

    def __new__(cls, value: str, severity: Severity, level: Level, acknowledged: str, meaning: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.severity = severity
        member.level = level
        member.acknowledged = acknowledged
        member.meaning = meaning
        return member

    # Segments
    SEGMENT_UNKNOWN = (
        "SEGMENT_UNKNOWN",
        Severity.HOLD,
        Level.SEGMENT,
        "1",
        "The segment id is not known here; the segment was not checked.",
    )
    SEGMENT_NOT_IN_SET = (
        "SEGMENT_NOT_IN_SET",
        Severity.HOLD,
        Level.SEGMENT,
        "6",
        "The segment exists, but not in this transaction set.",
    )
    SEGMENT_UNEXPECTED = (
        "SEGMENT_UNEXPECTED",
        Severity.HOLD,
        Level.SEGMENT,
        "2",
        "The set has such a segment, but not in this loop.",
    )
    SEGMENT_OUT_OF_ORDER = (
        "SEGMENT_OUT_OF_ORDER",
        Severity.HOLD,
        Level.SEGMENT,
        "7",
        "The segment belongs to an earlier or later place of the loop.",
    )
    SEGMENT_MISSING = (
        "SEGMENT_MISSING",
        Severity.HOLD,
        Level.SEGMENT,
        "3",
        "A mandatory segment is missing.",
    )
    SEGMENT_TOO_MANY = (
        "SEGMENT_TOO_MANY",
        Severity.NOTE,
        Level.SEGMENT,
        "5",
        "A segment is repeated more often than it may be.",
    )
    LOOP_TOO_MANY = (
        "LOOP_TOO_MANY",
        Severity.NOTE,
        Level.SEGMENT,
        "4",
        "A loop is repeated more often than it may be.",
    )
    FINDINGS_CUT = (
        "FINDINGS_CUT",
        Severity.NOTE,
        Level.SEGMENT,
        "8",
        "The set has more findings than are listed; each code is, and what holds the set comes first.",
    )

    # Elements
    ELEMENT_MISSING = (
        "ELEMENT_MISSING",
        Severity.HOLD,
        Level.ELEMENT,
        "1",
        "A mandatory element or component is empty.",
    )
    ELEMENT_CONDITION = (
        "ELEMENT_CONDITION",
        Severity.NOTE,
        Level.ELEMENT,
        "2",
        "Elements that depend on each other are not given as they must be.",
    )
    ELEMENT_EXCLUSION = (
        "ELEMENT_EXCLUSION",
        Severity.NOTE,
        Level.ELEMENT,
        "10",
        "Elements that exclude each other are both given.",
    )
    ELEMENT_EXTRA = (
        "ELEMENT_EXTRA",
        Severity.HOLD,
        Level.ELEMENT,
        "3",
        "The segment has more elements than are defined: a delimiter may stand inside the data.",
    )
    COMPONENT_EXTRA = (
        "COMPONENT_EXTRA",
        Severity.NOTE,
        Level.ELEMENT,
        "13",
        "A composite has more components than are defined.",
    )
    ELEMENT_SHORT = (
        "ELEMENT_SHORT",
        Severity.NOTE,
        Level.ELEMENT,
        "4",
        "An element is shorter than it must be.",
    )
    ELEMENT_LONG = (
        "ELEMENT_LONG",
        Severity.NOTE,
        Level.ELEMENT,
        "5",
        "An element is longer than it may be.",
    )
    ELEMENT_CHARACTER = (
        "ELEMENT_CHARACTER",
        Severity.NOTE,
        Level.ELEMENT,
        "6",
        "An element has characters that its type does not allow, or blanks at its end.",
    )
    ELEMENT_POINT = (
        "ELEMENT_POINT",
        Severity.NOTE,
        Level.ELEMENT,
        "6",
        "A number whose decimals are implied has a decimal point.",
    )
    ELEMENT_CODE = (
        "ELEMENT_CODE",
        Severity.HOLD,
        Level.ELEMENT,
        "7",
        "A code is not in its list, and the list is complete.",
    )
    ELEMENT_CODE_UNKNOWN = (
        "ELEMENT_CODE_UNKNOWN",
        Severity.NOTE,
        Level.ELEMENT,
        "7",
        "A code is not in its list, but the list is known to lack some.",
    )
    ELEMENT_DATE = (
        "ELEMENT_DATE",
        Severity.HOLD,
        Level.ELEMENT,
        "8",
        "An element is not a date.",
    )
    ELEMENT_DATE_ZERO = (
        "ELEMENT_DATE_ZERO",
        Severity.NOTE,
        Level.ELEMENT,
        "8",
        "A date of zeros stands where none should be given.",
    )
    ELEMENT_TIME = (
        "ELEMENT_TIME",
        Severity.NOTE,
        Level.ELEMENT,
        "9",
        "An element is not a time of day.",
    )
    ELEMENT_NUMBER = (
        "ELEMENT_NUMBER",
        Severity.HOLD,
        Level.ELEMENT,
        "6",
        "An element is not a number.",
    )
    ELEMENT_REPEATED = (
        "ELEMENT_REPEATED",
        Severity.NOTE,
        Level.ELEMENT,
        "12",
        "An element that may be given once is repeated.",
    )
    TRAILING_EMPTY = (
        "TRAILING_EMPTY",
        Severity.NOTE,
        Level.ELEMENT,
        "3",
        "Separators at the end of a segment or composite are not followed by data.",
    )
