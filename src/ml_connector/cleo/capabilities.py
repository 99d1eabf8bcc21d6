"""What a tenant turns out not to offer: switched off with one warning, tried again a day later."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from threading import Lock
from typing import Final, Protocol

from ml_connector.cleo.errors import Unsupported
from ml_connector.cleo.profile import Profile

_PROBE_EVERY: Final = timedelta(days=1)
_LOG: Final = logging.getLogger(__name__)


class Capability(StrEnum):
    """What a tenant may or may not offer."""

    MOVE = "move"
    DELETE = "delete"
    FILTER = "filter"
    EVENTS = "events"
    REFRESH = "refresh"


FALLBACKS: Final = {
    Capability.MOVE: "files that were read stay, and are remembered by their ids",
    Capability.DELETE: "files that were read stay, and are remembered by their ids",
    Capability.FILTER: "lists are read whole",
    Capability.EVENTS: "the tenant's events are not read",
    Capability.REFRESH: "every new token is got with the password",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A capability the tenant does not offer, as it answered."""

    capability: Capability
    reason: str
    since: datetime
    probe_after: datetime  #: from then on it is tried again
    shape: str = ""  #: of the call, see `describe_shapes`; by another it is tried at once. Empty: by none

    @property
    def fallback(self) -> str:
        """What is done instead."""
        return FALLBACKS[self.capability]


def describe_shapes(profile: Profile) -> Mapping[Capability, str]:
    """What tells whether a profile shapes the call of a capability as another one did: a short hash of its keys."""
    parts: Mapping[Capability, object] = {
        Capability.MOVE: profile.files.move,
        Capability.DELETE: profile.files.delete,
        Capability.FILTER: profile.filter,
        Capability.EVENTS: profile.events.list,
        Capability.REFRESH: (profile.auth.refresh_path, profile.auth.refresh_field),
    }
    return {capability: sha256(repr(part).encode()).hexdigest()[:16] for capability, part in parts.items()}


class CapabilityBook(Protocol):
    """Where lacks are kept from one client to the next. Called from any thread, outside of any request."""

    def load(self) -> Iterable[Lack]:
        """All that are kept."""
        ...

    def keep(self, lack: Lack) -> None:
        """Add it, or put it in the place of the one before."""
        ...

    def drop(self, capability: Capability) -> None:
        """The tenant offers it now."""
        ...


class ForgetfulBook:
    """A book for callers that keep none: each client finds out for itself."""

    def load(self) -> Iterable[Lack]:
        return ()

    def keep(self, lack: Lack) -> None:
        """The client itself remembers it."""

    def drop(self, capability: Capability) -> None:
        """The client itself forgets it."""


class Capabilities:
    """What is switched off for one account. Safe for threads."""

    def __init__(
        self, book: CapabilityBook, clock: Callable[[], datetime], shapes: Mapping[Capability, str]
    ) -> None:
        self._book = book
        self._clock = clock
        self._shapes = shapes
        self._lock = Lock()
        self._lacks: dict[Capability, Lack] | None = None

    def list_lacks(self) -> tuple[Lack, ...]:
        with self._lock:
            return tuple(lack for lack in self._load().values() if self._applies(lack))

    def is_on(self, capability: Capability) -> bool:
        """Whether to try it: nothing speaks against it, or that was a day ago, or by another profile."""
        return self._find_lack(capability) is None

    def demand(self, capability: Capability) -> None:
        """Raises Unsupported for what is switched off."""
        if lack := self._find_lack(capability):
            raise Unsupported(
                f"{lack.reason} (at {lack.since:%Y-%m-%d %H:%M} UTC, tried again after {lack.probe_after:%Y-%m-%d %H:%M})"
            )

    def switch_off(self, capability: Capability, reason: str) -> None:
        """The tenant has just shown that it does not offer it."""
        now = self._clock()
        with self._lock:
            lacks = self._load()
            known = lacks.get(capability)
            since = known.since if known else now
            lack = Lack(
                capability=capability,
                reason=reason,
                since=since,
                probe_after=now + _PROBE_EVERY,
                shape=self._shapes[capability],
            )
            lacks[capability] = lack
            self._book.keep(lack)
        if known is None:
            _LOG.warning("Cleo does not offer %s: %s; %s", capability, reason, lack.fallback)

    def confirm(self, capability: Capability) -> None:
        """It has just worked."""
        with self._lock:
            if self._load().pop(capability, None) is not None:
                self._book.drop(capability)

    def _find_lack(self, capability: Capability) -> Lack | None:
        with self._lock:
            lack = self._load().get(capability)
        off = lack is not None and self._applies(lack) and self._clock() < lack.probe_after
        return lack if off else None

    def _applies(self, lack: Lack) -> bool:
        return lack.shape in {"", self._shapes[lack.capability]}

    def _load(self) -> dict[Capability, Lack]:
        if self._lacks is None:
            self._lacks = {lack.capability: lack for lack in self._book.load()}
        return self._lacks
