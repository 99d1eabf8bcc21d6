"""Folders and the files in them, as verbs."""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Final

from ml_connector.cleo.address import fill
from ml_connector.cleo.caller import JSON_GIVEN, JSON_WANTED, Caller
from ml_connector.cleo.capabilities import Capability
from ml_connector.cleo.entries import read_folder, read_remote_file
from ml_connector.cleo.errors import (
    AnswerUnreadable,
    CleoError,
    Conflict,
    FileGone,
    FolderMissing,
    Incomplete,
    Unsupported,
)
from ml_connector.cleo.gate import discard_body, read_file, refuse_page, unreadable
from ml_connector.cleo.members import put
from ml_connector.cleo.objects import Folder, Purpose, PutAway, RemoteFile
from ml_connector.cleo.paging import OnOdd
from ml_connector.cleo.query import write_filter
from ml_connector.cleo.uploading import read_receipt, shape_upload
from ml_connector.cleo.wire import Request

_LOG: Final = logging.getLogger(__name__)
_NO_FOLDER: Final[Mapping[int, type[CleoError]]] = dict.fromkeys((404, 410), FolderMissing)
_NO_CALL: Final[dict[int, type[CleoError]]] = dict.fromkeys((405, 501), Unsupported)
_NO_FILE: Final[dict[int, type[CleoError]]] = dict.fromkeys((404, 410), FileGone)
_MOST_FOLDERS_NAMED: Final = 20


