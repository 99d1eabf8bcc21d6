"""The request around the functions, its elements in the order the gateway's schema enforces."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ml_connector.intacct.markup import branch, leaf, optional
from ml_connector.intacct.pages import RowForm

#: What the bytes of a write have in them, and of no read: texts are escaped.
IS_WRITE: Final = b"<uniqueid>true</uniqueid>"
_CONTROL_ID = re.compile(r"[A-Za-z0-9._:-]{1,256}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who we are: the sender that Sage knows, and the user the company has given us."""

    sender_id: str
    sender_password: str = field(repr=False)
    company_id: str
    user_id: str
    user_password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function of a request. Raises ValueError for a control id that would need escaping, or too long."""

    control_id: str  #: a write's control id is what Intacct knows a repetition by
    name: str
    body: str = field(repr=False)  #: finished markup

    def __post_init__(self) -> None:
        if not _CONTROL_ID.fullmatch(self.control_id):
            raise ValueError(f"control id {self.control_id!r}: use 1 to 256 of A-Z a-z 0-9 . _ : -")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Functions to be sent together: in a session, or with the user's login when there is none.

    Raises ValueError when two functions share a control id: their results could not be told apart.
    """

    functions: tuple[Function, ...]
    entity: str = ""  #: location id of the entity; empty for the top level
    session_id: str | None = field(default=None, repr=False)
    unique: bool = False  #: true for writes: a completed function is not executed again
    atomic: bool = False  #: all functions or none
    form: RowForm = field(default_factory=RowForm)  #: what the rows of the answer must look like

    def __post_init__(self) -> None:
        if len(set(self.control_ids)) != len(self.functions):
            raise ValueError(f"control ids of one request must differ: {', '.join(self.control_ids)}")

    @property
    def control_ids(self) -> tuple[str, ...]:
        return tuple(function.control_id for function in self.functions)

    @property
    def purpose(self) -> str:
        """The names of the functions, each once."""
        return ", ".join(dict.fromkeys(function.name for function in self.functions))


def render_request(request: Request, credentials: Credentials) -> bytes:
    """The bytes to post (Intacct documentation, 'Requests').

    `uniqueid` is always written, because the gateway takes true for a missing one. The functions stand
    each for itself unless the request is atomic.
    """
    document = branch(
        "request",
        branch(
            "control",
            leaf("senderid", credentials.sender_id),
            leaf("password", credentials.sender_password),
            leaf("controlid", _name_request(request.control_ids)),
            leaf("uniqueid", "true" if request.unique else "false"),
            leaf("dtdversion", "3.0"),
            leaf("includewhitespace", "false"),
        ),
        f'<operation transaction="{"true" if request.atomic else "false"}">',
        branch("authentication", _render_authentication(request, credentials)),
        branch("content", *map(_render_function, request.functions)),
        "</operation>",
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document}'.encode()


def _name_request(control_ids: Sequence[str]) -> str:
    """The request's own control id: the function's, or one derived from all of them."""
    if len(control_ids) == 1:
        return control_ids[0]
    return hashlib.sha256("\n".join(control_ids).encode()).hexdigest()


def _render_authentication(request: Request, credentials: Credentials) -> str:
    if request.session_id is not None:
        return leaf("sessionid", request.session_id)
    return branch(
        "login",
        leaf("userid", credentials.user_id),
        leaf("companyid", credentials.company_id),
        leaf("password", credentials.user_password),
        optional("locationid", request.entity or None),
    )


def _render_function(function: Function) -> str:
    return f'<function controlid="{function.control_id}">{function.body}</function>'
