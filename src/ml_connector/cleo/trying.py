"""Asks a list or an entry's links in several ways, to find the one that a tenant takes. Reads only."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from ml_connector.cleo.caller import Caller
from ml_connector.cleo.errors import CleoError
from ml_connector.cleo.fitting import COUNTS, STARTS, Advice, advise_parameters, compare_page
from ml_connector.cleo.gate import refuse_page
from ml_connector.cleo.members import parse_digits, walk_members
from ml_connector.cleo.query import add_query
from ml_connector.cleo.wire import Request

_LINK: Final = re.compile(r"href|ur[il]|link", re.IGNORECASE)
_LIKELY: Final = re.compile(r"file|document|content|outgoing|raw|data", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """A list of which the first entries are known, and the way to its others."""

    caller: Caller
    request: Request
    entries: Sequence[object]
    members: Sequence[str]  #: of the page

    def advise(self) -> tuple[Advice, ...]:
        """The parameters of a page, and whether places are counted from 0 or 1, as far as it shows."""
        paging = self.caller.profile.paging
        at = [self._find_first({paging.start_param: start, paging.count_param: 1}) for start in (0, 1, 2)]
        if at[0] == at[1] == at[2]:
            return self._try_starts() if len(self.entries) > 1 else ()
        counted = 1 if at[0] in (None, at[1]) else 0
        if counted == paging.start_base or at[counted + 1] is None:
            return ()
        why = f"the first entry of a list is at {counted} here"
        return (Advice(key="paging.start_base", value=counted, why=why),)

    def _try_starts(self) -> tuple[Advice, ...]:
        """Other names of the parameters; none when no list is seen to be cut by any."""
        for name in STARTS:
            for base in (0, 1):
                if self._find_first({name: base + 1}) == self.entries[1]:
                    why = "lists begin where they are asked to begin by this name"
                    return (
                        Advice(key="paging.start_param", value=name, why=why),
                        Advice(key="paging.start_base", value=base, why=why),
                        *self._try_counts(),
                    )
        told = advise_parameters(
            self.members, "lists begin with the same entry wherever they are asked to begin"
        )
        return tuple(each for each in told if each.value is not None)

    def _try_counts(self) -> tuple[Advice, ...]:
        for name in COUNTS:
            if len(self._ask({name: 1})) == 1:
                why = "lists are as long as they are asked to be by this name"
                return (Advice(key="paging.count_param", value=name, why=why),)
        return ()

    def _find_first(self, query: Mapping[str, int]) -> object:
        return next(iter(self._ask(query)), None)

    def _ask(self, query: Mapping[str, int]) -> Sequence[object]:
        with suppress(CleoError):
            page = self.caller.ask(replace(self.request, url=add_query(self.request.url, query)))
            return compare_page(page, paging=self.caller.profile.paging, fields=()).entries
        return ()


def list_links(entry: object) -> Iterator[tuple[str, str]]:
    """The members of an entry that look like links, by dotted name; the likelier ones first."""
    found = [
        (name, value)
        for name, value in walk_members(entry)
        if isinstance(value, str) and _LINK.search(name) and (value.startswith("/") or "://" in value)
    ]
    return iter(sorted(found, key=lambda each: not _LIKELY.search(each[0])))


def find_list_link(caller: Caller, request: Request, entry: object) -> str:
    """The member of an entry that leads to a list; empty when none does."""
    for name, href in list_links(entry):
        with suppress(CleoError):
            page = caller.ask(replace(request, url=caller.locate(href)))
            found = compare_page(page, paging=caller.profile.paging, fields=())
            if not any(each.key == "paging.items" for each in found.advice):
                return name
    return ""


def find_content_link(caller: Caller, request: Request, entry: object, *, length: int | None) -> str:
    """The member of a file's entry that leads to its bytes; empty when none does."""
    for name, href in list_links(entry):
        with suppress(CleoError):
            told = open_content(caller, replace(request, url=caller.locate(href)), length=length)
            if told is not None and told == length:
                return name
    return ""


def open_content(caller: Caller, request: Request, *, length: int | None) -> int | None:
    """Read the first bytes of a file. Returns its length as the answer tells it; raises like a download."""
    with caller.open(request, ok={200}) as answer:
        refuse_page(request, answer, listed=length)
        next(answer.pieces, b"")
        return parse_digits(answer.headers.get("content-length", ""))
