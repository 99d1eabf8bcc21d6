"""/api/connections: list, create, get, replace, delete, and the transfers of one (members documented by Cleo's own tests).

A new one of type ftp has three actions (documented); their aliases, and what others have, are inferred. The link
`clone` is left out, as nothing is known of what it answers.
"""

from collections.abc import Mapping
from typing import Final

from mlc_sim.cleo.answers import Json, RefusalError, answer_json, describe_meta
from mlc_sim.cleo.boxes import add_boxes
from mlc_sim.cleo.happenings import list_transfers_of
from mlc_sim.cleo.objects import Object
from mlc_sim.cleo.resources import Kind, find, list_objects, name_anew, read_members
from mlc_sim.cleo.routing import Call, Route
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.serving import Response

_PATH: Final = "/api/connections"
KIND: Final = Kind(
    name="connection",
    types={
        "type": str,
        "externalId": str,
        "resourceFolder": str,
        "notes": str,
        "localName": str,
        "partnerName": str,
        "connect": dict,
        "accept": dict,
        "outgoing": dict,
        "incoming": dict,
        "orchestration": dict,
    },
    filtered={
        name: f"$.{name}"
        for name in (
            *("externalId", "type", "resourceFolder", "enabled", "notes", "localName", "partnerName"),
            *("connect.host", "connect.username", "connect.url"),
        )
    },
)
#: Members a connection has unless others are given; the values are those of Cleo's own examples.
_DEFAULTS: Final[Json] = {
    "outgoing": {"storage": {"outbox": "outbox/", "sentbox": "sentbox/"}, "partnerPackaging": False},
    "incoming": {"storage": {"inbox": "inbox/", "receivedbox": "receivedbox/"}, "partnerPackaging": False},
}
_CONNECT: Final[Mapping[str, Json]] = {
    "as2": {"url": ""},
    "sftp": {"host": "", "port": 22, "username": ""},
    "ftp": {"host": "", "port": 21, "username": ""},
}
_COMMANDS: Final = {"send": ["PUT -DEL *"], "receive": ["GET -DEL *"], "check": ["CHECK"]}


def list_connections(tenant: Tenant, call: Call) -> Response:
    full = _wants_defaults(call)
    return list_objects(tenant, call, KIND, lambda found: _describe(tenant, found, full=full))


def get_connection(tenant: Tenant, call: Call) -> Response:
    full = _wants_defaults(call)
    return answer_json(_describe(tenant, find(tenant, KIND, call.ids[0]), full=full))


def create_connection(tenant: Tenant, call: Call) -> Response:
    """The type alone is enough."""
    return answer_json(_describe(tenant, add_connection(tenant, _read(call)), full=True), status=201)


def replace_connection(tenant: Tenant, call: Call) -> Response:
    found, members = find(tenant, KIND, call.ids[0]), _read(call)
    alias = members.pop("alias", found.name)
    return answer_json(_describe(tenant, tenant.objects.replace(found, alias, members), full=True))


def delete_connection(tenant: Tenant, call: Call) -> Response:
    tenant.objects.delete(find(tenant, KIND, call.ids[0]))
    return Response(status=204)


def list_connection_transfers(tenant: Tenant, call: Call) -> Response:
    return list_transfers_of(tenant, call, find(tenant, KIND, call.ids[0]).id)


def add_connection(tenant: Tenant, members: Json, *, outgoing: str = "", incoming: str = "") -> Object:
    """Make a connection with its actions; its files lie in the folders of those paths, or in places of its own."""
    kept = dict(members)
    alias = kept.pop("alias", "") or name_anew(tenant, KIND, str(kept["type"]).upper())
    made = tenant.objects.add(KIND.name, alias, kept)
    add_boxes(tenant, made, outgoing=outgoing, incoming=incoming)
    for name in _COMMANDS if kept["type"] in _CONNECT else ():
        action = {"type": "Commands", "enabled": "true", "commands": _COMMANDS[name]}
        tenant.objects.add("action", name, action, parent=made.id)
    return made


def _wants_defaults(call: Call) -> bool:
    wish = call.request.query.get("includeDefaults", "false")
    if wish not in {"true", "false"}:
        raise RefusalError(400, f"includeDefaults: {wish!r} is neither true nor false")
    return wish == "true"


def _read(call: Call) -> Json:
    members = {"enabled": "true", **read_members(call, KIND)}
    if not members.get("type"):
        raise RefusalError(400, "type is missing: as2, sftp, ftp, ...")
    return members


def _describe(tenant: Tenant, found: Object, *, full: bool) -> Json:
    """`ready` and its reason are computed (documented), by which rule is inferred. `full` adds what holds its default."""
    members = dict(found.members)
    defaults = {"connect": _CONNECT.get(members["type"], {}), **_DEFAULTS}
    connect = {**defaults["connect"], **members.get("connect", {})}
    lacks_address = members["type"] in _CONNECT and not (connect.get("host") or connect.get("url"))
    if full:
        members = {**defaults, **members, "connect": connect}
    return {
        "id": found.id,
        "alias": found.name,
        **members,
        "active": members["enabled"] == "true",
        "editable": True,
        "runnable": not lacks_address,
        "ready": not lacks_address,
        **({"notReadyReason": "Server Address is required."} if lacks_address else {}),
        "meta": describe_meta(KIND.name, found.created, found.modified, found.version),
        "_links": _describe_links(tenant, found),
    }


def _describe_links(tenant: Tenant, found: Object) -> Json:
    own, actions = f"{_PATH}/{found.id}", tenant.objects.list_children("action", found.id)
    return {
        "self": {"href": own},
        "actions": [{"href": f"/api/actions/{action.id}"} for action in actions],
        "transfers": {"href": f"{own}/transfers"},
    }


ROUTES: Final = (
    Route("GET", _PATH, list_connections),
    Route("POST", _PATH, create_connection),
    Route("GET", f"{_PATH}/*", get_connection),
    Route("PUT", f"{_PATH}/*", replace_connection),
    Route("DELETE", f"{_PATH}/*", delete_connection),
    Route("GET", f"{_PATH}/*/transfers", list_connection_transfers),
)
