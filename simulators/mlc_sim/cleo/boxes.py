"""The files of a connection: /outgoing is what Cleo has for the counterparty, /incoming what that hands in (documented).

A file below /outgoing is answered with its bytes, one below /incoming with JSON (both documented). Whether there are
more links than `self` is not known; pages and filters are taken as in all lists (inferred).
"""

from typing import Final

from mlc_sim.cleo.answers import Json, RefusalError, answer_json, describe_meta
from mlc_sim.cleo.objects import Object
from mlc_sim.cleo.passage import list_files_of, send_file, take_file
from mlc_sim.cleo.routing import Call, Route
from mlc_sim.cleo.store import BOX, File, Folder
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.serving import Response

_CONNECTION: Final = "/api/connections/*"


def list_outgoing(tenant: Tenant, call: Call) -> Response:
    return _list(tenant, call, "outgoing")


def list_incoming(tenant: Tenant, call: Call) -> Response:
    return _list(tenant, call, "incoming")


def download_outgoing(tenant: Tenant, call: Call) -> Response:
    return send_file(tenant, _find_file(tenant, call, "outgoing"))


def get_incoming(tenant: Tenant, call: Call) -> Response:
    return answer_json(_describe(_find_file(tenant, call, "incoming"), call, "incoming"))


def upload_incoming(tenant: Tenant, call: Call) -> Response:
    file = take_file(tenant, call, find_box(tenant, call.ids[0], "incoming"))
    return answer_json(_describe(file, call, "incoming"), status=201)


def add_boxes(tenant: Tenant, connection: Object, *, outgoing: str = "", incoming: str = "") -> None:
    """Give a connection its two places: folders of those paths, or places of its own."""
    ids = [
        tenant.store.add_folder(path or f"/connections/{connection.id}/{side}", BOX)
        for side, path in (("outgoing", outgoing), ("incoming", incoming))
    ]
    with tenant.database.begin() as work:
        work.execute("INSERT INTO boxes VALUES (?, ?, ?)", (connection.id, *ids))


def find_box(tenant: Tenant, connection_id: str, side: str) -> Folder:
    """The folder behind one side of a connection. Raises RefusalError 404."""
    with tenant.database.begin() as work:
        row = work.execute("SELECT * FROM boxes WHERE connection_id = ?", (connection_id,)).fetchone()
    folder = tenant.store.find_folder(row[side]) if row else None
    if folder is None:
        raise RefusalError(404, f"there is no connection {connection_id!r}")
    return folder


def _list(tenant: Tenant, call: Call, side: str) -> Response:
    folder = find_box(tenant, call.ids[0], side)
    return list_files_of(tenant, call, folder, lambda file: _describe(file, call, side))


def _find_file(tenant: Tenant, call: Call, side: str) -> File:
    folder, file = find_box(tenant, call.ids[0], side), tenant.store.find_file(call.ids[1])
    if file is None or file.folder_id != folder.id:
        raise RefusalError(404, f"there is no file {call.ids[1]!r} among the {side}")
    return file


def _describe(file: File, call: Call, side: str) -> Json:
    own = f"/api/connections/{call.ids[0]}/{side}/{file.id}"
    return {
        "id": file.id,
        "name": file.name,
        "length": file.length,
        "meta": describe_meta(side, file.created, file.modified, file.version),
        "_links": {"self": {"href": own}},
    }


ROUTES: Final = (
    Route("GET", f"{_CONNECTION}/outgoing", list_outgoing),
    Route("GET", f"{_CONNECTION}/incoming", list_incoming),
    Route("GET", f"{_CONNECTION}/outgoing/*", download_outgoing),
    Route("GET", f"{_CONNECTION}/incoming/*", get_incoming),
    Route("POST", f"{_CONNECTION}/incoming", upload_incoming),
)
