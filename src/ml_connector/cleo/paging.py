"""Lists that come in pages: where each page begins, and when there is no further one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from ml_connector.cleo.errors import AnswerUnreadable
from ml_connector.cleo.gate import unreadable
from ml_connector.cleo.members import pick, read_count
from ml_connector.cleo.profile import PagingProfile
from ml_connector.cleo.wire import Request

_MOST_PAGES: Final = 10_000


class Identified(Protocol):
    @property
    def id(self) -> str: ...


Entry = TypeVar("Entry", bound=Identified)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Entry]):
    total: int | None  #: of the whole list, as Cleo counts it now
    entries: tuple[Entry, ...]


def read_all(fetch: Callable[[int], Page[Entry]]) -> tuple[Entry, ...]:
    """The entries of all pages, each id once. `fetch` gives the page that begins after so many entries.

    Goes on by what came, not by what was asked for: a server may give less. A list that changes
    while it is read may repeat entries, or hide some until it is read again; it cannot keep us
    for ever. Raises AnswerUnreadable when there is no end to it.
    """
    found: dict[str, Entry] = {}
    position = 0
    for _ in range(_MOST_PAGES):
        page = fetch(position)
        known = len(found)
        for entry in page.entries:
            found.setdefault(entry.id, entry)
        position += len(page.entries)
        if len(found) == known or (page.total is not None and position >= page.total):
            return tuple(found.values())
    raise AnswerUnreadable(
        f"a list in Cleo had no end after {_MOST_PAGES} pages; see keys paging.* of the profile"
    )


def read_page(
    request: Request,
    document: Mapping[str, object],
    *,
    names: PagingProfile,
    position: int,
    read: Callable[[object], Entry],
) -> Page[Entry]:
    """One page. Its entries may be absent when there are none; other shapes raise AnswerUnreadable."""
    total = read_count(document, names.total)
    items = pick(document, names.items)
    if items is None and (total == 0 or position > 0):
        items = []
    if not isinstance(items, list):
        members = ", ".join(sorted(document)) or "no members"
        raise unreadable(request, f"has no list {names.items!r} (it has {members})", key="paging.items")
    return Page(total=total, entries=tuple(read(item) for item in items))
