"""Traffic with the gateway on record, without its secrets, to be played again where there is no gateway."""

import json
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final, Literal

from ml_connector.intacct.envelope import Credentials
from ml_connector.intacct.errors import Broken, IntacctError, NotSent
from ml_connector.intacct.redact import redact
from ml_connector.intacct.transport import Answer, Transport

_ERRORS: Final[dict[str, type[IntacctError]]] = {"NotSent": NotSent, "Broken": Broken}


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One exchange: what was sent, and the answer or the error of the transport. Texts are redacted."""

    url: str
    request: str
    status: int | None = None  #: None when there was no answer
    answer: str = ""
    retry_after: str | None = None
    error: Literal["NotSent", "Broken", ""] = ""
    message: str = ""


class RecordingTransport:
    """Passes everything on and keeps it. May be used by several threads if the transport may."""

    def __init__(self, transport: Transport, *, credentials: Credentials) -> None:
        self._transport = transport
        self._secrets = _list_secrets(credentials)
        self._takes: list[Take] = []
        self._lock = threading.Lock()

    @property
    def takes(self) -> tuple[Take, ...]:
        with self._lock:
            return tuple(self._takes)

    def send(self, url: str, body: bytes, *, timeout: float) -> Answer:
        request = _hide(body, self._secrets)
        try:
            answer = self._transport.send(url, body, timeout=timeout)
        except (NotSent, Broken) as error:
            name: Literal["NotSent", "Broken"] = "NotSent" if isinstance(error, NotSent) else "Broken"
            self._keep(Take(url=url, request=request, error=name, message=str(error)))
            raise
        self._keep(
            Take(
                url=url,
                request=request,
                status=answer.status,
                answer=_hide(answer.body, self._secrets),
                retry_after=answer.headers.get("retry-after"),
            )
        )
        return answer

    def rest(self) -> None:
        self._transport.rest()

    def close(self) -> None:
        self._transport.close()

    def _keep(self, take: Take) -> None:
        with self._lock:
            self._takes.append(take)


class ReplayingTransport:
    """Answers each request as it was answered on record, each take once, and equal requests in their order.

    A request that is not on record raises NotSent. Use the credentials' ids of the recording; the passwords
    may be any.
    """

    def __init__(self, takes: Iterable[Take], *, credentials: Credentials) -> None:
        self._left = list(takes)
        self._secrets = _list_secrets(credentials)
        self._lock = threading.Lock()

    @property
    def left(self) -> tuple[Take, ...]:
        """What nobody has asked for yet."""
        with self._lock:
            return tuple(self._left)

    def send(self, url: str, body: bytes, *, timeout: float) -> Answer:  # noqa: ARG002 (a Transport's)
        take = self._take(url, _hide(body, self._secrets))
        if take.status is None:
            raise _ERRORS[take.error](take.message)
        headers = {} if take.retry_after is None else {"retry-after": take.retry_after}
        return Answer(status=take.status, headers=headers, body=take.answer.encode())

    def rest(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        """Nothing is open."""

    def _take(self, url: str, request: str) -> Take:
        with self._lock:
            for take in self._left:
                if (take.url, take.request) == (url, request):
                    self._left.remove(take)
                    return take
        raise NotSent(f"{url}: the cassette has no such request left: {request}")


def dump_takes(takes: Iterable[Take]) -> str:
    """The takes as text for a file, readable in a review."""
    return json.dumps([asdict(take) for take in takes], indent=1, ensure_ascii=False) + "\n"


def load_takes(text: str) -> tuple[Take, ...]:
    """The takes of such a text. Raises ValueError for anything else."""
    try:
        return tuple(Take(**each) for each in json.loads(text))
    except (TypeError, ValueError) as error:
        raise ValueError(f"this is no cassette: {error}") from error


def _list_secrets(credentials: Credentials) -> tuple[str, str]:
    return credentials.sender_password, credentials.user_password


def _hide(document: bytes, secrets: Iterable[str]) -> str:
    return redact(document, secrets=secrets).decode(errors="backslashreplace")
