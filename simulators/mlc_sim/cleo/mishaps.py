"""What the tenant's own faults do, just before a call is executed or to its answer. Described in mlc_sim.faults."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from mlc_sim.bodies import hold
from mlc_sim.cleo.routing import Call
from mlc_sim.cleo.store import INBOUND
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.faults import Occasion
from mlc_sim.serving import Response
from mlc_sim.wire import Given


def strike(tenant: Tenant, call: Call, occasion: Occasion) -> Call:
    """Let happen what is ordered. Returns the call to execute."""
    for action, do in _MISHAPS.items():
        for fault in tenant.faults.take(action, occasion):
            call = do(tenant, call, fault.options)
    return call


def spoil(tenant: Tenant, response: Response, occasion: Occasion) -> Response:
    """The answer as it is sent, with what is ordered done to it."""
    if response.status != 200:
        return response
    if response.large:
        for fault in tenant.faults.take("wrong_length", occasion):
            length = max(0, response.large.length + int(fault.options.get("by", -1)))
            response = replace(response, large=response.large.resize(length))
    elif response.headers.get("Content-Type") == "application/json":
        for fault in tenant.faults.take("foreign_links", occasion):
            changed = _point_away(json.loads(response.body), str(fault.options["host"]))
            response = replace(response, body=json.dumps(changed).encode())
    return response


def _vanish(tenant: Tenant, call: Call, given: Given) -> Call:
    named = [file.id for file in tenant.store.find_named(str(given["name"]))] if "name" in given else call.ids
    for file_id in named:
        tenant.store.delete(file_id)
    return call


def _arrive(tenant: Tenant, call: Call, given: Given) -> Call:
    content = hold(str(given.get("content", "ISA")).encode())
    for folder in tenant.store.folders():
        if folder.path == INBOUND:
            tenant.store.add(folder, str(given["name"]), content, collisions=None)
    return call


def _expire_tokens(tenant: Tenant, call: Call, given: Given) -> Call:
    tenant.tokens.expire_all(refresh=bool(given.get("refresh")))
    return call


def _repeat_page(_: Tenant, call: Call, __: Given) -> Call:
    return _start_at(call, 0)


def _shift_page(_: Tenant, call: Call, given: Given) -> Call:
    start = call.request.query.get("startIndex", "0")
    return _start_at(call, int(start) + int(given["by"])) if start.isdecimal() else call


def _start_at(call: Call, start: int) -> Call:
    query = {**call.request.query, "startIndex": str(max(0, start))}
    return replace(call, request=replace(call.request, query=query))


def _point_away(value: Any, host: str) -> Any:  # noqa: ANN401 - any JSON
    """The same with all links on another host; a link is an object with one member, a path."""
    match value:
        case {**members} if [path for path in members.values() if _is_path(path)] == list(members.values()):
            return {name: f"{host}{path}" for name, path in members.items()}
        case {**members}:
            return {name: _point_away(item, host) for name, item in members.items()}
        case [*items]:
            return [_point_away(item, host) for item in items]
    return value


def _is_path(value: object) -> bool:
    return isinstance(value, str) and value.startswith("/")


_MISHAPS: Final[Mapping[str, Callable[[Tenant, Call, Given], Call]]] = {
    "vanish": _vanish,
    "arrive": _arrive,
    "expire_tokens": _expire_tokens,
    "repeat_page": _repeat_page,
    "shift_page": _shift_page,
}
