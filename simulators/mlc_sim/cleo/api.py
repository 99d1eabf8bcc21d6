"""The whole server: /_sim is the admin surface, all else the API, through token, faults and journal."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mlc_sim.cleo import admin, authentication
from mlc_sim.cleo.answers import RefusalError
from mlc_sim.cleo.calls import ROUTES
from mlc_sim.cleo.journal import Entry, hide_fields, hide_headers, read_form, read_json
from mlc_sim.cleo.layouts import DIALECTS, Dialect
from mlc_sim.cleo.mishaps import spoil, strike
from mlc_sim.cleo.routing import Call, find_call
from mlc_sim.cleo.store import NameTakenError
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.faults import Occasion
from mlc_sim.serving import ADMIN, Request, Response


@dataclass(frozen=True, slots=True)
class CleoApp:
    """The tenant behind its API and its admin surface. Only the call itself holds the lock: faults may wait."""

    tenant: Tenant

    def __call__(self, request: Request) -> Response:
        if not _is_admin(request):
            return self._answer_api(request)
        call = find_call(admin.ROUTES, request)
        with self.tenant.lock:
            return _refusing(lambda: call.handler(self.tenant, call))

    def greet(self, head: Request) -> Response | None:
        """A fault before the body is read; the admin surface has none. What is refused so is not in the journal."""
        if _is_admin(head):
            return None
        with self.tenant.lock:
            occasion = _describe(self.tenant, _find_call(head, self._dialect()), head)
        return self.tenant.faults.greet(occasion)

    def _answer_api(self, request: Request) -> Response:
        tenant, dialect = self.tenant, self._dialect()
        with tenant.lock:
            call = _find_call(request, dialect)
            came, occasion = tenant.clock(), _describe(tenant, call, request)
        response = tenant.faults.answer(
            occasion, lambda: _execute(tenant, call, occasion, dialect), accepts_gzip=request.accepts_gzip
        )
        with tenant.lock:
            tenant.journal.add(_record(request, call, came, response))
        return response

    def _dialect(self) -> Dialect:
        return DIALECTS[self.tenant.settings.now.layout]


def _is_admin(request: Request) -> bool:
    return request.path.startswith(ADMIN)


def _find_call(request: Request, dialect: Dialect) -> Call:
    own = dialect.read(request)
    return find_call(ROUTES if dialect.serves(own.path) else (), own)


def _record(request: Request, call: Call, came: datetime, response: Response) -> Entry:
    """As it was sent, whatever its layout."""
    is_login = call.request.path == authentication.PATH
    return Entry(
        at=came.isoformat(),
        call=call.name,
        method=request.method,
        path=request.path,
        query=hide_fields(request.query) if is_login else request.query,
        headers=hide_headers(request.headers),
        form=read_form(request.headers, request.body),
        json=read_json(request.headers, request.body),
        length=request.content.length,
        status=None if response.delivery.drop else response.status,
    )


def _describe(tenant: Tenant, call: Call, request: Request) -> Occasion:
    """What faults may be matched by: method, path, call, and the file, folder or other object where there is one.

    `call` is the name of the function that answers, one of `mlc_sim.cleo.calls`; `object` is the alias of a
    connection, action or group.
    """
    [first, file_id] = (*call.ids, "", "")[:2]
    folder, file = tenant.store.find_folder(first), tenant.store.find_file(file_id)
    if file and not folder:
        folder = tenant.store.find_folder(file.folder_id)
    return {
        "method": request.method,
        "path": request.path,
        "call": call.name,
        "folder": folder.path if folder else "",
        "file": file.name if file else call.request.query.get("name", ""),
        "object": tenant.objects.find_name(first),
    }


def _execute(tenant: Tenant, call: Call, occasion: Occasion, dialect: Dialect) -> Response:
    with tenant.lock:
        struck = strike(tenant, call, occasion)
        response = _refusing(lambda: _answer_authorised(tenant, struck))
        has_links = tenant.settings.now.links
    return spoil(tenant, dialect.write(response if has_links else _take_links(response)), occasion)


def _answer_authorised(tenant: Tenant, call: Call) -> Response:
    if call.request.path != authentication.PATH:
        authentication.require_token(tenant, call.request)
    status = tenant.settings.now.unserved.get(call.name)
    if status:
        raise RefusalError(status, f"{call.request.method} is not served at {call.request.path}")
    return call.handler(tenant, call)


def _take_links(response: Response) -> Response:
    """The answer without its links."""
    if response.headers.get("Content-Type") != "application/json":
        return response
    return replace(response, body=json.dumps(_without_links(json.loads(response.body))).encode())


def _without_links(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _without_links(item) for name, item in value.items() if name != "_links"}
    return [_without_links(item) for item in value] if isinstance(value, list) else value


def _refusing(answer: Callable[[], Response]) -> Response:
    try:
        return answer()
    except RefusalError as refusal:
        return refusal.respond()
    except NameTakenError as taken:
        return RefusalError(409, str(taken)).respond()
