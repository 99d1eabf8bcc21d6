"""An answer held against the names of a profile: what is missing, and what it is probably called here. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from ml_connector.cleo.errors import AnswerUnreadable, CleoError, CredentialsRefused, Rejected
from ml_connector.cleo.members import pick, read_count, walk_members
from ml_connector.cleo.profile import PagingProfile
from ml_connector.cleo.profile_keys import Names

_TOTALS: Final = ("totalResults", "total", "totalCount", "totalItems", "count", "size")
_OF_PAGE: Final = frozenset({"count", "size"})  #: totals or, as often, the lengths of pages
_TOKENS: Final = ("access_token", "token", "id_token", "bearer", "jwt")
STARTS: Final = ("startIndex", "start", "offset", "from", "skip", "first")
COUNTS: Final = ("count", "limit", "pageSize", "perPage", "top", "size")
_LOG_IN: Final = (
    "auth.token_path",
    "auth.fields.grant_type",
    "auth.fields.username",
    "auth.fields.password",
)
INBOUND: Final = "inbound"
"""The key of the advice to look into another folder."""
ARCHIVE: Final = "archive"
"""The key of the advice to move files to another folder, or to none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A key to change. `value` is what it probably is in this tenant, None when there is no telling."""

    key: str
    value: str | int | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A member that entries are to have."""

    key: str  #: of the profile
    names: Names
    synonyms: tuple[str, ...]
    needed: bool = False
    value: str = ""  #: what one of the entries has there, when that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of a page."""

    entries: Sequence[object]
    members: tuple[str, ...]  #: of the page, then of its first entry
    advice: tuple[Advice, ...]


def compare_page(
    document: Mapping[str, object], *, paging: PagingProfile, fields: Iterable[Field]
) -> Comparison:
    """A page of a list, held against the names for pages and entries."""
    advice: list[Advice] = []
    items = pick(document, paging.items)
    if not isinstance(items, list):
        name = next((n for n, value in walk_members(document) if isinstance(value, list)), "")
        items = pick(document, (name,)) if name else []
        if name or read_count(document, paging.total) != 0:
            advice.append(Advice(key="paging.items", value=name or None, why="no list is under the name set"))
    if read_count(document, paging.total) is None:
        length = len(items) if isinstance(items, list) else 0
        counts = [
            name
            for name, value in walk_members(document, depth=1)
            if isinstance(value, int) and (value > length or _fold(name) not in _OF_PAGE)
        ]
        if name := guess_name(counts, _TOTALS):
            advice.append(Advice(key="paging.total", value=name, why="the total is not under the name set"))
    entries = items if isinstance(items, list) else []
    advice += [found for field in fields if entries and (found := _compare_field(entries, field))]
    members = [name for name, _ in walk_members(document, depth=1)]
    members += [f"[].{name}" for name, _ in walk_members(entries[:1])]
    return Comparison(entries=entries, members=tuple(members), advice=tuple(advice))


def _compare_field(entries: Sequence[object], field: Field) -> Advice | None:
    if pick(entries[0], field.names) is not None:
        return None
    name = _find_value(entries, field.value) or guess_name(
        [name for name, value in walk_members(entries[0]) if isinstance(value, str | int)], field.synonyms
    )
    if not name and not field.needed:
        return None
    return Advice(key=field.key, value=name or None, why="entries have no member of the name set")


def _find_value(entries: Sequence[object], value: str) -> str:
    """The member that has this value in one of the entries."""
    if not value:
        return ""
    members = (member for entry in entries for member in walk_members(entry))
    return next((name for name, found in members if found == value), "")


def guess_name(names: Iterable[str], synonyms: Sequence[str]) -> str:
    """The name that is, or looks like, one of the synonyms; the earlier one counts more. Empty when none does."""
    known = {_fold(name): name for name in reversed(list(names))}
    for synonym in map(_fold, synonyms):
        if synonym in known:
            return known[synonym]
    for synonym in map(_fold, synonyms):
        if near := get_close_matches(synonym, known, n=1, cutoff=0.75):
            return known[near[0]]
    return ""


def _fold(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.rpartition(".")[2].lower())


def advise_token(error: CleoError) -> Sequence[Advice]:
    """What to change when no token could be had."""
    if isinstance(error, AnswerUnreadable):
        name = guess_name(error.members, _TOKENS)
        return (
            Advice(
                key="auth.response.access_token", value=name or None, why="no token is under the name set"
            ),
        )
    if error.status == 415:
        return (Advice(key="auth.body", value="json", why="no form is taken here"),)
    if isinstance(error, CredentialsRefused) and error.status in {400, 401}:
        # Some servers answer so at any address they do not know.
        why = "if user name and password are right, tokens are asked for otherwise here"
        return tuple(Advice(key=key, value=None, why=why) for key in _LOG_IN)
    if isinstance(error, Rejected):
        return (Advice(key="auth.token_path", value=None, why="there are no tokens at this address"),)
    return ()


def advise_folder(key: str, wanted: str, paths: Sequence[str]) -> Advice:
    """Another folder than the one wanted; the only one there is, when there is but one."""
    value = paths[0] if len(paths) == 1 else guess_name(paths, (wanted,))
    return Advice(key=key, value=value or None, why=f"there is no folder {wanted!r}")


def advise_parameters(members: Iterable[str], why: str) -> tuple[Advice, ...]:
    """Other parameters of a page, when the page itself tells where it begins and how long it is."""
    names = [name for name in members if "." not in name]
    return (
        Advice(key="paging.start_param", value=guess_name(names, STARTS) or None, why=why),
        Advice(key="paging.count_param", value=guess_name(names, COUNTS) or None, why=why),
    )
