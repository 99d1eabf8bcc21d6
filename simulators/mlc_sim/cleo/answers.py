"""What all calls have in common: refusals in Cleo's JSON form, bodies in JSON, pages of lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mlc_sim.cleo.filters import Attributes, FilterError, parse_filter
from mlc_sim.serving import Request, Response

Json = dict[str, Any]
_DEFAULT_COUNT: Final = 100  # what Cleo's own client asks for; the server's own default is not known


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


def require_media_type(request: Request, wanted: str) -> None:
    """Raise RefusalError 415 unless the body is sent as `wanted`."""
    sent = request.headers.get("content-type", "")
    if sent.partition(";")[0].strip().lower() != wanted:
        raise RefusalError(415, f"the body has to be {wanted}, not {sent!r}")


def read_object(request: Request) -> Mapping[str, Any]:
    """The body, a JSON object; no body is an empty one. Raises RefusalError 400."""
    try:
        value = request.json()
    except ValueError as fault:
        raise RefusalError(400, f"the body is not JSON: {fault}") from fault
    if not isinstance(value, dict | None):
        raise RefusalError(400, "the body is not a JSON object")
    return value or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of a list that is answered: at most `count` resources from the `start`th on, which is 0 for the first."""

    start: int
    count: int


def read_window(query: Mapping[str, str], *, cap: int) -> Window:
    """`startIndex` and `count` as asked for, the latter held down to `cap` in silence. Raises RefusalError 400."""
    count = _read_number(query, "count", _DEFAULT_COUNT, least=1)
    return Window(start=_read_number(query, "startIndex", 0, least=0), count=min(count, cap))


def answer_page(resources: Sequence[Json], window: Window, *, total: int) -> Response:
    """The resources of a window, out of so many."""
    return answer_json(
        {"totalResults": total, "startIndex": window.start, "count": len(resources), "resources": resources}
    )


def answer_filtered(
    resources: Sequence[Json], attributes: Attributes, query: Mapping[str, str], *, cap: int
) -> Response:
    """The asked-for page of those resources that pass the asked-for filter. Raises RefusalError 400."""
    window = read_window(query, cap=cap)
    try:
        passes = parse_filter(query.get("filter", ""), attributes)
    except FilterError as fault:
        raise RefusalError(400, str(fault)) from fault
    passing = [resource for resource in resources if passes(resource)]
    return answer_page(passing[window.start : window.start + window.count], window, total=len(passing))


def _read_number(query: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) >= least):
        raise RefusalError(400, f"{name}: {text!r} is no whole number of {least} or more")
    return int(text)
