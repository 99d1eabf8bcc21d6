"""Where a session may lead: the address that a log-in names is followed to allowed hosts only."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from ml_connector.intacct.errors import EndpointRefused

#: Sage's own, where each session is sent to the data centre of its company.
INTACCT_HOSTS: Final = ("*.intacct.com",)
_URL = re.compile(r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+)(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?")


def check_endpoint(endpoint: str, *, configured: str, hosts: Sequence[str]) -> None:
    """Refuse to send a session, and the sender's password with it, where nobody meant it to go.

    Allowed are the configured host, with https or as configured, and https at `hosts`: names, or all names
    under a domain as in `*.intacct.com`. Raises EndpointRefused for anything else.
    """
    named, ours = _URL.fullmatch(endpoint), urlsplit(configured)
    if named:
        secure, host = named["scheme"] == "https", named["host"].lower()
        if secure and any(_covers(pattern.lower(), host) for pattern in hosts):
            return
        if host == ours.hostname and (secure or ours.scheme == "http"):
            return
    raise EndpointRefused(
        f"Intacct named the endpoint {endpoint!r}, which is neither https at one of {', '.join(hosts) or 'no hosts'} "
        f"nor at the configured host {ours.hostname!r}; check the gateway URL in the configuration, or allow the host"
    )


def _covers(pattern: str, host: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
