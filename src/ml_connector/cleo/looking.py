"""How a look round asks a tenant, by a profile that is corrected on the way, and notes what was answered."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Final

from ml_connector.cleo.caller import JSON_WANTED, Caller
from ml_connector.cleo.errors import CleoError, Rejected
from ml_connector.cleo.fitting import Advice, Comparison, Field, advise_parameters, compare_page
from ml_connector.cleo.members import walk_members
from ml_connector.cleo.objects import Purpose
from ml_connector.cleo.profile import Profile
from ml_connector.cleo.profile_keys import flatten
from ml_connector.cleo.query import add_query
from ml_connector.cleo.wire import Request

_NEEDED: Final = frozenset({"token", "folders", "archive", "files", "content"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What became of one resource."""

    resource: str
    asked: str  #: such as `GET /api/folders`; empty when there was nothing to ask
    fits: bool | None  #: None when that could not be seen yet, as there was nothing to look at
    needed: bool  #: for taking files
    said: str  #: what was answered, in words
    members: tuple[str, ...] = ()  #: the names its answer has; no values
    advice: tuple[Advice, ...] = ()


class Look:
    """The questions of one look round and what came of them."""

    def __init__(self, caller: Caller) -> None:
        self.probes: list[Probe] = []
        self.caller = caller
        self._given = dict(flatten(asdict(caller.profile)))

    @property
    def profile(self) -> Profile:
        """The profile with all that was found out so far."""
        return self.caller.profile

    def request(self, path: str, *, key: str, purpose: Purpose) -> Request:
        """A question at an address of the tenant."""
        return Request(
            purpose=purpose, method="GET", url=self.caller.locate(path), key=key, headers=JSON_WANTED
        )

    def ask_page(self, request: Request, start: int, count: int) -> Mapping[str, object]:
        """One page of a list."""
        paging = self.profile.paging
        query = {paging.start_param: start, paging.count_param: count}
        return self.caller.ask(replace(request, url=add_query(request.url, query)))

    def compare(self, request: Request, fields: Sequence[Field]) -> Comparison:
        """The first page, held against the profile; one that is refused is asked for in other ways."""
        paging = self.profile.paging
        try:
            first = self.ask_page(request, paging.start_base, paging.page_size)
        except Rejected as error:
            if error.status != 400:
                raise
            first, advice = self._ask_otherwise(request, error)
            self.correct(advice)
            found = compare_page(first, paging=self.profile.paging, fields=fields)
            return replace(found, advice=(*advice, *found.advice))
        return compare_page(first, paging=paging, fields=fields)

    def probe_list(
        self,
        resource: str,
        request: Request,
        fields: Sequence[Field],
        *,
        where: str = "",
        known: Sequence[Advice] = (),
    ) -> Sequence[object]:
        """Note what came of the first page of a list, with the advice known before. Returns its entries."""
        try:
            found = self.compare(request, fields)
        except CleoError as error:
            advice = (*known, *self.advise_absence(request, error))
            self.note(resource, str(request), str(error), fits=False, advice=advice)
            return ()
        self.correct(found.advice)
        said = f"{len(found.entries)} on the first page{where}"
        unseen = resource == "files" and not found.entries
        if unseen:
            said = f"not checked: there is no file{where}; drop one first"
        advice = (*known, *found.advice)
        fits = None if unseen else True
        self.note(resource, str(request), said, fits=fits, members=found.members, advice=advice)
        return found.entries

    def advise_absence(self, request: Request, error: CleoError) -> tuple[Advice, ...]:
        """The key of an address that is refused; no telling what the tenant's own is."""
        missing = isinstance(error, Rejected)
        return (Advice(key=request.key, value=None, why="there is no such list here"),) if missing else ()

    def correct(self, advice: Sequence[Advice]) -> None:
        """Go on by what was found out."""
        values = {each.key: each.value for each in advice if each.value is not None}
        if values:
            self.adapt(self.profile.override(values))

    def adapt(self, profile: Profile) -> None:
        """Go on by another profile."""
        self.caller = self.caller.adapt(profile)

    def note(
        self,
        resource: str,
        asked: str,
        said: str,
        *,
        fits: bool | None = True,
        members: tuple[str, ...] = (),
        advice: tuple[Advice, ...] = (),
    ) -> None:
        """Keep what became of a resource; it does not fit when something is advised that was not set before."""
        advice = tuple(each for each in advice if not self._is_given(each))
        self.probes.append(
            Probe(
                resource=resource,
                asked=asked,
                fits=False if advice else fits,
                needed=resource in _NEEDED,
                said=said,
                members=members,
                advice=advice,
            )
        )

    def _ask_otherwise(
        self, request: Request, refused: Rejected
    ) -> tuple[Mapping[str, object], tuple[Advice, ...]]:
        """A list that may count from elsewhere, or that knows no such parameters."""
        paging = self.profile.paging
        base = 0 if paging.start_base else 1
        with suppress(CleoError):
            page = self.ask_page(request, base, paging.page_size)
            why = f"a list that begins at {paging.start_base} is refused"
            return page, (Advice(key="paging.start_base", value=base, why=why),)
        with suppress(CleoError):
            page = self.caller.ask(request)
            names = [name for name, _ in walk_members(page, depth=1)]
            return page, advise_parameters(
                names, "it is refused with the parameters set, and answers without"
            )
        raise refused

    def _is_given(self, advice: Advice) -> bool:
        """Whether this is what the profile said at first."""
        given = self._given.get(advice.key)
        return advice.value is not None and given in (advice.value, (advice.value,))
