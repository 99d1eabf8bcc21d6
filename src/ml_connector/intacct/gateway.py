"""One exchange with the gateway: a request out, a reply or one clear error back, and the hook told of both."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NoReturn

from ml_connector.intacct.envelope import Credentials, Request, render_request
from ml_connector.intacct.errors import Ambiguous, Broken, IntacctError, Unavailable
from ml_connector.intacct.gate import read_reply
from ml_connector.intacct.redact import bound, hide_secrets, redact
from ml_connector.intacct.results import Reply, judge_all
from ml_connector.intacct.transport import Answer, Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP exchange, for audit and meter. The bytes are redacted, those of the answer cut at 64 KiB.

    `outcome` is `ok` when every function succeeded, `failure` when the gateway answered and one did not,
    else the name of the error's class. `api_transactions` counts as Sage does: a record written or a
    page queried with success is one, a session is none.
    """

    started: datetime
    finished: datetime
    purpose: str  #: names of the functions, such as `create APBILL`
    entity: str
    control_ids: tuple[str, ...]
    http_status: int | None  #: None when no answer came
    request: bytes
    answer: bytes
    api_transactions: int
    outcome: str
    billed: tuple[str, ...] = ()  #: the control ids that `api_transactions` counts
    unclear: tuple[str, ...] = ()  #: those of writes that may have been executed, and billed


class Gateway:
    """Sends requests, each exactly once. May be used by several threads if the transport may."""

    def __init__(
        self,
        *,
        credentials: Credentials,
        transport: Transport,
        clock: Callable[[], datetime],
        on_exchange: Callable[[Exchange], None],
    ) -> None:
        self._credentials = credentials
        self._transport = transport
        self._clock = clock
        self._on_exchange = on_exchange

    def exchange(self, request: Request, *, url: str, timeout: float) -> Reply:
        """Send the request and read the answer's upper two levels.

        Raises NotSent, Throttled, CredentialsRefused or RequestRejected when nothing was executed. When
        that is not certain it raises Ambiguous for a write (`request.unique`), and for a read Unavailable.
        Whatever `on_exchange` raises passes through.
        """
        body = render_request(request, self._credentials)
        started = self._clock()
        answer, end = self._attempt(url, body, timeout, request)
        exchange = self._describe(request, body, started, answer, end)
        self._on_exchange(exchange)
        if isinstance(end, IntacctError):
            end.answer = exchange.answer
            _raise(end, request)
        return replace(end, raw=exchange.answer, asked=end.authentication.session_time or started)

    def _describe(
        self,
        request: Request,
        body: bytes,
        started: datetime,
        answer: Answer | None,
        end: Reply | IntacctError,
    ) -> Exchange:
        billed = _list_billed(end)
        return Exchange(
            started=started,
            finished=self._clock(),
            purpose=request.purpose,
            entity=request.entity,
            control_ids=request.control_ids,
            http_status=answer.status if answer else None,
            request=self._hide(body, request),
            answer=bound(self._hide(answer.body if answer else b"", request)),
            api_transactions=len(billed),
            outcome=_name_outcome(end, request),
            billed=billed,
            unclear=_list_unclear(end, request),
        )

    def _attempt(
        self, url: str, body: bytes, timeout: float, request: Request
    ) -> tuple[Answer | None, Reply | IntacctError]:
        answer = None

        def hide(text: str) -> str:
            return hide_secrets(text, self._list_secrets(request))

        try:
            answer = self._transport.send(url, body, timeout=timeout)
            return answer, read_reply(answer, now=self._clock(), form=request.form, hide=hide)
        except IntacctError as error:
            error.args = (hide(str(error)),)
            return answer, error

    def _hide(self, document: bytes, request: Request) -> bytes:
        return redact(document, secrets=self._list_secrets(request))

    def _list_secrets(self, request: Request) -> tuple[str, ...]:
        return self._credentials.sender_password, self._credentials.user_password, request.session_id or ""


def _list_billed(end: Reply | IntacctError) -> tuple[str, ...]:
    if isinstance(end, IntacctError):
        return ()
    return tuple(result.control_id for result in end.results if result.succeeded and result.session is None)


def _list_unclear(end: Reply | IntacctError, request: Request) -> tuple[str, ...]:
    if not request.unique:
        return ()
    if isinstance(end, IntacctError):
        return request.control_ids if isinstance(end, Broken | Unavailable) else ()
    return tuple(each.control_id for each in judge_all(request.control_ids, end) if each.status == "unclear")


def _name_outcome(end: Reply | IntacctError, request: Request) -> str:
    if isinstance(end, IntacctError):
        return type(end).__name__
    succeeded = {result.control_id for result in end.results if result.succeeded}
    return "ok" if succeeded.issuperset(request.control_ids) else "failure"


def _raise(error: IntacctError, request: Request) -> NoReturn:
    """Raise the error as the caller should see it: after a write, not knowing is a class of its own."""
    if request.unique and isinstance(error, Broken | Unavailable):
        message = f"{request.purpose} may have been executed: {error}"
        raise Ambiguous(
            message, control_ids=request.control_ids, details=error.details, answer=error.answer
        ) from error
    if isinstance(error, Broken):
        raise Unavailable(f"{request.purpose}: {error}", answer=error.answer) from error
    raise error
