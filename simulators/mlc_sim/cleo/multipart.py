"""The one file of a multipart/form-data body (RFC 7578), found without taking the body into memory."""

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from email.utils import collapse_rfc2231_value
from typing import Final

from mlc_sim.bodies import Body
from mlc_sim.cleo.answers import RefusalError
from mlc_sim.serving import Request

_BOUNDARY: Final = re.compile(r'boundary=(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)
_LONGEST_HEAD: Final = 1 << 14  # bytes of the headers of a part


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A field of the form."""

    field: str
    filename: str
    content: Body


def read_part(request: Request, field: str) -> Part:
    """The part of that name. Raises RefusalError 400."""
    body, start = request.content, 0
    mark = _read_boundary(request)
    while True:
        start = _find(body, mark, start) + len(mark)
        end = _find(body, b"\r\n" + mark, start)
        part = _read(body.window(start, end))
        if part.field == field:
            return part
        start = end + 2


def read_parameter(headers: Message, name: str) -> str:
    """A parameter of Content-Disposition, empty if it is not there; RFC 2231 as well."""
    return collapse_rfc2231_value(headers.get_param(name, "", "content-disposition"))


def _read_boundary(request: Request) -> bytes:
    found = _BOUNDARY.search(request.headers.get("content-type", ""))
    if found is None:
        raise RefusalError(400, "multipart: the boundary is missing")
    return b"--" + (found[1] or found[2]).encode()


def _read(part: Body) -> Part:
    head = part.read(0, min(part.length, _LONGEST_HEAD))
    end = head.find(b"\r\n\r\n")
    if not head.startswith(b"\r\n") or end < 0:
        raise RefusalError(400, "multipart: a part has no headers, or the file is missing")
    headers = HeaderParser().parsestr(head[2:end].decode("utf-8", "replace"))
    return Part(
        field=read_parameter(headers, "name"),
        filename=read_parameter(headers, "filename"),
        content=part.window(end + 4, part.length),
    )


def _find(body: Body, wanted: bytes, start: int) -> int:
    """Where it stands from there on. Raises RefusalError 400 if nowhere."""
    kept, place = b"", start
    for piece in body.window(start, body.length).pieces():
        kept += piece
        if (found := kept.find(wanted)) >= 0:
            return place + found
        place += max(0, len(kept) - len(wanted) + 1)
        kept = kept[-len(wanted) + 1 :]
    raise RefusalError(400, "multipart: it ends too early, or the file is missing")
