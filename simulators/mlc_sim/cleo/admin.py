"""/_sim: what a test does to the tenant, and what it may know of it. JSON, no token."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from mlc_sim.cleo.answers import Json, RefusalError, answer_json, read_object
from mlc_sim.cleo.routing import Call, Route
from mlc_sim.cleo.settings import SettingsError
from mlc_sim.cleo.store import INBOUND, File, Folder
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.serving import Response


def drop(tenant: Tenant, call: Call) -> Response:
    """A partner's file, the raw body, arrives: `?name=` as the partner likes it, `?folder=` /edi/inbound unless said.

    It always has an id of its own, also when the name is there already.
    """
    folder = _find_folder(tenant, call.request.query.get("folder", INBOUND))
    name = call.request.query.get("name")
    if not name:
        raise RefusalError(400, "name is missing: POST /_sim/drop?name=...")
    file = tenant.store.add(folder, name, call.request.body, collisions=None)
    return answer_json(_describe(file, folder), status=201)


def list_files(tenant: Tenant, call: Call) -> Response:
    """All files, or those of `?folder=`, with their digests."""
    path = call.request.query.get("folder")
    folders = [_find_folder(tenant, path)] if path else tenant.store.folders()
    return answer_json([_describe(file, folder) for folder in folders for file in tenant.store.files(folder)])


def read_content(tenant: Tenant, call: Call) -> Response:
    content = tenant.store.content(_find_file(tenant, call))
    return Response(headers={"Content-Type": "application/octet-stream"}, body=content)


def remove_file(tenant: Tenant, call: Call) -> Response:
    """Make a file vanish behind the back of the API."""
    tenant.store.delete(_find_file(tenant, call).id)
    return Response(status=204)


def list_requests(tenant: Tenant, _: Call) -> Response:
    return answer_json([asdict(entry) for entry in tenant.journal.entries()])


def show_counters(tenant: Tenant, _: Call) -> Response:
    return answer_json(tenant.journal.counters())


def reset_counters(tenant: Tenant, _: Call) -> Response:
    tenant.journal.reset_counters()
    return answer_json(tenant.journal.counters())


def expire_tokens(tenant: Tenant, call: Call) -> Response:
    """End all access tokens; with `{"refresh": true}` the refresh tokens as well."""
    refresh = read_object(call.request).get("refresh", False) is True
    return answer_json({"expired": tenant.tokens.expire_all(refresh=refresh)})


def change_settings(tenant: Tenant, call: Call) -> Response:
    """Set what is given; answers all settings, the password hidden."""
    try:
        settings = tenant.settings.change(read_object(call.request))
    except SettingsError as refused:
        raise RefusalError(400, str(refused)) from refused
    return answer_json({**asdict(settings), "password": "***"})


def set_clock(tenant: Tenant, call: Call) -> Response:
    """`{"now": ISO time}` sets the clock, `{"advance": seconds}` moves it; it runs on from there."""
    order = read_object(call.request)
    try:
        match order:
            case {"now": str(text)} if len(order) == 1:
                tenant.clock.set(_read_time(text))
            case {"advance": int() | float() as seconds} if len(order) == 1:
                tenant.clock.advance(timedelta(seconds=seconds))
            case _:
                raise RefusalError(400, f"clock: {order!r} is neither {{now: time}} nor {{advance: seconds}}")
    except (ValueError, OverflowError) as fault:
        raise RefusalError(400, f"clock: {order!r} is no time: {fault}") from fault
    return show_health(tenant, call)


def order_faults(tenant: Tenant, call: Call) -> Response:
    """POST adds faults, DELETE clears them, GET shows them: see `mlc_sim.faults`."""
    return tenant.faults.administer(call.request)


def show_health(tenant: Tenant, _: Call) -> Response:
    return answer_json({"status": "ok", "now": tenant.clock().isoformat()})


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


def _read_time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("it names no zone; UTC is written with a Z at the end")
    return time


ROUTES: Final = (
    Route("POST", "/_sim/drop", drop),
    Route("GET", "/_sim/files", list_files),
    Route("GET", "/_sim/files/*/content", read_content),
    Route("DELETE", "/_sim/files/*", remove_file),
    Route("GET", "/_sim/requests", list_requests),
    Route("GET", "/_sim/counters", show_counters),
    Route("POST", "/_sim/counters/reset", reset_counters),
    Route("POST", "/_sim/tokens/expire", expire_tokens),
    Route("POST", "/_sim/settings", change_settings),
    Route("POST", "/_sim/clock", set_clock),
    Route("GET", "/_sim/faults", order_faults),
    Route("POST", "/_sim/faults", order_faults),
    Route("DELETE", "/_sim/faults", order_faults),
    Route("GET", "/_sim/health", show_health),
)
