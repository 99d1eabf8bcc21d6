"""The token: got for user name and password, kept in memory, renewed once for all threads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final
from urllib.parse import quote, quote_plus, urlencode

from ml_connector.cleo.address import join
from ml_connector.cleo.errors import CleoError, CredentialsRefused, Unavailable
from ml_connector.cleo.gate import Gate, unreadable
from ml_connector.cleo.members import read_count, read_text
from ml_connector.cleo.objects import Credentials, Purpose
from ml_connector.cleo.profile import AuthProfile
from ml_connector.cleo.wire import Request, Wire

#: Cleo may lock an account after five failures within a minute (Harmony's sample settings)
_PAUSE_AFTER_REFUSAL: Final = timedelta(seconds=60)
_LONGEST_LIFETIME_S: Final = 86_400
_REFUSALS: Final[Mapping[int, type[CleoError]]] = dict.fromkeys((400, 401, 403), CredentialsRefused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    value: str = field(repr=False)
    lifetime: timedelta | None  #: as Cleo told it, at most a day; None when it did not
    renew_at: datetime
    refreshed: bool  #: got for a refresh token, not for a password


class TokenKeeper:
    """The one token of an account. Safe for threads: while one renews it, the others wait."""

    def __init__(
        self,
        *,
        origin: str,
        credentials: Credentials,
        profile: AuthProfile,
        wire: Wire,
        gate: Gate,
        clock: Callable[[], datetime],
    ) -> None:
        self._origin = origin
        self._credentials = credentials
        self._profile = profile
        self._wire = wire
        self._gate = gate
        self._clock = clock
        self._lock = Lock()
        self._token: Token | None = None
        self._refresh_token: str | None = None
        self._refusal: tuple[datetime, str] | None = None

    def current(self) -> Token:
        """The token to use now, renewed when there is none or it has run out.

        Raises CredentialsRefused, for 60 seconds after a refusal without asking Cleo again.
        """
        with self._lock:
            if self._token is None or self._clock() >= self._token.renew_at:
                self._token = None
                self._token = self._refresh() or self._log_in()
            return self._token

    def reject(self, token: Token) -> None:
        """Cleo answered 401 to this token. One that another thread got meanwhile stays."""
        with self._lock:
            if self._token is token:
                self._token = None
                if token.refreshed:
                    self._refresh_token = None

    def forget(self) -> None:
        """Drop all tokens."""
        with self._lock:
            self._token = None
            self._refresh_token = None

    def _refresh(self) -> Token | None:
        """A token for the refresh token, which serves once; None when there is none or it is not taken."""
        refresh_token, self._refresh_token = self._refresh_token, None
        if refresh_token is None:
            return None
        names = self._profile.fields
        form = {names.grant_type: "refresh_token", self._profile.refresh_field: refresh_token}
        try:
            return self._ask(self._request(Purpose.REFRESH, form, secret=refresh_token))
        except Unavailable:
            raise
        except CleoError:
            return None

    def _log_in(self) -> Token:
        now = self._clock()
        if self._refusal and now < self._refusal[0]:
            until, reason = self._refusal
            raise CredentialsRefused(f"{reason}; not asked again before {until:%H:%M:%S} UTC")
        names = self._profile.fields
        form = {
            names.grant_type: "password",
            names.username: self._credentials.username,
            names.password: self._credentials.password,
        }
        try:
            return self._ask(self._request(Purpose.LOG_IN, form, secret=self._credentials.password))
        except CredentialsRefused as error:
            self._refusal = (now + _PAUSE_AFTER_REFUSAL, str(error))
            raise

    def _request(self, purpose: Purpose, form: Mapping[str, str], *, secret: str) -> Request:
        refreshing = purpose is Purpose.REFRESH
        spellings = (secret, quote(secret, safe=""), quote_plus(secret, safe=""))
        return Request(
            purpose=purpose,
            method="POST",
            url=join(self._origin, self._profile.refresh_path if refreshing else self._profile.token_path),
            key="auth.refresh_path" if refreshing else "auth.token_path",
            headers=(("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")),
            body=urlencode(form, quote_via=quote, safe="").encode("ascii"),
            secrets=spellings,
            kinds=_REFUSALS,
        )

    def _ask(self, request: Request) -> Token:
        asked = self._clock()
        with self._wire.open(request) as answer:
            self._gate.check(request, answer, ok={200}, now=asked)
            document = self._gate.read_object(request, answer)
        names = self._profile.response
        value = read_text(document, names.access_token)
        if value is None or not value.isascii() or not value.isprintable() or " " in value:
            raise unreadable(request, "holds no token", key="auth.response.access_token")
        self._refresh_token = read_text(document, names.refresh_token)
        told = read_count(document, names.expires_in)
        lifetime = timedelta(seconds=min(told or self._profile.default_ttl_s, _LONGEST_LIFETIME_S))
        # The margin must not eat up a short life: it takes a tenth of it at most.
        margin = min(timedelta(seconds=self._profile.refresh_margin_s), lifetime / 10)
        return Token(
            value=value,
            lifetime=lifetime if told else None,
            renew_at=asked + lifetime - margin,
            refreshed=request.purpose is Purpose.REFRESH,
        )
