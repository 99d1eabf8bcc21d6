"""Files on their way in and out, the same below folders and below connections."""

import re
import sqlite3
from collections.abc import Callable
from email.message import Message
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import quote

from mlc_sim.bodies import Body
from mlc_sim.cleo.answers import (
    META,
    Json,
    RefusalError,
    answer_list,
    answer_page,
    read_media_type,
    read_window,
    require_media_type,
)
from mlc_sim.cleo.database import Source
from mlc_sim.cleo.filters import Attributes, Column
from mlc_sim.cleo.jobs import take_upload
from mlc_sim.cleo.layouts import DIALECTS
from mlc_sim.cleo.multipart import read_parameter, read_part
from mlc_sim.cleo.routing import Call
from mlc_sim.cleo.store import File, Folder
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.serving import Request, Response

_BYTES: Final = "application/octet-stream"
_FORM: Final = "multipart/form-data"
_UNNAMED: Final = "upload.dat"
_ATTRIBUTES: Final[Attributes] = {
    "id": Column("id"),
    "name": Column("name"),
    "length": Column("length", int),
    **META,
}


def list_files_of(tenant: Tenant, call: Call, folder: Folder, describe: Callable[[File], Json]) -> Response:
    """A page of the folder's files, in the order in which they came into being (inferred)."""
    settings, query = tenant.settings.now, call.request.query
    if not query.get("filter"):
        window = read_window(query, cap=settings.page_cap)
        files, total = tenant.store.read_page(folder, window, newest_first=settings.newest_first)
        return answer_page([describe(file) for file in files], window, settings, total=total)

    def describe_row(row: sqlite3.Row) -> Json:
        return describe(File(**row))

    source = Source(
        table="files",
        where="folder_id = ?",
        parameters=[folder.id],
        order="arrival DESC" if settings.newest_first else "arrival",
        attributes=_ATTRIBUTES,
    )
    return answer_list(tenant.database, source, query, describe_row, settings)


def send_file(tenant: Tenant, file: File) -> Response:
    """The bytes, read while they are sent; headers as documented for a connection's outgoing file."""

    def read(start: int, end: int) -> bytes:
        with tenant.lock:
            piece = tenant.store.read(file, start, end)
        if len(piece) < end - start:
            raise ConnectionAbortedError(f"{file.name} went away while it was sent")
        return piece

    headers = {"Content-Type": _BYTES, "Content-Disposition": _describe_disposition(file.name)}
    return Response(headers=headers, large=Body(file.length, read))


def take_file(tenant: Tenant, call: Call, folder: Folder) -> File:
    """Store an upload and let Cleo work on it if the folder is for that. Raises RefusalError and NameTakenError."""
    settings = tenant.settings.now
    name, content = _read_upload(call.request, tenant)
    if 0 < settings.largest_upload < content.length:
        raise RefusalError(413, f"{content.length} bytes: at most {settings.largest_upload} are taken")
    if not fnmatchcase(name, settings.accepted_names):
        raise RefusalError(400, f"name: {name!r} is none of {settings.accepted_names}")
    file = tenant.store.add(folder, name, content, collisions=settings.collisions)
    if folder.usage == "upload":
        take_upload(tenant, file, folder, content)
    return file


def check_name(name: object) -> str:
    """A name that can be stored: printable, no path, at most 255 characters (the limit is inferred)."""
    if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) < 256 or {*"/\\"} & {*name}:
        raise RefusalError(400, f"name: {name!r} cannot be a file name")
    return name


def _read_upload(request: Request, tenant: Tenant) -> tuple[str, Body]:
    """Name and bytes. The name stands in `?name=`, in Content-Disposition or in the form; else the server makes one, as Harmony does."""
    dialect = DIALECTS[tenant.settings.now.layout]
    styles = {_BYTES: dialect.takes_raw, _FORM: dialect.takes_multipart}
    require_media_type(request, *(style for style, is_taken in styles.items() if is_taken))
    header = Message()
    header["Content-Disposition"] = request.headers.get("content-disposition", "")
    told, content = read_parameter(header, "filename"), request.content
    if read_media_type(request) == _FORM:
        part = read_part(request, dialect.multipart_field)
        told, content = part.filename, part.content
    return check_name(request.query.get("name") or told or _UNNAMED), content


def _describe_disposition(name: str) -> str:
    """The name in plain ASCII, and as RFC 6266 wants it; partners put anything into names."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
