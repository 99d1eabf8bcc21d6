"""Cleo's folders and files, as verbs. Repeats nothing but one call whose token was refused."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final
from urllib.parse import urlencode

from ml_connector.cleo.address import fill, join, read_origin
from ml_connector.cleo.auth import Token, TokenKeeper
from ml_connector.cleo.entries import read_folder, read_remote_file
from ml_connector.cleo.errors import CleoError, FileGone, FolderMissing
from ml_connector.cleo.gate import Gate, discard_body, read_file, refuse_page
from ml_connector.cleo.objects import Access, Credentials, Exchange, Folder, Purpose, RemoteFile
from ml_connector.cleo.paging import Entry, Page, read_all, read_page
from ml_connector.cleo.profile import CIC_FOLDERS, Profile
from ml_connector.cleo.wire import Answer, Request, Transport, Wire

_NO_FILE: Final[Mapping[int, type[CleoError]]] = dict.fromkeys((404, 410), FileGone)
_NO_FOLDER: Final[Mapping[int, type[CleoError]]] = dict.fromkeys((404, 410), FolderMissing)
_MOST_FOLDERS_NAMED: Final = 20


def _ignore(_exchange: Exchange) -> None:
    """Report to nobody."""


class Client:
    """One Cleo account. Safe for threads; use one client for all work of an account, as it holds the token.

    Every verb may raise Unavailable, Throttled, CredentialsRefused, Forbidden, Rejected,
    AnswerUnreadable and Misconfigured; what else it raises stands beside it.
    """

    def __init__(
        self,
        *,
        base_url: str,
        credentials: Credentials,
        transport: Transport,
        clock: Callable[[], datetime],
        profile: Profile = CIC_FOLDERS,
        on_exchange: Callable[[Exchange], None] = _ignore,
    ) -> None:
        """Asks nothing yet. Raises Misconfigured when the base URL cannot be right.

        `on_exchange` is told of each request when it is over, in the thread that made it; it must
        not call the client.
        """
        self._origin = read_origin(base_url)
        self._transport = transport
        self._clock = clock
        self._profile = profile
        self._wire = Wire(transport=transport, clock=clock, on_exchange=on_exchange)
        self._gate = Gate(profile.error.message)
        self._tokens = TokenKeeper(
            origin=self._origin,
            credentials=credentials,
            profile=profile.auth,
            wire=self._wire,
            gate=self._gate,
            clock=clock,
        )

    def check(self) -> Access:
        """Log in and look round, changing nothing."""
        token = self._tokens.current()
        return Access(token_lifetime=token.lifetime, folders=self._list_folders())

    def find_folder(self, path: str) -> Folder:
        """The folder of this path, as Cleo spells it. Raises FolderMissing naming those there are."""
        folders = self._list_folders()
        for folder in folders:
            if folder.path == path:
                return folder
        seen = ", ".join(sorted(folder.path for folder in folders)[:_MOST_FOLDERS_NAMED]) or "none"
        raise FolderMissing(
            f"the account sees no folder {path!r} in Cleo; it sees: {seen}; {FolderMissing.cure}"
        )

    def list_files(self, folder: Folder) -> Iterator[RemoteFile]:
        """The files of a folder, each id once.

        The whole list is read before the first file is given, so that files may be moved on the
        way. Raises FolderMissing when the folder is gone, Incomplete when the list breaks off.
        """
        names = self._profile.folders
        request = Request(
            purpose=Purpose.LIST_FILES,
            method="GET",
            url=join(self._origin, folder.files_href or fill(names.files, folder_id=folder.id)),
            key="folders.files",
            kinds=_NO_FOLDER,
        )
        read = partial(read_remote_file, request, names=self._profile.files, folder=folder)
        return iter(self._list(request, read))

    @contextmanager
    def download(self, file: RemoteFile) -> Iterator[Iterator[bytes]]:
        """The bytes of a file, in pieces as they come.

        They are the file only once the last piece was taken: Incomplete is raised in its stead
        when the length is not the listed one or that of Content-Length. Raises FileGone as well.
        """
        ids = {"folder_id": file.folder.id, "file_id": file.id}
        request = Request(
            purpose=Purpose.DOWNLOAD,
            method="GET",
            url=join(self._origin, file.content_href or fill(self._profile.files.content, **ids)),
            key="files.content",
            kinds=_NO_FILE,
        )
        with self._open(request, ok={200}) as answer:
            refuse_page(request, answer, listed=file.length)
            yield read_file(request, answer, listed=file.length)

    def move(self, file: RemoteFile, target: Folder) -> None:
        """Move a file to another folder.

        After Unavailable it may have been moved all the same; then a second call raises FileGone.
        Raises Conflict when the target has a file of that name.
        """
        names = self._profile.files.move
        ids = {"folder_id": file.folder.id, "file_id": file.id}
        body: object = fill(names.value, target_id=target.id)
        for part in reversed(names.field.split(".")):
            body = {part: body}
        request = Request(
            purpose=Purpose.MOVE,
            method=names.method,
            url=join(self._origin, file.self_href or fill(names.path, **ids)),
            key="files.move.path",
            headers=(("content-type", "application/json"), ("accept", "application/json")),
            body=json.dumps(body).encode("ascii"),
            kinds=_NO_FILE,
        )
        with self._open(request, ok=names.ok) as answer:
            discard_body(answer)

    def close(self) -> None:
        """Forget the token and give up the connections."""
        self._tokens.forget()
        self._transport.close()

    def _list_folders(self) -> tuple[Folder, ...]:
        request = Request(
            purpose=Purpose.LIST_FOLDERS,
            method="GET",
            url=join(self._origin, self._profile.folders.list),
            key="folders.list",
        )
        return self._list(request, partial(read_folder, request, names=self._profile.folders))

    def _list(self, request: Request, read: Callable[[object], Entry]) -> tuple[Entry, ...]:
        names = self._profile.paging

        def fetch(position: int) -> Page[Entry]:
            query = urlencode(
                {names.start_param: position + names.start_base, names.count_param: names.page_size}
            )
            joint = "&" if "?" in request.url else "?"
            asked = replace(
                request,
                url=f"{request.url}{joint}{query}",
                headers=(("accept", "application/json"),),
            )
            with self._open(asked, ok={200}) as answer:
                document = self._gate.read_object(asked, answer)
                return read_page(asked, document, names=names, position=position, read=read)

        return read_all(fetch)

    @contextmanager
    def _open(self, request: Request, *, ok: Collection[int]) -> Iterator[Answer]:
        """The answer to a request that bears the token; one 401 is met by a new token, a second is an error."""
        token = self._tokens.current()
        signed = _sign(request, token)
        with self._wire.open(signed) as answer:
            if answer.status != 401:
                self._gate.check(signed, answer, ok=ok, now=self._clock())
                yield answer
                return
            discard_body(answer)
        self._tokens.reject(token)
        token = self._tokens.current()
        signed = _sign(request, token)
        with self._wire.open(signed) as answer:
            if answer.status == 401:
                self._tokens.reject(token)
            self._gate.check(signed, answer, ok=ok, now=self._clock())
            yield answer


def _sign(request: Request, token: Token) -> Request:
    bearer = ("authorization", f"Bearer {token.value}")
    return replace(request, headers=(*request.headers, bearer), secrets=(token.value,))
