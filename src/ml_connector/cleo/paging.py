"""Lists that come in pages: where each page begins, and when there is no further one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from ml_connector.cleo.errors import AnswerUnreadable
from ml_connector.cleo.gate import unreadable
from ml_connector.cleo.members import name_some, pick, read_count, spell
from ml_connector.cleo.profile import PagingProfile
from ml_connector.cleo.wire import Request

_MOST_PAGES: Final = 10_000


class Identified(Protocol):
    @property
    def id(self) -> str: ...


Entry = TypeVar("Entry", bound=Identified)
#: told of an entry that cannot be read and is left out
OnOdd = Callable[[AnswerUnreadable], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Entry]):
    total: int | None  #: of the whole list, as Cleo counts it now
    entries: tuple[Entry, ...]
    length: int  #: with those that could not be read


def read_all(fetch: Callable[[int], Page[Entry]]) -> tuple[Entry, ...]:
    """The entries of all pages, each id once. `fetch` gives the page that begins after so many entries.

    Goes on by what came, not by what was asked for: a server may give less. A list that changes
    while it is read may repeat entries, or hide some until it is read again; it cannot keep us
    for ever. A total smaller than what came is none. Raises AnswerUnreadable when there is no end
    to it, or when it ends before its total: pages are not asked for as this tenant takes it.
    """
    found: dict[str, Entry] = {}
    position = odd = 0
    for _ in range(_MOST_PAGES):
        page = fetch(position)
        known = len(found)
        for entry in page.entries:
            found.setdefault(entry.id, entry)
        if len(found) == known and (position == 0 or page.entries or not page.length):
            _demand_whole(len(found) + odd, page.total)
            return tuple(found.values())
        position += page.length
        odd += page.length - len(page.entries)
        if position == page.total:
            return tuple(found.values())
    raise AnswerUnreadable(
        f"a list in Cleo had no end after {_MOST_PAGES} pages; see keys paging.* of the profile"
    )


def _demand_whole(length: int, total: int | None) -> None:
    if total is not None and length < total:
        raise AnswerUnreadable(
            f"a list in Cleo ended after {length} of the {total} it counts; see keys paging.start_param, "
            "paging.start_base and paging.total of the profile"
        )


def read_page(
    request: Request,
    document: Mapping[str, object],
    *,
    names: PagingProfile,
    position: int,
    read: Callable[[object], Entry],
    on_odd: OnOdd | None = None,
) -> Page[Entry]:
    """One page. Its entries may be absent when there are none; other shapes raise AnswerUnreadable.

    So does an entry that cannot be read, unless others can and somebody is told of it.
    """
    total = read_count(document, names.total)
    items = pick(document, names.items)
    if items is None and (total == 0 or position > 0):
        items = []
    if not isinstance(items, list):
        members = name_some(sorted(document)) or "no members"
        raise unreadable(request, f"has no list {spell(names.items)} (it has {members})", key="paging.items")
    entries: list[Entry] = []
    odd: list[AnswerUnreadable] = []
    for item in items:
        try:
            entries.append(read(item))
        except AnswerUnreadable as error:
            odd.append(error)
    if odd and (on_odd is None or not (entries or position)):
        raise odd[0]
    if on_odd is not None:
        for each in odd:
            on_odd(each)
    return Page(total=total, entries=tuple(entries), length=len(items))
