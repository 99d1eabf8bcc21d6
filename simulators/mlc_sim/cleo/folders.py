"""/api/folders and the files below: list, read, download, upload, move, delete (layout inferred from Harmony's)."""

import re
from typing import Final
from urllib.parse import quote

from mlc_sim.cleo.answers import (
    Json,
    RefusalError,
    answer_filtered,
    answer_json,
    answer_page,
    read_object,
    read_window,
    require_media_type,
)
from mlc_sim.cleo.filters import Attributes
from mlc_sim.cleo.routing import Call, Route
from mlc_sim.cleo.store import File, Folder
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.serving import Response

_FOLDERS: Final = "/api/folders"
_BYTES: Final = "application/octet-stream"
_META: Final[Attributes] = {"meta.created": str, "meta.lastModified": str, "meta.version": str}
_FOLDER_ATTRIBUTES: Final[Attributes] = {"id": str, "alias": str, "path": str, "usage": str, **_META}
_FILE_ATTRIBUTES: Final[Attributes] = {"id": str, "name": str, "length": int, **_META}


def list_folders(tenant: Tenant, call: Call) -> Response:
    folders = [describe_folder(folder) for folder in tenant.store.folders()]
    cap = tenant.settings.now.page_cap
    return answer_filtered(folders, _FOLDER_ATTRIBUTES, call.request.query, cap=cap)


def get_folder(tenant: Tenant, call: Call) -> Response:
    return answer_json(describe_folder(_find_folder(tenant, call)))


def list_files(tenant: Tenant, call: Call) -> Response:
    folder, query, settings = _find_folder(tenant, call), call.request.query, tenant.settings.now
    newest_first, cap = settings.newest_first, settings.page_cap
    if query.get("filter"):
        files = tenant.store.files(folder, newest_first=newest_first)
        return answer_filtered([describe_file(file) for file in files], _FILE_ATTRIBUTES, query, cap=cap)
    window = read_window(query, cap=cap)
    page = tenant.store.files(folder, start=window.start, limit=window.count, newest_first=newest_first)
    return answer_page([describe_file(file) for file in page], window, total=tenant.store.count(folder))


def get_file(tenant: Tenant, call: Call) -> Response:
    return answer_json(describe_file(_find_file(tenant, call)))


def download(tenant: Tenant, call: Call) -> Response:
    file = _find_file(tenant, call)
    headers = {"Content-Type": _BYTES, "Content-Disposition": _describe_disposition(file.name)}
    return Response(headers=headers, body=tenant.store.content(file))


def upload(tenant: Tenant, call: Call) -> Response:
    """Store the raw body under `?name=`; without one the server makes a name, as Harmony does."""
    require_media_type(call.request, _BYTES)
    folder, name = _find_folder(tenant, call), _check_name(call.request.query.get("name") or "upload.dat")
    rule = tenant.settings.now.collisions
    file = tenant.store.add(folder, name, call.request.body, collisions=rule)
    return answer_json(describe_file(file), status=201)


def move(tenant: Tenant, call: Call) -> Response:
    """`{"folder": {"href"}, "name"}`, either or both; the id stays, the links change."""
    file, (folder, name) = _find_file(tenant, call), _read_move(tenant, call)
    rule = tenant.settings.now.collisions
    moved = tenant.store.move(file, folder, name or file.name, collisions=rule)
    return answer_json(describe_file(moved))


def delete(tenant: Tenant, call: Call) -> Response:
    tenant.store.delete(_find_file(tenant, call).id)
    return Response(status=204)


def describe_folder(folder: Folder) -> Json:
    own = f"{_FOLDERS}/{folder.id}"
    return {
        "id": folder.id,
        "alias": folder.path.rpartition("/")[2],
        "path": folder.path,
        "usage": folder.usage,
        "meta": _describe_meta("folder", folder.created, folder.created, 1),
        "_links": {"self": {"href": own}, "files": {"href": f"{own}/files"}},
    }


def describe_file(file: File) -> Json:
    folder = f"{_FOLDERS}/{file.folder_id}"
    own = f"{folder}/files/{file.id}"
    return {
        "id": file.id,
        "name": file.name,
        "length": file.length,
        "meta": _describe_meta("file", file.created, file.modified, file.version),
        "_links": {
            "self": {"href": own},
            "content": {"href": f"{own}/content"},
            "folder": {"href": folder},
        },
    }


def _describe_meta(kind: str, created: str, modified: str, version: int) -> Json:
    return {"resourceType": kind, "created": created, "lastModified": modified, "version": str(version)}


def _describe_disposition(name: str) -> str:
    """The name in plain ASCII, and as RFC 6266 wants it; partners put anything into names."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _find_folder(tenant: Tenant, call: Call) -> Folder:
    folder = tenant.store.find_folder(call.ids[0])
    if folder is None:
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
    return _find_target(tenant, call, order.get("folder")), None if name is None else _check_name(name)


def _find_target(tenant: Tenant, call: Call, link: object) -> Folder:
    """A target that does not exist is a bad order, 400; 404 is kept for the file itself (inferred)."""
    if link is None:
        return _find_folder(tenant, call)
    href = link.get("href") if isinstance(link, dict) else None
    for folder in tenant.store.folders():
        if href == f"{_FOLDERS}/{folder.id}":
            return folder
    raise RefusalError(400, f"folder: {link!r} is no link to a folder of this tenant")


def _check_name(name: object) -> str:
    """A name that can be stored: printable, no path, at most 255 characters (the limit is inferred)."""
    if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) < 256 or {*"/\\"} & {*name}:
        raise RefusalError(400, f"name: {name!r} cannot be a file name")
    return name


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
