"""What the tenant's own faults do, just before a call is executed. Described in mlc_sim.faults."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from mlc_sim.cleo.routing import Call
from mlc_sim.cleo.store import INBOUND
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.faults import Occasion
from mlc_sim.wire import Given


def strike(tenant: Tenant, call: Call, occasion: Occasion) -> Call:
    """Let happen what is ordered. Returns the call to execute."""
    for action, do in _MISHAPS.items():
        for fault in tenant.faults.take(action, occasion):
            call = do(tenant, call, fault.options)
    return call


def _vanish(tenant: Tenant, call: Call, given: Given) -> Call:
    files = [file for folder in tenant.store.folders() for file in tenant.store.files(folder)]
    for file in files:
        if file.name == given["name"] if "name" in given else file.id in call.ids:
            tenant.store.delete(file.id)
    return call


def _arrive(tenant: Tenant, call: Call, given: Given) -> Call:
    content = str(given.get("content", "ISA")).encode()
    for folder in tenant.store.folders():
        if folder.path == INBOUND:
            tenant.store.add(folder, str(given["name"]), content, collisions=None)
    return call


def _expire_tokens(tenant: Tenant, call: Call, given: Given) -> Call:
    tenant.tokens.expire_all(refresh=bool(given.get("refresh")))
    return call


def _repeat_page(_: Tenant, call: Call, __: Given) -> Call:
    query = {**call.request.query, "startIndex": "0"}
    return replace(call, request=replace(call.request, query=query))


_MISHAPS: Final[Mapping[str, Callable[[Tenant, Call, Given], Call]]] = {
    "vanish": _vanish,
    "arrive": _arrive,
    "expire_tokens": _expire_tokens,
    "repeat_page": _repeat_page,
}
