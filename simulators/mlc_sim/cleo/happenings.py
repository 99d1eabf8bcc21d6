"""/api/events and /api/transfers: what happened, oldest first.

The objects are documented by Cleo's own tests; that they can be listed, and in which order, is inferred.
"""

import json
import sqlite3
from typing import Final

from mlc_sim.cleo.answers import META, Json, RefusalError, answer_json, answer_list
from mlc_sim.cleo.database import Source
from mlc_sim.cleo.filters import Attributes, Column
from mlc_sim.cleo.routing import Call, Route
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.serving import Response

_EVENTS: Final = "/api/events"
_TRANSFERS: Final = "/api/transfers"


def _extract(path: str) -> Column:
    return Column(f"ifnull(json_extract(json, '$.{path}'), '')")


_HAPPENING: Final = {"id": Column("id"), "meta.created": META["meta.created"]}
_EVENT_ATTRIBUTES: Final[Attributes] = {
    **_HAPPENING,
    "meta.sequence": Column("sequence", int),
    **{
        f"attributes.{name}": _extract(name)
        for name in ("type", "event", "jobId", "folder", "file", "endpointName", "alias", "actionId")
    },
}
_TRANSFER_ATTRIBUTES: Final[Attributes] = {
    **_HAPPENING,
    "status": _extract("status"),
    "direction": _extract("direction"),
    "bytes": Column("json_extract(json, '$.bytes')", int),
}


def list_events(tenant: Tenant, call: Call) -> Response:
    return _list(tenant, call, "event")


def get_event(tenant: Tenant, call: Call) -> Response:
    return _get(tenant, call, "event")


def list_transfers(tenant: Tenant, call: Call) -> Response:
    return _list(tenant, call, "transfer")


def get_transfer(tenant: Tenant, call: Call) -> Response:
    return _get(tenant, call, "transfer")


def list_transfers_of(tenant: Tenant, call: Call, connection_id: str) -> Response:
    """Those of one connection."""
    return _list(
        tenant, call, "transfer", where="json_extract(json, '$.connection') = ?", value=connection_id
    )


def _list(tenant: Tenant, call: Call, kind: str, *, where: str = "'' = ?", value: str = "") -> Response:
    settings = tenant.settings.now
    tenant.history.settle(lag=settings.event_lag_seconds)
    attributes, describe = _FORMS[kind]
    source = Source(
        table="history",
        where=f"kind = ? AND {where}",
        parameters=[kind, value],
        order="sequence",
        attributes=attributes,
    )
    return answer_list(tenant.database, source, call.request.query, describe, settings)


def _get(tenant: Tenant, call: Call, kind: str) -> Response:
    tenant.history.settle(lag=tenant.settings.now.event_lag_seconds)
    with tenant.database.begin() as work:
        row = work.execute("SELECT * FROM history WHERE kind = ? AND id = ?", (kind, call.ids[0])).fetchone()
    if row is None:
        raise RefusalError(404, f"there is no {kind} {call.ids[0]!r}")
    return answer_json(_FORMS[kind][1](row))


def _describe_event(row: sqlite3.Row) -> Json:
    """The text is made as in Cleo's example: a time, the type, then pairs of name and value."""
    attributes = json.loads(row["json"])
    pairs = " ".join(f'{name}="{value}"' for name, value in attributes.items() if name != "type")
    return {
        "id": row["id"],
        "serial": f"CI{row['sequence']}",
        "threadId": attributes["jobId"],
        "message": {"text": f"{row['created']} Job: {pairs}"},
        "attributes": attributes,
        "meta": {"resourceType": "event", "created": row["created"], "sequence": row["sequence"]},
        "_links": {"self": {"href": f"{_EVENTS}/{row['id']}"}},
    }


def _describe_transfer(row: sqlite3.Row) -> Json:
    members = json.loads(row["json"])
    file, connection = members.pop("file"), members.pop("connection", None)
    return {
        "id": row["id"],
        "serial": f"CI{row['sequence']}",
        "nodeName": "node-1",
        **members,
        "transport": "sftp",
        "runtype": "api",
        "isReceipt": False,
        "meta": {"resourceType": "transfer", "created": row["created"]},
        "_links": {
            "self": {"href": f"{_TRANSFERS}/{row['id']}"},
            **({"connection": {"href": f"/api/connections/{connection}"}} if connection else {}),
            "files": [file],
        },
    }


_FORMS: Final = {
    "event": (_EVENT_ATTRIBUTES, _describe_event),
    "transfer": (_TRANSFER_ATTRIBUTES, _describe_transfer),
}
ROUTES: Final = (
    Route("GET", _EVENTS, list_events),
    Route("GET", f"{_EVENTS}/*", get_event),
    Route("GET", _TRANSFERS, list_transfers),
    Route("GET", f"{_TRANSFERS}/*", get_transfer),
)
