"""Sessions with the gateway: one login for many requests, one more when the gateway has forgotten it."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from ml_connector.intacct.envelope import Credentials, Function, Request
from ml_connector.intacct.errors import (
    AnswerUnreadable,
    CredentialsRefused,
    EndpointRefused,
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
_URL = re.compile(r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+)(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What a login has shown: who we are to Intacct, where our requests go, how long a session lasts."""

    company_id: str
    user_id: str
    entity: str
    endpoint: str
    session_timeout: datetime | None
    format: UserFormat | None = None  #: the API user's dates and zone, where they were asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    session_id: str = field(repr=False)
    connection: Connection
    expires: datetime
    format: UserFormat | None = None


class Sessions:
    """The sessions of one sender, company and user, one for each entity. May be used by several threads.

    A session is used until 50 minutes or two minutes before its timeout, whichever is sooner; each answer
    moves the timeout, because Intacct's sessions slide (Intacct documentation, 'API sessions'). Several
    threads that need the same session share one login.
    """

    def __init__(
        self,
        *,
        url: str,
        credentials: Credentials,
        gateway: Gateway,
        clock: Callable[[], datetime],
        login_timeout: float,
    ) -> None:
        self._url = url
        self._credentials = credentials
        self._gateway = gateway
        self._clock = clock
        self._login_timeout = login_timeout
        self._open: dict[str, _Session] = {}
        self._logins: dict[str, threading.Lock] = {}
        self._state = threading.Lock()  #: held for moments only, never during an exchange

    def send(self, request: Request, *, timeout: float) -> Reply:
        """Send a request in its entity's session; after a refused session once more, in a fresh one."""
        session = self._find(request.entity)
        try:
            return self._send_in(session, request, timeout)
        except SessionRefused:
            session = self._find(request.entity, refused=session.session_id)
        return self._send_in(session, request, timeout)

    def get_format(self, entity: str) -> UserFormat | None:
        """The API user's format, if it was asked for in the session that is open."""
        with self._state:
            session = self._open.get(entity)
            return session.format if session else None

    def find_format(self, entity: str) -> UserFormat:
        """How the API user's dates and time stamps are written; once asked for, at each later log-in as well."""
        session = self._find(entity)
        if session.format is not None:
            return session.format
        try:
            return self._learn_format(session)
        except SessionRefused:
            session = self._find(entity, refused=session.session_id)
        return session.format or self._learn_format(session)

    def log_in(self, entity: str) -> Connection:
        """Open a new session, whether one is open or not."""
        with self._one_login(entity):
            return self._renew(entity).connection

    def _find(self, entity: str, *, refused: str | None = None) -> _Session:
        """The open session, or a new one when there is none, it is too old, or it is the one refused."""
        with self._one_login(entity):
            session = self._open.get(entity)
            if session and session.session_id != refused and session.expires > self._clock():
                return session
            return self._renew(entity)

    def _send_in(self, session: _Session, request: Request, timeout: float) -> Reply:
        form = replace(request.form, format=session.format)
        request = replace(request, session_id=session.session_id, form=form)
        reply = self._gateway.exchange(request, url=session.connection.endpoint, timeout=timeout)
        self._slide(session, reply.authentication)
        return reply

    def _slide(self, session: _Session, said: Authentication) -> None:
        """Move the session's end to where the answer puts it, unless another session took its place."""
        entity = session.connection.entity
        with self._state:
            current = self._open.get(entity)
            if current and current.session_id == session.session_id and said.session_timeout:
                self._open[entity] = replace(current, expires=self._end(said))

    def _renew(self, entity: str) -> _Session:
        login = Function(
            control_id="getAPISession",
            name="getAPISession",
            body=branch("getAPISession", leaf("locationid", entity)),
        )
        request = Request(functions=(login,), entity=entity)
        try:
            reply = self._gateway.exchange(request, url=self._url, timeout=self._login_timeout)
        except SessionRefused as error:
            raise self._name_refused(error) from error
        except RequestRejected as error:
            message = f"the log-in was refused unread; check the sender's id and password: {error}"
            raise CredentialsRefused(
                message, refused="sender", details=error.details, answer=error.answer
            ) from error
        session = self._read_session(reply, login, entity)
        with self._state:
            before = self._open.get(entity)
            self._open[entity] = session
        if before is not None and before.format is not None:
            return replace(session, format=self._learn_format(session))
        return session

    def _learn_format(self, session: _Session) -> UserFormat:
        ask = Function(
            control_id="readUserFormatting",
            name="readUserFormatting",
            body=branch("readUserFormatting", leaf("userId", self._credentials.user_id)),
        )
        entity = session.connection.entity
        reply = self._send_in(session, Request(functions=(ask,), entity=entity), self._login_timeout)
        found = read_user_format(demand_success(reply, ask).data, reply.raw)
        with self._state:
            current = self._open.get(entity)
            if current and current.session_id == session.session_id:
                self._open[entity] = replace(current, format=found)
        return found

    def _read_session(self, reply: Reply, login: Function, entity: str) -> _Session:
        opened = demand_success(reply, login).session
        if opened is None:
            raise AnswerUnreadable("getAPISession: success, but no session in the answer", answer=reply.raw)
        _check_endpoint(opened.endpoint, configured=self._url)
        said = reply.authentication
        connection = Connection(
            company_id=said.company_id,
            user_id=said.user_id,
            entity=entity,
            endpoint=opened.endpoint,
            session_timeout=said.session_timeout,
        )
        return _Session(session_id=opened.session_id, connection=connection, expires=self._end(said))

    def _end(self, said: Authentication) -> datetime:
        latest = self._clock() + _LONGEST
        return min(latest, said.session_timeout - _MARGIN) if said.session_timeout else latest

    def _name_refused(self, error: SessionRefused) -> CredentialsRefused:
        who = self._credentials
        return CredentialsRefused(
            f"sender {who.sender_id!r}, company {who.company_id!r}, user {who.user_id!r}: {error}",
            refused=error.refused,
            details=error.details,
            answer=error.answer,
        )

    def _one_login(self, entity: str) -> threading.Lock:
        with self._state:
            return self._logins.setdefault(entity, threading.Lock())


def _check_endpoint(endpoint: str, *, configured: str) -> None:
    """Refuse to send a session, and the sender's password with it, where nobody meant it to go."""
    named, ours = _URL.fullmatch(endpoint), urlsplit(configured)
    if named:
        secure, host = named["scheme"] == "https", named["host"].lower()
        if secure and host.endswith(".intacct.com"):
            return
        if host == ours.hostname and (secure or ours.scheme == "http"):
            return
    raise EndpointRefused(
        f"Intacct named the endpoint {endpoint!r}, which is neither an https address under intacct.com nor "
        f"at the configured host {ours.hostname!r}; check the gateway URL in the configuration"
    )
