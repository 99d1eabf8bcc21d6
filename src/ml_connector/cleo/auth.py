"""The token: got for user name and password, kept in memory, renewed once for all threads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Final
from urllib.parse import quote, quote_plus, urlencode

from ml_connector.cleo.accounts import AccountBook, Refusal
from ml_connector.cleo.capabilities import Capabilities, Capability
from ml_connector.cleo.errors import CleoError, CredentialsRefused, NotSent, Unavailable, Unsupported
from ml_connector.cleo.gate import Gate, unreadable
from ml_connector.cleo.members import read_count, read_text
from ml_connector.cleo.objects import Credentials, Purpose
from ml_connector.cleo.profile import AuthProfile
from ml_connector.cleo.totp import find_next, find_step, make_code
from ml_connector.cleo.wire import Request, Wire

#: Cleo may lock an account after five failures within a minute (Harmony's sample settings)
_PAUSE_AFTER_REFUSAL: Final = timedelta(seconds=60)
_SECOND_FACTOR: Final = ", the secret of its second factor, and this machine's clock"
_LONGEST_LIFETIME_S: Final = 86_400
_REFUSALS: Final[dict[int, type[CleoError]]] = dict.fromkeys((400, 401, 403), CredentialsRefused)
_NO_REFRESH: Final[dict[int, type[CleoError]]] = dict.fromkeys((404, 405, 501), Unsupported)


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
        credentials: Credentials,
        profile: AuthProfile,
        wire: Wire,
        gate: Gate,
        capabilities: Capabilities,
        book: AccountBook,
    ) -> None:
        self._credentials = credentials
        self._profile = profile
        self._wire = wire
        self._gate = gate
        self._capabilities = capabilities
        self._book = book
        self._lock = Lock()
        self._token: Token | None = None
        self._refresh_token: str | None = None

    def adapt(self, profile: AuthProfile) -> "TokenKeeper":
        """A keeper for the same account by another profile; it has no token yet."""
        return TokenKeeper(
            credentials=self._credentials,
            profile=profile,
            wire=self._wire,
            gate=self._gate,
            capabilities=self._capabilities,
            book=self._book,
        )

    def current(self) -> Token:
        """The token to use now, renewed when there is none or it has run out.

        Raises CredentialsRefused, for 60 seconds after a refusal without asking Cleo again, and NotSent
        while the code of a second factor was used already.
        """
        with self._lock:
            if self._token is None or self._wire.clock() >= self._token.renew_at:
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
        usable = refresh_token and self._profile.refresh_path and self._capabilities.is_on(Capability.REFRESH)
        if not refresh_token or not usable:
            return None
        names = self._profile.fields
        form = {names.grant_type: "refresh_token", self._profile.refresh_field: refresh_token}
        try:
            token = self._ask(self._request(Purpose.REFRESH, form, secret=refresh_token))
        except Unavailable:
            raise
        except Unsupported as error:
            self._capabilities.switch_off(Capability.REFRESH, str(error))
            return None
        except CleoError:
            return None
        self._capabilities.confirm(Capability.REFRESH)
        return token

    def _log_in(self) -> Token:
        now = self._wire.clock()
        names = self._profile.fields
        form = {
            names.grant_type: "password",
            names.username: self._credentials.username,
            names.password: self._credentials.password,
        }
        secret = self._credentials.totp_secret
        proof = sha256(json.dumps([self._profile.token_path, form, secret]).encode()).digest()
        self._demand_unrefused(proof, now)
        if secret:
            form[self._profile.totp_field] = self._make_code(now)
        try:
            return self._ask(self._request(Purpose.LOG_IN, form, secret=self._credentials.password))
        except CredentialsRefused as error:
            refused = CredentialsRefused(f"{error}{_SECOND_FACTOR if secret else ''}")
            refused.status = error.status
            self._book.keep_refusal(Refusal(at=now, proof=proof, reason=str(refused)))
            raise refused from error

    def _demand_unrefused(self, proof: bytes, now: datetime) -> None:
        refusal = self._book.find_refusal(proof)
        if refusal is None or now >= refusal.at + _PAUSE_AFTER_REFUSAL:
            return
        until = refusal.at + _PAUSE_AFTER_REFUSAL
        raise CredentialsRefused(f"{refusal.reason}; not asked again before {until:%H:%M:%S} UTC")

    def _make_code(self, now: datetime) -> str:
        """The code of a second factor. Each is sent once: a second time it would be a failure."""
        code = make_code(self._credentials.totp_secret, at=now)
        if self._book.take_step(find_step(now)):
            return code
        until = find_next(now)
        raise NotSent(
            f"the one-time code of this half minute was used for a log-in; try again after {until:%H:%M:%S} UTC",
            retry_after=until - now,
        )

    def _request(self, purpose: Purpose, form: Mapping[str, str], *, secret: str) -> Request:
        refreshing = purpose is Purpose.REFRESH
        kinds = _REFUSALS | _NO_REFRESH if refreshing else _REFUSALS
        spellings = (secret, quote(secret, safe=""), quote_plus(secret, safe=""))
        if self._profile.body == "json":
            kind, body = "application/json", json.dumps(form).encode("ascii")
        else:
            kind = "application/x-www-form-urlencoded"
            body = urlencode(form, quote_via=quote, safe="").encode("ascii")
        return Request(
            purpose=purpose,
            method="POST",
            url=self._wire.locate(self._profile.refresh_path if refreshing else self._profile.token_path),
            key="auth.refresh_path" if refreshing else "auth.token_path",
            headers=(("content-type", kind), ("accept", "application/json")),
            body=body,
            secrets=spellings,
            kinds=kinds,
        )

    def _ask(self, request: Request) -> Token:
        asked = self._wire.clock()
        with self._wire.open(request) as answer:
            self._gate.check(request, answer, ok={200}, now=asked)
            document = self._gate.read_object(request, answer)
        names = self._profile.response
        value = read_text(document, names.access_token)
        if value is None or not value.isascii() or not value.isprintable() or " " in value:
            raise unreadable(request, "holds no token", key="auth.response.access_token", document=document)
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
