"""The whole server: /_sim is the admin surface, all else the API, through token, faults and journal."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from mlc_sim.cleo import admin, authentication, folders
from mlc_sim.cleo.answers import RefusalError
from mlc_sim.cleo.journal import Entry, hide_fields, hide_headers
from mlc_sim.cleo.mishaps import strike
from mlc_sim.cleo.routing import Call, find_call
from mlc_sim.cleo.store import NameTakenError
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.faults import Occasion
from mlc_sim.serving import ADMIN, Request, Response

_ROUTES: Final = (*authentication.ROUTES, *folders.ROUTES)


@dataclass(frozen=True, slots=True)
class CleoApp:
    """The tenant behind its API and its admin surface. Only the call itself holds the lock: faults may wait."""

    tenant: Tenant

    def __call__(self, request: Request) -> Response:
        if not _is_admin(request):
            return self._answer_api(find_call(_ROUTES, request))
        call = find_call(admin.ROUTES, request)
        with self.tenant.lock:
            return _refusing(lambda: call.handler(self.tenant, call))

    def greet(self, head: Request) -> Response | None:
        """A fault before the body is read; the admin surface has none. What is refused so is not in the journal."""
        if _is_admin(head):
            return None
        with self.tenant.lock:
            occasion = _describe(self.tenant, find_call(_ROUTES, head))
        return self.tenant.faults.greet(occasion)

    def _answer_api(self, call: Call) -> Response:
        tenant = self.tenant
        with tenant.lock:
            came, occasion = tenant.clock(), _describe(tenant, call)
        response = tenant.faults.answer(
            occasion, lambda: _execute(tenant, call, occasion), accepts_gzip=call.request.accepts_gzip
        )
        with tenant.lock:
            tenant.journal.add(_record(call, came, response))
        return response


def _is_admin(request: Request) -> bool:
    return request.path.startswith(ADMIN)


def _record(call: Call, came: datetime, response: Response) -> Entry:
    request, is_login = call.request, call.request.path == authentication.PATH
    return Entry(
        at=came.isoformat(),
        call=call.name,
        method=request.method,
        path=request.path,
        query=hide_fields(request.query) if is_login else request.query,
        headers=hide_headers(request.headers),
        form=hide_fields(dict(parse_qsl(request.body.decode(errors="replace")))) if is_login else {},
        length=len(request.body),
        status=None if response.delivery.drop else response.status,
    )


def _describe(tenant: Tenant, call: Call) -> Occasion:
    """What faults may be matched by: method, path, call, and the file's name and folder's path where there are such.

    `call` is the name of the function that answers: authenticate, list_folders, get_folder, list_files, get_file,
    download, upload, move or delete.
    """
    [folder_id, file_id] = (*call.ids, "", "")[:2]
    folder, file = tenant.store.find_folder(folder_id), tenant.store.find_file(file_id)
    return {
        "method": call.request.method,
        "path": call.request.path,
        "call": call.name,
        "folder": folder.path if folder else "",
        "file": file.name if file else call.request.query.get("name", ""),
    }


def _execute(tenant: Tenant, call: Call, occasion: Occasion) -> Response:
    with tenant.lock:
        struck = strike(tenant, call, occasion)
        response = _refusing(lambda: _answer_authorised(tenant, struck))
    if call.handler is folders.download and response.status == 200:
        for fault in tenant.faults.take("wrong_length", occasion):
            response = _resize(response, by=int(fault.options.get("by", -1)))
    return response


def _answer_authorised(tenant: Tenant, call: Call) -> Response:
    if call.request.path != authentication.PATH:
        authentication.require_token(tenant, call.request)
    return call.handler(tenant, call)


def _resize(response: Response, *, by: int) -> Response:
    body = response.body
    return replace(response, body=body[:by] if by < 0 else body + bytes(by))


def _refusing(answer: Callable[[], Response]) -> Response:
    try:
        return answer()
    except RefusalError as refusal:
        return refusal.respond()
    except NameTakenError as taken:
        return RefusalError(409, str(taken)).respond()
