"""What all calls have in common: refusals in Cleo's JSON form, bodies in JSON, pages of lists."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NoReturn

from mlc_sim.cleo.database import Database, Source, Window
from mlc_sim.cleo.filters import Column, FilterError, parse_filter
from mlc_sim.cleo.settings import Settings
from mlc_sim.serving import Request, Response

Json = dict[str, Any]
_DEFAULT_COUNT: Final = 100  # what Cleo's own client asks for; the server's own default is not known
#: Times and version of rows that have them, as attributes of a filter.
META: Final = {
    "meta.created": Column("created"),
    "meta.lastModified": Column("modified"),
    "meta.version": Column("cast(version AS TEXT)"),
}


class RefusalError(Exception):
    """The request is answered with this status and reason."""

    def __init__(
        self, status: int, message: str, *, headers: Mapping[str, str] | None = None, **members: str
    ) -> None:
        """`members` are added to the JSON object of the answer."""
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body = {"message": message, "errorCode": status, **members}

    def respond(self) -> Response:
        """`message` is the member Cleo's own client reads; `errorCode` is inferred."""
        return answer_json(self.body, status=self.status, headers=self.headers)


def answer_json(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    plain = Response.of_json(value, status=status)
    return Response(status=status, headers={**plain.headers, **(headers or {})}, body=plain.body)


def read_media_type(request: Request) -> str:
    """The media type of the body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def require_media_type(request: Request, *wanted: str) -> None:
    """Raise RefusalError 415 unless the body is sent as one of `wanted`."""
    if read_media_type(request) not in wanted:
        sent = request.headers.get("content-type", "")
        raise RefusalError(415, f"the body has to be {' or '.join(wanted)}, not {sent!r}")


def read_object(request: Request) -> Mapping[str, Any]:
    """The body, a JSON object; no body is an empty one. Raises RefusalError 400."""
    text = request.content.whole()
    try:
        value = json.loads(text, parse_constant=_refuse_constant) if text else {}
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as fault:
        raise RefusalError(400, f"the body is not JSON: {fault}") from fault
    if not isinstance(value, dict):
        raise RefusalError(400, "the body is not a JSON object")
    return value


def read_window(query: Mapping[str, str], *, cap: int) -> Window:
    """`startIndex` and `count` as asked for, the latter held down to `cap` in silence. Raises RefusalError 400."""
    count = read_number(query, "count", _DEFAULT_COUNT, least=1)
    return Window(start=read_number(query, "startIndex", 0, least=0), count=min(count, cap))


def read_number(query: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    """A whole number of the query. Raises RefusalError 400."""
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) >= least):
        raise RefusalError(400, f"{name}: {text!r} is no whole number of {least} or more")
    return int(text)


def answer_list(
    database: Database,
    source: Source,
    query: Mapping[str, str],
    describe: Callable[[sqlite3.Row], Json],
    settings: Settings,
) -> Response:
    """The asked-for page of those rows that pass the asked-for filter. Raises RefusalError 400."""
    window, text = read_window(query, cap=settings.page_cap), query.get("filter", "")
    if text and "filter" in settings.unserved:
        raise RefusalError(settings.unserved["filter"], "filters are not served")
    try:
        condition = parse_filter(text, source.attributes)
    except FilterError as fault:
        raise RefusalError(400, str(fault)) from fault
    rows, total = database.read_page(source, condition, window)
    return answer_page([describe(row) for row in rows], window, settings, total=total)


def answer_page(resources: Sequence[Json], window: Window, settings: Settings, *, total: int) -> Response:
    """The resources of a window, out of so many; that a server says where it starts and how long it is, is inferred."""
    if settings.bare_pages:
        return answer_json({"totalResults": total, **({"resources": resources} if total else {})})
    page = {"totalResults": total, "startIndex": window.start, "count": len(resources)}
    return answer_json({**page, "resources": resources})


def describe_meta(kind: str, created: str, modified: str, version: int) -> Json:
    """`meta` as documented; the version is a number in a text."""
    return {"resourceType": kind, "created": created, "lastModified": modified, "version": str(version)}


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
