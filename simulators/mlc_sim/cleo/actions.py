"""/api/actions: list, create, get, replace, delete, run.

Documented by Cleo's own tools and tests: the members, the run with `timeout` and `messagesCount`, its answer 200 with
`status` and `result`, `completed` and `success`. Inferred: the other words, 409 while it runs, and how long is waited
without a `timeout`.
"""

from typing import Final

from mlc_sim.cleo.answers import Json, RefusalError, answer_json, describe_meta, read_number
from mlc_sim.cleo.objects import Object
from mlc_sim.cleo.resources import Kind, find, list_objects, name_anew, read_members
from mlc_sim.cleo.routing import Call, Route
from mlc_sim.cleo.runs import read_run, start_run, wait_for_end
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.serving import Response

_PATH: Final = "/api/actions"
KIND: Final = Kind(
    name="action",
    types={"type": str, "commands": list, "statements": list, "schedule": str},
    filtered={"type": "$.type", "enabled": "$.enabled", "schedule": "$.schedule"},
)
_TYPES: Final = ("Commands", "JavaScript")
#: An action belongs to one of these; each kind with the beginning of the link that says so.
_PARENTS: Final = {"connection": "/api/connections/", "authenticator": "/api/authenticators/"}
_PATIENCE: Final = 60  # seconds without a `timeout`
_ALL: Final = 1_000_000


def list_actions(tenant: Tenant, call: Call) -> Response:
    return list_objects(tenant, call, KIND, lambda found: _describe(tenant, found))


def get_action(tenant: Tenant, call: Call) -> Response:
    return answer_json(_describe(tenant, find(tenant, KIND, call.ids[0])))


def create_action(tenant: Tenant, call: Call) -> Response:
    members = _read(call)
    parent = _take_parent(tenant, members)
    if not parent:
        raise RefusalError(
            400, "connection is missing: an action belongs to a connection or an authenticator"
        )
    alias = members.pop("alias", "") or name_anew(tenant, KIND, "action", parent=parent)
    return answer_json(
        _describe(tenant, tenant.objects.add(KIND.name, alias, members, parent=parent)), status=201
    )


def replace_action(tenant: Tenant, call: Call) -> Response:
    """It stays with its parent."""
    found, members = find(tenant, KIND, call.ids[0]), _read(call)
    if _take_parent(tenant, members) not in {"", found.parent}:
        raise RefusalError(400, "an action cannot be given to another parent")
    alias = members.pop("alias", found.name)
    return answer_json(_describe(tenant, tenant.objects.replace(found, alias, members)))


def delete_action(tenant: Tenant, call: Call) -> Response:
    tenant.objects.delete(find(tenant, KIND, call.ids[0]))
    return Response(status=204)


def run_action(tenant: Tenant, call: Call) -> Response:
    """Run it and wait for the end; the answer is 200 however it went, also when the wait ended first."""
    found, query = find(tenant, KIND, call.ids[0]), call.request.query
    patience = read_number(query, "timeout", _PATIENCE, least=0)
    lines = read_number(query, "messagesCount", _ALL, least=0)
    if read_run(tenant, found.id).is_running(tenant.clock()):
        raise RefusalError(409, f"{found.name} is running")
    run = start_run(tenant, found)
    if not wait_for_end(tenant, run, seconds=patience):
        return answer_json({"status": "running", "messages": run.messages(ended=False)[:lines]})
    answer = {"status": "completed", "result": run.result, "messages": run.messages(ended=True)[:lines]}
    return answer_json(answer)


def _read(call: Call) -> Json:
    members = {"type": _TYPES[0], "enabled": "true", **read_members(call, KIND)}
    if members["type"] not in _TYPES:
        raise RefusalError(400, f"type: {members['type']!r} is none of {list(_TYPES)}")
    for name in ("commands", "statements"):
        if not all(isinstance(line, str) for line in members.get(name, ())):
            raise RefusalError(400, f"{name}: a list of texts is wanted")
    return members


def _take_parent(tenant: Tenant, members: Json) -> str:
    """Take the link to the parent out of the members. Returns the parent's id, empty if there is no link."""
    links = {kind: members.pop(kind) for kind in _PARENTS if kind in members}
    for kind, link in links.items():
        href = link.get("href") if isinstance(link, dict) else None
        parent = str(href).removeprefix(_PARENTS[kind])
        if tenant.objects.find(kind, parent) is None:
            raise RefusalError(400, f"{kind}: {link!r} is no link to a {kind}")
        return parent
    return ""


def _describe(tenant: Tenant, found: Object) -> Json:
    run, own = read_run(tenant, found.id), f"{_PATH}/{found.id}"
    running = run.is_running(tenant.clock())
    return {
        "id": found.id,
        "alias": found.name,
        **found.members,
        **_describe_parent(tenant, found.parent),
        "active": found.members["enabled"] == "true",
        "editable": True,
        "runnable": not running,
        "running": running,
        "ready": True,
        **({"lastStatus": run.result} if run.ends is not None and not running else {}),
        "meta": describe_meta(KIND.name, found.created, found.modified, found.version),
        "_links": {"self": {"href": own}, "run": {"href": f"{own}/run"}},
    }


def _describe_parent(tenant: Tenant, parent: str) -> Json:
    kind = next(kind for kind in _PARENTS if tenant.objects.find(kind, parent))
    return {kind: {"href": f"{_PARENTS[kind]}{parent}"}}


ROUTES: Final = (
    Route("GET", _PATH, list_actions),
    Route("POST", _PATH, create_action),
    Route("GET", f"{_PATH}/*", get_action),
    Route("PUT", f"{_PATH}/*", replace_action),
    Route("DELETE", f"{_PATH}/*", delete_action),
    Route("POST", f"{_PATH}/*/run", run_action),
)
