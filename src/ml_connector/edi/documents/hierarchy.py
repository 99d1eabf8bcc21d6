"""The tree that HL segments describe: from HL01 and HL02, whatever the order of the segments."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element

SHIPMENT = "S"
ITEM = "I"
#: How far levels may be nested; real notices have five.
DEEPEST = 16
#: Levels from the outside in, for senders who leave HL02 empty. A code not listed stands inside all of them.
_RANKS = {code: rank for rank, code in enumerate((SHIPMENT, "O", "T", "P", ITEM))}
#: The parent of a level that belongs to the shipment because its own cannot be told.
_TO_SHIPMENT = -1


def get_code(head: Row) -> str:
    """The kind of a level (HL03) in capitals, without blanks around it."""
    return get_element(head, 3).strip(" ").upper()


class Linker:
    """Finds the parent of every level; what cannot be told from HL01 and HL02 goes to the shipment and is reported."""

    def __init__(self, heads: Sequence[Row], reader: ElementReader) -> None:
        self._heads = heads
        self._reader = reader
        self._problems: dict[Code, list[int]] = defaultdict(list)
        self._places: dict[str, list[int]] = defaultdict(list)  #: of each id
        for place, head in enumerate(heads):
            self._places[get_element(head, 1)].append(place)

    def link(self) -> list[int | None]:
        """For each level the place of the one that holds it; None for those that nothing holds.

        There are no cycles in the result, and nothing is nested deeper than DEEPEST.
        """
        self._problems[Code.HL_REPEATED] = [place for places in self._places.values() for place in places[1:]]
        parents = self._read_parents()
        self._cut_cycles(parents)
        shipments = [place for place, parent in enumerate(parents) if parent is None]
        self._limit_depth(parents)
        linked = [self._choose(place, parent, shipments) for place, parent in enumerate(parents)]
        self._report()
        return linked

    def _read_parents(self) -> list[int | None]:
        parents: list[int | None] = []
        latest: dict[int, int] = {}  #: the last level of each rank
        for place, head in enumerate(self._heads):
            rank = _RANKS.get(get_code(head), len(_RANKS))
            outer = max((at for each, at in latest.items() if each < rank), default=_TO_SHIPMENT)
            parents.append(self._read_parent(place, outer))
            latest[rank] = place
        return parents

    def _read_parent(self, place: int, outer: int) -> int | None:
        """The place HL02 names: the nearest before with that id, else the first after. `outer` where it is empty."""
        head = self._heads[place]
        name, is_shipment = get_element(head, 2), get_code(head) == SHIPMENT
        places = self._places.get(name) if name else None
        if places:
            return _find_nearest(places, place)
        if is_shipment:
            return None
        if name:
            self._problems[Code.HL_PARENT_UNKNOWN].append(place)
            return _TO_SHIPMENT
        self._problems[Code.HL_PARENT_MISSING].append(place)
        return outer

    def _cut_cycles(self, parents: list[int | None]) -> None:
        """Open each cycle at its shipment level, else at its first level."""
        seen = [-1] * len(parents)
        for start in range(len(parents)):
            path: list[int] = []
            place: int | None = start
            while place is not None and place >= 0 and seen[place] < 0:
                seen[place] = start
                path.append(place)
                place = parents[place]
            if place is not None and place >= 0 and seen[place] == start:
                cycle = path[path.index(place) :]
                opened = min(cycle, key=lambda each: (get_code(self._heads[each]) != SHIPMENT, each))
                is_shipment = get_code(self._heads[opened]) == SHIPMENT
                parents[opened] = None if is_shipment else _TO_SHIPMENT
                self._problems[Code.HL_CYCLE].append(opened)

    def _limit_depth(self, parents: list[int | None]) -> None:
        depths = [0] * len(parents)
        for start in range(len(parents)):
            path: list[int] = []
            place: int | None = start
            while place is not None and place >= 0 and not depths[place]:
                path.append(place)
                place = parents[place]
            for each in reversed(path):
                above = parents[each]
                depths[each] = 1 if above is None else 2 if above < 0 else depths[above] + 1
                if depths[each] > DEEPEST:
                    self._problems[Code.HL_TOO_DEEP].append(each)
                    parents[each], depths[each] = _TO_SHIPMENT, 2

    def _choose(self, place: int, parent: int | None, shipments: Sequence[int]) -> int | None:
        """The shipment for a level that goes to it: the nearest before, else the first."""
        if parent != _TO_SHIPMENT:
            return parent
        return _find_nearest(shipments, place) if shipments else None

    def _report(self) -> None:
        """One finding for each kind of problem, at the first level that has it."""
        for code, places in self._problems.items():
            if places:
                first = self._heads[min(places)]
                others = f", and {len(places) - 1} more such" if len(places) > 1 else ""
                name, parent = get_element(first, 1), get_element(first, 2)
                message = f"{code.meaning.rstrip('.')}: HL01 {name!r}, HL02 {parent!r}{others}"
                self._reader.report(code, message, first, 1 if code is Code.HL_REPEATED else 2)


def _find_nearest(places: Sequence[int], place: int) -> int:
    """The last of the places before this one, else the first of all."""
    return places[max(bisect_left(places, place) - 1, 0)]
