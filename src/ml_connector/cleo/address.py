"""Addresses: the one host the token may go to, and the paths on it."""

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from ml_connector.cleo.errors import ForeignLink, Misconfigured, Unsupported

_HOST: Final = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_PORTS: Final = {"https": 443, "http": 80}
_CURE: Final = "write it as https://TENANT.cleointegration.com"


def read_origin(base_url: str) -> str:
    """Scheme, host and port of the base URL, without the `/api` many people end it with.

    Raises Misconfigured when it is not https (plain http only on loopback), or holds more than
    that: a user name, a further path, a query.
    """
    parts = _split(base_url)
    if parts is None or parts.query or parts.fragment:
        # The value is not shown: it may hold a password before an @, or a key in its query.
        raise Misconfigured(f"the base URL of Cleo is not the plain address of a host; {_CURE}")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise Misconfigured(f"the base URL {base_url!r} of Cleo does not begin with https://; {_CURE}")
    if parts.path.rstrip("/") not in {"", "/api"}:
        raise Misconfigured(f"the base URL {base_url!r} of Cleo goes on after the host; {_CURE}")
    return _origin(parts)


def name_host(base_url: str) -> str:
    """Host and port of a base URL, however it is spelled: what names the tenant."""
    return _origin(urlsplit(base_url)).partition("://")[2]


def join(origin: str, href: str) -> str:
    """The address on our host that a link or a path stands for.

    Raises ForeignLink for any other host, scheme or port: the token goes nowhere else. Raises
    Unsupported for none.
    """
    if not href:
        raise Unsupported("the Cleo profile has no path for this call")
    if href.startswith("/") and not href.startswith("//") and href.isprintable():
        return origin + href
    parts = _split(href)
    if parts is None or _origin(parts) != origin:
        target = _origin(parts) if parts else "an address that cannot be read"
        raise ForeignLink(
            f"a link in Cleo's answer leads to {target} instead of {origin}: not followed; {ForeignLink.cure}"
        )
    return origin + urlunsplit(("", "", parts.path, parts.query, ""))


def fill(template: str, **ids: str) -> str:
    """The path template of a profile with the ids in their places, percent-encoded."""
    for name, value in ids.items():
        template = template.replace(f"{{{name}}}", quote(value, safe=""))
    return template


def _origin(parts: SplitResult) -> str:
    usual = f":{_PORTS.get(parts.scheme, 0)}"
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(usual)}"


def _split(url: str) -> SplitResult | None:
    """The parts of an absolute address, or None when its host is missing, odd or mixed with a user name."""
    try:
        parts = urlsplit(url)
        valid = parts.port != 0 and _HOST.fullmatch(parts.netloc) is not None
    except ValueError:
        return None
    return parts if valid and url.isprintable() and " " not in url else None


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
