"""A schema with a partner's overlay: what they require, forbid and shorten, and the codes they use.

[segments]
required = ["CUR", "IT1/PID"]      # everywhere, or inside a loop; "/N1" is outside any loop
forbidden = ["NTE"]
[elements]
required = ["BIG04"]
[lengths]
BIG02 = 16                         # at most; "4..16" is at least, too
[extra_codes]
REF01 = { Q7 = "cost object" }     # codes the list lacks
[codes]
N101 = ["ST", "BT"]                # only these
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from ml_connector.edi.overlay import read_length, read_overlay, refuse
from ml_connector.edi.schema import (
    CodeList,
    ElementKind,
    ElementUse,
    Loop,
    Schema,
    SegmentDefinition,
    SegmentUse,
    walk_tags,
)

Items = tuple[SegmentUse | Loop, ...]

_PLACE = re.compile(r"(?P<tag>[A-Z][0-9A-Z]{1,2})(?P<number>[0-9]{2})")
_CODE = re.compile(r"[0-9A-Za-z]+")
_MEASURED = (ElementKind.TEXT, ElementKind.CODE, ElementKind.NUMERIC, ElementKind.REAL)


def tighten(schema: Schema, overlay: str | Mapping[str, object]) -> Schema:
    """The schema with an overlay, given as TOML or as what TOML holds.

    A segment that is required and has several places in one loop is required at the last of them.
    Raises OverlayInvalid naming the key, what is wrong with it and what is allowed.
    """
    wanted = read_overlay(overlay)
    items = schema.items
    for path in wanted.segments.forbidden:
        items = _change(items, _read_path(path, items, "segments.forbidden"), _forbid)
    for path in wanted.segments.required:
        items = _change(items, _read_path(path, items, "segments.required"), _require)
    editor = _Editor({tag: schema.segments[tag] for tag in walk_tags(items)})
    for place in wanted.elements.required:
        editor.require(place)
    for place, length in wanted.lengths.items():
        editor.shorten(place, length)
    for place, extra in wanted.extra_codes.items():
        editor.add_codes(place, extra)
    for place, codes in wanted.codes.items():
        editor.restrict_codes(place, codes)
    return replace(schema, items=items, segments=editor.segments)


Path = tuple[str, ...]


def _read_path(text: str, items: Items, key: str) -> Path:
    path = tuple(text.split("/"))
    places = set(_list_places(items, ()))
    if path not in places:
        raise refuse(key, "is no place of the set", text, map("/".join, places))
    return path


def _list_places(items: Iterable[SegmentUse | Loop], around: Path) -> Iterator[Path]:
    for item in items:
        yield (*around, item.tag)
        if isinstance(item, Loop):
            yield from _list_places(item.items[1:], (*around, item.tag))


def _change(items: Items, path: Path, change: Callable[[Items, str], Items]) -> Items:
    """Apply a change to the items of the loops that are meant; the first segment of a loop stays."""
    tag, *rest = path
    if not rest:
        return change(items, tag)
    return tuple(
        replace(item, items=(item.items[0], *_change(item.items[1:], tuple(rest), change)))
        if isinstance(item, Loop) and item.tag == tag
        else item
        for item in items
    )


def _forbid(items: Items, tag: str) -> Items:
    return tuple(item for item in items if item.tag != tag)


def _require(items: Items, tag: str) -> Items:
    last = max((at for at, item in enumerate(items) if item.tag == tag), default=None)
    return tuple(replace(item, mandatory=True) if at == last else item for at, item in enumerate(items))


class _Editor:
    """Changes elements of the segments of a set."""

    def __init__(self, segments: Mapping[str, SegmentDefinition]) -> None:
        self.segments = dict(segments)

    def require(self, place: str) -> None:
        tag, number, use = self._find(place, "elements.required")
        self._put(tag, number, replace(use, mandatory=True))

    def shorten(self, place: str, length: int | str) -> None:
        key = f"lengths.{place}"
        tag, number, use = self._find(place, "lengths")
        if use.kind not in _MEASURED or use.codes is not None or use.components:
            raise refuse(key, "has a length of its own", place, self._list(lambda other: other.codes is None))
        shortest, longest = read_length(key, length)
        if shortest < use.shortest or longest > use.longest:
            shown = f"{shortest}..{longest}"
            raise refuse(key, "is wider than the schema", shown, [f"{use.shortest}..{use.longest}"])
        self._put(tag, number, replace(use, shortest=shortest, longest=longest))

    def add_codes(self, place: str, extra: Mapping[str, str]) -> None:
        tag, number, use = self._find(place, "extra_codes")
        codes = self._get_codes(place, "extra_codes", use)
        for code in extra:
            if not _CODE.fullmatch(code):
                raise refuse(f"extra_codes.{place}", "is no code", code, ["letters and digits"])
        more = CodeList(meanings={**codes.meanings, **extra}, open=codes.open)
        self._put(tag, number, replace(use, codes=more))

    def restrict_codes(self, place: str, wanted: Sequence[str]) -> None:
        key = f"codes.{place}"
        tag, number, use = self._find(place, "codes")
        known = self._get_codes(place, "codes", use).meanings
        for code in wanted:
            if code not in known:
                raise refuse(key, "is not in the list (extra_codes adds to it)", code, known)
        if not wanted:
            raise refuse(key, "allows nothing", "[]", known)
        few = CodeList(meanings={code: known[code] for code in wanted}, open=False)
        self._put(tag, number, replace(use, codes=few))

    def _get_codes(self, place: str, key: str, use: ElementUse) -> CodeList:
        if use.codes is None:
            raise refuse(key, "has no code list", place, self._list(lambda other: other.codes is not None))
        return use.codes

    def _list(self, wanted: Callable[[ElementUse], bool]) -> Iterator[str]:
        for tag, definition in self.segments.items():
            for number, use in enumerate(definition.elements, 1):
                if wanted(use):
                    yield f"{tag}{number:02}"

    def _find(self, place: str, key: str) -> tuple[str, int, ElementUse]:
        match = _PLACE.fullmatch(place)
        definition = self.segments.get(match["tag"]) if match else None
        number = int(match["number"]) if match else 0
        if definition is None or not 1 <= number <= len(definition.elements):
            raise refuse(key, "is no element of the set", place, self._list(lambda _: True))
        return definition.tag, number, definition.elements[number - 1]

    def _put(self, tag: str, number: int, use: ElementUse) -> None:
        definition = self.segments[tag]
        elements = (*definition.elements[: number - 1], use, *definition.elements[number:])
        self.segments[tag] = replace(definition, elements=elements)
