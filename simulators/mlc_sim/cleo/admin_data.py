"""/_sim, the part about data: files, reference tables, how actions run."""

from typing import Final

from mlc_sim.bodies import hold
from mlc_sim.cleo.actions import KIND as ACTION
from mlc_sim.cleo.answers import Json, RefusalError, answer_json, read_object
from mlc_sim.cleo.jobs import take_drop
from mlc_sim.cleo.passage import send_file
from mlc_sim.cleo.reference import write_csv
from mlc_sim.cleo.resources import find
from mlc_sim.cleo.routing import Call, Route
from mlc_sim.cleo.runs import RESULTS, Run, read_run, set_behaviour
from mlc_sim.cleo.store import INBOUND, REFERENCE_INBOUND, File, Folder
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.serving import Response

_MOST: Final = 1_000_000  # files made at once


def drop(tenant: Tenant, call: Call) -> Response:
    """A partner's file, the raw body, arrives: `?name=` as the partner likes it, `?folder=` /edi/inbound unless said.

    It always has an id of its own, also when the name is there already.
    """
    folder = _find_folder(tenant, call.request.query.get("folder", INBOUND))
    name = call.request.query.get("name")
    if not name:
        raise RefusalError(400, "name is missing: POST /_sim/drop?name=...")
    file = tenant.store.add(folder, name, call.request.content, collisions=None)
    if folder.usage == "download":
        take_drop(tenant, file, folder)
    return answer_json(_describe(file, folder), status=201)


def add_files(tenant: Tenant, call: Call) -> Response:
    """`{"count", "name", "content", "folder"}`: many files at once, told in no event; `{}` in the name is a number."""
    order = read_object(call.request)
    count, name, content = (order.get(key, default) for key, default in _FILES.items())
    folder = _find_folder(tenant, str(order.get("folder", INBOUND)))
    if (
        type(count) is not int
        or not 0 < count <= _MOST
        or not isinstance(name, str)
        or not isinstance(content, str)
    ):
        raise RefusalError(400, f"files: {dict(order)!r} does not say how many, their name and their content")
    tenant.store.add_many(folder, name, content.encode(), count=count)
    return answer_json({"added": count}, status=201)


def list_files(tenant: Tenant, call: Call) -> Response:
    """All files, or those of `?folder=`, with their digests."""
    path = call.request.query.get("folder")
    folders = [_find_folder(tenant, path)] if path else tenant.store.folders()
    return answer_json([_describe(file, folder) for folder in folders for file in tenant.store.files(folder)])


def read_content(tenant: Tenant, call: Call) -> Response:
    return send_file(tenant, _find_file(tenant, call))


def remove_file(tenant: Tenant, call: Call) -> Response:
    """Make a file vanish behind the back of the API."""
    tenant.store.delete(_find_file(tenant, call).id)
    return Response(status=204)


def list_tables(tenant: Tenant, _: Call) -> Response:
    """How many rows each reference table has."""
    return answer_json(tenant.tables.sizes())


def list_rows(tenant: Tenant, call: Call) -> Response:
    """The rows of a reference table by their key; a table that was never filled has none."""
    return answer_json(tenant.tables.rows(call.ids[0]))


def export_table(tenant: Tenant, call: Call) -> Response:
    """Write a reference table into a file for us, as a flow of the tenant would."""
    [table] = call.ids
    folder = _find_folder(tenant, REFERENCE_INBOUND)
    name = f"{table}_{tenant.clock():%Y%m%dT%H%M%SZ}_full.csv"
    file = tenant.store.add(folder, name, hold(write_csv(tenant.tables.rows(table))), collisions=None)
    take_drop(tenant, file, folder)
    return answer_json(_describe(file, folder), status=201)


def change_action(tenant: Tenant, call: Call) -> Response:
    """`{"seconds", "result", "message"}`: how an action goes from its next run on; what is not given stays."""
    found, order = find(tenant, ACTION, call.ids[0]), read_object(call.request)
    run = read_run(tenant, found.id)
    seconds, result = order.get("seconds", run.seconds), order.get("result", run.result)
    if not isinstance(seconds, int | float) or not 0 <= seconds <= _MOST or result not in RESULTS:
        raise RefusalError(
            400, f"action: {dict(order)!r}; seconds is a number, result one of {list(RESULTS)}"
        )
    message = str(order.get("message", run.message))
    set_behaviour(tenant, found.id, Run(seconds=seconds, result=result, message=message, ends=run.ends))
    return answer_json({"seconds": seconds, "result": result, "message": message})


def _find_folder(tenant: Tenant, path: str) -> Folder:
    folder = tenant.store.find_path(path)
    if folder is None:
        known = [folder.path for folder in tenant.store.folders()]
        raise RefusalError(404, f"there is no folder {path!r}; there are {known}")
    return folder


def _find_file(tenant: Tenant, call: Call) -> File:
    file = tenant.store.find_file(call.ids[0])
    if file is None:
        raise RefusalError(404, f"there is no file {call.ids[0]!r}")
    return file


def _describe(file: File, folder: Folder) -> Json:
    return {
        "id": file.id,
        "name": file.name,
        "folder": folder.path,
        "length": file.length,
        "sha256": file.sha256,
    }


_FILES: Final = {"count": None, "name": "file-{}.edi", "content": "ISA"}
ROUTES: Final = (
    Route("POST", "/_sim/drop", drop),
    Route("GET", "/_sim/files", list_files),
    Route("POST", "/_sim/files", add_files),
    Route("GET", "/_sim/files/*/content", read_content),
    Route("DELETE", "/_sim/files/*", remove_file),
    Route("GET", "/_sim/tables", list_tables),
    Route("GET", "/_sim/tables/*", list_rows),
    Route("POST", "/_sim/tables/*/export", export_table),
    Route("POST", "/_sim/actions/*", change_action),
)
