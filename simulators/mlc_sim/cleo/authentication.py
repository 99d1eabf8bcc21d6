"""POST /api/authentication: a password or a refresh token for a bearer token (documented by Cleo's blog and clients)."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from mlc_sim.cleo.answers import Json, RefusalError, answer_json, require_media_type
from mlc_sim.cleo.routing import Call, Route
from mlc_sim.cleo.settings import Settings
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.cleo.tokens import LoginError
from mlc_sim.serving import Request, Response

PATH: Final = "/api/authentication"
_FORM: Final = "application/x-www-form-urlencoded"


def authenticate(tenant: Tenant, call: Call) -> Response:
    """Issue a token. Refusals have the members of RFC 6749, 5.2, beside Cleo's `message`."""
    form, settings = _read_form(call.request), tenant.settings.now
    try:
        access, refresh = _issue(tenant, form, settings)
    except LoginError as refused:
        raise _refuse("invalid_grant", str(refused)) from refused
    answer: Json = {"access_token": access}
    if not settings.bare_tokens:  # the names of RFC 6749 (inferred)
        answer |= {"token_type": "bearer", "expires_in": settings.token_seconds, "refresh_token": refresh}
    return answer_json(answer, headers={"Cache-Control": "no-store"})


def require_token(tenant: Tenant, request: Request) -> None:
    """Raise RefusalError 401 unless the request bears an access token in force."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not tenant.tokens.accept(token.strip()):
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise RefusalError(401, "the access token is missing, unknown or expired", headers=challenge)


def _issue(tenant: Tenant, form: Mapping[str, str], settings: Settings) -> tuple[str, str]:
    match form.get("grant_type"):
        case "password":
            username, password = _take(form, "username"), _take(form, "password")
            return tenant.tokens.issue_for_password(username, password, settings)
        case "refresh_token":
            return tenant.tokens.issue_for_refresh(_take(form, "refresh_token"), settings)
        case other:
            raise _refuse("unsupported_grant_type", f"grant_type {other!r}: password or refresh_token is")


def _read_form(request: Request) -> Mapping[str, str]:
    require_media_type(request, _FORM)
    try:
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    except ValueError as fault:
        raise _refuse("invalid_request", "the form is not UTF-8") from fault


def _take(form: Mapping[str, str], name: str) -> str:
    if not form.get(name):
        raise _refuse("invalid_request", f"{name} is missing")
    return form[name]


def _refuse(error: str, reason: str) -> RefusalError:
    return RefusalError(400, reason, error=error, error_description=reason)


ROUTES: Final = (Route("POST", PATH, authenticate),)
