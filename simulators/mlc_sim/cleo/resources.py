"""What connections, actions, authenticators and users have in common as resources of the API.

Documented: POST answers 201 with the whole object, PUT takes a whole object and answers it, DELETE answers 204 and then
GET 404; read-only members, `meta` and `_links` may be sent back and count for nothing; passwords are never answered.
Inferred: what else is refused, and that PUT without a name keeps the name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mlc_sim.cleo.answers import META, Json, RefusalError, answer_list, read_object, require_media_type
from mlc_sim.cleo.database import Source
from mlc_sim.cleo.filters import Attributes, Column
from mlc_sim.cleo.objects import Object, read_object_row
from mlc_sim.cleo.routing import Call
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.serving import Response

#: What Cleo's own tool takes out before it writes an object back (documented), and the id.
_READ_ONLY: Final = {
    *("id", "active", "editable", "runnable", "running", "ready", "notReadyReason", "nextRun", "lastStatus"),
    *("meta", "_links"),
}
_SECRETS: Final = {"password", "passphrase"}
_SWITCH: Final = {True: "true", False: "false", "true": "true", "false": "false"}
_LONGEST_NAME: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of object."""

    name: str
    naming: str = "alias"  #: the member that is its name
    types: Mapping[str, type] = field(default_factory=dict)  #: of the members that are checked
    filtered: Mapping[str, str] = field(
        default_factory=dict
    )  #: members a filter may ask for, each by its JSON path

    @property
    def attributes(self) -> Attributes:
        members = {
            name: Column(f"ifnull(json_extract(json, '{path}'), '')") for name, path in self.filtered.items()
        }
        return {"id": Column("id"), self.naming: Column("name"), **members, **META}


def find(tenant: Tenant, kind: Kind, object_id: str) -> Object:
    """Raises RefusalError 404."""
    found = tenant.objects.find(kind.name, object_id)
    if found is None:
        raise RefusalError(404, f"there is no {kind.name} {object_id!r}")
    return found


def list_objects(
    tenant: Tenant, call: Call, kind: Kind, describe: Callable[[Object], Json], *, parent: str | None = None
) -> Response:
    """A page of them, those of one parent if it is given, in the order in which they were made (inferred)."""
    source = Source(
        table="objects",
        where="kind = ?" if parent is None else "kind = ? AND parent = ?",
        parameters=[kind.name] if parent is None else [kind.name, parent],
        order="sequence",
        attributes=kind.attributes,
    )
    settings, query = tenant.settings.now, call.request.query
    return answer_list(tenant.database, source, query, lambda row: describe(read_object_row(row)), settings)


def read_members(call: Call, kind: Kind) -> Json:
    """What the client may set of an object, secrets left out. Raises RefusalError."""
    require_media_type(call.request, "application/json")
    sent = read_object(call.request)
    members = {name: value for name, value in sent.items() if name not in _READ_ONLY}
    for name, wanted in ({kind.naming: str} | dict(kind.types)).items():
        if name in members and not isinstance(members[name], wanted):
            raise RefusalError(400, f"{name}: {members[name]!r} is no {wanted.__name__}")
    if kind.naming in members and not 0 < len(members[kind.naming]) <= _LONGEST_NAME:
        raise RefusalError(400, f"{kind.naming}: 1 to {_LONGEST_NAME} characters")
    if "enabled" in members:
        members["enabled"] = _read_switch(members["enabled"])
    return {name: _hide_secrets(value) for name, value in members.items()}


def name_anew(tenant: Tenant, kind: Kind, base: str, *, parent: str = "") -> str:
    """A name that is free; the form is inferred."""
    names = (base if number == 1 else f"{base} {number}" for number in range(1, 1_000_000))
    return next(name for name in names if tenant.objects.find_named(kind.name, name, parent=parent) is None)


def _read_switch(value: object) -> str:
    """Some booleans are texts, `enabled` was seen as both; it is answered as a text (documented)."""
    if not isinstance(value, bool | str) or value not in _SWITCH:
        raise RefusalError(400, f"enabled: {value!r} is neither true nor false")
    return _SWITCH[value]


def _hide_secrets(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _hide_secrets(item) for name, item in value.items() if name not in _SECRETS}
    return [_hide_secrets(item) for item in value] if isinstance(value, list) else value
