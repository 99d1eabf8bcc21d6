"""How far a tenant answers as its profile says, and which keys to change where it does not. Reads only."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Final

from ml_connector.cleo.address import fill
from ml_connector.cleo.caller import JSON_WANTED, Caller
from ml_connector.cleo.errors import AnswerUnreadable, CleoError, Rejected
from ml_connector.cleo.fitting import (
    ARCHIVE,
    INBOUND,
    Advice,
    Comparison,
    Field,
    advise_folder,
    advise_parameters,
    advise_token,
    compare_page,
)
from ml_connector.cleo.members import read_clean, read_count, read_id, read_text, walk_members
from ml_connector.cleo.objects import Purpose
from ml_connector.cleo.profile import PROFILES, Profile, get_profile
from ml_connector.cleo.profile_keys import flatten
from ml_connector.cleo.query import add_query
from ml_connector.cleo.trying import Pages, find_content_link, find_list_link, open_content
from ml_connector.cleo.wire import Request

LAYOUT: Final = "layout"
"""The key of the advice to begin with another profile."""
_IDS: Final = ("id", "uid", "uuid", "key", "identifier")
_ABSENT: Final = frozenset({404, 405, 410})  # there is no such list
_MOST_NAMED: Final = 20


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


class ProbeVerbs:
    """What can be found out about a tenant."""

    _caller: Caller

    def probe(self, inbound: str = "", archive: str = "") -> tuple[Probe, ...]:
        """Ask for a token, the first page of each list and a file's first bytes; hold the answers against the profile.

        `inbound` is the folder to look into, `archive` one that is to be there. What is found to be called otherwise is called so in
        the questions after it. Raises nothing: whatever fails is an answer.
        """
        run = _Run(self._caller)
        if run.probe_token():
            run.probe_folders(inbound)
            run.probe_archive(archive)
            run.probe_files(inbound)
            for resource in ("connections", "actions", "events"):
                run.probe_other(resource)
        return tuple(run.probes)


class _Run:
    """One look round, by a profile that is corrected on the way."""

    def __init__(self, caller: Caller) -> None:
        self.probes: list[Probe] = []
        self._caller = caller
        self._given = dict(flatten(asdict(caller.profile)))
        self._folders: dict[str, object] = {}

    @property
    def _profile(self) -> Profile:
        return self._caller.profile

    def probe_token(self) -> bool:
        """Whether there is a token to go on with."""
        asked = f"POST {self._profile.auth.token_path}"
        try:
            token = self._caller.get_token()
        except CleoError as error:
            advice = tuple(advise_token(error))
            members = error.members if isinstance(error, AnswerUnreadable) else ()
            self._note("token", asked, str(error), fits=False, members=members, advice=advice)
            if not advice or advice[0].value is None:
                return False
            self._correct(advice)
            with suppress(CleoError):
                return bool(self._caller.get_token())
            return False
        life = "of a life it does not tell" if token.lifetime is None else f"for {token.lifetime}"
        self._note("token", asked, f"a token {life}")
        return True

    def probe_folders(self, inbound: str) -> None:
        names = self._profile.folders
        fields = (
            Field(key="folders.id", names=names.id, synonyms=_IDS, needed=True),
            Field(
                key="folders.key",
                names=names.key,
                synonyms=("path", "fullPath", "location", "name", "alias"),
                needed=True,
                value=inbound,
            ),
        )
        request = self._request(names.list, key="folders.list", purpose=Purpose.LIST_FOLDERS)
        try:
            found = self._compare(request, fields)
        except CleoError as error:
            advice = self._advise_address(request, error)
            self._note("folders", str(request), str(error), fits=False, advice=advice)
            return
        self._correct(found.advice)
        pages = Pages(caller=self._caller, request=request, entries=found.entries, members=found.members)
        advice = found.advice
        if places := pages.advise():
            self._correct(places)
            advice = (*advice, *places)
            with suppress(CleoError):
                found = self._compare(request, fields)
        names = self._profile.folders
        self._folders = {name: entry for entry in found.entries if (name := read_clean(entry, names.key))}
        seen = ", ".join(sorted(filter(None, self._folders))[:_MOST_NAMED])
        said = f"{len(found.entries)} folders: {seen or 'none that can be named'}"
        self._note("folders", str(request), said, members=found.members, advice=advice)

    def probe_files(self, inbound: str) -> None:
        if not self._folders:
            self._note("files", "", "not asked for: no folder is known", fits=False)
            return
        path = inbound if inbound in self._folders else next(iter(self._folders))
        wrong = [] if path == inbound else [advise_folder(INBOUND, inbound, list(self._folders))]
        names = self._profile.folders
        entry = self._folders[path]
        href = read_text(entry, names.files_link) or fill(
            names.files, folder_id=read_id(entry, names.id) or "-"
        )
        of = self._profile.files.fields
        fields = (
            Field(key="files.fields.id", names=of.id, synonyms=_IDS, needed=True),
            Field(
                key="files.fields.name", names=of.name, synonyms=("name", "fileName", "title"), needed=True
            ),
            Field(
                key="files.fields.length", names=of.length, synonyms=("length", "size", "fileSize", "bytes")
            ),
            Field(
                key="files.fields.modified",
                names=of.modified,
                synonyms=("lastModified", "modified", "modifiedAt", "updated", "changed", "timestamp"),
            ),
        )
        request = self._request(href, key="folders.files", purpose=Purpose.LIST_FILES)
        wrong += self._advise_files_link(request, entry)
        if any(each.key == "folders.files_link" for each in wrong):
            href = read_text(entry, self._profile.folders.files_link) or href
            request = self._request(href, key="folders.files", purpose=Purpose.LIST_FILES)
        entries = self._probe_list("files", request, fields, where=f" in {path}", known=wrong)
        if entries:
            self._probe_content(entry, entries[0])

    def probe_archive(self, archive: str) -> None:
        if not archive or self._profile.files.after_read != "move" or not self._folders:
            return
        there = archive in self._folders
        paths = [*self._folders]
        self._note(
            "archive",
            "",
            f"{archive} is there" if there else f"there is no {archive}",
            advice=() if there else (advise_folder(ARCHIVE, archive, paths),),
        )

    def _advise_files_link(self, request: Request, entry: object) -> tuple[Advice, ...]:
        """The link to a folder's files, when they are not where the profile says."""
        try:
            self._ask_page(request, self._profile.paging.start_base, self._profile.paging.page_size)
        except Rejected as error:
            if error.status not in _ABSENT:
                return ()
        except CleoError:
            return ()
        else:
            return ()
        name = find_list_link(self._caller, request, entry)
        if not name:
            return ()
        advice = (Advice(key="folders.files_link", value=name, why=f"{request} is not there, this link is"),)
        self._correct(advice)
        return advice

    def _probe_content(self, folder: object, entry: object) -> None:
        """Whether a file's bytes are where the profile says."""
        profile = self._profile
        names = profile.files
        href = read_text(entry, names.content_link) or fill(
            names.content,
            folder_id=read_id(folder, profile.folders.id) or "-",
            file_id=read_id(entry, names.fields.id) or "-",
        )
        length = read_count(entry, names.fields.length)
        request = self._request(href, key="files.content", purpose=Purpose.DOWNLOAD)
        try:
            open_content(self._caller, request, length=length)
        except CleoError as error:
            missing = isinstance(error, Rejected)
            link = find_content_link(self._caller, request, entry, length=length) if missing else ""
            key = "files.content_link" if link else "files.content"
            why = f"{request} gives no file"
            advice = (Advice(key=key, value=link or None, why=why),) if missing else ()
            self._note("content", str(request), str(error), fits=False, advice=advice)
            return
        self._note("content", str(request), "a file's bytes")

    def probe_other(self, resource: str) -> None:
        profile = self._profile
        path, ids, purpose = {
            "connections": (
                profile.connections.list,
                profile.connections.fields.id,
                Purpose.LIST_CONNECTIONS,
            ),
            "actions": (profile.actions.list, profile.actions.fields.id, Purpose.LIST_ACTIONS),
            "events": (profile.events.list, profile.events.fields.id, Purpose.LIST_EVENTS),
        }[resource]
        if not path:
            self._note(resource, "", "not asked for: the profile has no such list")
            return
        fields = (Field(key=f"{resource}.fields.id", names=ids, synonyms=_IDS, needed=True),)
        self._probe_list(resource, self._request(path, key=f"{resource}.list", purpose=purpose), fields)

    def _probe_list(
        self,
        resource: str,
        request: Request,
        fields: Sequence[Field],
        *,
        where: str = "",
        known: Sequence[Advice] = (),
    ) -> Sequence[object]:
        """Returns the entries of the first page."""
        try:
            found = self._compare(request, fields)
        except CleoError as error:
            missing = isinstance(error, Rejected)
            advice = (
                [Advice(key=request.key, value=None, why="there is no such list here")] if missing else []
            )
            self._note(resource, str(request), str(error), fits=False, advice=(*known, *advice))
            return ()
        self._correct(found.advice)
        said = f"{len(found.entries)} on the first page{where}"
        unseen = resource == "files" and not found.entries
        if unseen:
            said = f"not checked: there is no file{where}; drop one first"
        advice_ = (*known, *found.advice)
        fits = None if unseen else True
        self._note(resource, str(request), said, fits=fits, members=found.members, advice=advice_)
        return found.entries

    def _compare(self, request: Request, fields: Sequence[Field]) -> Comparison:
        """The first page, held against the profile; one that is refused is asked for in other ways."""
        paging = self._profile.paging
        try:
            first = self._ask_page(request, paging.start_base, paging.page_size)
        except Rejected as error:
            if error.status != 400:
                raise
            first, advice = self._ask_otherwise(request, error)
            self._correct(advice)
            found = compare_page(first, paging=self._profile.paging, fields=fields)
            return replace(found, advice=(*advice, *found.advice))
        return compare_page(first, paging=paging, fields=fields)

    def _ask_otherwise(
        self, request: Request, refused: Rejected
    ) -> tuple[Mapping[str, object], tuple[Advice, ...]]:
        """A list that may count from elsewhere, or that knows no such parameters."""
        base = 0 if self._profile.paging.start_base else 1
        with suppress(CleoError):
            page = self._ask_page(request, base, self._profile.paging.page_size)
            why = f"a list that begins at {self._profile.paging.start_base} is refused"
            return page, (Advice(key="paging.start_base", value=base, why=why),)
        with suppress(CleoError):
            page = self._caller.ask(request)
            names = [name for name, _ in walk_members(page, depth=1)]
            return page, advise_parameters(
                names, "it is refused with the parameters set, and answers without"
            )
        raise refused

    def _ask_page(self, request: Request, start: int, count: int) -> Mapping[str, object]:
        paging = self._profile.paging
        query = {paging.start_param: start, paging.count_param: count}
        return self._caller.ask(replace(request, url=add_query(request.url, query)))

    def _advise_address(self, request: Request, error: CleoError) -> tuple[Advice, ...]:
        """Another layout that this tenant answers to, or just the key of the address."""
        if not isinstance(error, Rejected):
            return ()
        for name in PROFILES if error.status in _ABSENT else ():
            other = get_profile(name)
            if other.folders.list == self._profile.folders.list:
                continue
            asked = self._request(other.folders.list, key="folders.list", purpose=Purpose.LIST_FOLDERS)
            try:
                page = self._ask_page(asked, other.paging.start_base, other.paging.page_size)
            except CleoError:
                continue
            found = compare_page(page, paging=other.paging, fields=())
            if not found.advice:
                self._caller = self._caller.adapt(replace(other, auth=self._profile.auth))
                key = other.folders.key
                self._folders = {path: each for each in found.entries if (path := read_clean(each, key))}
                layout = Advice(key=LAYOUT, value=name, why=f"{asked} answers, and {request} does not")
                keeps = other.files.after_read != "move"
                none = Advice(key=ARCHIVE, value="", why="files are not moved in this layout")
                return (layout, none) if keeps else (layout,)
        return (Advice(key=request.key, value=None, why="there is no such list here"),)

    def _request(self, path: str, *, key: str, purpose: Purpose) -> Request:
        return Request(
            purpose=purpose, method="GET", url=self._caller.locate(path), key=key, headers=JSON_WANTED
        )

    def _correct(self, advice: Sequence[Advice]) -> None:
        """Go on by what was found out."""
        values = {each.key: each.value for each in advice if each.value is not None}
        if values:
            self._caller = self._caller.adapt(self._profile.override(values))

    def _note(
        self,
        resource: str,
        asked: str,
        said: str,
        *,
        fits: bool | None = True,
        members: tuple[str, ...] = (),
        advice: tuple[Advice, ...] = (),
    ) -> None:
        advice = tuple(each for each in advice if not self._is_given(each))
        self.probes.append(
            Probe(
                resource=resource,
                asked=asked,
                fits=False if advice else fits,
                needed=resource in {"token", "folders", "archive", "files", "content"},
                said=said,
                members=members,
                advice=advice,
            )
        )

    def _is_given(self, advice: Advice) -> bool:
        """Whether this is what the profile says already."""
        given = self._given.get(advice.key)
        return advice.value is not None and given in (advice.value, (advice.value,))
