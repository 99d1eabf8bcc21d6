"""One request that hands a file in, and what its answer says of the file."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from secrets import token_hex
from typing import Final

from ml_connector.cleo.errors import CleoError, FolderMissing, Unsupported
from ml_connector.cleo.members import read_clean, read_count, read_id, read_text, read_time
from ml_connector.cleo.objects import Folder, Purpose, RemoteFile
from ml_connector.cleo.profile import FilesProfile, UploadProfile
from ml_connector.cleo.query import add_query
from ml_connector.cleo.wire import Request, Stream

#: what every server takes in a query, a header and a file system
_SAFE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_KINDS: Final[Mapping[int, type[CleoError]]] = {
    404: FolderMissing,
    405: Unsupported,
    410: FolderMissing,
    501: Unsupported,
}


def shape_upload(
    names: UploadProfile, *, url: str, name: str, pieces: Callable[[], Iterable[bytes]], length: int
) -> Request:
    """The request. Raises ValueError for a name that is not made of up to 100 of `A-Z a-z 0-9 . _ -`.

    Its body raises ValueError when the pieces are not of the length.
    """
    if not _SAFE_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no safe name for an upload; write up to 100 of A-Z a-z 0-9 . _ -")
    stream = Stream(open=lambda: _measure(pieces(), length), length=length)
    kind = names.content_type
    if names.style == "multipart":
        boundary = token_hex(16)
        kind = f"multipart/form-data; boundary={boundary}"
        stream = _wrap(stream, boundary, field=names.multipart_field, name=name, kind=names.content_type)
    headers = [("content-type", kind), ("accept", "application/json")]
    if names.disposition:
        headers.append(("content-disposition", f'attachment; filename="{name}"'))
    return Request(
        purpose=Purpose.UPLOAD,
        method=names.method,
        url=add_query(url, {names.name_param: name}) if names.name_param else url,
        key="files.upload.path",
        headers=tuple(headers),
        stream=stream,
        writes=True,
        kinds=_KINDS,
    )


def read_receipt(
    document: Mapping[str, object], *, names: FilesProfile, folder: Folder, name: str
) -> RemoteFile:
    """The file as the answer to its upload describes it, which need not say anything."""
    return RemoteFile(
        id=read_id(document, names.fields.id) or "",
        name=read_clean(document, names.fields.name) or name,
        length=read_count(document, names.fields.length),
        modified=read_time(document, names.fields.modified),
        folder=folder,
        move_href=read_text(document, names.move.link),
        delete_href=read_text(document, names.delete.link),
        content_href=read_text(document, names.content_link),
    )


def _measure(pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
    given = 0
    for piece in pieces:
        given += len(piece)
        if given > length:
            break
        yield piece
    if given != length:
        raise ValueError(f"the pieces of an upload are {given} bytes or more, announced were {length}")


def _wrap(stream: Stream, boundary: str, *, field: str, name: str, kind: str) -> Stream:
    """The body as the one part of a form (RFC 7578)."""
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    ).encode("ascii")
    tail = f"\r\n--{boundary}--\r\n".encode("ascii")

    def give() -> Iterator[bytes]:
        yield head
        yield from stream.open()
        yield tail

    return Stream(open=give, length=len(head) + stream.length + len(tail))
