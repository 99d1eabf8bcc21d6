"""/_sim: what a test does to the tenant, and what it may know of it. JSON, no token. Files and tables: admin_data."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from mlc_sim.cleo import admin_data
from mlc_sim.cleo.answers import RefusalError, answer_json, read_object
from mlc_sim.cleo.calls import NAMES, PARTS
from mlc_sim.cleo.random_faults import draw_faults
from mlc_sim.cleo.routing import Call, Route
from mlc_sim.cleo.settings import SettingsError
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.cleo.totp import make_code
from mlc_sim.faults import FaultError
from mlc_sim.serving import Request, Response


def list_requests(tenant: Tenant, _: Call) -> Response:
    return answer_json([asdict(entry) for entry in tenant.journal.entries()])


def show_counters(tenant: Tenant, _: Call) -> Response:
    return answer_json(tenant.journal.counters())


def reset_counters(tenant: Tenant, _: Call) -> Response:
    tenant.journal.reset_counters()
    return answer_json(tenant.journal.counters())


def expire_tokens(tenant: Tenant, call: Call) -> Response:
    """End all access tokens; with `{"refresh": true}` the refresh tokens as well."""
    refresh = read_object(call.request).get("refresh", False) is True
    return answer_json({"expired": tenant.tokens.expire_all(refresh=refresh)})


def change_settings(tenant: Tenant, call: Call) -> Response:
    """Set what is given; answers all settings, the secrets hidden."""
    given = read_object(call.request)
    try:
        _check(given)
        settings = tenant.settings.change(given)
    except SettingsError as refused:
        raise RefusalError(400, str(refused)) from refused
    secrets = {name: "***" if getattr(settings, name) else "" for name in ("password", "totp_secret")}
    return answer_json({**asdict(settings), **secrets})


def set_clock(tenant: Tenant, call: Call) -> Response:
    """`{"now": ISO time}` sets the clock, `{"advance": seconds}` moves it; it runs on from there."""
    order = read_object(call.request)
    try:
        match order:
            case {"now": str(text)} if len(order) == 1:
                tenant.clock.set(_read_time(text))
            case {"advance": int() | float() as seconds} if len(order) == 1:
                tenant.clock.advance(timedelta(seconds=seconds))
            case _:
                raise RefusalError(400, f"clock: {order!r} is neither {{now: time}} nor {{advance: seconds}}")
    except (ValueError, OverflowError) as fault:
        raise RefusalError(400, f"clock: {order!r} is no time: {fault}") from fault
    tenant.lock.notify_all()
    return show_health(tenant, call)


def order_faults(tenant: Tenant, call: Call) -> Response:
    """POST adds faults, DELETE clears them, GET shows them: see `mlc_sim.faults`."""
    return tenant.faults.administer(call.request)


def order_random_faults(tenant: Tenant, call: Call) -> Response:
    """`{"seed", "count", "within"}`, and `"calls"` for so many of each: see `mlc_sim.cleo.random_faults`."""
    try:
        tenant.faults.add(*draw_faults(read_object(call.request), now=tenant.clock()))
    except (KeyError, ValueError, TypeError, FaultError) as fault:
        raise RefusalError(400, f"random faults: {fault!r}") from fault
    return tenant.faults.administer(Request(method="GET", path=call.request.path))


def show_health(tenant: Tenant, _: Call) -> Response:
    return answer_json({"status": "ok", "now": tenant.clock().isoformat()})


def _check(given: Mapping[str, Any]) -> None:
    """What the settings by themselves cannot know. Raises SettingsError."""
    unserved = given.get("unserved", {})
    if isinstance(unserved, dict) and (unknown := unserved.keys() - NAMES - PARTS):
        raise SettingsError(f"unserved: there is no {sorted(unknown)}; there are {sorted(NAMES | PARTS)}")
    try:
        make_code(str(given.get("totp_secret", "")), 0)
    except ValueError as fault:
        raise SettingsError(f"totp_secret: not base32: {fault}") from fault


def _read_time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("it names no zone; UTC is written with a Z at the end")
    return time


ROUTES: Final = (
    *admin_data.ROUTES,
    Route("GET", "/_sim/requests", list_requests),
    Route("GET", "/_sim/counters", show_counters),
    Route("POST", "/_sim/counters/reset", reset_counters),
    Route("POST", "/_sim/tokens/expire", expire_tokens),
    Route("POST", "/_sim/settings", change_settings),
    Route("POST", "/_sim/clock", set_clock),
    Route("GET", "/_sim/faults", order_faults),
    Route("POST", "/_sim/faults", order_faults),
    Route("DELETE", "/_sim/faults", order_faults),
    Route("POST", "/_sim/faults/random", order_random_faults),
    Route("GET", "/_sim/health", show_health),
)
