"""/api/authenticators and the users below: mailbox accounts of partners, as groups and their members.

That a user belongs to an authenticator, reached by its link `users`, and the members of both are documented; the path
below the link is inferred.
"""

from typing import Final

from mlc_sim.cleo.answers import Json, RefusalError, answer_json, describe_meta
from mlc_sim.cleo.objects import Object
from mlc_sim.cleo.resources import Kind, find, list_objects, name_anew, read_members
from mlc_sim.cleo.routing import Call, Route
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.serving import Response

_PATH: Final = "/api/authenticators"
_GROUP: Final = Kind(name="authenticator", types={"type": str}, filtered={"type": "$.type"})
_USER: Final = Kind(
    name="user",
    naming="username",
    types={"email": str, "notes": str, "home": dict, "accept": dict},
    filtered={"email": "$.email", "notes": "$.notes"},
)


def list_authenticators(tenant: Tenant, call: Call) -> Response:
    return list_objects(tenant, call, _GROUP, _describe_group)


def get_authenticator(tenant: Tenant, call: Call) -> Response:
    return answer_json(_describe_group(find(tenant, _GROUP, call.ids[0])))


def create_authenticator(tenant: Tenant, call: Call) -> Response:
    members = _read_group(call)
    alias = members.pop("alias", "") or name_anew(tenant, _GROUP, members["type"])
    return answer_json(_describe_group(tenant.objects.add(_GROUP.name, alias, members)), status=201)


def replace_authenticator(tenant: Tenant, call: Call) -> Response:
    found, members = find(tenant, _GROUP, call.ids[0]), _read_group(call)
    alias = members.pop("alias", found.name)
    return answer_json(_describe_group(tenant.objects.replace(found, alias, members)))


def delete_authenticator(tenant: Tenant, call: Call) -> Response:
    tenant.objects.delete(find(tenant, _GROUP, call.ids[0]))
    return Response(status=204)


def list_users(tenant: Tenant, call: Call) -> Response:
    group = find(tenant, _GROUP, call.ids[0])
    return list_objects(tenant, call, _USER, _describe_user, parent=group.id)


def get_user(tenant: Tenant, call: Call) -> Response:
    return answer_json(_describe_user(_find_user(tenant, call)))


def create_user(tenant: Tenant, call: Call) -> Response:
    group, members = find(tenant, _GROUP, call.ids[0]), read_members(call, _USER)
    username = members.pop("username", "")
    if not username:
        raise RefusalError(400, "username is missing")
    return answer_json(
        _describe_user(tenant.objects.add(_USER.name, username, members, parent=group.id)), status=201
    )


def replace_user(tenant: Tenant, call: Call) -> Response:
    found, members = _find_user(tenant, call), read_members(call, _USER)
    username = members.pop("username", found.name)
    return answer_json(_describe_user(tenant.objects.replace(found, username, members)))


def delete_user(tenant: Tenant, call: Call) -> Response:
    tenant.objects.delete(_find_user(tenant, call))
    return Response(status=204)


def _read_group(call: Call) -> Json:
    members = {"type": "nativeUser", **read_members(call, _GROUP)}
    if not members["type"]:
        raise RefusalError(400, "type is empty: nativeUser, systemLdap, authConnector")
    return members


def _find_user(tenant: Tenant, call: Call) -> Object:
    found = find(tenant, _USER, call.ids[1])
    if found.parent != call.ids[0]:
        raise RefusalError(404, f"there is no user {call.ids[1]!r} in this group")
    return found


def _describe_group(found: Object) -> Json:
    own = f"{_PATH}/{found.id}"
    return {
        "id": found.id,
        "alias": found.name,
        **found.members,
        "meta": describe_meta(_GROUP.name, found.created, found.modified, found.version),
        "_links": {"self": {"href": own}, "users": {"href": f"{own}/users"}},
    }


def _describe_user(found: Object) -> Json:
    return {
        "id": found.id,
        "username": found.name,
        **found.members,
        "meta": describe_meta(_USER.name, found.created, found.modified, found.version),
        "_links": {"self": {"href": f"{_PATH}/{found.parent}/users/{found.id}"}},
    }


ROUTES: Final = (
    Route("GET", _PATH, list_authenticators),
    Route("POST", _PATH, create_authenticator),
    Route("GET", f"{_PATH}/*", get_authenticator),
    Route("PUT", f"{_PATH}/*", replace_authenticator),
    Route("DELETE", f"{_PATH}/*", delete_authenticator),
    Route("GET", f"{_PATH}/*/users", list_users),
    Route("POST", f"{_PATH}/*/users", create_user),
    Route("GET", f"{_PATH}/*/users/*", get_user),
    Route("PUT", f"{_PATH}/*/users/*", replace_user),
    Route("DELETE", f"{_PATH}/*/users/*", delete_user),
)
