"""/api/folders and the files below: list, read, download, upload, move, delete (layout inferred from Harmony's)."""

import sqlite3
from typing import Final

from mlc_sim.cleo.answers import (
    META,
    Json,
    RefusalError,
    answer_json,
    answer_list,
    describe_meta,
    read_object,
    require_media_type,
)
from mlc_sim.cleo.database import Source
from mlc_sim.cleo.filters import Attributes, Column
from mlc_sim.cleo.passage import check_name, list_files_of, send_file, take_file
from mlc_sim.cleo.routing import Call, Route
from mlc_sim.cleo.store import BOX, File, Folder
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.serving import Response

_FOLDERS: Final = "/api/folders"
_ALIAS: Final = "replace(substr(replace(path, '/edi/', '/'), 2), '/', '-')"
_FOLDER_ATTRIBUTES: Final[Attributes] = {
    "id": Column("id"),
    "alias": Column(_ALIAS),
    "path": Column("path"),
    "usage": Column("usage"),
    "meta.created": META["meta.created"],
}


def list_folders(tenant: Tenant, call: Call) -> Response:
    source = Source(
        table="folders", where="usage <> ?", parameters=[BOX], order="path", attributes=_FOLDER_ATTRIBUTES
    )
    return answer_list(tenant.database, source, call.request.query, _describe_row, tenant.settings.now)


def get_folder(tenant: Tenant, call: Call) -> Response:
    return answer_json(_describe_folder(_find_folder(tenant, call)))


def list_files(tenant: Tenant, call: Call) -> Response:
    return list_files_of(tenant, call, _find_folder(tenant, call), describe_file)


def get_file(tenant: Tenant, call: Call) -> Response:
    return answer_json(describe_file(_find_file(tenant, call)))


def download(tenant: Tenant, call: Call) -> Response:
    return send_file(tenant, _find_file(tenant, call))


def upload(tenant: Tenant, call: Call) -> Response:
    """Store the body, raw or a part of a form, in one request."""
    folder = _find_folder(tenant, call)
    return answer_json(describe_file(take_file(tenant, call, folder)), status=201)


def move(tenant: Tenant, call: Call) -> Response:
    """`{"folder": {"href"}, "name"}`, either or both; the id stays, the links change."""
    file, (folder, name) = _find_file(tenant, call), _read_move(tenant, call)
    rule = tenant.settings.now.collisions
    moved = tenant.store.move(file, folder, name or file.name, collisions=rule)
    return answer_json(describe_file(moved))


def delete(tenant: Tenant, call: Call) -> Response:
    tenant.store.delete(_find_file(tenant, call).id)
    return Response(status=204)


def describe_file(file: File) -> Json:
    folder = f"{_FOLDERS}/{file.folder_id}"
    own = f"{folder}/files/{file.id}"
    return {
        "id": file.id,
        "name": file.name,
        "length": file.length,
        "meta": describe_meta("file", file.created, file.modified, file.version),
        "_links": {
            "self": {"href": own},
            "content": {"href": f"{own}/content"},
            "folder": {"href": folder},
        },
    }


def _describe_row(row: sqlite3.Row) -> Json:
    return _describe_folder(Folder(**row))


def _describe_folder(folder: Folder) -> Json:
    """The alias is made of the path, so that no two are alike (inferred)."""
    own = f"{_FOLDERS}/{folder.id}"
    return {
        "id": folder.id,
        "alias": folder.path.replace("/edi/", "/")[1:].replace("/", "-"),
        "path": folder.path,
        "usage": folder.usage,
        "meta": describe_meta("folder", folder.created, folder.created, 1),
        "_links": {"self": {"href": own}, "files": {"href": f"{own}/files"}},
    }


def _find_folder(tenant: Tenant, call: Call) -> Folder:
    folder = tenant.store.find_folder(call.ids[0])
    if folder is None or folder.usage == BOX:
        raise RefusalError(404, f"there is no folder {call.ids[0]!r}")
    return folder


def _find_file(tenant: Tenant, call: Call) -> File:
    folder, file = _find_folder(tenant, call), tenant.store.find_file(call.ids[1])
    if file is None or file.folder_id != folder.id:
        raise RefusalError(404, f"there is no file {call.ids[1]!r} in this folder")
    return file


def _read_move(tenant: Tenant, call: Call) -> tuple[Folder, str | None]:
    """The folder to move to, which may be the present one, and the new name if any. Raises RefusalError."""
    require_media_type(call.request, "application/json")
    order = read_object(call.request)
    if not order.keys() & {"folder", "name"}:
        raise RefusalError(400, "neither folder nor name is given: nothing to change")
    name = order.get("name")
    return _find_target(tenant, call, order.get("folder")), None if name is None else check_name(name)


def _find_target(tenant: Tenant, call: Call, link: object) -> Folder:
    """A target that does not exist is a bad order, 400; 404 is kept for the file itself (inferred)."""
    if link is None:
        return _find_folder(tenant, call)
    href = link.get("href") if isinstance(link, dict) else None
    for folder in tenant.store.folders():
        if href == f"{_FOLDERS}/{folder.id}":
            return folder
    raise RefusalError(400, f"folder: {link!r} is no link to a folder of this tenant")


ROUTES: Final = (
    Route("GET", _FOLDERS, list_folders),
    Route("GET", f"{_FOLDERS}/*", get_folder),
    Route("GET", f"{_FOLDERS}/*/files", list_files),
    Route("POST", f"{_FOLDERS}/*/files", upload),
    Route("GET", f"{_FOLDERS}/*/files/*", get_file),
    Route("PATCH", f"{_FOLDERS}/*/files/*", move),
    Route("DELETE", f"{_FOLDERS}/*/files/*", delete),
    Route("GET", f"{_FOLDERS}/*/files/*/content", download),
)
