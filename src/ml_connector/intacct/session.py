"""Sessions with the gateway: one login for many requests, one more when the gateway has forgotten it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ml_connector.intacct.endpoint import INTACCT_HOSTS, check_endpoint
from ml_connector.intacct.envelope import Credentials, Function, Request
from ml_connector.intacct.errors import (
    AnswerUnreadable,
    CredentialsRefused,
    IntacctError,
    RequestRejected,
    SessionRefused,
)
from ml_connector.intacct.formats import UserFormat, read_user_format
from ml_connector.intacct.gate import demand_success
from ml_connector.intacct.gateway import Gateway
from ml_connector.intacct.markup import branch, leaf
from ml_connector.intacct.results import Authentication, Reply

_LONGEST = timedelta(minutes=50)
_MARGIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What a login has shown: who we are to Intacct, where our requests go, how long a session lasts."""

    company_id: str
    user_id: str
    entity: str
    endpoint: str
    session_timeout: datetime | None
    format: UserFormat | None = None  #: how the API user's dates and times are written; None when not told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    session_id: str = field(repr=False)
    connection: Connection
    opened: datetime
    expires: datetime


class Sessions:
    """The sessions of one sender, company and user, one for each entity. May be used by several threads.

    A session is used for 50 minutes or until two minutes before its timeout, whichever is sooner; each answer
    moves the timeout, because Intacct's sessions slide (Intacct documentation, 'API sessions'), but not the 50
    minutes: so old at most is what we know of the user's dates and zone, which are asked for in the log-in
    itself. Several threads that need the same session share one login.
    """

    def __init__(
        self,
        *,
        url: str,
        credentials: Credentials,
        gateway: Gateway,
        clock: Callable[[], datetime],
        login_timeout: float,
        endpoint_hosts: Sequence[str] = INTACCT_HOSTS,
    ) -> None:
        self._url = url
        self._endpoint_hosts = tuple(endpoint_hosts)
        self._credentials = credentials
        self._gateway = gateway
        self._clock = clock
        self._login_timeout = login_timeout
        self._open: dict[str, _Session] = {}
        self._logins: dict[str, threading.Lock] = {}
        self._state = threading.Lock()  #: held for moments only, never during an exchange

    def send(self, request: Request, *, timeout: float) -> Reply:
        """Send a request in its entity's session; after a refused session once more, in a fresh one."""
        return self._send(request.entity, lambda _session: request, timeout)

    def send_dated(self, entity: str, make: Callable[[UserFormat], Request], *, timeout: float) -> Reply:
        """The same for a request with dates in it or in its answer: made for the user's format in its session."""
        return self._send(entity, lambda session: make(self._know_format(session)), timeout)

    def log_in(self, entity: str) -> Connection:
        """Open a new session, whether one is open or not."""
        with self._one_login(entity):
            return self._renew(entity).connection

    def connect(self, entity: str) -> Connection:
        """The same, and the API user's format is known for certain."""
        connection = self.log_in(entity)
        return replace(connection, format=self.find_format(entity))

    def find_format(self, entity: str) -> UserFormat:
        """How the API user's dates and time stamps are written."""
        return self._know_format(self._find(entity))

    def _send(self, entity: str, make: Callable[[_Session], Request], timeout: float) -> Reply:
        session = self._find(entity)
        try:
            return self._send_in(session, make(session), timeout)
        except SessionRefused:
            session = self._find(entity, refused=session.session_id)
        return self._send_in(session, make(session), timeout)

    def _find(self, entity: str, *, refused: str | None = None) -> _Session:
        """The open session, or a new one when there is none, it is too old, or it is the one refused."""
        with self._one_login(entity):
            session = self._open.get(entity)
            if session and session.session_id != refused and session.expires > self._clock():
                return session
            return self._renew(entity)

    def _send_in(self, session: _Session, request: Request, timeout: float) -> Reply:
        request = replace(request, session_id=session.session_id)
        reply = self._gateway.exchange(request, url=session.connection.endpoint, timeout=timeout)
        self._slide(session, reply.authentication)
        return reply

    def _slide(self, session: _Session, said: Authentication) -> None:
        """Move the session's end to where the answer puts it, unless another session took its place."""
        entity = session.connection.entity
        with self._state:
            current = self._open.get(entity)
            if current and current.session_id == session.session_id and said.session_timeout:
                self._open[entity] = replace(current, expires=_find_end(current.opened, said))

    def _renew(self, entity: str) -> _Session:
        login = Function(
            control_id="getAPISession",
            name="getAPISession",
            body=branch("getAPISession", leaf("locationid", entity)),
        )
        request = Request(functions=(login, self._ask_format()), entity=entity)
        try:
            reply = self._gateway.exchange(request, url=self._url, timeout=self._login_timeout)
        except SessionRefused as error:
            raise self._name_refused(error, entity) from error
        except RequestRejected as error:
            message = f"the log-in was refused unread; check the sender's id and password: {error}"
            raise CredentialsRefused(
                message, refused="sender", details=error.details, answer=error.answer
            ) from error
        session = self._read_session(reply, login, entity)
        with self._state:
            self._open[entity] = session
        return session

    def _ask_format(self) -> Function:
        body = branch("readUserFormatting", leaf("userId", self._credentials.user_id))
        return Function(control_id="readUserFormatting", name="readUserFormatting", body=body)

    def _know_format(self, session: _Session) -> UserFormat:
        """The user's format, asked for again where the log-in did not tell; raises what that raises."""
        if session.connection.format is not None:
            return session.connection.format
        ask, entity = self._ask_format(), session.connection.entity
        reply = self._send_in(session, Request(functions=(ask,), entity=entity), self._login_timeout)
        found = _read_format(reply, ask)
        with self._state:
            current = self._open.get(entity)
            if current and current.session_id == session.session_id:
                self._open[entity] = replace(current, connection=replace(current.connection, format=found))
        return found

    def _read_session(self, reply: Reply, login: Function, entity: str) -> _Session:
        opened = demand_success(reply, login).session
        if opened is None:
            raise AnswerUnreadable("getAPISession: success, but no session in the answer", answer=reply.raw)
        check_endpoint(opened.endpoint, configured=self._url, hosts=self._endpoint_hosts)
        said = reply.authentication
        connection = Connection(
            company_id=said.company_id,
            user_id=said.user_id,
            entity=entity,
            endpoint=opened.endpoint,
            session_timeout=said.session_timeout,
            format=self._read_format_told(reply),
        )
        now = self._clock()
        return _Session(
            session_id=opened.session_id, connection=connection, opened=now, expires=_find_end(now, said)
        )

    def _read_format_told(self, reply: Reply) -> UserFormat | None:
        """What a log-in tells of the format; nothing when that part failed, for a write needs no format."""
        try:
            return _read_format(reply, self._ask_format())
        except IntacctError:
            return None

    def _name_refused(self, error: SessionRefused, entity: str) -> CredentialsRefused:
        who = self._credentials
        said = f"sender {who.sender_id!r}, company {who.company_id!r}, user {who.user_id!r}: {error}"
        if entity:
            said += f"; check as well that entity {entity!r} exists, and that the user may enter it"
        return CredentialsRefused(
            said,
            refused=error.refused,
            details=error.details,
            answer=error.answer,
        )

    def _one_login(self, entity: str) -> threading.Lock:
        with self._state:
            return self._logins.setdefault(entity, threading.Lock())


def _read_format(reply: Reply, ask: Function) -> UserFormat:
    return read_user_format(demand_success(reply, ask).data, reply.raw)


def _find_end(opened: datetime, said: Authentication) -> datetime:
    latest = opened + _LONGEST
    return min(latest, max(opened, said.session_timeout) - _MARGIN) if said.session_timeout else latest
