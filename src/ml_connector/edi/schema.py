"""A transaction set as data: which segments in which order, and what their elements may hold."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import msgspec


class ElementKind(StrEnum):
    """The types of X12.6; Nn is NUMERIC with n implied decimals."""

    TEXT = "AN"
    CODE = "ID"
    NUMERIC = "N"
    REAL = "R"
    DATE = "DT"
    TIME = "TM"
    BINARY = "B"


class ConditionKind(StrEnum):
    """The relations of X12.6 between elements of one segment."""

    PAIRED = "P"  #: all or none
    REQUIRED = "R"  #: at least one
    EXCLUSIVE = "E"  #: at most one
    CONDITIONAL = "C"  #: with the first, all others
    LIST = "L"  #: with the first, at least one of the others


class CodeList(msgspec.Struct, frozen=True, kw_only=True):
    """The codes of an element; an open list is known to lack some."""

    meanings: Mapping[str, str]
    open: bool


class ElementUse(msgspec.Struct, frozen=True, kw_only=True):
    """An element of a segment, or a component of a composite."""

    number: str  #: of the data element or composite in the dictionary, such as 355 or C001
    name: str
    kind: ElementKind
    decimals: int = 0  #: implied ones, of a NUMERIC
    shortest: int = 1  #: characters; of numbers, digits
    longest: int
    mandatory: bool = False
    repeats: int = 1  #: how many values it may hold, with repetition separators between them
    codes: CodeList | None = None
    components: tuple["ElementUse", ...] = ()


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """A relation between elements, counted from 1, in ascending order but for the first of C and L."""

    kind: ConditionKind
    elements: tuple[int, ...]

    def __str__(self) -> str:
        return self.kind + "".join(f"{element:02}" for element in self.elements)


class SegmentDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """What a segment may hold, wherever it stands in the set."""

    tag: str
    name: str
    elements: tuple[ElementUse, ...]
    conditions: tuple[Condition, ...] = ()


class SegmentUse(msgspec.Struct, frozen=True, kw_only=True):
    """A place of a segment in a set or loop."""

    tag: str
    mandatory: bool = False
    most: int | None = 1  #: how often in a row; None is without limit


class Loop(msgspec.Struct, frozen=True, kw_only=True):
    """A place of a loop: its first item is its first segment, mandatory and once, which names it."""

    tag: str
    mandatory: bool = False
    most: int | None = 1
    items: tuple["SegmentUse | Loop", ...]


class Schema(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A transaction set in one version. Compared by identity, so that it is a key of caches."""

    set_code: str
    version: str
    name: str
    items: tuple[SegmentUse | Loop, ...]
    segments: Mapping[str, SegmentDefinition]  #: of every segment the set may have
    known_tags: frozenset[str]  #: of every segment known here, in this set or another


def walk_tags(items: Iterable[SegmentUse | Loop]) -> Iterator[str]:
    """The tags of all places, those of inner loops included."""
    for item in items:
        if isinstance(item, Loop):
            yield from walk_tags(item.items)
        else:
            yield item.tag
