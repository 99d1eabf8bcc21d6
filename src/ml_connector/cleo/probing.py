"""How far a tenant answers as its profile says, and which keys to change where it does not. Reads only."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

from ml_connector.cleo.address import fill
from ml_connector.cleo.caller import Caller
from ml_connector.cleo.errors import AnswerUnreadable, CleoError, ForeignLink, Rejected, Unsupported
from ml_connector.cleo.fitting import (
    ARCHIVE,
    INBOUND,
    Advice,
    Field,
    advise_folder,
    advise_token,
    compare_page,
)
from ml_connector.cleo.looking import Look, Probe
from ml_connector.cleo.members import read_clean, read_count, read_id, read_text
from ml_connector.cleo.objects import Purpose
from ml_connector.cleo.profile import PROFILES, FileFields, FoldersProfile, get_profile
from ml_connector.cleo.trying import Pages, find_content_link, find_list_link, open_content
from ml_connector.cleo.wire import Request

LAYOUT: Final = "layout"
"""The key of the advice to begin with another profile."""
_IDS: Final = ("id", "uid", "uuid", "key", "identifier")
_ABSENT: Final = frozenset({404, 405, 410})  # there is no such list
_MOST_NAMED: Final = 20


class ProbeVerbs:
    """What can be found out about a tenant."""

    _caller: Caller

    def probe(self, inbound: str = "", archive: str = "") -> tuple[Probe, ...]:
        """Ask for a token, the first page of each list and a file's first bytes; hold the answers against the profile.

        `inbound` is the folder to look into, `archive` one that is to be there. What is found to be called otherwise is called so in
        the questions after it. Raises nothing: whatever fails is an answer.
        """
        look = Look(self._caller)
        if _probe_token(look):
            folders = _probe_folders(look, inbound)
            _probe_archive(look, archive, folders)
            _probe_files(look, inbound, folders)
            _probe_others(look)
        return tuple(look.probes)


_Folders = dict[str, object]  #: the entries of folders by what they are named by


def _probe_token(look: Look) -> bool:
    """Whether there is a token to go on with."""
    asked = f"POST {look.profile.auth.token_path}"
    try:
        token = look.caller.get_token()
    except CleoError as error:
        advice = tuple(advise_token(error))
        members = error.members if isinstance(error, AnswerUnreadable) else ()
        look.note("token", asked, str(error), fits=False, members=members, advice=advice)
        if not advice or advice[0].value is None:
            return False
        look.correct(advice)
        with suppress(CleoError):
            return bool(look.caller.get_token())
        return False
    life = "of a life it does not tell" if token.lifetime is None else f"for {token.lifetime}"
    look.note("token", asked, f"a token {life}")
    return True


def _probe_folders(look: Look, inbound: str) -> _Folders:
    names = look.profile.folders
    fields = _list_folder_fields(names, inbound)
    request = look.request(names.list, key="folders.list", purpose=Purpose.LIST_FOLDERS)
    try:
        found = look.compare(request, fields)
    except CleoError as error:
        folders, advice = _try_layouts(look, request, error)
        look.note("folders", str(request), str(error), fits=False, advice=advice)
        return folders
    look.correct(found.advice)
    pages = Pages(caller=look.caller, request=request, entries=found.entries, members=found.members)
    advice = found.advice
    if places := pages.advise():
        look.correct(places)
        advice = (*advice, *places)
        with suppress(CleoError):
            found = look.compare(request, fields)
    names = look.profile.folders
    folders = {name: entry for entry in found.entries if (name := read_clean(entry, names.key))}
    seen = ", ".join(sorted(folders)[:_MOST_NAMED])
    said = f"{len(found.entries)} folders: {seen or 'none that can be named'}"
    look.note("folders", str(request), said, members=found.members, advice=advice)
    return folders


def _list_folder_fields(names: FoldersProfile, inbound: str) -> tuple[Field, ...]:
    paths = ("path", "fullPath", "location", "name", "alias")
    return (
        Field(key="folders.id", names=names.id, synonyms=_IDS, needed=True),
        Field(key="folders.key", names=names.key, synonyms=paths, needed=True, value=inbound),
    )


def _try_layouts(look: Look, request: Request, error: CleoError) -> tuple[_Folders, tuple[Advice, ...]]:
    """The folders of another layout that this tenant answers to, or just the key of the address."""
    absent = isinstance(error, Rejected) and error.status in _ABSENT
    for name in PROFILES if absent else ():
        other = get_profile(name)
        if other.folders.list == look.profile.folders.list:
            continue
        asked = look.request(other.folders.list, key="folders.list", purpose=Purpose.LIST_FOLDERS)
        try:
            page = look.ask_page(asked, other.paging.start_base, other.paging.page_size)
        except CleoError:
            continue
        found = compare_page(page, paging=other.paging, fields=())
        if not found.advice:
            look.adapt(replace(other, auth=look.profile.auth))
            key = other.folders.key
            folders = {path: each for each in found.entries if (path := read_clean(each, key))}
            layout = Advice(key=LAYOUT, value=name, why=f"{asked} answers, and {request} does not")
            none = Advice(key=ARCHIVE, value="", why="files are not moved in this layout")
            return folders, (layout,) if other.files.after_read == "move" else (layout, none)
    return {}, look.advise_absence(request, error)


def _probe_archive(look: Look, archive: str, folders: _Folders) -> None:
    if not archive or look.profile.files.after_read != "move" or not folders:
        return
    if archive in folders:
        look.note("archive", "", f"{archive} is there")
        return
    advice = advise_folder(ARCHIVE, archive, [*folders])
    look.note("archive", "", f"there is no {archive}", advice=(advice,))


def _probe_files(look: Look, inbound: str, folders: _Folders) -> None:
    if not folders:
        look.note("files", "", "not asked for: no folder is known", fits=False)
        return
    path = inbound if inbound in folders else next(iter(folders))
    wrong = [] if path == inbound else [advise_folder(INBOUND, inbound, list(folders))]
    entry = folders[path]
    try:
        request, foreign = _aim_at_files(look, entry)
        wrong += foreign
        if link := _advise_files_link(look, request, entry):
            wrong.append(link)
            look.correct([link])
            request, _ = _aim_at_files(look, entry)
    except Unsupported as error:
        look.note("files", "", str(error), fits=False, advice=(*wrong, _advise_path("folders.files")))
        return
    fields = _list_file_fields(look.profile.files.fields)
    entries = look.probe_list("files", request, fields, where=f" in {path}", known=wrong)
    if entries:
        _probe_content(look, entry, entries[0])


def _aim_at_files(look: Look, folder: object) -> tuple[Request, tuple[Advice, ...]]:
    """As `_aim`, at the list of a folder's files."""
    names = look.profile.folders
    path = fill(names.files, folder_id=read_id(folder, names.id) or "-")
    asked = partial(look.request, key="folders.files", purpose=Purpose.LIST_FILES)
    return _aim(look, asked, read_text(folder, names.files_link), path, link_key="folders.files_link")


