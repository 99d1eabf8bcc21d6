"""What can go wrong between us and the Sage Intacct gateway, classed by what to do next.

IntacctError
├── NotSent              nothing reached Intacct: send the same request again
├── Broken               the exchange broke after the request was written: the client turns it into
│                        Unavailable (a read) or Ambiguous (a write)
├── Ambiguous            a write may have been executed: read back before anything else
├── Throttled            refused for now, not executed: wait, then send again
├── Unavailable          a read or a login failed for now, no write was sent: try again later
│   └── AnswerUnreadable     what came back is no answer of the gateway: try again, then look at `answer`
├── CredentialsRefused   sender, company authorisation or user: a person has to correct the set-up
│   └── SessionRefused       the authentication level said no: log in once more
├── EndpointRefused      the gateway named an address we do not send credentials to: check the set-up
├── PermissionDenied     the user may not read this: grant the permission
└── RequestRejected      refused before anything was executed: a bad document or a fault of ours
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Refused = Literal["sender", "company", "user"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDetail:
    """One `<error>` of an answer, its texts freed of markup.

    `errorno` is usually a code such as BL01001973, but may be a text such as "Query Failed".
    `support_id` is what Sage's support asks for; it is kept out of the texts so that they compare.
    """

    errorno: str
    description: str = ""
    description2: str = ""
    correction: str = ""
    support_id: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.errorno, self.description, self.description2, self.correction)))


class IntacctError(Exception):
    """Anything this library raises about an exchange with the gateway.

    `details` are the gateway's own errors in their order (usually the first is the specific one);
    `answer` is the redacted, bounded raw answer, empty when none arrived.
    """

    def __init__(self, message: str, *, details: Sequence[ErrorDetail] = (), answer: bytes = b"") -> None:
        super().__init__(message)
        self.details = tuple(details)
        self.answer = answer


class NotSent(IntacctError):
    """The connection failed before the request was written completely; Intacct executed nothing."""


class Broken(IntacctError):
    """The request was written, and no complete answer came back."""


class Ambiguous(IntacctError):
    """A write went out and no clear answer came back; `control_ids` may have been executed.

    Intacct may go on executing for 15 minutes after we gave up (Intacct documentation, 'Synchronous and
    asynchronous requests'). Read back by business key; send again only with the same control ids.
    """

    def __init__(
        self,
        message: str,
        *,
        control_ids: Sequence[str],
        details: Sequence[ErrorDetail] = (),
        answer: bytes = b"",
    ) -> None:
        super().__init__(message, details=details, answer=answer)
        self.control_ids = tuple(control_ids)


class Throttled(IntacctError):
    """The gateway is too busy or off-line; nothing was executed. `retry_after` is its own wish, if any."""

    def __init__(
        self,
        message: str,
        *,
        details: Sequence[ErrorDetail] = (),
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message, details=details)
        self.retry_after = retry_after


class Unavailable(IntacctError):
    """A read or a login failed for now. No write was sent, so trying again is safe."""


class AnswerUnreadable(Unavailable):
    """HTML, JSON, an empty or truncated body, a missing result: no answer as the gateway documents it."""


class CredentialsRefused(IntacctError):
    """The gateway does not accept our credentials; `refused` says whose they are."""

    def __init__(
        self, message: str, *, refused: Refused, details: Sequence[ErrorDetail] = (), answer: bytes = b""
    ) -> None:
        super().__init__(message, details=details, answer=answer)
        self.refused = refused


class SessionRefused(CredentialsRefused):
    """The authentication level failed.

    An expired session has no error number of its own (inferred), so any such failure of a request
    with a session id means: log in once more, and repeat once.
    """


class EndpointRefused(IntacctError):
    """The endpoint named at login is neither the configured host nor https at an allowed one."""


class PermissionDenied(IntacctError):
    """The API user lacks the permission for this object or operation."""


class RequestRejected(IntacctError):
    """The gateway refused the request as a whole, or a query as wrong; nothing was executed.

    Of a request that was sent before, an earlier sending may have been: read back.
    """
