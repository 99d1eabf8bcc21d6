"""POST /api/authentication: a password or a refresh token for a bearer token (documented by Cleo's blog and clients)."""

import base64
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from mlc_sim.cleo.answers import (
    Json,
    RefusalError,
    answer_json,
    read_media_type,
    read_object,
    require_media_type,
)
from mlc_sim.cleo.routing import Call, Route
from mlc_sim.cleo.settings import Settings
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.cleo.tokens import Login, LoginError
from mlc_sim.serving import Request, Response

PATH: Final = "/api/authentication"
_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"


def authenticate(tenant: Tenant, call: Call) -> Response:
    """Issue a token. Refusals have the members of RFC 6749, 5.2, beside Cleo's `message`."""
    settings = tenant.settings.now
    form = _read_form(call.request, settings)
    try:
        access, refresh = _issue(tenant, form, settings)
    except LoginError as refused:
        raise _refuse("invalid_grant", str(refused), status=settings.refused_login) from refused
    answer: Json = {"access_token": access}
    if not settings.bare_tokens:  # the names of RFC 6749 (inferred)
        answer |= {"token_type": "bearer", "expires_in": settings.token_seconds}
    if not (settings.bare_tokens or "refresh" in settings.unserved):
        answer |= {"refresh_token": refresh}
    return answer_json(answer, headers={"Cache-Control": "no-store"})


def require_token(tenant: Tenant, request: Request) -> None:
    """Raise RefusalError 401 unless the request bears an access token in force, or a password where that is allowed."""
    settings = tenant.settings.now
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and tenant.tokens.accept(given.strip()):
        return
    if scheme.lower() == "basic" and settings.basic and _accept_basic(tenant, given, settings):
        return
    challenge = 'Bearer error="invalid_token"' + (', Basic realm="api"' if settings.basic else "")
    message = "the access token is missing, unknown or expired"
    raise RefusalError(401, message, headers={"WWW-Authenticate": challenge})


def _accept_basic(tenant: Tenant, given: str, settings: Settings) -> bool:
    try:
        username, _, password = base64.b64decode(given, validate=True).decode().partition(":")
        tenant.tokens.check_login(Login(username=username, password=password), settings)
    except (ValueError, LoginError):
        return False
    return True


def _issue(tenant: Tenant, form: Mapping[str, str], settings: Settings) -> tuple[str, str]:
    match form.get("grant_type"):
        case "password":
            login = Login(
                username=_take(form, "username"),
                password=_take(form, "password"),
                code=form.get("totp_code", ""),
            )
            return tenant.tokens.issue_for_password(login, settings)
        case "refresh_token" if "refresh" not in settings.unserved:
            return tenant.tokens.issue_for_refresh(_take(form, "refresh_token"), settings)
        case "refresh_token":
            reason = "refresh tokens are not served"
            raise _refuse("unsupported_grant_type", reason, status=settings.unserved["refresh"])
        case other:
            raise _refuse("unsupported_grant_type", f"grant_type {other!r}: password or refresh_token is")


def _read_form(request: Request, settings: Settings) -> Mapping[str, str]:
    """The fields. That some server takes JSON as well is inferred."""
    require_media_type(request, *((_FORM, _JSON) if settings.json_tokens else (_FORM,)))
    if read_media_type(request) == _JSON:
        return {name: value for name, value in read_object(request).items() if isinstance(value, str)}
    try:
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True, errors="strict"))
    except ValueError as fault:
        raise _refuse("invalid_request", "the form is not UTF-8") from fault


def _take(form: Mapping[str, str], name: str) -> str:
    if not form.get(name):
        raise _refuse("invalid_request", f"{name} is missing")
    return form[name]


def _refuse(error: str, reason: str, *, status: int = 400) -> RefusalError:
    return RefusalError(status, reason, error=error, error_description=reason)


ROUTES: Final = (Route("POST", PATH, authenticate),)