def _aim(
    look: Look, ask: Callable[[str], Request], link: str | None, path: str, *, link_key: str
) -> tuple[Request, tuple[Advice, ...]]:
    """The question at a link, or else at the path, which also takes the place of a link to another host.

    Raises Unsupported where there is neither.
    """
    try:
        return ask(link or path), ()
    except ForeignLink:
        why = "it leads to another host, where no token is sent; without it the path is used"
        advice = (Advice(key=link_key, value="", why=why),)
        look.correct(advice)
        return ask(path), advice


def _advise_path(key: str) -> Advice:
    return Advice(key=key, value=None, why="neither a link nor a path is known")


def _list_file_fields(names: FileFields) -> tuple[Field, ...]:
    times = ("lastModified", "modified", "modifiedAt", "updated", "changed", "timestamp")
    lengths = ("length", "size", "fileSize", "bytes")
    return (
        Field(key="files.fields.id", names=names.id, synonyms=_IDS, needed=True),
        Field(key="files.fields.name", names=names.name, synonyms=("name", "fileName", "title"), needed=True),
        Field(key="files.fields.length", names=names.length, synonyms=lengths),
        Field(key="files.fields.modified", names=names.modified, synonyms=times),
    )


def _advise_files_link(look: Look, request: Request, folder: object) -> Advice | None:
    """The link to a folder's files, when they are not where the profile says."""
    try:
        look.ask_page(request, look.profile.paging.start_base, look.profile.paging.page_size)
    except CleoError as error:
        if not isinstance(error, Rejected) or error.status not in _ABSENT:
            return None
    else:
        return None
    name = find_list_link(look.caller, request, folder)
    why = f"{request} is not there, this link is"
    return Advice(key="folders.files_link", value=name, why=why) if name else None


def _probe_content(look: Look, folder: object, entry: object) -> None:
    """Whether a file's bytes are where the profile says."""
    profile = look.profile
    names = profile.files
    path = fill(
        names.content,
        folder_id=read_id(folder, profile.folders.id) or "-",
        file_id=read_id(entry, names.fields.id) or "-",
    )
    asked = partial(look.request, key="files.content", purpose=Purpose.DOWNLOAD)
    link = read_text(entry, names.content_link)
    try:
        request, foreign = _aim(look, asked, link, path, link_key="files.content_link")
    except Unsupported as error:
        look.note("content", "", str(error), fits=False, advice=(_advise_path("files.content"),))
        return
    length = read_count(entry, names.fields.length)
    try:
        open_content(look.caller, request, length=length)
    except CleoError as error:
        missing = isinstance(error, Rejected)
        other = find_content_link(look.caller, request, entry, length=length) if missing else ""
        key = "files.content_link" if other else "files.content"
        why = f"{request} gives no file"
        advice = (Advice(key=key, value=other or None, why=why),) if missing else ()
        look.note("content", str(request), str(error), fits=False, advice=(*foreign, *advice))
        return
    look.note("content", str(request), "a file's bytes", advice=foreign)


def _probe_others(look: Look) -> None:
    """The lists that are not needed for files."""
    profile = look.profile
    for resource, path, ids, purpose in (
        ("connections", profile.connections.list, profile.connections.fields.id, Purpose.LIST_CONNECTIONS),
        ("actions", profile.actions.list, profile.actions.fields.id, Purpose.LIST_ACTIONS),
        ("events", profile.events.list, profile.events.fields.id, Purpose.LIST_EVENTS),
    ):
        if not path:
            look.note(resource, "", "not asked for: the profile has no such list")
            continue
        fields = (Field(key=f"{resource}.fields.id", names=ids, synonyms=_IDS, needed=True),)
        look.probe_list(resource, look.request(path, key=f"{resource}.list", purpose=purpose), fields)