class FileVerbs:
    """What can be done with folders and files."""

    _caller: Caller

    def find_folder(self, path: str) -> Folder:
        """The folder of this path, as Cleo spells it. Raises FolderMissing naming those there are."""
        return self.find_folders(path)[0]

    def find_folders(self, *paths: str) -> tuple[Folder, ...]:
        """The folders of these paths, in their order, by one list of all. Raises FolderMissing for the first missing."""
        folders = {folder.path: folder for folder in reversed(self._list_folders())}
        for path in paths:
            if path not in folders:
                seen = ", ".join(sorted(folders)[:_MOST_FOLDERS_NAMED]) or "none"
                raise FolderMissing(
                    f"the account sees no folder {path!r} in Cleo; it sees: {seen}; {FolderMissing.cure}"
                )
        return tuple(folders[path] for path in paths)

    def list_files(self, folder: Folder, *, on_odd: OnOdd | None = None) -> Iterator[RemoteFile]:
        """The files of a folder, each id once; `on_odd` is told of entries left out as they have no id.

        The whole list is read before the first file is given, so that files may be moved on the
        way. Raises FolderMissing when the folder is gone, Incomplete when the list breaks off.
        """
        request = self._request_files(folder)
        return iter(self._caller.list(request, self._read_file(request, folder), on_odd=on_odd))

    def find_file(self, folder: Folder, name: str) -> RemoteFile | None:
        """The file of this name among those uploaded to a folder; of several, any.

        That there is none does not prove that none was uploaded: the tenant may have taken it
        already. Raises FolderMissing when the folder is gone.
        """
        profile = self._caller.profile
        request = self._request_files(folder, uploaded=True)
        return self._caller.find(
            request,
            self._read_file(request, folder),
            where=write_filter(profile.filter.equal, profile.files.fields.name, name),
            fits=lambda file: file.name == name,
        )

    @contextmanager
    def download(self, file: RemoteFile) -> Iterator[Iterator[bytes]]:
        """The bytes of a file, in pieces as they come.

        They are the file only once the last piece was taken: Incomplete is raised in its stead
        when the length is not the listed one or that of Content-Length. Raises FileGone when the
        folder does not list it any more either, else AnswerUnreadable: it is asked for at a wrong address.
        """
        path = fill(self._caller.profile.files.content, folder_id=file.folder.id, file_id=file.id)
        request = Request(
            purpose=Purpose.DOWNLOAD,
            method="GET",
            url=self._caller.locate(file.content_href or path),
            key="files.content",
            kinds=_NO_FILE,
            long=True,
        )
        with ExitStack() as answers:
            try:
                answer = answers.enter_context(self._caller.open(request, ok={200}))
            except FileGone as error:
                if self._is_listed(file):
                    what = f"is {error.status}, though the folder lists the file"
                    raise unreadable(request, what, key=request.key) from error
                raise
            refuse_page(request, answer, listed=file.length)
            yield read_file(request, answer, listed=file.length)

    def upload(
        self, folder: Folder, *, name: str, pieces: Callable[[], Iterable[bytes]], length: int
    ) -> RemoteFile:
        """Hand a file in, in one request; what Cleo keeps may have another name than the one given.

        `pieces` gives its bytes from the first one on, each time it is called: once, and once more
        when the token had run out. A file of this name and length that is there already is
        returned and nothing is changed. Raises Conflict when one of this name and another length
        is there, Ambiguous when the outcome is unclear (`find_file` may settle it), Incomplete
        when Cleo kept fewer or more bytes, FolderMissing.
        """
        names = self._caller.profile.files.upload
        if not names.path:
            raise Unsupported("the Cleo profile has no path for uploads; set its key files.upload.path")
        url = self._caller.locate(fill(names.path, folder_id=folder.id))
        request = shape_upload(names, url=url, name=name, pieces=pieces, length=length)
        try:
            with self._caller.open(request, ok=names.ok) as answer:
                document = self._caller.gate.read_object_if_any(request, answer)
        except Conflict:
            there = self.find_file(folder, name)
            if there is None or there.length != length:
                raise
            return there
        kept = read_receipt(document, names=self._caller.profile.files, folder=folder, name=name)
        if kept.length not in {None, length}:
            raise Incomplete(f"{request}: Cleo keeps {kept.length} of {length} bytes; send it again")
        return kept

    def move(self, file: RemoteFile, target: Folder, *, name: str = "") -> None:
        """Move a file to another folder, there to have another name if one is given.

        After Unavailable it may have been moved all the same; then a second call raises FileGone.
        Raises Conflict when the target has a file of that name, Unsupported when files cannot be
        moved, or not be renamed.
        """
        names = self._caller.profile.files.move
        body: dict[str, object] = {}
        put(body, (names.field,), fill(names.value, target_id=target.id))
        if name and not names.name_field:
            raise Unsupported("the Cleo profile has no name files.move.name_field: no file is renamed")
        if name:
            put(body, (names.name_field,), name)
        self._change(
            Capability.MOVE,
            file,
            path=names.path,
            request=Request(
                purpose=Purpose.MOVE,
                method=names.method,
                url="",
                key="files.move.path",
                headers=JSON_GIVEN,
                body=json.dumps(body).encode("ascii"),
            ),
            ok=names.ok,
        )

    def delete(self, file: RemoteFile) -> None:
        """Delete a file. Raises FileGone when it was gone, Unsupported when files cannot be deleted."""
        names = self._caller.profile.files.delete
        request = Request(
            purpose=Purpose.DELETE, method=names.method, url="", key="files.delete.path", headers=JSON_WANTED
        )
        self._change(Capability.DELETE, file, path=names.path, request=request, ok=names.ok)

    def put_away(self, file: RemoteFile, target: Folder | None) -> PutAway:
        """Take a file that was read out of the way, as the profile wishes and the tenant allows.

        It is moved to the target, under a name of its own where its name is taken, or deleted if the
        profile wishes that, or else left where it is, for the caller to remember its id. Raises what
        `move` and `delete` raise, but neither Unsupported nor Conflict.
        """
        wish = self._caller.profile.files.after_read
        with suppress(Unsupported, Conflict):
            if wish == "move" and target is not None:
                self._move_aside(file, target)
                return PutAway.MOVED
            if wish == "delete":
                self.delete(file)
                return PutAway.DELETED
        return PutAway.LEFT

    def _move_aside(self, file: RemoteFile, target: Folder) -> None:
        try:
            self.move(file, target)
        except Conflict:
            stem, dot, kind = file.name.replace("/", "_").replace("\\", "_").rpartition(".")
            unique = f"{stem}_{file.id}{dot}{kind}" if stem else f"{kind}_{file.id}"
            self.move(file, target, name=unique)

    def _list_folders(self) -> tuple[Folder, ...]:
        names = self._caller.profile.folders
        request = Request(
            purpose=Purpose.LIST_FOLDERS,
            method="GET",
            url=self._caller.locate(names.list),
            key="folders.list",
        )
        read = partial(read_folder, request, names=names)
        return self._caller.list(request, read, on_odd=_tell_of_odd)

    def _request_files(self, folder: Folder, *, uploaded: bool = False) -> Request:
        profile = self._caller.profile
        if uploaded and profile.files.upload.list:
            href, key = fill(profile.files.upload.list, folder_id=folder.id), "files.upload.list"
        else:
            href = folder.files_href or fill(profile.folders.files, folder_id=folder.id)
            key = "folders.files"
        url = self._caller.locate(href)
        return Request(purpose=Purpose.LIST_FILES, method="GET", url=url, key=key, kinds=_NO_FOLDER)

    def _read_file(self, request: Request, folder: Folder) -> Callable[[object], RemoteFile]:
        return partial(read_remote_file, request, names=self._caller.profile.files, folder=folder)

    def _change(
        self, capability: Capability, file: RemoteFile, *, path: str, request: Request, ok: Collection[int]
    ) -> None:
        """Move or delete a file, or find out that it cannot be done in this tenant."""
        if not path:
            raise Unsupported(f"the Cleo profile has no path {request.key}")
        capabilities = self._caller.capabilities
        capabilities.demand(capability)
        href = file.move_href if capability is Capability.MOVE else file.delete_href
        url = self._caller.locate(href or fill(path, folder_id=file.folder.id, file_id=file.id))
        asked = replace(request, url=url, kinds=_NO_FILE | _NO_CALL)
        try:
            with self._caller.open(asked, ok=ok) as answer:
                discard_body(answer)
        except Unsupported as error:
            capabilities.switch_off(capability, str(error))
            raise
        except FileGone as error:
            if not self._is_listed(file):
                raise
            reason = f"{asked} answered as if there were no such file, which there is"
            capabilities.switch_off(capability, reason)
            raise Unsupported(reason) from error
        capabilities.confirm(capability)

    def _is_listed(self, file: RemoteFile) -> bool:
        return any(each.id == file.id for each in self.list_files(file.folder, on_odd=_tell_of_odd))


def _tell_of_odd(error: AnswerUnreadable) -> None:
    _LOG.warning("left out of a list in Cleo: %s", error)
