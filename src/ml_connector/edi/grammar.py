"""Where a segment fits: the first place at or after the current one, innermost loop first, as X12 reads."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast

from ml_connector.edi.schema import Loop, SegmentUse

#: A place: of each open loop, outermost first, the item reached and how often it was met there.
Place = tuple[tuple[int, int], ...]

#: Before the first segment.
START: Place = ((-1, 0),)

#: How many states an automaton keeps; hostile counts of repeats make more, which are then not kept.
MOST_STATES = 20_000


class Missing(NamedTuple):
    """A mandatory item that a move leaves behind."""

    item: SegmentUse | Loop
    loop: str | None  #: the loop it is missing in


class Move(NamedTuple):
    """The way to a segment's place."""

    place: Place
    depth: int  #: how many loops around the place were open before
    missing: tuple[Missing, ...]


class Surplus(NamedTuple):
    """The place of one repeat too many."""

    place: Place
    item: SegmentUse | Loop
    first: bool  #: of those too many


class Grammar:
    """The order of a set, or of a loop alone."""

    def __init__(self, items: tuple[SegmentUse | Loop, ...], name: str | None = None) -> None:
        self._items = items
        self._name = name

    def find(self, place: Place, tag: str) -> Move | None:
        """The move to the place of a segment, or None when it has none from here on."""
        missing: list[Missing] = []
        for depth, items, name in self._open_loops(place):
            index, count = place[depth]
            target = _find_item(items, index, count, tag)
            if target is not None:
                missing += _list_mandatory(items[index + 1 : target[0]], name)
                return Move(_enter(place, depth, items, target), depth, tuple(missing))
            missing += _list_mandatory(items[index + 1 :], name)
        return None

    def find_surplus(self, place: Place, tag: str) -> Surplus | None:
        """The place of a segment that has been repeated as often as it may be there, or None."""
        for depth, items, _ in self._open_loops(place):
            index, count = place[depth]
            if index >= 0 and items[index].tag == tag:
                after = _enter(place, depth, items, (index, count + 1))
                return Surplus(after, items[index], first=count == items[index].most)
        return None

    def has_open(self, place: Place, tag: str) -> bool:
        """Whether one of the open loops has an item with this tag, wherever it stands."""
        return any(item.tag == tag for _, items, _ in self._open_loops(place) for item in items)

    def list_missing(self, place: Place) -> tuple[Missing, ...]:
        """What the set lacks if it ends here."""
        return tuple(
            missing
            for depth, items, name in self._open_loops(place)
            for missing in _list_mandatory(items[place[depth][0] + 1 :], name)
        )

    def name_loop(self, place: Place) -> str | None:
        """The innermost open loop."""
        return next(name for _, _, name in self._open_loops(place))

    def _open_loops(self, place: Place) -> list[tuple[int, tuple[SegmentUse | Loop, ...], str | None]]:
        """The open loops, innermost first: depth, items, name."""
        items, name = self._items, self._name
        loops = [(0, items, name)]
        for depth, (index, _) in enumerate(place[:-1], 1):
            loop = cast("Loop", items[index])  # only loops have a place inside
            items, name = loop.items, loop.tag
            loops.append((depth, items, name))
        return loops[::-1]


def _find_item(
    items: tuple[SegmentUse | Loop, ...], index: int, count: int, tag: str
) -> tuple[int, int] | None:
    if index >= 0 and items[index].tag == tag:
        most = items[index].most
        if most is None:
            return index, 1
        if count < most:
            return index, count + 1
    later = (at for at in range(index + 1, len(items)) if items[at].tag == tag)
    found = next(later, None)
    return None if found is None else (found, 1)


def _enter(place: Place, depth: int, items: tuple[SegmentUse | Loop, ...], target: tuple[int, int]) -> Place:
    inside = ((0, 1),) if isinstance(items[target[0]], Loop) else ()
    return (*place[:depth], target, *inside)


def _list_mandatory(items: Iterable[SegmentUse | Loop], name: str | None) -> Iterator[Missing]:
    return (Missing(item, name) for item in items if item.mandatory)


class State(dict[str, "State"]):
    """A place with the ways on from it, found when they are first taken."""

    __slots__ = ("_automaton", "complete", "loop", "place")

    def __init__(self, automaton: "Automaton", place: Place, loop: str | None, *, complete: bool) -> None:
        super().__init__()
        self._automaton = automaton
        self.place = place
        self.loop = loop
        self.complete = complete  #: whether the set may end here

    def __missing__(self, tag: str) -> "State":
        return self._automaton.follow(self, tag)


class Automaton:
    """Says whether segments stand in order, at one look-up for each: a memory of Grammar.find."""

    def __init__(self, grammar: Grammar, tags: Iterable[str]) -> None:
        self._grammar = grammar
        self._tags = frozenset(tags)
        self._states: dict[Place, State] = {}
        self.nowhere = State(self, (), None, complete=False)
        self.start = self._make(START)

    def follow(self, state: State, tag: str) -> State:
        """The state after a segment; `nowhere` when it is out of order or leaves something out."""
        if state is self.nowhere or tag not in self._tags:
            return self.nowhere
        move = self._grammar.find(state.place, tag)
        after = self.nowhere if move is None or move.missing else self._make(move.place)
        if len(self._states) < MOST_STATES:
            state[tag] = after
        return after

    def _make(self, place: Place) -> State:
        known = self._states.get(place)
        if known is not None:
            return known
        loop = self._grammar.name_loop(place)
        state = State(self, place, loop, complete=not self._grammar.list_missing(place))
        if len(self._states) < MOST_STATES:
            self._states[place] = state
        return state
