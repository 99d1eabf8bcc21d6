"""From the TOML files of this package to the schema of a set in a version."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from ml_connector.edi.remembering import remember
from ml_connector.edi.schema import (
    CodeList,
    Condition,
    ConditionKind,
    ElementKind,
    ElementUse,
    Loop,
    Schema,
    SegmentDefinition,
    SegmentUse,
    walk_tags,
)

#: The sets with a schema.
SETS = ("810", "812", "820", "824", "850", "855", "856", "860", "865", "875", "880", "997", "999", "TA1")

#: The versions in which something known here changes.
VERSIONS = (
    *("003040", "003050", "003060", "003070"),
    *("004010", "004020", "004030", "004040", "004050", "004060"),
    *("005010", "005020", "005030", "005040", "005050", "006010", "006020"),
)

#: What an element or segment of the files says: `REF mandatory x12 since 004010 until 005010`.
_NOTATION = re.compile(
    r"(?P<name>[A-Za-z0-9/.]+)(?P<mandatory> mandatory)?(?: x(?P<most>\d+|\*))?(?: repeats (?P<repeats>\d+))?"
    r"(?: since (?P<since>\d{6}))?(?: until (?P<until>\d{6}))?"
)


class Entry(NamedTuple):
    """One notation read."""

    name: str
    mandatory: bool
    most: int | None
    repeats: int
    since: str
    until: str

    def holds_in(self, version: str) -> bool:
        return self.since <= version <= self.until


def load_schema(set_code: str, version: str) -> Schema | None:
    """The schema of a set in the version of its GS08 (its first six digits count), or None for an unknown set.

    A version that is not known is read as the nearest before it, or the first; without six
    digits, as 004010.
    """
    return _load(set_code, choose_version(version)) if set_code in SETS else None


@remember
def choose_version(version: str) -> str:
    """The known version that stands for a GS08."""
    digits = version[:6]
    if not (len(digits) == 6 and digits.isascii() and digits.isdigit()):
        return "004010"
    return VERSIONS[max(bisect_right(VERSIONS, digits) - 1, 0)]


def parse_entry(text: str) -> Entry:
    """Read one notation; the files are ours and tested, so a wrong one is an error of ours."""
    match = _NOTATION.fullmatch(text)
    if match is None:
        message = f"not a notation of the schema files: {text!r}"
        raise ValueError(message)
    most = match["most"] or "1"
    return Entry(
        match["name"],
        match["mandatory"] is not None,
        None if most == "*" else int(most),
        int(match["repeats"] or 1),
        match["since"] or VERSIONS[0],
        match["until"] or VERSIONS[-1],
    )


@lru_cache(maxsize=128)
def _load(set_code: str, version: str) -> Schema:
    data = read_file(set_code)
    items = tuple(_place_items(data["segments"], version))
    dictionary = load_dictionary(version)
    segments = {tag: dictionary[tag] for tag in sorted(set(walk_tags(items)))}
    if "ST" in segments:
        segments["ST"] = _name_set(segments["ST"], set_code)
    return Schema(
        set_code=set_code,
        version=version,
        name=data["name"],
        items=items,
        segments=segments,
        known_tags=frozenset(dictionary),
    )


@cache
def read_file(name: str) -> dict[str, Any]:
    return tomllib.loads(files("ml_connector.edi").joinpath("schemas", f"{name}.toml").read_text("utf-8"))


def _place_items(entries: Iterable[str | Mapping[str, Any]], version: str) -> Iterator[SegmentUse | Loop]:
    for item in entries:
        entry = parse_entry(item if isinstance(item, str) else item["loop"])
        if not entry.holds_in(version):
            continue
        if isinstance(item, str):
            yield SegmentUse(tag=entry.name, mandatory=entry.mandatory, most=entry.most)
        else:
            first = SegmentUse(tag=entry.name, mandatory=True)
            inside = _place_items(item["segments"], version)
            yield Loop(tag=entry.name, mandatory=entry.mandatory, most=entry.most, items=(first, *inside))


def _name_set(definition: SegmentDefinition, set_code: str) -> SegmentDefinition:
    """ST with the one code of its set in ST01."""
    first, *others = definition.elements
    named = ElementUse(
        number=first.number,
        name=first.name,
        kind=first.kind,
        longest=first.longest,
        mandatory=True,
        codes=CodeList(meanings={set_code: "this transaction set"}, open=False),
    )
    return SegmentDefinition(
        tag=definition.tag,
        name=definition.name,
        elements=(named, *others),
        conditions=definition.conditions,
    )


@cache
def load_dictionary(version: str) -> Mapping[str, SegmentDefinition]:
    """Every segment known here, by its tag, in one of VERSIONS."""
    return {tag: _define(tag, data, version) for tag, data in read_file("segments").items()}


def _define(tag: str, data: Mapping[str, Any], version: str) -> SegmentDefinition:
    elements: list[ElementUse] = []
    conditions = list(_read_conditions(data.get("conditions", ()), version))
    for entry in map(parse_entry, data["elements"]):
        if not entry.holds_in(version):
            continue
        group = [_use_element(number, entry, version) for number in entry.name.split("/")]
        for _ in range(entry.most or 1):
            first = len(elements) + 1
            elements += group
            if len(group) > 1 and not entry.mandatory:
                pair = tuple(range(first, first + len(group)))
                conditions.append(Condition(kind=ConditionKind.PAIRED, elements=pair))
    return SegmentDefinition(
        tag=tag, name=data["name"], elements=tuple(elements), conditions=tuple(conditions)
    )


def _read_conditions(entries: Iterable[str], version: str) -> Iterator[Condition]:
    for entry in map(parse_entry, entries):
        if entry.holds_in(version):
            kind, digits = entry.name[0], entry.name[1:]
            numbers = tuple(int(digits[at : at + 2]) for at in range(0, len(digits), 2))
            yield Condition(kind=ConditionKind(kind), elements=numbers)


def _use_element(number: str, entry: Entry, version: str) -> ElementUse:
    data = read_file("elements")[number]
    components = tuple(
        _use_element(part.name, part, version) for part in map(parse_entry, data.get("components", ()))
    )
    kind = data["type"]
    shortest, longest = _choose_length(data["length"], version)
    return ElementUse(
        number=number,
        name=data["name"],
        kind=ElementKind(kind.rstrip("0123456789")),
        decimals=int(kind[1:]) if kind[0] == "N" else 0,
        shortest=shortest,
        longest=longest,
        mandatory=entry.mandatory,
        repeats=entry.repeats,
        codes=_load_codes(number),
        components=components,
    )


def _choose_length(entries: Iterable[str], version: str) -> tuple[int, int]:
    """The last length that holds in the version."""
    *_, last = (entry.name for entry in map(parse_entry, entries) if entry.holds_in(version))
    shortest, longest = last.split("..")
    return int(shortest), int(longest)


@cache
def _load_codes(number: str) -> CodeList | None:
    data = read_file("codes").get(number)
    if data is None:
        return None
    return CodeList(meanings=dict(data["codes"]), open=data.get("open", False))
